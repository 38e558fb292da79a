"""Firehose's actions: answers, ranges and refusals; any value ends in an event or a refusal."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.firehose.events import RecordBuffered, RecordRejected
from studyapp.engine.firehose.refusals import REASONS
from studyapp.engine.limits import firehose as limits
from studyapp.engine.refusals import GENERAL, Refused
from studyapp.engine.world import ACTIONS, World
from tests.support.delivery_streams import MB, a_world, counted, happened, hints, put
from tests.support.worlds import same_world

CREATE = "firehose.CreateDeliveryStream"
UPDATE = "firehose.UpdateDestination"
PUT = "firehose.PutRecord"
BATCH = "firehose.PutRecordBatch"


def s3(**given_settings: Any) -> dict[str, Any]:
    return {
        "delivery_stream": "other",
        "extended_s3_destination_configuration": {"bucket_arn": "photos", **given_settings},
    }


def to_endpoint(kind: str, **given_settings: Any) -> dict[str, Any]:
    configuration = {"s3_configuration": {"bucket_arn": "photos"}, **given_settings}
    return {
        "delivery_stream": "other",
        f"{kind}_destination_configuration": configuration,
    }


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a name with a space": (
        CREATE,
        {**s3(), "delivery_stream": "a b"},
        "delivery-stream-name-invalid",
    ),
    "an empty name": (CREATE, {**s3(), "delivery_stream": ""}, "delivery-stream-name-invalid"),
    "a long name": (CREATE, {**s3(), "delivery_stream": "a" * 65}, "delivery-stream-name-invalid"),
    "a name with a line end": (
        CREATE,
        {**s3(), "delivery_stream": "other\n"},
        "delivery-stream-name-invalid",
    ),
    "a name that is taken": (
        CREATE,
        {**s3(), "delivery_stream": "clicks"},
        "delivery-stream-exists",
    ),
    "an unknown type": (
        CREATE,
        {**s3(), "delivery_stream_type": "MSKAsSource"},
        "delivery-stream-type-wrong",
    ),
    "no destination": (CREATE, {"delivery_stream": "other"}, "firehose-one-destination"),
    "two destinations": (CREATE, {**to_endpoint("splunk"), **s3()}, "firehose-one-destination"),
    "no bucket": (
        CREATE,
        {"delivery_stream": "other", "extended_s3_destination_configuration": {}},
        "missing-parameter",
    ),
    "no bucket for what fails": (
        CREATE,
        {"delivery_stream": "other", "http_endpoint_destination_configuration": {}},
        "missing-parameter",
    ),
    "a Kinesis stream that is not named": (
        CREATE,
        {**s3(), "delivery_stream_type": "KinesisStreamAsSource"},
        "firehose-source-missing",
    ),
    "a Kinesis stream that is not there": (
        CREATE,
        {
            **s3(),
            "delivery_stream_type": "KinesisStreamAsSource",
            "kinesis_stream_source_configuration": {"kinesis_stream_arn": "none"},
        },
        "stream-not-found",
    ),
    "a size of 0": (CREATE, s3(buffering_hints=hints(0, 60)), "firehose-value-out-of-range"),
    "a size of 129": (CREATE, s3(buffering_hints=hints(129, 60)), "firehose-value-out-of-range"),
    "an interval of -1": (CREATE, s3(buffering_hints=hints(5, -1)), "firehose-value-out-of-range"),
    "an interval of 901": (
        CREATE,
        s3(buffering_hints=hints(5, 901)),
        "firehose-value-out-of-range",
    ),
    "a size without an interval": (
        CREATE,
        s3(buffering_hints={"size_in_mbs": 5}),
        "firehose-hints-incomplete",
    ),
    "an interval without a size": (
        CREATE,
        s3(buffering_hints={"interval_in_seconds": 60}),
        "firehose-hints-incomplete",
    ),
    "65 MB for HTTP": (
        CREATE,
        to_endpoint("http_endpoint", buffering_hints=hints(65, 60)),
        "firehose-value-out-of-range",
    ),
    "61 seconds for Splunk": (
        CREATE,
        to_endpoint("splunk", buffering_hints=hints(5, 61)),
        "firehose-value-out-of-range",
    ),
    "101 MB for OpenSearch": (
        CREATE,
        to_endpoint("amazonopensearchservice", buffering_hints=hints(101, 60)),
        "firehose-value-out-of-range",
    ),
    "a retry of 7,201 seconds": (
        CREATE,
        to_endpoint("redshift", retry_options={"duration_in_seconds": 7201}),
        "firehose-value-out-of-range",
    ),
    "a backup interval of 59 seconds": (
        CREATE,
        s3(s3_backup_configuration={"bucket_arn": "spare", "buffering_hints": hints(5, 59)}),
        "firehose-value-out-of-range",
    ),
    "an unknown backup mode": (CREATE, s3(s3_backup_mode="Some"), "firehose-backup-mode-wrong"),
    "an unknown expression": (CREATE, s3(prefix="!{aws:region}/"), "firehose-prefix-wrong"),
    "an expression that does not end": (
        CREATE,
        s3(error_output_prefix="!{timestamp:yyyy"),
        "firehose-prefix-wrong",
    ),
    "an unknown processor": (
        CREATE,
        s3(processing_configuration={"processors": [{"type": "Magic"}]}),
        "firehose-processor-unknown",
    ),
    "a function of 5 minutes and 1 ms": (
        CREATE,
        s3(processing_configuration={"processors": [{"type": "Lambda", "handling_ms": 300_001}]}),
        "firehose-value-out-of-range",
    ),
    "a misspelt setting": (CREATE, s3(bufering_hints=hints(5, 60)), "unknown-parameter"),
    "text for a size": (
        CREATE,
        s3(buffering_hints={"size_in_mbs": "5", "interval_in_seconds": 60}),
        "wrong-type",
    ),
    "hints that are a list": (CREATE, s3(buffering_hints=[5, 60]), "wrong-type"),
    "putting into nothing": (
        PUT,
        {"delivery_stream": "none", "record": {"data": "a"}},
        "delivery-stream-not-found",
    ),
    "a record without data": (
        PUT,
        {"delivery_stream": "clicks", "record": {}},
        "missing-parameter",
    ),
    "a record with a key": (
        PUT,
        {"delivery_stream": "clicks", "record": {"data": "a", "partition_key": "k"}},
        "unknown-parameter",
    ),
    "a record that is a number": (
        PUT,
        {"delivery_stream": "clicks", "record": {"data": 5}},
        "wrong-type",
    ),
    "a record of 1,000 KiB and 1 byte": (
        PUT,
        {"delivery_stream": "clicks", "record": {"data": "x" * (1000 * 1024 + 1)}},
        "firehose-record-too-large",
    ),
    "an empty batch": (BATCH, {"delivery_stream": "clicks", "records": []}, "firehose-batch-empty"),
    "501 records": (
        BATCH,
        {"delivery_stream": "clicks", "records": [{"data": "a"}] * 501},
        "firehose-batch-too-many-records",
    ),
    "more than 4 MiB": (
        BATCH,
        {"delivery_stream": "clicks", "records": [{"data": "x" * (900 * 1024)}] * 5},
        "firehose-batch-too-large",
    ),
    "a large record in a batch": (
        BATCH,
        {"delivery_stream": "clicks", "records": [{"data": "x" * 1_100_000}]},
        "firehose-record-too-large",
    ),
    "updating an old version": (
        UPDATE,
        {
            "delivery_stream": "clicks",
            "current_delivery_stream_version_id": "2",
            "extended_s3_destination_update": {},
        },
        "firehose-version-wrong",
    ),
    "updating another destination": (
        UPDATE,
        {
            "delivery_stream": "clicks",
            "destination_id": "destinationId-000000000002",
            "extended_s3_destination_update": {},
        },
        "firehose-destination-id-wrong",
    ),
    "updating to another kind": (
        UPDATE,
        {"delivery_stream": "clicks", "splunk_destination_update": {}},
        "firehose-destination-kind-wrong",
    ),
    "deleting nothing": (
        "firehose.DeleteDeliveryStream",
        {"delivery_stream": "none"},
        "delivery-stream-not-found",
    ),
    "describing nothing": (
        "firehose.DescribeDeliveryStream",
        {"delivery_stream": "none"},
        "delivery-stream-not-found",
    ),
    "listing 0": ("firehose.ListDeliveryStreams", {"limit": 0}, "firehose-value-out-of-range"),
    "listing 10,001": (
        "firehose.ListDeliveryStreams",
        {"limit": 10_001},
        "firehose-value-out-of-range",
    ),
    "listing an unknown type": (
        "firehose.ListDeliveryStreams",
        {"delivery_stream_type": "x"},
        "delivery-stream-type-wrong",
    ),
    "taking down nothing": (
        "sim.TakeDestinationDown",
        {"delivery_stream": "none"},
        "delivery-stream-not-found",
    ),
    "taking down something else": (
        "sim.TakeDestinationDown",
        {"delivery_stream": "clicks", "place": "moon"},
        "firehose-place-unknown",
    ),
    "bringing up what is up": (
        "sim.BringDestinationUp",
        {"delivery_stream": "clicks"},
        "firehose-place-as-before",
    ),
    "101 percent": (
        "sim.SetDeliveryStreamChances",
        {"delivery_stream": "clicks", "put_fails_percent": 101},
        "firehose-value-out-of-range",
    ),
}


@pytest.mark.parametrize(("action", "parameters", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_aws_refuses_is_refused(action: str, parameters: dict[str, Any], reason: str):
    world = a_world()
    with pytest.raises(Refused) as refused:
        world.call(action, "you", **parameters)
    assert refused.value.reason == reason
    if reason in REASONS:
        assert REASONS[reason].message.format(**dict(refused.value.details))
    assert list(world.firehose.delivery_streams) == ["clicks"]
    same_world(world)


def test_each_reason_has_a_case():
    cases = {reason for _, _, reason in REFUSED.values()}
    cases |= {
        "firehose-direct-put-closed",
        "firehose-unavailable",
    }  # below, and with a Kinesis source
    assert set(REASONS) == cases - set(GENERAL) - {"stream-not-found"}


@pytest.mark.parametrize(
    "parameters",
    [
        s3(buffering_hints=hints(1, 0)),
        s3(buffering_hints=hints(128, 900)),
        s3(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 0}),
        {**s3(), "delivery_stream": "a" * 64},
        {**s3(), "delivery_stream": "A_b-c.9"},
        to_endpoint("http_endpoint", buffering_hints=hints(64, 900)),
        to_endpoint("splunk", buffering_hints=hints(5, 60)),
        to_endpoint("redshift", retry_options={"duration_in_seconds": 7200}),
        to_endpoint("amazonopensearchservice", buffering_hints=hints(100, 900)),
    ],
)
def test_what_is_at_the_limit_is_taken(parameters: dict[str, Any]):
    world = a_world()
    assert world.call(CREATE, "you", **parameters).startswith("arn:aws:firehose:")


@pytest.mark.parametrize("size", [0, 1, 1000 * 1024])
def test_a_record_may_have_up_to_1000_kib(size: int):
    world = a_world()
    put(world, "x" * size)
    assert happened(world, RecordBuffered)[0].size_bytes == size


def test_a_batch_may_have_500_records_and_4_mib():
    world = a_world(buffering_hints=hints(128, 900))
    size = 4 * MB // 500
    answer = world.call(
        BATCH, "shop", delivery_stream="clicks", records=[{"Data": "x" * size}] * 500
    )
    assert answer.failed_put_count == 0
    assert len({each.record_id for each in answer.request_responses}) == 500


def test_a_stream_describes_itself():
    world = a_world(buffering_hints=hints(1, 60))
    put(world, "abc", "de")
    told = world.call("firehose.DescribeDeliveryStream", "you", delivery_stream="clicks")
    assert (told.buffered_count, told.buffered_bytes, told.undelivered_count) == (2, 5, 0)
    assert (told.status, told.version_id, told.type) == ("ACTIVE", "1", "DirectPut")
    assert dict(told.settings)["size_mb"] == 1


@pytest.mark.parametrize(
    ("sizes", "billed"), [([1], 5120), ([5120], 5120), ([5121], 10_240), ([0], 0), ([1, 1], 10_240)]
)
def test_each_record_is_billed_in_steps_of_5_kb(sizes: list[int], billed: int):
    world = a_world()
    put(world, *("x" * size for size in sizes))
    told = world.call("firehose.DescribeDeliveryStream", "you", delivery_stream="clicks")
    assert told.billed_bytes == billed


def test_a_stream_is_known_by_its_arn():
    world = a_world()
    arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/clicks"
    world.call(PUT, "shop", delivery_stream=arn, record={"data": "a"})
    assert counted(world) == {"buffer": 1}


def test_streams_are_listed_by_name_and_page():
    world = a_world()
    for name in ("b", "a", "d"):
        world.call(CREATE, "you", **{**s3(), "delivery_stream": name})
    first = world.call("firehose.ListDeliveryStreams", "you", limit=2)
    assert first == (("a", "b"), True)
    rest = world.call(
        "firehose.ListDeliveryStreams", "you", exclusive_start_delivery_stream_name="b"
    )
    assert rest == (("clicks", "d"), False)
    wanted = {"delivery_stream_type": "KinesisStreamAsSource"}
    assert world.call("firehose.ListDeliveryStreams", "you", **wanted) == ((), False)


def test_an_update_changes_what_it_names_and_nothing_else():
    world = a_world(prefix="raw/", s3_backup_mode="Enabled")
    before = world.firehose.delivery_streams["clicks"].settings
    world.call(
        UPDATE,
        "you",
        delivery_stream="clicks",
        current_delivery_stream_version_id="1",
        destination_id="destinationId-000000000001",
        extended_s3_destination_update={"buffering_hints": hints(2, 90)},
    )
    after = world.firehose.delivery_streams["clicks"].settings
    assert after == before._replace(size_mb=2, interval_seconds=90)


def test_some_records_of_a_batch_may_fail_while_the_call_succeeds():
    world = a_world(seed=3)
    world.call(
        "sim.SetDeliveryStreamChances", "you", delivery_stream="clicks", put_fails_percent=50
    )
    records = [{"data": f"{place}"} for place in range(100)]
    answer = world.call(BATCH, "shop", delivery_stream="clicks", records=records)
    failed = [n for n, each in enumerate(answer.request_responses) if each.error_code]
    assert answer.failed_put_count == len(failed) == len(happened(world, RecordRejected))
    assert 20 < len(failed) < 80
    assert [each.place for each in happened(world, RecordRejected)] == failed
    assert counted(world) == {"buffer": 100 - len(failed)}
    same_world(world)


def test_a_single_put_that_fails_is_refused():
    world = a_world()
    world.call(
        "sim.SetDeliveryStreamChances", "you", delivery_stream="clicks", put_fails_percent=100
    )
    with pytest.raises(Refused) as refused:
        put(world, "a")
    assert refused.value.reason == "firehose-unavailable"
    assert REASONS["firehose-unavailable"].http_status == 503
    assert counted(world) == {}


def test_what_is_assumed_is_named():
    assert {name for name in limits.ASSUMED if not hasattr(limits, name)} == set()


# Whatever is called with whatever

WORDS = st.sampled_from(
    ["clicks", "other", "", "photos", "s3", "Enabled", "!{timestamp:yyyy}/", "Lambda", "!{", "\n"]
)
PLAIN = st.one_of(
    WORDS,
    st.text(max_size=8),
    st.integers(-(2**70), 2**70),
    st.booleans(),
    st.none(),
    st.floats(),
    st.binary(max_size=3),
)
NAMES = st.sampled_from(
    [
        "bucket_arn",
        "BufferingHints",
        "SizeInMBs",
        "IntervalInSeconds",
        "ProcessingConfiguration",
        "processors",
        "type",
        "parameters",
        "Data",
        "prefix",
        "S3Configuration",
        "kinesis_stream_arn",
        "handling_ms",
        "x",
    ]
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
MINE = sorted(name for name in ACTIONS if name.startswith("firehose.")) + [
    "sim.BringDestinationUp",
    "sim.SetDeliveryStreamChances",
    "sim.TakeDestinationDown",
]


@settings(max_examples=300)
@given(st.data())
def test_any_value_ends_in_an_event_or_a_refusal(data: st.DataObject):
    world: World = a_world()
    reasons = {"wrong-type"}
    for _ in range(6):
        name = data.draw(st.sampled_from(MINE))
        known = sorted(ACTIONS[name].parameters)
        parameters = data.draw(st.dictionaries(st.sampled_from(known), ANYTHING))
        if data.draw(st.booleans()):
            parameters["delivery_stream"] = "clicks"
        before = len(world.log)
        try:
            world.call(name, "somebody", **parameters)
        except Refused as refusal:
            reasons.add(refusal.reason)
        assert len(world.log) > before
    assert reasons <= {*GENERAL, *REASONS, "stream-not-found"}
    world.advance_to(1_000_000)
    same_world(world)
