"""What a person may do with actors. These actions are the simulator's own, not AWS's: 'sim.' before the name."""

from typing import TYPE_CHECKING

from studyapp.engine.actors.events import ActorAdded, ActorChanged, ActorStarted
from studyapp.engine.actors.kinds import KINDS
from studyapp.engine.actors.lives import crash, stop
from studyapp.engine.actors.settings import read_settings, written_settings
from studyapp.engine.actors.state import Actor
from studyapp.engine.calls import Actions, Pairs, action
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

NAME_MAX_CHARACTERS = 80


def _actor(world: "World", name: str) -> Actor:
    actor = world.actors.actors.get(name)
    if actor is None:
        raise Refused("actor-not-found", actor=name[:80])
    return actor


def _running(world: "World", name: str) -> Actor:
    actor = _actor(world, name)
    if not actor.running:
        raise Refused("actor-does-not-run", actor=name)
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
    """Put an actor into the world, and start it unless `start` is false.

    Raises:
        Refused: actor-name-wrong, actor-exists, unknown-actor-kind, unknown-setting, missing-setting or
            wrong-setting.
    """
    if not 1 <= len(actor) <= NAME_MAX_CHARACTERS:
        raise Refused("actor-name-wrong", length=len(actor))
    if actor in world.actors.actors:
        raise Refused("actor-exists", actor=actor)
    if kind not in KINDS:
        raise Refused("unknown-actor-kind", kind=kind[:80], known=", ".join(KINDS))
    read_settings(KINDS[kind].settings, settings or ())
    number = world.record(ActorAdded(world.now_ms, world.cause, "", actor, kind, settings or ()))
    if start:
        world.record(ActorStarted(world.now_ms, number, "added", actor))


def start_actor(world: "World", by: str, *, actor: str) -> None:
    """Start an actor that is stopped, crashed or was never started, with an empty memory.

    Raises:
        Refused: actor-not-found or actor-runs.
    """
    found = _actor(world, actor)
    if found.running:
        raise Refused("actor-runs", actor=actor)
    reason = "restarted" if found.life else "first-start"
    world.record(ActorStarted(world.now_ms, world.cause, reason, actor))


def crash_actor(world: "World", by: str, *, actor: str) -> None:
    """Stop an actor at once; what it was doing stays half done. One with `restart_after_ms` comes back.

    Raises:
        Refused: actor-not-found or actor-does-not-run.
    """
    crash(world, _running(world, actor), "crashed", world.cause)


def stop_actor(world: "World", by: str, *, actor: str) -> None:
    """Let an actor ask for nothing more. One that has work in hand finishes it first.

    Raises:
        Refused: actor-not-found, actor-does-not-run or actor-is-stopping.
    """
    known = _running(world, actor)
    if known.stopping:
        raise Refused("actor-is-stopping", actor=actor)
    is_busy = KINDS[known.kind].is_busy
    stop(world, known, is_busy is not None and is_busy(known), "stopped", world.cause)


def change_actor(world: "World", by: str, *, actor: str, settings: Pairs) -> None:
    """Change some settings of an actor; they hold from its next step on.

    Raises:
        Refused: actor-not-found, unknown-setting or wrong-setting.
    """
    known = _actor(world, actor)
    after = read_settings(KINDS[known.kind].settings, settings, known.settings)
    world.record(ActorChanged(world.now_ms, world.cause, "", actor, written_settings(after)))


ACTIONS: Actions = {
    "sim.AddActor": action(add_actor),
    "sim.StartActor": action(start_actor),
    "sim.CrashActor": action(crash_actor),
    "sim.StopActor": action(stop_actor),
    "sim.ChangeActor": action(change_actor),
}
