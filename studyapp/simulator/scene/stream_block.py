"""How a stream is drawn: a lane for each shard, its beads, and a track for each reader's cursor.

Where there are many records, a lane shows a level instead of beads; where there are many shards, each is a bar
over its part of the hash keys.
"""

from collections.abc import Mapping, Sequence
from html import escape

from studyapp.engine.limits.kinesis import HASH_KEYS
from studyapp.simulator.scene.blocks import Block, Grid, Shape, bound_text, box
from studyapp.simulator.scene.shards import Lane, Survey
from studyapp.simulator.scene.text import fitted, label, svg, width_of

BEAD, TRACK = 28, 20  # how far beads stand from each other, how high a track is
WINDOW_MAX = 6  # beads of a lane that are drawn
_LEFT = 96  # the least room for the shard's name, its slice and the names of the readers
_WIDTH_MAX = 316
_BAR_HEIGHT = 84
_TENTHS = 10
_SLICE_PX = 60


class Stream(Block):
    """A stream. `readers` are those who have a cursor in it: id and name, in the order of their tracks."""

    kind = "stream"
    service = "kinesis"
    column = 2
    alone = True

    def __init__(self, id: str, found: Survey) -> None:
        super().__init__(id)
        self.found = found
        self.lanes: dict[str, Lane] = {}
        # Every lane there ever was, by its part: streams can be made again.
        self.drawn: dict[str, Lane] = {}
        self.readers: dict[str, str] = {}
        self.leased: set[str] = set()
        # Parts that stand for the cursors there ever were: 'cursor-', track, '-', shard.
        self.cursors: dict[str, None] = {}
        self.window = min(WINDOW_MAX, max(4, found.most)) if found.beads else WINDOW_MAX

    def open_lane(self, shard_id: str, lane: Lane) -> None:
        self.lanes[shard_id] = lane
        self.drawn[lane.part] = lane

    def track(self, reader: str, name: str) -> int:
        """The number of a reader's track; a new one the first time."""
        self.readers.setdefault(reader, name)
        return list(self.readers).index(reader)

    def room(self, place: str) -> int:
        return self.window if place.startswith("shard-") else 1

    def shows_last(self, place: str) -> bool:
        return place.startswith("shard-")

    def tells(self, place: str) -> bool:
        return place.startswith("shard-")

    def start(self) -> dict[str, str]:
        return {"about": "", "rate": ""}

    def sentences(self) -> Sequence[tuple[str, str]]:
        if not self.found.lanes:
            return [("stream-with-rate", self.id)]
        found = [("stream", self.id)]
        for part, lane in self.drawn.items():
            found += [("shard-holds", f"{self.id}/{part}"), ("holds", f"{self.id}/{part}")]
            found += [
                ("cursor", f"{self.id}/{cursor}")
                for cursor in self.cursors
                if cursor.endswith(f"-{lane.number}")
            ]
        return found

    def hash_place(self, lane: Lane, key_hash: int) -> str:
        """Where a hash key is on the number line of a lane."""
        return f"{self.id}/hash-{lane.number}-{_SLICE_PX * key_hash // HASH_KEYS}"

    def gaps(self) -> int:
        """The number of the last place between beads, or the last tenth, that a cursor can stand at."""
        return self.window if self.found.beads else _TENTHS

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        beads = BEAD * self.window + 24.0
        left = max(_LEFT, *(width_of(name, 12) + 26 for name in self.readers.values()), 0.0)
        if self.leased:
            left += 24
        for key in ("shard-closed", "shard-hot"):
            left = max(left, width_of(words[key].replace("{n}", "0"), 12.5) + 24)
        left = min(left, _WIDTH_MAX - beads)
        width = left + beads
        if not self.found.lanes:
            width = float(_WIDTH_MAX)
        drawing = label(self.name, width / 2, 18, width - 20)
        drawing += bound_text(f"{{{self.id}.about}}", width / 2, 34)
        places: dict[str, Grid] = {}
        if self.found.lanes:
            y = 42.0
            for lane in self.drawn.values():
                inner, height = self._lane(lane, left, width, y, places)
                drawing += inner
                y += height + 6
        else:
            drawing += self._bars(width, words, places)
            y = 42.0 + _BAR_HEIGHT + 56
        height = y + 4
        places["door"] = Grid(10, height / 2)
        sides = box(width, height, 12, class_="drawing__box drawing__box--service")
        return Shape(width, height, places, sides + drawing)

    def _lane(
        self, lane: Lane, left: float, width: float, y: float, places: dict[str, Grid]
    ) -> tuple[str, float]:
        """The drawing of a lane at a height, and how high it is. Its places are put down."""
        thing = f"{self.id}/{lane.part}"
        height = 36.0 + TRACK * len(self.readers)
        first = left + BEAD / 2
        end = first + BEAD * self.window - BEAD / 2
        frame = {"x": 6, "width": width - 12, "rx": 7}
        inner = svg("rect", class_="drawing__lane", y=y, height=height, **frame)
        inner += svg(
            "rect", class_="drawing__hot", x=9, y=y + 3, width=width - 18, height=height - 6, rx=5
        )
        inner += bound_text(f"{{{thing}.label}}", 12, y + 15, class_="drawing__shard-name")
        inner += _slice(lane, 12, y + 26, _SLICE_PX)
        for bit in range(_SLICE_PX + 1):
            places[f"hash-{lane.number}-{bit}"] = Grid(12 + bit, y + 26)
        if self.found.beads:
            inner += bound_text(f"{{{thing}.more}}", left - 4, y + 29, class_="drawing__more")
            places[lane.part] = Grid(first, y + 18, BEAD, columns=self.window)
            for slot in range(self.window):
                places[f"bead-{lane.number}-{slot}"] = Grid(first + slot * BEAD, y + 18)
        else:
            inner += bound_text(f"{{{thing}.rate}}", first - 14, y + 15, class_="drawing__figure")
            inner += _level(first - 14, y + 21, end - first + 14, 9)
            places[lane.part] = Grid(first, y + 24)
        gap = (end - first + BEAD / 2) / self.gaps()
        for track, (reader, name) in enumerate(self.readers.items()):
            middle = y + 36 + TRACK * track + TRACK / 2 - 2
            room = left - (46 if reader in self.leased else 22)
            inner += svg("path", class_="drawing__track", d=f"M{left - 15:g} {middle:g}H{end:g}")
            text = escape(fitted(name, room, 12))
            inner += svg("text", text, class_="drawing__reader", x=12, y=middle + 4, font_size=12)
            for place in range(-1, self.gaps() + 1):
                at = Grid(left - 15 if place < 0 else first - BEAD / 2 + place * gap, middle)
                places[f"at-{track}-{lane.number}-{place}"] = at
                places[f"check-{track}-{lane.number}-{place}"] = at
            places[f"lease-{track}-{lane.number}"] = Grid(left - 34, middle)
        return svg("g", inner, class_="drawing__shard", data_thing=thing), height

    def _bars(self, width: float, words: Mapping[str, str], places: dict[str, Grid]) -> str:
        """A bar for each shard over the number line of all hash keys."""
        left, top, room = 12.0, 56.0, width - 24.0
        drawing = ""
        for lane in self.drawn.values():
            x = left + room * lane.start / HASH_KEYS
            wide = max(1.5, room * (lane.end - lane.start) / HASH_KEYS - 1.5)
            bar = svg("rect", class_="drawing__lane", x=x, y=top, width=wide, height=_BAR_HEIGHT)
            bar += svg(
                "rect",
                class_="drawing__level drawing__level--up",
                x=x,
                y=top,
                width=wide,
                height=_BAR_HEIGHT,
            )
            mark = f"M{x + wide / 2:.1f} {top - 3:g}l-3.5-7h7z"
            bar += svg("path", class_="drawing__hot", d=mark)
            drawing += svg("g", bar, class_="drawing__shard", data_thing=f"{self.id}/{lane.part}")
            places[lane.part] = Grid(x + wide / 2, top + _BAR_HEIGHT / 2)
        under = top + _BAR_HEIGHT + 5
        drawing += svg("path", class_="drawing__slice-all", d=f"M{left:g} {under:g}h{room:g}")
        ends = [("0", left, "start"), (words["hash-keys"], width / 2, "middle")]
        ends += [("2¹²⁸−1", width - left, "end")]
        for text, x, anchor in ends:
            look = f"drawing__end drawing__end--{anchor}"
            drawing += svg("text", escape(text), class_=look, x=x, y=under + 16, font_size=12)
        return drawing + bound_text(f"{{{self.id}.rate}}", width / 2, under + 34)


def _slice(lane: Lane, x: float, y: float, width: float) -> str:
    """The small number line of all hash keys, with the part that belongs to a shard."""
    start = x + width * lane.start / HASH_KEYS
    long = max(2.0, width * (lane.end - lane.start) / HASH_KEYS)
    ends = f"M{x:g} {y - 3:g}v6M{x + width:g} {y - 3:g}v6M{x:g} {y:g}h{width:g}"
    return svg("path", class_="drawing__slice-all", d=ends) + svg(
        "path", class_="drawing__slice", d=f"M{start:.1f} {y:g}h{long:.1f}"
    )


def _level(x: float, y: float, width: float, height: float) -> str:
    return svg(
        "rect", class_="drawing__level-room", x=x, y=y, width=width, height=height, rx=3
    ) + svg("rect", class_="drawing__level", x=x, y=y, width=width, height=height, rx=3)
