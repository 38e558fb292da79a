"""A practice set with a clock can stand still: its time then stops and its question is away, whatever is repeated."""

from datetime import timedelta

import pytest

from studyapp.progress.models import Learner
from studyapp.quizzes import pausing
from studyapp.quizzes.clock import Instant
from studyapp.quizzes.models import ASKED, EXAM, PRACTICE, REPLACED, TIME, Answer, Attempt
from studyapp.quizzes.recording import (
    Beginning,
    Closed,
    Incomplete,
    Malformed,
    Paused,
    Unknown,
    close_abandoned,
    close_if_over,
    finish,
    remaining,
    resume,
    start,
)
from studyapp.quizzes.report import report_of
from tests.quizzes.samples import BANK, FORM, NOON, OTHER_TAB, answer, exam, learner

pytestmark = pytest.mark.django_db
MINUTE = 60.0


@pytest.fixture
def who() -> Learner:
    return learner()


@pytest.fixture
def timed(who: Learner) -> Attempt:
    """A set of eight minutes."""
    return start(who, "p" * 22, Beginning(PRACTICE, FORM, "en", "v1", 480, "normal"), NOON)


def now_in(attempt: Attempt) -> Attempt:
    return Attempt.objects.get(pk=attempt.pk)


def pause(who: Learner, attempt: Attempt, at: Instant, turn: int = 1, **more: object) -> None:
    answer(who, attempt, turn=turn, at=at, pause=True, **more)


def go_on(who: Learner, attempt: Attempt, at: Instant, number: int = 1) -> Attempt:
    return resume(who, attempt.pk, PRACTICE, number, at)


def test_in_a_pause_the_time_stands_still_and_then_runs_on(who, timed):
    pause(who, timed, NOON.later(2 * MINUTE))
    for minutes in (2, 5, 600):
        assert remaining(now_in(timed), NOON.later(minutes * MINUTE)) == 360
    after = go_on(who, timed, NOON.later(602 * MINUTE))
    assert remaining(after, NOON.later(603 * MINUTE)) == 300
    assert after.ends_at == NOON.wall + timedelta(minutes=608)
    assert not after.is_paused


def test_pauses_are_logged_and_add_up(who, timed):
    pause(who, timed, NOON.later(MINUTE))
    go_on(who, timed, NOON.later(3 * MINUTE))
    pause(who, timed, NOON.later(4 * MINUTE), turn=2)
    after = go_on(who, timed, NOON.later(14 * MINUTE), number=2)
    assert after.pauses == [
        ["2026-11-28T12:01:00+00:00", "2026-11-28T12:03:00+00:00"],
        ["2026-11-28T12:04:00+00:00", "2026-11-28T12:14:00+00:00"],
    ]
    assert pausing.paused_for(after) == timedelta(minutes=12)
    ended = finish(who, timed.pk, PRACTICE, NOON.later(15 * MINUTE), BANK)
    report = report_of(ended, BANK, {})
    assert report.duration == timedelta(minutes=3), "the time that was worked"


def test_what_was_chosen_is_kept_by_the_press_that_pauses(who, timed):
    pause(who, timed, NOON.later(9), chosen="b")
    assert Answer.objects.get().chosen == ["b"]
    assert now_in(timed).answered == 1


def test_a_pause_that_is_sent_again_is_one_pause(who, timed):
    for seconds in (60, 61, 90):
        pause(who, timed, NOON.later(seconds))
    assert now_in(timed).paused_at == NOON.later(60).wall
    go_on(who, timed, NOON.later(120))
    pause(who, timed, NOON.later(150))  # the reply was lost, and the network brings it again
    held = now_in(timed)
    assert not held.is_paused
    assert len(held.pauses) == 1


def test_going_on_that_is_sent_again_ends_no_later_pause(who, timed):
    pause(who, timed, NOON.later(60))
    go_on(who, timed, NOON.later(90))
    go_on(who, timed, NOON.later(95))
    assert len(now_in(timed).pauses) == 1
    pause(who, timed, NOON.later(120), turn=2)
    go_on(who, timed, NOON.later(125), number=1)
    assert now_in(timed).is_paused
    assert not go_on(who, timed, NOON.later(130), number=2).is_paused


def test_an_answer_in_a_pause_is_refused_and_changes_nothing(who, timed):
    pause(who, timed, NOON.later(60))
    before = list(Attempt.objects.values_list()), list(Answer.objects.values_list())
    for more in ({}, {"check": True}, {"pause": True}):
        with pytest.raises(Paused):
            answer(who, timed, chosen="c", tab=OTHER_TAB, at=NOON.later(70), **more)
    assert (list(Attempt.objects.values_list()), list(Answer.objects.values_list())) == before
    go_on(who, timed, NOON.later(80))
    assert answer(who, timed, chosen="c", tab=OTHER_TAB, at=NOON.later(90)).answer.chosen == ["c"]


def test_a_write_from_before_the_pause_is_confirmed_again_during_it(who, timed):
    first = answer(who, timed, chosen="a", at=NOON.later(10))
    pause(who, timed, NOON.later(60), turn=2, chosen="a")
    again = answer(who, timed, chosen="a", at=NOON.later(70))
    assert again.repeated
    assert again.answer.chosen == first.answer.chosen
    assert again.remaining_seconds == 420


def test_a_set_never_ends_by_the_clock_while_it_is_paused(who, timed):
    pause(who, timed, NOON.later(60))
    late = NOON.later(40 * 24 * 3600)
    assert close_abandoned(late, BANK) == 0
    assert not close_if_over(now_in(timed), late, BANK).is_finished
    go_on(who, timed, late)
    assert remaining(now_in(timed), late) == 420
    assert close_abandoned(late.later(424), BANK) == 0
    assert close_abandoned(late.later(426), BANK) == 1
    assert now_in(timed).finish_reason == TIME


def test_whose_time_is_up_cannot_pause(who, timed):
    with pytest.raises(Closed):
        pause(who, timed, NOON.later(486))
    assert (now_in(timed).finish_reason, now_in(timed).is_paused) == (TIME, False)


@pytest.mark.parametrize("hours", [3, -3])
def test_a_wall_clock_that_is_set_in_a_pause_gives_and_takes_nothing(who, timed, hours):
    pause(who, timed, NOON.later(60))
    at = NOON.later(90)
    moved = Instant(at.wall + timedelta(hours=hours), at.ticks_seconds, at.boot)
    after = go_on(who, timed, moved)
    assert remaining(after, NOON.later(100)) == 410
    assert pausing.paused_for(after) == timedelta(seconds=30)


def test_after_a_restart_in_a_pause_the_wall_clock_counts(who, timed):
    pause(who, timed, NOON.later(60))
    at = NOON.later(3600)
    after = go_on(who, timed, Instant(at.wall, 12.0, "another run"))
    assert remaining(after, Instant(at.wall, 12.0, "another run")) == 420


@pytest.mark.parametrize("how", ["asked", "replaced"])
def test_a_paused_set_can_be_ended_and_replaced(who, timed, how):
    pause(who, timed, NOON.later(60))
    at = NOON.later(360)
    if how == "asked":
        finish(who, timed.pk, PRACTICE, at, BANK)
    else:
        start(who, "q" * 22, Beginning(PRACTICE, FORM, "en", "v1"), at, replace=timed.pk)
    held = now_in(timed)
    assert held.finish_reason == {"asked": ASKED, "replaced": REPLACED}[how]
    assert not held.is_paused
    assert pausing.paused_for(held) == timedelta(minutes=5)
    assert not go_on(who, timed, NOON.later(400)).is_paused


def test_exams_and_sets_without_a_clock_have_no_pause(who):
    sat = exam(who)
    untimed = start(who, "u" * 22, Beginning(PRACTICE, FORM, "en", "v1"), NOON)
    for attempt in (sat, untimed):
        with pytest.raises(Malformed):
            pause(who, attempt, NOON.later(9))
        assert not now_in(attempt).is_paused
        assert now_in(attempt).revision == 0
    assert Answer.objects.count() == 0
    with pytest.raises(Unknown):
        resume(who, sat.pk, PRACTICE, 1, NOON)
    assert resume(who, sat.pk, EXAM, 1, NOON).ends_at == sat.ends_at


def test_somebody_else_can_neither_pause_nor_go_on(who, timed):
    other = learner("other")
    with pytest.raises(Unknown):
        pause(other, timed, NOON.later(9))
    pause(who, timed, NOON.later(9))
    with pytest.raises(Unknown):
        go_on(other, timed, NOON.later(10))
    assert now_in(timed).is_paused


def test_a_set_has_so_many_pauses_and_no_more(who, timed):
    Attempt.objects.update(
        pauses=[["2026-11-28T12:00:01+00:00", "2026-11-28T12:00:01+00:00"]] * pausing.PAUSES_MAX
    )
    with pytest.raises(Malformed):
        pause(who, timed, NOON.later(9))
    assert not now_in(timed).is_paused


def test_too_many_options_show_no_question_in_a_pause_or_after_the_end(who, timed):
    three = {"question": "sns/two", "chosen": "abc"}
    with pytest.raises(Incomplete) as asked:
        answer(who, timed, at=NOON.later(9), **three)
    assert asked.value.answer.pk is None
    pause(who, timed, NOON.later(60))
    with pytest.raises(Paused):
        answer(who, timed, turn=2, at=NOON.later(70), **three)
    go_on(who, timed, NOON.later(80))
    with pytest.raises(Malformed):
        answer(who, timed, turn=3, at=NOON.later(9000), **three)
    assert now_in(timed).answered == 1
