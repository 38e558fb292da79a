"""AddPermission and RemovePermission: statements of the queue policy, by label."""

import json
import re
from typing import TYPE_CHECKING, Any

from studyapp.engine.calls import Texts
from studyapp.engine.limits.sqs import POLICY_MAX_BYTES
from studyapp.engine.names import queue_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import QueueAttributesChanged
from studyapp.engine.sqs.lookup import queue_named
from studyapp.engine.sqs.queue import Queue

if TYPE_CHECKING:
    from studyapp.engine.world import World

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_ACTIONS_MAX = 7
# Only these can be opened to another account (SQS-X47).
_SHARED = (
    "*",
    "SendMessage",
    "ReceiveMessage",
    "DeleteMessage",
    "ChangeMessageVisibility",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
)


def _policy(queue: Queue) -> dict[str, Any]:
    text = queue.attributes.get("Policy")
    policy: dict[str, Any] = (
        json.loads(text)
        if text
        else {"Version": "2008-10-17", "Id": f"{queue_arn(queue.name)}/SQSDefaultPolicy"}
    )
    statements = policy.get("Statement", [])
    policy["Statement"] = statements if isinstance(statements, list) else [statements]
    return policy


def _has_label(statement: Any, label: str) -> bool:
    return isinstance(statement, dict) and statement.get("Sid") == label


def _set(world: "World", queue: Queue, policy: dict[str, Any]) -> None:
    text = json.dumps(policy, ensure_ascii=False) if policy["Statement"] else ""
    if len(text.encode()) > POLICY_MAX_BYTES:
        raise Refused("queue-attribute-wrong", attribute="Policy")
    world.record(
        QueueAttributesChanged(world.now_ms, world.cause, "", queue.name, (("Policy", text),))
    )


def add_permission(
    world: "World", by: str, *, queue: str, label: str, aws_account_ids: Texts, actions: Texts
) -> None:
    """AddPermission: let other accounts do something with the queue.

    Raises:
        Refused: queue-not-found, label-wrong, permission-wrong, queue-attribute-wrong (the policy would become
            too long).
    """
    target = queue_named(world, queue)
    if not _LABEL.fullmatch(label):
        raise Refused("label-wrong", label=label[:80], why="Must be 1 to 80 letters or digits.")
    if not aws_account_ids or any(not _ACCOUNT.fullmatch(each) for each in aws_account_ids):
        raise Refused(
            "permission-wrong", parameter="PrincipalId", value=" ".join(aws_account_ids)[:80]
        )
    if not 1 <= len(actions) <= _ACTIONS_MAX or any(each not in _SHARED for each in actions):
        raise Refused("permission-wrong", parameter="ActionName", value=" ".join(actions)[:80])
    policy = _policy(target)
    if any(_has_label(each, label) for each in policy["Statement"]):
        raise Refused("label-wrong", label=label, why="Already exists.")
    accounts = [f"arn:aws:iam::{each}:root" for each in aws_account_ids]
    names = [f"SQS:{each}" for each in actions]
    policy["Statement"].append(
        {
            "Sid": label,
            "Effect": "Allow",
            "Principal": {"AWS": accounts[0] if len(accounts) == 1 else accounts},
            "Action": names[0] if len(names) == 1 else names,
            "Resource": queue_arn(target.name),
        }
    )
    _set(world, target, policy)


def remove_permission(world: "World", by: str, *, queue: str, label: str) -> None:
    """RemovePermission.

    Raises:
        Refused: queue-not-found, label-not-found.
    """
    target = queue_named(world, queue)
    policy = _policy(target)
    kept = [each for each in policy["Statement"] if not _has_label(each, label)]
    if len(kept) == len(policy["Statement"]):
        raise Refused("label-not-found", label=label[:80])
    policy["Statement"] = kept
    _set(world, target, policy)
