"""Claims about behaviour are played and judged: by a goal of the scenario or by a test of the engine."""

from dataclasses import replace

import pytest

from studyapp.course.library import Course, load
from studyapp.course.questions import Claim, Play, Wanted
from studyapp.engine.goals import UnknownGoal
from studyapp.engine.scenario import Unfit
from studyapp.grading.claims import holds, judged, played, setting
from tests.support.questions import made, write_questions

SCENARIO = "sqs/crash-before-delete"
HERE = Play(SCENARIO)
SOONER = Play(SCENARIO, {"timeout": 20})
SENT_TWICE = Play(
    SCENARIO,
    actions=({"at_ms": 1000, "do": "sqs.SendMessage", "queue": "orders", "message_body": "B"},),
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return load(write_questions(tmp_path_factory.mktemp("course")))


def happens(event: str, **more: int) -> Wanted:
    return Wanted(test="event-happens", parameters={"event": event, **more})


@pytest.mark.parametrize(
    ("play", "wanted", "true"),
    [
        (HERE, Wanted(goal="comes-back"), True),
        (HERE, Wanted(goal="soon"), False),
        (SOONER, Wanted(goal="soon"), True),
        (HERE, happens("MessageSent", at_least=2), False),
        (SENT_TWICE, happens("MessageSent", at_least=2), True),
        (SENT_TWICE, happens("MessageVisible", at_most=0, at_least=0), False),
    ],
)
def test_whether_a_claim_holds(play: Play, wanted: Wanted, true: bool, course: Course):
    assert holds(Claim(play, wanted), course.scenarios) is true


@pytest.mark.parametrize(
    "play",
    [
        Play("sqs/gone"),
        Play(SCENARIO, {"speed": 1}),
        Play(SCENARIO, {"timeout": 21}),
        Play(SCENARIO, actions=({"do": "sqs.SendMessage"},)),
    ],
    ids=["no such scenario", "no such knob", "no such value", "no such action"],
)
def test_what_cannot_be_played_is_said(play: Play, course: Course):
    with pytest.raises(Unfit):
        played(play, course.scenarios)


def test_what_cannot_be_judged_is_said(course: Course):
    world, file = played(HERE, course.scenarios).world, course.scenarios[SCENARIO]
    with pytest.raises(Unfit, match="'## goal: gone'"):
        judged(world, Wanted(goal="gone"), file)
    with pytest.raises(UnknownGoal):
        judged(world, Wanted(test="gone"), file)


@pytest.mark.parametrize(("value", "passes"), [(20, True), (30, False)])
def test_a_setting_of_a_knob_is_graded(value: int, passes: bool, course: Course):
    question = course.questions["sqs/set-it"]
    assert holds(setting(question, value), course.scenarios) is passes


def test_a_question_without_a_task_has_nothing_to_set(course: Course):
    with pytest.raises(ValueError, match="has no task"):
        setting(made("x", ["amber", "dune"], [1]), 20)


def test_other_knobs_of_the_question_stay_as_they_are(course: Course):
    question = course.questions["sqs/set-it"]
    fixed = replace(question, play=Play(SCENARIO, {"other": 1}))
    assert setting(fixed, 20).play.knobs == {"other": 1, "timeout": 20}
