"""Queues and topics of both engines as RabbitMQ has them.

A destination of type queue is a queue behind the default exchange. A destination of type topic is an exchange; what
stands after the first "/" is the routing key or the binding's pattern. Programs usually declare what they use, so
queues, exchanges and bindings that are missing are declared.
"""

from typing import TYPE_CHECKING

from studyapp.engine.mq.rabbitmq.cluster import Broker, Client, has_majority
from studyapp.engine.mq.rabbitmq.connecting import connection_of
from studyapp.engine.mq.rabbitmq.declaring import exchange_declare, queue_bind, queue_declare
from studyapp.engine.mq.rabbitmq.finding import queue_named
from studyapp.engine.mq.rabbitmq.messaging import start_consumer
from studyapp.engine.mq.rabbitmq.queue import CLASSIC

if TYPE_CHECKING:
    from studyapp.engine.world import World


def topic(world: "World", broker: str, by: str, destination: str) -> tuple[str, str]:
    """The exchange and the routing key of a topic; a missing exchange is declared."""
    exchange, _, key = destination.partition("/")
    if exchange not in world.mq.rabbitmq.brokers[broker].exchanges:
        exchange_declare(world, by, broker=broker, exchange=exchange, exchange_type="topic")
    return exchange, key


def _queue_of(by: str, destination: str, destination_type: str, subscription: str) -> str:
    return destination if destination_type == "queue" else f"{destination}.{subscription or by}"


def start_subscription(
    world: "World",
    broker: Broker,
    by: str,
    destination: str,
    destination_type: str,
    subscription: str,
    prefetch_count: int,
    restored: str = "",
) -> str:
    """Consume a queue or topic. Returns the consumer tag.

    A durable subscription to a topic is a quorum queue of its own; one that is not durable is a queue that goes
    with the connection. A queue out of reach delivers when it is within reach.

    Raises:
        Refused: what declaring and consuming refuse.
    """
    queue = _queue_of(by, destination, destination_type, subscription)
    connection = connection_of(world, broker, by)
    name = broker.name
    if queue not in broker.queues:
        if destination_type == "queue" or subscription:
            queue_declare(world, by, broker=name, queue=queue)
        else:
            queue_declare(world, by, broker=name, queue=queue, queue_type=CLASSIC, exclusive=True)
    if destination_type == "topic":
        exchange, key = topic(world, name, by, destination)
        queue_bind(world, by, broker=name, queue=queue, exchange=exchange, routing_key=key or "#")
    found = queue_named(broker, queue, by)
    return start_consumer(world, broker, found, connection, prefetch_count, restored=restored)


def can_restore(broker: Broker, client: Client) -> bool:
    """Whether everything that the client's consumers need is there, or can be declared."""
    return (
        has_majority(broker)
        or all(
            _queue_of(client.by, kept.destination, kept.destination_type, kept.subscription)
            in broker.queues
            for kept in client.subscriptions.values()
            if kept.destination_type == "queue" or kept.subscription
        )
        and not any(kept.destination_type == "topic" for kept in client.subscriptions.values())
    )
