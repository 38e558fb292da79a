"""CreateBroker, DescribeBroker, ListBrokers, RebootBroker, DeleteBroker (MQ-15, MQ-X01 to MQ-X03, MQ-X09)."""

from typing import Any

import pytest

from studyapp.engine.log import of_kind
from studyapp.engine.mq.engines import Endpoint
from studyapp.engine.mq.events import BrokerCreated
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.mq.activemq.active_worlds import (
    active,
    broker_world,
    consume,
    do,
    events,
    only,
    send,
)
from tests.support.worlds import same_world

PAIR = {"engine_type": "ACTIVEMQ", "deployment_mode": "ACTIVE_STANDBY_MULTI_AZ"}
SINGLE = {"engine_type": "ACTIVEMQ", "deployment_mode": "SINGLE_INSTANCE"}
RABBIT = {"engine_type": "RABBITMQ", "deployment_mode": "SINGLE_INSTANCE"}
CLUSTER = {"engine_type": "RABBITMQ", "deployment_mode": "CLUSTER_MULTI_AZ"}


def create(world: World, name: str = "new", /, **parameters: Any) -> Any:
    return world.call("mq.CreateBroker", "me", broker_name=name, **parameters)


def test_a_pair_has_two_endpoints_in_two_zones_and_one_of_them_answers() -> None:
    described = create(World(1), **PAIR)
    assert described.endpoints == (Endpoint("new-1", "a", True), Endpoint("new-2", "b", False))
    assert (described.state, described.storage_type) == ("RUNNING", "EFS")
    assert described.deployment_mode == "ACTIVE_STANDBY_MULTI_AZ"


@pytest.mark.parametrize(
    ("parameters", "servers", "storage"),
    [
        (SINGLE, (("1", "a"),), "EFS"),
        ({**SINGLE, "storage_type": "EBS"}, (("1", "a"),), "EBS"),
        ({**SINGLE, "subnet_ids": ["subnet-c"]}, (("1", "c"),), "EFS"),
        (PAIR, (("1", "a"), ("2", "b")), "EFS"),
        ({**PAIR, "subnet_ids": ["c", "a"]}, (("1", "c"), ("2", "a")), "EFS"),
        (RABBIT, (("1", "a"),), "EBS"),
        (CLUSTER, (("1", "a"), ("2", "b"), ("3", "c")), "EBS"),
        ({"engine_type": "ACTIVEMQ", "host_instance_type": "mq.t3.micro"}, (("1", "a"),), "EFS"),
    ],
)
def test_where_servers_stand_and_what_they_store_on(
    parameters: dict[str, Any], servers: Any, storage: str
) -> None:
    world = World(1)
    create(world, **parameters)
    event = of_kind(world.log, BrokerCreated)[0]
    assert (event.servers, event.storage_type) == (servers, storage)


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("", PAIR, "broker-name-wrong"),
        ("a" * 51, PAIR, "broker-name-wrong"),
        ("a b", PAIR, "broker-name-wrong"),
        ("bröker", PAIR, "broker-name-wrong"),
        ("b", PAIR, "broker-name-taken"),
        ("b", CLUSTER, "broker-name-taken"),
        ("new", {"engine_type": "ActiveMQ"}, "engine-type-wrong"),
        ("new", {**PAIR, "engine_type": "RABBITMQ"}, "deployment-mode-wrong"),
        ("new", {**CLUSTER, "engine_type": "ACTIVEMQ"}, "deployment-mode-wrong"),
        ("new", {**PAIR, "deployment_mode": ""}, "deployment-mode-wrong"),
        ("new", {**PAIR, "storage_type": "EBS"}, "storage-type-wrong"),
        ("new", {**CLUSTER, "storage_type": "EFS"}, "storage-type-wrong"),
        ("new", {**SINGLE, "storage_type": "S3"}, "storage-type-wrong"),
        (
            "new",
            {**SINGLE, "storage_type": "EBS", "host_instance_type": "mq.t3.micro"},
            "storage-type-wrong",
        ),
        ("new", {**CLUSTER, "host_instance_type": "mq.t3.micro"}, "instance-type-wrong"),
        ("new", {**PAIR, "host_instance_type": "m5.large"}, "instance-type-wrong"),
        ("new", {**PAIR, "subnet_ids": ["a"]}, "zones-wrong"),
        ("new", {**PAIR, "subnet_ids": ["a", "subnet-a"]}, "zones-wrong"),
        ("new", {**PAIR, "subnet_ids": ["a", ""]}, "zones-wrong"),
        ("new", {**CLUSTER, "subnet_ids": ["a", "b"]}, "zones-wrong"),
        ("new", {**CLUSTER, "subnet_ids": ["a", "b", "z"]}, "zones-wrong"),
        ("new", {**PAIR, "publicly_accessible": 1}, "wrong-type"),
    ],
)
def test_a_broker_that_cannot_be_is_refused(
    name: str, parameters: dict[str, Any], reason: str
) -> None:
    world = broker_world()
    with pytest.raises(Refused, match=reason):
        create(world, name, **parameters)
    assert len(of_kind(world.log, BrokerCreated)) == 1


@pytest.mark.parametrize("name", ["a", "a" * 50, "Orders_2-b"])
def test_names_that_are_allowed(name: str) -> None:
    assert create(World(1), name, **PAIR).broker_name == name


def test_no_broker_begins_in_a_zone_that_is_down() -> None:
    world = World(1)
    world.call("sim.LoseZone", "me", zone="b")
    with pytest.raises(Refused, match="zone-is-down"):
        create(world, **PAIR)
    create(world, **PAIR, subnet_ids=["a", "c"])


def test_a_region_has_200_brokers_at_most() -> None:
    world = World(1)
    for number in range(100):
        create(world, f"a{number}", **PAIR)
        create(world, f"r{number}", **RABBIT)
    with pytest.raises(Refused, match="too-many-brokers"):
        create(world, **PAIR)


def test_all_brokers_are_listed() -> None:
    world = World(1)
    assert world.call("mq.ListBrokers", "me") == ()
    create(world, "rabbit", **CLUSTER)
    create(world, "active", **PAIR)
    listed = world.call("mq.ListBrokers", "me")
    assert [each.broker_name for each in listed] == ["active", "rabbit"]


def test_an_arn_names_a_broker() -> None:
    world = broker_world()
    arn = "arn:aws:mq:us-east-1:123456789012:broker:b"
    assert world.call("mq.DescribeBroker", "me", broker=arn).broker_name == "b"
    world.call("sim.CrashBroker", "me", broker=arn)


def test_a_reboot_needs_the_state_running() -> None:
    world = broker_world()
    do(world, "RebootBroker")
    assert do(world, "DescribeBroker").state == "REBOOT_IN_PROGRESS"
    with pytest.raises(Refused, match="broker-not-running"):
        do(world, "RebootBroker")
    world.advance_to(300_000)
    assert do(world, "DescribeBroker").state == "RUNNING"
    do(world, "RebootBroker")


def test_a_deleted_broker_is_gone_with_its_messages_and_its_name_is_free() -> None:
    world = broker_world()
    consume(world, "c", prefetch=1)
    send(world, "a", "b")
    do(world, "DeleteBroker")
    assert only(events(world, "ConnectionLost")).reason == "broker-deleted"
    with pytest.raises(Refused, match="broker-not-found"):
        do(world, "DescribeBroker")
    create(world, "b", **SINGLE)
    assert active(world).lines == {}
    same_world(world)


def test_what_was_planned_for_a_deleted_broker_does_not_touch_one_of_the_same_name() -> None:
    world = broker_world()
    do(world, "Connect", "p")
    send(world, "a", by="p", time_to_live_ms=1_000)
    do(world, "sim.CrashBroker", instance="2", back_after_ms=3_000)
    do(world, "sim.PartitionInstance", instance="1", duration_ms=2_000)
    do(world, "DeleteBroker")
    create(world, "b", **PAIR)
    before = len(world.log)
    world.advance_to(1_000_000)
    assert len(world.log) == before
    same_world(world)


@pytest.mark.parametrize(
    "action",
    [
        "DescribeBroker",
        "RebootBroker",
        "DeleteBroker",
        "Connect",
        "Disconnect",
        "sim.CrashBroker",
        "sim.RestoreBroker",
        "sim.SetFailoverTimes",
    ],
)
def test_a_broker_that_is_not_there_is_refused(action: str) -> None:
    name = action if "." in action else f"mq.{action}"
    with pytest.raises(Refused, match="broker-not-found"):
        World(1).call(name, "me", broker="b")


@pytest.mark.parametrize(
    ("action", "parameters", "reason"),
    [
        ("CrashBroker", {"instance": "3"}, "instance-not-found"),
        ("CrashBroker", {"instance": "2"}, "instance-does-not-run"),
        ("CrashBroker", {"back_after_ms": -2}, "failover-time-wrong"),
        ("CrashBroker", {"back_after_ms": 86_400_001}, "failover-time-wrong"),
        ("RestoreBroker", {"instance": "1"}, "instance-runs"),
        ("RestoreBroker", {"instance": "3"}, "instance-not-found"),
        ("PartitionInstance", {"duration_ms": 0}, "failover-time-wrong"),
        ("PartitionInstance", {"duration_ms": 1, "instance": "2"}, "instance-does-not-run"),
        ("PartitionInstance", {"duration_ms": 1, "instance": "x"}, "instance-not-found"),
        ("SetFailoverTimes", {"lock_lapse_ms": -1}, "failover-time-wrong"),
        ("SetFailoverTimes", {"lock_attempt_ms": 99}, "failover-time-wrong"),
        ("SetFailoverTimes", {"confirm_ms": 86_400_001}, "failover-time-wrong"),
        ("SetBrokerCapacity", {"messages_per_second": -1}, "capacity-wrong"),
        ("SetBrokerCapacity", {"messages_per_second": 1_000_001}, "capacity-wrong"),
    ],
)
def test_faults_that_cannot_be_are_refused(
    action: str, parameters: dict[str, Any], reason: str
) -> None:
    world = broker_world()
    do(world, "sim.CrashBroker", instance="2")
    with pytest.raises(Refused, match=reason):
        do(world, f"sim.{action}", **parameters)


def test_an_instance_that_is_cut_off_cannot_be_cut_off_again() -> None:
    world = broker_world()
    do(world, "sim.PartitionInstance", duration_ms=10)
    with pytest.raises(Refused, match="instance-is-cut"):
        do(world, "sim.PartitionInstance", duration_ms=10)


def test_faults_of_activemq_are_not_for_rabbitmq() -> None:
    world = World(1)
    create(world, "b", **CLUSTER)
    with pytest.raises(Refused, match="not-an-activemq-broker"):
        do(world, "sim.CrashBroker")
