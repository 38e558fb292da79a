"""Lines that lead to a part of a block: they end there, go around everything else, and keep apart."""

import pytest

from studyapp.simulator.scene import wires
from studyapp.simulator.scene.board import Edge
from studyapp.simulator.scene.layout import Layout, Placed
from tests.simulator.scene.test_mq import SCENARIOS
from tests.support.pictures import picture_of, run_of


def lines_of(scenario: str) -> list[tuple[Layout, Edge, list[wires.Point]]]:
    scene = picture_of(run_of(scenario).world)
    return [
        (layout, edge, wires.points(layout, edge))
        for layout in scene.layouts
        for edge in scene.edges
        if edge.kind == "line"
    ]


def crosses(each: Placed, a: wires.Point, b: wires.Point) -> bool:
    """Whether a straight piece goes through a block, and not only along it."""
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    inside_x = left < each.x + each.shape.width - 1 and right > each.x + 1
    inside_y = top < each.y + each.shape.height - 1 and bottom > each.y + 1
    return inside_x and inside_y


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_line_ends_at_its_part_coming_from_above(scenario: str):
    for layout, edge, corners in lines_of(scenario):
        block, _, part = edge.end.partition("/")
        placed = layout.placed[block]
        x, y = placed.shape.anchors[part]
        assert corners[-1][1] == placed.y + y
        assert abs(corners[-1][0] - placed.x - x) <= 30, (layout.name, edge.id)
        assert corners[-2][0] == corners[-1][0]
        assert corners[-2][1] < corners[-1][1]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_line_goes_through_no_other_block(scenario: str):
    for layout, edge, corners in lines_of(scenario):
        ends = (edge.start, edge.end.partition("/")[0])
        for id, placed in layout.placed.items():
            if id in ends:
                continue
            hit = [
                piece
                for piece in zip(corners, corners[1:], strict=False)
                if crosses(placed, *piece)
            ]
            assert not hit, (layout.name, edge.id, id)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_line_stays_in_the_picture_and_has_only_level_and_upright_pieces(scenario: str):
    for layout, _, corners in lines_of(scenario):
        assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in corners)
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in zip(corners, corners[1:], strict=False))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_two_lines_end_at_the_same_point(scenario: str):
    for name in ("wide", "narrow"):
        ends = [corners[-1] for layout, _, corners in lines_of(scenario) if layout.name == name]
        assert len(set(ends)) == len(ends)


def test_the_bends_of_a_line_are_round():
    assert wires.path([(0, 0), (50, 0), (50, 100)]) == (
        "M0.0 0.0L43.0 0.0Q50.0 0.0 50.0 7.0L50.0 100.0"
    )


def test_a_line_is_torn_across_its_longest_piece_but_not_at_the_edge_of_the_picture():
    corners = [(150.0, 10.0), (4.0, 10.0), (4.0, 300.0), (90.0, 300.0)]
    assert wires.tear(corners, 328).startswith("M67.0 10.0l5-7")
    assert wires.tear(corners[1:3], 328).startswith("M4.0 145.0l-7 5")
