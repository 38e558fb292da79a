"""Shards are split, merged and counted anew."""

import pytest

from studyapp.engine.kinesis.hash_keys import even_starts
from tests.engine.kinesis.given import (
    FIRST,
    FOURTH,
    HOUR_MS,
    SECOND,
    THIRD,
    act,
    events,
    iterator,
    put,
    read,
    refusal,
    world_with,
)
from tests.support.worlds import same_world

MIDDLE = 2**127
LAST = 2**128 - 1


def split(world, shard_id=FIRST, key=MIDDLE):
    act(world, "kinesis.SplitShard", shard_to_split=shard_id, new_starting_hash_key=str(key))
    world.advance_to(world.now_ms + 5_000)


def merge(world, one=FIRST, other=SECOND):
    act(world, "kinesis.MergeShards", shard_to_merge=one, adjacent_shard_to_merge=other)
    world.advance_to(world.now_ms + 5_000)


def recount(world, count):
    act(world, "kinesis.UpdateShardCount", target_shard_count=count)
    world.advance_to(world.now_ms + 5_000)


def listed(world, **filtered):
    given = {"shard_filter": filtered} if filtered else {}
    return [shard.shard_id for shard in act(world, "kinesis.ListShards", **given).shards]


def ranges(world):
    return [
        (shard.shard_id, shard.starting_hash_key, shard.ending_hash_key)
        for shard in world.kinesis.streams["buses"].open
    ]


def test_a_split_shard_closes_and_has_two_children_that_divide_its_range():
    world = world_with()
    split(world, FIRST, 1_000)
    assert ranges(world) == [(SECOND, 0, 999), (THIRD, 1_000, LAST)]
    shards = act(world, "kinesis.ListShards").shards
    assert [s.parent_shard_id for s in shards] == [None, FIRST, FIRST]
    assert shards[0].ending_sequence_number
    assert shards[1].ending_sequence_number is None
    same_world(world)


def test_the_parent_keeps_its_records_and_the_children_take_the_new_ones():
    world = world_with()
    put(world, "old")
    split(world)
    put(world, "new")
    assert read(world, FIRST) == ["old"]
    assert read(world, THIRD) == ["new"]
    assert read(world, SECOND) == []


def test_a_stream_can_be_written_and_read_while_it_is_updating():
    world = world_with()
    act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key=str(MIDDLE))
    world.advance_to(4_999)
    assert put(world, "meanwhile").shard_id == FIRST
    assert read(world) == ["meanwhile"]
    world.advance_to(5_000)
    assert put(world).shard_id == THIRD


def test_a_stream_does_one_thing_at_a_time():
    world = world_with(2)
    act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key="5")
    given = {"stream": "buses", "shard_to_merge": FIRST, "adjacent_shard_to_merge": SECOND}
    assert refusal(world, "kinesis.MergeShards", **given) == "stream-not-active"


@pytest.mark.parametrize("key", [2, LAST - 1, MIDDLE])
def test_a_split_key_lies_inside_the_shard(key):
    world = world_with()
    split(world, FIRST, key)
    assert len(ranges(world)) == 2


@pytest.mark.parametrize(
    ("shard_id", "key", "reason"),
    [
        (FIRST, "0", "split-key-outside-shard"),
        (FIRST, "1", "split-key-outside-shard"),
        (FIRST, str(MIDDLE - 1), "split-key-outside-shard"),
        (SECOND, str(MIDDLE), "split-key-outside-shard"),
        (SECOND, str(MIDDLE + 1), "split-key-outside-shard"),
        (SECOND, str(LAST), "split-key-outside-shard"),
        (SECOND, str(LAST + 1), "hash-key-too-high"),
        (SECOND, "middle", "stream-parameter-invalid"),
        (THIRD, "5", "shard-not-found"),
    ],
)
def test_a_split_elsewhere_is_refused(shard_id, key, reason):
    world = world_with(2)
    given = {"stream": "buses", "shard_to_split": shard_id, "new_starting_hash_key": key}
    assert refusal(world, "kinesis.SplitShard", **given) == reason


def test_a_closed_shard_cannot_be_split_or_merged_again():
    world = world_with(2)
    split(world, FIRST, 500)
    again = {"stream": "buses", "shard_to_split": FIRST, "new_starting_hash_key": "400"}
    assert refusal(world, "kinesis.SplitShard", **again) == "shard-already-closed"
    given = {"stream": "buses", "shard_to_merge": SECOND, "adjacent_shard_to_merge": FIRST}
    assert refusal(world, "kinesis.MergeShards", **given) == "shard-already-closed"


@pytest.mark.parametrize(("one", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_two_neighbours_merge_into_a_child_with_both_parents(one, other):
    world = world_with(3)
    merge(world, one, other)
    stream = world.kinesis.streams["buses"]
    child = stream.shards[FOURTH]
    assert (child.parent_shard_id, child.adjacent_parent_shard_id) == (one, other)
    assert [shard.shard_id for shard in stream.open] == [FOURTH, THIRD]
    assert child.ending_hash_key + 1 == stream.shards[THIRD].starting_hash_key
    same_world(world)


@pytest.mark.parametrize(("one", "other"), [(FIRST, THIRD), (FIRST, FIRST)])
def test_shards_that_do_not_touch_are_not_merged(one, other):
    given = {"stream": "buses", "shard_to_merge": one, "adjacent_shard_to_merge": other}
    assert refusal(world_with(3), "kinesis.MergeShards", **given) == "shards-not-adjacent"


@pytest.mark.parametrize(
    ("before", "after"), [(1, 2), (2, 1), (2, 4), (4, 2), (4, 3), (3, 5), (5, 3), (7, 7), (8, 16)]
)
def test_a_shard_count_gives_even_shards(before, after):
    world = world_with(before)
    recount(world, after)
    assert [start for _, start, _ in ranges(world)] == even_starts(after)
    assert ranges(world)[-1][2] == LAST
    same_world(world)


def test_doubling_only_splits_and_halving_only_merges():
    world = world_with(4)
    recount(world, 8)
    assert (len(events(world, "ShardSplit")), len(events(world, "ShardsMerged"))) == (4, 0)
    recount(world, 4)
    assert (len(events(world, "ShardSplit")), len(events(world, "ShardsMerged"))) == (4, 4)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (0, "stream-parameter-invalid"),
        (9, "shard-count-over-double"),
        (1, "shard-count-below-half"),
        (10_001, "shard-count-too-high"),
    ],
)
def test_a_shard_count_stays_between_half_and_double(target, reason):
    given = {"stream": "buses", "target_shard_count": target}
    assert refusal(world_with(4), "kinesis.UpdateShardCount", **given) == reason


def test_half_and_double_are_allowed():
    for count in (2, 8):
        recount(world_with(4), count)
    recount(world_with(5), 3)
    assert refusal(
        world_with(5), "kinesis.UpdateShardCount", stream="buses", target_shard_count=2
    ) == ("shard-count-below-half")


def test_the_shard_count_changes_ten_times_in_24_hours():
    world = world_with(1)
    for turn in range(10):
        recount(world, 2 - turn % 2)
    given = {"stream": "buses", "target_shard_count": 2}
    assert refusal(world, "kinesis.UpdateShardCount", **given) == "shard-count-changes-exceeded"
    world.advance_to(24 * HOUR_MS)
    recount(world, 2)


def test_only_uniform_scaling_exists():
    given = {"stream": "buses", "target_shard_count": 2, "scaling_type": "EVEN"}
    assert refusal(world_with(), "kinesis.UpdateShardCount", **given) == "stream-parameter-invalid"


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("SplitShard", {"shard_to_split": FIRST, "new_starting_hash_key": "500"}),
        ("MergeShards", {"shard_to_merge": FIRST, "adjacent_shard_to_merge": SECOND}),
        ("UpdateShardCount", {"target_shard_count": 8}),
    ],
)
def test_an_on_demand_stream_shards_itself(action, given):
    world = world_with(None, stream_mode="ON_DEMAND")
    assert refusal(world, f"kinesis.{action}", stream="buses", **given) == "stream-is-on-demand"


def test_a_closed_shard_is_listed_until_its_data_have_expired():
    world = world_with()
    put(world, "old")
    split(world)
    assert listed(world) == [FIRST, SECOND, THIRD]
    world.advance_to(24 * HOUR_MS + 4_999)
    assert FIRST in listed(world)
    world.advance_to(24 * HOUR_MS + 5_000)
    assert listed(world) == [SECOND, THIRD]
    given = {"stream": "buses", "shard_id": FIRST, "shard_iterator_type": "TRIM_HORIZON"}
    assert refusal(world, "kinesis.GetShardIterator", **given) == "shard-not-found"
    assert act(world, "kinesis.ListShards").shards[0].parent_shard_id == FIRST


def test_shards_are_filtered_by_when_they_were_open():
    world = world_with(2)
    world.advance_to(1_000)
    split(world, FIRST, 500)
    world.advance_to(10_000)
    old, new = [FIRST, SECOND], [SECOND, THIRD, FOURTH]
    assert listed(world, type="AT_LATEST") == new
    assert listed(world, type="AT_TRIM_HORIZON") == old
    assert listed(world, type="FROM_TRIM_HORIZON") == [FIRST, *new]
    assert listed(world, type="AT_TIMESTAMP", timestamp_ms=1_000) == old
    assert listed(world, type="AT_TIMESTAMP", timestamp_ms=6_000) == [FIRST, *new]
    assert listed(world, type="AT_TIMESTAMP", timestamp_ms=6_001) == new
    assert listed(world, type="FROM_TIMESTAMP", timestamp_ms=6_001) == new
    assert listed(world, type="FROM_TIMESTAMP", timestamp_ms=0) == [FIRST, *new]
    assert listed(world, type="AFTER_SHARD_ID", shard_id=SECOND) == [THIRD, FOURTH]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"shard_filter": {"type": "OPEN"}}, "stream-parameter-invalid"),
        ({"shard_filter": {}}, "missing-parameter"),
        ({"shard_filter": {"type": "AT_TIMESTAMP"}}, "missing-parameter"),
        ({"shard_filter": {"type": "AFTER_SHARD_ID"}}, "missing-parameter"),
        ({"shard_filter": {"type": 1}}, "wrong-type"),
        ({"max_results": 0}, "stream-parameter-invalid"),
        ({"max_results": 10_001}, "stream-parameter-invalid"),
        ({"next_token": "x"}, "shard-token-with-stream"),
        ({"stream": None, "next_token": "x"}, "shard-token-invalid"),
        ({"stream": None}, "missing-parameter"),
        ({"exclusive_start_shard_id": "a b"}, "stream-parameter-invalid"),
    ],
)
def test_shards_are_listed_only_for_good_parameters(given, reason):
    whole = {"stream": "buses", **given}
    assert refusal(world_with(2), "kinesis.ListShards", **whole) == reason


def test_many_shards_come_in_pages():
    world = world_with(25)
    answer = act(world, "kinesis.ListShards", max_results=10)
    found = list(answer.shards)
    while answer.next_token:
        answer = world.call(
            "kinesis.ListShards", "admin", next_token=answer.next_token, max_results=10
        )
        found += answer.shards
    assert [shard.shard_id for shard in found] == listed(world)
    after = act(world, "kinesis.ListShards", exclusive_start_shard_id=f"shardId-{22:012d}").shards
    assert len(after) == 2


def test_a_page_token_is_good_for_300_seconds():
    world = world_with(3)
    token = act(world, "kinesis.ListShards", max_results=1).next_token
    world.advance_to(300_000)
    assert len(world.call("kinesis.ListShards", "admin", next_token=token).shards) == 2
    world.advance_to(300_001)
    assert refusal(world, "kinesis.ListShards", next_token=token) == "shard-token-expired"


def test_an_account_has_at_most_20_000_shards():
    world = world_with(2)
    world.call("sim.AddStream", "admin", stream="wide", shard_count=19_998)
    given = {"stream": "buses", "shard_to_split": FIRST, "new_starting_hash_key": "500"}
    assert refusal(world, "kinesis.SplitShard", **given) == "shards-per-account-exceeded"


def test_shard_ids_never_come_back():
    world = world_with(2)
    merge(world)
    split(world, THIRD)
    assert listed(world) == [f"shardId-{number:012d}" for number in range(5)]


def test_keys_keep_their_order_when_parents_are_read_first():
    world = world_with()
    for turn in range(3):
        for number in range(4):
            put(world, f"{turn}-{number}", "bus-1")
        shard = world.kinesis.streams["buses"].shard_for(MIDDLE + 5)
        middle = (shard.starting_hash_key + shard.ending_hash_key) // 2
        split(world, shard.shard_id, middle)
    order = []
    for shard in act(world, "kinesis.ListShards").shards:
        world.advance_to(world.now_ms + 1_000)
        order += read(world, shard.shard_id)
    assert order == [f"{turn}-{number}" for turn in range(3) for number in range(4)]
    assert iterator(world, FIRST, "LATEST")


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 40])
def test_doubling_the_shards_splits_each_and_merges_none(count: int):
    assert set(even_starts(count)) <= set(even_starts(2 * count))
