"""What the events of queues change. Nothing here decides, reads the clock or draws a number."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.sqs.ages import Ages
from studyapp.engine.sqs.attributes import initial, settle
from studyapp.engine.sqs.events import (
    QueueAttributesChanged,
    QueueChancesSet,
    QueueCreated,
    QueueDeleted,
    QueuePurged,
    QueueTagged,
    QueueUntagged,
    RetentionChecked,
)
from studyapp.engine.sqs.groups import FifoLine
from studyapp.engine.sqs.line import Line
from studyapp.engine.sqs.message import DELAYED
from studyapp.engine.sqs.queue import Chances, Fifo, Queue
from studyapp.engine.sqs.timeouts import end_delay, end_retention

if TYPE_CHECKING:
    from studyapp.engine.world import World


def arm_retention(world: "World", queue: Queue, at_ms: int, number: int) -> None:
    """See to it that the alarm for retention rings no later than the oldest message is due."""
    oldest = queue.ages.oldest()
    if oldest is None:
        return
    due_ms = max(oldest.sent_ms + queue.retention_ms, at_ms)
    if queue.retention_alarm_ms <= at_ms or due_ms < queue.retention_alarm_ms:
        queue.retention_alarm_ms = due_ms
        world.set_alarm(due_ms, number, end_retention, queue.name)


def queue_created(world: "World", event: QueueCreated, number: int) -> None:
    fifo = ("FifoQueue", "true") in event.attributes
    queue = Queue(
        event.queue,
        event.at_ms,
        event.at_ms,
        Fifo() if fifo else None,
        FifoLine() if fifo else Line(),
        initial(fifo),
    )
    settle(queue, event.attributes)
    world.sqs.queues[event.queue] = queue
    world.sqs.deleted_ms.pop(event.queue, None)


def queue_attributes_changed(world: "World", event: QueueAttributesChanged, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    queue.modified_ms = event.at_ms
    delay_ms, retention_ms = queue.delay_ms, queue.retention_ms
    settle(queue, event.attributes)
    if queue.retention_ms != retention_ms:
        queue.retention_alarm_ms = (
            -1
        )  # it may ring too late for the new period, even if nothing waits now
    if queue.fifo is not None and queue.delay_ms != delay_ms:
        _delay_again(world, queue, queue.fifo, event.at_ms, number)
    arm_retention(world, queue, event.at_ms, number)


def _delay_again(world: "World", queue: Queue, fifo: Fifo, at_ms: int, number: int) -> None:
    """On FIFO queues a new delay holds for messages that are already there (SQS-X08)."""
    for message in fifo.delayed:
        if message.state == DELAYED:
            message.hidden_until_ms = max(message.entered_ms + queue.delay_ms, at_ms)
            world.set_alarm(
                message.hidden_until_ms, number, end_delay, queue.name, message.message_id
            )


def queue_deleted(world: "World", event: QueueDeleted, number: int) -> None:
    del world.sqs.queues[event.queue]
    world.sqs.deleted_ms[event.queue] = event.at_ms


def queue_purged(world: "World", event: QueuePurged, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    queue.purged_ms = event.at_ms
    queue.messages = {}
    queue.in_flight = queue.delayed = 0
    queue.ages = Ages()
    if queue.fifo is None:
        queue.line = Line()
        return
    queue.line = FifoLine()
    queue.fifo.delayed.clear()
    # Recorded: a purged queue has forgotten the deduplication ids (SQS-X13).
    queue.fifo.remembered = {}
    queue.fifo.memories.clear()
    queue.fifo.attempts = {}
    queue.fifo.attempt_ages.clear()


def queue_tagged(world: "World", event: QueueTagged, number: int) -> None:
    world.sqs.queues[event.queue].tags.update(event.tags)


def queue_untagged(world: "World", event: QueueUntagged, number: int) -> None:
    for key in event.tag_keys:
        world.sqs.queues[event.queue].tags.pop(key, None)


def queue_chances_set(world: "World", event: QueueChancesSet, number: int) -> None:
    chances = Chances(
        event.duplicate_per_mille,
        event.reorder_per_mille,
        event.sampled_nodes,
        event.storage_nodes,
    )
    leaves_nothing = (
        not event.duplicate_per_mille
        and not event.reorder_per_mille
        and event.sampled_nodes == event.storage_nodes
    )
    world.sqs.queues[event.queue].chances = None if leaves_nothing else chances


def retention_checked(world: "World", event: RetentionChecked, number: int) -> None:
    arm_retention(world, world.sqs.queues[event.queue], event.at_ms, number)


APPLY: Apply = {
    QueueCreated: queue_created,
    QueueAttributesChanged: queue_attributes_changed,
    QueueDeleted: queue_deleted,
    QueuePurged: queue_purged,
    QueueTagged: queue_tagged,
    QueueUntagged: queue_untagged,
    QueueChancesSet: queue_chances_set,
    RetentionChecked: retention_checked,
}
