"""A Lambda function that a queue invokes: pollers hold what they received, the function runs with batches."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from studyapp.simulator.scene.blocks import HAND, Block, Grid, Shape, bound_text, box, heading
from studyapp.simulator.scene.text import svg


class Function(Block):
    """The function above, with the messages of all its invocations, and below Lambda's pollers, which hold messages
    that the function does not have yet."""

    kind = "function"
    column = 3
    rooms: ClassVar[Mapping[str, int]] = {"hands": 3, "run": 3}
    told = ("hands", "run")

    def start(self) -> dict[str, str]:
        return {"state": "idle", "polls": "0", "running": "0"}

    def sentences(self) -> Sequence[tuple[str, str]]:
        hands, run = f"{self.id}/hands", f"{self.id}/run"
        return [
            ("function", self.id),
            ("holds", run),
            ("function-pollers", self.id),
            ("holds", hands),
        ]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = min(room_px or 148, 160)
        step = min(HAND, (width - 8) / 3)
        name, y = heading(self.name, width, width - 10, words["protocol-lambda"])
        height = y + 166
        drawing = box(width, height, class_="drawing__box") + name
        drawing += bound_text(
            self.bound(words, "function-running"), width / 2, y + 33, class_="drawing__state"
        )
        drawing += bound_text(f"{{{self.id}/run.more}}", width - 8, y + 48, class_="drawing__more")
        drawing += svg("path", class_="drawing__entrance", d=f"M6 {y + 94:g}H{width - 6:g}")
        drawing += bound_text(
            f"{{{self.id}/hands.more}}", width - 8, y + 110, class_="drawing__more"
        )
        drawing += bound_text(self.bound(words, "pollers"), width / 2, y + 159)
        drawing += svg(
            "path",
            class_="drawing__crash",
            d=f"M14 {y + 40:g}L{width - 14:g} {y + 140:g}M{width - 14:g} {y + 40:g}L14 {y + 140:g}",
        )
        places = {
            "run": Grid(width / 2 - step, y + 59, step, step, 3, (1, 0, 2)),
            "hands": Grid(width / 2 - step, y + 119, step, step, 3, (1, 0, 2)),
            "door": Grid(8, y + 120),
        }
        return Shape(width, height, places, drawing)
