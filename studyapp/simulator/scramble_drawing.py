"""A drawing as text: strokes of points on a small grid, so that a drawing is its address.

`?d=elep.cl&seed=3`: two letters a point, its column and its row, 'a' to 'y'; a dot where the pen is lifted.
The seed decides what chance does to the drawing on its way. Every drawing has one address: the own drawing of
the page and the first seed are left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from studyapp.simulator.runs import Misread

GRID = "abcdefghijklmnopqrstuvwxy"
POINTS_MIN, POINTS_MAX = 2, 60
GROUPS = "ABCD"
SEED_FIRST, SEED_MAX = 1, 9_999
# What an address may hold before it is read at all.
QUERY_MAX, FIELDS_MAX = 1_000, 20
# Choices of the reader that any page may carry; they say nothing about the drawing.
_READING = frozenset({"with", "layout"})
_FORM = re.compile(rf"(?:[{GRID}]{{2}})+(?:\.(?:[{GRID}]{{2}})+)*")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,3}")


class Point(NamedTuple):
    """A place on the grid, counted from the upper left. `starts`: the pen comes down here. `group`: which of
    `GROUPS` it belongs to."""

    column: int
    row: int
    starts: bool
    group: int


@dataclass(frozen=True)
class Drawing:
    """Strokes, each the places that the pen touches, in the order of drawing."""

    strokes: tuple[tuple[tuple[int, int], ...], ...]

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """All points in the order of drawing. Every stroke is a group, A to D in turn; a drawing of one
        stroke is cut into four stretches."""
        count = sum(map(len, self.strokes))
        found: list[Point] = []
        for number, stroke in enumerate(self.strokes):
            for place, (column, row) in enumerate(stroke):
                alone = len(self.strokes) == 1
                group = place * len(GROUPS) // count if alone else number % len(GROUPS)
                found.append(Point(column, row, place == 0, group))
        return tuple(found)

    @cached_property
    def text(self) -> str:
        return ".".join(
            "".join(GRID[column] + GRID[row] for column, row in stroke) for stroke in self.strokes
        )


def read_drawing(text: str) -> Drawing:
    """The drawing that `Drawing.text` wrote.

    Raises:
        Misread: kind 'drawing', 'few' or 'many' (points).
    """
    if not _FORM.fullmatch(text):
        raise Misread("drawing")
    count = sum(each in GRID for each in text) // 2
    if count < POINTS_MIN:
        raise Misread("few")
    if count > POINTS_MAX:
        raise Misread("many")
    return Drawing(
        tuple(
            tuple(
                (GRID.index(column), GRID.index(row))
                for column, row in zip(stroke[::2], stroke[1::2], strict=True)
            )
            for stroke in text.split(".")
        )
    )


# Drawings that are ready to be sent. The first one is what the page shows by itself.
PREPARED: Mapping[str, Drawing] = {
    name: read_drawing(text)
    for name, text in {
        "house": "elepetewiwmwqwuwutupul.clejhgkdmbodrgujwlrlmlhlcl"
        ".hwhthpjplpltlw.ooqososqssqsosoqoo",
        "star": "mbndogpisjujxjvktmrorqsttwruotmrkthufwgthqhofmdkbjejgjjikgldmb",
        "heart": "mimhngoeqdsdvewgxiwlvnsqqsounvmwmxmwlvkuisgqdnclbicgdegdidkelgmhmi",
        "letter": "serdpcnclcjchdgefgfhfjhkimkmmmomqnrotptrttsurwpwnxlxjwhwgu",
    }.items()
}
OWN = PREPARED["house"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A drawing on its way: what an address says."""

    drawing: Drawing = OWN
    seed: int = SEED_FIRST

    @property
    def query(self) -> str:
        """The one query that says this; '' for the page's own drawing with the first seed."""
        return urlencode(self._fields())

    def _fields(self) -> list[tuple[str, str]]:
        fields = [] if self.drawing == OWN else [("d", self.drawing.text)]
        return fields if self.seed == SEED_FIRST else [*fields, ("seed", str(self.seed))]

    def is_said_by(self, fields: Sequence[tuple[str, str]]) -> bool:
        """Whether a query says this in the one way, whatever its percent signs."""
        return [each for each in fields if each[0] not in _READING] == self._fields()

    def with_next_seed(self) -> "Sent":
        """The same drawing with other chance."""
        return Sent(self.drawing, (self.seed + 1) % (SEED_MAX + 1))


def is_too_long(query: str) -> bool:
    return len(query) > QUERY_MAX or query.count("&") >= FIELDS_MAX


def read_sent(fields: Sequence[tuple[str, str]]) -> Sent:
    """What the fields of a query ask for.

    Raises:
        Misread: when they do not name a drawing. kind: twice, unknown, seed, or those of `read_drawing`.
    """
    given: dict[str, str] = {}
    for name, text in fields:
        if name in given:
            raise Misread("twice", name)
        given[name] = text
    for name in given:
        if name not in {"d", "seed", *_READING}:
            raise Misread("unknown", name)
    drawing = read_drawing(given["d"]) if "d" in given else OWN
    seed = given.get("seed", str(SEED_FIRST))
    if not _WHOLE.fullmatch(seed):
        raise Misread("seed")
    return Sent(drawing, int(seed))
