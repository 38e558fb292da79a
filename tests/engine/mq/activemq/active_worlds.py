"""Worlds with an ActiveMQ broker "b", and short words for what tests do with it."""

from typing import Any

from studyapp.engine.log import Event, of_kind
from studyapp.engine.mq.activemq.broker import Broker
from studyapp.engine.mq.activemq.events import MessageAccepted
from studyapp.engine.mq.events import MessageDispatched, MessageRedelivered
from studyapp.engine.world import EVENTS, World

ME = "me"
DLQ = "ActiveMQ.DLQ"


def broker_world(instances: int = 2, seed: int = 1, **created: Any) -> World:
    """A world with one broker: an active instance "1" in zone a, and a standby "2" in zone b if there are two."""
    world = World(seed)
    mode = "ACTIVE_STANDBY_MULTI_AZ" if instances == 2 else "SINGLE_INSTANCE"
    world.call(
        "mq.CreateBroker",
        ME,
        broker_name="b",
        engine_type="ACTIVEMQ",
        deployment_mode=mode,
        **created,
    )
    return world


def do(world: World, action: str, by: str = ME, /, **parameters: Any) -> Any:
    """Call an action on the broker; "mq." goes without saying."""
    name = action if "." in action else f"mq.{action}"
    return world.call(name, by, broker="b", **parameters)


def consume(world: World, by: str, destination: str = "q", **parameters: Any) -> str:
    """A client connects and consumes. Returns the consumer's tag."""
    do(world, "Connect", by)
    tag: str = do(world, "Subscribe", by, destination=destination, **parameters)
    return tag


def send(world: World, *bodies: str, by: str = ME, destination: str = "q", **more: Any) -> None:
    """Send messages to a queue, or with `destination_type` to a topic."""
    for body in bodies:
        do(world, "Send", by, destination=destination, body=body, **more)


def active(world: World) -> Broker:
    broker: Broker = world.mq.activemq.brokers["b"]
    return broker


def events(world: World, *names: str) -> list[Any]:
    """The events of some kinds, told by name, in order."""
    return of_kind(world.log, *(EVENTS[name] for name in names))


def stages(world: World, *names: str) -> list[tuple[int, str, str]]:
    """(time, kind, reason) of the events of some kinds, in order."""
    return [(event.at_ms, type(event).__name__, event.reason) for event in events(world, *names)]


def deliveries(world: World, by: str | None = None) -> list[tuple[str, bool]]:
    """(body, redelivered) of every delivery to somebody or to anybody, in order; by the broker or by the library."""
    found: list[tuple[str, bool]] = []
    for event in of_kind(world.log, MessageDispatched, MessageRedelivered):
        if by in (None, event.by):
            again = type(event) is MessageRedelivered or event.redelivered
            found.append((event.body, again))
    return found


def last_tag(world: World, by: str) -> int:
    """The tag of the last delivery to a client."""
    tag: int = [e for e in of_kind(world.log, MessageDispatched) if e.by == by][-1].delivery_tag
    return tag


def in_queue(world: World, queue: str = "q") -> list[str]:
    """The bodies of what waits in a queue or is out with a consumer, in the order of arrival."""
    line = active(world).lines.get(f"queue:{queue}")
    return [held.body for held in line.held.values()] if line is not None else []


def accepted(world: World) -> list[str]:
    """The bodies of what the broker took, in order."""
    return [event.body for event in of_kind(world.log, MessageAccepted)]


def only(found: list[Event]) -> Any:
    """The one event that there should be."""
    assert len(found) == 1, found
    return found[0]
