"""The picture of a stream agrees with the engine, and shows what a learner is to see."""

from typing import Any

import pytest

from studyapp.engine.kinesis.hash_keys import key_hash
from studyapp.engine.limits.kinesis import HASH_KEYS
from studyapp.engine.world import World
from studyapp.simulator.picture import words
from studyapp.simulator.scene.drawing import picture
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.scene.shards import BEADS_MAX, LANES_MAX
from studyapp.simulator.scene.stream_block import WINDOW_MAX, Stream
from tests.engine.kinesis.given import FIRST, HOUR_MS, KIB, MIB, SECOND, add, put, world_with
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
    "kinesis/five-keys-two-shards",
    "kinesis/hot-shard-split",
    "kinesis/late-reader-replays",
    "kinesis/on-demand-flash-sale",
    "kinesis/reader-without-key",
    "kinesis/three-readers-one-shard",
    "kinesis/workers-and-leases",
    "firehose/replay-after-a-bug",
    "choosing/groups-or-keys",
    "choosing/same-orders-four-ways",
    "exam/cross-out",
)
PARTS_OF_A_RUN = 8


def block_of(scene: Scene, stream: str = "buses") -> Stream:
    block = scene.layouts[0].placed[stream].block
    assert isinstance(block, Stream)
    return block


def keys_in(world: World, shard_id: str, count: int) -> list[str]:
    """Partition keys that belong to a shard."""
    shard = world.kinesis.streams["buses"].shards[shard_id]
    found = (f"key-{n}" for n in range(1_000))
    low, high = shard.starting_hash_key, shard.ending_hash_key
    return [key for key in found if low <= key_hash(key) <= high][:count]


# Every scenario


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_two_tokens_share_a_slot_and_every_place_is_drawn(scenario: str):
    check_places(picture_of(run_of(scenario).world))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_run_is_drawn_to_its_end(scenario: str):
    scene = picture_of(run_of(scenario).world)
    assert not scene.is_cut
    assert len(scene.steps) > 10


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_records_readers_and_leases_are_those_of_the_engine(scenario: str):
    world = run_of(scenario).world
    scene = picture_of(world)
    for part in range(1, PARTS_OF_A_RUN + 1):
        at_ms = world.now_ms * part // PARTS_OF_A_RUN
        then = world.fork(at_ms)
        agrees(then, scene, scene.state(scene.step_at(at_ms)))


def agrees(world: World, scene: Scene, state: State) -> None:
    for stream in world.kinesis.streams.values():
        block = block_of(scene, stream.name)
        assert [id for id, lane in block.lanes.items() if id in stream.shards] == list(
            stream.shards
        )
        if not block.found.lanes:
            there = {id for id in stream.shards if value(state, block, id, "there") == "yes"}
            assert there == {shard.shard_id for shard in stream.open}
            continue
        for shard_id, shard in stream.shards.items():
            kept = len(shard.records) - shard.gone
            assert value(state, block, shard_id, "kept") == str(kept)
            assert (value(state, block, shard_id, "state") == "closed") == (shard.closed_ms >= 0)
            if block.found.beads:
                part = f"{stream.name}/{block.lanes[shard_id].part}"
                assert len(at(scene, state, part)) == kept
        for track, reader in enumerate(block.readers):
            for shard_id, place in stream.readers.get(reader, {}).items():
                thing = f"{stream.name}/cursor-{track}-{block.lanes[shard_id].number}"
                gone = stream.shards[shard_id].gone + stream.shards[shard_id].first_place
                if state.values.get((thing, "there")) == "yes":
                    assert state.values[thing, "read"] == str(max(place - gone, 0))
    for application in world.kinesis.applications.values():
        owners = {lease.shard_id: lease.owner for lease in application.leases.values()}
        for worker in application.workers:
            held = [
                words()["lease"].replace("{n}", str(int(id[-12:])))
                for id in owners
                if owners[id] == worker
            ]
            assert sorted(at(scene, state, f"{worker}/leases")) == sorted(held)


def value(state: State, block: Stream, shard_id: str, attribute: str) -> str:
    return state.values.get((f"{block.id}/{block.lanes[shard_id].part}", attribute), "")


# Beads


def test_beads_stay_when_they_are_read_and_the_reader_gets_copies():
    world = world_with()
    put(world, "stop 1", "bus-1")
    put(world, "stop 2", "bus-2")
    add(world, "board", handling_ms=5_000)
    world.advance_to(1_000)
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "buses/shard-0") == ["stop 1", "stop 2"]
    assert at(scene, state, "board/hands") == ["stop 1", "stop 2"]


def test_records_of_one_key_look_alike_where_keys_come_back():
    world = world_with()
    for number, key in enumerate(("bus-1", "bus-2", "bus-1")):
        put(world, f"stop {number}", key)
    shapes = [token.shape for token in picture_of(world).tokens if token.kind == "message"]
    assert shapes[0] == shapes[2] != shapes[1]


def test_records_look_like_their_messages_where_there_is_but_one_key():
    world = world_with()
    for number in range(3):
        put(world, f"stop {number}", "bus-1")
    shapes = {token.shape for token in picture_of(world).tokens if token.kind == "message"}
    assert len(shapes) == 3


def test_the_newest_beads_are_drawn_and_the_older_ones_counted():
    world = world_with()
    for number in range(WINDOW_MAX + 3):
        put(world, f"stop {number}")
    state = end_of(world)
    looks = [look for look in state.looks.values() if look.place == "buses/shard-0"]
    assert [look.slot for look in looks] == [-1] * 3 + list(range(WINDOW_MAX))
    assert state.values["buses/shard-0", "more"] == "+3"


def test_a_point_on_the_number_line_shows_where_the_last_key_was_hashed_to():
    world = world_with(2)
    put(world, key="bus-7")
    scene = picture_of(world)
    (place,) = signs(scene, end_of(world), "spot").values()
    grid = scene.layouts[0].grid(place)
    start = scene.layouts[0].grid(f"buses/hash-{place.split('-')[1]}-0")
    assert grid is not None
    assert start is not None
    assert grid.x - start.x == 60 * key_hash("bus-7") // HASH_KEYS


def test_expired_records_crumble_and_leave_their_lane():
    world = world_with()
    put(world, "old")
    world.advance_to(HOUR_MS)
    put(world, "new")
    world.advance_to(24 * HOUR_MS + 1)
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "buses/shard-0") == ["new"]
    assert [kind for kind, _, _ in left_with(scene, "expired")] == ["message"]


# Cursors


def cursor_of(scene: Scene, state: State, name: str) -> list[str]:
    return [place for key, place in signs(scene, state, "cursor").items() if key.startswith(name)]


def test_a_cursor_moves_past_what_was_read_and_stays_where_it_is_when_more_comes():
    world = world_with()
    put(world, "stop 1")
    add(world, "board", poll_every_ms=10_000)
    world.advance_to(1_000)
    assert cursor_of(picture_of(world), end_of(world), "board") == ["buses/at-0-0-1"]
    put(world, "stop 2")
    state = end_of(world)
    assert cursor_of(picture_of(world), state, "board") == ["buses/at-0-0-1"]
    assert state.values["buses/cursor-0-0", "read"] == "1"
    assert state.values["buses/cursor-0-0", "kept"] == "2"


def test_each_reader_has_its_own_cursor_in_each_shard():
    world = world_with(2)
    add(world, "board")
    add(world, "map")
    world.advance_to(1_000)
    places = sorted(signs(picture_of(world), end_of(world), "cursor").values())
    assert places == [f"buses/at-{track}-{shard}-0" for track in (0, 1) for shard in (0, 1)]


def test_a_cursor_far_behind_stands_before_the_beads_in_sight():
    world = world_with()
    add(world, "board", poll_every_ms=60_000)
    world.advance_to(1_000)
    for number in range(WINDOW_MAX + 2):
        put(world, f"stop {number}")
    assert cursor_of(picture_of(world), end_of(world), "board") == ["buses/at-0-0--1"]


@pytest.mark.parametrize(
    ("position", "read"), [("TRIM_HORIZON", "0"), ("LATEST", "2"), ("AT_TIMESTAMP", "1")]
)
def test_a_reader_begins_at_its_start_position(position: str, read: str):
    world = world_with()
    put(world, "stop 1")
    world.advance_to(5_000)
    put(world, "stop 2")
    add(world, "board", start_position=position, start_timestamp_ms=5_000)
    scene = picture_of(world)
    begun = next(
        step
        for step in scene.steps
        if type(world.log[step.number]).__name__ == "ShardReadingStarted"
    )
    assert ("buses/cursor-0-0", "read", read) in begun.values


def test_the_age_of_the_oldest_unread_record_is_said():
    world = world_with()
    add(world, "board", poll_every_ms=60_000)
    world.advance_to(1_000)
    put(world, "stop 1")
    world.advance_to(8_500)
    put(world, "stop 2")
    assert end_of(world).values["board", "behind"] == words()["behind"].replace("{n}", "8")


def test_the_cursors_of_a_reader_without_checkpoints_go_when_it_crashes():
    world = world_with()
    put(world)
    add(world, "board", handling_ms=60_000)
    world.advance_to(1_000)
    world.call("sim.CrashActor", "admin", actor="board")
    scene, state = picture_of(world), end_of(world)
    assert signs(scene, state, "cursor") == {}
    assert at(scene, state, "board/hands") == []
    assert state.values["board", "state"] == "crashed"


def test_the_cursor_leaves_a_closed_shard_at_its_end_and_turns_to_the_children():
    world = world_with()
    add(world, "board")
    world.advance_to(1_000)
    world.call(
        "kinesis.SplitShard",
        "admin",
        stream="buses",
        shard_to_split=FIRST,
        new_starting_hash_key=str(HASH_KEYS // 2),
    )
    world.advance_to(60_000)
    scene, state = picture_of(world), end_of(world)
    places = sorted(signs(scene, state, "cursor").values())
    assert places == ["buses/at-0-1-0", "buses/at-0-2-0"]
    assert state.values["buses/shard-0", "state"] == "closed"


# Limits


def test_what_a_full_shard_throws_back_bounces_off_its_lane_and_the_shard_is_hot():
    world = world_with()
    world.call(
        "sim.PutRecordsOfSize",
        "buses-app",
        stream="buses",
        partition_key_prefix="bus",
        record_count=4,
        record_size_bytes=400 * KIB,
    )
    scene, state = picture_of(world), end_of(world)
    assert left_with(scene, "refused") == [("records", "buses/shard-0", 85)]
    assert [token.mark for token in scene.tokens if token.kind == "records"] == ["2"]
    assert state.values["buses/shard-0", "state"] == "hot"


def test_a_shard_is_no_longer_hot_when_it_takes_records_a_while_later():
    world = world_with()
    for _ in range(3):
        world.call(
            "sim.PutRecordsOfSize",
            "buses-app",
            stream="buses",
            partition_key_prefix="bus",
            record_count=1,
            record_size_bytes=600 * KIB,
        )
    assert end_of(world).values["buses/shard-0", "state"] == "hot"
    world.advance_to(10_000)
    put(world)
    assert end_of(world).values["buses/shard-0", "state"] == ""


def test_a_throttled_read_bounces_and_the_reader_says_so():
    world = run_of("kinesis/three-readers-one-shard").world
    scene = picture_of(world)
    throttled = sum(type(event).__name__ == "ReadThrottled" for event in world.log)
    calls = [each for each in left_with(scene, "refused") if each[0] == "call"]
    assert calls == [("call", "ticket-taps/shard-0", 85)] * throttled
    assert any(("fraud-check", "state", "read-throttled") in step.values for step in scene.steps)


def test_a_reader_without_the_key_has_a_broken_line_until_it_gets_the_key():
    world = run_of("kinesis/reader-without-key").world
    scene = picture_of(world)
    before, after = scene.state(scene.step_at(16_999)), scene.state(scene.step_at(19_000))
    line = "card-payments>fraud-check"
    assert before.values[line, "state"] == "denied"
    assert before.values["fraud-check", "state"] == "no-key"
    assert after.values[line, "state"] == ""
    assert after.values["fraud-check", "state"] == "idle"


def test_enhanced_fan_out_is_a_pipe_of_its_own():
    world = world_with()
    add(world, "board", mode="fan-out")
    add(world, "map")
    world.advance_to(60_000)
    kinds = {edge.end: edge.kind for edge in picture_of(world).edges}
    assert kinds == {"board": "pipe", "map": "flow"}


# Workers of one application


def test_a_lease_moves_when_its_worker_dies_and_records_after_the_checkpoint_are_handled_twice():
    world = run_of("kinesis/workers-and-leases").world
    scene = picture_of(world)

    def holders(at_ms: int) -> dict[str, str]:
        places = signs(scene, scene.state(scene.step_at(at_ms)), "lease")
        return {name.rpartition(" ")[0][-1]: place for name, place in places.items()}

    assert holders(9_000) == {"0": "worker-a/leases", "1": "worker-b/leases"}
    assert holders(12_000) == holders(9_000)
    assert holders(20_000) == {"0": "worker-b/leases", "1": "worker-b/leases"}
    crashed = scene.state(scene.step_at(12_000))
    rings = [look.ring for look in crashed.looks.values() if look.place == "worker-a/leases"]
    assert rings == [(9_500, 19_500)]
    twice = {
        scene.tokens[token].name
        for step in scene.steps
        for token, look, _ in step.tokens
        if look.tally == 2 and look.place == "worker-b/hands"
    }
    handled = [event.data for event in world.log if type(event).__name__ == "RecordHandled"]
    assert twice == {data for data in handled if handled.count(data) == 2} != set()


def test_the_checkpoint_stands_behind_what_was_noted():
    scene = picture_of(run_of("kinesis/workers-and-leases").world)
    state = scene.state(scene.step_at(6_000))
    assert sorted(signs(scene, state, "checkpoint").values()) == [
        "ticket-taps/check-0-0-4",
        "ticket-taps/check-0-1-4",
    ]


# Much at once


def many_records(count: int, shards: int = 1) -> World:
    world = world_with(shards)
    for number in range(count):
        world.advance_to(number * 100)
        put(world, f"stop {number}", f"bus-{number % 7}")
    return world


def test_beads_become_a_level_when_there_are_too_many():
    few, many = picture_of(many_records(BEADS_MAX)), picture_of(many_records(BEADS_MAX + 1))
    assert sum(token.kind == "message" for token in few.tokens) == BEADS_MAX
    assert sum(token.kind == "message" for token in many.tokens) == 0


def test_the_level_is_how_much_of_its_second_a_shard_has_taken():
    world = many_records(BEADS_MAX)
    for _ in range(2):
        world.call(
            "sim.PutRecordsOfSize",
            "buses-app",
            stream="buses",
            partition_key_prefix="bus",
            record_count=1,
            record_size_bytes=MIB // 4,
        )
    assert end_of(world).values["buses/shard-0", "level"] in ("5", "6")


def test_many_shards_are_bars_over_their_hash_keys():
    world = world_with(LANES_MAX + 2)
    put(world)
    scene, state = picture_of(world), end_of(world)
    assert not block_of(scene).found.lanes
    assert picture(scene, scene.layouts[0], state, "").count('class="drawing__shard"') == 8
    places = [scene.layouts[0].grid(f"buses/shard-{n}") for n in range(LANES_MAX + 2)]
    gaps = [round(b.x - a.x) for a, b in zip(places, places[1:], strict=False) if a and b]
    assert len(gaps) == LANES_MAX + 1
    assert max(gaps) - min(gaps) <= 1


def test_rates_are_said_in_short_figures():
    world = world_with(LANES_MAX + 2)
    put(world)
    assert end_of(world).values["buses", "rate"].startswith("< 0.01 of 8 MB/s")
    world.advance_to(5_000)
    size = {"record_count": 3, "record_size_bytes": MIB // 2}
    world.call("sim.PutRecordsOfSize", "app", stream="buses", partition_key_prefix="bus", **size)
    assert end_of(world).values["buses", "rate"].startswith("1.5 of 8 MB/s")


def test_a_flash_sale_of_thousands_of_events_is_a_hundred_steps():
    world = run_of("kinesis/on-demand-flash-sale").world
    scene = picture_of(world)
    assert len(world.log) > 4_000
    assert len(scene.steps) < 200
    state = scene.state(scene.step_at(26_000))
    hot = [key for key, text in state.values.items() if key[1] == "state" and text == "hot"]
    thrown = {
        event.shard_id
        for event in world.log
        if type(event).__name__ == "RecordsThrottled" and 24_000 < event.at_ms <= 26_000
    }
    assert len(hot) == len(thrown) > 10


def test_every_lane_starts_hidden_and_appears_with_its_shard():
    scene = picture_of(run_of("kinesis/hot-shard-split").world)

    def there(at_ms: int) -> list[int]:
        values = scene.state(scene.step_at(at_ms)).values
        return [n for n in range(6) if values.get((f"taxi-rides/shard-{n}", "there")) == "yes"]

    assert there(1_000) == [0, 1, 2]
    assert there(6_000) == [0, 1, 2, 3]
    assert there(25_000) == [0, 1, 2, 3, 4, 5]


def test_a_deleted_stream_takes_its_records_with_it():
    world = world_with(2)
    for key in keys_in(world, FIRST, 1) + keys_in(world, SECOND, 1):
        put(world, key=key)
    world.call("kinesis.DeleteStream", "admin", stream="buses")
    world.advance_to(HOUR_MS)
    scene, state = picture_of(world), end_of(world)
    assert [kind for kind, *_ in left_with(scene, "lost")] == ["message", "message"]
    assert state.values["buses", "there"] == "no"


def test_a_stream_can_be_read_by_hand():
    world = world_with()
    put(world, "stop 1")
    found: Any = world.call(
        "kinesis.GetShardIterator",
        "you",
        stream="buses",
        shard_id=FIRST,
        shard_iterator_type="TRIM_HORIZON",
    )
    world.call("kinesis.GetRecords", "you", shard_iterator=found)
    assert cursor_of(picture_of(world), end_of(world), "you") == ["buses/at-0-0-1"]
