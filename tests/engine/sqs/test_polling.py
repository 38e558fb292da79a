"""Long polls: what wakes them, whom, and how they end."""

import pytest

from studyapp.engine.sqs.commands import accept, hang_up
from studyapp.engine.sqs.events import PollAbandoned
from tests.engine.sqs.desk import Desk


def test_a_long_poll_answers_at_once_when_there_is_a_message() -> None:
    desk = Desk()
    desk.send()
    assert len(desk.receive(wait_time_seconds=20)) == 1


def test_a_long_poll_ends_empty_after_its_time() -> None:
    desk = Desk()
    desk.poll(wait=20)
    desk.at(19.999)
    assert desk.answers() == []
    desk.at(20)
    (answer,) = desk.answers()
    assert (answer.receipts, answer.reason, answer.at_ms) == ((), "wait-ended", 20_000)
    desk.check()


def test_the_queue_may_make_every_poll_a_long_one() -> None:
    desk = Desk(ReceiveMessageWaitTimeSeconds="5")
    assert desk.call("ReceiveMessage", queue="orders") is None
    assert desk.receive(wait_time_seconds=0) == []


def test_a_long_poll_wakes_on_a_new_message_at_that_moment() -> None:
    desk = Desk()
    desk.poll()
    desk.at(3)
    sent = desk.send("new")
    (answer,) = desk.answers()
    assert (answer.at_ms, answer.receipts[0].message_id) == (3_000, sent.message_id)
    desk.at(25)
    assert len(desk.answers()) == 1
    desk.check()


def test_a_long_poll_wakes_on_a_message_of_another_service() -> None:
    desk = Desk()
    desk.poll()
    accept(desk.world, desk.state(), "new")
    desk.call("ListQueues")
    assert len(desk.answers()) == 1


def test_a_long_poll_wakes_on_the_end_of_a_delay() -> None:
    desk = Desk()
    desk.send(delay_seconds=5)
    desk.poll()
    desk.at(5)
    assert [each.at_ms for each in desk.answers()] == [5_000]


def test_a_long_poll_wakes_on_the_end_of_a_visibility_timeout() -> None:
    desk = Desk()
    desk.send()
    desk.receive(visibility_timeout=7, by="crashed")
    desk.poll()
    desk.at(7)
    assert [each.at_ms for each in desk.answers()] == [7_000]


def test_a_long_poll_wakes_when_a_message_is_given_back() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive(by="other")
    desk.poll()
    desk.at(2)
    desk.change(receipt, 0)
    assert [each.at_ms for each in desk.answers()] == [2_000]


def test_a_long_poll_of_a_dead_letter_queue_wakes_on_a_dead_letter() -> None:
    desk = Desk("dead")
    policy = (
        '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 1}'
    )
    desk.create("orders", RedrivePolicy=policy)
    desk.send("poison", queue="orders")
    desk.receive(queue="orders", visibility_timeout=1, by="other")
    desk.poll()
    desk.at(2)
    assert desk.receive(queue="orders", by="other") == []
    assert [(each.at_ms, len(each.receipts)) for each in desk.answers()] == [(2_000, 1)]
    desk.check()


def test_a_long_poll_wakes_on_a_redrive() -> None:
    desk = Desk("dead")
    policy = (
        '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 1}'
    )
    desk.create("orders", RedrivePolicy=policy)
    desk.send("poison", queue="orders")
    desk.receive(queue="orders", visibility_timeout=1, by="other")
    desk.at(1)
    desk.poll(queue="orders")
    assert desk.counts("dead") == (1, 0, 0)
    desk.call("StartMessageMoveTask", source_arn="arn:aws:sqs:us-east-1:123456789012:dead")
    desk.at(2)
    assert [len(each.receipts) for each in desk.answers()] == [1]
    desk.check()


def test_a_long_poll_of_a_fifo_queue_wakes_when_its_group_is_free() -> None:
    desk = Desk("orders.fifo")
    desk.fifo("a")
    desk.fifo("b")
    (first,) = desk.receive(by="other")
    desk.poll()
    assert desk.answers() == []
    desk.at(1)
    desk.delete(first)
    assert [each.at_ms for each in desk.answers()] == [1_000]
    desk.check()


def test_a_long_poll_wakes_when_an_expired_message_frees_its_group() -> None:
    desk = Desk("orders.fifo", MessageRetentionPeriod="60", VisibilityTimeout="600")
    desk.fifo("a")
    desk.at(50)
    desk.fifo("b")
    desk.receive(by="other")
    desk.poll()
    desk.at(61)
    assert [each.at_ms for each in desk.answers()] == [60_000]


def test_one_message_wakes_one_waiter_and_the_longest_waiting_first() -> None:
    desk = Desk()
    for name in ("first", "second", "third"):
        desk.poll(name)
    desk.send("a")
    assert [len(desk.answers(name)) for name in ("first", "second", "third")] == [1, 0, 0]
    desk.send("b")
    assert [len(desk.answers(name)) for name in ("first", "second", "third")] == [1, 1, 0]
    desk.at(20)
    assert desk.answers("third")[0].receipts == ()
    desk.check()


def test_a_batch_goes_to_the_first_waiter_as_far_as_it_asked() -> None:
    desk = Desk()
    desk.poll("first", max_number_of_messages=2)
    desk.poll("second", max_number_of_messages=10)
    entries = [{"id": str(i), "message_body": str(i)} for i in range(5)]
    desk.call("SendMessageBatch", queue="orders", entries=entries)
    assert [len(desk.answers(name)[0].receipts) for name in ("first", "second")] == [2, 3]


def test_a_waiting_poll_keeps_the_timeout_it_asked_for() -> None:
    desk = Desk()
    desk.poll(visibility_timeout=3)
    desk.at(1)
    desk.send()
    assert desk.answers()[0].receipts[0].hidden_until_ms == 4_000


def test_polls_with_timeout_zero_all_get_the_message_and_it_stays() -> None:
    desk = Desk()
    for name in ("a", "b", "c"):
        desk.poll(name, visibility_timeout=0)
    desk.send()
    assert [len(desk.answers(name)) for name in "abc"] == [1, 1, 1]
    assert desk.counts() == (1, 0, 0)
    desk.check()


def test_who_is_gone_gets_no_answer_and_loses_no_message() -> None:
    desk = Desk()
    desk.create("other")
    desk.poll("worker")
    desk.poll("worker", queue="other")
    desk.poll("colleague")
    hang_up(desk.world, "worker")
    assert [each.queue for each in desk.all(PollAbandoned)] == ["orders", "other"]
    desk.send("a")
    desk.send("b", queue="other")
    assert desk.answers("worker") == []
    assert len(desk.answers("colleague")[0].receipts) == 1
    assert desk.counts("other") == (1, 0, 0)
    desk.at(30)
    assert desk.answers("worker") == []
    desk.check()


def test_deleting_the_queue_ends_its_polls() -> None:
    desk = Desk()
    desk.poll()
    desk.call("DeleteQueue", queue="orders")
    assert [(each.receipts, each.reason) for each in desk.answers()] == [((), "queue-deleted")]
    desk.at(100)
    assert len(desk.answers()) == 1
    desk.check()


def test_a_purge_leaves_polls_waiting() -> None:
    desk = Desk()
    desk.poll()
    desk.call("PurgeQueue", queue="orders")
    desk.send()
    assert len(desk.answers()[0].receipts) == 1


def test_a_short_poll_of_an_empty_queue_says_so() -> None:
    desk = Desk()
    assert desk.receive() == []
    assert desk.world.log[-1].reason == "queue-empty"


@pytest.mark.parametrize("wait", [1, 20])
def test_a_poll_that_waits_survives_saving(wait: int) -> None:
    desk = Desk()
    desk.poll(wait=wait)
    loaded = type(desk.world).load(desk.world.written())
    loaded.call("sqs.SendMessage", "app", queue="orders", message_body="x")
    assert loaded.log[-1].by == "worker"
    assert len(loaded.log[-1].receipts) == 1
