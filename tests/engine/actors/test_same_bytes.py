"""Actors draw from the seed alone: the same bytes in any process, and from any point on."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.engine.actors import beaten_path
from studyapp.engine.world import World
from tests.engine.actors.stage import Stage

ROOT = Path(__file__).resolve().parents[3]


def busy_stage(seed: int) -> Stage:
    """Everything that draws, and everything that crashes."""
    stage = Stage(seed, timeout=8, redrive=3)
    stage.queue("printed")
    stage.queue("orders.fifo", VisibilityTimeout="8")
    stage.add(
        "shop",
        "producer",
        phases="20000:4/s, 20000:30/min",
        keys=["a", "b", "c"],
        key_choice="weights",
        key_weights=[5, 2, 1],
        body="order {n} of {key}",
    )
    stage.add(
        "bus",
        "producer",
        target="orders.fifo",
        interval_ms=700,
        count=40,
        keys=["7", "12"],
        key_choice="random",
        deduplication_id="{n}",
    )
    stage.add(
        "worker",
        handling_jitter_ms=900,
        fails_per_mille=150,
        fails_on=["order 11 "],
        on_failure="crash",
        restart_after_ms=700,
        forwards_to="queue:printed",
        idempotent=True,
    )
    stage.add("fleet", "fleet", desired_size=2, backlog_target=5, metric_every_ms=10_000)
    stage.add("fn", "lambda-poller", fails_per_mille=200, batch_size=3)
    stage.add("fifo", queue="orders.fifo", batch_size=4, extends_visibility=True, handling_ms=3_000)
    return stage


def digest(seed: int) -> str:
    stage = busy_stage(seed)
    stage.at(90)
    return hashlib.sha256(stage.world.written().encode()).hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_another_process_writes_the_same_bytes(hash_seed: str):
    done = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import digest; print(digest(7))"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(7)


def test_another_seed_is_another_story():
    assert digest(7) != digest(8)


@pytest.mark.parametrize("cut", [0, 1, 7.35, 20, 41.3, 60])
def test_a_run_that_is_saved_and_loaded_goes_on_to_the_same_bytes(cut: float):
    whole = busy_stage(7)
    whole.at(90)
    parts = busy_stage(7)
    parts.at(cut)
    loaded = World.load(parts.world.written())
    loaded.advance_to(90_000)
    assert loaded.written() == whole.world.written()
    fork = whole.world.fork(round(cut * 1000))
    fork.advance_to(90_000)
    assert fork.written() == whole.world.written()


@pytest.mark.parametrize("seed", range(5))
def test_lived_and_replayed_are_one_world(seed: int):
    stage = busy_stage(seed)
    stage.at(45)
    stage.check()


def test_what_actors_ask_would_pass_the_door(monkeypatch: pytest.MonkeyPatch):
    """Actors ask without the door's checks, or take the beaten path; through the door they get the same answers."""
    plain = busy_stage(7)
    plain.at(90)

    def through_the_door(world: World, action: str, by: str, parameters: dict[str, object]):
        return world.call(action, by, **parameters)

    monkeypatch.setattr(World, "ask", through_the_door)
    monkeypatch.setattr(beaten_path, "finish", lambda *_: False)
    monkeypatch.setattr(beaten_path, "send", lambda *_: False)
    checked = busy_stage(7)
    checked.at(90)
    assert checked.world.written() == plain.world.written()
