"""Streams come, change and go."""

import pytest

from studyapp.engine.kinesis.metrics import metrics
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.kinesis.given import (
    HOUR_MS,
    KIB,
    MIB,
    act,
    events,
    put,
    read,
    refusal,
    world_with,
)
from tests.support.worlds import same_world


def summary(world, stream="buses"):
    return world.call("kinesis.DescribeStreamSummary", "admin", stream=stream)


def test_a_stream_is_creating_for_a_while_and_then_active():
    world = World()
    world.call("kinesis.CreateStream", "admin", stream="buses", shard_count=2)
    assert summary(world).stream_status == "CREATING"
    values = {"stream": "buses", "data": "x", "partition_key": "k"}
    assert refusal(world, "kinesis.PutRecord", **values) == "stream-not-found"
    world.advance_to(4_999)
    assert summary(world).stream_status == "CREATING"
    world.advance_to(5_000)
    assert summary(world).stream_status == "ACTIVE"
    assert put(world)
    same_world(world)


def test_a_new_stream_keeps_24_hours_and_takes_records_of_1_mib():
    found = summary(world_with(3))
    assert found.retention_period_hours == 24
    assert found.max_record_size_in_kib == 1024
    assert found.open_shard_count == 3
    assert (found.stream_mode, found.encryption_type) == ("PROVISIONED", "NONE")
    assert found.stream_arn == "arn:aws:kinesis:us-east-1:123456789012:stream/buses"


def test_a_stream_can_be_named_by_its_arn():
    world = world_with()
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/buses"
    assert summary(world, arn).stream == "buses"
    world.call("kinesis.PutRecord", "bus", stream=arn, data="x", partition_key="k")
    assert read(world) == ["x"]


def test_an_on_demand_stream_starts_with_four_shards():
    world = World()
    world.call("sim.AddStream", "admin", stream="buses", stream_mode="ON_DEMAND")
    assert summary(world).open_shard_count == 4
    assert summary(world).stream_mode == "ON_DEMAND"


CREATE = {"stream": "new", "shard_count": 1}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"stream": ""}, "stream-parameter-invalid"),
        ({"stream": "a" * 129}, "stream-parameter-invalid"),
        ({"stream": "two words"}, "stream-parameter-invalid"),
        ({"stream": "새"}, "stream-parameter-invalid"),
        ({"stream": "buses"}, "stream-exists"),
        ({"shard_count": 0}, "stream-parameter-invalid"),
        ({"shard_count": -5}, "stream-parameter-invalid"),
        ({"shard_count": 20_000}, "shards-per-account-exceeded"),
        ({"shard_count": None}, "missing-parameter"),
        ({"shard_count": "2"}, "wrong-type"),
        ({"shard_count": True}, "wrong-type"),
        ({"stream_mode": "on-demand"}, "stream-parameter-invalid"),
        ({"stream_mode": "ON_DEMAND"}, "stream-parameter-invalid"),
        ({"max_record_size_in_kib": 1023}, "stream-parameter-invalid"),
        ({"max_record_size_in_kib": 10_241}, "stream-parameter-invalid"),
    ],
)
def test_a_stream_that_aws_would_refuse_is_refused(given, reason):
    world = world_with()
    assert refusal(world, "kinesis.CreateStream", **{**CREATE, **given}) == reason
    assert list(world.kinesis.streams) == ["buses"]


@pytest.mark.parametrize("name", ["a", "a" * 128, "A.b_c-9"])
def test_good_names_are_taken(name):
    world = World()
    world.call("kinesis.CreateStream", "admin", stream=name, shard_count=1)
    assert summary(world, name).stream == name


def test_at_most_five_streams_are_created_at_a_time():
    world = World()
    for number in range(5):
        world.call("kinesis.CreateStream", "admin", stream=f"s{number}", shard_count=1)
    assert refusal(world, "kinesis.CreateStream", **CREATE) == "streams-creating-exceeded"
    world.advance_to(5_000)
    world.call("kinesis.CreateStream", "admin", **CREATE)


def test_an_account_has_at_most_fifty_on_demand_streams():
    world = World()
    for number in range(50):
        world.call("sim.AddStream", "admin", stream=f"s{number}", stream_mode="ON_DEMAND")
    given = {"stream": "one-more", "stream_mode": "ON_DEMAND"}
    assert refusal(world, "kinesis.CreateStream", **given) == "on-demand-streams-exceeded"


def test_a_deleted_stream_works_until_it_is_gone():
    world = world_with()
    act(world, "kinesis.DeleteStream")
    assert summary(world).stream_status == "DELETING"
    put(world)
    assert refusal(world, "kinesis.DeleteStream", stream="buses") == "stream-not-active"
    world.advance_to(5_000)
    assert refusal(world, "kinesis.DescribeStreamSummary", stream="buses") == "stream-not-found"
    same_world(world)
    world.call("sim.AddStream", "admin", stream="buses", shard_count=1)
    assert read(world) == []


def test_a_stream_with_consumers_is_deleted_only_with_them():
    world = world_with()
    act(world, "kinesis.RegisterStreamConsumer", consumer_name="dash")
    assert refusal(world, "kinesis.DeleteStream", stream="buses") == "stream-has-consumers"
    act(world, "kinesis.DeleteStream", enforce_consumer_deletion=True)
    world.advance_to(60_000)
    assert not world.kinesis.streams
    same_world(world)


@pytest.mark.parametrize(
    ("action", "hours", "reason"),
    [
        ("Increase", 23, "retention-too-short"),
        ("Increase", 24, "retention-not-longer"),
        ("Increase", 48, "retention-not-longer"),
        ("Increase", 8_761, "retention-too-long"),
        ("Decrease", 23, "retention-too-short"),
        ("Decrease", 48, "retention-not-shorter"),
        ("Decrease", 49, "retention-not-shorter"),
    ],
)
def test_retention_lies_between_24_hours_and_365_days(action, hours, reason):
    world = world_with(retention_period_hours=48)
    name = f"kinesis.{action}StreamRetentionPeriod"
    assert refusal(world, name, stream="buses", retention_period_hours=hours) == reason
    assert summary(world).retention_period_hours == 48


@pytest.mark.parametrize(("action", "hours"), [("Increase", 8_760), ("Decrease", 24)])
def test_retention_reaches_its_limits(action, hours):
    world = world_with(retention_period_hours=48)
    act(world, f"kinesis.{action}StreamRetentionPeriod", retention_period_hours=hours)
    assert summary(world).retention_period_hours == hours


def test_a_record_can_be_read_until_its_retention_ends():
    world = world_with()
    put(world, "early")
    world.advance_to(24 * HOUR_MS - 1)
    put(world, "late")
    assert read(world) == ["early", "late"]
    world.advance_to(24 * HOUR_MS)
    assert read(world) == ["late"]
    assert [e.record_count for e in events(world, "RecordsExpired")] == [1]
    same_world(world)


def test_reading_does_not_remove_records():
    world = world_with()
    put(world, "a")
    for second in range(20):
        world.advance_to(second * 1_000)
        assert read(world) == ["a"]


def test_longer_retention_does_not_bring_expired_records_back():
    world = world_with()
    put(world, "a")
    world.advance_to(HOUR_MS)
    put(world, "b")
    world.advance_to(24 * HOUR_MS + 1)
    act(world, "kinesis.IncreaseStreamRetentionPeriod", retention_period_hours=48)
    assert read(world) == ["b"]
    world.advance_to(48 * HOUR_MS)
    assert read(world) == ["b"]
    world.advance_to(49 * HOUR_MS)
    assert read(world) == []
    same_world(world)


def test_shorter_retention_loses_what_is_older_at_once():
    world = world_with(retention_period_hours=72)
    put(world, "a")
    world.advance_to(30 * HOUR_MS)
    put(world, "b")
    act(world, "kinesis.DecreaseStreamRetentionPeriod", retention_period_hours=24)
    assert read(world) == ["b"]
    assert metrics(world, "buses").shards[0].records_kept == 1
    same_world(world)


def test_freeing_expired_records_costs_one_event_a_minute_at_most():
    world = world_with()
    for second in range(600):
        world.advance_to(second * 100)
        put(world, "x")
    world.advance_to(25 * HOUR_MS)
    freed = events(world, "RecordsExpired")
    assert len(freed) <= 3
    assert sum(event.record_count for event in freed) == 600
    assert world.kinesis.streams["buses"].shards["shardId-000000000000"].records == []
    put(world, "new")
    assert read(world) == ["new"]
    assert events(world, "RecordsRead")[-1].next_place == 601
    same_world(world)


def record_of(size_bytes, key="k"):
    return {"stream": "buses", "data": "d" * (size_bytes - len(key)), "partition_key": key}


def test_a_record_has_at_most_1_mib_with_its_key():
    world = world_with()
    world.call("kinesis.PutRecord", "bus", **record_of(MIB))
    assert refusal(world, "kinesis.PutRecord", **record_of(MIB + 1)) == "record-too-large"


def test_a_stream_can_be_set_to_take_records_of_10_mib():
    world = world_with()
    act(world, "kinesis.UpdateMaxRecordSize", max_record_size_in_kib=10_240)
    world.call("kinesis.PutRecord", "bus", **record_of(10 * MIB))
    assert refusal(world, "kinesis.PutRecord", **record_of(10 * MIB + 1)) == "record-too-large"
    for size in (1_023, 10_241):
        given = {"stream": "buses", "max_record_size_in_kib": size}
        assert refusal(world, "kinesis.UpdateMaxRecordSize", **given) == "stream-parameter-invalid"


@pytest.mark.parametrize(("key", "fine"), [("", False), ("k" * 256, True), ("k" * 257, False)])
def test_a_partition_key_has_1_to_256_characters(key, fine):
    world = world_with()
    if fine:
        assert put(world, key=key).partition_key == key
        assert put(world, key="배" * 256).size_bytes == 1 + 256 * 3
    else:
        given = {"stream": "buses", "data": "x", "partition_key": key}
        assert refusal(world, "kinesis.PutRecord", **given) == "stream-parameter-invalid"


def test_the_size_of_a_record_is_that_of_its_bytes():
    world = world_with()
    assert put(world, "버스", "đơn").size_bytes == 6 + 5
    assert put(world, "", "k").size_bytes == 1


def test_a_stream_changes_its_mode_twice_in_24_hours():
    world = world_with(3)
    for mode in ("ON_DEMAND", "PROVISIONED"):
        act(world, "kinesis.UpdateStreamMode", stream_mode=mode)
        assert summary(world).stream_status == "UPDATING"
        world.advance_to(world.now_ms + 5_000)
        assert (summary(world).stream_mode, summary(world).open_shard_count) == (mode, 3)
    given = {"stream": "buses", "stream_mode": "ON_DEMAND"}
    assert refusal(world, "kinesis.UpdateStreamMode", **given) == "stream-mode-changes-exceeded"
    world.advance_to(24 * HOUR_MS)
    act(world, "kinesis.UpdateStreamMode", stream_mode="ON_DEMAND")
    same_world(world)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [("PROVISIONED", "stream-is-provisioned"), ("FAST", "stream-parameter-invalid")],
)
def test_a_mode_must_be_another_one(mode, reason):
    given = {"stream": "buses", "stream_mode": mode}
    assert refusal(world_with(), "kinesis.UpdateStreamMode", **given) == reason


def test_streams_are_listed_by_name():
    world = world_with()
    world.call("sim.AddStream", "admin", stream="apples", shard_count=1)
    assert world.call("kinesis.ListStreams", "admin").stream_names == ("apples", "buses")
    answer = world.call("kinesis.ListStreams", "admin", limit=1)
    assert answer == (("apples",), True)
    after = world.call("kinesis.ListStreams", "admin", exclusive_start_stream="apples")
    assert after == (("buses",), False)


def test_a_reader_without_the_key_cannot_read_and_writing_goes_on():
    world = world_with()
    act(world, "kinesis.StartStreamEncryption", key_id="alias/buses")
    world.advance_to(5_000)
    assert summary(world).encryption_type == "KMS"
    act(world, "sim.SetKeyAccess", who="reader", allowed=False)
    put(world, "a")
    with pytest.raises(Refused) as caught:
        read(world)
    assert caught.value.reason == "kms-access-denied"
    world.advance_to(6_000)
    act(world, "sim.SetKeyAccess", who="reader", allowed=True)
    assert read(world) == ["a"]
    same_world(world)


def test_a_producer_without_the_key_cannot_write():
    world = world_with()
    act(world, "sim.EncryptStream", key_id="alias/buses")
    act(world, "sim.SetKeyAccess", who="bus", allowed=False)
    with pytest.raises(Refused) as caught:
        put(world)
    assert caught.value.reason == "kms-access-denied"
    act(world, "kinesis.StopStreamEncryption", key_id="alias/buses")
    world.advance_to(5_000)
    put(world)


def test_a_key_is_changed_at_most_25_times_in_24_hours():
    world = world_with()
    for number in range(25):
        act(world, "kinesis.StartStreamEncryption", key_id=f"key-{number}")
        world.advance_to(world.now_ms + 5_000)
    given = {"stream": "buses", "key_id": "one-more"}
    reason = refusal(world, "kinesis.StartStreamEncryption", **given)
    assert reason == "stream-key-changes-exceeded"


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("kinesis.StartStreamEncryption", {"key_id": ""}),
        ("kinesis.StartStreamEncryption", {"key_id": "k", "encryption_type": "NONE"}),
        ("kinesis.StopStreamEncryption", {"key_id": "another"}),
        ("kinesis.StopStreamEncryption", {"key_id": "k", "encryption_type": "AES"}),
    ],
)
def test_encryption_needs_a_key_and_the_type_kms(action, given):
    world = world_with()
    act(world, "sim.EncryptStream", key_id="k")
    assert refusal(world, action, stream="buses", **given) == "stream-parameter-invalid"


@pytest.mark.parametrize(
    "action",
    [
        "kinesis.DeleteStream",
        "kinesis.DescribeStreamSummary",
        "kinesis.ListShards",
        "kinesis.ListStreamConsumers",
    ],
)
def test_a_stream_that_is_not_there_is_not_found(action):
    assert refusal(world_with(), action, stream="ghost") == "stream-not-found"


def test_shard_time_counts_every_open_shard():
    world = world_with(2)
    world.advance_to(HOUR_MS)
    assert metrics(world, "buses").shard_ms == 2 * HOUR_MS
    act(world, "kinesis.UpdateShardCount", target_shard_count=4)
    world.advance_to(HOUR_MS + 5_000)
    world.advance_to(2 * HOUR_MS + 5_000)
    assert metrics(world, "buses").shard_ms == 2 * (HOUR_MS + 5_000) + 4 * HOUR_MS


def test_put_payload_units_have_25_kb():
    world = world_with()
    world.call("kinesis.PutRecord", "bus", **record_of(25 * KIB))
    world.call("kinesis.PutRecord", "bus", **record_of(25 * KIB + 1))
    assert metrics(world, "buses").payload_units == 3
