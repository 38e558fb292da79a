"""Clients and their connections: the failover transport, and clients that know one endpoint (AMQ-X01, MQ-21)."""

from typing import TYPE_CHECKING

from studyapp.engine.limits.mq import (
    CONNECTIONS_MAX,
    PREFETCH_DURABLE_TOPIC,
    PREFETCH_QUEUE,
    PREFETCH_TOPIC,
    RECONNECT_FACTOR,
    RECONNECT_FIRST_MS,
    RECONNECT_MAX_MS,
)
from studyapp.engine.mq.activemq.broker import (
    Broker,
    Client,
    endpoint_name,
    queue_line,
    serving,
)
from studyapp.engine.mq.activemq.delivering import serve
from studyapp.engine.mq.activemq.events import (
    ConnectionWanted,
    ConsumerSubscribed,
    DurableSubscriptionRemoved,
    SendFailed,
)
from studyapp.engine.mq.activemq.sending import check_destination, send_again
from studyapp.engine.mq.events import Connected, ConnectionLost, ConnectionRefused
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

# Reasons of ConnectionLost after which the client is no more.
GOING = ("closed-by-client", "client-crashed", "broker-deleted")


def connect(
    world: "World", broker: Broker, by: str, failover: bool, endpoint: str, retry_ms: int
) -> None:
    """A client wants a connection.

    Raises:
        Refused: client-connected, endpoint-not-found.
    """
    client = broker.clients.get(by)
    if client is not None and (client.node or client.failover):
        raise Refused("client-connected", client=by[:80], broker=broker.name)
    number = world.record(
        ConnectionWanted(
            world.now_ms,
            world.cause,
            "",
            broker.name,
            by,
            failover,
            _instance_of(broker, endpoint),
            retry_ms,
        )
    )
    _try(world, broker, broker.clients[by], number)


def _instance_of(broker: Broker, endpoint: str) -> str:
    """The instance behind an endpoint: "orders-1", "-1" or "1"; the first one for ""."""
    if not endpoint:
        return next(iter(broker.instances))
    for name in broker.instances:
        if endpoint in (name, f"-{name}", endpoint_name(broker, name)):
            return name
    known = ", ".join(endpoint_name(broker, name) for name in broker.instances)
    raise Refused("endpoint-not-found", broker=broker.name, endpoint=endpoint[:80], known=known)


def _try(world: "World", broker: Broker, client: Client, cause: int) -> None:
    """Once through the endpoints that the client knows."""
    now_ms = world.now_ms
    target = serving(broker)
    known = "" if client.failover else client.endpoint
    if target is None:
        reason = "no-active-instance"
    elif known and known != target.name:
        reason = "endpoint-not-active"
    elif sum(1 for each in broker.clients.values() if each.node) >= CONNECTIONS_MAX:
        reason = "too-many-connections"
    else:
        number = world.record(Connected(now_ms, cause, "", broker.name, client.by, target.name))
        _restore(world, broker, client, number)
        return
    retry_at_ms = -1
    if client.failover:
        steps = min(client.attempts, 20)
        retry_at_ms = now_ms + min(RECONNECT_FIRST_MS * RECONNECT_FACTOR**steps, RECONNECT_MAX_MS)
    elif client.retry_ms:
        retry_at_ms = now_ms + client.retry_ms
    world.record(
        ConnectionRefused(now_ms, cause, reason, broker.name, client.by, known, retry_at_ms)
    )


def _restore(world: "World", broker: Broker, client: Client, cause: int) -> None:
    """The failover transport brings back what the connection had: consumers, and sends without an answer."""
    if not client.failover:
        return
    for consumer in tuple(client.consumers.values()):
        _consume(
            world,
            broker,
            client.by,
            consumer.tag,
            consumer.destination,
            consumer.destination_type,
            consumer.subscription,
            consumer.acknowledgement,
            consumer.prefetch,
            "restored",
            cause,
        )
    send_again(world, broker, client, cause)


def lose(world: "World", broker: Broker, client: Client, reason: str, cause: int) -> None:
    """A connection ends, or its client notices that it has. What the client had goes back to its lines."""
    lines = dict.fromkeys(delivery.line for delivery in client.deliveries.values())
    lines.update(dict.fromkeys(consumer.line for consumer in client.consumers.values()))
    number = world.record(
        ConnectionLost(world.now_ms, cause, reason, broker.name, client.by, client.node)
    )
    if reason not in GOING:
        for outgoing in tuple(client.outgoing.values()):
            if not client.failover or not outgoing.persistent:
                world.record(
                    SendFailed(
                        world.now_ms,
                        number,
                        "connection-lost",
                        broker.name,
                        client.by,
                        outgoing.message_id,
                        outgoing.accepted,
                        outgoing.persistent,
                    )
                )
    for name in lines:
        line = broker.lines.get(name)
        if line is not None:
            serve(world, broker, line, number)


def disconnect(world: "World", broker: Broker, by: str, reason: str) -> None:
    """A client goes, if it is there."""
    client = broker.clients.get(by)
    if client is not None:
        lose(world, broker, client, reason, world.cause)


def subscribe(
    world: "World",
    broker: Broker,
    by: str,
    destination: str,
    destination_type: str,
    subscription: str,
    acknowledgement: str,
    prefetch: int,
) -> str:
    """A connected client becomes a consumer. Returns the consumer's tag.

    Raises:
        Refused: destination-name-wrong, client-not-connected, subscription-not-for-queue,
            subscription-in-use (AMQ-X09), subscription-of-other-topic.
    """
    check_destination(destination)
    client = _connected(broker, by)
    if subscription:
        if destination_type == "queue":
            raise Refused("subscription-not-for-queue", subscription=subscription[:80])
        line = broker.lines.get(broker.subscriptions.get(by, {}).get(subscription, ""))
        if line is not None and line.destination != destination:
            raise Refused(
                "subscription-of-other-topic",
                subscription=subscription[:80],
                topic=line.destination,
            )
        if line is not None and line.consumers:
            raise Refused("subscription-in-use", subscription=subscription[:80], client=by[:80])
    if prefetch < 0:
        if destination_type == "queue":
            prefetch = PREFETCH_QUEUE
        else:
            prefetch = PREFETCH_DURABLE_TOPIC if subscription else PREFETCH_TOPIC
    consumer_tag = f"c{len(world.log)}"
    _consume(
        world,
        broker,
        client.by,
        consumer_tag,
        destination,
        destination_type,
        subscription,
        acknowledgement,
        prefetch,
        "",
        world.cause,
    )
    return consumer_tag


def _connected(broker: Broker, by: str) -> Client:
    client = broker.clients.get(by)
    if client is None or not client.node or client.silent >= 0:
        raise Refused("client-not-connected", client=by[:80], broker=broker.name)
    return client


def _consume(
    world: "World",
    broker: Broker,
    by: str,
    consumer_tag: str,
    destination: str,
    destination_type: str,
    subscription: str,
    acknowledgement: str,
    prefetch: int,
    reason: str,
    cause: int,
) -> None:
    if destination_type == "queue":
        name = queue_line(destination)
    elif subscription:
        known = broker.subscriptions.get(by, {}).get(subscription)
        name = f"subscription-{len(world.log)}" if known is None else known
    else:
        name = consumer_tag
    number = world.record(
        ConsumerSubscribed(
            world.now_ms,
            cause,
            reason,
            broker.name,
            by,
            consumer_tag,
            destination,
            destination_type,
            subscription,
            acknowledgement,
            prefetch,
            name,
        )
    )
    serve(world, broker, broker.lines[name], number)


def unsubscribe(world: "World", broker: Broker, by: str, subscription: str) -> None:
    """A client ends a durable subscription that it does not use now.

    Raises:
        Refused: client-not-connected, durable-subscription-not-found, subscription-in-use.
    """
    _connected(broker, by)
    name = broker.subscriptions.get(by, {}).get(subscription)
    if name is None:
        raise Refused("durable-subscription-not-found", subscription=subscription[:80])
    line = broker.lines[name]
    if line.consumers:
        raise Refused("subscription-in-use", subscription=subscription[:80], client=by[:80])
    world.record(
        DurableSubscriptionRemoved(
            world.now_ms, world.cause, "", broker.name, by, subscription, name, len(line.held)
        )
    )


# Alarms


def try_again(world: "World", broker_name: str, by: str, number: int) -> None:
    """A client has waited and tries to connect again."""
    broker = world.mq.activemq.brokers.get(broker_name)
    client = broker.clients.get(by) if broker is not None else None
    if broker is not None and client is not None and client.number == number:
        _try(world, broker, client, world.cause)
