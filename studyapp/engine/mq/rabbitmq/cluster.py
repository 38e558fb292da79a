"""A RabbitMQ broker: its nodes, who is connected to them, and what it holds. Only the applies write here."""

from collections import deque
from dataclasses import dataclass, field

from studyapp.engine.mq.rabbitmq.events import PublishPending, SubscriptionKept
from studyapp.engine.mq.rabbitmq.queue import CLASSIC, Consumer, Message, Queue
from studyapp.engine.mq.rabbitmq.routing import Exchange


@dataclass(slots=True)
class Connection:
    """A client's connection with its one channel. `number` is the entry that opened it.

    `deliveries` are the tags that the client may answer for, with their queues, the oldest first; `settling`
    those whose answer waits for a leader. `held` are its messages that wait for a leader, `blocked` those that
    wait for the end of a memory alarm, by the number of the entry.
    """

    by: str
    node: str
    number: int
    prefetch: int = 0
    confirms: bool = False
    deliveries: dict[int, str] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    settling: dict[int, str] = field(default_factory=dict)
    held: dict[int, None] = field(default_factory=dict)
    blocked: dict[int, PublishPending] = field(default_factory=dict)
    exclusive: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Node:
    """One server of the broker. `isolated`: it runs but cannot reach the other nodes. `down_reason` says
    why it does not run; `stopped` is the entry that stopped it last, or -1."""

    name: str
    zone: str
    running: bool = True
    isolated: bool = False
    memory_alarm: bool = False
    down_reason: str = ""
    stopped: int = -1
    connections: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Client:
    """A program's client library. With recovery it keeps the consumers to start again, by their tags, and the
    messages to publish again, by the entry since which they wait. `attempts` counts how often it has waited since it
    was last connected; `waiting` is the entry since which it waits for the next attempt, or -1."""

    by: str
    failover: bool
    retry_ms: int
    subscriptions: dict[str, SubscriptionKept] = field(default_factory=dict)
    outgoing: dict[int, PublishPending] = field(default_factory=dict)
    attempts: int = 0
    waiting: int = -1


@dataclass(slots=True)
class Held:
    """A message on its way into queues that have no leader; `waits_for` are those queues. `number` is the entry
    that routed it. `by` is "" for a message that another queue gave up, and for one whose publisher has no
    connection."""

    number: int
    by: str
    message: Message
    confirm: bool
    waits_for: dict[str, None]


@dataclass(slots=True)
class Broker:
    """A broker, and everything it holds by name. `reboot` is the entry that began a reboot, or -1; `rebooting` are
    the nodes that it has not stopped yet. The times are those of this broker."""

    name: str
    nodes: dict[str, Node]
    exchanges: dict[str, Exchange]
    election_ms: int
    catch_up_ms: int
    node_restart_ms: int
    hold_max_ms: int
    queues: dict[str, Queue] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    held: dict[int, Held] = field(default_factory=dict)
    reboot: int = -1
    rebooting: deque[str] = field(default_factory=deque)


class State:
    """Every RabbitMQ broker by name."""

    __slots__ = ("brokers",)

    def __init__(self) -> None:
        self.brokers: dict[str, Broker] = {}


def together(broker: Broker) -> list[Node]:
    """The nodes that run and reach each other. A cluster that is cut in two has only one such side here:
    an isolated node is alone."""
    return [node for node in broker.nodes.values() if node.running and not node.isolated]


def has_majority(broker: Broker) -> bool:
    """Whether enough nodes are together to change what all of them must agree on (RMQ-X04)."""
    return len(together(broker)) * 2 > len(broker.nodes)


def reaches(broker: Broker, queue: Queue, node_name: str) -> bool:
    """Whether a client on this node can use the queue, once the queue itself works."""
    node = broker.nodes[node_name]
    if not node.running:
        return False
    if queue.queue_type == CLASSIC:
        home = broker.nodes[queue.home]
        return home.running and (home is node or not (home.isolated or node.isolated))
    return not node.isolated


def works(broker: Broker, queue: Queue) -> bool:
    """Whether the queue makes progress: it stores, delivers and takes answers."""
    if queue.queue_type == CLASSIC:
        return broker.nodes[queue.home].running
    return queue.majority and queue.leader != ""


def blocked(broker: Broker) -> bool:
    """Whether publishers wait because a running node has too little memory (MQ-X15)."""
    return any(node.memory_alarm and node.running for node in broker.nodes.values())


def landing_node(broker: Broker) -> Node | None:
    """Where the load balancer sends a new connection: the running node with the fewest, isolated ones last."""
    nodes = together(broker) or [node for node in broker.nodes.values() if node.running]
    return min(nodes, key=lambda node: len(node.connections)) if nodes else None
