"""A destination that takes nothing: retries, the retry duration, the backup bucket, and the end of a day."""

from typing import Any

import pytest

from studyapp.engine.firehose.events import (
    BatchDelivered,
    BatchDeliveryFailed,
    BatchDiverted,
    RecordsLost,
)
from studyapp.engine.world import World
from tests.support.delivery_streams import a_world, bodies, counted, happened, hints, put
from tests.support.worlds import same_world

DAY_MS = 86_400_000


def turn(world: World, action: str, place: str = "destination") -> None:
    world.call(f"sim.{action}", "you", delivery_stream="clicks", place=place)


def to_http(**settings: Any) -> World:
    """A stream to a web server that keeps in bucket 'spare' what cannot be delivered."""
    world = World(1)
    world.call("s3.CreateBucket", "setup", bucket="spare")
    world.call(
        "firehose.CreateDeliveryStream",
        "setup",
        delivery_stream="clicks",
        http_endpoint_destination_configuration={
            "endpoint_configuration": {"url": "https://logs.example"},
            "s3_configuration": {"bucket_arn": "spare"},
            **settings,
        },
    )
    return world


def test_s3_is_tried_again_until_it_takes_the_batch_once():
    world = a_world(buffering_hints=hints(1, 60))
    turn(world, "TakeDestinationDown")
    put(world, "a")
    world.advance_to(3_600_000)
    failed = happened(world, BatchDeliveryFailed)
    assert [each.retry_at_ms - each.at_ms for each in failed[:8]] == [
        5_000,
        10_000,
        20_000,
        40_000,
        80_000,
        160_000,
        300_000,
        300_000,
    ]
    assert [each.attempt for each in failed] == list(range(1, len(failed) + 1))
    assert counted(world) == {"parcel": 1}
    turn(world, "BringDestinationUp")
    world.advance_to(3_600_000 + 300_000)
    (delivered,) = happened(world, BatchDelivered)
    assert delivered.attempts == len(failed) + 1
    assert bodies(world) == ["a"]
    same_world(world)


def test_a_bucket_that_is_not_there_is_a_destination_that_is_down():
    world = a_world(bucket_arn="later", buffering_hints=hints(1, 60))
    put(world, "a")
    world.advance_to(60_000)
    assert [each.reason for each in happened(world, BatchDeliveryFailed)] == ["bucket-not-found"]
    world.call("s3.CreateBucket", "you", bucket="later")
    world.advance_to(65_000)
    assert bodies(world, bucket="later") == ["a"]


def test_direct_put_data_is_lost_after_a_day():
    world = a_world(buffering_hints=hints(1, 60))
    turn(world, "TakeDestinationDown")
    put(world, "a")
    world.advance_to(DAY_MS - 1)
    assert counted(world) == {"parcel": 1}
    world.advance_to(DAY_MS)
    assert [each.reason for each in happened(world, RecordsLost)] == ["retention-passed"]
    assert counted(world) == {"lost": 1}
    same_world(world)


def test_the_function_runs_once_although_delivery_is_tried_often():
    world = a_world(
        buffering_hints=hints(1, 60),
        processing_configuration={"processors": [{"type": "Lambda", "failed_containing": "x"}]},
    )
    turn(world, "TakeDestinationDown")
    put(world, "a", "x")
    world.advance_to(100_000)
    assert counted(world) == {"parcel": 2}
    turn(world, "BringDestinationUp")
    world.advance_to(600_000)
    assert counted(world) == {"data": 1, "processing-failed": 1}


def test_another_destination_takes_the_batch_and_writes_no_object():
    world = to_http()
    put(world, "a")
    world.advance_to(60_000)
    (delivered,) = happened(world, BatchDelivered)
    assert (delivered.kind, delivered.bucket, delivered.key) == ("data", "", "http_endpoint")
    assert bodies(world, bucket="spare") == []


def test_after_the_retry_duration_the_batch_goes_to_the_backup_bucket():
    world = to_http(retry_options={"duration_in_seconds": 30})
    turn(world, "TakeDestinationDown")
    put(world, "a")
    world.advance_to(89_999)
    assert counted(world) == {"parcel": 1}
    world.advance_to(90_000)
    assert len(happened(world, BatchDiverted)) == 1
    assert counted(world) == {"delivery-failed": 1}
    assert len(bodies(world, "http-endpoint-failed/2026/01/01/00/", bucket="spare")) == 1
    same_world(world)


def test_a_retry_duration_of_zero_means_one_attempt():
    world = to_http(retry_options={"duration_in_seconds": 0})
    turn(world, "TakeDestinationDown")
    put(world, "a")
    world.advance_to(60_000)
    assert happened(world, BatchDeliveryFailed) == []
    assert counted(world) == {"delivery-failed": 1}


def test_when_the_backup_is_down_too_firehose_waits():
    world = to_http(retry_options={"duration_in_seconds": 0})
    turn(world, "TakeDestinationDown")
    turn(world, "TakeDestinationDown", "backup")
    put(world, "a")
    world.advance_to(1_000_000)
    assert counted(world) == {"parcel": 1}
    assert {each.reason for each in happened(world, BatchDeliveryFailed)} == {"backup-down"}
    turn(world, "BringDestinationUp", "backup")
    world.advance_to(2_000_000)
    assert counted(world) == {"delivery-failed": 1}


def test_the_backup_bucket_gets_a_count_of_attempts_of_its_own():
    world = to_http(retry_options={"duration_in_seconds": 30})
    turn(world, "TakeDestinationDown")
    turn(world, "TakeDestinationDown", "backup")
    put(world, "a")
    world.advance_to(96_000)
    failed = happened(world, BatchDeliveryFailed)
    assert [(each.kind, each.attempt, each.retry_at_ms) for each in failed] == [
        ("data", 1, 65_000),
        ("data", 2, 75_000),
        ("data", 3, 90_000),
        ("delivery-failed", 1, 95_000),
        ("delivery-failed", 2, 105_000),
    ]


@pytest.mark.parametrize(
    ("mode", "kept"), [("FailedDataOnly", []), ("AllData", ["a"]), ("Disabled", [])]
)
def test_other_destinations_keep_all_data_or_what_failed(mode: str, kept: list[str]):
    world = to_http(s3_backup_mode=mode)
    put(world, "a")
    world.advance_to(60_000)
    assert bodies(world, bucket="spare") == kept
    assert counted(world) == {"data": 1}


def test_a_backup_that_fails_does_not_hold_up_the_data():
    world = a_world(s3_backup_mode="Enabled", s3_backup_configuration={"bucket_arn": "spare"})
    turn(world, "TakeDestinationDown", "backup")
    put(world, "a")
    world.advance_to(300_000)
    assert bodies(world) == ["a"]
    assert bodies(world, bucket="spare") == []
    turn(world, "BringDestinationUp", "backup")
    world.advance_to(400_000)
    assert bodies(world, bucket="spare") == ["a"]


def test_deleting_the_stream_loses_what_was_not_delivered():
    world = a_world(buffering_hints=hints(1, 60))
    turn(world, "TakeDestinationDown")
    put(world, "a")
    world.advance_to(61_000)
    put(world, "b")
    world.call("firehose.DeleteDeliveryStream", "you", delivery_stream="clicks")
    assert counted(world) == {"lost": 2}
    before = len(world.log)
    world.advance_to(2 * DAY_MS)
    assert len(world.log) == before
    same_world(world)


def test_a_new_stream_of_the_same_name_has_nothing_of_the_old_one():
    world = a_world(buffering_hints=hints(1, 60))
    put(world, "old")
    world.call("firehose.DeleteDeliveryStream", "you", delivery_stream="clicks")
    world.call(
        "firehose.CreateDeliveryStream",
        "you",
        delivery_stream="clicks",
        extended_s3_destination_configuration={"bucket_arn": "photos"},
    )
    put(world, "new")
    world.advance_to(60_000)
    assert bodies(world) == []
    world.advance_to(300_000)
    assert bodies(world) == ["new"]
