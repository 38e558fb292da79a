"""The MD5 of the partition key picks the shard."""

import hashlib

import pytest

from studyapp.engine.kinesis.hash_keys import even_starts, key_hash
from tests.engine.kinesis.given import FIRST, SECOND, act, events, put, refusal, world_with
from tests.support.worlds import same_world

LAST_KEY = 2**128 - 1

# The ledger's vectors: a key, its hash, and its shard among 2, 3, 4 and 5 even ones.
VECTORS = [
    ("truck-1", 232275227739645672085631791088237104774, (1, 2, 2, 3)),
    ("truck-2", 303475580256294415184827577414627860071, (1, 2, 3, 4)),
    ("truck-3", 122072242198106787300033149863641135706, (0, 1, 1, 1)),
    ("truck-4", 173748940408647180288417171456560124105, (1, 1, 2, 2)),
    ("truck-5", 73868389575902012383705504858238431602, (0, 0, 0, 1)),
    ("user-42", 157107139746365290205026809710278036035, (0, 1, 1, 2)),
    ("주문-1", 161549585251161981998815687088163418566, (0, 1, 1, 2)),
    ("đơn-1", 21377411295491873785476420314200926044, (0, 0, 0, 0)),
]


@pytest.mark.parametrize(("key", "number", "shards"), VECTORS)
def test_a_key_is_hashed_as_a_number_of_128_bits(key, number, shards):
    digest = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
    assert key_hash(key) == int(digest, 16) == number
    for count, expected in zip((2, 3, 4, 5), shards, strict=True):
        world = world_with(count)
        assert put(world, key=key).shard_id == f"shardId-{expected:012d}"


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 100])
def test_shards_divide_the_hash_range_evenly_and_without_gaps(count):
    shards = act(world_with(count), "kinesis.ListShards").shards
    assert [int(shard.starting_hash_key) for shard in shards] == even_starts(count)
    assert int(shards[0].starting_hash_key) == 0
    assert int(shards[-1].ending_hash_key) == LAST_KEY
    for before, after in zip(shards, shards[1:], strict=False):
        assert int(before.ending_hash_key) + 1 == int(after.starting_hash_key)


def test_five_buses_on_two_shards_divide_four_to_one():
    world = world_with(2)
    found = {number: put(world, key=f"bus-{number}").shard_id for number in range(1, 6)}
    assert found == {1: SECOND, 2: FIRST, 3: FIRST, 4: FIRST, 5: FIRST}


def test_a_hundred_trucks_spread_over_five_shards_unevenly():
    world = world_with(5)
    for number in range(1, 101):
        put(world, key=f"truck-{number}")
    shards = world.kinesis.streams["buses"].shards.values()
    assert [shard.end() for shard in shards] == [12, 20, 17, 26, 25]


@pytest.mark.parametrize(
    ("hash_key", "expected"),
    [("0", FIRST), (str(2**127 - 1), FIRST), (str(2**127), SECOND), (str(LAST_KEY), SECOND)],
)
def test_an_explicit_hash_key_wins_over_the_partition_key(hash_key, expected):
    world = world_with(2)
    assert put(world, key="bus-1", explicit_hash_key=hash_key).shard_id == expected
    assert put(world, key="bus-2", explicit_hash_key=hash_key).shard_id == expected


@pytest.mark.parametrize(
    ("hash_key", "reason"),
    [
        (str(2**128), "hash-key-too-high"),
        ("-1", "stream-parameter-invalid"),
        ("01", "stream-parameter-invalid"),
        ("", "stream-parameter-invalid"),
        ("1e3", "stream-parameter-invalid"),
        ("9" * 40, "stream-parameter-invalid"),
        ("\u0661", "stream-parameter-invalid"),
    ],
)
def test_a_hash_key_is_a_decimal_number_below_two_to_the_128(hash_key, reason):
    world = world_with(2)
    values = {"stream": "buses", "data": "x", "partition_key": "k", "explicit_hash_key": hash_key}
    assert refusal(world, "kinesis.PutRecord", **values) == reason
    assert not events(world, "RecordPut")


def test_sequence_numbers_grow_within_a_shard_and_are_unique_in_a_stream():
    world = world_with(3)
    numbers: dict[str, list[int]] = {}
    for number in range(300):
        event = put(world, key=f"k{number % 40}")
        numbers.setdefault(event.shard_id, []).append(int(event.sequence_number))
    for each in numbers.values():
        assert each == sorted(set(each))
    together = [number for each in numbers.values() for number in each]
    assert len(set(together)) == 300
    same_world(world)


def test_a_shard_starts_before_its_first_record():
    world = world_with(2)
    record = put(world)
    shard = act(world, "kinesis.ListShards").shards[1]
    assert int(shard.starting_sequence_number) < int(record.sequence_number)
    assert shard.ending_sequence_number is None
