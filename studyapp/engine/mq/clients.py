"""What a program or a script does with a broker of either engine: see `engines.Engine` for each word.

An actor hears of everything through events that name it in `by`: Connected, ConnectionRefused, ConnectionLost,
MessageDispatched, MessageRedelivered, MessageAcknowledged, and what its engine tells of sends.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.mq.activemq import ENGINE as ACTIVEMQ
from studyapp.engine.mq.engines import Engine
from studyapp.engine.mq.rabbitmq import ENGINE as RABBITMQ
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

ENGINES: Mapping[str, Engine] = {each.engine_type: each for each in (ACTIVEMQ, RABBITMQ)}
DESTINATION_TYPES = ("queue", "topic")
ACKNOWLEDGEMENTS = ("auto", "client", "individual", "transacted")


def engine_of(world: "World", broker: str) -> tuple[Engine, str]:
    """The engine of a broker, and the broker's name; an ARN will do.

    Raises:
        Refused: broker-not-found.
    """
    for engine in ENGINES.values():
        brokers = engine.brokers(world)
        if broker in brokers:
            return engine, broker
    name = short(broker)
    for engine in ENGINES.values():
        if name in engine.brokers(world):
            return engine, name
    raise Refused("broker-not-found", broker=name[:80])


def connect(
    world: "World",
    broker: str,
    by: str,
    failover: bool = True,
    endpoint: str = "",
    retry_ms: int = 0,
) -> None:
    """Open a client's connection. Connected or ConnectionRefused follows."""
    engine, name = engine_of(world, broker)
    engine.connect(world, name, by, failover, endpoint, retry_ms)


def disconnect(world: "World", broker: str, by: str, reason: str) -> None:
    """Close a client's connection, if there is one."""
    engine, name = engine_of(world, broker)
    engine.disconnect(world, name, by, reason)


def send(
    world: "World",
    broker: str,
    by: str,
    destination: str,
    destination_type: str,
    body: str,
    persistent: bool = True,
    expires_in_ms: int = -1,
) -> str:
    """Send a message. Returns its id."""
    engine, name = engine_of(world, broker)
    return engine.send(
        world, name, by, destination, destination_type, body, persistent, expires_in_ms
    )


def subscribe(
    world: "World",
    broker: str,
    by: str,
    destination: str,
    destination_type: str,
    subscription: str = "",
    acknowledgement: str = "auto",
    prefetch: int = -1,
) -> str:
    """Become a consumer of a queue or topic. Returns the consumer's tag."""
    engine, name = engine_of(world, broker)
    return engine.subscribe(
        world, name, by, destination, destination_type, subscription, acknowledgement, prefetch
    )


def acknowledge(world: "World", broker: str, by: str, delivery_tag: int) -> None:
    """The consumer is done with a delivery."""
    engine, name = engine_of(world, broker)
    engine.acknowledge(world, name, by, delivery_tag)


def reject(world: "World", broker: str, by: str, delivery_tag: int) -> None:
    """The consumer could not handle a delivery and wants to have it again."""
    engine, name = engine_of(world, broker)
    engine.reject(world, name, by, delivery_tag)


class NextDelivery(NamedTuple):
    """What a consumer should handle next. `delivery_tag` is also the number of its MessageDispatched."""

    delivery_tag: int
    destination: str
    message_id: str
    body: str


def consumes(world: "World", broker: str, by: str) -> bool:
    """Whether a client consumes anything, by itself or because its library brought that back."""
    of_activemq = world.mq.activemq.brokers.get(broker)
    if of_activemq is not None:
        client = of_activemq.clients.get(by)
        return client is not None and bool(client.consumers)
    of_rabbitmq = world.mq.rabbitmq.brokers.get(broker)
    connection = of_rabbitmq.connections.get(by) if of_rabbitmq is not None else None
    return connection is not None and bool(connection.consumers)


def next_delivery(world: "World", broker: str, by: str) -> NextDelivery | None:
    """The oldest delivery in a client's library that it has not answered for.

    None if there is none, or if the library holds a message that was rolled back: it hands out nothing else before
    that, so that the order stays (AMQ-X05).
    """
    of_activemq = world.mq.activemq.brokers.get(broker)
    if of_activemq is not None:
        client = of_activemq.clients.get(by)
        if client is None:
            return None
        for tag, delivery in client.deliveries.items():
            if tag in client.answers:
                continue
            if delivery.redeliver_at_ms >= 0:
                return None
            held = delivery.held
            return NextDelivery(tag, delivery.destination, held.message_id, held.body)
        return None
    of_rabbitmq = world.mq.rabbitmq.brokers.get(broker)
    connection = of_rabbitmq.connections.get(by) if of_rabbitmq is not None else None
    if of_rabbitmq is None or connection is None:
        return None
    for tag, queue in connection.deliveries.items():
        kept = of_rabbitmq.queues.get(queue)
        unacknowledged = kept.unacknowledged.get(tag) if kept is not None else None
        if unacknowledged is not None and tag not in connection.settling:
            message = unacknowledged.message
            return NextDelivery(tag, queue, message.message_id, message.body)
    return None
