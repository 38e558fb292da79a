"""Expiry, length limits and dead-letter exchanges (RMQ-X07, X13)."""

from typing import Any

import pytest

from studyapp.engine.world import World
from tests.engine.mq.rabbitmq.rabbit_worlds import (
    broker_world,
    do,
    kinds,
    publish,
    queue_world,
    rabbit,
    waiting,
)
from tests.support.worlds import same_world


def dead_letter_world(**arguments: Any) -> World:
    """Queue "q" with a dead-letter exchange that leads to queue "dead"."""
    world = broker_world()
    do(world, "QueueDeclare", queue="dead")
    do(
        world,
        "QueueDeclare",
        queue="q",
        arguments={
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": "dead",
            **{name.replace("_", "-"): value for name, value in arguments.items()},
        },
    )
    return world


def test_a_message_without_time_to_live_waits_for_ever() -> None:
    world = queue_world()
    publish(world, "one")
    world.advance_to(10**10)
    assert waiting(world) == ["one"]


@pytest.mark.parametrize(("own", "queue_ttl", "expires"), [(5, 9, 5), (9, 5, 5), (5, None, 5)])
def test_the_shorter_time_to_live_counts(own: int, queue_ttl: int | None, expires: int) -> None:
    arguments = {} if queue_ttl is None else {"x-message-ttl": queue_ttl}
    world = queue_world(arguments=arguments)
    publish(world, "one", expiration=own)
    world.advance_to(expires - 1)
    assert waiting(world) == ["one"]
    world.advance_to(expires)
    assert waiting(world) == []
    assert [event.reason for event in kinds(world, "MessageDiscarded")] == ["expired"]
    same_world(world)


def test_a_message_expires_only_when_it_comes_to_the_head_of_the_queue() -> None:
    world = queue_world()
    publish(world, "stays")
    publish(world, "short", expiration=5)
    world.advance_to(100)
    assert waiting(world) == ["stays", "short"]
    got = do(world, "BasicGet", "c", queue="q")
    assert got.body == "stays"
    assert do(world, "BasicGet", "c", queue="q") is None
    assert [event.at_ms for event in kinds(world, "MessageDiscarded")] == [100]


def test_a_delivered_message_does_not_expire_until_it_is_back() -> None:
    world = queue_world()
    publish(world, "one", expiration=5)
    got = do(world, "BasicGet", "c", queue="q")
    world.advance_to(100)
    assert kinds(world, "MessageDiscarded") == []
    do(world, "BasicNack", "c", delivery_tag=got.delivery_tag)
    assert [event.reason for event in kinds(world, "MessageDiscarded")] == ["expired"]
    same_world(world)


def test_a_rejected_message_goes_to_the_dead_letter_exchange() -> None:
    world = dead_letter_world()
    (message_id,) = publish(world, "bad")
    got = do(world, "BasicGet", "c", queue="q")
    do(world, "BasicReject", "c", delivery_tag=got.delivery_tag, requeue=False)
    (event,) = kinds(world, "MessageDeadLetteredByQueue")
    assert (event.reason, event.message_id, event.stored) == ("rejected", message_id, ("dead",))
    assert (waiting(world), waiting(world, "dead")) == ([], ["bad"])
    same_world(world)


def test_an_expired_message_goes_to_the_dead_letter_exchange_and_does_not_expire_again() -> None:
    world = dead_letter_world(x_message_ttl=1000)
    publish(world, "late")
    world.advance_to(10**9)
    (event,) = kinds(world, "MessageDeadLetteredByQueue")
    assert (event.at_ms, event.reason) == (1000, "expired")
    assert waiting(world, "dead") == ["late"]


def test_a_message_that_failed_too_often_goes_to_the_dead_letter_exchange() -> None:
    world = dead_letter_world(x_delivery_limit=2)
    publish(world, "poison")
    for _ in range(2):
        got = do(world, "BasicGet", "c", queue="q")
        do(world, "BasicReject", "c", delivery_tag=got.delivery_tag)
    (event,) = kinds(world, "MessageDeadLetteredByQueue")
    assert event.reason == "delivery-limit"
    assert waiting(world, "dead") == ["poison"]


def test_a_full_queue_drops_its_oldest_message() -> None:
    world = dead_letter_world(x_max_length=2)
    publish(world, "one", "two", "three")
    assert (waiting(world), waiting(world, "dead")) == (["two", "three"], ["one"])
    same_world(world)


def test_a_full_queue_that_rejects_keeps_what_it_has() -> None:
    world = queue_world(arguments={"x-max-length": 2, "x-overflow": "reject-publish"})
    do(world, "ConfirmSelect")
    publish(world, "one", "two", "three")
    assert waiting(world) == ["one", "two"]
    assert [event.reason for event in kinds(world, "PublishRejected")] == ["queue-full"]
    assert len(kinds(world, "PublishConfirmed")) == 2
    same_world(world)


def test_dead_letters_that_nobody_wants_are_gone() -> None:
    world = queue_world(arguments={"x-dead-letter-exchange": "nowhere", "x-message-ttl": 1})
    publish(world, "one")
    world.advance_to(10)
    assert [event.reason for event in kinds(world, "MessageDiscarded")] == [
        "dead-letter-unroutable"
    ]


def test_a_message_that_expires_round_in_a_circle_is_dropped() -> None:
    world = broker_world()
    for queue, other in (("q", "r"), ("r", "q")):
        do(
            world,
            "QueueDeclare",
            queue=queue,
            arguments={
                "x-message-ttl": 10,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": other,
            },
        )
    publish(world, "round")
    world.advance_to(1000)
    assert len(kinds(world, "MessageDeadLetteredByQueue")) == 1
    assert len(kinds(world, "MessageDiscarded")) == 1
    same_world(world)


def test_a_circle_with_a_rejection_in_it_is_a_delayed_retry() -> None:
    world = broker_world()
    do(
        world,
        "QueueDeclare",
        queue="q",
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "pause"},
    )
    do(
        world,
        "QueueDeclare",
        queue="pause",
        arguments={
            "x-message-ttl": 5000,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": "q",
        },
    )
    publish(world, "again")
    for turn in range(3):
        world.advance_to(turn * 5000)
        got = do(world, "BasicGet", "c", queue="q")
        assert got.body == "again"
        do(world, "BasicReject", "c", delivery_tag=got.delivery_tag, requeue=False)
        assert do(world, "BasicGet", "c", queue="q") is None
    same_world(world)


def test_a_dead_letter_waits_for_the_leader_of_its_queue() -> None:
    world = broker_world()
    do(world, "ConnectionOpen", "x")
    do(world, "QueueDeclare", "x", queue="dead")
    do(world, "ConnectionOpen", "c")
    do(
        world,
        "QueueDeclare",
        "c",
        queue="q",
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"},
    )
    assert [rabbit(world).queues[name].leader for name in ("dead", "q")] == ["1", "2"]
    publish(world, "bad")
    got = do(world, "BasicGet", "c", queue="q")
    do(world, "sim.CrashNode", node="1")
    do(world, "BasicReject", "c", delivery_tag=got.delivery_tag, requeue=False)
    (event,) = kinds(world, "MessageDeadLetteredByQueue")
    assert (event.stored, event.held) == ((), ("dead",))
    world.advance_to(3000)
    assert waiting(world, "dead") == ["bad"]
    same_world(world)
