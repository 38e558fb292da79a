"""Endpoints: where messages arrive, and their faults. These actions are the simulator's own."""

from typing import TYPE_CHECKING

from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.sns.destinations import HTTP, MAILBOXES, key
from studyapp.engine.sns.events import (
    EndpointAdded,
    EndpointCameUp,
    EndpointRemoved,
    EndpointWentDown,
)
from studyapp.engine.sns.protocols import address_of

if TYPE_CHECKING:
    from studyapp.engine.world import World

_NAME_LENGTH_MAX = 2_048


def add_endpoint(
    world: "World", by: str, *, endpoint: str, protocol: str, confirms: bool | None = None
) -> None:
    """A mailbox in which a topic's messages arrive: a function, a web server, an e-mail address, a phone.

    `endpoint` is what a subscription names: a function's name, a web address, or any other name; an actor
    of this name hears what arrives. `confirms`: it confirms subscriptions by itself; by default HTTP and
    HTTPS do, and e-mail does not.

    Raises:
        Refused: endpoint-exists, endpoint-name-invalid, endpoint-protocol-invalid.
    """
    if protocol not in MAILBOXES:
        raise Refused(
            "endpoint-protocol-invalid", protocol=protocol[:80], known=", ".join(MAILBOXES)
        )
    name = address_of(protocol, endpoint) if endpoint.startswith("arn:aws:") else endpoint
    if not name or len(name) > _NAME_LENGTH_MAX:
        raise Refused("endpoint-name-invalid")
    if name in world.sns.endpoints:
        raise Refused("endpoint-exists", endpoint=name[:80])
    does = protocol in HTTP if confirms is None else confirms
    world.record(EndpointAdded(world.now_ms, world.cause, "", name, protocol, does))


def remove_endpoint(world: "World", by: str, *, endpoint: str) -> None:
    """A mailbox is gone for good: for a function, a fault that SNS does not retry.

    Raises:
        Refused: endpoint-unknown.
    """
    mailbox = world.sns.endpoints.get(endpoint) or world.sns.endpoints.get(short(endpoint))
    if mailbox is None:
        raise Refused("endpoint-unknown", endpoint=endpoint[:80])
    world.record(EndpointRemoved(world.now_ms, world.cause, "", mailbox.name, mailbox.protocol))


def _found(world: "World", endpoint: str) -> tuple[str, str]:
    """(protocol, name) of a mailbox, or else of a queue or delivery stream."""
    name = short(endpoint)
    for each in (endpoint, name):
        mailbox = world.sns.endpoints.get(each)
        if mailbox is not None:
            return mailbox.protocol, each
    if name in world.sqs.queues:
        return "sqs", name
    if name in world.firehose.delivery_streams:
        return "firehose", name
    raise Refused("endpoint-unknown", endpoint=endpoint[:80])


def take_endpoint_down(
    world: "World", by: str, *, endpoint: str, http_status: int | None = None
) -> None:
    """Deliveries to a mailbox fail until it is brought up. The name of a queue or delivery stream means
    that SQS or Firehose answers SNS with server errors for it; everybody else reaches it as before.

    `http_status` is what a web server answers. SNS tries again after 429, 500 to 599 and no answer (None),
    and after nothing else.

    Raises:
        Refused: endpoint-unknown, endpoint-is-down, endpoint-status-invalid.
    """
    protocol, name = _found(world, endpoint)
    if http_status is not None and (protocol not in HTTP or not 300 <= http_status <= 599):
        raise Refused("endpoint-status-invalid")
    if key(protocol, name) in world.sns.outages:
        raise Refused("endpoint-is-down", endpoint=name[:80])
    world.record(EndpointWentDown(world.now_ms, world.cause, "", name, protocol, http_status or 0))


def bring_endpoint_up(world: "World", by: str, *, endpoint: str) -> None:
    """An endpoint takes messages again; SNS notices at its next attempt.

    Raises:
        Refused: endpoint-unknown, endpoint-is-up.
    """
    protocol, name = _found(world, endpoint)
    if key(protocol, name) not in world.sns.outages:
        raise Refused("endpoint-is-up", endpoint=name[:80])
    world.record(EndpointCameUp(world.now_ms, world.cause, "", name, protocol))
