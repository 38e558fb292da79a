"""A saved run that somebody has tampered with is the run that its text says, or unreadable; nothing else."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.course.library import load
from studyapp.engine.log import UnreadableLog
from studyapp.engine.scenario import read, run
from studyapp.engine.world import World

ROOT = Path(__file__).resolve().parents[2]
# Long runs say nothing more here, and take their time.
LINES_MAX = 400


@cache
def saved_runs() -> list[list[str]]:
    """The lines of the scenarios that we ship: every service and every actor is in them."""
    runs = [run(read(file.data)).world for file in load(ROOT / "content").scenarios.values()]
    return [world.written().splitlines() for world in runs if len(world.log) < LINES_MAX]


WORDS = st.sampled_from(["", "orders", "m1", "x", "0", "true", "MessageDeleted", "Called"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 50) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)


def tampered(data: st.DataObject, lines: list[str]) -> list[str]:
    lines = list(lines)
    place = data.draw(st.integers(0, len(lines) - 1), "place")
    other = data.draw(st.integers(0, len(lines) - 1), "other")
    how = data.draw(st.sampled_from(["value", "value", "value", "drop", "swap", "again", "cut"]))
    if how == "drop":
        del lines[place]
    elif how == "swap":
        lines[place], lines[other] = lines[other], lines[place]
    elif how == "again":
        lines.insert(other, lines[place])
    elif how == "cut":
        lines[place] = lines[place][: data.draw(st.integers(0, 40), "length")]
    else:
        entry: Any = json.loads(lines[place])
        keys = list(entry) if isinstance(entry, dict) else list(range(len(entry)))
        entry[data.draw(st.sampled_from(keys), "field")] = data.draw(VALUES, "value")
        lines[place] = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return lines


@settings(max_examples=500)
@given(st.data())
def test_a_tampered_run_is_taken_whole_or_not_at_all(data: st.DataObject):
    lines = saved_runs()[data.draw(st.integers(0, len(saved_runs()) - 1), "run")]
    text = "\n".join(tampered(data, lines)) + "\n"
    try:
        world = World.load(text)
    except UnreadableLog as fault:
        says = str(fault)
    else:
        says = "line 1"
        assert world.written() == text
    assert says.startswith("line ")


@settings(max_examples=200)
@given(st.text() | st.recursive(VALUES, st.lists, max_leaves=3).map(json.dumps))
def test_text_that_is_no_run_is_unreadable(text: str):
    with pytest.raises(UnreadableLog, match="line "):
        World.load(text)


def test_every_scenario_is_read_back_from_its_text():
    assert len(saved_runs()) > 20
    for lines in saved_runs():
        text = "\n".join(lines) + "\n"
        assert World.load(text).written() == text
