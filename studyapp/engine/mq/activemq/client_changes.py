"""What an event changes for clients: their connections, consumers and what they have sent."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.limits.mq import RECONNECT_FIRST_MS
from studyapp.engine.mq.activemq import connecting, sending
from studyapp.engine.mq.activemq.broker import (
    Broker,
    Client,
    Outgoing,
    ensure_queue,
    forget_line,
)
from studyapp.engine.mq.activemq.events import (
    ConnectionWanted,
    ConsumerSubscribed,
    DurableSubscriptionRemoved,
    SendConfirmed,
    SendFailed,
    SendPending,
)
from studyapp.engine.mq.activemq.line import DURABLE, PLAIN, Consumer, Line
from studyapp.engine.mq.events import Connected, ConnectionLost, ConnectionRefused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def connection_wanted(world: "World", event: ConnectionWanted, number: int) -> None:
    world.mq.activemq.brokers[event.broker].clients[event.by] = Client(
        event.by, event.failover, event.endpoint, event.retry_ms, number=number
    )


def connected(world: "World", event: Connected, number: int) -> None:
    client = world.mq.activemq.brokers[event.broker].clients[event.by]
    client.node = event.node
    client.number = number
    client.attempts = 0


def connection_refused(world: "World", event: ConnectionRefused, number: int) -> None:
    client = world.mq.activemq.brokers[event.broker].clients[event.by]
    client.number = number
    client.attempts += 1
    _plan_try(world, event.broker, client, event.retry_at_ms, number)


def _plan_try(world: "World", broker: str, client: Client, retry_at_ms: int, number: int) -> None:
    if retry_at_ms >= 0:
        world.set_alarm(retry_at_ms, number, connecting.try_again, broker, client.by, number)


def connection_lost(world: "World", event: ConnectionLost, number: int) -> None:
    """The broker, if it still knows the connection, takes back what it had; a crash counts as a failed delivery."""
    broker = world.mq.activemq.brokers[event.broker]
    client = broker.clients[event.by]
    crashed = event.reason == "client-crashed"
    for delivery in client.deliveries.values():
        line = broker.lines.get(delivery.line)
        if line is not None and line.deliveries.pop(delivery.tag, None) is not None:
            line.put_back(delivery.held)
            delivery.held.failures += crashed
    for consumer in client.consumers.values():
        line = broker.lines.get(consumer.line)
        if line is not None and line.consumers.get(consumer.tag) is consumer:
            line.leave_ready(consumer)
            del line.consumers[consumer.tag]
            if line.kind == PLAIN:
                forget_line(broker, line.name)
    for outgoing in client.outgoing.values():
        broker.inbox.pop(outgoing.message_id, None)
        outgoing.due = outgoing.due_at_ms = -1
    if event.reason in connecting.GOING:
        del broker.clients[event.by]
        return
    client.node = ""
    client.silent = -1
    client.number = number
    client.deliveries = {}
    client.answers = {}
    if client.failover:
        client.attempts = 1
        _plan_try(world, broker.name, client, event.at_ms + RECONNECT_FIRST_MS, number)
    else:
        client.consumers = {}
        retry_at_ms = event.at_ms + client.retry_ms if client.retry_ms else -1
        _plan_try(world, broker.name, client, retry_at_ms, number)


# Sending


def send_pending(world: "World", event: SendPending, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    client = broker.clients.get(event.by)
    outgoing = client.outgoing.get(event.message_id) if client is not None else None
    if outgoing is None:
        outgoing = Outgoing(
            number,
            event.message_id,
            event.destination,
            event.destination_type,
            event.body,
            event.size_bytes,
            event.persistent,
            event.time_to_live_ms,
            event.at_ms,
        )
        if client is not None:
            client.outgoing[event.message_id] = outgoing
    if event.reason == "broker-busy":
        outgoing.due = number
        outgoing.due_at_ms = event.due_at_ms
        broker.inbox[event.message_id] = (event.by, outgoing)
        occupy(broker, event.at_ms)
        world.set_alarm(
            event.due_at_ms, number, sending.take_waiting, broker.name, event.message_id, number
        )


def occupy(broker: Broker, at_ms: int) -> None:
    """A broker with a limited capacity is busy for one message longer."""
    if broker.messages_per_second:
        start_us = max(broker.busy_until_us, at_ms * 1000)
        broker.busy_until_us = start_us + 1_000_000 // broker.messages_per_second


def send_confirmed(world: "World", event: SendConfirmed, number: int) -> None:
    del world.mq.activemq.brokers[event.broker].clients[event.by].outgoing[event.message_id]


def send_failed(world: "World", event: SendFailed, number: int) -> None:
    client = world.mq.activemq.brokers[event.broker].clients.get(event.by)
    if client is not None:
        client.outgoing.pop(event.message_id, None)


# Consuming


def consumer_subscribed(world: "World", event: ConsumerSubscribed, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    line = broker.lines.get(event.line)
    if line is None:
        if event.destination_type == "queue":
            line = ensure_queue(broker, event.destination)
        else:
            kind = DURABLE if event.subscription else PLAIN
            line = broker.lines[event.line] = Line(event.line, kind, event.destination)
            broker.topics.setdefault(event.destination, {})[event.line] = None
            if event.subscription:
                known = broker.subscriptions.setdefault(event.by, {})
                known[event.subscription] = event.line
    consumer = Consumer(
        event.consumer_tag,
        event.by,
        event.line,
        event.destination,
        event.destination_type,
        event.subscription,
        event.acknowledgement,
        event.prefetch,
    )
    broker.clients[event.by].consumers[event.consumer_tag] = consumer
    line.consumers[event.consumer_tag] = consumer
    line.let_ready(consumer)


def durable_subscription_removed(
    world: "World", event: DurableSubscriptionRemoved, number: int
) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    known = broker.subscriptions[event.by]
    del known[event.subscription]
    if not known:
        del broker.subscriptions[event.by]
    forget_line(broker, event.line)


APPLY: Apply = {
    ConnectionWanted: connection_wanted,
    Connected: connected,
    ConnectionRefused: connection_refused,
    ConnectionLost: connection_lost,
    SendPending: send_pending,
    SendConfirmed: send_confirmed,
    SendFailed: send_failed,
    ConsumerSubscribed: consumer_subscribed,
    DurableSubscriptionRemoved: durable_subscription_removed,
}
