"""The things of a picture: what they are called, how large they are, where their tokens stand, how they are drawn.

A block is drawn twice: wide (`room_px` None, its natural size) and narrow (at most `room_px` wide). Everything in
a block is relative to its upper left corner. What changes while the run goes on are attributes (`data-state`) and
bound texts: `data-bind="{orders.visible}"` is filled with the attribute `visible` of the thing `orders`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from studyapp.simulator.scene.text import in_two_lines, label, svg, width_of

TOKEN = 28  # the room of a token with its outline, in pixels
HAND = 46  # the room of a token with its ring and the figure below it


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the tokens of a place stand: slot 0 at (x, y), `columns` in a row, then the next row. `order` says
    which column each slot of a row takes, where that is not from left to right."""

    x: float
    y: float
    step_x: float = TOKEN + 4
    step_y: float = TOKEN + 4
    columns: int = 1
    order: tuple[int, ...] = ()

    def at(self, slot: int) -> tuple[float, float]:
        row, column = divmod(max(slot, 0), self.columns)
        column = self.order[column] if self.order else column
        return self.x + column * self.step_x, self.y + row * self.step_y


@dataclass(frozen=True, slots=True)
class Shape:
    """A block at one size: `width` and `height` in pixels, the places of its tokens, its drawing as SVG."""

    width: float
    height: float
    places: Mapping[str, Grid]
    drawing: str
    # Parts that lines lead to, and where these end; they come from above. `top` is the room kept for them.
    anchors: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    top: float = 0


class Block:
    """A thing. `column` is its place in the flow: 0 who sends, 1 topics and buckets, 2 queues, streams and
    brokers, 3 who receives, 4 what they write into."""

    kind: ClassVar[str] = "block"
    service: ClassVar[str] = ""
    column: float = 0
    # The block before which it stands, where it is in no column but a sign on a line. Its id is that of the line.
    stands_on: str = ""
    # Where there is little room, it stands in a row by itself.
    alone: bool = False
    # Places and how many tokens of each are drawn; more become '+n'.
    rooms: ClassVar[Mapping[str, int]] = {}
    # Places whose contents are said in words as well.
    told: Sequence[str] = ()

    def __init__(self, id: str, name: str = "") -> None:
        self.id = id
        self.name = name or id
        self.note = ""
        # Clients that lines of kind 'line' connect with a part of it; room for those lines is kept above its parts.
        self.wires: list[str] = []

    def room(self, place: str) -> int:
        return self.rooms.get(place, 1)

    def shows_last(self, place: str) -> bool:
        """Where there is no room for all tokens of a place: whether its last ones are drawn, not its first."""
        return False

    def tells(self, place: str) -> bool:
        return place in self.told

    def start(self) -> dict[str, str]:
        """The attributes that the texts of this block need from the beginning."""
        return {}

    def sentences(self) -> Sequence[tuple[str, str]]:
        """What there is to say about it at any time, for those who do not see the drawing: (key of the words,
        thing whose attributes fill the {names} in them)."""
        return ()

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        raise NotImplementedError

    def bound(self, words: Mapping[str, str], key: str) -> str:
        """The words of a key with their {names} bound to this block: '{visible} visible' -> '{orders.visible} ...'."""
        return words[key].replace("{", "{" + self.id + ".")


def box(width: float, height: float, radius: float = 10, **more: object) -> str:
    return svg("rect", x=1, y=1, width=width - 2, height=height - 2, rx=radius, **more)


def bound_text(bind: str, x: float, y: float, size_px: int = 12, **more: object) -> str:
    """A text that is filled from attributes. It holds a space until it is."""
    more = {"class_": "drawing__count", "font_size": size_px, **more}
    return svg("text", " ", x=x, y=y, data_bind=bind, **more)


def heading(name: str, width: float, room_px: float, note: str = "") -> tuple[str, float]:
    """The name of a block at its upper edge, with a note below it, and how much lower everything else stands
    where that takes more than one line."""
    extra = 15.0 * (len(in_two_lines(name, room_px, 13)) - 1)
    drawing = label(name, width / 2, 17 + extra, room_px)
    if note:
        extra += 15.0 * len(in_two_lines(note, width - 10, 12))
        y = 17 + extra
        drawing += label(note, width / 2, y, width - 10, 12, class_="drawing__note")
    return drawing, extra


def in_lines(parts: Sequence[str], width_px: float) -> list[str]:
    """Bound texts of 12 px in one line, or a line for each where they are wider than the room."""
    one = ", ".join(parts)
    return [one] if width_of(_PLACEHOLDER.sub("0", one), 12) <= width_px else list(parts)


_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


class Source(Block):
    """Somebody who sends: a producer, a shop, the learner."""

    kind = "source"
    column = 0

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width, height = min(room_px or 92, 110), 48
        drawing = box(width, height, class_="drawing__box")
        lines = len(in_two_lines(self.name, width - 10, 13))
        drawing += label(self.name, width / 2, height / 2 + 5 + 7 * (lines - 1), width - 10)
        return Shape(width, height, {"door": Grid(width / 2, height / 2)}, drawing)


class Queue(Block):
    """A queue: a wide box with a row or two of tokens, or one lane for each message group. Messages that are delayed
    wait behind a dotted line at its entrance."""

    kind = "queue"
    service = "sqs"
    column = 2
    # A lane for each group, as many as are drawn; the groups after them share the last lane.
    LANES_MAX = 4
    LEVEL_FROM = 20

    def __init__(self, id: str, fifo: bool = False) -> None:
        super().__init__(id)
        self.fifo = fifo
        self.dead_letters = False
        self.delays = False
        # The most messages it ever holds; from LEVEL_FROM on it shows how full it is in comparison.
        self.peak = 0
        self.lanes: dict[str, str] = {}

    def lane(self, group: str) -> str:
        """The place of a group."""
        if group not in self.lanes:
            self.lanes[group] = f"lane-{min(len(self.lanes), self.LANES_MAX - 1)}"
        return self.lanes[group]

    def room(self, place: str) -> int:
        if place == "delayed":
            return 3
        return 5 if place.startswith("lane-") else 8

    def tells(self, place: str) -> bool:
        return True

    def start(self) -> dict[str, str]:
        return {"visible": "0", "flight": "0", "delayed": "0", "task": ""}

    def sentences(self) -> Sequence[tuple[str, str]]:
        places = [*(["delayed"] if self.delays else []), *dict.fromkeys(self.lanes.values())]
        holds = [f"{self.id}/{place}" for place in places or ["line"]]
        if self.delays and not self.lanes:
            holds.append(f"{self.id}/line")
        return [("queue", self.id), *(("holds", place) for place in holds)]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = 172 if room_px is None else min(room_px, 200)
        note = self.note or (words["dead-letter-queue"] if self.dead_letters else "")
        drawing, extra = heading(self.name, width, width - (56 if width > 150 else 12), note)
        y = 24.0 + extra
        places: dict[str, Grid] = {}
        if self.delays:
            drawing += self._entrance(width, y, places, words)
            y += 82
        if self.fifo and self.lanes:
            for lane in dict.fromkeys(self.lanes.values()):
                drawing += self._lane(lane, width, y, places)
                y += 52
        else:
            columns = max(2, int((width - 8) // (TOKEN + 4)))
            inset = (width - columns * (TOKEN + 4)) / 2 + (TOKEN + 4) / 2
            places["line"] = Grid(inset, y + 16, columns=columns)
            drawing += bound_text(f"{{{self.id}/line.more}}", width - 8, 17, class_="drawing__more")
            y += -(-8 // columns) * (TOKEN + 4)
        if self.peak >= self.LEVEL_FROM:
            drawing += self._level(width, y + 2)
            y += 12
        counts, lines = self._counts(width, y, words)
        height = y + 8 + 14 * lines
        drawing += counts
        drawing += bound_text(
            f"{{{self.id}.task}}", width / 2, height - 22 - 14 * (lines - 1), class_="drawing__task"
        )
        drawing += bound_text(
            f"{{{self.id}.state}}", width / 2, 24 + (height - 24) / 2, class_="drawing__gone"
        )
        sides = "drawing__box drawing__box--service" + " drawing__box--dead" * self.dead_letters
        places["door"] = Grid(8, height / 2)
        return Shape(width, height, places, box(width, height, 12, class_=sides) + drawing)

    def _level(self, width: float, y: float) -> str:
        """How full the queue is, in tenths of the most that it ever holds."""
        shape = {"x": 10, "y": y, "width": width - 20, "height": 9, "rx": 3}
        return svg(
            "g",
            svg("rect", class_="drawing__level-room", **shape)
            + svg("rect", class_="drawing__level", **shape),
            data_thing=f"{self.id}/level",
        )

    def _entrance(
        self, width: float, y: float, places: dict[str, Grid], words: Mapping[str, str]
    ) -> str:
        """Where delayed messages wait, and the line behind which they do."""
        step = min(HAND + 6, (width - 12) / 3)
        places["delayed"] = Grid(width / 2 - step, y + 38, step, step, 3)
        drawing = bound_text(self.bound(words, "queue-delayed"), width / 2, y + 12)
        drawing += bound_text(
            f"{{{self.id}/delayed.more}}", width - 8, y + 12, class_="drawing__more"
        )
        return drawing + svg("path", class_="drawing__entrance", d=f"M8 {y + 76:g}H{width - 8:g}")

    def _lane(self, lane: str, width: float, y: float, places: dict[str, Grid]) -> str:
        """One lane, with the name of its group and a lock that shows while it is locked."""
        step = min(TOKEN + 4.0, (width - 16) / 5)
        places[lane] = Grid(8 + TOKEN / 2, y + 32, step, step, 5)
        place = f"{self.id}/{lane}"
        x, top = width - 17, y + 3
        drawing = svg(
            "rect",
            class_="drawing__lane",
            x=6,
            y=y,
            width=width - 12,
            height=49,
            rx=6,
        )
        drawing += bound_text(f"{{{place}.group}}", 12, y + 12, class_="drawing__group")
        drawing += svg(
            "path",
            class_="drawing__lock",
            d=f"M{x:g} {top + 5:g}h9v7h-9zM{x + 2:g} {top + 5:g}v-2a2.5 2.5 0 0 1 5 0v2",
        )
        drawing += bound_text(f"{{{place}.more}}", width - 22, y + 12, class_="drawing__more")
        return svg("g", drawing, class_="lane", data_thing=place)

    def _counts(self, width: float, y: float, words: Mapping[str, str]) -> tuple[str, int]:
        """How many there are of each, in one line or in two."""
        parts = [self.bound(words, key) for key in ("queue-visible", "queue-flight")]
        lines = in_lines(parts, width - 8)
        drawing = "".join(
            bound_text(line, width / 2, y + 14 + 14 * n) for n, line in enumerate(lines)
        )
        return drawing, len(lines)


class Worker(Block):
    """A program that receives: its hands hold what it works on, each with the ring of the time it may keep it."""

    kind = "worker"
    column = 3
    rooms: ClassVar[Mapping[str, int]] = {"hands": 3}
    told = ("hands",)

    def __init__(self, id: str) -> None:
        super().__init__(id)
        # Whether empty answers are a part of the story.
        self.empties = False

    def start(self) -> dict[str, str]:
        return {"state": "idle", "empties": "0"}

    def sentences(self) -> Sequence[tuple[str, str]]:
        said = [("worker", self.id), ("holds", f"{self.id}/hands")]
        return [*said, ("worker-empty-answers", self.id)] if self.empties else said

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = min(room_px or 132, 150)
        drawing, y = heading(self.name, width, width - 10)
        height = y + (112 if self.empties else 98)
        step = min(HAND, (width - 8) / 3)
        drawing = box(width, height, class_="drawing__box") + drawing
        drawing += bound_text(
            f"{{{self.id}/hands.more}}", width - 6, y + 34, class_="drawing__more"
        )
        drawing += bound_text(f"{{{self.id}.state}}", width / 2, y + 91, class_="drawing__state")
        if self.empties:
            drawing += bound_text(self.bound(words, "empty-answers"), width / 2, y + 105)
        drawing += svg(
            "path",
            class_="drawing__crash",
            d=f"M14 {y + 24:g}L{width - 14:g} {y + 70:g}M{width - 14:g} {y + 24:g}L14 {y + 70:g}",
        )
        hands = Grid(width / 2 - step, y + 44, step, step, 3, (1, 0, 2))
        return Shape(width, height, {"hands": hands, "door": Grid(8, height / 2)}, drawing)
