"""Places in a shard: where reading starts, and the iterators that stand for a place (KDS-X06).

An iterator is text that says everything by itself, so nothing has to be kept for it. AWS's are opaque; nobody
should take ours apart either.
"""

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.kinesis.parameters import check_sequence_number, shard_of, usable_stream
from studyapp.engine.kinesis.stream import Shard, Stream
from studyapp.engine.limits.kinesis import ITERATOR_LIFE_MS, ITERATOR_TEXT_MAX
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

TYPES = (
    "AT_SEQUENCE_NUMBER",
    "AFTER_SEQUENCE_NUMBER",
    "TRIM_HORIZON",
    "LATEST",
    "AT_TIMESTAMP",
)
_ITERATOR = re.compile(
    r"([0-9]{1,16}):([0-9]{1,16}):([0-9]{20,30}):([\w.-]{1,128}):([\w.-]{1,128})"
)


def starting_place(
    world: "World",
    stream: Stream,
    shard: Shard,
    kind: str,
    sequence_number: str | None,
    timestamp_ms: int | None,
) -> int:
    """The place of the first record to read.

    A sequence number or a time before the oldest record means the oldest record.

    Raises:
        Refused: starting-number-missing, starting-number-invalid, timestamp-in-future or
            stream-parameter-invalid.
    """
    horizon = shard.horizon(world.now_ms, stream.retention_ms)
    if kind == "TRIM_HORIZON":
        return horizon
    if kind == "LATEST":
        return shard.end()
    if kind == "AT_TIMESTAMP":
        if timestamp_ms is None:
            raise Refused("starting-number-missing", type=kind)
        if timestamp_ms > world.now_ms:
            raise Refused("timestamp-in-future", timestamp_ms=timestamp_ms, now_ms=world.now_ms)
        found = bisect_left(shard.records, timestamp_ms, shard.gone, key=_arrival)
        return max(horizon, shard.first_place + found)
    if sequence_number is None:
        raise Refused("starting-number-missing", type=kind)
    check_sequence_number("startingSequenceNumber", sequence_number)
    if (
        len(sequence_number) != len(shard.starting_sequence_number)
        or not sequence_number.startswith("4959")
        or int(sequence_number[14:]) != shard.index
        or int(sequence_number[4:14]) > len(world.log)
    ):
        raise Refused(
            "starting-number-invalid",
            number=sequence_number,
            shard=shard.shard_id,
            stream=stream.name,
        )
    bisect = bisect_left if kind == "AT_SEQUENCE_NUMBER" else bisect_right
    found = bisect(shard.records, sequence_number, shard.gone, key=_number)
    return max(horizon, shard.first_place + found)


def _arrival(record: RecordPut) -> int:
    return record.at_ms


def _number(record: RecordPut) -> str:
    return record.sequence_number


def written_iterator(stream: Stream, shard: Shard, place: int, now_ms: int) -> str:
    """The iterator for a place, given out now."""
    return f"{now_ms}:{place}:{shard.starting_sequence_number}:{shard.shard_id}:{stream.name}"


def read_iterator(world: "World", text: str) -> tuple[Stream, Shard, int]:
    """The place that an iterator stands for.

    Raises:
        Refused: iterator-invalid, iterator-expired, stream-not-found or shard-not-found.
    """
    found = _ITERATOR.fullmatch(text) if len(text) <= ITERATOR_TEXT_MAX else None
    if found is None:
        raise Refused("iterator-invalid")
    created_ms, place = int(found[1]), int(found[2])
    stream = usable_stream(world, found[5])
    shard = shard_of(world, stream, found[4])
    if shard.starting_sequence_number != found[3] or place > shard.end():
        raise Refused("iterator-invalid")
    if not world.now_ms - ITERATOR_LIFE_MS <= created_ms <= world.now_ms:
        raise Refused("iterator-expired", created_ms=created_ms, now_ms=world.now_ms)
    return stream, shard, place
