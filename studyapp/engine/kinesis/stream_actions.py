"""CreateStream, DeleteStream and what a stream's settings are (KDS-10, KDS-17, KDS-55, KDS-X15, KDS-X16)."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.kinesis.events import (
    StreamCreated,
    StreamDeleting,
)
from studyapp.engine.kinesis.parameters import (
    active_stream,
    check_choice,
    check_name,
    check_range,
    invalid,
    stream_named,
)
from studyapp.engine.kinesis.shard_actions import check_account_shards
from studyapp.engine.kinesis.stream import CREATING, ON_DEMAND, PROVISIONED
from studyapp.engine.limits.kinesis import (
    HOUR_MS,
    KIB,
    ON_DEMAND_START_SHARDS,
    ON_DEMAND_STREAMS_MAX,
    RECORD_DEFAULT_KIB,
    RECORD_MAX_KIB,
    RECORD_MIN_KIB,
    RETENTION_DEFAULT_HOURS,
    RETENTION_MAX_HOURS,
    RETENTION_MIN_HOURS,
    STREAM_CREATING_MS,
    STREAM_DELETING_MS,
    STREAMS_CREATING_MAX,
)
from studyapp.engine.names import stream_arn
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

MODES = (PROVISIONED, ON_DEMAND)


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
    check_retention(retention_period_hours)
    _create(world, stream, stream_mode, count, max_record_size_in_kib, 0, retention_period_hours)


def _new_shard_count(
    world: "World", name: str, shard_count: int | None, mode: str, record_kib: int
) -> int:
    check_name("streamName", name)
    check_choice("streamMode", mode, MODES)
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


def check_retention(hours: int) -> None:
    if hours < RETENTION_MIN_HOURS:
        raise Refused("retention-too-short", hours=hours)
    if hours > RETENTION_MAX_HOURS:
        raise Refused("retention-too-long", hours=hours)


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
