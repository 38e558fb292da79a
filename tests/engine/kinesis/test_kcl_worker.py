"""`kcl-worker`: the workers of an application share the shards of a stream."""

from collections import Counter

import pytest

from studyapp.engine.refusals import Refused
from tests.engine.kinesis.given import (
    FIRST,
    SECOND,
    act,
    events,
    handled,
    put,
    world_with,
)
from tests.engine.kinesis.given import (
    add as add_reader,
)
from tests.support.worlds import same_world


def add(world, *names, **settings):
    for name in names:
        add_reader(world, name, "kcl-worker", **{"application": "arrivals", **settings})


def owners(world, application="arrivals"):
    leases = world.kinesis.applications[application].leases.values()
    return {lease.shard_id: lease.owner for lease in leases if not lease.ended}


def load(world):
    return Counter(owner for owner in owners(world).values() if owner)


def fill(world, count, keys=7):
    for number in range(count):
        put(world, str(number), f"bus-{number % keys}")


@pytest.mark.parametrize(
    ("shards", "workers", "expected"),
    [
        (4, 2, [2, 2]),
        (5, 2, [3, 2]),
        (4, 3, [2, 1, 1]),
        (2, 5, [1, 1]),
        (1, 1, [1]),
        (9, 4, [3, 2, 2, 2]),
    ],
)
def test_shards_are_spread_evenly_and_spare_workers_are_idle(shards, workers, expected):
    world = world_with(shards)
    add(world, *(f"w{number}" for number in range(workers)))
    world.advance_to(0)
    assert sorted(load(world).values(), reverse=True) == expected
    same_world(world)


def test_a_shard_is_read_by_one_worker_at_a_time():
    world = world_with(4)
    add(world, "a", "b")
    fill(world, 50)
    world.advance_to(5_000)
    by = {}
    for event in events(world, "RecordHandled"):
        by.setdefault(event.shard_id, set()).add(event.by)
    assert all(len(each) == 1 for each in by.values())
    assert sorted(handled(world), key=int) == [str(n) for n in range(50)]


def test_applications_do_not_share():
    world = world_with(2)
    add(world, "a")
    add(world, "b", application="billing")
    fill(world, 10)
    world.advance_to(5_000)
    for worker in ("a", "b"):
        assert sorted(handled(world, worker), key=int) == [str(n) for n in range(10)]


def test_a_worker_that_joins_gets_its_share_and_nothing_is_handled_twice():
    world = world_with(4)
    add(world, "a", checkpoint_every_records=1_000)
    fill(world, 40)
    world.advance_to(5_000)
    add(world, "b")
    world.advance_to(6_000)
    assert load(world) == {"a": 2, "b": 2}
    fill(world, 40)
    world.advance_to(10_000)
    assert Counter(handled(world)) == {str(n): 2 for n in range(40)}
    reasons = {e.reason for e in events(world, "LeaseTaken")}
    assert reasons == {"new-shard", "balanced"}
    assert {e.reason for e in events(world, "Checkpointed")} == {"handed-over"}
    same_world(world)


def test_a_dead_worker_keeps_its_leases_for_the_failover_time():
    world = world_with(2)
    add(world, "a", "b")
    world.advance_to(1_000)
    world.call("sim.CrashActor", "admin", actor="a")
    world.advance_to(10_999)
    assert load(world) == {"a": 1, "b": 1}
    world.advance_to(11_000)
    assert load(world) == {"b": 2}
    expired = events(world, "LeaseExpired")
    assert [(e.at_ms, e.by, e.reason) for e in expired] == [(11_000, "a", "not-renewed")]
    taken = events(world, "LeaseTaken")[-1]
    assert (taken.by, taken.from_worker, taken.reason) == ("b", "a", "taken-over")
    same_world(world)


def test_the_new_owner_goes_on_after_the_checkpoint_so_records_after_it_are_handled_again():
    world = world_with()
    add(world, "a", "b", checkpoint_every_records=4, crash_after_records=6)
    fill(world, 10)
    world.call("sim.ChangeActor", "admin", actor="b", settings={"crash_after_records": 0})
    world.advance_to(60_000)
    assert handled(world, "a") == ["0", "1", "2", "3", "4", "5"]
    assert handled(world, "b") == ["4", "5", "6", "7", "8", "9"]
    same_world(world)


@pytest.mark.parametrize(
    ("every", "again"), [(1, ["5", "6"]), (2, ["4", "5"]), (3, ["3", "4"]), (100, ["0", "1"])]
)
def test_rarer_checkpoints_mean_more_records_handled_again(every, again):
    world = world_with()
    add(world, "a", checkpoint_every_records=every, crash_after_records=6, restart_after_ms=20_000)
    fill(world, 10)
    world.advance_to(60_000)
    second_life = handled(world)[6:]
    expected = {"1": "5", "2": "4", "3": "3", "100": "0"}[str(every)]
    assert second_life[0] == expected
    assert second_life[-1] == "9"
    assert second_life[:2] == again


def test_a_restarted_worker_waits_for_its_old_leases_to_run_out():
    world = world_with()
    add(world, "a", crash_after_records=1, restart_after_ms=1_000)
    fill(world, 2)
    world.advance_to(9_999)
    assert len(handled(world)) == 1
    world.advance_to(10_000)
    assert handled(world) == ["0", "0", "1"]


def test_only_the_leases_of_the_dead_life_run_out():
    world = world_with(4)
    add(world, "a", "b")
    world.advance_to(1_000)
    world.call("sim.CrashActor", "admin", actor="a")
    world.advance_to(2_000)
    world.call("sim.StartActor", "admin", actor="a")
    world.advance_to(3_000)
    assert load(world) == {"a": 3, "b": 1}
    world.advance_to(11_000)
    assert len(events(world, "LeaseExpired")) == 2
    assert load(world) == {"a": 2, "b": 2}
    same_world(world)


def test_a_stopped_worker_checkpoints_and_gives_its_leases_back_at_once():
    world = world_with()
    add(world, "a", "b", checkpoint_every_records=1_000)
    fill(world, 10)
    world.advance_to(2_000)
    world.call("sim.StopActor", "admin", actor="a")
    fill(world, 10)
    world.advance_to(4_000)
    assert load(world) == {"b": 1}
    assert handled(world, "a") == [str(n) for n in range(10)]
    assert handled(world, "b") == [str(n) for n in range(10)]
    assert [e.reason for e in events(world, "LeaseExpired")] == ["released"]
    same_world(world)


def test_children_are_leased_when_their_parents_are_finished():
    world = world_with()
    add(world, "a", "b", handling_ms=1_000)
    fill(world, 6, keys=1)
    act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key=str(2**127))
    world.advance_to(5_500)
    fill(world, 3, keys=40)
    add(world, "c")
    world.advance_to(5_900)
    assert owners(world) == {FIRST: "a"}
    world.call("sim.StopActor", "admin", actor="c")
    world.advance_to(60_000)
    assert load(world) == {"a": 1, "b": 1}
    ends = [e.at_ms for e in events(world, "Checkpointed") if e.reason == "shard-end"]
    taken = [e for e in events(world, "LeaseTaken") if e.reason == "parents-finished"]
    assert [e.at_ms for e in taken] == ends * 2
    assert handled(world)[:6] == [str(n) for n in range(6)]
    assert sorted(handled(world)[6:]) == ["0", "1", "2"]
    same_world(world)


def test_a_merged_shard_is_leased_when_both_parents_are_finished():
    world = world_with(2)
    add(world, "a", "b")
    fill(world, 20)
    act(world, "kinesis.MergeShards", shard_to_merge=FIRST, adjacent_shard_to_merge=SECOND)
    world.advance_to(5_000)
    fill(world, 20)
    world.advance_to(10_000)
    assert list(owners(world)) == ["shardId-000000000002"]
    assert Counter(handled(world)) == {str(n): 2 for n in range(20)}


def test_latest_begins_with_what_comes_after_the_application_started():
    world = world_with(2)
    fill(world, 10)
    act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key="500")
    world.advance_to(5_000)
    add(world, "a", start_position="LATEST", checkpoint_every_records=1)
    world.advance_to(5_500)
    put(world, "new", "bus-1")
    world.advance_to(7_000)
    world.call("sim.CrashActor", "admin", actor="a")
    put(world, "newer", "bus-1")
    add(world, "b", start_position="LATEST")
    world.advance_to(30_000)
    assert handled(world) == ["new", "newer"]
    assert FIRST not in owners(world)
    same_world(world)


def test_nobody_takes_the_leases_while_no_worker_runs():
    world = world_with(2)
    add(world, "a")
    fill(world, 5)
    world.advance_to(1_000)
    world.call("sim.CrashActor", "admin", actor="a")
    world.advance_to(100_000)
    assert load(world) == {}
    add(world, "b")
    world.advance_to(101_000)
    assert load(world) == {"b": 2}
    assert Counter(handled(world)) == {str(n): 2 for n in range(5)}


def test_renewing_leases_writes_nothing():
    world = world_with()
    add(world, "a", poll_every_ms=60_000)
    world.advance_to(0)
    length = len(world.log)
    world.advance_to(59_999)
    assert len(world.log) == length


def test_a_worker_waits_for_its_stream():
    from studyapp.engine.world import World

    world = World(1)
    settings = {"stream": "buses", "application": "arrivals"}
    world.call("sim.AddActor", "admin", actor="a", kind="kcl-worker", settings=settings)
    world.advance_to(5_000)
    world.call("sim.AddStream", "admin", stream="buses", shard_count=1)
    put(world, "x")
    world.advance_to(10_000)
    assert handled(world) == ["x"]
    same_world(world)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_position": "AT_TIMESTAMP"},
        {"checkpoint_every_records": 0},
        {"failover_ms": 0},
        {"application": 1},
        {"mode": "fan-out"},
    ],
)
def test_settings_are_checked(wrong):
    world = world_with()
    with pytest.raises(Refused):
        add(world, "a", **wrong)


def test_an_application_needs_a_name():
    with pytest.raises(Refused) as caught:
        add_reader(world_with(), "a", "kcl-worker")
    assert caught.value.reason == "missing-setting"
