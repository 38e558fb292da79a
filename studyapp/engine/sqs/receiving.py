"""ReceiveMessage: choosing messages, the dead-letter move, and the long polls that wait."""

from typing import TYPE_CHECKING, Any

from studyapp.engine.calls import Texts
from studyapp.engine.limits.sqs import (
    IN_FLIGHT_MAX_FIFO,
    IN_FLIGHT_MAX_STANDARD,
    RECEIVE_DEFAULT_MESSAGES,
    RECEIVE_MAX_MESSAGES,
    VISIBILITY_TIMEOUT_MAX_SECONDS,
    WAIT_MAX_SECONDS,
)
from studyapp.engine.log import new
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.answers import check_system_attribute_names
from studyapp.engine.sqs.chances import picked, seen
from studyapp.engine.sqs.events import (
    MessageDeadLettered,
    MessagesReceived,
    MessageVisible,
    PollAbandoned,
    Receipt,
    ReceiveWaiting,
)
from studyapp.engine.sqs.fifo import check_rate, same_attempt
from studyapp.engine.sqs.lookup import queue_named
from studyapp.engine.sqs.queue import Queue
from studyapp.engine.sqs.sending import PUNCTUATED

if TYPE_CHECKING:
    from studyapp.engine.world import World


def receive_message(
    world: "World",
    by: str,
    *,
    queue: str,
    max_number_of_messages: int = RECEIVE_DEFAULT_MESSAGES,
    visibility_timeout: int | None = None,
    wait_time_seconds: int | None = None,
    message_attribute_names: Texts | None = None,
    message_system_attribute_names: Texts | None = None,
    attribute_names: Texts | None = None,
    receive_request_attempt_id: str | None = None,
) -> MessagesReceived | None:
    """ReceiveMessage: 1 to 10 messages, times in seconds. None means that a long poll waits; its answer is a
    later MessagesReceived. What the names ask for, `answers.py` puts together.

    Raises:
        Refused: queue-not-found, a parameter out of range, in-flight-limit-reached (a short poll on a
            standard queue, SQS-X19) or fifo-throughput-exceeded.
    """
    target = world.sqs.queues.get(queue) or queue_named(world, queue)
    if target.waiters:
        wake(world, target)  # who has waited longer comes first, whatever became free just now
    count = max_number_of_messages
    if not 1 <= count <= RECEIVE_MAX_MESSAGES:
        raise Refused("receive-count-max-out-of-range", value=count)
    timeout_ms, wait_ms = target.visibility_timeout_ms, target.wait_time_ms
    if visibility_timeout is not None:
        if not 0 <= visibility_timeout <= VISIBILITY_TIMEOUT_MAX_SECONDS:
            raise Refused("visibility-timeout-out-of-range", value=visibility_timeout)
        timeout_ms = visibility_timeout * 1000
    if wait_time_seconds is not None:
        if not 0 <= wait_time_seconds <= WAIT_MAX_SECONDS:
            raise Refused("wait-out-of-range", value=wait_time_seconds)
        wait_ms = wait_time_seconds * 1000
    if message_system_attribute_names or attribute_names:
        check_system_attribute_names(message_system_attribute_names or ())
        check_system_attribute_names(attribute_names or ())
    attempt_id = receive_request_attempt_id
    if attempt_id is not None:
        if not PUNCTUATED.fullmatch(attempt_id):
            raise Refused("attempt-id-wrong", value=attempt_id[:200])
        if target.fifo is None:
            raise Refused("attempt-id-not-for-standard", value=attempt_id)
    if target.fifo is not None:
        check_rate(world, target.fifo, target.fifo.receives)
        if attempt_id is not None:
            before = same_attempt(world, target, target.fifo, attempt_id)
            if before is not None:
                return _repeat(world, target, by, before, timeout_ms)
    elif not wait_ms and target.in_flight >= IN_FLIGHT_MAX_STANDARD:
        raise Refused("in-flight-limit-reached", max=IN_FLIGHT_MAX_STANDARD)
    answer = hand_out(world, target, by, count, timeout_ms, world.cause, not wait_ms, attempt_id)
    if answer is not None:
        return answer
    if wait_ms:
        world.record(
            ReceiveWaiting(
                world.now_ms,
                world.cause,
                "",
                target.name,
                by,
                count,
                timeout_ms,
                world.now_ms + wait_ms,
                attempt_id,
            )
        )
        return None
    answer = MessagesReceived(
        world.now_ms, world.cause, _why_empty(target), target.name, by, (), attempt_id
    )
    world.record(answer)
    return answer


def _why_empty(queue: Queue) -> str:
    if len(queue.messages) == queue.in_flight + queue.delayed:
        return "queue-empty"
    if queue.fifo is None:
        return "nodes-without-messages"
    if queue.in_flight >= IN_FLIGHT_MAX_FIFO:
        return "in-flight-limit"
    return "nodes-without-messages" if queue.line.first(1) else "groups-blocked"


def _repeat(
    world: "World", queue: Queue, by: str, before: MessagesReceived, timeout_ms: int
) -> MessagesReceived:
    """The same messages with the same handles; their visibility timeout starts anew (SQS-X14)."""
    hidden_until_ms = world.now_ms + timeout_ms
    receipts = tuple(
        Receipt(message_id, handle, count, hidden_until_ms)
        for message_id, handle, count, _, _ in before.receipts
    )
    answer = MessagesReceived(
        world.now_ms, world.cause, "same-attempt", queue.name, by, receipts, before.attempt_id
    )
    number = world.record(answer)
    if not timeout_ms:
        _show_again(world, queue, receipts, number)
    return answer


def hand_out(
    world: "World",
    queue: Queue,
    by: str,
    count: int,
    timeout_ms: int,
    cause: int,
    short: bool,
    attempt_id: str | None,
) -> MessagesReceived | None:
    """Give messages to somebody; None if there is none to give. `short`: a short poll.

    A message that was received maxReceiveCount times here moves to the dead-letter queue instead (SQS-X02).
    """
    limit = IN_FLIGHT_MAX_STANDARD if queue.fifo is None else IN_FLIGHT_MAX_FIFO
    if queue.in_flight + count > limit:
        count = limit - queue.in_flight
        if count <= 0:
            return None
    chances = queue.chances
    while True:
        offered = (
            queue.line.first(count)
            if chances is None
            else seen(world, queue, chances, count, short)
        )
        if not offered:
            return None
        most = queue.max_receive_count
        if not most or (len(offered) == 1 and offered[0].receives_here < most):
            break
        if not _bury(world, queue, offered, cause):
            break
    reason, copies = "", None
    if chances is not None:
        offered, copies, reason = picked(world, chances, offered, count)
    now_ms = world.now_ms
    number = len(world.log)
    hidden_until_ms = now_ms + timeout_ms
    if copies is None:
        receipts = tuple(
            [
                new(
                    Receipt,
                    (
                        message.message_id,
                        f"{message.message_id}-r{number}",
                        message.receive_count + 1,
                        hidden_until_ms,
                        False,
                    ),
                )
                for message in offered
            ]
        )
    else:
        receipts = tuple(
            Receipt(
                message.message_id,
                f"{message.message_id}-r{number}",
                message.receive_count + 1,
                now_ms if copy else hidden_until_ms,
                copy,
            )
            for message, copy in zip(offered, copies, strict=True)
        )
    answer = new(MessagesReceived, (now_ms, cause, reason, queue.name, by, receipts, attempt_id))
    world.record(answer)
    if not timeout_ms:
        _show_again(world, queue, receipts, number)
    return answer


def _bury(world: "World", queue: Queue, offered: list[Any], cause: int) -> bool:
    """Move those received too often to the dead-letter queue; whether there was one. Without the
    dead-letter queue (it was deleted) they are delivered on."""
    limit, found = queue.max_receive_count, False
    for message in offered:
        if message.receives_here >= limit:
            if queue.dead_letter_queue not in world.sqs.queues:
                return False
            found = True
            world.record(
                MessageDeadLettered(
                    world.now_ms,
                    cause,
                    "receive-count-exceeded",
                    queue.name,
                    message.message_id,
                    queue.dead_letter_queue,
                    message.receive_count,
                )
            )
    return found


def _show_again(world: "World", queue: Queue, receipts: tuple[Receipt, ...], number: int) -> None:
    for receipt in receipts:
        if not receipt[4]:
            world.record(
                MessageVisible(
                    world.now_ms, number, "received-with-timeout-zero", queue.name, receipt[0]
                )
            )


def wake_waiter(world: "World", event: Any, number: int) -> None:
    """A message may be receivable now: the poll that waits longest gets it. One message wakes one waiter."""
    queue = world.sqs.queues.get(event.queue)
    if queue is not None and queue.waiters:
        wake(world, queue)


def wake_waiter_of_dead_letters(world: "World", event: MessageDeadLettered, number: int) -> None:
    """A message arrived in a dead-letter queue, and a group of the other queue may be free."""
    wake_waiter(world, event, number)
    queue = world.sqs.queues.get(event.dead_letter_queue)
    if queue is not None and queue.waiters:
        wake(world, queue)


def wake_waiter_of_destination(world: "World", event: Any, number: int) -> None:
    """A move task brought a message, and a group of the other queue may be free."""
    wake_waiter(world, event, number)
    queue = world.sqs.queues.get(event.destination)
    if queue is not None and queue.waiters:
        wake(world, queue)


def wake(world: "World", queue: Queue) -> None:
    """Answer waiting polls, the oldest first, while there is something to give."""
    while queue.waiters:
        waiter = next(iter(queue.waiters.values()))
        answer = hand_out(
            world,
            queue,
            waiter.by,
            waiter.message_count_max,
            waiter.visibility_timeout_ms,
            waiter.number,
            False,
            waiter.attempt_id,
        )
        if answer is None:
            return


def hang_up(world: "World", by: str) -> None:
    """A caller is gone: its waiting long polls end without an answer."""
    for queue in world.sqs.queues.values():
        for number in [each.number for each in queue.waiters.values() if each.by == by]:
            world.record(
                PollAbandoned(world.now_ms, world.cause, "caller-gone", queue.name, by, number)
            )
