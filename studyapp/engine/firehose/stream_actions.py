"""Creating, changing, deleting and looking at Firehose streams."""

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from studyapp.engine.calls import Pairs
from studyapp.engine.firehose.events import (
    DeliveryStreamCreated,
    DeliveryStreamDeleted,
    DestinationUpdated,
    RecordsLost,
)
from studyapp.engine.firehose.intake import delivery_stream_named, flush_if_full
from studyapp.engine.firehose.settings import DIRECT_PUT, KINESIS, Settings, read_settings
from studyapp.engine.firehose.stream import DeliveryStream
from studyapp.engine.limits import firehose as limits
from studyapp.engine.names import delivery_stream_arn, short
from studyapp.engine.refusals import Refused
from studyapp.engine.structures import Fields

if TYPE_CHECKING:
    from studyapp.engine.world import World

DESTINATION_ID = "destinationId-000000000001"

_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,64}", re.ASCII)


class DeliveryStreamDescribed(NamedTuple):
    """The answer to DescribeDeliveryStream, with what the buffer holds. `undelivered_count` are records
    that left the buffer and did not arrive yet; `billed_bytes` see DeliveryStream."""

    delivery_stream: str
    arn: str
    status: str
    type: str
    version_id: str
    destination_id: str
    created_ms: int
    settings: tuple[tuple[str, Any], ...]
    buffered_count: int
    buffered_bytes: int
    undelivered_count: int
    billed_bytes: int


class DeliveryStreamsListed(NamedTuple):
    """The answer to ListDeliveryStreams."""

    delivery_streams: tuple[str, ...]
    has_more: bool


def create_delivery_stream(
    world: "World",
    by: str,
    *,
    delivery_stream: str,
    delivery_stream_type: str = DIRECT_PUT,
    kinesis_stream_source_configuration: Pairs | None = None,
    extended_s3_destination_configuration: Pairs | None = None,
    redshift_destination_configuration: Pairs | None = None,
    amazonopensearchservice_destination_configuration: Pairs | None = None,
    splunk_destination_configuration: Pairs | None = None,
    http_endpoint_destination_configuration: Pairs | None = None,
) -> str:
    """CreateDeliveryStream, with exactly one destination. Returns the ARN. The bucket need not be there yet.

    Raises:
        Refused: delivery-stream-name-invalid, delivery-stream-exists, delivery-stream-type-wrong,
            firehose-source-missing, stream-not-found, firehose-one-destination, and what
            `read_settings` refuses.
    """
    if not _NAME.fullmatch(delivery_stream):
        raise Refused("delivery-stream-name-invalid")
    if delivery_stream in world.firehose.delivery_streams:
        raise Refused("delivery-stream-exists", delivery_stream=delivery_stream)
    if delivery_stream_type not in (DIRECT_PUT, KINESIS):
        raise Refused("delivery-stream-type-wrong", type=delivery_stream_type[:80])
    source = ""
    if delivery_stream_type == KINESIS:
        if kinesis_stream_source_configuration is None:
            raise Refused("firehose-source-missing")
        fields = Fields(kinesis_stream_source_configuration, "KinesisStreamSourceConfiguration")
        source = short(fields.text("KinesisStreamARN"))
        fields.text("RoleARN", "")
        fields.done()
        if source not in world.kinesis.streams:
            raise Refused("stream-not-found", stream=source[:80])
    kind, configuration = _one_of(
        s3=extended_s3_destination_configuration,
        redshift=redshift_destination_configuration,
        amazonopensearchservice=amazonopensearchservice_destination_configuration,
        splunk=splunk_destination_configuration,
        http_endpoint=http_endpoint_destination_configuration,
    )
    settings = read_settings(kind, configuration, delivery_stream_type, source)
    world.record(
        DeliveryStreamCreated(world.now_ms, world.cause, "", delivery_stream, _as_pairs(settings))
    )
    return delivery_stream_arn(delivery_stream)


def _one_of(**configurations: Pairs | None) -> tuple[str, Pairs]:
    given = [(kind, each) for kind, each in configurations.items() if each is not None]
    if len(given) != 1:
        raise Refused("firehose-one-destination")
    return given[0]


def _as_pairs(settings: Settings) -> tuple[tuple[str, Any], ...]:
    return tuple(zip(Settings._fields, settings, strict=True))


def update_destination(
    world: "World",
    by: str,
    *,
    delivery_stream: str,
    current_delivery_stream_version_id: str | None = None,
    destination_id: str = DESTINATION_ID,
    extended_s3_destination_update: Pairs | None = None,
    redshift_destination_update: Pairs | None = None,
    amazonopensearchservice_destination_update: Pairs | None = None,
    splunk_destination_update: Pairs | None = None,
    http_endpoint_destination_update: Pairs | None = None,
) -> None:
    """UpdateDestination: what is given changes, the rest stays. It holds for what is in the buffer, too.

    AWS wants the version; here it may be left out.

    Raises:
        Refused: delivery-stream-not-found, firehose-version-wrong, firehose-destination-id-wrong,
            firehose-destination-kind-wrong, firehose-one-destination, and what `read_settings` refuses.
    """
    stream = delivery_stream_named(world, delivery_stream)
    version = str(stream.version)
    if current_delivery_stream_version_id not in (None, version):
        raise Refused(
            "firehose-version-wrong",
            delivery_stream=stream.name,
            current=version,
            given=str(current_delivery_stream_version_id)[:80],
        )
    if destination_id != DESTINATION_ID:
        raise Refused("firehose-destination-id-wrong", destination_id=destination_id[:80])
    kind, configuration = _one_of(
        s3=extended_s3_destination_update,
        redshift=redshift_destination_update,
        amazonopensearchservice=amazonopensearchservice_destination_update,
        splunk=splunk_destination_update,
        http_endpoint=http_endpoint_destination_update,
    )
    before = stream.settings
    if kind != before.destination:
        raise Refused("firehose-destination-kind-wrong", destination=before.destination)
    settings = read_settings(kind, configuration, before.type, before.source_stream, before)
    number = world.record(
        DestinationUpdated(world.now_ms, world.cause, "", stream.name, _as_pairs(settings))
    )
    flush_if_full(world, stream, number)


def delete_delivery_stream(world: "World", by: str, *, delivery_stream: str) -> None:
    """DeleteDeliveryStream. What has not been delivered is lost.

    Raises:
        Refused: delivery-stream-not-found.
    """
    stream = delivery_stream_named(world, delivery_stream)
    for parcel, kind, records in _undelivered(stream):
        ids = tuple(record.record_id for record in records)
        world.record(
            RecordsLost(
                world.now_ms,
                world.cause,
                "delivery-stream-deleted",
                stream.name,
                parcel,
                kind,
                ids,
            )
        )
    world.record(DeliveryStreamDeleted(world.now_ms, world.cause, "", stream.name))


def _undelivered(stream: DeliveryStream) -> list[tuple[str, str, list[Any]]]:
    held: list[tuple[str, str, list[Any]]] = []
    if stream.buffer.records:
        held.append(("", "buffer", stream.buffer.records))
    held += [(batch, "batch", records) for batch, records in stream.batches.items()]
    held += [(each.parcel, each.kind, each.records) for each in stream.parcels.values()]
    return held


def describe_delivery_stream(
    world: "World", by: str, *, delivery_stream: str
) -> DeliveryStreamDescribed:
    """DescribeDeliveryStream.

    Raises:
        Refused: delivery-stream-not-found.
    """
    stream = delivery_stream_named(world, delivery_stream)
    return DeliveryStreamDescribed(
        stream.name,
        delivery_stream_arn(stream.name),
        "ACTIVE",
        stream.settings.type,
        str(stream.version),
        DESTINATION_ID,
        stream.created_ms,
        _as_pairs(stream.settings),
        len(stream.buffer.records),
        stream.buffer.size_bytes,
        sum(len(records) for _, kind, records in _undelivered(stream) if kind != "buffer"),
        stream.billed_bytes,
    )


def list_delivery_streams(
    world: "World",
    by: str,
    *,
    limit: int = limits.LIST_DEFAULT,
    delivery_stream_type: str | None = None,
    exclusive_start_delivery_stream_name: str | None = None,
) -> DeliveryStreamsListed:
    """ListDeliveryStreams, in the order of their names.

    Raises:
        Refused: firehose-value-out-of-range, delivery-stream-type-wrong.
    """
    if not 1 <= limit <= limits.LIST_MAX:
        raise Refused(
            "firehose-value-out-of-range", name="Limit", value=limit, low=1, high=limits.LIST_MAX
        )
    if delivery_stream_type not in (None, DIRECT_PUT, KINESIS):
        raise Refused("delivery-stream-type-wrong", type=str(delivery_stream_type)[:80])
    start = exclusive_start_delivery_stream_name
    names = sorted(
        name
        for name, stream in world.firehose.delivery_streams.items()
        if delivery_stream_type in (None, stream.settings.type) and (start is None or name > start)
    )
    return DeliveryStreamsListed(tuple(names[:limit]), len(names) > limit)
