"""`broker-producer`: a program that sends messages to a queue or topic of a broker, one after the other.

It waits until the broker has confirmed a message before it sends the next, as JMS does for persistent messages
(AMQ-X04); a broker that takes its time, or is away, slows it down. What it is late for it sends as soon as it can.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from studyapp.engine.actors.lives import alive
from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.calls import Texts
from studyapp.engine.mq.activemq.events import (
    MessageAccepted,
    SendConfirmed,
    SendFailed,
    SendPending,
)
from studyapp.engine.mq.clients import DESTINATION_TYPES
from studyapp.engine.mq.rabbitmq.events import PublishConfirmed, PublishLost, PublishRejected
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


@dataclass(frozen=True, slots=True)
class BrokerProducerSettings:
    """It sends `count` messages (0: without end), from `start_ms` on, one each `interval_ms` or `per_second` (if not
    0) in a second. Their bodies are `bodies` in turn, or `body` and a number.

    `failover`: it knows every endpoint and comes back by itself. Without, it knows `endpoint` ("" is the first
    one), tries again every `retry_ms` (0: never), and what it has to send meanwhile fails.
    """

    broker: str
    destination: str
    destination_type: str = field(default="queue", metadata={"choices": DESTINATION_TYPES})
    start_ms: int = 0
    interval_ms: int = field(default=1_000, metadata={"min": 1, "max": 86_400_000})
    per_second: int = field(default=0, metadata={"max": 1_000})
    count: int = 0
    body: str = "message"
    bodies: Texts = ()
    persistent: bool = True
    time_to_live_ms: int = field(default=0, metadata={"max": 86_400_000})
    failover: bool = True
    endpoint: str = ""
    retry_ms: int = field(default=5_000, metadata={"max": 3_600_000})


@dataclass(slots=True)
class BrokerProducerMemory:
    """`started_ms`: when the first message of this life was due. `sent`: how many it has begun to send in it.
    `waiting`: the message whose confirmation it waits for, "" for none."""

    started_ms: int = -1
    sent: int = 0
    waiting: str = ""


@dataclass(slots=True)
class BrokerProducerRecords:
    """How many messages it has begun to send in all its lives."""

    turn: int = 0


class BrokerSendPlanned(NamedTuple):
    """It sends its next message at `due_ms`."""

    at_ms: int
    cause: int
    reason: str
    by: str
    broker: str
    due_ms: int


class BrokerSendBegun(NamedTuple):
    """It has called send for its message number `turn`, and waits; `message_id` is "" if the call was refused."""

    at_ms: int
    cause: int
    reason: str
    by: str
    broker: str
    message_id: str
    turn: int


def begin(world: "World", actor: Actor) -> None:
    """It connects, and sends its first message now or at `start_ms`."""
    settings = actor.settings
    with suppress(Refused):  # it stands in the log; its sends will be refused too
        world.call(
            "mq.Connect",
            actor.name,
            broker=settings.broker,
            failover=settings.failover,
            endpoint=settings.endpoint,
            retry_ms=settings.retry_ms,
        )
    if not settings.count or actor.durable.turn < settings.count:
        _plan(world, actor, max(settings.start_ms, world.now_ms))


def _plan(world: "World", actor: Actor, due_ms: int) -> None:
    broker = actor.settings.broker
    world.record(BrokerSendPlanned(world.now_ms, world.cause, "", actor.name, broker, due_ms))


def send_due(world: "World", name: str, life: int) -> None:
    """An alarm: the next message is due."""
    actor = alive(world, name, life)
    if actor is not None and not actor.memory.waiting:
        _send(world, actor)


def _send(world: "World", actor: Actor) -> None:
    settings, turn = actor.settings, actor.durable.turn + 1
    message_id = ""
    with suppress(Refused):  # it stands in the log, and the message is given up
        message_id = world.call(
            "mq.Send",
            actor.name,
            broker=settings.broker,
            destination=settings.destination,
            destination_type=settings.destination_type,
            body=_body(settings, turn),
            persistent=settings.persistent,
            time_to_live_ms=settings.time_to_live_ms,
        )
    world.record(
        BrokerSendBegun(
            world.now_ms, world.cause, "", actor.name, settings.broker, message_id, turn
        )
    )
    if not message_id:
        _next(world, actor)


def _body(settings: BrokerProducerSettings, turn: int) -> str:
    if settings.bodies:
        return settings.bodies[(turn - 1) % len(settings.bodies)]
    return f"{settings.body} {turn}"


def _next(world: "World", actor: Actor) -> None:
    """After one message comes the next, when it is due; what is late is due now."""
    settings, memory = actor.settings, actor.memory
    if settings.count and actor.durable.turn >= settings.count:
        return
    passed_ms = memory.sent * settings.interval_ms
    if settings.per_second:
        passed_ms = memory.sent * 1000 // settings.per_second
    _plan(world, actor, max(world.now_ms, memory.started_ms + passed_ms))


def heard_end(world: "World", actor: Actor, event: Any, number: int) -> None:
    """A send is confirmed or has failed."""
    if event.message_id == actor.memory.waiting:
        _next(world, actor)


def heard_accepted(world: "World", actor: Actor, event: MessageAccepted, number: int) -> None:
    """Nobody waits for the confirmation of a message that is not persistent."""
    if not event.persistent:
        heard_end(world, actor, event, number)


def heard_pending(world: "World", actor: Actor, event: SendPending, number: int) -> None:
    """What is not persistent goes into a silent connection without a word."""
    if not event.persistent and event.reason == "connection-silent":
        heard_end(world, actor, event, number)


# Applies


def send_planned(world: "World", actor: Actor, event: BrokerSendPlanned, number: int) -> None:
    memory = actor.memory
    memory.waiting = ""
    if memory.started_ms < 0:
        memory.started_ms = event.due_ms
    world.set_alarm(event.due_ms, number, send_due, actor.name, actor.life)


def send_begun(world: "World", actor: Actor, event: BrokerSendBegun, number: int) -> None:
    actor.memory.sent += 1
    actor.memory.waiting = event.message_id
    actor.durable.turn = event.turn


BROKER_PRODUCER = Kind(
    settings=BrokerProducerSettings,
    memory=BrokerProducerMemory,
    begin=begin,
    hears={
        MessageAccepted: heard_accepted,
        SendConfirmed: heard_end,
        SendFailed: heard_end,
        SendPending: heard_pending,
        PublishConfirmed: heard_end,
        PublishLost: heard_end,
        PublishRejected: heard_end,
    },
    applies={BrokerSendPlanned: send_planned, BrokerSendBegun: send_begun},
    durable=BrokerProducerRecords,
)
