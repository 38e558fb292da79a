"""Leaders, followers and majorities of quorum queues (RMQ-X02, X03, X04).

A queue works while it has a leader and a majority of its members are together and hold everything. A member that
was away holds less; it may vote, but counts for the majority, and may lead, only when it has caught up.
"""

from typing import TYPE_CHECKING

from studyapp.engine.mq.rabbitmq.cluster import Broker, works
from studyapp.engine.mq.rabbitmq.delivering import carry_out, send_back, serve
from studyapp.engine.mq.rabbitmq.node_events import (
    CatchingUp,
    FollowerCaughtUp,
    LeaderElected,
    LeaderLost,
    MajorityLost,
    MajorityRestored,
)
from studyapp.engine.mq.rabbitmq.publishing import release
from studyapp.engine.mq.rabbitmq.queue import Member, Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World


def connected(broker: Broker, queue: Queue) -> tuple[Member, ...]:
    """The members whose nodes run and reach each other."""
    found = []
    for member in queue.members.values():
        node = broker.nodes[member.node]
        if node.running and not node.isolated:
            found.append(member)
    return tuple(found)


def holds_all(queue: Queue, member: Member) -> bool:
    """Whether a member has everything that the queue ever agreed on."""
    return member.in_sync or member.index == queue.index


def review(world: "World", broker: Broker, queue: Queue, reason: str, cause: int) -> None:
    """Nodes came or went: does the queue still have its leader and its majority, or has it them again?"""
    now_ms = world.now_ms
    members = connected(broker, queue)
    names = tuple(member.node for member in members)
    needed = len(queue.members) // 2 + 1
    if queue.leader and queue.leader not in names:
        ends_ms = now_ms + broker.election_ms if len(names) >= needed else -1
        leader, term = queue.leader, queue.term
        cause = world.record(
            LeaderLost(now_ms, cause, reason, broker.name, queue.name, leader, term, ends_ms)
        )
    if len(names) < needed:
        if queue.majority or queue.election >= 0:
            world.record(MajorityLost(now_ms, cause, reason, broker.name, queue.name, "", names))
        return
    if not queue.leader:
        if not queue.majority and queue.election < 0:
            ends_ms = now_ms + broker.election_ms
            world.record(
                MajorityRestored(now_ms, cause, reason, broker.name, queue.name, names, ends_ms)
            )
        return
    for member in members:
        if not member.in_sync and member.catching_up < 0:
            missed = queue.index - member.index
            node = member.node
            if missed:
                until_ms = now_ms + broker.catch_up_ms
                world.record(
                    CatchingUp(
                        now_ms, cause, reason, broker.name, queue.name, node, missed, until_ms
                    )
                )
            else:
                world.record(
                    FollowerCaughtUp(
                        now_ms, cause, "nothing-missed", broker.name, queue.name, node, 0
                    )
                )
    in_sync = tuple(member.node for member in members if member.in_sync)
    if queue.majority and len(in_sync) < needed:
        leader = queue.leader
        world.record(
            MajorityLost(now_ms, cause, "follower-behind", broker.name, queue.name, leader, in_sync)
        )
    elif not queue.majority and len(in_sync) >= needed:
        world.record(MajorityRestored(now_ms, cause, reason, broker.name, queue.name, in_sync, -1))


def end_election(world: "World", broker_name: str, queue_name: str, election: int) -> None:
    """An alarm: the members have chosen. The first in order that holds everything leads."""
    broker, queue = _queue(world, broker_name, queue_name)
    if broker is None or queue is None or queue.election != election:
        return
    members = connected(broker, queue)
    leader = next(member for member in members if holds_all(queue, member))
    votes = tuple(member.node for member in members)
    number = world.record(
        LeaderElected(
            world.now_ms,
            world.cause,
            "",
            broker_name,
            queue_name,
            leader.node,
            queue.term + 1,
            votes,
        )
    )
    review(world, broker, queue, "leader-elected", number)
    go_on(world, broker, queue, number)


def end_catching_up(
    world: "World", broker_name: str, queue_name: str, node: str, began: int
) -> None:
    """An alarm: a follower has copied what it had missed."""
    broker, queue = _queue(world, broker_name, queue_name)
    member = queue.members.get(node) if queue is not None else None
    if broker is None or queue is None or member is None or member.catching_up != began:
        return
    missed = queue.index - member.index
    number = world.record(
        FollowerCaughtUp(world.now_ms, world.cause, "", broker_name, queue_name, node, missed)
    )
    review(world, broker, queue, "follower-caught-up", number)
    go_on(world, broker, queue, number)


def go_on(world: "World", broker: Broker, queue: Queue, cause: int) -> None:
    """A queue that works does what has waited: answers, returns, messages of publishers, deliveries."""
    if not works(broker, queue):
        return
    served: dict[str, None] = {queue.name: None}
    for tag in tuple(queue.settling):
        delivery = queue.unacknowledged[tag]
        served.update(
            dict.fromkeys(carry_out(world, broker, queue, delivery, delivery.held, cause))
        )
    for tag, reason in tuple(queue.orphans.items()):
        delivery = queue.unacknowledged[tag]
        served.update(dict.fromkeys(send_back(world, broker, queue, delivery, reason, cause)))
    release(world, broker, queue, cause)
    serve(world, broker, cause, served)


def _queue(world: "World", broker_name: str, queue_name: str) -> tuple[Broker | None, Queue | None]:
    broker = world.mq.rabbitmq.brokers.get(broker_name)
    return broker, broker.queues.get(queue_name) if broker is not None else None
