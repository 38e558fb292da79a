"""What can be changed about a stream: retention, record size, mode, encryption (KDS-10, KDS-17, KDS-39, KDS-55)."""

from typing import TYPE_CHECKING

from studyapp.engine.kinesis.events import (
    StreamEncryptionChanged,
    StreamKeyAccessChanged,
    StreamPeakSet,
    StreamRecordSizeChanged,
    StreamRetentionChanged,
)
from studyapp.engine.kinesis.parameters import (
    active_stream,
    check_choice,
    check_range,
    invalid,
    recent,
    stream_named,
)
from studyapp.engine.kinesis.retention import drop_expired
from studyapp.engine.kinesis.shard_actions import check_account_shards, start_update
from studyapp.engine.kinesis.stream import ON_DEMAND, Stream
from studyapp.engine.kinesis.stream_actions import MODES, check_retention
from studyapp.engine.limits.kinesis import (
    DAY_MS,
    ENCRYPTION_CHANGES_PER_DAY_MAX,
    HOUR_MS,
    MODE_CHANGES_PER_DAY_MAX,
    ON_DEMAND_PEAK_FACTOR,
    ON_DEMAND_START_SHARDS,
    ON_DEMAND_STREAMS_MAX,
    ON_DEMAND_WRITE_MAX_BYTES,
    RECORD_MAX_KIB,
    RECORD_MIN_KIB,
    SHARD_WRITE_BYTES,
)
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

_KEY_ID_MAX = 2_048


def increase_stream_retention_period(
    world: "World", by: str, *, stream: str, retention_period_hours: int
) -> None:
    """IncreaseStreamRetentionPeriod. What has expired already does not come back (KDS-11).

    Raises:
        Refused: stream-not-found, stream-not-active, retention-too-short, retention-too-long or
            retention-not-longer.
    """
    target = active_stream(world, stream)
    check_retention(retention_period_hours)
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
    check_retention(retention_period_hours)
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
    check_choice("streamMode", stream_mode, MODES)
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
    start_update(world, target, "mode-asked", ("mode", stream_mode))


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
    start_update(world, target, "encryption-asked", ("encryption", key_id))


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
    start_update(world, target, "encryption-asked", ("encryption", ""))


def _check_key_changes(world: "World", stream: Stream) -> None:
    changes = recent(stream.keys_changed_ms, world.now_ms, DAY_MS)
    if changes >= ENCRYPTION_CHANGES_PER_DAY_MAX:
        raise Refused(
            "stream-key-changes-exceeded",
            stream=stream.name,
            limit=ENCRYPTION_CHANGES_PER_DAY_MAX,
        )


def set_key_access(world: "World", by: str, *, stream: str, who: str, allowed: bool) -> None:
    """Whether `who` has permission to use the key of a stream; everybody has unless it is taken away. `who` is
    the name of a program, or of a Firehose stream.

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
