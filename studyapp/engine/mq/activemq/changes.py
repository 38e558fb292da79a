"""What an event changes in the instances, the lock and the settings of a broker."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.limits.mq import (
    CONFIRM_EBS_MS,
    CONFIRM_EFS_MS,
    INACTIVITY_MAX_MS,
    JOURNAL_RECOVERY_MS,
    LOCK_ATTEMPT_EVERY_MS,
    LOCK_LAPSE_MS,
    PLANNED_FAILOVER_MS,
    REPLACEMENT_MS,
)
from studyapp.engine.mq.activemq import failover
from studyapp.engine.mq.activemq.broker import (
    ACTIVE,
    DOWN,
    RECOVERING,
    STANDBY,
    Broker,
    Instance,
    Times,
    forget_line,
)
from studyapp.engine.mq.activemq.events import (
    BrokerRebooted,
    BrokerRebooting,
    CapacityChanged,
    ConnectorsOpened,
    FailoverTimesChanged,
    InstanceCut,
    InstanceHealed,
    InstanceStarted,
    InstanceStopped,
    JournalRecovered,
    LockAcquired,
    LockAttempted,
    LockReleased,
    MessagesLostWithInstance,
)
from studyapp.engine.mq.activemq.line import PLAIN
from studyapp.engine.mq.events import BrokerCreated, BrokerDeleted

if TYPE_CHECKING:
    from studyapp.engine.world import World


def broker_created(world: "World", event: BrokerCreated, number: int) -> None:
    instances = {
        name: Instance(name, zone, STANDBY, number, event.at_ms) for name, zone in event.servers
    }
    active = event.servers[0][0]
    instances[active].state = ACTIVE
    times = Times(
        LOCK_LAPSE_MS,
        LOCK_ATTEMPT_EVERY_MS,
        INACTIVITY_MAX_MS,
        PLANNED_FAILOVER_MS,
        JOURNAL_RECOVERY_MS,
        REPLACEMENT_MS,
        CONFIRM_EFS_MS if event.storage_type == "EFS" else CONFIRM_EBS_MS,
    )
    world.mq.activemq.brokers[event.broker] = Broker(
        event.broker, event.deployment_mode, event.storage_type, instances, times, active
    )


def broker_deleted(world: "World", event: BrokerDeleted, number: int) -> None:
    del world.mq.activemq.brokers[event.broker]


def instance_stopped(world: "World", event: InstanceStopped, number: int) -> None:
    """What the active instance had in its memory is gone: connections, consumers, who has which message."""
    broker = world.mq.activemq.brokers[event.broker]
    instance = broker.instances[event.instance]
    instance.state = DOWN
    instance.since = number
    instance.down_reason = event.reason
    if event.back_at_ms >= 0:
        world.set_alarm(
            event.back_at_ms, number, failover.come_back, broker.name, instance.name, number
        )
    if event.serving:
        _forget(broker)
        if event.hard:
            _silence(world, broker, event.instance, event.at_ms, number)
    if event.hard and broker.lock_holder == event.instance:
        _let_lapse(world, broker, event.at_ms, number)


def _forget(broker: Broker) -> None:
    broker.busy_until_us = 0
    broker.inbox.clear()
    for client in broker.clients.values():
        for outgoing in client.outgoing.values():
            outgoing.due = outgoing.due_at_ms = -1
    for line in tuple(broker.lines.values()):
        for consumer in line.consumers.values():
            consumer.ready = False
            consumer.unacknowledged = 0
        line.consumers.clear()
        line.ready.clear()
        for delivery in line.deliveries.values():
            line.put_back(delivery.held)
        line.deliveries.clear()
        if line.kind == PLAIN:
            forget_line(broker, line.name)


def _silence(world: "World", broker: Broker, instance: str, at_ms: int, number: int) -> None:
    """The clients hear nothing more, and believe in their connections for a while."""
    heard = False
    for client in broker.clients.values():
        if client.node == instance and client.silent < 0:
            client.silent = number
            heard = True
    if heard:
        notice_at_ms = at_ms + broker.times.inactivity_ms
        world.set_alarm(
            notice_at_ms, number, failover.notice_silence, broker.name, instance, number
        )


def _let_lapse(world: "World", broker: Broker, at_ms: int, number: int) -> None:
    """The holder of the lock is not heard of: the file system will take the lock back, others try to get it."""
    if broker.storage_type != "EFS":
        return
    if broker.lapsing < 0:
        broker.lapsing = number
        world.set_alarm(
            at_ms + broker.times.lock_lapse_ms, number, failover.end_lock, broker.name, number
        )
    for instance in broker.instances.values():
        if instance.state == STANDBY and instance.cut < 0 and instance.attempt_at_ms <= at_ms:
            every_ms = broker.times.lock_attempt_ms
            tries = (at_ms - instance.started_ms) // every_ms + 1
            _plan_attempt(world, broker, instance, instance.started_ms + tries * every_ms, number)


def _plan_attempt(
    world: "World", broker: Broker, instance: Instance, at_ms: int, number: int
) -> None:
    instance.attempt_at_ms = at_ms
    world.set_alarm(at_ms, number, failover.try_lock, broker.name, instance.name, instance.since)


def instance_started(world: "World", event: InstanceStarted, number: int) -> None:
    instance = world.mq.activemq.brokers[event.broker].instances[event.instance]
    instance.state = STANDBY
    instance.since = number
    instance.started_ms = event.at_ms
    instance.attempt_at_ms = -1
    instance.down_reason = ""


def instance_cut(world: "World", event: InstanceCut, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    instance = broker.instances[event.instance]
    instance.cut = number
    world.set_alarm(
        event.heals_at_ms, number, failover.heal_network, broker.name, instance.name, number
    )
    if instance.state == ACTIVE:
        _silence(world, broker, instance.name, event.at_ms, number)
    if broker.lock_holder == instance.name:
        _let_lapse(world, broker, event.at_ms, number)


def instance_healed(world: "World", event: InstanceHealed, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    instance = broker.instances[event.instance]
    instance.cut = -1
    if instance.state not in (ACTIVE, RECOVERING):
        return
    broker.lapsing = -1
    for client in broker.clients.values():
        if client.node == instance.name:
            client.silent = -1


def lock_released(world: "World", event: LockReleased, number: int) -> None:
    """After a clean stop the service hands the store over sooner than the next regular try."""
    broker = world.mq.activemq.brokers[event.broker]
    broker.lock_holder = ""
    broker.lapsing = -1
    if event.reason != "clean-stop":
        return
    times = broker.times
    due_ms = event.at_ms + max(0, times.planned_ms - times.recovery_ms)
    for instance in broker.instances.values():
        if instance.state == STANDBY and instance.cut < 0:
            _plan_attempt(world, broker, instance, due_ms, number)


def lock_attempted(world: "World", event: LockAttempted, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    instance = broker.instances[event.instance]
    _plan_attempt(world, broker, instance, event.next_at_ms, number)


def lock_acquired(world: "World", event: LockAcquired, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    instance = broker.instances[event.instance]
    broker.lock_holder = event.instance
    broker.lapsing = -1
    instance.state = RECOVERING
    instance.since = number
    instance.attempt_at_ms = -1
    instance.recovered_at_ms = event.recovered_at_ms
    world.set_alarm(
        event.recovered_at_ms, number, failover.end_recovery, broker.name, instance.name, number
    )


def connectors_opened(world: "World", event: ConnectorsOpened, number: int) -> None:
    instance = world.mq.activemq.brokers[event.broker].instances[event.instance]
    instance.state = ACTIVE
    instance.since = number


def only_remembered(world: "World", event: JournalRecovered, number: int) -> None:
    """ConnectorsOpened, which follows at once, changes the instance."""


def broker_rebooting(world: "World", event: BrokerRebooting, number: int) -> None:
    world.mq.activemq.brokers[event.broker].rebooting = event.instance


def broker_rebooted(world: "World", event: BrokerRebooted, number: int) -> None:
    world.mq.activemq.brokers[event.broker].rebooting = ""


def times_changed(world: "World", event: FailoverTimesChanged, number: int) -> None:
    world.mq.activemq.brokers[event.broker].times = Times(*event[4:])


def capacity_changed(world: "World", event: CapacityChanged, number: int) -> None:
    broker = world.mq.activemq.brokers[event.broker]
    broker.messages_per_second = event.messages_per_second
    if event.messages_per_second == 0:
        broker.busy_until_us = 0


def messages_lost(world: "World", event: MessagesLostWithInstance, number: int) -> None:
    """The line of a topic's consumer ended with the instance; those of queues and durable ones go on."""
    line = world.mq.activemq.brokers[event.broker].lines.get(event.line)
    if line is not None:
        for held in tuple(line.memory_only.values()):
            line.remove(held)


APPLY: Apply = {
    BrokerCreated: broker_created,
    BrokerDeleted: broker_deleted,
    InstanceStopped: instance_stopped,
    InstanceStarted: instance_started,
    InstanceCut: instance_cut,
    InstanceHealed: instance_healed,
    LockReleased: lock_released,
    LockAttempted: lock_attempted,
    LockAcquired: lock_acquired,
    JournalRecovered: only_remembered,
    ConnectorsOpened: connectors_opened,
    BrokerRebooting: broker_rebooting,
    BrokerRebooted: broker_rebooted,
    FailoverTimesChanged: times_changed,
    CapacityChanged: capacity_changed,
    MessagesLostWithInstance: messages_lost,
}
