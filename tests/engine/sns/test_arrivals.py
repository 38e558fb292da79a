"""What arrives at each kind of endpoint: the envelope, the raw message, the event of a function."""

import json

import pytest

from studyapp.engine.log import of_kind
from studyapp.engine.names import topic_arn
from studyapp.engine.sns.events import Delivered, EndpointReceived
from studyapp.engine.sqs.events import MessageSent
from tests.engine.sns.fanout import ROLE, arrived, new_queue, new_topic, publish, refused, subscribe
from tests.support.worlds import same_world

WEB = "https://shop.example/hook"
CITY = {"city": {"DataType": "String", "StringValue": "부산"}}


def received(world):
    return [each for each in of_kind(world.log, EndpointReceived) if each.kind == "Notification"]


def test_one_message_reaches_every_subscriber():
    world = new_topic()
    for queue in ("shipping", "billing", "fraud"):
        new_queue(world, queue)
        subscribe(world, queue)
    publish(world, "order 1")
    world.advance_to(1_000)
    assert [len(arrived(world, queue)) for queue in ("shipping", "billing", "fraud")] == [1, 1, 1]
    assert len(of_kind(world.log, Delivered)) == 3
    same_world(world)


def test_a_queue_gets_the_message_in_an_envelope():
    world = new_topic()
    new_queue(world)
    name = subscribe(world)
    world.advance_to(5_250)
    sent = publish(world, 'say "hi"\n', subject="greeting", message_attributes=CITY)
    world.advance_to(6_000)
    (body,) = arrived(world)
    arn = f"{topic_arn('news')}:{name}"
    assert json.loads(body) == {
        "Type": "Notification",
        "MessageId": sent.message_id,
        "TopicArn": topic_arn("news"),
        "Subject": "greeting",
        "Message": 'say "hi"\n',
        "Timestamp": "2026-01-01T00:00:05.250Z",
        "SignatureVersion": "1",
        "Signature": "simulated-signature",
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-simulated.pem",
        "UnsubscribeURL": (
            f"https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}"
        ),
        "MessageAttributes": {"city": {"Type": "String", "Value": "부산"}},
    }
    assert list(json.loads(body))[:5] == ["Type", "MessageId", "TopicArn", "Subject", "Message"]


def test_what_was_not_given_is_not_in_the_envelope():
    world = new_topic(SignatureVersion="2")
    new_queue(world)
    subscribe(world)
    publish(world)
    world.advance_to(1_000)
    (envelope,) = map(json.loads, arrived(world))
    assert "Subject" not in envelope
    assert "MessageAttributes" not in envelope
    assert "SequenceNumber" not in envelope
    assert "Replayed" not in envelope
    assert envelope["SignatureVersion"] == "2"


def test_in_an_envelope_attributes_are_no_attributes_of_the_queue():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    publish(world, message_attributes=CITY)
    world.advance_to(1_000)
    (sent,) = of_kind(world.log, MessageSent)
    assert sent.attributes == ()
    assert sent.reason == "topic-delivery"


def test_raw_delivery_leaves_the_envelope_away_and_keeps_the_attributes():
    world = new_topic()
    new_queue(world)
    subscribe(world, RawMessageDelivery="true")
    publish(world, "hello", subject="greeting", message_attributes=CITY)
    world.advance_to(1_000)
    (sent,) = of_kind(world.log, MessageSent)
    assert sent.body == "hello"
    assert sent.attributes == (("city", "String", "부산"),)


def test_raw_delivery_can_be_switched_while_messages_come():
    world = new_topic()
    new_queue(world)
    name = subscribe(world)
    publish(world, "one")
    world.advance_to(1_000)
    call = {"attribute_name": "RawMessageDelivery", "attribute_value": "true"}
    world.call("sns.SetSubscriptionAttributes", "you", subscription=name, **call)
    publish(world, "two")
    world.advance_to(2_000)
    assert arrived(world)[1] == "two"
    assert json.loads(arrived(world)[0])["Message"] == "one"


def test_a_function_is_invoked_with_a_record():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint="resize", protocol="lambda")
    arn = "arn:aws:lambda:us-east-1:123456789012:function:resize"
    name = subscribe(world, arn, "lambda")
    number = {"n": {"DataType": "Number", "StringValue": "5"}}
    sent = publish(world, "hello", message_attributes=number)
    world.advance_to(1_000)
    (got,) = received(world)
    assert (got.by, got.protocol, got.message_id) == ("resize", "lambda", sent.message_id)
    (record,) = json.loads(got.body)["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["EventSubscriptionArn"] == f"{topic_arn('news')}:{name}"
    assert record["Sns"]["Message"] == "hello"
    assert record["Sns"]["Subject"] is None
    assert record["Sns"]["MessageAttributes"] == {"n": {"Type": "String", "Value": "5"}}


def test_a_web_server_gets_the_envelope_or_the_raw_message():
    world = new_topic()
    for endpoint, raw in ((WEB, "false"), ("https://raw.example/", "true")):
        world.call("sim.AddEndpoint", "you", endpoint=endpoint, protocol="https")
        subscribe(world, endpoint, "https", RawMessageDelivery=raw)
    publish(world, "hello", message_attributes=CITY)
    world.advance_to(1_000)
    got = {each.by: each.body for each in received(world)}
    assert json.loads(got[WEB])["Message"] == "hello"
    assert got["https://raw.example/"] == "hello"


@pytest.mark.parametrize(
    ("protocol", "endpoint", "expected"),
    [
        ("email", "someone@example.com", "hello"),
        ("sms", "+821012345678", "hello"),
        ("application", "phone-1", "hello"),
    ],
)
def test_people_get_the_text(protocol, endpoint, expected):
    world = new_topic()
    call = {"endpoint": endpoint, "protocol": protocol, "confirms": True}
    world.call("sim.AddEndpoint", "you", **call)
    subscribe(world, endpoint, protocol)
    publish(world, "hello", subject="greeting")
    world.advance_to(1_000)
    (got,) = received(world)
    assert got.body == expected
    assert got.subject == ("greeting" if protocol == "email" else None)


def test_a_program_gets_email_as_json():
    world = new_topic()
    call = {"endpoint": "bot@example.com", "protocol": "email-json", "confirms": True}
    world.call("sim.AddEndpoint", "you", **call)
    subscribe(world, "bot@example.com", "email-json")
    publish(world, "hello")
    world.advance_to(1_000)
    assert json.loads(received(world)[0].body)["Message"] == "hello"


@pytest.mark.parametrize(("protocol", "endpoint"), [("sms", "+821012345678")])
def test_a_phone_that_nobody_looks_at_is_delivered_to_all_the_same(protocol, endpoint):
    world = new_topic()
    subscribe(world, endpoint, protocol)
    publish(world)
    world.advance_to(1_000)
    assert len(of_kind(world.log, Delivered)) == 1
    assert received(world) == []


def test_the_group_of_a_standard_topic_goes_to_standard_queues_only():
    world = new_topic()
    new_queue(world)
    world.call("sim.AddEndpoint", "you", endpoint="resize", protocol="lambda")
    subscribe(world)
    subscribe(world, "resize", "lambda")
    publish(world, message_group_id="tenant-1")
    world.advance_to(1_000)
    (sent,) = of_kind(world.log, MessageSent)
    assert (sent.group, sent.deduplication_id) == ("tenant-1", None)
    assert "tenant-1" not in received(world)[0].body


def test_a_mailbox_keeps_what_arrived():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint="resize", protocol="lambda")
    subscribe(world, "resize", "lambda")
    for text in ("one", "two"):
        publish(world, text)
    world.advance_to(1_000)
    numbers = world.sns.endpoints["resize"].received
    assert [json.loads(world.log[n].body)["Records"][0]["Sns"]["Message"] for n in numbers] == [
        "one",
        "two",
    ]


def test_a_message_larger_than_the_queue_takes_itself_is_delivered():
    world = new_topic(MaximumMessageSize="1048576")
    new_queue(world)
    call = {"queue": "orders", "attributes": {"MaximumMessageSize": "1024"}}
    world.call("sqs.SetQueueAttributes", "you", **call)
    subscribe(world)
    publish(world, "x" * 1_000_000)
    world.advance_to(1_000)
    assert len(arrived(world)) == 1


ENDPOINTS = [
    ("sim.AddEndpoint", {"endpoint": "", "protocol": "sms"}, "endpoint-name-invalid"),
    ("sim.AddEndpoint", {"endpoint": "x" * 2_049, "protocol": "sms"}, "endpoint-name-invalid"),
    ("sim.AddEndpoint", {"endpoint": "orders", "protocol": "sqs"}, "endpoint-protocol-invalid"),
    ("sim.AddEndpoint", {"endpoint": "resize", "protocol": "sms"}, "endpoint-exists"),
    ("sim.RemoveEndpoint", {"endpoint": "nobody"}, "endpoint-unknown"),
    ("sim.TakeEndpointDown", {"endpoint": "nobody"}, "endpoint-unknown"),
    ("sim.BringEndpointUp", {"endpoint": "nobody"}, "endpoint-unknown"),
    ("sim.BringEndpointUp", {"endpoint": "resize"}, "endpoint-is-up"),
    ("sim.TakeEndpointDown", {"endpoint": "down"}, "endpoint-is-down"),
    (
        "sim.TakeEndpointDown",
        {"endpoint": "resize", "http_status": 503},
        "endpoint-status-invalid",
    ),
    ("sim.TakeEndpointDown", {"endpoint": "web", "http_status": 200}, "endpoint-status-invalid"),
    ("sim.TakeEndpointDown", {"endpoint": "web", "http_status": 600}, "endpoint-status-invalid"),
]


@pytest.mark.parametrize(("action", "parameters", "reason"), ENDPOINTS)
def test_what_cannot_be_done_with_an_endpoint_is_refused(action, parameters, reason):
    world = new_topic()
    for name, protocol in (("resize", "lambda"), ("down", "http"), ("web", "http")):
        world.call("sim.AddEndpoint", "you", endpoint=name, protocol=protocol)
    world.call("sim.TakeEndpointDown", "you", endpoint="down")
    refused(world, reason, action, **parameters)


def test_a_delivery_stream_gets_the_envelope():
    world = new_topic()
    world.call("s3.CreateBucket", "you", bucket="archive")
    destination = {"bucket_arn": "archive"}
    world.call(
        "firehose.CreateDeliveryStream",
        "you",
        delivery_stream="to-s3",
        extended_s3_destination_configuration=destination,
    )
    subscribe(world, "to-s3", "firehose", SubscriptionRoleArn=ROLE)
    publish(world, "hello")
    world.advance_to(3_600_000)
    assert len(of_kind(world.log, Delivered)) == 1
    same_world(world)
