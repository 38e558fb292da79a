"""What a broker refuses, and with which reason (RMQ-X04, X13, X14)."""

from typing import Any

import pytest

from studyapp.engine.limits.rabbitmq import CONSUMERS_PER_CHANNEL_MAX, PREFETCH_MAX
from studyapp.engine.refusals import Refused
from tests.engine.mq.rabbitmq.rabbit_worlds import broker_world, do, kinds, queue_world


@pytest.mark.parametrize(
    ("reason", "action", "parameters"),
    [
        ("amqp-queue-not-found", "BasicConsume", {"queue": "none"}),
        ("amqp-queue-not-found", "BasicGet", {"queue": "none"}),
        ("amqp-queue-not-found", "QueuePurge", {"queue": "none"}),
        ("amqp-queue-not-found", "QueueBind", {"queue": "none", "exchange": "amq.fanout"}),
        ("exchange-not-found", "QueueBind", {"queue": "q", "exchange": "none"}),
        ("exchange-not-found", "BasicPublish", {"exchange": "none", "body": "x"}),
        ("name-reserved", "QueueBind", {"queue": "q", "exchange": ""}),
        ("name-reserved", "QueueDeclare", {"queue": "amq.mine"}),
        ("name-reserved", "ExchangeDeclare", {"exchange": "amq.mine"}),
        ("name-not-short", "QueueDeclare", {"queue": ""}),
        ("name-not-short", "QueueDeclare", {"queue": "x" * 256}),
        ("name-not-short", "QueueDeclare", {"queue": "é" * 128}),
        ("name-not-short", "BasicPublish", {"routing_key": "x" * 256, "body": "x"}),
        ("unknown-exchange-type", "ExchangeDeclare", {"exchange": "x", "exchange_type": "hash"}),
        ("declared-otherwise", "ExchangeDeclare", {"exchange": "amq.topic"}),
        ("declared-otherwise", "QueueDeclare", {"queue": "q", "queue_type": "classic"}),
        ("declared-otherwise", "QueueDeclare", {"queue": "q", "arguments": {"x-max-length": 1}}),
        ("streams-not-supported", "QueueDeclare", {"queue": "s", "queue_type": "stream"}),
        ("argument-not-valid", "QueueDeclare", {"queue": "s", "queue_type": "lazy"}),
        ("argument-not-valid", "QueueDeclare", {"queue": "s", "durable": False}),
        ("argument-not-valid", "QueueDeclare", {"queue": "s", "exclusive": True}),
        ("argument-not-valid", "QueueDeclare", {"queue": "s", "arguments": {"x-other": 1}}),
        ("argument-not-valid", "QueueDeclare", {"queue": "s", "arguments": {"x-max-length": -1}}),
        ("argument-not-valid", "QueueDeclare", {"queue": "s", "arguments": {"x-overflow": "no"}}),
        (
            "argument-not-valid",
            "QueueDeclare",
            {"queue": "s", "arguments": {"x-dead-letter-routing-key": "q"}},
        ),
        (
            "argument-not-valid",
            "QueueBind",
            {"queue": "q", "exchange": "amq.headers", "arguments": {"x-match": "some"}},
        ),
        ("binding-not-found", "QueueUnbind", {"queue": "q", "exchange": "amq.topic"}),
        ("prefetch-out-of-range", "BasicQos", {"prefetch_count": PREFETCH_MAX + 1}),
        ("prefetch-out-of-range", "BasicConsume", {"queue": "q", "prefetch_count": -1}),
        ("expiration-out-of-range", "BasicPublish", {"body": "x", "expiration": -1}),
        ("no-connection", "BasicAck", {"delivery_tag": 1}),
        ("no-connection", "ConnectionClose", {}),
        ("consumer-not-found", "BasicCancel", {"consumer_tag": "c1"}),
        ("rabbit-node-not-found", "sim.CrashNode", {"node": "4"}),
        ("rabbit-node-runs", "sim.RestoreNode", {"node": "1"}),
        ("rabbit-node-not-isolated", "sim.HealPartition", {"node": "1"}),
        ("rabbit-memory-alarm-is-off", "sim.ClearMemoryAlarm", {}),
        ("rabbit-time-out-of-range", "sim.SetClusterTimes", {"election_ms": 0}),
        ("rabbit-time-out-of-range", "sim.CrashNode", {"node": "1", "back_after_ms": -1}),
        ("endpoint-not-found", "mq.Connect", {"endpoint": "b-2"}),
    ],
)
def test_a_call_that_cannot_be_is_refused(
    reason: str, action: str, parameters: dict[str, Any]
) -> None:
    world = queue_world()
    if action == "BasicCancel":
        do(world, "ConnectionOpen")
    before = len(world.log)
    with pytest.raises(Refused) as refused:
        do(world, action, **parameters)
    assert refused.value.reason == reason
    after = [type(event).__name__ for event in world.log[before:]]
    assert [name for name in after if name != "Connected"] == ["Called", "CallRefused"]


def test_a_broker_of_another_name_is_not_found() -> None:
    with pytest.raises(Refused, match="rabbit-broker-not-found"):
        broker_world().call("amqp.QueueDeclare", "me", broker="none", queue="q")


def test_a_single_instance_has_nothing_to_be_cut_off_from() -> None:
    with pytest.raises(Refused, match="rabbit-not-a-cluster"):
        do(broker_world(nodes=1), "sim.PartitionNode", node="1")


def test_declaring_the_same_again_changes_nothing() -> None:
    world = queue_world(arguments={"x-max-length": 5, "x-message-ttl": 9})
    do(
        world,
        "QueueDeclare",
        queue="q",
        arguments={"x-message-ttl": 9, "x-queue-type": "quorum", "x-max-length": 5},
    )
    for _ in range(2):
        do(world, "ExchangeDeclare", exchange="x")
        do(world, "QueueBind", queue="q", exchange="x", routing_key="k")
    assert len(kinds(world, "QueueDeclared", "ExchangeDeclared", "QueueBound")) == 3


def test_a_channel_has_room_for_ten_consumers() -> None:
    world = queue_world()
    for _ in range(CONSUMERS_PER_CHANNEL_MAX):
        do(world, "BasicConsume", "c", queue="q")
    with pytest.raises(Refused, match="too-many-consumers"):
        do(world, "BasicConsume", "c", queue="q")


@pytest.mark.parametrize("name", ["x" * 255, "é" * 127, "any text, even with spaces"])
def test_a_name_may_be_any_text_of_255_bytes(name: str) -> None:
    world = broker_world()
    assert do(world, "QueueDeclare", queue=name) == name
