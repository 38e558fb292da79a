"""An S3 bucket, with its newest objects in it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from studyapp.simulator.scene.blocks import TOKEN, Block, Grid, Shape, bound_text
from studyapp.simulator.scene.text import label, svg


class Bucket(Block):
    """A bucket stands with those who send, or, where a delivery stream writes into it, at the end."""

    kind = "bucket"
    service = "s3"
    rooms: ClassVar[Mapping[str, int]] = {"objects": 6}
    told = ("objects",)

    def shows_last(self, place: str) -> bool:
        return True

    def start(self) -> dict[str, str]:
        return {"objects": "0"}

    def sentences(self) -> Sequence[tuple[str, str]]:
        return [("bucket", self.id), ("holds", f"{self.id}/objects")]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        width = max(100.0, min(room_px or 120, 140))
        columns, top, slope = 3, 30.0, 8.0
        high = 2 * (TOKEN + 4) + 30
        left = width / 2 - (TOKEN + 4)
        drawing = label(self.name, width / 2, 15, width)
        drawing += svg(
            "path",
            class_="drawing__box",
            d=f"M2 {top:g}L{2 + slope:g} {top + high:g}Q{width / 2:g} {top + high + 8:g} "
            f"{width - 2 - slope:g} {top + high:g}L{width - 2:g} {top:g}z",
            stroke_linejoin="round",
        )
        drawing += svg(
            "ellipse", class_="drawing__box", cx=width / 2, cy=top, rx=width / 2 - 2, ry=7.0
        )
        drawing += bound_text(self.bound(words, "bucket-short"), width / 2, top + high - 6)
        drawing += bound_text(
            f"{{{self.id}/objects.more}}", width - 14, top + high - 6, class_="drawing__more"
        )
        places = {
            "objects": Grid(left, top + 10 + (TOKEN + 4) / 2, columns=columns),
            "door": Grid(width / 2, top + high / 2),
        }
        return Shape(width, top + high + 8, places, drawing)
