"""How a program reads the shards of a stream: one lane for each shard, each handling its records in order.

Both kinds of reader use it. A lane polls with GetRecords or is pushed to, handles what it got one record after
the other, and ends with its shard; whoever owns the lane then turns to the children.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studyapp.engine.actors.lives import crash
from studyapp.engine.kinesis.events import RecordPut, RecordsPushed
from studyapp.engine.kinesis.reader_events import (
    Checkpointed,
    RecordBatchTaken,
    RecordHandled,
    RecordHandlingFailed,
    ShardFinished,
    ShardPollPlanned,
    ShardReadingStarted,
)
from studyapp.engine.kinesis.shard_actions import parents
from studyapp.engine.kinesis.stream import Shard, Stream
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.actors.state import Actor
    from studyapp.engine.world import World

# A reader that was throttled tries again after a part of its interval, drawn from the seed, as AWS advises; so
# readers of one shard do not keep meeting, and none is always the last.
_THROTTLED = (
    "shard-read-bytes-exceeded",
    "shard-read-calls-exceeded",
    "shard-iterator-calls-exceeded",
)


@dataclass(slots=True)
class Lane:
    """A shard that is being read.

    `turn` is the entry that planned its next step. Reading goes on after `sequence_number`, or from `position`
    if that is empty.
    """

    shard_id: str
    turn: int
    opened_ms: int
    position: str
    timestamp_ms: int | None = None
    sequence_number: str = ""
    fan_out: bool = False
    iterator: str = ""
    polled_ms: int = 0
    waiting: deque[RecordPut] = field(default_factory=deque)
    drained: bool = False
    unchecked: int = 0
    subscribe_turn: int = -1
    subscribe_after: str = ""


@dataclass(slots=True)
class Reading:
    """What a reader remembers. `application` is empty for a reader without leases."""

    stream: str = ""
    application: str = ""
    lanes: dict[str, Lane] = field(default_factory=dict)
    finished: dict[str, bool] = field(default_factory=dict)
    handled: int = 0


def step(world: "World", name: str, life: int, shard_id: str, turn: int) -> None:
    """An alarm: a lane handles its next record, or polls."""
    actor = world.actors.actors[name]
    if not actor.running or actor.life != life:
        return
    lane = actor.memory.lanes.get(shard_id)
    if lane is None or lane.turn != turn:
        return
    if lane.waiting:
        handle(world, actor, lane)
    elif lane.drained:
        finish(world, actor, lane, "shard-end", world.cause)
    else:
        _poll(world, actor, lane)


def _poll(world: "World", actor: "Actor", lane: Lane) -> None:
    settings = actor.settings
    now_ms, cause, name = world.now_ms, world.cause, actor.name
    iterator = lane.iterator
    try:
        iterator = iterator or _new_iterator(world, actor, lane)
        answer = world.call(
            "kinesis.GetRecords", name, shard_iterator=iterator, limit=settings.batch_limit
        )
    except Refused as refusal:
        if refusal.reason == "shard-not-found":
            finish(world, actor, lane, "shard-expired", cause)
            return
        lost = refusal.reason in ("iterator-expired", "iterator-invalid")
        wait_ms = settings.poll_every_ms
        if refusal.reason in _THROTTLED:
            wait_ms = 1 + world.below(wait_ms)
        world.record(
            ShardPollPlanned(
                now_ms,
                len(world.log) - 1,
                refusal.reason,
                name,
                lane.shard_id,
                "" if lost else iterator,
                now_ms + wait_ms,
            )
        )
        return
    number = len(world.log) - 1
    following = answer.next_shard_iterator
    count = len(answer.records)
    if count:
        world.record(
            RecordBatchTaken(
                now_ms,
                number,
                "",
                name,
                actor.memory.stream,
                lane.shard_id,
                world.log[number].next_place - count,  # type: ignore[attr-defined]
                count,
                following or "",
                following is None,
                now_ms + settings.handling_ms if settings.handling_ms else None,
            )
        )
        if not settings.handling_ms:
            handle(world, actor, lane)
    elif following is None:
        finish(world, actor, lane, "shard-end", number)
    else:
        world.record(
            ShardPollPlanned(
                now_ms,
                number,
                "nothing-new",
                name,
                lane.shard_id,
                following,
                now_ms + settings.poll_every_ms,
            )
        )


def _new_iterator(world: "World", actor: "Actor", lane: Lane) -> str:
    after = lane.sequence_number
    given: str = world.call(
        "kinesis.GetShardIterator",
        actor.name,
        stream=actor.memory.stream,
        shard_id=lane.shard_id,
        shard_iterator_type="AFTER_SEQUENCE_NUMBER" if after else lane.position,
        starting_sequence_number=after or None,
        timestamp_ms=None if after else lane.timestamp_ms,
    )
    return given


def handle(world: "World", actor: "Actor", lane: Lane) -> None:
    """The first waiting record is done, and the others too if handling takes no time."""
    settings, memory = actor.settings, actor.memory
    now_ms, cause, name, waiting = world.now_ms, world.cause, actor.name, lane.waiting
    shard_id = lane.shard_id
    while True:
        record = waiting[0]
        if record.data == settings.fails_on and settings.fails_on:
            world.record(
                RecordHandlingFailed(
                    now_ms,
                    cause,
                    "cannot-handle",
                    name,
                    memory.stream,
                    shard_id,
                    record.sequence_number,
                    record.partition_key,
                    record.data,
                    now_ms + max(settings.handling_ms, settings.poll_every_ms),
                )
            )
            return
        last = len(waiting) == 1
        due_ms = None
        if last:
            if not lane.drained and not lane.fan_out:
                due_ms = max(now_ms, lane.polled_ms + settings.poll_every_ms)
        elif settings.handling_ms:
            due_ms = now_ms + settings.handling_ms
        number = world.record(
            RecordHandled(
                now_ms,
                cause,
                "",
                name,
                memory.stream,
                shard_id,
                record.sequence_number,
                record.partition_key,
                record.data,
                now_ms - record.at_ms,
                due_ms,
            )
        )
        if memory.handled == settings.crash_after_records and actor.life <= settings.crash_lives:
            crash(world, actor, "crashed-while-handling", number)
            return
        if memory.application and lane.unchecked >= settings.checkpoint_every_records:
            world.record(
                Checkpointed(
                    now_ms,
                    number,
                    "records-handled",
                    name,
                    memory.application,
                    shard_id,
                    record.sequence_number,
                )
            )
        if last:
            if lane.drained:
                finish(world, actor, lane, "shard-end", number)
            return
        if due_ms is not None:
            return


def finish(world: "World", actor: "Actor", lane: Lane, reason: str, cause: int) -> None:
    """A lane is at the end of its shard: the shard's children come next."""
    memory = actor.memory
    now_ms = world.now_ms
    number = world.record(
        ShardFinished(now_ms, cause, reason, actor.name, memory.stream, lane.shard_id)
    )
    if memory.application:
        world.record(
            Checkpointed(
                now_ms,
                number,
                "shard-end",
                actor.name,
                memory.application,
                lane.shard_id,
                lane.sequence_number,
            )
        )
        return
    stream = world.kinesis.streams.get(memory.stream)
    parent = stream.shards.get(lane.shard_id) if stream is not None else None
    if stream is not None and parent is not None:
        for child in parent.children:
            shard = stream.shards[child]
            if child not in memory.lanes and all(
                each in memory.finished for each in parents(shard)
            ):
                start_lane(
                    world, actor, stream, shard, "TRIM_HORIZON", None, number, "parents-finished"
                )


def start_lane(
    world: "World",
    actor: "Actor",
    stream: Stream,
    shard: Shard,
    position: str,
    timestamp_ms: int | None,
    cause: int,
    reason: str,
) -> None:
    """A reader without leases turns to a shard."""
    world.record(
        ShardReadingStarted(
            world.now_ms,
            cause,
            reason,
            actor.name,
            stream.name,
            shard.shard_id,
            position,
            timestamp_ms,
            actor.settings.mode == "fan-out",
        )
    )


def take_push(world: "World", actor: "Actor", event: RecordsPushed, number: int) -> None:
    """A subscription brought records; they queue up behind those that are being handled."""
    lane = actor.memory.lanes.get(event.shard_id)
    if lane is None:
        return
    ended = event.continuation_sequence_number is None
    idle = not lane.waiting
    count = event.record_count
    handling_ms = actor.settings.handling_ms
    if count or ended:
        world.record(
            RecordBatchTaken(
                world.now_ms,
                number,
                "",
                actor.name,
                actor.memory.stream,
                lane.shard_id,
                event.next_place - count,
                count,
                "",
                ended,
                world.now_ms + handling_ms if idle and count and handling_ms else None,
            )
        )
    if idle and count and not handling_ms:
        handle(world, actor, lane)
    elif idle and ended and not count:
        finish(world, actor, lane, "shard-end", number)
