"""RabbitMQ as the engine of a broker of Amazon MQ: what the actions and clients of both engines ask for.

A destination of type queue is a queue behind the default exchange. A destination of type topic is an exchange; what
stands after the first "/" is the routing key or the binding's pattern. Programs usually declare what they use, so
queues, exchanges and bindings that are missing are declared.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from studyapp.engine.limits.rabbitmq import PREFETCH_MAX
from studyapp.engine.mq.engines import BrokerDescription, Endpoint, Engine
from studyapp.engine.mq.events import BrokerDeleted, MessageDispatched
from studyapp.engine.mq.rabbitmq import clients
from studyapp.engine.mq.rabbitmq.cluster import Broker
from studyapp.engine.mq.rabbitmq.connecting import connection_of, lose_connection
from studyapp.engine.mq.rabbitmq.declaring import exchange_declare, queue_bind, queue_declare
from studyapp.engine.mq.rabbitmq.delivering import ACK, REJECT, settle
from studyapp.engine.mq.rabbitmq.events import SettlementIgnored
from studyapp.engine.mq.rabbitmq.finding import queue_named
from studyapp.engine.mq.rabbitmq.messaging import basic_publish, start_consumer
from studyapp.engine.mq.rabbitmq.nodes import start_reboot
from studyapp.engine.mq.rabbitmq.queue import CLASSIC
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

ENDPOINT = "amqps"


def brokers(world: "World") -> Mapping[str, Broker]:
    return world.mq.rabbitmq.brokers


def describe(world: "World", name: str) -> BrokerDescription:
    """One endpoint, whatever the number of nodes (RMQ-X10)."""
    broker = world.mq.rabbitmq.brokers[name]
    mode = "SINGLE_INSTANCE" if len(broker.nodes) == 1 else "CLUSTER_MULTI_AZ"
    state = "RUNNING" if broker.reboot < 0 else "REBOOT_IN_PROGRESS"
    is_live = any(node.running for node in broker.nodes.values())
    endpoint = Endpoint(ENDPOINT, "", is_live)
    return BrokerDescription(name, "RABBITMQ", mode, state, "EBS", (endpoint,))


def reboot(world: "World", name: str) -> None:
    start_reboot(world, world.mq.rabbitmq.brokers[name])


def delete(world: "World", name: str) -> None:
    broker = world.mq.rabbitmq.brokers[name]
    for connection in tuple(broker.connections.values()):
        lose_connection(world, broker, connection, "broker-deleted", world.cause)
    world.record(BrokerDeleted(world.now_ms, world.cause, "", name))


def connect(
    world: "World", name: str, by: str, failover: bool, endpoint: str, retry_ms: int
) -> None:
    if endpoint not in ("", ENDPOINT):
        raise Refused("endpoint-not-found", broker=name, endpoint=endpoint[:80], known=ENDPOINT)
    clients.start_client(world, world.mq.rabbitmq.brokers[name], by, failover, retry_ms)


def disconnect(world: "World", name: str, by: str, reason: str) -> None:
    clients.stop_client(world, world.mq.rabbitmq.brokers[name], by, reason)


def send(
    world: "World",
    name: str,
    by: str,
    destination: str,
    destination_type: str,
    body: str,
    persistent: bool,
    expires_in_ms: int,
) -> str:
    exchange, routing_key = "", destination
    if destination_type == "queue":
        if destination not in world.mq.rabbitmq.brokers[name].queues:
            queue_declare(world, by, broker=name, queue=destination)
    else:
        exchange, routing_key = _topic(world, name, by, destination)
    return basic_publish(
        world,
        by,
        broker=name,
        body=body,
        exchange=exchange,
        routing_key=routing_key,
        persistent=persistent,
        expiration=expires_in_ms if expires_in_ms >= 0 else None,
    )


def _topic(world: "World", name: str, by: str, destination: str) -> tuple[str, str]:
    exchange, _, key = destination.partition("/")
    if exchange not in world.mq.rabbitmq.brokers[name].exchanges:
        exchange_declare(world, by, broker=name, exchange=exchange, exchange_type="topic")
    return exchange, key


def subscribe(
    world: "World",
    name: str,
    by: str,
    destination: str,
    destination_type: str,
    subscription: str,
    acknowledgement: str,
    prefetch: int,
) -> str:
    """A durable subscription to a topic is a quorum queue of its own; one that is not durable is a queue that goes
    with the connection. `prefetch` -1 is no limit (RMQ-X09). A queue out of reach delivers when it is within reach.
    """
    queues = world.mq.rabbitmq.brokers[name].queues
    queue = destination
    if destination_type == "topic":
        exchange, key = _topic(world, name, by, destination)
        queue = f"{destination}.{subscription or by}"
        if queue not in queues:
            if subscription:
                queue_declare(world, by, broker=name, queue=queue)
            else:
                queue_declare(
                    world, by, broker=name, queue=queue, queue_type=CLASSIC, exclusive=True
                )
        queue_bind(world, by, broker=name, queue=queue, exchange=exchange, routing_key=key or "#")
    elif queue not in queues:
        queue_declare(world, by, broker=name, queue=queue)
    target = world.mq.rabbitmq.brokers[name]
    connection = connection_of(world, target, by)
    found = queue_named(target, queue, by)
    return start_consumer(world, target, found, connection, min(max(prefetch, 0), PREFETCH_MAX))


def acknowledge(world: "World", name: str, by: str, delivery_tag: int) -> None:
    _settle(world, name, by, delivery_tag, ACK)


def reject(world: "World", name: str, by: str, delivery_tag: int) -> None:
    """As basic.reject, which counts towards the delivery limit (RMQ-X06)."""
    _settle(world, name, by, delivery_tag, REJECT)


def _settle(world: "World", name: str, by: str, delivery_tag: int, settlement: str) -> None:
    """An answer to what came over a connection that is gone reaches nobody: the message has gone back."""
    broker = world.mq.rabbitmq.brokers[name]
    connection = broker.connections.get(by)
    if connection is not None and delivery_tag > connection.number:
        settle(world, broker, connection, delivery_tag, settlement, False)
        return
    sent = world.log[delivery_tag] if 0 <= delivery_tag < len(world.log) else None
    if not isinstance(sent, MessageDispatched) or (sent.broker, sent.by) != (name, by):
        raise Refused("delivery-tag-unknown", delivery_tag=delivery_tag)
    world.record(
        SettlementIgnored(
            world.now_ms,
            world.cause,
            "connection-gone",
            name,
            by,
            sent.destination,
            delivery_tag,
            settlement,
        )
    )


ENGINE = Engine(
    "RABBITMQ",
    describe,
    reboot,
    delete,
    connect,
    disconnect,
    send,
    subscribe,
    acknowledge,
    reject,
    brokers,
)
