"""What FIFO queues add to sending and receiving: deduplication, throughput, repeated receives."""

from hashlib import sha256
from typing import TYPE_CHECKING

from studyapp.engine.limits.sqs import (
    DEDUPLICATION_INTERVAL_SECONDS,
    FIFO_CALLS_PER_SECOND,
    FIFO_GROUP_CALLS_PER_SECOND,
    FIFO_HIGH_THROUGHPUT_CALLS_PER_SECOND,
    RECEIVE_ATTEMPT_VALID_SECONDS,
)
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import MessagesReceived
from studyapp.engine.sqs.message import IN_FLIGHT
from studyapp.engine.sqs.queue import Fifo, Queue, Rate

if TYPE_CHECKING:
    from studyapp.engine.world import World

_DEDUPLICATION_MS = DEDUPLICATION_INTERVAL_SECONDS * 1000
_ATTEMPT_MS = RECEIVE_ATTEMPT_VALID_SECONDS * 1000


# Deduplication (SQS-57, SQS-X13)


def deduplication_id(fifo: Fifo, given: str | None, body: str) -> str:
    """The id by which a message is told: the one given, else the SHA-256 of the body if the queue is set so.

    Raises:
        Refused: deduplication-id-missing.
    """
    if given is not None:
        return given
    if not fifo.content_based:
        raise Refused("deduplication-id-missing")
    return sha256(body.encode()).hexdigest()


def _key(fifo: Fifo, group: str, identity: str) -> str:
    # Neither can hold a space.
    return f"{group} {identity}" if fifo.dedup_per_group else identity


def first_of(world: "World", fifo: Fifo, group: str, identity: str) -> int | None:
    """The entry that stored this message within the last five minutes; None if it is new."""
    number = fifo.remembered.get(_key(fifo, group, identity))
    if number is None or world.now_ms - world.log[number].at_ms >= _DEDUPLICATION_MS:
        return None
    return number


def remember(fifo: Fifo, at_ms: int, group: str, identity: str, number: int) -> None:
    """A message was stored. For applies."""
    memories = fifo.memories
    while memories and at_ms - memories[0][0] >= _DEDUPLICATION_MS:
        fifo.remembered.pop(memories.popleft()[1], None)
    key = _key(fifo, group, identity)
    fifo.remembered[key] = number
    memories.append((at_ms, key))


# Throughput (SQS-54)


def check_rate(world: "World", fifo: Fifo, rate: Rate) -> None:
    """Whether one more call of this action fits into this second.

    Raises:
        Refused: fifo-throughput-exceeded.
    """
    if rate.second == world.now_ms // 1000 and rate.cause != world.cause:
        limit = (
            FIFO_HIGH_THROUGHPUT_CALLS_PER_SECOND if fifo.high_throughput else FIFO_CALLS_PER_SECOND
        )
        if rate.calls >= limit:
            raise Refused("fifo-throughput-exceeded", calls_per_second=limit)


def check_group_rate(world: "World", fifo: Fifo, group: str) -> None:
    """Whether the group takes one more call in this second: high throughput comes from many groups.

    Raises:
        Refused: fifo-throughput-exceeded.
    """
    if fifo.high_throughput and fifo.group_second == world.now_ms // 1000:
        rate = fifo.group_sends.get(group)
        if (
            rate is not None
            and rate.calls >= FIFO_GROUP_CALLS_PER_SECOND
            and rate.cause != world.cause
        ):
            raise Refused(
                "fifo-throughput-exceeded",
                calls_per_second=FIFO_GROUP_CALLS_PER_SECOND,
                group=group,
            )


def count_call(rate: Rate, at_ms: int, cause: int) -> None:
    """A call happened; what a batch does has one cause and counts once. For applies."""
    second = at_ms // 1000
    if rate.second != second:
        rate.second, rate.calls, rate.cause = second, 1, cause
    elif rate.cause != cause:
        rate.calls += 1
        rate.cause = cause


def count_send(fifo: Fifo, at_ms: int, cause: int, group: str) -> None:
    """A message was sent. For applies."""
    count_call(fifo.sends, at_ms, cause)
    if fifo.high_throughput:
        second = at_ms // 1000
        if fifo.group_second != second:
            fifo.group_second = second
            fifo.group_sends = {}
        rate = fifo.group_sends.get(group)
        if rate is None:
            rate = fifo.group_sends[group] = Rate()
        count_call(rate, at_ms, cause)


# ReceiveRequestAttemptId (SQS-X14)


def same_attempt(
    world: "World", queue: Queue, fifo: Fifo, attempt_id: str
) -> MessagesReceived | None:
    """The answer that this attempt got before, if it is no older than five minutes and its messages are as
    they were: in flight by that receipt, neither deleted nor changed."""
    number = fifo.attempts.get(attempt_id)
    if number is None:
        return None
    before = world.log[number]
    if not isinstance(before, MessagesReceived) or world.now_ms - before.at_ms >= _ATTEMPT_MS:
        return None
    for message_id, receipt_handle, _, hidden_until_ms, _ in before.receipts:
        message = queue.messages.get(message_id)
        if (
            message is None
            or message.state != IN_FLIGHT
            or message.receipt_handle != receipt_handle
            or message.hidden_until_ms != hidden_until_ms
        ):
            return None
    return before


def remember_attempt(fifo: Fifo, at_ms: int, attempt_id: str, number: int) -> None:
    """An attempt was answered with messages. For applies."""
    ages = fifo.attempt_ages
    while ages and at_ms - ages[0][0] >= _ATTEMPT_MS:
        _, known, old = ages.popleft()
        if fifo.attempts.get(known) == old:
            del fifo.attempts[known]
    fifo.attempts[attempt_id] = number
    ages.append((at_ms, attempt_id, number))
