"""Exchanges, queues and bindings: the actions that make and remove them (RMQ-X01, X02, X05, X13, X14)."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Actions, Pairs, action
from studyapp.engine.limits.rabbitmq import NAME_MAX_BYTES
from studyapp.engine.mq.rabbitmq.cluster import Broker, has_majority, together
from studyapp.engine.mq.rabbitmq.connecting import connection_of
from studyapp.engine.mq.rabbitmq.events import (
    ExchangeDeclared,
    QueueBound,
    QueueDeclared,
    QueueEmptied,
    QueueUnbound,
)
from studyapp.engine.mq.rabbitmq.finding import broker_named, check_works, queue_named
from studyapp.engine.mq.rabbitmq.queue import QUEUE_TYPES, QUORUM, Queue
from studyapp.engine.mq.rabbitmq.queue_arguments import check_queue_arguments
from studyapp.engine.mq.rabbitmq.removal import remove_queue
from studyapp.engine.mq.rabbitmq.routing import (
    EXCHANGE_TYPES,
    HEADER_MATCHES,
    HEADERS,
    Exchange,
    binding_key,
)
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def check_short(parameter: str, value: str, low: int = 0) -> None:
    """AMQP keeps names and keys in short strings.

    Raises:
        Refused: name-not-short.
    """
    if not low <= len(value.encode()) <= NAME_MAX_BYTES:
        raise Refused("name-not-short", parameter=parameter, low=low, high=NAME_MAX_BYTES)


def _check_new_name(parameter: str, name: str) -> None:
    check_short(parameter, name, 1)
    if name.startswith("amq."):
        raise Refused("name-reserved", name=name)


def _check_majority(broker: Broker) -> None:
    """What is declared must be agreed on by a majority of the nodes (RMQ-X04)."""
    if not has_majority(broker):
        raise Refused("rabbit-cluster-minority", broker=broker.name)


def _exchange_named(broker: Broker, name: str) -> Exchange:
    if name == "":
        raise Refused("name-reserved", name="")
    exchange = broker.exchanges.get(name)
    if exchange is None:
        raise Refused("exchange-not-found", exchange=name[:80])
    return exchange


def exchange_declare(
    world: "World",
    by: str,
    *,
    broker: str,
    exchange: str,
    exchange_type: str = "direct",
    durable: bool = True,
) -> None:
    """exchange.declare. Declaring again with the same properties changes nothing.

    Raises:
        Refused: rabbit-broker-not-found, name-not-short, name-reserved, unknown-exchange-type,
            declared-otherwise, rabbit-cluster-minority.
    """
    target = broker_named(world, broker)
    if exchange_type not in EXCHANGE_TYPES:
        known = ", ".join(EXCHANGE_TYPES)
        raise Refused("unknown-exchange-type", exchange_type=exchange_type[:80], known=known)
    before = target.exchanges.get(exchange)
    if before is not None:
        if before.exchange_type != exchange_type:
            raise Refused("declared-otherwise", argument="type", name=exchange)
        if before.durable is not durable:
            raise Refused("declared-otherwise", argument="durable", name=exchange)
        return
    _check_new_name("exchange", exchange)
    _check_majority(target)
    world.record(
        ExchangeDeclared(
            world.now_ms, world.cause, "", target.name, by, exchange, exchange_type, durable
        )
    )


def queue_declare(
    world: "World",
    by: str,
    *,
    broker: str,
    queue: str,
    queue_type: str | None = None,
    durable: bool = True,
    exclusive: bool = False,
    arguments: Pairs | None = None,
) -> str:
    """queue.declare. Returns the queue's name. Declaring again with the same properties changes nothing.

    `queue_type` (or the argument x-queue-type) is "quorum", the default on 4.x brokers, or "classic". A queue is
    led by, or lives on, the node that its client is connected to; without a connection by the nodes in turn.
    An `exclusive` queue is classic, serves one connection, opened now if there is none, and goes with it.
    Arguments: x-delivery-limit, x-message-ttl (ms), x-max-length, x-overflow, x-dead-letter-exchange,
    x-dead-letter-routing-key.

    Raises:
        Refused: rabbit-broker-not-found, name-not-short, name-reserved, argument-not-valid, streams-not-supported,
            declared-otherwise, rabbit-cluster-minority.
    """
    target = broker_named(world, broker)
    given = dict(arguments or ())
    named_type = given.pop("x-queue-type", None)
    kind = queue_type if queue_type is not None else named_type or QUORUM
    if kind == "stream":
        raise Refused("streams-not-supported")
    if kind not in QUEUE_TYPES or named_type not in (None, kind):
        raise Refused(
            "argument-not-valid", argument="x-queue-type", expected=" or ".join(QUEUE_TYPES)
        )
    if kind == QUORUM and not durable:
        raise Refused("argument-not-valid", argument="durable", expected="true for a quorum queue")
    if kind == QUORUM and exclusive:
        raise Refused(
            "argument-not-valid", argument="exclusive", expected="false for a quorum queue"
        )
    check_queue_arguments(str(kind), given)
    before = target.queues.get(queue)
    frozen = tuple(given.items())
    if before is not None:
        queue_named(target, queue, by)
        if (before.owner == by) is not exclusive:
            raise Refused("declared-otherwise", argument="exclusive", name=queue)
        _check_same(before, str(kind), durable, frozen)
        return queue
    _check_new_name("queue", queue)
    _check_majority(target)
    able = [node.name for node in together(target)]
    connection = connection_of(world, target, by) if exclusive else target.connections.get(by)
    node = able[len(target.queues) % len(able)]
    if connection is not None and connection.node in able:
        node = connection.node
    members = tuple(target.nodes) if kind == QUORUM else ()
    world.record(
        QueueDeclared(
            world.now_ms,
            world.cause,
            "",
            target.name,
            by,
            queue,
            str(kind),
            durable,
            node,
            members,
            frozen,
            by if exclusive else "",
        )
    )
    return queue


def _check_same(queue: Queue, kind: str, durable: bool, arguments: Pairs) -> None:
    wrong = ""
    if queue.queue_type != kind:
        wrong = "x-queue-type"
    elif queue.durable is not durable:
        wrong = "durable"
    else:
        before, now = dict(queue.arguments), dict(arguments)
        for name in (*before, *now):
            if before.get(name) != now.get(name):
                wrong = name
    if wrong:
        raise Refused("declared-otherwise", argument=wrong, name=queue.name)


def _binding(
    world: "World",
    by: str,
    broker: str,
    queue: str,
    exchange: str,
    routing_key: str,
    arguments: Pairs | None,
) -> tuple[Broker, Exchange, Pairs]:
    target = broker_named(world, broker)
    source = _exchange_named(target, exchange)
    queue_named(target, queue, by)
    check_short("routing_key", routing_key)
    given = arguments or ()
    if source.exchange_type == HEADERS:
        mode = dict(given).get("x-match", "all")
        if mode not in HEADER_MATCHES:
            expected = " or ".join(HEADER_MATCHES)
            raise Refused("argument-not-valid", argument="x-match", expected=expected)
    _check_majority(target)
    return target, source, given


def _bindings(exchange: Exchange, routing_key: str, queue: str) -> list[Pairs]:
    return exchange.routes.get(binding_key(exchange, routing_key), {}).get(queue, [])


def queue_bind(
    world: "World",
    by: str,
    *,
    broker: str,
    queue: str,
    exchange: str,
    routing_key: str = "",
    arguments: Pairs | None = None,
) -> None:
    """queue.bind. The same binding again changes nothing.

    Raises:
        Refused: rabbit-broker-not-found, amqp-queue-not-found, amqp-queue-locked, exchange-not-found,
            name-reserved, name-not-short, argument-not-valid (x-match of a headers exchange), rabbit-cluster-minority.
    """
    target, source, given = _binding(world, by, broker, queue, exchange, routing_key, arguments)
    if given not in _bindings(source, routing_key, queue):
        world.record(
            QueueBound(
                world.now_ms, world.cause, "", broker, by, queue, exchange, routing_key, given
            )
        )


def queue_unbind(
    world: "World",
    by: str,
    *,
    broker: str,
    queue: str,
    exchange: str,
    routing_key: str = "",
    arguments: Pairs | None = None,
) -> None:
    """queue.unbind.

    Raises:
        Refused: as QueueBind; binding-not-found.
    """
    target, source, given = _binding(world, by, broker, queue, exchange, routing_key, arguments)
    if given not in _bindings(source, routing_key, queue):
        raise Refused("binding-not-found", routing_key=routing_key, exchange=exchange, queue=queue)
    world.record(
        QueueUnbound(world.now_ms, world.cause, "", broker, by, queue, exchange, routing_key, given)
    )


def _working_queue(world: "World", by: str, broker: str, queue: str) -> tuple[Broker, Queue]:
    target = broker_named(world, broker)
    found = queue_named(target, queue, by)
    check_works(target, found)
    return target, found


def queue_purge(world: "World", by: str, *, broker: str, queue: str) -> int:
    """queue.purge: forget the messages that wait. Returns how many.

    Raises:
        Refused: rabbit-broker-not-found, amqp-queue-not-found, amqp-queue-locked,
            amqp-queue-has-no-leader, amqp-queue-home-down.
    """
    target, found = _working_queue(world, by, broker, queue)
    count = len(found.ready)
    world.record(QueueEmptied(world.now_ms, world.cause, "purged", target.name, by, queue, count))
    return count


def queue_delete(world: "World", by: str, *, broker: str, queue: str) -> int:
    """queue.delete, with its messages and bindings. Returns how many messages waited.

    Raises:
        Refused: as QueuePurge; rabbit-cluster-minority.
    """
    target, found = _working_queue(world, by, broker, queue)
    _check_majority(target)
    count = len(found.ready)
    remove_queue(world, target, found, "deleted", world.cause)
    return count


ACTIONS: Actions = {
    "amqp.ExchangeDeclare": action(exchange_declare),
    "amqp.QueueDeclare": action(queue_declare),
    "amqp.QueueBind": action(queue_bind),
    "amqp.QueueUnbind": action(queue_unbind),
    "amqp.QueuePurge": action(queue_purge),
    "amqp.QueueDelete": action(queue_delete),
}
