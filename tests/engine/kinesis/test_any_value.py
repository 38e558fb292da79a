"""Any command with any value ends in an event or a refusal."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.kinesis.commands import ACTIONS
from studyapp.engine.kinesis.refusals import REASONS
from studyapp.engine.refusals import GENERAL, Refused
from studyapp.engine.world import World
from tests.engine.kinesis.given import FIRST, SECOND, same_world_for_a_while

NAMES = sorted(ACTIONS)
TEXTS = st.sampled_from(
    [
        "buses",
        "trains",
        "",
        "a" * 300,
        FIRST,
        SECOND,
        "dash",
        "LATEST",
        "TRIM_HORIZON",
        "AT_SEQUENCE_NUMBER",
        "AT_TIMESTAMP",
        "ON_DEMAND",
        "PROVISIONED",
        "KMS",
        "UNIFORM_SCALING",
        "0",
        "5",
        str(2**127),
        str(2**128),
        "9" * 200,
        "49590000000001000000",
        "0:0:49590000000001000000:shardId-000000000000:buses",
        "5000:1:49590000000001000000:shardId-000000000000:buses",
        "0:1:FROM_TRIM_HORIZON::buses",
        "arn:aws:kinesis:us-east-1:123456789012:stream/buses",
        "arn:aws:kinesis:us-east-1:123456789012:stream/buses/consumer/dash:0",
        "\ud800",
        "버스",
        "@receipt",
    ]
)
NUMBERS = st.sampled_from(
    [0, 1, -1, 2, 4, 24, 48, 999, 1_024, 10_240, 100_000, 2**62, 2**63, 2**80]
)
SIMPLE = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.just(1.5), st.just(b"x"))
KEYS = st.sampled_from(
    ["data", "partition_key", "explicit_hash_key", "type", "sequence_number", "timestamp_ms", "x"]
)
MAPPING = st.dictionaries(KEYS, SIMPLE, max_size=4)
VALUES = st.one_of(SIMPLE, MAPPING, st.lists(st.one_of(MAPPING, SIMPLE), max_size=3))

# Values that fit, so that a walk gets beyond the first checks.
FITTING: dict[str, st.SearchStrategy[Any]] = {
    "stream": st.sampled_from(["buses", "trains"]),
    "shard_id": st.sampled_from([FIRST, SECOND]),
    "shard_to_split": st.sampled_from([FIRST, SECOND]),
    "shard_to_merge": st.sampled_from([FIRST, SECOND]),
    "adjacent_shard_to_merge": st.sampled_from([FIRST, SECOND]),
    "consumer": st.just("dash"),
    "consumer_name": st.just("dash"),
    "shard_count": st.integers(1, 3),
    "record_count": st.integers(1, 20),
    "times": st.integers(1, 5),
    "starting_position": st.fixed_dictionaries(
        {"type": st.sampled_from(["LATEST", "TRIM_HORIZON"])}
    ),
    "records": st.lists(
        st.fixed_dictionaries({"data": TEXTS, "partition_key": TEXTS}), min_size=1, max_size=5
    ),
    "key_id": st.just("alias/buses"),
}


@st.composite
def commands(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(NAMES))
    parameters = {}
    for parameter in ACTIONS[name].parameters:
        if parameter in ACTIONS[name].required or draw(st.booleans()):
            fitting = FITTING.get(parameter, VALUES)
            parameters[parameter] = draw(VALUES if draw(st.integers(0, 3)) == 0 else fitting)
    if draw(st.integers(0, 20)) == 0:
        parameters["color"] = "red"
    return name, parameters


@settings(max_examples=300, database=None)
@given(st.lists(st.tuples(commands(), st.integers(0, 6_000)), max_size=25))
def test_any_command_with_any_value_ends_in_an_event_or_a_refusal(walk):
    refusals = []
    world = World(5)
    world.call("sim.AddStream", "admin", stream="buses", shard_count=2)
    for kind, more in (("stream-reader", {}), ("kcl-worker", {"application": "app"})):
        settings_ = {"stream": "buses", **more}
        world.call("sim.AddActor", "admin", actor=kind, kind=kind, settings=settings_)
    for (name, parameters), step_ms in walk:
        length = len(world.log)
        try:
            world.call(name, "dash", **parameters)
        except Refused as refused:
            refusals.append(refused)
        assert len(world.log) > length
        world.advance_to(world.now_ms + step_ms)
    for refused in refusals:
        known = REASONS.get(refused.reason) or GENERAL[refused.reason]
        assert known.message.format(**dict(refused.details))
    world.advance_to(world.now_ms + 10_000)
    same_world_for_a_while(world)


def test_every_refusal_says_all_that_its_wording_needs():
    for reason, known in REASONS.items():
        assert known.http_status == 400, reason
        assert known.code.endswith("Exception"), reason
        assert known.message[0].isupper() or known.message.startswith(("1 ", "{")), reason
