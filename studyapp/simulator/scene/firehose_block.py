"""How a Firehose stream is drawn: a tray that fills, with a gauge for its size and one for its interval."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import ClassVar

from studyapp.simulator.scene.blocks import TOKEN, Block, Grid, Shape, bound_text, box
from studyapp.simulator.scene.text import fitted, label, svg
from studyapp.simulator.scene.tokens import SHAPES, SIGNS

_COLUMNS, _ROWS = 4, 2


class Tray(Block):
    """A Firehose stream. `has_function`: a function transforms its batches. `waits`: some batches cannot be written
    at once. `beads`: its records are few enough to be drawn one by one."""

    kind = "delivery-stream"
    service = "firehose"
    column: float = 2
    rooms: ClassVar[Mapping[str, int]] = {"tray": _COLUMNS * _ROWS, "out": 3, "function": 3}
    told = ("tray", "function", "out")

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.has_function = False
        self.waits = False
        self.beads = True

    def start(self) -> dict[str, str]:
        return {"records": "0", "size": "0", "size-max": "", "interval": "", "why": ""}

    def sentences(self) -> Sequence[tuple[str, str]]:
        found = [("tray", self.id), ("holds", f"{self.id}/tray")]
        if self.has_function:
            found.append(("holds", f"{self.id}/function"))
        if self.waits:
            found.append(("holds", f"{self.id}/out"))
        return found

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = max(min(room_px or 164, 180), 148.0)
        middle = width / 2
        drawing = label(self.name, middle, 18, width - 16)
        drawing += bound_text(f"{{{self.id}.why}}", middle, 34, class_="drawing__note")
        top, high = 42.0, _ROWS * (TOKEN + 4) + 8.0
        sides = f"M8 {top:g}L16 {top + high:g}H{width - 16:g}L{width - 8:g} {top:g}"
        drawing += svg("path", class_="drawing__tray", d=sides)
        drawing += bound_text(f"{{{self.id}/tray.more}}", width - 10, 34, class_="drawing__more")
        if not self.beads:
            drawing += bound_text(self.bound(words, "tray-short"), middle, top + high / 2 + 4)
        step = (width - 44) / _COLUMNS
        places = {"tray": Grid(22 + step / 2, top + 20, step, TOKEN + 4, columns=_COLUMNS)}
        gauges = top + high + 8
        drawing += self._gauges(width, gauges, words)
        places["clock"] = Grid(width - 38, gauges + 36)
        y = gauges + 76
        if self.has_function:
            drawing += _row(words["transformation"], width, y)
            places["function"] = Grid(width - 84, y + 18, 34, columns=3)
            y += 40
        if self.waits:
            drawing += _row(words["to-write"], width, y)
            places["out"] = Grid(width - 80, y + 20, 36, columns=3)
            y += 56
        else:
            places["out"] = Grid(width - 16, top + high / 2)
        places["door"] = Grid(12, y / 2)
        sides = box(width, y, 12, class_="drawing__box drawing__box--service")
        return Shape(width, y, places, sides + drawing)

    def _gauges(self, width: float, y: float, words: Mapping[str, str]) -> str:
        """How full the buffer is, and how old: whichever comes first ends it."""
        room = width - 88
        drawing = svg("text", escape(words["buffer-size"]), x=12 + room / 2, y=y + 12, font_size=12)
        drawing += svg(
            "g",
            svg("rect", class_="drawing__level-room", x=12, y=y + 30, width=room, height=12, rx=3)
            + svg("rect", class_="drawing__level", x=12, y=y + 30, width=room, height=12, rx=3),
            data_thing=f"{self.id}/size",
        )
        drawing += bound_text(self.bound(words, "size-of"), 12 + room / 2, y + 67)
        interval = escape(words["buffer-interval"])
        drawing += svg("text", interval, x=width - 38, y=y + 12, font_size=12)
        drawing += svg(
            "path",
            class_="drawing__clock",
            d=SHAPES[SIGNS["clock"]],
            transform=f"translate({width - 38:g} {y + 36:g})",
        )
        return drawing + bound_text(f"{{{self.id}.interval}}", width - 38, y + 67)


def _row(text: str, width: float, y: float) -> str:
    """A row of the lower part, with its name at the left."""
    line = svg("path", class_="drawing__track", d=f"M10 {y - 2:g}H{width - 10:g}")
    said = escape(fitted(text, width - 108, 12))
    return line + svg("text", said, class_="drawing__reader", x=10, y=y + 22, font_size=12)


class Destination(Block):
    """What a Firehose stream writes into if it is no bucket: it takes batches."""

    kind = "endpoint"
    column = 4
    rooms: ClassVar[Mapping[str, int]] = {"objects": 3}
    told = ("objects",)

    def shows_last(self, place: str) -> bool:
        return True

    def start(self) -> dict[str, str]:
        return {"batches": "0"}

    def sentences(self) -> Sequence[tuple[str, str]]:
        return [("destination", self.id), ("holds", f"{self.id}/objects")]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width, height = min(room_px or 124, 140), 74.0
        drawing = box(width, height, class_="drawing__box") + label(
            self.name, width / 2, 32, width - 12
        )
        drawing += bound_text(f"{{{self.id}/objects.more}}", width - 8, 60, class_="drawing__more")
        step = (width - 34) / 3
        places = {"objects": Grid(20, 54, step, columns=3), "door": Grid(width / 2, 40)}
        return Shape(width, height, places, drawing)
