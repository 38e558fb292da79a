"""What both engines of Amazon MQ have in common: brokers, zones, connections, deliveries.

`broker` is a broker's name and `by` the client's. `node` is the server: an instance of ActiveMQ ("1", "2") or a
node of RabbitMQ. `delivery_tag` names one delivery to one consumer. `consumer_tag` names the consumer.
"""

from typing import NamedTuple

# Brokers and zones


class BrokerCreated(NamedTuple):
    """A broker runs. `servers` are its instances or nodes with their zones, the first of an active/standby pair
    active."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    engine_type: str
    deployment_mode: str
    servers: tuple[tuple[str, str], ...]
    storage_type: str


class BrokerDeleted(NamedTuple):
    """A broker is gone with everything it held; ConnectionLost of its clients comes before."""

    at_ms: int
    cause: int
    reason: str
    broker: str


class ZoneLost(NamedTuple):
    """An Availability Zone is down with everything that runs in it."""

    at_ms: int
    cause: int
    reason: str
    zone: str


class ZoneRestored(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    zone: str


# Connections


class Connected(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    node: str


class ConnectionRefused(NamedTuple):
    """Nothing answers at the endpoints that the client tried. `node` is the last one tried, "" for an endpoint that
    stands for all of them. `retry_at_ms` is when the client tries again by itself, -1 if it does not."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    node: str
    retry_at_ms: int


class ConnectionLost(NamedTuple):
    """A client's connection has ended, or the client has noticed that it did. The reason says which and why."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    node: str


# Deliveries


class MessageDispatched(NamedTuple):
    """The broker pushed a message to a consumer. `destination` is the queue or topic it comes from."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    message_id: str
    delivery_tag: int
    consumer_tag: str
    redelivered: bool
    body: str


class MessageAcknowledged(NamedTuple):
    """The broker knows that the consumer is done with the message and has forgotten it."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    message_id: str
    delivery_tag: int


class MessageRedelivered(NamedTuple):
    """The client library hands a message that was rolled back to its consumer again, without the broker.
    `delivery` counts from 1."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    message_id: str
    delivery_tag: int
    consumer_tag: str
    delivery: int
    body: str
