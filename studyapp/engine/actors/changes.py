"""What happens to an actor when one of its events is applied."""

from collections.abc import Callable, Mapping
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
from studyapp.engine.actors.state import Actor, Change
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


def _changes() -> Apply:
    """The applies of all kinds. An event of one kind of actor changes the actor that it names."""
    by_event: dict[type, dict[str, Change]] = {}
    for name, kind in KINDS.items():
        for event, change in kind.applies.items():
            by_event.setdefault(event, {})[name] = change
    return {event: _change(by_kind) for event, by_kind in by_event.items()}


def _change(by_kind: Mapping[str, Change]) -> Callable[["World", Any, int], None]:
    """The apply of an event that these kinds of actor have."""
    changes = list(by_kind.values())
    if all(change is changes[0] for change in changes):
        only = changes[0]

        def apply(world: "World", event: Any, number: int) -> None:
            only(world, world.actors.actors[event.by], event, number)
    else:

        def apply(world: "World", event: Any, number: int) -> None:
            actor = world.actors.actors[event.by]
            by_kind[actor.kind](world, actor, event, number)

    return apply


APPLY: Apply = {
    ActorAdded: actor_added,
    ActorStarted: actor_started,
    ActorStopping: actor_stopping,
    ActorCrashed: actor_ended,
    ActorStopped: actor_ended,
    ActorRestartPlanned: actor_restart_planned,
    ActorChanged: actor_changed,
    **_changes(),
}
