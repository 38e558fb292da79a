"""How a queue keeps its consumers in line: used by applies only."""

from studyapp.engine.mq.rabbitmq.cluster import Broker, reaches
from studyapp.engine.mq.rabbitmq.queue import Consumer, Delivery, Message, Queue


def join_line(queue: Queue, consumer: Consumer) -> None:
    """Stand at the end of the line, if the consumer may get one more message."""
    if (
        consumer.able
        and not consumer.in_line
        and (consumer.prefetch == 0 or consumer.unacknowledged < consumer.prefetch)
    ):
        consumer.in_line = True
        queue.line.append(consumer)


def leave_line(queue: Queue, consumer: Consumer) -> None:
    if consumer.in_line:
        consumer.in_line = False
        queue.line.remove(consumer)


def end_delivery(broker: Broker, queue: Queue, tag: int) -> Message:
    """The queue takes a delivery off its list; the consumer has room for another one.

    A consumer of the same name that was started later had nothing to do with it. The client may still answer for a
    delivery that went back without its doing.
    """
    delivery = queue.unacknowledged.pop(tag)
    forgotten = queue.orphans.pop(tag, None)
    queue.settling.pop(tag, None)
    queue.index += 1
    connection = broker.connections.get(delivery.by)
    if connection is not None and forgotten is None:
        connection.deliveries.pop(tag, None)
        connection.settling.pop(tag, None)
    consumer = queue.consumers.get(delivery.consumer_tag)
    if consumer is not None and consumer.number < tag:
        consumer.unacknowledged -= 1
        join_line(queue, consumer)
    return delivery.message


def orphan(broker: Broker, queue: Queue, delivery: Delivery, reason: str) -> None:
    """Nobody will answer for this delivery; it goes back as soon as the queue works."""
    queue.orphans[delivery.tag] = reason
    queue.settling.pop(delivery.tag, None)
    delivery.held = ""
    connection = broker.connections.get(delivery.by)
    if connection is not None and connection.settling.pop(delivery.tag, None) is not None:
        connection.deliveries[delivery.tag] = queue.name


def look_again(broker: Broker, queue: Queue, reason: str) -> None:
    """Nodes came or went: who can still be reached, and who kept a delivery and cannot."""
    queue.line.clear()
    for consumer in queue.consumers.values():
        consumer.able = reaches(broker, queue, consumer.node)
        consumer.in_line = False
        join_line(queue, consumer)
    for tag, delivery in queue.unacknowledged.items():
        connection = broker.connections.get(delivery.by)
        if (
            tag not in queue.orphans
            and connection is not None
            and not reaches(broker, queue, connection.node)
        ):
            orphan(broker, queue, delivery, reason)
