"""Where copies of messages wait for consumers: the line of a queue or of one subscription. Only applies write here."""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

QUEUE, DURABLE, PLAIN = "queue", "durable", "plain"

# Where a message is within its line.
WAITING, DISPATCHED, GONE = 0, 1, 2


@dataclass(slots=True)
class Held:
    """One line's copy of a message. `place` is the entry that put it there, and names it within the line.

    `failures` counts deliveries that failed. `expires_at_ms` is -1 for a message that does not expire.
    """

    message_id: str
    place: int
    body: str
    persistent: bool
    expires_at_ms: int
    redelivered: bool = False
    failures: int = 0
    state: int = WAITING


@dataclass(slots=True)
class Delivery:
    """A message that a consumer has and the broker does not know to be done with. `failures` is what the client
    library counts. `redeliver_at_ms` is -1 unless it waits in the library to be handed over again."""

    tag: int
    by: str
    consumer_tag: str
    line: str
    destination: str
    held: Held
    failures: int = 0
    redeliver_at_ms: int = -1


@dataclass(slots=True)
class Consumer:
    """Somebody who consumes a line. It gets more while it is in the line's `ready`: it leaves when it has `prefetch`
    messages, and comes back when it has half of that or less (AMQ-X08)."""

    tag: str
    by: str
    line: str
    destination: str
    destination_type: str
    subscription: str
    acknowledgement: str
    prefetch: int
    unacknowledged: int = 0
    ready: bool = False


@dataclass(slots=True)
class Line:
    """Messages that wait: first those that came back, then the new ones, each in the order of their places.

    `held` has every message by its place, dispatched ones too. `memory_only` has those that a restart of the
    broker loses. Messages leave `returned` and `fresh` at the front; one that left otherwise stays behind as GONE.
    """

    name: str
    kind: str
    destination: str
    held: dict[int, Held] = field(default_factory=dict)
    memory_only: dict[int, Held] = field(default_factory=dict)
    returned: list[tuple[int, Held]] = field(default_factory=list)
    fresh: deque[Held] = field(default_factory=deque)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    ready: deque[Consumer] = field(default_factory=deque)

    def head(self) -> Held | None:
        if self.returned:
            return self.returned[0][1]
        return self.fresh[0] if self.fresh else None

    def add(self, held: Held) -> None:
        """A new message at the end."""
        self.held[held.place] = held
        if not held.persistent or self.kind == PLAIN:
            self.memory_only[held.place] = held
        self.fresh.append(held)

    def take(self) -> Held:
        """The message at the head goes to a consumer."""
        held = heappop(self.returned)[1] if self.returned else self.fresh.popleft()
        held.state = DISPATCHED
        self.prune()
        return held

    def put_back(self, held: Held) -> None:
        """A delivery came back: to its old place."""
        held.state = WAITING
        held.redelivered = True
        heappush(self.returned, (held.place, held))

    def remove(self, held: Held) -> None:
        """The message leaves the line, wherever in it it is."""
        del self.held[held.place]
        self.memory_only.pop(held.place, None)
        held.state = GONE
        self.prune()

    def prune(self) -> None:
        """Nothing that has gone stands at a front."""
        returned, fresh = self.returned, self.fresh
        while returned and returned[0][1].state == GONE:
            heappop(returned)
        while fresh and fresh[0].state == GONE:
            fresh.popleft()

    def let_ready(self, consumer: Consumer) -> None:
        if not consumer.ready:
            consumer.ready = True
            self.ready.append(consumer)

    def leave_ready(self, consumer: Consumer) -> None:
        if consumer.ready:
            consumer.ready = False
            self.ready.remove(consumer)
