"""Actors as they are now, and what a kind of actor consists of. Only applies write to an Actor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studyapp.engine.world import World


@dataclass(slots=True)
class Actor:
    """A program. `life` counts its starts: an alarm set in an earlier life finds another number and does
    nothing. `memory` is what this kind of actor remembers; a crash loses it. `durable` is what it keeps
    elsewhere, such as in a database: it survives. `stopping`: it was asked to stop and finishes its work."""

    name: str
    kind: str
    settings: Any
    memory: Any
    running: bool = False
    life: int = 0
    durable: Any = None
    stopping: bool = False


# What an event of a kind of actor changes: (world, actor, event, number).
Change = Callable[["World", Actor, Any, int], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of actor.

    `settings`: a frozen dataclass, one field for each setting (see `settings.py`).
    `memory`: makes an empty memory, called at each start.
    `begin(world, actor)`: a decision, right after ActorStarted.
    `hears`: decisions, by the kind of event. A running actor hears events that name it in `by`:
    `function(world, actor, event, number)`.
    `applies`: changes of this kind's own events, which name the actor in `by`.
    `durable`: makes what survives a crash, called once.
    `is_busy(actor)`: whether it has work in hand. Asked to stop, it then gets ActorStopping instead of
    ActorStopped, and records ActorStopped itself when the work is done (`lives.leave`).
    """

    settings: type
    memory: Callable[[], Any]
    begin: Callable[["World", Actor], None]
    hears: Mapping[type, Callable[["World", Actor, Any, int], None]]
    applies: Mapping[type, Change]
    durable: Callable[[], Any] | None = None
    is_busy: Callable[[Actor], bool] | None = None


class State:
    """Every actor by name."""

    __slots__ = ("actors",)

    def __init__(self) -> None:
        self.actors: dict[str, Actor] = {}
