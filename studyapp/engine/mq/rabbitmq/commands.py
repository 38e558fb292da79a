"""Actions that AWS does not have: faults of a RabbitMQ broker's nodes, and the assumed times."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Actions, action
from studyapp.engine.limits.rabbitmq import TIMES_MAX_MS
from studyapp.engine.mq.rabbitmq.cluster import Broker, Node
from studyapp.engine.mq.rabbitmq.finding import broker_named
from studyapp.engine.mq.rabbitmq.node_events import ClusterTimesChanged, MemoryAlarmRaised
from studyapp.engine.mq.rabbitmq.nodes import (
    clear_memory_alarm,
    isolate_node,
    rejoin_node,
    return_node,
    stop_node,
)
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def _node(world: "World", broker: str, node: str) -> tuple[Broker, Node]:
    target = broker_named(world, broker)
    found = target.nodes.get(node)
    if found is None:
        known = ", ".join(target.nodes)
        raise Refused("rabbit-node-not-found", broker=broker, node=node[:80], known=known)
    return target, found


def _running(world: "World", broker: str, node: str) -> tuple[Broker, Node]:
    target, found = _node(world, broker, node)
    if not found.running:
        raise Refused("rabbit-node-does-not-run", node=node)
    return target, found


def _check_time(parameter: str, value: int, low: int = 0) -> None:
    if not low <= value <= TIMES_MAX_MS:
        raise Refused("rabbit-time-out-of-range", parameter=parameter, low=low, high=TIMES_MAX_MS)


def crash_node(
    world: "World", by: str, *, broker: str, node: str, back_after_ms: int | None = None
) -> None:
    """A node stops at once. It stays down until RestoreNode, or starts again after `back_after_ms`.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-node-not-found, rabbit-node-does-not-run, rabbit-time-out-of-range.
    """
    target, found = _running(world, broker, node)
    if back_after_ms is not None:
        _check_time("back_after_ms", back_after_ms)
    after_ms = -1 if back_after_ms is None else back_after_ms
    stop_node(world, target, found, "crashed", world.cause, after_ms)


def restore_node(world: "World", by: str, *, broker: str, node: str) -> None:
    """Start a stopped node.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-node-not-found, rabbit-node-runs, rabbit-zone-is-down.
    """
    target, found = _node(world, broker, node)
    if found.running:
        raise Refused("rabbit-node-runs", node=node)
    if found.zone in world.mq.zones.down:
        raise Refused("rabbit-zone-is-down", zone=found.zone)
    return_node(world, target, found, "restored", world.cause)


def partition_node(world: "World", by: str, *, broker: str, node: str) -> None:
    """Cut a node of a cluster off from the other nodes; its clients stay connected to it (RMQ-X04).

    Raises:
        Refused: rabbit-broker-not-found, rabbit-node-not-found, rabbit-node-does-not-run, rabbit-node-isolated,
            rabbit-not-a-cluster.
    """
    target, found = _running(world, broker, node)
    if len(target.nodes) == 1:
        raise Refused("rabbit-not-a-cluster", broker=broker)
    if found.isolated:
        raise Refused("rabbit-node-isolated", node=node)
    isolate_node(world, target, found, world.cause)


def heal_partition(world: "World", by: str, *, broker: str, node: str) -> None:
    """The node reaches the others again.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-node-not-found, rabbit-node-not-isolated.
    """
    target, found = _node(world, broker, node)
    if not found.isolated:
        raise Refused("rabbit-node-not-isolated", node=node)
    rejoin_node(world, target, found, world.cause)


def raise_memory_alarm(world: "World", by: str, *, broker: str, node: str | None = None) -> None:
    """A node (the first one that runs, unless named) has too little memory: all publishers wait (MQ-X15).

    Raises:
        Refused: rabbit-broker-not-found, rabbit-node-not-found, rabbit-node-does-not-run,
            rabbit-memory-alarm-is-on.
    """
    target = broker_named(world, broker)
    chosen = node
    if chosen is None:
        running = (each.name for each in target.nodes.values() if each.running)
        chosen = next(running, next(iter(target.nodes)))
    _, found = _running(world, broker, chosen)
    if found.memory_alarm:
        raise Refused("rabbit-memory-alarm-is-on", node=chosen)
    world.record(MemoryAlarmRaised(world.now_ms, world.cause, "", target.name, chosen))


def end_memory_alarm(world: "World", by: str, *, broker: str, node: str | None = None) -> None:
    """A node (the first one with an alarm, unless named) has memory again.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-node-not-found, rabbit-memory-alarm-is-off.
    """
    target = broker_named(world, broker)
    chosen = node
    if chosen is None:
        short = (each.name for each in target.nodes.values() if each.memory_alarm)
        chosen = next(short, next(iter(target.nodes)))
    _, found = _node(world, broker, chosen)
    if not found.memory_alarm:
        raise Refused("rabbit-memory-alarm-is-off", node=chosen)
    clear_memory_alarm(world, target, found, "cleared", world.cause)


def set_cluster_times(
    world: "World",
    by: str,
    *,
    broker: str,
    election_ms: int | None = None,
    catch_up_ms: int | None = None,
    node_restart_ms: int | None = None,
    publish_hold_max_ms: int | None = None,
) -> None:
    """Change what the simulator assumes, from the next election, catching up, restart or held publish on.

    Raises:
        Refused: rabbit-broker-not-found, rabbit-time-out-of-range (1 ms to one day).
    """
    target = broker_named(world, broker)
    times = {
        "election_ms": (election_ms, target.election_ms),
        "catch_up_ms": (catch_up_ms, target.catch_up_ms),
        "node_restart_ms": (node_restart_ms, target.node_restart_ms),
        "publish_hold_max_ms": (publish_hold_max_ms, target.hold_max_ms),
    }
    after = []
    for name, (given, before) in times.items():
        if given is not None:
            _check_time(name, given, 1)
        after.append(before if given is None else given)
    world.record(ClusterTimesChanged(world.now_ms, world.cause, "", target.name, *after))


ACTIONS: Actions = {
    "sim.CrashNode": action(crash_node),
    "sim.RestoreNode": action(restore_node),
    "sim.PartitionNode": action(partition_node),
    "sim.HealPartition": action(heal_partition),
    "sim.RaiseMemoryAlarm": action(raise_memory_alarm),
    "sim.ClearMemoryAlarm": action(end_memory_alarm),
    "sim.SetClusterTimes": action(set_cluster_times),
}
