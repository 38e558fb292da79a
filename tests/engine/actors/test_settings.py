"""Settings say what is wrong with them, and any value ends in an event or a refusal."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.actors import KINDS
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.actors.stage import Stage
from tests.support.worlds import same_world

WRONG: list[tuple[str, str, Any, str]] = [
    ("consumer", "batch_size", 0, "1 to 10"),
    ("consumer", "batch_size", 11, "1 to 10"),
    ("consumer", "batch_size", True, "a whole number"),
    ("consumer", "batch_size", "1", "a whole number"),
    ("consumer", "wait_time_seconds", 21, "-1 to 20"),
    ("consumer", "wait_time_seconds", -2, "-1 to 20"),
    ("consumer", "visibility_timeout", 43_201, "-1 to 43200"),
    ("consumer", "handling_ms", 0, "1 to 31622400000"),
    ("consumer", "poll_interval_ms", 0, "1 to 31622400000"),
    ("consumer", "deletes", 1, "true or false"),
    ("consumer", "queue", 7, "text"),
    ("consumer", "delete_with", "hope", "receipt-handle or message-id"),
    ("consumer", "on_failure", "cry", "leave or crash or make-visible"),
    ("consumer", "fails_per_mille", 1001, "0 to 1000"),
    ("consumer", "fails_on", "A", "a list of text"),
    ("consumer", "fails_on", [1], "a list of text"),
    ("consumer", "fails_on", [""], "texts that are not empty"),
    ("consumer", "forwards_to", "orders", "'queue:name' or 'topic:name'"),
    ("producer", "to", "fax", "sqs or sns or kinesis or firehose"),
    ("producer", "batch_size", 11, "1 to 10"),
    (
        "producer",
        "phases",
        "soon",
        "phases such as '10000:9/s, 20000:1/min', each at least 1 ms long",
    ),
    (
        "producer",
        "phases",
        "0:9/s",
        "phases such as '10000:9/s, 20000:1/min', each at least 1 ms long",
    ),
    ("producer", "phases", "10:100001/s", "phases with rates up to 100000"),
    ("producer", "key_weights", [1, -1], "a list of whole numbers"),
    ("producer", "key_weights", ["1"], "a list of whole numbers"),
    ("producer", "attributes", ["city"], "texts such as 'city=busan'"),
    ("producer", "interval_ms", 0, "1 to 31622400000"),
    ("fleet", "desired_size", 11, "1 to 10"),
    ("fleet", "desired_size", 0, "1 to 10"),
    ("fleet", "policy", "hope", "backlog-per-instance or step or none"),
    ("fleet", "forwards_to", "orders", "'queue:name' or 'topic:name'"),
    ("lambda-poller", "batch_size", 10_001, "1 to 10000"),
    ("lambda-poller", "batching_window_ms", 300_001, "0 to 300000"),
    ("lambda-poller", "concurrency_max", 1, "0, or 2 to 1250"),
    ("lambda-poller", "concurrency_max", 1_251, "0 to 1250"),
    ("lambda-poller", "duration_ms", 900_001, "1 to 900000"),
]
REQUIRED = {
    "consumer": {"queue": "orders"},
    "fleet": {"queue": "orders"},
    "lambda-poller": {"queue": "orders"},
    "producer": {"to": "sqs", "target": "orders"},
}


@pytest.mark.parametrize(("kind", "setting", "value", "expected"), WRONG)
def test_a_wrong_setting_is_refused_with_what_is_expected(
    kind: str, setting: str, value: Any, expected: str
):
    given_settings = {**REQUIRED[kind], setting: value}
    reason, details = Stage().refused("sim.AddActor", actor="a", kind=kind, settings=given_settings)
    assert (reason, details) == ("wrong-setting", {"setting": setting, "expected": expected})


TOGETHER: list[tuple[str, dict[str, Any], str]] = [
    ("producer", {"key_choice": "weights", "keys": ["a", "b"], "key_weights": [1]}, "key_weights"),
    ("producer", {"key_choice": "weights", "keys": ["a"], "key_weights": [0]}, "key_weights"),
    ("lambda-poller", {"batch_size": 11}, "batching_window_ms"),
    ("lambda-poller", {"batch_size": 11, "batching_window_ms": 999}, "batching_window_ms"),
    ("lambda-poller", {"queue": "a.fifo", "batch_size": 11}, "batch_size"),
    ("lambda-poller", {"queue": "a.fifo", "batching_window_ms": 1_000}, "batching_window_ms"),
    ("fleet", {"min_size": 3, "desired_size": 2}, "desired_size"),
]


@pytest.mark.parametrize(("kind", "together", "setting"), TOGETHER)
def test_settings_that_do_not_go_together_are_refused(
    kind: str, together: dict[str, Any], setting: str
):
    reason, details = Stage().refused(
        "sim.AddActor", actor="a", kind=kind, settings={**REQUIRED[kind], **together}
    )
    assert (reason, details["setting"]) == ("wrong-setting", setting)


def test_an_unknown_kind_names_those_that_there_are():
    reason, details = Stage().refused("sim.AddActor", actor="a", kind="robot")
    assert reason == "unknown-actor-kind"
    assert details["known"] == ", ".join(KINDS)


values = st.one_of(
    st.integers(-1, 3),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(["orders", "sqs", "weights", "5:9/s", "queue:orders", "crash"]),
    st.lists(st.one_of(st.text(max_size=3), st.integers(0, 9)), max_size=3),
    st.none(),
)


@pytest.mark.parametrize("kind", REQUIRED)
@settings(max_examples=150)
@given(st.data())
def test_any_setting_ends_in_an_event_or_a_refusal(kind: str, data: st.DataObject):
    names = list(KINDS[kind].settings.__dataclass_fields__)
    given_settings = data.draw(
        st.dictionaries(st.sampled_from([*names, "nonsense"]), values, max_size=5)
    )
    world = World(1, events_max=3_000)
    world.call("sqs.CreateQueue", "setup", queue_name="orders")
    entries = [{"id": str(place), "message_body": f"message {place}"} for place in range(10)]
    world.call("sqs.SendMessageBatch", "shop", queue="orders", entries=entries)
    try:
        world.call(
            "sim.AddActor",
            "you",
            actor="a",
            kind=kind,
            settings={**REQUIRED[kind], **given_settings},
        )
        world.advance_to(5_000)
    except Refused:
        return
    if len(world.log) < 1_000:
        same_world(world)
