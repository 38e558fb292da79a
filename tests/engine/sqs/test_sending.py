"""SendMessage: what a message may hold, how large it may be, and when it can be received."""

import base64
from typing import Any

import pytest

from studyapp.engine.sqs.answers import message_attributes, system_attributes
from studyapp.engine.sqs.commands import accept
from studyapp.engine.sqs.message import sequence_number
from tests.engine.sqs.desk import Desk


def test_a_sent_message_can_be_received_at_once() -> None:
    desk = Desk()
    sent = desk.send("hello")
    (receipt,) = desk.receive()
    assert receipt.message_id == sent.message_id
    assert desk.state().messages[sent.message_id].body == "hello"
    desk.check()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "message-body-empty"),
        ("x" * 1_048_576, ""),
        ("x" * 1_048_577, "message-too-long"),
        ("가" * 349_525, ""),
        ("가" * 349_526, "message-too-long"),
        ("tab\tline\nreturn\r ~ \ud7ff\ue000\ufffd\U00010000\U0010ffff", ""),
        ("\x00", "message-characters-forbidden"),
        ("\x0b", "message-characters-forbidden"),
        ("\x1f", "message-characters-forbidden"),
        ("\x7f", ""),
        ("a\ufffe", "message-characters-forbidden"),
        ("a\uffff", "message-characters-forbidden"),
    ],
)
def test_bodies(body: str, reason: str) -> None:
    desk = Desk()
    if reason:
        assert desk.refused("SendMessage", queue="orders", message_body=body) == reason
    else:
        assert desk.send(body).size_bytes == len(body.encode())


def test_a_queue_may_take_smaller_messages_only() -> None:
    desk = Desk(MaximumMessageSize="1024")
    desk.send("x" * 1024)
    long = {"queue": "orders", "message_body": "x" * 1025}
    assert desk.refused("SendMessage", **long) == "message-too-long"
    accept(desk.world, desk.state(), "x" * 1025)
    assert desk.counts() == (2, 0, 0)


def test_attributes_count_towards_the_size() -> None:
    desk = Desk(MaximumMessageSize="1024")
    note = {"note": {"data_type": "String", "string_value": "가"}}
    assert desk.send("x", message_attributes=note).size_bytes == 1 + 4 + 6 + 3
    raw = base64.b64encode(b"12345").decode()
    raw_note = {"n": {"data_type": "Binary", "binary_value": raw}}
    assert desk.send("x", message_attributes=raw_note).size_bytes == 1 + 1 + 6 + 5
    long = {"queue": "orders", "message_body": "x" * 1012, "message_attributes": note}
    assert desk.refused("SendMessage", **long) == "message-too-long"


def text(value: Any = "v", data_type: Any = "String") -> dict[str, Any]:
    return {"data_type": data_type, "string_value": value}


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({f"a{i}": text() for i in range(10)}, ""),
        ({f"a{i}": text() for i in range(11)}, "too-many-message-attributes"),
        ({"A_b-c.d9": text()}, ""),
        ({"n" * 256: text()}, ""),
        ({"n" * 257: text()}, "message-attribute-name-wrong"),
        ({"": text()}, "message-attribute-name-wrong"),
        ({".a": text()}, "message-attribute-name-wrong"),
        ({"a.": text()}, "message-attribute-name-wrong"),
        ({"a..b": text()}, "message-attribute-name-wrong"),
        ({"a b": text()}, "message-attribute-name-wrong"),
        ({"AWS.x": text()}, "message-attribute-name-wrong"),
        ({"aws.x": text()}, "message-attribute-name-wrong"),
        ({"Amazon.x": text()}, "message-attribute-name-wrong"),
        ({"awsx": text()}, ""),
        ({"a": text("", "String")}, "message-attribute-empty"),
        ({"a": text("1", "Boolean")}, "message-attribute-type-wrong"),
        ({"a": text("1", "Number.int")}, ""),
        ({"a": text("-1.5e3", "Number")}, ""),
        ({"a": text("1" * 39, "Number")}, "message-attribute-not-a-number"),
        ({"a": text("one", "Number")}, "message-attribute-not-a-number"),
        ({"a": text("\x00")}, "message-characters-forbidden"),
        ({"a": text("v", "Binary")}, "message-attribute-malformed"),
        ({"a": {"data_type": "Binary", "binary_value": "AA=="}}, ""),
        ({"a": {"data_type": "Binary", "binary_value": "?"}}, "message-attribute-not-binary"),
        ({"a": {"data_type": "String"}}, "message-attribute-malformed"),
        ({"a": {"string_value": "v"}}, "message-attribute-malformed"),
        ({"a": "v"}, "message-attribute-malformed"),
        ({"a": 5}, "message-attribute-malformed"),
        ({"a": text(5)}, "message-attribute-malformed"),
        ({"a": {**text(), "colour": "red"}}, "message-attribute-malformed"),
        ({"a": ["x", ["y"]]}, "message-attribute-malformed"),
    ],
)
def test_message_attributes(attributes: dict[str, Any], reason: str) -> None:
    desk = Desk()
    given = {"queue": "orders", "message_body": "x", "message_attributes": attributes}
    if reason:
        assert desk.refused("SendMessage", **given) == reason
    else:
        sent = desk.call("SendMessage", **given)
        assert [name for name, _, _ in sent.attributes] == list(attributes)
        desk.check()


def test_a_receiver_gets_the_attributes_that_it_asks_for() -> None:
    desk = Desk()
    names = ("colour", "size.big", "size.small")
    sent = desk.send("x", message_attributes={name: text() for name in names})
    message = desk.state().messages[sent.message_id]

    def found(*asked: str) -> tuple[str, ...]:
        return tuple(name for name, _, _ in message_attributes(message, asked))

    assert found() == ()
    assert found("All") == found(".*") == names
    assert found("size.*") == names[1:]
    assert found("colour", "other") == ("colour",)


def test_system_attributes_come_only_when_asked_for() -> None:
    desk = Desk("orders.fifo")
    desk.at(5)
    sent = desk.fifo("x", "g1", "d1")
    desk.at(7)
    desk.receive(message_system_attribute_names=["All"], attribute_names=["SenderId"])
    message = desk.state().messages[sent.message_id]
    assert system_attributes(message, True, ()) == {}
    assert system_attributes(message, True, ("All",)) == {
        "SenderId": "app",
        "SentTimestamp": "5000",
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": "7000",
        "SequenceNumber": sequence_number(message.sequence),
        "MessageDeduplicationId": "d1",
        "MessageGroupId": "g1",
    }
    wrong = {"queue": "orders.fifo", "message_system_attribute_names": ["Colour"]}
    assert desk.refused("ReceiveMessage", **wrong) == "unknown-queue-attribute"


def test_the_trace_header_is_the_only_system_attribute_of_a_sender_and_has_no_size() -> None:
    desk = Desk()
    sent = desk.send("x", message_system_attributes={"AWSTraceHeader": text("Root=1")})
    assert (sent.trace_header, sent.size_bytes) == ("Root=1", 1)
    for wrong in ({"Other": text()}, {"AWSTraceHeader": text("1", "Number")}):
        given = {"queue": "orders", "message_body": "x", "message_system_attributes": wrong}
        assert desk.refused("SendMessage", **given) == "system-attribute-wrong"


@pytest.mark.parametrize(
    ("queue_delay", "delay", "seconds"),
    [(0, None, 0), (0, 900, 900), (10, None, 10), (10, 0, 0), (10, 3, 3)],
)
def test_delays(queue_delay: int, delay: int | None, seconds: int) -> None:
    desk = Desk(DelaySeconds=str(queue_delay))
    desk.send(delay_seconds=delay)
    if seconds:
        desk.at(seconds - 0.001)
        assert desk.counts() == (0, 0, 1)
        desk.at(seconds)
    assert desk.counts() == (1, 0, 0)
    desk.check()


@pytest.mark.parametrize("delay", [-1, 901])
def test_delays_out_of_range(delay: int) -> None:
    given = {"queue": "orders", "message_body": "x", "delay_seconds": delay}
    assert Desk().refused("SendMessage", **given) == "delay-out-of-range"


def test_a_new_queue_delay_does_not_touch_messages_of_a_standard_queue() -> None:
    desk = Desk(DelaySeconds="100")
    desk.send()
    desk.call("SetQueueAttributes", queue="orders", attributes={"DelaySeconds": "1"})
    desk.at(99.999)
    assert desk.counts() == (0, 0, 1)
    desk.at(100)
    assert desk.counts() == (1, 0, 0)


@pytest.mark.parametrize(
    ("group", "fits"),
    [
        ("a", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("", False),
        ("a b", False),
        ("é", False),
        ("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", True),
    ],
)
def test_groups_and_deduplication_ids_have_one_syntax(group: str, fits: bool) -> None:
    for name in ("orders", "orders.fifo"):
        desk = Desk(name)
        given = {"queue": name, "message_body": "x", "message_group_id": group}
        if name.endswith(".fifo"):
            given["message_deduplication_id"] = "d"
        if fits:
            assert desk.call("SendMessage", **given).group == group
        else:
            assert desk.refused("SendMessage", **given) == "message-group-wrong"
    given = {"queue": "orders.fifo", "message_body": "x", "message_group_id": "g"}
    if fits:
        desk.call("SendMessage", message_deduplication_id=group, **given)
    else:
        wrong = {**given, "message_deduplication_id": group}
        assert desk.refused("SendMessage", **wrong) == "deduplication-id-wrong"


def test_a_standard_queue_takes_no_deduplication_id() -> None:
    given = {"queue": "orders", "message_body": "x", "message_deduplication_id": "d"}
    assert Desk().refused("SendMessage", **given) == "deduplication-id-not-for-standard"


def test_another_service_stores_a_message_without_a_call() -> None:
    desk = Desk()
    attributes = (("colour", "String", "red"),)
    stored = accept(desk.world, desk.state(), "x", attributes, reason="from-topic", sent_by="topic")
    assert stored.reason == "from-topic"
    message = desk.state().messages[stored.message_id]
    assert (message.attributes, message.sent_by) == (attributes, "topic")
    desk.check()
