"""Lambda's event source mapping on a queue (SQS-X31, SQS-X32)."""

import pytest

from tests.engine.actors.stage import Stage


def batches(stage: Stage) -> list[tuple[float, int]]:
    return [(each.at_ms / 1000, len(each.receipts)) for each in stage.all("FunctionInvoked")]


def test_a_batch_goes_to_the_function_and_is_deleted_when_it_returns():
    stage = Stage()
    stage.send(*"ABC")
    stage.add("fn", "lambda-poller", duration_ms=2_000)
    stage.at(10)
    assert batches(stage) == [(0.0, 3)]
    assert stage.times("MessageDeleted") == [2.0] * 3
    assert [body for _, body, _ in stage.told("HandlingFinished")] == ["A", "B", "C"]
    stage.check()


def test_a_batch_holds_at_most_its_size():
    stage = Stage()
    stage.send(*"ABCDEFG")
    stage.add("fn", "lambda-poller", batch_size=3)
    stage.at(10)
    assert batches(stage) == [(0.0, 3), (0.0, 3), (0.0, 1)]


def test_five_poll_at_first_and_no_more_than_allowed_run_at_once():
    stage = Stage(timeout=300)
    stage.add("shop", "producer", burst_size=100, burst_every_ms=1, count=100)
    stage.add("fn", "lambda-poller", batch_size=1, duration_ms=10_000, concurrency_max=3)
    stage.at(9)
    assert batches(stage) == [(0.0, 1)] * 3
    stage.at(19)
    assert batches(stage)[3:] == [(10.0, 1)] * 3
    stage.check()


def test_it_begins_with_five_and_gets_300_more_a_minute_while_all_are_busy():
    stage = Stage(timeout=3_600)
    stage.add("shop", "producer", burst_size=2_000, burst_every_ms=1, count=2_000)
    stage.add("fn", "lambda-poller", batch_size=1, duration_ms=20_000)
    stage.at(59)
    assert len(batches(stage)) == 15
    stage.at(141)
    assert [(each.at_ms, each.before, each.capacity) for each in stage.all("LambdaScaled")][0] == (
        60_000,
        5,
        305,
    )
    running = stage.world.actors.actors["fn"].memory.running
    assert 305 <= running <= 605
    stage.check()


def test_a_window_gathers_a_larger_batch():
    stage = Stage(timeout=60)
    stage.add("shop", "producer", interval_ms=100, count=45)
    stage.add("fn", "lambda-poller", batch_size=25, batching_window_ms=3_000)
    stage.at(20)
    assert batches(stage) == [(2.4, 25), (5.5, 20)]
    assert [each.reason for each in stage.all("FunctionInvoked")] == ["batch-full", "window-ended"]
    assert stage.bodies() == []
    stage.check()


def test_one_poison_message_brings_its_whole_batch_back():
    stage = Stage(timeout=10)
    stage.send("A", "bad", "C")
    stage.add("fn", "lambda-poller", fails_on=["bad"])
    stage.at(9)
    assert [each.reason for each in stage.all("FunctionFailed")] == ["poison-message"]
    assert stage.bodies() == ["A", "bad", "C"]
    stage.at(12)
    assert len(stage.all("MessageVisible")) == 3
    stage.check()


def test_with_item_failures_only_the_poison_message_comes_back():
    stage = Stage(timeout=10, redrive=2)
    stage.send("A", "bad", "C")
    stage.add("fn", "lambda-poller", fails_on=["bad"], reports_item_failures=True)
    stage.at(9)
    assert stage.bodies() == ["bad"]
    returned = stage.all("FunctionReturned")[0]
    assert (returned.reason, returned.message_count, returned.failed_count) == (
        "item-failures-reported",
        3,
        1,
    )
    stage.at(60)
    assert stage.bodies("lost") == ["bad"]
    assert [body for _, body, _ in stage.told("HandlingFinished")] == ["A", "C"]
    stage.check()


def test_on_a_fifo_queue_it_stops_at_the_first_failure_to_keep_the_order():
    stage = Stage()
    stage.queue("orders.fifo", VisibilityTimeout="10")
    stage.fifo("A", "bad", "C")
    stage.add(
        "fn", "lambda-poller", queue="orders.fifo", fails_on=["bad"], reports_item_failures=True
    )
    stage.at(9)
    assert stage.bodies("orders.fifo") == ["bad", "C"]
    stage.check()


def test_a_fifo_queue_has_one_invocation_for_each_active_group():
    stage = Stage()
    stage.queue("orders.fifo")
    for n in range(3):
        stage.fifo(f"A{n}", group="a")
        stage.fifo(f"B{n}", group="b")
    stage.add("fn", "lambda-poller", queue="orders.fifo", batch_size=1, duration_ms=1_000)
    stage.at(0.5)
    assert batches(stage) == [(0.0, 1), (0.0, 1)]
    stage.at(10)
    assert stage.bodies("orders.fifo") == []
    stage.check()


def test_an_invocation_may_fail_by_chance_with_everything_in_it():
    stage = Stage(seed=2, timeout=10)
    stage.add("shop", "producer", burst_size=100, burst_every_ms=1, count=100)
    stage.add("fn", "lambda-poller", fails_per_mille=300)
    stage.at(3_600)
    assert stage.bodies() == []
    assert len(stage.all("FunctionFailed", reason="failed-by-chance")) > 1
    assert len(stage.all("HandlingFinished")) == 100
    stage.check()


def test_stopped_it_lets_running_functions_end_and_takes_nothing_new():
    stage = Stage()
    stage.send("A")
    stage.add("fn", "lambda-poller", duration_ms=5_000)
    stage.at(1)
    stage.do("sim.StopActor", actor="fn")
    stage.send("B")
    stage.at(60)
    assert stage.bodies() == ["B"]
    assert stage.times("ActorStopped", reason="work-done") == [5.0]
    stage.check()


def test_a_queue_that_is_not_there_is_polled_again_every_second():
    stage = Stage()
    stage.add("fn", "lambda-poller", queue="later")
    stage.at(2.5)
    stage.queue("later")
    stage.send("A", queue="later")
    stage.at(10)
    assert stage.bodies("later") == []
    assert stage.times("PollPlanned") == [0.0, 1.0, 2.0]
    stage.check()


@pytest.mark.parametrize("start_ms", [0, 5_000])
def test_it_may_start_later(start_ms: int):
    stage = Stage()
    stage.send("A")
    stage.add("fn", "lambda-poller", start_ms=start_ms)
    stage.at(10)
    assert batches(stage) == [(start_ms / 1000, 1)]
    stage.check()
