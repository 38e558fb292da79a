"""Actions that AWS does not have: faults of an ActiveMQ broker, its assumed times and capacity."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Actions, action
from studyapp.engine.limits.mq import CAPACITY_MAX_PER_SECOND, TIMES_MAX_MS
from studyapp.engine.mq.activemq.broker import DOWN, Broker, Instance
from studyapp.engine.mq.activemq.connecting import unsubscribe
from studyapp.engine.mq.activemq.events import (
    CapacityChanged,
    FailoverTimesChanged,
    InstanceCut,
)
from studyapp.engine.mq.activemq.failover import start, stop
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def broker_named(world: "World", name: str) -> Broker:
    """Raises Refused: broker-not-found, not-an-activemq-broker."""
    brokers = world.mq.activemq.brokers
    broker = brokers.get(name) or brokers.get(short(name))
    if broker is None:
        known = world.mq.rabbitmq.brokers
        if name in known or short(name) in known:
            raise Refused("not-an-activemq-broker", broker=short(name)[:80])
        raise Refused("broker-not-found", broker=short(name)[:80])
    return broker


def _instance(world: "World", broker: str, name: str) -> tuple[Broker, Instance]:
    """An instance by its name, or the one with the lock for ""."""
    target = broker_named(world, broker)
    chosen = name or target.lock_holder or next(iter(target.instances))
    found = target.instances.get(chosen)
    if found is None:
        known = ", ".join(target.instances)
        raise Refused("instance-not-found", broker=target.name, instance=name[:80], known=known)
    return target, found


def _time(parameter: str, value: int, low: int = 0) -> int:
    if not low <= value <= TIMES_MAX_MS:
        raise Refused("failover-time-wrong", parameter=parameter, low=low, high=TIMES_MAX_MS)
    return value


def crash_broker(
    world: "World", by: str, *, broker: str, instance: str = "", back_after_ms: int | None = None
) -> None:
    """An instance (the one that holds the store, unless named) stops without a goodbye.

    It is replaced after the assumed time or `back_after_ms`; -1 is never.

    Raises:
        Refused: broker-not-found, not-an-activemq-broker, instance-not-found, instance-does-not-run,
            failover-time-wrong.
    """
    target, found = _instance(world, broker, instance)
    if found.state == DOWN:
        raise Refused("instance-does-not-run", instance=found.name)
    after_ms = target.times.replacement_ms
    if back_after_ms is not None:
        after_ms = _time("back_after_ms", back_after_ms, -1)
    stop(world, target, found, "crashed", True, after_ms, world.cause)


def restore_broker(world: "World", by: str, *, broker: str, instance: str = "") -> None:
    """Start a stopped instance now (the first one that is down, unless named).

    Raises:
        Refused: broker-not-found, not-an-activemq-broker, instance-not-found, instance-runs, zone-is-down.
    """
    target = broker_named(world, broker)
    if not instance:
        down = (each.name for each in target.instances.values() if each.state == DOWN)
        instance = next(down, next(iter(target.instances)))
    target, found = _instance(world, broker, instance)
    if found.state != DOWN:
        raise Refused("instance-runs", instance=found.name)
    if found.zone in world.mq.zones.down:
        raise Refused("zone-is-down", zone=found.zone)
    start(world, target, found, "restored", world.cause)


def partition_instance(
    world: "World", by: str, *, broker: str, duration_ms: int, instance: str = ""
) -> None:
    """For a time an instance (the one that holds the store, unless named) reaches neither clients nor the store.

    Raises:
        Refused: broker-not-found, not-an-activemq-broker, instance-not-found, instance-does-not-run,
            instance-is-cut, failover-time-wrong.
    """
    target, found = _instance(world, broker, instance)
    _time("duration_ms", duration_ms, 1)
    if found.state == DOWN:
        raise Refused("instance-does-not-run", instance=found.name)
    if found.cut >= 0:
        raise Refused("instance-is-cut", instance=found.name)
    heals_at_ms = world.now_ms + duration_ms
    world.record(InstanceCut(world.now_ms, world.cause, "", target.name, found.name, heals_at_ms))


def set_failover_times(
    world: "World",
    by: str,
    *,
    broker: str,
    lock_lapse_ms: int | None = None,
    lock_attempt_ms: int | None = None,
    inactivity_ms: int | None = None,
    planned_ms: int | None = None,
    recovery_ms: int | None = None,
    replacement_ms: int | None = None,
    confirm_ms: int | None = None,
) -> None:
    """Change how long the stages of a failover take, and a confirmation, from their next beginning on.

    Raises:
        Refused: broker-not-found, not-an-activemq-broker, failover-time-wrong.
    """
    target = broker_named(world, broker)
    times = target.times

    def chosen(parameter: str, value: int | None, before: int, low: int) -> int:
        return before if value is None else _time(parameter, value, low)

    world.record(
        FailoverTimesChanged(
            world.now_ms,
            world.cause,
            "",
            target.name,
            chosen("lock_lapse_ms", lock_lapse_ms, times.lock_lapse_ms, 0),
            chosen("lock_attempt_ms", lock_attempt_ms, times.lock_attempt_ms, 100),
            chosen("inactivity_ms", inactivity_ms, times.inactivity_ms, 0),
            chosen("planned_ms", planned_ms, times.planned_ms, 0),
            chosen("recovery_ms", recovery_ms, times.recovery_ms, 0),
            chosen("replacement_ms", replacement_ms, times.replacement_ms, 0),
            chosen("confirm_ms", confirm_ms, times.confirm_ms, 0),
        )
    )


def set_broker_capacity(world: "World", by: str, *, broker: str, messages_per_second: int) -> None:
    """Let a broker take at most so many messages per second; its producers wait. 0 is no limit.

    Raises:
        Refused: broker-not-found, not-an-activemq-broker, capacity-wrong.
    """
    target = broker_named(world, broker)
    if not 0 <= messages_per_second <= CAPACITY_MAX_PER_SECOND:
        raise Refused("capacity-wrong", high=CAPACITY_MAX_PER_SECOND)
    world.record(CapacityChanged(world.now_ms, world.cause, "", target.name, messages_per_second))


def end_subscription(world: "World", by: str, *, broker: str, subscription: str) -> None:
    """End a durable subscription that has no consumer now; what it kept is gone (AMQ-X09).

    Raises:
        Refused: broker-not-found, not-an-activemq-broker, client-not-connected,
            durable-subscription-not-found, subscription-in-use.
    """
    unsubscribe(world, broker_named(world, broker), by, subscription)


ACTIONS: Actions = {
    "mq.Unsubscribe": action(end_subscription),
    "sim.CrashBroker": action(crash_broker),
    "sim.RestoreBroker": action(restore_broker),
    "sim.PartitionInstance": action(partition_instance),
    "sim.SetFailoverTimes": action(set_failover_times),
    "sim.SetBrokerCapacity": action(set_broker_capacity),
}
