"""Goals that hold whatever things are called say what is still missing, step by step."""

from typing import Any

from studyapp.engine.goals import judge
from studyapp.engine.names import queue_arn, topic_arn
from studyapp.engine.scenario import attribute, queue_policy
from studyapp.engine.world import World


def keys(world: World, name: str, **parameters: Any) -> list[str]:
    verdict = judge(world, name, parameters)
    assert verdict.met == (not verdict.missing)
    return [each.key for each in verdict.missing]


def add(world: World, actor: str, kind: str, **settings: Any) -> None:
    world.call("sim.AddActor", "you", actor=actor, kind=kind, settings=settings)


def test_a_queue_then_a_consumer_then_messages():
    world = World(1)
    assert keys(world, "messages-worked-off", message_count=2) == ["no-queue"]
    world.call("sqs.CreateQueue", "you", queue_name="anything")
    missing = ["no-queue-consumer", "too-few-sent"]
    assert keys(world, "messages-worked-off", message_count=2) == missing
    add(world, "worker", "consumer", queue="anything", handling_ms=1_000)
    for body in ("A", "B"):
        world.call("sqs.SendMessage", "you", queue="anything", message_body=body)
    world.advance_to(1_500)
    assert keys(world, "messages-worked-off", message_count=2) == ["too-few-worked-off"]
    world.advance_to(3_000)
    assert keys(world, "messages-worked-off", message_count=2) == []


def test_handled_but_never_deleted_is_not_worked_off():
    world = World(1)
    world.call("sqs.CreateQueue", "you", queue_name="q")
    add(world, "worker", "consumer", queue="q", handling_ms=1_000, deletes=False)
    world.call("sqs.SendMessage", "you", queue="q", message_body="A")
    world.advance_to(5_000)
    assert keys(world, "messages-worked-off") == ["too-few-worked-off"]


def test_a_message_that_fails_is_set_aside():
    world = World(1)
    assert keys(world, "failures-set-aside") == ["no-queue"]
    world.call("sqs.CreateQueue", "you", queue_name="aside")
    assert keys(world, "failures-set-aside") == ["no-dead-letter-queue", "too-few-dead-lettered"]
    policy = attribute({"deadLetterTargetArn": queue_arn("aside"), "maxReceiveCount": 1})
    attributes = {"RedrivePolicy": policy, "VisibilityTimeout": "5"}
    world.call("sqs.CreateQueue", "you", queue_name="q", attributes=attributes)
    world.call("sqs.SendMessage", "you", queue="q", message_body="bad")
    assert keys(world, "failures-set-aside") == ["too-few-dead-lettered"]
    add(world, "worker", "consumer", queue="q", handling_ms=1_000, fails_on=["bad"])
    world.advance_to(60_000)
    assert keys(world, "failures-set-aside") == []


def test_a_fan_out_needs_two_places_that_let_the_topic_in():
    world = World(1)
    world.call("sns.CreateTopic", "you", name="news")
    assert keys(world, "fans-out") == ["no-subscription"]
    for name in ("one", "two"):
        world.call("sqs.CreateQueue", "you", queue_name=name)
    world.call("sns.Subscribe", "you", topic="news", protocol="sqs", endpoint="one")
    assert keys(world, "fans-out") == ["too-few-subscriptions", "nothing-published"]
    world.call("sns.Subscribe", "you", topic="news", protocol="sqs", endpoint="two")
    world.call("sns.Publish", "you", topic="news", message="A")
    world.advance_to(1_000)
    closed = ["topic-not-let-in", "topic-not-let-in", "too-few-copies"]
    assert keys(world, "fans-out") == closed
    for name in ("one", "two"):
        attributes = {"Policy": queue_policy(name, [topic_arn("news")])}
        world.call("sqs.SetQueueAttributes", "you", queue=name, attributes=attributes)
    world.call("sns.Publish", "you", topic="news", message="B")
    world.advance_to(2_000)
    assert keys(world, "fans-out") == []
    assert keys(world, "fans-out", endpoint_count=3) == ["too-few-subscriptions", "too-few-copies"]


def test_a_filter_has_to_let_one_through_and_leave_one_out():
    world = World(1)
    world.call("sns.CreateTopic", "you", name="news")
    world.call("sim.AddEndpoint", "you", endpoint="f", protocol="lambda")
    assert keys(world, "filter-chooses") == ["no-filter-policy"]
    attributes = {"FilterPolicy": '{"city": ["busan"]}'}
    world.call(
        "sns.Subscribe", "you", topic="news", protocol="lambda", endpoint="f", attributes=attributes
    )
    assert keys(world, "filter-chooses") == ["filter-leaves-nothing-out"]
    for city, missing in (("hanoi", ["filter-lets-nothing-through"]), ("busan", [])):
        given = {"city": {"data_type": "String", "string_value": city}}
        world.call("sns.Publish", "you", topic="news", message=city, message_attributes=given)
        world.advance_to(world.now_ms + 1_000)
        assert keys(world, "filter-chooses") == missing


def test_two_readers_each_read_what_one_reads_alone():
    world = World(1)
    assert keys(world, "read-by-several") == ["no-stream"]
    world.call("sim.AddStream", "you", stream="log", shard_count=1)
    assert keys(world, "read-by-several") == ["too-few-readers", "too-few-records"]
    world.call("kinesis.PutRecord", "you", stream="log", partition_key="k", data="A")
    add(world, "early", "stream-reader", stream="log", start_position="TRIM_HORIZON")
    world.advance_to(5_000)
    assert keys(world, "read-by-several") == ["too-few-readers", "too-few-read-by-all"]
    add(world, "latest", "stream-reader", stream="log", start_position="LATEST")
    world.advance_to(10_000)
    assert keys(world, "read-by-several") == ["too-few-read-by-all"]
    add(world, "late", "stream-reader", stream="log", start_position="TRIM_HORIZON")
    world.advance_to(15_000)
    assert keys(world, "read-by-several") == []


def test_keys_have_to_reach_two_shards():
    world = World(1)
    assert keys(world, "keys-over-shards") == ["too-few-shards"]
    world.call("sim.AddStream", "you", stream="log", shard_count=2)
    for n in range(20):
        world.call("kinesis.PutRecord", "you", stream="log", partition_key="same", data=str(n))
    assert keys(world, "keys-over-shards") == ["too-few-shards-used"]
    for n in range(20):
        world.call("kinesis.PutRecord", "you", stream="log", partition_key=f"k{n}", data=str(n))
    assert keys(world, "keys-over-shards") == []


def firehose(world: World, name: str, **more: Any) -> None:
    hints = {"size_in_mbs": 5, "interval_in_seconds": 60}
    place = {"bucket_arn": "big-bucket", "buffering_hints": hints}
    world.call(
        "firehose.CreateDeliveryStream",
        "you",
        delivery_stream=name,
        extended_s3_destination_configuration=place,
        **more,
    )


def test_records_have_to_come_in_one_object():
    world = World(1)
    world.call("s3.CreateBucket", "you", bucket="big-bucket")
    assert keys(world, "delivered-together", record_count=2) == ["no-firehose"]
    firehose(world, "f")
    assert keys(world, "delivered-together", record_count=2) == ["too-few-buffered"]

    def put(data: str) -> None:
        world.call("firehose.PutRecord", "you", delivery_stream="f", record={"data": data})

    put("A")
    world.advance_to(90_000)
    put("B")
    assert keys(world, "delivered-together", record_count=2) == ["object-too-small"]
    world.advance_to(180_000)
    assert keys(world, "delivered-together", record_count=2) == ["object-too-small"]
    put("C")
    put("D")
    world.advance_to(300_000)
    assert keys(world, "delivered-together", record_count=2) == []
    missing = ["no-firehose-from-stream"]
    assert keys(world, "delivered-together", record_count=2, from_stream=True) == missing


def test_a_single_instance_does_not_outlive_its_zone_and_a_pair_does():
    found = {}
    for mode in ("SINGLE_INSTANCE", "ACTIVE_STANDBY_MULTI_AZ"):
        world = World(1)
        assert keys(world, "goes-on-after-zone") == ["no-broker"]
        world.call(
            "mq.CreateBroker",
            "you",
            broker_name="b",
            engine_type="ACTIVEMQ",
            deployment_mode=mode,
        )
        assert keys(world, "goes-on-after-zone") == ["nothing-sent-before-zone"]
        add(world, "shop", "broker-producer", broker="b", destination="q", interval_ms=5_000)
        world.advance_to(20_000)
        assert keys(world, "goes-on-after-zone") == ["zone-not-lost-yet"]
        world.call("sim.LoseZone", "you", zone="a")
        world.advance_to(150_000)
        found[mode] = keys(world, "goes-on-after-zone")
    assert found == {"SINGLE_INSTANCE": ["too-few-after-zone"], "ACTIVE_STANDBY_MULTI_AZ": []}


def test_a_broker_built_after_the_outage_has_outlived_nothing():
    world = World(1)
    world.call("sim.LoseZone", "you", zone="c")
    world.call("mq.CreateBroker", "you", broker_name="b", engine_type="ACTIVEMQ")
    add(world, "shop", "broker-producer", broker="b", destination="q", interval_ms=5_000)
    world.advance_to(30_000)
    assert keys(world, "goes-on-after-zone") == ["nothing-sent-before-zone"]


def test_every_message_of_a_broker_is_acknowledged():
    world = World(1)
    world.call("mq.CreateBroker", "you", broker_name="b", engine_type="RABBITMQ")
    assert keys(world, "all-consumed") == ["no-broker-consumer", "too-few-for-brokers"]
    add(world, "worker", "broker-consumer", broker="b", destination="q", handling_ms=1_000)
    add(world, "shop", "broker-producer", broker="b", destination="q", interval_ms=100, count=2)
    world.advance_to(1_500)
    assert keys(world, "all-consumed", message_count=2) == ["message-not-acknowledged"]
    world.advance_to(5_000)
    assert keys(world, "all-consumed", message_count=2) == []
