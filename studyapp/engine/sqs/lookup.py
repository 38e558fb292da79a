"""Finding a queue by what a caller calls it."""

from typing import TYPE_CHECKING

from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.queue import Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World


def queue_named(world: "World", name: str) -> Queue:
    """The queue with this name, address or ARN.

    Raises:
        Refused: queue-not-found.
    """
    queue = world.sqs.queues.get(name) or world.sqs.queues.get(short(name))
    if queue is None:
        raise Refused("queue-not-found", queue=short(name)[:80])
    return queue
