"""The attributes of topics: what may be set, and what it means."""

import re

from studyapp.engine.limits import sns as limits
from studyapp.engine.refusals import Refused
from studyapp.engine.sns import delivery_policy
from studyapp.engine.sns.json_text import json_object, whole

FIFO_ONLY = frozenset({"ArchivePolicy", "ContentBasedDeduplication", "FifoThroughputScope"})
_CHOICES = {
    "ContentBasedDeduplication": ("true", "false"),
    "FifoTopic": ("true", "false"),
    "FifoThroughputScope": ("Topic", "MessageGroup"),
    "SignatureVersion": ("1", "2"),
    "TracingConfig": ("PassThrough", "Active"),
}
_FEEDBACK = re.compile(
    r"(HTTP|Firehose|Lambda|Application|SQS)"
    r"(SuccessFeedbackRoleArn|FailureFeedbackRoleArn|SuccessFeedbackSampleRate)"
)
_OTHERS = frozenset(
    {
        "ArchivePolicy",
        "DeliveryPolicy",
        "DisplayName",
        "KmsMasterKeyId",
        "MaximumMessageSize",
        "Policy",
    }
)
_MAXIMUM = re.compile(r"[0-9]{1,9}", re.ASCII)

# What GetTopicAttributes says, and what CreateTopic compares with, where nothing was set.
DEFAULTS = {
    "ContentBasedDeduplication": "false",
    "DeliveryPolicy": "",
    "DisplayName": "",
    "FifoThroughputScope": "Topic",
    "FifoTopic": "false",
    "MaximumMessageSize": str(limits.MESSAGE_BYTES_DEFAULT),
    "SignatureVersion": "1",
    "TracingConfig": "PassThrough",
}


def check(name: str, value: object, fifo: bool) -> str:
    """The value of an attribute, if a topic of this kind can have it.

    Raises:
        Refused: topic-attribute-unknown, -invalid, -for-fifo-only, -for-standard-only,
            delivery-policy-invalid.
    """
    known = name in _CHOICES or name in _OTHERS or _FEEDBACK.fullmatch(name)
    if not known:
        raise Refused("topic-attribute-unknown", name=name[:80])
    if type(value) is not str:
        raise _invalid(name, str(value), "Must be text.")
    if name in FIFO_ONLY and not fifo:
        raise Refused("topic-attribute-for-fifo-only", name=name)
    if name == "TracingConfig" and fifo:
        raise Refused("topic-attribute-for-standard-only", name=name)
    choices = _CHOICES.get(name)
    if choices is not None and value not in choices:
        raise _invalid(name, value, f"Please use either {' or '.join(choices)}.")
    if name == "DeliveryPolicy" and value:
        delivery_policy.of_topic(value)
    elif name == "MaximumMessageSize":
        message_bytes(value)
    elif name == "ArchivePolicy":
        archive_days(value)
    elif name == "DisplayName" and len(value) > limits.DISPLAY_NAME_LENGTH_MAX:
        raise _invalid(name, value, "At most 100 characters.")
    elif name == "Policy" and value:
        if json_object(value) is None:
            raise _invalid(name, value, "Must be a JSON object.")
        if len(value.encode()) > limits.TOPIC_POLICY_BYTES_MAX:
            raise _invalid(name, value, f"At most {limits.TOPIC_POLICY_BYTES_MAX} bytes.")
    elif name.endswith("SampleRate") and not (_MAXIMUM.fullmatch(value) and int(value) <= 100):
        raise _invalid(name, value, "Must be a percentage from 0 to 100.")
    return value


def message_bytes(value: str) -> int:
    """MaximumMessageSize (SNS-X21)."""
    low, high = limits.MESSAGE_BYTES_LIMIT_MIN, limits.MESSAGE_BYTES_LIMIT_MAX
    if not _MAXIMUM.fullmatch(value) or not low <= int(value) <= high:
        raise _invalid("MaximumMessageSize", value, f"Must be from {low} to {high}.")
    return int(value)


def archive_days(value: str) -> int:
    """How long an ArchivePolicy keeps messages, in days; 0 switches the archive off (SNS-X26)."""
    if not value:
        return 0
    policy = json_object(value)
    if policy == {}:
        return 0
    low, high = limits.ARCHIVE_DAYS_MIN, limits.ARCHIVE_DAYS_MAX
    days = None if policy is None else whole(policy.get("MessageRetentionPeriod"))
    if policy is None or set(policy) != {"MessageRetentionPeriod"} or days is None:
        raise _invalid("ArchivePolicy", value, 'Write {"MessageRetentionPeriod": days}.')
    if not low <= days <= high:
        raise _invalid("ArchivePolicy", value, f"Must be from {low} to {high} days.")
    return days


def _invalid(name: str, value: str, expected: str) -> Refused:
    return Refused("topic-attribute-invalid", name=name, value=value[:80], expected=expected)
