"""Families about Kinesis Data Streams and Data Firehose."""

from collections.abc import Sequence

from studyapp.course.numbers import Number
from studyapp.engine.firehose.events import BufferFlushed
from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.log import Event
from studyapp.grading.drawn.family import Amount, Data, Draws, Story, World, count_of, second_of

HASH_KEYS = 2**128


def which_shard(draws: Draws) -> Story:
    """Into which shard does a record fall?"""
    shards, percent, number = draws.between(4, 8), draws.between(11, 89), draws.between(2, 30)

    def world(share: float) -> World:
        put: Data = {
            "at_ms": 1000, "do": "kinesis.PutRecord", "by": "buses", "stream": "positions", "data": "stop",
            "partition_key": "bus", "explicit_hash_key": str(int(share * HASH_KEYS)),
        }  # fmt: skip
        data: Data = {
            "ends_at_ms": 2000,
            "streams": {"positions": {"shard_count": shards}},
            "script": [put],
        }

        def shard(log: Sequence[Event]) -> Number:
            put = next(event for event in log if type(event) is RecordPut)
            return int(put.shard_id.rpartition("-")[2]) + 1

        return World(data, shard)

    in_turn = ((number - 1) % shards + 0.5) / shards
    return Story(
        {
            "shards": Amount(shards, "count"),
            "percent": Amount(percent, "percent"),
            "number": Amount(number, "count"),
        },
        {
            "by-its-hash": world(percent / 100),
            "in-turn": world(in_turn),
            "the-first": world(0.0),
            "the-last": world(1 - 2**-40),
        },
        "count",
    )


def hot_key(draws: Draws) -> Story:
    """How many records of one key does a stream take in a second?"""
    size, shards = draws.of((100, 150, 200, 250, 300)), draws.between(3, 6)
    records = 10 * draws.between(7, 12)

    def world(size_kb: int, key_count: int) -> World:
        data = "x" * (1000 * size_kb)  # one text, put again and again
        script: list[Data] = [
            {
                "at_ms": 1000 + n, "do": "kinesis.PutRecord", "by": "shop", "stream": "visits", "data": data,
                "partition_key": "shop-1",
                # Keys that spread evenly: their hashes are the middles of equal parts.
                "explicit_hash_key": str(int((n % key_count + 0.5) / key_count * HASH_KEYS)),
            }
            for n in range(records)
        ]  # fmt: skip
        return World(
            {
                "ends_at_ms": 1900,
                "streams": {"visits": {"shard_count": shards}},
                "script": script,
            },
            count_of(RecordPut),
            ("shard-write-bytes-exceeded",),
        )

    return Story(
        {
            "size": Amount(size, "KB"),
            "shards": Amount(shards, "count"),
            "records": Amount(records, "count"),
        },
        {
            "of-one-shard": world(size, 1),
            "of-all-shards": world(size, shards),
            "at-the-rate-of-reading": world(size // 2, 1),
            "by-number-only": world(1, 1),
        },
        "count",
    )


# Sizes of the buffer and of a record with which it makes no difference whether a MB has 1,000,000 bytes.
HINTS = [
    (size_mb, record_kb)
    for size_mb in range(2, 7)
    for record_kb in range(600, 1000, 50)
    if -(-size_mb * 1_000_000 // (1000 * record_kb))
    == -(-size_mb * 1_048_576 // (1000 * record_kb))
]
BUFFER_MB_MAX, INTERVAL_S_MAX = 128, 900


def when_a_batch_leaves(draws: Draws) -> Story:
    """When does Firehose deliver what it has collected?"""
    size_mb, record_kb = draws.of(HINTS)
    every, interval = draws.between(5, 40, 5), draws.between(70, 300, 10)

    def world(size: int, interval_s: int) -> World:
        producer = {
            "kind": "producer", "to": "firehose", "target": "clicks", "interval_ms": 1000 * every,
            "size_bytes": 1000 * record_kb,
        }  # fmt: skip
        configuration = {
            "bucket_arn": "clicks-bucket",
            "buffering_hints": {"size_in_mbs": size, "interval_in_seconds": interval_s},
        }
        data: Data = {
            "ends_at_ms": 1000 * (INTERVAL_S_MAX + 1),
            "buckets": {"clicks-bucket": {}},
            "delivery_streams": {
                "clicks": {"extended_s3_destination_configuration": configuration}
            },
            "actors": {"shop": producer},
        }
        return World(data, second_of(BufferFlushed))

    full = int(world(size_mb, INTERVAL_S_MAX).answer())
    by_size_first = full < interval
    return Story(
        {
            "size": Amount(size_mb, "MB"),
            "record": Amount(record_kb, "KB"),
            "every": Amount(every, "second"),
            "interval": Amount(interval, "second"),
            "full": Amount(full, "second"),
        },
        {
            "the-first-of-both": world(size_mb, interval),
            "the-later-of-both": world(BUFFER_MB_MAX, interval)
            if by_size_first
            else world(size_mb, INTERVAL_S_MAX),
            "one-after-the-other": world(BUFFER_MB_MAX, full + interval),
            "a-fixed-minute": world(BUFFER_MB_MAX, 60),
        },
        "second",
    )
