"""What happens to brokers, exchanges, queues, bindings and consumers when an event is applied."""

from collections import deque
from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.limits.rabbitmq import (
    CATCH_UP_MS,
    CLUSTER_NODE_RESTART_MS,
    DELIVERY_LIMIT,
    ELECTION_MS,
    PUBLISH_HOLD_MAX_MS,
    REBOOT_MS,
)
from studyapp.engine.mq.events import BrokerCreated, BrokerDeleted
from studyapp.engine.mq.rabbitmq.cluster import Broker, Node, reaches
from studyapp.engine.mq.rabbitmq.consumers import join_line, leave_line
from studyapp.engine.mq.rabbitmq.events import (
    ConfirmsSelected,
    ConsumerCancelled,
    ConsumerStarted,
    ExchangeDeclared,
    PrefetchSet,
    QueueBound,
    QueueDeclared,
    QueueRemoved,
    QueueUnbound,
)
from studyapp.engine.mq.rabbitmq.node_events import RebootStarted
from studyapp.engine.mq.rabbitmq.queue import QUORUM, Consumer, Member, Queue
from studyapp.engine.mq.rabbitmq.queue_arguments import read_queue_arguments
from studyapp.engine.mq.rabbitmq.routing import EXCHANGES_FROM_THE_START, Exchange, binding_key

if TYPE_CHECKING:
    from studyapp.engine.world import World


def broker_created(world: "World", event: BrokerCreated, number: int) -> None:
    nodes = {name: Node(name, zone) for name, zone in event.servers}
    exchanges = {name: Exchange(name, kind) for name, kind in EXCHANGES_FROM_THE_START}
    restart_ms = REBOOT_MS if len(nodes) == 1 else CLUSTER_NODE_RESTART_MS
    world.mq.rabbitmq.brokers[event.broker] = Broker(
        event.broker, nodes, exchanges, ELECTION_MS, CATCH_UP_MS, restart_ms, PUBLISH_HOLD_MAX_MS
    )


def broker_deleted(world: "World", event: BrokerDeleted, number: int) -> None:
    del world.mq.rabbitmq.brokers[event.broker]


def reboot_started(world: "World", event: RebootStarted, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    broker.reboot = number
    broker.rebooting = deque(broker.nodes)


def exchange_declared(world: "World", event: ExchangeDeclared, number: int) -> None:
    world.mq.rabbitmq.brokers[event.broker].exchanges[event.exchange] = Exchange(
        event.exchange, event.exchange_type, event.durable
    )


def queue_declared(world: "World", event: QueueDeclared, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    is_quorum = event.queue_type == QUORUM
    members = {}
    for name in event.members:
        node = broker.nodes[name]
        members[name] = Member(name, node.running and not node.isolated)
    broker.queues[event.queue] = Queue(
        event.queue,
        event.queue_type,
        event.durable,
        "" if is_quorum else event.node,
        members,
        event.node if is_quorum else "",
        1,
        event.arguments,
        owner=event.owner,
        **read_queue_arguments(event.queue_type, DELIVERY_LIMIT, dict(event.arguments)),
    )
    if event.owner:
        broker.connections[event.owner].exclusive[event.queue] = None


def queue_bound(world: "World", event: QueueBound, number: int) -> None:
    exchange = world.mq.rabbitmq.brokers[event.broker].exchanges[event.exchange]
    queues = exchange.routes.setdefault(binding_key(exchange, event.routing_key), {})
    queues.setdefault(event.queue, []).append(event.arguments)


def queue_unbound(world: "World", event: QueueUnbound, number: int) -> None:
    exchange = world.mq.rabbitmq.brokers[event.broker].exchanges[event.exchange]
    key = binding_key(exchange, event.routing_key)
    queues = exchange.routes[key]
    queues[event.queue].remove(event.arguments)
    if not queues[event.queue]:
        del queues[event.queue]
    if not queues:
        del exchange.routes[key]


def queue_removed(world: "World", event: QueueRemoved, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    del broker.queues[event.queue]
    for exchange in broker.exchanges.values():
        for key, queues in tuple(exchange.routes.items()):
            queues.pop(event.queue, None)
            if not queues:
                del exchange.routes[key]


def confirms_selected(world: "World", event: ConfirmsSelected, number: int) -> None:
    world.mq.rabbitmq.brokers[event.broker].connections[event.by].confirms = True


def prefetch_set(world: "World", event: PrefetchSet, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    broker.connections[event.by].prefetch = event.prefetch_count


def consumer_started(world: "World", event: ConsumerStarted, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    queue, connection = broker.queues[event.queue], broker.connections[event.by]
    consumer = Consumer(
        number,
        event.consumer_tag,
        event.by,
        event.queue,
        event.prefetch_count,
        event.no_ack,
        connection.node,
    )
    consumer.able = reaches(broker, queue, connection.node)
    connection.consumers[event.consumer_tag] = consumer
    queue.consumers[event.consumer_tag] = consumer
    join_line(queue, consumer)


def consumer_cancelled(world: "World", event: ConsumerCancelled, number: int) -> None:
    broker = world.mq.rabbitmq.brokers[event.broker]
    consumer = broker.connections[event.by].consumers.pop(event.consumer_tag)
    client = broker.clients.get(event.by)
    if client is not None:
        client.subscriptions.pop(event.consumer_tag, None)
    queue = broker.queues[event.queue]
    del queue.consumers[event.consumer_tag]
    leave_line(queue, consumer)


APPLY: Apply = {
    BrokerCreated: broker_created,
    BrokerDeleted: broker_deleted,
    RebootStarted: reboot_started,
    ExchangeDeclared: exchange_declared,
    QueueDeclared: queue_declared,
    QueueBound: queue_bound,
    QueueUnbound: queue_unbound,
    QueueRemoved: queue_removed,
    ConfirmsSelected: confirms_selected,
    PrefetchSet: prefetch_set,
    ConsumerStarted: consumer_started,
    ConsumerCancelled: consumer_cancelled,
}
