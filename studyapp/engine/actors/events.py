"""What can happen to any actor. `by` is its name. Events of one kind of actor stand beside that kind."""

from typing import NamedTuple

# A setting as it was given: its name and its value.
Setting = tuple[str, int | str | bool | tuple[str, ...] | tuple[int, ...]]


class ActorAdded(NamedTuple):
    """reason: '' or 'instance-in-service' (a fleet added it)."""

    at_ms: int
    cause: int
    reason: str
    by: str
    kind: str
    settings: tuple[Setting, ...]


class ActorStarted(NamedTuple):
    """It runs, with an empty memory. reason: 'added', 'first-start' (it was added stopped), 'restarted'
    (somebody started it again) or 'restarted-by-itself' (`restart_after_ms` after its crash)."""

    at_ms: int
    cause: int
    reason: str
    by: str


class ActorCrashed(NamedTuple):
    """It stopped at once, in the middle of whatever it did, and remembers nothing. reason: 'crashed'
    (somebody wanted it), 'crashed-before-delete', 'crashed-while-handling' or 'poison-message'."""

    at_ms: int
    cause: int
    reason: str
    by: str


class ActorRestartPlanned(NamedTuple):
    """It starts again by itself at `due_ms`. The cause is its crash."""

    at_ms: int
    cause: int
    reason: str
    by: str
    due_ms: int


class ActorStopping(NamedTuple):
    """It was asked to stop and finishes what it has in hand first. reason: 'stopped' or 'scaled-in'."""

    at_ms: int
    cause: int
    reason: str
    by: str


class ActorStopped(NamedTuple):
    """It finished properly and asks for nothing more. reason: 'stopped', 'scaled-in' or 'work-done'."""

    at_ms: int
    cause: int
    reason: str
    by: str


class ActorChanged(NamedTuple):
    """New settings, all of them."""

    at_ms: int
    cause: int
    reason: str
    by: str
    settings: tuple[Setting, ...]
