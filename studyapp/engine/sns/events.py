"""What can happen in SNS. `topic` is a topic's name, `subscription` the id at the end of its ARN.

`replay` is 0, or the number of the ReplayStarted that a delivery belongs to. `lane` is the message group
whose order a delivery keeps: on FIFO topics; elsewhere it is "".
"""

from typing import NamedTuple

from studyapp.engine.calls import Pairs


class TopicCreated(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    topic: str
    attributes: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]


class TopicAttributeSet(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    topic: str
    name: str
    value: str


class TopicDeleted(NamedTuple):
    """A topic is gone, and its subscriptions with it."""

    at_ms: int
    cause: int
    reason: str
    topic: str


class SubscriptionCreated(NamedTuple):
    """An endpoint subscribed. `pending`: it gets nothing before somebody confirms with `token`, which is
    possible until `expires_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    attributes: tuple[tuple[str, str], ...]
    pending: bool
    token: str
    expires_at_ms: int


class ConfirmationRequested(NamedTuple):
    """SNS asks the endpoint of a pending subscription whether it wants messages."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    token: str


class SubscriptionConfirmed(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    authenticate_on_unsubscribe: bool


class SubscriptionAttributeSet(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    name: str
    value: str


class SubscriptionDeleted(NamedTuple):
    """reason: 'unsubscribed' or 'not-confirmed-in-time'."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str


class Published(NamedTuple):
    """SNS took a message; deliveries begin at `deliver_at_ms`. `attributes` are as they were given:
    (("city", (("DataType", "String"), ("StringValue", "busan"))), ...).

    A message straight to a phone or a platform endpoint has no topic, but `protocol` and `endpoint`.
    `sequence_number` is "" on standard topics.
    """

    at_ms: int
    cause: int
    reason: str
    topic: str
    by: str
    message_id: str
    body: str
    subject: str | None
    message_structure: str
    attributes: Pairs
    message_group_id: str | None
    deduplication_id: str | None
    sequence_number: str
    size_bytes: int
    deliver_at_ms: int
    protocol: str
    endpoint: str


class PublishDeduplicated(NamedTuple):
    """A FIFO topic took a message and will not deliver it: `message_id` was published with the same
    deduplication id less than five minutes ago."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    by: str
    message_id: str
    message_group_id: str
    deduplication_id: str
    sequence_number: str


class FilteredOut(NamedTuple):
    """A subscription's filter policy stopped a message. `missing` is the key that did not match; reason:
    'filter-policy-mismatch', 'no-message-attributes' or 'body-not-json'."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    message_id: str
    missing: str
    replay: int


class DeliveryHeld(NamedTuple):
    """An earlier message of the group has not arrived yet: this one waits behind it."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    message_id: str
    lane: str
    replay: int


class Delivered(NamedTuple):
    """An endpoint took a message at the `attempt`-th attempt: it comes right after MessageSent,
    EndpointReceived or what a delivery stream records."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    message_id: str
    lane: str
    replay: int
    attempt: int


class DeliveryFailed(NamedTuple):
    """An attempt failed, `reason` says why. The next one comes at `retry_at_ms` in the phase `retry_phase`;
    -1 and "" mean that there is none, and what becomes of the message follows."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    message_id: str
    lane: str
    replay: int
    attempt: int
    retry_at_ms: int
    retry_phase: str


class DeliveryDeadLettered(NamedTuple):
    """The subscription's dead-letter queue took a message that could not be delivered."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    message_id: str
    lane: str
    replay: int
    attempt: int
    dead_letter_queue: str


class DeliveryDropped(NamedTuple):
    """A message is lost for this subscription. `reason`: 'no-dead-letter-queue', why the dead-letter queue
    did not take it, or 'subscription-gone'."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    protocol: str
    endpoint: str
    message_id: str
    lane: str
    replay: int
    attempt: int


class ReplayStarted(NamedTuple):
    """A subscription will get again what a FIFO topic archived from `from_ms` to `until_ms` (-1: to the
    newest, and then what is published)."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    from_ms: int
    until_ms: int


class MessageReplayed(NamedTuple):
    """The replay came to this message; its delivery follows."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    message_id: str
    replay: int


class ReplayEnded(NamedTuple):
    """reason: 'replay-completed', 'replay-completed-paused' (it had an ending point: nothing more is
    delivered to this subscription) or 'archive-gone'."""

    at_ms: int
    cause: int
    reason: str
    topic: str
    subscription: str
    replay: int


class EndpointAdded(NamedTuple):
    """Somewhere in the world messages can arrive: a function, a web server, a mailbox, a phone."""

    at_ms: int
    cause: int
    reason: str
    endpoint: str
    protocol: str
    confirms: bool


class EndpointRemoved(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    endpoint: str
    protocol: str


class EndpointWentDown(NamedTuple):
    """Deliveries to an endpoint fail from now on. `http_status` is what it answers, 0 if nothing."""

    at_ms: int
    cause: int
    reason: str
    endpoint: str
    protocol: str
    http_status: int


class EndpointCameUp(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    endpoint: str
    protocol: str


class EndpointReceived(NamedTuple):
    """Something arrived at an endpoint, whose name is `by`: an actor of that name hears it.

    `kind` is Notification or SubscriptionConfirmation.
    """

    at_ms: int
    cause: int
    reason: str
    by: str
    protocol: str
    kind: str
    topic: str
    subscription: str
    message_id: str
    subject: str | None
    body: str
