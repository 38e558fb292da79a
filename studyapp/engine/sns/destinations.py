"""Handing a message to an endpoint, and why an endpoint does not take it.

Server-side faults are retried; client-side ones (the endpoint is gone, nobody may write to it) never are
(SNS-X13).
"""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.limits import sns as limits
from studyapp.engine.names import topic_arn
from studyapp.engine.sns import envelope
from studyapp.engine.sns.events import EndpointReceived
from studyapp.engine.sns.topic import Publication, Subscription
from studyapp.engine.sqs.commands import accept
from studyapp.engine.sqs.policy import may_write
from studyapp.engine.sqs.queue import Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World

SERVICE = "sns.amazonaws.com"
_RAW_MAX = limits.RAW_ATTRIBUTES_MAX
PEOPLE = frozenset({"email", "email-json", "sms", "application"})
HTTP = frozenset({"http", "https"})
MAILBOXES = ("lambda", "http", "https", "email", "email-json", "sms", "application")
# A mail server or a phone network takes what is sent to it, whether or not anybody in the world reads it.
_ALWAYS_THERE = frozenset({"email", "email-json", "sms"})
_MISSING = {
    "lambda": "function-not-found",
    "application": "platform-endpoint-not-found",
    "http": "endpoint-unreachable",
    "https": "endpoint-unreachable",
}


class Fault(NamedTuple):
    """Why an attempt failed, and whether SNS tries again."""

    reason: str
    is_retried: bool


def key(protocol: str, address: str) -> str:
    """Under which an outage is kept."""
    return f"{protocol} {address}"


def fault(world: "World", publication: Publication, subscription: Subscription) -> Fault | None:
    """Why the endpoint would not take this message now; None if it would."""
    protocol, address = subscription.protocol, subscription.address
    state = world.sns
    if state.outages:
        status = state.outages.get(f"{protocol} {address}")
        if status is not None:
            return Fault("endpoint-down", status in (0, 429) or status >= 500)
    if protocol == "sqs":
        reason = queue_fault(world, address, subscription.topic)
        if reason:
            return Fault(reason, False)
        if subscription.raw and len(envelope.attribute_values(publication)) > _RAW_MAX:
            return Fault("raw-attributes-too-many", False)
        return None
    if protocol == "firehose":
        if address not in world.firehose.delivery_streams:
            return Fault("delivery-stream-not-found", False)
        return None
    mailbox = state.endpoints.get(address)
    if mailbox is not None and mailbox.protocol == protocol or protocol in _ALWAYS_THERE:
        return None
    return Fault(_MISSING[protocol], protocol in HTTP)


def queue_fault(world: "World", queue: str, topic: str) -> str:
    """Why a topic cannot write into a queue, as a reason; "" if it can (SNS-37)."""
    target = world.sqs.queues.get(queue)
    if target is None:
        return "queue-not-found"
    return "" if may_write(target, SERVICE, topic_arn(topic)) else "queue-policy-denies"


def hand_over(
    world: "World", publication: Publication, subscription: Subscription, replay: int
) -> None:
    """Give the message to the endpoint, because of `world.cause`.

    Raises:
        Refused: what a queue or delivery stream would refuse a message of its own for.
    """
    protocol = subscription.protocol
    if protocol == "sqs":
        queue = world.sqs.queues[subscription.address]
        into_queue(world, queue, publication, subscription, replay, "topic-delivery")
    elif protocol == "firehose":
        # Firehose writes into S3, and S3 tells topics: one of the three has to import late.
        from studyapp.engine.firehose.commands import accept as into_stream

        text = _text(world, publication, subscription, replay)
        into_stream(world, subscription.address, text, cause=world.cause, reason="topic-delivery")
    elif subscription.address in world.sns.endpoints:
        subject = publication.subject if protocol.startswith("email") else None
        world.record(
            EndpointReceived(
                world.now_ms,
                world.cause,
                "",
                subscription.address,
                protocol,
                "Notification",
                subscription.topic,
                subscription.subscription,
                publication.message_id,
                subject,
                _text(world, publication, subscription, replay),
            )
        )


def into_queue(
    world: "World",
    queue: Queue,
    publication: Publication,
    subscription: Subscription,
    replay: int,
    reason: str,
    extra: tuple[tuple[str, str, str], ...] = (),
) -> None:
    """Put a message into a queue of SQS, for a subscription or as its dead letter.

    A FIFO queue gets group and deduplication id. A standard queue gets the group of a standard topic, for
    fair queues, and none of a FIFO topic (SNS-X07, SNS-X35).
    """
    attributes = extra
    if subscription.protocol == "sqs" and subscription.raw:
        values = envelope.attribute_values(publication)
        attributes = (*values[: _RAW_MAX - len(extra)], *extra)
    is_fifo = queue.name.endswith(".fifo")
    group = deduplication_id = None
    if is_fifo:
        group, deduplication_id = publication.message_group_id, publication.deduplication_id
    elif not publication.sequence_number and subscription.protocol == "sqs":
        group = publication.message_group_id
    accept(
        world,
        queue,
        _text(world, publication, subscription, replay),
        attributes,
        group=group,
        deduplication_id=deduplication_id,
        reason=reason,
        sent_by=SERVICE,
    )


def _text(world: "World", publication: Publication, subscription: Subscription, replay: int) -> str:
    protocol = subscription.protocol
    if subscription.raw or protocol in ("email", "sms", "application"):
        return envelope.raw(publication, subscription)
    topic = world.sns.topics.get(subscription.topic)
    version = topic.attributes.get("SignatureVersion", "1") if topic is not None else "1"
    if protocol == "lambda":
        return envelope.invocation(publication, subscription, version)
    return envelope.notification(publication, subscription, replay, version)
