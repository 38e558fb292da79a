"""Time of an attempt: how long it lasts, what is left, when it is over.

Two clocks are read at every request: the wall clock, which says when, and a clock that counts seconds since
the machine started, which nobody sets. As long as the machine was not restarted, the second one decides, so
that a wall clock set wrong by hours neither ends an exam nor makes it longer.
"""

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.utils import timezone

# A request may travel so long after the end and still count.
GRACE_SECONDS = 5.0
# Beyond this difference the wall clock was set; below it, it was only corrected.
JUMP_SECONDS = 30.0
NON_NATIVE_SECONDS = 30 * 60

# How much time a learner may ask for, without saying why.
PACES = ("normal", "plus30", "half", "double", "untimed")


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on both clocks. `boot` names the run of the machine that `ticks_seconds` counts in."""

    wall: datetime
    ticks_seconds: float
    boot: str

    def later(self, seconds: float) -> "Instant":
        return Instant(
            self.wall + timedelta(seconds=seconds), self.ticks_seconds + seconds, self.boot
        )


@cache
def _boot() -> str:
    """The name of this run of the machine; of this process where the system gives it none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()[:40]
    except OSError:
        return uuid.uuid4().hex


def now() -> Instant:
    """This moment. Only views and commands ask."""
    # Counts while a laptop sleeps, too, where the system offers such a clock.
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Instant(timezone.now(), time.clock_gettime(source), _boot())


def allowed_seconds(seconds: int, pace: str) -> int | None:
    """The time for an exam of so many seconds at a pace; None without a limit. Raises KeyError."""
    return {
        "normal": seconds,
        "plus30": seconds + NON_NATIVE_SECONDS,
        "half": seconds * 3 // 2,
        "double": seconds * 2,
        "untimed": None,
    }[pace]


def elapsed_seconds(start: Instant, at: Instant) -> float:
    """Seconds between two moments, never negative, whatever happened to the wall clock."""
    if start.boot == at.boot:
        return max(0.0, at.ticks_seconds - start.ticks_seconds)
    return max(0.0, (at.wall - start.wall).total_seconds())


def jump_seconds(start: Instant, at: Instant) -> float:
    """By how much the wall clock was set since `start`; 0 for small corrections or after a restart."""
    if start.boot != at.boot:
        return 0.0
    wall = (at.wall - start.wall).total_seconds()
    jump = wall - (at.ticks_seconds - start.ticks_seconds)
    return jump if abs(jump) > JUMP_SECONDS else 0.0


def remaining_seconds(start: Instant, ends_at: datetime | None, at: Instant) -> float | None:
    """What is left of an attempt, negative after its end; None without a limit."""
    if ends_at is None:
        return None
    return (ends_at - start.wall).total_seconds() - elapsed_seconds(start, at)


def is_over(start: Instant, ends_at: datetime | None, at: Instant) -> bool:
    """Whether the time is up, the grace for travel included."""
    left = remaining_seconds(start, ends_at, at)
    return left is not None and left < -GRACE_SECONDS
