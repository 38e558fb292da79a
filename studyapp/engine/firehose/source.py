"""A Kinesis stream as the source: Firehose reads each shard once per second while something is new (FH-X08).

Its reads are GetRecords like those of others: they use the shard's shared read limits, and an encrypted stream
can be read only with permission to use its key (KDS-39).
"""

from typing import TYPE_CHECKING

from studyapp.engine.calls import React
from studyapp.engine.firehose.events import SourceRead, SourceReadPlanned
from studyapp.engine.firehose.intake import buffer_record, size_of
from studyapp.engine.firehose.stream import DeliveryStream
from studyapp.engine.kinesis.events import (
    ReadThrottled,
    RecordPut,
    RecordsRead,
    StreamEncryptionChanged,
    StreamKeyAccessChanged,
)
from studyapp.engine.kinesis.parameters import check_key_access
from studyapp.engine.kinesis.stream import Shard
from studyapp.engine.kinesis.throughput import read_refused
from studyapp.engine.limits import firehose as limits
from studyapp.engine.limits.kinesis import GET_RECORDS_MAX, GET_RECORDS_MAX_BYTES
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def notice(world: "World", event: RecordPut, number: int) -> None:
    """A shard has something new: each Firehose stream that reads it plans its next read."""
    for name in world.firehose.readers_of.get(event.stream, ()):
        stream = world.firehose.delivery_streams[name]
        reader = stream.readers.get(event.shard_id)
        if reader is None or not reader.planned:
            _plan(world, stream, event.shard_id, number)


def notice_access(
    world: "World", event: StreamKeyAccessChanged | StreamEncryptionChanged, number: int
) -> None:
    """What could not be read without the key may be readable now."""
    source = world.kinesis.streams[event.stream]
    for name in world.firehose.readers_of.get(event.stream, ()):
        stream = world.firehose.delivery_streams[name]
        for shard_id, reader in stream.readers.items():
            shard = source.shards.get(shard_id)
            if shard is not None and reader.position < shard.end() and not reader.planned:
                _plan(world, stream, shard_id, number)


def _plan(world: "World", stream: DeliveryStream, shard_id: str, cause: int) -> None:
    passed = (world.now_ms - stream.created_ms) // limits.READ_EVERY_MS
    read_at_ms = stream.created_ms + (passed + 1) * limits.READ_EVERY_MS
    world.record(
        SourceReadPlanned(
            world.now_ms,
            cause,
            "",
            stream.name,
            stream.settings.source_stream,
            shard_id,
            read_at_ms,
        )
    )


def read_shard(world: "World", name: str, number: int, shard_id: str) -> None:
    """The time for the next read of a shard has come."""
    stream = world.firehose.delivery_streams.get(name)
    if stream is None or stream.number != number:
        return
    source = world.kinesis.streams.get(stream.settings.source_stream)
    shard = source.shards.get(shard_id) if source is not None else None
    position = stream.readers[shard_id].position
    if source is None or shard is None:
        _note(world, stream, shard_id, "", position, 0)
        return
    by = f"firehose:{name}"
    try:
        check_key_access(source, name)
    except Refused as refusal:
        _note(world, stream, shard_id, refusal.reason, position, 0)
        return
    if fault := read_refused(shard, world.now_ms):
        throttled = world.record(
            ReadThrottled(world.now_ms, world.cause, fault, by, source.name, shard_id)
        )
        _note(world, stream, shard_id, "shard-read-throttled", position, 0)
        _plan(world, stream, shard_id, throttled)
        return
    place = max(min(position, shard.end()), shard.horizon(world.now_ms, source.retention_ms))
    records = _answer(shard, place)
    place += len(records)
    is_last = place >= shard.end()
    waiting = None if is_last else shard.records[place - shard.first_place]
    cause = world.record(
        RecordsRead(
            world.now_ms,
            world.cause,
            "" if records else "nothing-new",
            by,
            source.name,
            shard_id,
            records[0].sequence_number if records else "",
            records[-1].sequence_number if records else "",
            len(records),
            sum(record.size_bytes for record in records),
            place,
            "",
            0 if waiting is None else world.now_ms - waiting.at_ms,
            (),
        )
    )
    _note(world, stream, shard_id, "", place, len(records))
    for record in records:
        # Without the key; a record of declared size is larger than its text.
        size_bytes = record.size_bytes - size_of(record.partition_key)
        buffer_record(world, stream, record.data, size_bytes, cause, "", by, "kinesis")
    if waiting is not None:
        _plan(world, stream, shard_id, cause)


def _answer(shard: Shard, place: int) -> list[RecordPut]:
    """What one GetRecords call gives from a place on."""
    first = place - shard.first_place
    found = shard.records[first : first + GET_RECORDS_MAX]
    size_bytes = 0
    for count, record in enumerate(found):
        size_bytes += record.size_bytes
        if count and size_bytes > GET_RECORDS_MAX_BYTES:
            return found[:count]
    return found


def _note(
    world: "World", stream: DeliveryStream, shard_id: str, reason: str, position: int, count: int
) -> None:
    world.record(
        SourceRead(
            world.now_ms,
            world.cause,
            reason,
            stream.name,
            stream.settings.source_stream,
            shard_id,
            position,
            count,
        )
    )


REACT: React = {
    RecordPut: notice,
    StreamKeyAccessChanged: notice_access,
    StreamEncryptionChanged: notice_access,
}
