"""Goals say yes or no to a log, and what is still missing."""

import ast
from pathlib import Path
from typing import Any

import pytest

from studyapp.course.library import load
from studyapp.engine.goals import GOALS, UnknownGoal, judge
from studyapp.engine.witness import Witness, find
from studyapp.engine.world import World

ROOT = Path(__file__).resolve().parents[2]


def a_world(**attributes: str) -> World:
    world = World(1)
    world.call("sqs.CreateQueue", "setup", queue_name="lost")
    world.call("sqs.CreateQueue", "setup", queue_name="orders", attributes=attributes)
    return world


def send(world: World, *bodies: str, queue: str = "orders") -> None:
    for body in bodies:
        world.call("sqs.SendMessage", "shop", queue=queue, message_body=body)


def consumer(world: World, name: str = "worker", **settings: Any) -> None:
    given = {"queue": "orders", "handling_ms": 1_000, **settings}
    world.call("sim.AddActor", "setup", actor=name, kind="consumer", settings=given)


def keys(world: World, name: str, **parameters: Any) -> list[str]:
    verdict = judge(world, name, parameters)
    assert verdict.met == (not verdict.missing)
    return [each.key for each in verdict.missing]


def test_a_message_that_nobody_handled_is_missing():
    world = a_world()
    send(world, "A", "B")
    consumer(world)
    world.advance_to(1_500)
    assert keys(world, "each-message-handled-once", queue="orders") == ["message-not-handled"]
    world.advance_to(3_000)
    assert keys(world, "each-message-handled-once", queue="orders") == []


def test_a_message_handled_twice_is_handled_but_not_once():
    world = a_world(VisibilityTimeout="5")
    send(world, "A")
    consumer(world, "slow", handling_ms=7_000)
    consumer(world, "other", handling_ms=1_000)
    world.advance_to(20_000)
    assert keys(world, "each-message-handled-once", queue="orders") == ["message-handled-twice"]
    assert keys(world, "each-message-handled", queue="orders") == []


def test_an_empty_queue_proves_nothing():
    assert keys(a_world(), "each-message-handled", queue="orders") == ["too-few-messages"]
    assert keys(a_world(), "queue-is-empty", queue="orders") == ["nothing-deleted"]
    assert keys(a_world(), "queue-is-empty", queue="gone") == ["queue-not-empty"]


def test_a_queue_is_empty_in_time_or_too_late():
    world = a_world()
    send(world, "A")
    assert keys(world, "queue-is-empty", queue="orders") == ["queue-not-empty"]
    consumer(world)
    world.advance_to(5_000)
    assert keys(world, "queue-is-empty", queue="orders", before_ms=1_001) == []
    assert keys(world, "queue-is-empty", queue="orders", before_ms=1_000) == ["empty-too-late"]


def test_what_rests_in_the_dead_letter_queue_is_compared_in_both_directions():
    world = a_world()
    send(world, "poison", "other", queue="lost")
    rests = "rests-in-dead-letter-queue"
    assert keys(world, rests, dead_letter_queue="lost", messages=["poison", "other"]) == []
    assert keys(world, rests, dead_letter_queue="lost", messages=["poison"]) == [
        "not-only-in-dead-letter-queue"
    ]
    assert keys(world, rests, dead_letter_queue="lost", messages=["poison", "other", "third"]) == [
        "not-in-dead-letter-queue"
    ]


def test_what_a_queue_holds_is_counted():
    world = a_world()
    send(world, "A", "A")
    assert keys(world, "holds-exactly", queue="orders", messages=["A", "A"]) == []
    assert keys(world, "holds-exactly", queue="orders", messages=["A"]) == ["too-much-in-queue"]
    assert keys(world, "holds-exactly", queue="orders", messages=["A", "A", "B"]) == [
        "not-in-queue"
    ]


def test_the_order_of_receiving_is_compared():
    world = a_world()
    send(world, "A", "B")
    consumer(world)
    world.advance_to(5_000)
    order = "received-in-this-order"
    assert keys(world, order, messages=["A", "B"], by="worker") == []
    assert keys(world, order, messages=["B", "A"], queue="orders") == ["received-otherwise"]
    assert keys(world, order, messages=["A", "B"], by="nobody") == ["received-otherwise"]


def test_events_are_counted_with_their_fields_and_before_a_time():
    world = a_world()
    send(world, "A", "B")
    happens = "event-happens"
    assert keys(world, happens, event="MessageSent", at_least=2, at_most=2) == []
    assert keys(world, happens, event="MessageSent", where={"message": "A"}, at_most=1) == []
    assert keys(world, happens, event="MessageSent", at_least=3) == ["too-few-events"]
    assert keys(world, happens, event="MessageSent", at_least=0, at_most=1) == ["too-many-events"]
    assert keys(world, happens, event="MessageSent", at_least=0, at_most=0) == ["unwanted-events"]
    assert keys(world, happens, event="MessageSent", before_ms=0) == ["no-events-in-time"]
    assert keys(world, happens, event="MessageSent", before_ms=0, at_least=2) == [
        "too-few-events-in-time"
    ]
    assert keys(world, happens, event="MessageDeleted") == ["no-events"]


def test_counters_have_upper_and_lower_bounds():
    world = a_world()
    send(world, "A", "B")
    assert keys(world, "count-at-most", counter="api_calls", most=2) == []
    assert keys(world, "count-at-most", counter="api_calls", most=1) == ["counter-too-high"]
    assert keys(world, "count-at-least", counter="api_calls", least=2) == []
    assert keys(world, "count-at-least", counter="api_calls", least=3) == ["counter-too-low"]


def test_the_order_within_a_group_is_what_counts():
    world = World(1)
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    world.call("sqs.CreateQueue", "setup", queue_name="orders.fifo", attributes=attributes)
    for group, body in (("x", "1"), ("y", "2"), ("x", "3")):
        world.call(
            "sqs.SendMessage",
            "shop",
            queue="orders.fifo",
            message_body=body,
            message_group_id=group,
        )
    assert keys(world, "order-per-group-kept", queue="orders.fifo") == ["nothing-handled"]
    consumer(world, queue="orders.fifo")
    world.advance_to(9_000)
    assert keys(world, "order-per-group-kept", queue="orders.fifo") == []


def test_a_broken_order_within_a_group_is_named():
    world = a_world(VisibilityTimeout="5")
    for body in ("1", "2"):
        world.call(
            "sqs.SendMessage", "shop", queue="orders", message_body=body, message_group_id="x"
        )
    consumer(world, "slow", handling_ms=4_000)
    consumer(world, "quick", handling_ms=1_000)
    world.advance_to(9_000)
    assert keys(world, "order-per-group-kept", queue="orders") == ["order-broken"]


def test_what_a_topic_delivers_arrives_or_not():
    world = World(1)
    world.call("sns.CreateTopic", "setup", name="news")
    world.call("sim.AddEndpoint", "setup", endpoint="reader", protocol="lambda")
    world.call("sns.Subscribe", "setup", topic="news", protocol="lambda", endpoint="reader")
    world.call("sns.Publish", "press", topic="news", message="A")
    world.advance_to(1_000)
    assert keys(world, "arrived", endpoint="reader", messages=["A"]) == []
    assert keys(world, "arrived", endpoint="reader", messages=["A", "B"]) == ["not-delivered"]
    assert keys(world, "arrived", endpoint="reader", messages=[]) == ["delivered-too-much"]


def a_stream() -> World:
    world = World(1)
    world.call("sim.AddStream", "setup", stream="buses", shard_count=1)
    return world


def test_records_are_handled_by_every_reader():
    world = a_stream()
    assert keys(world, "every-record-handled", stream="buses") == ["nothing-put"]
    for data in ("1", "2"):
        world.call("kinesis.PutRecord", "bus", stream="buses", partition_key="bus-1", data=data)
    settings = {"stream": "buses", "start_position": "TRIM_HORIZON"}
    world.call("sim.AddActor", "setup", actor="map", kind="stream-reader", settings=settings)
    world.advance_to(10_000)
    assert keys(world, "every-record-handled", stream="buses", readers=["map"], once=True) == []
    assert keys(world, "order-per-key-kept", stream="buses") == []
    assert keys(world, "every-record-handled", stream="buses", readers=["map", "log"]) == [
        "record-not-handled",
        "record-not-handled",
    ]


def test_a_broker_loses_nothing_and_its_client_comes_back():
    world = World(1)
    world.call(
        "mq.CreateBroker",
        "setup",
        broker_name="b",
        engine_type="ACTIVEMQ",
        deployment_mode="ACTIVE_STANDBY_MULTI_AZ",
    )
    settings = {"broker": "b", "destination": "orders", "count": 3, "interval_ms": 1_000}
    world.call("sim.AddActor", "setup", actor="shop", kind="broker-producer", settings=settings)
    assert keys(world, "every-message-consumed", destination="orders") == ["too-few-messages"]
    world.advance_to(5_000)
    assert (
        keys(world, "every-message-consumed", destination="orders") == ["message-not-consumed"] * 3
    )
    settings = {"broker": "b", "destination": "orders"}
    world.call("sim.AddActor", "setup", actor="baker", kind="broker-consumer", settings=settings)
    world.advance_to(20_000)
    assert keys(world, "every-message-consumed", destination="orders", message_count=3) == []
    assert keys(world, "connected-again", by="baker") == ["never-disconnected"]
    world.call("sim.CrashBroker", "you", broker="b")
    world.advance_to(60_000)
    assert keys(world, "connected-again", by="baker", before_ms=55_001) in (
        [],
        ["not-connected-again"],
    )
    world.advance_to(120_000)
    assert keys(world, "connected-again", by="baker") == []
    assert keys(world, "connected-again", by="baker", node="2") == []
    assert keys(world, "connected-again", by="baker", node="1") == ["not-connected-again"]
    assert keys(world, "connected-again", by="baker", before_ms=21_000) == ["connected-too-late"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("gone", {}),
        ("queue-is-empty", {}),
        ("queue-is-empty", {"queue": 3}),
        ("queue-is-empty", {"queue": "orders", "more": 1}),
        ("count-at-most", {"counter": "gone", "most": 1}),
        ("count-at-least", {"counter": "gone", "least": 1}),
        ("event-happens", {"event": "MesageSent", "at_least": 0, "at_most": 0}),
        ("event-happens", {"event": "MessageSent", "where": {"quue": "orders"}, "at_least": 0}),
        ("event-happens", {"event": "MessageSent", "where": {"index": 1}, "at_least": 0}),
        ("event-happens", {"event": "MessageSent", "where": [1]}),
        ("queue-is-empty", {"queue": "orders", "\ud800": 1}),
        (["queue-is-empty"], {}),
    ],
)
def test_a_goal_that_cannot_be_asked_says_so(name: str, parameters: dict[str, Any]):
    with pytest.raises(UnknownGoal):
        judge(a_world(), name, parameters)


def test_only_a_few_examples_of_what_is_missing_are_given():
    world = a_world()
    send(world, *"ABCDEFGH")
    assert len(judge(world, "each-message-handled", {"queue": "orders"}).missing) == 5


def test_every_goal_is_explained():
    assert [name for name, goal in GOALS.items() if not goal.run.__doc__] == []


def test_a_field_that_holds_a_list_is_compared_with_a_list():
    world = a_world()
    world.call("sqs.TagQueue", "you", queue="orders", tags={"team": "shop"})
    where = {"tags": [["team", "shop"]]}
    assert keys(world, "event-happens", event="QueueTagged", where=where) == []
    assert find(world.log, Witness("QueueTagged", where)) == len(world.log) - 1


def test_nothing_dead_lettered_needs_messages():
    world = a_world()
    for queue in ("orders", "gone"):
        assert keys(world, "nothing-dead-lettered", queue=queue) == ["too-few-messages"]
    send(world, "A")
    assert keys(world, "nothing-dead-lettered", queue="orders") == []


def test_a_message_that_was_redriven_twice_is_still_the_first_one():
    policy = (
        '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:lost","maxReceiveCount":"1"}'
    )
    world = a_world(RedrivePolicy=policy, VisibilityTimeout="1")
    send(world, "A")
    source = "arn:aws:sqs:us-east-1:123456789012:lost"
    for _ in range(2):
        world.call("sqs.ReceiveMessage", "you", queue="orders")
        world.advance_to(world.now_ms + 2_000)
        world.call("sqs.ReceiveMessage", "you", queue="orders")
        world.call("sqs.StartMessageMoveTask", "you", source_arn=source)
        world.advance_to(world.now_ms + 10_000)
    assert sum(type(event).__name__ == "MessageRedriven" for event in world.log) == 2
    consumer(world)
    world.advance_to(world.now_ms + 10_000)
    assert keys(world, "each-message-handled-once", queue="orders") == []


def test_two_pages_with_the_same_end_are_two_endpoints():
    world = World(1)
    world.call("sns.CreateTopic", "setup", name="news")
    for page in ("https://a.example.com:80/sns", "https://b.example.com:80/sns"):
        world.call("sim.AddEndpoint", "setup", endpoint=page, protocol="https")
    first = "https://a.example.com:80/sns"
    world.call("sns.Subscribe", "setup", topic="news", protocol="https", endpoint=first)
    world.advance_to(1_000)
    world.call("sns.Publish", "press", topic="news", message="A")
    world.advance_to(2_000)
    assert keys(world, "arrived", endpoint=first, messages=["A"]) == []
    second = "https://b.example.com:80/sns"
    assert keys(world, "arrived", endpoint=second, messages=["A"]) == ["not-delivered"]


def test_a_client_that_is_gone_again_at_the_end_is_not_connected_again():
    world = World(1)
    mode = "ACTIVE_STANDBY_MULTI_AZ"
    world.call(
        "mq.CreateBroker", "setup", broker_name="b", engine_type="ACTIVEMQ", deployment_mode=mode
    )
    settings = {"broker": "b", "destination": "orders"}
    world.call("sim.AddActor", "setup", actor="baker", kind="broker-consumer", settings=settings)
    world.advance_to(10_000)
    world.call("sim.CrashBroker", "you", broker="b")
    world.advance_to(60_000)
    assert keys(world, "connected-again", by="baker") == []
    world.call("sim.CrashBroker", "you", broker="b")
    world.advance_to(95_000)
    assert keys(world, "connected-again", by="baker") == ["not-connected-again"]


def test_everything_that_a_goal_may_miss_can_be_told():
    course = load(ROOT / "content")
    trees = [
        ast.parse(file.read_text("utf-8")) for file in (ROOT / "studyapp/engine/goals").glob("*.py")
    ]
    said = {
        word.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "missing"
        for word in ast.walk(node.args[0])
        if isinstance(word, ast.Constant)
    }
    assert len(said) > 20
    said |= {f"{key}-in-time" for key in said if key.endswith("-events")}
    assert "unwanted-events-in-time" in said
    assert sorted(said - {id for kind, id in course.telling if kind == "missing"}) == []
