"""The attributes of subscriptions: what may be set, and what it means."""

import re
from typing import NamedTuple

from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.sns import delivery_policy, filter_policy, timestamps
from studyapp.engine.sns.json_text import json_object
from studyapp.engine.sns.topic import Topic

NAMES = frozenset(
    {
        "DeliveryPolicy",
        "FilterPolicy",
        "FilterPolicyScope",
        "RawMessageDelivery",
        "RedrivePolicy",
        "ReplayPolicy",
        "SubscriptionRoleArn",
    }
)
DEFAULTS = {
    "DeliveryPolicy": "",
    "FilterPolicy": "",
    "FilterPolicyScope": filter_policy.ATTRIBUTES,
    "RawMessageDelivery": "false",
    "RedrivePolicy": "",
    "ReplayPolicy": "",
}
_RAW = ("sqs", "http", "https", "firehose")
_ROLE = re.compile(r"arn:aws:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
_QUEUE = re.compile(
    r"arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:([\w-]{1,75}(\.fifo)?|[\w-]{1,80})", re.ASCII
)


class ReplayPolicy(NamedTuple):
    """From when, until when (-1: the newest); virtual time."""

    from_ms: int
    until_ms: int


def check(name: str, value: object, topic: Topic, protocol: str, address: str) -> str:
    """The value of one attribute by itself.

    Raises:
        Refused: subscription-attribute-unknown and -invalid, raw-delivery-not-supported, redrive-...,
            filter-policy-..., delivery-policy-invalid, replay-not-possible.
    """
    if name not in NAMES:
        raise Refused("subscription-attribute-unknown", name=name[:80])
    if type(value) is not str:
        raise _invalid(name, str(value), "Must be text.")
    if name == "RawMessageDelivery":
        if value not in ("true", "false"):
            raise _invalid(name, value, "Must be true or false.")
        if value == "true" and protocol not in _RAW:
            raise Refused("raw-delivery-not-supported", protocol=protocol)
    elif name == "FilterPolicyScope":
        filter_policy.parse("{}", value)
    elif name == "RedrivePolicy":
        dead_letter_queue(value, topic, address)
    elif name == "DeliveryPolicy" and value:
        delivery_policy.of_subscription(value)
    elif name == "SubscriptionRoleArn" and not _ROLE.fullmatch(value):
        raise _invalid(name, value, "Must be the ARN of an IAM role.")
    elif name == "ReplayPolicy" and value:
        replay(value)
    return value


def check_filter(policy: str, scope: str) -> None:
    """A filter policy and its scope together. No policy and `{}` let everything pass.

    Raises:
        Refused: filter-policy-...
    """
    if policy:
        filter_policy.parse(policy, scope)


def filters(policy: str) -> bool:
    """Whether there is anything in a filter policy."""
    return bool(policy) and policy.strip() not in ("{}", "")


def dead_letter_queue(value: str, topic: Topic, address: str) -> str:
    """The name of the queue in a RedrivePolicy; "" for none (SNS-X14)."""
    if not value:
        return ""
    policy = json_object(value)
    if policy is None:
        raise Refused("redrive-policy-not-json")
    if not policy:
        return ""
    target = policy.get("deadLetterTargetArn")
    if not isinstance(target, str) or set(policy) != {"deadLetterTargetArn"}:
        raise Refused("redrive-target-invalid")
    if not _QUEUE.fullmatch(target):
        raise Refused("redrive-target-invalid")
    queue = short(target)
    if topic.fifo and address.endswith(".fifo"):
        if not queue.endswith(".fifo"):
            raise Refused("redrive-needs-fifo-queue")
    elif queue.endswith(".fifo"):
        raise Refused("redrive-needs-standard-queue")
    return queue


def replay(value: str) -> ReplayPolicy | None:
    """A ReplayPolicy; None for an empty one, which ends a replay (SNS-X26).

    Raises:
        Refused: replay-not-possible.
    """
    if not value:
        return None
    policy = json_object(value)
    if policy == {}:
        return None
    if policy is None or set(policy) - {"PointType", "StartingPoint", "EndingPoint"}:
        raise cannot_replay("failed to parse JSON")
    if policy.get("PointType") != "Timestamp":
        raise cannot_replay("PointType must be Timestamp")
    start = policy.get("StartingPoint")
    from_ms = timestamps.read(start) if isinstance(start, str) else None
    if from_ms is None:
        raise cannot_replay("StartingPoint must be a time such as 2026-01-01T00:00:00.000Z")
    end = policy.get("EndingPoint")
    if end is None:
        return ReplayPolicy(from_ms, -1)
    until_ms = timestamps.read(end) if isinstance(end, str) else None
    if until_ms is None:
        raise cannot_replay("EndingPoint must be a time such as 2026-01-01T00:00:00.000Z")
    if until_ms < from_ms or until_ms < 0:
        raise cannot_replay("EndingPoint must not be before StartingPoint")
    return ReplayPolicy(from_ms, until_ms)


def cannot_replay(problem: str) -> Refused:
    return Refused("replay-not-possible", problem=problem)


def _invalid(name: str, value: str, expected: str) -> Refused:
    return Refused("subscription-attribute-invalid", name=name, value=value[:80], expected=expected)
