"""What will happen by itself, and when.

Alarms ring in the order of (time, order of setting). They are set only while an event is applied, so that
replaying a log sets the same alarms with the same numbers; an alarm that has nothing left to do does nothing.
"""

from collections.abc import Callable
from heapq import heapify
from typing import Any

Ring = Callable[..., None]
Alarm = tuple[int, int, Ring, tuple[Any, ...], int]


class Alarms:
    """A heap of (due_ms, number, ring, arguments, cause), and how many were ever set; the first of the arguments
    is the world. `World.set_alarm` pushes, `World.advance_to` pops: written out there, because every event
    passes."""

    __slots__ = ("count", "heap")

    def __init__(self) -> None:
        self.heap: list[Alarm] = []
        self.count = 0

    def next_due_ms(self) -> int | None:
        return self.heap[0][0] if self.heap else None

    def forget_rung(self, now_ms: int, rung: int) -> None:
        """After a replay: drop what had rung already, which is what comes in order up to (`now_ms`, `rung`)."""
        self.heap = [alarm for alarm in self.heap if alarm[:2] > (now_ms, rung)]
        heapify(self.heap)
