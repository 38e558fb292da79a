"""CreateStream, DeleteStream and what a stream's settings are (KDS-10, KDS-17, KDS-55, KDS-X15, KDS-X16)."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.kinesis.events import (
    StreamCreated,
    StreamDeleting,
    StreamEncryptionChanged,
    StreamKeyAccessChanged,
    StreamPeakSet,
    StreamRecordSizeChanged,
    StreamRetentionChanged,
    StreamUpdating,
)
from studyapp.engine.kinesis.parameters import (
    active_stream,
    check_choice,
    check_name,
    check_range,
    invalid,
    recent,
    stream_named,
)
from studyapp.engine.kinesis.retention import drop_expired
from studyapp.engine.kinesis.shard_actions import check_account_shards
from studyapp.engine.kinesis.stream import CREATING, ON_DEMAND, PROVISIONED, Stream
from studyapp.engine.limits.kinesis import (
    DAY_MS,
    ENCRYPTION_CHANGES_PER_DAY_MAX,
    HOUR_MS,
    KIB,
    MODE_CHANGES_PER_DAY_MAX,
    ON_DEMAND_PEAK_FACTOR,
    ON_DEMAND_START_SHARDS,
    ON_DEMAND_STREAMS_MAX,
    ON_DEMAND_WRITE_MAX_BYTES,
    RECORD_DEFAULT_KIB,
    RECORD_MAX_KIB,
    RECORD_MIN_KIB,
    RETENTION_DEFAULT_HOURS,
    RETENTION_MAX_HOURS,
    RETENTION_MIN_HOURS,
    SHARD_WRITE_BYTES,
    STREAM_CREATING_MS,
    STREAM_DELETING_MS,
    STREAM_UPDATING_MS,
    STREAMS_CREATING_MAX,
)
from studyapp.engine.names import stream_arn
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

_MODES = (PROVISIONED, ON_DEMAND)
_KEY_ID_MAX = 2_048


class StreamSummary(NamedTuple):
    """The answer to DescribeStreamSummary."""

    stream: str
    stream_arn: str
    stream_status: str
    stream_mode: str
    retention_period_hours: int
    creation_ms: int
    encryption_type: str
    key_id: str | None
    open_shard_count: int
    consumer_count: int
    max_record_size_in_kib: int


class ListStreamsAnswer(NamedTuple):
    stream_names: tuple[str, ...]
    has_more_streams: bool


def create_stream(
    world: "World",
    by: str,
    *,
    stream: str,
    shard_count: int | None = None,
    stream_mode: str = PROVISIONED,
    max_record_size_in_kib: int = RECORD_DEFAULT_KIB,
) -> None:
    """CreateStream. A provisioned stream needs `shard_count`; an on-demand one starts with four shards and
    takes none. It is CREATING for a few seconds.

    Raises:
        Refused: stream-parameter-invalid, missing-parameter, stream-exists, streams-creating-exceeded,
            on-demand-streams-exceeded, shards-per-account-exceeded or shard-count-too-high.
    """
    creating = sum(each.status == CREATING for each in world.kinesis.streams.values())
    count = _new_shard_count(world, stream, shard_count, stream_mode, max_record_size_in_kib)
    if creating >= STREAMS_CREATING_MAX:
        raise Refused("streams-creating-exceeded", limit=STREAMS_CREATING_MAX)
    _create(world, stream, stream_mode, count, max_record_size_in_kib, STREAM_CREATING_MS)


def add_stream(
    world: "World",
    by: str,
    *,
    stream: str,
    shard_count: int | None = None,
    stream_mode: str = PROVISIONED,
    max_record_size_in_kib: int = RECORD_DEFAULT_KIB,
    retention_period_hours: int = RETENTION_DEFAULT_HOURS,
) -> None:
    """A stream that is ACTIVE already when the story begins. `retention_period_hours` as it was raised.

    Raises:
        Refused: as CreateStream, retention-too-short and retention-too-long.
    """
    count = _new_shard_count(world, stream, shard_count, stream_mode, max_record_size_in_kib)
    _check_retention(retention_period_hours)
    _create(world, stream, stream_mode, count, max_record_size_in_kib, 0, retention_period_hours)


def _new_shard_count(
    world: "World", name: str, shard_count: int | None, mode: str, record_kib: int
) -> int:
    check_name("streamName", name)
    check_choice("streamMode", mode, _MODES)
    check_range("maxRecordSizeInKiB", record_kib, RECORD_MIN_KIB, RECORD_MAX_KIB)
    streams = world.kinesis.streams
    if name in streams:
        raise Refused("stream-exists", stream=name)
    if mode == ON_DEMAND:
        if shard_count is not None:
            raise invalid("shardCount", shard_count, "Member must be absent for ON_DEMAND")
        if sum(each.on_demand for each in streams.values()) >= ON_DEMAND_STREAMS_MAX:
            raise Refused("on-demand-streams-exceeded", limit=ON_DEMAND_STREAMS_MAX)
        shard_count = ON_DEMAND_START_SHARDS
    elif shard_count is None:
        raise Refused("missing-parameter", parameter="shard_count")
    check_range("shardCount", shard_count, 1, 2**31 - 1)
    check_account_shards(world, shard_count)
    return shard_count


def _create(
    world: "World",
    name: str,
    mode: str,
    shard_count: int,
    record_kib: int,
    wait_ms: int,
    retention_hours: int = RETENTION_DEFAULT_HOURS,
) -> None:
    world.record(
        StreamCreated(
            world.now_ms,
            world.cause,
            "",
            name,
            mode,
            shard_count,
            retention_hours,
            record_kib,
            world.now_ms + wait_ms,
        )
    )


def delete_stream(
    world: "World", by: str, *, stream: str, enforce_consumer_deletion: bool = False
) -> None:
    """DeleteStream: DELETING for a while, in which it still works, then gone with its shards and records.

    Raises:
        Refused: stream-not-found, stream-not-active or stream-has-consumers.
    """
    target = active_stream(world, stream)
    if target.consumers and not enforce_consumer_deletion:
        raise Refused("stream-has-consumers", stream=target.name)
    world.record(
        StreamDeleting(
            world.now_ms, world.cause, "", target.name, world.now_ms + STREAM_DELETING_MS
        )
    )


def describe_stream_summary(world: "World", by: str, *, stream: str) -> StreamSummary:
    """DescribeStreamSummary.

    Raises:
        Refused: stream-not-found.
    """
    target = stream_named(world, stream)
    return StreamSummary(
        target.name,
        stream_arn(target.name),
        target.status,
        ON_DEMAND if target.on_demand else PROVISIONED,
        target.retention_ms // HOUR_MS,
        target.created_ms,
        "KMS" if target.key_id else "NONE",
        target.key_id or None,
        len(target.open),
        len(target.consumers),
        target.record_bytes_max // KIB,
    )


def list_streams(
    world: "World", by: str, *, exclusive_start_stream: str | None = None, limit: int = 100
) -> ListStreamsAnswer:
    """ListStreams, in the order of the names.

    Raises:
        Refused: stream-parameter-invalid.
    """
    check_range("limit", limit, 1, 10_000)
    names = sorted(world.kinesis.streams)
    if exclusive_start_stream is not None:
        names = [name for name in names if name > exclusive_start_stream]
    return ListStreamsAnswer(tuple(names[:limit]), len(names) > limit)


def _check_retention(hours: int) -> None:
    if hours < RETENTION_MIN_HOURS:
        raise Refused("retention-too-short", hours=hours)
    if hours > RETENTION_MAX_HOURS:
        raise Refused("retention-too-long", hours=hours)


def increase_stream_retention_period(
    world: "World", by: str, *, stream: str, retention_period_hours: int
) -> None:
    """IncreaseStreamRetentionPeriod. What has expired already does not come back (KDS-11).

    Raises:
        Refused: stream-not-found, stream-not-active, retention-too-short, retention-too-long or
            retention-not-longer.
    """
    target = active_stream(world, stream)
    _check_retention(retention_period_hours)
    current = target.retention_ms // HOUR_MS
    if retention_period_hours <= current:
        raise Refused(
            "retention-not-longer",
            hours=retention_period_hours,
            stream=target.name,
            current=current,
        )
    _change_retention(world, target, retention_period_hours)


def decrease_stream_retention_period(
    world: "World", by: str, *, stream: str, retention_period_hours: int
) -> None:
    """DecreaseStreamRetentionPeriod. Records older than the new period are lost at once (KDS-12).

    Raises:
        Refused: stream-not-found, stream-not-active, retention-too-short, retention-too-long or
            retention-not-shorter.
    """
    target = active_stream(world, stream)
    _check_retention(retention_period_hours)
    current = target.retention_ms // HOUR_MS
    if retention_period_hours >= current:
        raise Refused(
            "retention-not-shorter",
            hours=retention_period_hours,
            stream=target.name,
            current=current,
        )
    _change_retention(world, target, retention_period_hours)


def _change_retention(world: "World", stream: Stream, hours: int) -> None:
    for shard in stream.shards.values():
        drop_expired(world, stream, shard, world.cause)
    number = world.record(StreamRetentionChanged(world.now_ms, world.cause, "", stream.name, hours))
    for shard in stream.shards.values():
        drop_expired(world, stream, shard, number)


def update_max_record_size(
    world: "World", by: str, *, stream: str, max_record_size_in_kib: int
) -> None:
    """UpdateMaxRecordSize: 1,024 to 10,240 KiB. The throughput of a shard stays as it is (KDS-17).

    Raises:
        Refused: stream-not-found, stream-not-active or stream-parameter-invalid.
    """
    target = active_stream(world, stream)
    check_range("maxRecordSizeInKiB", max_record_size_in_kib, RECORD_MIN_KIB, RECORD_MAX_KIB)
    world.record(
        StreamRecordSizeChanged(world.now_ms, world.cause, "", target.name, max_record_size_in_kib)
    )


def update_stream_mode(world: "World", by: str, *, stream: str, stream_mode: str) -> None:
    """UpdateStreamMode: the shards stay as they are. Twice within 24 hours (KDS-55).

    Raises:
        Refused: stream-not-found, stream-not-active, stream-parameter-invalid, stream-is-on-demand,
            stream-is-provisioned, on-demand-streams-exceeded or stream-mode-changes-exceeded.
    """
    target = active_stream(world, stream)
    check_choice("streamMode", stream_mode, _MODES)
    if target.on_demand == (stream_mode == ON_DEMAND):
        same = "stream-is-on-demand" if target.on_demand else "stream-is-provisioned"
        raise Refused(same, stream=target.name)
    if recent(target.modes_changed_ms, world.now_ms, DAY_MS) >= MODE_CHANGES_PER_DAY_MAX:
        raise Refused(
            "stream-mode-changes-exceeded", stream=target.name, limit=MODE_CHANGES_PER_DAY_MAX
        )
    if stream_mode == ON_DEMAND:
        count = sum(each.on_demand for each in world.kinesis.streams.values())
        if count >= ON_DEMAND_STREAMS_MAX:
            raise Refused("on-demand-streams-exceeded", limit=ON_DEMAND_STREAMS_MAX)
    _update(world, target, "mode-asked", ("mode", stream_mode))


def start_stream_encryption(
    world: "World", by: str, *, stream: str, key_id: str, encryption_type: str = "KMS"
) -> None:
    """StartStreamEncryption with a KMS key. Who may not use the key can neither write nor read (KDS-39).

    Raises:
        Refused: stream-not-found, stream-not-active, stream-parameter-invalid or
            stream-key-changes-exceeded.
    """
    target = active_stream(world, stream)
    check_choice("encryptionType", encryption_type, ("KMS",))
    if not 0 < len(key_id) <= _KEY_ID_MAX:
        raise invalid("keyId", key_id, f"Member must have 1 to {_KEY_ID_MAX} characters")
    _check_key_changes(world, target)
    _update(world, target, "encryption-asked", ("encryption", key_id))


def stop_stream_encryption(
    world: "World", by: str, *, stream: str, key_id: str, encryption_type: str = "KMS"
) -> None:
    """StopStreamEncryption.

    Raises:
        Refused: stream-not-found, stream-not-active, stream-parameter-invalid or
            stream-key-changes-exceeded.
    """
    target = active_stream(world, stream)
    check_choice("encryptionType", encryption_type, ("KMS",))
    if not key_id or key_id != target.key_id:
        raise invalid("keyId", key_id, "Member must be the key that encrypts the stream")
    _check_key_changes(world, target)
    _update(world, target, "encryption-asked", ("encryption", ""))


def _check_key_changes(world: "World", stream: Stream) -> None:
    changes = recent(stream.keys_changed_ms, world.now_ms, DAY_MS)
    if changes >= ENCRYPTION_CHANGES_PER_DAY_MAX:
        raise Refused(
            "stream-key-changes-exceeded",
            stream=stream.name,
            limit=ENCRYPTION_CHANGES_PER_DAY_MAX,
        )


def _update(world: "World", stream: Stream, reason: str, change: tuple[str, ...]) -> None:
    world.record(
        StreamUpdating(
            world.now_ms,
            world.cause,
            reason,
            stream.name,
            change,
            world.now_ms + STREAM_UPDATING_MS,
        )
    )


def set_key_access(world: "World", by: str, *, stream: str, who: str, allowed: bool) -> None:
    """Whether `who` has permission to use the key of a stream; everybody has unless it is taken away.

    Raises:
        Refused: stream-not-found.
    """
    target = stream_named(world, stream)
    world.record(StreamKeyAccessChanged(world.now_ms, world.cause, "", target.name, who, allowed))


def encrypt_stream(world: "World", by: str, *, stream: str, key_id: str) -> None:
    """The stream has been encrypted with this key already when the story begins; '' means that it is not.

    Raises:
        Refused: stream-not-found or stream-parameter-invalid.
    """
    target = stream_named(world, stream)
    if len(key_id) > _KEY_ID_MAX:
        raise invalid("keyId", key_id, f"Member must have at most {_KEY_ID_MAX} characters")
    world.record(StreamEncryptionChanged(world.now_ms, world.cause, "", target.name, key_id))


def set_stream_peak(world: "World", by: str, *, stream: str, bytes_per_second: int) -> None:
    """The write peak of the last 30 days of an on-demand stream. It has enough shards for double of it, and
    at least four (KDS-34). Only while the stream is empty and nobody reads it.

    Raises:
        Refused: stream-not-found, stream-is-provisioned, stream-in-use, stream-parameter-invalid or
            shards-per-account-exceeded.
    """
    target = stream_named(world, stream)
    if not target.on_demand:
        raise Refused("stream-is-provisioned", stream=target.name)
    check_range(
        "bytesPerSecond", bytes_per_second, 0, ON_DEMAND_WRITE_MAX_BYTES // ON_DEMAND_PEAK_FACTOR
    )
    if target.readers or len(target.shards) > len(target.open) or _has_records(target):
        raise Refused("stream-in-use", stream=target.name)
    needed = -(-bytes_per_second * ON_DEMAND_PEAK_FACTOR // SHARD_WRITE_BYTES)
    count = max(ON_DEMAND_START_SHARDS, needed)
    check_account_shards(world, count - len(target.open))
    world.record(StreamPeakSet(world.now_ms, world.cause, "", target.name, bytes_per_second, count))


def _has_records(stream: Stream) -> bool:
    return any(shard.end() or shard.subscriptions for shard in stream.open)
