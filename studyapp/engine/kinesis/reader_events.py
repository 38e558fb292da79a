"""What can happen to programs that read a stream. `by` is the actor's name."""

from typing import NamedTuple


class StreamReaderWaiting(NamedTuple):
    """The stream or the consumer is not ready; it tries again at `due_ms`. `reason` is that of the refusal,
    or 'consumer-creating'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    due_ms: int


class ShardReadingStarted(NamedTuple):
    """A reader turns to a shard. reason: 'started' or 'parents-finished'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str
    position: str
    timestamp_ms: int | None
    fan_out: bool


class ShardPollPlanned(NamedTuple):
    """The next GetRecords of a shard comes at `due_ms`. reason: 'nothing-new', or that of a refusal. An
    empty `shard_iterator` means that a new one is needed."""

    at_ms: int
    cause: int
    reason: str
    by: str
    shard_id: str
    shard_iterator: str
    due_ms: int


class ShardSubscriptionPlanned(NamedTuple):
    """SubscribeToShard comes at `due_ms`: again after five minutes, or after a refusal."""

    at_ms: int
    cause: int
    reason: str
    by: str
    shard_id: str
    sequence_number: str
    due_ms: int


class RecordBatchTaken(NamedTuple):
    """A reader has got records and handles them one after the other. `drained`: the shard has no more.

    The first one is done at `due_ms`; None if they take no time or others come before them.
    """

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str
    first_place: int
    record_count: int
    shard_iterator: str
    drained: bool
    due_ms: int | None


class RecordHandled(NamedTuple):
    """A reader is done with a record, `age_ms` after it was stored. `due_ms`: its next step."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str
    sequence_number: str
    partition_key: str
    data: str
    age_ms: int
    due_ms: int | None


class RecordHandlingFailed(NamedTuple):
    """A reader cannot handle a record and tries again at `due_ms`; the shard waits (KDS-X23)."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str
    sequence_number: str
    partition_key: str
    data: str
    due_ms: int


class ShardFinished(NamedTuple):
    """Every record of a closed shard was handled. reason: 'shard-end' or 'shard-expired'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    stream: str
    shard_id: str


class LeaseWorkerJoined(NamedTuple):
    """A worker of an application started in its `life`th life."""

    at_ms: int
    cause: int
    reason: str
    by: str
    application: str
    stream: str
    start_position: str
    life: int


class LeaseWorkerGone(NamedTuple):
    """A worker ended: 'crashed' or 'stopped'. Its leases run out at `leases_until_ms`."""

    at_ms: int
    cause: int
    reason: str
    by: str
    application: str
    life: int
    leases_until_ms: int


class LeaseExpired(NamedTuple):
    """A lease has no owner any more. `by` was its owner. reason: 'not-renewed' or 'released'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    application: str
    shard_id: str


class LeaseTaken(NamedTuple):
    """A worker reads a shard from now on, after the checkpoint. reason: 'new-shard', 'parents-finished',
    'taken-over' or 'balanced'; `from_worker` had the lease before."""

    at_ms: int
    cause: int
    reason: str
    by: str
    application: str
    stream: str
    shard_id: str
    from_worker: str
    life: int
    sequence_number: str


class Checkpointed(NamedTuple):
    """Everything up to `sequence_number` counts as handled. reason: 'records-handled', 'handed-over',
    'stopped' or 'shard-end', after which nobody reads the shard any more."""

    at_ms: int
    cause: int
    reason: str
    by: str
    application: str
    shard_id: str
    sequence_number: str
