"""FIFO topics: order per group even while an endpoint is down, no duplicates for five minutes."""

import json
from typing import Any

import pytest

from studyapp.engine.limits import sns as limits
from studyapp.engine.log import of_kind
from studyapp.engine.sns.events import (
    Delivered,
    DeliveryDeadLettered,
    DeliveryDropped,
    DeliveryHeld,
    PublishDeduplicated,
    Published,
)
from studyapp.engine.sqs.events import MessageSent
from studyapp.engine.world import World
from tests.engine.sns.fanout import (
    arrived,
    dead_letters,
    messages,
    new_queue,
    new_topic,
    publish,
    refused,
    subscribe,
)
from tests.support.worlds import same_world

TOPIC = "news.fifo"
QUEUE = "orders.fifo"


def ordered(queue: str = QUEUE, **attributes: str) -> World:
    world = new_topic(TOPIC, **attributes)
    new_queue(world, queue, TOPIC)
    subscribe(world, queue, topic=TOPIC)
    return world


def send(world: World, message: str, group: str = "g", identity: str | None = None) -> Any:
    identity = identity or f"id-{len(world.log)}"
    ids = {"message_group_id": group, "message_deduplication_id": identity}
    return publish(world, message, topic=TOPIC, **ids)


def test_messages_arrive_in_order_with_group_and_deduplication_id():
    world = ordered()
    for number in range(5):
        send(world, str(number), identity=f"id-{number}")
    world.advance_to(1_000)
    assert messages(world, QUEUE) == ["0", "1", "2", "3", "4"]
    sent = of_kind(world.log, MessageSent)
    assert [(each.group, each.deduplication_id) for each in sent][:2] == [
        ("g", "id-0"),
        ("g", "id-1"),
    ]
    same_world(world)


def test_the_envelope_has_a_sequence_number_and_no_signature():
    world = ordered()
    answer = send(world, "hello")
    world.advance_to(1_000)
    (envelope,) = map(json.loads, arrived(world, QUEUE))
    assert envelope["SequenceNumber"] == answer.sequence_number
    assert not {"Signature", "SignatureVersion", "SigningCertURL"} & set(envelope)
    assert list(envelope)[:4] == ["Type", "MessageId", "SequenceNumber", "TopicArn"]


def test_sequence_numbers_grow_and_have_twenty_digits():
    world = ordered()
    numbers = [int(send(world, str(n), f"g{n % 2}").sequence_number) for n in range(10)]
    assert numbers == sorted(set(numbers))
    assert all(len(str(number)) == 20 for number in numbers)


def test_a_standard_queue_gets_neither_group_nor_deduplication_id():
    world = ordered("orders")
    send(world, "hello")
    world.advance_to(1_000)
    (sent,) = of_kind(world.log, MessageSent)
    assert (sent.group, sent.deduplication_id) == (None, None)


# Duplicates


def test_a_duplicate_is_accepted_and_not_delivered():
    world = ordered()
    first = send(world, "hello", identity="1")
    again = send(world, "something else", identity="1")
    assert type(again) is PublishDeduplicated
    assert (again.message_id, again.sequence_number) == (first.message_id, first.sequence_number)
    world.advance_to(1_000)
    assert messages(world, QUEUE) == ["hello"]
    same_world(world)


@pytest.mark.parametrize(("after_ms", "is_new"), [(299_999, False), (300_000, True)])
def test_a_topic_remembers_for_five_minutes(after_ms, is_new):
    world = ordered()
    send(world, "one", identity="1")
    world.advance_to(after_ms)
    assert (type(send(world, "two", identity="1")) is Published) is is_new


def test_a_duplicate_does_not_make_the_five_minutes_longer():
    world = ordered()
    send(world, "one", identity="1")
    world.advance_to(200_000)
    send(world, "two", identity="1")
    world.advance_to(300_000)
    assert type(send(world, "three", identity="1")) is Published
    world.advance_to(599_999)
    assert type(send(world, "four", identity="1")) is PublishDeduplicated


def test_content_decides_where_no_id_is_given():
    world = ordered(ContentBasedDeduplication="true")
    first = publish(world, "same", topic=TOPIC, message_group_id="g")
    text = {"a": {"DataType": "String", "StringValue": "b"}}
    again = publish(
        world, "same", topic=TOPIC, message_group_id="g", message_attributes=text, subject="s"
    )
    assert type(again) is PublishDeduplicated
    other = publish(world, "other", topic=TOPIC, message_group_id="g")
    assert type(other) is Published
    explicit = send(world, "same", identity="1")
    assert type(explicit) is Published
    by_hash = send(world, "new", identity=first.deduplication_id)
    assert type(by_hash) is PublishDeduplicated


@pytest.mark.parametrize(
    ("scope", "expected"), [("Topic", PublishDeduplicated), ("MessageGroup", Published)]
)
def test_the_scope_of_deduplication_is_the_topic_or_the_group(scope, expected):
    world = ordered(FifoThroughputScope=scope)
    send(world, "one", "a", "1")
    assert type(send(world, "two", "b", "1")) is expected
    assert type(send(world, "three", "a", "1")) is PublishDeduplicated


def test_a_batch_keeps_its_order_and_loses_its_duplicates():
    world = ordered()
    entries = [
        {
            "id": f"e{place}",
            "message": text,
            "message_group_id": "g",
            "message_deduplication_id": identity,
        }
        for place, (text, identity) in enumerate([("a", "1"), ("b", "2"), ("c", "1"), ("d", "3")])
    ]
    call = {"topic": TOPIC, "publish_batch_request_entries": entries}
    answer = world.call("sns.PublishBatch", "shop", **call)
    assert len(answer.successful) == 4
    assert answer.successful[2].message_id == answer.successful[0].message_id
    world.advance_to(1_000)
    assert messages(world, QUEUE) == ["a", "b", "d"]


# Order under outages


def test_a_queue_that_is_down_holds_up_the_group_and_gets_it_in_order_later():
    world = ordered()
    world.call("sim.TakeEndpointDown", "you", endpoint=QUEUE)
    for number in range(4):
        send(world, str(number))
        world.advance_to(world.now_ms + 500)
    assert len(of_kind(world.log, DeliveryHeld)) == 3
    world.call("sim.BringEndpointUp", "you", endpoint=QUEUE)
    world.advance_to(60_000)
    assert messages(world, QUEUE) == ["0", "1", "2", "3"]
    assert [each.attempt for each in of_kind(world.log, Delivered)][1:] == [1, 1, 1]
    assert world.sns.lanes == {}
    same_world(world)


def test_a_message_that_comes_while_the_group_is_catching_up_does_not_overtake():
    world = ordered()
    world.call("sim.TakeEndpointDown", "you", endpoint=QUEUE)
    send(world, "0")
    send(world, "1")
    world.advance_to(5_000)
    world.call("sim.BringEndpointUp", "you", endpoint=QUEUE)
    due = world.next_due_ms()
    assert due is not None
    world.advance_to(due - limits.DELIVERY_LATENCY_MS)
    send(world, "2")
    world.advance_to(60_000)
    assert messages(world, QUEUE) == ["0", "1", "2"]


def test_other_groups_of_the_subscription_have_lanes_of_their_own():
    world = ordered()
    world.call("sim.TakeEndpointDown", "you", endpoint=QUEUE)
    send(world, "a0", "a")
    send(world, "b0", "b")
    world.advance_to(30_000)
    assert of_kind(world.log, DeliveryHeld) == []
    assert len(world.sns.lanes) == 2
    world.call("sim.BringEndpointUp", "you", endpoint=QUEUE)
    world.advance_to(31_000)
    send(world, "c0", "c")
    world.advance_to(31_500)
    assert "c0" in messages(world, QUEUE)
    world.advance_to(90_000)
    assert sorted(messages(world, QUEUE)) == ["a0", "b0", "c0"]


def test_other_subscriptions_go_on_while_one_is_held_up():
    world = ordered()
    new_queue(world, "audit.fifo", TOPIC)
    subscribe(world, "audit.fifo", topic=TOPIC)
    world.call("sim.TakeEndpointDown", "you", endpoint=QUEUE)
    send(world, "0")
    send(world, "1")
    world.advance_to(1_000)
    assert messages(world, "audit.fifo") == ["0", "1"]
    assert messages(world, QUEUE) == []


def test_a_message_that_goes_to_the_dead_letter_queue_makes_way_for_the_next():
    world = new_topic(TOPIC)
    new_queue(world, "dead.fifo", TOPIC)
    subscribe(world, QUEUE, topic=TOPIC, RedrivePolicy=dead_letters("dead.fifo"))
    for number in range(3):
        send(world, str(number))
    world.advance_to(1_000)
    assert messages(world, "dead.fifo") == ["0", "1", "2"]
    assert len(of_kind(world.log, DeliveryDeadLettered)) == 3
    assert of_kind(world.log, DeliveryHeld) == []


def test_a_group_that_waits_is_dropped_when_its_queue_unsubscribes():
    world = ordered()
    world.call("sim.TakeEndpointDown", "you", endpoint=QUEUE)
    for number in range(3):
        send(world, str(number))
    world.advance_to(1_000)
    world.call("sns.Unsubscribe", "you", subscription=f"{TOPIC}/{QUEUE}")
    world.advance_to(60_000)
    assert [each.reason for each in of_kind(world.log, DeliveryDropped)] == [
        "subscription-gone"
    ] * 3
    assert world.sns.publications == {}
    same_world(world)


def test_a_filtered_message_does_not_wait_for_its_group():
    world = new_topic(TOPIC)
    new_queue(world, QUEUE, TOPIC)
    subscribe(world, QUEUE, topic=TOPIC, FilterPolicy={"city": ["busan"]})
    world.call("sim.TakeEndpointDown", "you", endpoint=QUEUE)
    busan = {"city": {"DataType": "String", "StringValue": "busan"}}
    ids = {"message_group_id": "g"}
    publish(world, "0", topic=TOPIC, message_attributes=busan, message_deduplication_id="0", **ids)
    publish(world, "1", topic=TOPIC, message_deduplication_id="1", **ids)
    publish(world, "2", topic=TOPIC, message_attributes=busan, message_deduplication_id="2", **ids)
    world.advance_to(1_000)
    world.call("sim.BringEndpointUp", "you", endpoint=QUEUE)
    world.advance_to(60_000)
    assert messages(world, QUEUE) == ["0", "2"]


# Rates


def test_a_group_takes_so_much_in_a_second(monkeypatch):
    monkeypatch.setattr(limits, "FIFO_GROUP_MESSAGES_PER_SECOND_MAX", 2)
    world = ordered(FifoThroughputScope="MessageGroup")
    send(world, "0", "a")
    send(world, "1", "a")
    call = {"message": "m", "message_group_id": "a", "message_deduplication_id": "x"}
    refused(world, "publish-throttled", "sns.Publish", topic=TOPIC, **call)
    send(world, "2", "b")
    world.advance_to(1_000)
    send(world, "3", "a")


@pytest.mark.parametrize(("scope", "is_throttled"), [("Topic", True), ("MessageGroup", False)])
def test_a_topic_takes_so_much_in_a_second_unless_its_scope_is_the_group(
    monkeypatch, scope, is_throttled
):
    monkeypatch.setattr(limits, "FIFO_MESSAGES_PER_SECOND_MAX", 2)
    world = ordered(FifoThroughputScope=scope)
    send(world, "0", "a")
    send(world, "1", "b")
    call = {"message": "m", "message_group_id": "c", "message_deduplication_id": "x"}
    if is_throttled:
        refused(world, "publish-throttled", "sns.Publish", topic=TOPIC, **call)
    else:
        world.call("sns.Publish", "you", topic=TOPIC, **call)


def test_a_topic_takes_so_many_bytes_in_a_second(monkeypatch):
    monkeypatch.setattr(limits, "FIFO_BYTES_PER_SECOND_MAX", 1_000)
    world = ordered()
    send(world, "x" * 600, "a")
    call = {"message": "x" * 401, "message_group_id": "b", "message_deduplication_id": "x"}
    refused(world, "publish-throttled", "sns.Publish", topic=TOPIC, **call)
    send(world, "x" * 400, "c")


def test_a_duplicate_is_recognised_even_when_the_rate_is_used_up(monkeypatch):
    monkeypatch.setattr(limits, "FIFO_MESSAGES_PER_SECOND_MAX", 1)
    world = ordered()
    send(world, "0", identity="1")
    assert type(send(world, "0", identity="1")) is PublishDeduplicated
