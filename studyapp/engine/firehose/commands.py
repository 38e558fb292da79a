"""The actions of Firehose: records come in, destinations go down. Each checks, decides and records."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Actions, Entries, Pairs, action
from studyapp.engine.firehose.events import (
    DeliveryStreamChancesSet,
    DestinationCameUp,
    DestinationWentDown,
    RecordRejected,
)
from studyapp.engine.firehose.intake import (
    buffer_record,
    check_size,
    delivery_stream_named,
    size_of,
)
from studyapp.engine.firehose.settings import KINESIS
from studyapp.engine.firehose.stream import DeliveryStream
from studyapp.engine.firehose.stream_actions import (
    create_delivery_stream,
    delete_delivery_stream,
    describe_delivery_stream,
    list_delivery_streams,
    update_destination,
)
from studyapp.engine.limits import firehose as limits
from studyapp.engine.refusals import Refused
from studyapp.engine.structures import Fields

if TYPE_CHECKING:
    from studyapp.engine.world import World


class PutAnswer(NamedTuple):
    """One answer to PutRecord or PutRecordBatch: an id, or an error code. The sender of a batch has to look
    at each."""

    record_id: str
    error_code: str = ""


class RecordsPut(NamedTuple):
    """The answer to PutRecordBatch."""

    failed_put_count: int
    request_responses: tuple[PutAnswer, ...]


def put_record(world: "World", by: str, *, delivery_stream: str, record: Pairs) -> PutAnswer:
    """PutRecord: `record` has one field, Data. (The simulator's own SizeBytes makes it count as larger.)

    Raises:
        Refused: delivery-stream-not-found, firehose-direct-put-closed, firehose-record-too-large,
            firehose-unavailable (by a chance that somebody set).
    """
    stream = _open_stream(world, delivery_stream)
    data, size_bytes = _data(record, "Record")
    check_size(size_bytes)
    if stream.put_fails_percent and world.below(100) < stream.put_fails_percent:
        raise Refused("firehose-unavailable")
    return PutAnswer(
        buffer_record(world, stream, data, size_bytes, world.cause, "", by, "direct-put")
    )


def put_record_batch(
    world: "World", by: str, *, delivery_stream: str, records: Entries
) -> RecordsPut:
    """PutRecordBatch: 1 to 500 records, 4 MiB in all; some may fail while the call succeeds (FH-X01).

    Raises:
        Refused: delivery-stream-not-found, firehose-direct-put-closed, firehose-batch-...,
            firehose-record-too-large.
    """
    stream = _open_stream(world, delivery_stream)
    if not records:
        raise Refused("firehose-batch-empty")
    if len(records) > limits.BATCH_RECORDS_MAX:
        raise Refused(
            "firehose-batch-too-many-records", count=len(records), limit=limits.BATCH_RECORDS_MAX
        )
    read = [_data(record, f"Records[{place}]") for place, record in enumerate(records)]
    for _, size_bytes in read:
        check_size(size_bytes)
    total_bytes = sum(size_bytes for _, size_bytes in read)
    if total_bytes > limits.BATCH_SIZE_MAX_BYTES:
        raise Refused(
            "firehose-batch-too-large", size_bytes=total_bytes, limit=limits.BATCH_SIZE_MAX_BYTES
        )
    answers = []
    for place, (data, size_bytes) in enumerate(read):
        if stream.put_fails_percent and world.below(100) < stream.put_fails_percent:
            world.record(
                RecordRejected(
                    world.now_ms, world.cause, "firehose-unavailable", stream.name, by, place
                )
            )
            answers.append(PutAnswer("", "ServiceUnavailableException"))
            continue
        record_id = buffer_record(
            world, stream, data, size_bytes, world.cause, "", by, "direct-put"
        )
        answers.append(PutAnswer(record_id))
    return RecordsPut(sum(1 for each in answers if each.error_code), tuple(answers))


def _open_stream(world: "World", name: str) -> DeliveryStream:
    stream = delivery_stream_named(world, name)
    if stream.settings.type == KINESIS:
        raise Refused("firehose-direct-put-closed")
    return stream


def _data(record: Pairs, path: str) -> tuple[str, int]:
    """The data of a record, and as how many bytes it counts."""
    fields = Fields(record, path)
    data = fields.text("Data")
    size_bytes = max(size_of(data), fields.whole("SizeBytes", 0))
    fields.done()
    return data, size_bytes


def take_destination_down(
    world: "World", by: str, *, delivery_stream: str, place: str = "destination"
) -> None:
    """The destination (or `place` "backup", the backup bucket) takes nothing from now on.

    Raises:
        Refused: delivery-stream-not-found, firehose-place-unknown, firehose-place-as-before.
    """
    stream = _turned(world, delivery_stream, place, True)
    world.record(DestinationWentDown(world.now_ms, world.cause, "", stream.name, place))


def bring_destination_up(
    world: "World", by: str, *, delivery_stream: str, place: str = "destination"
) -> None:
    """The destination works again; what waits arrives at its next attempt.

    Raises:
        Refused: delivery-stream-not-found, firehose-place-unknown, firehose-place-as-before.
    """
    stream = _turned(world, delivery_stream, place, False)
    world.record(DestinationCameUp(world.now_ms, world.cause, "", stream.name, place))


def _turned(world: "World", name: str, place: str, down: bool) -> DeliveryStream:
    stream = delivery_stream_named(world, name)
    if place not in ("destination", "backup"):
        raise Refused("firehose-place-unknown", place=place[:80])
    if (stream.backup_down if place == "backup" else stream.destination_down) == down:
        raise Refused("firehose-place-as-before", place=place)
    return stream


def set_delivery_stream_chances(
    world: "World", by: str, *, delivery_stream: str, put_fails_percent: int
) -> None:
    """How many of 100 records Firehose does not take from PutRecord and PutRecordBatch.

    Raises:
        Refused: delivery-stream-not-found, firehose-value-out-of-range.
    """
    stream = delivery_stream_named(world, delivery_stream)
    if not 0 <= put_fails_percent <= 100:
        raise Refused(
            "firehose-value-out-of-range",
            name="put_fails_percent",
            value=put_fails_percent,
            low=0,
            high=100,
        )
    world.record(
        DeliveryStreamChancesSet(world.now_ms, world.cause, "", stream.name, put_fails_percent)
    )


def accept(
    world: "World", stream_name: str, data: str, *, cause: int, reason: str, source: str = "sns"
) -> str:
    """Take a record for another service, without a call of its own. Returns the record's id.

    Raises:
        Refused: delivery-stream-not-found, firehose-direct-put-closed, firehose-record-too-large.
    """
    stream = _open_stream(world, stream_name)
    size_bytes = size_of(data)
    check_size(size_bytes)
    return buffer_record(world, stream, data, size_bytes, cause, reason, source, source)


ACTIONS: Actions = {
    "firehose.CreateDeliveryStream": action(create_delivery_stream),
    "firehose.DeleteDeliveryStream": action(delete_delivery_stream),
    "firehose.DescribeDeliveryStream": action(describe_delivery_stream),
    "firehose.ListDeliveryStreams": action(list_delivery_streams),
    "firehose.PutRecord": action(put_record),
    "firehose.PutRecordBatch": action(put_record_batch),
    "firehose.UpdateDestination": action(update_destination),
    "sim.TakeDestinationDown": action(take_destination_down),
    "sim.BringDestinationUp": action(bring_destination_up),
    "sim.SetDeliveryStreamChances": action(set_delivery_stream_chances),
}
