"""Streams, shards and who reads them, as they are now. Only applies write here."""

from bisect import bisect_right
from dataclasses import dataclass, field

from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.kinesis.leases import LeaseTable

CREATING, ACTIVE, UPDATING, DELETING = "CREATING", "ACTIVE", "UPDATING", "DELETING"
PROVISIONED, ON_DEMAND = "PROVISIONED", "ON_DEMAND"


@dataclass(slots=True)
class Second:
    """What was used of an allowance in one virtual second; see `throughput.py`."""

    second: int = -1
    bytes: int = 0
    count: int = 0


@dataclass(slots=True)
class Subscription:
    """An open SubscribeToShard. `number` is the entry of its ShardSubscribed, `place` the next record to
    push. `push_set` says that a push has been planned."""

    number: int
    by: str
    consumer: str
    place: int
    started_ms: int
    push_set: bool = False
    used: Second = field(default_factory=Second)


@dataclass(slots=True)
class Shard:
    """One ordered line of records, for a range of hash keys.

    `records` holds what is kept; its first entry has the place `first_place`, and the first `gone` entries
    have expired already. A record's place never changes.
    """

    shard_id: str
    index: int
    starting_hash_key: int
    ending_hash_key: int
    opened_ms: int
    starting_sequence_number: str
    parent_shard_id: str = ""
    adjacent_parent_shard_id: str = ""
    closed_ms: int = -1
    ending_sequence_number: str = ""
    children: list[str] = field(default_factory=list)
    records: list[RecordPut] = field(default_factory=list)
    first_place: int = 0
    gone: int = 0
    trim_number: int = 0
    trim_set: bool = False
    written: Second = field(default_factory=Second)
    second_before: Second = field(default_factory=Second)
    read: Second = field(default_factory=Second)
    read_again_ms: int = 0
    iterators: Second = field(default_factory=Second)
    minute: int = -1
    minute_bytes: int = 0
    splitting: bool = False
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    bytes_in: int = 0
    payload_units: int = 0
    write_throttled: int = 0
    read_throttled: int = 0
    bytes_out: int = 0
    bytes_pushed: int = 0

    def end(self) -> int:
        """The place of the next record."""
        return self.first_place + len(self.records)

    def horizon(self, now_ms: int, retention_ms: int) -> int:
        """The place of the oldest record that can be read. A record goes when its retention has passed,
        whether or not its memory was freed."""
        records, gone = self.records, self.gone
        oldest = now_ms - retention_ms
        if gone >= len(records) or records[gone].at_ms > oldest:
            return self.first_place + gone
        return self.first_place + bisect_right(records, oldest, gone, key=_arrival)

    def sequence_before(self, place: int) -> str:
        """The sequence number after which reading goes on with `place`."""
        index = place - self.first_place - 1
        if 0 <= index < len(self.records):
            return self.records[index].sequence_number
        return self.starting_sequence_number

    def expired(self, now_ms: int, retention_ms: int) -> bool:
        """Closed, and everything in it is past its retention: no longer listed (KDS-X13)."""
        return 0 <= self.closed_ms <= now_ms - retention_ms


def _arrival(record: RecordPut) -> int:
    return record.at_ms


@dataclass(slots=True)
class Consumer:
    """A registered consumer. `subscribed_ms`: when it last subscribed to each shard."""

    name: str
    created_ms: int
    active: bool = False
    subscribed_ms: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Stream:
    """A stream's settings, every shard it ever had by id, and the open ones in the order of their ranges.

    `readers`: for each who calls GetRecords or is pushed to, the next place in each shard.
    """

    name: str
    created_ms: int
    on_demand: bool
    retention_ms: int
    record_bytes_max: int
    status: str = CREATING
    shards: dict[str, Shard] = field(default_factory=dict)
    open: list[Shard] = field(default_factory=list)
    open_starts: list[int] = field(default_factory=list)
    next_index: int = 0
    change: tuple[str, ...] = ()
    consumers: dict[str, Consumer] = field(default_factory=dict)
    key_id: str = ""
    denied: dict[str, bool] = field(default_factory=dict)
    readers: dict[str, dict[str, int]] = field(default_factory=dict)
    counts_changed_ms: list[int] = field(default_factory=list)
    modes_changed_ms: list[int] = field(default_factory=list)
    keys_changed_ms: list[int] = field(default_factory=list)
    measured_minute: int = -1
    shard_ms: int = 0
    shard_ms_until_ms: int = 0

    def shard_for(self, hash_key: int) -> Shard:
        """The open shard whose range holds a hash key."""
        return self.open[bisect_right(self.open_starts, hash_key) - 1]


class State:
    """Every stream by name, and the lease table of every application that works through one."""

    __slots__ = ("applications", "streams")

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self.applications: dict[str, LeaseTable] = {}
