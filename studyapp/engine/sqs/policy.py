"""Queue policies: which other services may write into a queue (SQS-36).

Only what a scenario about services needs: principals, actions, resources, and conditions on the ARN or the
account of the source. An explicit Deny wins.
"""

import json
from functools import lru_cache
from typing import Any

from studyapp.engine.names import ACCOUNT, queue_arn
from studyapp.engine.sqs.queue import Queue


def may_write(queue: Queue, service: str, source_arn: str) -> bool:
    """Whether the queue's policy lets a service such as `sns.amazonaws.com` send messages from a topic or
    bucket. A queue without a policy lets no other service write."""
    return allows(
        queue.attributes.get("Policy", ""),
        service=service,
        action="sqs:SendMessage",
        source_arn=source_arn,
        resource=queue_arn(queue.name),
    )


@lru_cache(maxsize=1024)
def allows(
    policy_json: str, *, service: str, action: str, source_arn: str, resource: str = ""
) -> bool:
    """Whether a policy lets a service do something for a source. `resource` '' is not compared.

    Text that is not a policy allows nothing.
    """
    context = {
        "aws:sourcearn": source_arn,
        "aws:sourceaccount": ACCOUNT,
        "aws:securetransport": "true",
    }
    allowed = False
    for statement in _statements(policy_json):
        if (
            _principal_fits(statement.get("Principal"), service)
            and _any_fits(statement.get("Action"), action.lower(), lower=True)
            and (not resource or _any_fits(statement.get("Resource", "*"), resource))
            and _conditions_fit(statement.get("Condition"), context)
        ):
            if statement.get("Effect") == "Deny":
                return False
            allowed = allowed or statement.get("Effect") == "Allow"
    return allowed


def is_policy(text: str) -> bool:
    """Whether this text is a policy document with at least one statement."""
    return bool(_statements(text))


def _statements(text: str) -> list[dict[str, Any]]:
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(policy, dict):
        return []
    return [
        statement for statement in _listed(policy.get("Statement")) if isinstance(statement, dict)
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _principal_fits(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    return "*" in _listed(principal.get("AWS")) or bool(
        {service, "*"} & {name for name in _listed(principal.get("Service")) if type(name) is str}
    )


def _any_fits(patterns: Any, value: str, lower: bool = False) -> bool:
    for pattern in _listed(patterns):
        if isinstance(pattern, str) and _like(pattern.lower() if lower else pattern, value):
            return True
    return False


def _like(pattern: str, value: str) -> bool:
    """* stands for any text, ? for one character. Goes back to the last * only, so that it stays quick."""
    place = at = 0
    star, resume = -1, 0
    while at < len(value):
        if place < len(pattern) and pattern[place] == "*":
            star, resume = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", value[at]):
            place += 1
            at += 1
        elif star >= 0:
            resume += 1
            place, at = star + 1, resume
        else:
            return False
    return not pattern[place:].strip("*")


def _arn_like(pattern: str, value: str) -> bool:
    """Part by part; only the last part may hold colons."""
    wanted, given = pattern.split(":", 5), value.split(":", 5)
    return len(wanted) == len(given) and all(map(_like, wanted, given))


def _equal(pattern: str, value: str) -> bool:
    return pattern == value


def _equal_ignoring_case(pattern: str, value: str) -> bool:
    return pattern.lower() == value.lower()


_OPERATORS = {
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "StringEquals": _equal,
    "StringLike": _like,
    "StringEqualsIgnoreCase": _equal_ignoring_case,
    "Bool": _equal_ignoring_case,
}
_NEGATED = {
    "ArnNotEquals": _arn_like,
    "ArnNotLike": _arn_like,
    "StringNotEquals": _equal,
    "StringNotLike": _like,
}


def _conditions_fit(conditions: Any, context: dict[str, str]) -> bool:
    if conditions is None:
        return True
    if not isinstance(conditions, dict):
        return False
    return all(_condition_fits(name, keys, context) for name, keys in conditions.items())


def _condition_fits(operator: str, keys: Any, context: dict[str, str]) -> bool:
    """An operator or key that is not known fits nothing."""
    compare = _OPERATORS.get(operator) or _NEGATED.get(operator)
    if compare is None or not isinstance(keys, dict):
        return False
    for key, wanted in keys.items():
        value = context.get(key.lower())
        if value is None:
            return False
        found = any(
            compare(str(each).lower() if isinstance(each, bool) else each, value)
            for each in _listed(wanted)
            if isinstance(each, (str, bool))
        )
        if found == (operator in _NEGATED):
            return False
    return True
