"""Subscriptions: which endpoints a topic may have, subscribing again, attributes, lists."""

import json
from typing import Any

import pytest

from studyapp.engine.limits import sns as limits
from studyapp.engine.log import of_kind
from studyapp.engine.names import queue_arn, topic_arn
from studyapp.engine.sns.events import SubscriptionCreated
from tests.engine.sns.fanout import (
    ROLE,
    dead_letters,
    messages,
    new_queue,
    new_topic,
    publish,
    refused,
    subscribe,
)
from tests.support.worlds import same_world

FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:resize"
STREAM_ARN = "arn:aws:firehose:us-east-1:123456789012:deliverystream/to-s3"
DEVICE_ARN = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/5e3e9847"

GOOD = [
    ("sqs", "orders"),
    ("sqs", queue_arn("orders")),
    ("lambda", "resize"),
    ("lambda", FUNCTION_ARN),
    ("lambda", FUNCTION_ARN + ":live"),
    ("http", "http://shop.example/hook"),
    ("https", "https://shop.example/hook"),
    ("email", "someone@example.com"),
    ("email-json", "someone@example.com"),
    ("sms", "+821012345678"),
    ("application", DEVICE_ARN),
]


@pytest.mark.parametrize(("protocol", "endpoint"), GOOD)
def test_every_protocol_has_its_kind_of_endpoint(protocol, endpoint):
    world = new_topic()
    name = subscribe(world, endpoint, protocol)
    found = world.call("sns.GetSubscriptionAttributes", "you", subscription=name)
    assert found["Protocol"] == protocol
    assert found["Endpoint"] == endpoint
    same_world(world)


BAD = [
    ("kinesis", "clicks", "protocol-unknown"),
    ("", "orders", "protocol-unknown"),
    ("SQS", "orders", "protocol-unknown"),
    ("sqs", "https://sqs.us-east-1.amazonaws.com/123456789012/orders", "endpoint-not-a-queue"),
    ("sqs", FUNCTION_ARN, "endpoint-not-a-queue"),
    ("sqs", "", "endpoint-not-a-queue"),
    ("lambda", queue_arn("orders"), "endpoint-not-a-function"),
    ("lambda", "two words", "endpoint-not-a-function"),
    ("firehose", queue_arn("orders"), "endpoint-not-a-delivery-stream"),
    ("application", FUNCTION_ARN, "endpoint-not-a-platform-endpoint"),
    ("http", "https://shop.example", "endpoint-not-of-protocol"),
    ("https", "http://shop.example", "endpoint-not-of-protocol"),
    ("https", "shop.example", "endpoint-not-of-protocol"),
    ("https", "https://", "endpoint-not-of-protocol"),
    ("https", "https://shop.example/" + "x" * 2_048, "endpoint-not-of-protocol"),
    ("email", "someone", "endpoint-not-an-email-address"),
    ("email-json", "a@b@c", "endpoint-not-an-email-address"),
    ("sms", "call me", "endpoint-not-a-phone-number"),
    ("sms", "+0123", "endpoint-not-a-phone-number"),
]


@pytest.mark.parametrize(("protocol", "endpoint", "reason"), BAD)
def test_any_other_endpoint_is_refused(protocol, endpoint, reason):
    parameters = {"topic": "news", "protocol": protocol, "endpoint": endpoint}
    refused(new_topic(), reason, "sns.Subscribe", **parameters)


def test_a_mailbox_may_be_subscribed_by_its_plain_name():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint="webhook", protocol="https")
    assert subscribe(world, "webhook", "https").startswith("s")
    parameters = {"topic": "news", "protocol": "http", "endpoint": "webhook"}
    refused(world, "endpoint-not-of-protocol", "sns.Subscribe", **parameters)


@pytest.mark.parametrize("protocol", ["lambda", "http", "https", "email", "sms", "firehose"])
def test_a_fifo_topic_takes_queues_only(protocol):
    world = new_topic("news.fifo")
    world.call("sim.AddEndpoint", "you", endpoint="x", protocol="https")
    endpoint = dict(GOOD).get(protocol, "to-s3")
    parameters = {"topic": "news.fifo", "protocol": protocol, "endpoint": endpoint}
    refused(world, "protocol-not-for-fifo", "sns.Subscribe", **parameters)


@pytest.mark.parametrize("queue", ["orders", "orders.fifo"])
def test_a_fifo_topic_takes_standard_and_fifo_queues(queue):
    assert subscribe(new_topic("news.fifo"), queue, topic="news.fifo").startswith("s")


def test_a_fifo_queue_cannot_subscribe_to_a_standard_topic():
    parameters = {"topic": "news", "protocol": "sqs", "endpoint": "orders.fifo"}
    refused(new_topic(), "fifo-queue-on-standard-topic", "sns.Subscribe", **parameters)


def test_subscribing_again_returns_the_same_subscription():
    world = new_topic()
    first = subscribe(world, RawMessageDelivery="true")
    assert subscribe(world) == first
    assert subscribe(world, queue_arn("orders"), RawMessageDelivery="true") == first
    assert len(of_kind(world.log, SubscriptionCreated)) == 1


def test_subscribing_again_with_other_attributes_is_refused():
    world = new_topic()
    subscribe(world)
    parameters: dict[str, Any] = {"topic": "news", "protocol": "sqs", "endpoint": "orders"}
    attributes = {"RawMessageDelivery": "true"}
    refused(world, "subscription-exists", "sns.Subscribe", **parameters, attributes=attributes)
    same = {"RawMessageDelivery": "false"}
    world.call("sns.Subscribe", "you", **parameters, attributes=same)


ATTRIBUTES = [
    ("sqs", "Colour", "red", "subscription-attribute-unknown"),
    ("sqs", "RawMessageDelivery", "yes", "subscription-attribute-invalid"),
    ("lambda", "RawMessageDelivery", "true", "raw-delivery-not-supported"),
    ("sqs", "FilterPolicyScope", "Body", "filter-policy-scope-unknown"),
    ("sqs", "FilterPolicy", "[", "filter-policy-not-json"),
    ("sqs", "FilterPolicy", '{"a":{"b":["c"]}}', "filter-policy-nested"),
    ("sqs", "RedrivePolicy", "dead", "redrive-policy-not-json"),
    ("sqs", "RedrivePolicy", '{"target":"x"}', "redrive-target-invalid"),
    ("sqs", "RedrivePolicy", '{"deadLetterTargetArn":"dead"}', "redrive-target-invalid"),
    ("sqs", "RedrivePolicy", '{"deadLetterTargetArn":1}', "redrive-target-invalid"),
    ("sqs", "RedrivePolicy", json.dumps(dead_letters("dead.fifo")), "redrive-needs-standard-queue"),
    ("lambda", "RedrivePolicy", json.dumps(dead_letters("d.fifo")), "redrive-needs-standard-queue"),
    ("https", "DeliveryPolicy", "soon", "delivery-policy-invalid"),
    ("sqs", "SubscriptionRoleArn", "admin", "subscription-attribute-invalid"),
    ("sqs", "ReplayPolicy", "{}x", "replay-not-possible"),
]


@pytest.mark.parametrize(("protocol", "name", "value", "reason"), ATTRIBUTES)
def test_an_attribute_that_does_not_fit_is_refused(protocol, name, value, reason):
    endpoint = dict(GOOD)[protocol]
    parameters: dict[str, Any] = {"topic": "news", "protocol": protocol, "endpoint": endpoint}
    refused(new_topic(), reason, "sns.Subscribe", **parameters, attributes={name: value})
    world = new_topic()
    subscription = subscribe(world, endpoint, protocol)
    call = {"attribute_name": name, "attribute_value": value}
    refused(world, reason, "sns.SetSubscriptionAttributes", subscription=subscription, **call)


def test_a_fifo_subscription_needs_a_fifo_dead_letter_queue():
    world = new_topic("news.fifo")
    parameters: dict[str, Any] = {"topic": "news.fifo", "protocol": "sqs"}
    attributes = {"RedrivePolicy": json.dumps(dead_letters("dead"))}
    call = {**parameters, "endpoint": "orders.fifo", "attributes": attributes}
    refused(world, "redrive-needs-fifo-queue", "sns.Subscribe", **call)
    assert subscribe(world, "orders", topic="news.fifo", RedrivePolicy=dead_letters("dead"))


def test_a_delivery_stream_needs_a_role():
    world = new_topic()
    parameters = {"topic": "news", "protocol": "firehose", "endpoint": STREAM_ARN}
    refused(world, "subscription-role-missing", "sns.Subscribe", **parameters)
    assert subscribe(world, STREAM_ARN, "firehose", SubscriptionRoleArn=ROLE)


def test_attributes_that_were_set_are_shown():
    world = new_topic()
    name = subscribe(
        world,
        FilterPolicy={"city": ["busan"]},
        RawMessageDelivery="true",
        RedrivePolicy=dead_letters("dead"),
    )
    arn = f"{topic_arn('news')}:{name}"
    found = world.call("sns.GetSubscriptionAttributes", "you", subscription=arn)
    assert found == {
        "SubscriptionArn": arn,
        "TopicArn": topic_arn("news"),
        "Protocol": "sqs",
        "Endpoint": "orders",
        "Owner": "123456789012",
        "SubscriptionPrincipal": "arn:aws:iam::123456789012:root",
        "ConfirmationWasAuthenticated": "true",
        "PendingConfirmation": "false",
        "RawMessageDelivery": "true",
        "FilterPolicy": '{"city": ["busan"]}',
        "FilterPolicyScope": "MessageAttributes",
        "RedrivePolicy": json.dumps(dead_letters("dead")),
    }


def test_the_filter_policy_scope_is_shown_only_with_a_filter_policy():
    world = new_topic()
    name = subscribe(world, FilterPolicyScope="MessageBody")
    found = world.call("sns.GetSubscriptionAttributes", "you", subscription=name)
    assert "FilterPolicyScope" not in found


def test_a_subscription_may_be_named_by_topic_and_endpoint():
    world = new_topic()
    name = subscribe(world)
    web = subscribe(world, "https://shop.example/hook", "https")
    for text, expected in (("news/orders", name), ("news/https://shop.example/hook", web)):
        found = world.call("sns.GetSubscriptionAttributes", "you", subscription=text)
        assert found["SubscriptionArn"] == f"{topic_arn('news')}:{expected}"


@pytest.mark.parametrize(
    "name", ["s1", "", "news/olds", "olds/orders", topic_arn("news"), "s99999"]
)
@pytest.mark.parametrize("action", ["Unsubscribe", "GetSubscriptionAttributes"])
def test_a_subscription_that_never_was_is_refused(name, action):
    world = new_topic()
    subscribe(world)
    refused(world, "subscription-not-found", f"sns.{action}", subscription=name)


def test_an_endpoint_gets_nothing_after_it_unsubscribed_and_may_do_so_twice():
    world = new_topic()
    new_queue(world)
    name = subscribe(world)
    world.call("sns.Unsubscribe", "you", subscription=name)
    world.call("sns.Unsubscribe", "you", subscription=f"{topic_arn('news')}:{name}")
    publish(world)
    world.advance_to(1_000)
    assert messages(world) == []
    found = world.call("sns.GetTopicAttributes", "you", topic="news")
    assert (found["SubscriptionsConfirmed"], found["SubscriptionsDeleted"]) == ("0", "1")
    same_world(world)


def test_a_queue_that_subscribes_later_gets_later_messages_only():
    world = new_topic()
    new_queue(world)
    publish(world, "early")
    subscribe(world)
    publish(world, "late")
    world.advance_to(1_000)
    assert messages(world) == ["late"]


def test_subscriptions_are_listed_a_hundred_at_a_time():
    world = new_topic("other", new_topic())
    names = [subscribe(world, f"q{number}") for number in range(120)]
    subscribe(world, "someone@example.com", "email", topic="other")
    first = world.call("sns.ListSubscriptionsByTopic", "you", topic="news")
    token = first.next_token
    rest = world.call("sns.ListSubscriptionsByTopic", "you", topic="news", next_token=token)
    assert [row.subscription for row in (*first.subscriptions, *rest.subscriptions)] == names
    assert rest.next_token is None
    everything = world.call("sns.ListSubscriptions", "you", next_token="100")
    assert len(everything.subscriptions) == 21
    assert everything.subscriptions[-1].subscription == "PendingConfirmation"


def test_a_fifo_topic_has_at_most_a_hundred_subscriptions():
    world = new_topic("news.fifo")
    for number in range(limits.FIFO_SUBSCRIPTIONS_MAX):
        subscribe(world, f"q{number}", topic="news.fifo")
    parameters = {"topic": "news.fifo", "protocol": "sqs", "endpoint": "one-more"}
    refused(world, "subscription-limit-exceeded", "sns.Subscribe", **parameters)


def test_a_topic_of_large_messages_has_at_most_a_hundred_subscriptions():
    world = new_topic(MaximumMessageSize="1048576")
    for number in range(limits.LARGE_MESSAGE_SUBSCRIPTIONS_MAX):
        subscribe(world, f"q{number}")
    parameters = {"topic": "news", "protocol": "sqs", "endpoint": "one-more"}
    refused(world, "subscription-limit-exceeded", "sns.Subscribe", **parameters)


def test_five_delivery_streams_may_subscribe_to_a_topic():
    world = new_topic()
    for number in range(5):
        subscribe(world, f"s{number}", "firehose", SubscriptionRoleArn=ROLE)
    parameters: dict[str, Any] = {"topic": "news", "protocol": "firehose", "endpoint": "s6"}
    role = {"SubscriptionRoleArn": ROLE}
    refused(world, "subscription-limit-exceeded", "sns.Subscribe", **parameters, attributes=role)
    world.call("sns.Unsubscribe", "you", subscription="news/s0")
    subscribe(world, "s6", "firehose", SubscriptionRoleArn=ROLE)


def test_a_topic_has_at_most_two_hundred_filter_policies():
    world = new_topic()
    for number in range(limits.FILTER_POLICIES_PER_TOPIC_MAX):
        subscribe(world, f"q{number}", FilterPolicy={"a": ["b"]})
    parameters: dict[str, Any] = {"topic": "news", "protocol": "sqs", "endpoint": "one-more"}
    policy = {"FilterPolicy": '{"a":["b"]}'}
    refused(world, "filter-policy-limit-exceeded", "sns.Subscribe", **parameters, attributes=policy)
    name = subscribe(world, "unfiltered", FilterPolicy={})
    call = {"attribute_name": "FilterPolicy", "attribute_value": '{"a":["b"]}'}
    reason = "filter-policy-limit-exceeded"
    refused(world, reason, "sns.SetSubscriptionAttributes", subscription=name, **call)
    other = {"attribute_name": "FilterPolicy", "attribute_value": '{"a":["c"]}'}
    world.call("sns.SetSubscriptionAttributes", "you", subscription="news/q0", **other)
    world.call("sns.Unsubscribe", "you", subscription="news/q1")
    world.call("sns.SetSubscriptionAttributes", "you", subscription=name, **call)
    same_world(world)
