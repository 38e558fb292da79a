"""Redrive: a task moves messages out of a dead-letter queue, back to their sources or elsewhere (SQS-X04)."""

import re
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Apply
from studyapp.engine.limits.sqs import (
    MOVE_TASK_MAX_HOURS,
    MOVE_TASK_MAX_PER_SECOND,
    MOVE_TASKS_LIST_MAX,
    MOVE_TASKS_MAX_ACTIVE,
)
from studyapp.engine.names import queue_arn, short
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import (
    MessageMoveTaskCancelling,
    MessageMoveTaskEnded,
    MessageMoveTaskStarted,
    MessageRedriven,
)
from studyapp.engine.sqs.message import Message
from studyapp.engine.sqs.queue import MoveTask, Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World

_ACTIVE = ("RUNNING", "CANCELLING")
_HANDLE = re.compile(r"t[0-9]{1,15}")
# What AWS writes as FailureReason (the first was recorded).
_FAILURES = {
    "destination-gone": "AWS.SimpleQueueService.NonExistentQueue",
    "source-unknown": "CouldNotDetermineMessageSource",
    "too-long": "MoveTaskTimeLimitExceeded",
}


class MoveTaskResult(NamedTuple):
    """One line of ListMessageMoveTasks. Only a running task shows its handle (recorded)."""

    status: str
    source_arn: str
    destination_arn: str | None
    max_number_of_messages_per_second: int | None
    approximate_number_of_messages_moved: int
    approximate_number_of_messages_to_move: int
    started_timestamp: int
    failure_reason: str | None
    task_handle: str | None


def _source(world: "World", arn: str) -> Queue:
    queue = world.sqs.queues.get(short(arn))
    if queue is None:
        raise Refused("move-source-not-found", source_arn=arn[:200])
    return queue


def start_message_move_task(
    world: "World",
    by: str,
    *,
    source_arn: str,
    destination_arn: str | None = None,
    max_number_of_messages_per_second: int | None = None,
) -> str:
    """StartMessageMoveTask: what is visible in the dead-letter queue now moves at 1 to 500 messages a second,
    without a destination each to the queue it came from. Returns the task's handle.

    Raises:
        Refused: move-source-not-found, move-destination-not-found, move-source-not-dead-letter,
            move-rate-out-of-range, move-destination-of-other-type, move-task-running, too-many-move-tasks.
    """
    rate = max_number_of_messages_per_second
    if rate is not None and not 1 <= rate <= MOVE_TASK_MAX_PER_SECOND:
        raise Refused("move-rate-out-of-range", value=rate)
    source = _source(world, source_arn)
    destination = None
    if destination_arn is not None:
        destination = world.sqs.queues.get(short(destination_arn))
        if destination is None:
            raise Refused("move-destination-not-found", destination_arn=destination_arn[:200])
    if all(each.dead_letter_queue != source.name for each in world.sqs.queues.values()):
        raise Refused("move-source-not-dead-letter", queue=source.name)
    if destination is not None and (destination.fifo is None) != (source.fifo is None):
        raise Refused("move-destination-of-other-type", queue=source.name)
    if any(task.status in _ACTIVE for task in source.move_tasks.values()):
        raise Refused("move-task-running", queue=source.name)
    active = sum(
        task.status in _ACTIVE
        for queue in world.sqs.queues.values()
        for task in queue.move_tasks.values()
    )
    if active >= MOVE_TASKS_MAX_ACTIVE:
        raise Refused("too-many-move-tasks")
    handle = f"t{len(world.log)}"
    world.record(
        MessageMoveTaskStarted(
            world.now_ms,
            world.cause,
            "",
            source.name,
            handle,
            None if destination is None else destination.name,
            rate,
            len(source.messages) - source.in_flight - source.delayed,
        )
    )
    return handle


def list_message_move_tasks(
    world: "World", by: str, *, source_arn: str, max_results: int = 1
) -> tuple[MoveTaskResult, ...]:
    """ListMessageMoveTasks: the newest first, 1 to 10 of them.

    Raises:
        Refused: move-source-not-found, list-size-out-of-range.
    """
    if not 1 <= max_results <= MOVE_TASKS_LIST_MAX:
        raise Refused("list-size-out-of-range", max=MOVE_TASKS_LIST_MAX)
    source = _source(world, source_arn)
    return tuple(
        MoveTaskResult(
            task.status,
            queue_arn(source.name),
            None if task.destination is None else queue_arn(task.destination),
            task.per_second,
            task.moved,
            task.to_move,
            task.started_ms,
            _FAILURES.get(task.failure),
            task.handle if task.status == "RUNNING" else None,
        )
        for task in list(reversed(source.move_tasks.values()))[:max_results]
    )


def cancel_message_move_task(world: "World", by: str, *, task_handle: str) -> int:
    """CancelMessageMoveTask: what has moved stays moved. Returns how many that are.

    Raises:
        Refused: task-handle-wrong, move-task-not-found, move-task-not-running.
    """
    if not _HANDLE.fullmatch(task_handle):
        raise Refused("task-handle-wrong", task_handle=task_handle[:80])
    for queue in world.sqs.queues.values():
        task = queue.move_tasks.get(task_handle)
        if task is not None:
            if task.status != "RUNNING":
                raise Refused("move-task-not-running", task_handle=task_handle)
            world.record(
                MessageMoveTaskCancelling(world.now_ms, world.cause, "", queue.name, task_handle)
            )
            return task.moved
    raise Refused("move-task-not-found", task_handle=task_handle)


# What happens by itself


def go_on(world: "World", source: Queue, task: MoveTask, at_ms: int, number: int) -> None:
    """Set the alarm for the next message. For applies."""
    due_ms = at_ms
    if task.moved < task.to_move:
        rate = task.per_second or MOVE_TASK_MAX_PER_SECOND
        due_ms = max(at_ms, task.started_ms + (task.moved + 1) * 1000 // rate)
    world.set_alarm(due_ms, number, move_next, source.name, task.handle)


def move_next(world: "World", name: str, handle: str) -> None:
    """The next message of a task moves, or the task ends."""
    source = world.sqs.queues.get(name)
    task = source.move_tasks.get(handle) if source is not None else None
    if source is None or task is None or task.status not in _ACTIVE:
        return
    if task.status == "CANCELLING":
        _end(world, name, handle, "CANCELLED", "")
    elif world.now_ms - task.started_ms > MOVE_TASK_MAX_HOURS * 3_600_000:
        _end(world, name, handle, "FAILED", "too-long")
    else:
        messages = source.line.first(1) if task.moved < task.to_move else []
        if messages:
            _move(world, source, task, messages[0])
        else:
            _end(world, name, handle, "COMPLETED", "")


def _move(world: "World", source: Queue, task: MoveTask, message: Message) -> None:
    name = message.dead_letter_source if task.destination is None else task.destination
    destination = world.sqs.queues.get(name)
    if destination is None:
        failure = "destination-gone" if name else "source-unknown"
        _end(world, source.name, task.handle, "FAILED", failure)
        return
    world.record(
        MessageRedriven(
            world.now_ms,
            world.cause,
            "",
            source.name,
            message.message_id,
            task.handle,
            destination.name,
            f"m{len(world.log)}",
            world.now_ms + destination.delay_ms,
        )
    )


def _end(world: "World", name: str, handle: str, status: str, reason: str) -> None:
    world.record(MessageMoveTaskEnded(world.now_ms, world.cause, reason, name, handle, status))


# Applies


def task_started(world: "World", event: MessageMoveTaskStarted, number: int) -> None:
    source = world.sqs.queues[event.queue]
    task = MoveTask(
        event.task, event.destination, event.per_second, event.at_ms, event.message_count
    )
    source.move_tasks[event.task] = task
    go_on(world, source, task, event.at_ms, number)


def task_cancelling(world: "World", event: MessageMoveTaskCancelling, number: int) -> None:
    world.sqs.queues[event.queue].move_tasks[event.task].status = "CANCELLING"


def task_ended(world: "World", event: MessageMoveTaskEnded, number: int) -> None:
    task = world.sqs.queues[event.queue].move_tasks[event.task]
    task.status = event.status
    task.failure = event.reason if event.status == "FAILED" else ""


APPLY: Apply = {
    MessageMoveTaskStarted: task_started,
    MessageMoveTaskCancelling: task_cancelling,
    MessageMoveTaskEnded: task_ended,
}
