"""A subscription's dead-letter queue takes what cannot be delivered; without one it is lost."""

import json

import pytest

from studyapp.engine.log import of_kind
from studyapp.engine.sns.events import (
    Delivered,
    DeliveryDeadLettered,
    DeliveryDropped,
    DeliveryFailed,
)
from studyapp.engine.sqs.events import MessageSent
from tests.engine.sns.fanout import (
    arrived,
    dead_letters,
    messages,
    new_queue,
    new_topic,
    publish,
    subscribe,
)
from tests.support.worlds import same_world


def test_a_queue_that_is_gone_is_a_client_error_and_the_message_is_lost_at_once():
    world = new_topic()
    subscribe(world)
    publish(world)
    world.advance_to(1_000)
    (failed,) = of_kind(world.log, DeliveryFailed)
    (dropped,) = of_kind(world.log, DeliveryDropped)
    assert (failed.reason, failed.attempt, failed.retry_at_ms) == ("queue-not-found", 1, -1)
    assert dropped.reason == "no-dead-letter-queue"
    assert dropped.cause == world.log.index(failed)
    same_world(world)


def test_a_queue_policy_that_does_not_name_the_topic_is_a_client_error():
    world = new_topic()
    new_queue(world, is_open=False)
    subscribe(world)
    publish(world)
    world.advance_to(1_000)
    assert [each.reason for each in of_kind(world.log, DeliveryFailed)] == ["queue-policy-denies"]
    assert arrived(world) == []


def test_a_queue_open_to_another_topic_only_is_not_open():
    world = new_topic()
    new_queue(world, topic="olds")
    subscribe(world)
    publish(world)
    world.advance_to(1_000)
    assert [each.reason for each in of_kind(world.log, DeliveryFailed)] == ["queue-policy-denies"]


def test_the_dead_letter_queue_takes_the_message_at_once_after_a_client_error():
    world = new_topic()
    new_queue(world, "dead")
    subscribe(world, RedrivePolicy=dead_letters("dead"))
    publish(world, "precious")
    world.advance_to(20)
    (letter,) = of_kind(world.log, DeliveryDeadLettered)
    assert (letter.reason, letter.dead_letter_queue) == ("queue-not-found", "dead")
    assert messages(world, "dead") == ["precious"]
    (sent,) = of_kind(world.log, MessageSent)
    assert sent.attributes == (("ErrorCode", "String", "queue-not-found"),)
    assert sent.reason == "topic-dead-letter"
    assert of_kind(world.log, DeliveryDropped) == []
    same_world(world)


def test_the_dead_letter_queue_takes_the_message_after_the_last_retry():
    world = new_topic()
    new_queue(world, "dead")
    web = "https://shop.example/hook"
    world.call("sim.AddEndpoint", "you", endpoint=web, protocol="https")
    subscribe(world, web, "https", RedrivePolicy=dead_letters("dead"))
    world.call("sim.TakeEndpointDown", "you", endpoint=web)
    publish(world, "precious")
    world.advance_to(60_019)
    assert arrived(world, "dead") == []
    world.advance_to(60_020)
    assert messages(world, "dead") == ["precious"]
    (letter,) = of_kind(world.log, DeliveryDeadLettered)
    assert letter.attempt == 4


@pytest.mark.parametrize(
    ("is_there", "reason"),
    [(False, "dead-letter-queue-not-found"), (True, "dead-letter-queue-policy-denies")],
)
def test_a_dead_letter_queue_that_cannot_be_written_loses_the_message(is_there, reason):
    world = new_topic()
    if is_there:
        new_queue(world, "dead", is_open=False)
    subscribe(world, RedrivePolicy=dead_letters("dead"))
    publish(world)
    world.advance_to(1_000)
    (dropped,) = of_kind(world.log, DeliveryDropped)
    assert dropped.reason == reason
    assert of_kind(world.log, DeliveryDeadLettered) == []


def test_only_the_subscription_that_failed_uses_its_dead_letter_queue():
    world = new_topic()
    new_queue(world, "dead")
    new_queue(world, "good")
    subscribe(world, "good", RedrivePolicy=dead_letters("dead"))
    subscribe(world, "gone", RedrivePolicy=dead_letters("dead"))
    publish(world, "precious")
    world.advance_to(1_000)
    assert messages(world, "good") == messages(world, "dead") == ["precious"]


def test_a_raw_message_with_more_than_ten_attributes_is_not_delivered():
    world = new_topic()
    new_queue(world)
    new_queue(world, "dead")
    name = subscribe(world, RawMessageDelivery="true", RedrivePolicy=dead_letters("dead"))
    text = {"DataType": "String", "StringValue": "x"}
    publish(world, "ten", message_attributes={f"a{n}": text for n in range(10)})
    publish(world, "eleven", message_attributes={f"a{n}": text for n in range(11)})
    world.advance_to(1_000)
    assert arrived(world) == ["ten"]
    assert [each.reason for each in of_kind(world.log, DeliveryDeadLettered)] == [
        "raw-attributes-too-many"
    ]
    assert arrived(world, "dead") == ["eleven"]
    call = {"attribute_name": "RawMessageDelivery", "attribute_value": "false"}
    world.call("sns.SetSubscriptionAttributes", "you", subscription=name, **call)
    publish(world, "twelve", message_attributes={f"a{n}": text for n in range(12)})
    world.advance_to(2_000)
    assert len(json.loads(arrived(world)[1])["MessageAttributes"]) == 12


def test_what_the_queue_itself_refuses_is_a_client_error():
    world = new_topic()
    new_queue(world)
    subscribe(world, RawMessageDelivery="true")
    publish(world, "\x00")
    world.advance_to(1_000)
    (failed,) = of_kind(world.log, DeliveryFailed)
    assert failed.reason == "message-characters-forbidden"
    assert of_kind(world.log, Delivered) == []


def test_a_redrive_policy_can_be_set_later_and_taken_away():
    world = new_topic()
    new_queue(world, "dead")
    name = subscribe(world)
    policies = [json.dumps(dead_letters("dead")), "", "{}"]
    for text, policy in zip(("kept", "lost", "lost too"), policies, strict=True):
        call = {"attribute_name": "RedrivePolicy", "attribute_value": policy}
        world.call("sns.SetSubscriptionAttributes", "you", subscription=name, **call)
        publish(world, text)
        world.advance_to(world.now_ms + 1_000)
    assert messages(world, "dead") == ["kept"]
    assert len(of_kind(world.log, DeliveryDropped)) == 2
    same_world(world)
