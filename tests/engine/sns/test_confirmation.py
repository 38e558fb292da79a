"""Web servers and e-mail addresses have to say yes before they get messages."""

import json

import pytest

from studyapp.engine.limits import sns as limits
from studyapp.engine.log import of_kind
from studyapp.engine.sns.events import ConfirmationRequested, EndpointReceived, SubscriptionDeleted
from tests.engine.sns.fanout import new_queue, new_topic, publish, refused, subscribe
from tests.support.worlds import same_world

WEB = "https://shop.example/hook"
MAIL = "someone@example.com"


def received(world, name):
    return [each for each in of_kind(world.log, EndpointReceived) if each.by == name]


def token_of(world):
    return of_kind(world.log, ConfirmationRequested)[-1].token


@pytest.mark.parametrize(
    ("protocol", "endpoint"), [("https", WEB), ("email", MAIL), ("email-json", MAIL)]
)
def test_a_web_server_and_an_email_address_are_pending_first(protocol, endpoint):
    world = new_topic()
    parameters = {"topic": "news", "protocol": protocol, "endpoint": endpoint}
    assert world.call("sns.Subscribe", "you", **parameters) == "pending confirmation"
    found = world.call("sns.GetTopicAttributes", "you", topic="news")
    assert (found["SubscriptionsPending"], found["SubscriptionsConfirmed"]) == ("1", "0")
    arn = world.call("sns.Subscribe", "you", **parameters, return_subscription_arn=True)
    assert arn.startswith("s")


@pytest.mark.parametrize(("protocol", "endpoint"), [("sqs", "orders"), ("lambda", "resize")])
def test_queues_and_functions_are_confirmed_at_once(protocol, endpoint):
    world = new_topic()
    name = subscribe(world, endpoint, protocol)
    found = world.call("sns.GetSubscriptionAttributes", "you", subscription=name)
    assert found["PendingConfirmation"] == "false"
    assert of_kind(world.log, ConfirmationRequested) == []


def test_a_pending_subscription_gets_nothing_until_it_is_confirmed():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint=MAIL, protocol="email")
    name = subscribe(world, MAIL, "email")
    publish(world, "early")
    world.advance_to(1_000)
    token = token_of(world)
    assert world.call("sns.ConfirmSubscription", "someone", topic="news", token=token) == name
    publish(world, "late")
    world.advance_to(2_000)
    kinds = [(each.kind, each.body) for each in received(world, MAIL)]
    assert [kind for kind, _ in kinds] == ["SubscriptionConfirmation", "Notification"]
    assert kinds[1][1] == "late"
    same_world(world)


def test_the_question_carries_the_token():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https", confirms=False)
    subscribe(world, WEB, "https")
    question = json.loads(received(world, WEB)[0].body)
    assert question["Type"] == "SubscriptionConfirmation"
    assert question["Token"] == token_of(world)
    assert question["Token"] in question["SubscribeURL"]


def test_a_web_server_in_the_world_confirms_by_itself():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https")
    name = world.call("sns.Subscribe", "you", topic="news", protocol="https", endpoint=WEB)
    assert name.startswith("s")
    publish(world)
    world.advance_to(1_000)
    assert received(world, WEB)[-1].kind == "Notification"


def test_a_mailbox_may_be_told_to_confirm_or_not_to():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint=MAIL, protocol="email", confirms=True)
    parameters = {"topic": "news", "protocol": "email", "endpoint": MAIL}
    assert world.call("sns.Subscribe", "you", **parameters).startswith("s")
    world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https", confirms=False)
    parameters = {"topic": "news", "protocol": "https", "endpoint": WEB}
    assert world.call("sns.Subscribe", "you", **parameters) == "pending confirmation"


def test_a_web_server_that_is_down_gets_the_question_when_somebody_subscribes_again():
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https")
    world.call("sim.TakeEndpointDown", "you", endpoint=WEB)
    parameters = {"topic": "news", "protocol": "https", "endpoint": WEB}
    assert world.call("sns.Subscribe", "you", **parameters) == "pending confirmation"
    world.call("sim.BringEndpointUp", "you", endpoint=WEB)
    assert world.call("sns.Subscribe", "you", **parameters).startswith("s")
    same_world(world)


def test_confirming_twice_does_nothing_more():
    world = new_topic()
    name = subscribe(world, MAIL, "email")
    token = token_of(world)
    for _ in range(2):
        assert world.call("sns.ConfirmSubscription", "x", topic="news", token=token) == name
    found = world.call("sns.GetTopicAttributes", "you", topic="news")
    assert (found["SubscriptionsPending"], found["SubscriptionsConfirmed"]) == ("0", "1")


def test_a_wrong_token_is_refused():
    world = new_topic("other", new_topic())
    subscribe(world, MAIL, "email")
    token = token_of(world)
    refused(world, "confirmation-token-invalid", "sns.ConfirmSubscription", topic="news", token="t")
    reason = "confirmation-token-invalid"
    refused(world, reason, "sns.ConfirmSubscription", topic="other", token=token)


def test_a_token_is_good_for_two_days():
    world = new_topic()
    subscribe(world, MAIL, "email")
    token = token_of(world)
    world.advance_to(2 * 86_400_000 - 1)
    assert of_kind(world.log, SubscriptionDeleted) == []
    world.advance_to(2 * 86_400_000)
    (gone,) = of_kind(world.log, SubscriptionDeleted)
    assert gone.reason == "not-confirmed-in-time"
    reason = "confirmation-token-invalid"
    refused(world, reason, "sns.ConfirmSubscription", topic="news", token=token)
    same_world(world)


def test_a_confirmed_subscription_stays_after_two_days():
    world = new_topic()
    subscribe(world, MAIL, "email")
    world.call("sns.ConfirmSubscription", "x", topic="news", token=token_of(world))
    world.advance_to(3 * 86_400_000)
    assert of_kind(world.log, SubscriptionDeleted) == []


def test_an_account_has_a_limit_of_pending_subscriptions(monkeypatch):
    monkeypatch.setattr(limits, "PENDING_SUBSCRIPTIONS_MAX", 2)
    world = new_topic()
    new_queue(world)
    for number in range(2):
        subscribe(world, f"{number}@example.com", "email")
    parameters = {"topic": "news", "protocol": "email", "endpoint": MAIL}
    refused(world, "subscription-limit-exceeded", "sns.Subscribe", **parameters)
    subscribe(world)
    world.call("sns.ConfirmSubscription", "x", topic="news", token=token_of(world))
    subscribe(world, MAIL, "email")
