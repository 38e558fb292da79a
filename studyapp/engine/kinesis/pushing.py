"""Enhanced fan-out: a shard pushes its records to each subscriber by itself (KDS-25, KDS-X09, KDS-X10).

A push leaves FAN_OUT_LATENCY_MS after the first record that waits for it and takes along what came meanwhile,
as far as the subscriber's 2 MB of that second reach.
"""

from typing import TYPE_CHECKING

from studyapp.engine.kinesis.events import RecordsPushed, ShardSubscriptionEnded
from studyapp.engine.kinesis.stream import Shard, Stream, Subscription
from studyapp.engine.kinesis.throughput import bytes_in
from studyapp.engine.limits.kinesis import FAN_OUT_BYTES, FAN_OUT_LATENCY_MS, GET_RECORDS_MAX

if TYPE_CHECKING:
    from studyapp.engine.world import World


def push(world: "World", stream: Stream, shard: Shard, subscription: Subscription) -> None:
    """An alarm: the next push of a subscription is due."""
    if shard.subscriptions.get(subscription.consumer) is not subscription:
        return
    if world.kinesis.streams.get(stream.name) is not stream:
        return
    now_ms = world.now_ms
    second = now_ms // 1000
    used = bytes_in(subscription.used, second, FAN_OUT_BYTES)
    first = max(subscription.place, shard.horizon(now_ms, stream.retention_ms))
    index = first - shard.first_place
    records = shard.records
    count = size_bytes = 0
    full = False
    for record in records[index : index + GET_RECORDS_MAX]:
        full = used + size_bytes > 0 and used + size_bytes + record.size_bytes > FAN_OUT_BYTES
        if full:
            break
        size_bytes += record.size_bytes
        count += 1
    following = first + count
    ended = following == shard.end() and shard.closed_ms >= 0
    next_push_ms = None
    behind_ms = 0
    if following < shard.end():
        behind_ms = now_ms - records[index + max(count - 1, 0)].at_ms
        free_second = second + max(1, (used + size_bytes) // FAN_OUT_BYTES)
        next_push_ms = free_second * 1000 if full else now_ms + FAN_OUT_LATENCY_MS
    world.record(
        RecordsPushed(
            now_ms,
            world.cause,
            "shard-end" if ended else "" if count else "fan-out-bytes-exceeded",
            subscription.by,
            stream.name,
            subscription.consumer,
            shard.shard_id,
            subscription.number,
            records[index].sequence_number if count else "",
            records[index + count - 1].sequence_number if count else "",
            count,
            size_bytes,
            following,
            None if ended else shard.sequence_before(following),
            behind_ms,
            tuple(shard.children) if ended else (),
            next_push_ms,
        )
    )
    if ended:
        end_subscription(world, stream, shard, subscription, "shard-end", None)


def end_subscription(
    world: "World",
    stream: Stream,
    shard: Shard,
    subscription: Subscription,
    reason: str,
    continuation: str | None,
) -> None:
    """A subscription ends; its subscriber may go on from `continuation`."""
    world.record(
        ShardSubscriptionEnded(
            world.now_ms,
            world.cause,
            reason,
            subscription.by,
            stream.name,
            subscription.consumer,
            shard.shard_id,
            subscription.number,
            continuation,
        )
    )


def end_in_time(world: "World", stream: Stream, shard: Shard, subscription: Subscription) -> None:
    """An alarm: a subscription has lasted five minutes."""
    if shard.subscriptions.get(subscription.consumer) is subscription:
        place = subscription.place
        end_subscription(
            world,
            stream,
            shard,
            subscription,
            "subscription-time-ended",
            shard.sequence_before(place),
        )
