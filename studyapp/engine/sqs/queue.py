"""Queues and messages as they are now. Only `changes.py` writes here."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush


@dataclass(slots=True)
class Message:
    """A message that a queue holds. `receipt_handle` is that of the last receive.

    `returns` counts how often it became visible after it had been hidden.
    """

    message_id: str
    sequence: int
    body: str
    size_bytes: int
    sent_ms: int
    visible: bool = False
    returns: int = 0
    receive_count: int = 0
    first_received_ms: int = -1
    receipt_handle: str = ""
    hidden_until_ms: int = 0


@dataclass(slots=True)
class Waiter:
    """A long poll that waits for a message. `number` is the entry of its ReceiveWaiting."""

    number: int
    by: str
    message_count_max: int
    visibility_timeout_ms: int


@dataclass(slots=True)
class Line:
    """The visible messages of a queue in the order of sending, without ever scanning it.

    New messages stand in `fresh`, returned ones in the heap `returned`. A message that left from the middle
    stays as a stale entry until it comes to the front; `prune` keeps both fronts true.
    """

    fresh: deque[Message] = field(default_factory=deque)
    returned: list[tuple[int, int, Message]] = field(default_factory=list)

    def add(self, message: Message) -> None:
        """A message became visible."""
        message.visible = True
        if message.returns == 0 and (not self.fresh or self.fresh[-1].sequence < message.sequence):
            self.fresh.append(message)
        else:
            heappush(self.returned, (message.sequence, message.returns, message))

    def prune(self) -> None:
        fresh, returned = self.fresh, self.returned
        while fresh and not (fresh[0].visible and fresh[0].returns == 0):
            fresh.popleft()
        while returned and not (
            returned[0][2].visible and returned[0][2].returns == returned[0][1]
        ):
            heappop(returned)

    def first(self, count: int) -> list[Message]:
        """The first messages, at most `count`; they stay where they are."""
        fresh, returned = self.fresh, self.returned
        if not returned:
            if count == 1 or len(fresh) <= 1:
                return [fresh[0]] if fresh else []
            return list(_first_of(iter(fresh), count))
        taken: list[tuple[int, int, Message]] = []
        found: list[Message] = []
        while returned and len(found) < count:
            entry = heappop(returned)
            taken.append(entry)
            if entry[2].visible and entry[2].returns == entry[1]:
                found.append(entry[2])
        for entry in taken:
            heappush(returned, entry)
        found += _first_of(iter(fresh), count)
        found.sort(key=lambda message: message.sequence)
        return found[:count]


def _first_of(fresh: Iterator[Message], count: int) -> Iterator[Message]:
    for message in fresh:
        if count == 0:
            return
        if message.visible and message.returns == 0:
            count -= 1
            yield message


@dataclass(slots=True)
class Queue:
    """A queue's settings, its messages by id, and who waits for one."""

    name: str
    visibility_timeout_ms: int
    wait_time_ms: int
    delay_ms: int
    messages: dict[str, Message] = field(default_factory=dict)
    line: Line = field(default_factory=Line)
    waiters: dict[int, Waiter] = field(default_factory=dict)


class State:
    """Every queue by name."""

    __slots__ = ("queues",)

    def __init__(self) -> None:
        self.queues: dict[str, Queue] = {}
