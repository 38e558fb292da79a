"""Messages that nobody deletes go when their retention period ends."""

import pytest

from studyapp.engine.sqs.events import MessageExpired, RetentionChecked
from tests.engine.sqs.desk import Desk

DAY = 86_400


def test_a_message_stays_four_days_by_default() -> None:
    desk = Desk()
    sent = desk.send()
    desk.at(4 * DAY - 0.001)
    assert desk.counts() == (1, 0, 0)
    desk.at(4 * DAY)
    assert desk.counts() == (0, 0, 0)
    expired = desk.last(MessageExpired)
    assert (expired.reason, expired.message_id) == ("retention-ended", sent.message_id)
    assert desk.world.log[expired.cause] is sent
    desk.check()


@pytest.mark.parametrize("seconds", [60, 1_209_600])
def test_the_retention_period_can_be_set(seconds: int) -> None:
    desk = Desk(MessageRetentionPeriod=str(seconds))
    desk.send()
    desk.at(seconds - 0.001)
    assert desk.counts() == (1, 0, 0)
    desk.at(seconds)
    assert desk.counts() == (0, 0, 0)


def test_retention_takes_messages_that_are_delayed_or_in_flight_too() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    desk.send("in flight")
    desk.send("delayed", delay_seconds=100)
    (receipt,) = desk.receive(visibility_timeout=600)
    desk.at(60)
    assert desk.counts() == (0, 0, 0)
    desk.delete(receipt)
    desk.at(700)
    assert desk.receive() == []
    desk.check()


def test_each_message_goes_at_its_own_time_with_one_alarm_for_all() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    for second in range(50):
        desk.at(second)
        desk.send(str(second))
    assert len(desk.world._alarms.heap) == 1
    desk.at(75)
    assert [event.at_ms for event in desk.all(MessageExpired)] == [
        1000 * second for second in range(60, 76)
    ]
    assert len(desk.world._alarms.heap) == 1
    desk.at(109)
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_many_messages_of_one_moment_go_together() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    for _ in range(30):
        desk.send()
    desk.at(61)
    assert len(desk.all(MessageExpired)) == 30
    assert desk.all(RetentionChecked) == []
    assert desk.world._alarms.heap == []


def test_sending_and_deleting_for_a_long_time_costs_few_looks() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    for second in range(600):
        desk.at(second)
        desk.send()
        desk.delete(desk.receive()[0])
    assert len(desk.all(RetentionChecked)) <= 10
    desk.at(800)
    desk.check()


def test_a_look_that_finds_nothing_old_sets_the_next() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    desk.send("a")
    desk.at(30)
    desk.send("b")
    desk.delete(desk.receive()[0])
    desk.at(60)
    assert len(desk.all(RetentionChecked)) == 1
    desk.at(90)
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_a_message_sent_when_the_last_look_was_just_over_goes_as_well() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    desk.send("a")
    desk.at(60)
    desk.send("b")
    desk.at(120)
    assert desk.counts() == (0, 0, 0)


def test_a_shorter_period_holds_for_messages_that_are_there() -> None:
    desk = Desk()
    desk.send("a")
    desk.at(100)
    desk.send("b")
    desk.call("SetQueueAttributes", queue="orders", attributes={"MessageRetentionPeriod": "60"})
    desk.at(100)
    assert [desk.state().messages[key].body for key in desk.state().messages] == ["b"]
    desk.at(160)
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_a_longer_period_holds_for_messages_that_are_there() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    desk.send()
    desk.at(59)
    desk.call("SetQueueAttributes", queue="orders", attributes={"MessageRetentionPeriod": "120"})
    desk.at(119)
    assert desk.counts() == (1, 0, 0)
    desk.at(120)
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_a_shorter_period_of_an_empty_queue_holds_for_later_messages() -> None:
    desk = Desk()
    desk.send("a")
    desk.delete(desk.receive()[0])
    desk.call("SetQueueAttributes", queue="orders", attributes={"MessageRetentionPeriod": "60"})
    desk.send("b")
    desk.at(60)
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_an_alarm_of_an_older_period_does_not_look_again() -> None:
    desk = Desk()
    desk.send("a")
    desk.call("SetQueueAttributes", queue="orders", attributes={"MessageRetentionPeriod": "60"})
    desk.at(4 * DAY - 30)
    desk.send("b")
    desk.at(4 * DAY)
    assert desk.all(RetentionChecked) == []
    desk.at(4 * DAY + 30)
    assert desk.counts() == (0, 0, 0)


def test_a_message_older_than_a_dead_letter_goes_before_it() -> None:
    desk = Desk("dead", MessageRetentionPeriod="60")
    policy = (
        '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 1}'
    )
    desk.create("orders", RedrivePolicy=policy, VisibilityTimeout="1")
    desk.send("older", queue="dead")
    desk.at(10)
    desk.send("x", queue="orders")
    desk.receive(queue="orders")
    desk.at(11)
    desk.receive(queue="orders")
    for second, left in ((59.999, 2), (60, 1), (69.999, 1), (70, 0)):
        desk.at(second)
        assert desk.counts("dead") == (left, 0, 0)
    desk.check()
