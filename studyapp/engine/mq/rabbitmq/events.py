"""What can happen in RabbitMQ and nowhere else. `broker`, `queue`, `node` are names; `by` is the client.

What both engines of Amazon MQ have in common (connections, deliveries, acknowledgements, zones) stands in
`mq/events.py`.
"""

from typing import NamedTuple

from studyapp.engine.calls import Pairs

# Clients and what they declare


class ClientStarted(NamedTuple):
    """A program uses the broker through a client library, which connects, asks for confirms, and, with `failover`
    (automatic recovery), comes back by itself; without it, it tries again every `retry_ms`, 0 for never."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    failover: bool
    retry_ms: int


class SubscriptionKept(NamedTuple):
    """A client library with recovery will start this consumer again with each new connection."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    consumer_tag: str
    destination: str
    destination_type: str
    subscription: str
    prefetch_count: int


class ClientStopped(NamedTuple):
    """The program ended; nothing tries to connect any more."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str


class ExchangeDeclared(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    exchange: str
    exchange_type: str
    durable: bool


class QueueDeclared(NamedTuple):
    """A queue exists. A classic queue lives on `node`; a quorum queue is led by it ("" while there is no
    majority) and has a copy on each of `members`. `owner` is the client of an exclusive queue, which goes with its
    connection."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    queue_type: str
    durable: bool
    node: str
    members: tuple[str, ...]
    arguments: Pairs
    owner: str


class QueueBound(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    exchange: str
    routing_key: str
    arguments: Pairs


class QueueUnbound(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    exchange: str
    routing_key: str
    arguments: Pairs


class QueueRemoved(NamedTuple):
    """A queue is gone with the `message_count` messages in it: deleted, or not durable and its node stopped."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    message_count: int


class QueueEmptied(NamedTuple):
    """Somebody removed the messages that waited; those with consumers stay with them."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    message_count: int


# Publishing


class MessageRouted(NamedTuple):
    """An exchange gave a message to queues: `stored` have it, `held` wait for a leader before they have it,
    `lost` could not take it. `expires_at_ms` is -1 where only a queue's own limit counts. `waited` is the
    PublishPending since which a memory alarm held it, or -1."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    exchange: str
    routing_key: str
    body: str
    size_bytes: int
    persistent: bool
    mandatory: bool
    headers: Pairs
    expires_at_ms: int
    confirm: bool
    stored: tuple[str, ...]
    held: tuple[str, ...]
    lost: tuple[str, ...]
    waited: int


class MessageUnroutable(NamedTuple):
    """No queue wanted the message. `returned`: the publisher gets it back because it was mandatory; else it is
    dropped without a word. `waited` as in MessageRouted."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    exchange: str
    routing_key: str
    body: str
    returned: bool
    waited: int


class MessageStored(NamedTuple):
    """A queue that had made a message wait has a leader and holds it now, on a majority of its members. `held` is
    the entry since which it waited."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    message_id: str
    held: int


class PublishConfirmed(NamedTuple):
    """The broker has taken responsibility: every queue that should have the message has it safely. `held` is the
    entry since which it waited for a leader, or -1."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    held: int


class PublishRejected(NamedTuple):
    """A negative confirm: some queue could not take the message; the publisher may send it again. Queues that
    have it keep it. `confirm` is false if the publisher asked for no confirms and so hears nothing."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    held: int
    confirm: bool


class PublishLost(NamedTuple):
    """The connection ended, or there was none, before the broker had taken a message; there is no confirm, and
    nobody sends it again."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    held: int
    confirm: bool


class PublishPending(NamedTuple):
    """A message waits before the broker takes it. The reason: "memory-alarm", the broker reads nothing from
    publishers while a node has too little memory; "reconnecting", a client library with recovery has no connection
    now; "connection-lost", it had no confirm when its connection ended, and publishes the message again with the next.
    `held` is the entry since which it waited in another way, or -1."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    exchange: str
    routing_key: str
    body: str
    size_bytes: int
    persistent: bool
    mandatory: bool
    headers: Pairs
    expiration_ms: int
    confirm: bool
    held: int


class ConfirmsSelected(NamedTuple):
    """The client wants a confirm for each message from now on."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str


# Consuming


class PrefetchSet(NamedTuple):
    """Consumers that the client starts from now on get at most `prefetch_count` messages ahead; 0 is no limit."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    prefetch_count: int


class ConsumerStarted(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    consumer_tag: str
    prefetch_count: int
    no_ack: bool


class ConsumerCancelled(NamedTuple):
    """The consumer gets nothing more; what it has it may still answer for. The reason says whether it wished so."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    consumer_tag: str


class SettlementHeld(NamedTuple):
    """A consumer answered for a delivery while its queue has no leader; the answer waits for one."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    message_id: str
    delivery_tag: int
    settlement: str


class SettlementIgnored(NamedTuple):
    """A consumer answered for a delivery that had gone back to the queue: the message will be, or was, handled
    again."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    queue: str
    delivery_tag: int
    settlement: str


class MessageRequeued(NamedTuple):
    """A delivery went back to its queue and will be delivered again, marked as redelivered. `failed`: it counts
    towards the delivery limit; `failures` is the count after it."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    message_id: str
    delivery_tag: int
    by: str
    failed: bool
    failures: int


class MessageDiscarded(NamedTuple):
    """A queue gave a message up and has no dead-letter exchange. `delivery_tag` is -1 for the message at the
    head of the queue."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    message_id: str
    delivery_tag: int


class MessageDeadLetteredByQueue(NamedTuple):
    """A queue gave a message up to its dead-letter exchange, which routed it as MessageRouted says."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    message_id: str
    delivery_tag: int
    exchange: str
    routing_key: str
    stored: tuple[str, ...]
    held: tuple[str, ...]
    lost: tuple[str, ...]


class MessagesLost(NamedTuple):
    """A classic queue's node stopped, and these messages were not persistent."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    queue: str
    message_ids: tuple[str, ...]
