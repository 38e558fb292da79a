"""Redrive policies: which queue takes what was received too often, and which queues it takes from.

The move itself happens while receiving (SQS-X02): see `receiving.py`.
"""

import json
import re
from typing import TYPE_CHECKING, Any

from studyapp.engine.limits.sqs import (
    RECEIVE_COUNT_MAX,
    RECEIVE_COUNT_MIN,
    REDRIVE_ALLOW_SOURCES_MAX,
)
from studyapp.engine.names import queue_arn, short
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

_ARN = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?")
_COUNT = re.compile(r"[0-9]{1,9}")


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_redrive_policy(text: str) -> tuple[str, int]:
    """The dead-letter queue's name and maxReceiveCount of a policy that was checked."""
    policy = json.loads(text)
    return short(policy["deadLetterTargetArn"]), int(policy["maxReceiveCount"])


def check_redrive_policy(world: "World", name: str, fifo: bool, text: str) -> None:
    """Whether a queue may have this RedrivePolicy.

    Raises:
        Refused: for text that is not such a policy, a target that is not there, of the other type or does not
            allow this queue, or a count out of range (SQS-X02, SQS-X05, SQS-X06).
    """
    policy, value = _loaded(text), text[:500]
    if not isinstance(policy, dict):
        raise Refused("redrive-policy-unreadable", value=value)
    for attribute in ("deadLetterTargetArn", "maxReceiveCount"):
        if attribute not in policy:
            raise Refused("redrive-policy-incomplete", value=value, attribute=attribute)
    if len(policy) > 2:
        raise Refused("redrive-policy-unknown-attribute", value=value)
    count = policy["maxReceiveCount"]
    if isinstance(count, str) and _COUNT.fullmatch(count):
        count = int(count)
    if type(count) is not int or not RECEIVE_COUNT_MIN <= count <= RECEIVE_COUNT_MAX:
        raise Refused("receive-count-out-of-range", value=value, count=str(count)[:80])
    arn = policy["deadLetterTargetArn"]
    if not isinstance(arn, str) or not _ARN.fullmatch(arn):
        raise Refused("dead-letter-arn-wrong", value=value)
    target = world.sqs.queues.get(short(arn))
    if target is None or queue_arn(target.name) != arn:
        raise Refused("dead-letter-queue-not-found", value=value)
    if (target.fifo is not None) != fifo:
        raise Refused("dead-letter-queue-of-other-type", value=value)
    allow = target.attributes.get("RedriveAllowPolicy")
    if allow and not _allows(allow, name):
        raise Refused("dead-letter-queue-does-not-allow", value=value)


def _allows(text: str, name: str) -> bool:
    policy = json.loads(text)
    permission = policy["redrivePermission"]
    if permission == "byQueue":
        return queue_arn(name) in policy["sourceQueueArns"]
    return bool(permission == "allowAll")


def check_allow_policy(text: str) -> None:
    """Whether this can be a RedriveAllowPolicy (SQS-X05).

    Raises:
        Refused: redrive-allow-policy-wrong.
    """
    policy, value = _loaded(text), text[:500]

    def wrong(why: str) -> Refused:
        return Refused("redrive-allow-policy-wrong", value=value, why=why)

    if not isinstance(policy, dict):
        raise wrong("Redrive allow policy is not a valid JSON map.")
    if not set(policy) <= {"redrivePermission", "sourceQueueArns"}:
        raise wrong("Only redrivePermission and sourceQueueArns are supported.")
    permission = policy.get("redrivePermission")
    if permission not in ("allowAll", "denyAll", "byQueue"):
        raise wrong("redrivePermission must be allowAll, denyAll or byQueue.")
    sources = policy.get("sourceQueueArns")
    if permission != "byQueue":
        if sources is not None:
            raise wrong("sourceQueueArns goes with byQueue only.")
    elif (
        not isinstance(sources, list)
        or not 1 <= len(sources) <= REDRIVE_ALLOW_SOURCES_MAX
        or not all(isinstance(arn, str) and _ARN.fullmatch(arn) for arn in sources)
    ):
        raise wrong(f"sourceQueueArns must be 1 to {REDRIVE_ALLOW_SOURCES_MAX} queue ARNs.")
