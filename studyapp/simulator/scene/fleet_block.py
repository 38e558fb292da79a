"""An Auto Scaling group: one box with a cell for each of its instances."""

from collections.abc import Mapping, Sequence

from studyapp.simulator.scene.blocks import Block, Grid, Shape, bound_text, box, heading
from studyapp.simulator.scene.text import svg

CELL_X, CELL_Y = 48, 66


class Fleet(Block):
    """A cell is taken by an instance as long as it is in the group, and free for the next one after that. When
    all cells are taken, instances beyond them share the last one."""

    kind = "fleet"
    column = 3
    CELLS_MAX = 12

    def __init__(self, id: str) -> None:
        super().__init__(id)
        # Instance by cell, None where it is free; as many cells as were ever taken at once.
        self.cells: list[str | None] = []
        self.follows = False

    def take(self, member: str) -> str:
        """The cell of a new instance."""
        if member in self.cells:
            return self.cell(self.cells.index(member))
        if None in self.cells:
            self.cells[self.cells.index(None)] = member
            return self.cell(self.cells.index(member))
        if len(self.cells) < self.CELLS_MAX:
            self.cells.append(member)
        return self.cell(len(self.cells) - 1)

    def free(self, member: str) -> None:
        if member in self.cells:
            self.cells[self.cells.index(member)] = None

    def cell(self, number: int) -> str:
        """The thing and the place that a cell is."""
        return f"{self.id}/i{number + 1}"

    def tells(self, place: str) -> bool:
        return True

    def start(self) -> dict[str, str]:
        return {"ready": "0", "size": "0", "backlog": "0", "each": "0", "target": "0"}

    def sentences(self) -> Sequence[tuple[str, str]]:
        cells = [("holds", self.cell(n)) for n in range(len(self.cells))]
        follows = [("fleet-backlog", self.id)] if self.follows else []
        return [("fleet", self.id), *cells, *follows]

    def shape(self, room_px: float | None, words: Mapping[str, str]) -> Shape:
        count = max(len(self.cells), 1)
        most = 3 if room_px is None else max(1, int((min(room_px, 316) - 8) // CELL_X))
        columns = min(count, most, -(-count // -(-count // most)))
        rows = -(-count // columns)
        width = max(columns * CELL_X + 10.0, min(150.0, room_px or 150.0))
        if self.follows:
            width = max(width, min(room_px or 172.0, 172.0))
        name, y = heading(
            self.name, width, width - 8, words["auto-scaling-group"] if self.follows else ""
        )
        top = y + 40.0 + 15 * (2 if self.follows else 0)
        left = (width - columns * CELL_X) / 2
        height = top + rows * CELL_Y + 6
        drawing = box(width, height, class_="drawing__box drawing__group-box")
        drawing += name + bound_text(self.bound(words, "fleet-short"), width / 2, y + 33)
        if self.follows:
            drawing += bound_text(self.bound(words, "backlog-short"), width / 2, y + 48)
            drawing += bound_text(self.bound(words, "backlog-target"), width / 2, y + 62)
        places = {"door": Grid(8, height / 2)}
        for n in range(len(self.cells)):
            row, column = divmod(n, columns)
            x, y = left + column * CELL_X, top + row * CELL_Y
            places[f"i{n + 1}"] = Grid(x + CELL_X / 2, y + 23)
            drawing += self._instance(n, x, y)
        return Shape(width, height, places, drawing)

    def _instance(self, number: int, x: float, y: float) -> str:
        cell = self.cell(number)
        inner = svg(
            "rect",
            class_="drawing__box",
            x=x + 2,
            y=y + 1,
            width=CELL_X - 4,
            height=CELL_Y - 4,
            rx=6,
        )
        inner += svg(
            "path",
            class_="drawing__crash",
            d=f"M{x + 8:g} {y + 8:g}l{CELL_X - 16} {CELL_Y - 20}m0 {20 - CELL_Y}l{16 - CELL_X} {CELL_Y - 20}",
        )
        inner += bound_text(f"{{{cell}.more}}", x + CELL_X - 5, y + 13, class_="drawing__more")
        return svg("g", inner, class_="cell", data_thing=cell)
