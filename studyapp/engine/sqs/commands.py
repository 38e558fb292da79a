"""The actions of SQS. Each checks, decides and records; none changes the world itself."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Actions, Pairs, React, action
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import (
    MessageDeleted,
    MessageSent,
    MessagesReceived,
    MessageVisible,
    QueueCreated,
    Receipt,
    ReceiveWaiting,
)
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
        raise Refused("queue-not-found", queue=short(name))
    return queue


def create_queue(
    world: "World", by: str, *, queue_name: str, attributes: Pairs | None = None
) -> str:
    """CreateQueue. Returns the queue's name."""
    world.record(QueueCreated(world.now_ms, world.cause, "", queue_name, attributes or ()))
    return queue_name


def send_message(
    world: "World",
    by: str,
    *,
    queue: str,
    message_body: str,
    delay_seconds: int | None = None,
) -> MessageSent:
    """SendMessage."""
    target = queue_named(world, queue)
    delay_ms = target.delay_ms if delay_seconds is None else delay_seconds * 1000
    size_bytes = len(message_body) if message_body.isascii() else len(message_body.encode())
    now_ms = world.now_ms
    event = MessageSent(
        now_ms,
        world.cause,
        "",
        target.name,
        f"m{len(world.log)}",
        message_body,
        size_bytes,
        now_ms + delay_ms,
    )
    world.record(event)
    return event


def receive_message(
    world: "World",
    by: str,
    *,
    queue: str,
    max_number_of_messages: int = 1,
    visibility_timeout: int | None = None,
    wait_time_seconds: int | None = None,
) -> MessagesReceived | None:
    """ReceiveMessage. None means that a long poll waits; its answer is a later MessagesReceived."""
    target = queue_named(world, queue)
    timeout_ms = (
        target.visibility_timeout_ms if visibility_timeout is None else visibility_timeout * 1000
    )
    wait_ms = target.wait_time_ms if wait_time_seconds is None else wait_time_seconds * 1000
    answer = hand_out(world, target, by, max_number_of_messages, timeout_ms, world.cause)
    if answer is None:
        if wait_ms:
            world.record(
                ReceiveWaiting(
                    world.now_ms,
                    world.cause,
                    "",
                    target.name,
                    by,
                    max_number_of_messages,
                    timeout_ms,
                    world.now_ms + wait_ms,
                )
            )
            return None
        answer = MessagesReceived(world.now_ms, world.cause, "queue-empty", target.name, by, ())
        world.record(answer)
    return answer


def hand_out(
    world: "World", queue: Queue, by: str, count: int, timeout_ms: int, cause: int
) -> MessagesReceived | None:
    """Give the first visible messages to somebody; None if there is none."""
    messages = queue.line.first(count)
    if not messages:
        return None
    number = len(world.log)
    hidden_until_ms = world.now_ms + timeout_ms
    receipts = tuple(
        Receipt(
            message.message_id,
            f"r{number}-{place}",
            message.receive_count + 1,
            hidden_until_ms,
        )
        for place, message in enumerate(messages)
    )
    answer = MessagesReceived(world.now_ms, cause, "", queue.name, by, receipts)
    world.record(answer)
    return answer


def wake_waiter(world: "World", event: MessageSent | MessageVisible, number: int) -> None:
    """A message can be received: the poll that waits longest gets it. One message wakes one waiter."""
    queue = world.sqs.queues[event.queue]
    if queue.waiters and queue.line.first(1):
        waiter = next(iter(queue.waiters.values()))
        hand_out(
            world,
            queue,
            waiter.by,
            waiter.message_count_max,
            waiter.visibility_timeout_ms,
            waiter.number,
        )


def delete_message(world: "World", by: str, *, queue: str, receipt_handle: str) -> None:
    """DeleteMessage."""
    target = queue_named(world, queue)
    for message in target.messages.values():
        if message.receipt_handle == receipt_handle:
            world.record(
                MessageDeleted(
                    world.now_ms,
                    world.cause,
                    "",
                    target.name,
                    message.message_id,
                    receipt_handle,
                )
            )
            return


# A message attribute as it is stored: (name, data type, value); binary values as base64 text.
Attribute = tuple[str, str, str]


def accept(
    world: "World",
    queue: Queue,
    message_body: str,
    attributes: tuple[Attribute, ...] = (),
    *,
    group: str | None = None,
    deduplication_id: str | None = None,
    reason: str = "",
    sent_by: str = "",
) -> MessageSent:
    """Store a message for another service, without a call of its own; the cause is `world.cause`.

    Whether the queue's policy allows it is for the caller to ask (`policy.allows`).

    Raises:
        Refused: what SendMessage would be refused for (a FIFO queue needs a group).
    """
    event = MessageSent(
        world.now_ms,
        world.cause,
        reason,
        queue.name,
        f"m{len(world.log)}",
        message_body,
        len(message_body.encode()),
        world.now_ms + queue.delay_ms,
    )
    world.record(event)
    return event


def hang_up(world: "World", by: str) -> None:
    """A caller is gone: its waiting long polls end without an answer."""


ACTIONS: Actions = {
    "sqs.CreateQueue": action(create_queue),
    "sqs.SendMessage": action(send_message),
    "sqs.ReceiveMessage": action(receive_message),
    "sqs.DeleteMessage": action(delete_message),
}

REACT: React = {MessageSent: wake_waiter, MessageVisible: wake_waiter}
