"""What order does to a drawing: the engine decides, and each way keeps what it promises."""

import re

import pytest

from studyapp.simulator.runs import Misread
from studyapp.simulator.scramble import GROUPED, ONE_GROUP, SHARDS, STANDARD, STREAM, Way, scramble
from studyapp.simulator.scramble_drawing import (
    GRID,
    OWN,
    POINTS_MAX,
    PREPARED,
    Drawing,
    Sent,
    read_drawing,
    read_sent,
)
from studyapp.simulator.scramble_picture import picture_after, picture_of, place

# The longest drawing, the shortest, a dot a stroke, and every point in one place.
EXTREMES = {
    "longest": Drawing((tuple((n % 25, n * 7 % 25) for n in range(POINTS_MAX)),)),
    "shortest": read_drawing("aayy"),
    "dots": Drawing(tuple(((n % 25, n % 25),) for n in range(POINTS_MAX))),
    "one-place": Drawing((((3, 3),) * 9,)),
}
DRAWINGS = {**PREPARED, **EXTREMES}
SEEDS = range(12)


def ways(drawing: Drawing, seed: int = 1) -> dict[str, Way]:
    return {way.name: way for way in scramble(drawing, seed)}


def points_of(way: Way) -> list[int]:
    return [each.point for each in way.arrivals]


@pytest.fixture(params=sorted(DRAWINGS))
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return DRAWINGS[request.param]


# --- what each way keeps -----------------------------------------------------------------------------


def test_the_same_drawing_and_seed_arrive_in_the_same_way(drawing: Drawing) -> None:
    assert scramble(drawing, 7) == scramble(Drawing(drawing.strokes), 7)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_arrives_and_time_goes_forward(drawing: Drawing, seed: int) -> None:
    for way in scramble(drawing, seed):
        assert set(points_of(way)) == set(range(len(drawing.points)))
        times = [each.at_ms for each in way.arrivals]
        assert times == sorted(times)
        assert way.in_order + way.out_of_place + way.twice == len(way.arrivals)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_message_group_arrives_exactly_as_it_was_drawn(drawing: Drawing, seed: int) -> None:
    way = ways(drawing, seed)[ONE_GROUP]
    assert points_of(way) == list(range(len(drawing.points)))
    assert (way.out_of_place, way.twice) == (0, 0)
    assert way.keeps(0)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_group_and_every_shard_keeps_its_own_order(drawing: Drawing, seed: int) -> None:
    found = ways(drawing, seed)
    for way in (found[GROUPED], found[STREAM]):
        assert way.twice == 0
        for lane in way.lane_numbers():
            assert way.keeps(lane)
    assert found[GROUPED].lanes == tuple(point.group for point in drawing.points)


def test_a_key_stays_in_its_shard_and_both_shards_are_used() -> None:
    for drawing in PREPARED.values():
        lanes = ways(drawing)[STREAM].lanes
        shard_of_group: dict[int, set[int]] = {}
        for point, lane in zip(drawing.points, lanes, strict=True):
            shard_of_group.setdefault(point.group, set()).add(lane)
        assert all(len(each) == 1 for each in shard_of_group.values())
        assert set(lanes) == set(range(SHARDS))


@pytest.mark.parametrize("name", sorted(PREPARED))
def test_between_groups_and_between_shards_order_is_lost(name: str) -> None:
    for way in (ways(PREPARED[name])[GROUPED], ways(PREPARED[name])[STREAM]):
        assert way.out_of_place > 0


@pytest.mark.parametrize("name", sorted(PREPARED))
def test_a_standard_queue_reorders_and_repeats(name: str) -> None:
    found = [ways(PREPARED[name], seed)[STANDARD] for seed in SEEDS]
    assert any(way.out_of_place for way in found)
    assert any(way.twice for way in found)
    assert len({tuple(points_of(way)) for way in found}) > 1
    for way in found:
        points = points_of(way)
        assert way.twice == len(points) - len(set(points))
        firsts = [each for each in way.arrivals if not each.again]
        late = [
            each for n, each in enumerate(firsts) if any(b.point > each.point for b in firsts[:n])
        ]
        assert [each for each in firsts if each.late] == late


# --- a drawing as text -------------------------------------------------------------------------------


def test_a_drawing_is_written_and_read(drawing: Drawing) -> None:
    assert read_drawing(drawing.text) == drawing
    assert re.fullmatch(rf"[{GRID}.]+", drawing.text)
    assert len(Sent(drawing, 9_999).query) < 500, "the front keeps no longer queries"


def test_strokes_are_groups_and_one_stroke_is_cut_into_four() -> None:
    assert [point.group for point in read_drawing("aabb.cc.ddee.ff.gg").points] == [
        0, 0, 1, 2, 2, 3, 0,
    ]  # fmt: skip
    assert [point.group for point in read_drawing("aabbccddeeffgghh").points] == [
        0, 0, 1, 1, 2, 2, 3, 3,
    ]  # fmt: skip
    assert [point.starts for point in read_drawing("aabb.cc").points] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "drawing"),
        ("aab", "drawing"),
        ("aazz", "drawing"),
        ("AABB", "drawing"),
        ("aa.bb.", "drawing"),
        (".aabb", "drawing"),
        ("aa..bb", "drawing"),
        ("aa bb", "drawing"),
        ("aabb\n", "drawing"),
        ("ａａｂｂ", "drawing"),
        ("aa", "few"),
        ("aa" * (POINTS_MAX + 1), "many"),
        ("aa." * POINTS_MAX + "aa", "many"),
    ],
)
def test_what_is_no_drawing_is_said(text: str, kind: str) -> None:
    with pytest.raises(Misread) as caught:
        read_drawing(text)
    assert caught.value.kind == kind


def test_one_drawing_has_one_query() -> None:
    assert Sent().query == ""
    assert read_sent([("d", OWN.text), ("seed", "1"), ("with", "ko")]) == Sent()
    assert Sent(read_drawing("aabb.cc"), 3).query == "d=aabb.cc&seed=3"
    assert not Sent().is_said_by([("d", OWN.text)])
    assert Sent(OWN, 9_999).with_next_seed() == Sent(OWN, 0)


# --- the picture -------------------------------------------------------------------------------------


def test_the_picture_follows_the_pen() -> None:
    picture = picture_of(read_drawing("aabb.ca"))
    a, b, c = place(0), place(1), place(2)
    assert [stroke.d for stroke in picture.strokes] == [f"M{a} {a}L{b} {b}M{c} {a}"]
    assert [mark.shape for mark in picture.marks] == ["a", "a", "b"]
    assert [mark.label for mark in picture.marks] == ["A", "", "B"]


def test_one_group_gives_the_picture_that_was_drawn(drawing: Drawing) -> None:
    before, after = picture_of(drawing), picture_after(drawing, ways(drawing)[ONE_GROUP])
    assert after.strokes == before.strokes
    assert after.marks == before.marks


def test_groups_give_their_own_strokes_as_they_were_drawn() -> None:
    whole, *each = picture_after(OWN, ways(OWN)[GROUPED]).strokes
    assert [stroke.lane for stroke in (whole, *each)] == [-1, 0, 1, 2, 3]
    assert "".join(stroke.d for stroke in each) == picture_of(OWN).strokes[0].d
    assert whole.d != picture_of(OWN).strokes[0].d


def test_marks_show_what_came_late_and_what_came_again() -> None:
    way = next(w for w in (ways(OWN, s)[STANDARD] for s in SEEDS) if w.twice)
    picture = picture_after(OWN, way)
    assert sum(mark.late for mark in picture.marks) == way.out_of_place
    repeated = {each.point for each in way.arrivals if each.again}
    assert sum(mark.again is not None for mark in picture.marks) == len(repeated)
    assert len(picture.times.split(",")) == len(way.arrivals)
