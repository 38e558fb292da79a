"""Availability Zones take with them what runs in them, of both engines."""

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import active, broker_world, do, events, stages
from tests.support.worlds import same_world


def zone(world: World, action: str, name: str) -> None:
    world.call(f"sim.{action}", "me", zone=name)


def test_the_zone_of_the_active_instance_is_lost_and_the_standby_takes_over() -> None:
    world = broker_world()
    do(world, "Connect", "client")
    zone(world, "LoseZone", "a")
    world.advance_to(100_000)
    assert stages(
        world, "ZoneLost", "InstanceStopped", "ConnectionLost", "LockReleased", "ConnectorsOpened"
    ) == [
        (0, "ZoneLost", ""),
        (0, "InstanceStopped", "zone-lost"),
        (30_000, "ConnectionLost", "inactivity"),
        (30_000, "LockReleased", "lock-lapsed"),
        (31_000, "ConnectorsOpened", ""),
    ]
    assert [event.node for event in events(world, "Connected")] == ["1", "2"]
    same_world(world)


def test_an_instance_comes_back_as_standby_when_its_zone_does_and_not_before() -> None:
    world = broker_world()
    zone(world, "LoseZone", "a")
    world.advance_to(10_000_000)
    assert active(world).instances["1"].state == "down"
    with pytest.raises(Refused, match="zone-is-down"):
        do(world, "sim.RestoreBroker", instance="1")
    zone(world, "RestoreZone", "a")
    assert active(world).instances["1"].state == "standby"
    assert active(world).instances["2"].state == "active"
    same_world(world)


def test_an_instance_is_not_replaced_while_its_zone_is_down() -> None:
    world = broker_world()
    do(world, "sim.CrashBroker", instance="2", back_after_ms=1_000)
    zone(world, "LoseZone", "b")
    world.advance_to(50_000)
    assert active(world).instances["2"].state == "down"
    zone(world, "RestoreZone", "b")
    assert active(world).instances["2"].state == "standby"


def test_a_zone_in_which_nothing_runs_changes_nothing() -> None:
    world = broker_world()
    before = len(world.log)
    zone(world, "LoseZone", "c")
    assert len(world.log) == before + 2


def test_a_zone_takes_its_part_of_every_broker() -> None:
    world = broker_world()
    for name, engine, mode in (
        ("other", "ACTIVEMQ", "SINGLE_INSTANCE"),
        ("rabbit", "RABBITMQ", "CLUSTER_MULTI_AZ"),
    ):
        world.call(
            "mq.CreateBroker", "me", broker_name=name, engine_type=engine, deployment_mode=mode
        )
    zone(world, "LoseZone", "a")
    assert [e.broker for e in events(world, "InstanceStopped", "NodeLost")] == [
        "b",
        "other",
        "rabbit",
    ]
    zone(world, "RestoreZone", "a")
    assert [e.broker for e in events(world, "InstanceStarted", "NodeReturned")] == [
        "b",
        "other",
        "rabbit",
    ]
    same_world(world)


@pytest.mark.parametrize(
    ("action", "name", "reason"),
    [
        ("LoseZone", "d", "zone-not-found"),
        ("LoseZone", "", "zone-not-found"),
        ("LoseZone", "b", "zone-is-down"),
        ("RestoreZone", "a", "zone-is-up"),
        ("RestoreZone", "A", "zone-not-found"),
    ],
)
def test_what_cannot_be_said_of_a_zone(action: str, name: str, reason: str) -> None:
    world = World(1)
    zone(world, "LoseZone", "b")
    with pytest.raises(Refused, match=reason):
        zone(world, action, name)
