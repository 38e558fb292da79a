"""What can happen to any actor. `by` is its name. Events of one kind of actor stand beside that kind."""

from typing import NamedTuple


class ActorAdded(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    by: str
    kind: str
    settings: tuple[tuple[str, int | str | bool | tuple[str, ...]], ...]


class ActorStarted(NamedTuple):
    """It runs, with an empty memory. reason: 'added', 'restarted', or why it came back by itself."""

    at_ms: int
    cause: int
    reason: str
    by: str


class ActorCrashed(NamedTuple):
    """It stopped at once, in the middle of whatever it did, and remembers nothing."""

    at_ms: int
    cause: int
    reason: str
    by: str


class ActorStopped(NamedTuple):
    """It finished properly and asks for nothing more."""

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
    settings: tuple[tuple[str, int | str | bool | tuple[str, ...]], ...]
