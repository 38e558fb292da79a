"""When a card comes back, without a database and without a clock."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.progress import memory
from studyapp.progress.memory import Horizon

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
CARDS = [f"objective:sqs.number-{n}" for n in range(43)]


def test_a_card_that_is_known_comes_back_after_days_that_grow() -> None:
    held, at, gaps = memory.fresh(NOON), NOON, []
    for _ in range(4):
        held = memory.after(held, True, at)
        gaps.append((held.due - at).days)
        at = held.due
    assert gaps == sorted(gaps)
    assert 1 <= gaps[0] <= 4
    assert gaps[-1] > 20


def test_a_card_that_is_not_known_comes_back_soon_and_is_remembered_less() -> None:
    held = memory.after(memory.fresh(NOON), True, NOON)
    missed = memory.after(held, False, held.due)
    assert missed.due - held.due == memory.STEP
    known = memory.after(held, True, held.due)
    later = held.due + timedelta(days=3)
    assert memory.chance_of_recall(missed, later) < memory.chance_of_recall(known, later)


def test_on_the_day_it_is_due_a_card_is_remembered_about_nine_times_in_ten() -> None:
    held = memory.after(memory.fresh(NOON), True, NOON)
    held = memory.after(held, True, held.due)
    assert memory.chance_of_recall(held, held.due) == pytest.approx(memory.RETENTION, abs=0.03)
    assert memory.chance_of_recall(memory.fresh(NOON), NOON) == 0


@pytest.mark.parametrize(
    ("right", "guessed", "known"),
    [(True, False, True), (True, True, False), (False, False, False), (False, True, False)],
)
def test_right_by_a_guess_counts_as_not_known(right: bool, guessed: bool, known: bool) -> None:
    assert memory.counts_as_known(right, guessed) is known


def test_the_same_answers_give_the_same_moment_and_other_clocks_do_not_matter() -> None:
    first = memory.after(memory.fresh(NOON), True, NOON)
    assert memory.after(memory.fresh(NOON), True, NOON) == first
    earlier = memory.after(first, True, NOON - timedelta(days=9))
    assert earlier.reviewed_at == NOON


def test_new_cards_of_a_plan_begin_one_after_the_other() -> None:
    horizon = Horizon(NOON, date(2026, 12, 28))
    begins = memory.spread(43, horizon)
    assert begins[0] == NOON
    assert begins == sorted(begins)
    assert begins[-1] < horizon.part(1 - memory.BEGINNING)
    assert memory.spread(0, horizon) == []


@given(
    days=st.integers(3, 400),
    outcomes=st.lists(st.booleans(), min_size=1, max_size=30),
    number=st.integers(0, 42),
)
def test_every_card_is_seen_in_the_last_part_before_the_exam(
    days: int, outcomes: list[bool], number: int
) -> None:
    horizon = Horizon(NOON, (NOON + timedelta(days=days)).date())
    begin, end = horizon.window
    key = CARDS[number]
    held = memory.fresh(memory.spread(43, horizon)[number])
    seen: list[datetime] = []
    turn = 0
    while held.due < horizon.exam_at:
        at = held.due
        seen.append(at)
        # After the given outcomes everything is known, or a card missed for ever would come for ever.
        known = outcomes[turn] if turn < len(outcomes) else True
        held = memory.capped(memory.after(held, known, at), key, horizon, at)
        turn += 1
    assert any(begin <= at for at in seen)
    assert min(at for at in seen if at >= begin) < end


def test_the_load_adds_up_to_what_the_cards_do() -> None:
    horizon = Horizon(NOON, date(2026, 12, 28))
    memories = {
        card: memory.fresh(begins)
        for card, begins in zip(CARDS, memory.spread(43, horizon), strict=True)
    }
    days = memory.load(memories, horizon, NOON)
    assert [day for day, _ in days] == [date(2026, 11, 28) + timedelta(days=n) for n in range(30)]
    total = sum(count for _, count in days)
    assert total >= 2 * len(CARDS), "each card at its beginning and before the exam"
    busiest = max(count for _, count in days)
    assert busiest < total / 5, "no day carries a fifth of everything"


def test_what_waits_since_long_is_counted_today_and_nothing_after_the_exam() -> None:
    horizon = Horizon(NOON, date(2026, 11, 30))
    days = memory.load({"a": memory.fresh(NOON - timedelta(days=90))}, horizon, NOON)
    assert days[0] == (date(2026, 11, 28), 1)
    assert len(days) == 2


def test_after_the_exam_and_without_one_nothing_is_capped() -> None:
    held = memory.after(memory.fresh(NOON), True, NOON)
    past = Horizon(NOON - timedelta(days=30), date(2026, 11, 20))
    assert memory.capped(held, "a", None, NOON) == held
    assert memory.capped(held, "a", past, NOON) == held


def test_minutes_are_rounded_up() -> None:
    assert [memory.minutes(n) for n in (0, 1, 2, 12)] == [0, 1, 2, 8]


def test_a_busy_week_counts_and_a_busy_day_is_shared() -> None:
    days = [(date(2026, 12, 1) + timedelta(days=n), count) for n, count in enumerate([0] * 9)]
    assert memory.busiest_week(days) == 0
    days[4] = (days[4][0], 70)
    assert memory.busiest_week(days) == 10
    days[8] = (days[8][0], 7)
    assert memory.busiest_week(days) == 11
    assert memory.busiest_week(days[4:6]) == 35, "a shorter time is its own week"
    assert memory.busiest_week([]) == 0
    assert memory.minutes(10.5) == 7


def test_a_card_that_rests_comes_after_the_exam_and_is_told_from_others() -> None:
    horizon = Horizon(NOON, date(2026, 12, 28))
    known = memory.after(memory.fresh(NOON), True, NOON)
    for held in (memory.fresh(NOON), known):
        rested = memory.resting(held, horizon)
        assert rested.due > horizon.exam_at
        assert (rested.stability, rested.reviewed_at) == (held.stability, held.reviewed_at)
        assert memory.rests(rested, horizon)
        assert not memory.rests(memory.capped(held, "a", horizon, NOON), horizon)
    late = memory.after(known, True, horizon.window[0] + timedelta(hours=1))
    assert late.due > horizon.exam_at
    assert not memory.rests(late, horizon), "seen before the exam, it has nothing left to do"


def test_a_card_begins_by_itself_only_early_enough() -> None:
    horizon = Horizon(NOON, date(2026, 12, 28))
    assert memory.is_begun(memory.fresh(NOON), horizon)
    assert not memory.is_begun(memory.fresh(horizon.window[0]), horizon)
    assert memory.is_begun(memory.after(memory.fresh(NOON), True, NOON), horizon)


def test_days_before_an_exam_are_those_of_the_learner() -> None:
    late = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)
    seoul = Horizon(late, date(2026, 12, 28), timezone(timedelta(hours=9)))
    assert seoul.exam_at == datetime(2026, 12, 27, 15, tzinfo=UTC)
    assert memory.days_of(CARDS[0], memory.fresh(late), seoul, late)[0] == date(2026, 11, 29)
    for horizon, first in (
        (seoul, date(2026, 11, 29)),
        (Horizon(late, seoul.exam_on), late.date()),
    ):
        days = memory.load({card: memory.fresh(late) for card in CARDS}, horizon, late)
        assert [day for day, _ in days] == [first + timedelta(days=n) for n in range(len(days))]
        assert (days[0][1], days[-1][0]) == (len(CARDS), date(2026, 12, 27))
