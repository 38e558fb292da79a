"""A drawing and its arrivals as lines and marks of an SVG picture, in drawing units.

Each point is an instruction: put the pen down here, or draw a line to here. Whoever receives the points follows
the instructions in the order of arrival. A picture holds steps, the places of the arrivals counted from 0, so
that it can be shown up to any of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studyapp.simulator.scramble import Way
from studyapp.simulator.scramble_drawing import GRID, GROUPS, Drawing, Point

UNIT, MARGIN = 10, 14
SIZE = 2 * MARGIN + UNIT * (len(GRID) - 1)


def place(count: int) -> int:
    """Where a column or row lies."""
    return MARGIN + UNIT * count


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of one pen. `lane`: whose pen; -1 for the one pen that follows everything. `steps`: the step of
    each command of `d`."""

    lane: int
    d: str
    steps: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that has arrived: in the shape and colour of its group, with a ring when it came late (`late`)
    and a second mark when it came again at step `again`. `label` names the first of a group."""

    x: int
    y: int
    shape: str
    step: int
    late: bool
    again: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """`times`: the virtual time of each step, in milliseconds."""

    strokes: tuple[Stroke, ...]
    marks: tuple[Mark, ...]
    times: str = ""


def picture_of(drawing: Drawing) -> Picture:
    """The drawing as it was drawn."""
    points = drawing.points
    steps = [(step, step) for step in range(len(points))]
    return Picture((_stroke(-1, points, steps),), tuple(_marks(points, steps, frozenset())))


def picture_after(drawing: Drawing, way: Way) -> Picture:
    """What one pen makes of the arrivals; and, where several lanes keep their order, one pen for each."""
    points = drawing.points
    steps = [(step, arrival.point) for step, arrival in enumerate(way.arrivals)]
    lanes = way.lane_numbers()
    several = [
        _stroke(lane, points, [each for each in steps if way.lanes[each[1]] == lane])
        for lane in (lanes if len(lanes) > 1 else ())
    ]
    late = frozenset(each.point for each in way.arrivals if each.late)
    times = ",".join(str(each.at_ms) for each in way.arrivals)
    strokes = (_stroke(-1, points, steps), *several)
    return Picture(strokes, tuple(_marks(points, steps, late)), times)


def _stroke(lane: int, points: Sequence[Point], steps: Sequence[tuple[int, int]]) -> Stroke:
    """The pen follows (step, point) pairs: it is lifted before a point that starts a stroke."""
    commands = [
        f"{'M' if not n or points[point].starts else 'L'}"
        f"{place(points[point].column)} {place(points[point].row)}"
        for n, (_, point) in enumerate(steps)
    ]
    return Stroke(lane, "".join(commands), ",".join(str(step) for step, _ in steps))


def _marks(
    points: Sequence[Point], steps: Iterable[tuple[int, int]], late: frozenset[int]
) -> Iterable[Mark]:
    first: dict[int, int] = {}
    again: dict[int, int] = {}
    for step, point in steps:
        if point in first:
            again.setdefault(point, step)
        else:
            first[point] = step
    named = {point.group: number for number, point in reversed(list(enumerate(points)))}
    for number, step in first.items():
        column, row, _, group = points[number]
        yield Mark(
            place(column),
            place(row),
            GROUPS[group].lower(),
            step,
            number in late,
            again.get(number),
            GROUPS[group] if named[group] == number else "",
        )
