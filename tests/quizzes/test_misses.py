"""Misses come into review: of exams when they end, however they end, and of practice at the check."""

import pytest

from studyapp.progress.models import CardMemory, Learner, Review
from studyapp.quizzes import recording
from studyapp.quizzes.bank import bank
from studyapp.quizzes.models import Attempt
from studyapp.quizzes.recording import Beginning, Write
from tests.quizzes.samples import BANK, NOON, answer, exam, learner

pytestmark = pytest.mark.django_db


def form() -> list:
    """Five exam questions of five objectives."""
    found: dict = {}
    for item in bank().values():
        if item.grade == "exam" and item.form == "single":
            found.setdefault(item.objective, item)
    return list(found.values())[:5]


def sit(who: Learner, answers: dict[int, tuple[bool, int]]) -> Attempt:
    """An exam with answers: number to (right, confidence)."""
    items = form()
    attempt = recording.start(
        who, "k" * 20, Beginning("exam", items, "en", "v", 600, "normal"), NOON
    )
    for number, (right, confidence) in answers.items():
        item = items[number - 1]
        chosen = [o.id for o in item.options if o.right is right][:1]
        write = Write(f"tab-aaaaaaaa.{number}", chosen, confidence=confidence)
        recording.save(who, attempt.pk, "exam", number, lambda _, w=write: w, NOON, bank())
    return attempt


def in_review() -> set[str]:
    return set(CardMemory.objects.values_list("card", flat=True))


def test_nothing_comes_into_review_before_the_exam_ends() -> None:
    who = learner()
    attempt = sit(who, {1: (False, 0)})
    assert in_review() == set()
    recording.finish(who, attempt.pk, "exam", NOON, bank())
    assert in_review() == {f"objective:{form()[0].objective}"}


def test_wrong_answers_and_lucky_guesses_come_and_open_questions_do_not() -> None:
    who = learner()
    attempt = sit(who, {1: (False, 3), 2: (True, 1), 3: (True, 3), 4: (True, 0)})
    recording.finish(who, attempt.pk, "exam", NOON, bank())
    assert in_review() == {f"objective:{form()[n].objective}" for n in (0, 1)}
    assert set(Review.objects.values_list("place", "known")) == {("exam", False)}


def test_an_exam_that_the_clock_ends_does_the_same_and_only_once() -> None:
    who = learner()
    attempt = sit(who, {1: (False, 0)})
    late = NOON.later(5000)
    recording.close_if_over(attempt, late, bank())
    recording.finish(who, attempt.pk, "exam", late, bank())
    assert Review.objects.count() == 1
    assert in_review() == {f"objective:{form()[0].objective}"}


def test_objectives_that_no_card_can_ask_are_left_alone() -> None:
    who = learner()
    attempt = exam(who)
    answer(who, attempt, chosen="b")
    recording.finish(who, attempt.pk, "exam", NOON, BANK)
    assert in_review() == set()
