"""Every scenario runs, tells its story, and reaches its goals; everything that happens can be told."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from studyapp.course.library import load
from studyapp.engine.log import Called
from studyapp.engine.scenario import read, run
from studyapp.engine.world import EVENTS
from studyapp.simulator.acting import builds
from studyapp.simulator.checks import (
    check_placeholders,
    check_scenario,
    check_telling,
)

COURSE = load(settings.CONTENT_DIR)
NAMES = sorted(COURSE.scenarios)
# What the course promises to show, whatever else there is.
PROMISED = 42


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_does_what_its_file_says(name: str):
    file = COURSE.scenarios[name]
    problems = check_scenario(COURSE, file, settings.CONTENT_DIR)
    assert [str(problem) for problem in problems] == []


def test_everything_that_can_happen_can_be_told():
    assert [str(problem) for problem in check_telling(COURSE)] == []
    assert [str(problem) for problem in check_placeholders(COURSE)] == []


def test_the_promised_scenarios_are_there():
    assert len(NAMES) >= PROMISED
    services = {name.split("/")[0] for name in NAMES}
    assert {"basics", "sqs", "sns", "kinesis", "firehose", "mq", "choosing", "exam"} <= services


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_is_short_enough_to_watch(name: str):
    """Volume is the idea of a few scenarios; a run must still be computed while somebody waits."""
    world = run(read(COURSE.scenarios[name].data)).world
    assert len(world.log) <= 8_000
    told = [event for event in world.log if type(event) is not Called and event.at_ms > 0]
    # On a board that the learner fills, little happens by itself.
    least = 1 if builds(COURSE.scenarios[name]) else 3
    assert len(told) >= least, "nothing happens after the start"


def test_every_reason_that_the_engine_writes_down_can_be_told():
    """Reasons are text constants in the engine; each that looks like one of ours has its sentence.

    A constant counts if it stands where events are made: as the third argument of an event's class.
    """
    root = Path(__file__).resolve().parents[2] / "studyapp/engine"
    written = set()
    for file in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in EVENTS
                and len(node.args) > 2
            ):
                written |= {
                    each.value
                    for each in ast.walk(node.args[2])
                    if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
                }
    known = {id for kind, id in COURSE.telling if kind in ("reason", "refusal")}
    reasons = {word for word in written if re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", word)}
    assert len(reasons) >= 50
    # A reason may be told in other words for each kind of event: 'node-lost-crashed'.
    missing = {r for r in reasons - known if not any(id.endswith(f"-{r}") for id in known)}
    assert sorted(missing) == []
