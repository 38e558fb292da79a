"""What happens to nodes, connections, leaders and followers when an event is applied."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.mq.events import Connected, ConnectionLost, ConnectionRefused
from studyapp.engine.mq.rabbitmq.clients import try_again, wait_before_retry
from studyapp.engine.mq.rabbitmq.cluster import Broker, Client, Connection
from studyapp.engine.mq.rabbitmq.consumers import leave_line, look_again, orphan
from studyapp.engine.mq.rabbitmq.events import (
    ClientStarted,
    ClientStopped,
    SubscriptionKept,
)
from studyapp.engine.mq.rabbitmq.node_events import (
    CatchingUp,
    ClusterTimesChanged,
    FollowerCaughtUp,
    LeaderElected,
    LeaderLost,
    MajorityLost,
    MajorityRestored,
    MemoryAlarmCleared,
    MemoryAlarmRaised,
    NodeIsolated,
    NodeLost,
    NodeRejoined,
    NodeReturned,
    RebootFinished,
)
from studyapp.engine.mq.rabbitmq.nodes import come_back
from studyapp.engine.mq.rabbitmq.queue import Queue
from studyapp.engine.mq.rabbitmq.quorum import end_catching_up, end_election

if TYPE_CHECKING:
    from studyapp.engine.world import World


def connected(world: "World", event: Connected, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    broker.connections[event.by] = Connection(event.by, event.node, number)
    broker.nodes[event.node].connections[event.by] = None
    client = broker.clients.get(event.by)
    if client is not None:
        client.attempts, client.waiting = 0, -1
        broker.connections[event.by].confirms = True


def connection_lost(world: "World", event: ConnectionLost, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    connection = broker.connections.pop(event.by)
    del broker.nodes[connection.node].connections[event.by]
    for consumer in connection.consumers.values():
        queue = broker.queues[consumer.queue]
        del queue.consumers[consumer.consumer_tag]
        leave_line(queue, consumer)
    for tags in (connection.deliveries, connection.settling):
        for tag, name in tags.items():
            kept = broker.queues.get(name)
            delivery = kept.unacknowledged.get(tag) if kept is not None else None
            if kept is not None and delivery is not None and tag not in kept.orphans:
                orphan(broker, kept, delivery, event.reason)
    client = broker.clients.get(event.by)
    if client is not None:
        wait_ms = wait_before_retry(client)
        if wait_ms >= 0:
            client.attempts, client.waiting = 1, number
            due_ms = event.at_ms + wait_ms
            world.set_alarm(due_ms, number, try_again, event.broker, event.by, number)


def connection_refused(world: "World", event: ConnectionRefused, number: int) -> None:
    client = world.mq.rabbitmq.brokers[event.broker].clients[event.by]
    client.attempts += 1
    if event.retry_at_ms >= 0:
        client.waiting = number
        world.set_alarm(event.retry_at_ms, number, try_again, event.broker, event.by, number)


def client_started(world: "World", event: ClientStarted, number: int) -> None:
    world.mq.rabbitmq.brokers[event.broker].clients[event.by] = Client(
        event.by, event.failover, event.retry_ms
    )


def subscription_kept(world: "World", event: SubscriptionKept, number: int) -> None:
    client = world.mq.rabbitmq.brokers[event.broker].clients[event.by]
    client.subscriptions[event.consumer_tag] = event


def client_stopped(world: "World", event: ClientStopped, number: int) -> None:
    del world.mq.rabbitmq.brokers[event.broker].clients[event.by]


def _away(broker: Broker, node: str, reason: str) -> None:
    """Nobody reaches this node: its copies of queues stand still, its clients are out of reach."""
    for queue in broker.queues.values():
        member = queue.members.get(node)
        if member is not None:
            member.catching_up = -1
            if member.in_sync:
                member.in_sync = False
                member.index = queue.index
        look_again(broker, queue, reason)


def node_lost(world: "World", event: NodeLost, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    node = broker.nodes[event.node]
    node.running = False
    node.memory_alarm = False
    node.down_reason = event.reason
    node.stopped = number
    _away(broker, event.node, "node-lost")
    if event.reason == "rebooting" and broker.rebooting and broker.rebooting[0] == event.node:
        broker.rebooting.popleft()
    if event.back_at_ms >= 0:
        world.set_alarm(event.back_at_ms, number, come_back, event.broker, event.node, number)


def node_returned(world: "World", event: NodeReturned, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    node = broker.nodes[event.node]
    node.running = True
    node.down_reason = ""
    for queue in broker.queues.values():
        look_again(broker, queue, "")


def node_isolated(world: "World", event: NodeIsolated, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    broker.nodes[event.node].isolated = True
    _away(broker, event.node, "node-isolated")


def node_rejoined(world: "World", event: NodeRejoined, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    broker.nodes[event.node].isolated = False
    for queue in broker.queues.values():
        look_again(broker, queue, "")


def _leaderless(queue: Queue) -> None:
    queue.leader = ""
    queue.election = -1
    for member in queue.members.values():
        member.catching_up = -1


def leader_lost(world: "World", event: LeaderLost, number: int) -> None:
    queue = world.mq.rabbitmq.brokers[event.broker].queues[event.queue]
    _leaderless(queue)
    _elect(world, event, queue, number)


def _elect(world: "World", event: LeaderLost | MajorityRestored, queue: Queue, number: int) -> None:
    if event.election_ends_at_ms >= 0:
        queue.election = number
        world.set_alarm(
            event.election_ends_at_ms, number, end_election, event.broker, event.queue, number
        )


def leader_elected(world: "World", event: LeaderElected, number: int) -> None:
    queue = world.mq.rabbitmq.brokers[event.broker].queues[event.queue]
    queue.leader = event.node
    queue.term = event.term
    queue.election = -1
    queue.members[event.node].in_sync = True


def majority_lost(world: "World", event: MajorityLost, number: int) -> None:
    queue = world.mq.rabbitmq.brokers[event.broker].queues[event.queue]
    queue.majority = False
    if not event.leader:
        _leaderless(queue)


def majority_restored(world: "World", event: MajorityRestored, number: int) -> None:
    queue = world.mq.rabbitmq.brokers[event.broker].queues[event.queue]
    queue.majority = True
    _elect(world, event, queue, number)


def catching_up(world: "World", event: CatchingUp, number: int) -> None:
    queue = world.mq.rabbitmq.brokers[event.broker].queues[event.queue]
    queue.members[event.node].catching_up = number
    world.set_alarm(
        event.until_ms, number, end_catching_up, event.broker, event.queue, event.node, number
    )


def follower_caught_up(world: "World", event: FollowerCaughtUp, number: int) -> None:
    member = world.mq.rabbitmq.brokers[event.broker].queues[event.queue].members[event.node]
    member.in_sync = True
    member.catching_up = -1


def memory_alarm(
    world: "World", event: MemoryAlarmRaised | MemoryAlarmCleared, number: int
) -> None:
    node = world.mq.rabbitmq.brokers[event.broker].nodes[event.node]
    node.memory_alarm = type(event) is MemoryAlarmRaised


def reboot_finished(world: "World", event: RebootFinished, number: int) -> None:
    world.mq.rabbitmq.brokers[event.broker].reboot = -1


def times_changed(world: "World", event: ClusterTimesChanged, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    broker.election_ms = event.election_ms
    broker.catch_up_ms = event.catch_up_ms
    broker.node_restart_ms = event.node_restart_ms
    broker.hold_max_ms = event.hold_max_ms


APPLY: Apply = {
    Connected: connected,
    ConnectionLost: connection_lost,
    ConnectionRefused: connection_refused,
    ClientStarted: client_started,
    ClientStopped: client_stopped,
    SubscriptionKept: subscription_kept,
    NodeLost: node_lost,
    NodeReturned: node_returned,
    NodeIsolated: node_isolated,
    NodeRejoined: node_rejoined,
    LeaderLost: leader_lost,
    LeaderElected: leader_elected,
    MajorityLost: majority_lost,
    MajorityRestored: majority_restored,
    CatchingUp: catching_up,
    FollowerCaughtUp: follower_caught_up,
    MemoryAlarmRaised: memory_alarm,
    MemoryAlarmCleared: memory_alarm,
    RebootFinished: reboot_finished,
    ClusterTimesChanged: times_changed,
}
