"""Queue attributes (ledger, Appendix A): names, ranges, defaults, and what they mean in numbers.

Values are text, as on the wire; whole numbers and true or false are taken as well.
"""

import json
import re
from typing import TYPE_CHECKING

from studyapp.engine.calls import Pairs
from studyapp.engine.limits.sqs import (
    DATA_KEY_REUSE_MAX_SECONDS,
    DATA_KEY_REUSE_MIN_SECONDS,
    DELAY_DEFAULT_SECONDS,
    DELAY_MAX_SECONDS,
    MESSAGE_SIZE_MAX_BYTES,
    MESSAGE_SIZE_SETTING_MIN_BYTES,
    POLICY_MAX_BYTES,
    RETENTION_DEFAULT_SECONDS,
    RETENTION_MAX_SECONDS,
    RETENTION_MIN_SECONDS,
    VISIBILITY_TIMEOUT_DEFAULT_SECONDS,
    VISIBILITY_TIMEOUT_MAX_SECONDS,
    VISIBILITY_TIMEOUT_MIN_SECONDS,
    WAIT_DEFAULT_SECONDS,
    WAIT_MAX_SECONDS,
)
from studyapp.engine.names import queue_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.policy import is_policy
from studyapp.engine.sqs.queue import Queue
from studyapp.engine.sqs.redrive import (
    check_allow_policy,
    check_redrive_policy,
    read_redrive_policy,
)

if TYPE_CHECKING:
    from studyapp.engine.world import World

_RANGES = {
    "VisibilityTimeout": (VISIBILITY_TIMEOUT_MIN_SECONDS, VISIBILITY_TIMEOUT_MAX_SECONDS),
    "MessageRetentionPeriod": (RETENTION_MIN_SECONDS, RETENTION_MAX_SECONDS),
    "DelaySeconds": (0, DELAY_MAX_SECONDS),
    "ReceiveMessageWaitTimeSeconds": (0, WAIT_MAX_SECONDS),
    "MaximumMessageSize": (MESSAGE_SIZE_SETTING_MIN_BYTES, MESSAGE_SIZE_MAX_BYTES),
    "KmsDataKeyReusePeriodSeconds": (DATA_KEY_REUSE_MIN_SECONDS, DATA_KEY_REUSE_MAX_SECONDS),
}
_CHOICES = {
    "SqsManagedSseEnabled": ("true", "false"),
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("queue", "messageGroup"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
}
_TEXTS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId")
_FIFO_ONLY = ("DeduplicationScope", "FifoThroughputLimit")
_NUMBER = re.compile(r"[0-9]{1,10}")

_DEFAULTS = {
    "DelaySeconds": str(DELAY_DEFAULT_SECONDS),
    "MaximumMessageSize": str(MESSAGE_SIZE_MAX_BYTES),
    "MessageRetentionPeriod": str(RETENTION_DEFAULT_SECONDS),
    "ReceiveMessageWaitTimeSeconds": str(WAIT_DEFAULT_SECONDS),
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": str(VISIBILITY_TIMEOUT_DEFAULT_SECONDS),
}
_FIFO_DEFAULTS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
_READ_ONLY = (
    "QueueArn",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
)
_KNOWN = frozenset((*_RANGES, *_CHOICES, *_TEXTS, "FifoQueue", *_READ_ONLY, "All"))


def as_text(value: object) -> str | None:
    """A value as it would stand on the wire; None for what cannot stand there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, str)):
        return str(value)
    return None


def checked_attributes(
    world: "World", name: str, given: Pairs, before: Queue | None
) -> dict[str, str]:
    """The attributes as text, for a new queue (`before` None) or a change to one.

    Raises:
        Refused: for an unknown name, a wrong value, or values that do not go together.
    """
    texts: dict[str, str] = {}
    for attribute, value in given:
        text = as_text(value)
        if text is None:
            raise Refused("queue-attribute-wrong", attribute=attribute[:80])
        texts[attribute] = text
    fifo = before.fifo is not None if before else texts.get("FifoQueue", "").lower() == "true"
    for attribute, text in texts.items():
        texts[attribute] = _checked(attribute, text, fifo, before is not None)
    together = {**(before.attributes if before else {}), **texts}
    if (
        together.get("FifoThroughputLimit") == "perMessageGroupId"
        and together.get("DeduplicationScope") != "messageGroup"
    ):
        raise Refused("throughput-needs-group-scope")
    if texts.get("KmsMasterKeyId") and texts.get("SqsManagedSseEnabled") == "true":
        raise Refused("two-kinds-of-encryption")
    if texts.get("RedriveAllowPolicy"):
        check_allow_policy(texts["RedriveAllowPolicy"])
    if texts.get("RedrivePolicy"):
        check_redrive_policy(world, name, fifo, texts["RedrivePolicy"])
    return texts


def _checked(attribute: str, text: str, fifo: bool, exists: bool) -> str:
    if attribute == "FifoQueue":
        if exists:
            if fifo and text.lower() == "true":
                return "true"
            raise Refused("queue-type-fixed")
        if text.lower() != "true":
            raise Refused("unknown-queue-attribute", attribute=attribute)
        return "true"
    if not fifo:
        if attribute == "ContentBasedDeduplication":
            raise Refused("unknown-queue-attribute", attribute=attribute)
        if attribute in _FIFO_ONLY:
            raise Refused("attribute-only-for-fifo", attribute=attribute)
    if attribute in _RANGES:
        low, high = _RANGES[attribute]
        if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
            raise Refused("queue-attribute-wrong", attribute=attribute)
        return str(int(text))
    if attribute in _CHOICES:
        choices = _CHOICES[attribute]
        if "true" in choices:
            text = text.lower()
        if text not in choices:
            raise Refused("queue-attribute-wrong", attribute=attribute)
        return text
    if attribute not in _TEXTS:
        raise Refused("unknown-queue-attribute", attribute=attribute[:80])
    if (
        attribute == "Policy"
        and text
        and (len(text.encode()) > POLICY_MAX_BYTES or not is_policy(text))
    ):
        raise Refused("queue-attribute-wrong", attribute=attribute)
    return text


def same_value(name: str, one: str, other: str) -> bool:
    """Whether two values of an attribute say the same; policies are compared as JSON."""
    if one == other:
        return True
    if not one or not other or name not in ("Policy", "RedrivePolicy", "RedriveAllowPolicy"):
        return False
    return bool(json.loads(one) == json.loads(other))


def initial(fifo: bool) -> dict[str, str]:
    """The attributes of a queue of which nothing was said."""
    return {**_DEFAULTS, **_FIFO_DEFAULTS} if fifo else dict(_DEFAULTS)


def settle(queue: Queue, changes: tuple[tuple[str, str], ...]) -> None:
    """Write attributes into a queue, as text and as numbers. For applies."""
    attributes = queue.attributes
    for name, text in changes:
        if text:
            attributes[name] = text
        else:
            attributes.pop(name, None)
        if name == "KmsMasterKeyId" and text:
            attributes["SqsManagedSseEnabled"] = "false"
        if name == "SqsManagedSseEnabled" and text == "true":
            attributes.pop("KmsMasterKeyId", None)
    queue.visibility_timeout_ms = int(attributes["VisibilityTimeout"]) * 1000
    queue.wait_time_ms = int(attributes["ReceiveMessageWaitTimeSeconds"]) * 1000
    queue.delay_ms = int(attributes["DelaySeconds"]) * 1000
    queue.retention_ms = int(attributes["MessageRetentionPeriod"]) * 1000
    queue.message_size_max = int(attributes["MaximumMessageSize"])
    policy = attributes.get("RedrivePolicy")
    queue.dead_letter_queue, queue.max_receive_count = (
        read_redrive_policy(policy) if policy else ("", 0)
    )
    if queue.fifo is not None:
        queue.fifo.content_based = attributes["ContentBasedDeduplication"] == "true"
        queue.fifo.dedup_per_group = attributes["DeduplicationScope"] == "messageGroup"
        queue.fifo.high_throughput = attributes["FifoThroughputLimit"] == "perMessageGroupId"


def described(queue: Queue, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What GetQueueAttributes answers for some names, or for 'All'.

    Raises:
        Refused: unknown-queue-attribute.
    """
    for name in names:
        if name not in _KNOWN:
            raise Refused("unknown-queue-attribute", attribute=name[:80])
    everything = {
        "ApproximateNumberOfMessages": str(len(queue.messages) - queue.in_flight - queue.delayed),
        "ApproximateNumberOfMessagesDelayed": str(queue.delayed),
        "ApproximateNumberOfMessagesNotVisible": str(queue.in_flight),
        "CreatedTimestamp": str(queue.created_ms // 1000),
        "LastModifiedTimestamp": str(queue.modified_ms // 1000),
        "QueueArn": queue_arn(queue.name),
        **queue.attributes,
    }
    return tuple(
        (name, text) for name, text in sorted(everything.items()) if name in names or "All" in names
    )
