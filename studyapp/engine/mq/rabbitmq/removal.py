"""Queues that go, and what must be said to those who used them."""

from typing import TYPE_CHECKING

from studyapp.engine.mq.rabbitmq.cluster import Broker
from studyapp.engine.mq.rabbitmq.events import ConsumerCancelled, PublishRejected, QueueRemoved
from studyapp.engine.mq.rabbitmq.queue import Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World


def remove_queue(world: "World", broker: Broker, queue: Queue, reason: str, cause: int) -> None:
    """A queue goes: its consumers are told, and publishers whose messages waited for it."""
    for consumer in tuple(queue.consumers.values()):
        world.record(
            ConsumerCancelled(
                world.now_ms,
                cause,
                "queue-gone",
                broker.name,
                consumer.by,
                queue.name,
                consumer.consumer_tag,
            )
        )
    for number in tuple(queue.held):
        held = broker.held[number]
        world.record(
            PublishRejected(
                world.now_ms,
                cause,
                "queue-gone",
                broker.name,
                held.by,
                held.message.message_id,
                number,
                held.confirm,
            )
        )
    count = len(queue.ready) + len(queue.unacknowledged)
    world.record(QueueRemoved(world.now_ms, cause, reason, broker.name, queue.name, count))
