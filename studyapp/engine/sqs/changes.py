"""What an SQS event changes. Nothing here decides, reads the clock or draws a number."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.sqs.events import (
    MessageDeleted,
    MessageSent,
    MessagesReceived,
    MessageVisible,
    QueueCreated,
    ReceiveWaiting,
)
from studyapp.engine.sqs.queue import Message, Queue, Waiter
from studyapp.engine.sqs.timeouts import end_delay, end_visibility_timeout, end_wait

if TYPE_CHECKING:
    from studyapp.engine.world import World


def queue_created(world: "World", event: QueueCreated, number: int) -> None:
    settings = dict(event.attributes)
    world.sqs.queues[event.queue] = Queue(
        event.queue,
        int(settings.get("VisibilityTimeout", "30")) * 1000,
        int(settings.get("ReceiveMessageWaitTimeSeconds", "0")) * 1000,
        int(settings.get("DelaySeconds", "0")) * 1000,
    )


def message_sent(world: "World", event: MessageSent, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    message = Message(event.message_id, number, event.body, event.size_bytes, event.at_ms)
    queue.messages[event.message_id] = message
    if event.visible_at_ms <= event.at_ms:
        queue.line.add(message)
    else:
        message.hidden_until_ms = event.visible_at_ms
        world.set_alarm(event.visible_at_ms, number, end_delay, event.queue, event.message_id)


def receive_waiting(world: "World", event: ReceiveWaiting, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    queue.waiters[number] = Waiter(
        number, event.by, event.message_count_max, event.visibility_timeout_ms
    )
    world.set_alarm(event.deadline_ms, number, end_wait, event.queue, number)


def messages_received(world: "World", event: MessagesReceived, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    queue.waiters.pop(event.cause, None)
    for message_id, receipt_handle, receive_count, hidden_until_ms in event.receipts:
        message = queue.messages[message_id]
        message.visible = False
        message.receive_count = receive_count
        message.receipt_handle = receipt_handle
        message.hidden_until_ms = hidden_until_ms
        if message.first_received_ms < 0:
            message.first_received_ms = event.at_ms
        world.set_alarm(
            hidden_until_ms, number, end_visibility_timeout, queue, message, receipt_handle
        )
    queue.line.prune()


def message_visible(world: "World", event: MessageVisible, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    message = queue.messages[event.message_id]
    message.hidden_until_ms = event.at_ms
    if message.receive_count:
        message.returns += 1
    queue.line.add(message)


def message_deleted(world: "World", event: MessageDeleted, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    message = queue.messages.pop(event.message_id)
    message.hidden_until_ms = -1
    if message.visible:
        message.visible = False
        queue.line.prune()


APPLY: Apply = {
    QueueCreated: queue_created,
    MessageSent: message_sent,
    ReceiveWaiting: receive_waiting,
    MessagesReceived: messages_received,
    MessageVisible: message_visible,
    MessageDeleted: message_deleted,
}
