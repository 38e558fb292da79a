"""Publishing and consuming: what a client does over its connection (RMQ-X01, X06 to X09, X13).

A client has one connection to a broker, with one channel. Consuming, getting and settings open it if there is
none; who only publishes need not have one.
"""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Actions, Pairs, action
from studyapp.engine.limits.rabbitmq import CONSUMERS_PER_CHANNEL_MAX, PREFETCH_MAX
from studyapp.engine.mq.rabbitmq.cluster import Broker, Connection, reaches
from studyapp.engine.mq.rabbitmq.connecting import (
    close,
    connect,
    connection_of,
    open_connection,
)
from studyapp.engine.mq.rabbitmq.declaring import check_short
from studyapp.engine.mq.rabbitmq.delivering import (
    ACK,
    DISCARD,
    REJECT,
    REQUEUE,
    acknowledge,
    dispatch,
    serve,
    settle,
)
from studyapp.engine.mq.rabbitmq.events import (
    ConfirmsSelected,
    ConsumerCancelled,
    ConsumerStarted,
    PrefetchSet,
)
from studyapp.engine.mq.rabbitmq.finding import broker_named, check_works, queue_named
from studyapp.engine.mq.rabbitmq.publishing import publish
from studyapp.engine.mq.rabbitmq.queue import QUORUM, Queue
from studyapp.engine.mq.rabbitmq.queue_arguments import TIME_MAX_MS
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


class Got(NamedTuple):
    """The answer to BasicGet. `message_count` is how many still wait."""

    delivery_tag: int
    message_id: str
    body: str
    redelivered: bool
    message_count: int


def connection_open(world: "World", by: str, *, broker: str) -> str:
    """connection.open through the one endpoint. Returns the node that the load balancer chose.

    Raises:
        Refused: rabbit-broker-not-found, already-connected, rabbit-no-node-running.
    """
    return connect(world, broker_named(world, broker), by).node


def connection_close(world: "World", by: str, *, broker: str) -> None:
    """connection.close: consumers end, what was not acknowledged goes back.

    Raises:
        Refused: rabbit-broker-not-found, no-connection.
    """
    target = broker_named(world, broker)
    close(world, target, open_connection(target, by), "closed-by-client", world.cause)


def confirm_select(world: "World", by: str, *, broker: str) -> None:
    """confirm.select: the broker confirms each message that the client publishes from now on.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-no-node-running.
    """
    target = broker_named(world, broker)
    if not connection_of(world, target, by).confirms:
        world.record(ConfirmsSelected(world.now_ms, world.cause, "", target.name, by))


def basic_qos(world: "World", by: str, *, broker: str, prefetch_count: int) -> None:
    """basic.qos: how many messages each consumer that starts from now on may have unanswered; 0 is no limit.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-no-node-running, prefetch-out-of-range.
    """
    target = broker_named(world, broker)
    _check_prefetch(prefetch_count)
    connection_of(world, target, by)
    world.record(PrefetchSet(world.now_ms, world.cause, "", target.name, by, prefetch_count))


def _check_prefetch(prefetch_count: int) -> None:
    if not 0 <= prefetch_count <= PREFETCH_MAX:
        raise Refused("prefetch-out-of-range", limit=PREFETCH_MAX)


def basic_publish(
    world: "World",
    by: str,
    *,
    broker: str,
    body: str,
    exchange: str = "",
    routing_key: str = "",
    mandatory: bool = False,
    persistent: bool = True,
    headers: Pairs | None = None,
    expiration: int | None = None,
) -> str:
    """basic.publish. Returns the message's id, under which events speak of it and its confirm.

    Who has no connection publishes over one that lasts for this message and asks for no confirm.
    `expiration` is in milliseconds. Without `mandatory` a message that no queue wants is dropped.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-no-node-running, exchange-not-found, name-not-short,
            amqp-message-too-large, expiration-out-of-range, publishers-blocked (no connection to wait on).
    """
    target = broker_named(world, broker)
    check_short("routing_key", routing_key)
    if expiration is None:
        expiration = -1
    elif not 0 <= expiration <= TIME_MAX_MS:
        raise Refused("expiration-out-of-range", expiration=expiration)
    return publish(
        world,
        target,
        by,
        exchange,
        routing_key,
        body,
        mandatory,
        persistent,
        headers or (),
        expiration,
    )


def _reachable(
    world: "World", broker: str, by: str, queue: str
) -> tuple[Broker, Queue, Connection]:
    """A client's connection and a queue that it can use, once the queue has a leader.

    Raises:
        Refused: rabbit-broker-not-found, amqp-queue-not-found, amqp-queue-locked, rabbit-no-node-running,
            amqp-queue-home-down, amqp-queue-has-no-leader.
    """
    target = broker_named(world, broker)
    found = queue_named(target, queue, by)
    connection = connection_of(world, target, by)
    if not reaches(target, found, connection.node):
        if found.queue_type == QUORUM:
            raise Refused("amqp-queue-has-no-leader", queue=queue)
        raise Refused("amqp-queue-home-down", queue=queue, node=found.home)
    return target, found, connection


def basic_consume(
    world: "World",
    by: str,
    *,
    broker: str,
    queue: str,
    prefetch_count: int | None = None,
    no_ack: bool = False,
) -> str:
    """basic.consume: the broker pushes the queue's messages. Returns the consumer tag.

    `prefetch_count` is that of basic.qos unless given. `no_ack`: a message counts as handled when it is sent.
    A quorum queue without a leader starts to deliver when it has one.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-no-node-running, amqp-queue-not-found, amqp-queue-home-down,
            amqp-queue-has-no-leader (from an isolated node), prefetch-out-of-range, too-many-consumers.
    """
    if prefetch_count is not None:
        _check_prefetch(prefetch_count)
    target, found, connection = _reachable(world, broker, by, queue)
    prefetch = connection.prefetch if prefetch_count is None else prefetch_count
    return start_consumer(world, target, found, connection, prefetch, no_ack)


def start_consumer(
    world: "World",
    broker: Broker,
    queue: Queue,
    connection: Connection,
    prefetch_count: int,
    no_ack: bool = False,
    restored: str = "",
) -> str:
    """A client consumes a queue; it gets messages as soon as the queue can reach it. Returns the consumer tag.

    `restored` is the tag of a consumer that a client library starts again.

    Raises:
        Refused: too-many-consumers.
    """
    if len(connection.consumers) >= CONSUMERS_PER_CHANNEL_MAX:
        raise Refused("too-many-consumers", limit=CONSUMERS_PER_CHANNEL_MAX)
    consumer_tag = restored or f"c{len(world.log)}"
    number = world.record(
        ConsumerStarted(
            world.now_ms,
            world.cause,
            "restored" if restored else "",
            broker.name,
            connection.by,
            queue.name,
            consumer_tag,
            prefetch_count,
            no_ack,
        )
    )
    serve(world, broker, number, (queue.name,))
    return consumer_tag


def basic_cancel(world: "World", by: str, *, broker: str, consumer_tag: str) -> None:
    """basic.cancel: nothing more is pushed; what was delivered can still be answered for.

    Raises:
        Refused: rabbit-broker-not-found, no-connection, consumer-not-found.
    """
    target = broker_named(world, broker)
    consumer = open_connection(target, by).consumers.get(consumer_tag)
    if consumer is None:
        raise Refused("consumer-not-found", consumer_tag=consumer_tag[:80])
    world.record(
        ConsumerCancelled(
            world.now_ms, world.cause, "", target.name, by, consumer.queue, consumer_tag
        )
    )


def basic_get(
    world: "World", by: str, *, broker: str, queue: str, no_ack: bool = False
) -> Got | None:
    """basic.get: one message now, or None (get-empty).

    Raises:
        Refused: as BasicConsume; amqp-queue-has-no-leader.
    """
    target, found, connection = _reachable(world, broker, by, queue)
    check_works(target, found)
    serve(world, target, world.cause, (found.name,))
    message = found.ready.head()
    if message is None:
        return None
    redelivered = message.redelivered
    tag = dispatch(world, target, found, message, by, "", world.cause)
    if no_ack:
        acknowledge(world, target, found, found.unacknowledged[tag], "automatic", tag)
    return Got(tag, message.message_id, message.body, redelivered, len(found.ready))


def basic_ack(
    world: "World", by: str, *, broker: str, delivery_tag: int, multiple: bool = False
) -> None:
    """basic.ack: the message, or all up to it, was handled; the queue forgets it.

    Raises:
        Refused: rabbit-broker-not-found, no-connection, delivery-tag-unknown.
    """
    _settle(world, by, broker, delivery_tag, ACK, multiple)


def basic_nack(
    world: "World",
    by: str,
    *,
    broker: str,
    delivery_tag: int,
    multiple: bool = False,
    requeue: bool = True,
) -> None:
    """basic.nack: back to the queue, which does not count as a failure; without `requeue` out of the queue.

    Raises:
        Refused: rabbit-broker-not-found, no-connection, delivery-tag-unknown.
    """
    _settle(world, by, broker, delivery_tag, REQUEUE if requeue else DISCARD, multiple)


def basic_reject(
    world: "World", by: str, *, broker: str, delivery_tag: int, requeue: bool = True
) -> None:
    """basic.reject: back to the queue as one failed delivery; without `requeue` out of the queue.

    Raises:
        Refused: rabbit-broker-not-found, no-connection, delivery-tag-unknown.
    """
    _settle(world, by, broker, delivery_tag, REJECT if requeue else DISCARD, False)


def _settle(
    world: "World", by: str, broker: str, delivery_tag: int, settlement: str, multiple: bool
) -> None:
    target = broker_named(world, broker)
    settle(world, target, open_connection(target, by), delivery_tag, settlement, multiple)


ACTIONS: Actions = {
    "amqp.ConnectionOpen": action(connection_open),
    "amqp.ConnectionClose": action(connection_close),
    "amqp.ConfirmSelect": action(confirm_select),
    "amqp.BasicQos": action(basic_qos),
    "amqp.BasicPublish": action(basic_publish),
    "amqp.BasicConsume": action(basic_consume),
    "amqp.BasicCancel": action(basic_cancel),
    "amqp.BasicGet": action(basic_get),
    "amqp.BasicAck": action(basic_ack),
    "amqp.BasicNack": action(basic_nack),
    "amqp.BasicReject": action(basic_reject),
}
