"""Calls, time, forks and a full log: what holds for every service."""

from dataclasses import fields
from typing import Any

import pytest

from studyapp.engine import actors
from studyapp.engine.log import CallRefused
from studyapp.engine.refusals import Refused
from studyapp.engine.scenario import read, run
from studyapp.engine.world import ACTIONS, World
from tests.support.worlds import same_world, state_of


def a_world(workers: int = 3, events_max: int = 10_000) -> World:
    """Workers that poll and finish at the same times, so that several alarms are due at once."""
    world = World(3, events_max)
    world.call("sqs.CreateQueue", "setup", queue_name="orders")
    for number in range(workers):
        settings = {"queue": "orders", "handling_ms": 1_000}
        name = f"worker-{number}"
        world.call("sim.AddActor", "setup", actor=name, kind="consumer", settings=settings)
    for number in range(12):
        world.call("sqs.SendMessage", "shop", queue="orders", message_body=str(number))
    return world


@pytest.mark.parametrize("events_max", range(48, 116))
def test_a_world_whose_log_is_full_is_the_one_that_its_log_tells(events_max: int):
    world = a_world(events_max=events_max)
    with pytest.raises(Refused, match="too-many-entries-in-log"):
        world.advance_to(20_000)
    assert (len(world.log), world.overflowed) == (events_max, True)
    again = World.load(world.written())
    assert state_of(again) == state_of(world)
    assert again.written() == world.written()


def test_a_log_that_is_just_full_has_not_overflowed():
    script = [{"at_ms": 0, "do": "sqs.CreateQueue", "queue_name": "a"}]
    scenario = read({"ends_at_ms": 5, "script": script})
    assert [run(scenario, events_max=most).too_long for most in (1, 2, 3)] == [True, False, False]


def test_what_is_refused_because_the_log_is_full_surprises_nobody():
    script = [{"at_ms": n, "do": "sqs.ListQueues"} for n in range(5)]
    result = run(read({"ends_at_ms": 5, "script": script}), events_max=2)
    assert (result.too_long, result.surprises, len(result.world.log)) == (True, (), 2)


@pytest.mark.parametrize("at_ms", [0, 1, 999, 1_000, 1_001, 2_000, 4_000])
def test_a_fork_goes_on_like_the_original(at_ms: int):
    world = a_world()
    world.advance_to(4_000)
    fork = world.fork(at_ms)
    assert fork.now_ms == at_ms
    assert fork.fork(at_ms).written() == fork.written()
    fork.advance_to(4_000)
    assert fork.written() == world.written()


def test_a_fork_right_after_a_call_keeps_the_alarms_that_are_due_now():
    world = World(1)
    world.call("sim.AddStream", "setup", stream="buses", shard_count=1)
    settings = {"stream": "buses", "start_position": "TRIM_HORIZON"}
    world.advance_to(5_000)
    world.call("sim.AddActor", "you", actor="map", kind="stream-reader", settings=settings)
    world.call("kinesis.PutRecord", "bus", stream="buses", partition_key="1", data="x")
    assert world.next_due_ms() == 5_000, "this test needs an alarm that is due at once"
    same_world(world)


def test_a_fork_has_the_room_that_the_original_has():
    assert a_world(events_max=500).fork(0).events_max == 500


@pytest.mark.parametrize("at_ms", [-1, 4_001])
def test_there_is_no_fork_before_the_start_and_none_of_the_future(at_ms: int):
    world = a_world()
    world.advance_to(4_000)
    with pytest.raises(ValueError, match="none of the past"):
        world.fork(at_ms)


def test_time_does_not_go_back():
    world = a_world()
    world.advance_to(1_000)
    with pytest.raises(ValueError, match="has passed"):
        world.advance_to(999)


ODD_CALLS: dict[str, tuple[Any, Any, dict[str, Any], str]] = {
    "no action": (None, "you", {}, "unknown-action"),
    "an action that is no Unicode": ("\ud800", "you", {}, "unknown-action"),
    "an action that is a list": ([], "you", {}, "unknown-action"),
    "nobody": ("sqs.ListQueues", None, {}, "wrong-type"),
    "a caller that is a number": ("sqs.ListQueues", 3, {}, "wrong-type"),
    "a caller that is no Unicode": ("sqs.ListQueues", "\ud800", {}, "wrong-type"),
    "a parameter that is no Unicode": ("sqs.ListQueues", "you", {"\ud800": 1}, "unknown-parameter"),
    "our own names": (
        "sqs.ListQueues",
        "you",
        {"action": 1, "by": 2, "self": 3, "world": 4},
        "unknown-parameter",
    ),
}


@pytest.mark.parametrize(
    ("action", "by", "parameters", "reason"), ODD_CALLS.values(), ids=ODD_CALLS
)
def test_an_odd_call_is_refused_and_can_be_saved(
    action: Any, by: Any, parameters: dict[str, Any], reason: str
):
    world = World(1)
    with pytest.raises(Refused) as refusal:
        world.call(action, by, **parameters)
    assert refusal.value.reason == reason
    assert type(world.log[-1]) is CallRefused
    same_world(world)


def test_any_detail_of_a_refusal_can_be_saved():
    odd = {"a": 1.5, "b": object(), "c": "x\ud800", "d": 2**70, "e": [1, (2,)]}
    assert Refused("wrong-type", **odd).details == (
        ("a", "float"),
        ("b", "object"),
        ("c", "x\\ud800"),
        ("d", "int"),
        ("e", (1, (2,))),
    )


def test_no_parameter_of_an_action_has_a_name_that_scripts_or_calls_need():
    taken = {"at_ms", "do", "by", "id", "refused", "world"}
    assert {name for name, each in ACTIONS.items() if taken & set(each.parameters)} == set()
    for name, kind in actors.KINDS.items():
        settings = {field.name for field in fields(kind.settings)}
        assert not settings & {"kind", "start"}, name


def test_a_refusal_that_an_alarm_does_not_expect_comes_out_and_the_world_stays_whole():
    world = a_world()

    def ring(world: World) -> None:
        world.call("sqs.SendMessage", "alarm", queue="gone", message_body="A")

    world.set_alarm(2_000, -1, ring)
    with pytest.raises(Refused, match="queue-not-found"):
        world.advance_to(4_000)
    assert world.now_ms == 2_000
    assert not world.overflowed
    world.advance_to(4_000)
    assert world.log[-1].at_ms > 2_000
