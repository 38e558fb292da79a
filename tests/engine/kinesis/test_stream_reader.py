"""`stream-reader`: a program that reads a whole stream by itself."""

import pytest

from studyapp.engine.kinesis.metrics import metrics
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.kinesis.given import (
    FIRST,
    SECOND,
    act,
    add,
    events,
    get,
    handled,
    iterator,
    put,
    world_with,
)
from tests.support.worlds import same_world


def traffic(world, size_bytes, count, times):
    act(
        world,
        "sim.PutRecordsOfSize",
        partition_key_prefix="bus",
        record_count=count,
        record_size_bytes=size_bytes,
        times=times,
    )


def test_a_reader_polls_every_second_and_handles_what_it_finds():
    world = world_with()
    add(world, "dash")
    for second in range(5):
        world.advance_to(second * 1_000 + 400)
        put(world, str(second))
    world.advance_to(10_000)
    assert handled(world) == ["0", "1", "2", "3", "4"]
    assert {e.age_ms for e in events(world, "RecordHandled")} == {600}
    reads = events(world, "RecordsRead")
    assert [e.at_ms for e in reads] == [second * 1_000 for second in range(11)]
    same_world(world)


def test_two_readers_each_see_every_record():
    world = world_with(3)
    add(world, "dash")
    add(world, "app", poll_every_ms=300)
    for number in range(30):
        world.advance_to(number * 100)
        put(world, str(number), f"bus-{number}")
    world.advance_to(10_000)
    for reader in ("dash", "app"):
        assert sorted(handled(world, reader)) == sorted(map(str, range(30)))


def test_latest_skips_what_was_there_and_trim_horizon_does_not():
    world = world_with()
    put(world, "old")
    world.advance_to(500)
    add(world, "late", start_position="LATEST")
    add(world, "early")
    add(world, "half", start_position="AT_TIMESTAMP", start_timestamp_ms=400)
    world.advance_to(1_000)
    put(world, "new")
    world.advance_to(3_000)
    assert handled(world, "late") == ["new"]
    assert handled(world, "early") == ["old", "new"]
    assert handled(world, "half") == ["new"]


def test_a_late_reader_replays_the_stream():
    world = world_with()
    add(world, "dash")
    for second in range(60):
        world.advance_to(second * 1_000)
        put(world, str(second))
    world.advance_to(3_600_000)
    add(world, "lab")
    world.advance_to(3_700_000)
    assert handled(world, "lab") == handled(world, "dash") == [str(n) for n in range(60)]


def test_parents_are_read_to_their_end_before_their_children():
    world = world_with()
    for number in range(3):
        put(world, f"a{number}", "bus-1")
    act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key=str(2**127))
    world.advance_to(5_000)
    for number in range(3):
        put(world, f"b{number}", "bus-1")
    add(world, "dash", handling_ms=2_000, batch_limit=2)
    world.advance_to(60_000)
    assert handled(world) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    opened = [(e.shard_id, e.reason) for e in events(world, "ShardReadingStarted")]
    assert opened == [
        (FIRST, "started"),
        (SECOND, "parents-finished"),
        ("shardId-000000000002", "parents-finished"),
    ]
    same_world(world)


def test_a_merged_shard_waits_for_both_parents():
    world = world_with(2)
    for _ in range(4):
        put(world, "low", "bus-2")
    put(world, "high", "bus-1")
    act(world, "kinesis.MergeShards", shard_to_merge=FIRST, adjacent_shard_to_merge=SECOND)
    world.advance_to(5_000)
    put(world, "child", "bus-2")
    add(world, "dash", handling_ms=3_000)
    world.advance_to(60_000)
    assert sorted(handled(world)[:5]) == ["high", "low", "low", "low", "low"]
    assert handled(world)[5:] == ["child"]
    assert len(events(world, "ShardReadingStarted")) == 3


def test_shards_are_handled_side_by_side_and_each_one_in_order():
    world = world_with(2)
    for number in range(3):
        put(world, f"low{number}", "bus-2")
        put(world, f"high{number}", "bus-1")
    add(world, "dash", handling_ms=1_000)
    world.advance_to(60_000)
    times = [(e.at_ms, e.data) for e in events(world, "RecordHandled")]
    assert times == [
        (1_000, "low0"),
        (1_000, "high0"),
        (2_000, "low1"),
        (2_000, "high1"),
        (3_000, "low2"),
        (3_000, "high2"),
    ]


def test_a_slow_reader_falls_behind():
    world = world_with()
    add(world, "slow", handling_ms=250, batch_limit=10)
    for tenth in range(600):
        world.advance_to(tenth * 100)
        put(world, str(tenth))
    age = metrics(world, "buses").iterator_age_ms["slow"]
    assert 30_000 < age < 40_000
    last = events(world, "RecordHandled")[-1]
    assert last.age_ms > 30_000


def test_three_shared_readers_do_not_keep_up_with_1_mb_a_second():
    world = world_with()
    for name in ("dash", "app", "lab"):
        add(world, name)
    traffic(world, 100_000, 10, 120)
    world.advance_to(120_000)
    ages = metrics(world, "buses").iterator_age_ms
    assert sum(ages.values()) > 60_000
    assert all(age > 5_000 for age in ages.values())
    assert metrics(world, "buses").read_throttled > 100
    same_world(world)


def test_three_fan_out_readers_keep_up_with_1_mb_a_second():
    world = world_with()
    for name in ("dash", "app", "lab"):
        add(world, name, mode="fan-out")
    world.advance_to(6_000)
    traffic(world, 100_000, 10, 120)
    world.advance_to(120_000)
    assert events(world, "RecordHandled")
    assert max(e.age_ms for e in events(world, "RecordHandled")) <= 70
    assert metrics(world, "buses").read_throttled == 0
    for name in ("dash", "app", "lab"):
        assert len(handled(world, name)) == 10 * 114


def test_two_shared_readers_keep_up_with_1_mb_a_second():
    world = world_with()
    for name in ("dash", "app"):
        add(world, name)
    traffic(world, 100_000, 10, 60)
    world.advance_to(61_000)
    assert metrics(world, "buses").iterator_age_ms == {"dash": 0, "app": 0}


def test_a_crashed_reader_without_checkpoints_starts_over():
    world = world_with()
    for number in range(4):
        put(world, str(number))
    add(world, "dash", crash_after_records=3, restart_after_ms=5_000)
    world.advance_to(20_000)
    assert handled(world) == ["0", "1", "2", "0", "1", "2", "3"]
    assert events(world, "ActorCrashed")[0].reason == "crashed-while-handling"
    same_world(world)


def test_a_reader_may_crash_in_every_life():
    world = world_with()
    for number in range(4):
        put(world, str(number))
    add(world, "dash", crash_after_records=2, crash_lives=2, restart_after_ms=5_000)
    world.advance_to(30_000)
    assert handled(world) == ["0", "1", "0", "1", "0", "1", "2", "3"]


def test_a_crashed_reader_stays_down_without_a_restart():
    world = world_with()
    put(world, "a")
    add(world, "dash", crash_after_records=1)
    world.advance_to(60_000)
    put(world, "b")
    world.advance_to(120_000)
    assert handled(world) == ["a"]
    world.call("sim.StartActor", "admin", actor="dash")
    world.advance_to(180_000)
    assert handled(world) == ["a", "a", "b"]


def test_a_fan_out_reader_subscribes_again_after_a_crash():
    world = world_with()
    add(world, "dash", mode="fan-out", crash_after_records=2, restart_after_ms=1_000)
    for number in range(3):
        put(world, str(number))
    world.advance_to(30_000)
    assert handled(world) == ["0", "1", "0", "1", "2"]
    put(world, "3")
    world.advance_to(40_000)
    assert handled(world)[-1:] == ["3"]
    assert "connection-lost" in [e.reason for e in events(world, "ShardSubscriptionEnded")]
    same_world(world)


def test_one_bad_record_blocks_its_shard_and_no_other():
    world = world_with(2)
    for data, key in (("a", "bus-2"), ("bad", "bus-2"), ("b", "bus-2"), ("c", "bus-1")):
        put(world, data, key)
    add(world, "dash", fails_on="bad")
    world.advance_to(10_000)
    assert handled(world) == ["a", "c"]
    assert len(events(world, "RecordHandlingFailed")) == 11
    world.call("sim.ChangeActor", "admin", actor="dash", settings={"fails_on": ""})
    world.advance_to(20_000)
    assert handled(world) == ["a", "c", "bad", "b"]
    same_world(world)


def test_a_reader_waits_for_its_stream():
    world = World(1)
    world.call(
        "sim.AddActor", "admin", actor="dash", kind="stream-reader", settings={"stream": "buses"}
    )
    world.advance_to(10_000)
    world.call("kinesis.CreateStream", "admin", stream="buses", shard_count=1)
    world.advance_to(20_000)
    put(world, "a")
    world.advance_to(30_000)
    assert handled(world) == ["a"]


def test_a_reader_without_the_key_reads_once_it_may():
    world = world_with()
    act(world, "sim.EncryptStream", key_id="alias/buses")
    act(world, "sim.SetKeyAccess", who="dash", allowed=False)
    add(world, "dash")
    put(world, "a")
    world.advance_to(10_000)
    assert handled(world) == []
    refused = events(world, "CallRefused")
    assert {e.reason for e in refused} == {"kms-access-denied"}
    act(world, "sim.SetKeyAccess", who="dash", allowed=True)
    world.advance_to(12_000)
    assert handled(world) == ["a"]


def test_handling_longer_than_an_iterator_lives_only_costs_a_call():
    world = world_with()
    add(world, "dash", handling_ms=400_000)
    put(world, "a")
    world.advance_to(100)
    put(world, "b")
    world.advance_to(2_000_000)
    assert handled(world) == ["a", "b"]
    assert "iterator-expired" in [e.reason for e in events(world, "CallRefused")]


def test_a_stopped_reader_asks_for_nothing_more():
    world = world_with()
    add(world, "dash")
    world.advance_to(5_000)
    world.call("sim.StopActor", "admin", actor="dash")
    length = len(world.log)
    world.advance_to(60_000)
    assert len(world.log) == length


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "push"},
        {"start_position": "NOW"},
        {"poll_every_ms": 0},
        {"batch_limit": 10_001},
        {"handling_ms": -1},
        {"color": "red"},
        {"stream": 3},
    ],
)
def test_settings_are_checked(wrong):
    world = world_with()
    with pytest.raises(Refused):
        add(world, "dash", **wrong)
    assert not world.actors.actors


def test_what_is_read_is_explained_by_its_causes():
    from studyapp.engine.log import chain

    world = world_with()
    add(world, "dash")
    world.advance_to(500)
    put(world, "a")
    world.advance_to(2_000)
    number = next(n for n, e in enumerate(world.log) if type(e).__name__ == "RecordHandled")
    kinds = [type(world.log[entry]).__name__ for entry in chain(world.log, number)]
    assert kinds[-1] == "Called"
    assert "ActorStarted" in kinds


def test_a_latest_reader_that_polls_rarely_misses_nothing():
    world = world_with()
    world.advance_to(1_000)
    put(world, "before")
    world.advance_to(2_000)
    add(world, "dash", start_position="LATEST", poll_every_ms=600_000)
    world.advance_to(500_000)
    put(world, "a")
    world.advance_to(2_500_000)
    assert handled(world) == ["a"]


def test_a_latest_reader_that_is_throttled_at_first_misses_nothing():
    world = world_with()
    place = iterator(world)
    for _ in range(5):
        get(world, place)
    add(world, "dash", start_position="LATEST")
    world.advance_to(0)
    put(world, "a")
    world.advance_to(10_000)
    assert handled(world, "dash") == ["a"]
    assert {e.by for e in events(world, "ReadThrottled")} == {"dash"}
