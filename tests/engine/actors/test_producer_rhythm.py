"""When a producer sends: intervals, rates, bursts, phases, a start, a stop and a count."""

import pytest

from studyapp.engine.actors.schedule import Phase, every, phases, rate, turns
from tests.engine.actors.stage import Stage


def test_it_sends_one_message_every_interval_and_numbers_them():
    stage = Stage()
    stage.add("shop", "producer", interval_ms=2_000, body="order {n}")
    stage.at(5)
    assert stage.bodies() == ["order 1", "order 2", "order 3"]
    assert stage.times("MessageSent") == [0.0, 2.0, 4.0]
    stage.check()


def test_it_ends_after_its_count():
    stage = Stage()
    stage.add("shop", "producer", interval_ms=100, count=50)
    stage.at(60)
    assert len(stage.bodies()) == 50
    assert [each.reason for each in stage.all("SendingEnded")] == ["count-reached"]
    assert stage.times("ActorStopped") == [4.9]
    stage.check()


def test_it_sends_between_its_start_and_its_stop():
    stage = Stage()
    stage.add("shop", "producer", interval_ms=1_000, start_ms=3_000, stop_ms=6_000)
    stage.at(60)
    assert stage.times("MessageSent") == [3.0, 4.0, 5.0]
    assert [each.reason for each in stage.all("SendingEnded")] == ["stop-time-reached"]


@pytest.mark.parametrize("per_second", [1, 3, 7, 9, 1_000, 3_000])
def test_a_rate_is_exact_over_any_second(per_second: int):
    stage = Stage()
    stage.add("shop", "producer", rate_per_second=per_second)
    stage.at(1.999)
    times = stage.times("MessageSent")
    assert sum(time < 1 for time in times) == per_second
    assert len(times) == 2 * per_second


def test_phases_follow_each_other_and_then_it_ends():
    stage = Stage()
    stage.add("shop", "producer", phases="10000:9/s, 5000:0, 60000:30/min")
    stage.at(200)
    times = stage.times("MessageSent")
    assert len(times) == 90 + 30
    assert sum(time < 10 for time in times) == 90
    assert times[90:93] == [15.0, 17.0, 19.0]
    assert stage.all("SendingEnded")[0].reason == "schedule-ended"
    stage.check()


def test_a_burst_comes_at_one_time():
    stage = Stage()
    stage.add("shop", "producer", burst_size=5, burst_every_ms=10_000, count=12)
    stage.at(60)
    assert stage.times("MessageSent") == [0.0] * 5 + [10.0] * 5 + [20.0] * 2
    stage.check()


def test_a_batch_goes_when_it_is_full_and_the_last_one_with_what_is_left():
    stage = Stage()
    stage.add("shop", "producer", interval_ms=100, count=25, batch_size=10)
    stage.at(60)
    assert stage.times("Called", action="sqs.SendMessageBatch") == [0.9, 1.9, 2.4]
    assert stage.bodies()[-1] == "message 25"
    stage.check()


def test_a_large_burst_goes_in_as_many_batches_as_it_takes():
    stage = Stage()
    stage.add("shop", "producer", burst_size=25, burst_every_ms=1_000, count=25, batch_size=10)
    stage.at(5)
    calls = stage.calls("sqs.SendMessageBatch", "shop")
    assert [len(dict(call.parameters)["entries"]) for call in calls] == [10, 10, 5]


def test_changed_settings_change_the_rhythm_from_now_on():
    stage = Stage()
    stage.add("shop", "producer", interval_ms=1_000)
    stage.at(3.5)
    stage.do("sim.ChangeActor", actor="shop", settings={"interval_ms": 2_000})
    stage.at(9)
    assert stage.times("MessageSent") == [0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0]
    assert stage.bodies() == [f"message {n}" for n in range(1, 8)]
    stage.check()


@pytest.mark.parametrize("batch_size", [1, 4])
def test_a_restarted_producer_goes_on_with_the_next_number(batch_size: int):
    stage = Stage()
    stage.add("shop", "producer", interval_ms=1_000, count=12, batch_size=batch_size)
    stage.at(5.5)
    stage.do("sim.CrashActor", actor="shop")
    stage.at(20.5)
    stage.do("sim.StartActor", actor="shop")
    stage.at(90)
    assert stage.bodies() == [f"message {n}" for n in range(1, 13)]
    assert not [time for time in stage.times("MessageSent") if 6 < time < 20]
    stage.check()


def test_a_stopped_producer_sends_no_more():
    stage = Stage()
    stage.add("shop", "producer", interval_ms=1_000)
    stage.at(2.5)
    stage.do("sim.StopActor", actor="shop")
    stage.at(20)
    assert len(stage.bodies()) == 3
    assert not stage.running("shop")


@pytest.mark.parametrize(
    ("schedule", "from_ms", "turn"),
    [
        (every(1_000, 1), 0, (0, 1)),
        (every(1_000, 3), 1, (1_000, 3)),
        (rate(3), 1, (333, 1)),
        (rate(3), 334, (666, 1)),
        (rate(3), 667, (1_000, 1)),
        (rate(2_500), 0, (0, 3)),
        (rate(2_500), 1, (1, 2)),
        (phases("1000:1/s, 2000:0, 1000:2/s"), 1, (3_000, 1)),
        (phases("1000:1/s, 2000:0, 1000:2/s"), 3_001, (3_500, 1)),
        (phases("1000:1/s, 2000:0, 1000:2/s"), 3_501, None),
        (phases("500:1/min"), 1, None),
        (phases("1000:0"), 0, None),
    ],
)
def test_the_next_turn_of_a_schedule(
    schedule: tuple[Phase, ...], from_ms: int, turn: tuple[int, int] | None
):
    assert next(turns(schedule, 0, from_ms), None) == turn
    later = None if turn is None else (turn[0] + 50, turn[1])
    assert next(turns(schedule, 50, from_ms + 50), None) == later


@pytest.mark.parametrize(
    "text", ["1000:7/s", "300:2500/s, 700:0, 1000:3/s", "50:1/s, 60000:7/min, 10:1000/s"]
)
def test_who_asks_for_one_turn_after_the_other_gets_all_of_them_once(text: str):
    schedule = phases(text)
    together = list(turns(schedule, 20, 0))
    one_by_one = []
    from_ms = 0
    while (turn := next(turns(schedule, 20, from_ms), None)) is not None:
        one_by_one.append(turn)
        from_ms = turn[0] + 1
    assert together == one_by_one
    assert len(together) > 5
