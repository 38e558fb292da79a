"""The picture of a Firehose stream agrees with the engine: the tray, its two gauges, its batches."""

from typing import Any

import pytest

from studyapp.engine.firehose.events import BatchDeliveryFailed, BufferFlushed, RecordBuffered
from studyapp.engine.world import World
from studyapp.simulator.scene.firehose_block import Tray
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.scene.shards import BEADS_MAX
from tests.support.delivery_streams import MB, a_world, add_stream, happened, hints, put
from tests.support.pictures import (
    at,
    check_places,
    end_of,
    left_with,
    picture_of,
    run_of,
    signs,
)

SCENARIOS = (
    "firehose/replay-after-a-bug",
    "firehose/size-or-interval",
    "firehose/topic-to-firehose-to-s3",
    "exam/cross-out",
)
PARTS_OF_A_RUN = 8
KIB = 1024


def agrees(world: World, scene: Scene, state: State) -> None:
    """The picture shows what is in the buffer, with the function, waiting to be written and in buckets."""
    for stream in world.firehose.delivery_streams.values():
        name, buffer = stream.name, stream.buffer
        assert state.values[name, "records"] == str(len(buffer.records))
        tray = at(scene, state, f"{name}/tray")
        block = scene.layouts[0].placed[name].block
        assert isinstance(block, Tray)
        if block.beads:
            assert len(tray) == len(buffer.records)
        clocks = [look for look in state.looks.values() if look.place == f"{name}/clock"]
        length_ms = stream.settings.interval_seconds * 1000 or 5_000
        rings = [(buffer.opened_ms, buffer.opened_ms + length_ms)] if buffer.records else []
        assert [look.ring for look in clocks] == rings
        share = buffer.size_bytes / (stream.settings.size_mb * MB)
        level = int(state.values.get((f"{name}/size", "level")) or 0)
        assert abs(level - 10 * share) <= 1
        assert len(at(scene, state, f"{name}/function")) == len(stream.batches)
        assert len(at(scene, state, f"{name}/out")) == len(stream.parcels)
    for bucket in world.s3.buckets.values():
        assert len(at(scene, state, f"{bucket.name}/objects")) == len(bucket.objects)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_two_tokens_share_a_slot_and_every_place_is_drawn(scenario: str):
    check_places(picture_of(run_of(scenario).world))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_buffers_and_objects_are_those_of_the_engine(scenario: str):
    world = run_of(scenario).world
    scene = picture_of(world)
    times = [world.now_ms * part // PARTS_OF_A_RUN for part in range(1, PARTS_OF_A_RUN + 1)]
    times += [event.at_ms for event in world.log if type(event) is BufferFlushed]
    times += [event.at_ms for event in world.log if type(event) is RecordBuffered][:10]
    for at_ms in times:
        agrees(world.fork(at_ms), scene, scene.state(scene.step_at(at_ms)))


def checked(world: World) -> tuple[Scene, State]:
    """The picture and its end, which agree with the world."""
    scene, state = picture_of(world), end_of(world)
    check_places(scene)
    agrees(world, scene, state)
    return scene, state


def test_records_lie_in_the_tray_while_the_clock_runs():
    world = a_world(buffering_hints=hints(5, 60))
    world.advance_to(1_000)
    put(world, "click 1", "click 2")
    scene, state = checked(world)
    assert at(scene, state, "clicks/tray") == ["click 1", "click 2"]
    assert state.values["clicks", "interval"] == ""


def test_the_clock_stands_still_and_says_the_whole_interval_while_the_tray_is_empty():
    _, state = checked(a_world(buffering_hints=hints(5, 60)))
    assert state.values["clicks", "interval"] == "60 s"


@pytest.mark.parametrize(
    ("texts", "wait_ms", "reason"),
    [
        (["x" * 900 * KIB] * 2, 0, "buffer-size-reached"),
        (["x"], 60_000, "buffer-interval-passed"),
    ],
)
def test_the_picture_says_which_limit_came_first(texts: list[str], wait_ms: int, reason: str):
    world = a_world(buffering_hints=hints(1, 60))
    put(world, *texts)
    world.advance_to(wait_ms)
    _, state = checked(world)
    assert state.values["clicks", "why"] == reason
    put(world, "next")
    assert end_of(world).values["clicks", "why"] == ""


def test_a_batch_is_one_block_that_says_how_many_records_are_in_it():
    world = a_world(buffering_hints=hints(1, 60))
    put(world, "a", "b", "c")
    world.advance_to(60_000)
    scene, state = checked(world)
    assert at(scene, state, "photos/objects") == ["batch of 3"]
    (batch,) = [token for token in scene.tokens if token.kind == "batch"]
    assert batch.mark == "3"
    assert [kind for kind, *_ in left_with(scene, "merged")] == ["message"] * 3


def test_a_copy_looks_like_its_message_in_the_tray_too():
    scene = picture_of(run_of("firehose/topic-to-firehose-to-s3").world)
    shapes: dict[str, set[int]] = {}
    for token in scene.tokens:
        if token.kind == "message":
            shapes.setdefault(token.name, set()).add(token.shape)
    assert shapes.keys() == {"order 1", "order 2", "order 3"}
    assert all(len(each) == 1 for each in shapes.values())


def test_a_record_from_a_stream_looks_like_its_bead_and_a_cursor_shows_how_far_firehose_is():
    world = run_of("firehose/replay-after-a-bug").world
    scene = picture_of(world)
    state = scene.state(scene.step_at(20_000))
    shapes = {
        place: [
            scene.tokens[token].shape for token, look in state.looks.items() if look.place == place
        ]
        for place in ("bus-positions/shard-0", "archive/tray")
    }
    count = len(shapes["archive/tray"])
    assert count > 2
    assert shapes["bus-positions/shard-0"][:count] == shapes["archive/tray"]
    cursors = [place for name, place in signs(scene, state, "cursor").items() if "archive" in name]
    assert cursors == [f"bus-positions/at-0-0-{count}"]


def test_a_function_holds_the_batch_and_gives_back_what_is_ok():
    world = a_world(
        buffering_hints=hints(1, 60),
        processing_configuration={
            "processors": [
                {
                    "type": "Lambda",
                    "dropped_containing": "debug",
                    "failed_containing": "broken",
                    "handling_ms": 5_000,
                }
            ],
        },
    )
    put(world, "order 1", "debug 2", "broken 3", "order 4", "debug 5")
    world.advance_to(62_000)
    scene, state = checked(world)
    assert at(scene, state, "clicks/function") == ["batch of 5"]
    world.advance_to(70_000)
    scene, state = checked(world)
    assert sorted(at(scene, state, "photos/objects")) == ["batch of 1", "batch of 2"]
    dropped = [token.mark for token in scene.tokens if token.kind == "records"]
    assert dropped == ["2"]
    assert left_with(scene, "filtered") == [("records", "clicks/door", 100)]


def test_a_bucket_that_is_down_throws_the_batch_back_and_it_waits_with_a_ring():
    world = a_world(buffering_hints=hints(1, 60))
    world.call("sim.TakeDestinationDown", "you", delivery_stream="clicks", place="destination")
    put(world, "a")
    world.advance_to(70_000)
    scene, state = checked(world)
    failed = happened(world, BatchDeliveryFailed)
    assert left_with(scene, "refused") == [("batch", "photos/objects", 85)] * len(failed)
    (ring,) = [look.ring for look in state.looks.values() if look.place == "clicks/out"]
    assert ring == (failed[-1].at_ms, failed[-1].retry_at_ms)
    assert state.values["clicks>photos", "state"] == "denied"
    world.call("sim.BringDestinationUp", "you", delivery_stream="clicks", place="destination")
    world.advance_to(3_600_000)
    scene, state = checked(world)
    assert at(scene, state, "photos/objects") == ["batch of 1"]
    assert state.values["clicks>photos", "state"] == ""


def test_what_cannot_be_delivered_to_a_web_server_ends_in_the_backup_bucket():
    world = World(1)
    world.call("s3.CreateBucket", "setup", bucket="spare")
    world.call(
        "firehose.CreateDeliveryStream",
        "setup",
        delivery_stream="clicks",
        http_endpoint_destination_configuration={
            "endpoint_configuration": {"url": "https://logs.example"},
            "s3_configuration": {"bucket_arn": "spare"},
        },
    )
    put(world, "a")
    world.advance_to(120_000)
    scene, state = checked(world)
    assert at(scene, state, "clicks-destination/objects") == ["batch of 1"]
    world.call("sim.TakeDestinationDown", "you", delivery_stream="clicks", place="destination")
    put(world, "b")
    world.advance_to(2 * 3_600_000)
    scene, state = checked(world)
    assert at(scene, state, "spare/objects") == ["batch of 1"]


def test_backup_of_the_source_is_a_second_block():
    world = a_world(
        buffering_hints=hints(1, 60),
        s3_backup_mode="Enabled",
        s3_backup_configuration={"bucket_arn": "spare"},
    )
    put(world, "a", "b")
    world.advance_to(60_000)
    scene, state = checked(world)
    assert at(scene, state, "photos/objects") == ["batch of 2"]
    assert at(scene, state, "spare/objects") == ["batch of 2"]
    lines = {(edge.start, edge.end) for edge in scene.edges}
    assert {("clicks", "photos"), ("clicks", "spare")} <= lines


def test_new_settings_change_the_gauges_of_what_is_in_the_tray():
    world = a_world(buffering_hints=hints(5, 300))
    put(world, "x" * 500 * KIB)
    world.advance_to(10_000)
    world.call(
        "firehose.UpdateDestination",
        "you",
        delivery_stream="clicks",
        extended_s3_destination_update={"buffering_hints": hints(1, 60)},
    )
    _, state = checked(world)
    assert state.values["clicks/size", "level"] == "5"
    assert state.values["clicks", "size-max"] == "1"


def test_a_record_that_is_not_taken_bounces_off_the_tray():
    world = a_world()
    world.call(
        "sim.SetDeliveryStreamChances", "you", delivery_stream="clicks", put_fails_percent=100
    )
    records: list[Any] = [{"data": "a"}, {"data": "b"}]
    world.call("firehose.PutRecordBatch", "shop", delivery_stream="clicks", records=records)
    scene, state = checked(world)
    assert left_with(scene, "refused") == [("records", "clicks/tray", 85)] * 2
    assert at(scene, state, "clicks/tray") == []


def test_a_deleted_stream_takes_its_buffer_with_it():
    world = a_world()
    put(world, "a")
    world.call("firehose.DeleteDeliveryStream", "you", delivery_stream="clicks")
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "clicks/tray") == []
    assert state.values["clicks", "there"] == "no"


def test_a_stream_of_the_same_name_starts_empty():
    world = a_world()
    put(world, "a")
    world.call("firehose.DeleteDeliveryStream", "you", delivery_stream="clicks")
    add_stream(world)
    put(world, "b")
    scene, state = checked(world)
    assert at(scene, state, "clicks/tray") == ["b"]


def test_the_tray_shows_figures_where_there_are_too_many_records():
    world = a_world(buffering_hints=hints(5, 60))
    put(world, *(f"click {number}" for number in range(BEADS_MAX + 1)))
    scene, state = checked(world)
    assert [token for token in scene.tokens if token.kind == "message"] == []
    assert state.values["clicks", "records"] == str(BEADS_MAX + 1)


def test_a_firehose_stream_without_the_key_has_a_broken_line_until_it_gets_the_key():
    world = World()
    world.call("s3.CreateBucket", "setup", bucket="photos")
    world.call("sim.AddStream", "setup", stream="events", shard_count=1)
    world.call("sim.EncryptStream", "setup", stream="events", key_id="alias/events")
    world.call("sim.SetKeyAccess", "setup", stream="events", who="clicks", allowed=False)
    world.call(
        "firehose.CreateDeliveryStream",
        "setup",
        delivery_stream="clicks",
        delivery_stream_type="KinesisStreamAsSource",
        kinesis_stream_source_configuration={"kinesis_stream_arn": "events"},
        extended_s3_destination_configuration={"bucket_arn": "photos"},
    )
    world.call("kinesis.PutRecord", "shop", stream="events", data="a", partition_key="k")
    world.advance_to(1_500)
    world.call("kinesis.PutRecord", "shop", stream="events", data="b", partition_key="k")
    world.advance_to(2_500)
    scene, state = picture_of(world), end_of(world)
    assert state.values["events>clicks", "state"] == "denied"
    assert state.values["clicks", "why"] == "no-key"
    assert left_with(scene, "refused") == [("call", "events/door", 85)] * 2
    world.call("sim.SetKeyAccess", "admin", stream="events", who="clicks", allowed=True)
    world.advance_to(3_500)
    _, state = checked(world)
    assert state.values["events>clicks", "state"] == ""
    assert state.values["clicks", "why"] == ""
