"""`stream-reader`: a program that reads a whole Kinesis stream by itself, shared or with enhanced fan-out.

It reads parents to their end before their children, and starts from its start position again after a crash,
because it keeps no checkpoints; `kcl-worker` does.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.kinesis import lane_changes, lanes
from studyapp.engine.kinesis.events import RecordsPushed, ShardSubscriptionEnded
from studyapp.engine.kinesis.parameters import stream_named
from studyapp.engine.kinesis.reader_events import (
    ShardReadingStarted,
    ShardSubscriptionPlanned,
    StreamReaderWaiting,
)
from studyapp.engine.kinesis.shard_actions import parents
from studyapp.engine.kinesis.stream import Shard, Stream
from studyapp.engine.limits.kinesis import CONSUMER_CREATING_MS, GET_RECORDS_MAX
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

# How long a reader waits for a stream, a consumer or a subscription before it tries again.
TRY_AGAIN_MS = 1_000


@dataclass(frozen=True, slots=True)
class StreamReaderSettings:
    """`mode` shared: it polls each shard every `poll_every_ms`. `mode` fan-out: it registers `consumer` (or
    its own name) and is pushed to. Each record takes `handling_ms`, one after the other in a shard.

    `fails_on`: a record with these data is tried again and again and holds up its shard.
    `crash_after_records`: it crashes after so many records, in its first `crash_lives` lives, and starts
    again after `restart_after_ms` (0: it stays down).
    """

    stream: str
    mode: str = field(default="shared", metadata={"choices": ("shared", "fan-out")})
    start_position: str = field(
        default="TRIM_HORIZON", metadata={"choices": ("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP")}
    )
    start_timestamp_ms: int = 0
    poll_every_ms: int = field(default=1_000, metadata={"min": 1, "max": 3_600_000})
    batch_limit: int = field(default=GET_RECORDS_MAX, metadata={"min": 1, "max": GET_RECORDS_MAX})
    handling_ms: int = field(default=0, metadata={"max": 86_400_000})
    consumer: str = ""
    fails_on: str = ""
    crash_after_records: int = 0
    crash_lives: int = 1
    restart_after_ms: int = field(default=0, metadata={"max": 86_400_000})


def begin(world: "World", actor: Actor) -> None:
    """Look at the shards and turn to those that come first."""
    settings = actor.settings
    try:
        world.call("kinesis.ListShards", actor.name, stream=settings.stream)
        stream = stream_named(world, settings.stream)
        if settings.mode == "fan-out" and not _consumer_is_ready(world, actor, stream):
            return
    except Refused as refusal:
        _wait(world, actor, refusal.reason, TRY_AGAIN_MS)
        return
    position = settings.start_position
    at_ms = min(settings.start_timestamp_ms, world.now_ms)
    timestamp_ms = at_ms if position == "AT_TIMESTAMP" else None
    cause = world.cause
    for shard in tuple(stream.shards.values()):
        if _comes_first(world, stream, shard, position, at_ms):
            lanes.start_lane(world, actor, stream, shard, position, timestamp_ms, cause, "started")


def _consumer_is_ready(world: "World", actor: Actor, stream: Stream) -> bool:
    name = actor.settings.consumer or actor.name
    consumer = stream.consumers.get(name)
    if consumer is None:
        world.call(
            "kinesis.RegisterStreamConsumer", actor.name, stream=stream.name, consumer_name=name
        )
        _wait(world, actor, "consumer-creating", CONSUMER_CREATING_MS)
        return False
    if not consumer.active:
        _wait(world, actor, "consumer-creating", TRY_AGAIN_MS)
        return False
    return True


def _wait(world: "World", actor: Actor, reason: str, wait_ms: int) -> None:
    now_ms = world.now_ms
    world.record(StreamReaderWaiting(now_ms, world.cause, reason, actor.name, now_ms + wait_ms))


def _comes_first(world: "World", stream: Stream, shard: Shard, position: str, at_ms: int) -> bool:
    """Of each line of shards exactly one comes first, and its descendants follow from it."""
    if shard.expired(world.now_ms, stream.retention_ms):
        return False
    if position == "LATEST":
        return shard.closed_ms < 0
    if position == "AT_TIMESTAMP" and shard.opened_ms <= at_ms and parents(shard):
        return shard.closed_ms < 0 or shard.closed_ms > at_ms
    if position == "AT_TIMESTAMP" and 0 <= shard.closed_ms <= at_ms:
        return False
    return all(
        stream.shards[each].expired(world.now_ms, stream.retention_ms) for each in parents(shard)
    )


def try_again(world: "World", name: str, life: int) -> None:
    """An alarm: the stream or the consumer may be ready now."""
    actor = world.actors.actors[name]
    if actor.running and actor.life == life:
        begin(world, actor)


def subscribe(world: "World", name: str, life: int, shard_id: str, turn: int) -> None:
    """An alarm: a lane asks to be pushed to."""
    actor = world.actors.actors[name]
    if not actor.running or actor.life != life:
        return
    lane = actor.memory.lanes.get(shard_id)
    if lane is None or lane.subscribe_turn != turn:
        return
    after = lane.subscribe_after
    position: dict[str, str | int | None] = {"type": lane.position}
    if after:
        position = {"type": "AFTER_SEQUENCE_NUMBER", "sequence_number": after}
    elif lane.timestamp_ms is not None:
        position["timestamp_ms"] = lane.timestamp_ms
    settings = actor.settings
    try:
        world.call(
            "kinesis.SubscribeToShard",
            name,
            stream=actor.memory.stream,
            consumer=settings.consumer or name,
            shard_id=shard_id,
            starting_position=position,
        )
    except Refused as refusal:
        if refusal.reason == "shard-not-found":
            lanes.finish(world, actor, lane, "shard-expired", world.cause)
        else:
            _plan_subscription(world, actor, shard_id, refusal.reason, after, TRY_AGAIN_MS)


def subscription_ended(
    world: "World", actor: Actor, event: ShardSubscriptionEnded, number: int
) -> None:
    """After five minutes it subscribes again and goes on where the pushes stopped."""
    lane = actor.memory.lanes.get(event.shard_id)
    if lane is not None and event.reason == "subscription-time-ended":
        after = event.continuation_sequence_number or ""
        _plan_subscription(world, actor, event.shard_id, event.reason, after, 0)


def _plan_subscription(
    world: "World", actor: Actor, shard_id: str, reason: str, after: str, wait_ms: int
) -> None:
    now_ms = world.now_ms
    world.record(
        ShardSubscriptionPlanned(
            now_ms, world.cause, reason, actor.name, shard_id, after, now_ms + wait_ms
        )
    )


def apply_waiting(world: "World", actor: Actor, event: StreamReaderWaiting, number: int) -> None:
    world.set_alarm(event.due_ms, number, try_again, actor.name, actor.life)


def apply_started(world: "World", actor: Actor, event: ShardReadingStarted, number: int) -> None:
    actor.memory.stream = event.stream
    lane = lanes.Lane(event.shard_id, number, event.at_ms, event.position, event.timestamp_ms)
    lane.fan_out = event.fan_out
    lane.subscribe_turn = number
    actor.memory.lanes[event.shard_id] = lane
    ring = subscribe if event.fan_out else lanes.step
    world.set_alarm(event.at_ms, number, ring, actor.name, actor.life, event.shard_id, number)


def apply_subscription(
    world: "World", actor: Actor, event: ShardSubscriptionPlanned, number: int
) -> None:
    lane = actor.memory.lanes[event.shard_id]
    lane.subscribe_turn = number
    lane.subscribe_after = event.sequence_number
    world.set_alarm(event.due_ms, number, subscribe, actor.name, actor.life, event.shard_id, number)


STREAM_READER = Kind(
    StreamReaderSettings,
    lanes.Reading,
    begin,
    {RecordsPushed: lanes.take_push, ShardSubscriptionEnded: subscription_ended},
    {
        **lane_changes.APPLIES,
        StreamReaderWaiting: apply_waiting,
        ShardReadingStarted: apply_started,
        ShardSubscriptionPlanned: apply_subscription,
    },
)
