"""When a producer sends: a regular rhythm, bursts, or phases written as text.

A schedule is a function of its settings and its start alone, so a producer needs no memory of where it is.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_PHASE = re.compile(r"\s*([0-9]{1,12}):([0-9]{1,9})(?:/(s|min|h))?\s*")
_UNITS_MS = {None: 1_000, "s": 1_000, "min": 60_000, "h": 3_600_000}

FOR_EVER_MS = 2**80

FORM = "phases such as '10000:9/s, 20000:1/min', each at least 1 ms long"


class Phase(NamedTuple):
    """From `starts_ms` to `ends_ms` after the start (-1: without end), `amount` times in each `unit_ms`,
    evenly, `size` messages at a time."""

    starts_ms: int
    ends_ms: int
    amount: int
    unit_ms: int
    size: int = 1


def every(interval_ms: int, size: int) -> tuple[Phase, ...]:
    """So many messages every so often."""
    return (Phase(0, -1, 1, interval_ms, size),)


def rate(per_second: int) -> tuple[Phase, ...]:
    """So many messages a second, evenly."""
    return (Phase(0, -1, per_second, 1_000),)


@lru_cache(maxsize=256)
def phases(text: str) -> tuple[Phase, ...]:
    """The phases of '10000:9/s, 20000:0, 5000:60/min': for 10 s nine messages a second, nothing for 20 s, then
    for 5 s sixty a minute; then nothing more.

    Raises:
        ValueError: for other text.
    """
    found: list[Phase] = []
    starts_ms = 0
    for part in text.split(","):
        match = _PHASE.fullmatch(part)
        if match is None or int(match[1]) == 0:
            raise ValueError(FORM)
        ends_ms = starts_ms + int(match[1])
        found.append(Phase(starts_ms, ends_ms, int(match[2]), _UNITS_MS[match[3]]))
        starts_ms = ends_ms
    return tuple(found)


def turns(schedule: tuple[Phase, ...], start_ms: int, from_ms: int) -> Iterator[tuple[int, int]]:
    """The turns at `from_ms` or later, as (due_ms, message_count), of a schedule that begins at `start_ms`."""
    offset_ms = max(from_ms - start_ms, 0)
    for starts_ms, ends_ms, amount, unit_ms, size in schedule:
        if amount == 0 or 0 <= ends_ms <= offset_ms:
            continue
        # The kth time of a phase is k * unit // amount after its beginning.
        k = -(-max(offset_ms - starts_ms, 0) * amount // unit_ms)
        begun_ms = start_ms + starts_ms
        lasts_ms = ends_ms - starts_ms if ends_ms >= 0 else FOR_EVER_MS
        while (time_ms := k * unit_ms // amount) < lasts_ms:
            later = -(-(time_ms + 1) * amount // unit_ms)
            yield begun_ms + time_ms, (later - k) * size
            k = later
