"""The ordered record of what happened: events, how they look as text, and how they come back.

An event is a NamedTuple of plain values (int, str, bool, None and tuples of those), never a living object.
Its first three fields are always `at_ms` (virtual milliseconds), `cause` (the number of the entry that led
to it, or NO_CAUSE) and `reason` (a key that pages turn into a sentence). An entry's number is its place.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

NO_CAUSE = -1
FORMAT = 1

Plain = int | str | bool | None | tuple["Plain", ...]


class Event(Protocol):
    """What every event has. The rest of its fields depend on its kind."""

    @property
    def at_ms(self) -> int: ...
    @property
    def cause(self) -> int: ...
    @property
    def reason(self) -> str: ...


class Called(NamedTuple):
    """Somebody called an action. What came of it follows, with this entry as its cause.

    `parameters` are (name, value) pairs as they were given, mappings turned into pairs.
    """

    at_ms: int
    cause: int
    reason: str
    action: str
    by: str
    parameters: tuple[tuple[str, Any], ...]


class CallRefused(NamedTuple):
    """The world said no. `reason` is a key of `refusals.REASONS`; nothing else has changed."""

    at_ms: int
    cause: int
    reason: str
    action: str
    by: str
    details: tuple[tuple[str, Any], ...]


class SavedRun(NamedTuple):
    """What a file holds: enough to rebuild the world. `alarms_rung` see `World.saved`."""

    seed: int
    now_ms: int
    alarms_rung: int
    events: tuple[Event, ...]


class UnreadableLog(ValueError):
    """The text is not a saved run; the message says which line and why."""


def write(run: SavedRun) -> str:
    """One JSON line for the head and one for each event; the same run gives the same bytes."""
    head = {
        "format": FORMAT,
        "seed": run.seed,
        "now_ms": run.now_ms,
        "alarms_rung": run.alarms_rung,
    }
    lines = [_line(head)]
    lines += [_line([type(event).__name__, *event]) for event in run.events]  # type: ignore[misc]
    return "\n".join(lines) + "\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(text: str, kinds: Mapping[str, type]) -> SavedRun:
    """The run that `write` wrote.

    Raises:
        UnreadableLog: with the line, for anything that `write` would not have written.
    """
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    try:
        head = json.loads(lines[0])
        if head["format"] != FORMAT:
            raise UnreadableLog(f"line 1: format {head['format']!r} is not known")
        seed, now_ms, rung = head["seed"], head["now_ms"], head["alarms_rung"]
        if any(type(number) is not int for number in (seed, now_ms, rung)):
            raise UnreadableLog("line 1: seed, now_ms and alarms_rung must be whole numbers")
    except (IndexError, KeyError, TypeError, ValueError, RecursionError) as fault:
        if isinstance(fault, UnreadableLog):
            raise
        raise UnreadableLog("line 1: this is not the head of a saved run") from fault
    events = tuple(_event(line, place, kinds) for place, line in enumerate(lines[1:]))
    return SavedRun(seed, now_ms, rung, events)


def _event(line: str, place: int, kinds: Mapping[str, type]) -> Event:
    where = f"line {place + 2}"
    try:
        name, *values = json.loads(line)
        kind = kinds[name]
        event: Event = kind(*map(plain, values))
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise UnreadableLog(f"{where}: this is not an event of a log") from fault
    if type(event.at_ms) is not int or type(event.cause) is not int or event.cause >= place:
        raise UnreadableLog(f"{where}: time or cause cannot be")
    return event


def plain(value: Any) -> Any:
    """Lists become tuples, mappings become tuples of pairs, however deep.

    Raises:
        TypeError: for what a log cannot hold: floats, bytes, objects.
        ValueError: for whole numbers beyond 64 bits and text that is not Unicode.
    """
    kind = type(value)
    if kind is str:
        if not value.isascii():
            value.encode()
        return value
    if kind is int:
        if not -(2**63) <= value < 2**63:
            raise ValueError("number beyond 64 bits")
        return value
    if value is None or kind is bool:
        return value
    if isinstance(value, Mapping):
        return tuple((plain(name), plain(each)) for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(plain, value))
    raise TypeError(f"a log cannot hold {kind.__name__}")


def until(events: Sequence[Event], at_ms: int) -> tuple[Event, ...]:
    """The events up to and including a time."""
    low, high = 0, len(events)
    while low < high:
        middle = (low + high) // 2
        if events[middle].at_ms <= at_ms:
            low = middle + 1
        else:
            high = middle
    return tuple(events[:low])


def chain(events: Sequence[Event], number: int) -> list[int]:
    """The numbers of an entry, its cause, the cause of that, and so on to the first."""
    steps = []
    while number != NO_CAUSE:
        steps.append(number)
        number = events[number].cause
    return steps


def of_kind(events: Iterable[Event], *kinds: type) -> list[Any]:
    """The events of some kinds, in order."""
    return [event for event in events if type(event) in kinds]
