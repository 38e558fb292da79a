"""What a shard takes in and gives out in a second."""

import pytest

from studyapp.engine.kinesis.metrics import metrics
from studyapp.engine.kinesis.refusals import REASONS
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.kinesis.given import (
    FIRST,
    MIB,
    SECOND,
    act,
    events,
    get,
    iterator,
    put,
    refusal,
    world_with,
)
from tests.support.worlds import same_world


def put_many(world, count, key="bus-1", data="x"):
    entries = [{"data": data, "partition_key": key} for _ in range(count)]
    return world.call("kinesis.PutRecords", "bus", stream="buses", records=entries)


def reason_of(function, *arguments, **more):
    with pytest.raises(Refused) as caught:
        function(*arguments, **more)
    return caught.value.reason


def test_a_shard_takes_a_thousand_records_in_a_second():
    world = world_with()
    for _ in range(2):
        assert put_many(world, 500).failed_record_count == 0
    assert reason_of(put, world) == "shard-write-records-exceeded"
    world.advance_to(999)
    assert reason_of(put, world) == "shard-write-records-exceeded"
    world.advance_to(1_000)
    assert put(world)
    assert metrics(world, "buses").write_throttled == 2
    same_world(world)


def test_a_shard_takes_1_mb_in_a_second():
    world = world_with()
    half = "d" * (MIB // 2 - 5)
    put(world, half)
    put(world, half)
    assert reason_of(put, world, "") == "shard-write-bytes-exceeded"
    world.advance_to(1_000)
    assert put(world, half)


def test_the_key_counts_towards_the_1_mb():
    world = world_with()
    put(world, "d" * (MIB - 1 - 100), key="k")
    assert reason_of(put, world, "d" * 51, key="k" * 50) == "shard-write-bytes-exceeded"
    assert put(world, "d" * 50, key="k" * 50)


def test_other_shards_are_not_throttled_with_a_hot_one():
    world = world_with(2)
    hot, cold = "bus-2", "bus-1"
    for _ in range(2):
        put_many(world, 500, hot)
    assert reason_of(put, world, "x", hot) == "shard-write-records-exceeded"
    assert put(world, "x", cold).shard_id == SECOND


def test_put_records_fails_record_by_record_inside_a_success():
    world = world_with(2)
    put_many(world, 500, "bus-2")
    put_many(world, 499, "bus-2")
    keys = ["bus-1", "bus-2", "bus-2", "bus-1"]
    entries = [{"data": str(n), "partition_key": key} for n, key in enumerate(keys)]
    answer = world.call("kinesis.PutRecords", "bus", stream="buses", records=entries)
    assert answer.failed_record_count == 1
    assert [result.shard_id for result in answer.records] == [SECOND, FIRST, None, SECOND]
    failed = answer.records[2]
    assert failed.error_code == "ProvisionedThroughputExceededException"
    assert failed.error_message == (
        f"Rate exceeded for shard {FIRST} in stream buses under account 123456789012."
    )
    throttled = events(world, "RecordsThrottled")[-1]
    assert (throttled.shard_id, throttled.record_count) == (FIRST, 1)
    assert [e.data for e in events(world, "RecordPut")[-3:]] == ["0", "1", "3"]
    same_world(world)


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([], "stream-parameter-invalid"),
        ([{"data": "x", "partition_key": "k"}] * 501, "stream-parameter-invalid"),
        ([{"data": "x"}], "missing-parameter"),
        ([{"partition_key": "k"}], "missing-parameter"),
        ([{"data": "x", "partition_key": "k", "color": "red"}], "unknown-parameter"),
        ([{"data": 1, "partition_key": "k"}], "wrong-type"),
        ([{"data": "x", "partition_key": ""}], "stream-parameter-invalid"),
        ([{"data": "d" * MIB, "partition_key": "k"}], "record-too-large"),
        ([{"data": "d" * (MIB - 1), "partition_key": "k"}] * 11, "put-records-too-large"),
        ([{"data": "x", "partition_key": "k"}, {}], "missing-parameter"),
        ("text", "wrong-type"),
        ({"data": "x"}, "wrong-type"),
        (["text"], "wrong-type"),
    ],
)
def test_put_records_is_refused_as_a_whole_when_a_record_is_wrong(records, reason):
    world = world_with(20)
    given = {"stream": "buses", "records": records}
    assert refusal(world, "kinesis.PutRecords", **given) == reason
    assert not events(world, "RecordPut")


def test_put_records_takes_500_records_and_10_mib():
    world = world_with(1)
    act(world, "kinesis.UpdateMaxRecordSize", max_record_size_in_kib=10_240)
    given = [{"data": "d" * (10 * MIB - 1), "partition_key": "k"}]
    assert act(world, "kinesis.PutRecords", records=given).failed_record_count == 0
    assert put_many(world_with(), 500).failed_record_count == 0


def test_a_record_of_10_mib_uses_up_ten_seconds_of_a_shard():
    world = world_with(max_record_size_in_kib=10_240)
    put(world, "d" * (10 * MIB - 5))
    for second in range(10):
        world.advance_to(second * 1_000)
        assert reason_of(put, world) == "shard-write-bytes-exceeded"
    world.advance_to(10_000)
    assert put(world)


def test_what_is_above_the_limit_is_lost_second_by_second():
    world = world_with()
    for tenth in range(50):
        world.advance_to(tenth * 100)
        put_many(world, 150)
    figures = metrics(world, "buses")
    assert (figures.records_in, figures.write_throttled) == (5_000, 2_500)
    assert figures.shards[0].records_this_second == 1_000
    assert figures.shards[0].records_per_second == 1_000
    world.advance_to(6_000)
    assert metrics(world, "buses").shards[0].records_this_second == 0
    world.advance_to(7_000)
    assert metrics(world, "buses").shards[0].records_per_second == 0


def test_a_shard_answers_five_get_records_in_a_second():
    world = world_with()
    put(world)
    place = iterator(world)
    for number in range(5):
        assert get(world, place, by=f"reader-{number}").records
    assert reason_of(get, world, place) == "shard-read-calls-exceeded"
    assert metrics(world, "buses").read_throttled == 1
    world.advance_to(1_000)
    assert get(world, place).records
    same_world(world)


def test_a_shard_gives_out_2_mb_in_a_second_to_all_readers_together():
    world = world_with()
    put(world, "d" * (MIB - 5))
    place = iterator(world)
    assert get(world, place, by="a").records
    assert get(world, place, by="b").records
    assert reason_of(get, world, place) == "shard-read-bytes-exceeded"
    world.advance_to(1_000)
    assert get(world, place).records


def test_other_shards_can_be_read_while_one_is_exhausted():
    world = world_with(2)
    for _ in range(5):
        get(world, iterator(world, FIRST))
    assert get(world, iterator(world, SECOND)).records == ()


def backlog_of(mebibytes):
    world = world_with()
    for second in range(mebibytes):
        world.advance_to(second * 1_000)
        put(world, "d" * (MIB - 5))
    world.advance_to(mebibytes * 1_000)
    return world


def test_after_an_answer_of_10_mib_reading_rests_for_5_seconds():
    world = backlog_of(12)
    world.advance_to(12_900)
    answer = get(world, iterator(world))
    assert len(answer.records) == 10
    assert answer.millis_behind_latest == 12_900 - 9_000
    for after_ms in (0, 1_000, 4_999):
        world.advance_to(12_900 + after_ms)
        assert reason_of(get, world, answer.next_shard_iterator) == "shard-read-bytes-exceeded"
    world.advance_to(17_900)
    assert len(get(world, answer.next_shard_iterator).records) == 2
    same_world(world)


def test_get_records_returns_at_most_10_000_records():
    world = world_with()
    for second in range(11):
        world.advance_to(second * 1_000)
        put_many(world, 500)
        put_many(world, 500)
    world.advance_to(20_000)
    answer = get(world, iterator(world))
    assert len(answer.records) == 10_000
    assert len(get(world, answer.next_shard_iterator).records) == 1_000


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_limit_lies_between_1_and_10_000(limit):
    world = world_with()
    given = {"shard_iterator": iterator(world), "limit": limit}
    assert refusal(world, "kinesis.GetRecords", **given) == "stream-parameter-invalid"


def test_get_shard_iterator_answers_five_times_in_a_second():
    world = world_with()
    for _ in range(5):
        iterator(world)
    assert reason_of(iterator, world) == "shard-iterator-calls-exceeded"
    world.advance_to(1_000)
    assert iterator(world)


def test_every_throttling_has_the_code_of_aws():
    for reason, refused in REASONS.items():
        throttles = reason.startswith("shard-") and reason.endswith("-exceeded")
        assert (refused.code == "ProvisionedThroughputExceededException") == throttles or (
            reason == "shard-count-changes-exceeded"
        )


def sale(**traffic):
    world = World(1)
    world.call("sim.AddStream", "admin", stream="buses", stream_mode="ON_DEMAND")
    act(world, "sim.SetStreamPeak", bytes_per_second=20_000_000)
    given = {"partition_key_prefix": "order", "record_count": 200, "record_size_bytes": 500_000}
    act(world, "sim.PutRecordsOfSize", **{**given, **traffic})
    return world


def test_an_on_demand_stream_takes_about_double_its_peak_and_throttles_the_rest():
    world = sale(times=60)
    world.advance_to(59_999)
    figures = metrics(world, "buses")
    assert 36_000_000 <= figures.bytes_in / 60 <= 41_000_000
    assert figures.records_in + figures.write_throttled == 200 * 60
    assert len(world.log) < 10_000
    same_world(world)


def test_an_on_demand_stream_grows_about_15_minutes_after_the_jump():
    world = sale(times=1_200)
    shards = len(world.kinesis.streams["buses"].open)
    world.advance_to(15 * 60_000 + 59_999)
    assert len(world.kinesis.streams["buses"].open) == shards
    world.advance_to(16 * 60_000)
    assert len(world.kinesis.streams["buses"].open) >= 2 * shards - 4
    before = metrics(world, "buses").bytes_in
    world.advance_to(17 * 60_000)
    rate = (metrics(world, "buses").bytes_in - before) / 60
    assert 60_000_000 < rate < 82_000_000
    assert {e.reason for e in events(world, "ShardSplit")} == {"on-demand-scaled"}
    planned = [id for e in events(world, "StreamScaling") for id in e.shard_ids]
    assert len(planned) == len(set(planned))


def test_a_stream_that_was_provisioned_meanwhile_does_not_grow_by_itself():
    world = sale(times=60)
    shards = len(world.kinesis.streams["buses"].open)
    world.advance_to(61_000)
    for mode in ("PROVISIONED", "ON_DEMAND"):
        act(world, "kinesis.UpdateStreamMode", stream_mode=mode)
        world.advance_to(world.now_ms + 5_000)
    world.advance_to(20 * 60_000)
    assert events(world, "StreamScaling")
    assert len(world.kinesis.streams["buses"].open) == shards
    same_world(world)


def test_on_demand_does_not_help_a_single_hot_key():
    world = World(1)
    world.call("sim.AddStream", "admin", stream="buses", stream_mode="ON_DEMAND")
    for second in (*range(60), *range(19 * 60, 20 * 60)):
        world.advance_to(second * 1_000)
        for _ in range(3):
            put_many(world, 1, data="d" * 500_000)
    accepted = [e for e in events(world, "RecordPut") if e.at_ms >= 19 * 60_000]
    assert len(accepted) == 2 * 60
    assert len(world.kinesis.streams["buses"].open) > 4


def test_a_quiet_on_demand_stream_does_not_grow():
    world = World(1)
    world.call("sim.AddStream", "admin", stream="buses", stream_mode="ON_DEMAND")
    given = {"partition_key_prefix": "k", "record_count": 4, "record_size_bytes": 100_000}
    act(world, "sim.PutRecordsOfSize", **given, times=1_800)
    world.advance_to(1_800_000)
    assert len(world.kinesis.streams["buses"].open) == 4
    assert metrics(world, "buses").write_throttled == 0


@pytest.mark.parametrize(
    ("peak", "shards"),
    [(0, 4), (2_000_000, 4), (20 * MIB, 40), (20_000_000, 39), (5 * 1024 * MIB, 10_240)],
)
def test_a_peak_gives_shards_for_double_of_it(peak, shards):
    world = World(1)
    world.call("sim.AddStream", "admin", stream="buses", stream_mode="ON_DEMAND")
    act(world, "sim.SetStreamPeak", bytes_per_second=peak)
    assert len(world.kinesis.streams["buses"].open) == shards


def test_a_peak_is_set_before_the_stream_is_used():
    world = world_with()
    given = {"stream": "buses", "bytes_per_second": 1}
    assert refusal(world, "sim.SetStreamPeak", **given) == "stream-is-provisioned"
    world = World(1)
    world.call("sim.AddStream", "admin", stream="buses", stream_mode="ON_DEMAND")
    too_much = {"stream": "buses", "bytes_per_second": 6 * 1024 * MIB}
    assert refusal(world, "sim.SetStreamPeak", **too_much) == "stream-parameter-invalid"
    put(world)
    assert refusal(world, "sim.SetStreamPeak", **given) == "stream-in-use"


@pytest.mark.parametrize(
    "wrong",
    [
        {"record_count": 0},
        {"record_count": 10_001},
        {"record_size_bytes": 0},
        {"record_size_bytes": MIB + 1},
        {"times": 0},
        {"every_ms": 0},
        {"partition_key_prefix": ""},
        {"partition_key_prefix": "k" * 237},
    ],
)
def test_declared_traffic_has_limits(wrong):
    given = {
        "stream": "buses",
        "partition_key_prefix": "k",
        "record_count": 1,
        "record_size_bytes": 1,
    }
    world = world_with()
    reason = refusal(world, "sim.PutRecordsOfSize", **{**given, **wrong})
    assert reason == "stream-parameter-invalid"


def test_declared_traffic_ends_with_its_stream():
    world = world_with()
    given = {"partition_key_prefix": "k", "record_count": 1, "record_size_bytes": 10}
    act(world, "sim.PutRecordsOfSize", **given, times=60)
    act(world, "kinesis.DeleteStream")
    world.advance_to(60_000)
    assert len(events(world, "RecordPut")) == 5 + 1 - 1
    same_world(world)
