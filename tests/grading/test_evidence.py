"""The run behind an answer, and the moment that decides: for every answer of the bank that can be watched."""

import re
from pathlib import Path

import pytest

from studyapp.course.library import load
from studyapp.course.questions import Question
from studyapp.grading.drawn import FAMILIES, drawn_question, settle
from studyapp.grading.evidence import Case, answers_with_runs, case_of, name_of

COURSE = load(Path(__file__).resolve().parents[2] / "content")
WATCHED = [
    (question.id, answer)
    for question in COURSE.questions.values()
    for answer in answers_with_runs(question)
]
SEED = 17
DRAWN = [f"{family}~{SEED}" for family in FAMILIES]


def case(question: str, answer: str) -> Case:
    found = case_of(COURSE, question, answer)
    assert found is not None
    return found


def question(id: str) -> Question:
    found = drawn_question(COURSE, id)
    assert found is not None
    return found


@pytest.mark.parametrize(("id", "answer"), WATCHED)
def test_the_moment_that_decides(id: str, answer: str) -> None:
    seen = case(id, answer)
    own, right, at_ms = seen.own, seen.right, seen.stops_ms
    assert own.right == (answer in COURSE.questions[id].key) or COURSE.questions[id].task
    assert own.met() == own.right
    assert 0 <= seen.starts_ms < at_ms <= own.run.world.now_ms
    assert bool(own.missing()) != own.right
    if own.right:
        assert right is None
    if right is not None:
        assert right.met()
        assert right.play != own.play
        assert not own.met(at_ms)
        assert right.met(min(at_ms, right.run.world.now_ms))
    if seen.number is not None:
        log = own.run.world.log
        assert log[seen.number].at_ms == at_ms
        assert own.met(at_ms - 1) != own.met(at_ms), "one entry turns the answer"


def test_what_can_be_watched() -> None:
    kinds = {COURSE.questions[id].kind for id, _ in WATCHED}
    assert {"knob", "predict", "single"} <= kinds
    assert sum(case(*each).right is not None for each in WATCHED) >= 40
    at_an_event = [each for each in WATCHED if case(*each).number is not None]
    assert len(at_an_event) >= 60
    for id, _ in WATCHED:
        if COURSE.questions[id].kind == "predict":
            assert answers_with_runs(COURSE.questions[id]) == COURSE.questions[id].key


def test_a_worker_that_handles_a_message_again_decides() -> None:
    seen = case("sqs/slow-video-worker", "turn-on-long-polling")
    assert seen.number is not None
    assert type(seen.own.run.world.log[seen.number]).__name__ == "HandlingFinished"
    assert seen.right is not None
    assert seen.right.answer == "raise-the-timeout"


@pytest.mark.parametrize("id", DRAWN)
def test_a_drawn_question_shows_the_world_of_each_answer(id: str) -> None:
    drawn = question(id)
    story, _ = settle(FAMILIES[id.partition("~")[0]], SEED)
    (key,) = drawn.key
    answers = answers_with_runs(drawn)
    assert key in answers
    for option in drawn.options:
        differs = story.options[option.id].data != story.options[key].data
        assert (option.id in answers) == (option.id == key or differs)
    for answer in answers:
        seen = case(id, answer)
        assert (seen.right is None) == (answer == key)
        assert 0 < seen.stops_ms <= seen.own.run.world.now_ms
        measured = story.options[answer].measure(seen.own.run.world.log)
        assert measured == story.options[answer].answer()


def test_a_drawn_answer_in_seconds_stops_at_that_second() -> None:
    id = f"sqs/extended-visibility~{SEED}"
    story, values = settle(FAMILIES["sqs/extended-visibility"], SEED)
    assert case(id, "from-the-call").stops_ms == values["from-the-call"] * 1000


def test_everything_in_a_drawn_world_has_a_name_and_no_name_is_left_over() -> None:
    used = set()
    for id in DRAWN:
        for answer in answers_with_runs(question(id)):
            seen = case(id, answer)
            data = seen.own.file.data
            things = {
                thing for value in data.values() if isinstance(value, dict) for thing in value
            } | {row["by"] for row in data.get("script", ()) if "by" in row}
            assert things == set(seen.own.file.labels)
            used |= {name_of(thing) for thing in things}
    assert used == {id for kind, id in COURSE.telling if kind == "name"}


def test_numbered_things_count_from_one() -> None:
    labels = case(f"sns/copies~{SEED}", "once-for-each-queue").own.file.labels
    workers = [id for id in labels if id.startswith("queue-1-worker-")]
    assert len(workers) > 1
    assert labels["queue-0"].en == "queue 1"
    assert labels["queue-1-worker-1"].ko == "작업자 2"
    assert not any(re.search(r"[{}]", text.vi) for text in labels.values())


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("sqs/no-such-question", "x"),
        ("sqs/slow-video-worker", "x"),
        ("sqs/slow-video-worker", ""),
        ("sqs/extended-visibility~100", "from-the-call"),
        ("sqs/extended-visibility~017", "from-the-call"),
        ("sqs/extended-visibility~17", "x"),
        ("sqs/after-the-crash", "never"),
    ],
)
def test_what_cannot_be_watched_is_nothing(id: str, answer: str) -> None:
    assert case_of(COURSE, id, answer) is None
