"""Enhanced fan-out: registered consumers are pushed to."""

import pytest

from tests.engine.kinesis.given import (
    FIRST,
    MIB,
    SECOND,
    THIRD,
    act,
    add,
    events,
    handled,
    put,
    refusal,
    world_with,
)
from tests.support.worlds import same_world


def register(world, *names):
    for name in names:
        act(world, "kinesis.RegisterStreamConsumer", consumer_name=name)
    world.advance_to(world.now_ms + 5_000)


def subscribe(world, consumer="dash", shard_id=FIRST, kind="TRIM_HORIZON", **more):
    return world.call(
        "kinesis.SubscribeToShard",
        consumer,
        stream="buses",
        consumer=consumer,
        shard_id=shard_id,
        starting_position={"type": kind, **more},
    )


def pushed(world, consumer=None):
    found = events(world, "RecordsPushed")
    return [e for e in found if consumer in (None, e.consumer)]


def test_a_consumer_is_creating_for_a_while():
    world = world_with()
    answer = act(world, "kinesis.RegisterStreamConsumer", consumer_name="dash")
    assert answer.consumer_status == "CREATING"
    assert answer.consumer_arn.endswith("stream/buses/consumer/dash:0")
    given = {"stream": "buses", "consumer": "dash", "shard_id": FIRST}
    given["starting_position"] = {"type": "LATEST"}
    assert refusal(world, "kinesis.SubscribeToShard", **given) == "stream-consumer-not-active"
    world.advance_to(5_000)
    described = world.call("kinesis.DescribeStreamConsumer", "admin", consumer=answer.consumer_arn)
    assert described.consumer_status == "ACTIVE"
    same_world(world)


def test_a_record_is_pushed_after_70_ms_to_every_consumer():
    world = world_with()
    register(world, "dash", "app", "lab")
    for name in ("dash", "app", "lab"):
        subscribe(world, name)
    put(world, "a")
    world.advance_to(world.now_ms + 69)
    assert not pushed(world)
    world.advance_to(world.now_ms + 1)
    assert [e.consumer for e in pushed(world)] == ["dash", "app", "lab"]
    assert {e.record_count for e in pushed(world)} == {1}
    same_world(world)


def test_a_push_takes_along_what_came_meanwhile():
    world = world_with()
    register(world, "dash")
    subscribe(world)
    for _ in range(5):
        put(world)
        world.advance_to(world.now_ms + 10)
    world.advance_to(world.now_ms + 1_000)
    assert [e.record_count for e in pushed(world)] == [5]


def test_each_consumer_has_2_mb_a_second_of_a_shard_for_itself():
    world = world_with(max_record_size_in_kib=10_240)
    register(world, "dash", "app")
    put(world, "d" * (6 * MIB))
    start_ms = world.now_ms
    subscribe(world, "dash")
    subscribe(world, "app")
    world.advance_to(start_ms + 60_000)
    assert [e.record_count for e in pushed(world)] == [1, 1]
    put(world, "d" * 1_000)
    world.advance_to(start_ms + 70_000)
    assert len(pushed(world)) == 4


def test_a_backlog_comes_at_2_mb_a_second():
    world = world_with()
    for second in range(10):
        world.advance_to(second * 1_000)
        put(world, "d" * (MIB - 5))
    world.advance_to(20_000)
    register(world, "dash")
    subscribe(world)
    world.advance_to(60_000)
    times = [(e.at_ms, e.record_count) for e in pushed(world)]
    assert times == [(25_070, 2), (26_000, 2), (27_000, 2), (28_000, 2), (29_000, 2)]
    assert [e.millis_behind_latest for e in pushed(world)][-1] == 0
    same_world(world)


def test_pushing_leaves_the_shared_2_mb_alone():
    from studyapp.engine.kinesis.metrics import metrics
    from tests.engine.kinesis.given import read

    world = world_with()
    register(world, "dash")
    subscribe(world)
    put(world, "d" * (MIB - 5))
    world.advance_to(6_000)
    assert pushed(world)
    assert len(read(world)) == 1
    figures = metrics(world, "buses").shards[0]
    assert (figures.bytes_out, figures.bytes_pushed) == (MIB, MIB)


def test_a_subscription_lasts_5_minutes_and_says_where_to_go_on():
    world = world_with()
    register(world, "dash")
    subscribe(world)
    record = put(world, "a")
    world.advance_to(5_000 + 299_999)
    assert not events(world, "ShardSubscriptionEnded")
    world.advance_to(5_000 + 300_000)
    ended = events(world, "ShardSubscriptionEnded")[0]
    assert ended.reason == "subscription-time-ended"
    assert ended.continuation_sequence_number == record.sequence_number
    put(world, "b")
    world.advance_to(world.now_ms + 1_000)
    assert len(pushed(world)) == 1
    subscribe(
        world, kind="AFTER_SEQUENCE_NUMBER", sequence_number=ended.continuation_sequence_number
    )
    world.advance_to(world.now_ms + 1_000)
    assert [e.record_count for e in pushed(world)] == [1, 1]
    same_world(world)


def test_a_second_subscription_is_refused_for_5_seconds_and_then_takes_over():
    world = world_with()
    register(world, "dash")
    subscribe(world)
    given = {
        "stream": "buses",
        "consumer": "dash",
        "shard_id": FIRST,
        "starting_position": {"type": "LATEST"},
    }
    world.advance_to(9_999)
    assert refusal(world, "kinesis.SubscribeToShard", **given) == "subscribed-moments-ago"
    world.advance_to(10_000)
    subscribe(world)
    assert [e.reason for e in events(world, "ShardSubscriptionEnded")] == ["taken-over"]
    put(world, "a")
    world.advance_to(11_000)
    assert len(pushed(world)) == 1


def test_the_end_of_a_closed_shard_names_its_children():
    world = world_with()
    register(world, "dash")
    subscribe(world)
    put(world, "a")
    act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key="500")
    world.advance_to(20_000)
    last = pushed(world)[-1]
    assert last.continuation_sequence_number is None
    assert last.child_shards == (SECOND, THIRD)
    assert [e.reason for e in events(world, "ShardSubscriptionEnded")] == ["shard-end"]
    same_world(world)


def test_a_closed_shard_can_be_subscribed_to():
    world = world_with()
    put(world, "a")
    act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key="500")
    register(world, "dash")
    subscribe(world)
    world.advance_to(20_000)
    assert [(e.record_count, e.reason) for e in pushed(world)] == [(1, "shard-end")]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"consumer": "ghost"}, "stream-consumer-not-found"),
        ({"shard_id": SECOND}, "shard-not-found"),
        ({"stream": "ghost"}, "stream-not-found"),
        ({"stream": None}, "missing-parameter"),
        ({"starting_position": {}}, "missing-parameter"),
        ({"starting_position": {"type": "NEWEST"}}, "stream-parameter-invalid"),
        ({"starting_position": {"type": "AT_TIMESTAMP"}}, "starting-number-missing"),
        (
            {"starting_position": {"type": "AT_TIMESTAMP", "timestamp_ms": 99_000}},
            "timestamp-in-future",
        ),
        (
            {"starting_position": {"type": "AT_SEQUENCE_NUMBER", "sequence_number": "3"}},
            "starting-number-invalid",
        ),
        ({"starting_position": {"type": "LATEST", "color": "red"}}, "unknown-parameter"),
        ({"starting_position": "LATEST"}, "wrong-type"),
    ],
)
def test_a_subscription_needs_a_consumer_a_shard_and_a_position(given, reason):
    world = world_with()
    register(world, "dash")
    whole = {
        "stream": "buses",
        "consumer": "dash",
        "shard_id": FIRST,
        "starting_position": {"type": "LATEST"},
        **given,
    }
    assert refusal(world, "kinesis.SubscribeToShard", **whole) == reason


def test_a_consumer_name_is_unique_in_its_stream():
    world = world_with()
    register(world, "dash")
    given = {"stream": "buses", "consumer_name": "dash"}
    assert refusal(world, "kinesis.RegisterStreamConsumer", **given) == "stream-consumer-exists"
    bad = {"stream": "buses", "consumer_name": "a b"}
    assert refusal(world, "kinesis.RegisterStreamConsumer", **bad) == "stream-parameter-invalid"


def test_five_consumers_are_created_at_a_time_and_twenty_exist():
    world = world_with()
    more = {"stream": "buses", "consumer_name": "more"}
    for turn in range(4):
        for number in range(5):
            act(world, "kinesis.RegisterStreamConsumer", consumer_name=f"c{turn}{number}")
        if turn < 3:
            reason = refusal(world, "kinesis.RegisterStreamConsumer", **more)
            assert reason == "stream-consumers-creating-exceeded"
        world.advance_to(world.now_ms + 5_000)
    assert refusal(world, "kinesis.RegisterStreamConsumer", **more) == "stream-consumers-exceeded"
    page = act(world, "kinesis.ListStreamConsumers", max_results=15)
    assert len(page.consumers) == 15
    rest = act(world, "kinesis.ListStreamConsumers", next_token=page.next_token)
    assert [each.consumer_name for each in rest.consumers] == ["c30", "c31", "c32", "c33", "c34"]
    wrong = {"stream": "buses", "next_token": "x"}
    assert refusal(world, "kinesis.ListStreamConsumers", **wrong) == "shard-token-invalid"


def test_a_deregistered_consumer_is_pushed_to_no_more():
    world = world_with()
    register(world, "dash")
    subscribe(world)
    act(world, "kinesis.DeregisterStreamConsumer", consumer="dash")
    put(world, "a")
    world.advance_to(20_000)
    assert not pushed(world)
    assert events(world, "ShardSubscriptionEnded")[0].reason == "consumer-deregistered"
    assert act(world, "kinesis.ListStreamConsumers").consumers == ()
    same_world(world)


def test_a_subscription_ends_with_its_stream():
    world = world_with()
    register(world, "dash")
    subscribe(world)
    act(world, "kinesis.DeleteStream", enforce_consumer_deletion=True)
    world.advance_to(60_000)
    assert [e.reason for e in events(world, "ShardSubscriptionEnded")] == ["stream-deleted"]
    same_world(world)


def test_a_fan_out_reader_goes_on_over_many_subscriptions_and_shards():
    world = world_with()
    add(world, "dash", mode="fan-out")
    sent = []
    for minute in range(30):
        world.advance_to(minute * 60_000 + 10_000)
        put(world, f"m{minute}", "bus-1")
        sent.append(f"m{minute}")
        if minute == 12:
            act(world, "kinesis.SplitShard", shard_to_split=FIRST, new_starting_hash_key="500")
    world.advance_to(31 * 60_000)
    assert handled(world) == sent
    assert max(e.age_ms for e in events(world, "RecordHandled")) == 70
    same_world(world)
