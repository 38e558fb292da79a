"""An actor is added, started, stopped, crashed and changed."""

from typing import Any

import pytest

from tests.engine.actors.stage import Stage


def test_an_added_actor_starts_at_once_unless_told_otherwise():
    stage = Stage()
    stage.add("a")
    stage.do("sim.AddActor", actor="b", kind="consumer", settings={"queue": "orders"}, start=False)
    assert (stage.running("a"), stage.running("b")) == (True, False)
    stage.do("sim.StartActor", actor="b")
    assert stage.running("b")
    stage.do("sim.CrashActor", actor="b")
    stage.do("sim.StartActor", actor="b")
    assert [(each.by, each.reason) for each in stage.all("ActorStarted")] == [
        ("a", "added"),
        ("b", "first-start"),
        ("b", "restarted"),
    ]
    stage.check()


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "no such actor to start": ("sim.StartActor", {"actor": "x"}, "actor-not-found"),
    "no such actor to stop": ("sim.StopActor", {"actor": "x"}, "actor-not-found"),
    "no such actor to crash": ("sim.CrashActor", {"actor": "x"}, "actor-not-found"),
    "no such actor to change": (
        "sim.ChangeActor",
        {"actor": "x", "settings": {}},
        "actor-not-found",
    ),
    "it is there": ("sim.AddActor", {"actor": "a", "kind": "consumer"}, "actor-exists"),
    "no name": ("sim.AddActor", {"actor": "", "kind": "consumer"}, "actor-name-wrong"),
    "a long name": ("sim.AddActor", {"actor": "x" * 81, "kind": "consumer"}, "actor-name-wrong"),
    "no such kind": ("sim.AddActor", {"actor": "x", "kind": "robot"}, "unknown-actor-kind"),
    "it runs": ("sim.StartActor", {"actor": "a"}, "actor-runs"),
    "it does not run": ("sim.StopActor", {"actor": "stopped"}, "actor-does-not-run"),
    "it cannot crash again": ("sim.CrashActor", {"actor": "stopped"}, "actor-does-not-run"),
    "a setting it does not have": (
        "sim.AddActor",
        {"actor": "x", "kind": "consumer", "settings": {"queue": "orders", "speed": 1}},
        "unknown-setting",
    ),
    "a setting that must be given": (
        "sim.AddActor",
        {"actor": "x", "kind": "consumer"},
        "missing-setting",
    ),
    "a change out of range": (
        "sim.ChangeActor",
        {"actor": "a", "settings": {"batch_size": 11}},
        "wrong-setting",
    ),
}


@pytest.mark.parametrize(("action", "parameters", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(action: str, parameters: dict[str, Any], reason: str):
    stage = Stage()
    stage.add("a")
    stage.add("stopped")
    stage.do("sim.StopActor", actor="stopped")
    assert stage.refused(action, **parameters)[0] == reason
    stage.check()


def test_a_stopped_consumer_finishes_what_it_has_in_hand():
    stage = Stage()
    stage.send("A", "B", "C")
    stage.add("a", handling_ms=2_500, batch_size=2)
    stage.at(2)
    stage.do("sim.StopActor", actor="a")
    assert stage.refused("sim.StopActor", actor="a")[0] == "actor-is-stopping"
    stage.at(60)
    assert stage.told("HandlingFinished") == [("a", "A", 2.5), ("a", "B", 5.0)]
    assert not stage.running("a")
    assert stage.bodies() == ["C"]
    assert [(each.reason, each.at_ms) for each in stage.all("ActorStopped")] == [
        ("work-done", 5_000)
    ]
    stage.check()


def test_a_consumer_that_waits_stops_at_once_and_its_poll_ends():
    stage = Stage()
    stage.add("a")
    stage.at(3)
    stage.do("sim.StopActor", actor="a")
    stage.send("A")
    stage.at(30)
    assert stage.times("PollAbandoned", by="a") == [3.0]
    assert not stage.all("MessagesReceived")
    stage.check()


def test_the_poll_of_a_crashed_consumer_takes_no_message_away():
    stage = Stage()
    stage.add("a")
    stage.add("b")
    stage.at(1)
    stage.do("sim.CrashActor", actor="a")
    stage.send("A")
    stage.at(5)
    assert stage.told("HandlingFinished") == [("b", "A", 2.0)]
    stage.check()


def test_a_started_actor_does_not_go_on_where_its_last_life_ended():
    stage = Stage(timeout=60)
    stage.add("a", handling_ms=10_000)
    stage.send("A", "B")
    stage.at(4)
    stage.do("sim.CrashActor", actor="a")
    stage.do("sim.StartActor", actor="a")
    stage.at(20)
    assert stage.told("HandlingFinished") == [("a", "B", 14.0)]
    stage.check()


def test_an_actor_with_a_restart_time_comes_back_by_itself():
    stage = Stage()
    stage.add("a", restart_after_ms=3_000)
    stage.at(10)
    stage.do("sim.CrashActor", actor="a")
    stage.at(12.999)
    assert not stage.running("a")
    stage.at(13)
    assert stage.running("a")
    assert stage.all("ActorStarted")[-1].reason == "restarted-by-itself"
    stage.check()


def test_an_actor_that_somebody_started_in_between_does_not_start_twice():
    stage = Stage()
    stage.add("a", restart_after_ms=3_000)
    stage.at(10)
    stage.do("sim.CrashActor", actor="a")
    stage.at(11)
    stage.do("sim.StartActor", actor="a")
    stage.at(20)
    assert stage.times("ActorStarted", by="a") == [0.0, 11.0]
    stage.check()


def test_changed_settings_hold_from_the_next_step_on():
    stage = Stage()
    stage.add("a", handling_ms=4_000)
    stage.send("A", "B")
    stage.at(1)
    stage.do("sim.ChangeActor", actor="a", settings={"handling_ms": 1_000})
    stage.at(20)
    assert stage.times("HandlingFinished") == [4.0, 5.0]
    assert dict(stage.all("ActorChanged")[0].settings)["queue"] == "orders"
    stage.check()
