"""What the events of a program that reads shards change in its memory."""

from typing import TYPE_CHECKING, Any

from studyapp.engine.kinesis.lanes import Lane, step
from studyapp.engine.kinesis.reader_events import (
    RecordBatchTaken,
    RecordHandled,
    RecordHandlingFailed,
    ShardFinished,
    ShardPollPlanned,
)

if TYPE_CHECKING:
    from studyapp.engine.actors.state import Actor
    from studyapp.engine.world import World


def apply_batch(world: "World", actor: "Actor", event: RecordBatchTaken, number: int) -> None:
    lane = actor.memory.lanes[event.shard_id]
    shard = world.kinesis.streams[event.stream].shards[event.shard_id]
    start = event.first_place - shard.first_place
    lane.waiting.extend(shard.records[start : start + event.record_count])
    lane.iterator = event.shard_iterator
    lane.drained = event.drained
    lane.polled_ms = event.at_ms
    _plan(world, actor, lane, event.due_ms, number)


def apply_poll(world: "World", actor: "Actor", event: ShardPollPlanned, number: int) -> None:
    lane = actor.memory.lanes[event.shard_id]
    lane.iterator = event.shard_iterator
    if event.reason == "iterator-expired" and lane.position == "LATEST":
        # It never got a record; what came since it began is still new to it.
        lane.position, lane.timestamp_ms = "AT_TIMESTAMP", lane.opened_ms
    _plan(world, actor, lane, event.due_ms, number)


def apply_handled(world: "World", actor: "Actor", event: RecordHandled, number: int) -> None:
    memory = actor.memory
    lane = memory.lanes[event.shard_id]
    lane.waiting.popleft()
    lane.sequence_number = event.sequence_number
    lane.unchecked += 1
    memory.handled += 1
    _plan(world, actor, lane, event.due_ms, number)


def apply_failed(world: "World", actor: "Actor", event: RecordHandlingFailed, number: int) -> None:
    _plan(world, actor, actor.memory.lanes[event.shard_id], event.due_ms, number)


def apply_finished(world: "World", actor: "Actor", event: ShardFinished, number: int) -> None:
    del actor.memory.lanes[event.shard_id]
    actor.memory.finished[event.shard_id] = True


def _plan(world: "World", actor: "Actor", lane: Lane, due_ms: int | None, number: int) -> None:
    if due_ms is not None:
        lane.turn = number
        world.set_alarm(due_ms, number, step, actor.name, actor.life, lane.shard_id, number)


APPLIES: dict[type, Any] = {
    RecordBatchTaken: apply_batch,
    ShardPollPlanned: apply_poll,
    RecordHandled: apply_handled,
    RecordHandlingFailed: apply_failed,
    ShardFinished: apply_finished,
}
