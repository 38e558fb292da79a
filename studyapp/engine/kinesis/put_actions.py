"""PutRecord and PutRecords: a record goes into the one shard that its key belongs to (KDS-13, KDS-X01, X02)."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Entries
from studyapp.engine.kinesis.events import RecordPut, RecordsThrottled
from studyapp.engine.kinesis.hash_keys import key_hash, sequence_number
from studyapp.engine.kinesis.parameters import (
    check_key_access,
    check_sequence_number,
    fields,
    hash_key,
    invalid,
    usable_stream,
)
from studyapp.engine.kinesis.stream import Shard, Stream
from studyapp.engine.kinesis.throughput import write_refused
from studyapp.engine.limits.kinesis import (
    PARTITION_KEY_MAX,
    PUT_RECORDS_MAX,
    PUT_RECORDS_MAX_BYTES,
)
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


class PutRecordsResult(NamedTuple):
    """What became of one record of PutRecords: where it is, or why it is not there."""

    shard_id: str | None
    sequence_number: str | None
    error_code: str | None = None
    error_message: str | None = None


class PutRecordsAnswer(NamedTuple):
    """One result for each record, in the order of the request."""

    failed_record_count: int
    records: tuple[PutRecordsResult, ...]


class _Checked(NamedTuple):
    """A record whose parameters are in order."""

    partition_key: str
    data: str
    size_bytes: int
    hash_key: int


_ENTRY = {"data": str, "partition_key": str, "explicit_hash_key": str}


def put_record(
    world: "World",
    by: str,
    *,
    stream: str,
    data: str,
    partition_key: str,
    explicit_hash_key: str | None = None,
    sequence_number_for_ordering: str | None = None,
) -> RecordPut:
    """PutRecord. Sequence numbers always rise here, so `sequence_number_for_ordering` is only checked.

    Raises:
        Refused: stream-not-found, stream-parameter-invalid, hash-key-too-high, record-too-large,
            ordering-number-invalid, kms-access-denied, shard-write-bytes-exceeded or
            shard-write-records-exceeded.
    """
    target = usable_stream(world, stream)
    record = _checked(target, partition_key, data, explicit_hash_key)
    if sequence_number_for_ordering is not None:
        _check_ordering(world, target, sequence_number_for_ordering)
    if target.key_id:
        check_key_access(target, by)
    shard = target.shard_for(record.hash_key)
    now_ms = world.now_ms
    reason = write_refused(shard, now_ms, record.size_bytes)
    if reason:
        world.record(
            RecordsThrottled(
                now_ms, world.cause, reason, target.name, shard.shard_id, by, 1, record.size_bytes
            )
        )
        raise Refused(reason, shard=shard.shard_id, stream=target.name)
    event = RecordPut(
        now_ms,
        world.cause,
        "",
        target.name,
        shard.shard_id,
        sequence_number(len(world.log), shard.index),
        partition_key,
        data,
        record.size_bytes,
    )
    world.record(event)
    return event


def put_records(world: "World", by: str, *, stream: str, records: Entries) -> PutRecordsAnswer:
    """PutRecords: up to 500 records of `data`, `partition_key` and, if wanted, `explicit_hash_key`.

    Not all or nothing: a throttled record fails by itself and the others are stored.

    Raises:
        Refused: stream-not-found, stream-parameter-invalid, hash-key-too-high, record-too-large,
            put-records-too-large or kms-access-denied; then nothing is stored.
    """
    target = usable_stream(world, stream)
    if not records:
        raise invalid("records", "[]", "Member must have length greater than or equal to 1")
    if len(records) > PUT_RECORDS_MAX:
        raise invalid(
            "records",
            f"{len(records)} records",
            f"Member must have length less than or equal to {PUT_RECORDS_MAX}",
        )
    checked = []
    for place, entry in enumerate(records, 1):
        given = fields(f"records.{place}", entry, _ENTRY, ("data", "partition_key"))
        checked.append(
            _checked(target, given["partition_key"], given["data"], given.get("explicit_hash_key"))
        )
    total = sum(record.size_bytes for record in checked)
    if total > PUT_RECORDS_MAX_BYTES:
        raise Refused("put-records-too-large", size=total)
    check_key_access(target, by)
    return put_all(world, by, target, checked)


def put_all(world: "World", by: str, stream: Stream, records: list[_Checked]) -> PutRecordsAnswer:
    """Store what the shards take; what they do not take is recorded once for each shard and limit."""
    now_ms, cause, log = world.now_ms, world.cause, world.log
    results = []
    throttled: dict[tuple[str, str], list[int]] = {}
    for partition_key, data, size_bytes, key in records:
        shard = stream.shard_for(key)
        reason = write_refused(shard, now_ms, size_bytes)
        if reason:
            counts = throttled.setdefault((shard.shard_id, reason), [0, 0])
            counts[0] += 1
            counts[1] += size_bytes
            results.append(_throttled(stream, shard))
            continue
        number = sequence_number(len(log), shard.index)
        world.record(
            RecordPut(
                now_ms,
                cause,
                "",
                stream.name,
                shard.shard_id,
                number,
                partition_key,
                data,
                size_bytes,
            )
        )
        results.append(PutRecordsResult(shard.shard_id, number))
    for (shard_id, reason), (count, size_bytes) in throttled.items():
        world.record(
            RecordsThrottled(now_ms, cause, reason, stream.name, shard_id, by, count, size_bytes)
        )
    failed = sum(result.error_code is not None for result in results)
    return PutRecordsAnswer(failed, tuple(results))


def sized_record(partition_key: str, data: str, size_bytes: int) -> _Checked:
    """A record that counts as `size_bytes`, whatever its data are."""
    return _Checked(partition_key, data, size_bytes, key_hash(partition_key))


def _throttled(stream: Stream, shard: Shard) -> PutRecordsResult:
    return PutRecordsResult(
        None,
        None,
        "ProvisionedThroughputExceededException",
        f"Rate exceeded for shard {shard.shard_id} in stream {stream.name} under account"
        " 123456789012.",
    )


def _checked(stream: Stream, partition_key: str, data: str, explicit: str | None) -> _Checked:
    if not 0 < len(partition_key) <= PARTITION_KEY_MAX:
        raise invalid(
            "partitionKey",
            partition_key,
            "Member must have length greater than or equal to 1"
            if not partition_key
            else f"Member must have length less than or equal to {PARTITION_KEY_MAX}",
        )
    size_bytes = len(data) if data.isascii() else len(data.encode())
    size_bytes += len(partition_key) if partition_key.isascii() else len(partition_key.encode())
    if size_bytes > stream.record_bytes_max:
        raise Refused(
            "record-too-large",
            stream=stream.name,
            limit=stream.record_bytes_max,
            size=size_bytes,
        )
    key = key_hash(partition_key) if explicit is None else hash_key("explicitHashKey", explicit)
    return _Checked(partition_key, data, size_bytes, key)


def _check_ordering(world: "World", stream: Stream, text: str) -> None:
    """What no shard of the stream can have given is refused."""
    check_sequence_number("sequenceNumberForOrdering", text)
    known = len(text) == 20 and text.startswith("4959") and int(text[4:14]) <= len(world.log)
    if not known or int(text[14:]) >= stream.next_index:
        raise Refused("ordering-number-invalid", number=text, stream=stream.name)
