"""What a Firehose event changes. Nothing here decides, reads the clock or draws a number."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.firehose.delivery import end_interval, end_transformation, try_again
from studyapp.engine.firehose.events import (
    BatchDelivered,
    BatchDeliveryFailed,
    BatchDiverted,
    BufferFlushed,
    DeliveryStreamChancesSet,
    DeliveryStreamCreated,
    DeliveryStreamDeleted,
    DestinationCameUp,
    DestinationUpdated,
    DestinationWentDown,
    RecordBuffered,
    RecordRejected,
    RecordsLost,
    RecordsTransformed,
    SourceRead,
    SourceReadPlanned,
)
from studyapp.engine.firehose.settings import KINESIS, Settings
from studyapp.engine.firehose.source import read_shard
from studyapp.engine.firehose.stream import Buffer, DeliveryStream, Parcel, Reader, Record
from studyapp.engine.limits import firehose as limits

if TYPE_CHECKING:
    from studyapp.engine.world import World


def delivery_stream_created(world: "World", event: DeliveryStreamCreated, number: int) -> None:
    settings = Settings(**dict(event.settings))  # type: ignore[arg-type]
    state = world.firehose
    state.delivery_streams[event.delivery_stream] = DeliveryStream(
        event.delivery_stream, number, event.at_ms, settings
    )
    if settings.type == KINESIS:
        state.readers_of.setdefault(settings.source_stream, []).append(event.delivery_stream)
        # Reading starts at LATEST (FH-03).
        for shard in world.kinesis.streams[settings.source_stream].shards.values():
            state.delivery_streams[event.delivery_stream].readers[shard.shard_id] = Reader(
                shard.end()
            )


def delivery_stream_deleted(world: "World", event: DeliveryStreamDeleted, number: int) -> None:
    stream = world.firehose.delivery_streams.pop(event.delivery_stream)
    source = stream.settings.source_stream
    if source:
        world.firehose.readers_of[source].remove(event.delivery_stream)


def destination_updated(world: "World", event: DestinationUpdated, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    stream.settings = Settings(**dict(event.settings))  # type: ignore[arg-type]
    stream.version += 1
    if stream.buffer.records:
        _set_interval(world, stream, max(stream.buffer.opened_ms, 0), event.at_ms, number)


def destination_went_down(world: "World", event: DestinationWentDown, number: int) -> None:
    _set_down(world, event.delivery_stream, event.place, True)


def destination_came_up(world: "World", event: DestinationCameUp, number: int) -> None:
    _set_down(world, event.delivery_stream, event.place, False)


def _set_down(world: "World", name: str, place: str, down: bool) -> None:
    stream = world.firehose.delivery_streams[name]
    if place == "backup":
        stream.backup_down = down
    else:
        stream.destination_down = down


def chances_set(world: "World", event: DeliveryStreamChancesSet, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    stream.put_fails_percent = event.put_fails_percent


def record_buffered(world: "World", event: RecordBuffered, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    buffer = stream.buffer
    if not buffer.records:
        buffer.opened_ms = event.at_ms
        _set_interval(world, stream, event.at_ms, event.at_ms, number)
    buffer.records.append(Record(event.record_id, event.data, event.size_bytes, event.at_ms))
    buffer.size_bytes += event.size_bytes
    units = -(-event.size_bytes // limits.PRICE_UNIT_BYTES)
    stream.billed_bytes += units * limits.PRICE_UNIT_BYTES


def _set_interval(
    world: "World", stream: DeliveryStream, opened_ms: int, now_ms: int, number: int
) -> None:
    interval_ms = stream.settings.interval_seconds * 1000 or limits.ZERO_BUFFERING_MS
    due_ms = max(opened_ms + interval_ms, now_ms)
    world.set_alarm(
        due_ms,
        number,
        end_interval,
        stream.name,
        stream.number,
        stream.buffer.number,
        stream.version,
    )


def record_rejected(world: "World", event: RecordRejected, number: int) -> None:
    """The sender has it still."""


def buffer_flushed(world: "World", event: BufferFlushed, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    settings, records = stream.settings, stream.buffer.records
    stream.buffer = Buffer(stream.buffer.number + 1)
    if settings.backup:
        _add_parcel(stream, event.batch, "backup", list(records), event.at_ms)
    if not settings.function:
        _add_parcel(stream, event.batch, "data", records, event.at_ms)
        return
    stream.batches[event.batch] = records
    if settings.handling_ms:
        world.set_alarm(
            event.at_ms + settings.handling_ms,
            number,
            end_transformation,
            stream.name,
            stream.number,
            event.batch,
        )


def _add_parcel(
    stream: DeliveryStream, batch: str, kind: str, records: list[Record], at_ms: int
) -> None:
    name = f"{batch}/{'failed' if kind == 'processing-failed' else kind}"
    stream.parcels[name] = Parcel(name, kind, records, records[0].arrived_ms, at_ms)


def records_transformed(world: "World", event: RecordsTransformed, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    known = {record.record_id: record for record in stream.batches.pop(event.batch)}
    good = [known[record_id] for record_id in event.ok]
    if event.data:
        # New records: the backup still needs them as they came.
        good = [
            Record(old.record_id, data, len(data.encode()), old.arrived_ms)
            for old, data in zip(good, event.data, strict=True)
        ]
    if good:
        _add_parcel(stream, event.batch, "data", good, event.at_ms)
    if event.failed:
        failed = [known[record_id] for record_id in event.failed]
        _add_parcel(stream, event.batch, "processing-failed", failed, event.at_ms)


def batch_delivered(world: "World", event: BatchDelivered, number: int) -> None:
    del world.firehose.delivery_streams[event.delivery_stream].parcels[event.parcel]


def batch_delivery_failed(world: "World", event: BatchDeliveryFailed, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    stream.parcels[event.parcel].attempts = event.attempt
    world.set_alarm(event.retry_at_ms, number, try_again, stream.name, stream.number, event.parcel)


def batch_diverted(world: "World", event: BatchDiverted, number: int) -> None:
    parcel = world.firehose.delivery_streams[event.delivery_stream].parcels[event.parcel]
    parcel.kind = "delivery-failed"
    parcel.attempts = 0


def records_lost(world: "World", event: RecordsLost, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    if event.kind == "buffer":
        stream.buffer = Buffer(stream.buffer.number + 1)
    elif event.kind == "batch":
        del stream.batches[event.parcel]
    else:
        del stream.parcels[event.parcel]


def source_read_planned(world: "World", event: SourceReadPlanned, number: int) -> None:
    stream = world.firehose.delivery_streams[event.delivery_stream]
    stream.readers.setdefault(event.shard, Reader()).planned = True
    world.set_alarm(event.read_at_ms, number, read_shard, stream.name, stream.number, event.shard)


def source_read(world: "World", event: SourceRead, number: int) -> None:
    reader = world.firehose.delivery_streams[event.delivery_stream].readers[event.shard]
    reader.position = event.position
    reader.planned = False


APPLY: Apply = {
    DeliveryStreamCreated: delivery_stream_created,
    DeliveryStreamDeleted: delivery_stream_deleted,
    DestinationUpdated: destination_updated,
    DestinationWentDown: destination_went_down,
    DestinationCameUp: destination_came_up,
    DeliveryStreamChancesSet: chances_set,
    RecordBuffered: record_buffered,
    RecordRejected: record_rejected,
    BufferFlushed: buffer_flushed,
    RecordsTransformed: records_transformed,
    BatchDelivered: batch_delivered,
    BatchDeliveryFailed: batch_delivery_failed,
    BatchDiverted: batch_diverted,
    RecordsLost: records_lost,
    SourceReadPlanned: source_read_planned,
    SourceRead: source_read,
}
