"""`manage.py play` tells every scenario in every language."""

import io
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from studyapp.course.labelled import LANGUAGES
from studyapp.course.library import load
from studyapp.engine.scenario import run
from studyapp.simulator.management.commands import play
from tests.support.content import SCENARIO, swap, write_course

COURSE = load(settings.CONTENT_DIR)
NAME = "sqs/crash-before-delete"


def played(*words: str, **options: object) -> str:
    out = io.StringIO()
    call_command("play", *words, stdout=out, **options)
    return out.getvalue()


def test_without_a_name_it_lists_what_there_is():
    lines = played().splitlines()
    assert len(lines) == len(COURSE.scenarios)
    assert f"{NAME}: {COURSE.scenarios[NAME].title.en}" in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_is_told_in_each_language(language: str):
    text = played(NAME, language=language, why=True)
    file = COURSE.scenarios[NAME]
    assert file.title[language] in text
    for place in (*file.moments, *file.gates):
        units = place.units if hasattr(place, "units") else place.question
        assert COURSE.inline[language].plain(units[0][language]) in text
    assert "0:30" in text
    assert "…" not in text, "a placeholder found nothing to stand for"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(COURSE.scenarios))
def test_every_scenario_is_told_without_a_gap(name: str, language: str):
    lines = played(name, language=language, why=True).splitlines()
    assert len(lines) > 8
    raw = [line for line in lines if "{" in line and "}" in line and '"' not in line]
    assert raw == [], "a placeholder was left"


def test_a_knob_can_be_turned_and_the_goals_follow():
    before, after = played(NAME), played(NAME, set=["timeout=15"])
    assert "✗" in before
    assert "✗" not in after


def test_the_story_is_printed_as_expect_wants_it():
    assert played(NAME, story=True).startswith('expect = [\n  "order A: sent 0s')


@pytest.mark.parametrize(
    ("words", "options", "says"),
    [
        (["sqs/gone"], {}, "there is no scenario 'sqs/gone'"),
        ([NAME], {"set": ["timeout"]}, "write KNOB=VALUE"),
        ([NAME], {"set": ["timeout=7"]}, "cannot be set to 7"),
        ([NAME], {"set": ["gone=7"]}, "cannot be set to 7"),
        ([NAME], {"set": ["timeout=" + "[" * 100_000]}, "cannot be set to"),
        ([NAME], {"set": ["timeout=" + "9" * 4_000]}, "cannot be set to 999"),
        ([NAME], {"set": ["="]}, "cannot be set to ''"),
    ],
)
def test_what_cannot_be_played_is_said(words: list[str], options: dict[str, object], says: str):
    with pytest.raises(CommandError, match=says):
        played(*words, **options)


def test_a_goal_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    swap(SCENARIO, '"event-happens"', '"it-works"')(write_course(tmp_path))
    monkeypatch.setattr(settings, "CONTENT_DIR", tmp_path)
    with pytest.raises(
        CommandError, match="crash-before-delete.md: there is no goal test 'it-works'"
    ):
        played(NAME)


def test_a_story_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(play, "run", partial(run, events_max=12))
    errors = io.StringIO()
    assert played(NAME, story=True, stderr=errors).startswith("expect = [")
    assert "the log is full after 12 events" in errors.getvalue()
