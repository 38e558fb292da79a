"""A log as readable lines, and the phrases for every kind of event."""

from studyapp.engine.phrases import MESSAGES, THINGS, UNTOLD
from studyapp.engine.story import story
from studyapp.engine.world import EVENTS, World


def a_world() -> World:
    world = World(1)
    world.call(
        "sqs.CreateQueue", "setup", queue_name="orders", attributes={"VisibilityTimeout": "10"}
    )
    return world


def test_a_story_has_one_line_for_each_message():
    world = a_world()
    world.call("sqs.SendMessage", "shop", queue="orders", message_body="A")
    world.advance_to(2_000)
    world.call("sqs.ReceiveMessage", "worker-a", queue="orders")
    world.advance_to(15_000)
    world.call("sqs.ReceiveMessage", "worker-b", queue="orders")
    assert story(world)[0] == (
        "A: sent 0s, received by worker-a 2s, visible again 12s, received by worker-b 15s"
    )


def test_where_there_are_several_queues_their_names_are_told():
    world = a_world()
    world.call("sqs.CreateQueue", "setup", queue_name="other")
    world.call("sqs.SendMessage", "shop", queue="orders", message_body="A")
    assert story(world)[0] == "A: sent to orders 0s"


def test_a_record_in_an_envelope_is_called_by_what_was_published():
    world = World(1)
    world.call("sns.CreateTopic", "setup", name="orders")
    world.call("s3.CreateBucket", "setup", bucket="archive")
    world.call(
        "firehose.CreateDeliveryStream",
        "setup",
        delivery_stream="archive",
        extended_s3_destination_configuration={"bucket_arn": "archive"},
    )
    world.call(
        "sns.Subscribe",
        "setup",
        topic="orders",
        protocol="firehose",
        endpoint="archive",
        attributes={"SubscriptionRoleArn": "arn:aws:iam::123456789012:role/to-firehose"},
    )
    world.call("sns.Publish", "shop", topic="orders", message="order 1")
    world.advance_to(1_000)
    assert story(world)[0].startswith("order 1: published to orders 0s, buffered by archive")


def test_a_long_story_is_cut_and_still_counts_everything():
    world = a_world()
    for number in range(30):
        world.call("sqs.SendMessage", "shop", queue="orders", message_body=f"A{number}")
    lines = story(world)
    assert lines[-2] == "and 6 more"
    assert lines[-1] == "in all: 1 QueueCreated, 30 MessageSent"


def test_every_kind_of_event_is_told_or_known_to_say_nothing_new():
    told = [name.split()[0] for name in MESSAGES]
    assert {*told} & {*THINGS} == set(), "a kind stands in two tables"
    assert {*told, *THINGS} & UNTOLD == set(), "a kind stands in two tables"
    told += [*THINGS, *UNTOLD]
    assert set(told) == set(EVENTS)


def test_phrases_name_fields_that_their_events_have():
    for name, template in {**MESSAGES, **THINGS}.items():
        fields = EVENTS[name.split()[0]]._fields
        template.replace("[", "").replace("]", "").format_map(dict.fromkeys(fields, "x"))


def test_things_whose_names_have_colons_are_not_mixed_up():
    world = World(1)
    world.call("sim.AddStream", "setup", stream="buses", shard_count=1)
    for data in ("bus: late", "bus: early"):
        world.call("kinesis.PutRecord", "bus", stream="buses", partition_key="1", data=data)
    assert story(world)[:2] == [
        "bus: late: put into shardId-000000000000 (key 1) 0s",
        "bus: early: put into shardId-000000000000 (key 1) 0s",
    ]
