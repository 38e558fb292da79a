"""What will happen by itself, and when.

Alarms ring in the order of (time, order of setting). They are set only while an event is applied, so that
replaying a log sets the same alarms with the same numbers; an alarm that has nothing left to do does nothing.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

Ring = Callable[..., None]
Alarm = tuple[int, int, Ring, tuple[Any, ...], int]


class Alarms:
    """A heap of (due_ms, number, ring, arguments, cause)."""

    __slots__ = ("count", "heap")

    def __init__(self) -> None:
        self.heap: list[Alarm] = []
        self.count = 0

    def set(self, due_ms: int, ring: Ring, arguments: tuple[Any, ...], cause: int) -> None:
        """Call `ring(world, *arguments)` at `due_ms`; `cause` is the number of the entry that set it."""
        self.count += 1
        heappush(self.heap, (due_ms, self.count, ring, arguments, cause))

    def next_due_ms(self) -> int | None:
        return self.heap[0][0] if self.heap else None

    def pop(self) -> Alarm:
        return heappop(self.heap)

    def forget_rung(self, now_ms: int, rung: int | None) -> None:
        """After a replay: drop what had rung already, which is what was due and not set after `rung`."""
        limit = self.count if rung is None else rung
        self.heap = [alarm for alarm in self.heap if alarm[0] > now_ms or alarm[1] > limit]
        heapify(self.heap)
