"""Streams, records and readers to start from."""

from typing import Any

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.support.worlds import state_of

FIRST = "shardId-000000000000"
SECOND = "shardId-000000000001"
THIRD = "shardId-000000000002"
FOURTH = "shardId-000000000003"
KIB = 1024
MIB = 1024 * 1024
HOUR_MS = 3_600_000


def world_with(shard_count: int = 1, seed: int = 1, **more: Any) -> World:
    """A world with the stream `buses`, ACTIVE."""
    world = World(seed)
    world.call("sim.AddStream", "admin", stream="buses", shard_count=shard_count, **more)
    return world


def put(world: World, data: str = "x", key: str = "bus-1", **more: Any) -> Any:
    return world.call(
        "kinesis.PutRecord", "bus", stream="buses", data=data, partition_key=key, **more
    )


def iterator(world: World, shard_id: str = FIRST, kind: str = "TRIM_HORIZON", **more: Any) -> Any:
    return world.call(
        "kinesis.GetShardIterator",
        "reader",
        stream="buses",
        shard_id=shard_id,
        shard_iterator_type=kind,
        **more,
    )


def get(world: World, shard_iterator: str, by: str = "reader", **more: Any) -> Any:
    return world.call("kinesis.GetRecords", by, shard_iterator=shard_iterator, **more)


def read(world: World, shard_id: str = FIRST, kind: str = "TRIM_HORIZON", **more: Any) -> list[str]:
    """The data that one GetRecords finds."""
    answer = get(world, iterator(world, shard_id, kind, **more))
    return [record.data for record in answer.records]


def act(world: World, action: str, **parameters: Any) -> Any:
    return world.call(action, "admin", stream="buses", **parameters)


def add(world: World, name: str, kind: str = "stream-reader", **settings: Any) -> None:
    world.call(
        "sim.AddActor", "admin", actor=name, kind=kind, settings={"stream": "buses", **settings}
    )


def refusal(world: World, action: str, **parameters: Any) -> str:
    """Why the world refuses this; nothing has changed then."""
    with pytest.raises(Refused) as caught:
        world.call(action, "admin", **parameters)
    return caught.value.reason


def events(world: World, *names: str) -> list[Any]:
    return [event for event in world.log if type(event).__name__ in names]


def handled(world: World, by: str | None = None) -> list[str]:
    """The data that readers have handled, in order."""
    return [e.data for e in events(world, "RecordHandled") if by is None or e.by == by]


def same_world_for_a_while(world: World) -> None:
    """As `same_world`, but only for the next ten seconds: for worlds full of readers that poll."""
    text = world.written()
    loaded = World.load(text)
    assert loaded.written() == text
    assert state_of(loaded) == state_of(world)
    copy = world.fork(world.now_ms)
    for each in (loaded, copy):
        each.advance_to(world.now_ms + 10_000)
    assert loaded.written() == copy.written()
