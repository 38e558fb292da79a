"""Shard iterators and GetRecords."""

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.kinesis.given import (
    FIRST,
    HOUR_MS,
    SECOND,
    act,
    events,
    get,
    iterator,
    put,
    read,
    refusal,
    world_with,
)
from tests.support.worlds import same_world


def stream_of(*times_ms, **more):
    """One record each at these times; their data are the times."""
    world = world_with(**more)
    for at_ms in times_ms:
        world.advance_to(at_ms)
        put(world, str(at_ms))
    return world


def test_trim_horizon_is_the_oldest_record():
    assert read(stream_of(1_000, 2_000, 3_000)) == ["1000", "2000", "3000"]


def test_latest_sees_only_what_comes_after_it():
    world = stream_of(1_000)
    place = iterator(world, kind="LATEST")
    assert get(world, place).records == ()
    put(world, "new")
    assert [r.data for r in get(world, place).records] == ["new"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("AT_SEQUENCE_NUMBER", ["2000", "3000"]),
        ("AFTER_SEQUENCE_NUMBER", ["3000"]),
    ],
)
def test_a_sequence_number_is_a_starting_point(kind, expected):
    world = stream_of(1_000, 2_000, 3_000)
    number = events(world, "RecordPut")[1].sequence_number
    assert read(world, kind=kind, starting_sequence_number=number) == expected


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [
        (0, ["1000", "2000", "3000"]),
        (1_000, ["1000", "2000", "3000"]),
        (1_001, ["2000", "3000"]),
        (3_000, ["3000"]),
        (3_001, []),
        (4_000, []),
        (-5, ["1000", "2000", "3000"]),
    ],
)
def test_a_time_means_the_next_record(at_ms, expected):
    world = stream_of(1_000, 2_000, 3_000)
    world.advance_to(4_000)
    assert read(world, kind="AT_TIMESTAMP", timestamp_ms=at_ms) == expected


def test_what_lies_before_the_oldest_record_means_the_oldest_record():
    world = stream_of(0, HOUR_MS)
    number = events(world, "RecordPut")[0].sequence_number
    world.advance_to(24 * HOUR_MS + 30)
    late = str(HOUR_MS)
    assert read(world, kind="AT_SEQUENCE_NUMBER", starting_sequence_number=number) == [late]
    world.advance_to(24 * HOUR_MS + 2_000)
    assert read(world, kind="AT_TIMESTAMP", timestamp_ms=0) == [late]
    assert read(world) == [late]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"shard_iterator_type": "NEWEST"}, "stream-parameter-invalid"),
        ({"shard_iterator_type": "AT_SEQUENCE_NUMBER"}, "starting-number-missing"),
        ({"shard_iterator_type": "AT_TIMESTAMP"}, "starting-number-missing"),
        ({"shard_iterator_type": "AT_TIMESTAMP", "timestamp_ms": 9_999}, "timestamp-in-future"),
        (
            {"shard_iterator_type": "AT_SEQUENCE_NUMBER", "starting_sequence_number": "x"},
            "stream-parameter-invalid",
        ),
        (
            {"shard_iterator_type": "AT_SEQUENCE_NUMBER", "starting_sequence_number": "7"},
            "starting-number-invalid",
        ),
        (
            {
                "shard_iterator_type": "AFTER_SEQUENCE_NUMBER",
                "starting_sequence_number": "49590000000003000001",
            },
            "starting-number-invalid",
        ),
        ({"shard_id": "shardId-000000000009"}, "shard-not-found"),
        ({"shard_id": ""}, "shard-not-found"),
        ({"stream": "ghost"}, "stream-not-found"),
        ({"shard_id": 3}, "wrong-type"),
    ],
)
def test_an_iterator_needs_a_place_that_exists(given, reason):
    world = stream_of(1_000)
    whole = {"stream": "buses", "shard_id": FIRST, "shard_iterator_type": "TRIM_HORIZON", **given}
    assert refusal(world, "kinesis.GetShardIterator", **whole) == reason


def test_each_answer_has_a_new_iterator_that_goes_on_after_it():
    world = stream_of(1_000, 2_000, 3_000)
    answer = get(world, iterator(world), limit=2)
    assert [r.data for r in answer.records] == ["1000", "2000"]
    following = get(world, answer.next_shard_iterator)
    assert [r.data for r in following.records] == ["3000"]
    assert following.next_shard_iterator not in (None, answer.next_shard_iterator)


def test_an_empty_answer_is_not_the_end():
    world = world_with()
    answer = get(world, iterator(world))
    assert answer.records == ()
    put(world, "late")
    assert [r.data for r in get(world, answer.next_shard_iterator).records] == ["late"]
    assert [e.reason for e in events(world, "RecordsRead")] == ["nothing-new", ""]


def test_an_iterator_is_good_for_5_minutes():
    world = stream_of(0)
    place = iterator(world)
    world.advance_to(300_000)
    assert get(world, place).records
    world.advance_to(300_001)
    with pytest.raises(Refused) as caught:
        get(world, place)
    assert caught.value.reason == "iterator-expired"
    same_world(world)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAA",
        "0:0:0:0:0",
        "0:99:49590000000001000000:shardId-000000000000:buses",
        "0:0:49590000000001000009:shardId-000000000000:buses",
        ":" * 4,
        "²:0:49590000000001000000:shardId-000000000000:buses",
        "9" * 600,
    ],
)
def test_other_text_is_no_iterator(text):
    assert (
        refusal(stream_of(1_000), "kinesis.GetRecords", shard_iterator=text) == "iterator-invalid"
    )


def test_an_iterator_belongs_to_its_stream():
    world = stream_of(0)
    given = {"shard_iterator": iterator(world), "stream": "trains"}
    assert refusal(world, "kinesis.GetRecords", **given) == "stream-parameter-invalid"
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/buses"
    assert get(world, iterator(world), stream=arn).records


def test_an_iterator_does_not_survive_its_stream():
    world = stream_of(0)
    place = iterator(world)
    act(world, "kinesis.DeleteStream")
    world.advance_to(5_000)
    assert refusal(world, "kinesis.GetRecords", shard_iterator=place) == "stream-not-found"
    world.call("sim.AddStream", "admin", stream="buses", shard_count=1)
    assert refusal(world, "kinesis.GetRecords", shard_iterator=place) == "iterator-invalid"


def test_millis_behind_latest_tells_how_old_the_last_record_is_unless_it_is_the_latest():
    world = stream_of(1_000, 2_000, 3_000)
    world.advance_to(10_000)
    answer = get(world, iterator(world), limit=1)
    assert answer.millis_behind_latest == 9_000
    answer = get(world, answer.next_shard_iterator, limit=1)
    assert answer.millis_behind_latest == 8_000
    answer = get(world, answer.next_shard_iterator, limit=1)
    assert answer.millis_behind_latest == 0


def test_a_drained_closed_shard_has_no_next_iterator_and_names_its_children():
    world = stream_of(0, 1)
    act(
        world,
        "kinesis.SplitShard",
        shard_to_split=FIRST,
        new_starting_hash_key=str(2**127),
    )
    world.advance_to(5_001)
    answer = get(world, iterator(world), limit=1)
    assert answer.next_shard_iterator is not None
    assert answer.child_shards == ()
    answer = get(world, answer.next_shard_iterator)
    assert [r.data for r in answer.records] == ["1"]
    assert answer.next_shard_iterator is None
    assert [child.shard_id for child in answer.child_shards] == [SECOND, "shardId-000000000002"]
    assert {child.parent_shards for child in answer.child_shards} == {(FIRST,)}
    assert answer.child_shards[0].ending_hash_key == str(2**127 - 1)
    ends = get(world, iterator(world, kind="LATEST"))
    assert (ends.records, ends.next_shard_iterator) == ((), None)
    same_world(world)


def test_an_iterator_for_expired_records_goes_on_with_the_oldest():
    world = stream_of(0)
    world.advance_to(24 * HOUR_MS - 60_000)
    put(world, "kept")
    place = iterator(world)
    world.advance_to(24 * HOUR_MS + 1)
    assert [r.data for r in get(world, place).records] == ["kept"]


def test_records_carry_what_the_producer_sent_and_when_they_arrived():
    world = World(1)
    world.call("sim.AddStream", "admin", stream="buses", shard_count=1)
    world.advance_to(123)
    put(world, "출발", "버스-1")
    record = get(world, iterator(world)).records[0]
    assert (record.data, record.partition_key, record.at_ms) == ("출발", "버스-1", 123)
    assert record.shard_id == FIRST


def test_reading_names_the_reader_and_the_range_that_was_read():
    world = stream_of(1, 2)
    get(world, iterator(world), by="dashboard")
    event = events(world, "RecordsRead")[0]
    numbers = [e.sequence_number for e in events(world, "RecordPut")]
    assert (event.by, event.record_count, event.next_place) == ("dashboard", 2, 2)
    assert [event.first_sequence_number, event.last_sequence_number] == numbers
    assert world.log[event.cause].action == "kinesis.GetRecords"


def test_reading_from_many_places_needs_no_memory():
    world = stream_of(0)
    before = len(world.kinesis.streams["buses"].readers)
    for second in range(1, 50):
        world.advance_to(second * 1_000)
        get(world, iterator(world))
    assert len(world.kinesis.streams["buses"].readers) == before + 1


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("", "stream-parameter-invalid"),
        ("12", "ordering-number-invalid"),
        ("4959" + "9" * 16, "ordering-number-invalid"),
        ("0" * 5, "stream-parameter-invalid"),
    ],
)
def test_the_sequence_number_for_ordering_must_come_from_the_stream(number, reason):
    world = stream_of(0)
    given = {"stream": "buses", "data": "x", "partition_key": "k"}
    given["sequence_number_for_ordering"] = number
    assert refusal(world, "kinesis.PutRecord", **given) == reason
    known = events(world, "RecordPut")[0].sequence_number
    assert put(world, sequence_number_for_ordering=known).sequence_number > known
