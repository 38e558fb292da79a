"""What somebody did stands in the address, and nothing else gets in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.engine.scenario import read as read_scenario
from studyapp.simulator.actions import Unreadable, read, written
from studyapp.simulator.runs import Misread, Settings, play, query_of, read_settings
from tests.support.addresses import course

CRASH = {"at_ms": 12500, "do": "sim.CrashActor", "actor": "worker-a"}
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("do", "at_ms")
)


def test_an_action_is_short_and_can_be_read_by_people():
    assert written(CRASH) == "12500~sim.CrashActor~actor~worker-a"


@given(st.integers(0, 10**9), st.dictionaries(names, values, max_size=4))
def test_every_action_is_read_back_as_it_was(at_ms: int, parameters: dict[str, object]):
    row = {"at_ms": at_ms, "do": "sqs.SendMessage", **parameters}
    assert read(written(row)) == row


@pytest.mark.parametrize(
    "value", ["5", "true", "null", '"', "a~b", "{}", "", "[1", "-0", "01", "1e5", "\n"]
)
def test_text_that_looks_like_something_else_stays_text(value: str):
    row = {"at_ms": 0, "do": "sqs.SendMessage", "message_body": value}
    assert read(written(row)) == row


@pytest.mark.parametrize(
    "text",
    ["", "~", "12", "x~do", "-1~a.B", "1~a.B~name", "1~a.B~Name~x", "1~a.B~n~{", "1~a.B~n~1~n~2",
     "1.5~a.B", "01~a.B", "9" * 13 + "~a.B", "1~a.B~n~" + "x" * 3000, "1~a.B~n~" + "[" * 1900],
)  # fmt: skip
def test_what_is_no_action_is_refused(text: str):
    with pytest.raises(Unreadable):
        read(text)


# In a run


def settings(*rows: dict[str, object]) -> Settings:
    file = course().scenarios["sqs/crash-before-delete"]
    fields = [("a", written(row)) for row in rows]
    return read_settings(read_scenario(file.data), fields, file.allows)


def test_actions_change_the_run_and_stand_in_its_one_address_in_order_of_time():
    scenario = read_scenario(course().scenarios["sqs/crash-before-delete"].data)
    later = {"at_ms": 20000, "do": "sqs.SendMessage", "queue": "orders", "message_body": "order B"}
    asked = settings(later, {**CRASH, "actor": "worker-b"})
    assert [row["at_ms"] for row in asked.actions] == [12500, 20000]
    assert query_of(scenario, asked) == (
        "a=12500~sim.CrashActor~actor~worker-b"
        "&a=20000~sqs.SendMessage~queue~orders~message_body~order+B"
    )
    log = play(scenario, asked).world.log
    assert "ActorCrashed" in [type(event).__name__ for event in log if event.at_ms == 12500]
    assert "order B" in [getattr(event, "body", "") for event in log]


@pytest.mark.parametrize(
    "row",
    [
        {"at_ms": 0, "do": "sqs.DeleteQueue", "queue": "orders"},  # not allowed in this scenario
        {"at_ms": 0, "do": "no.Action"},
        {"at_ms": 45001, "do": "sim.CrashActor", "actor": "worker-a"},  # after the end
        {"at_ms": 0, "do": "sim.CrashActor", "actor": "worker-a", "by": 5},
    ],
)
def test_only_what_the_scenario_allows_can_be_done(row: dict[str, object]):
    with pytest.raises(Misread) as refused:
        settings(row)
    assert refused.value.kind == "action"


def test_a_run_holds_so_many_actions_and_no_more():
    assert len(settings(*[CRASH] * 40).actions) == 40
    with pytest.raises(Misread) as refused:
        settings(*[CRASH] * 41)
    assert refused.value.kind == "long"


def test_what_the_world_refuses_is_told_in_the_run():
    scenario = read_scenario(course().scenarios["sqs/crash-before-delete"].data)
    done = settings({"at_ms": 5, "do": "sqs.SendMessage", "queue": "nowhere", "message_body": "x"})
    refusals = [e for e in play(scenario, done).world.log if type(e).__name__ == "CallRefused"]
    assert [event.reason for event in refusals] == ["queue-not-found"]


@pytest.mark.parametrize(
    ("text", "at_ms"), [("0", 0), ("12.5", 12500), ("45", 45000), ("0.001", 1)]
)
def test_the_moment_to_show_stands_in_seconds(text: str, at_ms: int):
    scenario = read_scenario(course().scenarios["sqs/crash-before-delete"].data)
    asked = read_settings(scenario, [("t", text)])
    assert asked.at_ms == at_ms
    assert query_of(scenario, asked) == f"t={text}"
    assert query_of(scenario, asked.run) == ""


@pytest.mark.parametrize("text", ["", "-1", "1e3", "45.1", "1.2345", "²", "1,5", "1" * 12])
def test_a_moment_outside_the_run_is_refused(text: str):
    scenario = read_scenario(course().scenarios["sqs/crash-before-delete"].data)
    with pytest.raises(Misread) as refused:
        read_settings(scenario, [("t", text)])
    assert refused.value.kind == "time"


def test_json_in_an_address_may_be_as_deep_as_it_likes_and_is_still_refused_or_read():
    deep = json.dumps({"a": [[[[{"b": 1}]]]]})
    assert read(f"1~sqs.SendMessage~x~{deep}")["x"] == {"a": [[[[{"b": 1}]]]]}
