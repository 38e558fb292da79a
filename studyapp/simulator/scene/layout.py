"""Where the blocks of a picture stand: in columns from who sends to who receives, or, where there is little room,
in rows from top to bottom. Positions follow from kinds and lines alone, so the same run looks the same everywhere.

A block may stand on a line, right before the block that the line leads to: see `Block.stands_on`. The line then
ends at the sign and goes on straight from there. Such a block has the id of its line, so a line can begin at it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studyapp.simulator.scene.blocks import Block, Grid, Shape
from studyapp.simulator.scene.board import Board, Edge

WIDE_PX, NARROW_PX = 640, 328
MARGIN = 12
GAP_X_MIN, GAP_Y, ROW_GAP = 34, 16, 34
# Between a sign and the block before which it stands; between blocks of one column or row with a line between them.
GAP_SIGN, GAP_LINKED = 16, 34
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
    """The blocks by column, in order of first appearance. What stands on a line is in no column."""
    found: dict[float, list[Block]] = {}
    for block in board.blocks.values():
        if not block.stands_on:
            found.setdefault(block.column, []).append(block)
    return [found[column] for column in sorted(found)]


def _before(board: Board, block: Block) -> list[str]:
    """What leads to a block. A line that begins at a sign counts as one from where the sign's line ends. A client
    and what it is connected with are level, whichever of them comes first."""
    starts = (edge.start for edge in board.edges.values() if _leads_to(edge.end, block))
    found = [board.edges[start].end if start in board.edges else start for start in starts]
    lines = (edge for edge in board.edges.values() if edge.kind == "line")
    return found + [line.end.partition("/")[0] for line in lines if line.start == block.id]


def _leads_to(end: str, block: Block) -> bool:
    return end.partition("/")[0] == block.id


def _signs(board: Board, block: Block, room_px: float | None) -> list[tuple[Block, Shape]]:
    """What stands on the lines to a block, with its shape."""
    return [
        (sign, sign.shape(room_px, board.words))
        for sign in board.blocks.values()
        if sign.stands_on == block.id
    ]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A block with its shape and with the signs before it: on its left (wide) or above it (narrow)."""

    block: Block
    shape: Shape
    signs: Sequence[tuple[Block, Shape]]

    @property
    def signs_width(self) -> float:
        widest = max((shape.width for _, shape in self.signs), default=0.0)
        return widest + GAP_SIGN if self.signs else 0.0

    @property
    def signs_height(self) -> float:
        return sum(shape.height + GAP_SIGN for _, shape in self.signs)

    @property
    def height(self) -> float:
        """Of the block, or of the signs beside it where they are higher."""
        return max(self.shape.height, self.signs_height - GAP_SIGN)


def _cell(board: Board, block: Block, room_px: float | None, sign_px: float | None = None) -> _Cell:
    return _Cell(block, block.shape(room_px, board.words), _signs(board, block, sign_px))


def wide(board: Board) -> Layout:
    """Columns side by side; a block stands level with what leads to it."""
    columns: list[list[_Cell]] = []
    for blocks in _columns(board):
        cells = [_cell(board, block, None) for block in blocks]
        if len(cells) > COLUMN_MAX:
            half = -(-len(cells) // 2)
            columns += [cells[:half], cells[half:]]
        else:
            columns.append(cells)
    own = [max(cell.shape.width for cell in column) for column in columns]
    signs = [max(cell.signs_width for cell in column) for column in columns]
    natural = sum(own) + sum(signs) + 2 * MARGIN + GAP_X_MIN * max(len(columns) - 1, 0)
    width = max(WIDE_PX, natural)
    gap = (width - 2 * MARGIN - sum(own) - sum(signs)) / max(len(columns) - 1, 1)
    gap = min(gap, 96.0)
    used = sum(own) + sum(signs) + gap * max(len(columns) - 1, 0)
    left = (width - used) / 2
    placed: dict[str, Placed] = {}
    for column, column_width, signs_width in zip(columns, own, signs, strict=True):
        left += signs_width
        for cell, y in _stacked(board, column, placed):
            x = left + (column_width - cell.shape.width) / 2
            placed[cell.block.id] = Placed(cell.block, cell.shape, x, y)
            sign_y = y + cell.shape.height / 2 - (cell.signs_height - GAP_SIGN) / 2
            for sign, shape in cell.signs:
                placed[sign.id] = Placed(sign, shape, x - GAP_SIGN - shape.width, sign_y)
                sign_y += shape.height + GAP_SIGN
        left += column_width + gap
    return _framed("wide", width, placed)


def _stacked(
    board: Board, column: Sequence[_Cell], placed: Mapping[str, Placed]
) -> list[tuple[_Cell, float]]:
    """The blocks of a column with their upper edges: as level as they can be with what leads to them."""
    own = {cell.block.id for cell in column}
    beside = {
        cell.block.id: [
            id for id in _before(board, cell.block) if id in own and id != cell.block.id
        ]
        for cell in column
    }
    levels: dict[str, float] = {}
    for cell in column:
        leads = [placed[id].centre[1] for id in _before(board, cell.block) if id in placed]
        levels[cell.block.id] = sum(leads) / len(leads) if leads else 0.0
    wanted: list[tuple[float, int, _Cell]] = []
    for n, cell in enumerate(column):
        level, sources = levels[cell.block.id], beside[cell.block.id]
        if sources:  # such as a dead-letter queue: right below the lowest of its sources
            level = max(levels[id] for id in sources)
        wanted.append((level, n + len(column) * bool(sources), cell))
    wanted.sort(key=lambda row: row[:2])
    found: list[tuple[_Cell, float]] = []
    bottom = float("-inf")
    shift: list[float] = []
    for level, _, cell in wanted:
        linked = beside[cell.block.id]
        spare = (cell.height - cell.shape.height) / 2
        if linked:
            bottom += GAP_LINKED - GAP_Y
        y = max(bottom + spare, level - cell.shape.height / 2)
        found.append((cell, y))
        if not linked:
            shift.append(level - (y + cell.shape.height / 2))
        bottom = y + cell.shape.height + spare + GAP_Y
    up = sum(shift) / len(shift) if shift else 0.0
    return [(cell, y + up) for cell, y in found]


def narrow(board: Board) -> Layout:
    """Rows below each other, at most three blocks in a row; some blocks need a row for themselves."""
    placed: dict[str, Placed] = {}
    y = float(MARGIN)
    for blocks in _columns(board):
        blocks = sorted(blocks, key=lambda block: _level(board, block, placed))
        rows = _rows(board, blocks)
        for row in rows:
            among = GAP_LINKED if _linked(board, row) else 8
            room = (NARROW_PX - 2 * 6 - among * (len(row) - 1)) / len(row)
            # No line leads from sign to sign, so they may stand closer than blocks.
            sign_room = (NARROW_PX - 2 * 6 - 8 * (len(row) - 1)) / len(row)
            cells = [_cell(board, block, room, sign_room) for block in row]
            used = sum(cell.shape.width for cell in cells)
            gap = max(min((NARROW_PX - used) / (len(row) + 1), 28.0), among)
            x = _row_start(board, cells, gap, placed)
            y += max(cell.signs_height for cell in cells)
            for cell in cells:
                placed[cell.block.id] = Placed(cell.block, cell.shape, x, y)
                sign_y = y - cell.signs_height
                for sign, shape in cell.signs:
                    sign_x = x + (cell.shape.width - shape.width) / 2
                    sign_x = min(max(sign_x, 4), NARROW_PX - 4 - shape.width)
                    placed[sign.id] = Placed(sign, shape, sign_x, sign_y)
                    sign_y += shape.height + GAP_SIGN
                x += cell.shape.width + gap
            among_rows = 12 if row is not rows[-1] and not _leads(board, row, blocks) else ROW_GAP
            y += max(cell.shape.height for cell in cells) + among_rows
    return _framed("narrow", float(NARROW_PX), placed)


def _row_start(
    board: Board, cells: Sequence[_Cell], gap: float, placed: Mapping[str, Placed]
) -> float:
    """Where a row begins: in the middle, or as near to below what leads to it as there is room."""
    used = sum(cell.shape.width for cell in cells) + gap * (len(cells) - 1)
    middle = x = (NARROW_PX - used) / 2
    shifts = []
    for cell in cells:
        leads = [placed[id].centre[0] for id in _before(board, cell.block) if id in placed]
        if leads:
            shifts.append(sum(leads) / len(leads) - (x + cell.shape.width / 2))
        x += cell.shape.width + gap
    shift = sum(shifts) / len(shifts) if shifts else 0.0
    return middle + min(max(shift, 6 - middle), middle - 6) if middle > 6 else middle


def _rows(board: Board, blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """A few blocks in each row. Where there is more than a pair, what others of them lead to comes below them."""
    together = [block for block in blocks if not block.alone]
    last = [block for block in blocks if block.alone]
    ids = {block.id for block in together}
    below = [block for block in together if not ids.isdisjoint(_before(board, block))]
    if len(together) > 2 and below:
        above = [block for block in together if block not in below]
        return [*_split(above), *_split(below), *_split(last, 1)]
    return [*_split(together), *_split(last, 1)]


def _split(blocks: Sequence[Block], each: int = 0) -> list[Sequence[Block]]:
    each = each or (2 if len(blocks) == 4 else min(max(len(blocks), 1), 3))
    return [blocks[start : start + each] for start in range(0, len(blocks), each)]


def _linked(board: Board, row: Sequence[Block]) -> bool:
    """Whether a line leads from one block of a row to another."""
    ids = {block.id for block in row}
    return any(not ids.isdisjoint(_before(board, block)) for block in row)


def _leads(board: Board, row: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """Whether a line leads from a block of a row to one of another row of the same column."""
    ids = {block.id for block in row}
    return any(not ids.isdisjoint(_before(board, block)) for block in blocks if block not in row)


def _level(board: Board, block: Block, placed: Mapping[str, Placed]) -> float:
    leads = [placed[id].centre[0] for id in _before(board, block) if id in placed]
    if leads:
        return sum(leads) / len(leads)
    # What another block of the column leads to stands right after it.
    return NARROW_PX / 2 + bool(_before(board, block)) / 10


def _framed(name: str, width: float, placed: Mapping[str, Placed]) -> Layout:
    """The picture moved so that its upper edge is the margin, and as high as its blocks need."""
    top = min((each.y for each in placed.values()), default=0.0) - MARGIN
    moved = {
        id: Placed(each.block, each.shape, each.x, each.y - top) for id, each in placed.items()
    }
    bottom = max((each.y + each.shape.height for each in moved.values()), default=80.0)
    return Layout(name, width, bottom + MARGIN, moved)


def path(layout: Layout, edge: Edge) -> str:
    """The line of an edge as an SVG path: out of one side, into the facing one, with one smooth bend. With a sign
    on it, it ends at the sign, and a straight piece leads on from there."""
    a, b = layout.placed[edge.start], layout.placed[edge.end]
    sign = layout.placed.get(edge.id)
    if sign is None:
        return _line(layout, a, b)
    if layout.name == "wide":
        x, y = sign.x + sign.shape.width, sign.centre[1]
        return _line(layout, a, sign) + f"M{x:.0f} {y:.0f}H{b.x:.0f}"
    x, y = sign.centre[0], sign.y + sign.shape.height
    return _line(layout, a, sign) + f"M{x:.0f} {y:.0f}V{b.y:.0f}"


def _line(layout: Layout, a: Placed, b: Placed) -> str:
    (ax, ay), (bx, by) = a.centre, b.centre
    beside = a.x + a.shape.width <= b.x or b.x + b.shape.width <= a.x
    above = _is_above(a, b) or _is_above(b, a)
    if a.block.stands_on and above:
        return _around(layout, a, b)
    if beside and (layout.name == "wide" or not above):
        forward = a.x < b.x
        x1 = a.x + a.shape.width if forward else a.x
        x2 = b.x if forward else b.x + b.shape.width
        half = (x2 - x1) / 2
        return f"M{x1:.0f} {ay:.0f}C{x1 + half:.0f} {ay:.0f} {x2 - half:.0f} {by:.0f} {x2:.0f} {by:.0f}"
    down = ay <= by
    y1 = a.y + a.shape.height if down else a.y
    y2 = b.y + b.shape.top if down else b.y + b.shape.height
    half = (y2 - y1) / 2
    return f"M{ax:.0f} {y1:.0f}C{ax:.0f} {y1 + half:.0f} {bx:.0f} {y2 - half:.0f} {bx:.0f} {y2:.0f}"


def _around(layout: Layout, sign: Placed, b: Placed) -> str:
    """A line from a sign to what stands lower: around the block before which the sign stands."""
    (ax, ay), (bx, by) = sign.centre, b.centre
    before = layout.placed[sign.block.stands_on]
    if layout.name == "wide":
        bottom = sign.y + sign.shape.height
        return f"M{ax:.0f} {bottom:.0f}C{ax:.0f} {by:.0f} {ax:.0f} {by:.0f} {b.x:.0f} {by:.0f}"
    right = before.x + before.shape.width + 9
    out = right if right < layout.width - 4 else before.x - 9
    side = sign.x + sign.shape.width if out > ax else sign.x
    turn = b.y - 14
    return (
        f"M{side:.0f} {ay:.0f}Q{out:.0f} {ay:.0f} {out:.0f} {ay + 16:.0f}V{turn - 12:.0f}"
        f"C{out:.0f} {turn:.0f} {bx:.0f} {turn - 8:.0f} {bx:.0f} {b.y:.0f}"
    )


def _is_above(a: Placed, b: Placed) -> bool:
    return a.y + a.shape.height <= b.y
