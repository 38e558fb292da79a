"""DeleteMessage and ChangeMessageVisibility: what may be done with a receipt handle, and for how long.

A handle belongs to one receive of one message (SQS-X15): `<message id>-r<entry of the receive>`.
"""

import re
from typing import TYPE_CHECKING

from studyapp.engine.limits.sqs import (
    RECEIPT_HANDLE_MAX_CHARACTERS,
    VISIBILITY_TIMEOUT_MAX_SECONDS,
)
from studyapp.engine.log import new
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import (
    DeleteIgnored,
    MessageDeleted,
    MessagesReceived,
    MessageVisible,
    VisibilityChanged,
)
from studyapp.engine.sqs.fifo import check_rate
from studyapp.engine.sqs.lookup import queue_named
from studyapp.engine.sqs.message import IN_FLIGHT, VISIBLE
from studyapp.engine.sqs.queue import Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World

_HANDLE = re.compile(r"m[0-9]{1,15}-r([0-9]{1,15})")


def _copy_stayed(world: "World", queue: Queue, handle: str) -> bool:
    """Whether this genuine but outdated handle comes from a receive of which a copy stayed.

    Raises:
        Refused: receipt-handle-wrong, for a handle that this queue never gave out.
    """
    match = _HANDLE.fullmatch(handle)
    if match is not None:
        number = int(match[1])
        event = world.log[number] if number < len(world.log) else None
        if isinstance(event, MessagesReceived) and event.queue == queue.name:
            for receipt in event.receipts:
                if receipt[1] == handle:
                    return receipt[4]
    raise Refused("receipt-handle-wrong", receipt_handle=handle[:RECEIPT_HANDLE_MAX_CHARACTERS])


def delete_message(world: "World", by: str, *, queue: str, receipt_handle: str) -> None:
    """DeleteMessage. Deleting again is fine. An old handle still deletes on a standard queue while nobody
    else has received the message, else it does nothing; on a FIFO queue it has expired (SQS-X16).

    Raises:
        Refused: queue-not-found, receipt-handle-wrong, receipt-handle-expired.
    """
    target = world.sqs.queues.get(queue) or queue_named(world, queue)
    if target.fifo is not None:
        check_rate(world, target.fifo, target.fifo.deletes)
    delete(world, target, receipt_handle)


def delete(world: "World", queue: Queue, receipt_handle: str) -> None:
    """One deletion of a DeleteMessage or DeleteMessageBatch.

    Raises:
        Refused: receipt-handle-wrong, receipt-handle-expired.
    """
    message_id = receipt_handle.partition("-")[0]
    message = queue.messages.get(message_id)
    reason = ""
    if message is not None and message.receipt_handle == receipt_handle:
        if message.state == VISIBLE:
            if queue.fifo is not None:
                raise Refused("receipt-handle-expired", receipt_handle=receipt_handle)
            reason = "visible-again"
        fields = (world.now_ms, world.cause, reason, queue.name, message_id, receipt_handle)
        world.record(new(MessageDeleted, fields))
        return
    copy_stayed = _copy_stayed(world, queue, receipt_handle)
    if message is None:
        reason = "deleted-before"
    elif queue.fifo is not None:
        raise Refused("receipt-handle-expired", receipt_handle=receipt_handle)
    else:
        reason = "copy-remains" if copy_stayed else "received-again"
    world.record(
        DeleteIgnored(world.now_ms, world.cause, reason, queue.name, message_id, receipt_handle)
    )


def change_message_visibility(
    world: "World", by: str, *, queue: str, receipt_handle: str, visibility_timeout: int
) -> None:
    """ChangeMessageVisibility: hide a received message for so many seconds from now, 0 to 43,200, in all at
    most 12 hours from its receive; 0 gives it back at once (SQS-41, SQS-X17). Works on a standard queue even
    after the timeout has ended, as long as nobody else has received the message.

    Raises:
        Refused: queue-not-found, visibility-timeout-out-of-range, visibility-beyond-twelve-hours,
            receipt-handle-wrong, receipt-handle-expired, message-not-available, message-not-in-flight.
    """
    target = queue_named(world, queue)
    if target.fifo is not None:
        check_rate(world, target.fifo, target.fifo.changes)
    change_visibility(world, target, receipt_handle, visibility_timeout)


def change_visibility(world: "World", queue: Queue, receipt_handle: str, seconds: int) -> None:
    """One change of a ChangeMessageVisibility or ChangeMessageVisibilityBatch.

    Raises:
        Refused: see change_message_visibility.
    """
    if not 0 <= seconds <= VISIBILITY_TIMEOUT_MAX_SECONDS:
        raise Refused("visibility-timeout-out-of-range", value=seconds)
    message_id = receipt_handle.partition("-")[0]
    message = queue.messages.get(message_id)
    if message is None or message.receipt_handle != receipt_handle:
        _copy_stayed(world, queue, receipt_handle)
        if message is None:
            raise Refused("message-not-available", receipt_handle=receipt_handle)
        if queue.fifo is not None:
            raise Refused("receipt-handle-expired", receipt_handle=receipt_handle)
        raise Refused("message-not-in-flight", receipt_handle=receipt_handle)
    if message.state != IN_FLIGHT and queue.fifo is not None:
        raise Refused("receipt-handle-expired", receipt_handle=receipt_handle)
    now_ms = world.now_ms
    hidden_until_ms = now_ms + seconds * 1000
    if hidden_until_ms > message.received_ms + VISIBILITY_TIMEOUT_MAX_SECONDS * 1000:
        raise Refused("visibility-beyond-twelve-hours", value=seconds)
    if seconds:
        world.record(
            VisibilityChanged(
                now_ms,
                world.cause,
                "" if message.state == IN_FLIGHT else "hidden-again",
                queue.name,
                message_id,
                receipt_handle,
                hidden_until_ms,
            )
        )
    elif message.state == IN_FLIGHT:
        world.record(
            MessageVisible(now_ms, world.cause, "visibility-set-to-zero", queue.name, message_id)
        )
