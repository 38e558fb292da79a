"""Client libraries: they connect, ask for confirms, and with automatic recovery come back (RMQ-X10)."""

from contextlib import suppress
from typing import TYPE_CHECKING

from studyapp.engine.limits.rabbitmq import RECOVERY_FACTOR, RECOVERY_FIRST_MS, RECOVERY_MAX_MS
from studyapp.engine.mq.events import Connected, ConnectionRefused
from studyapp.engine.mq.rabbitmq.cluster import Broker, Client, landing_node
from studyapp.engine.mq.rabbitmq.connecting import close, lose_message
from studyapp.engine.mq.rabbitmq.events import ClientStarted, ClientStopped, SubscriptionKept
from studyapp.engine.mq.rabbitmq.publishing import publish_again
from studyapp.engine.mq.rabbitmq.subscribing import can_restore, start_subscription
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

# Twice as long each time reaches the longest wait before this many attempts.
_ATTEMPTS_THAT_COUNT = 16


def wait_before_retry(client: Client) -> int:
    """Milliseconds until the library tries again; -1 if it does not."""
    if client.failover:
        grown: int = RECOVERY_FIRST_MS * RECOVERY_FACTOR ** min(
            client.attempts, _ATTEMPTS_THAT_COUNT
        )
        return min(grown, RECOVERY_MAX_MS)
    return client.retry_ms or -1


def start_client(world: "World", broker: Broker, by: str, failover: bool, retry_ms: int) -> None:
    """A program connects. Connected or ConnectionRefused follows.

    Raises:
        Refused: already-connected.
    """
    if by in broker.connections:
        raise Refused("already-connected", client=by[:80], broker=broker.name)
    number = world.record(
        ClientStarted(world.now_ms, world.cause, "", broker.name, by, failover, retry_ms)
    )
    _try(world, broker, broker.clients[by], number)


def stop_client(world: "World", broker: Broker, by: str, reason: str) -> None:
    """A program goes; its library stops trying, its connection ends, what it had kept is lost."""
    cause = world.cause
    client = broker.clients.get(by)
    if client is not None:
        for number, pending in tuple(client.outgoing.items()):
            lose_message(world, broker, pending._replace(held=number), reason, cause)
        cause = world.record(ClientStopped(world.now_ms, cause, reason, broker.name, by))
    connection = broker.connections.get(by)
    if connection is not None:
        close(world, broker, connection, reason, cause)


def subscribe(
    world: "World",
    broker: Broker,
    by: str,
    destination: str,
    destination_type: str,
    subscription: str,
    prefetch_count: int,
) -> str:
    """A program becomes a consumer; a library with recovery remembers it. Returns the consumer tag.

    Raises:
        Refused: as start_subscription.
    """
    consumer_tag = start_subscription(
        world, broker, by, destination, destination_type, subscription, prefetch_count
    )
    client = broker.clients.get(by)
    if client is not None and client.failover:
        world.record(
            SubscriptionKept(
                world.now_ms,
                world.cause,
                "",
                broker.name,
                by,
                consumer_tag,
                destination,
                destination_type,
                subscription,
                prefetch_count,
            )
        )
    return consumer_tag


def try_again(world: "World", broker_name: str, by: str, waiting: int) -> None:
    """An alarm: a library that lost its connection, or was refused one, tries again."""
    broker = world.mq.rabbitmq.brokers.get(broker_name)
    client = broker.clients.get(by) if broker is not None else None
    if broker is None or client is None or client.waiting != waiting:
        return
    _try(world, broker, client, world.cause)


def _try(world: "World", broker: Broker, client: Client, cause: int) -> None:
    now_ms, by = world.now_ms, client.by
    node = landing_node(broker)
    if node is not None and can_restore(broker, client):
        number = world.record(Connected(now_ms, cause, "", broker.name, by, node.name))
        _restore(world, broker, client, number)
        return
    reason = "no-node-running" if node is None else "cluster-minority"
    wait_ms = wait_before_retry(client)
    retry_at_ms = now_ms + wait_ms if wait_ms >= 0 else -1
    world.record(ConnectionRefused(now_ms, cause, reason, broker.name, by, "", retry_at_ms))


def _restore(world: "World", broker: Broker, client: Client, cause: int) -> None:
    """What the last connection had: consumers, and messages without a confirm.

    Somebody else may have taken a consumer's queue meanwhile; that consumer is not started again.
    """
    outer, world.cause = world.cause, cause
    for kept in tuple(client.subscriptions.values()):
        with suppress(Refused):
            start_subscription(
                world,
                broker,
                client.by,
                kept.destination,
                kept.destination_type,
                kept.subscription,
                kept.prefetch_count,
                kept.consumer_tag,
            )
    world.cause = outer
    publish_again(world, broker, broker.connections[client.by], cause)
