"""Topic to Firehose to S3: every message that is published is kept in a bucket."""

import json

import pytest

from studyapp.engine.firehose.commands import accept
from studyapp.engine.firehose.events import RecordBuffered
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.support.delivery_streams import a_world, bodies, happened, hints
from tests.support.worlds import same_world


def with_topic(raw: str) -> World:
    world = a_world(buffering_hints=hints(1, 60))
    world.call("sns.CreateTopic", "setup", name="orders")
    world.call(
        "sns.Subscribe",
        "setup",
        topic="orders",
        protocol="firehose",
        endpoint="arn:aws:firehose:us-east-1:123456789012:deliverystream/clicks",
        attributes={
            "RawMessageDelivery": raw,
            "SubscriptionRoleArn": "arn:aws:iam::123456789012:role/to-firehose",
        },
    )
    return world


def test_every_published_message_ends_in_the_bucket():
    world = with_topic("true")
    for text in ("A", "B", "C"):
        world.call("sns.Publish", "shop", topic="orders", message=text)
    world.advance_to(120_000)
    assert sorted("".join(bodies(world))) == ["A", "B", "C"]
    assert {(e.source, e.reason) for e in happened(world, RecordBuffered)} == {
        ("sns", "topic-delivery")
    }
    same_world(world)


def test_without_raw_delivery_the_envelope_is_kept():
    world = with_topic("false")
    world.call("sns.Publish", "shop", topic="orders", message="A")
    world.advance_to(120_000)
    (body,) = bodies(world)
    assert json.loads(body)["Message"] == "A"


def test_a_record_from_a_topic_is_refused_like_any_other():
    world = with_topic("true")
    with pytest.raises(Refused) as refused:
        accept(world, "none", "a", cause=0, reason="topic-delivery")
    assert refused.value.reason == "delivery-stream-not-found"
    with pytest.raises(Refused) as refused:
        accept(world, "clicks", "x" * 1_100_000, cause=0, reason="topic-delivery")
    assert refused.value.reason == "firehose-record-too-large"
