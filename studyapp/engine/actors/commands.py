"""What a person may do with actors. These actions are the simulator's own, not AWS's: 'sim.' before the name."""

from dataclasses import fields
from typing import TYPE_CHECKING

from studyapp.engine.actors.events import (
    ActorAdded,
    ActorChanged,
    ActorCrashed,
    ActorStarted,
    ActorStopped,
)
from studyapp.engine.actors.kinds import KINDS
from studyapp.engine.actors.settings import read_settings
from studyapp.engine.actors.state import Actor
from studyapp.engine.calls import Actions, Pairs, action
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def _actor(world: "World", name: str) -> Actor:
    actor = world.actors.actors.get(name)
    if actor is None:
        raise Refused("actor-not-found", actor=name[:80])
    return actor


def add_actor(
    world: "World",
    by: str,
    *,
    actor: str,
    kind: str,
    settings: Pairs | None = None,
    start: bool = True,
) -> None:
    """Put an actor into the world, and start it unless `start` is false."""
    if actor in world.actors.actors:
        raise Refused("actor-exists", actor=actor[:80])
    if kind not in KINDS:
        raise Refused("unknown-actor-kind", kind=kind[:80], known=", ".join(KINDS))
    read_settings(KINDS[kind].settings, settings or ())
    number = world.record(ActorAdded(world.now_ms, world.cause, "", actor, kind, settings or ()))
    if start:
        world.record(ActorStarted(world.now_ms, number, "added", actor))


def start_actor(world: "World", by: str, *, actor: str) -> None:
    """Start an actor that is stopped or crashed."""
    if _actor(world, actor).running:
        raise Refused("actor-runs", actor=actor)
    world.record(ActorStarted(world.now_ms, world.cause, "restarted", actor))


def crash_actor(world: "World", by: str, *, actor: str) -> None:
    """Stop an actor at once; what it was doing stays half done."""
    if not _actor(world, actor).running:
        raise Refused("actor-does-not-run", actor=actor)
    world.record(ActorCrashed(world.now_ms, world.cause, "crashed", actor))


def stop_actor(world: "World", by: str, *, actor: str) -> None:
    """Let an actor ask for nothing more."""
    if not _actor(world, actor).running:
        raise Refused("actor-does-not-run", actor=actor)
    world.record(ActorStopped(world.now_ms, world.cause, "stopped", actor))


def change_actor(world: "World", by: str, *, actor: str, settings: Pairs) -> None:
    """Change some settings of an actor; they hold from its next step on."""
    known = _actor(world, actor)
    kind = KINDS[known.kind].settings
    after = read_settings(kind, settings, known.settings)
    together = tuple((each.name, getattr(after, each.name)) for each in fields(kind))
    world.record(ActorChanged(world.now_ms, world.cause, "", actor, together))


ACTIONS: Actions = {
    "sim.AddActor": action(add_actor),
    "sim.StartActor": action(start_actor),
    "sim.CrashActor": action(crash_actor),
    "sim.StopActor": action(stop_actor),
    "sim.ChangeActor": action(change_actor),
}
