"""Topics: names, attributes, creating again, deleting."""

import json
from typing import Any

import pytest

from studyapp.engine.limits import sns as limits
from studyapp.engine.log import of_kind
from studyapp.engine.names import topic_arn
from studyapp.engine.sns.events import TopicCreated
from studyapp.engine.world import World
from tests.engine.sns.fanout import new_queue, new_topic, publish, refused, subscribe
from tests.support.worlds import same_world


def test_a_topic_has_a_name_and_an_arn():
    world = new_topic("news")
    found = world.call("sns.GetTopicAttributes", "you", topic=topic_arn("news"))
    assert found["TopicArn"] == "arn:aws:sns:us-east-1:123456789012:news"
    assert found["Owner"] == "123456789012"


@pytest.mark.parametrize("name", ["a", "A_b-9", "x" * 256])
def test_a_name_of_letters_digits_underscores_and_hyphens_will_do(name):
    assert World().call("sns.CreateTopic", "you", name=name) == name


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a.b", "é", "x" * 257, "a\n", "news.fifo", ".fifo"]
)
def test_any_other_name_is_refused(name):
    refused(World(), "topic-name-invalid", "sns.CreateTopic", name=name)


@pytest.mark.parametrize("name", ["news", "news.fifo.fifo2", ".fifo", "x" * 252 + ".fifo"])
def test_a_fifo_topic_needs_a_name_that_ends_in_fifo(name):
    attributes = {"FifoTopic": "true"}
    refused(World(), "topic-name-invalid", "sns.CreateTopic", name=name, attributes=attributes)


def test_creating_a_topic_again_returns_the_one_that_is_there():
    world = new_topic("news", DisplayName="News")
    assert world.call("sns.CreateTopic", "you", name="news") == "news"
    again = {"DisplayName": "News", "SignatureVersion": "1"}
    assert world.call("sns.CreateTopic", "you", name="news", attributes=again) == "news"
    assert len(of_kind(world.log, TopicCreated)) == 1


def test_creating_a_topic_again_with_other_attributes_is_refused():
    world = new_topic("news", DisplayName="News")
    attributes = {"DisplayName": "Olds"}
    refused(world, "topic-exists", "sns.CreateTopic", name="news", attributes=attributes)


def test_creating_a_topic_again_with_other_tags_is_refused():
    world = World()
    tags = [{"key": "team", "value": "a"}]
    world.call("sns.CreateTopic", "you", name="news", tags=tags)
    assert world.call("sns.CreateTopic", "you", name="news", tags=tags) == "news"
    other = [{"Key": "team", "Value": "b"}]
    refused(world, "topic-exists-other-tags", "sns.CreateTopic", name="news", tags=other)


@pytest.mark.parametrize(
    "tags",
    [[{}], [{"key": ""}], [{"key": "a", "value": 1}], [{"key": "a", "value": "x" * 257}]],
)
def test_a_tag_has_a_key_and_a_value(tags):
    refused(World(), "topic-tag-invalid", "sns.CreateTopic", name="news", tags=tags)


def test_a_topic_has_at_most_fifty_tags():
    tags = [{"key": f"k{n}", "value": ""} for n in range(51)]
    refused(World(), "topic-tag-limit-exceeded", "sns.CreateTopic", name="news", tags=tags)
    assert World().call("sns.CreateTopic", "you", name="news", tags=tags[:50]) == "news"


GOOD = [
    ("news", "DisplayName", "x" * 100),
    ("news", "MaximumMessageSize", "1024"),
    ("news", "MaximumMessageSize", "1048576"),
    ("news", "SignatureVersion", "2"),
    ("news", "TracingConfig", "Active"),
    ("news", "SQSSuccessFeedbackSampleRate", "100"),
    ("news", "LambdaFailureFeedbackRoleArn", "arn:aws:iam::123456789012:role/logs"),
    ("news", "Policy", '{"Version":"2012-10-17","Statement":[]}'),
    ("news", "KmsMasterKeyId", "alias/aws/sns"),
    ("news.fifo", "ContentBasedDeduplication", "true"),
    ("news.fifo", "FifoThroughputScope", "MessageGroup"),
    ("news.fifo", "ArchivePolicy", '{"MessageRetentionPeriod":1}'),
    ("news.fifo", "ArchivePolicy", '{"MessageRetentionPeriod":"365"}'),
]


@pytest.mark.parametrize(("topic", "name", "value"), GOOD)
def test_an_attribute_that_was_set_is_shown(topic, name, value):
    world = new_topic(topic)
    call = {"topic": topic, "attribute_name": name, "attribute_value": value}
    world.call("sns.SetTopicAttributes", "you", **call)
    assert world.call("sns.GetTopicAttributes", "you", topic=topic)[name] == value
    created = new_topic(topic, **{name: value})
    assert created.call("sns.GetTopicAttributes", "you", topic=topic)[name] == value
    same_world(world)


BAD = [
    ("news", "Colour", "red", "topic-attribute-unknown"),
    ("news", "TopicArn", "x", "topic-attribute-unknown"),
    ("news", "FifoTopic", "false", "topic-attribute-unknown"),
    ("news", "DisplayName", "x" * 101, "topic-attribute-invalid"),
    ("news", "MaximumMessageSize", "1023", "topic-attribute-invalid"),
    ("news", "MaximumMessageSize", "1048577", "topic-attribute-invalid"),
    ("news", "MaximumMessageSize", "many", "topic-attribute-invalid"),
    ("news", "MaximumMessageSize", "", "topic-attribute-invalid"),
    ("news", "SignatureVersion", "3", "topic-attribute-invalid"),
    ("news", "TracingConfig", "Sometimes", "topic-attribute-invalid"),
    ("news", "SQSSuccessFeedbackSampleRate", "101", "topic-attribute-invalid"),
    ("news", "Policy", "[]", "topic-attribute-invalid"),
    ("news", "Policy", json.dumps({"Sid": "x" * 31_000}), "topic-attribute-invalid"),
    ("news", "ContentBasedDeduplication", "true", "topic-attribute-for-fifo-only"),
    ("news", "FifoThroughputScope", "Topic", "topic-attribute-for-fifo-only"),
    ("news", "ArchivePolicy", '{"MessageRetentionPeriod":1}', "topic-attribute-for-fifo-only"),
    ("news.fifo", "TracingConfig", "Active", "topic-attribute-for-standard-only"),
    ("news.fifo", "ContentBasedDeduplication", "yes", "topic-attribute-invalid"),
    ("news.fifo", "FifoThroughputScope", "Group", "topic-attribute-invalid"),
    ("news.fifo", "ArchivePolicy", '{"MessageRetentionPeriod":0}', "topic-attribute-invalid"),
    ("news.fifo", "ArchivePolicy", '{"MessageRetentionPeriod":366}', "topic-attribute-invalid"),
    ("news.fifo", "ArchivePolicy", '{"MessageRetentionPeriod":1.5}', "topic-attribute-invalid"),
    ("news.fifo", "ArchivePolicy", '{"Days":1}', "topic-attribute-invalid"),
    ("news.fifo", "ArchivePolicy", "1", "topic-attribute-invalid"),
]


@pytest.mark.parametrize(("topic", "name", "value", "reason"), BAD)
def test_an_attribute_out_of_range_is_refused(topic, name, value, reason):
    call: dict[str, Any] = {"topic": topic, "attribute_name": name, "attribute_value": value}
    refused(new_topic(topic), reason, "sns.SetTopicAttributes", **call)


def test_the_throughput_scope_cannot_go_back_from_group_to_topic():
    world = new_topic("news.fifo", FifoThroughputScope="MessageGroup")
    call = {"attribute_name": "FifoThroughputScope", "attribute_value": "Topic"}
    refused(world, "topic-scope-final", "sns.SetTopicAttributes", topic="news.fifo", **call)


def test_large_messages_are_for_queues_functions_and_delivery_streams_only():
    world = new_topic()
    subscribe(world, "someone@example.com", "email")
    call = {"topic": "news", "attribute_name": "MaximumMessageSize"}
    reason = "topic-too-large-for-subscriptions"
    refused(world, reason, "sns.SetTopicAttributes", **call, attribute_value="262145")
    world.call("sns.SetTopicAttributes", "you", **call, attribute_value="262144")
    large = new_topic(MaximumMessageSize="262145")
    endpoint = {"protocol": "email", "endpoint": "someone@example.com"}
    reason = "protocol-not-for-large-messages"
    refused(large, reason, "sns.Subscribe", topic="news", **endpoint)
    assert subscribe(large, "resize", "lambda").startswith("s")


def test_default_attributes_are_those_that_aws_shows():
    found = new_topic().call("sns.GetTopicAttributes", "you", topic="news")
    assert "MaximumMessageSize" not in found
    assert "FifoTopic" not in found
    assert json.loads(found["EffectiveDeliveryPolicy"]) == {
        "http": {
            "defaultHealthyRetryPolicy": {
                "minDelayTarget": 20,
                "maxDelayTarget": 20,
                "numRetries": 3,
                "numMaxDelayRetries": 0,
                "numNoDelayRetries": 0,
                "numMinDelayRetries": 0,
                "backoffFunction": "linear",
            },
            "disableSubscriptionOverrides": False,
            "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
        }
    }
    fifo = new_topic("news.fifo").call("sns.GetTopicAttributes", "you", topic="news.fifo")
    assert fifo["FifoTopic"] == "true"
    assert fifo["ContentBasedDeduplication"] == "false"
    assert json.loads(fifo["Policy"])["Statement"][0]["Resource"] == topic_arn("news.fifo")


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("olds", "topic-not-found"),
        ("", "topic-not-found"),
        ("arn:aws:sns:us-east-1:123456789012:olds", "topic-not-found"),
        ("arn:aws:sns:eu-west-1:123456789012:news", "topic-not-found"),
        ("arn:aws:sns:news", "topic-arn-malformed"),
    ],
)
@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("sns.GetTopicAttributes", {}),
        ("sns.ListSubscriptionsByTopic", {}),
        ("sns.Publish", {"message": "hello"}),
        ("sns.ConfirmSubscription", {"token": "t1"}),
        ("sns.Subscribe", {"protocol": "sqs", "endpoint": "orders"}),
    ],
)
def test_a_topic_that_is_not_there_is_refused(topic, reason, action, more):
    refused(new_topic(), reason, action, topic=topic, **more)


def test_deleting_a_topic_takes_its_subscriptions_along_and_may_be_repeated():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    subscribe(world, "someone@example.com", "email")
    world.call("sns.DeleteTopic", "you", topic="news")
    world.call("sns.DeleteTopic", "you", topic="news")
    assert world.call("sns.ListTopics", "you").topics == ()
    assert world.call("sns.ListSubscriptions", "you").subscriptions == ()
    refused(world, "topic-not-found", "sns.Publish", topic="news", message="hello")
    same_world(world)


def test_a_topic_with_an_archive_cannot_be_deleted():
    world = new_topic("news.fifo", ArchivePolicy='{"MessageRetentionPeriod":30}')
    refused(world, "topic-archive-active", "sns.DeleteTopic", topic="news.fifo")
    call = {"attribute_name": "ArchivePolicy", "attribute_value": "{}"}
    world.call("sns.SetTopicAttributes", "you", topic="news.fifo", **call)
    world.call("sns.DeleteTopic", "you", topic="news.fifo")
    assert world.call("sns.ListTopics", "you").topics == ()


def test_topics_are_listed_a_hundred_at_a_time():
    world = World()
    for number in range(250):
        world.call("sns.CreateTopic", "you", name=f"t{number}")
    found: list[str] = []
    token = None
    sizes = []
    while True:
        page = world.call("sns.ListTopics", "you", next_token=token)
        found += page.topics
        sizes.append(len(page.topics))
        token = page.next_token
        if token is None:
            break
    assert sizes == [100, 100, 50]
    assert found == [f"t{number}" for number in range(250)]
    refused(world, "next-token-invalid", "sns.ListTopics", next_token="more")


def test_an_account_has_a_limit_of_topics(monkeypatch):
    monkeypatch.setattr(limits, "TOPICS_MAX", 2)
    monkeypatch.setattr(limits, "FIFO_TOPICS_MAX", 1)
    world = new_topic("a", new_topic("b"))
    new_topic("c.fifo", world)
    refused(world, "topic-limit-exceeded", "sns.CreateTopic", name="d")
    fifo = {"FifoTopic": "true"}
    refused(world, "topic-limit-exceeded", "sns.CreateTopic", name="d.fifo", attributes=fifo)
    world.call("sns.DeleteTopic", "you", topic="c.fifo")
    new_topic("d.fifo", world)


def test_what_is_on_its_way_when_a_topic_is_deleted_is_lost_and_accounted_for():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    publish(world)
    world.call("sns.DeleteTopic", "you", topic="news")
    world.advance_to(1_000)
    assert type(world.log[-1]).__name__ == "DeliveryDropped"
    assert world.log[-1].reason == "subscription-gone"
    same_world(world)
