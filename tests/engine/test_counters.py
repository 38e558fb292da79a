"""What a run cost, counted from its log."""

import pytest

from studyapp.engine.counters import NAMES, count
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World


def a_world() -> World:
    world = World(1)
    world.call(
        "sqs.CreateQueue", "setup", queue_name="orders", attributes={"VisibilityTimeout": "5"}
    )
    return world


def test_a_new_world_has_cost_nothing():
    assert count(a_world()) == dict.fromkeys(NAMES, 0)


def test_calls_empty_answers_and_bytes_are_counted():
    world = a_world()
    world.call("sqs.ReceiveMessage", "worker", queue="orders")
    world.call("sqs.SendMessage", "shop", queue="orders", message_body="x" * 65_537)
    answer = world.call("sqs.ReceiveMessage", "worker", queue="orders")
    world.call("sqs.DeleteMessage", "worker", queue="orders", receipt_handle=answer.receipts[0][1])
    found = count(world)
    assert (found["api_calls"], found["empty_receives"], found["messages_received"]) == (4, 1, 1)
    assert (found["messages_sent"], found["bytes_sent"], found["messages_deleted"]) == (
        1,
        65_537,
        1,
    )
    assert found["sqs_requests"] == 5, "65,537 bytes are two requests"


def test_the_simulators_own_actions_cost_nothing():
    world = a_world()
    world.call("sim.AddActor", "you", actor="w", kind="consumer", settings={"queue": "orders"})
    assert count(world)["api_calls"] == 1, "only the consumer's ReceiveMessage"


def test_what_is_handled_twice_is_counted_twice():
    world = a_world()
    world.call("sqs.SendMessage", "shop", queue="orders", message_body="A")
    for name, handling_ms in (("slow", 7_000), ("quick", 1_000)):
        settings = {"queue": "orders", "handling_ms": handling_ms}
        world.call("sim.AddActor", "setup", actor=name, kind="consumer", settings=settings)
    world.advance_to(20_000)
    found = count(world)
    assert (found["handled"], found["handled_again"]) == (2, 1)


def test_open_shards_cost_time():
    world = World(1)
    world.call("sim.AddStream", "setup", stream="buses", shard_count=1)
    world.advance_to(10_000)
    assert count(world)["shard_seconds"] == 10
    world.call(
        "kinesis.SplitShard",
        "you",
        stream="buses",
        shard_to_split="shardId-000000000000",
        new_starting_hash_key=str(2**127),
    )
    world.advance_to(30_000)
    split_after_seconds = (
        next(e.at_ms for e in world.log if type(e).__name__ == "ShardSplit") / 1000
    )
    assert count(world)["shard_seconds"] == int(
        split_after_seconds + 2 * (30 - split_after_seconds)
    )


def test_two_subscribers_of_a_topic_handle_two_copies():
    world = World(1)
    world.call("mq.CreateBroker", "setup", broker_name="b", engine_type="ACTIVEMQ")
    for name in ("door", "website"):
        settings = {"broker": "b", "destination": "closures", "destination_type": "topic"}
        world.call("sim.AddActor", "setup", actor=name, kind="broker-consumer", settings=settings)
    world.call(
        "mq.Send", "office", broker="b", destination="closures", destination_type="topic", body="A"
    )
    world.advance_to(10_000)
    found = count(world)
    assert (found["handled"], found["handled_again"]) == (2, 0)


def test_refused_calls_are_calls_of_aws_after_the_setup_and_counted_as_calls():
    world = a_world()
    refused = [
        ("sqs.SendMessage", "shop", {"queue": "gone", "message_body": "A"}),
        ("sqs.SendMessage", "shop", {"queue": "orders"}),
        ("sqs.SendMessage", "setup", {"queue": "orders"}),
        ("sim.CrashActor", "you", {"actor": "gone"}),
        ("sqs.Boom", "you", {}),
    ]
    for action, by, parameters in refused:
        with pytest.raises(Refused):
            world.call(action, by, **parameters)
    found = count(world)
    assert (found["api_calls"], found["refused_calls"]) == (3, 3)
