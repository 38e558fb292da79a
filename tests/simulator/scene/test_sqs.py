"""The picture of queues agrees with the engine, and shows what a learner is to see."""

import random

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from studyapp.simulator.scene.scene import Scene, State
from tests.engine.actors.stage import Stage
from tests.simulator.scene.queues import agrees, counts_agree
from tests.support.pictures import (
    at,
    check_places,
    end_of,
    left_with,
    picture_of,
    run_of,
    states,
)

SCENARIOS = (
    "basics/ticket-spike",
    "choosing/consumer-outage",
    "choosing/groups-or-keys",
    "choosing/one-busy-group",
    "choosing/same-orders-four-ways",
    "exam/cross-out",
    "exam/two-minutes",
    "firehose/topic-to-firehose-to-s3",
    "sns/deleted-queue-dlq",
    "sns/fan-out-slow-worker",
    "sns/fifo-fan-out",
    "sns/filter-and-or",
    "sns/late-subscriber",
    "sns/one-topic-three-queues",
    "sns/raw-or-envelope",
    "sns/s3-event-fan-out",
    "sns/subscriber-down",
    "sqs/crash-before-delete",
    "sqs/database-buffer",
    "sqs/delay",
    "sqs/delete-with-message-id",
    "sqs/extend-timeout",
    "sqs/fifo-blocked-group",
    "sqs/fifo-deduplication",
    "sqs/fifo-many-groups",
    "sqs/fifo-one-group",
    "sqs/fleet-on-backlog",
    "sqs/missing-queue-policy",
    "sqs/more-workers",
    "sqs/poison-message",
    "sqs/redrive",
    "sqs/short-and-long-polling",
    "sqs/slow-handling",
    "sqs/standard-order-and-duplicate",
)


def now(stage: Stage) -> tuple[Scene, State]:
    scene = picture_of(stage.world)
    return scene, scene.state(len(scene.steps) - 1)


def flags(scene: Scene, state: State, place: str) -> dict[str, str]:
    """The flags of the tokens at a place, by name."""
    return {
        scene.tokens[token].name: look.flags
        for token, look in state.looks.items()
        if look.place == place
    }


# Every scenario


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_two_tokens_share_a_slot_and_every_place_is_drawn(scenario: str):
    check_places(picture_of(run_of(scenario).world))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_queues_and_topics_hold_what_they_hold_in_the_engine(scenario: str):
    world = run_of(scenario).world
    agrees(world, picture_of(world))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_run_is_drawn_to_its_end(scenario: str):
    scene = picture_of(run_of(scenario).world)
    assert not scene.is_cut
    assert len(scene.steps) > 10


# In flight and back


def test_a_received_message_goes_to_the_worker_and_leaves_its_outline():
    stage = Stage()
    stage.send("order A", "order B")
    stage.do("sqs.ReceiveMessage", "baker", queue="orders")
    scene, state = now(stage)
    assert at(scene, state, "orders/line") == ["order A", "order B"]
    assert flags(scene, state, "orders/line") == {"order A": "g", "order B": ""}
    assert at(scene, state, "baker/hands") == ["order A"]
    ring = next(look.ring for look in state.looks.values() if look.place == "baker/hands")
    assert ring == (0, 30_000)


def test_after_its_timeout_a_message_is_back_in_its_place_and_the_worker_has_a_shadow():
    stage = Stage(timeout=10)
    stage.add("slow", handling_ms=15_000)
    stage.send("order A", "order B")
    stage.at(10)
    scene, state = now(stage)
    assert at(scene, state, "orders/line") == ["order A", "order B"]
    assert flags(scene, state, "slow/hands") == {"order A": "s"}
    stage.at(15)
    scene, state = now(stage)
    assert flags(scene, state, "slow/hands") == {"order B": ""}


def test_who_failed_with_a_message_has_no_shadow_of_it():
    stage = Stage(timeout=10)
    stage.add("printer", handling_ms=1_000, fails_on=["jeju"])
    stage.send("order jeju")
    stage.at(9)
    scene, state = now(stage)
    assert at(scene, state, "printer/hands") == ["order jeju"]
    assert state.values["printer", "state"] == "polling"
    stage.do("sim.CrashActor", actor="printer")
    stage.at(11)
    scene, state = now(stage)
    assert at(scene, state, "printer/hands") == []
    assert at(scene, state, "orders/line") == ["order jeju"]


def test_a_crash_lets_the_ring_run_on():
    stage = Stage()
    stage.add("baker", handling_ms=20_000)
    stage.send("order A")
    stage.at(5)
    stage.do("sim.CrashActor", actor="baker")
    scene, state = now(stage)
    assert state.values["baker", "state"] == "crashed"
    assert at(scene, state, "baker/hands") == ["order A"]
    assert next(x.ring for x in state.looks.values() if x.place == "baker/hands") == (0, 30_000)


def test_a_copy_that_stays_is_a_second_token():
    scene = picture_of(run_of("sqs/standard-order-and-duplicate").world)
    state = scene.state(scene.step_at(6_000))
    assert at(scene, state, "orders/line") == ["order C", "order A"]
    assert at(scene, state, "baker/hands") == ["order A"]
    assert flags(scene, state, "orders/line")["order A"] == "u"
    shapes = {token.shape for token in scene.tokens if token.name == "order A"}
    assert len(shapes) == 1


def test_a_duplicate_keeps_its_double_outline_when_it_is_received_again():
    stage = Stage()
    chances = {"duplicate_per_mille": 1000, "reorder_per_mille": 0}
    stage.do("sim.SetQueueChances", queue="orders", **chances)
    stage.send("order A")
    stage.do("sqs.ReceiveMessage", "baker", queue="orders")
    stage.do("sim.SetQueueChances", queue="orders", **{**chances, "duplicate_per_mille": 0})
    stage.do("sqs.ReceiveMessage", "other", queue="orders")
    scene, state = now(stage)
    assert flags(scene, state, "baker/hands") == {"order A": "u"}
    assert flags(scene, state, "other/hands") == {"order A": "u"}
    stage.at(30)
    scene, state = now(stage)
    assert flags(scene, state, "orders/line") == {"order A": "u"}


def test_after_a_purge_a_worker_has_only_a_shadow():
    stage = Stage()
    stage.add("baker", handling_ms=20_000)
    stage.send("order A", "order B")
    stage.do("sqs.PurgeQueue", queue="orders")
    scene, state = now(stage)
    assert at(scene, state, "orders/line") == []
    assert flags(scene, state, "baker/hands") == {"order A": "s"}
    assert next(iter(state.looks.values())).ring is None


def test_somebody_who_sends_and_receives_stands_at_both_ends():
    world = Stage().world
    world.call("sqs.SendMessage", "you", queue="orders", message_body="order A")
    world.call("sqs.ReceiveMessage", "you", queue="orders")
    scene = picture_of(world)
    assert at(scene, end_of(world), "you (2)/hands") == ["order A"]
    assert {"you", "you (2)"} <= set(scene.layouts[0].placed)


# Delays, empty answers, dead letters


def test_a_delayed_message_waits_at_the_entrance_until_it_may_be_received():
    stage = Stage(DelaySeconds="30")
    stage.send("order A")
    scene, state = now(stage)
    assert at(scene, state, "orders/delayed") == ["order A"]
    assert next(iter(state.looks.values())).ring == (0, 30_000)
    stage.at(30)
    scene, state = now(stage)
    assert at(scene, state, "orders/line") == ["order A"]


def test_short_polls_in_vain_are_counted_and_shown_as_empty_answers():
    scene = picture_of(run_of("sqs/short-and-long-polling").world)
    state = scene.state(scene.step_at(9_900))
    assert state.values["worker-a", "empties"] == "10"
    assert state.values["worker-b", "empties"] == "0"
    answers = [kind for kind, toward, _ in left_with(scene, "merged") if toward.startswith("w")]
    assert answers.count("empty") >= 10


def test_a_dead_letter_lies_below_its_source_and_goes_home_by_a_redrive():
    scene = picture_of(run_of("sqs/redrive").world)
    for layout in scene.layouts:
        source, dead = layout.placed["orders"], layout.placed["orders-dlq"]
        assert (source.y, source.x) < (dead.y, dead.x) or layout.name == "narrow"
    state = scene.state(scene.step_at(44_000))
    assert at(scene, state, "orders-dlq/line") == ["order 1 jeju", "order 3 jeju", "order 4 jeju"]
    assert set(flags(scene, state, "orders-dlq/line").values()) == {"x"}
    seen = {each.values["orders-dlq", "task"] for each in states(scene)}
    assert seen == {"", "moving-back"}
    end = scene.state(len(scene.steps) - 1)
    assert at(scene, end, "orders-dlq/line") == []


def test_a_deleted_queue_keeps_its_outline_and_comes_back_empty():
    stage = Stage()
    stage.send("order A")
    stage.do("sqs.DeleteQueue", queue="orders")
    scene, state = now(stage)
    assert state.values["orders", "state"] == "deleted"
    assert state.values["orders", "there"] == "yes"
    assert at(scene, state, "orders/line") == []
    assert state.values["orders", "visible"] == "0"


# FIFO


def test_each_group_has_a_lane_which_is_locked_while_one_of_it_is_in_flight():
    stage = Stage()
    stage.queue("orders.fifo")
    stage.fifo("a1", "a2", group="a")
    stage.fifo("b1", group="b")
    stage.do("sqs.ReceiveMessage", "baker", queue="orders.fifo", max_number_of_messages=1)
    scene, state = now(stage)
    assert at(scene, state, "orders.fifo/lane-0") == ["a1", "a2"]
    assert flags(scene, state, "orders.fifo/lane-0") == {"a1": "g", "a2": "l"}
    assert at(scene, state, "orders.fifo/lane-1") == ["b1"]
    assert flags(scene, state, "orders.fifo/lane-1") == {"b1": ""}
    assert state.values["orders.fifo/lane-0", "locked"] == "yes"
    assert state.values.get(("orders.fifo/lane-1", "locked"), "") == ""
    assert state.values["orders.fifo/lane-0", "group"] == "a"


def test_groups_beyond_the_lanes_share_the_last_one():
    stage = Stage()
    stage.queue("orders.fifo")
    for group in "abcdef":
        stage.fifo(f"{group}1", group=group)
    scene, state = now(stage)
    assert at(scene, state, "orders.fifo/lane-3") == ["d1", "e1", "f1"]
    assert state.values["orders.fifo/lane-3", "group"] == "…"


def test_a_message_that_was_sent_before_is_stopped_at_the_door():
    scene = picture_of(run_of("sqs/fifo-deduplication").world)
    assert ("message", "tickets.fifo/lane-0", 80) in left_with(scene, "refused")


# Many messages


def test_a_queue_that_fills_shows_how_full_it_is():
    scene = picture_of(run_of("sqs/database-buffer").world)
    levels = [int(each.values.get(("orders/level", "level")) or 0) for each in states(scene)]
    assert max(levels) == 10
    assert levels[-1] == 0
    assert 'data-thing="orders/level"' in scene.layouts[0].placed["orders"].shape.drawing
    small = picture_of(run_of("sqs/redrive").world).layouts[0].placed["orders"].shape.drawing
    assert "level" not in small


# Anything


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_to_queues_their_figures_are_those_of_the_engine(seed: int):
    chance = random.Random(seed)
    stage = Stage(seed, timeout=5, redrive=2)
    stage.queue("late", DelaySeconds="7")
    stage.queue("groups.fifo", ContentBasedDeduplication="true")
    world = stage.world
    world.call(
        "sim.SetQueueChances", "you", queue="orders", duplicate_per_mille=300, reorder_per_mille=300
    )
    stage.add("baker", handling_ms=7_000)
    stage.add("quick", handling_ms=500, extends_visibility=True, fails_on=["m3"])
    stage.add("crowd", "fleet", queue="late", desired_size=2, handling_ms=900)
    stage.add("function", "lambda-poller", queue="groups.fifo", duration_ms=6_000)
    handles: list[tuple[str, str]] = []
    for number in range(120):
        walk(world, chance, number, handles)
        world.advance_to(world.now_ms + chance.choice((0, 0, 300, 1_500, 6_000)))
        if number % 20 == 19:
            scene = picture_of(world)
            counts_agree(world, scene, scene.state(len(scene.steps) - 1))
    check_places(picture_of(world))


def walk(world: World, chance: random.Random, number: int, handles: list[tuple[str, str]]) -> None:
    queue = chance.choice(("orders", "orders", "late", "groups.fifo", "lost"))
    handle = chance.choice(handles) if handles else (queue, "none")
    group = {"message_group_id": chance.choice("abcdef")} if queue == "groups.fifo" else {}
    send = {"queue": queue, "message_body": f"m{chance.randrange(9)} {number}", **group}
    of_handle = {"queue": handle[0], "receipt_handle": handle[1]}
    seconds = chance.choice((0, 3, 20))
    todo = (
        ("sqs.SendMessage", send),
        ("sqs.SendMessage", send),
        ("sqs.SendMessage", send),
        ("sqs.ReceiveMessage", {"queue": queue, "max_number_of_messages": chance.randint(1, 10)}),
        ("sqs.ReceiveMessage", {"queue": queue, "visibility_timeout": seconds}),
        ("sqs.DeleteMessage", of_handle),
        ("sqs.ChangeMessageVisibility", {**of_handle, "visibility_timeout": seconds}),
        ("sqs.PurgeQueue", {"queue": queue} if number % 30 == 7 else {"queue": "none"}),
        ("sqs.DeleteQueue", {"queue": "late"} if number == 70 else {"queue": "none"}),
        ("sim.CrashActor", {"actor": chance.choice(("baker", "quick", "crowd-1", "function"))}),
        ("sim.StartActor", {"actor": chance.choice(("baker", "quick", "crowd-1", "function"))}),
        ("sim.StopActor", {"actor": chance.choice(("quick", "function"))}),
        ("sqs.StartMessageMoveTask", {"source_arn": "arn:aws:sqs:us-east-1:123456789012:lost"}),
    )
    action, parameters = chance.choice(todo)
    try:
        answer = world.call(action, chance.choice(("you", "other")), **parameters)
    except Refused:
        return
    if action == "sqs.ReceiveMessage" and answer:
        handles += [(queue, each[1]) for each in answer.receipts]
