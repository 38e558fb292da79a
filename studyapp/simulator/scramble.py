"""What order does to a drawing: its points travel in four ways, and arrive as the engine decides.

Each point is a message or record, sent in the order of drawing. When the drawing is complete, the consumers
begin to read. Everybody works in the same rhythm, so that only the ways differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.kinesis.reader_events import RecordHandled
from studyapp.engine.scenario import read, run
from studyapp.engine.sqs.events import MessageSent, MessagesReceived
from studyapp.engine.world import World
from studyapp.simulator.scramble_drawing import GROUPS, Drawing

STANDARD, ONE_GROUP, GROUPED, STREAM = WAYS = ("standard", "one-group", "groups", "stream")
SEND_EVERY_MS = 20
CONSUMERS = 4
HANDLING_MS, HANDLING_JITTER_MS = 100, 150
SHARDS = 2
ENDS_AT_MS = 40_000
# Far more often than AWS does it, so that a drawing of a few points shows it.
CHANCES = {"duplicate_per_mille": 60, "reorder_per_mille": 300}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A point reached its consumer. `late`: a point that was drawn after it had arrived already. `again`: it
    was here before. A point that comes again is never late."""

    point: int
    at_ms: int
    late: bool
    again: bool


@dataclass(frozen=True)
class Way:
    """How a drawing arrived. `lanes`: for each point the line in which its order is promised, counted from 0:
    its message group or its shard; empty where none is."""

    name: str
    arrivals: tuple[Arrival, ...]
    lanes: tuple[int, ...] = ()

    @cached_property
    def in_order(self) -> int:
        return sum(not each.late and not each.again for each in self.arrivals)

    @cached_property
    def out_of_place(self) -> int:
        return sum(each.late for each in self.arrivals)

    @cached_property
    def twice(self) -> int:
        return sum(each.again for each in self.arrivals)

    @property
    def ended_ms(self) -> int:
        return self.arrivals[-1].at_ms

    def lane_numbers(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.lanes)))

    def keeps(self, lane: int) -> bool:
        """Whether the points of a lane arrived in the order of drawing and once each."""
        points = [each.point for each in self.arrivals if self.lanes[each.point] == lane]
        return points == sorted(set(points))


def scramble(drawing: Drawing, seed: int) -> tuple[Way, ...]:
    """The drawing after each of `WAYS`."""
    return tuple(_travel(name, drawing, seed) for name in WAYS)


def _travel(name: str, drawing: Drawing, seed: int) -> Way:
    world = run(read(_scenario(name, drawing, seed))).world
    if name == STREAM:
        lanes = tuple(_shards(world))
        return Way(name, _arrivals(_handled_records(world)), lanes)
    lanes = {
        STANDARD: (),
        ONE_GROUP: (0,) * len(drawing.points),
        GROUPED: tuple(point.group for point in drawing.points),
    }[name]
    return Way(name, _arrivals(_received_messages(world)), lanes)


def _arrivals(found: Iterator[tuple[int, int]]) -> tuple[Arrival, ...]:
    """What became of (point, time) pairs in the order of arrival."""
    arrivals: list[Arrival] = []
    here: set[int] = set()
    last = -1
    for point, at_ms in found:
        again = point in here
        arrivals.append(Arrival(point, at_ms, point < last and not again, again))
        here.add(point)
        last = max(last, point)
    return tuple(arrivals)


# The worlds


def _scenario(name: str, drawing: Drawing, seed: int) -> dict[str, Any]:
    """The scenario of one way, as the front matter of a file would say it."""
    points = drawing.points
    begins_ms = len(points) * SEND_EVERY_MS
    common = {"seed": seed, "ends_at_ms": ENDS_AT_MS}
    if name == STREAM:
        return {
            **common,
            "streams": {"drawing": {"shard_count": SHARDS}},
            "actors": {
                "reader": {
                    "kind": "stream-reader",
                    "stream": "drawing",
                    "handling_ms": HANDLING_MS + HANDLING_JITTER_MS // 2,
                    "start": False,
                }
            },
            "script": [
                *_script(
                    "kinesis.PutRecord",
                    [
                        {
                            "stream": "drawing",
                            "data": str(number),
                            "partition_key": GROUPS[point.group],
                        }
                        for number, point in enumerate(points)
                    ],
                ),
                {
                    "at_ms": begins_ms,
                    "do": "sim.StartActor",
                    "by": "person",
                    "actor": "reader",
                },
            ],
        }
    queue = "drawing" if name == STANDARD else "drawing.fifo"
    settings: dict[str, Any] = {"fifo_queue": True, "content_based_deduplication": True}
    if name == STANDARD:
        settings = {"chances": CHANCES}
    consumer = {
        "kind": "consumer",
        "queue": queue,
        "start_ms": begins_ms,
        "handling_ms": HANDLING_MS,
        "handling_jitter_ms": HANDLING_JITTER_MS,
    }
    messages: list[dict[str, Any]] = []
    for number, point in enumerate(points):
        message: dict[str, Any] = {"queue": queue, "message_body": str(number)}
        if name == ONE_GROUP:
            message["message_group_id"] = "drawing"
        if name == GROUPED:
            message["message_group_id"] = GROUPS[point.group]
        messages.append(message)
    return {
        **common,
        "queues": {queue: settings},
        "actors": {f"consumer-{n}": consumer for n in range(1, CONSUMERS + 1)},
        "script": _script("sqs.SendMessage", messages),
    }


def _script(action: str, calls: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"at_ms": number * SEND_EVERY_MS, "do": action, "by": "painter", **call}
        for number, call in enumerate(calls)
    ]


# What their logs say


def _received_messages(world: World) -> Iterator[tuple[int, int]]:
    points: dict[str, int] = {}
    for event in world.log:
        if type(event) is MessageSent:
            points[event.message_id] = int(event.body)
        elif type(event) is MessagesReceived:
            for receipt in event.receipts:
                yield points[receipt[0]], event.at_ms


def _handled_records(world: World) -> Iterator[tuple[int, int]]:
    for event in world.log:
        if type(event) is RecordHandled:
            yield int(event.data), event.at_ms


def _shards(world: World) -> Iterator[int]:
    """The shard of each point, in the order of drawing."""
    for event in world.log:
        if type(event) is RecordPut:
            yield int(event.shard_id.removeprefix("shardId-"))
