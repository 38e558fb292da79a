"""The pictures of brokers agree with the engine in every scenario, with every knob, and wherever a walk leads."""

from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.refusals import Refused
from studyapp.engine.scenario import read, run
from studyapp.engine.world import World
from studyapp.pages.course import course
from studyapp.simulator.scene.scene import Scene
from tests.engine.mq.activemq import test_random_walks as active_walks
from tests.engine.mq.rabbitmq import test_random_walks as rabbit_walks
from tests.simulator.scene.brokers import agrees, brokers_agree
from tests.support.pictures import check_places, picture_of, run_of

SCENARIOS = (
    "mq/active-crash",
    "mq/lost-zone",
    "mq/persistent-or-not",
    "mq/poison-redelivery",
    "mq/queue-and-topic",
    "mq/rabbitmq-one-then-two",
    "mq/traffic-spike",
    "exam/two-minutes",
    "choosing/same-orders-four-ways",
)


def last_state_agrees(world: World) -> Scene:
    scene = picture_of(world)
    brokers_agree(world, scene, scene.state(len(scene.steps) - 1))
    return scene


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_two_tokens_share_a_slot_and_every_place_is_drawn(scenario: str):
    check_places(picture_of(run_of(scenario).world))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_picture_agrees_with_the_engine_at_any_time(scenario: str):
    world = run_of(scenario).world
    agrees(world, picture_of(world))


@pytest.mark.parametrize("scenario", [each for each in SCENARIOS if each.startswith("mq/")])
def test_the_picture_agrees_with_the_engine_whatever_the_knobs_are(scenario: str):
    known = read(course().scenarios[scenario].data)
    for values in product(*(knob.values for knob in known.knobs.values())):
        world = run(known, dict(zip(known.knobs, values, strict=True))).world
        last_state_agrees(world)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_run_is_cut(scenario: str):
    assert not picture_of(run_of(scenario).world).is_cut


@active_walks.FEW_REDELIVERIES
@settings(max_examples=60)
@given(st.lists(active_walks.STEPS, max_size=40))
def test_wherever_a_walk_with_activemq_leads_the_picture_agrees(steps: list[tuple[Any, ...]]):
    world = active_walks.start()
    for step in steps:
        with suppress(Refused):
            active_walks.take(world, step)
    check_places(last_state_agrees(world))


@settings(max_examples=60)
@given(st.lists(rabbit_walks.STEPS, max_size=40))
def test_wherever_a_walk_with_rabbitmq_leads_the_picture_agrees(steps: list[tuple[Any, ...]]):
    world = rabbit_walks.start()
    for step in steps:
        with suppress(Refused):
            rabbit_walks.take(world, step)
    check_places(last_state_agrees(world))
