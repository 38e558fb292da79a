"""Worlds for tests: check that what was lived, replayed and loaded is one and the same."""

import dataclasses
from collections import deque
from typing import Any

from studyapp.engine.world import World


def state(value: Any) -> Any:
    """What a part of the world holds, as plain comparable values; heaps and lines as sorted or plain lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            "kind": type(value).__name__,
            **{
                field.name: state(getattr(value, field.name)) for field in dataclasses.fields(value)
            },
        }
    if isinstance(value, dict):
        return [(state(key), state(each)) for key, each in value.items()]
    if isinstance(value, (list, tuple, deque)):
        return [state(each) for each in value]
    if value is None or isinstance(value, (int, str, bool)):
        return value
    names = getattr(type(value), "__slots__", None)
    assert names is not None, f"state may not hold {type(value).__name__}"
    return {"kind": type(value).__name__, **{n: state(getattr(value, n)) for n in names}}


PARTS = ("sqs", "sns", "kinesis", "firehose", "s3", "mq", "actors")


def state_of(world: World) -> dict[str, Any]:
    """Every part of the world, and the alarms that are still to ring."""
    alarms = sorted(
        (due, number, ring.__qualname__, cause)
        for due, number, ring, _, cause in world._alarms.heap
    )
    return {"alarms": alarms, **{part: state(getattr(world, part)) for part in PARTS}}


def same_world(world: World) -> None:
    """The replayed and the loaded world equal the live one, now and after going on for an hour."""
    text = world.written()
    loaded = World.load(text)
    assert loaded.written() == text
    live, again = state_of(world), state_of(loaded)
    for part, expected in live.items():
        assert again[part] == expected, f"{part} differs after a replay"
    copy = world.fork(world.now_ms)
    copy.events_max = loaded.events_max  # the hour may need more than a test allows
    later = world.now_ms + 3_600_000
    loaded.advance_to(later)
    copy.advance_to(later)
    assert loaded.written() == copy.written()
