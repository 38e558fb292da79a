"""Each stage of a failover with its time ("Failover step by step", AMQ-X02, AMQ-X03, MQ-X07)."""

from typing import Any

import pytest

from studyapp.engine.limits.mq import (
    INACTIVITY_MAX_MS,
    JOURNAL_RECOVERY_MS,
    LOCK_ATTEMPT_EVERY_MS,
    LOCK_LAPSE_MS,
    PLANNED_FAILOVER_MS,
    REBOOT_MS,
    REPLACEMENT_MS,
)
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import active, broker_world, do, events, only, stages
from tests.support.worlds import same_world

STAGES = (
    "InstanceStopped",
    "ConnectionLost",
    "LockReleased",
    "LockAttempted",
    "LockAcquired",
    "JournalRecovered",
    "ConnectorsOpened",
    "InstanceStarted",
)
CRASHED_AT_MS = 25_000


def live(world: World) -> list[str]:
    return [each.name for each in do(world, "DescribeBroker").endpoints if each.live]


def crashed(at_ms: int = CRASHED_AT_MS, **parameters: Any) -> World:
    world = broker_world()
    do(world, "Connect", "client")
    world.advance_to(at_ms)
    do(world, "sim.CrashBroker", **parameters)
    return world


def test_a_hard_failover_has_these_stages_at_these_times() -> None:
    world = crashed()
    world.advance_to(CRASHED_AT_MS + REPLACEMENT_MS)
    assert stages(world, *STAGES) == [
        (25_000, "InstanceStopped", "crashed"),
        (30_000, "LockAttempted", "lock-held"),
        (40_000, "LockAttempted", "lock-held"),
        (50_000, "LockAttempted", "lock-held"),
        (55_000, "ConnectionLost", "inactivity"),
        (55_000, "LockReleased", "lock-lapsed"),
        (60_000, "LockAcquired", ""),
        (61_000, "JournalRecovered", ""),
        (61_000, "ConnectorsOpened", ""),
        (325_000, "InstanceStarted", "replaced"),
    ]
    same_world(world)


@pytest.mark.parametrize("at_ms", [0, 1, 9_999, 10_000, 17_345, 60_000])
def test_an_unplanned_failover_takes_about_40_seconds_at_most(at_ms: int) -> None:
    world = crashed(at_ms)
    world.advance_to(at_ms + 60_000)
    taken_ms = only(events(world, "ConnectorsOpened")).at_ms - at_ms
    low_ms = LOCK_LAPSE_MS + JOURNAL_RECOVERY_MS
    assert low_ms <= taken_ms <= low_ms + LOCK_ATTEMPT_EVERY_MS


def test_the_standby_tries_the_lock_every_ten_seconds_while_the_holder_is_not_heard_of() -> None:
    world = crashed(12_000)
    world.advance_to(60_000)
    attempts = events(world, "LockAttempted")
    assert [each.at_ms for each in attempts] == [20_000, 30_000, 40_000]
    assert {(each.instance, each.holder) for each in attempts} == {("2", "1")}


def test_nobody_tries_the_lock_while_the_holder_is_well() -> None:
    world = broker_world()
    assert world.next_due_ms() is None


@pytest.mark.parametrize("at_ms", [0, 5_000, 7_777])
def test_a_reboot_hands_over_within_a_few_seconds(at_ms: int) -> None:
    world = broker_world()
    do(world, "Connect", "client")
    world.advance_to(at_ms)
    do(world, "RebootBroker")
    world.advance_to(at_ms + REBOOT_MS)
    acquired_ms = at_ms + PLANNED_FAILOVER_MS - JOURNAL_RECOVERY_MS
    opened_ms = at_ms + PLANNED_FAILOVER_MS
    assert stages(world, "BrokerRebooting", "BrokerRebooted", *STAGES) == [
        (at_ms, "BrokerRebooting", ""),
        (at_ms, "InstanceStopped", "rebooting"),
        (at_ms, "ConnectionLost", "closed-by-broker"),
        (at_ms, "LockReleased", "clean-stop"),
        (acquired_ms, "LockAcquired", ""),
        (opened_ms, "JournalRecovered", ""),
        (opened_ms, "ConnectorsOpened", ""),
        (at_ms + REBOOT_MS, "InstanceStarted", "rebooted"),
        (at_ms + REBOOT_MS, "BrokerRebooted", ""),
    ]
    same_world(world)


def test_the_other_endpoint_is_live_after_a_failover_and_there_is_no_fail_back() -> None:
    world = crashed()
    assert live(world) == []
    world.advance_to(61_000)
    assert live(world) == ["b-2"]
    world.advance_to(2_000_000)
    assert live(world) == ["b-2"]
    assert {i.name: i.state for i in active(world).instances.values()} == {
        "1": "standby",
        "2": "active",
    }


def test_a_second_failover_goes_back_to_the_first_instance() -> None:
    world = crashed()
    world.advance_to(400_000)
    do(world, "sim.CrashBroker")
    world.advance_to(450_000)
    assert [each.instance for each in events(world, "InstanceStopped")] == ["1", "2"]
    assert live(world) == ["b-1"]
    same_world(world)


def test_a_crash_of_the_standby_touches_no_client() -> None:
    world = broker_world()
    do(world, "Connect", "client")
    do(world, "sim.CrashBroker", instance="2")
    world.advance_to(600_000)
    assert stages(world, *STAGES) == [
        (0, "InstanceStopped", "crashed"),
        (REPLACEMENT_MS, "InstanceStarted", "replaced"),
    ]
    assert live(world) == ["b-1"]


def test_without_a_standby_the_broker_is_away_until_an_instance_is_back() -> None:
    world = broker_world()
    do(world, "sim.CrashBroker", instance="2", back_after_ms=-1)
    do(world, "sim.CrashBroker", instance="1", back_after_ms=-1)
    world.advance_to(1_000_000)
    assert live(world) == []
    do(world, "sim.RestoreBroker", instance="2")
    world.advance_to(1_000_000 + JOURNAL_RECOVERY_MS)
    assert live(world) == ["b-2"]
    same_world(world)


def test_a_single_instance_is_offline_during_its_reboot() -> None:
    world = broker_world(instances=1)
    do(world, "RebootBroker")
    assert do(world, "DescribeBroker").state == "REBOOT_IN_PROGRESS"
    world.advance_to(REBOOT_MS - 1)
    assert live(world) == []
    world.advance_to(REBOOT_MS + JOURNAL_RECOVERY_MS)
    assert live(world) == ["b-1"]
    assert do(world, "DescribeBroker").state == "RUNNING"
    same_world(world)


def test_a_single_instance_that_is_back_before_its_old_lock_lapsed_waits_for_it() -> None:
    world = broker_world(instances=1)
    do(world, "sim.CrashBroker", back_after_ms=5_000)
    world.advance_to(60_000)
    assert stages(world, *STAGES) == [
        (0, "InstanceStopped", "crashed"),
        (5_000, "InstanceStarted", "replaced"),
        (5_000, "LockAttempted", "lock-held"),
        (15_000, "LockAttempted", "lock-held"),
        (25_000, "LockAttempted", "lock-held"),
        (30_000, "LockReleased", "lock-lapsed"),
        (35_000, "LockAcquired", ""),
        (36_000, "JournalRecovered", ""),
        (36_000, "ConnectorsOpened", ""),
    ]
    same_world(world)


def test_a_lock_on_ebs_goes_with_its_host() -> None:
    world = broker_world(instances=1, storage_type="EBS")
    do(world, "sim.CrashBroker", back_after_ms=5_000)
    world.advance_to(60_000)
    assert stages(world, "LockReleased", "LockAcquired") == [
        (0, "LockReleased", "host-gone"),
        (5_000, "LockAcquired", ""),
    ]


def test_an_instance_that_crashes_while_it_reads_the_journal_does_not_open() -> None:
    world = crashed(back_after_ms=1_000)
    world.advance_to(60_500)
    assert active(world).lock_holder in ("1", "2")
    do(world, "sim.CrashBroker", back_after_ms=-1)
    world.advance_to(90_000)
    assert live(world) == []
    world.advance_to(120_000)
    assert len(live(world)) == 1
    same_world(world)


def test_a_client_notices_a_restarted_instance_before_the_inactivity_limit() -> None:
    world = crashed()
    world.advance_to(CRASHED_AT_MS + 2_000)
    do(world, "sim.RestoreBroker")
    lost = only(events(world, "ConnectionLost"))
    assert (lost.at_ms, lost.reason) == (CRASHED_AT_MS + 2_000, "connection-reset")


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"lock_lapse_ms": 5_000}, (30_000, 30_000, 31_000)),
        ({"lock_attempt_ms": 1_000}, (55_000, 55_000, 56_000)),
        ({"recovery_ms": 0}, (55_000, 60_000, 60_000)),
        ({"recovery_ms": 20_000}, (55_000, 60_000, 80_000)),
        ({"lock_lapse_ms": 0, "lock_attempt_ms": 100, "recovery_ms": 0}, (25_000, 25_100, 25_100)),
    ],
)
def test_the_assumed_times_of_a_hard_failover_can_be_changed(
    times: dict[str, int], expected: tuple[int, int, int]
) -> None:
    world = broker_world()
    do(world, "sim.SetFailoverTimes", **times)
    world.advance_to(CRASHED_AT_MS)
    do(world, "sim.CrashBroker")
    world.advance_to(200_000)
    found = events(world, "LockReleased", "LockAcquired", "ConnectorsOpened")
    assert tuple(event.at_ms for event in found) == expected
    same_world(world)


def test_the_assumed_time_of_a_planned_failover_can_be_changed() -> None:
    world = broker_world()
    do(world, "sim.SetFailoverTimes", planned_ms=2_000, recovery_ms=500)
    do(world, "RebootBroker")
    world.advance_to(10_000)
    assert [e.at_ms for e in events(world, "LockAcquired", "ConnectorsOpened")] == [1_500, 2_000]


def test_each_stage_names_what_led_to_it() -> None:
    world = crashed()
    world.advance_to(70_000)
    stopped = world.log.index(only(events(world, "InstanceStopped")))
    opened = only(events(world, "ConnectorsOpened"))
    causes = []
    number = opened.cause
    while number >= 0:
        causes.append(type(world.log[number]).__name__)
        number = world.log[number].cause
    assert causes == [
        "JournalRecovered",
        "LockAcquired",
        *["LockAttempted"] * 3,
        "InstanceStopped",
        "Called",
    ]
    assert only(events(world, "LockReleased")).cause == stopped
    assert only(events(world, "ConnectionLost")).cause == stopped


# A cut network


def test_a_short_cut_ends_without_a_failover() -> None:
    world = broker_world()
    do(world, "Connect", "client")
    do(world, "sim.PartitionInstance", duration_ms=29_999)
    assert live(world) == []
    world.advance_to(100_000)
    assert stages(world, *STAGES) == [
        (10_000, "LockAttempted", "lock-held"),
        (20_000, "LockAttempted", "lock-held"),
    ]
    assert live(world) == ["b-1"]
    same_world(world)


def test_an_instance_that_lost_the_lock_shuts_itself_down_and_comes_back_as_standby() -> None:
    world = broker_world()
    do(world, "Connect", "client")
    do(world, "sim.PartitionInstance", duration_ms=90_000)
    world.advance_to(100_000)
    assert stages(world, *STAGES, "InstanceHealed") == [
        (10_000, "LockAttempted", "lock-held"),
        (20_000, "LockAttempted", "lock-held"),
        (INACTIVITY_MAX_MS, "ConnectionLost", "inactivity"),
        (LOCK_LAPSE_MS, "LockReleased", "lock-lapsed"),
        (LOCK_LAPSE_MS, "InstanceStopped", "lock-lost"),
        (30_000, "LockAcquired", ""),
        (31_000, "JournalRecovered", ""),
        (31_000, "ConnectorsOpened", ""),
        (90_000, "InstanceHealed", ""),
        (90_000, "InstanceStarted", "network-healed"),
    ]
    assert live(world) == ["b-2"]
    same_world(world)


def test_a_standby_that_is_cut_off_cannot_take_over_before_the_network_heals() -> None:
    world = broker_world()
    do(world, "sim.PartitionInstance", instance="2", duration_ms=120_000)
    do(world, "sim.CrashBroker", instance="1")
    world.advance_to(119_999)
    assert live(world) == []
    assert events(world, "LockAttempted") == []
    world.advance_to(121_000)
    assert live(world) == ["b-2"]
    same_world(world)


def test_a_cut_instance_cannot_stop_cleanly() -> None:
    world = broker_world()
    do(world, "Connect", "client")
    do(world, "sim.PartitionInstance", duration_ms=200_000)
    do(world, "RebootBroker")
    assert only(events(world, "InstanceStopped")).hard
    assert events(world, "ConnectionLost", "LockReleased") == []
    world.advance_to(60_000)
    assert live(world) == ["b-2"]
    same_world(world)


def test_a_broker_whose_instances_are_all_down_cannot_be_rebooted() -> None:
    world = broker_world()
    world.call("sim.LoseZone", "me", zone="a")
    world.call("sim.LoseZone", "me", zone="b")
    with pytest.raises(Refused, match="no-instance-runs"):
        do(world, "RebootBroker")
