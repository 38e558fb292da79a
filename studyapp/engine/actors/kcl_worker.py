"""`kcl-worker`: one worker of an application that divides a stream's shards, as the Kinesis Client Library does.

Each shard has one worker at a time. Workers note how far they are (checkpoints); when one dies, others take its
leases after the failover time and go on after the last checkpoint, so records after it are handled again.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.kinesis import lane_changes, lanes
from studyapp.engine.kinesis.balancing import balance, release
from studyapp.engine.kinesis.leases import Lease, LeaseTable
from studyapp.engine.kinesis.parameters import stream_named
from studyapp.engine.kinesis.reader_events import (
    Checkpointed,
    LeaseExpired,
    LeaseTaken,
    LeaseWorkerGone,
    LeaseWorkerJoined,
    RecordHandled,
    StreamReaderWaiting,
)
from studyapp.engine.limits.kinesis import GET_RECORDS_MAX, KCL_FAILOVER_MS
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

# How long a worker waits for its stream before it tries again.
TRY_AGAIN_MS = 1_000


@dataclass(frozen=True, slots=True)
class KclWorkerSettings:
    """Workers with the same `application` share its leases. It polls each of its shards every
    `poll_every_ms` and handles the records of a shard one after the other, each in `handling_ms`.

    A checkpoint follows every `checkpoint_every_records`. `failover_ms` after a crash its leases are free.
    `fails_on`, `crash_after_records`, `crash_lives`, `restart_after_ms`: as for a stream-reader.
    """

    application: str
    stream: str
    start_position: str = field(
        default="TRIM_HORIZON", metadata={"choices": ("TRIM_HORIZON", "LATEST")}
    )
    poll_every_ms: int = field(default=1_000, metadata={"min": 1, "max": 3_600_000})
    batch_limit: int = field(default=GET_RECORDS_MAX, metadata={"min": 1, "max": GET_RECORDS_MAX})
    handling_ms: int = field(default=0, metadata={"max": 86_400_000})
    checkpoint_every_records: int = field(default=100, metadata={"min": 1})
    failover_ms: int = field(default=KCL_FAILOVER_MS, metadata={"min": 1, "max": 3_600_000})
    fails_on: str = ""
    crash_after_records: int = 0
    crash_lives: int = 1
    restart_after_ms: int = field(default=0, metadata={"max": 86_400_000})


def begin(world: "World", actor: Actor) -> None:
    """Look at the shards and join the application's workers."""
    settings = actor.settings
    now_ms = world.now_ms
    try:
        world.call("kinesis.ListShards", actor.name, stream=settings.stream)
        stream = stream_named(world, settings.stream)
    except Refused as refusal:
        world.record(
            StreamReaderWaiting(
                now_ms, world.cause, refusal.reason, actor.name, now_ms + TRY_AGAIN_MS
            )
        )
        return
    table = world.kinesis.applications.get(settings.application)
    world.record(
        LeaseWorkerJoined(
            now_ms,
            world.cause,
            "",
            actor.name,
            settings.application,
            stream.name if table is None else table.stream,
            settings.start_position if table is None else table.start_position,
            actor.life,
        )
    )


def try_again(world: "World", name: str, life: int) -> None:
    """An alarm: the stream may exist now."""
    actor = world.actors.actors[name]
    if actor.running and actor.life == life:
        begin(world, actor)


def apply_waiting(world: "World", actor: Actor, event: StreamReaderWaiting, number: int) -> None:
    world.set_alarm(event.due_ms, number, try_again, actor.name, actor.life)


def apply_joined(world: "World", actor: Actor, event: LeaseWorkerJoined, number: int) -> None:
    tables = world.kinesis.applications
    table = tables.get(event.application)
    if table is None:
        table = LeaseTable(event.application, event.stream, event.start_position, event.at_ms)
        tables[event.application] = table
        if event.start_position == "LATEST":
            for shard in world.kinesis.streams[event.stream].shards.values():
                if shard.closed_ms >= 0:
                    table.leases[shard.shard_id] = Lease(shard.shard_id, ended=True)
    table.workers[event.by] = event.life
    actor.memory.application = event.application
    actor.memory.stream = event.stream
    world.set_alarm(event.at_ms, number, balance, event.application)


def apply_gone(world: "World", actor: Actor, event: LeaseWorkerGone, number: int) -> None:
    world.kinesis.applications[event.application].workers.pop(event.by, None)
    reason = "released" if event.reason == "stopped" else "not-renewed"
    world.set_alarm(
        event.leases_until_ms, number, release, event.application, event.by, event.life, reason
    )


def apply_expired(world: "World", actor: Actor, event: LeaseExpired, number: int) -> None:
    lease = world.kinesis.applications[event.application].leases[event.shard_id]
    lease.owner_before, lease.owner = lease.owner, ""
    world.set_alarm(event.at_ms, number, balance, event.application)


def apply_taken(world: "World", actor: Actor, event: LeaseTaken, number: int) -> None:
    leases = world.kinesis.applications[event.application].leases
    shard_id = event.shard_id
    lease = leases.get(shard_id)
    if lease is None:
        lease = leases[shard_id] = Lease(shard_id)
    else:
        lease.owner_switches += 1
    lease.owner, lease.owner_life = event.by, event.life
    lease.sequence_number, lease.handled = event.sequence_number, ""
    if event.reason == "balanced":
        world.actors.actors[event.from_worker].memory.lanes.pop(shard_id, None)
    lane = lanes.Lane(shard_id, number, event.at_ms, "TRIM_HORIZON")
    lane.sequence_number = event.sequence_number
    actor.memory.lanes[shard_id] = lane
    world.set_alarm(event.at_ms, number, lanes.step, actor.name, actor.life, shard_id, number)


def apply_handled(world: "World", actor: Actor, event: RecordHandled, number: int) -> None:
    lane_changes.apply_handled(world, actor, event, number)
    table = world.kinesis.applications[actor.memory.application]
    table.leases[event.shard_id].handled = event.sequence_number


def apply_checkpoint(world: "World", actor: Actor, event: Checkpointed, number: int) -> None:
    lease = world.kinesis.applications[event.application].leases[event.shard_id]
    lease.sequence_number = event.sequence_number
    if event.reason == "shard-end":
        lease.ended = True
        lease.owner_before, lease.owner = lease.owner, ""
        world.set_alarm(event.at_ms, number, balance, event.application)
    else:
        lane = actor.memory.lanes.get(event.shard_id)
        if lane is not None:
            lane.unchecked = 0


KCL_WORKER = Kind(
    KclWorkerSettings,
    lanes.Reading,
    begin,
    {},
    {
        **lane_changes.APPLIES,
        RecordHandled: apply_handled,
        StreamReaderWaiting: apply_waiting,
        LeaseWorkerJoined: apply_joined,
        LeaseWorkerGone: apply_gone,
        LeaseExpired: apply_expired,
        LeaseTaken: apply_taken,
        Checkpointed: apply_checkpoint,
    },
)
