"""Worlds with a RabbitMQ broker "b", and short words for what tests do with it."""

from typing import Any

from studyapp.engine.log import of_kind
from studyapp.engine.mq.events import MessageDispatched
from studyapp.engine.mq.rabbitmq.cluster import Broker
from studyapp.engine.world import World

ME = "me"


def broker_world(nodes: int = 3, seed: int = 1) -> World:
    """A world with one broker: a cluster of three nodes "1", "2", "3" in zones a, b, c, or a single instance."""
    world = World(seed)
    mode = "CLUSTER_MULTI_AZ" if nodes == 3 else "SINGLE_INSTANCE"
    world.call("mq.CreateBroker", ME, broker_name="b", engine_type="RABBITMQ", deployment_mode=mode)
    return world


def do(world: World, action: str, by: str = ME, /, **parameters: Any) -> Any:
    """Call an action on the broker; "amqp." goes without saying."""
    name = action if "." in action else f"amqp.{action}"
    return world.call(name, by, broker="b", **parameters)


def queue_world(nodes: int = 3, seed: int = 1, **declared: Any) -> World:
    """A broker with a queue "q", by default a quorum queue led by node "1"."""
    world = broker_world(nodes, seed)
    do(world, "QueueDeclare", queue="q", **declared)
    return world


def rabbit(world: World) -> Broker:
    broker: Broker = world.mq.rabbitmq.brokers["b"]
    return broker


def publish(world: World, *bodies: str, by: str = ME, **parameters: Any) -> list[str]:
    """Send messages to the queue "q". Returns their ids."""
    return [
        do(world, "BasicPublish", by, **{"routing_key": "q", "body": body, **parameters})
        for body in bodies
    ]


def dispatched(world: World, by: str | None = None) -> list[tuple[str, bool]]:
    """(body, redelivered) of every delivery, or of those to one client, in order."""
    return [
        (event.body, event.redelivered)
        for event in of_kind(world.log, MessageDispatched)
        if by in (None, event.by)
    ]


def last_tag(world: World, by: str) -> int:
    """The tag of the last delivery to a client."""
    tags: list[int] = [
        event.delivery_tag for event in of_kind(world.log, MessageDispatched) if event.by == by
    ]
    return tags[-1]


def waiting(world: World, queue: str = "q") -> list[str]:
    """The bodies that wait in a queue, the next one first."""
    ready = rabbit(world).queues[queue].ready
    returned = [message.body for _, message in sorted(ready.returned, key=lambda each: each[0])]
    return returned + [message.body for message in ready.fresh]


def stages(world: World, since_ms: int = 0) -> list[tuple[int, str, str]]:
    """(time, kind, reason) of what happened by itself from a time on."""
    return [
        (event.at_ms, type(event).__name__, event.reason)
        for event in world.log
        if event.at_ms >= since_ms and type(event).__name__ != "Called"
    ]


def kinds(world: World, *names: str) -> list[Any]:
    """The events of these kinds, by name."""
    return [event for event in world.log if type(event).__name__ in names]
