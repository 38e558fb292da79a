"""Whatever stands in a scenario's data ends in a run, or in Unfit with the place."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.engine.scenario import Run, Unfit, commands, read, run
from tests.support.worlds import same_world

# One of everything that can stand in a scenario.
EVERYTHING: dict[str, Any] = {
    "seed": 7,
    "ends_at_ms": 30_000,
    "queues": {
        "orders": {
            "visibility_timeout": 10,
            "redrive_policy": {"dead_letter_queue": "lost", "max_receive_count": 3},
            "chances": {"duplicate_per_mille": 10},
            "open_to": ["topic:news", "bucket:photos"],
        },
        "lost": {},
        "line.fifo": {"fifo_queue": True, "content_based_deduplication": True},
    },
    "topics": {"news": {"display_name": "News"}},
    "endpoints": {"reader": {"protocol": "lambda"}},
    "streams": {"buses": {"shard_count": 1}},
    "buckets": {"photos": {}},
    "delivery_streams": {"archive": {"extended_s3_destination_configuration": {"bucket_arn": "photos"}}},
    "brokers": {"b": {"engine_type": "ACTIVEMQ", "deployment_mode": "SINGLE_INSTANCE"}},
    "subscriptions": {
        "first": {
            "topic": "news",
            "protocol": "sqs",
            "endpoint": "orders",
            "raw_message_delivery": True,
            "filter_policy": {"city": ["busan", {"prefix": "x"}, {"numeric": [">", 1.5]}]},
            "dead_letter_queue": "lost",
        },
        "second": {"topic": "news", "protocol": "lambda", "endpoint": "reader"},
    },
    "setup": [{"do": "sqs.TagQueue", "by": "you", "queue": "lost", "tags": {"team": "shop"}}],
    "actors": {
        "worker": {"kind": "consumer", "queue": "orders", "handling_ms": 1_000, "start": True},
        "shop": {"kind": "producer", "to": "sqs", "target": "orders", "rate_per_second": 1, "count": 3},
    },
    "script": [
        {"at_ms": 0, "id": "first", "do": "sns.Publish", "by": "press", "topic": "news", "message": "A"},
        {
            "at_ms": 500,
            "do": "sqs.SendMessageBatch",
            "queue": "orders",
            "entries": [{"id": "a", "message_body": "B"}],
        },
        {
            "at_ms": 900,
            "do": "sqs.DeleteMessage",
            "queue": "orders",
            "receipt_handle": "@receipt:worker",
        },
        {"at_ms": 1_000, "do": "kinesis.PutRecord", "stream": "buses", "partition_key": "1", "data": "x"},
    ],
    "knobs": {
        "timeout": {"sets": "queues.orders.visibility_timeout", "values": [5, 10]},
        "when": {"sets": "script.first.at_ms", "min": 0, "max": 2_000, "step": 500},
        "line": {"sets": 'queues."line.fifo".fifo_queue', "values": [True, False]},
    },
}  # fmt: skip

WORDS = [
    "", "orders", "lost", "orders.fifo", "a b", "@receipt:worker", "@receipt:nobody", "@receipt-of:A",
    "@message-id:A", "@answer:worker:receipts", "@answer:worker:__class__", "@answer:", "@", "sqs.SendMessage",
    "sim.CrashActor", "topic:news", "bucket:", "consumer", "lambda", "email", "2026-01-01", "\ud800", "x" * 200,
    "arn:aws:sqs:us-east-1:123456789012:orders", '{"Type":1}', "주문", "seed", "queues", "script.first.do", '"', ".",
]  # fmt: skip
NAMES = [
    "action", "by", "self", "world", "parameters", "queue", "name", "id", "do", "at_ms", "kind", "start", "settings",
    "attributes", "sets", "values", "min", "redrive_policy", "open_to", "chances", "tags", "", "_", "a.b", "\ud800",
]  # fmt: skip
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-2, 12)
    | st.integers()
    | st.sampled_from([2**63, -(2**63) - 1, 10**4_000])
    | st.floats()
    | st.sampled_from(WORDS)
    | st.dates()
    | st.binary(max_size=3)
)
KEYS = st.sampled_from(NAMES) | st.sampled_from(WORDS) | st.integers(0, 3) | st.none()
JUNK = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in the data, however deep."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, each in steps:
        yield (*path, step)
        if isinstance(each, (dict, list)):
            yield from places(each, (*path, step))


def changed(data: st.DataObject, value: Any) -> Any:
    """The data with something else, something more or something less in one place."""
    copied = copy.deepcopy(value)
    path = data.draw(st.sampled_from(list(places(copied))), "place")
    here = copied
    for step in path[:-1]:
        here = here[step]
    how = data.draw(st.sampled_from(["replace", "replace", "delete", "add"]), "how")
    if how == "delete":
        del here[path[-1]]
    elif how == "replace":
        here[path[-1]] = data.draw(JUNK, "junk")
    elif isinstance(here, dict):
        here[data.draw(KEYS, "name")] = data.draw(JUNK, "junk")
    else:
        here.append(data.draw(JUNK, "junk"))
    return copied


def ended(data: Any, knobs: Any = None, actions: Any = ()) -> Run | None:
    """The run, or None if it is refused with a place."""
    try:
        acted = commands(actions) if actions else ()
        result = run(read(data), knobs, actions=acted, events_max=600)
    except Unfit as fault:
        path, text = fault.path, fault.text
    else:
        assert len(result.world.log) <= 600
        return result
    assert isinstance(path, tuple)
    assert text
    return None


FUZZ = settings(max_examples=400, suppress_health_check=list(HealthCheck))


def test_everything_together_is_a_scenario():
    result = run(read(EVERYTHING))
    assert (result.surprises, result.too_long) == ((), False)
    same_world(result.world)


@FUZZ
@given(st.data())
def test_odd_data_end_in_a_run_or_in_unfit(data: st.DataObject):
    odd = EVERYTHING
    for _ in range(data.draw(st.integers(1, 3), "changes")):
        odd = changed(data, odd)
    result = ended(odd)
    if result is not None:
        times = [event.at_ms for event in result.world.log]
        assert times == sorted(times)
        assert type(result.world).load(result.world.written()).written() == result.world.written()


@settings(FUZZ, max_examples=100)
@given(JUNK)
def test_what_is_no_scenario_at_all_is_unfit(junk: Any):
    assert ended(junk) is None


@settings(FUZZ, max_examples=200)
@given(st.dictionaries(st.sampled_from([*EVERYTHING["knobs"], "gone"]), JUNK, max_size=3) | JUNK)
def test_odd_knob_values_end_in_a_run_or_in_unfit(knobs: Any):
    ended(EVERYTHING, knobs)


@settings(FUZZ, max_examples=200)
@given(st.data())
def test_odd_actions_end_in_a_run_or_in_unfit(data: st.DataObject):
    ended(EVERYTHING, actions=changed(data, copy.deepcopy(EVERYTHING["script"])))
    ended(EVERYTHING, actions=data.draw(JUNK))


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


UNFIT: dict[str, tuple[dict[str, Any], tuple[Any, ...], str]] = {
    "a name that is no text": ({"queues": {"orders": {3: 1}}}, ("queues", "orders"), "names must"),
    "a queue without a name": ({"queues": {"": {}}}, ("queues", ""), "queue-name-wrong"),
    "text that is no Unicode": ({"queues": {"a": {"x": "\ud800"}}}, ("queues", "a", "x"), "Unicode"),
    "a number that is endless": (
        {"queues": {"a": {"delay_seconds": float("inf")}}},
        ("queues", "a", "delay_seconds"),
        "finite",
    ),
    "a number beyond 64 bits": ({"actors": {"a": {"x": 10**5_000}}}, ("actors", "a", "x"), "64 bits"),
    "too deep": ({"script": [{"x": nested(900)}]}, ("script", 0, "x"), "too deep"),
    "a misspelt setting of a redrive policy": (
        {"queues": {"a": {"redrive_policy": {"dead_letter_queue": "b", "max_recieve_count": 2}}}},
        ("queues", "a", "redrive_policy"),
        "max_receive_count",
    ),
    "a second name": ({"buckets": {"a": {"bucket": "b"}}}, ("buckets", "a", "bucket"), "[buckets.NAME]"),
    "chances of another queue": (
        {"queues": {"a": {"chances": {"queue": "b"}}}},
        ("queues", "a", "chances"),
        "without the queue",
    ),
    "a time in the setup": (
        {"setup": [{"do": "sqs.ListQueues", "at_ms": 5}]},
        ("setup", 0, "at_ms"),
        "only in [[script]]",
    ),
    "a caller that is a number": (
        {"script": [{"at_ms": 0, "do": "sqs.ListQueues", "by": 3}]},
        ("script", 0, "by"),
        "must be text",
    ),
    "a misspelt part of a knob": (
        {"knobs": {"k": {"sets": "seed", "min": 1, "max": 9, "stpe": 2}}},
        ("knobs", "k", "stpe"),
        "a knob has",
    ),
    "a knob without values": (
        {"knobs": {"k": {"sets": "seed", "values": []}}},
        ("knobs", "k"),
        "either values",
    ),
    "a knob with a list and an end": (
        {"knobs": {"k": {"sets": "seed", "values": [1], "max": 9}}},
        ("knobs", "k"),
        "either values",
    ),
    "a knob whose path has an empty name": (
        {"knobs": {"k": {"sets": "queues..a", "values": [1]}}},
        ("knobs", "k", "sets"),
        "is no path",
    ),
    "a knob for one of two with the same id": (
        {
            "script": [{"id": "x", "at_ms": n, "do": "sqs.ListQueues"} for n in (0, 1)],
            "knobs": {"k": {"sets": "script.x.at_ms", "values": [0, 1]}},
        },
        ("knobs", "k", "sets"),
        "more than one entry of script",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "path", "says"), UNFIT.values(), ids=UNFIT)
def test_a_mistake_is_named_with_its_place(data: dict[str, Any], path: tuple[Any, ...], says: str):
    with pytest.raises(Unfit) as fault:
        run(read({"seed": 1, "ends_at_ms": 5, **data}))
    assert fault.value.path == path
    assert says in fault.value.text


@pytest.mark.parametrize("actions", [None, 3, "x", {}, [3], [nested(900)]], ids=lambda _: "")
def test_actions_that_are_no_list_of_tables_are_unfit(actions: Any):
    with pytest.raises(Unfit) as fault:
        commands(actions)
    assert fault.value.path[0] == "actions"


@pytest.mark.parametrize("seed", [-1, 2**63, "7", 1.5, True, []], ids=repr)
def test_a_seed_that_is_none_is_unfit(seed: Any):
    with pytest.raises(Unfit) as fault:
        run(read(EVERYTHING), seed=seed)
    assert fault.value.path == ("seed",)


def test_a_command_may_have_parameters_with_the_names_of_our_own():
    script = [
        {"at_ms": 0, "do": "sqs.ListQueues", "action": 1, "self": 2, "world": 3, "parameters": 4}
    ]
    result = run(read({"ends_at_ms": 5, "script": script}))
    assert [outcome for _, outcome in result.surprises] == ["unknown-parameter"]
