"""What a learner's stored answers say about them. Everything is counted anew from the rows."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import TypeVar

from studyapp.progress.models import Learner
from studyapp.quizzes.estimate import ENOUGH, wilson
from studyapp.quizzes.items import Item, base_of
from studyapp.quizzes.ladder import LEVELS, level_of
from studyapp.quizzes.models import FAIRLY, GUESS, MISSES, SURE, Answer
from studyapp.quizzes.readiness import Readiness, readiness

K = TypeVar("K", bound=Hashable)
CONFIDENCES = {"guess": GUESS, "fairly": FAIRLY, "sure": SURE}
RECENT = timedelta(days=30)
WEEKS = 8
DAYS_AHEAD = 14


@dataclass(frozen=True, slots=True)
class Given:
    """One answer that was graded. `level` is its step on the ladder of languages, '' for none."""

    question: str
    right: bool
    is_first: bool
    confidence: int
    milliseconds: int
    miss: str
    level: str
    at: datetime

    @property
    def service(self) -> str:
        return self.question.split("/")[0]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many were right."""

    right: int = 0
    total: int = 0

    @property
    def is_enough(self) -> bool:
        return self.total >= ENOUGH

    @property
    def percent(self) -> int:
        return round(100 * self.right / self.total) if self.total else 0

    @property
    def low(self) -> int:
        return round(100 * wilson(self.right, self.total).low)

    @property
    def high(self) -> int:
        return round(100 * wilson(self.right, self.total).high)


def tally(outcomes: Iterable[bool]) -> Tally:
    held = list(outcomes)
    return Tally(sum(held), len(held))


def answers_of(learner: Learner) -> list[Given]:
    """Every graded answer of a learner, the oldest first."""
    rows = (
        Answer.objects.filter(attempt__learner=learner, is_answered=True, right__isnull=False)
        .order_by("received_at", "pk")
        .values_list(
            "question", "right", "is_first", "confidence", "milliseconds", "miss", "received_at",
            "language", "attempt__kind", "attempt__language", "attempt__asked_for", "attempt__ends_at",
        )
    )  # fmt: skip
    return [
        Given(
            question, bool(right), is_first, confidence, milliseconds, miss,
            level_of(
                kind, asked_for.get("help", ""), language or page, page, ends_at is not None,
                asked_for.get("mode", ""),
            ),
            at,
        )
        for question, right, is_first, confidence, milliseconds, miss, at,
            language, kind, page, asked_for, ends_at in rows
    ]  # fmt: skip


def grouped(answers: Iterable[Given], name: Callable[[Given], K | None]) -> dict[K, Tally]:
    """Tallies by name; what has none is left out."""
    found: dict[K, list[bool]] = {}
    for answer in answers:
        key = name(answer)
        if key is not None:
            found.setdefault(key, []).append(answer.right)
    return {key: tally(outcomes) for key, outcomes in found.items()}


def by_objective(answers: Iterable[Given], objectives: Mapping[str, str]) -> dict[str, Tally]:
    """Tallies by objective; `objectives` names that of each question without its seed."""
    return grouped(answers, lambda answer: objectives.get(base_of(answer.question)))


def calibration(
    answers: Iterable[Given], predictions: Iterable[tuple[str, bool]]
) -> list[tuple[str, Tally]]:
    """How often each confidence was right: answers, and predictions in the simulator as (confidence, right)."""
    outcomes: dict[str, list[bool]] = {name: [] for name in CONFIDENCES}
    names = {value: name for name, value in CONFIDENCES.items()}
    for answer in answers:
        if answer.confidence in names:
            outcomes[names[answer.confidence]].append(answer.right)
    for confidence, right in predictions:
        if confidence in outcomes:
            outcomes[confidence].append(right)
    return [(name, tally(held)) for name, held in outcomes.items()]


def readiness_of(
    answers: Iterable[Given], exam_items: Mapping[str, Item]
) -> tuple[Readiness, list[tuple[int, Readiness]]]:
    """From first answers to exam-grade questions: of all, and by domain."""
    first = [a for a in answers if a.is_first and a.question in exam_items]
    domains = grouped(first, lambda answer: exam_items[answer.question].domain)
    whole = tally(answer.right for answer in first)
    return (
        readiness(whole.right, whole.total),
        [(domain, readiness(held.right, held.total)) for domain, held in sorted(domains.items())],
    )


def misses(answers: Iterable[Given], now: datetime) -> list[tuple[str, int]]:
    """Recent wrong answers by the learner's own reason, '' for none given."""
    found = Counter(a.miss for a in answers if not a.right and a.at > now - RECENT)
    return [(miss, found[miss]) for miss in (*MISSES, "") if found[miss]]


def weeks(moments: Iterable[datetime], now: datetime) -> list[tuple[date, int]]:
    """How much was done in each of the last weeks, named by its Monday; this week is the last one.

    Days are those of the zone of `now`.
    """

    def monday(day: date) -> date:
        return day - timedelta(days=day.weekday())

    found = Counter(monday(at.astimezone(now.tzinfo).date()) for at in moments)
    last = monday(now.date())
    starts = [last - timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    return [(start, found[start]) for start in starts]


def coming(dues: Iterable[datetime], now: datetime) -> list[tuple[date, int]]:
    """How many cards come on each of the next days; what waits already comes today.

    Days are those of the zone of `now`.
    """
    found = Counter(max(due, now).astimezone(now.tzinfo).date() for due in dues)
    days = [now.date() + timedelta(days=n) for n in range(DAYS_AHEAD)]
    return [(day, found[day]) for day in days]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder: how often first answers were right there, and how long they took."""

    level: str
    tally: Tally
    seconds: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Points that language costs, with its 95 % interval, and points that are missed in the own language too.

    `seconds` is how much longer an answer takes in English.
    """

    language: int
    low: int
    high: int
    knowledge: int
    seconds: int
    own: int
    english: int


@dataclass(frozen=True, slots=True)
class Ladder:
    steps: Sequence[Step]
    cost: Cost | None = None
    missing: Sequence[tuple[str, int]] = field(default_factory=tuple)


def ladder(answers: Iterable[Given]) -> Ladder:
    """The steps that have answers, and the cost of language once there are enough at both ends.

    `missing` says how many answers are still needed for that, by step.
    """
    first = [answer for answer in answers if answer.is_first and answer.level]
    steps = {}
    for level in LEVELS:
        held = [answer for answer in first if answer.level == level]
        if held:
            seconds = round(median(answer.milliseconds for answer in held) / 1000)
            steps[level] = Step(level, tally(answer.right for answer in held), seconds)
    ends = ("own", "english")
    lacking = [
        (level, ENOUGH - count)
        for level in ends
        if (count := steps[level].tally.total if level in steps else 0) < ENOUGH
    ]
    cost = None if lacking else cost_of(steps["own"], steps["english"])
    return Ladder(list(steps.values()), cost, lacking)


def cost_of(own: Step, english: Step) -> Cost:
    """The difference of two shares, with the interval that Newcombe made of Wilson's."""
    p, q = own.tally.right / own.tally.total, english.tally.right / english.tally.total
    mine, theirs = (
        wilson(own.tally.right, own.tally.total),
        wilson(english.tally.right, english.tally.total),
    )
    low = p - q - ((p - mine.low) ** 2 + (theirs.high - q) ** 2) ** 0.5
    high = p - q + ((mine.high - p) ** 2 + (q - theirs.low) ** 2) ** 0.5
    return Cost(
        round(100 * (p - q)),
        round(100 * low),
        round(100 * high),
        round(100 * (1 - p)),
        english.seconds - own.seconds,
        own.tally.total,
        english.tally.total,
    )
