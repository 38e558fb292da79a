"""SendMessage, and storing a message for another service."""

import re
from typing import TYPE_CHECKING

from studyapp.engine.calls import Pairs
from studyapp.engine.limits.sqs import DELAY_MAX_SECONDS, GROUP_ID_MAX_CHARACTERS
from studyapp.engine.log import new
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.contents import (
    check_body,
    read_attributes,
    read_system_attributes,
    size_of_attributes,
    size_of_text,
)
from studyapp.engine.sqs.events import Attribute, MessageSent, SendDeduplicated
from studyapp.engine.sqs.fifo import check_group_rate, check_rate, deduplication_id, first_of
from studyapp.engine.sqs.lookup import queue_named
from studyapp.engine.sqs.queue import Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World

# Letters, digits and punctuation: what ASCII can print, without the space.
PUNCTUATED = re.compile(f"[!-~]{{1,{GROUP_ID_MAX_CHARACTERS}}}")


def send_message(
    world: "World",
    by: str,
    *,
    queue: str,
    message_body: str,
    delay_seconds: int | None = None,
    message_attributes: Pairs | None = None,
    message_system_attributes: Pairs | None = None,
    message_group_id: str | None = None,
    message_deduplication_id: str | None = None,
) -> MessageSent:
    """SendMessage. Delay in seconds, 0 to 900. A message attribute is a mapping with `data_type` and
    `string_value` or `binary_value` (Base64). On a FIFO queue a duplicate answers with the first message.

    Raises:
        Refused: queue-not-found, or whatever is wrong with the message.
    """
    target = world.sqs.queues.get(queue) or queue_named(world, queue)
    if target.fifo is not None:
        check_rate(world, target.fifo, target.fifo.sends)
    return send(
        world,
        target,
        by,
        message_body,
        delay_seconds,
        message_attributes,
        message_system_attributes,
        message_group_id,
        message_deduplication_id,
    )


def send(
    world: "World",
    queue: Queue,
    by: str,
    body: str,
    delay_seconds: int | None = None,
    message_attributes: Pairs | None = None,
    message_system_attributes: Pairs | None = None,
    group: str | None = None,
    identity: str | None = None,
) -> MessageSent:
    """One message of a SendMessage or SendMessageBatch.

    Raises:
        Refused: whatever is wrong with the message.
    """
    check_body(body)
    size_bytes = size_of_text(body)
    attributes: tuple[Attribute, ...] = ()
    if message_attributes:
        attributes = read_attributes(message_attributes)
        size_bytes += size_of_attributes(attributes)
    if size_bytes > queue.message_size_max:
        raise Refused("message-too-long", max=queue.message_size_max, sent=size_bytes)
    delay_ms = queue.delay_ms
    if delay_seconds is not None:
        if not 0 <= delay_seconds <= DELAY_MAX_SECONDS:
            raise Refused("delay-out-of-range", value=delay_seconds)
        if queue.fifo is None:
            delay_ms = delay_seconds * 1000
        elif delay_seconds:
            raise Refused("delay-not-for-fifo", value=delay_seconds)
    trace_header = None
    if message_system_attributes:
        trace_header = read_system_attributes(message_system_attributes)
    if queue.fifo is not None or group is not None or identity is not None:
        identity, first = _identified(world, queue, body, by, group, identity)
        if first is not None:
            return first
    now_ms = world.now_ms
    fields = (
        now_ms,
        world.cause,
        "",
        queue.name,
        f"m{len(world.log)}",
        body,
        size_bytes,
        now_ms + delay_ms,
        by,
        attributes,
        group,
        identity,
        trace_header,
    )
    event = new(MessageSent, fields)
    world.record(event)
    return event


def accept(
    world: "World",
    queue: Queue,
    message_body: str,
    attributes: tuple[Attribute, ...] = (),
    *,
    group: str | None = None,
    deduplication_id: str | None = None,
    reason: str = "",
    sent_by: str = "",
) -> MessageSent:
    """Store a message for another service, without a call of its own; the cause is `world.cause`.

    Attributes are (name, data type, value), binary values as Base64 text. Whether the queue's policy allows
    it is for the caller to ask (`policy.may_write`). The queue's MaximumMessageSize does not count here
    (SNS-X21).

    Raises:
        Refused: what SendMessage would be refused for: an empty body, forbidden characters, what a FIFO queue
            misses (group, deduplication id) or cannot take any more in this second.
    """
    check_body(message_body)
    size_bytes = size_of_text(message_body) + size_of_attributes(attributes)
    if queue.fifo is not None:
        check_rate(world, queue.fifo, queue.fifo.sends)
    identity = deduplication_id
    if queue.fifo is not None or group is not None or identity is not None:
        identity, first = _identified(world, queue, message_body, sent_by, group, identity)
        if first is not None:
            return first
    now_ms = world.now_ms
    event = MessageSent(
        now_ms,
        world.cause,
        reason,
        queue.name,
        f"m{len(world.log)}",
        message_body,
        size_bytes,
        now_ms + queue.delay_ms,
        sent_by,
        attributes,
        group,
        identity,
    )
    world.record(event)
    return event


def _identified(
    world: "World", queue: Queue, body: str, by: str, group: str | None, identity: str | None
) -> tuple[str | None, MessageSent | None]:
    """The deduplication id of a message, and the message that a FIFO queue has had under it already.

    Raises:
        Refused: for a group or id that is malformed, or missing on a FIFO queue, or too many in this second.
    """
    if group is not None and not PUNCTUATED.fullmatch(group):
        raise Refused("message-group-wrong", value=group[:200])
    if identity is not None:
        if not PUNCTUATED.fullmatch(identity):
            raise Refused("deduplication-id-wrong", value=identity[:200])
        if queue.fifo is None:
            raise Refused("deduplication-id-not-for-standard", value=identity)
    if queue.fifo is None:
        return None, None
    if group is None:
        raise Refused("message-group-missing")
    identity = deduplication_id(queue.fifo, identity, body)
    check_group_rate(world, queue.fifo, group)
    number = first_of(world, queue.fifo, group, identity)
    if number is None:
        return identity, None
    first = world.log[number]
    assert isinstance(first, MessageSent)
    fields = (world.now_ms, world.cause, "", queue.name, first.message_id, identity, by, group)
    world.record(SendDeduplicated(*fields))
    return identity, first
