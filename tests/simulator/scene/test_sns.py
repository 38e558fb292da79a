"""The picture of topics agrees with the engine, and shows what a learner is to see."""

import json
import random
import re
from html import unescape

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from studyapp.simulator.scene.drawing import filled
from studyapp.simulator.scene.filter_words import conditions
from studyapp.simulator.scene.scene import Scene
from studyapp.simulator.scene.text import width_of
from studyapp.simulator.scene.topic_blocks import SubscriptionSign
from tests.engine.sns.fanout import dead_letters, new_queue, new_topic, publish, subscribe
from tests.simulator.scene.queues import counts_agree, every_copy_is_somewhere
from tests.support.pictures import (
    at,
    check_places,
    end_of,
    left_with,
    picture_of,
    run_of,
    states,
)

WORDS = {"and": "and", "or": "or"}
HOOK = "https://lab.example/hook"


def sign_of(scene: Scene, line: str) -> SubscriptionSign:
    block = scene.layouts[0].placed[line].block
    assert isinstance(block, SubscriptionSign)
    return block


def kind_of(scene: Scene, line: str) -> str:
    return next(edge.kind for edge in scene.edges if edge.id == line)


def with_hook(**more: object) -> World:
    """A topic with a web server that is down; `more` are attributes of its subscription."""
    world = new_topic()
    new_queue(world, "failed")
    world.call("sim.AddEndpoint", "you", endpoint=HOOK, protocol="https")
    subscribe(world, HOOK, "https", **more)
    world.call("sim.TakeEndpointDown", "you", endpoint=HOOK)
    return world


def texts_of(scene: Scene, layout: int, sign: str) -> tuple[list[str], float]:
    """The texts of a sign in a layout at the end, and how wide the sign is."""
    shape = scene.layouts[layout].placed[sign].shape
    values = scene.state(len(scene.steps) - 1).values
    binds = re.findall(r'data-bind="([^"]*)"', shape.drawing)
    return [filled(unescape(bind), values, scene.words) for bind in binds], shape.width


# Signs


def three_filters(*policies: dict[str, object], **more: object) -> Scene:
    """A topic with three subscriptions in a row, each with a filter policy."""
    world = new_topic()
    for n, policy in enumerate(policies):
        new_queue(world, f"queue-{n}", **more)
        subscribe(world, f"queue-{n}", FilterPolicy=policy)
    publish(world, message_attributes={"kind": {"data_type": "String", "string_value": "sample"}})
    return picture_of(world)


def test_conditions_that_are_too_long_for_a_third_of_a_narrow_picture_take_two_lines():
    scene = three_filters(
        {"kind": ["invoice", "sample"]}, {"contract": [{"exists": True}]}, {"kind": ["x"]}
    )
    told = [texts_of(scene, 1, f"news>queue-{n}")[0] for n in range(3)]
    assert told == [["kind: invoice", "or sample"], ["contract:", "exists true"], ["kind: x"]]
    assert texts_of(scene, 0, "news>queue-0")[0] == ["kind: invoice or sample"]


def test_every_text_of_a_sign_fits_into_its_box_in_both_layouts():
    scene = three_filters(
        {"kind": ["sample"], "measured-temperature": [{"numeric": [">=", 100, "<=", 20000]}]},
        {"kind": ["sample"]},
        {"kind": ["sample", "a-word-that-goes-on-and-on-without-a-space"]},
        is_open=False,
    )
    for layout in (0, 1):
        for sign in ("news>queue-0", "news>queue-1", "news>queue-2"):
            texts, width = texts_of(scene, layout, sign)
            assert all(width_of(text, 12) <= width - 12 for text in texts), (layout, texts)
    values = scene.state(len(scene.steps) - 1).values
    assert "a-word-that-goes-on-and-on-without-a-space" in values["news>queue-2", "condition"]


# Fan-out


def test_a_message_stands_in_its_topic_only_until_its_copies_have_set_out():
    scene = picture_of(run_of("sns/one-topic-three-queues").world)
    before = scene.state(scene.step_at(5_000))
    assert at(scene, before, "orders/heart") == ["order 7"]
    after = scene.state(scene.step_at(5_020))
    assert at(scene, after, "orders/heart") == []
    for queue in ("baking", "delivery", "points"):
        assert at(scene, after, f"{queue}/line") == ["order 7"]


def test_copies_set_out_in_one_beat_from_the_topic_with_one_shape_and_mark():
    scene = picture_of(run_of("sns/one-topic-three-queues").world)
    number = {place: n for n, place in enumerate(scene.places)}
    assert "orders/heart" in number
    starts = [
        (step.beat, scene.tokens[token].shape, scene.tokens[token].mark, look.place)
        for step in scene.steps
        for token, look, travel in step.tokens
        if travel is not None and travel.origin == "orders/heart"
    ]
    assert [place for *_, place in starts] == ["baking/line", "delivery/line", "points/line"]
    assert len({start[:3] for start in starts}) == 1


def test_a_topic_without_subscriptions_loses_what_is_published():
    world = new_topic()
    publish(world)
    scene = picture_of(world)
    assert ("message", "news/heart", 100) in left_with(scene, "lost")
    assert at(scene, end_of(world), "news/heart") == []


def test_a_line_is_there_from_the_subscription_on():
    scene = picture_of(run_of("sns/late-subscriber").world)
    line = ("ticket-sold>accounting", "there")
    assert scene.start_values[line] == "no"
    assert scene.state(scene.step_at(9_999)).values[line] == "no"
    assert scene.state(scene.step_at(10_000)).values[line] == "yes"


def test_a_topic_with_the_name_of_a_queue_is_a_block_of_its_own():
    world = World()
    new_queue(world, "orders", "orders")
    new_topic("orders", world)
    subscribe(world, "orders", topic="orders")
    publish(world, topic="orders")
    world.advance_to(1_000)
    scene = picture_of(world)
    assert {"orders", "orders (SNS)"} <= set(scene.layouts[0].placed)
    assert scene.names["orders (SNS)"] == "orders"
    assert at(scene, end_of(world), "orders/line") == ["hello"]


# Filters


def test_a_filter_is_a_dashed_line_with_its_conditions_and_stops_copies_there():
    scene = picture_of(run_of("sns/filter-and-or").world)
    line = "parcels>light-south"
    assert kind_of(scene, line) == "filter"
    assert kind_of(scene, "parcels>all-parcels") == "flow"
    values = scene.state(0).values | scene.state(len(scene.steps) - 1).values
    assert values[line, "line-0"] == "city: busan or daegu"
    assert values[line, "line-1"] == "and kg: ≤ 5"
    stopped = left_with(scene, "filtered")
    assert stopped == [("message", f"{line}/tag", 100)] * 3
    end = scene.state(len(scene.steps) - 1)
    assert at(scene, end, "light-south/line") == ["parcel A"]
    for layout in scene.layouts:
        assert layout.grid(f"{line}/tag") is not None


@pytest.mark.parametrize(
    ("policy", "lines"),
    [
        ({"city": ["busan", "daegu"]}, ["city: busan or daegu"]),
        ({"kg": [{"numeric": [">", 0, "<=", 5]}]}, ["kg: > 0 ≤ 5"]),
        ({"a": [{"prefix": "x"}], "b": [{"suffix": "y"}]}, ["a: x…", "and b: …y"]),
        ({"a": [{"anything-but": ["x", "y"]}]}, ["a: ≠ x, y"]),
        ({"a": [{"exists": False}]}, ["a: exists false"]),
        ({"a": [1, None, True]}, ["a: 1 or null or true"]),
        ({"shop": {"city": ["busan"]}}, ["shop.city: busan"]),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, ["a: x", "or b: y"]),
    ],
)
def test_a_filter_policy_is_read_line_by_line(policy: object, lines: list[str]):
    assert conditions(json.dumps(policy), WORDS) == lines


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '"x"', "null"])
def test_what_is_no_policy_has_no_lines(text: str):
    assert conditions(text, WORDS) == []


def test_raw_and_envelope_are_said_where_they_differ():
    scene = picture_of(run_of("sns/raw-or-envelope").world)
    end = scene.state(len(scene.steps) - 1)
    assert end.values["room-calls>statistics", "line-0"] == "in a JSON envelope"
    assert end.values["room-calls>display", "line-0"] == "raw message"
    others = picture_of(run_of("sns/s3-event-fan-out").world).layouts[0].placed
    assert "new-photos>gallery" not in others


# Retries and dead letters


def test_a_failed_copy_waits_on_its_line_with_the_ring_of_the_next_attempt():
    scene = picture_of(run_of("sns/subscriber-down").world)
    line = f"reminders>https {HOOK}".replace("/", "|")
    state = scene.state(scene.step_at(37_590))
    assert at(scene, state, f"{line}/wait") == ["reminder 1"]
    ring = next(look.ring for look in state.looks.values() if look.place == f"{line}/wait")
    assert ring == (37_590, 47_590)
    assert state.values[line, "attempt"] == "attempt 8"
    assert state.values[line, "state"] == "down"
    bounces = [toward for _, toward, reach in left_with(scene, "refused") if reach == 85]
    assert bounces.count(f"https {HOOK}/door".replace(f"{HOOK}", HOOK.replace("/", "|"))) == 7


def test_when_retries_end_the_copy_goes_down_the_red_line_of_its_subscription():
    scene = picture_of(run_of("sns/subscriber-down").world)
    line = f"reminders>https {HOOK}".replace("/", "|")
    assert kind_of(scene, f"{line}>lab-failed") == "dead"
    end = scene.state(len(scene.steps) - 1)
    assert at(scene, end, "lab-failed/line") == ["reminder 1"]
    assert at(scene, end, f"{line}/wait") == []
    assert end.values[line, "attempt"] == "retries"
    shapes = {token.shape for token in scene.tokens if token.name == "reminder 1"}
    assert len(shapes) == 1


def test_a_deleted_queue_is_no_server_side_error():
    scene = picture_of(run_of("sns/deleted-queue-dlq").world)
    end = scene.state(len(scene.steps) - 1)
    assert end.values["billing", "state"] == "deleted"
    assert end.values["reminders>billing", "there"] == "yes"
    assert at(scene, end, "reminders-failed/line") == ["reminder 2"]
    assert at(scene, end, "calendar/line") == ["reminder 1", "reminder 2"]


def test_a_queue_that_lets_nobody_in_turns_copies_away_and_the_line_says_why():
    scene = picture_of(run_of("sqs/missing-queue-policy").world)
    end = scene.state(len(scene.steps) - 1)
    assert end.values["x-rays>queue-b", "why"] == "queue-policy-denies"
    assert end.values["x-rays>queue-b", "state"] == "denied"
    assert [toward for _, toward, _ in left_with(scene, "refused")] == ["queue-b/door"] * 3
    assert len(at(scene, end, "queue-a/line")) == 3


def test_without_a_dead_letter_queue_a_copy_is_lost_after_its_last_attempt():
    policy = {"healthyRetryPolicy": {"numRetries": 1, "minDelayTarget": 5, "maxDelayTarget": 5}}
    world = with_hook(DeliveryPolicy=policy)
    publish(world)
    world.advance_to(60_000)
    scene = picture_of(world)
    assert len(left_with(scene, "lost")) == 1
    every_copy_is_somewhere(world, scene, end_of(world))


def test_a_mailbox_keeps_what_arrived_and_says_whether_it_is_up():
    world = with_hook(RedrivePolicy=dead_letters("failed"))
    box = f"https {HOOK}".replace("/", "|")
    assert end_of(world).values[box, "state"] == "down"
    world.call("sim.BringEndpointUp", "you", endpoint=HOOK)
    publish(world, "one")
    publish(world, "two")
    world.advance_to(1_000)
    scene, state = picture_of(world), end_of(world)
    assert state.values[box, "state"] == "up"
    assert at(scene, state, f"{box}/inbox") == ["one", "two"]
    assert state.values[box, "received"] == "2"
    assert scene.names[box] == "lab.example"


def test_somebody_who_has_not_confirmed_gets_nothing():
    world = new_topic()
    subscribe(world, "kim@example.com", "email")
    publish(world)
    world.advance_to(1_000)
    state = end_of(world)
    assert state.values["news>email kim@example.com", "state"] == "pending"
    assert state.values["email kim@example.com", "received"] == "0"


def test_a_text_message_goes_straight_to_its_phone():
    world = new_topic()
    world.call("sns.Publish", "clinic", phone_number="+82101234567", message="at 9:30")
    world.advance_to(1_000)
    scene = picture_of(world)
    assert at(scene, end_of(world), "sms +82101234567/inbox") == ["at 9:30"]


# FIFO topics


def test_what_a_fifo_topic_knows_already_is_stopped_at_the_topic():
    scene = picture_of(run_of("sns/fifo-fan-out").world)
    assert ("message", "transactions.fifo/heart", 80) in left_with(scene, "refused")
    assert len([step for step in scene.steps if step.at_ms == 65_000]) >= 1
    state = scene.state(scene.step_at(66_000))
    assert at(scene, state, "ledger.fifo/lane-0") == ["deposit 100"]


def test_messages_of_one_group_have_one_shape_and_wait_behind_each_other():
    world = new_topic("news.fifo")
    new_queue(world, "orders.fifo", "news.fifo")
    subscribe(world, "orders.fifo", topic="news.fifo")
    world.call("sim.TakeEndpointDown", "you", endpoint="orders.fifo")
    for text in ("one", "two"):
        publish(
            world, text, "news.fifo", message_group_id="g", message_deduplication_id=f"id-{text}"
        )
    world.advance_to(500)
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "news.fifo>orders.fifo/wait") == ["one", "two"]
    assert len({token.shape for token in scene.tokens}) == 1
    every_copy_is_somewhere(world, scene, state)
    world.call("sim.BringEndpointUp", "you", endpoint="orders.fifo")
    world.advance_to(60_000)
    scene = picture_of(world)
    assert at(scene, end_of(world), "orders.fifo/lane-0") == ["one", "two"]


def test_a_subscription_that_ended_its_replay_gets_nothing_new():
    world = new_topic("news.fifo", ArchivePolicy=json.dumps({"MessageRetentionPeriod": 30}))
    new_queue(world, "late.fifo", "news.fifo")
    arn = subscribe(world, "late.fifo", topic="news.fifo")
    once = {"message_group_id": "g", "message_deduplication_id": "id-1"}
    publish(world, "one", "news.fifo", **once)
    world.advance_to(60_000)
    ends = {
        "PointType": "Timestamp",
        "StartingPoint": "2026-01-01T00:00:00.000Z",
        "EndingPoint": "2026-01-01T00:00:30.000Z",
    }
    call = {"attribute_name": "ReplayPolicy", "attribute_value": json.dumps(ends)}
    world.call("sns.SetSubscriptionAttributes", "you", subscription=arn, **call)
    world.advance_to(200_000)
    publish(world, "two", "news.fifo", **{**once, "message_deduplication_id": "id-2"})
    world.advance_to(300_000)
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "news.fifo/heart") == []
    assert ("message", "news.fifo/heart", 100) in left_with(scene, "lost")
    every_copy_is_somewhere(world, scene, state)


def test_an_archive_keeps_outlines_and_sends_copies_again():
    policy = json.dumps({"MessageRetentionPeriod": 30})
    world = new_topic("news.fifo", ArchivePolicy=policy)
    new_queue(world, "late.fifo", "news.fifo")
    for text in ("one", "two"):
        publish(
            world, text, "news.fifo", message_group_id="g", message_deduplication_id=f"id-{text}"
        )
    world.advance_to(60_000)
    arn = subscribe(world, "late.fifo", topic="news.fifo")
    replay = {"PointType": "Timestamp", "StartingPoint": "2026-01-01T00:00:00.000Z"}
    world.call(
        "sns.SetSubscriptionAttributes",
        "you",
        subscription=arn,
        attribute_name="ReplayPolicy",
        attribute_value=json.dumps(replay),
    )
    world.advance_to(400_000)
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "news.fifo/archive") == ["one", "two"]
    assert state.values["news.fifo", "archived"] == "2"
    assert at(scene, state, "late.fifo/lane-0") == ["one", "two"]
    assert {each.values["news.fifo", "replay"] for each in states(scene)} == {"", "replaying"}
    check_places(scene)


# Anything


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_published_the_picture_has_every_copy(seed: int):
    chance = random.Random(seed)
    world = new_topic()
    new_topic("news.fifo", world)
    for queue in ("orders", "stock"):
        new_queue(world, queue)
    new_queue(world, "orders.fifo", "news.fifo")
    new_queue(world, "shut", is_open=False)
    world.call("sim.AddEndpoint", "you", endpoint=HOOK, protocol="https")
    world.call("sim.AddEndpoint", "you", endpoint="resize", protocol="lambda")
    subscribe(world, "orders", FilterPolicy={"kind": ["a"]})
    subscribe(world, "shut", RedrivePolicy=dead_letters("stock"))
    subscribe(world, HOOK, "https", RedrivePolicy=dead_letters("stock"))
    subscribe(world, "resize", "lambda")
    subscribe(world, "orders.fifo", topic="news.fifo")
    for number in range(60):
        walk(world, chance, number)
        world.advance_to(world.now_ms + chance.choice((0, 20, 20, 700, 9_000, 60_000)))
        if number % 10 == 9:
            scene = picture_of(world)
            state = scene.state(len(scene.steps) - 1)
            counts_agree(world, scene, state)
            every_copy_is_somewhere(world, scene, state)
    check_places(picture_of(world))


def walk(world: World, chance: random.Random, number: int) -> None:
    text = f"m{number}"
    attributes = {"kind": {"data_type": "String", "string_value": chance.choice("ab")}}
    fifo = {
        "message_group_id": chance.choice("gh"),
        "message_deduplication_id": f"id-{chance.randrange(40)}",
    }
    endpoint = chance.choice((HOOK, "resize", "orders.fifo", "orders"))
    todo = (
        ("sns.Publish", {"topic": "news", "message": text, "message_attributes": attributes}),
        ("sns.Publish", {"topic": "news", "message": text}),
        ("sns.Publish", {"topic": "news.fifo", "message": text, **fifo}),
        ("sns.Publish", {"topic": "news.fifo", "message": text, **fifo}),
        ("sim.TakeEndpointDown", {"endpoint": endpoint}),
        ("sim.BringEndpointUp", {"endpoint": endpoint}),
        ("sqs.DeleteQueue", {"queue": "orders"} if number == 40 else {"queue": "none"}),
        ("sns.Subscribe", {"topic": "news", "protocol": "sqs", "endpoint": "stock"}),
        ("sns.DeleteTopic", {"topic": "news"})
        if number == 50
        else ("sqs.PurgeQueue", {"queue": "none"}),
    )
    action, parameters = chance.choice(todo)
    try:
        world.call(action, "you", **parameters)
    except Refused:
        return
