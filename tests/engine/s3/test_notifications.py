"""S3 tells queues, topics and functions about objects, each event to one of them."""

import json
from typing import Any

import pytest

from studyapp.engine.names import bucket_arn, queue_arn, topic_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.s3.events import ObjectNotificationFailed, ObjectNotificationSent
from studyapp.engine.s3.refusals import REASONS
from studyapp.engine.sqs.events import MessageSent
from studyapp.engine.world import World
from tests.support.worlds import same_world

CONFIGURE = "s3.PutBucketNotificationConfiguration"
CREATED = "s3:ObjectCreated:*"


def open_to(*sources: str) -> str:
    """A queue policy that lets these resources send."""
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": f"{source.split(':')[2]}.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "*",
            "Condition": {"ArnEquals": {"aws:SourceArn": source}},
        }
        for source in sources
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def a_world(*queues: str) -> World:
    """Bucket 'photos', and queues that it may write to; queue 'closed' has no policy."""
    world = World(1)
    world.call("s3.CreateBucket", "setup", bucket="photos")
    for queue in queues:
        policy = {"Policy": open_to(bucket_arn("photos"))}
        world.call("sqs.CreateQueue", "setup", queue_name=queue, attributes=policy)
    world.call("sqs.CreateQueue", "setup", queue_name="closed")
    return world


def rule(
    queue: str, *events: str, prefix: str = "", suffix: str = "", **more: Any
) -> dict[str, Any]:
    rules = [{"Name": "prefix", "Value": prefix}, {"Name": "suffix", "Value": suffix}]
    return {
        "QueueArn": queue_arn(queue),
        "Events": list(events or (CREATED,)),
        "Filter": {"Key": {"FilterRules": rules}},
        **more,
    }


def configure(world: World, *rules: dict[str, Any], skip: bool = False, **lists: Any) -> None:
    configuration = {"QueueConfigurations": list(rules), **lists} if rules else lists
    world.call(
        CONFIGURE,
        "you",
        bucket="photos",
        notification_configuration=configuration,
        skip_destination_validation=skip,
    )


def put(world: World, *keys: str) -> None:
    for key in keys:
        world.call("s3.PutObject", "shop", bucket="photos", key=key, body="abc")


def got(world: World, queue: str) -> list[str]:
    """The keys of the objects that a queue was told about; a test event counts as 'test'."""
    found = []
    for event in world.log:
        if type(event) is MessageSent and event.queue == queue:
            body = json.loads(event.body)
            found.append(body["Records"][0]["s3"]["object"]["key"] if "Records" in body else "test")
    return found


def test_a_queue_is_told_about_a_new_object():
    world = a_world("jobs")
    configure(world, rule("jobs"))
    world.advance_to(5250)
    put(world, "a.jpg")
    (message,) = [event for event in world.log if type(event) is MessageSent][1:]
    assert " " not in message.body
    (record,) = json.loads(message.body)["Records"]
    assert record["eventSource"] == "aws:s3"
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["eventTime"] == "2026-01-01T00:00:05.250Z"
    assert record["s3"]["bucket"] == {"name": "photos", "arn": "arn:aws:s3:::photos"}
    assert record["s3"]["object"]["key"] == "a.jpg"
    assert record["s3"]["object"]["size"] == 3
    assert type(world.log[message.cause]) is ObjectNotificationSent
    same_world(world)


def test_a_new_configuration_sends_a_test_event():
    world = a_world("jobs")
    configure(world, rule("jobs"))
    assert got(world, "jobs") == ["test"]
    (message,) = [event for event in world.log if type(event) is MessageSent]
    assert json.loads(message.body)["Event"] == "s3:TestEvent"


def test_without_validation_there_is_no_test_event():
    world = a_world("jobs")
    configure(world, rule("jobs"), skip=True)
    put(world, "a")
    assert got(world, "jobs") == ["a"]


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("a/b_c-d.e~9", "a/b_c-d.e~9"),
        ("my photos/가 &.jpg", "my+photos/%EA%B0%80+%26.jpg"),
        ("a+b%c", "a%2Bb%25c"),
        ("\n", "%0A"),
    ],
)
def test_the_key_is_written_as_in_a_web_address(key: str, written: str):
    world = a_world("jobs")
    configure(world, rule("jobs"), skip=True)
    put(world, key)
    assert got(world, "jobs") == [written]


@pytest.mark.parametrize(
    ("prefix", "suffix", "told"),
    [
        ("", "", ["in/a.jpg", "in/b.txt", "out/c.jpg"]),
        ("in/", "", ["in/a.jpg", "in/b.txt"]),
        ("", ".jpg", ["in/a.jpg", "out/c.jpg"]),
        ("in/", ".jpg", ["in/a.jpg"]),
        ("IN/", "", []),
    ],
)
def test_prefix_and_suffix_choose_the_objects(prefix: str, suffix: str, told: list[str]):
    world = a_world("jobs")
    configure(world, rule("jobs", prefix=prefix, suffix=suffix), skip=True)
    put(world, "in/a.jpg", "in/b.txt", "out/c.jpg")
    assert got(world, "jobs") == told


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (["s3:ObjectCreated:*"], 1),
        (["s3:ObjectCreated:Put"], 1),
        (["s3:ObjectCreated:Copy"], 0),
        (["s3:ObjectRemoved:*"], 1),
        (["s3:ObjectRemoved:Delete"], 1),
        (["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], 2),
        (["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"], 1),
    ],
)
def test_only_the_types_that_were_asked_for_are_told(events: list[str], told: int):
    world = a_world("jobs")
    configure(world, rule("jobs", *events), skip=True)
    put(world, "a")
    world.call("s3.DeleteObject", "shop", bucket="photos", key="a")
    assert len(got(world, "jobs")) == told
    same_world(world)


def test_rules_that_do_not_overlap_go_to_different_queues():
    world = a_world("pictures", "texts", "gone")
    configure(
        world,
        rule("pictures", suffix=".jpg"),
        rule("texts", suffix=".txt"),
        rule("gone", "s3:ObjectRemoved:*"),
        skip=True,
    )
    put(world, "a.jpg", "b.txt", "c.gif")
    world.call("s3.DeleteObject", "shop", bucket="photos", key="a.jpg")
    assert [got(world, queue) for queue in ("pictures", "texts", "gone")] == [
        ["a.jpg"],
        ["b.txt"],
        ["a.jpg"],
    ]


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        ({}, {}, True),
        ({"prefix": "in/"}, {}, True),
        ({"prefix": "in/"}, {"prefix": "in/new/"}, True),
        ({"prefix": "in/"}, {"prefix": "out/"}, False),
        ({"suffix": ".jpg"}, {"suffix": "a.jpg"}, True),
        ({"suffix": ".jpg"}, {"suffix": ".png"}, False),
        ({"prefix": "in/", "suffix": ".jpg"}, {"prefix": "in/", "suffix": ".png"}, False),
        ({"prefix": "in/", "suffix": ".jpg"}, {"prefix": "out/", "suffix": ".jpg"}, False),
        ({"prefix": "in/"}, {"suffix": ".jpg"}, True),
        ({"events": ["s3:ObjectCreated:Put"]}, {"events": ["s3:ObjectCreated:*"]}, True),
        ({"events": ["s3:ObjectCreated:Put"]}, {"events": ["s3:ObjectCreated:Copy"]}, False),
        ({"events": ["s3:ObjectCreated:*"]}, {"events": ["s3:ObjectRemoved:*"]}, False),
    ],
)
def test_rules_for_the_same_type_may_not_overlap(
    one: dict[str, Any], other: dict[str, Any], overlaps: bool
):
    world = a_world("one", "other")
    rules = []
    for queue, chosen in (("one", one), ("other", other)):
        filters = {name: value for name, value in chosen.items() if name != "events"}
        rules.append(rule(queue, *chosen.get("events", []), **filters))
    if not overlaps:
        configure(world, *rules)
        return
    with pytest.raises(Refused) as refused:
        configure(world, *rules)
    assert refused.value.reason == "notification-rules-overlap"
    assert world.s3.buckets["photos"].rules == []


def queues(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"QueueConfigurations": list(rules)}


def filtered(*rules: dict[str, str]) -> dict[str, Any]:
    return queues({**rule("jobs"), "Filter": {"Key": {"FilterRules": list(rules)}}})


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a queue that is not there": (queues(rule("none")), "notification-destination-wrong"),
    "a queue without a policy": (queues(rule("closed")), "notification-destination-wrong"),
    "a topic that is not there": (
        {"TopicConfigurations": [{"TopicArn": topic_arn("none"), "Events": [CREATED]}]},
        "notification-destination-wrong",
    ),
    "a function that is not there": (
        {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": "none", "Events": [CREATED]}]},
        "notification-destination-wrong",
    ),
    "a FIFO queue": (queues(rule("jobs.fifo")), "notification-fifo-destination"),
    "a FIFO topic": (
        {"TopicConfigurations": [{"TopicArn": "news.fifo", "Events": [CREATED]}]},
        "notification-fifo-destination",
    ),
    "an unknown type": (queues(rule("jobs", "s3:ObjectMoved")), "notification-event-unknown"),
    "a type without s3": (queues(rule("jobs", "ObjectCreated:*")), "notification-event-unknown"),
    "no type": (
        queues({"QueueArn": queue_arn("jobs"), "Events": []}),
        "notification-events-missing",
    ),
    "no queue": (queues({"Events": [CREATED]}), "missing-parameter"),
    "a filter for the middle": (
        filtered({"Name": "middle", "Value": "x"}),
        "notification-filter-wrong",
    ),
    "two prefixes": (
        filtered({"Name": "prefix", "Value": "x"}, {"Name": "Prefix", "Value": "y"}),
        "notification-filter-twice",
    ),
    "an id twice": (
        queues(rule("jobs", suffix="a", Id="x"), rule("jobs", suffix="b", Id="x")),
        "notification-id-twice",
    ),
    "101 rules": (
        queues(*(rule("jobs", suffix=f"{n:03}") for n in range(101))),
        "notification-rules-too-many",
    ),
    "a misspelt list": ({"QueueConfiguration": [rule("jobs")]}, "unknown-parameter"),
    "a misspelt field": (queues(rule("jobs", Filters={})), "unknown-parameter"),
    "a list that is text": ({"QueueConfigurations": "jobs"}, "wrong-type"),
    "types that are text": (queues({"QueueArn": "jobs", "Events": CREATED}), "wrong-type"),
    "overlapping rules": (queues(rule("jobs"), rule("jobs")), "notification-rules-overlap"),
}


@pytest.mark.parametrize(("configuration", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_configuration_that_aws_refuses_is_refused(configuration: dict[str, Any], reason: str):
    world = a_world("jobs")
    configure(world, rule("jobs"))
    before = list(world.s3.buckets["photos"].rules)
    with pytest.raises(Refused) as refused:
        configure(world, **configuration)
    assert refused.value.reason == reason
    if reason in REASONS:
        assert REASONS[reason].message.format(**dict(refused.value.details))
    assert world.s3.buckets["photos"].rules == before
    same_world(world)


def test_each_reason_has_a_case():
    cases = {reason for _, reason in REFUSED.values()}
    assert {reason for reason in REASONS if reason.startswith("notification-")} <= cases


def test_snake_case_and_short_names_will_do():
    world = a_world("jobs")
    row = {"queue_arn": "jobs", "events": [CREATED]}
    configure(world, queue_configurations=[row])
    put(world, "a")
    assert got(world, "jobs") == ["test", "a"]


def test_a_new_configuration_takes_the_place_of_the_old_one():
    world = a_world("one", "other")
    configure(world, rule("one"), skip=True)
    configure(world, rule("other"), skip=True)
    put(world, "a")
    configure(world)
    put(world, "b")
    assert (got(world, "one"), got(world, "other")) == ([], ["a"])


def test_a_queue_that_went_away_is_told_nothing_and_the_object_is_kept():
    world = a_world("jobs")
    configure(world, rule("jobs"))
    world.call("sqs.DeleteQueue", "you", queue="jobs")
    put(world, "a")
    (failed,) = [event for event in world.log if type(event) is ObjectNotificationFailed]
    assert (failed.reason, failed.key) == ("queue-not-found", "a")
    assert "a" in world.s3.buckets["photos"].objects
    same_world(world)


def test_a_policy_that_was_taken_away_stops_notifications():
    world = a_world("jobs")
    configure(world, rule("jobs"), skip=True)
    attributes = {"Policy": open_to(bucket_arn("other"))}
    world.call("sqs.SetQueueAttributes", "you", queue="jobs", attributes=attributes)
    put(world, "a")
    assert got(world, "jobs") == []
    (failed,) = [event for event in world.log if type(event) is ObjectNotificationFailed]
    assert failed.reason == "queue-policy-denies"


def test_a_function_is_called_with_the_event():
    world = a_world()
    world.call("sim.AddEndpoint", "setup", endpoint="resize", protocol="lambda")
    row = {"LambdaFunctionArn": "resize", "Events": [CREATED]}
    configure(world, LambdaFunctionConfigurations=[row])
    put(world, "a.jpg")
    received = [event for event in world.log if type(event).__name__ == "EndpointReceived"]
    assert [(event.by, event.protocol, event.reason) for event in received] == [
        ("resize", "lambda", "object-notification")
    ]
    assert json.loads(received[0].body)["Records"][0]["s3"]["object"]["key"] == "a.jpg"
    same_world(world)


def test_one_event_reaches_several_queues_by_way_of_a_topic():
    world = a_world()
    world.call("sns.CreateTopic", "setup", name="uploads")
    for queue in ("thumbnails", "index"):
        policy = {"Policy": open_to(topic_arn("uploads"))}
        world.call("sqs.CreateQueue", "setup", queue_name=queue, attributes=policy)
        world.call(
            "sns.Subscribe",
            "setup",
            topic="uploads",
            protocol="sqs",
            endpoint=queue_arn(queue),
            attributes={"RawMessageDelivery": "true"},
        )
    row = {"TopicArn": "uploads", "Events": [CREATED]}
    configure(world, TopicConfigurations=[row])
    put(world, "a.jpg")
    world.advance_to(60_000)
    assert got(world, "thumbnails") == got(world, "index") == ["test", "a.jpg"]
    same_world(world)
