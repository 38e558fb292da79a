"""What publishing, delivering and answering change in a RabbitMQ broker."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.limits.rabbitmq import ACKNOWLEDGEMENT_TIMEOUT_MINUTES
from studyapp.engine.mq.events import MessageAcknowledged, MessageDispatched
from studyapp.engine.mq.rabbitmq.cluster import Broker, Held
from studyapp.engine.mq.rabbitmq.connecting import time_out_delivery
from studyapp.engine.mq.rabbitmq.consumers import end_delivery
from studyapp.engine.mq.rabbitmq.delivering import expire
from studyapp.engine.mq.rabbitmq.events import (
    MessageDeadLetteredByQueue,
    MessageDiscarded,
    MessageRequeued,
    MessageRouted,
    MessagesLost,
    MessageStored,
    MessageUnroutable,
    PublishConfirmed,
    PublishLost,
    PublishPending,
    PublishRejected,
    QueueEmptied,
    SettlementHeld,
    SettlementIgnored,
)
from studyapp.engine.mq.rabbitmq.publishing import hold_too_long
from studyapp.engine.mq.rabbitmq.queue import QUORUM, Delivery, Message, Queue, Ready

if TYPE_CHECKING:
    from studyapp.engine.world import World

_TIMEOUT_MS = ACKNOWLEDGEMENT_TIMEOUT_MINUTES * 60_000


def _store(
    world: "World", broker: Broker, queue: Queue, template: Message, at_ms: int, number: int
) -> None:
    """A queue gets its own copy of a message."""
    expires_at_ms = template.expires_at_ms
    if queue.message_ttl_ms >= 0:
        own = at_ms + queue.message_ttl_ms
        expires_at_ms = own if expires_at_ms < 0 else min(own, expires_at_ms)
    queue.ready.fresh.append(
        Message(
            template.message_id,
            number,
            template.exchange,
            template.routing_key,
            template.body,
            template.size_bytes,
            template.persistent or queue.queue_type == QUORUM,
            template.headers,
            expires_at_ms,
            left=template.left,
        )
    )
    queue.index += 1
    if expires_at_ms >= 0:
        world.set_alarm(expires_at_ms, number, expire, broker.name, queue.name)


def _hold(broker: Broker, held: Held) -> None:
    broker.held[held.number] = held
    for name in held.waits_for:
        broker.queues[name].held[held.number] = None
    if held.by:
        broker.connections[held.by].held[held.number] = None


def _let_go(broker: Broker, number: int) -> None:
    """Nothing waits for a leader under this number any more."""
    held = broker.held.pop(number, None)
    if held is None:
        return
    for name in held.waits_for:
        broker.queues[name].held.pop(number, None)
    connection = broker.connections.get(held.by)
    if connection is not None:
        connection.held.pop(number, None)


def _end_wait(broker: Broker, by: str, number: int) -> None:
    """A message waits no longer in its client's library or in front of a memory alarm."""
    client = broker.clients.get(by)
    if client is not None:
        client.outgoing.pop(number, None)
    connection = broker.connections.get(by)
    if connection is not None:
        connection.blocked.pop(number, None)


def message_routed(world: "World", event: MessageRouted, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    template = Message(
        event.message_id,
        number,
        event.exchange,
        event.routing_key,
        event.body,
        event.size_bytes,
        event.persistent,
        event.headers,
        event.expires_at_ms,
    )
    for name in event.stored:
        _store(world, broker, broker.queues[name], template, event.at_ms, number)
    if event.held:
        waits_for = dict.fromkeys(event.held)
        by = event.by if event.by in broker.connections else ""
        _hold(broker, Held(number, by, template, event.confirm, waits_for))
        due_ms = event.at_ms + broker.hold_max_ms
        world.set_alarm(due_ms, number, hold_too_long, event.broker, number)
    if event.waited >= 0:
        _end_wait(broker, event.by, event.waited)


def message_unroutable(world: "World", event: MessageUnroutable, number: int) -> None:
    if event.waited >= 0:
        broker = world.mq.rabbitmq.brokers[event.broker]
        _end_wait(broker, event.by, event.waited)


def message_stored(world: "World", event: MessageStored, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    queue = broker.queues[event.queue]
    held = broker.held[event.held]
    _store(world, broker, queue, held.message, event.at_ms, number)
    del queue.held[event.held]
    del held.waits_for[event.queue]
    if not held.waits_for:
        _let_go(broker, event.held)


def publish_ended(
    world: "World", event: PublishConfirmed | PublishRejected | PublishLost, number: int
) -> None:
    if event.held >= 0:
        broker = world.mq.rabbitmq.brokers[event.broker]
        _let_go(broker, event.held)
        _end_wait(broker, event.by, event.held)


def publish_pending(world: "World", event: PublishPending, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    if event.held >= 0:
        _let_go(broker, event.held)
        _end_wait(broker, event.by, event.held)
    if event.reason == "memory-alarm":
        broker.connections[event.by].blocked[number] = event
    else:
        broker.clients[event.by].outgoing[number] = event


def message_dispatched(world: "World", event: MessageDispatched, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    queue = broker.queues[event.destination]
    message = queue.ready.pop()
    queue.index += 1
    queue.unacknowledged[number] = Delivery(number, event.by, event.consumer_tag, message)
    broker.connections[event.by].deliveries[number] = event.destination
    consumer = queue.consumers.get(event.consumer_tag)
    if consumer is not None:
        consumer.unacknowledged += 1
        line = queue.line
        line.popleft()
        if consumer.prefetch == 0 or consumer.unacknowledged < consumer.prefetch:
            line.append(consumer)
        else:
            consumer.in_line = False
        if consumer.no_ack:
            return
    world.set_alarm(
        event.at_ms + _TIMEOUT_MS,
        number,
        time_out_delivery,
        event.broker,
        event.by,
        event.destination,
        number,
    )


def message_acknowledged(world: "World", event: MessageAcknowledged, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    end_delivery(broker, broker.queues[event.destination], event.delivery_tag)


def settlement_held(world: "World", event: SettlementHeld, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    queue = broker.queues[event.queue]
    connection = broker.connections[event.by]
    del connection.deliveries[event.delivery_tag]
    connection.settling[event.delivery_tag] = event.queue
    queue.settling[event.delivery_tag] = None
    queue.unacknowledged[event.delivery_tag].held = event.settlement


def settlement_ignored(world: "World", event: SettlementIgnored, number: int) -> None:
    connection = world.mq.rabbitmq.brokers[event.broker].connections.get(event.by)
    if connection is not None:
        connection.deliveries.pop(event.delivery_tag, None)


def message_requeued(world: "World", event: MessageRequeued, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    queue = broker.queues[event.queue]
    message = end_delivery(broker, queue, event.delivery_tag)
    message.redelivered = True
    message.failures = event.failures
    queue.ready.put_back(message)


def _take(broker: Broker, queue: Queue, delivery_tag: int) -> Message:
    if delivery_tag >= 0:
        return end_delivery(broker, queue, delivery_tag)
    queue.index += 1
    return queue.ready.pop()


def message_discarded(world: "World", event: MessageDiscarded, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    _take(broker, broker.queues[event.queue], event.delivery_tag)


def message_dead_lettered(world: "World", event: MessageDeadLetteredByQueue, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    message = _take(broker, broker.queues[event.queue], event.delivery_tag)
    left: tuple[str, ...] = ()
    if event.reason != "rejected":
        others = tuple(name for name in message.left if name != event.queue)
        left = (*others, event.queue)
    template = Message(
        message.message_id,
        number,
        event.exchange,
        event.routing_key,
        message.body,
        message.size_bytes,
        message.persistent,
        message.headers,
        -1,
        left=left,
    )
    for name in event.stored:
        _store(world, broker, broker.queues[name], template, event.at_ms, number)
    if event.held:
        waits_for = dict.fromkeys(event.held)
        _hold(broker, Held(number, "", template, False, waits_for))


def messages_lost(world: "World", event: MessagesLost, number: int) -> None:
    """The node of a classic queue stopped: what was not persistent is gone."""
    queue = world.mq.rabbitmq.brokers[event.broker].queues[event.queue]
    kept = Ready()
    for _, message in sorted(queue.ready.returned, key=lambda each: each[0]):
        if message.persistent:
            kept.put_back(message)
    kept.fresh.extend(message for message in queue.ready.fresh if message.persistent)
    queue.ready = kept
    broker = world.mq.rabbitmq.brokers[event.broker]
    for tag, delivery in tuple(queue.unacknowledged.items()):
        if not delivery.message.persistent:
            end_delivery(broker, queue, tag)


def queue_emptied(world: "World", event: QueueEmptied, number: int) -> None:
    queue = world.mq.rabbitmq.brokers[event.broker].queues[event.queue]
    queue.ready = Ready()
    queue.index += 1


APPLY: Apply = {
    MessageDispatched: message_dispatched,
    MessageAcknowledged: message_acknowledged,
    MessageRouted: message_routed,
    MessageUnroutable: message_unroutable,
    MessageStored: message_stored,
    PublishConfirmed: publish_ended,
    PublishRejected: publish_ended,
    PublishLost: publish_ended,
    PublishPending: publish_pending,
    SettlementHeld: settlement_held,
    SettlementIgnored: settlement_ignored,
    MessageRequeued: message_requeued,
    MessageDiscarded: message_discarded,
    MessageDeadLetteredByQueue: message_dead_lettered,
    MessagesLost: messages_lost,
    QueueEmptied: queue_emptied,
}
