"""How a program that reads a stream is drawn: what it handles, how far it is behind, the leases it holds."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import ClassVar

from studyapp.simulator.scene.blocks import Block, Grid, Shape, bound_text, box
from studyapp.simulator.scene.text import fitted, in_two_lines, label, svg, width_of


class Reader(Block):
    """`has_leases`: it shares the stream with other workers. `has_own_pipe`: it reads with enhanced fan-out.
    `handling_ms`: how long a record stays in its hands."""

    kind = "worker"
    service = ""
    column = 3
    rooms: ClassVar[Mapping[str, int]] = {"hands": 3, "leases": 2}
    told = ("hands", "leases")

    def __init__(self, id: str, stream: str, name: str = "") -> None:
        super().__init__(id, name)
        self.stream = stream
        self.has_leases = False
        self.has_own_pipe = False
        self.handling_ms = 0

    def start(self) -> dict[str, str]:
        return {"state": "idle", "behind": "", "handled": "0", "done": ""}

    def sentences(self) -> Sequence[tuple[str, str]]:
        found = [("reader", self.id), ("holds", f"{self.id}/hands")]
        return [*found, ("holds", f"{self.id}/leases")] if self.has_leases else found

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = min(room_px or 138, 150)
        y = 17.0 + 15 * (len(in_two_lines(self.name, width - 12, 13)) - 1)
        drawing = label(self.name, width / 2, y, width - 12)
        if self.has_own_pipe:
            y += 16
            drawing += label(words["own-pipe"], width / 2, y, width - 8, 12, class_="drawing__note")
        places: dict[str, Grid] = {}
        if self.has_leases:
            said = escape(fitted(words["leases"], 56, 12))
            drawing += svg("text", said, class_="drawing__empty", x=8, y=y + 29, font_size=12)
            first = max(width / 2 + 2, 22 + width_of(words["leases"], 12))
            places["leases"] = Grid(first, y + 25, min(28, width - 14 - first), columns=2)
            drawing += bound_text(
                f"{{{self.id}/leases.more}}", width - 4, y + 29, class_="drawing__more"
            )
            y += 46
        step = min(34.0, (width - 38) / 2)
        places["hands"] = Grid(width / 2 - step, y + 25, step, columns=3)
        drawing += bound_text(
            f"{{{self.id}/hands.more}}", width - 6, y + 46, class_="drawing__more"
        )
        drawing += bound_text(f"{{{self.id}.state}}", width / 2, y + 56, class_="drawing__state")
        drawing += bound_text(f"{{{self.id}.behind}}", width / 2, y + 71)
        drawing += bound_text(f"{{{self.id}.done}}", width / 2, y + 86)
        height = y + 95
        cross = f"M14 24L{width - 14:g} {height - 40:g}M{width - 14:g} 24L14 {height - 40:g}"
        drawing += svg("path", class_="drawing__crash", d=cross)
        places["door"] = Grid(8, height / 2)
        sides = box(width, height, class_="drawing__box")
        return Shape(width, height, places, sides + drawing)
