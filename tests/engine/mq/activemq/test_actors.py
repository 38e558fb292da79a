"""Programs that send to a broker and consume from it: `broker-producer` and `broker-consumer`."""

from typing import Any

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import (
    DLQ,
    accepted,
    active,
    broker_world,
    deliveries,
    do,
    events,
    in_queue,
    only,
    send,
)
from tests.support.worlds import same_world


def add(world: World, actor: str, kind: str, **settings: Any) -> None:
    together = {"broker": "b", "destination": "q", **settings}
    world.call("sim.AddActor", "me", actor=actor, kind=kind, settings=together)


def consumer(world: World, actor: str = "c", **settings: Any) -> None:
    add(world, actor, "broker-consumer", **settings)


def producer(world: World, actor: str = "p", **settings: Any) -> None:
    add(world, actor, "broker-producer", **settings)


def handled(world: World, by: str = "c") -> list[str]:
    """The bodies of what an actor handled to the end, in order."""
    bodies = {event.message_id: event.body for event in events(world, "MessageAccepted")}
    bodies |= {event.message_id: event.body for event in events(world, "MessageDispatched")}
    return [bodies[e.message_id] for e in events(world, "HandlingFinished") if e.by == by]


# The producer


def test_a_producer_sends_its_messages_at_its_interval() -> None:
    world = broker_world()
    producer(world, count=3, interval_ms=500, body="order")
    world.advance_to(60_000)
    assert [(e.at_ms, e.body) for e in events(world, "MessageAccepted")] == [
        (0, "order 1"),
        (500, "order 2"),
        (1_000, "order 3"),
    ]
    assert world.next_due_ms() is None
    same_world(world)


def test_a_producer_may_start_later_and_send_bodies_in_turn() -> None:
    world = broker_world()
    producer(world, start_ms=2_000, count=3, bodies=["a", "b"])
    world.advance_to(60_000)
    assert accepted(world) == ["a", "b", "a"]
    assert events(world, "MessageAccepted")[0].at_ms == 2_000


def test_a_rate_is_exact_over_a_second() -> None:
    world = broker_world()
    do(world, "sim.SetFailoverTimes", confirm_ms=0)
    producer(world, per_second=300)
    world.advance_to(1_000)
    assert len(accepted(world)) == 301


def test_a_producer_waits_for_each_confirmation() -> None:
    world = broker_world()
    producer(world, per_second=300)
    world.advance_to(1_000)
    assert len(accepted(world)) == 84, "one each 12 ms"


def test_a_producer_of_messages_that_are_not_persistent_does_not_wait() -> None:
    world = broker_world()
    producer(world, per_second=300, persistent=False)
    world.advance_to(1_000)
    assert len(accepted(world)) == 301


def test_300_messages_per_second_meet_a_broker_that_takes_100() -> None:
    world = broker_world(instances=1)
    do(world, "sim.SetFailoverTimes", confirm_ms=0)
    do(world, "sim.SetBrokerCapacity", messages_per_second=100)
    for name in ("p1", "p2", "p3"):
        producer(world, name, per_second=100, count=200)
    world.advance_to(3_000)
    assert len(accepted(world)) == 301
    waits = [event.waited_ms for event in events(world, "SendConfirmed")]
    assert max(waits) == 30
    assert len(active(world).instances) == 1, "no new instance appears by itself"
    same_world(world)


def test_a_producer_with_the_failover_transport_loses_nothing_over_a_crash() -> None:
    world = broker_world()
    producer(world, count=30)
    world.advance_to(5_005)
    do(world, "sim.CrashBroker")
    world.advance_to(120_000)
    assert list(dict.fromkeys(accepted(world))) == [f"message {n}" for n in range(1, 31)]
    assert [body for body in accepted(world) if accepted(world).count(body) == 2] == [
        "message 6",
        "message 6",
    ]
    same_world(world)


def test_a_producer_that_knows_one_endpoint_loses_what_it_has_to_send_meanwhile() -> None:
    world = broker_world()
    producer(world, count=30, failover=False)
    world.advance_to(5_500)
    do(world, "RebootBroker")
    world.advance_to(120_000)
    assert accepted(world) == [f"message {n}" for n in range(1, 7)]
    assert {event.reason for event in events(world, "SendFailed")} == {"not-connected"}
    assert len(events(world, "SendFailed")) == 24
    same_world(world)


def test_a_producer_goes_on_with_the_next_message_after_a_crash() -> None:
    world = broker_world()
    producer(world, count=4)
    world.advance_to(1_500)
    world.call("sim.CrashActor", "me", actor="p")
    world.advance_to(10_000)
    world.call("sim.StartActor", "me", actor="p")
    world.advance_to(60_000)
    assert accepted(world) == ["message 1", "message 2", "message 3", "message 4"]
    assert events(world, "MessageAccepted")[2].at_ms == 10_000


def test_a_producer_without_a_broker_goes_on_trying() -> None:
    world = World(1)
    producer(world, count=2)
    world.advance_to(10_000)
    assert [e.reason for e in events(world, "CallRefused")] == ["broker-not-found"] * 3


# The consumer


def test_a_consumer_handles_one_message_after_the_other_and_acknowledges() -> None:
    world = broker_world()
    consumer(world, handling_ms=300)
    send(world, "a", "b", "c")
    world.advance_to(10_000)
    assert [e.at_ms for e in events(world, "HandlingFinished")] == [300, 600, 900]
    assert handled(world) == ["a", "b", "c"]
    assert in_queue(world) == []
    same_world(world)


@pytest.mark.parametrize("mode", ["auto", "client", "individual", "transacted"])
def test_a_consumer_in_any_mode_loses_nothing_and_repeats_nothing(mode: str) -> None:
    world = broker_world()
    consumer(world, acknowledgement=mode, fails_on=["bad"])
    send(world, "a", "bad", "c")
    world.advance_to(60_000)
    assert handled(world) == ["a", "c"]
    assert (in_queue(world), in_queue(world, DLQ)) == ([], ["bad"])
    assert len(events(world, "HandlingFailed")) == 7
    same_world(world)


def test_a_consumer_keeps_the_order_while_a_message_waits_for_redelivery() -> None:
    world = broker_world()
    consumer(world, fails_on=["bad"])
    send(world, "bad", "good")
    world.advance_to(60_000)
    first = events(world, "HandlingFinished")[0]
    assert first.at_ms > events(world, "MovedToDeadLetters")[0].at_ms


def test_a_consumer_that_always_rolls_back_gets_every_message_seven_times() -> None:
    world = broker_world()
    consumer(world, rollback_always=True, acknowledgement="transacted")
    send(world, "a")
    world.advance_to(60_000)
    assert len(events(world, "HandlingStarted")) == len(deliveries(world)) == 7
    assert in_queue(world, DLQ) == ["a"]


def test_a_consumer_that_crashes_before_it_acknowledges_handles_the_message_again() -> None:
    world = broker_world()
    consumer(world, crash_on_message=2, restart_after_ms=1_000)
    send(world, "a", "b", "c")
    world.advance_to(60_000)
    assert handled(world) == ["a", "b", "b", "c"]
    assert [e.reason for e in events(world, "ActorCrashed")] == ["crashed-before-acknowledging"]
    same_world(world)


def test_a_consumer_that_crashes_while_it_handles_has_not_handled() -> None:
    world = broker_world()
    consumer(world, crash_on_message=1, crash_after_ms=50, restart_after_ms=1_000)
    send(world, "a")
    world.advance_to(60_000)
    assert handled(world) == ["a"]
    assert only(events(world, "ActorCrashed")).at_ms == 50


@pytest.mark.parametrize("by", ["message-id", "body"])
def test_an_idempotent_consumer_recognises_what_comes_again(by: str) -> None:
    world = broker_world()
    consumer(world, crash_on_message=1, restart_after_ms=1_000, idempotent=True, idempotent_by=by)
    send(world, "a", "b")
    world.advance_to(60_000)
    assert handled(world) == ["a", "b"]
    assert only(events(world, "DuplicateRecognised")).reason == f"handled-before-by-{by}"
    assert in_queue(world) == []
    same_world(world)


def test_only_by_body_a_consumer_recognises_a_message_that_was_sent_again() -> None:
    for by, times in (("message-id", 2), ("body", 1)):
        world = broker_world()
        producer(world, count=1)
        world.advance_to(5)
        do(world, "sim.CrashBroker")
        consumer(world, idempotent=True, idempotent_by=by)
        world.advance_to(100_000)
        assert handled(world) == ["message 1"] * times


def test_a_consumer_with_the_failover_transport_goes_on_after_a_crash() -> None:
    world = broker_world()
    consumer(world, handling_ms=2_000)
    send(world, "a", "b")
    world.advance_to(1_000)
    do(world, "sim.CrashBroker")
    world.advance_to(120_000)
    # What the library has is handled over the silent connection, and nobody hears of it.
    assert handled(world) == ["a", "b", "a", "b"]
    assert in_queue(world) == []
    same_world(world)


def test_a_consumer_that_knows_one_endpoint_stays_down() -> None:
    world = broker_world()
    consumer(world, "both")
    consumer(world, "one", failover=False)
    do(world, "RebootBroker")
    world.advance_to(100_000)
    send(world, "a", "b")
    world.advance_to(110_000)
    assert (handled(world, "both"), handled(world, "one")) == (["a", "b"], [])
    same_world(world)


def test_it_subscribes_again_when_its_endpoint_is_active_again() -> None:
    world = broker_world()
    consumer(world, "one", failover=False, retry_ms=1_000)
    do(world, "RebootBroker")
    world.advance_to(400_000)
    do(world, "RebootBroker")
    world.advance_to(420_000)
    send(world, "a")
    world.advance_to(421_000)
    assert handled(world, "one") == ["a"]
    same_world(world)


def test_a_durable_consumer_gets_what_was_published_while_it_was_away() -> None:
    world = broker_world()
    settings = {"destination": "t", "destination_type": "topic"}
    consumer(world, "durable", durable=True, **settings)
    consumer(world, "plain", **settings)
    for actor in ("durable", "plain"):
        world.call("sim.StopActor", "me", actor=actor)
    send(world, "news", **settings)
    for actor in ("durable", "plain"):
        world.call("sim.StartActor", "me", actor=actor)
    world.advance_to(10_000)
    assert (handled(world, "durable"), handled(world, "plain")) == (["news"], [])
    assert list(active(world).subscriptions["durable"]) == ["durable"]
    same_world(world)


def test_a_consumer_that_is_stopped_finishes_what_it_has_in_hand() -> None:
    world = broker_world()
    consumer(world, handling_ms=1_000)
    send(world, "a", "b")
    world.advance_to(500)
    world.call("sim.StopActor", "me", actor="c")
    world.advance_to(10_000)
    assert handled(world) == ["a"]
    assert in_queue(world) == ["b"]
    assert active(world).clients == {}
    same_world(world)


def test_a_queue_and_a_topic_in_one_broker_make_three_deliveries() -> None:
    world = broker_world(instances=1)
    for name in ("desk", "nurse"):
        consumer(world, name, destination="reminders")
    for name in ("portal", "sign"):
        consumer(world, name, destination="closures", destination_type="topic")
    send(world, "call back", destination="reminders")
    send(world, "closed", destination="closures", destination_type="topic")
    world.advance_to(1_000)
    names = ("desk", "nurse", "portal", "sign")
    assert [len(handled(world, name)) for name in names] == [1, 0, 1, 1]


@pytest.mark.parametrize(
    ("kind", "settings", "reason"),
    [
        ("broker-consumer", {"durable": True}, "wrong-setting"),
        ("broker-consumer", {"subscription": "s"}, "wrong-setting"),
        ("broker-consumer", {"fails_on": [""]}, "wrong-setting"),
        ("broker-consumer", {"prefetch": -2}, "wrong-setting"),
        ("broker-consumer", {"acknowledgement": "perhaps"}, "wrong-setting"),
        ("broker-producer", {"destination_type": "exchange"}, "wrong-setting"),
        ("broker-producer", {"interval_ms": 0}, "wrong-setting"),
        ("broker-producer", {"per_second": 1_001}, "wrong-setting"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    kind: str, settings: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        add(broker_world(), "a", kind, **settings)


def test_the_same_programs_work_with_a_rabbitmq_broker() -> None:
    world = World(1)
    world.call(
        "mq.CreateBroker",
        "me",
        broker_name="b",
        engine_type="RABBITMQ",
        deployment_mode="CLUSTER_MULTI_AZ",
    )
    consumer(world, prefetch=1)
    producer(world, count=10, body="order")
    world.advance_to(3_500)
    world.call("sim.CrashNode", "me", broker="b", node="1")
    world.advance_to(120_000)
    bodies = {e.message_id: e.body for e in events(world, "MessageRouted")}
    found = [bodies[e.message_id] for e in events(world, "HandlingFinished")]
    assert list(dict.fromkeys(found)) == [f"order {n}" for n in range(1, 11)]
    same_world(world)
