"""Goals about what happens at all, and how often."""

from collections.abc import Iterator
from typing import Any

from studyapp.engine.calls import Pairs
from studyapp.engine.counters import count
from studyapp.engine.goals.verdict import Missing, UnknownGoal, View, missing
from studyapp.engine.witness import fits
from studyapp.engine.world import EVENTS, World


def event_happens(
    world: World,
    view: View,
    *,
    event: str,
    where: Pairs | None = None,
    at_least: int = 1,
    at_most: int | None = None,
    before_ms: int | None = None,
) -> Iterator[Missing]:
    """Events of a kind with these fields happen `at_least` and `at_most` so often, before a time."""
    kind, fields = EVENTS.get(event), dict(where or ())
    if kind is None:
        raise UnknownGoal(f"there is no event {event!r}"[:120])
    for name in fields:
        if name not in ("message", *kind._fields):  # type: ignore[attr-defined]
            raise UnknownGoal(f"{event} has no field {name!r}"[:120])
    asked: dict[str, Any] = {"event": event, "where": tuple(fields.items())}
    in_time = ""
    if before_ms is not None:
        asked["before_ms"], in_time = before_ms, "-in-time"
    found = 0
    for each in world.log:
        if before_ms is not None and each.at_ms >= before_ms:
            break
        found += type(each) is kind and fits(each, fields, view.body_of)
    if found < at_least:
        is_none = (found, at_least) == (0, 1)
        yield missing(
            ("no-events" if is_none else "too-few-events") + in_time,
            **asked,
            found=found,
            wanted=at_least,
        )
    if at_most is not None and found > at_most:
        yield missing(
            ("too-many-events" if at_most else "unwanted-events") + in_time,
            **asked,
            found=found,
            wanted=at_most,
        )


def count_at_most(world: World, view: View, *, counter: str, most: int) -> Iterator[Missing]:
    """A counter of the run, such as api_calls or empty_receives, stays at or below a number."""
    found = _counted(world, counter)
    if found > most:
        yield missing("counter-too-high", counter=counter, found=found, wanted=most)


def count_at_least(world: World, view: View, *, counter: str, least: int) -> Iterator[Missing]:
    """A counter of the run reaches a number."""
    found = _counted(world, counter)
    if found < least:
        yield missing("counter-too-low", counter=counter, found=found, wanted=least)


def _counted(world: World, counter: str) -> int:
    counters = count(world)
    if counter not in counters:
        raise UnknownGoal(f"there is no counter {counter!r}; there are {', '.join(counters)}")
    return counters[counter]
