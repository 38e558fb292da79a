"""What a picture keeps in mind of a stream while its log is read: its shards, and how much there is to draw."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studyapp.engine.kinesis import events as happened
from studyapp.engine.kinesis.hash_keys import even_starts
from studyapp.engine.limits.kinesis import HASH_KEYS, SHARD_WRITE_BYTES, SHARD_WRITE_RECORDS
from studyapp.engine.log import Event
from studyapp.engine.witness import label

# A stream with more records than this is drawn with levels instead of beads, one with more shards with bars
# instead of lanes.
BEADS_MAX, LANES_MAX = 60, 6


@dataclass(frozen=True, slots=True)
class Survey:
    """What a whole run does with a stream. `most`: records in the fullest shard. `by_key`: beads of one partition
    key look alike; otherwise a bead looks like its message everywhere. `named`: records have names of their own."""

    shards: int = 0
    records: int = 0
    most: int = 0
    by_key: bool = False
    named: bool = True

    @property
    def beads(self) -> bool:
        return self.records <= BEADS_MAX and self.lanes

    @property
    def lanes(self) -> bool:
        return self.shards <= LANES_MAX


def survey(log: Sequence[Event], stream: str) -> Survey:
    """Read once what will happen to a stream, so that it can be drawn from the start as it has to be."""
    shards = records = 0
    in_shard: dict[str, int] = {}
    keys: set[str] = set()
    names: set[str] = set()
    for event in log:
        if isinstance(event, happened.RecordPut):
            if event.stream == stream:
                records += 1
                in_shard[event.shard_id] = in_shard.get(event.shard_id, 0) + 1
                if records <= BEADS_MAX:
                    keys.add(event.partition_key)
                    names.add(label(event.data))
        elif isinstance(event, happened.StreamCreated | happened.StreamPeakSet):
            shards = max(shards, event.shard_count) if event.stream == stream else shards
        elif isinstance(event, happened.ShardSplit):
            shards += 2 * (event.stream == stream)
        elif isinstance(event, happened.ShardsMerged):
            shards += event.stream == stream
    named = len(names) > len(keys) or len(names) == records
    return Survey(
        shards,
        records,
        max(in_shard.values(), default=0),
        len(keys) > 1 and (len(keys) < records or not named),
        named,
    )


@dataclass(slots=True)
class Lane:
    """A shard: records by their place from 0, of which the first `gone` have expired. Its hash keys go from
    `start` to before `end`. `bytes` and `count` came in during `second`."""

    number: int
    start: int
    end: int
    tokens: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    gone: int = 0
    is_closed: bool = False
    second: int = -1
    bytes: int = 0
    count: int = 0
    hot_until_ms: int = -1

    @property
    def part(self) -> str:
        """The name of its place in its stream, and of its part of the drawing."""
        return f"shard-{self.number}"

    @property
    def after_last(self) -> int:
        """The place of the next record."""
        return len(self.times)

    @property
    def kept(self) -> int:
        return len(self.times) - self.gone

    def after(self, sequence_number: str) -> int:
        """The place where reading goes on after a record; the oldest one kept where it is not known."""
        place = self.places.get(sequence_number)
        return self.gone if place is None else max(place + 1, self.gone)

    def take_in(self, at_ms: int, size_bytes: int) -> None:
        """Count what comes in by the second, as the shard's limit does."""
        if at_ms // 1000 != self.second:
            self.second, self.bytes, self.count = at_ms // 1000, 0, 0
        self.bytes += size_bytes
        self.count += size_bytes > 0

    def level(self) -> int:
        """How much of what the shard may take in a second has come in, in tenths."""
        used = max(self.bytes / SHARD_WRITE_BYTES, self.count / SHARD_WRITE_RECORDS)
        return min(10, -int(-10 * used // 1))


def even_lanes(count: int) -> list[Lane]:
    """Lanes for so many shards of the same size."""
    starts = even_starts(count)
    return [
        Lane(number, start, end)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], HASH_KEYS], strict=True))
    ]
