"""What an event changes for messages: where each of its copies is."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.mq.activemq import delivering, sending
from studyapp.engine.mq.activemq.broker import Broker, Outgoing, ensure_queue
from studyapp.engine.mq.activemq.client_changes import occupy
from studyapp.engine.mq.activemq.events import (
    AnswerIgnored,
    AnswerPending,
    MessageAccepted,
    MessageDropped,
    MessageRolledBack,
    MovedToDeadLetters,
)
from studyapp.engine.mq.activemq.line import Consumer, Delivery, Held, Line
from studyapp.engine.mq.events import (
    MessageAcknowledged,
    MessageDispatched,
    MessageRedelivered,
)

if TYPE_CHECKING:
    from studyapp.engine.world import World


def message_accepted(world: "World", event: MessageAccepted, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    if broker.inbox.pop(event.sent_as, None) is None and broker.messages_per_second:
        occupy(broker, event.at_ms)
    client = broker.clients.get(event.by)
    if client is not None:
        if event.persistent:
            outgoing = client.outgoing.get(event.sent_as)
            if outgoing is None:
                outgoing = client.outgoing[event.sent_as] = Outgoing(
                    number,
                    event.sent_as,
                    event.destination,
                    event.destination_type,
                    event.body,
                    event.size_bytes,
                    True,
                    event.expires_at_ms - event.at_ms if event.expires_at_ms >= 0 else -1,
                    event.at_ms,
                )
            outgoing.accepted = True
            outgoing.confirm_at_ms = event.confirm_at_ms
            outgoing.due = outgoing.due_at_ms = -1
            if event.confirm_at_ms > event.at_ms:
                world.set_alarm(
                    event.confirm_at_ms,
                    number,
                    sending.confirm_send,
                    broker.name,
                    event.by,
                    event.sent_as,
                    client.number,
                )
        else:
            client.outgoing.pop(event.sent_as, None)
    if event.destination_type == "queue":
        ensure_queue(broker, event.destination)
    for name in event.lines:
        broker.lines[name].add(
            Held(event.message_id, number, event.body, event.persistent, event.expires_at_ms)
        )
        if event.expires_at_ms >= 0:
            world.set_alarm(
                event.expires_at_ms, number, delivering.expire, broker.name, name, number
            )


def message_dispatched(world: "World", event: MessageDispatched, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    client = broker.clients[event.by]
    consumer = client.consumers[event.consumer_tag]
    line = broker.lines[consumer.line]
    held = line.take()
    delivery = Delivery(
        number, event.by, consumer.tag, line.name, line.destination, held, held.failures
    )
    line.deliveries[number] = client.deliveries[number] = delivery
    consumer.unacknowledged += 1
    line.ready.popleft()
    if consumer.unacknowledged < consumer.prefetch:
        line.ready.append(consumer)
    else:
        consumer.ready = False


def message_acknowledged(world: "World", event: MessageAcknowledged, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    line, held = _settled(broker, event.by, event.delivery_tag)
    line.remove(held)


def _settled(broker: Broker, by: str, delivery_tag: int) -> tuple[Line, Held]:
    """A delivery ends. Its consumer gets more once it has half of its limit or less (AMQ-X08)."""
    client = broker.clients[by]
    delivery = client.deliveries.pop(delivery_tag)
    client.answers.pop(delivery_tag, None)
    line = broker.lines[delivery.line]
    del line.deliveries[delivery_tag]
    consumer: Consumer = client.consumers[delivery.consumer_tag]
    consumer.unacknowledged -= 1
    if not consumer.ready and consumer.unacknowledged * 2 <= consumer.prefetch:
        line.let_ready(consumer)
    return line, delivery.held


def message_rolled_back(world: "World", event: MessageRolledBack, number: int) -> None:
    client = world.mq.activemq.brokers[event.broker].clients[event.by]
    client.answers.pop(event.delivery_tag, None)
    delivery = client.deliveries[event.delivery_tag]
    delivery.failures = event.failures
    delivery.held.failures = event.failures
    delivery.redeliver_at_ms = event.redeliver_at_ms
    world.set_alarm(
        event.redeliver_at_ms,
        number,
        delivering.redeliver,
        event.broker,
        event.by,
        event.delivery_tag,
    )


def message_redelivered(world: "World", event: MessageRedelivered, number: int) -> None:
    client = world.mq.activemq.brokers[event.broker].clients[event.by]
    client.deliveries[event.delivery_tag].redeliver_at_ms = -1


def answer_pending(world: "World", event: AnswerPending, number: int) -> None:
    client = world.mq.activemq.brokers[event.broker].clients[event.by]
    client.answers[event.delivery_tag] = event.answer


def only_remembered(world: "World", event: AnswerIgnored, number: int) -> None:
    """Nobody took the answer."""


def moved_to_dead_letters(world: "World", event: MovedToDeadLetters, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    held = _left(broker, event)
    ensure_queue(broker, event.dead_letter_queue).add(
        Held(held.message_id, number, held.body, held.persistent, -1)
    )


def message_dropped(world: "World", event: MessageDropped, number: int) -> None:
    _left(world.mq.activemq.brokers[event.broker], event)


def _left(broker: Broker, event: MovedToDeadLetters | MessageDropped) -> Held:
    if event.delivery_tag >= 0:
        line, held = _settled(broker, event.by, event.delivery_tag)
    else:
        line = broker.lines[event.line]
        held = line.held[event.place]
    line.remove(held)
    return held


APPLY: Apply = {
    MessageAccepted: message_accepted,
    MessageDispatched: message_dispatched,
    MessageAcknowledged: message_acknowledged,
    MessageRolledBack: message_rolled_back,
    MessageRedelivered: message_redelivered,
    AnswerPending: answer_pending,
    AnswerIgnored: only_remembered,
    MovedToDeadLetters: moved_to_dead_letters,
    MessageDropped: message_dropped,
}
