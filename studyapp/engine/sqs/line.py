"""The visible messages of a standard queue in the order in which they will be offered, without any scan."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Any

from studyapp.engine.sqs.message import GONE, IN_FLIGHT, VISIBLE, Message

# A heap or line may carry this many stale entries more than true ones before it is swept.
SLACK = 64


def in_order(heap: list[Any]) -> Iterator[Any]:
    """The entries of a heap, smallest first, leaving the heap as it is: for decisions."""
    if not heap:
        return
    size = len(heap)
    frontier = [(heap[0], 0)]
    while frontier:
        entry, place = heappop(frontier)
        yield entry
        for child in (2 * place + 1, 2 * place + 2):
            if child < size:
                heappush(frontier, (heap[child], child))


Entry = tuple[int, int, int, Message]


@dataclass(slots=True)
class Line:
    """New messages stand in `fresh`, returned ones in the heap `returned`: (order, sequence, shown, message).

    A message that left from the middle stays as a stale entry until it comes to the front or the line is
    swept; both fronts are always true. The methods that change state are for applies only.
    """

    fresh: deque[Message] = field(default_factory=deque)
    returned: list[Entry] = field(default_factory=list)
    visible: int = 0

    def join(self, message: Message) -> None:
        """A message came into the queue, visible or not."""

    def show(self, message: Message) -> None:
        """A message became visible."""
        message.state = VISIBLE
        message.shown += 1
        self.visible += 1
        fresh = self.fresh
        if message.shown == 1 and (not fresh or fresh[-1].order < message.order):
            fresh.append(message)
        else:
            heappush(self.returned, (message.order, message.sequence, message.shown, message))

    def hide(self, message: Message, number: int) -> None:
        """A visible message was received."""
        message.state = IN_FLIGHT
        self.visible -= 1
        self._prune()

    def leave(self, message: Message) -> None:
        """A message left the queue, from wherever it was."""
        was_visible = message.state == VISIBLE
        message.state = GONE
        if was_visible:
            self.visible -= 1
            self._prune()

    def _prune(self) -> None:
        fresh, returned = self.fresh, self.returned
        while fresh and not (fresh[0].state == VISIBLE and fresh[0].shown == 1):
            fresh.popleft()
        while returned and not _holds(returned[0]):
            heappop(returned)
        limit = 2 * self.visible + SLACK
        if len(fresh) > limit:
            self.fresh = deque(each for each in fresh if each.state == VISIBLE and each.shown == 1)
        if len(returned) > limit:
            self.returned = [entry for entry in returned if _holds(entry)]
            heapify(self.returned)

    def head(self) -> Message | None:
        """The message that will be offered next."""
        if not self.returned:
            return self.fresh[0] if self.fresh else None
        first = self.returned[0][3]
        return self.fresh[0] if self.fresh and self.fresh[0].order < first.order else first

    def first(self, count: int) -> list[Message]:
        """The first messages, at most `count`; they stay where they are."""
        if count == 1:
            if not self.returned:
                return [self.fresh[0]] if self.fresh else []
            head = self.head()
            return [] if head is None else [head]
        fresh = list(
            islice(
                (each for each in self.fresh if each.state == VISIBLE and each.shown == 1), count
            )
        )
        if not self.returned:
            return fresh
        returned = islice((entry[3] for entry in in_order(self.returned) if _holds(entry)), count)
        return sorted([*fresh, *returned], key=_order)[:count]


def _holds(entry: Entry) -> bool:
    return entry[3].state == VISIBLE and entry[3].shown == entry[2]


def _order(message: Message) -> int:
    return message.order
