"""Which objectives to leave out of a plan that takes more time than somebody has, the least valuable first.

The value of an objective is what an exam would ask of it, times what is not known of it yet. What exams ask is told
by the exam questions of our bank, weighted as the exam weighs its domains.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from studyapp.course.labelled import Unit
from studyapp.progress import memory
from studyapp.progress.models import Learner
from studyapp.progress.reviewing import horizon_to, memory_of
from studyapp.quizzes import insight
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import cards
from studyapp.quizzes.insight import Tally
from studyapp.quizzes.panel import objectives
from studyapp.quizzes.selection import DOMAIN_WEIGHTS

# So many answers count as wrong beside the real ones: one right answer alone is no knowledge.
_DOUBT = 2
Load = Sequence[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Worth:
    """What reviewing an objective is worth.

    `exam_share` is its share of the questions of an exam. `recall` is how likely it is remembered on the day of the
    exam without another review, None where it was never reviewed; then `tally`, of all answers, tells what is known.
    """

    card: str
    title: Unit
    exam_share: float
    recall: float | None
    tally: Tally

    @property
    def exam_percent(self) -> float:
        return 100 * self.exam_share

    @property
    def known(self) -> float:
        if self.recall is not None:
            return self.recall
        return self.tally.right / (self.tally.total + _DOUBT)

    @property
    def value(self) -> float:
        return self.exam_share * (1 - self.known)


@dataclass(frozen=True, slots=True)
class Advice:
    """What to leave out, and the load with and without it.

    `is_enough` is false where not even a plan without any objective fits into the time, or nothing would be left of it.
    """

    left_out: Sequence[Worth]
    before: Load
    after: Load
    is_enough: bool

    @property
    def minutes_before(self) -> int:
        return memory.minutes(memory.busiest_week(self.before))

    @property
    def minutes_after(self) -> int:
        return memory.minutes(memory.busiest_week(self.after))


@cache
def exam_shares() -> Mapping[str, float]:
    """The share of each objective in the questions of an exam."""
    items = [item for item in bank().values() if item.grade == "exam"]
    domains = Counter(item.domain for item in items)
    whole = sum(DOMAIN_WEIGHTS[domain] for domain in domains)
    found: dict[str, float] = defaultdict(float)
    for item in items:
        found[item.objective] += DOMAIN_WEIGHTS[item.domain] / whole / domains[item.domain]
    return dict(found)


def worths(
    learner: Learner | None, keys: Sequence[str], exam_on: date, now: datetime
) -> list[Worth]:
    """What each of these objectives is worth to a learner, the least first; among equals the better known."""
    horizon = horizon_to(exam_on, now)
    rows = {row.card: memory_of(row) for row in learner.memories.all()} if learner else {}
    answers = insight.answers_of(learner) if learner else []
    tallies = insight.by_objective(answers, objectives())
    found = []
    for key in keys:
        id = key.partition(":")[2]
        held = rows.get(key)
        recall = (
            memory.chance_of_recall(held, horizon.exam_at) if held and held.reviewed_at else None
        )
        share = exam_shares().get(id, 0.0)
        found.append(Worth(key, cards()[key].title, share, recall, tallies.get(id, Tally())))
    return sorted(found, key=lambda worth: (worth.value, -worth.known, worth.card))


def advice(
    ordered: Sequence[Worth], without: Callable[[Collection[str]], Load], minutes: int
) -> Advice | None:
    """What to leave out so that the busiest week takes at most so many minutes a day; None where all fits.

    `without` gives the load of the plan when cards are left out.
    """

    def load_without(number: int) -> Load:
        return without(frozenset(worth.card for worth in ordered[:number]))

    def fits(number: int) -> bool:
        return memory.minutes(memory.busiest_week(load_without(number))) <= minutes

    if fits(0):
        return None
    # The more is left out, the less there is to do: the first number that fits is found by halving.
    number = bisect_left(range(len(ordered)), True, key=fits)
    return Advice(
        ordered[:number],
        without(frozenset()),
        load_without(number),
        number < len(ordered),
    )


def titles_of(keys: Sequence[str]) -> list[Unit]:
    """The titles of cards that the course still has, in its order."""
    wanted = set(keys)
    return [card.title for key, card in cards().items() if key in wanted]
