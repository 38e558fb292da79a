"""From a flushed buffer to its destination: transformation, attempts, retries, backup.

A batch becomes parcels, and each parcel is written in one piece and tried again by itself.
"""

import json
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.firehose.events import (
    BatchDelivered,
    BatchDeliveryFailed,
    BatchDiverted,
    BufferFlushed,
    RecordsLost,
    RecordsTransformed,
)
from studyapp.engine.firehose.keys import object_key
from studyapp.engine.firehose.settings import KINESIS
from studyapp.engine.firehose.stream import DeliveryStream, Parcel
from studyapp.engine.limits import firehose as limits
from studyapp.engine.s3.commands import store

if TYPE_CHECKING:
    from studyapp.engine.world import World

SERVICE = "firehose.amazonaws.com"


def _still(world: "World", name: str, number: int) -> DeliveryStream | None:
    """The stream that an alarm was set for, if nobody deleted it."""
    stream = world.firehose.delivery_streams.get(name)
    return stream if stream is not None and stream.number == number else None


def end_interval(world: "World", name: str, number: int, buffer: int, version: int) -> None:
    """A buffer is old enough. An update of the settings has set another alarm."""
    stream = _still(world, name, number)
    if stream is None or stream.buffer.number != buffer or stream.version != version:
        return
    if stream.buffer.records:
        reason = "buffer-interval-passed" if stream.settings.interval_seconds else "zero-buffering"
        flush(world, stream, reason, world.cause)


def flush(world: "World", stream: DeliveryStream, reason: str, cause: int) -> None:
    """Make a batch of the buffer and send it on its way."""
    settings, buffer = stream.settings, stream.buffer
    batch = f"b{len(world.log)}"
    number = world.record(
        BufferFlushed(
            world.now_ms,
            cause,
            reason,
            stream.name,
            batch,
            tuple(record.record_id for record in buffer.records),
            buffer.size_bytes,
        )
    )
    if settings.backup:
        attempt(world, stream, stream.parcels[f"{batch}/backup"], number)
    if not settings.function:
        attempt(world, stream, stream.parcels[f"{batch}/data"], number)
    elif not settings.handling_ms:
        transform(world, stream, batch, number)


def end_transformation(world: "World", name: str, number: int, batch: str) -> None:
    """The function has had the time that it needs for a batch."""
    stream = _still(world, name, number)
    if stream is not None and batch in stream.batches:
        transform(world, stream, batch, world.cause)


def transform(world: "World", stream: DeliveryStream, batch: str, cause: int) -> None:
    """The function answers for every record: Ok, Dropped or ProcessingFailed."""
    settings = stream.settings
    good, dropped, failed = [], [], []
    for record in stream.batches[batch]:
        if settings.dropped_containing and settings.dropped_containing in record.data:
            dropped.append(record.record_id)
        elif settings.failed_containing and settings.failed_containing in record.data:
            failed.append(record.record_id)
        else:
            good.append(record)
    data: tuple[str, ...] = ()
    if settings.replaces:
        data = tuple(
            record.data.replace(settings.replaces, settings.replaces_with) for record in good
        )
    number = world.record(
        RecordsTransformed(
            world.now_ms,
            cause,
            "",
            stream.name,
            batch,
            tuple(record.record_id for record in good),
            tuple(dropped),
            tuple(failed),
            data,
        )
    )
    for kind in ("data", "failed"):
        parcel = stream.parcels.get(f"{batch}/{kind}")
        if parcel is not None:
            attempt(world, stream, parcel, number)


def try_again(world: "World", name: str, number: int, parcel_name: str) -> None:
    """The gap after a failed attempt is over."""
    stream = _still(world, name, number)
    parcel = stream.parcels.get(parcel_name) if stream is not None else None
    if stream is not None and parcel is not None:
        attempt(world, stream, parcel, world.cause)


def attempt(world: "World", stream: DeliveryStream, parcel: Parcel, cause: int) -> None:
    """Write a parcel; if that cannot be, plan the next attempt or give up (FH-X04, FH-X05)."""
    place = _place(stream, parcel)
    fault = _fault(world, stream, parcel, place)
    if not fault:
        _write(world, stream, parcel, place, cause)
        return
    diverts = not place.bucket
    deadline_ms = (
        parcel.began_ms + stream.settings.retry_seconds * 1000
        if diverts
        else parcel.oldest_ms + _retention_ms(world, stream)
    )
    ids = tuple(record.record_id for record in parcel.records)
    now_ms = world.now_ms
    if now_ms < deadline_ms:
        gap_ms = min(limits.RETRY_FIRST_GAP_MS << min(parcel.attempts, 16), limits.RETRY_GAP_MAX_MS)
        world.record(
            BatchDeliveryFailed(
                now_ms,
                cause,
                fault,
                stream.name,
                parcel.parcel,
                parcel.kind,
                parcel.attempts + 1,
                min(now_ms + gap_ms, deadline_ms),
            )
        )
    elif diverts:
        number = world.record(
            BatchDiverted(now_ms, cause, "retry-duration-passed", stream.name, parcel.parcel, ids)
        )
        attempt(world, stream, parcel, number)
    else:
        world.record(
            RecordsLost(
                now_ms, cause, "retention-passed", stream.name, parcel.parcel, parcel.kind, ids
            )
        )


class Place(NamedTuple):
    """Where a parcel belongs. `bucket` is "" for a destination that is not S3. `error` is the kind of
    error that stands in the object's key."""

    bucket: str
    prefix: str
    error: str


def _place(stream: DeliveryStream, parcel: Parcel) -> Place:
    settings, kind = stream.settings, parcel.kind
    if kind == "data":
        return Place(settings.bucket, settings.prefix, kind)
    if kind == "backup":
        return Place(settings.backup_bucket, settings.backup_prefix or "source_records/", kind)
    if kind == "processing-failed" and settings.bucket:
        plain = "" if "!{" in settings.prefix else settings.prefix
        return Place(settings.bucket, settings.error_prefix or plain, kind)
    if kind == "processing-failed":
        return Place(settings.backup_bucket, settings.backup_prefix, kind)
    name = settings.destination.replace("_", "-")
    return Place(settings.backup_bucket, settings.backup_prefix, f"{name}-failed")


def _fault(world: "World", stream: DeliveryStream, parcel: Parcel, place: Place) -> str:
    to_destination = place.bucket == stream.settings.bucket
    if to_destination and stream.destination_down:
        return "destination-down"
    if not to_destination and stream.backup_down:
        return "backup-down"
    if place.bucket and place.bucket not in world.s3.buckets:
        return "bucket-not-found"
    return ""


def _retention_ms(world: "World", stream: DeliveryStream) -> int:
    """How long data is kept while it cannot be delivered: a day, or as long as the Kinesis stream does."""
    if stream.settings.type == KINESIS:
        source = world.kinesis.streams.get(stream.settings.source_stream)
        if source is not None:
            return source.retention_ms
    return limits.RETENTION_MS


def _write(
    world: "World", stream: DeliveryStream, parcel: Parcel, place: Place, cause: int
) -> None:
    number = len(world.log)
    body = _body(stream, parcel)
    size_bytes = len(body.encode()) + _more_bytes(parcel)
    key = (
        object_key(place.prefix, place.error, stream.name, stream.version, parcel.oldest_ms, number)
        if place.bucket
        else stream.settings.destination
    )
    world.record(
        BatchDelivered(
            world.now_ms,
            cause,
            "",
            stream.name,
            parcel.parcel,
            parcel.kind,
            place.bucket,
            key,
            tuple(record.record_id for record in parcel.records),
            size_bytes,
            parcel.attempts + 1,
        )
    )
    if place.bucket:
        bucket = world.s3.buckets[place.bucket]
        store(
            world,
            bucket,
            key,
            body,
            by=SERVICE,
            cause=number,
            reason="delivered-by-firehose",
            size_bytes=size_bytes,
        )


def _more_bytes(parcel: Parcel) -> int:
    """What records count beyond their text: those that say that they are larger than what stands in them."""
    return sum(record.size_bytes - len(record.data.encode()) for record in parcel.records)


def _body(stream: DeliveryStream, parcel: Parcel) -> str:
    """Records one after the other, with nothing between them unless a delimiter is set (FH-13)."""
    if parcel.kind == "data":
        delimiter = stream.settings.delimiter
        return "".join(record.data + delimiter for record in parcel.records)
    if parcel.kind == "backup":
        return "".join(record.data for record in parcel.records)
    lines = []
    for record in parcel.records:
        line = {
            "attemptsMade": parcel.attempts + 1,
            "arrivalTimestamp": record.arrived_ms,
            "errorCode": parcel.kind,
            "rawData": b64encode(record.data.encode()).decode(),
        }
        lines.append(json.dumps(line, separators=(",", ":")) + "\n")
    return "".join(lines)
