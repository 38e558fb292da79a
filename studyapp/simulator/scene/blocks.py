"""The things of a picture: what they are called, how large they are, where their tokens stand, how they are drawn.

A block is drawn twice: wide (`room_px` None, its natural size) and narrow (at most `room_px` wide). Everything in
a block is relative to its upper left corner. What changes while the run goes on are attributes (`data-state`) and
bound texts: `data-bind="{orders.visible}"` is filled with the attribute `visible` of the thing `orders`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from studyapp.simulator.scene.text import label, svg

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
    # Parts that lines lead to, and where these end; they come from above.
    anchors: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class Block:
    """A thing. `column` is its place in the flow: 0 who sends, 1 topics and buckets, 2 queues, streams and
    brokers, 3 who receives, 4 what they write into."""

    kind: ClassVar[str] = "block"
    service: ClassVar[str] = ""
    column: float = 0
    # The block before which it stands, where it is in no column but a sign on a line. Its id is that of the line.
    stands_on: str = ""
    # Where there is little room, it stands in a row by itself.
    alone: ClassVar[bool] = False
    # Places and how many tokens of each are drawn; more become '+n'.
    rooms: Mapping[str, int] = {}
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


class Source(Block):
    """Somebody who sends: a producer, a shop, the learner."""

    kind = "source"
    column = 0

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width, height = min(room_px or 92, 110), 48
        drawing = box(width, height, class_="drawing__box")
        y = height / 2 + 5
        drawing += label(self.name, width / 2, y, width - 10)
        return Shape(width, height, {"door": Grid(width / 2, height / 2)}, drawing)


class Queue(Block):
    """A queue: a wide box with a row or two of tokens, or one lane for each message group."""

    kind = "queue"
    service = "sqs"
    column = 2
    # A lane for each group, as many as are drawn; the groups after them share the last lane.
    LANES_MAX = 4

    def __init__(self, id: str, fifo: bool = False) -> None:
        super().__init__(id)
        self.fifo = fifo
        self.dead_letters = False
        self.lanes: dict[str, str] = {}

    def lane(self, group: str) -> str:
        """The place of a group."""
        if group not in self.lanes:
            self.lanes[group] = f"lane-{min(len(self.lanes), self.LANES_MAX - 1)}"
        return self.lanes[group]

    def room(self, place: str) -> int:
        return 5 if place.startswith("lane-") else 8

    def tells(self, place: str) -> bool:
        return True

    def start(self) -> dict[str, str]:
        return {"visible": "0", "flight": "0", "delayed": "0"}

    def sentences(self) -> Sequence[tuple[str, str]]:
        holds = [f"{self.id}/{place}" for place in dict.fromkeys(self.lanes.values()) or ["line"]]
        return [("queue", self.id), *(("holds", place) for place in holds)]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = 172 if room_px is None else min(room_px, 200)
        columns = max(2, int((width - 8) // (TOKEN + 4)))
        inset = (width - columns * (TOKEN + 4)) / 2 + (TOKEN + 4) / 2
        top = 24.0 + (15 if self.note else 0)
        lanes = list(dict.fromkeys(self.lanes.values())) if self.fifo else []
        drawing = ""
        places: dict[str, Grid] = {}
        if lanes:
            for n, lane in enumerate(lanes):
                y = top + 18 + n * 36
                places[lane] = Grid(inset, y, columns=columns)
                drawing += svg(
                    "rect",
                    class_="drawing__lane",
                    x=6,
                    y=y - 17,
                    width=width - 12,
                    height=34,
                    rx=6,
                    data_thing=f"{self.id}/{lane}",
                )
            bottom = top + len(lanes) * 36
        else:
            rows = -(-8 // columns)
            places["line"] = Grid(inset, top + 16, columns=columns)
            bottom = top + rows * (TOKEN + 4)
        height = bottom + 22
        sides = box(width, height, 12, class_="drawing__box drawing__box--service")
        more = "".join(
            bound_text(
                f"{{{self.id}/{place}.more}}", width - 10, grid.y + 4, class_="drawing__more"
            )
            for place, grid in places.items()
            if place != "line"
        )
        if "line" in places:
            more = bound_text(f"{{{self.id}/line.more}}", width - 10, 17, class_="drawing__more")
        drawing = sides + drawing + label(self.name, width / 2, 17, width - 56) + more
        if self.note:
            drawing += label(self.note, width / 2, 32, width - 12, 12, class_="drawing__note")
        drawing += bound_text(self.bound(words, "queue-short"), width / 2, height - 8)
        places["door"] = Grid(8, height / 2)
        return Shape(width, height, places, drawing)


class Worker(Block):
    """A program that receives: its hands hold what it works on, each with the ring of the time it may keep it."""

    kind = "worker"
    column = 3
    rooms: ClassVar[Mapping[str, int]] = {"hands": 3}
    told = ("hands",)

    def start(self) -> dict[str, str]:
        return {"state": "idle", "empty": ""}

    def sentences(self) -> Sequence[tuple[str, str]]:
        return [("worker", self.id), ("holds", f"{self.id}/hands")]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = min(room_px or 132, 150)
        height = 98
        step = min(HAND, (width - 8) / 3)
        drawing = box(width, height, class_="drawing__box")
        drawing += label(self.name, width / 2, 17, width - 30)
        drawing += bound_text(f"{{{self.id}/hands.more}}", width - 8, 17, class_="drawing__more")
        drawing += bound_text(f"{{{self.id}.state}}", width / 2, 91, class_="drawing__state")
        drawing += bound_text(f"{{{self.id}.empty}}", 8, 17, class_="drawing__empty")
        drawing += svg(
            "path", class_="drawing__crash", d=f"M14 24L{width - 14:g} 70M{width - 14:g} 24L14 70"
        )
        return Shape(
            width,
            height,
            {
                "hands": Grid(width / 2 - step, 44, step, step, 3, (1, 0, 2)),
                "door": Grid(8, height / 2),
            },
            drawing,
        )
