"""An Auto Scaling group of consumers follows the backlog of its queue (SQS-29, SQS-59)."""

from tests.engine.actors.stage import Stage


def sizes(stage: Stage) -> list[tuple[float, int]]:
    return [(each.at_ms / 1000, each.size) for each in stage.all("FleetScaled")]


def test_a_fleet_starts_with_its_desired_members():
    stage = Stage()
    stage.add("fleet", "fleet", desired_size=3)
    stage.at(1)
    assert [stage.running(f"fleet-{n}") for n in (1, 2, 3)] == [True] * 3
    assert sizes(stage) == [(0.0, 3)]
    stage.check()


def test_members_work_with_the_settings_of_the_fleet():
    stage = Stage()
    stage.send("A", "B")
    stage.add("fleet", "fleet", desired_size=2, handling_ms=4_000)
    stage.at(10)
    assert stage.told("HandlingFinished") == [("fleet-1", "A", 4.0), ("fleet-2", "B", 4.0)]


def test_it_grows_to_the_backlog_divided_by_the_target():
    """1,500 messages and a target of 100 for each instance: 15 instances (the example of SQS-29)."""
    stage = Stage()
    for _ in range(150):
        stage.do(
            "sqs.SendMessageBatch",
            queue="orders",
            entries=[{"id": str(n), "message_body": "order"} for n in range(10)],
        )
    stage.add(
        "fleet",
        "fleet",
        desired_size=10,
        max_size=50,
        backlog_target=100,
        handling_ms=600_000,
        batch_size=1,
        visibility_timeout=3_600,
    )
    stage.at(61)
    measured = stage.all("FleetMeasured")[-1]
    assert (measured.visible, measured.in_service, measured.wanted) == (1_490, 10, 15)
    assert sizes(stage) == [(0.0, 10), (60.0, 15)]
    assert stage.all("FleetScaled")[-1].reason == "backlog-above-target"
    stage.check()


def test_a_new_member_needs_its_time_until_it_is_in_service():
    stage = Stage()
    stage.add("shop", "producer", burst_size=100, burst_every_ms=1, count=100)
    stage.add("fleet", "fleet", backlog_target=50, instance_start_ms=90_000, handling_ms=30_000)
    stage.at(61)
    assert [each.due_ms for each in stage.all("InstanceLaunched")][1:] == [150_000]
    assert "fleet-2" not in stage.world.actors.actors
    stage.at(151)
    assert stage.running("fleet-2")
    assert stage.times("InstanceInService", member="fleet-2") == [150.0]
    stage.check()


def test_it_never_leaves_its_limits():
    stage = Stage()
    stage.add("shop", "producer", rate_per_second=20, stop_ms=300_000)
    stage.add(
        "fleet",
        "fleet",
        min_size=2,
        desired_size=2,
        max_size=4,
        backlog_target=1,
        handling_ms=150,
        scale_in_cooldown_ms=60_000,
    )
    stage.at(1_800)
    wanted = [each.wanted for each in stage.all("FleetMeasured")]
    assert (min(wanted), max(wanted)) == (2, 4)
    assert wanted[-1] == 2
    assert stage.bodies() == []
    stage.check()


def test_it_shrinks_only_after_the_cooldown_and_newest_members_go_first():
    stage = Stage()
    stage.add("shop", "producer", burst_size=60, burst_every_ms=1, count=60)
    stage.add(
        "fleet",
        "fleet",
        backlog_target=20,
        instance_start_ms=1_000,
        handling_ms=2_000,
        scale_in_cooldown_ms=180_000,
    )
    stage.at(600)
    assert sizes(stage) == [(0.0, 1), (60.0, 2), (240.0, 1)]
    assert [each.reason for each in stage.all("FleetMeasured")][2:5] == [
        "cooling-down",
        "cooling-down",
        "",
    ]
    assert [each.member for each in stage.all("InstanceRetired")] == ["fleet-2"]
    assert not stage.running("fleet-2")
    assert stage.running("fleet-1")
    stage.check()


def test_a_member_that_is_scaled_in_finishes_its_message():
    stage = Stage(timeout=600)
    stage.add("fleet", "fleet", desired_size=2, handling_ms=90_000, scale_in_cooldown_ms=0)
    stage.at(1)
    stage.send("A", "B")
    stage.at(61)
    assert stage.times("ActorStopping", reason="scaled-in") == [60.0]
    stage.at(200)
    assert {body for _, body, _ in stage.told("HandlingFinished")} == {"A", "B"}
    assert stage.times("ActorStopped", reason="work-done") == [91.0]
    assert not stage.all("MessageVisible")
    stage.check()


def test_a_step_policy_adds_and_takes_away_by_the_length_of_the_queue():
    stage = Stage()
    stage.add("shop", "producer", burst_size=200, burst_every_ms=1, count=200)
    stage.add(
        "fleet",
        "fleet",
        policy="step",
        step_above=100,
        step_below=10,
        step_size=2,
        instance_start_ms=1_000,
        handling_ms=1_000,
        scale_in_cooldown_ms=0,
    )
    stage.at(400)
    assert [(each.before, each.size, each.reason) for each in stage.all("FleetScaled")] == [
        (0, 1, "fleet-started"),
        (1, 3, "queue-long"),
        (3, 1, "queue-short"),
    ]
    stage.check()


def test_without_a_policy_it_stays_as_it_is():
    stage = Stage()
    stage.add("shop", "producer", burst_size=500, burst_every_ms=1, count=500)
    stage.add("fleet", "fleet", policy="none", desired_size=2)
    stage.at(600)
    assert sizes(stage) == [(0.0, 2)]


def test_new_limits_hold_at_the_next_reading():
    stage = Stage()
    stage.add("fleet", "fleet", desired_size=2)
    stage.at(70)
    stage.do("sim.ChangeActor", actor="fleet", settings={"min_size": 4, "desired_size": 4})
    stage.at(130)
    assert sizes(stage)[-1] == (120.0, 4)
    stage.check()


def test_members_go_on_when_nobody_scales_them():
    stage = Stage()
    stage.add("fleet", "fleet", desired_size=2)
    stage.at(10)
    stage.do("sim.StopActor", actor="fleet")
    stage.send("A")
    stage.at(300)
    assert len(stage.all("HandlingFinished")) == 1
    stage.do("sim.StartActor", actor="fleet")
    stage.at(301)
    assert len(stage.all("InstanceLaunched")) == 2
    stage.check()


def test_a_name_that_is_taken_is_passed_over():
    stage = Stage()
    stage.add("fleet-2")
    stage.add("shop", "producer", burst_size=100, burst_every_ms=1, count=100)
    stage.add("fleet", "fleet", desired_size=2, max_size=4, backlog_target=1, handling_ms=30_000)
    stage.at(200)
    members = [each.member for each in stage.all("InstanceLaunched")]
    assert members == ["fleet-1", "fleet-3", "fleet-4", "fleet-5"]
    stage.check()


def test_a_fleet_keeps_up_with_a_spike_that_one_consumer_cannot():
    def emptied(max_size: int) -> float:
        stage = Stage()
        stage.add("shop", "producer", phases="300000:5/s")
        stage.add("fleet", "fleet", max_size=max_size, backlog_target=20, handling_ms=1_000)
        stage.at(7_200)
        assert stage.bodies() == []
        return stage.times("MessageDeleted")[-1]

    assert emptied(1) > 1_400
    assert emptied(10) < 420
