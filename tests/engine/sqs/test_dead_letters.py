"""A message received too often moves to the dead-letter queue when somebody asks for it again."""

import json

import pytest

from studyapp.engine.sqs.answers import system_attributes
from studyapp.engine.sqs.events import MessageDeadLettered
from tests.engine.sqs.desk import Desk

ARN = "arn:aws:sqs:us-east-1:123456789012:"


def policy(target: str, count: object = 2) -> str:
    return json.dumps({"deadLetterTargetArn": ARN + target, "maxReceiveCount": count})


def with_dead_letters(count: int = 2, **attributes: str) -> Desk:
    desk = Desk("dead", **attributes)
    desk.name = "orders"
    desk.create("orders", RedrivePolicy=policy("dead", count), VisibilityTimeout="10")
    return desk


def test_the_move_happens_at_the_receive_that_would_exceed_the_count() -> None:
    desk = with_dead_letters(2)
    sent = desk.send("poison")
    assert len(desk.receive()) == 1
    desk.at(10)
    assert len(desk.receive()) == 1
    desk.at(3600)
    assert desk.counts("orders") == (1, 0, 0), "waiting alone moves nothing"
    assert desk.receive() == []
    assert (desk.counts("orders"), desk.counts("dead")) == ((0, 0, 0), (1, 0, 0))
    moved = desk.last(MessageDeadLettered)
    assert (moved.message_id, moved.receive_count) == (sent.message_id, 2)
    assert moved.reason == "receive-count-exceeded"
    desk.check()


def test_a_receive_gets_the_next_message_in_place_of_the_moved_one() -> None:
    desk = with_dead_letters(1)
    desk.send("poison")
    desk.receive()
    desk.at(10)
    desk.send("good")
    assert desk.bodies() == ["good"]
    assert desk.bodies(queue="dead") == ["poison"]


def test_what_the_move_keeps_on_standard_queues() -> None:
    desk = with_dead_letters(1)
    sent = desk.send("x", message_attributes={"a": {"data_type": "String", "string_value": "v"}})
    desk.receive()
    desk.at(10)
    desk.receive()
    message = desk.state("dead").messages[sent.message_id]
    assert (message.body, message.attributes) == ("x", (("a", "String", "v"),))
    (receipt,) = desk.receive(queue="dead")
    assert receipt.receive_count == 2, "the count goes on over all queues"
    assert system_attributes(message, False, ("SentTimestamp", "DeadLetterQueueSourceArn")) == {
        "SentTimestamp": "0",
        "DeadLetterQueueSourceArn": ARN + "orders",
    }
    desk.check()


def test_retention_goes_on_counting_in_a_standard_dead_letter_queue() -> None:
    desk = with_dead_letters(1, MessageRetentionPeriod="100")
    desk.send("x")
    desk.receive()
    desk.at(40)
    desk.receive()
    desk.at(99.999)
    assert desk.counts("dead") == (1, 0, 0)
    desk.at(100)
    assert desk.counts("dead") == (0, 0, 0)
    desk.check()


def test_a_dead_letter_older_than_the_period_of_its_new_queue_goes_at_once() -> None:
    desk = with_dead_letters(1, MessageRetentionPeriod="60")
    desk.at(10)
    desk.send("young", queue="dead")
    desk.at(20)
    desk.send("x")
    desk.receive(visibility_timeout=100)
    desk.at(120)
    desk.receive()
    desk.at(120.001)
    assert desk.counts("dead") == (0, 0, 0)
    desk.check()


def test_retention_starts_anew_in_a_fifo_dead_letter_queue() -> None:
    desk = Desk("dead.fifo", MessageRetentionPeriod="100")
    desk.name = "orders.fifo"
    desk.create("orders.fifo", RedrivePolicy=policy("dead.fifo", 1), VisibilityTimeout="10")
    sent = desk.fifo("x", "g")
    desk.receive()
    desk.at(40)
    assert desk.receive() == []
    message = desk.state("dead.fifo").messages[sent.message_id]
    assert (message.sent_ms, message.group) == (40_000, "g")
    assert message.deduplication_id == sent.message_id
    desk.at(139.999)
    assert desk.counts("dead.fifo") == (1, 0, 0)
    desk.at(140)
    assert desk.counts("dead.fifo") == (0, 0, 0)
    desk.check()


def test_a_moved_message_frees_its_fifo_group() -> None:
    desk = Desk("dead.fifo")
    desk.name = "orders.fifo"
    desk.create("orders.fifo", RedrivePolicy=policy("dead.fifo", 1), VisibilityTimeout="10")
    for body in ("poison", "b", "c"):
        desk.fifo(body)
    assert desk.bodies(1) == ["poison"]
    desk.at(10)
    assert desk.bodies() == ["b", "c"]
    desk.check()


def test_a_dead_letter_queue_of_a_dead_letter_queue_counts_anew() -> None:
    desk = Desk("deadest")
    desk.create("dead", RedrivePolicy=policy("deadest", 2), VisibilityTimeout="10")
    desk.create("orders", RedrivePolicy=policy("dead", 3), VisibilityTimeout="10")
    desk.name = "orders"
    desk.send("x")
    for second in (10, 20, 30):
        assert len(desk.receive()) == 1
        desk.at(second)
    assert desk.receive() == []
    for second in (40, 50):
        assert len(desk.receive(queue="dead")) == 1
        desk.at(second)
    assert desk.receive(queue="dead") == []
    assert desk.receive(queue="deadest")[0].receive_count == 6
    desk.check()


def test_without_its_dead_letter_queue_a_message_is_delivered_on() -> None:
    desk = with_dead_letters(1)
    desk.send("x")
    desk.receive()
    desk.call("DeleteQueue", queue="dead")
    desk.at(10)
    assert desk.receive()[0].receive_count == 2


def test_a_message_gone_to_the_dead_letter_queue_can_be_deleted_with_its_old_handle_no_more() -> (
    None
):
    desk = with_dead_letters(1)
    desk.send("x")
    (receipt,) = desk.receive()
    desk.at(10)
    desk.receive()
    desk.delete(receipt)
    assert desk.counts("dead") == (1, 0, 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (policy("dead", 1), ""),
        (policy("dead", 1000), ""),
        (policy("dead", "10"), ""),
        (policy("dead", 0), "receive-count-out-of-range"),
        (policy("dead", 1001), "receive-count-out-of-range"),
        (policy("dead", "x"), "receive-count-out-of-range"),
        (policy("dead", True), "receive-count-out-of-range"),
        (policy("dead", 1.5), "receive-count-out-of-range"),
        (policy("dead", None), "receive-count-out-of-range"),
        (policy("nowhere"), "dead-letter-queue-not-found"),
        (policy("dead.fifo"), "dead-letter-queue-of-other-type"),
        ('{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}', "dead-letter-arn-wrong"),
        ('{"deadLetterTargetArn": 7, "maxReceiveCount": 42}', "dead-letter-arn-wrong"),
        (
            '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead",'
            ' "maxReceiveCount": 1}',
            "dead-letter-queue-not-found",
        ),
        ('{"maxReceiveCount": 42}', "redrive-policy-incomplete"),
        (json.dumps({"deadLetterTargetArn": ARN + "dead"}), "redrive-policy-incomplete"),
        (
            json.dumps({"deadLetterTargetArn": ARN + "dead", "maxReceiveCount": 1, "x": 1}),
            "redrive-policy-unknown-attribute",
        ),
        ("[]", "redrive-policy-unreadable"),
        ("no json", "redrive-policy-unreadable"),
        ("[" * 100_000, "redrive-policy-unreadable"),
        ('{"maxReceiveCount": 1' + "0" * 5000 + "}", "redrive-policy-unreadable"),
    ],
)
def test_redrive_policies(text: str, reason: str) -> None:
    desk = Desk("dead")
    desk.create("dead.fifo")
    given = {"queue_name": "orders", "attributes": {"RedrivePolicy": text}}
    if reason:
        assert desk.refused("CreateQueue", **given) == reason
    else:
        desk.call("CreateQueue", **given)
        assert desk.call("ListDeadLetterSourceQueues", queue="dead").queues == ("orders",)
        desk.call("SetQueueAttributes", queue="orders", attributes={"RedrivePolicy": ""})
        assert desk.call("ListDeadLetterSourceQueues", queue="dead").queues == ()


@pytest.mark.parametrize(
    ("allow", "allowed"),
    [
        ({"redrivePermission": "allowAll"}, True),
        ({"redrivePermission": "denyAll"}, False),
        ({"redrivePermission": "byQueue", "sourceQueueArns": [ARN + "orders"]}, True),
        ({"redrivePermission": "byQueue", "sourceQueueArns": [ARN + "other"]}, False),
    ],
)
def test_a_dead_letter_queue_says_whom_it_takes_from(
    allow: dict[str, object], allowed: bool
) -> None:
    desk = Desk("dead", RedriveAllowPolicy=json.dumps(allow))
    given = {"queue_name": "orders", "attributes": {"RedrivePolicy": policy("dead")}}
    if allowed:
        desk.call("CreateQueue", **given)
    else:
        assert desk.refused("CreateQueue", **given) == "dead-letter-queue-does-not-allow"


@pytest.mark.parametrize(
    "allow",
    [
        "no json",
        "[]",
        "{}",
        '{"redrivePermission": "some"}',
        '{"redrivePermission": ["allowAll"]}',
        '{"redrivePermission": "byQueue"}',
        '{"redrivePermission": "byQueue", "sourceQueueArns": []}',
        '{"redrivePermission": "byQueue", "sourceQueueArns": [5]}',
        json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [ARN + "a"] * 11}),
        json.dumps({"redrivePermission": "allowAll", "sourceQueueArns": [ARN + "a"]}),
        '{"redrivePermission": "allowAll", "x": 1}',
    ],
)
def test_redrive_allow_policies_that_are_refused(allow: str) -> None:
    given = {"queue": "orders", "attributes": {"RedriveAllowPolicy": allow}}
    assert Desk().refused("SetQueueAttributes", **given) == "redrive-allow-policy-wrong"
