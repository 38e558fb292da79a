"""The log as text: the same run gives the same bytes, and nothing else is taken for a run."""

import json

import pytest

from studyapp.engine.log import NO_CAUSE, UnreadableLog, chain, plain, until
from studyapp.engine.world import World
from tests.support.worlds import same_world


def a_run() -> World:
    world = World(3)
    world.call("sqs.CreateQueue", "setup", queue_name="orders")
    world.advance_to(1_000)
    world.call("sqs.SendMessage", "shop", queue="orders", message_body="주문 “A”")
    world.call("sqs.ReceiveMessage", "worker", queue="orders")
    world.advance_to(31_000)
    return world


def test_a_run_survives_being_written_and_read():
    same_world(a_run())


def test_the_text_has_one_line_for_the_head_and_one_for_each_event():
    world = a_run()
    lines = world.written().splitlines()
    assert len(lines) == 1 + len(world.log)
    assert json.loads(lines[0]) == {
        "format": 1,
        "seed": 3,
        "now_ms": 31_000,
        "alarms_rung": world.saved().alarms_rung,
    }
    assert "주문 “A”" in lines[4]


BROKEN = {
    "nothing": ("", "line 1"),
    "no head": ("[]\n", "line 1"),
    "another format": ('{"format":2,"seed":1,"now_ms":0,"alarms_rung":0}\n', "line 1: format 2"),
    "a seed that is text": ('{"format":1,"seed":"1","now_ms":0,"alarms_rung":0}\n', "line 1: seed"),
    "no JSON": ('{"format":1,"seed":1,"now_ms":0,"alarms_rung":0}\nx\n', "line 2"),
    "an unknown event": (
        '{"format":1,"seed":1,"now_ms":0,"alarms_rung":0}\n["Boom",0,-1,""]\n',
        "line 2",
    ),
    "a field too few": (
        '{"format":1,"seed":1,"now_ms":0,"alarms_rung":0}\n["Called",0,-1,"","a","b"]\n',
        "line 2",
    ),
    "a cause to come": (
        '{"format":1,"seed":1,"now_ms":0,"alarms_rung":0}\n["Called",0,0,"","a","b",[]]\n',
        "line 2: time or cause",
    ),
    "a time that is text": (
        '{"format":1,"seed":1,"now_ms":0,"alarms_rung":0}\n["Called","0",-1,"","a","b",[]]\n',
        "line 2: this is not an event",
    ),
    "nested without end": (
        '{"format":1,"seed":1,"now_ms":0,"alarms_rung":0}\n' + "[" * 100_000 + "\n",
        "line 2",
    ),
}


@pytest.mark.parametrize(("text", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_text_is_refused_with_its_line(text: str, says: str):
    with pytest.raises(UnreadableLog, match=says):
        World.load(text)


def test_the_chain_of_causes_leads_back_to_a_call():
    world = a_run()
    last = len(world.log) - 1
    kinds = [type(world.log[number]).__name__ for number in chain(world.log, last)]
    assert kinds == ["MessageVisible", "MessagesReceived", "Called"]
    assert world.log[chain(world.log, last)[-1]].cause == NO_CAUSE


@pytest.mark.parametrize("at_ms", [0, 999, 1_000, 30_999, 31_000])
def test_a_cut_holds_everything_up_to_and_including_its_time(at_ms: int):
    world = a_run()
    cut = until(world.log, at_ms)
    assert [event for event in world.log if event.at_ms <= at_ms] == list(cut)


@pytest.mark.parametrize("value", [1.5, b"x", object, {"a": 2.0}, [set()]], ids=repr)
def test_what_a_log_cannot_hold_is_refused(value: object):
    with pytest.raises(TypeError):
        plain(value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "\ud800"], ids=ascii)
def test_numbers_and_text_beyond_json_are_refused(value: object):
    with pytest.raises(ValueError, match="64 bits|surrogates"):
        plain(value)
