"""Whatever happens to nodes and clients: no confirmed message is lost, each is in one place, replay equals live."""

from collections import Counter
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from studyapp.engine.mq.rabbitmq.cluster import works
from studyapp.engine.mq.rabbitmq.queue import QUORUM
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.rabbitmq.rabbit_worlds import broker_world, do, rabbit
from tests.support.worlds import same_world

CLIENTS = st.sampled_from(("p", "c", "d"))
NODES = st.sampled_from(("1", "2", "3"))
ZONES = st.sampled_from(("a", "b", "c"))
ANSWERS = st.sampled_from(("BasicAck", "BasicNack", "BasicReject"))
STEPS = st.one_of(
    st.tuples(st.just("publish"), CLIENTS, st.sampled_from(("q", "both", "r"))),
    st.tuples(st.just("publish"), CLIENTS, st.just("q")),
    st.tuples(st.just("consume"), CLIENTS, st.sampled_from((0, 1, 3))),
    st.tuples(st.just("answer"), CLIENTS, ANSWERS, st.booleans(), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from((1, 500, 1_500, 3_000, 12_000, 1_900_000))),
    st.tuples(st.just("crash"), NODES),
    st.tuples(st.just("restore"), NODES),
    st.tuples(st.just("cut"), NODES),
    st.tuples(st.just("heal"), NODES),
    st.tuples(st.just("zone"), ZONES),
    st.tuples(st.just("reboot")),
    st.tuples(st.just("memory"), st.booleans()),
    st.tuples(st.just("close"), CLIENTS),
)


def start() -> World:
    """Quorum queues "q" and "r", which give up to "dead"; exchange amq.fanout leads to both."""
    world = broker_world()
    do(world, "QueueDeclare", queue="dead")
    for queue in ("q", "r"):
        do(
            world,
            "QueueDeclare",
            queue=queue,
            arguments={
                "x-delivery-limit": 3,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": "dead",
            },
        )
        do(world, "QueueBind", queue=queue, exchange="amq.fanout")
    for client in ("p", "c", "d"):
        do(world, "mq.Connect", client)
    return world


def take(world: World, step: tuple[Any, ...]) -> None:
    """One step of a walk; that the world refuses some is fine."""
    match step:
        case ("publish", by, "both"):
            do(world, "BasicPublish", by, exchange="amq.fanout", body="x")
        case ("publish", by, queue):
            do(world, "BasicPublish", by, routing_key=queue, body="x")
        case ("consume", by, prefetch):
            do(world, "mq.Subscribe", by, destination="q", prefetch=prefetch)
        case ("answer", by, answer, requeue, late):
            connection = rabbit(world).connections.get(by)
            tags = list(connection.deliveries) if connection is not None else []
            if tags:
                given = {} if answer == "BasicAck" else {"requeue": requeue}
                do(world, answer, by, delivery_tag=tags[-1 if late else 0], **given)
        case ("wait", time_ms):
            world.advance_to(world.now_ms + time_ms)
        case ("crash", node):
            do(world, "sim.CrashNode", node=node)
        case ("restore", node):
            do(world, "sim.RestoreNode", node=node)
        case ("cut", node):
            do(world, "sim.PartitionNode", node=node)
        case ("heal", node):
            do(world, "sim.HealPartition", node=node)
        case ("zone", zone):
            down = zone in world.mq.zones.down
            world.call("sim.RestoreZone" if down else "sim.LoseZone", "me", zone=zone)
        case ("reboot",):
            do(world, "mq.RebootBroker")
        case ("memory", raised):
            do(world, "sim.RaiseMemoryAlarm" if raised else "sim.ClearMemoryAlarm")
        case ("close", by):
            do(world, "mq.Disconnect", by)
            do(world, "mq.Connect", by)


def places(world: World) -> Counter[tuple[str, str]]:
    """How often each message is in "q", in "r", and as a dead letter of either; who waits for a leader counts."""
    broker = rabbit(world)
    found: Counter[tuple[str, str]] = Counter()
    for queue in broker.queues.values():
        ready = [message for _, message in queue.ready.returned] + list(queue.ready.fresh)
        ready += [delivery.message for delivery in queue.unacknowledged.values()]
        for message in ready:
            found[message.message_id, (*message.left, queue.name)[0]] += 1
    for held in broker.held.values():
        for name in held.waits_for:
            found[held.message.message_id, (*held.message.left, name)[0]] += 1
    return found


def expected(world: World) -> tuple[Counter[tuple[str, str]], set[str]]:
    """What the log says should be there, by a naive count, and the messages that were confirmed."""
    there: Counter[tuple[str, str]] = Counter()
    waits: dict[int, tuple[str, list[str]]] = {}
    confirmed: set[str] = set()
    given_up: dict[str, list[str]] = {}
    for number, event in enumerate(world.log):
        match type(event).__name__:
            case "MessageRouted":
                for name in (*event.stored, *event.held):  # type: ignore[attr-defined]
                    there[event.message_id, name] += 1  # type: ignore[attr-defined]
                waits[number] = (event.message_id, list(event.held))  # type: ignore[attr-defined]
            case "MessageStored":
                if event.held in waits:  # type: ignore[attr-defined]
                    waits[event.held][1].remove(event.queue)  # type: ignore[attr-defined]
            case "PublishRejected" | "PublishLost" | "PublishPending":
                message_id, names = waits.pop(event.held, ("", []))  # type: ignore[attr-defined]
                for name in names:
                    there[message_id, name] -= 1
            case "PublishConfirmed":
                confirmed.add(event.message_id)  # type: ignore[attr-defined]
            case "MessageDeadLetteredByQueue":
                given_up.setdefault(event.message_id, []).append(event.queue)  # type: ignore[attr-defined]
            case "MessageAcknowledged":
                name = event.destination  # type: ignore[attr-defined]
                if name == "dead":  # a dead letter counts where it came from, as in `places`
                    name = given_up[event.message_id].pop(0)  # type: ignore[attr-defined]
                there[event.message_id, name] -= 1  # type: ignore[attr-defined]
    return +there, confirmed


def check(world: World) -> None:
    """What must hold at any time."""
    broker = rabbit(world)
    there = places(world)
    should, _ = expected(world)
    by_message = Counter(message for message, _ in there.elements())
    assert by_message == Counter(message for message, _ in should.elements())
    for queue in broker.queues.values():
        assert queue.queue_type == QUORUM
        assert list(queue.line) == [each for each in queue.line if each.in_line]
        if works(broker, queue):
            together = [
                member
                for member in queue.members.values()
                if broker.nodes[member.node].running
                and not broker.nodes[member.node].isolated
                and member.in_sync
            ]
            assert len(together) >= 2
            assert queue.leader in [member.node for member in together]
            assert queue.orphans == {}
            assert queue.settling == {}
            assert not (queue.line and queue.ready.head())
        else:
            assert queue.election >= 0 or not queue.majority
        for consumer in queue.consumers.values():
            taken = [
                delivery.tag
                for delivery in queue.unacknowledged.values()
                if delivery.consumer_tag == consumer.consumer_tag and delivery.tag > consumer.number
            ]
            assert consumer.unacknowledged == len(taken)
            assert consumer.prefetch == 0 or consumer.unacknowledged <= consumer.prefetch
    for connection in broker.connections.values():
        assert broker.nodes[connection.node].running


@settings(max_examples=150)
@given(st.lists(STEPS, min_size=15, max_size=60))
def test_no_message_is_lost_or_doubled_whatever_nodes_and_clients_do(
    steps: list[tuple[Any, ...]],
) -> None:
    world = start()
    for step in steps:
        try:
            take(world, step)
        except Refused:
            continue
        finally:
            check(world)
    same_world(world)


@settings(max_examples=100)
@given(st.lists(STEPS, max_size=60))
@example(
    [
        ("publish", "p", "q"),
        ("publish", "p", "q"),
        ("consume", "p", 0),
        ("consume", "c", 0),
        ("reboot",),
        ("crash", "2"),
    ]
)
def test_when_all_nodes_are_back_every_confirmed_message_can_be_had(
    steps: list[tuple[Any, ...]],
) -> None:
    world = start()
    for step in steps:
        try:
            take(world, step)
        except Refused:
            continue
    for zone in tuple(world.mq.zones.down):
        world.call("sim.RestoreZone", "me", zone=zone)
    for node in rabbit(world).nodes.values():
        if node.isolated:
            do(world, "sim.HealPartition", node=node.name)
    for node in rabbit(world).nodes.values():
        if not node.running:
            do(world, "sim.RestoreNode", node=node.name)
    world.advance_to(world.now_ms + 600_000)
    for client in ("p", "c", "d"):
        do(world, "mq.Disconnect", client)
    assert all(works(rabbit(world), queue) for queue in rabbit(world).queues.values())
    should, confirmed = expected(world)
    got: Counter[str] = Counter()
    for queue in ("q", "r", "dead"):
        while (message := do(world, "BasicGet", "z", queue=queue, no_ack=True)) is not None:
            got[message.message_id] += 1
    owed = Counter(message for message, _ in should.elements() if message in confirmed)
    assert all(got[message] == count for message, count in owed.items())
    check(world)
