"""The actions of Amazon MQ that both engines share, and those of a client who acts by hand."""

import re
from typing import TYPE_CHECKING

from studyapp.engine.calls import Actions, Entries, Texts, action
from studyapp.engine.limits.mq import (
    ACTIVE_STANDBY_INSTANCES,
    BROKER_NAME_MAX_CHARACTERS,
    BROKERS_MAX_PER_REGION,
    CLUSTER_NODES,
    PREFETCH_MAX,
    RETRY_MAX_MS,
    TIME_TO_LIVE_MAX_MS,
)
from studyapp.engine.mq import clients
from studyapp.engine.mq.clients import ENGINES, engine_of
from studyapp.engine.mq.engines import BrokerDescription
from studyapp.engine.mq.events import BrokerCreated
from studyapp.engine.mq.zones import ZONES
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

SINGLE, PAIR, CLUSTER = "SINGLE_INSTANCE", "ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"
# MQ-X01: which engine has which mode, and how many servers it has.
_MODES = {"ACTIVEMQ": (SINGLE, PAIR), "RABBITMQ": (SINGLE, CLUSTER)}
_SERVERS = {SINGLE: 1, PAIR: ACTIVE_STANDBY_INSTANCES, CLUSTER: CLUSTER_NODES}
_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{BROKER_NAME_MAX_CHARACTERS}}}")
_INSTANCE_TYPE = re.compile(r"mq\.[a-z0-9]{1,10}\.[a-z0-9]{1,12}")


def create_broker(
    world: "World",
    by: str,
    *,
    broker_name: str,
    engine_type: str,
    deployment_mode: str = SINGLE,
    host_instance_type: str = "mq.m5.large",
    storage_type: str | None = None,
    subnet_ids: Texts | None = None,
    engine_version: str | None = None,
    publicly_accessible: bool = False,
    auto_minor_version_upgrade: bool = True,
    users: Entries | None = None,
) -> BrokerDescription:
    """CreateBroker. The broker runs at once.

    A subnet is told by the zone at the end of its name ("subnet-a", or "a"); without `subnet_ids` servers stand in
    the zones "a", "b", "c" in turn (MQ-45). Version, access, upgrades and users are accepted and change nothing.

    Raises:
        Refused: broker-name-wrong, broker-name-taken, too-many-brokers, engine-type-wrong, deployment-mode-wrong
            (MQ-X01), instance-type-wrong, storage-type-wrong (MQ-15, MQ-X02), zones-wrong, zone-is-down.
    """
    if _NAME.fullmatch(broker_name) is None:
        raise Refused("broker-name-wrong", broker=broker_name[:80])
    if engine_type not in ENGINES:
        raise Refused("engine-type-wrong", engine_type=engine_type[:80])
    known = _MODES[engine_type]
    if deployment_mode not in known:
        raise Refused(
            "deployment-mode-wrong",
            deployment_mode=deployment_mode[:80],
            engine_type=engine_type,
            known=", ".join(known),
        )
    storage = _storage(engine_type, deployment_mode, host_instance_type, storage_type)
    zones = _zones(world, deployment_mode, subnet_ids)
    brokers = [name for engine in ENGINES.values() for name in engine.brokers(world)]
    if broker_name in brokers:
        raise Refused("broker-name-taken", broker=broker_name)
    if len(brokers) >= BROKERS_MAX_PER_REGION:
        raise Refused("too-many-brokers", limit=BROKERS_MAX_PER_REGION)
    servers = tuple((str(place), zone) for place, zone in enumerate(zones, 1))
    world.record(
        BrokerCreated(
            world.now_ms,
            world.cause,
            "",
            broker_name,
            engine_type,
            deployment_mode,
            servers,
            storage,
        )
    )
    return ENGINES[engine_type].describe(world, broker_name)


def _storage(engine_type: str, mode: str, instance_type: str, storage: str | None) -> str:
    """EFS is ActiveMQ's default and the only choice for a pair; EBS needs a single mq.m5; RabbitMQ has EBS."""
    if _INSTANCE_TYPE.fullmatch(instance_type) is None or (
        mode == CLUSTER and instance_type == "mq.t3.micro"
    ):
        raise Refused(
            "instance-type-wrong", host_instance_type=instance_type[:80], deployment_mode=mode
        )
    if engine_type == "RABBITMQ":
        known: tuple[str, ...] = ("EBS",)
    elif mode == SINGLE and instance_type.startswith("mq.m5."):
        known = ("EFS", "EBS")
    else:
        known = ("EFS",)
    if storage is None:
        return known[0]
    if storage not in known:
        raise Refused(
            "storage-type-wrong",
            storage_type=storage[:80],
            engine_type=engine_type,
            deployment_mode=mode,
            host_instance_type=instance_type,
            known=", ".join(known),
        )
    return storage


def _zones(world: "World", mode: str, subnet_ids: Texts | None) -> tuple[str, ...]:
    count = _SERVERS[mode]
    zones = ZONES[:count] if subnet_ids is None else tuple(each[-1:] for each in subnet_ids)
    if (
        len(zones) != count
        or any(zone not in ZONES for zone in zones)
        or len(dict.fromkeys(zones)) != count
    ):
        expected = "one subnet" if count == 1 else f"{count} subnets"
        raise Refused("zones-wrong", deployment_mode=mode, expected=expected)
    for zone in zones:
        if zone in world.mq.zones.down:
            raise Refused("zone-is-down", zone=zone)
    return zones


def describe_broker(world: "World", by: str, *, broker: str) -> BrokerDescription:
    """DescribeBroker.

    Raises:
        Refused: broker-not-found.
    """
    engine, name = engine_of(world, broker)
    return engine.describe(world, name)


def list_brokers(world: "World", by: str) -> tuple[BrokerDescription, ...]:
    """ListBrokers, in the order of making within each engine."""
    return tuple(
        engine.describe(world, name)
        for engine in ENGINES.values()
        for name in engine.brokers(world)
    )


def reboot_broker(world: "World", by: str, *, broker: str) -> None:
    """RebootBroker. On an active/standby pair the standby takes over (MQ-X07).

    Raises:
        Refused: broker-not-found; broker-not-running in any state but RUNNING.
    """
    engine, name = engine_of(world, broker)
    state = engine.describe(world, name).state
    if state != "RUNNING":
        raise Refused("broker-not-running", broker=name, state=state)
    engine.reboot(world, name)


def delete_broker(world: "World", by: str, *, broker: str) -> None:
    """DeleteBroker. The broker and all it holds are gone at once.

    Raises:
        Refused: broker-not-found.
    """
    engine, name = engine_of(world, broker)
    engine.delete(world, name)


def send(
    world: "World",
    by: str,
    *,
    broker: str,
    destination: str,
    body: str,
    destination_type: str = "queue",
    persistent: bool = True,
    time_to_live_ms: int = 0,
) -> str:
    """Send a message as a client. Returns its id. `time_to_live_ms` 0 is for ever (MQ-X16).

    Raises:
        Refused: broker-not-found, destination-type-wrong, time-to-live-wrong, and what the engine refuses.
    """
    _destination_type(destination_type)
    if not 0 <= time_to_live_ms <= TIME_TO_LIVE_MAX_MS:
        raise Refused("time-to-live-wrong", value=time_to_live_ms, limit=TIME_TO_LIVE_MAX_MS)
    return clients.send(
        world, broker, by, destination, destination_type, body, persistent, time_to_live_ms or -1
    )


def connect(
    world: "World",
    by: str,
    *,
    broker: str,
    failover: bool = True,
    endpoint: str = "",
    retry_ms: int = 0,
) -> None:
    """Connect as a client. Connected or ConnectionRefused follows.

    Raises:
        Refused: broker-not-found, endpoint-not-found, retry-wrong, and what the engine refuses.
    """
    if not 0 <= retry_ms <= RETRY_MAX_MS:
        raise Refused("retry-wrong", value=retry_ms, limit=RETRY_MAX_MS)
    clients.connect(world, broker, by, failover, endpoint, retry_ms)


def disconnect(world: "World", by: str, *, broker: str) -> None:
    """Close the connection; what was not acknowledged goes back.

    Raises:
        Refused: broker-not-found.
    """
    clients.disconnect(world, broker, by, "closed-by-client")


def subscribe(
    world: "World",
    by: str,
    *,
    broker: str,
    destination: str,
    destination_type: str = "queue",
    subscription: str = "",
    acknowledgement: str = "individual",
    prefetch: int = -1,
) -> str:
    """Consume a queue or topic; messages arrive as MessageDispatched. Returns the consumer's tag.

    `subscription` names a durable subscription to a topic. `prefetch` -1 is the engine's default (AMQ-X08).

    Raises:
        Refused: broker-not-found, destination-type-wrong, acknowledgement-wrong, prefetch-wrong, and what the engine
            refuses.
    """
    _destination_type(destination_type)
    if acknowledgement not in clients.ACKNOWLEDGEMENTS:
        known = ", ".join(clients.ACKNOWLEDGEMENTS)
        raise Refused("acknowledgement-wrong", value=acknowledgement[:80], known=known)
    if not -1 <= prefetch <= PREFETCH_MAX:
        raise Refused("prefetch-wrong", value=prefetch, limit=PREFETCH_MAX)
    return clients.subscribe(
        world, broker, by, destination, destination_type, subscription, acknowledgement, prefetch
    )


def acknowledge(world: "World", by: str, *, broker: str, delivery_tag: int) -> None:
    """Be done with a delivery; with "client" and "transacted" also with all before it (AMQ-X07).

    Raises:
        Refused: broker-not-found, and what the engine refuses.
    """
    clients.acknowledge(world, broker, by, delivery_tag)


def reject(world: "World", by: str, *, broker: str, delivery_tag: int) -> None:
    """Give a delivery back as failed: rollback or recover in JMS (AMQ-X05), a negative answer in RabbitMQ.

    Raises:
        Refused: broker-not-found, and what the engine refuses.
    """
    clients.reject(world, broker, by, delivery_tag)


def _destination_type(value: str) -> None:
    if value not in clients.DESTINATION_TYPES:
        raise Refused("destination-type-wrong", value=value[:80])


ACTIONS: Actions = {
    "mq.CreateBroker": action(create_broker),
    "mq.DescribeBroker": action(describe_broker),
    "mq.ListBrokers": action(list_brokers),
    "mq.RebootBroker": action(reboot_broker),
    "mq.DeleteBroker": action(delete_broker),
    "mq.Connect": action(connect),
    "mq.Disconnect": action(disconnect),
    "mq.Send": action(send),
    "mq.Subscribe": action(subscribe),
    "mq.Acknowledge": action(acknowledge),
    "mq.Reject": action(reject),
}
