"""The messages of a FIFO queue: in each group strictly one after the other.

A message can be received while no earlier message of its group is in flight or delayed (SQS-X10); a batch
takes from one group what it can, then from the next (SQS-X11); only groups whose first message is among the
first 120,000 of the queue are looked at (SQS-X12).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import islice

from studyapp.engine.limits.sqs import FIFO_LOOK_AHEAD_MESSAGES
from studyapp.engine.sqs.line import SLACK, in_order
from studyapp.engine.sqs.message import GONE, IN_FLIGHT, VISIBLE, Message


@dataclass(slots=True)
class Group:
    """A group's messages in order, the hidden ones too; `gone` of them have left already.

    `ready` is the order of its first message if that can be received, else -1; `turn` tells its valid entry
    in the heap of groups.
    """

    name: str
    messages: deque[Message] = field(default_factory=deque)
    gone: int = 0
    in_flight: int = 0
    ready: int = -1
    turn: int = 0


@dataclass(slots=True)
class FifoLine:
    """Like `Line`, by group. `sight` messages up to the order `horizon` are within the look-ahead; the others
    wait in `beyond`."""

    groups: dict[str, Group] = field(default_factory=dict)
    ready: list[tuple[int, int, Group]] = field(default_factory=list)
    groups_in_flight: int = 0
    sight: int = 0
    horizon: int = -1
    beyond: deque[Message] = field(default_factory=deque)
    visible: int = 0

    def join(self, message: Message) -> None:
        """A message came into the queue, visible or not."""
        name = message.group or ""
        group = self.groups.get(name)
        if group is None:
            group = self.groups[name] = Group(name)
        group.messages.append(message)
        if self.sight < FIFO_LOOK_AHEAD_MESSAGES:
            self.sight += 1
            self.horizon = message.order
        else:
            self.beyond.append(message)

    def show(self, message: Message) -> None:
        """A message became visible."""
        group = self.groups[message.group or ""]
        if message.state == IN_FLIGHT:
            self._one_back(group)
        message.state = VISIBLE
        message.shown += 1
        self.visible += 1
        self._refresh(group)

    def hide(self, message: Message, number: int) -> None:
        """A visible message was received."""
        group = self.groups[message.group or ""]
        message.state = IN_FLIGHT
        self.visible -= 1
        group.in_flight += 1
        if group.in_flight == 1:
            self.groups_in_flight += 1
        self._refresh(group)

    def leave(self, message: Message) -> None:
        """A message left the queue, from wherever it was."""
        group = self.groups[message.group or ""]
        if message.state == IN_FLIGHT:
            self._one_back(group)
        elif message.state == VISIBLE:
            self.visible -= 1
        message.state = GONE
        group.gone += 1
        if message.order <= self.horizon:
            self.sight -= 1
            beyond = self.beyond
            while beyond:
                further = beyond.popleft()
                if further.state != GONE:
                    self.sight += 1
                    self.horizon = further.order
                    break
        self._refresh(group)

    def _one_back(self, group: Group) -> None:
        group.in_flight -= 1
        if group.in_flight == 0:
            self.groups_in_flight -= 1

    def _refresh(self, group: Group) -> None:
        messages, ready = group.messages, self.ready
        while messages and messages[0].state == GONE:
            messages.popleft()
            group.gone -= 1
        if not messages:
            group.ready = -1
            del self.groups[group.name]
        else:
            if group.gone > len(messages) // 2 + SLACK:
                group.messages = messages = deque(each for each in messages if each.state != GONE)
                group.gone = 0
            head = messages[0]
            if head.state != VISIBLE:
                group.ready = -1
            elif group.ready != head.order:
                group.ready = head.order
                group.turn += 1
                heappush(ready, (head.order, group.turn, group))
        while ready and not _holds(ready[0]):
            heappop(ready)
        if len(ready) > 2 * len(self.groups) + SLACK:
            self.ready = [entry for entry in ready if _holds(entry)]
            heapify(self.ready)

    def first(self, count: int) -> list[Message]:
        """What can be received now, at most `count`; it stays where it is."""
        found: list[Message] = []
        horizon = self.horizon
        for entry in in_order(self.ready):
            if entry[0] > horizon:
                break
            if _holds(entry):
                found += islice(_receivable(entry[2]), count - len(found))
                if len(found) >= count:
                    break
        return found


def _receivable(group: Group) -> Iterator[Message]:
    for message in group.messages:
        if message.state == VISIBLE:
            yield message
        elif message.state != GONE:
            return


def _holds(entry: tuple[int, int, Group]) -> bool:
    group = entry[2]
    return group.ready >= 0 and group.turn == entry[1]
