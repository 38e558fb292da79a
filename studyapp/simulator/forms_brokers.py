"""Forms for the actions of Amazon MQ, and for what goes wrong with brokers and zones."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from studyapp.engine.limits.mq import CAPACITY_MAX_PER_SECOND
from studyapp.engine.mq.activemq.broker import DOWN, Instance
from studyapp.engine.mq.clients import DESTINATION_TYPES, ENGINES
from studyapp.engine.mq.rabbitmq.cluster import Node
from studyapp.engine.mq.zones import ZONES
from studyapp.engine.world import World
from studyapp.simulator.forms_parts import (
    BROKER,
    NAME,
    ActionForm,
    Choice,
    Filled,
    FormField,
    Maker,
    choice,
    chosen,
    form,
    new_name,
    number,
    of_one,
    optional,
    split,
    text,
    yes_no,
)
from studyapp.simulator.forms_queues import MESSAGE

SERVER, ZONE = _("server"), _("Availability Zone")
DESTINATION, DESTINATION_TYPE = _("destination"), _("kind of destination")
_CUT_MAX_MS = 3_600_000
_LAPSE_MAX_MS = 600_000


def brokers(world: World) -> list[str]:
    return [name for engine in ENGINES.values() for name in engine.brokers(world)]


def destinations(world: World) -> list[str]:
    """The queues and topics of every broker."""
    found: dict[str, None] = {}
    for broker in world.mq.activemq.brokers.values():
        found |= dict.fromkeys(
            line.partition(":")[2] for line in broker.lines if line[:6] == "queue:"
        )
        found |= dict.fromkeys(broker.topics)
    for cluster in world.mq.rabbitmq.brokers.values():
        found |= dict.fromkeys(cluster.queues)
    return list(found)


def send(world: World) -> ActionForm:
    known = destinations(world)
    fields = [
        choice("broker", BROKER, brokers(world)),
        text("destination", DESTINATION, known[0] if known else "orders"),
        choice("destination_type", DESTINATION_TYPE, DESTINATION_TYPES),
        text("body", MESSAGE, "my message"),
        yes_no("persistent", _("persistent"), True),
    ]
    return form("mq.Send", fields, label=_("Send through a broker"))


_MODES = {
    "ACTIVEMQ/SINGLE_INSTANCE": _("ActiveMQ, one server"),
    "ACTIVEMQ/ACTIVE_STANDBY_MULTI_AZ": _("ActiveMQ, active and standby"),
    "RABBITMQ/SINGLE_INSTANCE": _("RabbitMQ, one node"),
    "RABBITMQ/CLUSTER_MULTI_AZ": _("RabbitMQ, cluster of three"),
}


def create_broker(world: World) -> ActionForm:
    modes = [Choice(value, label, is_code=False) for value, label in _MODES.items()]
    storage = choice("storage_type", _("storage"), ("EFS", "EBS"))
    fields = [
        new_name("broker_name", NAME, "my-broker", brokers(world)),
        chosen("engine", _("engine and deployment"), modes),
        optional(storage, _("the usual one")),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        engine_type, mode = split(filled["engine"])
        found = {
            "broker_name": filled["broker_name"],
            "engine_type": engine_type,
            "deployment_mode": mode,
        }
        if "storage_type" in filled:
            found["storage_type"] = filled["storage_type"]
        return found

    return form("mq.CreateBroker", fields, build)


# Servers: instances of ActiveMQ, nodes of RabbitMQ


def _instances(world: World) -> dict[str, Instance]:
    return {
        f"{broker.name}/{each.name}": each
        for broker in world.mq.activemq.brokers.values()
        for each in broker.instances.values()
    }


def _nodes(world: World) -> dict[str, Node]:
    return {
        f"{broker.name}/{each.name}": each
        for broker in world.mq.rabbitmq.brokers.values()
        for each in broker.nodes.values()
    }


def _servers(names: list[str], where: Mapping[str, Any]) -> FormField:
    choices = [Choice(name, f"{name.replace('/', ' ')} ({where[name].zone})") for name in names]
    return chosen("server", SERVER, choices)


def _of_server(parameter: str, *more: str) -> Any:
    def build(filled: Filled) -> dict[str, Any]:
        broker, server = split(filled["server"])
        return {"broker": broker, parameter: server, **{name: filled[name] for name in more}}

    return build


def crash_broker(world: World) -> ActionForm:
    found = _instances(world)
    fields = [_servers([name for name, each in found.items() if each.state != DOWN], found)]
    return form("sim.CrashBroker", fields, _of_server("instance"), _("Crash a server"))


def restore_broker(world: World) -> ActionForm:
    found = _instances(world)
    fields = [_servers([name for name, each in found.items() if each.state == DOWN], found)]
    return form("sim.RestoreBroker", fields, _of_server("instance"), _("Start a server again"))


def partition_instance(world: World) -> ActionForm:
    found = _instances(world)
    names = [name for name, each in found.items() if each.state != DOWN and each.cut < 0]
    duration = number("duration_ms", _("for (milliseconds)"), 1, _CUT_MAX_MS, 20_000)
    build = _of_server("instance", "duration_ms")
    label = _("Cut a server off")
    return form("sim.PartitionInstance", [_servers(names, found), duration], build, label)


def _node_form(action: str, label: str, names: list[str], found: dict[str, Node]) -> ActionForm:
    return form(action, [_servers(names, found)], _of_server("node"), label)


def crash_node(world: World) -> ActionForm:
    found = _nodes(world)
    names = [name for name, each in found.items() if each.running]
    return _node_form("sim.CrashNode", _("Crash a node"), names, found)


def restore_node(world: World) -> ActionForm:
    found = _nodes(world)
    names = [name for name, each in found.items() if not each.running]
    return _node_form("sim.RestoreNode", _("Start a node again"), names, found)


def partition_node(world: World) -> ActionForm:
    found = _nodes(world)
    names = [name for name, each in found.items() if each.running and not each.isolated]
    return _node_form("sim.PartitionNode", _("Cut a node off"), names, found)


def heal_partition(world: World) -> ActionForm:
    found = _nodes(world)
    names = [name for name, each in found.items() if each.isolated]
    return _node_form("sim.HealPartition", _("Connect a node again"), names, found)


def lose_zone(world: World) -> ActionForm:
    up = [zone for zone in ZONES if zone not in world.mq.zones.down]
    return form("sim.LoseZone", [choice("zone", ZONE, up)], label=_("Lose a zone"))


def restore_zone(world: World) -> ActionForm:
    down = [zone for zone in ZONES if zone in world.mq.zones.down]
    return form("sim.RestoreZone", [choice("zone", ZONE, down)], label=_("Bring a zone back"))


def set_failover_times(world: World) -> ActionForm:
    known = world.mq.activemq.brokers
    first = next((each.times for each in known.values()), None)
    lapse, recovery = (first.lock_lapse_ms, first.recovery_ms) if first else (30_000, 5_000)
    fields = [
        choice("broker", BROKER, known),
        number("lock_lapse_ms", _("a lost lock lapses after (ms)"), 1, _LAPSE_MAX_MS, lapse),
        number("recovery_ms", _("reading the journal takes (ms)"), 1, _LAPSE_MAX_MS, recovery),
    ]
    return form("sim.SetFailoverTimes", fields, label=_("Set the times of a failover"))


def set_broker_capacity(world: World) -> ActionForm:
    known = world.mq.activemq.brokers
    rate = number(
        "messages_per_second",
        _("messages per second (0: no limit)"),
        0,
        CAPACITY_MAX_PER_SECOND,
        100,
    )
    fields = [choice("broker", BROKER, known), rate]
    return form("sim.SetBrokerCapacity", fields, label=_("Set how much a broker takes"))


FORMS: Mapping[str, Maker] = {
    "mq.Send": send,
    "mq.CreateBroker": create_broker,
    "mq.DescribeBroker": of_one("mq.DescribeBroker", BROKER, brokers),
    "mq.RebootBroker": of_one("mq.RebootBroker", BROKER, brokers),
    "mq.DeleteBroker": of_one("mq.DeleteBroker", BROKER, brokers),
    "sim.CrashBroker": crash_broker,
    "sim.RestoreBroker": restore_broker,
    "sim.PartitionInstance": partition_instance,
    "sim.CrashNode": crash_node,
    "sim.RestoreNode": restore_node,
    "sim.PartitionNode": partition_node,
    "sim.HealPartition": heal_partition,
    "sim.LoseZone": lose_zone,
    "sim.RestoreZone": restore_zone,
    "sim.SetFailoverTimes": set_failover_times,
    "sim.SetBrokerCapacity": set_broker_capacity,
}
