"""What Kinesis and an application notice when a reader crashes or is stopped."""

from typing import TYPE_CHECKING

from studyapp.engine.actors.events import ActorCrashed, ActorStopped
from studyapp.engine.calls import React
from studyapp.engine.kinesis.balancing import checkpoint
from studyapp.engine.kinesis.pushing import end_subscription
from studyapp.engine.kinesis.reader_events import LeaseWorkerGone
from studyapp.engine.names import short

if TYPE_CHECKING:
    from studyapp.engine.world import World


def reader_ended(world: "World", event: ActorCrashed | ActorStopped, number: int) -> None:
    """Its connections break; a crashed worker's leases run out, a stopped one gives them back at once."""
    if not world.kinesis.streams:
        return
    actor = world.actors.actors[event.by]
    stopped = type(event) is ActorStopped
    if actor.kind == "kcl-worker":
        for table in world.kinesis.applications.values():
            if event.by not in table.workers:
                continue
            life = table.workers[event.by]
            if stopped:
                for lease in table.leases.values():
                    if lease.owner == event.by and lease.owner_life == life:
                        checkpoint(world, table, lease.shard_id, "stopped")
            until_ms = world.now_ms if stopped else world.now_ms + actor.settings.failover_ms
            world.record(
                LeaseWorkerGone(
                    world.now_ms,
                    number,
                    "stopped" if stopped else "crashed",
                    event.by,
                    table.application,
                    life,
                    until_ms,
                )
            )
    elif actor.kind == "stream-reader" and actor.settings.mode == "fan-out":
        stream = world.kinesis.streams.get(short(actor.settings.stream))
        if stream is None:
            return
        for shard in stream.shards.values():
            for subscription in tuple(shard.subscriptions.values()):
                if subscription.by == event.by:
                    after = shard.sequence_before(subscription.place)
                    end_subscription(world, stream, shard, subscription, "connection-lost", after)


REACT: React = {ActorCrashed: reader_ended, ActorStopped: reader_ended}
