"""A consumer asks: by short polling with rests, or by long polling without."""

from tests.engine.actors.stage import Stage


def test_short_polling_asks_every_interval_and_long_polling_once():
    stage = Stage()
    stage.queue("other")
    stage.add("short", wait_time_seconds=0, poll_interval_ms=1_000)
    stage.add("long", queue="other", wait_time_seconds=20)
    stage.at(9.999)
    stage.at(10)
    stage.send("A")
    stage.send("A", queue="other")
    asked = [call for call in stage.calls("sqs.ReceiveMessage", "short") if call.at_ms < 10_000]
    assert len(asked) == 10
    assert len(stage.calls("sqs.ReceiveMessage", "long")) == 1
    stage.at(12)
    assert stage.times("HandlingStarted", by="long") == [10.0]
    assert stage.times("HandlingStarted", by="short") == [11.0]
    stage.check()


def test_a_long_poll_that_ends_empty_is_followed_by_the_next_at_once():
    stage = Stage()
    stage.add("a", wait_time_seconds=20)
    stage.at(60)
    assert stage.times("Called", action="sqs.ReceiveMessage") == [0.0, 20.0, 40.0, 60.0]


def test_the_waiting_time_of_the_queue_counts_when_the_consumer_leaves_it_to_the_queue():
    stage = Stage(ReceiveMessageWaitTimeSeconds="5")
    stage.add("a", wait_time_seconds=-1)
    stage.at(11)
    assert stage.times("Called", action="sqs.ReceiveMessage") == [0.0, 5.0, 10.0]


def test_a_consumer_may_start_later():
    stage = Stage()
    stage.send("A")
    stage.add("a", start_ms=4_000)
    stage.at(10)
    assert stage.told("HandlingStarted") == [("a", "A", 4.0)]
    stage.check()


def test_a_consumer_without_a_queue_asks_again_every_second_until_it_is_there():
    stage = Stage()
    stage.add("a", queue="later", poll_interval_ms=100)
    stage.at(2.5)
    stage.queue("later")
    stage.send("A", queue="later")
    stage.at(10)
    assert [each.reason for each in stage.all("PollPlanned")] == ["queue-not-found"] * 3
    assert stage.told("HandlingStarted") == [("a", "A", 3.0)]
    stage.check()


def test_the_visibility_timeout_of_the_consumer_beats_that_of_the_queue():
    stage = Stage(timeout=30)
    stage.send("A")
    stage.add("a", visibility_timeout=5, handling_ms=9_000)
    stage.at(8)
    assert stage.times("MessageVisible") == [5.0]


def test_a_receive_in_its_name_while_it_works_does_not_disturb_it():
    stage = Stage()
    stage.send("A", "B")
    stage.add("a", handling_ms=5_000)
    stage.at(1)
    stage.do("sqs.ReceiveMessage", "a", queue="orders")
    stage.at(20)
    assert stage.told("HandlingFinished") == [("a", "A", 5.0)]
    stage.check()


def test_each_call_names_what_led_to_it():
    stage = Stage()
    stage.send("A")
    stage.add("a")
    stage.at(2)
    log = stage.world.log
    delete = stage.calls("sqs.DeleteMessage", "a")[0]
    finished = log[delete.cause]
    started = log[finished.cause]
    received = log[started.cause]
    assert [type(each).__name__ for each in (finished, started, received)] == [
        "HandlingFinished",
        "HandlingStarted",
        "MessagesReceived",
    ]
