"""What happens in SQS by itself: a delay, a visibility timeout, a long poll or a retention period ends.

Each function is an alarm: it looks whether there is still something to do.
"""

from typing import TYPE_CHECKING

from studyapp.engine.sqs.events import (
    MessageExpired,
    MessagesReceived,
    MessageVisible,
    RetentionChecked,
)
from studyapp.engine.sqs.message import DELAYED, IN_FLIGHT

if TYPE_CHECKING:
    from studyapp.engine.world import World


def end_delay(world: "World", name: str, message_id: str) -> None:
    """The delay of a message ends."""
    queue = world.sqs.queues.get(name)
    message = queue.messages.get(message_id) if queue is not None else None
    if message is not None and message.state == DELAYED and message.hidden_until_ms == world.now_ms:
        world.record(MessageVisible(world.now_ms, world.cause, "delay-ended", name, message_id))


def end_visibility_timeout(world: "World", name: str, message_id: str) -> None:
    """A received message was not deleted in time."""
    queue = world.sqs.queues.get(name)
    message = queue.messages.get(message_id) if queue is not None else None
    if (
        message is not None
        and message.state == IN_FLIGHT
        and message.hidden_until_ms == world.now_ms
    ):
        world.record(
            MessageVisible(world.now_ms, world.cause, "visibility-timeout-ended", name, message_id)
        )


def end_wait(world: "World", name: str, number: int) -> None:
    """A long poll has waited as long as it may."""
    queue = world.sqs.queues.get(name)
    waiter = queue.waiters.get(number) if queue is not None else None
    if waiter is not None:
        world.record(MessagesReceived(world.now_ms, number, "wait-ended", name, waiter.by, ()))


def end_retention(world: "World", name: str) -> None:
    """The one alarm of a queue for retention (SQS-10): expire what is too old, hidden or not."""
    queue = world.sqs.queues.get(name)
    now_ms = world.now_ms
    if queue is None or queue.retention_alarm_ms != now_ms:
        return
    limit_ms = now_ms - queue.retention_ms
    oldest = queue.ages.oldest()
    if oldest is not None and oldest.sent_ms > limit_ms:
        world.record(RetentionChecked(now_ms, world.cause, "", name))
        return
    while oldest is not None and oldest.sent_ms <= limit_ms:
        world.record(
            MessageExpired(now_ms, oldest.sequence, "retention-ended", name, oldest.message_id)
        )
        oldest = queue.ages.oldest()
