"""Cards of a learner: added, answered, undone, planned. Each write is one transaction that may be repeated."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_current_timezone

from studyapp.progress import memory
from studyapp.progress.memory import Horizon, Memory
from studyapp.progress.models import CardMemory, ExamPlan, Learner, Review

CARDS_MAX = 2000
# Who notices a wrong tap does so at once; later an answer is history.
UNDO_FOR = timedelta(hours=1)
IN_REVIEW = "review"
_FIELDS = ("state", "step", "stability", "difficulty", "due", "reviewed_at")


class OldPage(Exception):
    """The card has been answered, or removed, since the page was made."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An answer and what it did. `is_new` is false where the same request came again."""

    review: Review
    row: CardMemory
    is_new: bool


def memory_of(row: CardMemory) -> Memory:
    return Memory(row.state, row.step, row.stability, row.difficulty, row.due, row.reviewed_at)


def put(row: CardMemory, held: Memory) -> None:
    for name in _FIELDS:
        setattr(row, name, getattr(held, name))


def horizon_to(exam_on: date, started_at: datetime) -> Horizon:
    """The time to an exam; its days are those of Django's current time zone."""
    return Horizon(started_at, exam_on, get_current_timezone())


def horizon_of(learner: Learner) -> Horizon | None:
    plan = ExamPlan.objects.filter(learner=learner).first()
    return horizon_to(plan.exam_on, plan.started_at) if plan else None


def due(learner: Learner, now: datetime) -> list[CardMemory]:
    """The cards whose time has come, the longest waiting first."""
    return list(learner.memories.filter(due__lte=now).order_by("due", "card"))


def add(learner: Learner, cards: Iterable[str], now: datetime) -> int:
    """Put cards into review, due at once; those that are there stay as they are. Returns how many are new."""
    with transaction.atomic():
        _lock(learner)
        held = set(learner.memories.values_list("card", flat=True))
        wanted = [card for card in dict.fromkeys(cards) if card not in held]
        rows = [_new(learner, card, now, now) for card in wanted[: CARDS_MAX - len(held)]]
        CardMemory.objects.bulk_create(rows)
    return len(rows)


def remove(learner: Learner, cards: Iterable[str]) -> None:
    learner.memories.filter(card__in=list(cards)).delete()


def answer(
    learner: Learner, card: str, known: bool, key: str, seen: int, now: datetime
) -> Reviewed:
    """Keep an answer to a card that was shown after `seen` answers.

    Raises:
        OldPage: when the card is not in review, or was answered since; nothing changes.
    """
    with transaction.atomic():
        _lock(learner)
        row = learner.memories.filter(card=card).first()
        if row is None:
            raise OldPage(card)
        if done := learner.reviews.filter(key=key, card=card).first():
            return Reviewed(done, row, is_new=False)
        if row.reviews != seen or learner.reviews.filter(key=key).exists():
            raise OldPage(card)
        return Reviewed(_review(row, known, key, IN_REVIEW, now), row, is_new=True)


def miss(learner: Learner, card: str, key: str, place: str, now: datetime) -> None:
    """Something of this card was answered wrong elsewhere: it comes into review, or comes back soon."""
    with transaction.atomic():
        _lock(learner)
        if learner.reviews.filter(key=key).exists():
            return
        row = learner.memories.filter(card=card).first()
        if row is None:
            if learner.memories.count() >= CARDS_MAX:
                return
            row = _new(learner, card, now, now)
        _review(row, False, key, place, now)


def _review(row: CardMemory, known: bool, key: str, place: str, now: datetime) -> Review:
    before = memory_of(row)
    is_new_card = row.pk is None
    held = memory.after(before, known, now)
    put(row, memory.capped(held, row.card, horizon_of(row.learner), now))
    row.reviews += 1
    row.save()
    return Review.objects.create(
        learner=row.learner,
        card=row.card,
        key=key,
        known=known,
        place=place,
        was_due=before.state == 2 and before.due <= now,
        reviewed_at=now,
        before=None if is_new_card else _plain(before),
    )


def last_review(learner: Learner, now: datetime) -> Review | None:
    """The answer that can be undone: the latest one in review, while it is young and nothing followed it."""
    last = learner.reviews.order_by("-reviewed_at", "-pk").first()
    if last is None or last.place != IN_REVIEW or last.reviewed_at < now - UNDO_FOR:
        return None
    return last if last.before is not None else None  # one from a file says nothing of before


def undo(learner: Learner, review: int, now: datetime) -> str | None:
    """Take back the last answer if it is this one, and give its card; None where there is nothing to take back."""
    with transaction.atomic():
        _lock(learner)
        last = last_review(learner, now)
        if last is None or last.pk != review or last.before is None:
            return None
        row = learner.memories.filter(card=last.card).first()
        if row is None:
            return None
        put(row, _memory(last.before))
        row.reviews = max(0, row.reviews - 1)
        row.save()
        last.delete()
        return last.card


def plan(
    learner: Learner,
    exam_on: date,
    cards: Iterable[str],
    now: datetime,
    left_out: Collection[str] = (),
) -> None:
    """Work towards an exam: new cards begin one after the other, and no card comes later than it should.

    What is left out is not begun, and rests until the day after the exam where it is in review already.
    """
    horizon = horizon_to(exam_on, now)
    with transaction.atomic():
        _lock(learner)
        ExamPlan.objects.update_or_create(
            learner=learner, defaults={"exam_on": exam_on, "started_at": now}
        )
        rows = {row.card: row for row in learner.memories.all()}
        held = {card: memory_of(row) for card, row in rows.items()}
        begins = beginnings([card for card in cards if card not in left_out], held, horizon)
        for card, row in rows.items():
            if card in left_out:
                put(row, memory.resting(held[card], horizon))
            elif card in begins:
                put(row, memory.fresh(begins[card]))
            else:
                put(row, memory.capped(held[card], card, horizon, now))
        CardMemory.objects.bulk_update(rows.values(), ["due"])
        for card, due in begins.items():
            if card not in rows:
                _new(learner, card, due, now).save()


def beginnings(
    cards: Iterable[str], held: Mapping[str, Memory], horizon: Horizon
) -> Mapping[str, datetime]:
    """When each card would begin that is not in review yet, or was never answered and would begin too late."""
    new = [
        card
        for card in dict.fromkeys(cards)
        if card not in held or not memory.is_begun(held[card], horizon)
    ]
    return dict(zip(new, memory.spread(len(new), horizon), strict=True))


def load(
    learner: Learner | None,
    exam_on: date,
    cards: Iterable[str],
    now: datetime,
    left_out: Collection[str] = (),
) -> list[tuple[date, int]]:
    """The cards of each day that a plan would bring; nothing is stored."""
    return loads(learner, exam_on, cards, now)(left_out)


def loads(
    learner: Learner | None, exam_on: date, cards: Iterable[str], now: datetime
) -> Callable[[Collection[str]], list[tuple[date, int]]]:
    """The load of a plan as a function of the cards that are left out. It reads the database once."""
    horizon, wanted = horizon_to(exam_on, now), list(cards)
    rows = learner.memories.all() if learner else ()
    held = {row.card: memory_of(row) for row in rows}
    days: dict[str, list[date]] = {}

    def without(left_out: Collection[str]) -> list[tuple[date, int]]:
        begins = beginnings([card for card in wanted if card not in left_out], held, horizon)
        old = [card for card in held if card not in left_out and card not in begins]
        for card in old:
            if card not in days:
                days[card] = memory.days_of(card, held[card], horizon, now)
        new = [memory.days_of(card, memory.fresh(d), horizon, now) for card, d in begins.items()]
        return memory.counted([*(days[card] for card in old), *new], horizon, now)

    return without


def resting(learner: Learner, horizon: Horizon) -> list[str]:
    """The cards that do not come before the exam."""
    return [row.card for row in learner.memories.all() if memory.rests(memory_of(row), horizon)]


def drop_plan(learner: Learner) -> None:
    """No exam any more; the cards stay as they are."""
    ExamPlan.objects.filter(learner=learner).delete()


def _new(learner: Learner, card: str, due: datetime, now: datetime) -> CardMemory:
    row = CardMemory(learner=learner, card=card, added_at=now)
    put(row, memory.fresh(due))
    return row


def _lock(learner: Learner) -> None:
    Learner.objects.select_for_update().get(pk=learner.pk)


def _plain(held: Memory) -> dict[str, Any]:
    row = {name: getattr(held, name) for name in _FIELDS}
    for name in ("due", "reviewed_at"):
        row[name] = row[name].isoformat() if row[name] else None
    return row


def _memory(row: Mapping[str, Any]) -> Memory:
    moments = {n: parse_datetime(row[n]) if row[n] else None for n in ("due", "reviewed_at")}
    return Memory(**{**row, **moments})
