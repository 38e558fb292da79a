"""Which shard a key belongs to: MD5 of the partition key as a number of 128 bits (KDS-X04).

>>> key_hash("truck-1")
232275227739645672085631791088237104774
"""

from hashlib import md5

from studyapp.engine.limits.kinesis import HASH_KEYS


def key_hash(partition_key: str) -> int:
    """The hash key of a partition key, from 0 to 2**128 - 1."""
    return int.from_bytes(md5(partition_key.encode(), usedforsecurity=False).digest(), "big")


def even_starts(shard_count: int) -> list[int]:
    """Where each of so many even shards starts; the last one ends at 2**128 - 1.

    The starts of n shards are among those of 2n, so that doubling splits each shard and merges none.
    """
    return [place * HASH_KEYS // shard_count for place in range(shard_count)]


def shard_name(index: int) -> str:
    """`shardId-000000000000` and so on; the numbers of a stream never come back."""
    return f"shardId-{index:012d}"


def sequence_number(entry: int, shard_index: int) -> str:
    """The sequence number of what happened in a shard at an entry of the log.

    Twenty digits, growing within a shard, unique in a stream, and with gaps, as AWS's are (KDS-X05).
    """
    return f"4959{entry:010d}{shard_index:06d}"
