"""The workers of an application divide the shards: evenly, one worker for a shard, parents before children.

A worker that joins or leaves is noticed at once, where the real library looks every few seconds (KDS-X17, X24).
"""

from typing import TYPE_CHECKING

from studyapp.engine.kinesis.leases import LeaseTable
from studyapp.engine.kinesis.reader_events import Checkpointed, LeaseExpired, LeaseTaken
from studyapp.engine.kinesis.shard_actions import parents
from studyapp.engine.kinesis.stream import Shard, Stream

if TYPE_CHECKING:
    from studyapp.engine.world import World


def balance(world: "World", application: str) -> None:
    """An alarm: workers or shards have changed. Free leases are taken, then the load is evened out."""
    table = world.kinesis.applications[application]
    stream = world.kinesis.streams.get(table.stream)
    if stream is None or not table.workers:
        return
    held: dict[str, list[str]] = {name: [] for name in table.workers}
    for lease in table.leases.values():
        if lease.owner in held and lease.owner_life == table.workers[lease.owner]:
            held[lease.owner].append(lease.shard_id)
    for shard in stream.shards.values():
        if _is_free(world, table, stream, shard):
            worker = min(held, key=lambda name: len(held[name]))
            held[worker].append(shard.shard_id)
            _take(world, table, shard, worker)
    while True:
        most = max(held, key=lambda name: len(held[name]))
        fewest = min(held, key=lambda name: len(held[name]))
        if len(held[most]) - len(held[fewest]) < 2:
            return
        shard_id = held[most].pop()
        held[fewest].append(shard_id)
        _hand_over(world, table, shard_id, most, fewest)


def _is_free(world: "World", table: LeaseTable, stream: Stream, shard: Shard) -> bool:
    lease = table.leases.get(shard.shard_id)
    if lease is not None and (lease.ended or lease.owner):
        return False
    if shard.expired(world.now_ms, stream.retention_ms):
        return False
    for parent_id in parents(shard):
        parent = table.leases.get(parent_id)
        if parent is not None and parent.ended:
            continue
        if not stream.shards[parent_id].expired(world.now_ms, stream.retention_ms):
            return False
    return True


def _take(world: "World", table: LeaseTable, shard: Shard, worker: str) -> None:
    lease = table.leases.get(shard.shard_id)
    if lease is not None:
        reason, before, after = "taken-over", lease.owner_before, lease.sequence_number
    else:
        reason = "parents-finished" if shard.parent_shard_id else "new-shard"
        before = after = ""
        if table.start_position == "LATEST" and shard.opened_ms <= table.created_ms:
            after = shard.sequence_before(shard.end())
    _record_taken(world, table, shard.shard_id, worker, reason, before, after)


def _record_taken(
    world: "World",
    table: LeaseTable,
    shard_id: str,
    worker: str,
    reason: str,
    before: str,
    after: str,
) -> None:
    world.record(
        LeaseTaken(
            world.now_ms,
            world.cause,
            reason,
            worker,
            table.application,
            table.stream,
            shard_id,
            before,
            table.workers[worker],
            after,
        )
    )


def _hand_over(world: "World", table: LeaseTable, shard_id: str, worker: str, other: str) -> None:
    """A running worker gives a lease away; it checkpoints first, so nothing is handled twice."""
    checkpoint(world, table, shard_id, "handed-over")
    after = table.leases[shard_id].sequence_number
    _record_taken(world, table, shard_id, other, "balanced", worker, after)


def checkpoint(world: "World", table: LeaseTable, shard_id: str, reason: str) -> None:
    """The owner of a lease notes what it has handled, if that is more than it has noted before."""
    lease = table.leases[shard_id]
    if lease.handled and lease.handled != lease.sequence_number:
        world.record(
            Checkpointed(
                world.now_ms,
                world.cause,
                reason,
                lease.owner,
                table.application,
                shard_id,
                lease.handled,
            )
        )


def release(world: "World", application: str, worker: str, life: int, reason: str) -> None:
    """An alarm: the leases of a worker that has ended are free."""
    table = world.kinesis.applications[application]
    for lease in table.leases.values():
        if lease.owner == worker and lease.owner_life == life:
            world.record(
                LeaseExpired(world.now_ms, world.cause, reason, worker, application, lease.shard_id)
            )
