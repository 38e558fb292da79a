"""How records come into a Firehose stream's buffer, and when the buffer is full."""

from typing import TYPE_CHECKING

from studyapp.engine.firehose.delivery import flush
from studyapp.engine.firehose.events import RecordBuffered
from studyapp.engine.firehose.stream import DeliveryStream
from studyapp.engine.limits import firehose as limits
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def delivery_stream_named(world: "World", name: str) -> DeliveryStream:
    """The Firehose stream with this name or ARN.

    Raises:
        Refused: delivery-stream-not-found.
    """
    streams = world.firehose.delivery_streams
    stream = streams.get(name) or streams.get(short(name))
    if stream is None:
        raise Refused("delivery-stream-not-found", delivery_stream=short(name)[:80])
    return stream


def size_of(data: str) -> int:
    return len(data) if data.isascii() else len(data.encode())


def check_size(size_bytes: int) -> None:
    """A record has at most 1,000 KiB (FH-X01)."""
    if size_bytes > limits.RECORD_SIZE_MAX_BYTES:
        raise Refused(
            "firehose-record-too-large",
            size_bytes=size_bytes,
            limit=limits.RECORD_SIZE_MAX_BYTES,
        )


def buffer_record(
    world: "World",
    stream: DeliveryStream,
    data: str,
    size_bytes: int,
    cause: int,
    reason: str,
    by: str,
    source: str,
) -> str:
    """Put a record into the buffer, and flush the buffer if that filled it."""
    record_id = f"d{len(world.log)}"
    number = world.record(
        RecordBuffered(
            world.now_ms, cause, reason, stream.name, by, record_id, data, size_bytes, source
        )
    )
    flush_if_full(world, stream, number)
    return record_id


def flush_if_full(world: "World", stream: DeliveryStream, cause: int) -> None:
    """Size or interval, whichever comes first; this is the size (FH-09, FH-10)."""
    buffer = stream.buffer
    if buffer.records and buffer.size_bytes >= stream.settings.size_mb * limits.BYTES_PER_MB:
        flush(world, stream, "buffer-size-reached", cause)
