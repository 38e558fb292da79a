"""What CloudWatch would show of a stream, and what it has cost so far (KDS-X20, KDS-X21, KDS-30)."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.kinesis.parameters import stream_named

if TYPE_CHECKING:
    from studyapp.engine.world import World


class ShardMetrics(NamedTuple):
    """A shard. `..._per_second` is the last whole second, `..._this_second` the one that runs."""

    shard_id: str
    is_open: bool
    bytes_per_second: int
    records_per_second: int
    bytes_this_second: int
    records_this_second: int
    bytes_in: int
    records_in: int
    bytes_out: int
    bytes_pushed: int
    records_kept: int
    write_throttled: int
    read_throttled: int


class StreamMetrics(NamedTuple):
    """A stream. `iterator_age_ms`: how old the oldest record is that each reader has not read, 0 if none.

    `shard_ms` is the sum of the time that each shard was open, `payload_units` that of records in units of
    25 KB: what a provisioned stream costs.
    """

    shards: tuple[ShardMetrics, ...]
    iterator_age_ms: dict[str, int]
    open_shard_count: int
    write_throttled: int
    read_throttled: int
    bytes_in: int
    records_in: int
    shard_ms: int
    payload_units: int


def metrics(world: "World", stream: str) -> StreamMetrics:
    """The figures of a stream now.

    Raises:
        Refused: stream-not-found.
    """
    target = stream_named(world, stream)
    now_ms = world.now_ms
    second = now_ms // 1000
    shards = []
    for shard in target.shards.values():
        written, before = shard.written, shard.second_before
        last = written if written.second == second - 1 else before
        whole = last.second == second - 1
        now = written.second == second
        shards.append(
            ShardMetrics(
                shard.shard_id,
                shard.closed_ms < 0,
                last.bytes if whole else 0,
                last.count if whole else 0,
                written.bytes if now else 0,
                written.count if now else 0,
                shard.bytes_in,
                shard.end(),
                shard.bytes_out,
                shard.bytes_pushed,
                shard.end() - shard.horizon(now_ms, target.retention_ms),
                shard.write_throttled,
                shard.read_throttled,
            )
        )
    ages = {}
    for reader, places in target.readers.items():
        age_ms = 0
        for shard_id, place in places.items():
            read = target.shards[shard_id]
            first = max(place, read.horizon(now_ms, target.retention_ms))
            if first < read.end():
                age_ms = max(age_ms, now_ms - read.records[first - read.first_place].at_ms)
        ages[reader] = age_ms
    open_ms = len(target.open) * (now_ms - target.shard_ms_until_ms)
    return StreamMetrics(
        tuple(shards),
        ages,
        len(target.open),
        sum(each.write_throttled for each in shards),
        sum(each.read_throttled for each in shards),
        sum(each.bytes_in for each in shards),
        sum(each.records_in for each in shards),
        target.shard_ms + open_ms,
        sum(shard.payload_units for shard in target.shards.values()),
    )
