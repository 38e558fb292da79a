"""Topics, subscriptions, messages on their way and endpoints as they are now. Only applies write here."""

from collections import deque
from dataclasses import dataclass, field

from studyapp.engine.calls import Pairs
from studyapp.engine.limits import sns as limits
from studyapp.engine.sns.retries import RetryPolicy


@dataclass(slots=True)
class Replay:
    """A replay of archived messages to one subscription. `cursor` is the number of the last one."""

    number: int
    from_ms: int
    until_ms: int
    cursor: int = -1
    status: str = "Pending"


@dataclass(slots=True)
class Subscription:
    """`address` is the endpoint's short name. `live`: it gets what is published; not while it replays."""

    subscription: str
    topic: str
    protocol: str
    endpoint: str
    address: str
    pending: bool
    token: str
    expires_at_ms: int
    attributes: dict[str, str]
    authenticate_on_unsubscribe: bool = False
    raw: bool = False
    filter_policy: str = ""
    filter_scope: str = "MessageAttributes"
    dead_letter_queue: str = ""
    retry: RetryPolicy | None = None
    live: bool = True
    replay: Replay | None = None


@dataclass(slots=True)
class Publication:
    """A message that a topic took. `open`: how many deliveries have not ended. `direct` is set when it goes
    to one endpoint without a topic."""

    message_id: str
    number: int
    topic: str
    body: str
    bodies: dict[str, str]
    subject: str | None
    attributes: Pairs
    message_group_id: str | None
    deduplication_id: str | None
    sequence_number: str
    published_ms: int
    targets: tuple[str, ...]
    open: int
    direct: Subscription | None = None

    def body_for(self, protocol: str) -> str:
        """What a protocol's endpoints get (SNS-X23)."""
        return self.bodies.get(protocol, self.body)


@dataclass(slots=True)
class Delivery:
    """A message that did not arrive yet at a subscription: it is being retried, or waits for its turn."""

    message_id: str
    subscription: str
    replay: int
    lane: str
    attempts: int = 0


@dataclass(slots=True)
class Sent:
    """What a FIFO topic remembers of a message to recognise a duplicate."""

    key: str
    message_id: str
    sequence_number: str
    at_ms: int


@dataclass(slots=True)
class Rate:
    """What was published in one second of virtual time."""

    second: int = -1
    messages: int = 0
    size_bytes: int = 0

    def add(self, second: int, size_bytes: int) -> None:
        if second != self.second:
            self.second, self.messages, self.size_bytes = second, 0, 0
        self.messages += 1
        self.size_bytes += size_bytes


@dataclass(slots=True)
class Topic:
    """A topic's settings and subscriptions. `endpoints` leads from 'protocol address' to a subscription.

    `archive` is in the order of publishing; what stands before `archive_start` is too old.
    """

    name: str
    fifo: bool
    attributes: dict[str, str]
    tags: dict[str, str]
    created_ms: int
    content_based_deduplication: bool = False
    group_scope: bool = False
    message_bytes_max: int = limits.MESSAGE_BYTES_DEFAULT
    retry: RetryPolicy | None = None
    overrides: bool = True
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    confirmed: dict[str, bool] = field(default_factory=dict)
    deleted_count: int = 0
    filter_policies: int = 0
    firehose_count: int = 0
    small_message_count: int = 0
    sent: dict[str, Sent] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)
    group_rates: dict[str, int] = field(default_factory=dict)
    archive: list[Publication] = field(default_factory=list)
    archive_start: int = 0
    archive_days: int = 0
    archive_since_ms: int = 0


@dataclass(slots=True)
class Endpoint:
    """A mailbox inside the world: the numbers of the entries with what arrived."""

    name: str
    protocol: str
    confirms: bool
    received: list[int] = field(default_factory=list)


class State:
    """`publications` have deliveries to come. `lanes` holds, for a subscription and message group, the
    deliveries that wait, the one that is retried first. `outages`: 'protocol address' to an HTTP status."""

    __slots__ = (
        "deliveries",
        "endpoints",
        "fifo_topics",
        "filter_policies",
        "lanes",
        "outages",
        "pending",
        "publications",
        "rate",
        "subscriptions",
        "tokens",
        "topics",
    )

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.fifo_topics = 0
        self.subscriptions: dict[str, Subscription] = {}
        self.tokens: dict[str, str] = {}
        self.pending = 0
        self.filter_policies = 0
        self.publications: dict[str, Publication] = {}
        self.deliveries: dict[tuple[str, str, int], Delivery] = {}
        self.lanes: dict[tuple[str, str], deque[Delivery]] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.outages: dict[str, int] = {}
        self.rate = Rate()
