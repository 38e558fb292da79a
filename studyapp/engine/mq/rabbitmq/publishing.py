"""From a publisher into queues: routing, confirms, and messages that wait for a leader (RMQ-X01, X03, X08).

A message counts as stored once a majority of the queue's members has it; in between it is nowhere.
"""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Pairs
from studyapp.engine.limits.rabbitmq import MESSAGE_SIZE_MAX_BYTES
from studyapp.engine.mq.rabbitmq.cluster import (
    Broker,
    Connection,
    blocked,
    landing_node,
    reaches,
)
from studyapp.engine.mq.rabbitmq.delivering import serve
from studyapp.engine.mq.rabbitmq.events import (
    MessageRouted,
    MessageStored,
    MessageUnroutable,
    PublishConfirmed,
    PublishLost,
    PublishPending,
    PublishRejected,
)
from studyapp.engine.mq.rabbitmq.queue import Queue
from studyapp.engine.mq.rabbitmq.targets import classify, targets
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def publish(
    world: "World",
    broker: Broker,
    by: str,
    exchange: str,
    routing_key: str,
    body: str,
    mandatory: bool,
    persistent: bool,
    headers: Pairs,
    expiration_ms: int,
) -> str:
    """Somebody publishes a message. Returns the message's id.

    A memory alarm makes it wait, and so does a client library that has lost its connection and recovers.

    Raises:
        Refused: exchange-not-found, amqp-message-too-large, and for who never connected, as connection_for_once.
    """
    if exchange and exchange not in broker.exchanges:
        raise Refused("exchange-not-found", exchange=exchange[:80])
    size_bytes = len(body) if body.isascii() else len(body.encode())
    if size_bytes > MESSAGE_SIZE_MAX_BYTES:
        raise Refused("amqp-message-too-large", size_bytes=size_bytes, limit=MESSAGE_SIZE_MAX_BYTES)
    message_id = f"m{len(world.log)}"
    connection = broker.connections.get(by)
    client = broker.clients.get(by)
    if connection is None and client is None:
        connection = connection_for_once(broker, by)
    confirm = connection.confirms if connection is not None else client is not None
    reason = "reconnecting" if connection is None else "memory-alarm"
    pending = PublishPending(
        world.now_ms,
        world.cause,
        reason,
        broker.name,
        by,
        message_id,
        exchange,
        routing_key,
        body,
        size_bytes,
        persistent,
        mandatory,
        headers,
        expiration_ms,
        confirm,
        -1,
    )
    if connection is None and not (client is not None and client.failover):
        world.record(
            PublishLost(
                world.now_ms, world.cause, "not-connected", broker.name, by, message_id, -1, confirm
            )
        )
    elif connection is None or blocked(broker):
        world.record(pending)
    else:
        route(world, broker, connection, pending, -1)
    return message_id


def connection_for_once(broker: Broker, by: str) -> Connection:
    """A connection that lasts for one message, which nobody remembers.

    Raises:
        Refused: rabbit-no-node-running; publishers-blocked during a memory alarm.
    """
    node = landing_node(broker)
    if node is None:
        raise Refused("rabbit-no-node-running", broker=broker.name)
    if blocked(broker):
        raise Refused("publishers-blocked", broker=broker.name)
    return Connection(by, node.name, -1)


def route(
    world: "World", broker: Broker, connection: Connection, pending: PublishPending, waited: int
) -> None:
    """Give a message to the queues that want it. `waited` is the entry since which a memory alarm held it."""
    queues = targets(broker, pending.exchange, pending.routing_key, pending.headers)
    cause = waited if waited >= 0 else pending.cause
    now_ms, by, message_id = world.now_ms, connection.by, pending.message_id
    if not queues:
        number = world.record(
            MessageUnroutable(
                now_ms,
                cause,
                "no-queue-bound",
                broker.name,
                by,
                message_id,
                pending.exchange,
                pending.routing_key,
                pending.body,
                pending.mandatory,
                waited,
            )
        )
        if pending.confirm:
            world.record(
                PublishConfirmed(now_ms, number, "unroutable", broker.name, by, message_id, -1)
            )
        return
    stored, held, lost, why = classify(broker, queues, connection.node)
    confirm = pending.confirm
    expires_at_ms = now_ms + pending.expiration_ms if pending.expiration_ms >= 0 else -1
    number = world.record(
        MessageRouted(
            now_ms,
            cause,
            "",
            broker.name,
            by,
            message_id,
            pending.exchange,
            pending.routing_key,
            pending.body,
            pending.size_bytes,
            pending.persistent,
            pending.mandatory,
            pending.headers,
            expires_at_ms,
            confirm and not lost,
            stored,
            held,
            lost,
            waited,
        )
    )
    if lost:
        world.record(PublishRejected(now_ms, number, why, broker.name, by, message_id, -1, confirm))
    elif confirm and not held:
        world.record(PublishConfirmed(now_ms, number, "", broker.name, by, message_id, -1))
    if stored:
        serve(world, broker, number, stored)


def release(world: "World", broker: Broker, queue: Queue, cause: int) -> None:
    """The queue works again: it takes the messages that waited for it, in their order."""
    for number in tuple(queue.held):
        waiting = broker.held[number]
        if waiting.by:
            connection = broker.connections[waiting.by]
            if not reaches(broker, queue, connection.node):
                continue
        is_last = len(waiting.waits_for) == 1
        message_id = waiting.message.message_id
        stored = world.record(
            MessageStored(world.now_ms, cause, "", broker.name, queue.name, message_id, number)
        )
        if is_last and waiting.confirm:
            world.record(
                PublishConfirmed(
                    world.now_ms,
                    stored,
                    "held-until-leader",
                    broker.name,
                    waiting.by,
                    message_id,
                    number,
                )
            )


def hold_too_long(world: "World", broker_name: str, number: int) -> None:
    """An alarm: a message has waited for a leader as long as it may."""
    broker = world.mq.rabbitmq.brokers.get(broker_name)
    waiting = broker.held.get(number) if broker is not None else None
    if waiting is not None and waiting.by:
        world.record(
            PublishRejected(
                world.now_ms,
                world.cause,
                "no-leader-in-time",
                broker_name,
                waiting.by,
                waiting.message.message_id,
                number,
                waiting.confirm,
            )
        )


def unblock(world: "World", broker: Broker, cause: int) -> None:
    """The memory alarm is over: the broker reads on what publishers had sent."""
    waiting = [
        (number, connection)
        for connection in broker.connections.values()
        for number in connection.blocked
    ]
    waiting.sort(key=lambda each: each[0])
    for number, connection in waiting:
        route(world, broker, connection, connection.blocked[number], number)


def publish_again(world: "World", broker: Broker, connection: Connection, cause: int) -> None:
    """A client library is connected again: it publishes what it had kept, in order."""
    for number, pending in tuple(broker.clients[connection.by].outgoing.items()):
        if blocked(broker):
            world.record(
                pending._replace(
                    at_ms=world.now_ms, cause=cause, reason="memory-alarm", held=number
                )
            )
        else:
            route(world, broker, connection, pending, number)
