"""What can happen in Kinesis Data Streams. Times are virtual milliseconds; `stream` is a stream's name.

Hash keys are decimal text: they go beyond 64 bits. A record's place is its number within its shard, from 0.
"""

from typing import NamedTuple


class StreamCreated(NamedTuple):
    """CREATING until `active_at_ms`, ACTIVE from then on. `shard_count` even shards."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    stream_mode: str
    shard_count: int
    retention_period_hours: int
    max_record_size_in_kib: int
    active_at_ms: int


class StreamUpdating(NamedTuple):
    """Something was asked for that takes until `ready_at_ms`. reason: 'split-asked', 'merge-asked',
    'shard-count-asked', 'mode-asked' or 'encryption-asked'; `change` are its parameters."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    change: tuple[str, ...]
    ready_at_ms: int


class StreamActive(NamedTuple):
    """The stream is ACTIVE. reason: 'created' or 'updated'."""

    at_ms: int
    cause: int
    reason: str
    stream: str


class StreamDeleting(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    stream: str
    gone_at_ms: int


class StreamDeleted(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    stream: str


class StreamRetentionChanged(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    stream: str
    retention_period_hours: int


class StreamRecordSizeChanged(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    stream: str
    max_record_size_in_kib: int


class StreamModeChanged(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    stream: str
    stream_mode: str


class StreamEncryptionChanged(NamedTuple):
    """`key_id` is empty when encryption was switched off."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    key_id: str


class StreamKeyAccessChanged(NamedTuple):
    """Whether `who`, a program or a Firehose stream, may use the key that encrypts the stream."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    who: str
    allowed: bool


class StreamPeakSet(NamedTuple):
    """An on-demand stream had this write peak before, so it has `shard_count` even shards now."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    bytes_per_second: int
    shard_count: int


class StreamScaling(NamedTuple):
    """These shards of an on-demand stream took in so much that they are split at `ready_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    shard_ids: tuple[str, ...]
    ready_at_ms: int


class StreamTraffic(NamedTuple):
    """Records of a declared size are put, and again every `every_ms`, `times_left` times."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    by: str
    partition_key_prefix: str
    record_count: int
    record_size_bytes: int
    times_left: int
    every_ms: int


class ShardSplit(NamedTuple):
    """A shard was closed; its hash keys below `new_starting_hash_key` belong to `low_shard_id` now, the
    others to `high_shard_id`. reason: 'asked', 'shard-count', or 'on-demand-scaled'."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    shard_id: str
    new_starting_hash_key: str
    low_shard_id: str
    high_shard_id: str


class ShardsMerged(NamedTuple):
    """Two neighbours were closed; `child_shard_id` has the hash keys of both."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    shard_id: str
    adjacent_shard_id: str
    child_shard_id: str


class RecordPut(NamedTuple):
    """A shard stored a record. `size_bytes` counts the data and the partition key."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    shard_id: str
    sequence_number: str
    partition_key: str
    data: str
    size_bytes: int


class RecordsThrottled(NamedTuple):
    """A shard took none of these records of one call. reason: 'shard-write-bytes-exceeded' or
    'shard-write-records-exceeded'."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    shard_id: str
    by: str
    record_count: int
    size_bytes: int


class RecordsExpired(NamedTuple):
    """The oldest records of a shard have been kept for as long as the stream keeps records."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    shard_id: str
    record_count: int
    last_sequence_number: str


class ShardIteratorGiven(NamedTuple):
    """The answer to GetShardIterator: a place in a shard, good for five minutes."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str
    shard_iterator_type: str
    shard_iterator: str


class RecordsRead(NamedTuple):
    """The answer to GetRecords. reason: '', 'nothing-new' or 'shard-end'. A `next_shard_iterator` of None
    means that the shard is closed and was read to its end; then `child_shards` says where to go on."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str
    first_sequence_number: str
    last_sequence_number: str
    record_count: int
    size_bytes: int
    next_place: int
    next_shard_iterator: str | None
    millis_behind_latest: int
    child_shards: tuple[str, ...]


class ReadThrottled(NamedTuple):
    """A shard refused to be read. reason: 'shard-read-bytes-exceeded', 'shard-read-calls-exceeded' or
    'shard-iterator-calls-exceeded'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str


class StreamConsumerRegistered(NamedTuple):
    """CREATING until `active_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    stream: str
    consumer: str
    active_at_ms: int


class StreamConsumerActive(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    stream: str
    consumer: str


class StreamConsumerDeregistered(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    stream: str
    consumer: str


class ShardSubscribed(NamedTuple):
    """The answer to SubscribeToShard: records from `place` on are pushed to `by` until `expires_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    consumer: str
    shard_id: str
    place: int
    expires_at_ms: int


class RecordsPushed(NamedTuple):
    """A shard pushed records to a subscriber. `subscription` is the entry of its ShardSubscribed.

    A `continuation_sequence_number` of None means that the closed shard ended. The next push comes at
    `next_push_ms`, or after the next record if that is None.
    """

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    consumer: str
    shard_id: str
    subscription: int
    first_sequence_number: str
    last_sequence_number: str
    record_count: int
    size_bytes: int
    next_place: int
    continuation_sequence_number: str | None
    millis_behind_latest: int
    child_shards: tuple[str, ...]
    next_push_ms: int | None


class ShardSubscriptionEnded(NamedTuple):
    """reason: 'subscription-time-ended', 'taken-over', 'shard-end', 'connection-lost',
    'consumer-deregistered' or 'stream-deleted'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    consumer: str
    shard_id: str
    subscription: int
    continuation_sequence_number: str | None
