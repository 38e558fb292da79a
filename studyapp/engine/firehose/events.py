"""What can happen in Firehose. `delivery_stream` is a Firehose stream's name.

A flushed buffer is a batch, `b` and the number of the entry. What is written somewhere in one piece is a
parcel: a batch leaves as `b7/data`, and where they are asked for or needed `b7/backup` (the source records)
and `b7/failed` (what the function could not process).
"""

from typing import NamedTuple

Setting = tuple[str, int | str | bool]


class DeliveryStreamCreated(NamedTuple):
    """`settings` are the fields of `settings.Settings`."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    settings: tuple[Setting, ...]


class DeliveryStreamDeleted(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    delivery_stream: str


class DestinationUpdated(NamedTuple):
    """All settings again; the version grew by one."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    settings: tuple[Setting, ...]


class DestinationWentDown(NamedTuple):
    """`place` is "destination" or "backup"."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    place: str


class DestinationCameUp(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    place: str


class DeliveryStreamChancesSet(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    put_fails_percent: int


class RecordBuffered(NamedTuple):
    """Firehose took a record. `source` is "direct-put", "sns" or "kinesis"."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    by: str
    record_id: str
    data: str
    size_bytes: int
    source: str


class RecordRejected(NamedTuple):
    """Firehose did not take this record of a batch: the sender must send it again."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    by: str
    place: int


class BufferFlushed(NamedTuple):
    """The buffer became a batch. reason: 'buffer-size-reached', 'buffer-interval-passed' or
    'zero-buffering'."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    batch: str
    record_ids: tuple[str, ...]
    size_bytes: int


class RecordsTransformed(NamedTuple):
    """The function answered for each record of a batch: Ok, Dropped or ProcessingFailed.

    `data` is what it made of the records that are Ok, or () if it left all as they were.
    """

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    batch: str
    ok: tuple[str, ...]
    dropped: tuple[str, ...]
    failed: tuple[str, ...]
    data: tuple[str, ...]


class BatchDelivered(NamedTuple):
    """A parcel arrived. `kind`: "data", "backup", "processing-failed" or "delivery-failed". For S3 the
    object's `bucket` and `key`; for other destinations `bucket` is "" and `key` is the destination."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    parcel: str
    kind: str
    bucket: str
    key: str
    record_ids: tuple[str, ...]
    size_bytes: int
    attempts: int


class BatchDeliveryFailed(NamedTuple):
    """An attempt failed: 'destination-down' or 'bucket-not-found'. The next one comes at `retry_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    parcel: str
    kind: str
    attempt: int
    retry_at_ms: int


class BatchDiverted(NamedTuple):
    """The retry duration is over: the parcel goes to the backup bucket."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    parcel: str
    record_ids: tuple[str, ...]


class RecordsLost(NamedTuple):
    """Firehose gave records up: 'retention-passed' or 'delivery-stream-deleted'. `kind` is that of the
    parcel, or "buffer"."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    parcel: str
    kind: str
    record_ids: tuple[str, ...]


class SourceReadPlanned(NamedTuple):
    """A shard has something new: Firehose reads it at `read_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    stream: str
    shard: str
    read_at_ms: int


class SourceRead(NamedTuple):
    """Firehose had its turn to read a shard; `position` is the place where it goes on. reason: "",
    'shard-read-throttled' or 'kms-access-denied'."""

    at_ms: int
    cause: int
    reason: str
    delivery_stream: str
    stream: str
    shard: str
    position: int
    record_count: int
