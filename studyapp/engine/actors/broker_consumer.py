"""`broker-consumer`: a program that consumes a queue or topic of a broker, and answers for what it handles.

The broker pushes; the program's client library keeps what was pushed ahead, and the program handles one message
after the other (AMQ-X05, AMQ-X07, AMQ-X08, MQ-X17).
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from studyapp.engine.actors.handling import (
    CRASHES,
    FAILS,
    NORMAL,
    DuplicateRecognised,
    HandlingFailed,
    HandlingFinished,
    HandlingStarted,
)
from studyapp.engine.actors.lives import alive, crash, leave
from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.calls import Texts
from studyapp.engine.limits.mq import PREFETCH_MAX
from studyapp.engine.mq.clients import (
    ACKNOWLEDGEMENTS,
    DESTINATION_TYPES,
    consumes,
    next_delivery,
)
from studyapp.engine.mq.events import (
    Connected,
    MessageDispatched,
    MessageRedelivered,
)
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


@dataclass(frozen=True, slots=True)
class BrokerConsumerSettings:
    """It consumes `destination`. `durable`: as a durable subscription to a topic, named `subscription` or as itself.

    `acknowledgement` is the mode of its session; `prefetch` -1 is the engine's default. Each message takes
    `handling_ms`, and is answered for then. `fails_on`: a message whose body holds one of these texts always fails and
    is rolled back; `rollback_always`: every one.

    `crash_on_message`: it crashes with the nth message that it begins in all its lives: `crash_after_ms` into the
    handling, or (-1) when it is handled and not yet acknowledged. `restart_after_ms` later it starts again; 0: it
    stays down. `idempotent`: it remembers, even over a crash, what it has handled, and only acknowledges what comes
    again.

    `failover`: it knows every endpoint and comes back by itself. Without, it knows `endpoint` ("" is the first
    one) and tries again every `retry_ms` (0: never).
    """

    broker: str
    destination: str
    destination_type: str = field(default="queue", metadata={"choices": DESTINATION_TYPES})
    durable: bool = False
    subscription: str = ""
    acknowledgement: str = field(default="auto", metadata={"choices": ACKNOWLEDGEMENTS})
    prefetch: int = field(default=-1, metadata={"min": -1, "max": PREFETCH_MAX})
    handling_ms: int = field(default=100, metadata={"min": 1})
    fails_on: Texts = ()
    rollback_always: bool = False
    crash_on_message: int = 0
    crash_after_ms: int = field(default=-1, metadata={"min": -1})
    restart_after_ms: int = 0
    idempotent: bool = False
    idempotent_by: str = field(default="message-id", metadata={"choices": ("message-id", "body")})
    failover: bool = True
    endpoint: str = ""
    retry_ms: int = field(default=5_000, metadata={"max": 3_600_000})

    def problem(self) -> tuple[str, str] | None:
        """What does not go together: see `read_settings`."""
        if "" in self.fails_on:
            return "fails_on", "texts that are not empty"
        if (self.durable or self.subscription) and self.destination_type == "queue":
            return "destination_type", "topic, because only a topic has durable subscriptions"
        return None


@dataclass(slots=True)
class BrokerConsumerMemory:
    """`delivery_tag` of what it handles, -1 for nothing."""

    delivery_tag: int = -1


@dataclass(slots=True)
class BrokerConsumerRecords:
    """What it keeps in a database: how many messages it began, and, if it is idempotent, which it handled."""

    started: int = 0
    handled: dict[str, int] = field(default_factory=dict)


# Connecting


def begin(world: "World", actor: Actor) -> None:
    """It connects; everything else follows."""
    settings = actor.settings
    with suppress(Refused):  # it stands in the log
        world.call(
            "mq.Connect",
            actor.name,
            broker=settings.broker,
            failover=settings.failover,
            endpoint=settings.endpoint,
            retry_ms=settings.retry_ms,
        )


def subscribe(world: "World", actor: Actor, event: Connected, number: int) -> None:
    """It consumes, unless its library brought its consumer back."""
    settings = actor.settings
    if event.broker != short(settings.broker) or actor.stopping:
        return
    if not consumes(world, event.broker, actor.name):
        subscription = settings.subscription or (actor.name if settings.durable else "")
        with suppress(Refused):  # it stands in the log
            world.call(
                "mq.Subscribe",
                actor.name,
                broker=settings.broker,
                destination=settings.destination,
                destination_type=settings.destination_type,
                subscription=subscription,
                acknowledgement=settings.acknowledgement,
                prefetch=settings.prefetch,
            )
    take(world, actor, event, number)


# Handling


def take(world: "World", actor: Actor, event: Any, number: int) -> None:
    """Something has come: if it has nothing in hand, it turns to the oldest."""
    if actor.memory.delivery_tag < 0 and not actor.stopping:
        handle_next(world, actor)


def handle_next(world: "World", actor: Actor) -> None:
    """Turn to the next message that its library has."""
    settings, name = actor.settings, actor.name
    while (delivery := next_delivery(world, short(settings.broker), name)) is not None:
        tag, destination, message_id, body = delivery
        if settings.idempotent:
            key = body if settings.idempotent_by == "body" else message_id
            if key in actor.durable.handled:
                reason = f"handled-before-by-{settings.idempotent_by}"
                world.record(
                    DuplicateRecognised(
                        world.now_ms, tag, reason, name, destination, message_id, str(tag), 0
                    )
                )
                if not _answer(world, actor, "mq.Acknowledge", tag):
                    return
                continue
        outcome, ends_at_ms = NORMAL, world.now_ms + settings.handling_ms
        if settings.rollback_always or any(text in body for text in settings.fails_on):
            outcome = FAILS
        if actor.durable.started + 1 == settings.crash_on_message:
            outcome = CRASHES
            if settings.crash_after_ms >= 0:
                ends_at_ms = min(ends_at_ms, world.now_ms + settings.crash_after_ms)
        world.record(
            HandlingStarted(
                world.now_ms,
                world.cause,
                "",
                name,
                destination,
                message_id,
                str(tag),
                0,
                ends_at_ms,
                outcome,
            )
        )
        return


def end_handling(world: "World", name: str, life: int) -> None:
    """An alarm: a message is handled, or this is where it goes wrong."""
    actor = alive(world, name, life)
    if actor is None:
        return
    now_ms, settings, start = world.now_ms, actor.settings, world.cause
    started = world.log[start]
    assert isinstance(started, HandlingStarted)
    queue, message_id, receipt, outcome = started[4], started[5], started[6], started[9]
    if outcome == CRASHES and settings.crash_after_ms >= 0:
        crash(world, actor, "crashed-while-handling", start)
        return
    if outcome == FAILS:
        reason = "rolls-back-always" if settings.rollback_always else "poison-message"
        world.cause = world.record(
            HandlingFailed(now_ms, start, reason, name, queue, message_id, receipt)
        )
        _answer(world, actor, "mq.Reject", int(receipt))
    else:
        world.cause = world.record(
            HandlingFinished(now_ms, start, "", name, queue, message_id, receipt)
        )
        if outcome == CRASHES:
            crash(world, actor, "crashed-before-acknowledging", world.cause)
            return
        _answer(world, actor, "mq.Acknowledge", int(receipt))
    if actor.stopping:
        leave(world, actor, "work-done", world.cause)
    else:
        handle_next(world, actor)


def _answer(world: "World", actor: Actor, action: str, delivery_tag: int) -> bool:
    try:
        world.call(action, actor.name, broker=actor.settings.broker, delivery_tag=delivery_tag)
    except Refused:
        return False  # it stands in the log
    return True


def is_busy(actor: Actor) -> bool:
    return bool(actor.memory.delivery_tag >= 0)


# Applies


def handling_started(world: "World", actor: Actor, event: HandlingStarted, number: int) -> None:
    actor.memory.delivery_tag = int(event.receipt_handle)
    actor.durable.started += 1
    world.set_alarm(event.ends_at_ms, number, end_handling, actor.name, actor.life)


def handling_finished(world: "World", actor: Actor, event: HandlingFinished, number: int) -> None:
    settings = actor.settings
    if settings.idempotent:
        key = event.message_id
        if settings.idempotent_by == "body":
            delivered = world.log[int(event.receipt_handle)]
            assert isinstance(delivered, MessageDispatched)
            key = delivered.body
        actor.durable.handled[key] = number
    actor.memory.delivery_tag = -1


def handling_failed(world: "World", actor: Actor, event: HandlingFailed, number: int) -> None:
    actor.memory.delivery_tag = -1


def remembered(world: "World", actor: Actor, event: DuplicateRecognised, number: int) -> None:
    """It changes nothing: that is the point."""


BROKER_CONSUMER = Kind(
    settings=BrokerConsumerSettings,
    memory=BrokerConsumerMemory,
    begin=begin,
    hears={Connected: subscribe, MessageDispatched: take, MessageRedelivered: take},
    applies={
        HandlingStarted: handling_started,
        HandlingFinished: handling_finished,
        HandlingFailed: handling_failed,
        DuplicateRecognised: remembered,
    },
    durable=BrokerConsumerRecords,
    is_busy=is_busy,
)
