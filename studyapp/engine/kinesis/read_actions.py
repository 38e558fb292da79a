"""GetShardIterator and GetRecords: shared readers, who pull and divide a shard's 2 MB/s (KDS-24, KDS-X07)."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.kinesis.events import (
    ReadThrottled,
    RecordPut,
    RecordsRead,
    ShardIteratorGiven,
)
from studyapp.engine.kinesis.iterators import (
    TYPES,
    read_iterator,
    starting_place,
    written_iterator,
)
from studyapp.engine.kinesis.parameters import (
    check_choice,
    check_key_access,
    check_range,
    invalid,
    shard_of,
    usable_stream,
)
from studyapp.engine.kinesis.shard_actions import ChildShard, child_shards
from studyapp.engine.kinesis.stream import Shard, Stream
from studyapp.engine.kinesis.throughput import iterator_refused, read_refused
from studyapp.engine.limits.kinesis import GET_RECORDS_MAX, GET_RECORDS_MAX_BYTES
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


class GetRecordsAnswer(NamedTuple):
    """What GetRecords found; the event of it is a RecordsRead."""

    records: tuple[RecordPut, ...]
    next_shard_iterator: str | None
    millis_behind_latest: int
    child_shards: tuple[ChildShard, ...]


def get_shard_iterator(
    world: "World",
    by: str,
    *,
    stream: str,
    shard_id: str,
    shard_iterator_type: str,
    starting_sequence_number: str | None = None,
    timestamp_ms: int | None = None,
) -> str:
    """GetShardIterator. `timestamp_ms` is AWS's Timestamp, in virtual milliseconds.

    Raises:
        Refused: stream-not-found, shard-not-found, stream-parameter-invalid, starting-number-missing,
            starting-number-invalid, timestamp-in-future or shard-iterator-calls-exceeded.
    """
    target = usable_stream(world, stream)
    shard = shard_of(world, target, shard_id)
    check_choice("shardIteratorType", shard_iterator_type, TYPES)
    place = starting_place(
        world, target, shard, shard_iterator_type, starting_sequence_number, timestamp_ms
    )
    _throttle(world, by, target, shard, iterator_refused(shard, world.now_ms))
    iterator = written_iterator(target, shard, place, world.now_ms)
    world.record(
        ShardIteratorGiven(
            world.now_ms,
            world.cause,
            "",
            by,
            target.name,
            shard.shard_id,
            shard_iterator_type,
            iterator,
        )
    )
    return iterator


def get_records(
    world: "World",
    by: str,
    *,
    shard_iterator: str,
    limit: int = GET_RECORDS_MAX,
    stream: str | None = None,
) -> GetRecordsAnswer:
    """GetRecords: up to `limit` records and 10 MB.

    Raises:
        Refused: iterator-invalid, iterator-expired, stream-not-found, shard-not-found,
            stream-parameter-invalid, kms-access-denied, shard-read-calls-exceeded or
            shard-read-bytes-exceeded.
    """
    check_range("limit", limit, 1, GET_RECORDS_MAX)
    target, shard, place = read_iterator(world, shard_iterator)
    if stream is not None and short(stream) != target.name:
        raise invalid("streamARN", stream, "Member must name the stream of the iterator")
    check_key_access(target, by)
    now_ms = world.now_ms
    _throttle(world, by, target, shard, read_refused(shard, now_ms))
    first = max(place, shard.horizon(now_ms, target.retention_ms))
    start = first - shard.first_place
    waiting = len(shard.records) - start
    count, size_bytes = min(limit, waiting), 0
    for taken in range(count):
        size = shard.records[start + taken].size_bytes
        if size_bytes + size > GET_RECORDS_MAX_BYTES:
            count = taken
            break
        size_bytes += size
    records = tuple(shard.records[start : start + count])
    ended = shard.closed_ms >= 0 and count == waiting
    following = None if ended else written_iterator(target, shard, first + count, now_ms)
    behind_ms = now_ms - records[-1].at_ms if count < waiting else 0
    world.record(
        RecordsRead(
            now_ms,
            world.cause,
            "shard-end" if ended else "" if count else "nothing-new",
            by,
            target.name,
            shard.shard_id,
            records[0].sequence_number if count else "",
            records[-1].sequence_number if count else "",
            count,
            size_bytes,
            first + count,
            following,
            behind_ms,
            tuple(shard.children) if ended else (),
        )
    )
    children = child_shards(target, shard) if ended else ()
    return GetRecordsAnswer(records, following, behind_ms, children)


def _throttle(world: "World", by: str, stream: Stream, shard: Shard, reason: str) -> None:
    if reason:
        world.record(
            ReadThrottled(world.now_ms, world.cause, reason, by, stream.name, shard.shard_id)
        )
        raise Refused(reason, shard=shard.shard_id, stream=stream.name)
