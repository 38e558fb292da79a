"""A function between the buffer and the destination: Ok, Dropped, ProcessingFailed; source backup."""

import json
from base64 import b64decode
from typing import Any

import pytest

from studyapp.engine.firehose.events import BatchDelivered, RecordsTransformed
from studyapp.engine.world import World
from tests.support.delivery_streams import a_world, bodies, counted, happened, hints, put
from tests.support.worlds import same_world


def with_function(backup: str = "Disabled", **function: Any) -> World:
    return a_world(
        buffering_hints=hints(1, 60),
        s3_backup_mode=backup,
        processing_configuration={
            "enabled": True,
            "processors": [{"type": "Lambda", **function}],
        },
    )


def test_each_record_is_ok_dropped_or_failed():
    world = with_function(dropped_containing="debug", failed_containing="{broken")
    put(world, "order 1", "debug 2", "{broken 3", "order 4")
    world.advance_to(60_000)
    assert counted(world) == {"data": 2, "dropped": 1, "processing-failed": 1}
    assert bodies(world, "2026/") == ["order 1order 4"]
    same_world(world)


def test_failed_records_go_below_processing_failed_with_their_raw_data():
    world = with_function(failed_containing="broken")
    put(world, "broken é", "fine", "broken too")
    world.advance_to(60_000)
    (text,) = bodies(world, "processing-failed/2026/01/01/00/")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [b64decode(line["rawData"]).decode() for line in lines] == ["broken é", "broken too"]
    assert {line["errorCode"] for line in lines} == {"processing-failed"}


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ({"prefix": "raw/"}, "raw/processing-failed/2026/01/01/00/"),
        ({"error_output_prefix": "bad/"}, "bad/processing-failed/2026/01/01/00/"),
        (
            {"error_output_prefix": "!{firehose:error-output-type}/!{timestamp:yyyy}/"},
            "processing-failed/2026/",
        ),
        ({"prefix": "d=!{timestamp:dd}/"}, "processing-failed/2026/01/01/00/"),
    ],
)
def test_errors_have_a_prefix_of_their_own(settings: dict[str, str], folder: str):
    function = {"type": "Lambda", "failed_containing": "x"}
    world = a_world(processing_configuration={"processors": [function]}, **settings)
    put(world, "x")
    world.advance_to(300_000)
    (delivered,) = happened(world, BatchDelivered)
    assert delivered.key.startswith(folder + "clicks-1-")


def test_a_dropped_batch_leaves_no_object():
    world = with_function(dropped_containing="a")
    put(world, "a", "aa")
    world.advance_to(60_000)
    assert bodies(world) == []
    assert counted(world) == {"dropped": 2}


def test_the_function_can_change_records_and_the_backup_keeps_them_as_they_came():
    world = with_function("Enabled", replaces="secret", replaces_with="***")
    put(world, "a secret", "none")
    world.advance_to(60_000)
    assert bodies(world, "2026/") == ["a ***none"]
    assert bodies(world, "source_records/") == ["a secretnone"]
    same_world(world)


def test_the_backup_has_what_the_function_dropped():
    world = with_function("Enabled", dropped_containing="debug")
    put(world, "debug", "b")
    world.advance_to(60_000)
    assert bodies(world, "source_records/") == ["debugb"]
    assert counted(world) == {"data": 1, "dropped": 1}


def test_the_function_takes_its_time():
    world = with_function(handling_ms=2500)
    put(world, "a")
    world.advance_to(62_499)
    assert bodies(world) == []
    assert counted(world) == {"function": 1}
    same_world(world)
    world.advance_to(62_500)
    assert counted(world) == {"data": 1}
    assert [event.at_ms for event in happened(world, RecordsTransformed)] == [62_500]


def test_a_function_that_is_switched_off_does_nothing():
    processors = [{"type": "Lambda", "dropped_containing": "a"}]
    world = a_world(processing_configuration={"enabled": False, "processors": processors})
    put(world, "a")
    world.advance_to(300_000)
    assert bodies(world) == ["a"]


def test_a_backup_goes_to_the_bucket_and_prefix_that_are_set():
    world = a_world(
        s3_backup_mode="Enabled",
        s3_backup_configuration={"bucket_arn": "arn:aws:s3:::spare", "prefix": "kept/"},
    )
    put(world, "a")
    world.advance_to(300_000)
    assert bodies(world, "kept/2026/01/01/00/", bucket="spare") == ["a"]
    assert bodies(world) == ["a"]
