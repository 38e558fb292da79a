"""Publish and PublishBatch: what SNS takes, and what it refuses."""

import json
from typing import Any

import pytest

from studyapp.engine.limits import sns as limits
from studyapp.engine.log import of_kind
from studyapp.engine.names import topic_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.sns.events import EndpointReceived, Published
from studyapp.engine.sns.publishing import publish_from
from tests.engine.sns.fanout import (
    arrived,
    messages,
    new_queue,
    new_topic,
    publish,
    refused,
    subscribe,
)
from tests.support.worlds import same_world


def text(value: str, kind: str = "String") -> dict[str, str]:
    return {"DataType": kind, "StringValue": value}


def test_publishing_answers_before_anything_is_delivered():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    answer = publish(world, "hello")
    assert answer.message_id
    assert arrived(world) == []
    world.advance_to(limits.DELIVERY_LATENCY_MS)
    assert messages(world) == ["hello"]


def test_a_topic_without_subscribers_takes_a_message_and_forgets_it():
    world = new_topic()
    publish(world)
    world.advance_to(1_000)
    assert world.sns.publications == {}
    same_world(world)


@pytest.mark.parametrize("message", ["x" * 262_144, "é" * 131_072])
def test_a_message_may_have_256_kib(message):
    assert publish(new_topic(), message).size_bytes == 262_144


@pytest.mark.parametrize("message", ["x" * 262_145, "é" * 131_073])
def test_a_larger_message_is_refused(message):
    refused(new_topic(), "publish-message-too-long", "sns.Publish", topic="news", message=message)


def test_attributes_count_with_the_size():
    room = 262_144 - len("a" + "String" + "b")
    attributes = {"a": text("b")}
    publish(new_topic(), "x" * room, message_attributes=attributes)
    call = {"message": "x" * (room + 1), "message_attributes": attributes}
    refused(new_topic(), "publish-message-too-long", "sns.Publish", topic="news", **call)


@pytest.mark.parametrize("limit", [1_024, 1_048_576])
def test_a_topic_may_have_another_limit(limit):
    world = new_topic(MaximumMessageSize=str(limit))
    publish(world, "x" * limit)
    long = "x" * (limit + 1)
    refused(world, "publish-message-too-long", "sns.Publish", topic="news", message=long)


def test_an_empty_message_is_refused():
    refused(new_topic(), "publish-message-empty", "sns.Publish", topic="news", message="")


@pytest.mark.parametrize("subject", ["x", "x" * 99, "주문이 도착했습니다"])
def test_a_subject_has_less_than_a_hundred_characters(subject):
    assert publish(new_topic(), subject=subject).subject == subject


@pytest.mark.parametrize("subject", ["", "x" * 100, "two\nlines", "bell\x07", "line\u2028end"])
def test_other_subjects_are_refused(subject):
    call = {"topic": "news", "message": "m", "subject": subject}
    refused(new_topic(), "subject-invalid", "sns.Publish", **call)


ATTRIBUTES = [
    ({"a": text("b", "Date")}, "publish-attribute-type"),
    ({"a": {"StringValue": "b"}}, "publish-attribute-type"),
    ({"a": "b"}, "publish-attribute-type"),
    ({"a": None}, "publish-attribute-type"),
    ({"a": {"DataType": 1, "StringValue": "b"}}, "publish-attribute-type"),
    ({"a": text("")}, "publish-attribute-value-missing"),
    ({"a": {"DataType": "String"}}, "publish-attribute-value-missing"),
    ({"a": {"DataType": "Binary", "StringValue": "b"}}, "publish-attribute-value-missing"),
    ({"a": {"DataType": "Binary", "BinaryValue": "no base64!"}}, "publish-attribute-value-missing"),
    ({"a": text("many", "Number")}, "publish-attribute-not-a-number"),
    ({"": text("b")}, "publish-attribute-name"),
    ({"a b": text("b")}, "publish-attribute-name"),
    ({".a": text("b")}, "publish-attribute-name"),
    ({"a..b": text("b")}, "publish-attribute-name"),
    ({"AWS.a": text("b")}, "publish-attribute-name"),
    ({"x" * 257: text("b")}, "publish-attribute-name"),
]


@pytest.mark.parametrize(("attributes", "reason"), ATTRIBUTES)
def test_message_attributes_that_are_wrong_are_refused(attributes, reason):
    call = {"topic": "news", "message": "m", "message_attributes": attributes}
    refused(new_topic(), reason, "sns.Publish", **call)


def test_message_attributes_have_four_types():
    attributes = {
        "city": text("busan"),
        "cities": text('["busan"]', "String.Array"),
        "price": text("-1.5e2", "Number"),
        "photo": {"DataType": "Binary", "BinaryValue": "aGk="},
        "snake": {"data_type": "String", "string_value": "busan"},
    }
    found = dict(publish(new_topic(), message_attributes=attributes).attributes)
    assert found["snake"] == found["city"] == (("DataType", "String"), ("StringValue", "busan"))
    assert found["photo"] == (("DataType", "Binary"), ("BinaryValue", "aGk="))
    assert len(found) == 5


STRUCTURES = [
    ("not json", "message-structure-not-json"),
    ("[]", "message-structure-not-json"),
    ('{"default":"a","default":"b"}', "message-structure-not-json"),
    ("{}", "message-structure-no-default"),
    ('{"sqs":"a"}', "message-structure-no-default"),
    ('{"default":1}', "message-structure-no-default"),
]


@pytest.mark.parametrize(("message", "reason"), STRUCTURES)
def test_a_message_for_each_protocol_needs_a_default(message, reason):
    call = {"topic": "news", "message": message, "message_structure": "json"}
    refused(new_topic(), reason, "sns.Publish", **call)


def test_there_is_one_message_structure():
    call = {"topic": "news", "message": "{}", "message_structure": "xml"}
    refused(new_topic(), "message-structure-invalid", "sns.Publish", **call)


def test_each_protocol_gets_its_own_message():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    for endpoint, protocol in (("resize", "lambda"), ("+821012345678", "sms")):
        world.call("sim.AddEndpoint", "you", endpoint=endpoint, protocol=protocol)
        subscribe(world, endpoint, protocol)
    body = json.dumps({"default": "all", "sms": "short", "sqs": "long", "lambda": 5, "fax": "x"})
    publish(world, body, message_structure="json", message_attributes={"a": text("b")})
    world.advance_to(1_000)
    (envelope,) = map(json.loads, arrived(world))
    assert envelope["Message"] == "long"
    assert "MessageAttributes" not in envelope
    got = {each.by: each.body for each in of_kind(world.log, EndpointReceived)}
    assert got["+821012345678"] == "short"
    assert json.loads(got["resize"])["Records"][0]["Sns"]["Message"] == "all"


IDS = [
    ("news", {"message_deduplication_id": "1"}, "topic-deduplication-not-for-standard"),
    ("news", {"message_group_id": ""}, "topic-group-invalid"),
    ("news", {"message_group_id": "a b"}, "topic-group-invalid"),
    ("news", {"message_group_id": "é"}, "topic-group-invalid"),
    ("news", {"message_group_id": "x" * 129}, "topic-group-invalid"),
    ("news.fifo", {}, "topic-group-missing"),
    ("news.fifo", {"message_deduplication_id": "1"}, "topic-group-missing"),
    ("news.fifo", {"message_group_id": "g"}, "topic-deduplication-missing"),
    (
        "news.fifo",
        {"message_group_id": "g", "message_deduplication_id": "x" * 129},
        "topic-deduplication-invalid",
    ),
    (
        "news.fifo",
        {"message_group_id": "g", "message_deduplication_id": ""},
        "topic-deduplication-invalid",
    ),
]


@pytest.mark.parametrize(("topic", "ids", "reason"), IDS)
def test_group_and_deduplication_ids_that_do_not_fit_are_refused(topic, ids, reason):
    refused(new_topic(topic), reason, "sns.Publish", topic=topic, message="m", **ids)


def test_a_target_has_to_be_named_and_only_one():
    refused(new_topic(), "publish-target-missing", "sns.Publish", message="m")
    call = {"topic": "news", "phone_number": "+821012345678", "message": "m"}
    refused(new_topic(), "publish-targets-several", "sns.Publish", **call)


def test_a_topic_may_be_given_as_the_target():
    world = new_topic()
    answer = world.call("sns.Publish", "you", target_arn=topic_arn("news"), message="m")
    assert answer.topic == "news"


def test_a_text_message_goes_straight_to_a_phone():
    world = new_topic()
    phone = "+821012345678"
    world.call("sim.AddEndpoint", "you", endpoint=phone, protocol="sms")
    world.call("sns.Publish", "you", phone_number=phone, message="your code is 1234")
    world.advance_to(1_000)
    (got,) = of_kind(world.log, EndpointReceived)
    assert (got.by, got.body) == (phone, "your code is 1234")
    same_world(world)


@pytest.mark.parametrize("number", ["", "12-34", "+0", "call me"])
def test_a_phone_number_that_is_none_is_refused(number):
    call = {"phone_number": number, "message": "m"}
    refused(new_topic(), "phone-number-invalid", "sns.Publish", **call)


def test_a_text_message_has_at_most_1600_characters():
    world = new_topic()
    world.call("sns.Publish", "you", phone_number="+821012345678", message="x" * 1_600)
    call = {"phone_number": "+821012345678", "message": "x" * 1_601}
    refused(world, "publish-message-too-long", "sns.Publish", **call)


def test_a_push_message_goes_straight_to_a_platform_endpoint():
    world = new_topic()
    arn = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/phone-1"
    refused(world, "platform-endpoint-not-found", "sns.Publish", target_arn=arn, message="m")
    world.call("sim.AddEndpoint", "you", endpoint=arn, protocol="application")
    world.call("sns.Publish", "you", target_arn=arn, message="sale!")
    world.advance_to(1_000)
    assert [each.body for each in of_kind(world.log, EndpointReceived)] == ["sale!"]


def test_another_service_publishes_without_a_call():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    cause = len(world.log) - 1
    publish_from(world, "news", '{"Records":[]}', cause=cause, reason="object-notification")
    (event,) = of_kind(world.log, Published)
    assert (event.cause, event.reason, event.by) == (
        cause,
        "object-notification",
        "s3.amazonaws.com",
    )
    world.advance_to(1_000)
    (envelope,) = map(json.loads, arrived(world))
    assert envelope["Subject"] == "Amazon S3 Notification"
    with pytest.raises(Refused):
        publish_from(world, "olds", "x", cause=cause, reason="object-notification")


def test_the_account_may_publish_so_much_in_a_second(monkeypatch):
    monkeypatch.setattr(limits, "PUBLISH_PER_SECOND_MAX", 3)
    world = new_topic("other", new_topic())
    for topic in ("news", "other", "news"):
        publish(world, topic=topic)
    refused(world, "publish-throttled", "sns.Publish", topic="other", message="m")
    world.advance_to(999)
    refused(world, "publish-throttled", "sns.Publish", topic="other", message="m")
    world.advance_to(1_000)
    publish(world)


# Batches


def entry(name: str, message: str = "m", **more: Any) -> dict[str, Any]:
    return {"id": name, "message": message, **more}


def batch(world: Any, *entries: Any, topic: str = "news") -> Any:
    return world.call(
        "sns.PublishBatch", "shop", topic=topic, publish_batch_request_entries=entries
    )


def test_a_batch_of_ten_is_published_in_one_call():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    answer = batch(world, *(entry(f"e{n}", f"m{n}") for n in range(10)))
    assert [each.id for each in answer.successful] == [f"e{n}" for n in range(10)]
    assert len({each.message_id for each in answer.successful}) == 10
    assert answer.failed == ()
    world.advance_to(1_000)
    assert messages(world) == [f"m{n}" for n in range(10)]
    same_world(world)


def test_an_entry_that_is_refused_leaves_the_others_alone():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    bad_subject = entry("b", "bad", subject="")
    answer = batch(world, entry("a", "good"), bad_subject, entry("c", ""), entry("d", "fine"))
    assert [each.id for each in answer.successful] == ["a", "d"]
    assert [(each.id, each.reason) for each in answer.failed] == [
        ("b", "subject-invalid"),
        ("c", "publish-message-empty"),
    ]
    world.advance_to(1_000)
    assert messages(world) == ["good", "fine"]


BATCHES = [
    ([], "publish-batch-empty"),
    ([entry(f"e{n}") for n in range(11)], "publish-batch-too-many"),
    ([entry("a"), entry("a")], "publish-batch-ids-not-distinct"),
    ([entry("a b")], "publish-batch-id-invalid"),
    ([entry("")], "publish-batch-id-invalid"),
    ([entry("x" * 81)], "publish-batch-id-invalid"),
    ([entry("a", "x" * 131_073), entry("b", "x" * 131_072)], "publish-batch-too-long"),
    ([{"id": "a"}], "publish-batch-entry-invalid"),
    ([{"message": "m"}], "publish-batch-entry-invalid"),
    ([entry("a", 5)], "publish-batch-entry-invalid"),  # type: ignore[arg-type]
    ([entry("a", subject=5)], "publish-batch-entry-invalid"),
    ([entry("a", message_attributes=5)], "publish-batch-entry-invalid"),
    ([entry("a", colour="red")], "unknown-parameter"),
]


@pytest.mark.parametrize(("entries", "reason"), BATCHES)
def test_a_batch_that_is_wrong_as_a_whole_is_refused(entries, reason):
    call = {"topic": "news", "publish_batch_request_entries": entries}
    refused(new_topic(), reason, "sns.PublishBatch", **call)


def test_a_batch_may_have_256_kib_together_or_what_the_topic_allows():
    halves = [entry("a", "x" * 131_072), entry("b", "x" * 131_072)]
    assert len(batch(new_topic(), *halves).successful) == 2
    larger = [*halves, entry("c", "x" * 131_072)]
    call = {"topic": "news", "publish_batch_request_entries": larger}
    refused(new_topic(), "publish-batch-too-long", "sns.PublishBatch", **call)
    assert len(batch(new_topic(MaximumMessageSize="1048576"), *larger).successful) == 3


def test_a_batch_for_a_fifo_topic_needs_ids_in_every_entry():
    world = new_topic("news.fifo")
    good = entry("a", message_group_id="g", message_deduplication_id="1")
    missing = [
        (entry("b", message_deduplication_id="2"), "topic-group-missing"),
        (entry("b", message_group_id="g"), "topic-deduplication-missing"),
    ]
    for bad, reason in missing:
        call = {"topic": "news.fifo", "publish_batch_request_entries": [good, bad]}
        refused(world, reason, "sns.PublishBatch", **call)
    assert of_kind(world.log, Published) == []


def test_a_batch_counts_as_many_messages_as_it_holds(monkeypatch):
    monkeypatch.setattr(limits, "PUBLISH_PER_SECOND_MAX", 2)
    answer = batch(new_topic(), entry("a"), entry("b"), entry("c"))
    assert [each.id for each in answer.successful] == ["a", "b"]
    assert [(each.id, each.reason) for each in answer.failed] == [("c", "publish-throttled")]
