"""What the events of messages change. Nothing here decides, reads the clock or draws a number."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.limits.sqs import RECEIVES_UNTIL_BACK_OF_QUEUE
from studyapp.engine.sqs.events import (
    BatchEntryRefused,
    DeleteIgnored,
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageRedriven,
    MessageSent,
    MessagesReceived,
    MessageVisible,
    PollAbandoned,
    ReceiveWaiting,
    SendDeduplicated,
    VisibilityChanged,
)
from studyapp.engine.sqs.fairness import FairLine
from studyapp.engine.sqs.fifo import count_call, count_send, remember, remember_attempt
from studyapp.engine.sqs.line import Line
from studyapp.engine.sqs.message import DELAYED, IN_FLIGHT, VISIBLE, Message
from studyapp.engine.sqs.move_tasks import go_on
from studyapp.engine.sqs.queue import Queue, Waiter
from studyapp.engine.sqs.queue_changes import arm_retention
from studyapp.engine.sqs.timeouts import end_delay, end_visibility_timeout, end_wait

if TYPE_CHECKING:
    from studyapp.engine.world import World


def _enter(
    world: "World", queue: Queue, message: Message, at_ms: int, visible_at_ms: int, number: int
) -> None:
    """A message comes into a queue."""
    if message.group is not None and type(queue.line) is Line:
        fair = FairLine()
        fair.take_over(queue.line, queue.in_flight)
        queue.line = fair
    queue.messages[message.message_id] = message
    queue.ages.enter(message)
    if queue.fifo is not None:
        queue.line.join(message)
    if visible_at_ms <= at_ms:
        queue.line.show(message)
    else:
        queue.delayed += 1
        message.hidden_until_ms = visible_at_ms
        if queue.fifo is not None:
            queue.fifo.delayed.append(message)
        world.set_alarm(visible_at_ms, number, end_delay, queue.name, message.message_id)
    if queue.retention_alarm_ms <= at_ms or message.sent_ms != at_ms:
        arm_retention(world, queue, at_ms, number)


def _leave(queue: Queue, message_id: str) -> Message:
    """A message goes out of a queue."""
    message = queue.messages.pop(message_id)
    if message.state == IN_FLIGHT:
        queue.in_flight -= 1
    elif message.state == DELAYED:
        queue.delayed -= 1
    queue.line.leave(message)
    queue.ages.leave(len(queue.messages))
    return message


def message_sent(world: "World", event: MessageSent, number: int) -> None:
    (
        at_ms,
        cause,
        _,
        name,
        message_id,
        body,
        size_bytes,
        visible_at_ms,
        by,
        attributes,
        group,
        identity,
        trace_header,
    ) = event
    queue = world.sqs.queues[name]
    message = Message(
        message_id,
        number,
        body,
        attributes,
        size_bytes,
        at_ms,
        at_ms,
        by,
        group,
        identity,
        trace_header,
        number,
    )
    _enter(world, queue, message, at_ms, visible_at_ms, number)
    totals = queue.totals
    totals.sent += 1
    totals.sent_bytes += size_bytes
    if queue.fifo is not None and group is not None and identity is not None:
        count_send(queue.fifo, at_ms, cause, group)
        remember(queue.fifo, at_ms, group, identity, number)


def send_deduplicated(world: "World", event: SendDeduplicated, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    queue.totals.deduplicated += 1
    if queue.fifo is not None:
        count_send(queue.fifo, event.at_ms, event.cause, event.group)


def batch_entry_refused(world: "World", event: BatchEntryRefused, number: int) -> None:
    """It is only remembered."""


def receive_waiting(world: "World", event: ReceiveWaiting, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    queue.waiters[number] = Waiter(
        number, event.by, event.message_count_max, event.visibility_timeout_ms, event.attempt_id
    )
    world.set_alarm(event.deadline_ms, number, end_wait, event.queue, number)
    if queue.fifo is not None:
        count_call(queue.fifo.receives, event.at_ms, event.cause)


def messages_received(world: "World", event: MessagesReceived, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    at_ms = event.at_ms
    waited = queue.waiters.pop(event.cause, None) if queue.waiters else None
    if queue.fifo is not None:
        if waited is None:
            count_call(queue.fifo.receives, at_ms, event.cause)
        if event.attempt_id is not None and event.receipts:
            remember_attempt(queue.fifo, at_ms, event.attempt_id, number)
    if not event.receipts:
        queue.totals.empty_receives += 1
        return
    line = queue.line
    for message_id, receipt_handle, receive_count, hidden_until_ms, copy_stays in event.receipts:
        message = queue.messages[message_id]
        if receipt_handle != message.receipt_handle:
            queue.totals.received += 1
            message.receive_count = receive_count
            message.receives_here = receives = message.receives_here + 1
            if receives == 1:
                if message.first_received_ms < 0:
                    message.first_received_ms = at_ms
            elif receives >= RECEIVES_UNTIL_BACK_OF_QUEUE:
                queue.ages.worn_out()
            if copy_stays:
                # The copy turns up again behind the others.
                line.hide(message, number)
                message.order = number
                line.show(message)
                continue
            message.receipt_handle = receipt_handle
            message.received_ms = at_ms
            queue.in_flight += 1
            line.hide(message, number)
        message.hidden_until_ms = hidden_until_ms
        if hidden_until_ms > at_ms:
            world.set_alarm(
                hidden_until_ms,
                number,
                end_visibility_timeout,
                queue.name,
                message_id,
            )


def poll_abandoned(world: "World", event: PollAbandoned, number: int) -> None:
    world.sqs.queues[event.queue].waiters.pop(event.waiting, None)


def message_visible(world: "World", event: MessageVisible, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    message = queue.messages[event.message_id]
    message.hidden_until_ms = event.at_ms
    if message.state == IN_FLIGHT:
        queue.in_flight -= 1
        if queue.fifo is None and message.receives_here >= RECEIVES_UNTIL_BACK_OF_QUEUE:
            message.order = number
    else:
        queue.delayed -= 1
    queue.line.show(message)
    if queue.fifo is not None:
        delayed = queue.fifo.delayed
        while delayed and delayed[0].state != DELAYED:
            delayed.popleft()


def visibility_changed(world: "World", event: VisibilityChanged, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    message = queue.messages[event.message_id]
    if message.state == VISIBLE:
        queue.in_flight += 1
        queue.line.hide(message, number)
    message.hidden_until_ms = event.hidden_until_ms
    world.set_alarm(
        event.hidden_until_ms,
        number,
        end_visibility_timeout,
        event.queue,
        event.message_id,
    )
    if queue.fifo is not None:
        count_call(queue.fifo.changes, event.at_ms, event.cause)


def message_deleted(world: "World", event: MessageDeleted, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    queue.totals.deleted += 1
    _leave(queue, event.message_id)
    if queue.fifo is not None:
        count_call(queue.fifo.deletes, event.at_ms, event.cause)


def delete_ignored(world: "World", event: DeleteIgnored, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    # NumberOfMessagesDeleted counts repeated deletions too (ledger, Appendix D).
    queue.totals.deleted += 1
    if queue.fifo is not None:
        count_call(queue.fifo.deletes, event.at_ms, event.cause)


def message_expired(world: "World", event: MessageExpired, number: int) -> None:
    queue = world.sqs.queues[event.queue]
    _leave(queue, event.message_id)
    oldest = queue.ages.oldest()
    # Those due now follow in the same look; the last one sets the next alarm.
    if oldest is not None and oldest.sent_ms + queue.retention_ms > event.at_ms:
        arm_retention(world, queue, event.at_ms, number)


def message_dead_lettered(world: "World", event: MessageDeadLettered, number: int) -> None:
    old = _leave(world.sqs.queues[event.queue], event.message_id)
    queue = world.sqs.queues[event.dead_letter_queue]
    at_ms = event.at_ms
    fifo = queue.fifo is not None
    message = Message(
        old.message_id,
        number,
        old.body,
        old.attributes,
        old.size_bytes,
        at_ms if fifo else old.sent_ms,
        at_ms,
        old.sent_by,
        old.group,
        old.message_id if fifo else None,
        old.trace_header,
        number,
        old.receive_count,
        old.first_received_ms,
        event.queue,
    )
    _enter(world, queue, message, at_ms, at_ms, number)


def message_redriven(world: "World", event: MessageRedriven, number: int) -> None:
    source = world.sqs.queues[event.queue]
    old = _leave(source, event.message_id)
    queue = world.sqs.queues[event.destination]
    at_ms = event.at_ms
    message = Message(
        event.new_message_id,
        number,
        old.body,
        old.attributes,
        old.size_bytes,
        at_ms,
        at_ms,
        old.sent_by,
        old.group,
        old.deduplication_id,
        old.trace_header,
        number,
    )
    _enter(world, queue, message, at_ms, event.visible_at_ms, number)
    task = source.move_tasks[event.task]
    task.moved += 1
    go_on(world, source, task, at_ms, number)


APPLY: Apply = {
    MessageSent: message_sent,
    SendDeduplicated: send_deduplicated,
    BatchEntryRefused: batch_entry_refused,
    ReceiveWaiting: receive_waiting,
    MessagesReceived: messages_received,
    PollAbandoned: poll_abandoned,
    MessageVisible: message_visible,
    VisibilityChanged: visibility_changed,
    MessageDeleted: message_deleted,
    DeleteIgnored: delete_ignored,
    MessageExpired: message_expired,
    MessageDeadLettered: message_dead_lettered,
    MessageRedriven: message_redriven,
}
