"""Publishers: confirms, what waits, what is lost, and the memory alarm (RMQ-X03, X08, MQ-X15)."""

import pytest

from studyapp.engine.limits.rabbitmq import ELECTION_MS, MESSAGE_SIZE_MAX_BYTES, PUBLISH_HOLD_MAX_MS
from studyapp.engine.refusals import Refused
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


def test_a_publisher_that_asked_hears_when_its_message_is_safe() -> None:
    world = queue_world()
    publish(world, "before", by="p")
    do(world, "ConfirmSelect", "p")
    (message_id,) = publish(world, "after", by="p")
    (confirm,) = kinds(world, "PublishConfirmed")
    assert (confirm.by, confirm.message_id) == ("p", message_id)


def test_a_message_sent_during_an_election_is_confirmed_after_it() -> None:
    world = queue_world()
    do(world, "ConnectionOpen", "x")
    do(world, "ConfirmSelect", "p")
    do(world, "sim.CrashNode", node="1")
    publish(world, "one", by="p")
    assert (waiting(world), kinds(world, "PublishConfirmed")) == ([], [])
    world.advance_to(ELECTION_MS)
    (confirm,) = kinds(world, "PublishConfirmed")
    assert (confirm.at_ms, confirm.reason) == (ELECTION_MS, "held-until-leader")
    assert waiting(world) == ["one"]
    assert rabbit(world).held == {}
    same_world(world)


def test_a_message_that_waits_too_long_for_a_leader_is_rejected() -> None:
    world = queue_world()
    do(world, "ConnectionOpen", "x")
    do(world, "ConnectionOpen", "y")
    do(world, "ConfirmSelect", "p")
    do(world, "sim.CrashNode", node="1")
    do(world, "sim.CrashNode", node="2")
    publish(world, "one", by="p")
    world.advance_to(PUBLISH_HOLD_MAX_MS - 1)
    assert kinds(world, "PublishRejected") == []
    world.advance_to(PUBLISH_HOLD_MAX_MS)
    (rejected,) = kinds(world, "PublishRejected")
    assert (rejected.reason, rejected.by, rejected.confirm) == ("no-leader-in-time", "p", True)
    do(world, "sim.RestoreNode", node="1")
    world.advance_to(10 * PUBLISH_HOLD_MAX_MS)
    assert waiting(world) == []
    assert kinds(world, "PublishConfirmed") == []
    same_world(world)


def test_a_waiting_message_is_lost_with_its_connection() -> None:
    world = queue_world()
    do(world, "ConnectionOpen", "x")
    do(world, "ConfirmSelect", "p")
    do(world, "sim.CrashNode", node="1")
    (message_id,) = publish(world, "one", by="p")
    do(world, "ConnectionClose", "p")
    (lost,) = kinds(world, "PublishLost")
    assert lost.message_id == message_id
    world.advance_to(ELECTION_MS)
    assert waiting(world) == []
    assert rabbit(world).held == {}
    same_world(world)


def test_waiting_messages_keep_their_order() -> None:
    world = queue_world()
    do(world, "ConnectionOpen", "x")
    do(world, "ConfirmSelect", "p")
    do(world, "sim.CrashNode", node="1")
    publish(world, "one", "two", "three", by="p")
    world.advance_to(ELECTION_MS)
    assert waiting(world) == ["one", "two", "three"]


def test_a_message_for_two_queues_is_confirmed_when_both_have_it() -> None:
    world = broker_world()
    do(world, "ConnectionOpen", "x")
    do(world, "QueueDeclare", "x", queue="q")
    do(world, "ConfirmSelect", "p")
    do(world, "QueueDeclare", "p", queue="r")
    for queue in ("q", "r"):
        do(world, "QueueBind", queue=queue, exchange="amq.fanout")
    do(world, "sim.CrashNode", node="1")
    do(world, "BasicPublish", "p", exchange="amq.fanout", body="both")
    assert (waiting(world, "q"), waiting(world, "r")) == ([], ["both"])
    assert kinds(world, "PublishConfirmed") == []
    world.advance_to(ELECTION_MS)
    assert (waiting(world, "q"), waiting(world, "r")) == (["both"], ["both"])
    assert len(kinds(world, "PublishConfirmed")) == 1
    same_world(world)


def test_a_message_for_a_classic_queue_whose_node_is_down_is_rejected() -> None:
    world = queue_world(queue_type="classic")
    do(world, "ConnectionOpen", "x")
    do(world, "ConfirmSelect", "p")
    do(world, "sim.CrashNode", node="1")
    publish(world, "one", by="p")
    assert [event.reason for event in kinds(world, "PublishRejected")] == ["queue-home-down"]
    same_world(world)


def test_a_memory_alarm_makes_publishers_wait_and_not_consumers() -> None:
    world = queue_world()
    do(world, "ConfirmSelect", "p")
    publish(world, "before", by="p")
    do(world, "sim.RaiseMemoryAlarm", node="2")
    (message_id,) = publish(world, "during", by="p")
    assert do(world, "BasicGet", "c", queue="q").body == "before"
    assert [event.message_id for event in kinds(world, "PublishPending")] == [message_id]
    world.advance_to(60_000)
    assert waiting(world) == []
    do(world, "sim.ClearMemoryAlarm")
    assert waiting(world) == ["during"]
    assert [event.message_id for event in kinds(world, "PublishConfirmed")][-1] == message_id
    same_world(world)


def test_a_waiting_message_is_published_again_by_a_library_with_recovery() -> None:
    world = queue_world()
    do(world, "mq.Connect", "p")
    do(world, "sim.RaiseMemoryAlarm", node="2")
    (message_id,) = publish(world, "one", by="p")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(20_000)
    assert [event.reason for event in kinds(world, "PublishPending")] == [
        "memory-alarm",
        "connection-lost",
        "memory-alarm",
    ]
    do(world, "sim.ClearMemoryAlarm")
    assert waiting(world) == ["one"]
    assert [event.message_id for event in kinds(world, "PublishConfirmed")] == [message_id]
    same_world(world)


def test_one_alarm_less_is_not_enough_while_another_node_has_one() -> None:
    world = queue_world()
    do(world, "ConnectionOpen", "p")
    do(world, "sim.RaiseMemoryAlarm", node="2")
    do(world, "sim.RaiseMemoryAlarm", node="3")
    publish(world, "one", by="p")
    do(world, "sim.ClearMemoryAlarm", node="2")
    assert waiting(world) == []
    do(world, "sim.CrashNode", node="3")
    assert waiting(world) == ["one"]
    same_world(world)


def test_who_has_no_connection_cannot_wait_for_the_end_of_a_memory_alarm() -> None:
    world = queue_world()
    do(world, "sim.RaiseMemoryAlarm")
    with pytest.raises(Refused, match="publishers-blocked"):
        publish(world, "one")


@pytest.mark.parametrize(
    ("size", "fits"), [(MESSAGE_SIZE_MAX_BYTES, True), (MESSAGE_SIZE_MAX_BYTES + 1, False)]
)
def test_a_message_may_be_as_large_as_the_limit(size: int, fits: bool) -> None:
    world = queue_world()
    if fits:
        publish(world, "x" * size)
    else:
        with pytest.raises(Refused, match="amqp-message-too-large"):
            publish(world, "x" * size)
    assert len(waiting(world)) == fits
