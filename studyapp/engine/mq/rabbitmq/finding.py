"""Brokers and queues by their names, and whether a queue can be used now."""

from typing import TYPE_CHECKING

from studyapp.engine.mq.rabbitmq.cluster import Broker, works
from studyapp.engine.mq.rabbitmq.queue import Queue
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def broker_named(world: "World", name: str) -> Broker:
    """The RabbitMQ broker with this name.

    Raises:
        Refused: rabbit-broker-not-found.
    """
    broker = world.mq.rabbitmq.brokers.get(name)
    if broker is None:
        raise Refused("rabbit-broker-not-found", broker=name[:80])
    return broker


def queue_named(broker: Broker, name: str, by: str) -> Queue:
    """The queue with this name; an exclusive one only for its client.

    Raises:
        Refused: amqp-queue-not-found, amqp-queue-locked.
    """
    queue = broker.queues.get(name)
    if queue is None:
        raise Refused("amqp-queue-not-found", queue=name[:80])
    if queue.owner not in ("", by):
        raise Refused("amqp-queue-locked", queue=name)
    return queue


def check_works(broker: Broker, queue: Queue) -> None:
    """Whether the queue can do something now.

    Raises:
        Refused: amqp-queue-has-no-leader, amqp-queue-home-down.
    """
    if not works(broker, queue):
        if queue.members:
            raise Refused("amqp-queue-has-no-leader", queue=queue.name)
        raise Refused("amqp-queue-home-down", queue=queue.name, node=queue.home)
