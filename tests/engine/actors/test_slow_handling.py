"""Handling that takes longer than the visibility timeout, and what helps (SQS-41, SQS-44)."""

from tests.engine.actors.stage import Stage


def test_slow_handling_lets_a_second_consumer_handle_the_message_again():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", handling_ms=15_000)
    stage.at(1)
    stage.add("b", handling_ms=8_000)
    stage.at(60)
    assert stage.told("HandlingStarted") == [("a", "A", 0.0), ("b", "A", 10.0)]
    assert stage.told("HandlingFinished") == [("a", "A", 15.0), ("b", "A", 18.0)]
    assert [each.reason for each in stage.all("DeleteIgnored")] == ["received-again"]
    stage.check()


def test_extending_the_timeout_prevents_the_second_handling():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", handling_ms=15_000, extends_visibility=True)
    stage.at(1)
    stage.add("b", handling_ms=15_000)
    stage.at(60)
    assert stage.times("VisibilityChanged") == [5.0, 10.0]
    assert [each.hidden_until_ms for each in stage.all("VisibilityChanged")] == [15_000, 20_000]
    assert stage.told("HandlingFinished") == [("a", "A", 15.0)]
    assert not stage.all("MessageVisible")
    stage.check()


def test_heartbeats_end_with_the_work():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", handling_ms=6_000, extends_visibility=True)
    stage.at(60)
    assert stage.times("VisibilityChanged") == [5.0]


def test_a_heartbeat_covers_everything_in_hand_that_is_not_dealt_with():
    stage = Stage(timeout=10)
    stage.send("A", "B", "C")
    stage.add("a", batch_size=3, handling_ms=4_000, extends_visibility=True)
    stage.at(60)
    assert [stage.body(each.message_id) for each in stage.all("VisibilityChanged")] == [
        "B",
        "C",
        "C",
    ]
    assert stage.times("VisibilityChanged") == [5.0, 5.0, 10.0]
    assert stage.times("HandlingFinished") == [4.0, 8.0, 12.0]
    assert not stage.all("MessageVisible")
    stage.check()


def test_heartbeats_end_with_a_crash():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", handling_ms=60_000, extends_visibility=True)
    stage.at(12)
    stage.do("sim.CrashActor", actor="a")
    stage.at(60)
    assert stage.times("VisibilityChanged") == [5.0, 10.0]
    assert stage.times("MessageVisible") == [20.0]
    stage.check()


def test_no_heartbeat_goes_beyond_twelve_hours():
    hour = 3_600_000
    stage = Stage(timeout=6 * 3600)
    stage.send("A")
    stage.add("a", handling_ms=20 * hour, extends_visibility=True)
    stage.at(13 * 3600)
    assert stage.times("VisibilityChanged") == [3 * 3600.0, 6 * 3600.0]
    assert [each.reason for each in stage.all("CallRefused")] == ["visibility-beyond-twelve-hours"]
    assert stage.times("MessageVisible") == [12 * 3600.0]


def test_jitter_comes_from_the_seed():
    def finished(seed: int) -> list[float]:
        stage = Stage(seed)
        stage.send(*"ABCDEFGH")
        stage.add("a", handling_ms=1_000, handling_jitter_ms=500)
        stage.at(60)
        times = [0.0, *stage.times("HandlingFinished")]
        return [round(after - before, 3) for before, after in zip(times, times[1:], strict=False)]

    assert finished(1) == finished(1)
    assert finished(1) != finished(2)
    assert all(1.0 <= each <= 1.5 for each in finished(1) + finished(2))
    assert len(set(finished(1))) > 4
