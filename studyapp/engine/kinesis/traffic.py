"""Much data in few records, for lessons about capacity: the records say how large they are."""

from typing import TYPE_CHECKING

from studyapp.engine.kinesis.events import StreamTraffic
from studyapp.engine.kinesis.parameters import check_range, invalid, usable_stream
from studyapp.engine.kinesis.put_actions import PutRecordsAnswer, put_all, sized_record
from studyapp.engine.kinesis.stream import CREATING, Stream
from studyapp.engine.limits.kinesis import PARTITION_KEY_MAX

if TYPE_CHECKING:
    from studyapp.engine.world import World

RECORDS_MAX = 10_000
TIMES_MAX = 100_000
EVERY_MAX_MS = 86_400_000
_PREFIX_MAX = PARTITION_KEY_MAX - 20


def put_records_of_size(
    world: "World",
    by: str,
    *,
    stream: str,
    partition_key_prefix: str,
    record_count: int,
    record_size_bytes: int,
    times: int = 1,
    every_ms: int = 1_000,
) -> PutRecordsAnswer:
    """Put `record_count` records, each counting as `record_size_bytes`, with mixed keys that begin with a
    prefix; and again every `every_ms` until it was done `times` times. Returns what became of the first ones.

    Raises:
        Refused: stream-not-found, stream-parameter-invalid or record-too-large.
    """
    target = usable_stream(world, stream)
    if not 0 < len(partition_key_prefix) <= _PREFIX_MAX:
        raise invalid(
            "partitionKeyPrefix", partition_key_prefix, f"Member must have 1 to {_PREFIX_MAX}"
        )
    check_range("recordCount", record_count, 1, RECORDS_MAX)
    check_range("recordSizeBytes", record_size_bytes, 1, target.record_bytes_max)
    check_range("times", times, 1, TIMES_MAX)
    check_range("everyMs", every_ms, 1, EVERY_MAX_MS)
    return _once(
        world,
        target,
        StreamTraffic(
            world.now_ms,
            world.cause,
            "",
            target.name,
            by,
            partition_key_prefix,
            record_count,
            record_size_bytes,
            times - 1,
            every_ms,
        ),
    )


def go_on(world: "World", before: StreamTraffic) -> None:
    """An alarm: the same amount again. It ends when its stream does."""
    stream = world.kinesis.streams.get(before.stream)
    if stream is not None and stream.status != CREATING:
        left = before.times_left - 1
        _once(
            world,
            stream,
            before._replace(at_ms=world.now_ms, cause=world.cause, times_left=left),
        )


def _once(world: "World", stream: Stream, event: StreamTraffic) -> PutRecordsAnswer:
    number = world.record(event)
    size_bytes = event.record_size_bytes
    data = f"{size_bytes} bytes"
    records = [
        sized_record(f"{event.partition_key_prefix}-{number + place}", data, size_bytes)
        for place in range(event.record_count)
    ]
    return put_all(world, event.by, stream, records)
