"""Records expire: what can be read is decided at each read, and memory is freed now and then (KDS-10)."""

from typing import TYPE_CHECKING

from studyapp.engine.kinesis.events import RecordsExpired
from studyapp.engine.kinesis.stream import Shard, Stream

if TYPE_CHECKING:
    from studyapp.engine.world import World


def trim(world: "World", stream: Stream, shard: Shard, trim_number: int) -> None:
    """An alarm: the oldest record of a shard may have expired."""
    if shard.trim_number == trim_number and world.kinesis.streams.get(stream.name) is stream:
        drop_expired(world, stream, shard, world.cause)


def drop_expired(world: "World", stream: Stream, shard: Shard, cause: int) -> None:
    """Record what has expired in a shard, if anything has."""
    count = shard.horizon(world.now_ms, stream.retention_ms) - shard.first_place - shard.gone
    if count:
        last = shard.records[shard.gone + count - 1].sequence_number
        world.record(
            RecordsExpired(
                world.now_ms, cause, "retention-ended", stream.name, shard.shard_id, count, last
            )
        )
