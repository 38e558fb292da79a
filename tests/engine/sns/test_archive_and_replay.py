"""FIFO topics keep an archive if told to, and a subscription can have it replayed."""

import json
from typing import Any

import pytest

from studyapp.engine.dates import iso
from studyapp.engine.log import of_kind
from studyapp.engine.sns import timestamps
from studyapp.engine.sns.events import FilteredOut, MessageReplayed, ReplayEnded
from studyapp.engine.world import World
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

TOPIC = "news.fifo"
DAY = 86_400_000


def archived(days: int = 30, count: int = 5, queues: tuple[str, ...] = ()) -> World:
    """Messages 0, 1, 2 ... published a minute apart, from the first minute on."""
    world = new_topic(TOPIC, ArchivePolicy=json.dumps({"MessageRetentionPeriod": days}))
    for queue in queues:
        new_queue(world, queue, TOPIC)
        subscribe(world, queue, topic=TOPIC)
    for number in range(count):
        world.advance_to((number + 1) * 60_000)
        send(world, str(number))
    world.advance_to(world.now_ms + 1_000)
    return world


def send(world: World, message: str, **more: Any) -> Any:
    ids = {"message_group_id": "g", "message_deduplication_id": f"id-{len(world.log)}"}
    return publish(world, message, topic=TOPIC, **ids, **more)


def policy(from_ms: int, until_ms: int | None = None) -> dict[str, str]:
    found = {"PointType": "Timestamp", "StartingPoint": iso(from_ms)}
    if until_ms is not None:
        found["EndingPoint"] = iso(until_ms)
    return found


def status(world: World, queue: str = "late") -> str:
    found = world.call("sns.GetSubscriptionAttributes", "you", subscription=f"{TOPIC}/{queue}")
    return str(found["ReplayStatus"])


def test_a_new_subscriber_gets_what_was_published_before():
    world = archived()
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(0))
    assert status(world) == "Pending"
    world.advance_to(world.now_ms + 1_000)
    assert status(world) == "In progress"
    world.advance_to(world.now_ms + 10_000)
    assert status(world) == "Completed"
    assert messages(world, "late") == ["0", "1", "2", "3", "4"]
    same_world(world)


def test_a_replayed_copy_keeps_its_id_and_time_and_says_so():
    world = archived(queues=("orders",))
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(0))
    world.advance_to(world.now_ms + 10_000)
    first, copy = json.loads(arrived(world)[0]), json.loads(arrived(world, "late")[0])
    assert "Replayed" not in first
    assert copy["Replayed"] is True
    for name in ("MessageId", "Timestamp", "SequenceNumber", "Message"):
        assert copy[name] == first[name]


def test_a_replay_begins_at_its_starting_point():
    world = archived()
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(180_000))
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == ["2", "3", "4"]


def test_without_an_ending_point_the_subscription_goes_on_with_new_messages():
    world = archived()
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(0))
    send(world, "during")
    world.advance_to(world.now_ms + 10_000)
    send(world, "after")
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == ["0", "1", "2", "3", "4", "during", "after"]
    replayed = ["Replayed" in json.loads(body) for body in arrived(world, "late")]
    assert replayed == [True] * 6 + [False]
    (ended,) = of_kind(world.log, ReplayEnded)
    assert ended.reason == "replay-completed"
    same_world(world)


def test_with_an_ending_point_the_subscription_pauses_afterwards():
    world = archived()
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(60_000, 180_000))
    world.advance_to(world.now_ms + 10_000)
    send(world, "after")
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == ["0", "1", "2"]
    assert of_kind(world.log, ReplayEnded)[0].reason == "replay-completed-paused"
    call = {"attribute_name": "ReplayPolicy", "attribute_value": ""}
    world.call("sns.SetSubscriptionAttributes", "you", subscription=f"{TOPIC}/late", **call)
    send(world, "resumed")
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late")[3:] == ["resumed"]
    same_world(world)


def test_an_existing_subscription_can_have_a_part_again():
    world = archived(queues=("late",))
    world.advance_to(world.now_ms + 600_000)
    value = json.dumps(policy(240_000, 300_000))
    call = {"attribute_name": "ReplayPolicy", "attribute_value": value}
    world.call("sns.SetSubscriptionAttributes", "you", subscription=f"{TOPIC}/late", **call)
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == ["0", "1", "2", "3", "4", "3", "4"]


def test_a_new_replay_replaces_the_one_under_way():
    world = archived(queues=("late",))
    for start in (60_000, 240_000):
        call = {"attribute_name": "ReplayPolicy", "attribute_value": json.dumps(policy(start))}
        world.call("sns.SetSubscriptionAttributes", "you", subscription=f"{TOPIC}/late", **call)
        world.advance_to(world.now_ms + 1_005)
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late")[5:] == ["0", "3", "4"]


def test_a_replay_honours_the_filter_policy():
    world = archived()
    new_queue(world, "late", TOPIC)
    only = {"FilterPolicy": {"n": ["x"]}, "ReplayPolicy": policy(0)}
    subscribe(world, "late", topic=TOPIC, **only)
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == []
    assert len(of_kind(world.log, FilteredOut)) == 5


def test_a_replay_keeps_the_order_of_a_group_through_an_outage():
    world = archived()
    new_queue(world, "late.fifo", TOPIC)
    world.call("sim.TakeEndpointDown", "you", endpoint="late.fifo")
    subscribe(world, "late.fifo", topic=TOPIC, ReplayPolicy=policy(0))
    world.advance_to(world.now_ms + 5_000)
    assert len(of_kind(world.log, MessageReplayed)) == 5
    world.call("sim.BringEndpointUp", "you", endpoint="late.fifo")
    world.advance_to(world.now_ms + 60_000)
    assert messages(world, "late.fifo") == ["0", "1", "2", "3", "4"]
    same_world(world)


def test_what_is_older_than_the_retention_is_gone():
    world = archived(days=1)
    world.advance_to(DAY + 150_000)
    send(world, "new")
    found = world.call("sns.GetTopicAttributes", "you", topic=TOPIC)
    assert found["BeginningArchiveTime"] == iso(150_000)
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(150_000))
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == ["2", "3", "4", "new"]


def test_an_archive_begins_when_it_is_switched_on():
    world = new_topic(TOPIC)
    send(world, "before")
    world.advance_to(60_000)
    value = {"attribute_name": "ArchivePolicy", "attribute_value": '{"MessageRetentionPeriod":5}'}
    world.call("sns.SetTopicAttributes", "you", topic=TOPIC, **value)
    send(world, "after")
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(60_000))
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == ["after"]


def test_switching_the_archive_off_deletes_it_and_fails_a_replay_under_way():
    world = archived()
    new_queue(world, "late", TOPIC)
    subscribe(world, "late", topic=TOPIC, ReplayPolicy=policy(0))
    world.advance_to(world.now_ms + 1_005)
    call = {"attribute_name": "ArchivePolicy", "attribute_value": ""}
    world.call("sns.SetTopicAttributes", "you", topic=TOPIC, **call)
    world.advance_to(world.now_ms + 10_000)
    assert status(world) == "Failed"
    assert messages(world, "late") == ["0"]
    assert world.sns.topics[TOPIC].archive == []
    send(world, "live")
    world.advance_to(world.now_ms + 10_000)
    assert messages(world, "late") == ["0", "live"]
    same_world(world)


POLICIES: list[Any] = [
    {"PointType": "Offset", "StartingPoint": iso(60_000)},
    {"StartingPoint": iso(60_000)},
    {"PointType": "Timestamp"},
    {"PointType": "Timestamp", "StartingPoint": "yesterday"},
    {"PointType": "Timestamp", "StartingPoint": 60_000},
    {"PointType": "Timestamp", "StartingPoint": "2026-02-30T00:00:00Z"},
    {"PointType": "Timestamp", "StartingPoint": "2025-12-31T23:59:59.999Z"},
    {"PointType": "Timestamp", "StartingPoint": iso(9_000_000)},
    {"PointType": "Timestamp", "StartingPoint": iso(60_000), "EndingPoint": iso(59_999)},
    {"PointType": "Timestamp", "StartingPoint": iso(60_000), "EndingPoint": iso(9_000_000)},
    {"PointType": "Timestamp", "StartingPoint": iso(60_000), "EndingPoint": "x"},
    {"PointType": "Timestamp", "StartingPoint": iso(60_000), "Speed": 2},
    [],
]


@pytest.mark.parametrize("value", POLICIES)
def test_a_replay_policy_that_cannot_be_followed_is_refused(value):
    world = archived(queues=("late",))
    call = {"attribute_name": "ReplayPolicy", "attribute_value": json.dumps(value)}
    reason, action = "replay-not-possible", "sns.SetSubscriptionAttributes"
    refused(world, reason, action, subscription=f"{TOPIC}/late", **call)
    parameters = {"topic": TOPIC, "protocol": "sqs", "endpoint": "other"}
    attributes = {"ReplayPolicy": json.dumps(value)}
    refused(world, reason, "sns.Subscribe", **parameters, attributes=attributes)


@pytest.mark.parametrize("topic", ["news", "news.fifo"])
def test_a_topic_without_an_archive_has_nothing_to_replay(topic):
    world = new_topic(topic)
    attributes = {"ReplayPolicy": json.dumps(policy(0))}
    parameters = {"topic": topic, "protocol": "sqs", "endpoint": "late"}
    refused(world, "replay-not-possible", "sns.Subscribe", **parameters, attributes=attributes)


@pytest.mark.parametrize("at_ms", [0, 1, 999, 1_000, 86_400_000 * 400 + 5, -1, -86_400_000])
def test_times_are_read_as_they_are_written(at_ms):
    from studyapp.engine.dates import START

    assert timestamps.read(iso(at_ms) if at_ms >= 0 else _before(START, at_ms)) == at_ms


def _before(start: Any, at_ms: int) -> str:
    from datetime import timedelta

    moment = start + timedelta(milliseconds=at_ms)
    return str(moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z")
