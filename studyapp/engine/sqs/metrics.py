"""What CloudWatch would show for a queue (ledger, Appendix D), at any moment and without delay."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.sqs.groups import FifoLine
from studyapp.engine.sqs.queue import Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World


class QueueMetrics(NamedTuple):
    """`age_of_oldest_ms`: ApproximateAgeOfOldestMessage in milliseconds since the message came into this queue,
    0 when there is none; on a standard queue without those received three times. The counts after it run from
    the queue's creation. A move into a dead-letter queue does not count as sent."""

    visible: int
    in_flight: int
    delayed: int
    age_of_oldest_ms: int
    groups_in_flight: int
    sent: int
    sent_bytes: int
    received: int
    deleted: int
    empty_receives: int
    deduplicated: int


def metrics(world: "World", queue: Queue) -> QueueMetrics:
    """The metrics of a queue now, in constant time."""
    counted = queue.ages.counted
    line, totals = queue.line, queue.totals
    return QueueMetrics(
        len(queue.messages) - queue.in_flight - queue.delayed,
        queue.in_flight,
        queue.delayed,
        world.now_ms - counted[0].entered_ms if counted else 0,
        line.groups_in_flight if isinstance(line, FifoLine) else 0,
        totals.sent,
        totals.sent_bytes,
        totals.received,
        totals.deleted,
        totals.empty_receives,
        totals.deduplicated,
    )
