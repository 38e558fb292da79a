"""From queues to consumers and back: deliveries, answers, redelivery, dead letters (RMQ-X06, X07, X09)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from studyapp.engine.mq.events import MessageAcknowledged, MessageDispatched
from studyapp.engine.mq.rabbitmq.cluster import Broker, Connection, works
from studyapp.engine.mq.rabbitmq.events import (
    MessageDeadLetteredByQueue,
    MessageDiscarded,
    MessageRequeued,
    SettlementHeld,
    SettlementIgnored,
)
from studyapp.engine.mq.rabbitmq.queue import QUORUM, Delivery, Message, Queue
from studyapp.engine.mq.rabbitmq.targets import classify, targets
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

# What a consumer may answer.
ACK, REQUEUE, REJECT, DISCARD = "ack", "requeue", "reject", "discard"
# Ways back to the queue that say nothing about the message, and do not count towards its delivery limit.
_NOT_THE_MESSAGES_FAULT = (
    "negatively-acknowledged",
    "node-isolated",
    "closed-by-client",
    "acknowledgement-timeout",
)
HEAD = -1


def serve(world: "World", broker: Broker, cause: int, names: Iterable[str]) -> None:
    """Give what waits in these queues to who may have it, and give up what has expired or is too much.

    A message that one queue gives up may come into another one, which is served then as well.
    """
    work = list(names)
    for name in work:
        queue = broker.queues.get(name)
        if queue is None or not works(broker, queue):
            continue
        ready, line = queue.ready, queue.line
        while (message := ready.head()) is not None:
            if 0 <= message.expires_at_ms <= world.now_ms:
                work += give_up(world, broker, queue, message, HEAD, "expired", cause)
            elif 0 <= queue.length_max < len(ready):
                work += give_up(world, broker, queue, message, HEAD, "queue-full", cause)
            elif line:
                consumer = line[0]
                number = dispatch(
                    world, broker, queue, message, consumer.by, consumer.consumer_tag, cause
                )
                if consumer.no_ack:
                    acknowledge(
                        world, broker, queue, queue.unacknowledged[number], "automatic", number
                    )
            else:
                break


def dispatch(
    world: "World",
    broker: Broker,
    queue: Queue,
    message: Message,
    by: str,
    consumer_tag: str,
    cause: int,
) -> int:
    """Send the message at the head of a queue to a client. The entry's number is the delivery tag."""
    number = len(world.log)
    world.record(
        MessageDispatched(
            world.now_ms,
            cause,
            "",
            broker.name,
            by,
            queue.name,
            message.message_id,
            number,
            consumer_tag,
            message.redelivered,
            message.body,
        )
    )
    return number


def acknowledge(
    world: "World", broker: Broker, queue: Queue, delivery: Delivery, reason: str, cause: int
) -> None:
    """The queue forgets the message."""
    world.record(
        MessageAcknowledged(
            world.now_ms,
            cause,
            reason,
            broker.name,
            delivery.by,
            queue.name,
            delivery.message.message_id,
            delivery.tag,
        )
    )


def settle(
    world: "World",
    broker: Broker,
    connection: Connection,
    delivery_tag: int,
    settlement: str,
    multiple: bool,
) -> None:
    """A client answers for a delivery, or for all up to it.

    Raises:
        Refused: delivery-tag-unknown, for what was never delivered on this connection or is answered for.
    """
    if delivery_tag not in connection.deliveries:
        raise Refused("delivery-tag-unknown", delivery_tag=delivery_tag)
    if multiple:
        tags = []
        for tag in connection.deliveries:
            if tag > delivery_tag:
                break
            tags.append(tag)
    else:
        tags = [delivery_tag]
    cause = world.cause
    touched: dict[str, None] = {}
    for tag in tags:
        name = connection.deliveries[tag]
        queue = broker.queues.get(name)
        delivery = queue.unacknowledged.get(tag) if queue is not None else None
        if queue is None or delivery is None or tag in queue.orphans:
            world.record(
                SettlementIgnored(
                    world.now_ms,
                    cause,
                    "back-in-queue" if queue is not None else "queue-gone",
                    broker.name,
                    connection.by,
                    name,
                    tag,
                    settlement,
                )
            )
        elif works(broker, queue):
            touched.update(
                dict.fromkeys(carry_out(world, broker, queue, delivery, settlement, cause))
            )
        else:
            world.record(
                SettlementHeld(
                    world.now_ms,
                    cause,
                    "no-leader",
                    broker.name,
                    connection.by,
                    name,
                    delivery.message.message_id,
                    tag,
                    settlement,
                )
            )
    serve(world, broker, cause, touched)


def carry_out(
    world: "World", broker: Broker, queue: Queue, delivery: Delivery, settlement: str, cause: int
) -> tuple[str, ...]:
    """Do what a consumer answered. Returns the queues to serve then."""
    if settlement == ACK:
        acknowledge(world, broker, queue, delivery, "", cause)
        return (queue.name,)
    if settlement == DISCARD:
        message, tag = delivery.message, delivery.tag
        return (queue.name, *give_up(world, broker, queue, message, tag, "rejected", cause))
    reason = "negatively-acknowledged" if settlement == REQUEUE else "rejected-to-queue"
    return send_back(world, broker, queue, delivery, reason, cause)


def send_back(
    world: "World", broker: Broker, queue: Queue, delivery: Delivery, reason: str, cause: int
) -> tuple[str, ...]:
    """A delivery returns to its queue, or leaves it if it has failed too often. Returns the queues to serve."""
    message = delivery.message
    failed = queue.queue_type == QUORUM and reason not in _NOT_THE_MESSAGES_FAULT
    failures = message.failures + failed
    if failed and 0 <= queue.delivery_limit <= failures:
        left = give_up(world, broker, queue, message, delivery.tag, "delivery-limit", cause)
        return (queue.name, *left)
    world.record(
        MessageRequeued(
            world.now_ms,
            cause,
            reason,
            broker.name,
            queue.name,
            message.message_id,
            delivery.tag,
            delivery.by,
            failed,
            failures,
        )
    )
    return (queue.name,)


def give_up(
    world: "World",
    broker: Broker,
    queue: Queue,
    message: Message,
    delivery_tag: int,
    reason: str,
    cause: int,
) -> tuple[str, ...]:
    """A message leaves its queue for the dead-letter exchange, or for good. Returns the queues that have it now.

    A message that comes round to a queue without having been rejected on the way is dropped there.
    """
    exchange, now_ms, message_id = queue.dead_letter_exchange, world.now_ms, message.message_id
    if exchange is not None:
        key = queue.dead_letter_routing_key
        routing_key = message.routing_key if key is None else key
        wanted = targets(broker, exchange, routing_key, message.headers)
        if reason != "rejected":
            came_from = (*message.left, queue.name)
            wanted = tuple(name for name in wanted if name not in came_from)
        if wanted:
            stored, held, lost, _ = classify(broker, wanted, "")
            world.record(
                MessageDeadLetteredByQueue(
                    now_ms,
                    cause,
                    reason,
                    broker.name,
                    queue.name,
                    message_id,
                    delivery_tag,
                    exchange,
                    routing_key,
                    stored,
                    held,
                    lost,
                )
            )
            return stored
        reason = "dead-letter-unroutable"
    world.record(
        MessageDiscarded(now_ms, cause, reason, broker.name, queue.name, message_id, delivery_tag)
    )
    return ()


def expire(world: "World", broker_name: str, queue: str) -> None:
    """An alarm: a message that may be at the head of the queue expires."""
    broker = world.mq.rabbitmq.brokers.get(broker_name)
    if broker is not None:
        serve(world, broker, world.cause, (queue,))
