"""Pauses of a practice set with a clock: while one lasts, its question is not shown and its time stands still.

An exam has none. Everything here changes an attempt in memory; `recording` locks and stores it.
"""

from datetime import datetime, timedelta

from studyapp.quizzes.clock import Instant, elapsed_seconds, is_over, remaining_seconds
from studyapp.quizzes.models import PRACTICE, Attempt

# More than anybody needs in one set, so that a row cannot grow without end.
PAUSES_MAX = 50
# What `begin` and `end` change.
FIELDS = ("pauses", "paused_at", "paused_ticks", "paused_boot", "ends_at")


def can_pause(attempt: Attempt) -> bool:
    """Whether a pause can begin now: in a practice set with a clock, that is open and runs."""
    return (
        attempt.kind == PRACTICE
        and attempt.ends_at is not None
        and not attempt.is_finished
        and not attempt.is_paused
        and len(attempt.pauses) < PAUSES_MAX
    )


def begin(attempt: Attempt, at: Instant) -> None:
    attempt.paused_at, attempt.paused_ticks, attempt.paused_boot = (
        at.wall,
        at.ticks_seconds,
        at.boot,
    )


def end(attempt: Attempt, at: Instant) -> None:
    """Log the pause, and give the attempt its time back. Nothing where it is not paused."""
    since = attempt.pause
    if since is None:
        return
    lasted = timedelta(seconds=elapsed_seconds(since, at))
    attempt.pauses = [
        *attempt.pauses,
        [since.wall.isoformat(), (since.wall + lasted).isoformat()],
    ]
    if attempt.ends_at is not None:
        attempt.ends_at += lasted
    attempt.paused_at, attempt.paused_ticks, attempt.paused_boot = None, None, ""


def left_seconds(attempt: Attempt, at: Instant) -> float | None:
    """What is left of an attempt, negative after its end; None without a limit."""
    return remaining_seconds(attempt.start, attempt.ends_at, attempt.pause or at)


def is_time_up(attempt: Attempt, at: Instant) -> bool:
    """Whether the time of an attempt is over; never during a pause."""
    return is_over(attempt.start, attempt.ends_at, attempt.pause or at)


def paused_for(attempt: Attempt) -> timedelta:
    """How long all ended pauses of an attempt took together."""
    spans = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in attempt.pauses]
    return sum((until - since for since, until in spans), timedelta(0))
