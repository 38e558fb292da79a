"""What can happen in ActiveMQ and nowhere else. `broker`, `instance` are names; `by` is the client.

What both engines of Amazon MQ have in common stands in `mq/events.py`. A line is where copies of messages wait:
that of a queue is "queue:" and its name, that of a durable subscription "subscription-" and a number, that of a
topic's consumer without one is the consumer's tag.
"""

from typing import NamedTuple

# Instances and the lock of the store


class InstanceStopped(NamedTuple):
    """An instance does not run any more. `hard`: it said goodbye to nobody, so that its clients notice later and
    its lock stays for a while. `serving`: it was the active one. `back_at_ms` is when it starts again by itself, -1
    if it does not."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str
    zone: str
    hard: bool
    serving: bool
    back_at_ms: int


class InstanceStarted(NamedTuple):
    """An instance runs and wants the lock; until it has it, it stands by."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str
    zone: str


class InstanceCut(NamedTuple):
    """An instance runs but reaches neither clients nor the store, until `heals_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str
    heals_at_ms: int


class InstanceHealed(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str


class LockReleased(NamedTuple):
    """The store is free: the holder gave the lock up ("clean-stop"), or the file system took it back."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str


class LockAttempted(NamedTuple):
    """An instance wanted the lock and `holder` still has it; it tries again at `next_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str
    holder: str
    next_at_ms: int


class LockAcquired(NamedTuple):
    """An instance holds the store alone and reads the journal until `recovered_at_ms`."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str
    recovered_at_ms: int


class JournalRecovered(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str


class ConnectorsOpened(NamedTuple):
    """The instance is active: its endpoint answers clients from now on, and no other one does."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str
    endpoint: str


class BrokerRebooting(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str


class BrokerRebooted(NamedTuple):
    """The instance that was stopped is back, and the broker RUNNING."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    instance: str


class FailoverTimesChanged(NamedTuple):
    """How long each stage takes from its next beginning on."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    lock_lapse_ms: int
    lock_attempt_ms: int
    inactivity_ms: int
    planned_ms: int
    recovery_ms: int
    replacement_ms: int
    confirm_ms: int


class CapacityChanged(NamedTuple):
    """How many messages the broker takes per second; 0 is as many as come."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    messages_per_second: int


# Clients


class ConnectionWanted(NamedTuple):
    """A client wants a connection from now on. With `failover` it knows every endpoint and tries for ever; without, it
    knows the one of the instance `endpoint`, and tries again every `retry_ms`, 0 for never."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    failover: bool
    endpoint: str
    retry_ms: int


# Sending


class MessageAccepted(NamedTuple):
    """The broker has a message, in each of `lines`; with none, a topic had no subscriber. `expires_at_ms` is -1 for
    never. `sent_as` is the id under which the client sent it: another one than `message_id` where a client sent a
    message again, because it does not know that the broker had it. The sender waits for a confirmation until
    `confirm_at_ms`, -1 if for none."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    destination_type: str
    message_id: str
    sent_as: str
    body: str
    size_bytes: int
    persistent: bool
    expires_at_ms: int
    lines: tuple[str, ...]
    confirm_at_ms: int


class SendPending(NamedTuple):
    """A client sent a message, and the broker does not have it yet. The reason: "broker-busy" (until `due_at_ms`),
    "connection-silent" (nobody answers), "reconnecting" (the failover transport holds the call)."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    destination_type: str
    message_id: str
    body: str
    size_bytes: int
    persistent: bool
    time_to_live_ms: int
    due_at_ms: int


class SendConfirmed(NamedTuple):
    """The sender knows that the broker has the message in its store. `waited_ms` is how long it waited for that."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    waited_ms: int


class SendFailed(NamedTuple):
    """The client gave a message up. `maybe_stored`: the broker has it perhaps; the client cannot know. `told`: the
    program got an error; nobody tells it of a non-persistent message that was lost on the way. `body`
    where no event before this one has it."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    maybe_stored: bool
    told: bool
    body: str = ""


# Consuming


class ConsumerSubscribed(NamedTuple):
    """A client consumes a queue or topic. `subscription` names a durable one, else "". `line` is where its messages
    wait. The reason is "restored" where the failover transport does it again by itself."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    consumer_tag: str
    destination: str
    destination_type: str
    subscription: str
    acknowledgement: str
    prefetch: int
    line: str


class DurableSubscriptionRemoved(NamedTuple):
    """A durable subscription is gone with the messages that it kept."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    subscription: str
    line: str
    message_count: int


class AnswerPending(NamedTuple):
    """A consumer answered ("acknowledge" or "reject") over a connection on which nobody listens."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    delivery_tag: int
    answer: str


class AnswerIgnored(NamedTuple):
    """A consumer answered for a message that came over a connection that is gone: the message has gone back to its
    line, and will be, or was, delivered again."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    message_id: str
    delivery_tag: int
    answer: str


class MessageRolledBack(NamedTuple):
    """A consumer failed. The client library keeps the message and hands it to the consumer again at
    `redeliver_at_ms`; `failures` counts the deliveries that failed."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    message_id: str
    delivery_tag: int
    failures: int
    redeliver_at_ms: int


class MovedToDeadLetters(NamedTuple):
    """A message left its line for the dead-letter queue. `delivery_tag` is -1 if no consumer had it."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    message_id: str
    delivery_tag: int
    line: str
    place: int
    dead_letter_queue: str


class MessageDropped(NamedTuple):
    """A message left its line for good, because what would be dead-lettered may not be."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    by: str
    destination: str
    message_id: str
    delivery_tag: int
    line: str
    place: int


class MessagesLostWithInstance(NamedTuple):
    """The active instance stopped, and these messages were in its memory only: not persistent, or for a topic's
    consumer without a durable subscription."""

    at_ms: int
    cause: int
    reason: str
    broker: str
    destination: str
    line: str
    message_ids: tuple[str, ...]
