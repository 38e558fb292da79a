"""When SNS tries again, and how often (SNS-X10 to SNS-X13).

A policy has four phases: at once, at the shortest delay, backing off, at the longest delay.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from studyapp.engine.limits import sns as limits

FUNCTIONS = ("linear", "arithmetic", "geometric", "exponential")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How many retries each phase has. The first attempt is none of them."""

    at_once: int
    pre_backoff: int
    backoff: int
    post_backoff: int
    delay_min_ms: int
    delay_max_ms: int
    function: str

    @property
    def retries(self) -> int:
        return self.at_once + self.pre_backoff + self.backoff + self.post_backoff


class Retry(NamedTuple):
    """The next attempt: its phase, and the delay before it."""

    phase: str
    delay_ms: int


# SNS gives 100,015 attempts, 3 of them at once: the first attempt is one of these.
MANAGED = RetryPolicy(
    limits.MANAGED_AT_ONCE - 1,
    limits.MANAGED_PRE_BACKOFF,
    limits.MANAGED_BACKOFF,
    limits.MANAGED_POST_BACKOFF,
    limits.MANAGED_DELAY_MIN_SECONDS * 1000,
    limits.MANAGED_DELAY_MAX_SECONDS * 1000,
    "exponential",
)

# 50 attempts, none of them a retry at once: the first attempt takes the place of the last retry.
PEOPLE = RetryPolicy(
    limits.PEOPLE_AT_ONCE,
    limits.PEOPLE_PRE_BACKOFF,
    limits.PEOPLE_BACKOFF,
    limits.PEOPLE_POST_BACKOFF - 1,
    limits.PEOPLE_DELAY_MIN_SECONDS * 1000,
    limits.PEOPLE_DELAY_MAX_SECONDS * 1000,
    "exponential",
)

HTTP = RetryPolicy(
    0,
    0,
    limits.HTTP_RETRIES_DEFAULT,
    0,
    limits.HTTP_DELAY_DEFAULT_SECONDS * 1000,
    limits.HTTP_DELAY_DEFAULT_SECONDS * 1000,
    "linear",
)


def after(policy: RetryPolicy, attempts: int) -> Retry | None:
    """The next attempt after `attempts` have failed; None when there is no more."""
    place = attempts
    if place <= policy.at_once:
        return Retry("at-once", 0)
    place -= policy.at_once
    if place <= policy.pre_backoff:
        return Retry("pre-backoff", policy.delay_min_ms)
    place -= policy.pre_backoff
    if place <= policy.backoff:
        return Retry("backoff", _backoff_ms(policy, place))
    if place <= policy.backoff + policy.post_backoff:
        return Retry("post-backoff", policy.delay_max_ms)
    return None


def total_ms(policy: RetryPolicy) -> int:
    """How long all retries take together."""
    return (
        policy.pre_backoff * policy.delay_min_ms
        + sum(_backoff_ms(policy, place) for place in range(1, policy.backoff + 1))
        + policy.post_backoff * policy.delay_max_ms
    )


@lru_cache(maxsize=1024)
def _backoff_ms(policy: RetryPolicy, place: int) -> int:
    """From the shortest delay up to the longest, the steeper the later. AWS draws the four curves and gives
    no formula; these have the same order."""
    count = policy.backoff
    rise, whole = {
        "linear": (place, count),
        "arithmetic": (place * (place + 1), count * (count + 1)),
        "geometric": (place**3, count**3),
        "exponential": (2**place - 1, 2**count - 1),
    }[policy.function]
    span_ms = policy.delay_max_ms - policy.delay_min_ms
    return policy.delay_min_ms + span_ms * int(rise) // int(whole)
