"""Who serves: instances that stop and start, the lock of the store, and each stage of a failover.

See "Failover step by step" and AMQ-X02, AMQ-X03 of the ledger. The order of a hard failover: the instance stops,
the file system lets its lock lapse, the standby acquires it at its next try, reads the journal and opens its
connectors. Clients notice by themselves and connect again (`connecting.py`).
"""

from typing import TYPE_CHECKING

from studyapp.engine.mq.activemq.broker import (
    ACTIVE,
    DOWN,
    PAIR,
    RECOVERING,
    STANDBY,
    Broker,
    Instance,
    endpoint_name,
)
from studyapp.engine.mq.activemq.connecting import lose
from studyapp.engine.mq.activemq.events import (
    BrokerRebooted,
    BrokerRebooting,
    ConnectorsOpened,
    InstanceHealed,
    InstanceStarted,
    InstanceStopped,
    JournalRecovered,
    LockAcquired,
    LockAttempted,
    LockReleased,
    MessagesLostWithInstance,
    SendFailed,
)
from studyapp.engine.mq.activemq.line import PLAIN
from studyapp.engine.mq.activemq.sending import go_on
from studyapp.engine.mq.events import ZoneLost, ZoneRestored

if TYPE_CHECKING:
    from studyapp.engine.world import World


def stop(
    world: "World",
    broker: Broker,
    instance: Instance,
    reason: str,
    hard: bool,
    back_after_ms: int,
    cause: int,
) -> None:
    """An instance stops; one that nobody reaches cannot say goodbye. `back_after_ms` -1: not by itself."""
    hard = hard or instance.cut >= 0
    serving = instance.state == ACTIVE
    had_lock = broker.lock_holder == instance.name and instance.state in (ACTIVE, RECOVERING)
    lost = []
    homeless: list[tuple[str, str, bool]] = []
    if serving:
        for line in broker.lines.values():
            if line.memory_only:
                ids = tuple(held.message_id for held in line.memory_only.values())
                why = "not-durable" if line.kind == PLAIN else "not-persistent"
                lost.append((why, line.destination, line.name, ids))
        homeless = [
            (by, id, outgoing.persistent)
            for id, (by, outgoing) in broker.inbox.items()
            if by not in broker.clients
        ]
    back_at_ms = world.now_ms + back_after_ms if back_after_ms >= 0 else -1
    number = world.record(
        InstanceStopped(
            world.now_ms,
            cause,
            reason,
            broker.name,
            instance.name,
            instance.zone,
            hard,
            serving,
            back_at_ms,
        )
    )
    for why, destination, line_name, ids in lost:
        world.record(
            MessagesLostWithInstance(
                world.now_ms, number, why, broker.name, destination, line_name, ids
            )
        )
    for by, id, persistent in homeless:
        world.record(
            SendFailed(
                world.now_ms, number, "instance-stopped", broker.name, by, id, False, persistent
            )
        )
    if not hard:
        for client in tuple(broker.clients.values()):
            if client.node == instance.name and client.silent < 0:
                lose(world, broker, client, "closed-by-broker", number)
    if had_lock and (not hard or broker.storage_type != "EFS"):
        why = "host-gone" if hard else "clean-stop"
        world.record(LockReleased(world.now_ms, number, why, broker.name, instance.name))


def start(world: "World", broker: Broker, instance: Instance, reason: str, cause: int) -> None:
    """An instance runs again, as standby or, if nobody has the store, on its way to be the active one."""
    number = world.record(
        InstanceStarted(world.now_ms, cause, reason, broker.name, instance.name, instance.zone)
    )
    if instance.cut < 0:
        for client in tuple(broker.clients.values()):
            if client.node == instance.name:
                lose(world, broker, client, "connection-reset", number)
    if broker.rebooting == instance.name and broker.deployment_mode == PAIR:
        world.record(BrokerRebooted(world.now_ms, number, "", broker.name, instance.name))
    if instance.cut < 0:
        _want_lock(world, broker, instance, number)


def _want_lock(world: "World", broker: Broker, instance: Instance, cause: int) -> None:
    """A standby tries to get the lock, and if it has to, again and again until the holder is well."""
    holder = broker.instances.get(broker.lock_holder)
    if holder is None:
        recovered_at_ms = world.now_ms + broker.times.recovery_ms
        world.record(
            LockAcquired(world.now_ms, cause, "", broker.name, instance.name, recovered_at_ms)
        )
    elif holder.state not in (ACTIVE, RECOVERING) or holder.cut >= 0:
        next_at_ms = world.now_ms + broker.times.lock_attempt_ms
        world.record(
            LockAttempted(
                world.now_ms,
                cause,
                "lock-held",
                broker.name,
                instance.name,
                holder.name,
                next_at_ms,
            )
        )


def reboot(world: "World", broker: Broker, instance: Instance) -> None:
    """RebootBroker: the active instance stops cleanly and comes back."""
    number = world.record(
        BrokerRebooting(world.now_ms, world.cause, "", broker.name, instance.name)
    )
    stop(world, broker, instance, "rebooting", False, broker.times.replacement_ms, number)


# Alarms


def try_lock(world: "World", broker_name: str, instance_name: str, since: int) -> None:
    """A standby tries to get the lock."""
    broker = world.mq.activemq.brokers.get(broker_name)
    instance = broker.instances.get(instance_name) if broker is not None else None
    if (
        broker is not None
        and instance is not None
        and instance.since == since
        and instance.state == STANDBY
        and instance.cut < 0
        and instance.attempt_at_ms == world.now_ms
    ):
        _want_lock(world, broker, instance, world.cause)


def end_lock(world: "World", broker_name: str, number: int) -> None:
    """The file system takes the lock from an instance that it has not heard of; if that runs, it stops (AMQ-X02)."""
    broker = world.mq.activemq.brokers.get(broker_name)
    if broker is None or broker.lapsing != number:
        return
    instance = broker.instances[broker.lock_holder]
    released = world.record(
        LockReleased(world.now_ms, world.cause, "lock-lapsed", broker.name, instance.name)
    )
    if instance.state in (ACTIVE, RECOVERING):
        stop(world, broker, instance, "lock-lost", True, -1, released)


def end_recovery(world: "World", broker_name: str, instance_name: str, since: int) -> None:
    """The journal has been read."""
    broker = world.mq.activemq.brokers.get(broker_name)
    instance = broker.instances.get(instance_name) if broker is not None else None
    if (
        broker is not None
        and instance is not None
        and instance.since == since
        and instance.state == RECOVERING
        and instance.cut < 0
    ):
        _open(world, broker, instance, world.cause)


def _open(world: "World", broker: Broker, instance: Instance, cause: int) -> None:
    recovered = world.record(JournalRecovered(world.now_ms, cause, "", broker.name, instance.name))
    endpoint = endpoint_name(broker, instance.name)
    opened = world.record(
        ConnectorsOpened(world.now_ms, recovered, "", broker.name, instance.name, endpoint)
    )
    if broker.rebooting == instance.name:
        world.record(BrokerRebooted(world.now_ms, opened, "", broker.name, instance.name))


def come_back(world: "World", broker_name: str, instance_name: str, since: int) -> None:
    """A stopped instance has been started again or replaced; in a zone that is down it waits for the zone."""
    broker = world.mq.activemq.brokers.get(broker_name)
    instance = broker.instances.get(instance_name) if broker is not None else None
    if broker is None or instance is None or instance.since != since:
        return
    if instance.zone not in world.mq.zones.down:
        reason = "rebooted" if instance.down_reason == "rebooting" else "replaced"
        start(world, broker, instance, reason, world.cause)


def notice_silence(world: "World", broker_name: str, instance_name: str, number: int) -> None:
    """Clients have heard nothing for the inactivity limit and give their connections up (AMQ-X03)."""
    broker = world.mq.activemq.brokers.get(broker_name)
    if broker is None:
        return
    for client in tuple(broker.clients.values()):
        if client.node == instance_name and client.silent == number:
            lose(world, broker, client, "inactivity", world.cause)


def heal_network(world: "World", broker_name: str, instance_name: str, number: int) -> None:
    """The network reaches an instance again: it goes on, or starts anew if it has lost the lock meanwhile."""
    broker = world.mq.activemq.brokers.get(broker_name)
    instance = broker.instances.get(instance_name) if broker is not None else None
    if broker is None or instance is None or instance.cut != number:
        return
    healed = world.record(InstanceHealed(world.now_ms, world.cause, "", broker.name, instance.name))
    if instance.state == DOWN:
        if instance.down_reason == "lock-lost" and instance.zone not in world.mq.zones.down:
            start(world, broker, instance, "network-healed", healed)
    elif instance.state == STANDBY:
        _want_lock(world, broker, instance, healed)
    elif instance.state == RECOVERING:
        if instance.recovered_at_ms <= world.now_ms:
            _open(world, broker, instance, healed)
    else:
        go_on(world, broker, healed)


# Reactions


def lose_zone(world: "World", event: ZoneLost, number: int) -> None:
    for broker in tuple(world.mq.activemq.brokers.values()):
        for instance in broker.instances.values():
            if instance.zone == event.zone and instance.state != DOWN:
                stop(world, broker, instance, "zone-lost", True, -1, number)


def restore_zone(world: "World", event: ZoneRestored, number: int) -> None:
    for broker in tuple(world.mq.activemq.brokers.values()):
        for instance in broker.instances.values():
            if instance.zone == event.zone and instance.state == DOWN:
                start(world, broker, instance, "zone-restored", number)
