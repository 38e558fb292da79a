"""A scenario on the page of all scenarios: its question, its missions, and a still of its decisive moment."""

import re
from dataclasses import dataclass

from studyapp.course.labelled import Language
from studyapp.course.scenarios import ScenarioFile
from studyapp.pages.course import course
from studyapp.simulator.demo import own_run
from studyapp.simulator.player import show_of
from studyapp.simulator.scene.drawing import picture

_TEXT = re.compile(r"<text\b[^>]*>[^<]*</text>|<title\b[^>]*>[^<]*</title>")
_NUMBERS = re.compile(
    r'\s(?:data-bind|data-thing|data-token|role|aria-label|id|marker-end)="[^"]*"'
)


@dataclass(frozen=True, slots=True)
class Card:
    """`still` is the picture without words, for words would be too small to read."""

    scenario: ScenarioFile
    still: str


def card_of(file: ScenarioFile, language: Language) -> Card:
    """The card of a scenario, with the picture just before the moment that its first question is about."""
    _, _, run = own_run(file)
    scene = (show := show_of(course(), file, run, language)).scene
    steps = sorted(show.gates.values()) or [len(scene.steps) // 2]
    state = scene.state(max(steps[0] - 1, scene.first_step))
    drawing = picture(scene, scene.layouts[0], state, "")
    still = _NUMBERS.sub("", _TEXT.sub("", drawing)).replace("<svg ", '<svg aria-hidden="true" ', 1)
    return Card(file, still)
