"""How ready somebody is, as an interval: the share of right first answers, and what it says of a whole exam."""

import math
from dataclasses import dataclass

from studyapp.quizzes.estimate import ENOUGH

# The real exam: 65 questions, and about 72 % of them for 720 of 1000 points in a straight line.
QUESTIONS, NEEDED = 65, 47


@dataclass(frozen=True, slots=True)
class Readiness:
    """`low` and `high` bound the share of right answers in 95 of 100 cases; `chance` is that of enough in an exam."""

    right: int
    total: int
    low: float
    high: float
    chance: float

    @property
    def is_enough(self) -> bool:
        return self.total >= ENOUGH

    @property
    def low_percent(self) -> int:
        return round(100 * self.low)

    @property
    def high_percent(self) -> int:
        return round(100 * self.high)

    @property
    def chance_percent(self) -> int:
        """Never 0 or 100: so few answers prove nothing."""
        return min(99, max(1, round(100 * self.chance)))


def readiness(right: int, total: int) -> Readiness:
    """From so many right of so many first answers, when nothing else is known."""
    low, high = beta_interval(right + 1, total - right + 1)
    return Readiness(right, total, low, high, chance_of_passing(right, total))


def beta_interval(a: int, b: int, outside: float = 0.05) -> tuple[float, float]:
    """The middle part of a Beta distribution with whole parameters."""
    return _quantile(a, b, outside / 2), _quantile(a, b, 1 - outside / 2)


def _quantile(a: int, b: int, share: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(a, b, middle) < share else (low, middle)
    return (low + high) / 2


def _below(a: int, b: int, x: float) -> float:
    """How much of a Beta distribution lies below x: that of n throws at least a hit, each with chance x."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    n = a + b - 1
    return math.fsum(
        math.exp(_log_choose(n, hits) + hits * math.log(x) + (n - hits) * math.log1p(-x))
        for hits in range(a, n + 1)
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def chance_of_passing(
    right: int, total: int, questions: int = QUESTIONS, needed: int = NEEDED
) -> float:
    """The chance of at least so many right in an exam of questions that are as hard as these were."""
    a, b = right + 1, total - right + 1
    return math.fsum(
        math.exp(
            _log_choose(questions, hits)
            + _log_beta(a + hits, b + questions - hits)
            - _log_beta(a, b)
        )
        for hits in range(needed, questions + 1)
    )
