"""A Kinesis stream in front of Firehose: read once per second and shard, from LATEST on."""

from typing import Any

import pytest

from studyapp.engine.firehose.events import (
    BatchDelivered,
    RecordBuffered,
    RecordsLost,
    SourceRead,
)
from studyapp.engine.kinesis.events import ReadThrottled, RecordPut, RecordsRead
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.support.delivery_streams import bodies, counted, happened, hints
from tests.support.worlds import same_world


def a_world(shard_count: int = 1, ready_ms: int = 60_000, **destination: Any) -> World:
    """Stream 'events', whose records the Firehose stream 'clicks' brings to the bucket 'photos'."""
    world = World(1)
    world.call("s3.CreateBucket", "setup", bucket="photos")
    world.call("kinesis.CreateStream", "setup", stream="events", shard_count=shard_count)
    world.advance_to(ready_ms)
    create(world, **destination)
    return world


def create(world: World, name: str = "clicks", **destination: Any) -> None:
    world.call(
        "firehose.CreateDeliveryStream",
        "setup",
        delivery_stream=name,
        delivery_stream_type="KinesisStreamAsSource",
        kinesis_stream_source_configuration={"kinesis_stream_arn": "events"},
        extended_s3_destination_configuration={"bucket_arn": "photos", **destination},
    )


def put(world: World, *texts: str, key: str = "k") -> None:
    for text in texts:
        world.call("kinesis.PutRecord", "shop", stream="events", data=text, partition_key=key)


def test_records_of_the_stream_arrive_in_the_bucket():
    world = a_world()
    put(world, "a", "b")
    world.advance_to(400_000)
    assert bodies(world) == ["ab"]
    assert {event.source for event in happened(world, RecordBuffered)} == {"kinesis"}
    assert counted(world) == {"data": 2}
    same_world(world)


def test_a_shard_is_read_once_per_second_while_there_is_something_new():
    world = a_world()
    for moment in range(10):
        world.advance_to(60_000 + moment * 300)
        put(world, str(moment))
    world.advance_to(100_000)
    read = happened(world, RecordsRead)
    assert [(event.at_ms, event.record_count) for event in read] == [
        (61_000, 4),
        (62_000, 3),
        (63_000, 3),
    ]
    assert {event.by for event in read} == {"firehose:clicks"}
    assert [event.data for event in happened(world, RecordBuffered)] == list("0123456789")


def test_reading_starts_at_latest():
    world = World(1)
    world.call("s3.CreateBucket", "setup", bucket="photos")
    world.call("kinesis.CreateStream", "setup", stream="events", shard_count=1)
    world.advance_to(60_000)
    put(world, "before")
    create(world)
    put(world, "after")
    world.advance_to(400_000)
    assert bodies(world) == ["after"]


def test_every_shard_is_read():
    world = a_world(shard_count=4)
    for number in range(40):
        put(world, f"{number};", key=f"key-{number}")
    world.advance_to(400_000)
    assert len({event.shard_id for event in happened(world, RecordPut)}) == 4
    (body,) = bodies(world)
    assert sorted(body.split(";")[:-1]) == sorted(str(number) for number in range(40))


def test_the_children_of_a_split_shard_are_read_from_their_beginning():
    world = a_world()
    put(world, "before")
    shard = next(iter(world.kinesis.streams["events"].shards))
    world.call(
        "kinesis.SplitShard",
        "you",
        stream="events",
        shard_to_split=shard,
        new_starting_hash_key=str(2**127),
    )
    world.advance_to(120_000)
    put(world, "after")
    world.advance_to(600_000)
    assert "".join(bodies(world)) == "beforeafter"


def test_several_firehose_streams_may_read_one_stream():
    world = a_world()
    create(world, "other", prefix="other/")
    put(world, "a")
    world.advance_to(400_000)
    assert bodies(world, "2026/") == bodies(world, "other/") == ["a"]


def test_firehose_shares_the_read_limit_of_the_shard():
    """Firehose's turns come at half seconds here; in the first, others have used up the five reads."""
    world = a_world(ready_ms=60_500, buffering_hints=hints(128, 900))
    place = {"stream": "events", "shard_id": next(iter(world.kinesis.streams["events"].shards))}
    iterator = world.call("kinesis.GetShardIterator", "app", shard_iterator_type="LATEST", **place)
    put(world, "a")
    world.advance_to(61_000)
    for _ in range(5):
        answer = world.call("kinesis.GetRecords", "app", shard_iterator=iterator)
        iterator = answer.next_shard_iterator
    world.advance_to(70_000)
    throttled = happened(world, ReadThrottled)
    assert [(event.at_ms, event.by) for event in throttled] == [(61_500, "firehose:clicks")]
    assert [(event.at_ms, event.reason) for event in happened(world, SourceRead)] == [
        (61_500, "shard-read-throttled"),
        (62_500, ""),
    ]
    assert counted(world) == {"buffer": 1}
    same_world(world)


def key_access(world: World, allowed: bool, who: str = "clicks") -> None:
    world.call("sim.SetKeyAccess", "admin", stream="events", who=who, allowed=allowed)


def a_locked_world() -> World:
    """The stream is encrypted, 'clicks' may not use its key, and a record waits."""
    world = a_world(buffering_hints=hints(1, 60))
    world.call("sim.EncryptStream", "admin", stream="events", key_id="alias/events")
    key_access(world, False)
    put(world, "a")
    return world


def test_without_the_key_of_the_stream_nothing_is_read_until_it_may_be_used():
    world = a_locked_world()
    world.advance_to(62_500)
    put(world, "b")
    world.advance_to(64_000)
    assert happened(world, RecordsRead) == []
    assert [(event.at_ms, event.reason) for event in happened(world, SourceRead)] == [
        (61_000, "kms-access-denied"),
        (63_000, "kms-access-denied"),
    ]
    key_access(world, True)
    world.advance_to(200_000)
    assert [(event.at_ms, event.record_count) for event in happened(world, RecordsRead)] == [
        (65_000, 2)
    ]
    assert bodies(world) == ["ab"]
    same_world(world)


def test_what_was_denied_is_read_once_the_stream_is_no_longer_encrypted():
    world = a_locked_world()
    world.advance_to(90_000)
    world.call("kinesis.StopStreamEncryption", "admin", stream="events", key_id="alias/events")
    world.advance_to(200_000)
    assert bodies(world) == ["a"]


def test_a_permission_alone_plans_no_read_where_nothing_is_new():
    world = a_world()
    put(world, "a")
    world.advance_to(90_000)
    read = happened(world, SourceRead)
    key_access(world, True)
    world.advance_to(100_000)
    assert happened(world, SourceRead) == read


def test_each_firehose_stream_needs_the_key_for_itself():
    world = a_world(buffering_hints=hints(1, 60))
    create(world, "other", prefix="other/", buffering_hints=hints(1, 60))
    world.call("sim.EncryptStream", "admin", stream="events", key_id="alias/events")
    key_access(world, False, "other")
    put(world, "a")
    world.advance_to(200_000)
    assert (bodies(world, "2026/"), bodies(world, "other/")) == (["a"], [])


def test_a_stream_that_is_not_encrypted_takes_no_key():
    world = a_world(buffering_hints=hints(1, 60))
    key_access(world, False)
    put(world, "a")
    world.advance_to(200_000)
    assert bodies(world) == ["a"]


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("firehose.PutRecord", {"record": {"data": "a"}}),
        ("firehose.PutRecordBatch", {"records": [{"data": "a"}]}),
    ],
)
def test_direct_put_is_closed(action: str, parameters: dict[str, Any]):
    world = a_world()
    with pytest.raises(Refused) as refused:
        world.call(action, "you", delivery_stream="clicks", **parameters)
    assert refused.value.reason == "firehose-direct-put-closed"


def test_what_cannot_be_delivered_is_kept_as_long_as_the_stream_keeps_it():
    world = a_world(buffering_hints=hints(1, 60))
    world.call(
        "kinesis.IncreaseStreamRetentionPeriod",
        "you",
        stream="events",
        retention_period_hours=48,
    )
    world.call("sim.TakeDestinationDown", "you", delivery_stream="clicks")
    put(world, "a")
    world.advance_to(47 * 3_600_000)
    assert counted(world) == {"parcel": 1}
    world.advance_to(49 * 3_600_000)
    assert [event.reason for event in happened(world, RecordsLost)] == ["retention-passed"]


def test_a_deleted_firehose_stream_reads_no_more():
    world = a_world()
    put(world, "a")
    world.call("firehose.DeleteDeliveryStream", "you", delivery_stream="clicks")
    put(world, "b")
    world.advance_to(400_000)
    assert happened(world, RecordsRead) == []
    same_world(world)


def test_a_deleted_stream_has_nothing_to_read():
    world = a_world()
    put(world, "a")
    world.call("kinesis.DeleteStream", "you", stream="events")
    world.advance_to(400_000)
    assert happened(world, BatchDelivered) == [] or bodies(world) == ["a"]
    same_world(world)
