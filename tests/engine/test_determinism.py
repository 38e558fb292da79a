"""Same seed, same commands, same bytes: in another process, with another hash seed, after saving anywhere.

The stories are the scenarios that we ship, each with several seeds. A story is cut at five places, saved,
loaded, and must go on to the same end.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studyapp.course.library import load
from studyapp.engine.log import SavedRun
from studyapp.engine.scenario import Scenario, do, read, run, start
from studyapp.engine.world import World
from tests.support.worlds import state_of

ROOT = Path(__file__).resolve().parents[2]
STORIES_AT_LEAST = 200
HASH_SEEDS = ("0", "1", "random")
CUTS = 5
# As long as a scenario may be, and a little more.
EVENTS_MAX = 10_000


def scenarios() -> dict[str, Scenario]:
    return {id: read(file.data) for id, file in load(ROOT / "content").scenarios.items()}


def stories() -> Iterator[tuple[str, Scenario, int]]:
    """At least 200 stories: every scenario with its own seed and as many others as it takes."""
    known = scenarios()
    seeds = -(-STORIES_AT_LEAST // len(known))
    for id, scenario in known.items():
        for turn in range(seeds):
            yield id, scenario, scenario.seed + turn * 1_000


def played(scenario: Scenario, seed: int, cut_at_ms: frozenset[int] = frozenset()) -> World:
    """A story to its end; at each cut the world is written, forgotten, and loaded again."""
    world = start(scenario, seed, EVENTS_MAX)
    for command in scenario.script:
        world = advanced(world, command.at_ms, cut_at_ms)
        do(world, command)
    return advanced(world, scenario.ends_at_ms, cut_at_ms)


def advanced(world: World, at_ms: int, cut_at_ms: frozenset[int]) -> World:
    for cut in sorted(cut_at_ms):
        if world.now_ms < cut <= at_ms:
            world.advance_to(cut)
            world = World.load(world.written())
    if at_ms > world.now_ms:
        world.advance_to(at_ms)
    return world


def digests() -> dict[str, str]:
    """What each story comes to, cut and uncut; a story that is too long stands for nothing."""
    found = {}
    for id, scenario, seed in stories():
        try:
            text = played(scenario, seed).written()
        except Exception as fault:  # the same fault must come in every process
            text = repr(fault)
        found[f"{id} {seed}"] = hashlib.sha256(text.encode()).hexdigest()
    return found


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return digests()


def test_there_are_stories_enough(here: dict[str, str]):
    assert len(here) >= STORIES_AT_LEAST
    assert len(set(here.values())) > len(scenarios()) // 2


@pytest.mark.parametrize("hash_seed", HASH_SEEDS)
def test_another_process_tells_the_same_stories(hash_seed: str, here: dict[str, str]):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.engine.test_determinism import digests; import json; print(json.dumps(digests()))",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == here


@pytest.mark.parametrize("id", sorted(scenarios()))
def test_a_story_that_is_saved_and_loaded_on_the_way_ends_the_same(id: str):
    scenario = scenarios()[id]
    whole = played(scenario, scenario.seed)
    assert whole.written() == run(scenario).world.written()
    times = sorted({event.at_ms for event in whole.log})
    cuts = frozenset(times[(len(times) - 1) * n // CUTS] for n in range(1, CUTS + 1))
    pieces = played(scenario, scenario.seed, cuts)
    assert pieces.written() == whole.written()


@pytest.mark.parametrize("id", sorted(scenarios()))
def test_a_replay_is_the_live_world(id: str):
    scenario = scenarios()[id]
    world = played(scenario, scenario.seed)
    run = world.saved()
    again = World.replay(run.seed, run.events, run.now_ms, run.alarms_rung)
    assert state_of(again) == state_of(world)


@pytest.mark.parametrize("id", sorted(scenarios()))
def test_a_fork_goes_on_as_the_original_did(id: str):
    scenario = scenarios()[id]
    world = start(scenario)
    for command in scenario.script:
        world.advance_to(command.at_ms)
        do(world, command)
    half = world.now_ms + (scenario.ends_at_ms - world.now_ms) // 2
    world.advance_to(half)
    fork = world.fork(half)
    for each in (world, fork):
        each.advance_to(scenario.ends_at_ms)
    assert fork.written() == world.written()
    assert isinstance(fork.saved(), SavedRun)
