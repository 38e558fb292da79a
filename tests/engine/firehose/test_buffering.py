"""When a Firehose stream delivers: the buffer is full or old enough, whichever comes first."""

import pytest

from studyapp.engine.firehose.events import BatchDelivered, BufferFlushed, RecordBuffered
from studyapp.engine.limits import firehose as limits
from studyapp.engine.world import World
from tests.support.delivery_streams import MB, a_world, bodies, counted, happened, hints, put
from tests.support.worlds import same_world


def flushes(world: World) -> list[tuple[int, str, int]]:
    return [(e.at_ms, e.reason, len(e.record_ids)) for e in happened(world, BufferFlushed)]


def test_a_record_waits_for_the_interval_of_300_seconds():
    world = a_world()
    world.advance_to(1000)
    put(world, "a")
    world.advance_to(300_999)
    assert flushes(world) == []
    world.advance_to(301_000)
    assert flushes(world) == [(301_000, "buffer-interval-passed", 1)]
    assert bodies(world) == ["a"]
    same_world(world)


def test_the_interval_counts_from_the_first_record_of_the_buffer():
    world = a_world(buffering_hints=hints(5, 60))
    put(world, "a")
    world.advance_to(59_000)
    put(world, "b")
    world.advance_to(61_000)
    put(world, "c")
    world.advance_to(200_000)
    assert flushes(world) == [
        (60_000, "buffer-interval-passed", 2),
        (121_000, "buffer-interval-passed", 1),
    ]


@pytest.mark.parametrize("size_mb", [1, 2, 5])
def test_a_full_buffer_does_not_wait(size_mb: int):
    world = a_world(buffering_hints=hints(size_mb, 300))
    part = "x" * (512 * 1024)
    put(world, *[part] * (size_mb * 2 - 1))
    assert flushes(world) == []
    put(world, part)
    assert flushes(world) == [(0, "buffer-size-reached", size_mb * 2)]
    world.advance_to(400_000)
    assert len(flushes(world)) == 1
    same_world(world)


def test_size_counts_bytes_and_not_letters():
    world = a_world(buffering_hints=hints(1, 300))
    part = "é" * (256 * 1024)
    put(world, part)
    assert happened(world, RecordBuffered)[0].size_bytes == MB // 2
    put(world, part)
    assert flushes(world) == [(0, "buffer-size-reached", 2)]


def test_the_size_counts_again_from_nothing_after_a_flush():
    world = a_world(buffering_hints=hints(1, 300))
    put(world, "x" * (900 * 1024), "x" * (900 * 1024), "y")
    assert flushes(world) == [(0, "buffer-size-reached", 2)]
    assert counted(world) == {"data": 2, "buffer": 1}


def test_an_interval_of_zero_delivers_within_seconds():
    world = a_world(buffering_hints=hints(5, 0))
    put(world, "a")
    world.advance_to(limits.ZERO_BUFFERING_MS)
    assert flushes(world) == [(limits.ZERO_BUFFERING_MS, "zero-buffering", 1)]
    assert limits.ZERO_BUFFERING_MS < 10_000


def test_an_empty_buffer_is_never_delivered():
    world = a_world()
    world.advance_to(3_600_000)
    assert happened(world, BufferFlushed) == []
    assert bodies(world) == []


def test_records_are_joined_without_anything_between_them():
    world = a_world()
    put(world, '{"a":1}', '{"b":2}')
    world.advance_to(300_000)
    assert bodies(world) == ['{"a":1}{"b":2}']


@pytest.mark.parametrize(
    ("parameters", "joined"),
    [
        ([], "a\nb\n"),
        ([{"parameter_name": "Delimiter", "parameter_value": "\\n"}], "a\nb\n"),
        ([{"ParameterName": "Delimiter", "ParameterValue": ";"}], "a;b;"),
    ],
)
def test_a_delimiter_can_stand_behind_each_record(parameters: list, joined: str):
    processor = {"type": "AppendDelimiterToRecord", "parameters": parameters}
    world = a_world(processing_configuration={"processors": [processor]})
    put(world, "a", "b")
    world.advance_to(300_000)
    assert bodies(world) == [joined]


def test_a_shorter_interval_holds_for_what_waits_already():
    world = a_world()
    put(world, "a")
    world.advance_to(10_000)
    update(world, hints(5, 60))
    world.advance_to(60_000)
    assert flushes(world) == [(60_000, "buffer-interval-passed", 1)]
    same_world(world)


def test_an_interval_that_has_passed_delivers_at_once():
    world = a_world()
    put(world, "a")
    world.advance_to(100_000)
    update(world, hints(5, 60))
    world.advance_to(100_000)
    assert flushes(world) == [(100_000, "buffer-interval-passed", 1)]


def test_a_longer_interval_holds_for_what_waits_already():
    world = a_world(buffering_hints=hints(5, 60))
    put(world, "a")
    update(world, hints(5, 900))
    world.advance_to(899_999)
    assert flushes(world) == []
    world.advance_to(900_000)
    assert flushes(world) == [(900_000, "buffer-interval-passed", 1)]


def test_a_smaller_buffer_that_is_full_already_is_delivered_at_once():
    world = a_world()
    put(world, "x" * 1_000_000, "x" * 100_000)
    update(world, hints(1, 300))
    assert flushes(world) == [(0, "buffer-size-reached", 2)]


def update(world: World, buffering: dict[str, int]) -> None:
    world.call(
        "firehose.UpdateDestination",
        "you",
        delivery_stream="clicks",
        extended_s3_destination_update={"buffering_hints": buffering},
    )


def test_each_update_raises_the_version_in_the_key():
    world = a_world()
    update(world, hints(5, 60))
    put(world, "a")
    world.advance_to(60_000)
    key = happened(world, BatchDelivered)[0].key
    assert key.startswith("2026/01/01/00/clicks-2-2026-01-01-00-00-00-")


def test_the_key_has_the_hour_of_the_oldest_record():
    world = a_world(prefix="raw/")
    world.advance_to(3_590_000)
    put(world, "a")
    world.advance_to(3_900_000)
    key = happened(world, BatchDelivered)[0].key
    assert key.startswith("raw/2026/01/01/00/clicks-1-2026-01-01-00-59-50-")


@pytest.mark.parametrize(
    ("prefix", "folder"),
    [
        ("", "2026/01/02/03/"),
        ("raw/", "raw/2026/01/02/03/"),
        ("raw", "raw2026/01/02/03/"),
        ("d=!{timestamp:yyyy-MM-dd}/h=!{timestamp:HH}/", "d=2026-01-02/h=03/"),
        ("!{timestamp:mm}/!{timestamp:ss}/", "04/05/"),
    ],
)
def test_a_prefix_may_have_dates_of_its_own(prefix: str, folder: str):
    world = a_world(prefix=prefix)
    world.advance_to(((24 + 3) * 3600 + 4 * 60 + 5) * 1000)
    put(world, "a")
    world.advance_to(world.now_ms + 300_000)
    assert happened(world, BatchDelivered)[0].key.startswith(folder + "clicks-1-")


def test_no_two_objects_have_the_same_key():
    world = a_world(buffering_hints=hints(1, 300))
    put(world, *["x" * 1_000_000] * 8)
    keys = [event.key for event in happened(world, BatchDelivered)]
    assert len(keys) == len(set(keys)) == 4


def test_a_flush_is_caused_by_the_record_that_began_or_filled_the_buffer():
    world = a_world(buffering_hints=hints(1, 300))
    put(world, "x" * 1_000_000, "x" * 100_000, "c")
    world.advance_to(300_000)
    full, old = happened(world, BufferFlushed)
    assert world.log[full.cause].size_bytes == 100_000
    assert world.log[old.cause].data == "c"


def test_the_cost_of_a_record_does_not_grow_with_the_buffer():
    world = a_world(buffering_hints=hints(128, 900))
    put(world, *["a"] * 2000)
    assert len(world._alarms.heap) == 1
