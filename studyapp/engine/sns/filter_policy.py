"""Filter policies of SNS subscriptions: which messages may pass.

All keys of a policy must match, any of the values of a key will do (SNS-X15); `$or` joins alternatives.
Both functions are pure: nothing here knows a world.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from studyapp.engine.calls import Pairs
from studyapp.engine.limits import sns_filters as limits
from studyapp.engine.refusals import Refusal, Refused
from studyapp.engine.sns.filter_patterns import OPERATORS, Pattern, accepts, read_pattern, wrong
from studyapp.engine.sns.filter_values import (
    NotJson,
    Scalar,
    attribute_values,
    body_properties,
    read_json,
)

ATTRIBUTES = "MessageAttributes"
BODY = "MessageBody"

_PREFIX = "Invalid parameter: Attributes Reason: FilterPolicy: "

# Joined to the reasons of SNS in `sns/refusals.py`.
REASONS: dict[str, Refusal] = {
    reason: Refusal("InvalidParameterException", 400, message, "InvalidParameter")
    for reason, message in {
        "filter-policy-not-json": _PREFIX + "failed to parse JSON.",
        "filter-policy-too-large": _PREFIX + "Filter policy is larger than {limit} bytes",
        "filter-policy-too-many-keys": _PREFIX
        + "Filter policy can not have more than {limit} keys",
        "filter-policy-too-complex": _PREFIX + "Filter policy is too complex",
        "filter-policy-empty-array": _PREFIX + "Empty arrays are not allowed",
        "filter-policy-wrong-pattern": _PREFIX + "{problem}",
        "filter-policy-nested": (
            "Invalid parameter: Filter policy scope MessageAttributes does not support nested "
            "filter policy"
        ),
        "filter-policy-scope-unknown": (
            "Invalid parameter: FilterPolicyScope: Invalid value [{scope}]. Please use either "
            "MessageBody or MessageAttributes"
        ),
    }.items()
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One key. In body scope `path` is the way to it, its names joined by dots. Any pattern will do."""

    path: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class FilterPolicy:
    """A policy as it was read. `tree` says how the rules are joined: a rule's place, or ("all", tree, ...)
    or ("any", tree, ...)."""

    scope: str
    rules: tuple[Rule, ...]
    tree: tuple[Any, ...]


class Verdict(NamedTuple):
    """Whether a message passes, and if not: `missing`, the key that stopped it, and `reason`.

    A `$or` that failed is named by its keys, `a|b`. Where nothing could be compared, `missing` is "" and
    `reason` is "no-message-attributes" or "body-not-json"; else `reason` is "filter-policy-mismatch".
    """

    passes: bool
    missing: str
    reason: str = ""


_PASSES = Verdict(True, "")


@lru_cache(maxsize=256)
def parse(policy_json: str, scope: str = ATTRIBUTES) -> FilterPolicy:
    """The policy of a subscription. `{}` lets everything pass.

    Raises:
        Refused: filter-policy-... (see REASONS), for whatever SNS would not take (SNS-X16, SNS-X17).
    """
    if scope not in (ATTRIBUTES, BODY):
        raise Refused("filter-policy-scope-unknown", scope=scope[:80])
    if (
        len(policy_json) > limits.SIZE_MAX_BYTES
        or len(policy_json.encode()) > limits.SIZE_MAX_BYTES
    ):
        raise Refused("filter-policy-too-large", limit=limits.SIZE_MAX_BYTES)
    try:
        policy = read_json(policy_json)
    except NotJson:
        raise Refused("filter-policy-not-json") from None
    if not isinstance(policy, dict):
        raise wrong("Filter is not an object")
    reading = _Reading(scope, [])
    tree, combinations, points = reading.joined(policy, "", 1)
    if len(reading.rules) > limits.KEYS_MAX:
        raise Refused("filter-policy-too-many-keys", limit=limits.KEYS_MAX)
    if combinations > limits.COMBINATIONS_MAX or points > limits.WILDCARD_POINTS_MAX:
        raise Refused("filter-policy-too-complex")
    return FilterPolicy(scope, tuple(reading.rules), tree)


class _Reading(NamedTuple):
    """A policy while it is being read. Each function answers (tree, combinations, wildcard points).

    The combinations of an array are the number of its values times the depth of its key; keys multiply,
    the branches of a `$or` add up (SNS-X17). Of wildcards, a pattern with one star has 1 point and one
    with more has 3; the points of a key add up, keys multiply.
    """

    scope: str
    rules: list[Rule]

    def joined(self, policy: dict[str, Any], path: str, depth: int) -> tuple[Any, int, int]:
        children: list[Any] = []
        combinations = points = 1
        for key, value in policy.items():
            if key == "$or" and _is_or(value):
                child, count, stars = self.either(value, path, depth)
            elif isinstance(value, dict):
                if self.scope == ATTRIBUTES:
                    raise Refused("filter-policy-nested")
                if not value:
                    raise wrong("Empty objects are not allowed")
                child, count, stars = self.joined(value, f"{path}{key}.", depth + 1)
            elif isinstance(value, list):
                child, count, stars = self.rule(value, path + key, depth)
            else:
                raise wrong(f'"{key}" must be an object or an array')
            children.append(child)
            combinations *= count
            points *= stars
        return ("all", *children), combinations, points

    def either(self, branches: list[Any], path: str, depth: int) -> tuple[Any, int, int]:
        children, combinations, points = [], 0, 0
        for branch in branches:
            if not branch:
                raise wrong("Empty objects are not allowed")
            child, count, stars = self.joined(branch, path, depth)
            children.append(child)
            combinations += count
            points = max(points, stars)
        return ("any", *children), combinations, points

    def rule(self, values: list[Any], path: str, depth: int) -> tuple[Any, int, int]:
        if not values:
            raise Refused("filter-policy-empty-array")
        patterns = tuple(read_pattern(value) for value in values)
        self.rules.append(Rule(path, patterns))
        points = sum(_wildcard_points(pattern) for pattern in patterns)
        return len(self.rules) - 1, len(values) * depth, max(1, points)


def _is_or(value: Any) -> bool:
    """`$or` is an ordinary name unless it stands before at least two objects without operators."""
    return (
        isinstance(value, list)
        and len(value) >= 2
        and all(isinstance(each, dict) for each in value)
        and not any(name in OPERATORS for each in value for name in each)
    )


def _wildcard_points(pattern: Pattern) -> int:
    if pattern.kind == "anything-but":
        return sum(_wildcard_points(each) for each in pattern.value)
    if pattern.kind != "wildcard":
        return 0
    many = len(pattern.value) > 2
    return limits.POINTS_OF_SEVERAL_WILDCARDS if many else limits.POINTS_OF_ONE_WILDCARD


def matches(policy: FilterPolicy, attributes: Pairs, body: str) -> Verdict:
    """Whether a message passes. `attributes` are the message attributes as a call froze them:
    (("city", (("DataType", "String"), ("StringValue", "busan"))), ...).
    """
    if not policy.rules:
        return _PASSES
    if policy.scope == BODY:
        properties = body_properties(body)
        if not properties:
            return Verdict(False, "", "body-not-json")
        seen, masks = _found_in_body(policy.rules, properties)
    else:
        if not attributes:
            return Verdict(False, "", "no-message-attributes")
        seen, masks = _found_in_attributes(policy.rules, attributes)
    absent = 0
    for place, rule in enumerate(policy.rules):
        if not seen >> place & 1 and _wants_absence(rule):
            absent |= 1 << place
    found = max(
        sorted(mask | absent for mask in masks),
        key=lambda mask: (_fits(policy.tree, mask), mask.bit_count()),
    )
    if _fits(policy.tree, found):
        return _PASSES
    return Verdict(False, _stopped(policy, policy.tree, found), "filter-policy-mismatch")


def _wants_absence(rule: Rule) -> bool:
    return any(each.kind == "exists" and not each.value for each in rule.patterns)


def _fits(tree: Any, mask: int) -> bool:
    if isinstance(tree, int):
        return bool(mask >> tree & 1)
    if tree[0] == "all":
        return all(_fits(each, mask) for each in tree[1:])
    return any(_fits(each, mask) for each in tree[1:])


def _stopped(policy: FilterPolicy, tree: Any, mask: int) -> str:
    """The first key that did not match; of a `$or` the first of each branch."""
    if isinstance(tree, int):
        return policy.rules[tree].path
    failed = [each for each in tree[1:] if not _fits(each, mask)]
    names = [_stopped(policy, each, mask) for each in failed]
    return names[0] if tree[0] == "all" else "|".join(dict.fromkeys(names))


# A mask has a bit for each rule that holds. What is found: which keys the message has at all, and the
# masks that can be had together.
Found = tuple[int, frozenset[int]]


def _found_in_attributes(rules: tuple[Rule, ...], attributes: Pairs) -> Found:
    named: dict[str, Any] = dict(attributes)
    seen = mask = 0
    for place, rule in enumerate(rules):
        values = _values_of(named.get(rule.path))
        if not values:
            continue
        seen |= 1 << place
        if any(accepts(pattern, value) for value in values for pattern in rule.patterns):
            mask |= 1 << place
    return seen, frozenset((mask,))


def _values_of(fields: Any) -> tuple[Scalar, ...]:
    data_type = text = ""
    for field in fields if isinstance(fields, tuple) else ():
        if isinstance(field, tuple) and len(field) == 2:
            if field[0] == "DataType":
                data_type = field[1]
            elif field[0] == "StringValue":
                text = field[1]
    return attribute_values(data_type, text) if isinstance(text, str) else ()


def _found_in_body(rules: tuple[Rule, ...], properties: Mapping[str, Any]) -> Found:
    """Look through a body as if it were flat: `{"a": {"b": 1}}` and `{"a.b": 1}` are the same.

    Of an array one element at a time is looked at, so two keys inside an array of objects must match in
    one and the same object.
    """
    seen = 0

    def masks_of(value: Any, path: str) -> set[int]:
        nonlocal seen
        if isinstance(value, dict):
            together = {0}
            for name, each in value.items():
                inner = path + name
                if any(rule.path == inner or rule.path.startswith(inner + ".") for rule in rules):
                    found = masks_of(each, inner + ".")
                    together = {one | other for one in together for other in found}
            return together
        if isinstance(value, list):
            options: set[int] = set()
            for element in value:
                options |= masks_of(element, path)
            return options or {0}
        mask = 0
        for place, rule in enumerate(rules):
            if rule.path + "." == path:
                seen |= 1 << place
                if any(accepts(pattern, value) for pattern in rule.patterns):
                    mask |= 1 << place
        return {mask}

    masks = masks_of(properties, "")
    return seen, frozenset(masks)
