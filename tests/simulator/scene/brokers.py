"""Whether the picture of brokers and their clients says what the engine says."""

from collections import Counter

from studyapp.engine.mq.activemq.broker import Broker as ActiveBroker
from studyapp.engine.mq.activemq.broker import serving
from studyapp.engine.mq.activemq.line import PLAIN, WAITING
from studyapp.engine.mq.rabbitmq.cluster import Broker as RabbitBroker
from studyapp.engine.mq.rabbitmq.cluster import works
from studyapp.engine.world import World
from studyapp.simulator.scene import activemq_block, rabbitmq_block
from studyapp.simulator.scene.client_block import BrokerClient
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.scene.tokens import GHOST, LOCKED, REPLICA, STALE

PARTS_OF_A_RUN = 12


def agrees(world: World, scene: Scene) -> None:
    """The picture at some times of a run is what the engine has then."""
    for part in range(1, PARTS_OF_A_RUN + 1):
        state = scene.state(scene.step_at(world.now_ms * part // PARTS_OF_A_RUN))
        brokers_agree(world.fork(state.at_ms), scene, state)


def brokers_agree(world: World, scene: Scene, state: State) -> None:
    for active in world.mq.activemq.brokers.values():
        _instances_agree(active, scene, state)
        _lines_agree(active, scene, state)
        _active_clients_agree(active, scene, state)
    for rabbit in world.mq.rabbitmq.brokers.values():
        _nodes_agree(rabbit, state)
        _queues_agree(rabbit, scene, state)
        _rabbit_clients_agree(rabbit, scene, state)


def tokens(scene: Scene, state: State, place: str) -> Counter[str]:
    """How the messages at a place look: 'waits', or its first flag of those that say more."""
    found: Counter[str] = Counter()
    for token, look in state.looks.items():
        if look.place == place and scene.tokens[token].kind == "message":
            told = [flag for flag in (GHOST, LOCKED, REPLICA, STALE) if flag in look.flags]
            found[told[0] if told else "waits"] += 1
    return found


def line_states(scene: Scene, state: State, by: str, broker: str) -> dict[str, str]:
    """The state of each of a client's lines to parts of a broker."""
    return {
        edge.end.partition("/")[2]: state.values.get((edge.id, "state"), "")
        for edge in scene.edges
        if edge.kind == "line" and edge.start == by and edge.end.startswith(f"{broker}/")
    }


def _is_client(scene: Scene, by: str) -> bool:
    placed = scene.layouts[0].placed.get(by)
    return placed is not None and isinstance(placed.block, BrokerClient)


# ActiveMQ


def _instances_agree(broker: ActiveBroker, scene: Scene, state: State) -> None:
    for name, instance in broker.instances.items():
        down = instance.state == "down"
        wanted = "cut" if instance.cut >= 0 and not down else instance.state
        assert state.values[f"{broker.name}/{name}", "state"] == wanted, (state.at_ms, name)
    if len(broker.instances) > 1:
        keys = [
            look.place
            for token, look in state.looks.items()
            if scene.tokens[token].kind == "key" and look.place.startswith(f"{broker.name}/")
        ]
        holder = broker.lock_holder
        wanted = f"{holder}-key" if holder else "key-free"
        assert keys == [f"{broker.name}/{wanted}"], state.at_ms


def _lines_agree(broker: ActiveBroker, scene: Scene, state: State) -> None:
    """Every message of every line is in its lane of the store, or in the memory of the active instance."""
    block = scene.layouts[0].placed[broker.name].block
    assert isinstance(block, activemq_block.ActiveBroker)
    stored: Counter[tuple[str, str]] = Counter()
    memory: Counter[tuple[str, str]] = Counter()
    for line in broker.lines.values():
        for held in line.held.values():
            look = "waits" if held.state == WAITING else GHOST
            if line.kind == PLAIN or not held.persistent:
                memory["topic" if line.kind == PLAIN else "queue", look] += 1
            else:
                stored[line.destination if line.kind == "queue" else "durable", look] += 1
    drawn: Counter[tuple[str, str]] = Counter()
    for place, title in block.lanes.items():
        name = "durable" if "→" in title else title
        for look, count in tokens(scene, state, f"{broker.name}/{place}").items():
            drawn[name, look] += count
    assert drawn == stored, state.at_ms
    drawn.clear()
    for shelf, title in block.shelves.items():
        for name in broker.instances:
            kind = "topic" if title.startswith("topic") else "queue"
            found = tokens(scene, state, f"{broker.name}/{name}-{shelf}")
            for look, count in found.items():
                drawn[kind, look] += count
            assert not found or broker.lock_holder == name
    assert drawn == memory, state.at_ms
    _counts_agree(broker, block, state)


def _counts_agree(broker: ActiveBroker, block: activemq_block.ActiveBroker, state: State) -> None:
    wanted: Counter[tuple[str, str]] = Counter()
    for line in broker.lines.values():
        if line.kind == PLAIN:
            continue
        name = line.destination if line.kind == "queue" else "durable"
        given = len(line.deliveries)
        wanted[name, "given"] += given
        wanted[name, "waiting"] += len(line.held) - given
    said: Counter[tuple[str, str]] = Counter()
    for place, title in block.lanes.items():
        for of in ("waiting", "given"):
            name = "durable" if "→" in title else title
            said[name, of] += int(state.values[f"{broker.name}/{place}", of])
    assert +said == +wanted, state.at_ms


def _active_clients_agree(broker: ActiveBroker, scene: Scene, state: State) -> None:
    for by, client in broker.clients.items():
        if not _is_client(scene, by):
            continue
        lines = line_states(scene, state, by, broker.name)
        if client.node:
            wanted = "open" if client.silent < 0 else "broken"
            assert lines[client.node] == wanted, (state.at_ms, by)
        assert sum(each == "open" for each in lines.values()) <= 1
        hands = tokens(scene, state, f"{by}/hands")
        had = sum(
            each.by == by for line in broker.lines.values() for each in line.deliveries.values()
        )
        assert hands["waits"] == had, (state.at_ms, by)
        outbox = tokens(scene, state, f"{by}/outbox")
        sent = Counter(GHOST if each.accepted else "waits" for each in client.outgoing.values())
        assert outbox["waits"] == sent["waits"], (state.at_ms, by)
        assert outbox[GHOST] in (sent[GHOST], 0 if _has_many(scene) else sent[GHOST])
    assert serving(broker) is not None or not any(
        state.values.get((edge.id, "state")) == "open"
        for edge in scene.edges
        if edge.end.startswith(f"{broker.name}/")
    )


def _has_many(scene: Scene) -> bool:
    return sum(token.kind == "message" for token in scene.tokens) > 100


# RabbitMQ


def _nodes_agree(broker: RabbitBroker, state: State) -> None:
    for name, node in broker.nodes.items():
        shown = state.values[f"{broker.name}/{name}", "state"]
        if not node.running:
            assert shown == "down", (state.at_ms, name)
        elif node.isolated:
            assert shown == "cut", (state.at_ms, name)
        else:
            assert shown in ("active", "recovering"), (state.at_ms, name)


def _queues_agree(broker: RabbitBroker, scene: Scene, state: State) -> None:
    block = scene.layouts[0].placed[broker.name].block
    assert isinstance(block, rabbitmq_block.ClusterBroker)
    places = {id: place for place, id in block.ids.items()}
    for name, queue in broker.queues.items():
        place = places[name]
        leader = queue.leader or queue.home
        given = len(queue.unacknowledged) - len(queue.orphans)
        wanted = Counter({"waits": len(queue.ready), GHOST: given, LOCKED: len(queue.orphans)})
        everywhere: Counter[str] = Counter()
        for node in broker.nodes:
            found = tokens(scene, state, f"{broker.name}/{node}-{place}")
            everywhere += found
            if leader == node:
                found.pop(REPLICA, None)
                assert found == +wanted, (state.at_ms, name)
            member = queue.members.get(node)
            runs = broker.nodes[node].running and not broker.nodes[node].isolated
            if member is not None and runs and member.in_sync and leader:
                assert found.total() == wanted.total(), (state.at_ms, name, node)
        everywhere.pop(REPLICA, None)
        assert everywhere == +wanted, (state.at_ms, name)
        if queue.members:
            works_now = state.values[f"{broker.name}/{place}", "state"] == ""
            assert works_now == works(broker, queue), (state.at_ms, name)
            _crown_agrees(broker, name, queue.leader, scene, state)
    waiting = sum(
        tokens(scene, state, f"{broker.name}/{node}-held").total() for node in broker.nodes
    )
    assert waiting == len(broker.held), state.at_ms


def _crown_agrees(
    broker: RabbitBroker, queue: str, leader: str, scene: Scene, state: State
) -> None:
    if len(broker.nodes) == 1:
        return
    crowns = [
        look.place
        for token, look in state.looks.items()
        if scene.tokens[token].kind == "crown" and scene.tokens[token].name.endswith(f" {queue}")
    ]
    assert crowns == ([f"{broker.name}/{leader}-crowns"] if leader else []), (state.at_ms, queue)


def _rabbit_clients_agree(broker: RabbitBroker, scene: Scene, state: State) -> None:
    had = Counter(
        each.by
        for queue in broker.queues.values()
        for tag, each in queue.unacknowledged.items()
        if tag not in queue.orphans
    )
    for by, connection in broker.connections.items():
        if not _is_client(scene, by):
            continue
        lines = line_states(scene, state, by, broker.name)
        opened = [node for node, shown in lines.items() if shown == "open"]
        assert opened == [connection.node], (state.at_ms, by)
        assert tokens(scene, state, f"{by}/hands")["waits"] == had[by], (state.at_ms, by)
    for by, client in broker.clients.items():
        connection = broker.connections.get(by)
        blocked = len(connection.blocked) if connection is not None else 0
        outbox = tokens(scene, state, f"{by}/outbox")
        assert outbox["waits"] == len(client.outgoing) + blocked, (state.at_ms, by)
        held = sum(each.by == by and each.confirm for each in broker.held.values())
        assert outbox[GHOST] == held, (state.at_ms, by)
