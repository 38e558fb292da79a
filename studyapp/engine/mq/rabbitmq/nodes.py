"""Nodes that stop, come back, or lose sight of the others (RMQ-X04, X10; "Failover step by step")."""

from typing import TYPE_CHECKING

from studyapp.engine.mq.events import ZoneLost, ZoneRestored
from studyapp.engine.mq.rabbitmq.cluster import Broker, Node, blocked, together
from studyapp.engine.mq.rabbitmq.connecting import lose_connection
from studyapp.engine.mq.rabbitmq.events import MessagesLost
from studyapp.engine.mq.rabbitmq.node_events import (
    FollowerCaughtUp,
    LeaderElected,
    MajorityRestored,
    MemoryAlarmCleared,
    NodeIsolated,
    NodeLost,
    NodeRejoined,
    NodeReturned,
    RebootFinished,
    RebootStarted,
)
from studyapp.engine.mq.rabbitmq.publishing import unblock
from studyapp.engine.mq.rabbitmq.queue import CLASSIC, Queue
from studyapp.engine.mq.rabbitmq.quorum import go_on, review
from studyapp.engine.mq.rabbitmq.removal import remove_queue

if TYPE_CHECKING:
    from studyapp.engine.world import World


def stop_node(
    world: "World", broker: Broker, node: Node, reason: str, cause: int, back_after_ms: int = -1
) -> None:
    """A node stops: its connections are cut, what it led needs a new leader, what only it had is away."""
    was_blocked = blocked(broker)
    back_at_ms = world.now_ms + back_after_ms if back_after_ms >= 0 else -1
    number = world.record(
        NodeLost(world.now_ms, cause, reason, broker.name, node.name, node.zone, back_at_ms)
    )
    for by in tuple(node.connections):
        lose_connection(world, broker, broker.connections[by], "node-lost", number)
    for queue in tuple(broker.queues.values()):
        if queue.queue_type == CLASSIC and queue.home == node.name:
            _lose_what_is_not_kept(world, broker, queue, number)
    _review_all(world, broker, "node-lost", number)
    if was_blocked and not blocked(broker):
        unblock(world, broker, number)


def _lose_what_is_not_kept(world: "World", broker: Broker, queue: Queue, cause: int) -> None:
    """A classic queue's node stopped: a queue that is not durable goes, and messages that are not persistent."""
    if not queue.durable:
        remove_queue(world, broker, queue, "not-durable", cause)
        return
    waiting = [message for _, message in sorted(queue.ready.returned)]
    waiting += queue.ready.fresh
    waiting += [delivery.message for delivery in queue.unacknowledged.values()]
    lost = tuple(message.message_id for message in waiting if not message.persistent)
    if lost:
        world.record(
            MessagesLost(world.now_ms, cause, "not-persistent", broker.name, queue.name, lost)
        )


def return_node(world: "World", broker: Broker, node: Node, reason: str, cause: int) -> None:
    """A stopped node runs again."""
    number = world.record(
        NodeReturned(world.now_ms, cause, reason, broker.name, node.name, node.zone)
    )
    _review_all(world, broker, "node-returned", number)
    reboot_next(world, broker, number)


def isolate_node(world: "World", broker: Broker, node: Node, cause: int) -> None:
    """A running node cannot reach the others any more."""
    number = world.record(NodeIsolated(world.now_ms, cause, "", broker.name, node.name))
    _review_all(world, broker, "node-isolated", number)


def rejoin_node(world: "World", broker: Broker, node: Node, cause: int) -> None:
    """An isolated node reaches the others again."""
    number = world.record(NodeRejoined(world.now_ms, cause, "", broker.name, node.name))
    _review_all(world, broker, "node-rejoined", number)
    reboot_next(world, broker, number)


def _review_all(world: "World", broker: Broker, reason: str, cause: int) -> None:
    """First every queue learns where it stands, then those that work go on: one may give messages to another."""
    for queue in tuple(broker.queues.values()):
        if queue.members:
            review(world, broker, queue, reason, cause)
    for queue in tuple(broker.queues.values()):
        go_on(world, broker, queue, cause)


def clear_memory_alarm(world: "World", broker: Broker, node: Node, reason: str, cause: int) -> None:
    """A node has memory again; publishers go on if no other one is short of it."""
    number = world.record(MemoryAlarmCleared(world.now_ms, cause, reason, broker.name, node.name))
    if not blocked(broker):
        unblock(world, broker, number)


def come_back(world: "World", broker_name: str, node_name: str, stopped: int) -> None:
    """An alarm: a node that was to start again by itself does so."""
    broker = world.mq.rabbitmq.brokers.get(broker_name)
    node = broker.nodes[node_name] if broker is not None else None
    if broker is None or node is None or node.running or node.stopped != stopped:
        return
    if node.zone in world.mq.zones.down:
        return
    reason = "rebooted" if node.down_reason == "rebooting" else "restarted"
    return_node(world, broker, node, reason, world.cause)


def reboot_next(world: "World", broker: Broker, cause: int) -> None:
    """In a reboot the next node stops when all others run and hold everything, so that two always run."""
    if broker.reboot < 0 or len(together(broker)) < len(broker.nodes):
        return
    for queue in broker.queues.values():
        if queue.members and not (
            queue.leader and all(member.in_sync for member in queue.members.values())
        ):
            return
    if broker.rebooting:
        node = broker.nodes[broker.rebooting[0]]
        stop_node(world, broker, node, "rebooting", cause, broker.node_restart_ms)
    else:
        world.record(RebootFinished(world.now_ms, cause, "", broker.name))


def start_reboot(world: "World", broker: Broker) -> None:
    """RebootBroker: node by node (MQ-X07). The door has checked that none is under way."""
    number = world.record(RebootStarted(world.now_ms, world.cause, "", broker.name))
    reboot_next(world, broker, number)


def after_progress(
    world: "World", event: FollowerCaughtUp | LeaderElected | MajorityRestored, number: int
) -> None:
    """A reaction: a reboot may have waited for this."""
    broker = world.mq.rabbitmq.brokers.get(event.broker)
    if broker is not None and broker.reboot >= 0:
        reboot_next(world, broker, number)


def lose_zone(world: "World", event: ZoneLost, number: int) -> None:
    """A reaction: every node in the zone stops."""
    for broker in tuple(world.mq.rabbitmq.brokers.values()):
        for node in broker.nodes.values():
            if node.zone == event.zone and node.running:
                stop_node(world, broker, node, "zone-lost", number)


def restore_zone(world: "World", event: ZoneRestored, number: int) -> None:
    """A reaction: what stopped with the zone, or was to start while it was down, runs again."""
    for broker in tuple(world.mq.rabbitmq.brokers.values()):
        for node in broker.nodes.values():
            if node.zone == event.zone and node.down_reason in ("zone-lost", "rebooting"):
                return_node(world, broker, node, "zone-restored", number)
