"""The still picture of a question: the simulator paused before what is asked, or at the start of a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.utils import translation

from studyapp.course.labelled import Language
from studyapp.course.questions import Question
from studyapp.engine.log import Event
from studyapp.engine.scenario import Unfit
from studyapp.engine.witness import find
from studyapp.grading.claims import played
from studyapp.grading.witnesses import witness_of
from studyapp.pages.course import course
from studyapp.simulator.player import show_of
from studyapp.simulator.run_page import Stage, stage_of
from studyapp.simulator.telling import clock

# Questions whose picture is kept ready, in each language.
_KEPT = 300
_WITH_PICTURE = ("predict", "knob")


@dataclass(frozen=True, slots=True)
class Paused:
    """A stage, and the virtual time at which it stands ('' at the start)."""

    stage: Stage
    time: str


@lru_cache(maxsize=_KEPT)
def paused_at(id: str, language: str) -> Paused | None:
    """The picture of a question of the bank in a language; None where it has none."""
    question = course().questions.get(id)
    if question is None or question.play is None or question.kind not in _WITH_PICTURE:
        return None
    try:
        run = played(question.play, course().scenarios)
    except Unfit:
        return None
    file = course().scenarios[question.play.scenario]
    with translation.override(language):
        show = show_of(course(), file, run, cast(Language, language))
        number = _pause(question, run.world.log)
        at_ms = None if number is None else run.world.log[number].at_ms
        step = None if number is None else show.scene.step_of(number)
        stage = stage_of(show, file.id, cast(Language, language), "", at_ms, step=step)
    return Paused(stage, "" if at_ms is None else clock(at_ms))


def _pause(question: Question, log: Sequence[Event]) -> int | None:
    """The entry of the log at which the question stops the run."""
    when = question.pause
    if when is None:
        return None
    return find(log, witness_of(when))
