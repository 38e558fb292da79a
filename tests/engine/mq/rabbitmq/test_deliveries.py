"""Consumers: prefetch, answers, redelivery (RMQ-X06, X09)."""

import pytest

from studyapp.engine.limits.rabbitmq import ACKNOWLEDGEMENT_TIMEOUT_MINUTES, DELIVERY_LIMIT
from studyapp.engine.refusals import Refused
from tests.engine.mq.rabbitmq.rabbit_worlds import (
    dispatched,
    do,
    kinds,
    last_tag,
    publish,
    queue_world,
    rabbit,
    waiting,
)
from tests.support.worlds import same_world


def test_messages_arrive_in_the_order_of_sending() -> None:
    world = queue_world()
    publish(world, "one", "two")
    do(world, "BasicConsume", "c", queue="q")
    publish(world, "three")
    assert dispatched(world) == [("one", False), ("two", False), ("three", False)]
    same_world(world)


def test_consumers_take_turns() -> None:
    world = queue_world()
    do(world, "BasicConsume", "c", queue="q")
    do(world, "BasicConsume", "d", queue="q")
    publish(world, "one", "two", "three", "four")
    assert dispatched(world, "c") == [("one", False), ("three", False)]
    assert dispatched(world, "d") == [("two", False), ("four", False)]


@pytest.mark.parametrize(("prefetch", "sent"), [(0, 5), (1, 1), (3, 3), (5, 5), (9, 5)])
def test_prefetch_limits_what_a_consumer_has_unanswered(prefetch: int, sent: int) -> None:
    world = queue_world()
    publish(world, "1", "2", "3", "4", "5")
    do(world, "BasicQos", "c", prefetch_count=prefetch)
    do(world, "BasicConsume", "c", queue="q")
    assert len(dispatched(world)) == sent
    same_world(world)


def test_an_acknowledgement_makes_room_for_the_next_message() -> None:
    world = queue_world()
    publish(world, "one", "two")
    do(world, "BasicConsume", "c", queue="q", prefetch_count=1)
    do(world, "BasicAck", "c", delivery_tag=last_tag(world, "c"))
    assert dispatched(world) == [("one", False), ("two", False)]
    assert list(rabbit(world).queues["q"].unacknowledged) == [last_tag(world, "c")]
    same_world(world)


def test_one_answer_may_stand_for_all_before_it() -> None:
    world = queue_world()
    publish(world, "one", "two", "three")
    do(world, "BasicConsume", "c", queue="q")
    tags = [event.delivery_tag for event in kinds(world, "MessageDispatched")]
    do(world, "BasicAck", "c", delivery_tag=tags[1], multiple=True)
    assert list(rabbit(world).queues["q"].unacknowledged) == [tags[2]]


def test_a_consumer_without_acknowledgements_has_what_it_was_sent() -> None:
    world = queue_world()
    do(world, "BasicConsume", "c", queue="q", no_ack=True)
    publish(world, "one", "two")
    do(world, "ConnectionClose", "c")
    assert waiting(world) == []
    assert [event.reason for event in kinds(world, "MessageAcknowledged")] == ["automatic"] * 2
    same_world(world)


@pytest.mark.parametrize(
    ("answer", "settings", "stays"),
    [
        ("BasicNack", {}, True),
        ("BasicNack", {"requeue": False}, False),
        ("BasicReject", {}, True),
        ("BasicReject", {"requeue": False}, False),
    ],
)
def test_a_negative_answer_gives_the_message_back_or_out(
    answer: str, settings: dict[str, bool], stays: bool
) -> None:
    world = queue_world()
    publish(world, "one")
    got = do(world, "BasicGet", "c", queue="q")
    do(world, answer, "c", delivery_tag=got.delivery_tag, **settings)
    again = do(world, "BasicGet", "c", queue="q")
    assert (again is not None and again.redelivered) is stays
    assert len(kinds(world, "MessageDiscarded")) == (not stays)
    same_world(world)


def test_returned_messages_come_before_new_ones_in_their_order() -> None:
    world = queue_world()
    publish(world, "one", "two", "three")
    do(world, "BasicConsume", "c", queue="q", prefetch_count=2)
    do(world, "ConnectionClose", "c")
    assert waiting(world) == ["one", "two", "three"]
    do(world, "BasicConsume", "d", queue="q")
    assert dispatched(world, "d") == [("one", True), ("two", True), ("three", False)]
    same_world(world)


def test_an_answer_can_be_given_once() -> None:
    world = queue_world()
    publish(world, "one")
    got = do(world, "BasicGet", "c", queue="q")
    do(world, "BasicAck", "c", delivery_tag=got.delivery_tag)
    with pytest.raises(Refused, match="delivery-tag-unknown"):
        do(world, "BasicAck", "c", delivery_tag=got.delivery_tag)


def test_nobody_answers_for_the_deliveries_of_others() -> None:
    world = queue_world()
    publish(world, "one")
    got = do(world, "BasicGet", "c", queue="q")
    do(world, "ConnectionOpen", "d")
    with pytest.raises(Refused, match="delivery-tag-unknown"):
        do(world, "BasicAck", "d", delivery_tag=got.delivery_tag)


def test_a_message_rejected_as_often_as_the_limit_leaves_the_queue() -> None:
    world = queue_world()
    publish(world, "poison")
    for turn in range(DELIVERY_LIMIT):
        assert kinds(world, "MessageDiscarded") == [], turn
        got = do(world, "BasicGet", "c", queue="q")
        do(world, "BasicReject", "c", delivery_tag=got.delivery_tag)
    (gone,) = kinds(world, "MessageDiscarded")
    assert gone.reason == "delivery-limit"
    assert do(world, "BasicGet", "c", queue="q") is None
    same_world(world)


def test_a_lost_connection_counts_as_a_failed_delivery() -> None:
    world = queue_world(arguments={"x-delivery-limit": 2})
    publish(world, "poison")
    for _ in range(2):
        do(world, "mq.Connect", "c", failover=False)
        do(world, "BasicConsume", "c", queue="q")
        node = rabbit(world).connections["c"].node
        do(world, "sim.CrashNode", node=node, back_after_ms=1)
        do(world, "mq.Disconnect", "c")
        world.advance_to(world.now_ms + 60_000)
    assert [event.reason for event in kinds(world, "MessageDiscarded")] == ["delivery-limit"]


def test_a_nack_does_not_count_towards_the_delivery_limit() -> None:
    world = queue_world(arguments={"x-delivery-limit": 1})
    publish(world, "one")
    for _ in range(5):
        got = do(world, "BasicGet", "c", queue="q")
        do(world, "BasicNack", "c", delivery_tag=got.delivery_tag)
    assert waiting(world) == ["one"]


def test_a_classic_queue_has_no_delivery_limit() -> None:
    world = queue_world(queue_type="classic")
    publish(world, "one")
    for _ in range(DELIVERY_LIMIT + 5):
        got = do(world, "BasicGet", "c", queue="q")
        do(world, "BasicReject", "c", delivery_tag=got.delivery_tag)
    assert waiting(world) == ["one"]


def test_a_consumer_that_keeps_a_message_for_thirty_minutes_loses_its_channel() -> None:
    world = queue_world()
    publish(world, "one")
    do(world, "BasicConsume", "c", queue="q")
    limit_ms = ACKNOWLEDGEMENT_TIMEOUT_MINUTES * 60_000
    world.advance_to(limit_ms - 1)
    assert kinds(world, "ConnectionLost") == []
    world.advance_to(limit_ms)
    (lost,) = kinds(world, "ConnectionLost")
    assert (lost.reason, lost.by) == ("acknowledgement-timeout", "c")
    assert waiting(world) == ["one"]
    assert rabbit(world).queues["q"].ready.returned[0][1].failures == 0
    same_world(world)


def test_a_classic_queue_waits_for_an_acknowledgement_without_end() -> None:
    world = queue_world(queue_type="classic")
    publish(world, "one")
    do(world, "BasicConsume", "c", queue="q")
    world.advance_to(2 * ACKNOWLEDGEMENT_TIMEOUT_MINUTES * 60_000)
    assert kinds(world, "ConnectionLost") == []


def test_a_cancelled_consumer_gets_nothing_more_and_may_still_answer() -> None:
    world = queue_world()
    publish(world, "one")
    tag = do(world, "BasicConsume", "c", queue="q")
    do(world, "BasicCancel", "c", consumer_tag=tag)
    publish(world, "two")
    assert dispatched(world) == [("one", False)]
    do(world, "BasicAck", "c", delivery_tag=last_tag(world, "c"))
    assert rabbit(world).queues["q"].unacknowledged == {}
    same_world(world)


def test_getting_answers_how_many_still_wait() -> None:
    world = queue_world()
    publish(world, "one", "two", "three")
    got = do(world, "BasicGet", "c", queue="q", no_ack=True)
    assert (got.body, got.message_count) == ("one", 2)
    assert rabbit(world).queues["q"].unacknowledged == {}


def test_purging_removes_what_waits_and_not_what_is_delivered() -> None:
    world = queue_world()
    publish(world, "one", "two", "three")
    do(world, "BasicConsume", "c", queue="q", prefetch_count=1)
    assert do(world, "QueuePurge", queue="q") == 2
    assert len(rabbit(world).queues["q"].unacknowledged) == 1
    same_world(world)


def test_an_exclusive_queue_goes_with_its_connection() -> None:
    world = queue_world()
    do(world, "QueueDeclare", "c", queue="mine", queue_type="classic", exclusive=True)
    with pytest.raises(Refused, match="amqp-queue-locked"):
        do(world, "BasicConsume", "d", queue="mine")
    do(world, "ConnectionClose", "c")
    assert list(rabbit(world).queues) == ["q"]
    same_world(world)
