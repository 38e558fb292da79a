"""What happens in SQS by itself: a delay, a visibility timeout or a long poll comes to its end.

Each function is an alarm: it looks whether there is still something to do.
"""

from typing import TYPE_CHECKING

from studyapp.engine.sqs.events import MessagesReceived, MessageVisible
from studyapp.engine.sqs.queue import Message, Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World


def end_delay(world: "World", queue: str, message_id: str) -> None:
    """The delay of a message ends."""
    message = world.sqs.queues[queue].messages.get(message_id)
    if message is not None and not message.visible and message.receive_count == 0:
        world.record(MessageVisible(world.now_ms, world.cause, "delay-ended", queue, message_id))


def end_visibility_timeout(
    world: "World", queue: Queue, message: Message, receipt_handle: str
) -> None:
    """A received message was not deleted in time."""
    if message.hidden_until_ms != world.now_ms or message.receipt_handle != receipt_handle:
        return
    if not message.visible:
        world.record(
            MessageVisible(
                world.now_ms,
                world.cause,
                "visibility-timeout-ended",
                queue.name,
                message.message_id,
            )
        )


def end_wait(world: "World", queue: str, number: int) -> None:
    """A long poll has waited as long as it may."""
    waiter = world.sqs.queues[queue].waiters.get(number)
    if waiter is not None:
        world.record(MessagesReceived(world.now_ms, number, "wait-ended", queue, waiter.by, ()))
