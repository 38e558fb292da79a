"""ActiveMQ as both engines' common actions and clients see it (see `mq/engines.py`)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from studyapp.engine.mq.activemq import connecting, delivering, failover, sending
from studyapp.engine.mq.activemq.broker import (
    DOWN,
    Broker,
    endpoint_name,
    serving,
)
from studyapp.engine.mq.activemq.events import AnswerIgnored
from studyapp.engine.mq.engines import BrokerDescription, Endpoint, Engine
from studyapp.engine.mq.events import BrokerDeleted, ConnectionLost, MessageDispatched
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def _brokers(world: "World") -> Mapping[str, Broker]:
    return world.mq.activemq.brokers


def _broker(world: "World", name: str) -> Broker:
    return world.mq.activemq.brokers[name]


def describe(world: "World", name: str) -> BrokerDescription:
    """One endpoint for each instance, of which at most one answers."""
    broker = _broker(world, name)
    active = serving(broker)
    return BrokerDescription(
        name,
        "ACTIVEMQ",
        broker.deployment_mode,
        "REBOOT_IN_PROGRESS" if broker.rebooting else "RUNNING",
        broker.storage_type,
        tuple(
            Endpoint(endpoint_name(broker, each.name), each.zone, each is active)
            for each in broker.instances.values()
        ),
    )


def reboot(world: "World", name: str) -> None:
    """Reboot the instance that holds the store, or one that runs.

    Raises:
        Refused: no-instance-runs.
    """
    broker = _broker(world, name)
    holder = broker.instances.get(broker.lock_holder)
    if holder is None or holder.state == DOWN:
        holder = next((each for each in broker.instances.values() if each.state != DOWN), None)
    if holder is None:
        raise Refused("no-instance-runs", broker=name)
    failover.reboot(world, broker, holder)


def delete(world: "World", name: str) -> None:
    """Close every connection and forget everything."""
    now_ms, cause = world.now_ms, world.cause
    for client in tuple(_broker(world, name).clients.values()):
        if client.node:
            world.record(
                ConnectionLost(now_ms, cause, "broker-deleted", name, client.by, client.node)
            )
    world.record(BrokerDeleted(world.now_ms, world.cause, "", name))


def connect(
    world: "World", name: str, by: str, failover: bool, endpoint: str, retry_ms: int
) -> None:
    connecting.connect(world, _broker(world, name), by, failover, endpoint, retry_ms)


def disconnect(world: "World", name: str, by: str, reason: str) -> None:
    connecting.disconnect(world, _broker(world, name), by, reason)


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
    return sending.send(
        world,
        _broker(world, name),
        by,
        destination,
        destination_type,
        body,
        persistent,
        expires_in_ms,
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
    return connecting.subscribe(
        world,
        _broker(world, name),
        by,
        destination,
        destination_type,
        subscription,
        acknowledgement,
        prefetch,
    )


def acknowledge(world: "World", name: str, by: str, delivery_tag: int) -> None:
    _answer(world, name, by, delivery_tag, delivering.ACKNOWLEDGE)


def reject(world: "World", name: str, by: str, delivery_tag: int) -> None:
    _answer(world, name, by, delivery_tag, delivering.REJECT)


def _answer(world: "World", name: str, by: str, delivery_tag: int, word: str) -> None:
    """An answer to what came over a connection that is gone reaches nobody: the message has gone back.

    Raises:
        Refused: delivery-unknown.
    """
    broker = _broker(world, name)
    client = broker.clients.get(by)
    if client is not None and client.node and delivery_tag > client.number:
        delivering.answer(world, broker, client, delivery_tag, word)
        return
    sent = world.log[delivery_tag] if 0 <= delivery_tag < len(world.log) else None
    if type(sent) is not MessageDispatched or (sent.broker, sent.by) != (name, by):
        raise Refused("delivery-unknown", delivery_tag=delivery_tag)
    world.record(
        AnswerIgnored(
            world.now_ms,
            world.cause,
            "connection-gone",
            name,
            by,
            sent.message_id,
            delivery_tag,
            word,
        )
    )


ENGINE = Engine(
    "ACTIVEMQ",
    describe,
    reboot,
    delete,
    connect,
    disconnect,
    send,
    subscribe,
    acknowledge,
    reject,
    _brokers,
)
