"""Where the blocks of a picture stand: in columns from who sends to who receives, or, where there is little room,
in rows from top to bottom. Positions follow from kinds and lines alone, so the same run looks the same everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studyapp.simulator.scene.blocks import Block, Grid, Shape
from studyapp.simulator.scene.board import Board, Edge

WIDE_PX, NARROW_PX = 640, 328
MARGIN = 12
GAP_X_MIN, GAP_Y, ROW_GAP = 34, 16, 34
# More blocks than this above each other stand in two columns.
COLUMN_MAX = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its shape and where its upper left corner is."""

    block: Block
    shape: Shape
    x: float
    y: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.shape.width / 2, self.y + self.shape.height / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole picture at one width: `width` and `height` in pixels, blocks by id."""

    name: str
    width: float
    height: float
    placed: Mapping[str, Placed]

    def grid(self, place: str) -> Grid | None:
        """Where the tokens of a place stand in the whole picture."""
        block, _, name = place.partition("/")
        placed = self.placed.get(block)
        if placed is None:
            return None
        inner = placed.shape.places.get(name) or placed.shape.places.get("door")
        if inner is None:
            inner = Grid(placed.shape.width / 2, placed.shape.height / 2)
        return Grid(
            placed.x + inner.x,
            placed.y + inner.y,
            inner.step_x,
            inner.step_y,
            inner.columns,
            inner.order,
        )


def _columns(board: Board) -> list[list[Block]]:
    """The blocks by column, in order of first appearance."""
    found: dict[float, list[Block]] = {}
    for block in board.blocks.values():
        found.setdefault(block.column, []).append(block)
    return [found[column] for column in sorted(found)]


def _before(board: Board, block: Block) -> list[str]:
    return [edge.start for edge in board.edges.values() if edge.end == block.id]


def wide(board: Board) -> Layout:
    """Columns side by side; a block stands level with what leads to it."""
    columns: list[list[tuple[Block, Shape]]] = []
    for blocks in _columns(board):
        shapes = [(block, block.shape(None, board.words)) for block in blocks]
        if len(shapes) > COLUMN_MAX:
            half = -(-len(shapes) // 2)
            columns += [shapes[:half], shapes[half:]]
        else:
            columns.append(shapes)
    widths = [max(shape.width for _, shape in column) for column in columns]
    natural = sum(widths) + 2 * MARGIN + GAP_X_MIN * max(len(columns) - 1, 0)
    width = max(WIDE_PX, natural)
    gap = (width - 2 * MARGIN - sum(widths)) / max(len(columns) - 1, 1)
    gap = min(gap, 96.0)
    used = sum(widths) + gap * max(len(columns) - 1, 0)
    left = (width - used) / 2
    placed: dict[str, Placed] = {}
    for column, column_width in zip(columns, widths, strict=True):
        for block, shape, y in _stacked(board, column, placed):
            placed[block.id] = Placed(block, shape, left + (column_width - shape.width) / 2, y)
        left += column_width + gap
    return _framed("wide", width, placed)


def _stacked(
    board: Board, column: Sequence[tuple[Block, Shape]], placed: Mapping[str, Placed]
) -> list[tuple[Block, Shape, float]]:
    """The blocks of a column with their upper edges: as level as they can be with what leads to them."""
    wanted: list[tuple[float, int, Block, Shape]] = []
    own = {block.id for block, _ in column}
    for n, (block, shape) in enumerate(column):
        leads = [placed[id].centre[1] for id in _before(board, block) if id in placed]
        beside = [id for id in _before(board, block) if id in own]
        level = sum(leads) / len(leads) if leads else 0.0
        if beside and not leads:  # such as a dead-letter queue: right below its source
            source = next((w for w in wanted if w[2].id == beside[0]), None)
            level = source[0] + 0.5 if source else 0.0
        wanted.append((level, n, block, shape))
    wanted.sort(key=lambda row: row[:2])
    found: list[tuple[Block, Shape, float]] = []
    bottom = float("-inf")
    shift: list[float] = []
    for level, _, block, shape in wanted:
        y = max(bottom, level - shape.height / 2)
        found.append((block, shape, y))
        shift.append(level - (y + shape.height / 2))
        bottom = y + shape.height + GAP_Y
    up = sum(shift) / len(shift)
    return [(block, shape, y + up) for block, shape, y in found]


def narrow(board: Board) -> Layout:
    """Rows below each other, at most three blocks in a row; some blocks need a row for themselves."""
    placed: dict[str, Placed] = {}
    y = float(MARGIN)
    for blocks in _columns(board):
        blocks = sorted(blocks, key=lambda block: _level(board, block, placed))
        rows = _rows(blocks)
        for row in rows:
            room = (NARROW_PX - 2 * 6 - 8 * (len(row) - 1)) / len(row)
            shapes = [block.shape(room, board.words) for block in row]
            used = sum(shape.width for shape in shapes)
            gap = min((NARROW_PX - used) / (len(row) + 1), 28.0)
            x = (NARROW_PX - used - gap * (len(row) - 1)) / 2
            for block, shape in zip(row, shapes, strict=True):
                placed[block.id] = Placed(block, shape, x, y)
                x += shape.width + gap
            last = row is rows[-1]
            y += max(shape.height for shape in shapes) + (ROW_GAP if last else 12)
    return _framed("narrow", float(NARROW_PX), placed)


def _rows(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    together = [block for block in blocks if not block.alone]
    each = 2 if len(together) == 4 else min(max(len(together), 1), 3)
    rows: list[Sequence[Block]] = [
        together[start : start + each] for start in range(0, len(together), each)
    ]
    return rows + [[block] for block in blocks if block.alone]


def _level(board: Board, block: Block, placed: Mapping[str, Placed]) -> float:
    leads = [placed[id].centre[0] for id in _before(board, block) if id in placed]
    return sum(leads) / len(leads) if leads else NARROW_PX / 2


def _framed(name: str, width: float, placed: Mapping[str, Placed]) -> Layout:
    """The picture moved so that its upper edge is the margin, and as high as its blocks need."""
    top = min((each.y for each in placed.values()), default=0.0) - MARGIN
    moved = {
        id: Placed(each.block, each.shape, each.x, each.y - top) for id, each in placed.items()
    }
    bottom = max((each.y + each.shape.height for each in moved.values()), default=80.0)
    return Layout(name, width, bottom + MARGIN, moved)


def path(layout: Layout, edge: Edge) -> str:
    """The line of an edge as an SVG path: out of one side, into the facing one, with one smooth bend."""
    a, b = layout.placed[edge.start], layout.placed[edge.end]
    (ax, ay), (bx, by) = a.centre, b.centre
    if a.x + a.shape.width <= b.x or b.x + b.shape.width <= a.x:
        forward = a.x < b.x
        if layout.name == "wide" or not (_is_above(a, b) or _is_above(b, a)):
            x1 = a.x + a.shape.width if forward else a.x
            x2 = b.x if forward else b.x + b.shape.width
            half = (x2 - x1) / 2
            return f"M{x1:.0f} {ay:.0f}C{x1 + half:.0f} {ay:.0f} {x2 - half:.0f} {by:.0f} {x2:.0f} {by:.0f}"
    down = ay <= by
    y1 = a.y + a.shape.height if down else a.y
    y2 = b.y if down else b.y + b.shape.height
    half = (y2 - y1) / 2
    return f"M{ax:.0f} {y1:.0f}C{ax:.0f} {y1 + half:.0f} {bx:.0f} {y2 - half:.0f} {bx:.0f} {y2:.0f}"


def _is_above(a: Placed, b: Placed) -> bool:
    return a.y + a.shape.height <= b.y
