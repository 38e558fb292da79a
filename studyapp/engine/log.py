"""The ordered record of what happened: events, how they look as text, and how they come back.

An event is a NamedTuple of plain values (int, str, bool, None and tuples of those), never a living object.
Its first three fields are always `at_ms` (virtual milliseconds), `cause` (the number of the entry that led
to it, or NO_CAUSE) and `reason` (a key that pages turn into a sentence). An entry's number is its place.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from studyapp.engine.shapes import shape

NO_CAUSE = -1
FORMAT = 1

# `new(Kind, (field, field, ...))` makes an event like `Kind(field, field, ...)` in half the time, but counts no
# fields: only for what happens at every step of a run.
new = tuple.__new__

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
    """The text is not a saved run, or the events cannot have happened; the message says which line and why."""


def write(run: SavedRun) -> str:
    """One JSON line for the head and one for each event; the same run gives the same bytes."""
    lines = [_head_line(run.seed, run.now_ms, run.alarms_rung)]
    lines += [_line([type(event).__name__, *event]) for event in run.events]  # type: ignore[misc]
    return "\n".join(lines) + "\n"


_NUMBERS = ("seed", "now_ms", "alarms_rung")


def _head_line(*numbers: int) -> str:
    return _line({"format": FORMAT, **dict(zip(_NUMBERS, numbers, strict=True))})


# One for all lines: `json.dumps` would make one for each.
_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def read(text: str, kinds: Mapping[str, type]) -> SavedRun:
    """The run that `write` wrote. Whether its events can have happened shows when they are replayed.

    Raises:
        UnreadableLog: with the line, for anything that `write` would not have written.
    """
    first, *lines = text.split("\n")
    if not lines or lines.pop():
        raise UnreadableLog(f"line {len(lines) + 1}: the last line must end with a line break")
    seed, now_ms, rung = _head(first)
    events = []
    at_ms = 0
    for place, line in enumerate(lines):
        event = _event(line, place, kinds)
        if not (at_ms <= event.at_ms <= now_ms and NO_CAUSE <= event.cause < place):
            raise UnreadableLog(f"line {place + 2}: time or cause cannot be")
        at_ms = event.at_ms
        events.append(event)
    return SavedRun(seed, now_ms, rung, tuple(events))


def _head(line: str) -> tuple[int, int, int]:
    try:
        head = json.loads(line)
        known, seed, now_ms, rung = head["format"], *(head[name] for name in _NUMBERS)
    except (LookupError, TypeError, ValueError, RecursionError) as fault:
        raise UnreadableLog("line 1: this is not the head of a saved run") from fault
    if type(known) is not int or known != FORMAT:
        raise UnreadableLog(f"line 1: format {known!r} is not known"[:120])
    if any(type(number) is not int for number in (seed, now_ms, rung)) or min(now_ms, rung) < 0:
        raise UnreadableLog(f"line 1: {', '.join(_NUMBERS)} must be whole numbers, times from 0")
    if line != _head_line(seed, now_ms, rung):
        raise UnreadableLog("line 1: this is not the head of a saved run")
    return seed, now_ms, rung


def _event(line: str, place: int, kinds: Mapping[str, type]) -> Event:
    try:
        name, *values = json.loads(line)
        kind = kinds[name]
        fields = plain(values)
        fits = shape(kind)(fields) and line == _line([name, *fields])
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise UnreadableLog(f"line {place + 2}: this is not an event of a log") from fault
    if not fits:
        raise UnreadableLog(f"line {place + 2}: this is not an event of a log")
    event: Event = kind(*fields)
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
