"""How much a shard takes in and gives out.

Limits count in whole virtual seconds: what fits into a second is taken, the rest of that second is refused.
Something larger than the allowance of a second (a record of 10 MiB, an answer of 10 MiB) goes through if the
second is unused, and then uses up the seconds after it. So the average never exceeds the limit, and a rate just
above it loses exactly the excess. AWS does not say how it measures a second; docs/fidelity.md lists it.
"""

from studyapp.engine.kinesis.stream import Second, Shard
from studyapp.engine.limits.kinesis import (
    SHARD_ITERATOR_CALLS,
    SHARD_READ_BYTES,
    SHARD_READ_CALLS,
    SHARD_WRITE_BYTES,
    SHARD_WRITE_RECORDS,
)


def bytes_in(used: Second, second: int, limit: int) -> int:
    """How much of a second's bytes are used, with what earlier seconds left over."""
    if used.second == second:
        return used.bytes
    left = used.bytes - limit * (second - used.second)
    return left if left > 0 else 0


def use(used: Second, second: int, limit: int, size_bytes: int) -> None:
    """Only from an apply: so many bytes and one more call or record belong to this second."""
    if used.second != second:
        left = used.bytes - limit * (second - used.second)
        used.bytes = left if left > 0 else 0
        used.count = 0
        used.second = second
    used.bytes += size_bytes
    used.count += 1


def write_refused(shard: Shard, at_ms: int, size_bytes: int) -> str:
    """Why a shard does not take a record now, or '' (KDS-15: both limits hold)."""
    second = at_ms // 1000
    written = shard.written
    if written.second == second:
        if written.count >= SHARD_WRITE_RECORDS:
            return "shard-write-records-exceeded"
        used = written.bytes
    else:
        used = bytes_in(written, second, SHARD_WRITE_BYTES)
    if used and used + size_bytes > SHARD_WRITE_BYTES:
        return "shard-write-bytes-exceeded"
    return ""


def read_refused(shard: Shard, at_ms: int) -> str:
    """Why GetRecords is refused now, or '' (KDS-24, KDS-X07)."""
    second = at_ms // 1000
    read = shard.read
    if read.second == second and read.count >= SHARD_READ_CALLS:
        return "shard-read-calls-exceeded"
    if at_ms < shard.read_again_ms or bytes_in(read, second, SHARD_READ_BYTES) >= SHARD_READ_BYTES:
        return "shard-read-bytes-exceeded"
    return ""


def iterator_refused(shard: Shard, at_ms: int) -> str:
    """Why GetShardIterator is refused now, or '' (KDS-X06)."""
    used = shard.iterators
    if used.second == at_ms // 1000 and used.count >= SHARD_ITERATOR_CALLS:
        return "shard-iterator-calls-exceeded"
    return ""
