"""Shards are split and merged: because somebody asked, or because an on-demand stream grows (KDS-X11 to X14).

A closed parent keeps its records; its children take the new ones.
"""

from bisect import bisect_left
from typing import TYPE_CHECKING

from studyapp.engine.kinesis.events import (
    ShardsMerged,
    ShardSplit,
    StreamActive,
    StreamDeleted,
    StreamEncryptionChanged,
    StreamModeChanged,
    StreamScaling,
)
from studyapp.engine.kinesis.hash_keys import even_starts, shard_name
from studyapp.engine.kinesis.pushing import end_subscription
from studyapp.engine.kinesis.stream import DELETING, Shard, Stream
from studyapp.engine.limits.kinesis import (
    HASH_KEYS,
    MEASURE_EVERY_MS,
    ON_DEMAND_SCALING_MS,
    ON_DEMAND_SPLIT_ABOVE_BYTES,
    ON_DEMAND_WRITE_MAX_BYTES,
    SHARD_WRITE_BYTES,
)

if TYPE_CHECKING:
    from studyapp.engine.world import World

_OPEN_MAX = ON_DEMAND_WRITE_MAX_BYTES // SHARD_WRITE_BYTES


def split(world: "World", stream: Stream, shard: Shard, start: int, reason: str) -> None:
    """Close an open shard; its children meet at the hash key `start`."""
    low, high = shard_name(stream.next_index), shard_name(stream.next_index + 1)
    world.record(
        ShardSplit(
            world.now_ms, world.cause, reason, stream.name, shard.shard_id, str(start), low, high
        )
    )


def merge(world: "World", stream: Stream, low: Shard, high: Shard, reason: str) -> None:
    """Close two open neighbours; one child takes both ranges."""
    child = shard_name(stream.next_index)
    world.record(
        ShardsMerged(
            world.now_ms, world.cause, reason, stream.name, low.shard_id, high.shard_id, child
        )
    )


def reach_even_shards(world: "World", stream: Stream, count: int) -> None:
    """Split and merge until `count` even shards are open, as UpdateShardCount does (KDS-X14).

    Every shard is split where an even shard is to start, then the pieces of one even shard are merged.
    """
    starts = even_starts(count)
    for start in starts:
        shard = stream.shard_for(start)
        if shard.starting_hash_key != start:
            split(world, stream, shard, start, "shard-count")
    for start, following in zip(starts, [*starts[1:], HASH_KEYS], strict=True):
        place = bisect_left(stream.open_starts, start)
        while place + 1 < len(stream.open) and stream.open_starts[place + 1] < following:
            merge(world, stream, stream.open[place], stream.open[place + 1], "shard-count")


def finish_update(world: "World", stream: Stream, change: tuple[str, ...]) -> None:
    """An alarm: what a stream was UPDATING for is ready."""
    if stream.change is not change or world.kinesis.streams.get(stream.name) is not stream:
        return
    now_ms, cause, name = world.now_ms, world.cause, stream.name
    kind, *values = change
    if kind == "split":
        split(world, stream, stream.shards[values[0]], int(values[1]), "asked")
    elif kind == "merge":
        merge(world, stream, stream.shards[values[0]], stream.shards[values[1]], "asked")
    elif kind == "shard-count":
        reach_even_shards(world, stream, int(values[0]))
    elif kind == "mode":
        world.record(StreamModeChanged(now_ms, cause, "", name, values[0]))
    else:
        world.record(StreamEncryptionChanged(now_ms, cause, "", name, values[0]))
    world.record(StreamActive(now_ms, cause, "updated", name))


def finish_creation(world: "World", stream: Stream) -> None:
    """An alarm: a stream is ready for records."""
    if world.kinesis.streams.get(stream.name) is stream and stream.status == "CREATING":
        world.record(StreamActive(world.now_ms, world.cause, "created", stream.name))


def finish_deletion(world: "World", stream: Stream) -> None:
    """An alarm: a stream is gone with everything in it."""
    if world.kinesis.streams.get(stream.name) is stream and stream.status == DELETING:
        for shard in stream.shards.values():
            for subscription in tuple(shard.subscriptions.values()):
                end_subscription(world, stream, shard, subscription, "stream-deleted", None)
        world.record(StreamDeleted(world.now_ms, world.cause, "", stream.name))


def measure(world: "World", stream: Stream, minute: int) -> None:
    """An alarm: look at the traffic of a minute of an on-demand stream.

    A shard that took in more than 500 KB/s is split about 15 minutes later, so that a stream can always take
    about double of what it has had (KDS-34).
    """
    if not stream.on_demand or world.kinesis.streams.get(stream.name) is not stream:
        return
    limit = ON_DEMAND_SPLIT_ABOVE_BYTES * MEASURE_EVERY_MS // 1000
    hot = tuple(
        shard.shard_id
        for shard in stream.open
        if shard.minute == minute and shard.minute_bytes > limit and not shard.splitting
    )[: max(0, _OPEN_MAX - len(stream.open))]
    if hot:
        world.record(
            StreamScaling(
                world.now_ms,
                world.cause,
                "shards-above-half",
                stream.name,
                hot,
                world.now_ms + ON_DEMAND_SCALING_MS,
            )
        )


def split_hot(world: "World", stream: Stream, shard_ids: tuple[str, ...]) -> None:
    """An alarm: an on-demand stream has got new shards."""
    if not stream.on_demand or world.kinesis.streams.get(stream.name) is not stream:
        return
    for shard_id in shard_ids:
        shard = stream.shards.get(shard_id)
        if (
            shard is not None
            and shard.closed_ms < 0
            and shard.splitting
            and shard.starting_hash_key < shard.ending_hash_key
        ):
            middle = (shard.starting_hash_key + shard.ending_hash_key + 1) // 2
            split(world, stream, shard, middle, "on-demand-scaled")
