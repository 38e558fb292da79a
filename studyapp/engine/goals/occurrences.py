"""Goals about what happens at all, and how often."""

from collections.abc import Iterator
from typing import Any

from studyapp.engine.calls import Pairs
from studyapp.engine.counters import count
from studyapp.engine.goals.verdict import Missing, UnknownGoal, View, missing
from studyapp.engine.witness import messages_of
from studyapp.engine.world import World


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
    found = 0
    for each in world.log:
        if before_ms is not None and each.at_ms >= before_ms:
            break
        found += type(each).__name__ == event and _fits(each, where or (), view)
    if found < at_least:
        yield missing("too-few-events", event=event, found=found, wanted=at_least)
    if at_most is not None and found > at_most:
        yield missing("too-many-events", event=event, found=found, wanted=at_most)


def _fits(event: Any, where: Pairs, view: View) -> bool:
    for name, value in where:
        if name == "message":
            if value not in [view.body_of.get(id) for id in messages_of(event)]:
                return False
        elif getattr(event, name, None) != value:
            return False
    return True


def count_at_most(world: World, view: View, *, counter: str, most: int) -> Iterator[Missing]:
    """A counter of the run, such as api_calls or empty_receives, stays at or below a number."""
    counters = count(world)
    if counter not in counters:
        raise UnknownGoal(f"there is no counter {counter!r}; there are {', '.join(counters)}")
    if counters[counter] > most:
        yield missing("counter-too-high", counter=counter, found=counters[counter], wanted=most)


def count_at_least(world: World, view: View, *, counter: str, least: int) -> Iterator[Missing]:
    """A counter of the run reaches a number."""
    counters = count(world)
    if counter not in counters:
        raise UnknownGoal(f"there is no counter {counter!r}; there are {', '.join(counters)}")
    if counters[counter] < least:
        yield missing("counter-too-low", counter=counter, found=counters[counter], wanted=least)
