"""What an engine of Amazon MQ offers to what both have in common: the actions of AWS, and clients.

`mq/activemq` and `mq/rabbitmq` each export an ENGINE. `ENGINES` finds the one that a broker runs on, so that an
actor or a script need not know it. Every function is a decision: it records events or raises Refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Endpoint(NamedTuple):
    """Where clients may connect. `live`: something answers there now."""

    name: str
    zone: str
    live: bool


class BrokerDescription(NamedTuple):
    """What DescribeBroker answers. `state` is BrokerState (MQ-X09)."""

    broker_name: str
    engine_type: str
    deployment_mode: str
    state: str
    storage_type: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine. `name` is a broker's name, `by` a client's; the broker exists and is this engine's.

    `describe(world, name)` gives a BrokerDescription; `reboot(world, name)` is called in state RUNNING only;
    `delete(world, name)` ends the connections and records BrokerDeleted.

    `connect(world, name, by, failover, endpoint, retry_ms)`: Connected or ConnectionRefused follows. With `failover`
    the client knows every endpoint and comes back by itself, for ever; without, it knows only `endpoint` ("" is the
    first), and tries again every `retry_ms`, 0 for never.
    `disconnect(world, name, by, reason)`: the client goes; nothing happens if it is not there.
    `send(world, name, by, destination, destination_type, body, persistent, expires_in_ms)` gives the id of
    the message; SendConfirmed, SendFailed or the engine's own answers follow for a connected client. Who never
    connected is served as by a connection of its own that lasts for this one message, and is refused if nothing
    answers.
    `subscribe(world, name, by, destination, destination_type, subscription, acknowledgement, prefetch)` gives the
    consumer's tag. `subscription` "" is not durable; `prefetch` -1 is the engine's default.
    `acknowledge(world, name, by, delivery_tag)`: the consumer is done with a delivery.
    `reject(world, name, by, delivery_tag)`: it failed and wants to have it again.
    `brokers(world)` is the mapping of names to this engine's brokers.
    """

    engine_type: str
    describe: Callable[..., BrokerDescription]
    reboot: Callable[..., None]
    delete: Callable[..., None]
    connect: Callable[..., None]
    disconnect: Callable[..., None]
    send: Callable[..., str]
    subscribe: Callable[..., str]
    acknowledge: Callable[..., None]
    reject: Callable[..., None]
    brokers: Callable[..., Mapping[str, Any]]
