"""How an actor's life goes on and ends: what every kind of actor uses."""

from typing import TYPE_CHECKING

from studyapp.engine.actors.events import (
    ActorCrashed,
    ActorRestartPlanned,
    ActorStarted,
    ActorStopped,
    ActorStopping,
)
from studyapp.engine.actors.state import Actor
from studyapp.engine.calls import React
from studyapp.engine.sqs.receiving import hang_up

if TYPE_CHECKING:
    from studyapp.engine.world import World


def alive(world: "World", name: str, life: int) -> Actor | None:
    """The actor, if it still lives the life in which an alarm was set."""
    actor = world.actors.actors.get(name)
    if actor is None or actor.life != life or not actor.running:
        return None
    return actor


def crash(world: "World", actor: Actor, reason: str, cause: int) -> None:
    """The actor crashes; one with `restart_after_ms` starts again by itself that much later. A decision."""
    number = world.record(ActorCrashed(world.now_ms, cause, reason, actor.name))
    restart_after_ms = getattr(actor.settings, "restart_after_ms", 0)
    if restart_after_ms:
        due_ms = world.now_ms + restart_after_ms
        world.record(ActorRestartPlanned(world.now_ms, number, "", actor.name, due_ms))


def stop(world: "World", actor: Actor, is_busy: bool, reason: str, cause: int) -> None:
    """The actor is asked to stop; one that is busy goes on until it calls `leave`. A decision."""
    event = ActorStopping if is_busy else ActorStopped
    world.record(event(world.now_ms, cause, reason, actor.name))


def leave(world: "World", actor: Actor, reason: str, cause: int) -> None:
    """The actor has done what it had in hand and ends. A decision."""
    world.record(ActorStopped(world.now_ms, cause, reason, actor.name))


def restart(world: "World", name: str, life: int) -> None:
    """An alarm: a crashed actor starts again, unless somebody started it before."""
    actor = world.actors.actors.get(name)
    if actor is not None and not actor.running and actor.life == life:
        world.record(ActorStarted(world.now_ms, world.cause, "restarted-by-itself", name))


def close_polls(
    world: "World", event: ActorCrashed | ActorStopping | ActorStopped, number: int
) -> None:
    """A program that is gone, or wants nothing new, waits for no answer: its connections close."""
    hang_up(world, event.by)


REACT: React = {
    ActorCrashed: close_polls,
    ActorStopping: close_polls,
    ActorStopped: close_polls,
}
