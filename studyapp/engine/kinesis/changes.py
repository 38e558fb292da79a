"""What the events of streams and shards change. Nothing here decides, reads the clock or draws a number."""

from bisect import bisect_left
from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.kinesis import record_changes
from studyapp.engine.kinesis.events import (
    ShardsMerged,
    ShardSplit,
    StreamActive,
    StreamCreated,
    StreamDeleted,
    StreamDeleting,
    StreamEncryptionChanged,
    StreamKeyAccessChanged,
    StreamModeChanged,
    StreamPeakSet,
    StreamRecordSizeChanged,
    StreamRetentionChanged,
    StreamScaling,
    StreamUpdating,
)
from studyapp.engine.kinesis.hash_keys import even_starts, sequence_number, shard_name
from studyapp.engine.kinesis.pushing import push
from studyapp.engine.kinesis.resharding import (
    finish_creation,
    finish_deletion,
    finish_update,
    split_hot,
)
from studyapp.engine.kinesis.stream import (
    ACTIVE,
    DELETING,
    ON_DEMAND,
    UPDATING,
    Shard,
    Stream,
)
from studyapp.engine.limits.kinesis import FAN_OUT_LATENCY_MS, HASH_KEYS, HOUR_MS, KIB

if TYPE_CHECKING:
    from studyapp.engine.world import World


def stream_created(world: "World", event: StreamCreated, number: int) -> None:
    stream = Stream(
        event.stream,
        event.at_ms,
        event.stream_mode == ON_DEMAND,
        event.retention_period_hours * HOUR_MS,
        event.max_record_size_in_kib * KIB,
        shard_ms_until_ms=event.at_ms,
    )
    world.kinesis.streams[event.stream] = stream
    _open_even(stream, event.shard_count, event.at_ms, number)
    if event.active_at_ms <= event.at_ms:
        stream.status = ACTIVE
    else:
        world.set_alarm(event.active_at_ms, number, finish_creation, stream)


def _open_even(stream: Stream, count: int, at_ms: int, number: int) -> None:
    starts = even_starts(count)
    ends = [*(start - 1 for start in starts[1:]), HASH_KEYS - 1]
    stream.shards = {}
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        shard = Shard(shard_name(index), index, start, end, at_ms, sequence_number(number, index))
        stream.shards[shard.shard_id] = shard
    stream.open = list(stream.shards.values())
    stream.open_starts = starts
    stream.next_index = count


def stream_updating(world: "World", event: StreamUpdating, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    stream.status = UPDATING
    stream.change = event.change
    if event.reason == "shard-count-asked":
        stream.counts_changed_ms.append(event.at_ms)
    elif event.reason == "mode-asked":
        stream.modes_changed_ms.append(event.at_ms)
    elif event.reason == "encryption-asked":
        stream.keys_changed_ms.append(event.at_ms)
    world.set_alarm(event.ready_at_ms, number, finish_update, stream, event.change)


def stream_active(world: "World", event: StreamActive, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    stream.status = ACTIVE
    stream.change = ()


def stream_deleting(world: "World", event: StreamDeleting, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    stream.status = DELETING
    world.set_alarm(event.gone_at_ms, number, finish_deletion, stream)


def stream_deleted(world: "World", event: StreamDeleted, number: int) -> None:
    del world.kinesis.streams[event.stream]


def retention_changed(world: "World", event: StreamRetentionChanged, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    stream.retention_ms = event.retention_period_hours * HOUR_MS
    for shard in stream.shards.values():
        if shard.trim_set:
            record_changes.set_trim(world, stream, shard, event.at_ms, number)


def record_size_changed(world: "World", event: StreamRecordSizeChanged, number: int) -> None:
    world.kinesis.streams[event.stream].record_bytes_max = event.max_record_size_in_kib * KIB


def mode_changed(world: "World", event: StreamModeChanged, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    stream.on_demand = event.stream_mode == ON_DEMAND
    stream.measured_minute = -1
    for shard in stream.open:
        shard.minute, shard.minute_bytes, shard.splitting = -1, 0, False


def encryption_changed(world: "World", event: StreamEncryptionChanged, number: int) -> None:
    world.kinesis.streams[event.stream].key_id = event.key_id


def key_access_changed(world: "World", event: StreamKeyAccessChanged, number: int) -> None:
    denied = world.kinesis.streams[event.stream].denied
    if event.allowed:
        denied.pop(event.who, None)
    else:
        denied[event.who] = True


def peak_set(world: "World", event: StreamPeakSet, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    _count_shard_time(stream, event.at_ms)
    _open_even(stream, event.shard_count, event.at_ms, number)


def scaling(world: "World", event: StreamScaling, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    for shard_id in event.shard_ids:
        stream.shards[shard_id].splitting = True
    world.set_alarm(event.ready_at_ms, number, split_hot, stream, event.shard_ids)


def shard_split(world: "World", event: ShardSplit, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    parent = stream.shards[event.shard_id]
    middle = int(event.new_starting_hash_key)
    _close(world, stream, parent, event.at_ms, number, (event.low_shard_id, event.high_shard_id))
    low = _child(stream, event.low_shard_id, parent.starting_hash_key, middle - 1, event, number)
    high = _child(stream, event.high_shard_id, middle, parent.ending_hash_key, event, number)
    low.parent_shard_id = high.parent_shard_id = parent.shard_id
    place = bisect_left(stream.open_starts, parent.starting_hash_key)
    stream.open[place : place + 1] = [low, high]
    stream.open_starts[place : place + 1] = [low.starting_hash_key, middle]


def shards_merged(world: "World", event: ShardsMerged, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    one, other = stream.shards[event.shard_id], stream.shards[event.adjacent_shard_id]
    for parent in (one, other):
        _close(world, stream, parent, event.at_ms, number, (event.child_shard_id,))
    start = min(one.starting_hash_key, other.starting_hash_key)
    end = max(one.ending_hash_key, other.ending_hash_key)
    child = _child(stream, event.child_shard_id, start, end, event, number)
    child.parent_shard_id = one.shard_id
    child.adjacent_parent_shard_id = other.shard_id
    place = bisect_left(stream.open_starts, start)
    stream.open[place : place + 2] = [child]
    stream.open_starts[place : place + 2] = [start]


def _child(
    stream: Stream,
    shard_id: str,
    start: int,
    end: int,
    event: ShardSplit | ShardsMerged,
    number: int,
) -> Shard:
    index = stream.next_index
    stream.next_index += 1
    child = Shard(shard_id, index, start, end, event.at_ms, sequence_number(number, index))
    stream.shards[shard_id] = child
    return child


def _close(
    world: "World",
    stream: Stream,
    shard: Shard,
    at_ms: int,
    number: int,
    children: tuple[str, ...],
) -> None:
    _count_shard_time(stream, at_ms)
    shard.closed_ms = at_ms
    shard.ending_sequence_number = sequence_number(number, shard.index)
    shard.children.extend(children)
    shard.splitting = False
    for subscription in shard.subscriptions.values():
        if not subscription.push_set:
            subscription.push_set = True
            world.set_alarm(at_ms + FAN_OUT_LATENCY_MS, number, push, stream, shard, subscription)


def _count_shard_time(stream: Stream, at_ms: int) -> None:
    stream.shard_ms += len(stream.open) * (at_ms - stream.shard_ms_until_ms)
    stream.shard_ms_until_ms = at_ms


APPLY: Apply = {
    StreamCreated: stream_created,
    StreamUpdating: stream_updating,
    StreamActive: stream_active,
    StreamDeleting: stream_deleting,
    StreamDeleted: stream_deleted,
    StreamRetentionChanged: retention_changed,
    StreamRecordSizeChanged: record_size_changed,
    StreamModeChanged: mode_changed,
    StreamEncryptionChanged: encryption_changed,
    StreamKeyAccessChanged: key_access_changed,
    StreamPeakSet: peak_set,
    StreamScaling: scaling,
    ShardSplit: shard_split,
    ShardsMerged: shards_merged,
    **record_changes.APPLY,
}
