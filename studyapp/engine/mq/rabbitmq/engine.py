"""RabbitMQ as the engine of a broker of Amazon MQ: what the actions and clients of both engines ask for.

What destinations are to RabbitMQ: see `subscribing.py`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from studyapp.engine.limits.rabbitmq import PREFETCH_MAX
from studyapp.engine.mq.engines import BrokerDescription, Endpoint, Engine
from studyapp.engine.mq.events import BrokerDeleted, MessageDispatched
from studyapp.engine.mq.rabbitmq import clients
from studyapp.engine.mq.rabbitmq.cluster import Broker
from studyapp.engine.mq.rabbitmq.declaring import queue_declare
from studyapp.engine.mq.rabbitmq.delivering import ACK, REJECT, settle
from studyapp.engine.mq.rabbitmq.events import SettlementIgnored
from studyapp.engine.mq.rabbitmq.messaging import basic_publish
from studyapp.engine.mq.rabbitmq.nodes import start_reboot
from studyapp.engine.mq.rabbitmq.subscribing import topic
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
    for by in (*broker.clients, *broker.connections):
        clients.stop_client(world, broker, by, "broker-deleted")
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
        exchange, routing_key = topic(world, name, by, destination)
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
    """`prefetch` -1 is no limit (RMQ-X09)."""
    return clients.subscribe(
        world,
        world.mq.rabbitmq.brokers[name],
        by,
        destination,
        destination_type,
        subscription,
        min(max(prefetch, 0), PREFETCH_MAX),
    )


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
