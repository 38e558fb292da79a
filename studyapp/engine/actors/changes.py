"""What happens to an actor when one of its events is applied."""

from typing import TYPE_CHECKING, Any

from studyapp.engine.actors.events import (
    ActorAdded,
    ActorChanged,
    ActorCrashed,
    ActorRestartPlanned,
    ActorStarted,
    ActorStopped,
    ActorStopping,
)
from studyapp.engine.actors.kinds import KINDS
from studyapp.engine.actors.lives import restart
from studyapp.engine.actors.settings import read_settings
from studyapp.engine.actors.state import Actor
from studyapp.engine.calls import Apply

if TYPE_CHECKING:
    from studyapp.engine.world import World


def actor_added(world: "World", event: ActorAdded, number: int) -> None:
    kind = KINDS[event.kind]
    settings = read_settings(kind.settings, event.settings)
    durable = kind.durable() if kind.durable is not None else None
    world.actors.actors[event.by] = Actor(
        event.by, event.kind, settings, kind.memory(), durable=durable
    )


def actor_started(world: "World", event: ActorStarted, number: int) -> None:
    actor = world.actors.actors[event.by]
    actor.running = True
    actor.stopping = False
    actor.life += 1
    actor.memory = KINDS[actor.kind].memory()


def actor_stopping(world: "World", event: ActorStopping, number: int) -> None:
    world.actors.actors[event.by].stopping = True


def actor_ended(world: "World", event: ActorCrashed | ActorStopped, number: int) -> None:
    actor = world.actors.actors[event.by]
    actor.running = False
    actor.stopping = False
    actor.memory = KINDS[actor.kind].memory()


def actor_restart_planned(world: "World", event: ActorRestartPlanned, number: int) -> None:
    actor = world.actors.actors[event.by]
    world.set_alarm(event.due_ms, number, restart, event.by, actor.life)


def actor_changed(world: "World", event: ActorChanged, number: int) -> None:
    actor = world.actors.actors[event.by]
    actor.settings = read_settings(KINDS[actor.kind].settings, event.settings)


def of_kind(world: "World", event: Any, number: int) -> None:
    """An event of one kind of actor changes the memory of the actor that it names."""
    actor = world.actors.actors[event.by]
    KINDS[actor.kind].applies[type(event)](world, actor, event, number)


APPLY: Apply = {
    ActorAdded: actor_added,
    ActorStarted: actor_started,
    ActorStopping: actor_stopping,
    ActorCrashed: actor_ended,
    ActorStopped: actor_ended,
    ActorRestartPlanned: actor_restart_planned,
    ActorChanged: actor_changed,
    **{event: of_kind for kind in KINDS.values() for event in kind.applies},
}
