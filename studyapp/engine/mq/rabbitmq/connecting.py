"""One endpoint, several nodes: who is connected to which, and what ends with a connection (RMQ-X09, X10)."""

from typing import TYPE_CHECKING

from studyapp.engine.mq.events import Connected, ConnectionLost
from studyapp.engine.mq.rabbitmq.cluster import Broker, Connection, landing_node
from studyapp.engine.mq.rabbitmq.events import PublishLost, PublishPending
from studyapp.engine.mq.rabbitmq.queue import QUORUM
from studyapp.engine.mq.rabbitmq.quorum import go_on
from studyapp.engine.mq.rabbitmq.removal import remove_queue
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def connect(world: "World", broker: Broker, by: str) -> Connection:
    """Open a client's connection; there is one for each client and broker.

    Raises:
        Refused: already-connected; rabbit-no-node-running.
    """
    if by in broker.connections:
        raise Refused("already-connected", client=by[:80], broker=broker.name)
    node = landing_node(broker)
    if node is None:
        raise Refused("rabbit-no-node-running", broker=broker.name)
    world.record(Connected(world.now_ms, world.cause, "", broker.name, by, node.name))
    return broker.connections[by]


def connection_of(world: "World", broker: Broker, by: str) -> Connection:
    """The client's connection, opened now if there is none.

    Raises:
        Refused: rabbit-no-node-running; no-connection, if its client library is without one.
    """
    _check_not_down(broker, by)
    return broker.connections.get(by) or connect(world, broker, by)


def _check_not_down(broker: Broker, by: str) -> None:
    """A program whose client library has lost its connection can do nothing until the library has one again."""
    if by in broker.clients and by not in broker.connections:
        raise Refused("no-connection", client=by[:80], broker=broker.name)


def open_connection(broker: Broker, by: str) -> Connection:
    """The client's connection.

    Raises:
        Refused: no-connection.
    """
    connection = broker.connections.get(by)
    if connection is None:
        raise Refused("no-connection", client=by[:80], broker=broker.name)
    return connection


def lose_connection(
    world: "World", broker: Broker, connection: Connection, reason: str, cause: int
) -> tuple[str, ...]:
    """A connection ends, and with it what its client had under way. Returns the queues that must go on."""
    queues = dict.fromkeys(connection.deliveries.values())
    queues.update(dict.fromkeys(connection.settling.values()))
    queues.update(dict.fromkeys(consumer.queue for consumer in connection.consumers.values()))
    waiting = [_pending(world, broker, number) for number in connection.held]
    waiting += [each._replace(held=number) for number, each in connection.blocked.items()]
    client = broker.clients.get(connection.by)
    number = world.record(
        ConnectionLost(world.now_ms, cause, reason, broker.name, connection.by, connection.node)
    )
    for each in waiting:
        if client is not None and client.failover:
            world.record(
                each._replace(
                    at_ms=world.now_ms,
                    cause=number,
                    reason="connection-lost",
                )
            )
        else:
            lose_message(world, broker, each, reason, number)
    for name in tuple(connection.exclusive):
        if name in broker.queues:
            remove_queue(world, broker, broker.queues[name], "owner-gone", number)
    return tuple(queues)


def _pending(world: "World", broker: Broker, number: int) -> PublishPending:
    """A message that waits for a leader, as its publisher sends it again: a queue that has it gets it twice."""
    held = broker.held[number]
    message = held.message
    left_ms = max(message.expires_at_ms - world.now_ms, 0) if message.expires_at_ms >= 0 else -1
    return PublishPending(
        0,
        number,
        "",
        broker.name,
        held.by,
        message.message_id,
        message.exchange,
        message.routing_key,
        message.body,
        message.size_bytes,
        message.persistent,
        False,
        message.headers,
        left_ms,
        held.confirm,
        number,
    )


def lose_message(
    world: "World", broker: Broker, pending: PublishPending, reason: str, cause: int
) -> None:
    """Nobody will send this message again."""
    world.record(
        PublishLost(
            world.now_ms,
            cause,
            reason,
            broker.name,
            pending.by,
            pending.message_id,
            pending.held,
            pending.confirm,
        )
    )


def close(world: "World", broker: Broker, connection: Connection, reason: str, cause: int) -> None:
    """End a connection while the nodes stay; its messages go back to their queues at once."""
    for name in lose_connection(world, broker, connection, reason, cause):
        queue = broker.queues.get(name)
        if queue is not None:
            go_on(world, broker, queue, cause)


def time_out_delivery(world: "World", broker_name: str, by: str, queue: str, tag: int) -> None:
    """An alarm: a consumer of a quorum queue has kept a message for too long and loses its channel."""
    broker = world.mq.rabbitmq.brokers.get(broker_name)
    connection = broker.connections.get(by) if broker is not None else None
    if broker is None or connection is None or tag not in connection.deliveries:
        return
    kept = broker.queues.get(queue)
    if kept is not None and kept.queue_type == QUORUM and tag in kept.unacknowledged:
        close(world, broker, connection, "acknowledgement-timeout", world.cause)
