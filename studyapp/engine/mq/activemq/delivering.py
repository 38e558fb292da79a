"""From lines to consumers and back: deliveries, answers, redelivery, dead letters (AMQ-X05 to AMQ-X08)."""

from typing import TYPE_CHECKING

from studyapp.engine.limits.mq import DEAD_LETTER_QUEUE, REDELIVERIES_MAX, REDELIVERY_DELAY_MS
from studyapp.engine.mq.activemq.broker import Broker, Client, queue_line, serving
from studyapp.engine.mq.activemq.events import (
    AnswerPending,
    MessageDropped,
    MessageRolledBack,
    MovedToDeadLetters,
)
from studyapp.engine.mq.activemq.line import WAITING, Delivery, Held, Line
from studyapp.engine.mq.events import (
    MessageAcknowledged,
    MessageDispatched,
    MessageRedelivered,
)
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

ACKNOWLEDGE, REJECT = "acknowledge", "reject"
# Modes in which an answer counts for everything delivered before it (AMQ-X07).
_TOGETHER = ("client", "transacted")


def serve(world: "World", broker: Broker, line: Line, cause: int) -> None:
    """Give what waits in a line to its consumers in turn, and give up what has expired or failed too often."""
    if serving(broker) is None:
        return
    now_ms = world.now_ms
    while (held := line.head()) is not None:
        if 0 <= held.expires_at_ms <= now_ms:
            give_up(world, broker, line, held, -1, "", "expired", cause)
        elif held.failures > REDELIVERIES_MAX:
            give_up(world, broker, line, held, -1, "", "redeliveries-used-up", cause)
        elif line.ready:
            consumer = line.ready[0]
            world.record(
                MessageDispatched(
                    now_ms,
                    cause,
                    "",
                    broker.name,
                    consumer.by,
                    line.destination,
                    held.message_id,
                    len(world.log),
                    consumer.tag,
                    held.redelivered,
                    held.body,
                )
            )
        else:
            return


def give_up(
    world: "World",
    broker: Broker,
    line: Line,
    held: Held,
    delivery_tag: int,
    by: str,
    reason: str,
    cause: int,
) -> None:
    """A message leaves its line: to the dead-letter queue, unless it is not persistent or is in it (AMQ-X06)."""
    now_ms = world.now_ms
    if not held.persistent or line.name == queue_line(DEAD_LETTER_QUEUE):
        world.record(
            MessageDropped(
                now_ms,
                cause,
                reason,
                broker.name,
                by,
                line.destination,
                held.message_id,
                delivery_tag,
                line.name,
                held.place,
            )
        )
        return
    number = world.record(
        MovedToDeadLetters(
            now_ms,
            cause,
            reason,
            broker.name,
            by,
            line.destination,
            held.message_id,
            delivery_tag,
            line.name,
            held.place,
            DEAD_LETTER_QUEUE,
        )
    )
    serve(world, broker, broker.lines[queue_line(DEAD_LETTER_QUEUE)], number)


def answer(world: "World", broker: Broker, client: Client, delivery_tag: int, word: str) -> None:
    """A consumer is done with a delivery, or failed; in some modes with all of its deliveries up to this one.

    Raises:
        Refused: delivery-unknown.
    """
    delivery = client.deliveries.get(delivery_tag)
    if delivery is None or delivery_tag in client.answers or delivery.redeliver_at_ms >= 0:
        raise Refused("delivery-unknown", delivery_tag=delivery_tag)
    consumer = client.consumers[delivery.consumer_tag]
    chosen = [delivery]
    if consumer.acknowledgement in _TOGETHER:
        chosen = []
        for tag, each in client.deliveries.items():
            if tag > delivery_tag:
                break
            if (
                each.consumer_tag == consumer.tag
                and each.redeliver_at_ms < 0
                and tag not in client.answers
            ):
                chosen.append(each)
    if client.silent >= 0:
        for each in chosen:
            world.record(
                AnswerPending(
                    world.now_ms,
                    world.cause,
                    "connection-silent",
                    broker.name,
                    client.by,
                    each.held.message_id,
                    each.tag,
                    word,
                )
            )
        return
    for each in chosen:
        carry_out(world, broker, client, each, word, world.cause)
    serve(world, broker, broker.lines[consumer.line], world.cause)


def carry_out(
    world: "World", broker: Broker, client: Client, delivery: Delivery, word: str, cause: int
) -> None:
    """What a consumer answered reaches the broker. Whoever calls this serves the line then."""
    held = delivery.held
    line = broker.lines[delivery.line]
    if word == ACKNOWLEDGE:
        world.record(
            MessageAcknowledged(
                world.now_ms,
                cause,
                "",
                broker.name,
                client.by,
                line.destination,
                held.message_id,
                delivery.tag,
            )
        )
        return
    failures = held.failures + 1
    if failures > REDELIVERIES_MAX:
        give_up(world, broker, line, held, delivery.tag, client.by, "redeliveries-used-up", cause)
        return
    world.record(
        MessageRolledBack(
            world.now_ms,
            cause,
            "",
            broker.name,
            client.by,
            line.destination,
            held.message_id,
            delivery.tag,
            failures,
            world.now_ms + REDELIVERY_DELAY_MS,
        )
    )


# Alarms


def redeliver(world: "World", broker_name: str, by: str, delivery_tag: int) -> None:
    """The client library has waited, and hands a message to its consumer again."""
    broker = world.mq.activemq.brokers.get(broker_name)
    client = broker.clients.get(by) if broker is not None else None
    delivery = client.deliveries.get(delivery_tag) if client is not None else None
    if broker is None or delivery is None or delivery.redeliver_at_ms != world.now_ms:
        return
    held = delivery.held
    world.record(
        MessageRedelivered(
            world.now_ms,
            world.cause,
            "redelivery-delay-ended",
            broker_name,
            by,
            delivery.destination,
            held.message_id,
            delivery_tag,
            delivery.consumer_tag,
            delivery.failures + 1,
            held.body,
        )
    )


def expire(world: "World", broker_name: str, line_name: str, place: int) -> None:
    """A message that waits has reached the end of its time; one that a consumer has stays with it."""
    broker = world.mq.activemq.brokers.get(broker_name)
    line = broker.lines.get(line_name) if broker is not None else None
    held = line.held.get(place) if line is not None else None
    if broker is None or line is None or held is None or held.state != WAITING:
        return
    if serving(broker) is not None:
        give_up(world, broker, line, held, -1, "", "expired", world.cause)
