"""Two runs of one scenario beside each other: where they begin to differ, and what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from studyapp.course.labelled import Language
from studyapp.course.numbers import format_number
from studyapp.engine.counters import count
from studyapp.engine.scenario import Run
from studyapp.simulator.runs import seconds_of
from studyapp.simulator.telling import Line, Teller, clock


@dataclass(frozen=True, slots=True)
class Difference:
    """The first told event that is not the same in both runs; a run that has ended tells nothing there."""

    at_ms: int
    time: str
    seconds: str
    lines: tuple[Line | None, Line | None]


def first_difference(one: Teller, two: Teller) -> Difference | None:
    """Where two runs part; None if they tell the same from start to end."""
    for a, b in zip_longest(one.lines(), two.lines()):
        if a is None or b is None or (a.at_ms, a.what) != (b.at_ms, b.what):
            at_ms = min(each.at_ms for each in (a, b) if each is not None)
            return Difference(at_ms, clock(at_ms), seconds_of(at_ms), (a, b))
    return None


@dataclass(frozen=True, slots=True)
class Figure:
    """A counter in both runs. `less` and `more` say which way the second differs."""

    name: str
    values: tuple[str, str]
    sign: str


def figures(teller: Teller, runs: Sequence[Run], language: Language) -> list[Figure]:
    """The counters that are not 0 in both runs, those that differ first."""
    one, two = (count(run.world) for run in runs)
    found = [
        Figure(
            teller.counter(name),
            (format_number(one[name], language), format_number(two[name], language)),
            "=" if one[name] == two[name] else "↑" if two[name] > one[name] else "↓",
        )
        for name in one
        if one[name] or two[name]
    ]
    return sorted(found, key=lambda figure: figure.sign == "=")
