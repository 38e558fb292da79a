"""ActiveMQ brokers as they are now: instances, the lock of the store, clients, lines. Only applies write here."""

import re
from dataclasses import dataclass, field

from studyapp.engine.mq.activemq.line import QUEUE, Consumer, Delivery, Line

# What an instance does. RECOVERING: it has the lock and reads the journal, and no connector is open.
ACTIVE, RECOVERING, STANDBY, DOWN = "active", "recovering", "standby", "down"
PAIR = "ACTIVE_STANDBY_MULTI_AZ"
_VIRTUAL = re.compile(r"Consumer\.[^.]+\.(VirtualTopic\..+)", re.DOTALL)


@dataclass(slots=True)
class Times:
    """How long the stages of a failover take, and the confirmation of a persistent message."""

    lock_lapse_ms: int
    lock_attempt_ms: int
    inactivity_ms: int
    planned_ms: int
    recovery_ms: int
    replacement_ms: int
    confirm_ms: int


@dataclass(slots=True)
class Instance:
    """A server of a broker. `since` is the entry that brought it into its state, `started_ms` when it last began to
    run, from which it tries the lock at even distances; `attempt_at_ms` is its next try,
    `recovered_at_ms` when it has read the journal. `cut` is the entry since
    which no network reaches it, or -1. `down_reason` says why it is DOWN."""

    name: str
    zone: str
    state: str
    since: int
    started_ms: int
    attempt_at_ms: int = -1
    recovered_at_ms: int = -1
    cut: int = -1
    down_reason: str = ""


@dataclass(slots=True)
class Outgoing:
    """A message that a client has sent and that is not confirmed. `number` is the entry that sent it. `accepted`:
    the broker has it, and will have confirmed it at `confirm_at_ms`. `due` is the entry since which it stands in the
    line before a busy broker, until `due_at_ms`, or -1."""

    number: int
    message_id: str
    destination: str
    destination_type: str
    body: str
    size_bytes: int
    persistent: bool
    time_to_live_ms: int
    started_ms: int
    accepted: bool = False
    confirm_at_ms: int = -1
    due: int = -1
    due_at_ms: int = -1


@dataclass(slots=True)
class Client:
    """A program with a connection, or one that wants it.

    `node` is the instance it is connected to, "" for none; `number` the entry of its last change, so that an alarm
    of before does nothing. `silent` is the entry since which its connection is dead without its knowing, or -1.
    `consumers` are what it consumes; with `failover` they outlast the connection. `answers` are those given on a
    silent connection. `endpoint` is the only one it knows, without `failover`.
    """

    by: str
    failover: bool
    endpoint: str
    retry_ms: int
    node: str = ""
    number: int = -1
    attempts: int = 0
    silent: int = -1
    consumers: dict[str, Consumer] = field(default_factory=dict)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    outgoing: dict[str, Outgoing] = field(default_factory=dict)


@dataclass(slots=True)
class Broker:
    """A broker.

    `lock_holder` has the store, "" for nobody; `lapsing` is the entry since which it is not heard of, or -1.
    `rebooting` is the instance that is rebooted, "" for none. `busy_until_us` is when it is done with what it took
    and what waits; `inbox` is what waits, with its sender. `topics` has the lines of each topic's subscribers,
    `virtual_topics` the queues that each virtual topic feeds, `subscriptions` the lines of each client's durable ones.
    """

    name: str
    deployment_mode: str
    storage_type: str
    instances: dict[str, Instance]
    times: Times
    lock_holder: str = ""
    lapsing: int = -1
    rebooting: str = ""
    messages_per_second: int = 0
    busy_until_us: int = 0
    inbox: dict[str, tuple[str, Outgoing]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    topics: dict[str, dict[str, None]] = field(default_factory=dict)
    virtual_topics: dict[str, dict[str, None]] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, str]] = field(default_factory=dict)


class State:
    """Every ActiveMQ broker by name."""

    __slots__ = ("brokers",)

    def __init__(self) -> None:
        self.brokers: dict[str, Broker] = {}


def serving(broker: Broker) -> Instance | None:
    """The active instance, if clients can reach it."""
    holder = broker.instances.get(broker.lock_holder)
    if holder is None or holder.state != ACTIVE or holder.cut >= 0:
        return None
    return holder


def endpoint_name(broker: Broker, instance: str) -> str:
    """The host name's distinguishing part: the broker's name and "-1" or "-2" (MQ-21)."""
    return f"{broker.name}-{instance}"


def queue_line(queue: str) -> str:
    return f"queue:{queue}"


def virtual_topic_of(queue: str) -> str | None:
    """The virtual topic that feeds a queue of this name (AMQ-X10).

    >>> virtual_topic_of("Consumer.billing.VirtualTopic.Orders")
    'VirtualTopic.Orders'
    """
    match = _VIRTUAL.fullmatch(queue)
    return match[1] if match else None


def forget_line(broker: Broker, name: str) -> None:
    """The line of a topic's subscription ends with everything in it. For applies only."""
    line = broker.lines.pop(name)
    lines = broker.topics[line.destination]
    del lines[name]
    if not lines:
        del broker.topics[line.destination]


def ensure_queue(broker: Broker, queue: str) -> Line:
    """The line of a queue, which begins with its first message or consumer. For applies only."""
    name = queue_line(queue)
    line = broker.lines.get(name)
    if line is None:
        line = broker.lines[name] = Line(name, QUEUE, queue)
        topic = virtual_topic_of(queue)
        if topic is not None:
            broker.virtual_topics.setdefault(topic, {})[queue] = None
    return line
