"""Which queues get a message, and which of them can take it now."""

from studyapp.engine.calls import Pairs
from studyapp.engine.mq.rabbitmq.cluster import Broker, reaches, works
from studyapp.engine.mq.rabbitmq.queue import CLASSIC, REJECT_PUBLISH, Queue
from studyapp.engine.mq.rabbitmq.routing import DEFAULT_EXCHANGE, routed


def targets(broker: Broker, exchange: str, routing_key: str, headers: Pairs) -> tuple[str, ...]:
    """The queues that an exchange gives a message to."""
    if exchange == DEFAULT_EXCHANGE:
        return (routing_key,) if routing_key in broker.queues else ()
    known = broker.exchanges.get(exchange)
    return routed(known, routing_key, headers) if known is not None else ()


def classify(
    broker: Broker, queues: tuple[str, ...], node: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]:
    """Which queues take a message from this node now, which once they have a leader, which not, and why not.

    `node` "" is a queue that gives a message up, wherever it is led.
    """
    stored, held, lost, why = [], [], [], ""
    for name in queues:
        queue = broker.queues[name]
        if _is_full(queue):
            lost.append(name)
            why = "queue-full"
        elif works(broker, queue) and (not node or reaches(broker, queue, node)):
            stored.append(name)
        elif queue.queue_type == CLASSIC:
            lost.append(name)
            why = why or "queue-home-down"
        else:
            held.append(name)
    return tuple(stored), tuple(held), tuple(lost), why


def _is_full(queue: Queue) -> bool:
    return (
        queue.overflow == REJECT_PUBLISH
        and queue.length_max >= 0
        and len(queue.ready) >= queue.length_max
    )
