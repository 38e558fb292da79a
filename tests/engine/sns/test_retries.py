"""What SNS does when an endpoint does not answer: phases of retries, then the end."""

import json
from typing import Any

import pytest

from studyapp.engine.log import of_kind
from studyapp.engine.sns import retries
from studyapp.engine.sns.delivery_policy import of_subscription
from studyapp.engine.sns.events import (
    Delivered,
    DeliveryDropped,
    DeliveryFailed,
    EndpointReceived,
)
from studyapp.engine.sns.retries import RetryPolicy, after, total_ms
from studyapp.engine.world import World
from tests.engine.sns.fanout import messages, new_queue, new_topic, publish, refused, subscribe
from tests.support.worlds import same_world

WEB = "https://shop.example/hook"
DAY = 86_400_000


def a_function(protocol: str = "lambda", name: str = "resize", **attributes: Any) -> World:
    world = new_topic()
    world.call("sim.AddEndpoint", "you", endpoint=name, protocol=protocol, confirms=True)
    subscribe(world, name, protocol, **attributes)
    return world


def failed(world: World) -> list[DeliveryFailed]:
    return of_kind(world.log, DeliveryFailed)


def test_a_function_that_comes_back_gets_the_message_at_the_next_attempt():
    world = a_function()
    world.call("sim.TakeEndpointDown", "you", endpoint="resize")
    publish(world)
    world.advance_to(10_000)
    assert of_kind(world.log, Delivered) == []
    world.call("sim.BringEndpointUp", "you", endpoint="resize")
    due = failed(world)[-1].retry_at_ms
    world.advance_to(due - 1)
    assert of_kind(world.log, Delivered) == []
    world.advance_to(due)
    (delivered,) = of_kind(world.log, Delivered)
    assert delivered.attempt == len(failed(world)) + 1
    assert [each.by for each in of_kind(world.log, EndpointReceived)] == ["resize"]
    world.advance_to(DAY)
    assert len(of_kind(world.log, EndpointReceived)) == 1
    same_world(world)


def test_the_first_three_attempts_come_at_once_and_two_more_a_second_apart():
    world = a_function()
    world.call("sim.TakeEndpointDown", "you", endpoint="resize")
    publish(world)
    world.advance_to(60_000)
    assert [each.at_ms for each in failed(world)[:5]] == [20, 20, 20, 1_020, 2_020]
    phases = [each.retry_phase for each in failed(world)[:6]]
    assert phases == ["at-once", "at-once", "pre-backoff", "pre-backoff", "backoff", "backoff"]
    assert {each.reason for each in failed(world)} == {"endpoint-down"}


def test_the_delays_grow_from_one_second_to_twenty():
    delays = [after(retries.MANAGED, attempts) for attempts in range(5, 16)]
    numbers = [each.delay_ms for each in delays if each]
    assert numbers == sorted(numbers)
    assert 1_000 < numbers[0] < 1_100
    assert numbers[9:] == [20_000, 20_000]
    assert [each.phase for each in delays if each][-2:] == ["backoff", "post-backoff"]


@pytest.mark.parametrize(
    ("policy", "attempts", "days"),
    [(retries.MANAGED, 100_015, 23.15), (retries.PEOPLE, 50, 0.27), (retries.HTTP, 4, 0.0007)],
)
def test_each_kind_of_endpoint_has_its_number_of_attempts(policy, attempts, days):
    assert policy.retries + 1 == attempts
    assert after(policy, attempts - 1) is not None
    assert after(policy, attempts) is None
    assert total_ms(policy) / DAY == pytest.approx(days, abs=0.01)


def test_a_queue_that_stays_unreachable_is_given_up_after_23_days():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    world.call("sim.TakeEndpointDown", "you", endpoint="orders")
    publish(world)
    world.advance_to(23 * DAY)
    assert of_kind(world.log, DeliveryDropped) == []
    world.advance_to(24 * DAY)
    (dropped,) = of_kind(world.log, DeliveryDropped)
    assert (dropped.reason, dropped.attempt) == ("no-dead-letter-queue", 100_015)
    assert len(failed(world)) == 100_015
    assert world.sns.deliveries == {}
    assert world.sns.publications == {}


def test_an_outage_of_a_queue_is_one_between_sns_and_sqs_only():
    world = new_topic()
    new_queue(world)
    subscribe(world)
    world.call("sim.TakeEndpointDown", "you", endpoint="orders")
    world.call("sqs.SendMessage", "shop", queue="orders", message_body="straight")
    publish(world)
    world.advance_to(1_500)
    world.call("sim.BringEndpointUp", "you", endpoint="orders")
    world.advance_to(10_000)
    (delivered,) = of_kind(world.log, Delivered)
    assert delivered.attempt > 1
    same_world(world)


@pytest.mark.parametrize(("protocol", "name"), [("email", "a@example.com"), ("sms", "+8210123")])
def test_people_get_fifty_attempts_over_six_hours(protocol, name):
    world = a_function(protocol, name)
    world.call("sim.TakeEndpointDown", "you", endpoint=name)
    publish(world)
    world.advance_to(DAY)
    assert len(failed(world)) == 50
    first, last = failed(world)[0].at_ms, failed(world)[-1].at_ms
    assert 6 <= (last - first) / 3_600_000 < 7
    assert failed(world)[1].at_ms - first == 10_000
    assert len(of_kind(world.log, DeliveryDropped)) == 1


def test_a_web_server_gets_three_retries_twenty_seconds_apart():
    world = a_function("https", WEB)
    world.call("sim.TakeEndpointDown", "you", endpoint=WEB)
    publish(world)
    world.advance_to(DAY)
    assert [each.at_ms for each in failed(world)] == [20, 20_020, 40_020, 60_020]
    assert len(of_kind(world.log, DeliveryDropped)) == 1


@pytest.mark.parametrize(
    ("status", "attempts"), [(500, 4), (503, 4), (429, 4), (404, 1), (403, 1), (301, 1)]
)
def test_after_a_client_error_sns_does_not_try_again(status, attempts):
    world = a_function("https", WEB)
    world.call("sim.TakeEndpointDown", "you", endpoint=WEB, http_status=status)
    publish(world)
    world.advance_to(DAY)
    assert len(failed(world)) == attempts


def test_a_web_server_that_is_nowhere_is_tried_again():
    world = a_function("https", WEB)
    world.call("sim.RemoveEndpoint", "you", endpoint=WEB)
    publish(world)
    world.advance_to(30_000)
    assert {each.reason for each in failed(world)} == {"endpoint-unreachable"}
    world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https")
    world.advance_to(DAY)
    assert len(of_kind(world.log, Delivered)) == 1


def test_a_function_that_is_gone_is_not_tried_again():
    world = a_function()
    world.call("sim.RemoveEndpoint", "you", endpoint="resize")
    publish(world)
    world.advance_to(DAY)
    assert [(each.reason, each.retry_at_ms) for each in failed(world)] == [
        ("function-not-found", -1)
    ]


def test_a_subscription_may_set_its_own_retries():
    policy = {
        "healthyRetryPolicy": {
            "numRetries": 6,
            "numNoDelayRetries": 1,
            "numMinDelayRetries": 2,
            "numMaxDelayRetries": 1,
            "minDelayTarget": 5,
            "maxDelayTarget": 60,
        }
    }
    world = a_function("https", WEB, DeliveryPolicy=policy)
    world.call("sim.TakeEndpointDown", "you", endpoint=WEB)
    publish(world)
    world.advance_to(DAY)
    times = [each.at_ms for each in failed(world)]
    gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert gaps == [0, 5_000, 5_000, 32_500, 60_000, 60_000]


def test_a_topic_may_set_the_retries_of_all_its_web_servers():
    topic_policy = {"http": {"defaultHealthyRetryPolicy": {"numRetries": 1}}}
    own = {"healthyRetryPolicy": {"numRetries": 2}}

    def attempts(own_policy: dict[str, Any] | None, **http: Any) -> int:
        world = new_topic(DeliveryPolicy=json.dumps({"http": {**topic_policy["http"], **http}}))
        world.call("sim.AddEndpoint", "you", endpoint=WEB, protocol="https")
        more = {"DeliveryPolicy": own_policy} if own_policy else {}
        subscribe(world, WEB, "https", **more)
        world.call("sim.TakeEndpointDown", "you", endpoint=WEB)
        publish(world)
        world.advance_to(DAY)
        same_world(world)
        return len(failed(world))

    assert attempts(None) == 2
    assert attempts(own) == 3
    assert attempts(own, disableSubscriptionOverrides=True) == 2


def test_the_policy_that_holds_is_shown():
    world = a_function("https", WEB, DeliveryPolicy={"healthyRetryPolicy": {"numRetries": 9}})
    found = world.call("sns.GetSubscriptionAttributes", "you", subscription=f"news/{WEB}")
    assert json.loads(found["EffectiveDeliveryPolicy"])["healthyRetryPolicy"]["numRetries"] == 9


GOOD = [
    {"numRetries": 0},
    {"numRetries": 100, "minDelayTarget": 1, "maxDelayTarget": 1},
    {"minDelayTarget": 1, "maxDelayTarget": 3_600, "numRetries": 1, "numMaxDelayRetries": 1},
    {"numRetries": 50, "numNoDelayRetries": 3, "numMinDelayRetries": 2, "numMaxDelayRetries": 35},
    {"backoffFunction": "geometric"},
]


@pytest.mark.parametrize("policy", GOOD)
def test_a_delivery_policy_within_its_ranges_is_taken(policy):
    assert of_subscription(json.dumps({"healthyRetryPolicy": policy})) is not None


BAD: list[Any] = [
    {"healthyRetryPolicy": {"numRetries": 101, "minDelayTarget": 1, "maxDelayTarget": 1}},
    {"healthyRetryPolicy": {"numRetries": -1}},
    {"healthyRetryPolicy": {"numRetries": "soon"}},
    {"healthyRetryPolicy": {"numRetries": 1.5}},
    {"healthyRetryPolicy": {"minDelayTarget": 0}},
    {"healthyRetryPolicy": {"minDelayTarget": 21}},
    {"healthyRetryPolicy": {"maxDelayTarget": 3_601, "numRetries": 0}},
    {"healthyRetryPolicy": {"numRetries": 3, "numNoDelayRetries": 4}},
    {"healthyRetryPolicy": {"numNoDelayRetries": -1}},
    {"healthyRetryPolicy": {"backoffFunction": "random"}},
    {"healthyRetryPolicy": {"backoffFunction": None}},
    {"healthyRetryPolicy": {"numRetries": 100, "maxDelayTarget": 60}},
    {"healthyRetryPolicy": {"retries": 1}},
    {"healthyRetryPolicy": 3},
    {"throttlePolicy": {"maxReceivesPerSecond": 0}},
    {"throttlePolicy": 1},
    {"requestPolicy": {"headerContentType": 1}},
    {"colour": "red"},
    [],
    "soon",
]


@pytest.mark.parametrize("policy", BAD)
def test_a_delivery_policy_out_of_range_is_refused(policy):
    parameters = {"topic": "news", "protocol": "https", "endpoint": WEB}
    attributes = {"DeliveryPolicy": json.dumps(policy)}
    reason = "delivery-policy-invalid"
    refused(new_topic(), reason, "sns.Subscribe", **parameters, attributes=attributes)


@pytest.mark.parametrize(
    "policy", [{"https": {}}, {"http": []}, {"http": {"x": 1}}, {"http": None}, []]
)
def test_a_delivery_policy_of_a_topic_is_about_http(policy):
    call = {"attribute_name": "DeliveryPolicy", "attribute_value": json.dumps(policy)}
    refused(new_topic(), "delivery-policy-invalid", "sns.SetTopicAttributes", topic="news", **call)


def test_the_whole_policy_may_take_an_hour():
    ok = {"numRetries": 60, "minDelayTarget": 60, "maxDelayTarget": 60}
    found = of_subscription(json.dumps({"healthyRetryPolicy": ok}))
    assert found is not None
    assert total_ms(found) == 3_600_000


@pytest.mark.parametrize("function", retries.FUNCTIONS)
@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_every_backoff_function_climbs_to_the_longest_delay(function, count):
    policy = RetryPolicy(0, 0, count, 0, 1_000, 20_000, function)
    delays = [each.delay_ms for n in range(1, count + 1) if (each := after(policy, n))]
    assert delays == sorted(delays)
    assert delays[-1] == 20_000
    assert all(1_000 <= each <= 20_000 for each in delays)


def test_the_backoff_functions_differ_in_steepness():
    halfway = [
        after(RetryPolicy(0, 0, 10, 0, 1_000, 20_000, function), 5)
        for function in retries.FUNCTIONS
    ]
    numbers = [each.delay_ms for each in halfway if each]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4


def test_messages_to_other_endpoints_go_on_while_one_is_down():
    world = a_function()
    new_queue(world)
    subscribe(world)
    world.call("sim.TakeEndpointDown", "you", endpoint="resize")
    for number in range(3):
        publish(world, str(number))
    world.advance_to(60_000)
    assert messages(world) == ["0", "1", "2"]


def test_an_endpoint_that_unsubscribes_while_it_is_down_loses_what_was_on_its_way():
    world = a_function()
    world.call("sim.TakeEndpointDown", "you", endpoint="resize")
    publish(world)
    world.advance_to(5_000)
    world.call("sns.Unsubscribe", "you", subscription="news/resize")
    world.advance_to(DAY)
    (dropped,) = of_kind(world.log, DeliveryDropped)
    assert dropped.reason == "subscription-gone"
    assert world.sns.deliveries == {}
    same_world(world)
