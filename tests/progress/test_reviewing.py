"""Cards in the database: every write can come twice, and the last one can be taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from studyapp.progress import memory, reviewing
from studyapp.progress.memory import Horizon
from studyapp.progress.models import CardMemory, ExamPlan, Learner, Review
from studyapp.progress.reviewing import OldPage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
CARD, OTHER = "term:queue", "objective:sqs.polling"


@pytest.fixture
def somebody() -> Learner:
    return Learner.objects.create(key="somebody", created_at=NOON)


def test_added_cards_are_due_at_once_and_adding_again_changes_nothing(somebody) -> None:
    assert reviewing.add(somebody, [CARD, OTHER, CARD], NOON) == 2
    reviewing.answer(somebody, CARD, True, "k1", 0, NOON)
    assert reviewing.add(somebody, [CARD], NOON) == 0
    assert [row.card for row in reviewing.due(somebody, NOON)] == [OTHER]


def test_there_is_an_end_to_how_many_cards_are_kept(somebody, monkeypatch) -> None:
    monkeypatch.setattr(reviewing, "CARDS_MAX", 3)
    assert reviewing.add(somebody, [f"term:t{n}" for n in range(9)], NOON) == 3
    reviewing.miss(somebody, OTHER, "miss", "exam", NOON)
    assert CardMemory.objects.count() == 3


def test_the_same_request_twice_counts_once(somebody) -> None:
    reviewing.add(somebody, [CARD], NOON)
    first = reviewing.answer(somebody, CARD, True, "k1", 0, NOON)
    again = reviewing.answer(somebody, CARD, True, "k1", 0, NOON + timedelta(seconds=2))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.row.due == first.row.due
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("card", "key", "seen"),
    [("term:unknown", "k2", 0), (CARD, "k2", 0), (CARD, "k2", 7), (OTHER, "k1", 0)],
    ids=["not in review", "answered in another tab", "a count that never was", "key of another"],
)
def test_an_old_page_changes_nothing(somebody, card, key, seen) -> None:
    reviewing.add(somebody, [CARD, OTHER], NOON)
    reviewing.answer(somebody, CARD, True, "k1", 0, NOON)
    before = list(CardMemory.objects.order_by("card").values())
    with pytest.raises(OldPage):
        reviewing.answer(somebody, card, False, key, seen, NOON)
    assert list(CardMemory.objects.order_by("card").values()) == before
    assert Review.objects.count() == 1


def test_undo_brings_back_exactly_what_was(somebody) -> None:
    reviewing.add(somebody, [CARD], NOON)
    reviewing.answer(somebody, CARD, True, "k1", 0, NOON)
    later = NOON + timedelta(days=4)
    before = CardMemory.objects.values().get()
    done = reviewing.answer(somebody, CARD, False, "k2", 1, later)
    assert reviewing.undo(somebody, done.review.pk, later + timedelta(minutes=1)) == CARD
    assert CardMemory.objects.values().get() == before
    assert Review.objects.count() == 1


def test_undo_takes_back_the_last_answer_only_and_only_for_a_while(somebody) -> None:
    reviewing.add(somebody, [CARD, OTHER], NOON)
    first = reviewing.answer(somebody, CARD, True, "k1", 0, NOON)
    last = reviewing.answer(somebody, OTHER, True, "k2", 0, NOON + timedelta(seconds=9))
    assert reviewing.undo(somebody, first.review.pk, NOON) is None
    assert reviewing.undo(somebody, last.review.pk, NOON + timedelta(hours=2)) is None
    stranger = Learner.objects.create(key="other", created_at=NOON)
    assert reviewing.undo(stranger, last.review.pk, NOON) is None
    assert Review.objects.count() == 2


def test_a_miss_elsewhere_brings_its_card_in_and_back(somebody) -> None:
    reviewing.miss(somebody, OTHER, "attempt one", "exam", NOON)
    reviewing.miss(somebody, OTHER, "attempt one", "exam", NOON)
    row = CardMemory.objects.get()
    assert (row.reviews, row.due - NOON) == (1, timedelta(minutes=10))
    reviewing.answer(somebody, OTHER, True, "k1", 1, row.due)
    reviewing.miss(somebody, OTHER, "attempt two", "practice", NOON + timedelta(hours=1))
    assert CardMemory.objects.get().due == NOON + timedelta(hours=1, minutes=10)
    assert reviewing.last_review(somebody, NOON) is None, "a miss is not undone in review"


def test_a_plan_spreads_new_cards_and_holds_old_ones_before_the_exam(somebody) -> None:
    reviewing.add(somebody, [CARD], NOON)
    for turn in range(4):
        row = CardMemory.objects.get(card=CARD)
        reviewing.answer(somebody, CARD, True, f"k{turn}", turn, max(row.due, NOON))
    far = CardMemory.objects.get(card=CARD)
    now = far.reviewed_at + timedelta(days=1)
    exam_on = (now + timedelta(days=20)).date()
    assert far.due.date() > exam_on
    cards = [f"objective:sqs.n{n}" for n in range(10)]
    promised = reviewing.load(somebody, exam_on, cards, now)
    assert CardMemory.objects.count() == 1, "looking stores nothing"
    reviewing.plan(somebody, exam_on, cards, now)
    assert CardMemory.objects.get(card=CARD).due.date() < exam_on
    assert len({row.due for row in CardMemory.objects.exclude(card=CARD)}) == 10
    assert promised == reviewing.load(somebody, exam_on, cards, now)
    reviewing.drop_plan(somebody)
    assert ExamPlan.objects.count() == 0


def test_answers_keep_to_the_plan(somebody) -> None:
    reviewing.plan(somebody, date(2026, 12, 18), [CARD], NOON)
    at, turn = NOON, 0
    begin = reviewing.horizon_of(somebody).window[0]
    while at < datetime(2026, 12, 18, tzinfo=UTC):
        row = reviewing.answer(somebody, CARD, True, f"key{turn}", turn, at).row
        last, at, turn = at, row.due, turn + 1
    assert last >= begin


def test_what_is_left_out_of_a_plan_rests_until_the_exam_is_over(somebody) -> None:
    exam_on = date(2026, 12, 28)
    reviewing.add(somebody, [CARD, OTHER], NOON)
    reviewing.answer(somebody, CARD, True, "k1", 0, NOON)
    new = [f"objective:sqs.n{n}" for n in range(4)]
    left = {CARD, OTHER, new[0]}
    promised = reviewing.load(somebody, exam_on, [CARD, OTHER, *new], NOON, left)
    known = CardMemory.objects.filter(card=CARD).values("stability", "difficulty", "state").get()
    reviewing.plan(somebody, exam_on, [CARD, OTHER, *new], NOON, left)
    assert set(CardMemory.objects.values_list("card", flat=True)) == {CARD, OTHER, *new[1:]}
    assert (
        CardMemory.objects.filter(card=CARD).values("stability", "difficulty", "state").get()
        == known
    )
    last = datetime(2026, 12, 27, 23, 59, tzinfo=UTC)
    assert {row.card for row in reviewing.due(somebody, last)} == set(new[1:])
    assert {row.card for row in reviewing.due(somebody, last + timedelta(days=3))} >= {CARD, OTHER}
    horizon = reviewing.horizon_of(somebody)
    resting = reviewing.resting(somebody, horizon)
    assert sorted(resting) == sorted([CARD, OTHER])
    assert reviewing.load(somebody, exam_on, [], NOON, resting) == promised
    assert {day for day, count in promised if count} != set()


def test_a_wrong_answer_elsewhere_brings_back_what_rests(somebody) -> None:
    reviewing.add(somebody, [OTHER], NOON)
    reviewing.plan(somebody, date(2026, 12, 28), [OTHER], NOON, {OTHER})
    reviewing.miss(somebody, OTHER, "miss", "practice", NOON + timedelta(days=1))
    assert [r.card for r in reviewing.due(somebody, NOON + timedelta(days=1, hours=1))] == [OTHER]


def test_another_plan_takes_everything_in_again(somebody) -> None:
    cards = [CARD, OTHER, "objective:sqs.n1"]
    reviewing.plan(somebody, date(2026, 12, 28), cards[:2], NOON)
    reviewing.plan(somebody, date(2026, 12, 28), cards, NOON, set(cards))
    assert reviewing.due(somebody, datetime(2026, 12, 27, tzinfo=UTC)) == []
    promised = reviewing.load(somebody, date(2026, 12, 28), cards, NOON)
    reviewing.plan(somebody, date(2026, 12, 28), cards, NOON)
    begins = sorted(CardMemory.objects.values_list("due", flat=True))
    assert begins == sorted(memory.spread(3, Horizon(NOON, date(2026, 12, 28))))
    assert reviewing.load(somebody, date(2026, 12, 28), [], NOON) == promised
