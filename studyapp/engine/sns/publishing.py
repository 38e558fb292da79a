"""Publishing: SNS checks a message, takes it and answers; deliveries come later."""

import hashlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from studyapp.engine.calls import Entries, Pairs
from studyapp.engine.limits import sns as limits
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.sns import message as messages
from studyapp.engine.sns.events import PublishDeduplicated, Published
from studyapp.engine.sns.message import Message
from studyapp.engine.sns.protocols import PHONE_NUMBER
from studyapp.engine.sns.publication_changes import deduplication_key
from studyapp.engine.sns.topic import Sent, Topic
from studyapp.engine.sns.topics import topic_named

if TYPE_CHECKING:
    from studyapp.engine.world import World

_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
_TEXTS = {
    "id": True,
    "message": True,
    "subject": False,
    "message_structure": False,
    "message_deduplication_id": False,
    "message_group_id": False,
}
_FOLDED = {name.replace("_", ""): name for name in (*_TEXTS, "message_attributes")}


class PublishedEntry(NamedTuple):
    """A message of a batch that was taken."""

    id: str
    message_id: str
    sequence_number: str


class FailedEntry(NamedTuple):
    """A message of a batch that was refused; `reason` is a key of `refusals.REASONS`."""

    id: str
    reason: str
    details: tuple[tuple[str, Any], ...]


class BatchPublished(NamedTuple):
    successful: tuple[PublishedEntry, ...]
    failed: tuple[FailedEntry, ...]


def publish(
    world: "World",
    by: str,
    *,
    message: str,
    topic: str | None = None,
    target_arn: str | None = None,
    phone_number: str | None = None,
    subject: str | None = None,
    message_structure: str | None = None,
    message_attributes: Pairs | None = None,
    message_deduplication_id: str | None = None,
    message_group_id: str | None = None,
) -> Published | PublishDeduplicated:
    """Publish to a topic, or straight to a phone or a platform endpoint (a mailbox of the protocol
    application). Returns after SNS has taken the message.

    Raises:
        Refused: topic-not-found, publish-target..., phone-number-invalid, platform-endpoint-not-found,
            publish-throttled, and what `message.checked` raises.
    """
    targets = [each for each in (topic, target_arn, phone_number) if each is not None]
    if not targets:
        raise Refused("publish-target-missing")
    if len(targets) > 1:
        raise Refused("publish-targets-several")
    known, protocol, endpoint = None, "", ""
    if phone_number is not None:
        if not PHONE_NUMBER.fullmatch(phone_number):
            raise Refused("phone-number-invalid", phone_number=phone_number[:80])
        protocol, endpoint = "sms", phone_number
        if len(message) > limits.SMS_LENGTH_MAX:
            raise Refused("publish-message-too-long")
    elif target_arn is not None and (device := _platform_endpoint(world, target_arn)):
        protocol, endpoint = "application", device
    else:
        known = topic_named(world, targets[0])
    checked = messages.checked(
        known,
        message,
        subject,
        message_structure,
        message_attributes,
        message_group_id,
        message_deduplication_id,
    )
    return _take(world, known, by, checked, protocol, endpoint)


def _platform_endpoint(world: "World", target_arn: str) -> str:
    """The name of the device that an endpoint ARN names; "" if it is no such ARN."""
    name = short(target_arn)
    mailbox = world.sns.endpoints.get(name)
    if mailbox is not None and mailbox.protocol == "application":
        return name
    if ":endpoint/" in target_arn:
        raise Refused("platform-endpoint-not-found", target_arn=target_arn[:200])
    return ""


def publish_batch(
    world: "World", by: str, *, topic: str, publish_batch_request_entries: Entries
) -> BatchPublished:
    """PublishBatch. Each entry has the parameters of Publish in snake_case, and an `id`. An entry that is
    refused leaves the others alone (SNS-X22).

    Raises:
        Refused: topic-not-found, publish-batch-..., and topic-group-missing or topic-deduplication-missing
            for the whole batch.
    """
    known = topic_named(world, topic)
    rows = publish_batch_request_entries
    if not rows:
        raise Refused("publish-batch-empty")
    if len(rows) > limits.BATCH_ENTRIES_MAX:
        raise Refused("publish-batch-too-many", count=len(rows))
    entries = [_entry(row) for row in rows]
    ids = [entry["id"] for entry in entries]
    if not all(_ENTRY_ID.fullmatch(each) for each in ids):
        raise Refused("publish-batch-id-invalid")
    if len(set(ids)) < len(ids):
        raise Refused("publish-batch-ids-not-distinct")
    if known.fifo:
        for entry in entries:
            if entry.get("message_group_id") is None:
                raise Refused("topic-group-missing")
            if (
                entry.get("message_deduplication_id") is None
                and not known.content_based_deduplication
            ):
                raise Refused("topic-deduplication-missing")
    if sum(len(entry["message"].encode()) for entry in entries) > known.message_bytes_max:
        raise Refused("publish-batch-too-long", limit=known.message_bytes_max)
    successful, failed, good = [], [], []
    total_bytes = 0
    for entry in entries:
        try:
            checked = messages.checked(
                known,
                entry["message"],
                entry.get("subject"),
                entry.get("message_structure"),
                entry.get("message_attributes"),
                entry.get("message_group_id"),
                entry.get("message_deduplication_id"),
            )
        except Refused as refusal:
            failed.append(FailedEntry(entry["id"], refusal.reason, refusal.details))
            continue
        total_bytes += checked.size_bytes
        good.append((entry["id"], checked))
    if total_bytes > known.message_bytes_max:
        raise Refused("publish-batch-too-long", limit=known.message_bytes_max)
    for name, checked in good:
        try:
            taken = _take(world, known, by, checked)
        except Refused as refusal:
            if refusal.reason != "publish-throttled":
                raise
            failed.append(FailedEntry(name, refusal.reason, refusal.details))
            continue
        successful.append(PublishedEntry(name, taken.message_id, taken.sequence_number))
    return BatchPublished(tuple(successful), tuple(failed))


def _entry(row: Any) -> dict[str, Any]:
    """The entry with its names in snake_case.

    Raises:
        Refused: publish-batch-entry-invalid, unknown-parameter.
    """
    found: dict[str, Any] = {}
    for name, value in row:
        known = _FOLDED.get(name.replace("_", "").lower())
        if known is None:
            raise Refused("unknown-parameter", parameter=name[:80])
        if value is not None:
            found[known] = value
    for name, is_required in _TEXTS.items():
        value = found.get(name)
        if (value is None and is_required) or (value is not None and type(value) is not str):
            raise Refused("publish-batch-entry-invalid", parameter=name)
    attributes = found.get("message_attributes", ())
    if not isinstance(attributes, tuple) or not all(
        isinstance(pair, tuple) and len(pair) == 2 and type(pair[0]) is str for pair in attributes
    ):
        raise Refused("publish-batch-entry-invalid", parameter="message_attributes")
    return found


def publish_from(
    world: "World",
    topic: str,
    message: str,
    *,
    cause: int,
    reason: str,
    subject: str | None = "Amazon S3 Notification",
    by: str = "s3.amazonaws.com",
) -> str:
    """Another service publishes, without a call. Returns the message id.

    Raises:
        Refused: topic-not-found, and what Publish would refuse.
    """
    known = topic_named(world, topic)
    checked = messages.checked(known, message, subject, None, None, None, None)
    outer, world.cause = world.cause, cause
    try:
        return _take(world, known, by, checked, reason=reason).message_id
    finally:
        world.cause = outer


def _take(
    world: "World",
    topic: Topic | None,
    by: str,
    message: Message,
    protocol: str = "",
    endpoint: str = "",
    reason: str = "",
) -> Published | PublishDeduplicated:
    now_ms = world.now_ms
    sequence_number, deduplication_id = "", message.deduplication_id
    if topic is not None:
        if topic.fifo:
            if deduplication_id is None:
                deduplication_id = hashlib.sha256(message.body.encode()).hexdigest()
            group = message.message_group_id or ""
            before = _sent_before(topic, group, deduplication_id, now_ms)
            if before is not None:
                duplicate = PublishDeduplicated(
                    now_ms,
                    world.cause,
                    "published-before",
                    topic.name,
                    by,
                    before.message_id,
                    group,
                    deduplication_id,
                    before.sequence_number,
                )
                world.record(duplicate)
                return duplicate
            sequence_number = f"{10**19 + len(world.log) * 1000}"
        _check_rate(world, topic, message, now_ms // 1000)
    event = Published(
        now_ms,
        world.cause,
        reason,
        "" if topic is None else topic.name,
        by,
        f"m{len(world.log)}",
        message.body,
        message.subject,
        message.structure,
        message.attributes,
        message.message_group_id,
        deduplication_id,
        sequence_number,
        message.size_bytes,
        now_ms + limits.DELIVERY_LATENCY_MS,
        protocol,
        endpoint,
    )
    world.record(event)
    return event


def _sent_before(topic: Topic, group: str, deduplication_id: str, now_ms: int) -> Sent | None:
    sent = topic.sent.get(deduplication_key(topic, group, deduplication_id))
    if sent is None or sent.at_ms + limits.DEDUPLICATION_SECONDS * 1000 <= now_ms:
        return None
    return sent


def _check_rate(world: "World", topic: Topic, message: Message, second: int) -> None:
    """How much may be published in a second (SNS-X04, SNS-46).

    Raises:
        Refused: publish-throttled.
    """
    rate = world.sns.rate
    if rate.second == second and rate.messages >= limits.PUBLISH_PER_SECOND_MAX:
        raise Refused("publish-throttled", limit=limits.PUBLISH_PER_SECOND_MAX)
    if not topic.fifo or topic.rate.second != second:
        return
    group = message.message_group_id or ""
    if topic.group_rates.get(group, 0) >= limits.FIFO_GROUP_MESSAGES_PER_SECOND_MAX:
        raise Refused("publish-throttled", limit=limits.FIFO_GROUP_MESSAGES_PER_SECOND_MAX)
    if topic.group_scope:
        return
    if topic.rate.messages >= limits.FIFO_MESSAGES_PER_SECOND_MAX:
        raise Refused("publish-throttled", limit=limits.FIFO_MESSAGES_PER_SECOND_MAX)
    if topic.rate.size_bytes + message.size_bytes > limits.FIFO_BYTES_PER_SECOND_MAX:
        raise Refused("publish-throttled", limit=limits.FIFO_BYTES_PER_SECOND_MAX)
