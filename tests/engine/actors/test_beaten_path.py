"""The beaten path of plain producers and consumers comes to the same bytes as the long way through the door."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from studyapp.engine.actors import beaten_path
from studyapp.engine.actors.handling import HandlingFinished, HandlingStarted
from studyapp.engine.actors.kinds import hear
from studyapp.engine.limits.sqs import IN_FLIGHT_MAX_STANDARD
from studyapp.engine.log import Called, Event
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs import receiving
from studyapp.engine.sqs.events import (
    MessageDeleted,
    MessageSent,
    MessagesReceived,
    ReceiveWaiting,
)
from studyapp.engine.sqs.receiving import wake_waiter
from studyapp.engine.world import World, reaction_to
from tests.engine.actors.stage import Stage
from tests.engine.test_determinism import played, scenarios
from tests.support.worlds import state_of

WALKS = 150


@contextmanager
def steps_counted(monkeypatch: pytest.MonkeyPatch, allowed: bool) -> Iterator[dict[str, int]]:
    """How often the beaten path was taken; not `allowed`: it is closed."""
    taken = {"send": 0, "finish": 0}
    with monkeypatch.context() as patch:
        for name in taken:
            real = getattr(beaten_path, name)

            def step(*given: Any, name: str = name, real: Any = real) -> bool:
                done = bool(allowed and real(*given))
                taken[name] += done
                return done

            patch.setattr(beaten_path, name, step)
        yield taken


def both_ways(monkeypatch: pytest.MonkeyPatch, story: Any) -> tuple[World, World, dict[str, int]]:
    with steps_counted(monkeypatch, True) as taken:
        short = story()
    with steps_counted(monkeypatch, False) as none:
        long = story()
    assert none == {"send": 0, "finish": 0}
    return short, long, taken


# Who sends and handles in walks: plain settings often, everything else sometimes.
CONSUMERS: tuple[dict[str, Any], ...] = (
    {},
    {"handling_ms": 300, "loses_delete_per_mille": 200},
    {"handling_ms": 700, "loses_delete_per_mille": 300},
    {"handling_ms": 4_500},
    {"wait_time_seconds": 0, "poll_interval_ms": 400, "handling_ms": 250},
    {"wait_time_seconds": 3, "visibility_timeout": 1, "handling_ms": 1_500},
    {"wait_time_seconds": -1, "handling_ms": 500},
    {"visibility_timeout": 0, "handling_ms": 900},
    {"visibility_timeout": 5, "handling_ms": 200, "loses_delete_per_mille": 300},
    {"batch_size": 5, "handling_ms": 60, "loses_delete_per_mille": 100},
    {"batch_size": 3, "handling_ms": 400, "loses_delete_per_mille": 100},
    {"extends_visibility": True, "handling_ms": 5_000},
    {"handling_jitter_ms": 500},
    {"forwards_to": "queue:next"},
    {"forwards_to": "topic:news"},
    {"queue": "next"},
    {"queue": "lost", "start_ms": 9_000},
    {"deletes": False},
    {"deletes_in_batch": True, "batch_size": 4},
    {"delete_with": "message-id"},
    {"fails_on": ["7"], "on_failure": "crash", "restart_after_ms": 500},
    {"idempotent": True},
)
PRODUCERS: tuple[dict[str, Any], ...] = (
    {"interval_ms": 200},
    {"interval_ms": 90, "count": 40},
    {"phases": "2000:9/s, 3000:60/min, 1000:20/s"},
    {"burst_size": 5, "burst_every_ms": 2_000},
    {"interval_ms": 400, "size_bytes": 1_000},
    {"interval_ms": 400, "size_bytes": 2_000},
    {"interval_ms": 300, "body": "số {n}"},
    {"interval_ms": 700, "keys": ["a", "b"]},
    {"interval_ms": 500, "delay_seconds": 2},
    {"interval_ms": 150, "batch_size": 4},
    {"interval_ms": 600, "target": "next"},
    {"interval_ms": 800, "target": "one-by-one.fifo"},
)


def walk(seed: int) -> World:
    """Some producers and consumers, and somebody who interferes."""
    draw = Random(seed)
    queue = {"MaximumMessageSize": "1024"}
    if draw.random() < 0.2:
        queue["DelaySeconds"] = "1"
    if draw.random() < 0.2:
        queue["ReceiveMessageWaitTimeSeconds"] = "2"
    stage = Stage(seed, timeout=draw.choice((1, 2, 6)), redrive=draw.choice((0, 1, 2, 4)), **queue)
    stage.queue("next")
    stage.queue("one-by-one.fifo")
    if "lost" not in stage.world.sqs.queues:
        stage.queue("lost")
    stage.do("sns.CreateTopic", name="news")
    arns = {name: f"arn:aws:sqs:us-east-1:123456789012:{name}" for name in ("orders", "next")}
    for arn in arns.values():
        stage.do(
            "sns.Subscribe",
            topic="arn:aws:sns:us-east-1:123456789012:news",
            protocol="sqs",
            endpoint=arn,
        )
    for place in range(draw.choice((1, 1, 2, 3))):
        stage.add(f"shop-{place}", "producer", **draw.choice(PRODUCERS[: draw.choice((2, 12))]))
    for place in range(draw.choice((1, 2, 4))):
        stage.add(f"worker-{place}", **draw.choice(CONSUMERS[: draw.choice((3, 10, 22))]))
    if draw.random() < 0.2:
        _interfere(stage, draw, "sim.SetQueueChances")
    if draw.random() < 0.15:
        stage.add("fn", "lambda-poller")
    often = draw.choice((0, 4, 16))
    for _ in range(often):
        stage.at(stage.world.now_ms / 1000 + draw.random() * 32 / often)
        _interfere(stage, draw, draw.choice(("", "", "sim.ChangeActor", "sqs.ReceiveMessage")))
    stage.at(max(20, stage.world.now_ms / 1000))
    return stage.world


def _interfere(stage: Stage, draw: Random, only: str = "") -> None:
    worker = f"worker-{draw.randrange(4)}"
    commands: tuple[tuple[str, dict[str, Any]], ...] = (
        ("sqs.SendMessage", {"queue": "orders", "message_body": "by hand"}),
        ("sqs.SendMessage", {"queue": "orders", "message_body": "g", "message_group_id": "g"}),
        ("sqs.ReceiveMessage", {"queue": "orders", "wait_time_seconds": 5}),
        ("sqs.ReceiveMessage", {"queue": "orders", "max_number_of_messages": 10}),
        ("sqs.PurgeQueue", {"queue": "orders"}),
        ("sqs.DeleteQueue", {"queue": draw.choice(("orders", "lost", "next"))}),
        ("sqs.SetQueueAttributes", {"queue": "orders", "attributes": {"VisibilityTimeout": "3"}}),
        ("sqs.SetQueueAttributes", {"queue": "orders", "attributes": {"DelaySeconds": "0"}}),
        (
            "sim.SetQueueChances",
            {
                "queue": "orders",
                "duplicate_per_mille": 200,
                "reorder_per_mille": 200,
                "sampled_nodes": 1,
                "storage_nodes": 3,
            },
        ),
        ("sim.SetQueueChances", {"queue": "orders"}),
        ("sim.CrashActor", {"actor": worker}),
        ("sim.StopActor", {"actor": worker}),
        ("sim.StartActor", {"actor": worker}),
        ("sim.ChangeActor", {"actor": worker, "settings": draw.choice(CONSUMERS)}),
        ("sim.ChangeActor", {"actor": "shop-0", "settings": draw.choice(PRODUCERS)}),
    )
    action, parameters = draw.choice([each for each in commands if only in each[0]])
    by = draw.choice(("somebody", worker, worker))
    try:
        stage.do(action, by, **parameters)
    except Refused:
        return


def test_walks_come_to_the_same_bytes_on_both_ways(monkeypatch: pytest.MonkeyPatch):
    taken = {"send": 0, "finish": 0}
    for seed in range(WALKS):
        limit = 3 if seed % 4 == 0 else IN_FLIGHT_MAX_STANDARD
        monkeypatch.setattr(receiving, "IN_FLIGHT_MAX_STANDARD", limit)
        monkeypatch.setattr(beaten_path, "IN_FLIGHT_MAX_STANDARD", limit)
        short, long, steps = both_ways(monkeypatch, lambda seed=seed: walk(seed))
        assert short.written() == long.written(), f"walk {seed}"
        if seed % 10 == 0:
            assert state_of(World.load(short.written())) == state_of(short)
        taken = {name: count + steps[name] for name, count in taken.items()}
    assert min(taken.values()) > 20 * WALKS, taken


def test_scenarios_come_to_the_same_bytes_on_both_ways(monkeypatch: pytest.MonkeyPatch):
    total = 0
    for id, scenario in scenarios().items():
        short, long, taken = both_ways(
            monkeypatch, lambda scenario=scenario: played(scenario, scenario.seed)
        )
        assert short.written() == long.written(), id
        total += sum(taken.values())
    assert total > 1_000


def test_a_full_log_ends_at_the_same_entry_on_both_ways(monkeypatch: pytest.MonkeyPatch):
    for events_max in range(20, 80):

        def story(events_max: int = events_max) -> World:
            stage = Stage(timeout=1, redrive=2)
            stage.add("shop", "producer", interval_ms=200)
            stage.add("a", handling_ms=300, loses_delete_per_mille=300)
            stage.add("b", handling_ms=450, loses_delete_per_mille=300)
            stage.world.events_max = events_max
            with pytest.raises(Refused):
                stage.at(60)
            return stage.world

        short, long, taken = both_ways(monkeypatch, story)
        assert len(short.log) == events_max
        assert short.overflowed
        assert long.overflowed
        assert short.written() == long.written()
        assert events_max < 40 or taken["send"] and taken["finish"]


@pytest.mark.parametrize(
    ("kind", "reaction"),
    [
        (Called, None),
        (MessageSent, wake_waiter),
        (ReceiveWaiting, None),
        (MessagesReceived, hear),
        (HandlingStarted, None),
        (HandlingFinished, None),
        (MessageDeleted, wake_waiter),
    ],
)
def test_nobody_else_reacts_to_what_happens_on_the_beaten_path(kind: type[Event], reaction: Any):
    assert reaction_to(kind) is reaction


def poll_in_the_name_of_a_crashed_worker() -> World:
    stage = Stage()
    stage.add("worker")
    stage.do("sim.CrashActor", actor="worker")
    stage.do("sqs.ReceiveMessage", "worker", queue="orders", wait_time_seconds=20)
    stage.add("shop", "producer", count=2)
    stage.at(5)
    assert len(stage.all("MessagesReceived")) == 1
    assert stage.all("HandlingStarted") == []
    return stage.world


def poisoned_by_settings_that_are_gone() -> World:
    stage = Stage()
    stage.add("worker", handling_ms=2_000, fails_on=["message 1"])
    stage.add("shop", "producer", count=1)
    stage.at(1)
    stage.do("sim.ChangeActor", actor="worker", settings={"fails_on": []})
    stage.at(5)
    assert len(stage.all("HandlingFailed")) == 1
    return stage.world


def batch_begun_with_other_settings() -> World:
    stage = Stage()
    stage.send("one", "two")
    stage.add("worker", handling_ms=2_000, batch_size=2, deletes_in_batch=True)
    stage.at(3)
    stage.do("sim.ChangeActor", actor="worker", settings={"deletes_in_batch": False})
    stage.at(5)
    assert stage.bodies() == []
    return stage.world


@pytest.mark.parametrize(
    "story",
    [
        poll_in_the_name_of_a_crashed_worker,
        poisoned_by_settings_that_are_gone,
        batch_begun_with_other_settings,
    ],
)
def test_what_only_looks_plain_goes_the_long_way(story: Any, monkeypatch: pytest.MonkeyPatch):
    short, long, _ = both_ways(monkeypatch, story)
    assert short.written() == long.written()
