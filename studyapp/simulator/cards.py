"""A scenario on the page of all scenarios: its question, its missions, and a still of its decisive moment."""

import re
from dataclasses import dataclass

from studyapp.course.labelled import Language
from studyapp.course.scenarios import ScenarioFile
from studyapp.pages.course import course
from studyapp.simulator.acting import builds
from studyapp.simulator.demo import own_run, scenario_of
from studyapp.simulator.player import show_of
from studyapp.simulator.runs import Settings, play
from studyapp.simulator.scene.drawing import picture

_TEXT = re.compile(r"<text\b[^>]*>[^<]*</text>|<title\b[^>]*>[^<]*</title>")
_NUMBERS = re.compile(
    r'\s(?:data-bind|data-thing|data-token|role|aria-label|id|marker-end)="[^"]*"'
)


# Where somebody begins who has never heard of it.
SHOWPIECES = ("sqs/crash-before-delete", "sns/one-topic-three-queues", "mq/active-crash")


def showpieces() -> list[ScenarioFile]:
    return [course().scenarios[id] for id in SHOWPIECES if id in course().scenarios]


def scenarios_of(service: str) -> list[ScenarioFile]:
    """The scenarios of a service, in the order of the lessons that they belong to."""
    places = {id: place for place, id in enumerate(course().lessons)}
    found = [file for file in course().scenarios.values() if file.service == service]
    return sorted(found, key=lambda file: places.get(file.lesson.split("#")[0], len(places)))


@dataclass(frozen=True, slots=True)
class Card:
    """`still` is the picture without words, for words would be too small to read."""

    scenario: ScenarioFile
    still: str


def card_of(file: ScenarioFile, language: Language) -> Card:
    """The card of a scenario, with the picture just before the moment that its first question is about; where
    learners build, in the middle of a run that reaches the first goal, for their own board is empty."""
    if builds(file):
        goal = file.goals[0]
        run = play(scenario_of(file.id), Settings(goal.knobs, None, tuple(goal.actions)))
    else:
        _, _, run = own_run(file)
    scene = (show := show_of(course(), file, run, language)).scene
    steps = [] if builds(file) else sorted(show.gates.values())
    step = steps[0] - 1 if steps else len(scene.steps) // 2
    state = scene.state(max(step, scene.first_step))
    drawing = picture(scene, scene.layouts[0], state, "")
    still = _NUMBERS.sub("", _TEXT.sub("", drawing)).replace("<svg ", '<svg aria-hidden="true" ', 1)
    return Card(file, still)
