"""Lines that lead to a part of a block, such as a client's connection with one instance of a broker.

A line leaves its client, goes around what is in between, along a lane above the block, and down into the part. Each
client has a lane and a place in the gutter beside the block for itself, so that one can follow a line with the eye.
"""

from collections.abc import Sequence

from studyapp.simulator.scene.board import Edge
from studyapp.simulator.scene.layout import Layout, Placed

LANE_FIRST, LANE_STEP, GUTTER = 6.0, 6.0, 8.0
SPREAD_PX = 8.0
# How much of a gap between columns the lines of a side may take.
_SIDE_PX = 24.0
_BEND = 7.0

Point = tuple[float, float]


def headroom(wires: int) -> float:
    """The room that lines need above what a block draws."""
    return LANE_FIRST + LANE_STEP * wires + 4 if wires else 0.0


def points(layout: Layout, edge: Edge) -> list[Point]:
    """The corners of a line, from the client to the part."""
    block, _, part = edge.end.partition("/")
    a, b = layout.placed[edge.start], layout.placed[block]
    anchor = b.shape.anchors.get(part, (b.shape.width / 2, 0.0))
    goal_x, goal_y = b.x + anchor[0], b.y + anchor[1]
    clients = _clients(layout, b, goal_x)
    way = _to_lane(layout, a, b, goal_x, clients)
    # Those that come from the left end left of those that come from the right, and none of them cross.
    joins = {each.block.id: _to_lane(layout, each, b, goal_x, clients)[-1][0] for each in clients}
    from_left = [id for id in joins if joins[id] <= goal_x]
    row = from_left[::-1] + [id for id in joins if joins[id] > goal_x]
    spread = min(SPREAD_PX, 48 / max(len(row), 1))
    x = goal_x + (row.index(edge.start) - (len(row) - 1) / 2) * spread
    if len(way) == 2 and abs(x - a.centre[0]) <= a.shape.width / 2 - 12:  # straight down
        return [(x, way[0][1]), (x, goal_y)]
    return [*way, (x, way[-1][1]), (x, goal_y)]


def _side(a: Placed, b: Placed) -> str:
    if a.y + a.shape.height <= b.y:
        return "above"
    if b.y + b.shape.height <= a.y:
        return "below"
    return "left" if a.centre[0] < b.centre[0] else "right"


def _clients(layout: Layout, b: Placed, goal_x: float) -> list[Placed]:
    """Who is connected with parts of a block, by lane, the upper ones first, so that lines do not cross more than
    they must: those on the left from top to bottom, those on the right; or those above, the nearest first, those
    below, from the outer to the inner ones."""
    found = [layout.placed[id] for id in b.block.wires if id in layout.placed]
    if layout.name == "wide":
        return sorted(found, key=lambda each: (each.centre[0] > b.centre[0], each.y))
    middle = b.centre[0]
    outward = 1 if goal_x <= middle + 1 else -1

    def rank(each: Placed) -> tuple[bool, float, float]:
        below = each.y > b.y
        x = each.centre[0]
        return (below, -each.y, x * outward) if below else (below, 0.0, abs(x - middle))

    return sorted(found, key=rank)


def _to_lane(
    layout: Layout, a: Placed, b: Placed, goal_x: float, clients: Sequence[Placed]
) -> list[Point]:
    """From a client to its lane above a block."""
    lane_y = b.y + LANE_FIRST + LANE_STEP * clients.index(a)
    (ax, ay) = a.centre
    if layout.name == "wide":
        is_left = ax < b.centre[0]
        same = [each for each in clients if (each.centre[0] < b.centre[0]) == is_left]
        out = GUTTER + (len(same) - 1 - same.index(a)) * min(LANE_STEP, _SIDE_PX / len(same))
        start = a.x + a.shape.width if is_left else a.x
        gutter = b.x - out if is_left else b.x + b.shape.width + out
        return [(start, ay), (gutter, ay), (gutter, lane_y)]
    below = a.y > b.y
    edge_y = a.y if below else a.y + a.shape.height
    if not below and not _blocked(layout, a, b):
        return [(ax, edge_y), (ax, lane_y)]
    same = [each for each in clients if (each.y > b.y) == below]
    row = [each for each in same if each.y == a.y]
    place = row.index(a)
    turn_y = edge_y - 4 - 4 * place if below else edge_y + 6 + 3 * place
    is_left = goal_x <= b.centre[0] + 1
    between = [each for each in layout.placed.values() if _is_between(each, a, b)] + [b]
    out = 5 + 3.5 * (len(same) - 1 - same.index(a))
    if is_left:
        gutter = max(min(each.x for each in between) - out, 3.0)
    else:
        gutter = min(max(each.x + each.shape.width for each in between) + out, layout.width - 3)
    return [(ax, edge_y), (ax, turn_y), (gutter, turn_y), (gutter, lane_y)]


def _is_between(each: Placed, a: Placed, b: Placed) -> bool:
    """Whether a block stands in the rows between two others."""
    upper, lower = (a, b) if a.y < b.y else (b, a)
    return upper.y + upper.shape.height <= each.y and each.y + each.shape.height <= lower.y


def _blocked(layout: Layout, a: Placed, b: Placed) -> bool:
    """Whether something stands below a client, above a block."""
    x = a.centre[0]
    return any(
        each.x - 4 <= x <= each.x + each.shape.width + 4 and _is_between(each, a, b)
        for each in layout.placed.values()
        if each is not a and each is not b
    )


def path(corners: Sequence[Point]) -> str:
    """A line through these corners as an SVG path, its bends rounded."""
    parts = [f"M{corners[0][0]:.1f} {corners[0][1]:.1f}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        into, out = _toward(corner, before), _toward(corner, after)
        parts.append(f"L{into[0]:.1f} {into[1]:.1f}")
        parts.append(f"Q{corner[0]:.1f} {corner[1]:.1f} {out[0]:.1f} {out[1]:.1f}")
    parts.append(f"L{corners[-1][0]:.1f} {corners[-1][1]:.1f}")
    return "".join(parts)


def _toward(corner: Point, other: Point) -> Point:
    """The point where the bend at a corner begins or ends."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(dx), abs(dy))
    part = min(_BEND, length / 2) / length if length else 0.0
    return corner[0] + dx * part, corner[1] + dy * part


def tear(corners: Sequence[Point], width: float = 10_000) -> str:
    """A zigzag across the longest straight piece of a line, for when it is broken; not at the edge of a picture of
    this width, where it would be cut."""
    pieces = list(zip(corners, corners[1:], strict=False))
    clear = [each for each in pieces if 10 < (each[0][0] + each[1][0]) / 2 < width - 10]
    (x1, y1), (x2, y2) = max(clear or pieces, key=lambda piece: _length(*piece))
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if abs(x2 - x1) >= abs(y2 - y1):
        return f"M{x - 10:.1f} {y:.1f}l5-7l5 14l5-14l5 7"
    return f"M{x:.1f} {y - 10:.1f}l-7 5l14 5l-14 5l7 5"


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])
