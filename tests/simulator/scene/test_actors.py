"""The picture of programs: workers, Auto Scaling groups, Lambda functions."""

import pytest

from studyapp.simulator.scene.fleet_block import Fleet
from studyapp.simulator.scene.layout import NARROW_PX
from tests.engine.actors.stage import Stage
from tests.support.pictures import at, check_places, end_of, picture_of, run_of, states


def crowd(size: int = 3, count: int = 0, **settings: object) -> Stage:
    """A group of instances at the queue `orders`, with so many messages in it."""
    stage = Stage()
    stage.send(*(f"m{n}" for n in range(count)))
    stage.add("crowd", "fleet", **{"desired_size": size, "policy": "none", **settings})
    return stage


def cells(stage: Stage) -> dict[str, tuple[str, str]]:
    """Whether each cell is there, and its state."""
    values = end_of(stage.world).values
    things = sorted({thing for thing, _ in values if thing.startswith("crowd/i")})
    return {
        thing.removeprefix("crowd/"): (values[thing, "there"], values.get((thing, "state"), ""))
        for thing in things
    }


def test_a_worker_says_what_it_does():
    stage = Stage()
    stage.add("baker", handling_ms=1_000)
    assert end_of(stage.world).values["baker", "state"] == "polling"
    stage.send("order A")
    assert end_of(stage.world).values["baker", "state"] == "working"
    stage.at(1)
    assert end_of(stage.world).values["baker", "state"] == "polling"
    stage.do("sim.StopActor", actor="baker")
    assert end_of(stage.world).values["baker", "state"] in ("stopping", "stopped")


@pytest.mark.parametrize(
    ("stopped_at_s", "starts_again", "is_there"),
    [(0, False, False), (0, True, True), (2, False, True)],
)
def test_a_sender_that_a_story_does_without_is_not_drawn(stopped_at_s, starts_again, is_there):
    stage = Stage()
    stage.add("shop", "producer", start_ms=1_000, interval_ms=1_000, count=5)
    stage.at(stopped_at_s)
    stage.do("sim.StopActor", actor="shop")
    stage.at(4)
    if starts_again:
        stage.do("sim.StartActor", actor="shop")
    stage.at(9)
    scene = picture_of(stage.world)
    assert ("shop" in scene.names) is is_there
    assert any(edge.start == "shop" for edge in scene.edges) is is_there
    assert ("shop" in {thing for thing, _ in end_of(stage.world).values}) is is_there


# Groups of instances


def test_each_instance_has_a_cell_with_what_it_works_on():
    stage = crowd(3, count=2, handling_ms=5_000)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert at(scene, state, "crowd/i1") == ["m0"]
    assert at(scene, state, "crowd/i2") == ["m1"]
    assert at(scene, state, "crowd/i3") == []
    assert cells(stage) == {
        "i1": ("yes", "working"),
        "i2": ("yes", "working"),
        "i3": ("yes", "polling"),
    }
    assert state.values["crowd", "ready"] == state.values["crowd", "size"] == "3"


def test_a_new_instance_starts_with_a_clock_and_is_counted_when_it_is_in_service():
    stage = crowd(
        1, 40, policy="backlog-per-instance", backlog_target=10, handling_ms=60_000, max_size=3
    )
    stage.at(60)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert (state.values["crowd", "ready"], state.values["crowd", "size"]) == ("1", "3")
    assert cells(stage)["i2"] == ("yes", "starting")
    clocks = [
        look.ring
        for token, look in state.looks.items()
        if scene.tokens[token].kind == "clock" and look.place == "crowd/i2"
    ]
    assert len(clocks) == 1
    assert clocks[0][0] == 60_000
    stage.at(clocks[0][1] / 1000)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert state.values["crowd", "ready"] == "3"
    assert not [t for t in state.looks if scene.tokens[t].kind == "clock"]


def test_the_backlog_per_instance_is_said_with_its_target():
    scene = picture_of(run_of("sqs/fleet-on-backlog").world)
    seen = {
        (
            each.values["label-workers", "backlog"],
            each.values["label-workers", "ready"],
            each.values["label-workers", "each"],
        )
        for each in states(scene)
    }
    assert all(int(per) == -(-int(backlog) // max(int(ready), 1)) for backlog, ready, per in seen)
    assert max(int(backlog) for backlog, *_ in seen) > 30
    assert scene.state(0).values["label-workers", "target"] in ("0", "30")


def test_an_instance_that_leaves_frees_its_cell_for_the_next():
    scene = picture_of(run_of("sqs/fleet-on-backlog").world)
    block = scene.layouts[0].placed["label-workers"].block
    assert isinstance(block, Fleet)
    sizes = [int(each.values["label-workers", "size"]) for each in states(scene)]
    assert len(block.cells) == max(sizes)


def test_a_free_cell_is_taken_by_the_next_instance():
    settings = {"metric_every_ms": 10_000, "scale_in_cooldown_ms": 0, "instance_start_ms": 1_000}
    stage = crowd(3, max_size=3, **settings)
    stage.do("sim.ChangeActor", actor="crowd", settings={"desired_size": 1, "max_size": 1})
    stage.at(15)
    assert {there for there, _ in cells(stage).values()} == {"yes", "no"}
    stage.do(
        "sim.ChangeActor",
        actor="crowd",
        settings={"min_size": 2, "desired_size": 2, "max_size": 3},
    )
    stage.at(40)
    assert sorted(there for there, _ in cells(stage).values()) == ["no", "yes", "yes"]
    assert end_of(stage.world).values["crowd", "ready"] == "2"


def test_many_instances_fit_into_both_layouts():
    stage = crowd(40, count=40, max_size=40, handling_ms=5_000)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert state.values["crowd", "ready"] == "40"
    assert state.values["crowd/i12", "more"] == "+29"
    wide, narrow = scene.layouts
    assert narrow.width == NARROW_PX
    for layout in (wide, narrow):
        for placed in layout.placed.values():
            assert placed.x >= 0
            assert placed.x + placed.shape.width <= layout.width
            assert placed.y >= 0
            assert placed.y + placed.shape.height <= layout.height
    check_places(scene)


# Lambda


def test_a_function_runs_with_its_batch_and_lets_it_go():
    stage = Stage()
    stage.add("resize", "lambda-poller", batch_size=2, duration_ms=3_000)
    stage.send("a")
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert at(scene, state, "resize/run") == ["a"]
    assert state.values["resize", "running"] == "1"
    stage.at(4)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert at(scene, state, "resize/run") == []
    assert state.values["resize", "running"] == "0"
    assert state.values["resize", "state"] == "polling"


def test_pollers_hold_messages_until_their_batch_is_complete():
    stage = Stage()
    stage.add("resize", "lambda-poller", batch_size=5, batching_window_ms=10_000)
    stage.send("a", "b")
    stage.at(5)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert at(scene, state, "resize/hands") == ["a", "b"]
    assert at(scene, state, "resize/run") == []
    stage.at(10.5)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert at(scene, state, "resize/run") == ["a", "b"]


def test_the_polls_of_a_function_are_those_of_the_engine():
    stage = Stage()
    stage.add("resize", "lambda-poller", batch_size=1, duration_ms=2_000)
    for second in (*range(0, 60, 3), 90, 130):
        stage.at(second)
        if second < 90:
            stage.send("a", "b")
        polls = stage.world.actors.actors["resize"].memory.polls
        assert end_of(stage.world).values["resize", "polls"] == str(polls)


def test_what_a_function_failed_with_comes_back():
    stage = Stage(timeout=10)
    stage.add("resize", "lambda-poller", fails_on=["bad"], duration_ms=1_000)
    stage.send("bad one")
    stage.at(2)
    scene, state = picture_of(stage.world), end_of(stage.world)
    assert at(scene, state, "resize/run") == ["bad one"]
    assert state.values["resize", "running"] == "0"
    assert at(scene, state, "orders/line") == ["bad one"]
