"""Filter policies at work: who gets what, and why not."""

import json

import pytest

from studyapp.engine.log import of_kind
from studyapp.engine.sns.events import Delivered, FilteredOut
from tests.engine.sns.fanout import messages, new_queue, new_topic, publish, refused, subscribe
from tests.support.worlds import same_world


def city(name):
    return {"city": {"DataType": "String", "StringValue": name}}


def test_a_subscription_without_a_policy_gets_everything():
    world = new_topic()
    for queue, policy in (("all", None), ("empty", {}), ("busan", {"city": ["busan"]})):
        new_queue(world, queue)
        subscribe(world, queue, **({} if policy is None else {"FilterPolicy": policy}))
    publish(world, "one", message_attributes=city("busan"))
    publish(world, "two", message_attributes=city("seoul"))
    world.advance_to(1_000)
    assert messages(world, "all") == messages(world, "empty") == ["one", "two"]
    assert messages(world, "busan") == ["one"]
    same_world(world)


@pytest.mark.parametrize(
    ("attributes", "missing", "reason"),
    [
        (city("seoul"), "city", "filter-policy-mismatch"),
        ({"town": city("busan")["city"]}, "city", "filter-policy-mismatch"),
        (None, "", "no-message-attributes"),
    ],
)
def test_a_message_that_is_filtered_out_says_which_key_stopped_it(attributes, missing, reason):
    world = new_topic()
    new_queue(world)
    name = subscribe(world, FilterPolicy={"city": ["busan"]})
    sent = publish(world, message_attributes=attributes)
    world.advance_to(1_000)
    (event,) = of_kind(world.log, FilteredOut)
    assert (event.missing, event.reason) == (missing, reason)
    assert (event.subscription, event.message_id) == (name, sent.message_id)
    assert of_kind(world.log, Delivered) == []


def test_a_policy_may_look_at_the_body():
    world = new_topic()
    new_queue(world)
    policy = {"order": {"total": [{"numeric": [">", 100]}]}}
    subscribe(world, FilterPolicy=policy, FilterPolicyScope="MessageBody")
    for body in ('{"order":{"total":150}}', '{"order":{"total":50}}', "not json"):
        publish(world, body)
    world.advance_to(1_000)
    assert messages(world) == ['{"order":{"total":150}}']
    assert [each.reason for each in of_kind(world.log, FilteredOut)] == [
        "filter-policy-mismatch",
        "body-not-json",
    ]


def test_a_changed_policy_holds_at_once():
    world = new_topic()
    new_queue(world)
    name = subscribe(world, FilterPolicy={"city": ["busan"]})
    for policy in ('{"city":["seoul"]}', "{}", '{"city":["busan"]}', ""):
        call = {"attribute_name": "FilterPolicy", "attribute_value": policy}
        world.call("sns.SetSubscriptionAttributes", "you", subscription=name, **call)
        publish(world, policy or "none", message_attributes=city("seoul"))
        world.advance_to(world.now_ms + 1_000)
    assert messages(world) == ['{"city":["seoul"]}', "{}", "none"]
    same_world(world)


def test_a_scope_that_does_not_fit_the_policy_is_refused():
    world = new_topic()
    nested = {"order": {"total": [150]}}
    name = subscribe(world, FilterPolicy=nested, FilterPolicyScope="MessageBody")
    call = {"attribute_name": "FilterPolicyScope", "attribute_value": "MessageAttributes"}
    reason = "filter-policy-nested"
    refused(world, reason, "sns.SetSubscriptionAttributes", subscription=name, **call)
    flat = {"attribute_name": "FilterPolicy", "attribute_value": json.dumps({"total": [150]})}
    world.call("sns.SetSubscriptionAttributes", "you", subscription=name, **flat)
    world.call("sns.SetSubscriptionAttributes", "you", subscription=name, **call)
