"""Queues of a RabbitMQ broker and the messages in them, as they are now. Only the applies write here."""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

from studyapp.engine.calls import Pairs

QUORUM, CLASSIC = "quorum", "classic"
QUEUE_TYPES = (QUORUM, CLASSIC)
DROP_HEAD, REJECT_PUBLISH = "drop-head", "reject-publish"
OVERFLOWS = (DROP_HEAD, REJECT_PUBLISH)


@dataclass(slots=True)
class Message:
    """One queue's copy of a message. `sequence` is the entry that stored it here. `expires_at_ms` is -1 for
    a message that does not expire. `failures` counts towards the delivery limit. `left` are the queues that gave
    it up by themselves since a consumer last rejected it."""

    message_id: str
    sequence: int
    exchange: str
    routing_key: str
    body: str
    size_bytes: int
    persistent: bool
    headers: Pairs
    expires_at_ms: int
    redelivered: bool = False
    failures: int = 0
    left: tuple[str, ...] = ()


@dataclass(slots=True)
class Delivery:
    """A message that a consumer has and has not answered for. `held` is an answer that waits for a leader:
    "ack", "requeue", "requeue-failed", "discard", or "" for none."""

    tag: int
    by: str
    consumer_tag: str
    message: Message
    held: str = ""


@dataclass(slots=True)
class Consumer:
    """Somebody who reads a queue. `number` is the entry that started it. `prefetch` 0 is unlimited. `able`: the
    queue can reach it; `in_line`: it stands in the queue's line of consumers who may get the next message."""

    number: int
    consumer_tag: str
    by: str
    queue: str
    prefetch: int
    no_ack: bool
    node: str
    unacknowledged: int = 0
    able: bool = True
    in_line: bool = False


@dataclass(slots=True)
class Member:
    """A node's copy of a quorum queue. In sync: it holds everything that the queue has agreed on.

    `index` says how far it got, and counts only while it is not in sync. `catching_up` is the entry since which
    it copies from the leader, or -1.
    """

    node: str
    in_sync: bool = True
    index: int = 0
    catching_up: int = -1


@dataclass(slots=True)
class Ready:
    """The messages that wait, first those that came back, then the new ones, each in the order of storing.
    Messages leave only at the front."""

    returned: list[tuple[int, Message]] = field(default_factory=list)
    fresh: deque[Message] = field(default_factory=deque)

    def head(self) -> Message | None:
        if self.returned:
            return self.returned[0][1]
        return self.fresh[0] if self.fresh else None

    def pop(self) -> Message:
        if self.returned:
            return heappop(self.returned)[1]
        return self.fresh.popleft()

    def put_back(self, message: Message) -> None:
        heappush(self.returned, (message.sequence, message))

    def __len__(self) -> int:
        return len(self.returned) + len(self.fresh)


@dataclass(slots=True)
class Queue:
    """A queue. `home` is the one node of a classic queue; `members` and `leader` are those of a quorum queue.

    `majority`: enough members that hold everything are together. `leader` is "" during an election and
    without a majority. `owner` is the client of an exclusive queue. `election` is the entry that began the
    election that runs, or -1. `index` counts what the members agreed on. `orphans` are deliveries whose consumer is
    gone and that have not gone back yet, each with its reason; `held` are messages that wait for a leader, `settling`
    answers that do.
    """

    name: str
    queue_type: str
    durable: bool
    home: str
    members: dict[str, Member]
    leader: str
    term: int
    arguments: Pairs
    delivery_limit: int = -1
    message_ttl_ms: int = -1
    length_max: int = -1
    overflow: str = DROP_HEAD
    owner: str = ""
    dead_letter_exchange: str | None = None
    dead_letter_routing_key: str | None = None
    majority: bool = True
    election: int = -1
    index: int = 0
    ready: Ready = field(default_factory=Ready)
    unacknowledged: dict[int, Delivery] = field(default_factory=dict)
    orphans: dict[int, str] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    line: deque[Consumer] = field(default_factory=deque)
    held: dict[int, None] = field(default_factory=dict)
    settling: dict[int, None] = field(default_factory=dict)
