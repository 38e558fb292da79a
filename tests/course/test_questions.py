"""Reading question files, and what counts as an answer and as the right one."""

from dataclasses import replace

import pytest

from studyapp.course.library import Course, load
from studyapp.course.questions import Claim, Play, Question, Wanted, written
from tests.support.questions import made, write_questions


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return load(write_questions(tmp_path_factory.mktemp("course")))


KEYS = {
    "sqs/back-again": ("blue",),
    "sqs/two-truths": ("blue", "door"),
    "sqs/when-back": ("blue",),
    "sqs/wrong-note": ("blue",),
    "sqs/in-order": ("blue", "lamp", "door"),
    "sqs/who-does-what": ("blue=to-blue", "lamp=to-lamp", "door=to-door"),
    "sqs/set-it": ("20",),
    "sqs/before": ("lamp",),
    "sqs/after": ("seat",),
}


def test_the_small_course_has_a_question_of_every_kind(course: Course):
    assert set(course.questions) == set(KEYS)
    assert {question.service for question in course.questions.values()} == {"sqs"}
    assert course.objectives["sqs.timeout"].domain == 2
    assert course.misconceptions["sqs.receive-deletes"].belief.en == "Receiving deletes."


@pytest.mark.parametrize(("id", "key"), KEYS.items())
def test_the_key_is_possible_and_right(id: str, key: tuple[str, ...], course: Course):
    question = course.questions[id]
    assert question.key == key
    assert question.possible(key)
    assert question.right(key)


RIGHT = [
    ("sqs/two-truths", ("door", "blue")),
    ("sqs/who-does-what", ("door=to-door", "blue=to-blue", "lamp=to-lamp")),
    ("sqs/when-back", ("=4",)),
    ("sqs/when-back", ("=4.0",)),
]
WRONG = [
    ("sqs/back-again", ("lamp",)),
    ("sqs/two-truths", ("blue", "seat")),
    ("sqs/in-order", ("lamp", "blue", "door")),
    ("sqs/who-does-what", ("blue=to-lamp", "lamp=to-lamp", "door=to-door")),
    ("sqs/set-it", ("30",)),
    ("sqs/when-back", ("=5",)),
]
IMPOSSIBLE = [
    ("sqs/back-again", ()),
    ("sqs/back-again", ("moon",)),
    ("sqs/back-again", ("blue", "lamp")),
    ("sqs/back-again", ("=4",)),
    ("sqs/two-truths", ("blue",)),
    ("sqs/two-truths", ("blue", "blue")),
    ("sqs/two-truths", ("blue", "door", "seat")),
    ("sqs/two-truths", ("blue",) * 400),
    ("sqs/in-order", ("blue", "lamp")),
    ("sqs/in-order", ("blue", "lamp", "lamp")),
    ("sqs/in-order", ("blue", "lamp", "moon")),
    ("sqs/who-does-what", ("blue=to-blue",)),
    ("sqs/who-does-what", ("blue=to-blue", "lamp=to-lamp", "door=to-moon")),
    ("sqs/who-does-what", ("blue=to-blue", "blue=to-lamp", "lamp=to-lamp")),
    ("sqs/who-does-what", ("blue=to-blue", "lamp=to-lamp", "lamp=to-blue")),
    ("sqs/who-does-what", ("blue", "lamp", "door")),
    ("sqs/set-it", ("25",)),
    ("sqs/set-it", ("20", "30")),
    ("sqs/when-back", ("=",)),
    ("sqs/when-back", ("=-4",)),
    ("sqs/when-back", ("=4e9",)),
    ("sqs/when-back", ("=٤",)),
    ("sqs/when-back", ("=1" + "0" * 20,)),
]


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_an_answer_that_is_right(id: str, answer: tuple[str, ...], course: Course):
    assert course.questions[id].possible(answer)
    assert course.questions[id].right(answer)


@pytest.mark.parametrize(("id", "answer"), WRONG)
def test_an_answer_that_is_wrong(id: str, answer: tuple[str, ...], course: Course):
    assert course.questions[id].possible(answer)
    assert not course.questions[id].right(answer)


@pytest.mark.parametrize(("id", "answer"), IMPOSSIBLE)
def test_an_answer_that_nobody_can_give(id: str, answer: tuple[str, ...], course: Course):
    assert not course.questions[id].possible(answer)


def test_a_run_of_an_option_takes_the_rest_from_the_question(course: Course):
    options = {option.id: option for option in course.questions["sqs/back-again"].options}
    shared = Play("sqs/crash-before-delete")
    assert options["blue"].claim == Claim(shared, Wanted(goal="comes-back"))
    lamp = options["lamp"].claim
    assert lamp is not None
    assert (lamp.play, lamp.wanted.test) == (shared, "event-happens")
    assert options["door"].claim is None


def test_what_the_simulator_checks(course: Course):
    checked = {id for id, question in course.questions.items() if question.checked_by_simulator}
    assert checked == {"sqs/back-again", "sqs/when-back", "sqs/set-it"}


def test_half_a_key_is_not_checked(course: Course):
    played = course.questions["sqs/back-again"]
    assert [option.id for option in played.options if option.correct] == ["blue"]
    both = [replace(o, correct=o.correct or o.id == "door") for o in played.options]
    assert played.checked_by_simulator
    assert not replace(played, options=tuple(both)).checked_by_simulator


def test_an_option_is_found_by_its_name():
    question: Question = made("x", ["amber", "dune"], [1])
    assert question.option("o1") is question.options[1]
    assert question.option("o9") is None


@pytest.mark.parametrize(("value", "text"), [(60, "60"), (True, "true"), ("LATEST", "LATEST")])
def test_values_of_knobs_are_written_as_in_addresses(value: object, text: str):
    assert written(value) == text
