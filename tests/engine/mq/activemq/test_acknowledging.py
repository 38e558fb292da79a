"""Answers, redelivery, the dead-letter queue (AMQ-X05 to AMQ-X07)."""

import pytest

from studyapp.engine.limits.mq import REDELIVERIES_MAX, REDELIVERY_DELAY_MS
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import (
    DLQ,
    active,
    broker_world,
    consume,
    deliveries,
    do,
    events,
    in_queue,
    last_tag,
    only,
    send,
    stages,
)
from tests.support.worlds import same_world


def reject(world: World, by: str = "c") -> None:
    do(world, "Reject", by, delivery_tag=last_tag(world, by))


def test_an_acknowledged_message_is_gone() -> None:
    world = broker_world()
    consume(world, "c")
    send(world, "a")
    do(world, "Acknowledge", "c", delivery_tag=last_tag(world, "c"))
    assert in_queue(world) == []
    with pytest.raises(Refused, match="delivery-unknown"):
        do(world, "Acknowledge", "c", delivery_tag=last_tag(world, "c"))


@pytest.mark.parametrize(
    ("mode", "left"),
    [
        ("auto", ["a", "c"]),
        ("individual", ["a", "c"]),
        ("client", ["c"]),
        ("transacted", ["c"]),
    ],
)
def test_what_an_acknowledgement_counts_for(mode: str, left: list[str]) -> None:
    world = broker_world()
    consume(world, "c", acknowledgement=mode)
    send(world, "a", "b", "c")
    middle = events(world, "MessageDispatched")[1].delivery_tag
    do(world, "Acknowledge", "c", delivery_tag=middle)
    assert in_queue(world) == left
    same_world(world)


def test_a_rollback_of_a_transaction_brings_back_everything_in_it() -> None:
    world = broker_world()
    consume(world, "c", acknowledgement="transacted")
    send(world, "a", "b", "c")
    do(world, "Reject", "c", delivery_tag=events(world, "MessageDispatched")[1].delivery_tag)
    world.advance_to(REDELIVERY_DELAY_MS)
    assert [event.body for event in events(world, "MessageRedelivered")] == ["a", "b"]


def test_an_answer_counts_for_one_consumer_of_a_client_only() -> None:
    world = broker_world()
    consume(world, "c", acknowledgement="client")
    do(world, "Subscribe", "c", destination="other", acknowledgement="client")
    send(world, "a")
    send(world, "b", destination="other")
    do(world, "Acknowledge", "c", delivery_tag=last_tag(world, "c"))
    assert (in_queue(world), in_queue(world, "other")) == (["a"], [])


def test_a_message_that_is_always_rolled_back_is_delivered_seven_times() -> None:
    world = broker_world()
    consume(world, "c")
    send(world, "poison")
    for _ in range(REDELIVERIES_MAX):
        reject(world)
        world.advance_to(world.now_ms + REDELIVERY_DELAY_MS)
    assert in_queue(world) == ["poison"]
    reject(world)
    assert len(deliveries(world)) == 7
    assert (in_queue(world), in_queue(world, DLQ)) == ([], ["poison"])
    assert [e.delivery for e in events(world, "MessageRedelivered")] == [2, 3, 4, 5, 6, 7]
    assert stages(world, "MovedToDeadLetters") == [
        (6_000, "MovedToDeadLetters", "redeliveries-used-up")
    ]
    same_world(world)


def test_a_message_comes_again_one_second_after_a_rollback() -> None:
    world = broker_world()
    consume(world, "c")
    send(world, "a")
    world.advance_to(300)
    reject(world)
    assert only(events(world, "MessageRolledBack")).redeliver_at_ms == 1_300
    with pytest.raises(Refused, match="delivery-unknown"):
        reject(world)
    world.advance_to(1_299)
    assert events(world, "MessageRedelivered") == []
    world.advance_to(1_300)
    assert only(events(world, "MessageRedelivered")).by == "c"


def test_a_rolled_back_message_stays_with_its_consumer() -> None:
    world = broker_world()
    consume(world, "c")
    consume(world, "idle")
    send(world, "a")
    reject(world)
    world.advance_to(10_000)
    assert deliveries(world, "idle") == []
    assert len(deliveries(world, "c")) == 2


def test_a_message_that_is_not_persistent_is_dropped_and_not_dead_lettered() -> None:
    world = broker_world()
    consume(world, "c")
    send(world, "poison", persistent=False)
    for _ in range(7):
        reject(world)
        world.advance_to(world.now_ms + REDELIVERY_DELAY_MS)
    assert only(events(world, "MessageDropped")).reason == "redeliveries-used-up"
    assert (in_queue(world), in_queue(world, DLQ)) == ([], [])
    same_world(world)


def test_a_dead_letter_that_fails_again_is_dropped() -> None:
    world = broker_world()
    send(world, "poison", time_to_live_ms=1)
    world.advance_to(1)
    consume(world, "c", DLQ)
    for _ in range(7):
        reject(world)
        world.advance_to(world.now_ms + REDELIVERY_DELAY_MS)
    assert in_queue(world, DLQ) == []
    assert only(events(world, "MessageDropped")).destination == DLQ


def test_the_dead_letter_queue_is_shared_by_all_queues_and_can_be_consumed() -> None:
    world = broker_world()
    consume(world, "gravedigger", DLQ)
    send(world, "a", time_to_live_ms=1)
    send(world, "b", destination="other", time_to_live_ms=2)
    world.advance_to(10)
    assert deliveries(world, "gravedigger") == [("a", False), ("b", False)]
    same_world(world)


def test_a_poison_message_lets_the_next_one_through() -> None:
    world = broker_world()
    consume(world, "c", prefetch=1)
    send(world, "poison", "good")
    for _ in range(7):
        reject(world)
        world.advance_to(world.now_ms + REDELIVERY_DELAY_MS)
    assert deliveries(world)[-1] == ("good", False)


def test_a_crashed_consumer_gives_its_messages_back() -> None:
    world = broker_world()
    world.call(
        "sim.AddActor",
        "me",
        actor="worker",
        kind="broker-consumer",
        settings={"broker": "b", "destination": "q", "handling_ms": 60_000},
    )
    send(world, "a", "b")
    world.call("sim.CrashActor", "me", actor="worker")
    assert only(events(world, "ConnectionLost")).reason == "client-crashed"
    assert active(world).clients == {}
    consume(world, "other")
    assert deliveries(world, "other") == [("a", True), ("b", True)]
    assert [held.failures for held in active(world).lines["queue:q"].held.values()] == [1, 1]
    same_world(world)


def test_messages_come_back_to_the_front_in_their_old_order() -> None:
    world = broker_world()
    consume(world, "c", prefetch=2)
    send(world, *"abcd")
    do(world, "Disconnect", "c")
    consume(world, "d")
    assert [body for body, _ in deliveries(world, "d")] == ["a", "b", "c", "d"]


def test_a_crash_counts_as_a_failed_delivery_and_a_proper_end_does_not() -> None:
    world = broker_world()
    consume(world, "c")
    send(world, "a")
    do(world, "Disconnect", "c")
    assert [held.failures for held in active(world).lines["queue:q"].held.values()] == [0]


def test_a_message_that_seven_consumers_crash_on_is_dead_lettered() -> None:
    world = broker_world()
    send(world, "killer")
    world.call(
        "sim.AddActor",
        "me",
        actor="worker",
        kind="broker-consumer",
        settings={"broker": "b", "destination": "q", "handling_ms": 60_000},
    )
    for _ in range(6):
        world.call("sim.CrashActor", "me", actor="worker")
        world.call("sim.StartActor", "me", actor="worker")
    assert in_queue(world, DLQ) == []
    world.call("sim.CrashActor", "me", actor="worker")
    world.call("sim.StartActor", "me", actor="worker")
    assert in_queue(world, DLQ) == ["killer"]
    assert len(deliveries(world)) == 7
    same_world(world)


def test_a_rollback_does_not_outlast_its_connection() -> None:
    world = broker_world()
    consume(world, "c")
    send(world, "a")
    reject(world)
    do(world, "RebootBroker")
    world.advance_to(20_000)
    assert events(world, "MessageRedelivered") == []
    assert [(e.at_ms > 5_000, e.redelivered) for e in events(world, "MessageDispatched")] == [
        (False, False),
        (True, True),
    ]
    same_world(world)
