"""When a card comes back: the `fsrs` package does the reckoning, here is what we want of it.

Plain functions without a clock: `now` is always an argument, in UTC. There are two outcomes, for people misuse
four: known is FSRS's Good, not known is Again; right by a guess counts as not known.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import ceil

import fsrs

# How likely a card should still be remembered on the day it comes back.
RETENTION = 0.9
# Nobody plans for longer than a year.
LONGEST_DAYS = 365
# A card that was not known comes back after this long.
STEP = timedelta(minutes=10)
# Before an exam each card is seen in this part of the time from now to then, counted from its end.
WINDOW = (0.2, 0.1)
# New cards of a plan begin in this first part of the time.
BEGINNING = 0.6
SECONDS_A_CARD = 40

_scheduler = fsrs.Scheduler(
    desired_retention=RETENTION,
    learning_steps=(STEP,),
    relearning_steps=(STEP,),
    maximum_interval=LONGEST_DAYS,
    # Chance would make the shown load and the real one differ.
    enable_fuzzing=False,
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of a card. `state` is 1 learning, 2 review, 3 relearning; the rest is its own scale."""

    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due: datetime
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Horizon:
    """From the day a plan was made to the day of the exam, both where the learner lives."""

    started_at: datetime
    exam_on: date
    zone: tzinfo = UTC

    @property
    def exam_at(self) -> datetime:
        return datetime.combine(self.exam_on, time(), self.zone).astimezone(UTC)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def part(self, share: float) -> datetime:
        """The moment with this share of the time still to go."""
        return self.exam_at - share * (self.exam_at - self.started_at)

    @property
    def window(self) -> tuple[datetime, datetime]:
        """When each card is to be seen once more: the last 10 to 20 percent of the time."""
        return self.part(WINDOW[0]), self.part(WINDOW[1])


def fresh(due: datetime) -> Memory:
    """A card that was never answered."""
    return Memory(int(fsrs.State.Learning), 0, None, None, due.astimezone(UTC), None)


def counts_as_known(right: bool, guessed: bool) -> bool:
    return right and not guessed


def after(memory: Memory, known: bool, now: datetime) -> Memory:
    """The memory after an answer. Answers that come in the wrong order count as given at the later moment."""
    at = max(now, memory.reviewed_at or now).astimezone(UTC)
    rating = fsrs.Rating.Good if known else fsrs.Rating.Again
    card, _ = _scheduler.review_card(_card(memory), rating, at)
    return Memory(
        int(card.state), card.step, card.stability, card.difficulty, card.due, card.last_review
    )


def chance_of_recall(memory: Memory, at: datetime) -> float:
    """How likely the card is remembered at a moment, between 0 and 1; 0 for one that was never answered."""
    return _scheduler.get_card_retrievability(_card(memory), at.astimezone(UTC))


def _card(memory: Memory) -> fsrs.Card:
    return fsrs.Card(
        card_id=0,
        state=fsrs.State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.reviewed_at,
    )


def place_of(key: str) -> float:
    """A number from 0 to 1, the same for the same card: spreads cards over a span of time."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48


def capped(memory: Memory, key: str, horizon: Horizon | None, now: datetime) -> Memory:
    """The memory, due no later than the card's own moment in the last part of the time before an exam."""
    if horizon is None or now >= horizon.exam_at:
        return memory
    begin, end = horizon.window
    if memory.reviewed_at is not None and memory.reviewed_at >= begin:
        return memory
    moment = begin + place_of(key) * (end - begin)
    return replace(memory, due=min(memory.due, max(moment, now)))


def spread(count: int, horizon: Horizon) -> list[datetime]:
    """When so many new cards begin: evenly over the first part of the time, the first ones at once."""
    begin, end = horizon.started_at, horizon.part(1 - BEGINNING)
    return [begin + number / max(1, count) * (end - begin) for number in range(count)]


def is_begun(memory: Memory, horizon: Horizon) -> bool:
    """Whether the card was answered, or begins by itself early enough before an exam."""
    return memory.reviewed_at is not None or memory.due <= horizon.part(1 - BEGINNING)


def resting(memory: Memory, horizon: Horizon) -> Memory:
    """The memory of a card that is left out of a plan: it comes on the day after the exam."""
    return replace(memory, due=max(memory.due, horizon.exam_at + timedelta(days=1)))


def rests(memory: Memory, horizon: Horizon) -> bool:
    """Whether the card does not come before the exam, though it was not seen in the last part of the time."""
    begin, _ = horizon.window
    is_seen = memory.reviewed_at is not None and memory.reviewed_at >= begin
    return memory.due >= horizon.exam_at and not is_seen


def days_of(key: str, memory: Memory, horizon: Horizon, now: datetime) -> list[date]:
    """The days before the exam on which a card comes, if it is known each time."""
    found = []
    held = capped(memory, key, horizon, now)
    while held.due < horizon.exam_at:
        at = max(held.due, now)
        found.append(horizon.day(at))
        held = capped(after(held, True, at), key, horizon, at)
    return found


def load(memories: Mapping[str, Memory], horizon: Horizon, now: datetime) -> list[tuple[date, int]]:
    """How many cards come on each day from today to the day before the exam, if every one is known."""
    return counted(
        (days_of(key, held, horizon, now) for key, held in memories.items()), horizon, now
    )


def counted(
    cards: Iterable[Iterable[date]], horizon: Horizon, now: datetime
) -> list[tuple[date, int]]:
    """Cards on each day from today to the day before the exam, from the days of each card."""
    found = Counter(day for days in cards for day in days)
    today = horizon.day(now)
    number = (horizon.exam_on - today).days
    return [(day, found[day]) for day in (today + timedelta(days=n) for n in range(number))]


def busiest_week(days: Sequence[tuple[date, int]]) -> float:
    """Cards a day in the busiest seven days. One full day can be shared with its neighbours, a full week cannot."""
    counts = [count for _, count in days]
    span = min(7, len(counts))
    if not span:
        return 0.0
    return max(sum(counts[n : n + span]) for n in range(len(counts) - span + 1)) / span


def minutes(cards: float) -> int:
    """About how long so many cards take; editorial judgement, not a measurement."""
    return ceil(cards * SECONDS_A_CARD / 60)
