"""Programs that produce and consume over a RabbitMQ cluster while its nodes come and go (RMQ-X03, X08, X10)."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.actors.handling import HandlingFinished
from studyapp.engine.limits.rabbitmq import DELIVERY_LIMIT
from studyapp.engine.log import of_kind
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.rabbitmq.rabbit_worlds import do, kinds, queue_world, rabbit
from tests.support.worlds import same_world


def add(world: World, kind: str, actor: str, **settings: Any) -> None:
    world.call(
        "sim.AddActor",
        "me",
        actor=actor,
        kind=kind,
        settings={"broker": "b", "destination": "q", **settings},
    )


def program_world(count: int = 30, failover: bool = True, handling_ms: int = 150) -> World:
    """A producer of one message each 200 ms and two consumers; the producer is on node "1", as the leader is."""
    world = queue_world()
    add(world, "broker-producer", "p", count=count, interval_ms=200, failover=failover, retry_ms=0)
    for name in ("c", "d"):
        add(
            world,
            "broker-consumer",
            name,
            handling_ms=handling_ms,
            prefetch=2,
            failover=failover,
            retry_ms=0,
        )
    return world


def handled(world: World) -> Counter[str]:
    """How often each body was handled."""
    bodies = {event.message_id: event.body for event in kinds(world, "MessageRouted")}
    return Counter(bodies[event.message_id] for event in of_kind(world.log, HandlingFinished))


EVERYTHING = {f"message {turn}": 1 for turn in range(1, 31)}


def test_without_faults_every_message_is_handled_once() -> None:
    world = program_world()
    world.advance_to(60_000)
    assert handled(world) == EVERYTHING
    same_world(world)


@pytest.mark.parametrize("node", ["1", "2", "3"])
def test_a_lost_node_costs_programs_with_recovery_no_message(node: str) -> None:
    world = program_world()
    world.advance_to(2_050)
    do(world, "sim.CrashNode", node=node)
    world.advance_to(60_000)
    assert handled(world).keys() == EVERYTHING.keys()
    assert kinds(world, "PublishLost", "PublishRejected") == []
    same_world(world)


def test_two_lost_nodes_stop_everything_until_one_is_back() -> None:
    world = program_world()
    world.advance_to(2_050)
    do(world, "sim.CrashNode", node="1")
    do(world, "sim.CrashNode", node="2")
    world.advance_to(8_000)
    before = len(of_kind(world.log, HandlingFinished))
    world.advance_to(9_000)
    assert len(of_kind(world.log, HandlingFinished)) == before
    do(world, "sim.RestoreNode", node="2")
    world.advance_to(100_000)
    assert handled(world).keys() == EVERYTHING.keys()
    same_world(world)


def test_programs_without_recovery_stay_down() -> None:
    world = program_world(failover=False)
    world.advance_to(2_050)
    do(world, "sim.CrashNode", node="1")
    world.advance_to(60_000)
    assert {event.by for event in kinds(world, "ConnectionLost")} == {"p"}
    assert len(kinds(world, "Connected")) == 3
    assert {event.reason for event in kinds(world, "PublishLost")} >= {"not-connected"}
    assert len(handled(world)) < len(EVERYTHING)
    same_world(world)


def test_a_consumer_that_is_cut_off_before_it_acknowledges_makes_a_duplicate() -> None:
    world = queue_world()
    do(world, "mq.Send", "me", destination="q", body="order")
    add(world, "broker-consumer", "c", handling_ms=100)
    world.advance_to(50)
    assert rabbit(world).connections["c"].node == "1"
    do(world, "sim.CrashNode", node="1")
    world.advance_to(60_000)
    assert handled(world) == {"order": 2}
    assert [event.redelivered for event in kinds(world, "MessageDispatched")] == [False, True]
    same_world(world)


def test_a_crashed_consumer_gives_its_messages_to_another() -> None:
    world = program_world(handling_ms=5_000)
    world.advance_to(2_000)
    world.call("sim.CrashActor", "me", actor="c")
    world.advance_to(400_000)
    assert handled(world) == EVERYTHING
    assert {event.reason for event in kinds(world, "MessageRequeued")} == {"client-crashed"}
    same_world(world)


def test_a_poison_message_ends_in_the_dead_letter_queue_and_the_others_do_not() -> None:
    world = queue_world(
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    )
    do(world, "QueueDeclare", queue="dead")
    add(world, "broker-producer", "p", count=5, interval_ms=10)
    add(world, "broker-consumer", "c", handling_ms=10, fails_on=["message 3"], prefetch=1)
    world.advance_to(60_000)
    ready = rabbit(world).queues["dead"].ready.fresh
    assert [message.body for message in ready] == ["message 3"]
    assert sorted(handled(world)) == ["message 1", "message 2", "message 4", "message 5"]
    assert len(kinds(world, "HandlingFailed")) == DELIVERY_LIMIT
    same_world(world)


def test_a_reboot_is_not_felt_but_as_short_pauses() -> None:
    world = program_world(count=30)
    do(world, "mq.RebootBroker")
    world.advance_to(400_000)
    assert len(kinds(world, "RebootFinished")) == 1
    assert handled(world).keys() == EVERYTHING.keys()
    same_world(world)


FAULTS = st.lists(
    st.tuples(
        st.sampled_from(
            ("sim.CrashNode", "sim.RestoreNode", "sim.PartitionNode", "sim.HealPartition")
        ),
        st.sampled_from(("1", "2", "3")),
        st.sampled_from((0, 100, 900, 2_500, 7_000)),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(FAULTS)
def test_every_message_that_was_not_rejected_is_handled_in_the_end(
    faults: list[tuple[str, str, int]],
) -> None:
    world = program_world(count=30)
    for action, node, wait_ms in faults:
        world.advance_to(world.now_ms + wait_ms)
        try:
            do(world, action, node=node)
        except Refused:
            continue
    for node in tuple(rabbit(world).nodes.values()):
        if node.isolated:
            do(world, "sim.HealPartition", node=node.name)
        if not node.running:
            do(world, "sim.RestoreNode", node=node.name)
    world.advance_to(world.now_ms + 300_000)
    told = [event.message_id for event in kinds(world, "PublishRejected", "PublishLost")]
    bodies = {event.message_id: event.body for event in kinds(world, "MessageRouted")}
    # A message that comes back as often as the delivery limit would leave the queue for good.
    given_up = [event.message_id for event in kinds(world, "MessageDiscarded")]
    missing = EVERYTHING.keys() - handled(world).keys()
    assert missing <= {bodies[each] for each in (*told, *given_up)}
    same_world(world)
