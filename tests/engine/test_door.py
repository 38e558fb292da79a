"""The door: whatever is called with whatever ends in an event or a refusal."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.calls import action
from studyapp.engine.log import CallRefused
from studyapp.engine.refusals import Refused
from studyapp.engine.world import ACTIONS, World
from tests.support.worlds import same_world


def a_world() -> World:
    world = World(1)
    world.call("sqs.CreateQueue", "setup", queue_name="orders")
    return world


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown action": ("sqs.Boom", {}, "unknown-action"),
    "an unknown parameter": (
        "sqs.SendMessage",
        {"queue": "orders", "body": "A"},
        "unknown-parameter",
    ),
    "a missing parameter": ("sqs.SendMessage", {"queue": "orders"}, "missing-parameter"),
    "a parameter given as None": (
        "sqs.SendMessage",
        {"queue": "orders", "message_body": None},
        "missing-parameter",
    ),
    "text for a number": (
        "sqs.ReceiveMessage",
        {"queue": "orders", "max_number_of_messages": "1"},
        "wrong-type",
    ),
    "true for a number": (
        "sqs.ReceiveMessage",
        {"queue": "orders", "max_number_of_messages": True},
        "wrong-type",
    ),
    "a number beyond 64 bits": (
        "sqs.ReceiveMessage",
        {"queue": "orders", "wait_time_seconds": 2**70},
        "wrong-type",
    ),
    "text that is no Unicode": (
        "sqs.SendMessage",
        {"queue": "orders", "message_body": "\ud800"},
        "wrong-type",
    ),
    "a list for a mapping": (
        "sqs.CreateQueue",
        {"queue_name": "b", "attributes": [1]},
        "wrong-type",
    ),
    "an object": (
        "sqs.CreateQueue",
        {"queue_name": "b", "attributes": {"a": object()}},
        "wrong-type",
    ),
}


@pytest.mark.parametrize(("name", "parameters", "reason"), REFUSED.values(), ids=REFUSED)
def test_the_door_refuses(name: str, parameters: dict[str, Any], reason: str):
    world = a_world()
    with pytest.raises(Refused) as refusal:
        world.call(name, "you", **parameters)
    assert refusal.value.reason == reason
    last = world.log[-1]
    assert isinstance(last, CallRefused)
    assert (last.reason, last.action) == (reason, name)
    same_world(world)


def test_an_action_whose_parameters_cannot_be_checked_is_no_action():
    def odd(world: World, by: str, *, when: float) -> None:
        """An action with a float."""

    with pytest.raises(TypeError, match="odd"):
        action(odd)


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["orders", "a", "", "@", "arn:aws:sqs:us-east-1:1:orders", "\ud800"])
    | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.data())
def test_any_action_with_any_values_ends_in_an_event_or_a_refusal(data: st.DataObject):
    world = a_world()
    for _ in range(4):
        name = data.draw(st.sampled_from(sorted(ACTIONS)))
        known = sorted(ACTIONS[name].parameters)
        chosen = data.draw(st.lists(st.sampled_from(known), unique=True)) if known else []
        parameters = {each: data.draw(JUNK) for each in {*chosen, *ACTIONS[name].required}}
        before = len(world.log)
        refused = None
        try:
            world.call(name, "you", **parameters)
        except Refused as refusal:
            refused = refusal.reason
        assert len(world.log) > before
        if refused:
            assert isinstance(world.log[-1], CallRefused)
            assert world.log[-1].reason == refused
    world.advance_to(world.now_ms + 60_000)
    assert World.load(world.written()).written() == world.written()
