"""What the picture of RabbitMQ shows: copies on each node's disk, the crown of the leader, majorities, confirms."""

from typing import Any

import pytest

from studyapp.engine.world import World
from studyapp.simulator.scene.rabbitmq_block import ClusterBroker
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.scene.tokens import GHOST, LOCKED, REPLICA
from tests.engine.mq.rabbitmq.rabbit_worlds import broker_world, do, publish, queue_world
from tests.simulator.scene.brokers import line_states, tokens
from tests.simulator.scene.test_mq_failover import effects, look_of, texts, when
from tests.support.pictures import at, end_of, picture_of, run_of, signs, states


@pytest.fixture(scope="module")
def lost() -> Scene:
    return picture_of(run_of("mq/rabbitmq-one-then-two").world)


def crowns(scene: Scene) -> list[str]:
    """Where the crown stood, one place after the other; "" for nowhere."""
    found: list[str] = []
    for state in states(scene):
        places = list(signs(scene, state, "crown").values()) or [""]
        if not found or found[-1] != places[0]:
            found.append(places[0])
    return found


def on_disks(scene: Scene, state: State) -> list[dict[str, int]]:
    return [dict(tokens(scene, state, f"b/{node}-queue-0")) for node in ("1", "2", "3")]


def texts_from(scene: Scene, thing: str) -> list[str]:
    return texts(scene, thing, "text")


# Nodes and leaders


def test_the_crown_goes_from_node_to_node_and_nobody_has_it_during_an_election(lost: Scene):
    assert crowns(lost)[1:] == [
        "tickets/1-crowns",
        "",
        "tickets/2-crowns",
        "",
        "tickets/3-crowns",
    ]


def test_the_queue_says_how_many_copies_are_together(lost: Scene):
    assert texts_from(lost, "tickets/queue-0") == [
        "sales: 3 of 3 copies, majority",
        "sales: 2 of 3, elects a leader",
        "sales: 2 of 3 copies, majority",
        "sales: 1 of 3, no majority, stops",
        "sales: 2 of 3, elects a leader",
        "sales: 1 of 3, no majority, stops",
        "sales: 2 of 3 copies, majority",
    ]


def test_a_node_that_returns_is_behind_until_it_has_caught_up(lost: Scene):
    assert texts_from(lost, "tickets/1") == [
        "running",
        "crashed",
        "is behind",
        "catching up",
        "running",
    ]
    assert when(lost, 46_000).values["tickets/1", "state"] == "recovering"


def test_only_clients_of_the_lost_node_lose_their_line(lost: Scene):
    state = when(lost, 15_500)
    assert line_states(lost, state, "printer", "tickets")["1"] == "broken"
    assert line_states(lost, state, "app", "tickets")["2"] == "open"
    later = when(lost, 16_000)
    assert line_states(lost, later, "printer", "tickets") == {"1": "", "3": "open"}


def test_a_cut_off_node_is_told_from_a_stopped_one():
    world = queue_world()
    do(world, "sim.PartitionNode", node="3")
    state = end_of(world)
    assert (state.values["b/3", "state"], state.values["b/3", "text"]) == ("cut", "cut off")
    assert state.values["b/1", "state"] == "active"


# Copies


def test_a_message_is_on_the_disk_of_every_member_and_real_on_the_leaders():
    world = queue_world()
    publish(world, "order A")
    scene = picture_of(world)
    assert on_disks(scene, end_of(world)) == [{"waits": 1}, {REPLICA: 1}, {REPLICA: 1}]


def test_when_another_node_leads_its_copy_becomes_the_real_one_and_nothing_travels():
    world = queue_world()
    publish(world, "order A")
    do(world, "sim.CrashNode", node="1")
    world.advance_to(10_000)
    scene = picture_of(world)
    assert on_disks(scene, end_of(world)) == [{REPLICA: 1}, {"waits": 1}, {REPLICA: 1}]
    places = {
        token: {state.looks[token].place for state in states(scene) if token in state.looks}
        for token, each in enumerate(scene.tokens)
        if each.kind == "message"
    }
    assert all(len(each) == 1 for each in places.values())


def test_a_stopped_nodes_disk_keeps_what_it_had_until_the_node_has_caught_up():
    world = queue_world()
    publish(world, "order A")
    do(world, "sim.CrashNode", node="3")
    do(world, "QueuePurge", queue="q")
    publish(world, "order B")
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "b/3-queue-0") == ["order A"]
    assert at(scene, state, "b/1-queue-0") == at(scene, state, "b/2-queue-0") == ["order B"]
    do(world, "sim.RestoreNode", node="3")
    world.advance_to(60_000)
    assert at(picture_of(world), end_of(world), "b/3-queue-0") == ["order B"]


def test_a_classic_queue_is_on_one_node_and_its_block_says_so():
    world = queue_world(durable=True, arguments={"x-queue-type": "classic"})
    publish(world, "order A")
    scene, state = picture_of(world), end_of(world)
    assert [sum(each.values()) for each in on_disks(scene, state)] == [1, 0, 0]
    assert state.values["b/queue-0", "text"] == "q: on one node only"
    assert signs(scene, state, "crown") == {}


def test_a_delivery_leaves_its_outline_on_the_leaders_disk_only():
    world = queue_world()
    do(world, "mq.Connect", "c")
    do(world, "mq.Subscribe", "c", destination="q", prefetch=1)
    publish(world, "order A", "order B")
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "c/hands") == ["order A"]
    assert on_disks(scene, state) == [{GHOST: 1, "waits": 1}, {REPLICA: 2}, {REPLICA: 2}]


def test_what_a_lost_consumer_had_is_locked_until_the_queue_has_a_leader_again():
    world = queue_world()
    do(world, "mq.Connect", "c")  # lands on node 1, which leads
    do(world, "mq.Subscribe", "c", destination="q", prefetch=1)
    publish(world, "order A")
    do(world, "sim.CrashNode", node="1")
    scene, state = picture_of(world), end_of(world)
    assert on_disks(scene, state)[0] == {LOCKED: 1}
    world.advance_to(20_000)
    again = look_of(picture_of(world), end_of(world), "order A", "c/hands")
    assert again.tally == 2


# Publishing


def test_a_message_without_a_leader_waits_in_the_node_and_its_sender_for_the_confirm(lost: Scene):
    state = when(lost, 16_500)
    assert look_of(lost, state, "ticket 3", "tickets/2-held").flags == LOCKED
    assert look_of(lost, state, "ticket 3", "app/outbox").flags == GHOST
    assert state.values["app/link", "text"] == "no confirm yet"
    later = when(lost, 18_500)
    assert at(lost, later, "app/outbox") == []
    assert later.values["app/link", "text"] == "on node 2"


def test_a_message_that_waited_too_long_goes_back_refused(lost: Scene):
    assert "refused" in effects(lost, "ticket 6")
    assert when(lost, 47_000).values["app/link", "failed"] == "failed sends: 1"


def test_a_rejected_message_comes_to_rest_in_the_dead_letter_queue():
    world = broker_world()
    do(world, "QueueDeclare", queue="dead")
    arguments: dict[str, Any] = {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "dead",
    }
    do(world, "QueueDeclare", queue="q", arguments=arguments)
    do(world, "mq.Connect", "c")
    do(world, "mq.Subscribe", "c", destination="q", prefetch=1)
    publish(world, "order A")
    [tag] = world.mq.rabbitmq.brokers["b"].connections["c"].deliveries
    do(world, "BasicReject", "c", delivery_tag=tag, requeue=False)
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "b/1-queue-0") == ["order A"]
    assert at(scene, state, "b/1-queue-1") == []
    assert at(scene, state, "c/hands") == []


def test_a_message_that_no_queue_wants_is_lost_on_arrival():
    world = queue_world()
    publish(world, "order A", routing_key="nobody")
    scene = picture_of(world)
    assert effects(scene, "order A") == ["lost"]
    assert not any(on_disks(scene, end_of(world)))


def test_a_memory_alarm_makes_publishers_wait_with_their_messages():
    world = queue_world()
    do(world, "mq.Connect", "p")
    do(world, "sim.RaiseMemoryAlarm")
    publish(world, "order A", by="p")
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "p/outbox") == ["order A"]
    assert state.values["p/link", "text"] == "waits for broker"
    assert "memory alarm" in {state.values[f"b/{node}", "text"] for node in ("1", "2", "3")}


def blocks_of(world: World) -> ClusterBroker:
    block = picture_of(world).layouts[0].placed["b"].block
    assert isinstance(block, ClusterBroker)
    return block


def test_the_two_engines_are_drawn_as_two_kinds_of_things():
    assert blocks_of(queue_world()).kind == "rabbitmq"
    active = picture_of(run_of("mq/active-crash").world).layouts[0].placed["bakery"].block
    assert active.kind == "activemq"


def test_a_single_instance_has_one_node_and_no_crown():
    world = queue_world(1)
    scene = picture_of(world)
    assert [name for name, _ in blocks_of(world).nodes] == ["1"]
    assert signs(scene, end_of(world), "crown") == {}
