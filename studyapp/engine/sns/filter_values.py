"""The values that a filter policy is compared with: JSON text and message attributes as plain values.

A number is a Decimal, so that 1, 1.0 and true are never mixed up and nothing is rounded by accident.
"""

import json
import re
from collections.abc import Mapping
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

Scalar = str | bool | Decimal | None

# How deep JSON may be nested here. Deeper text counts as text that is not JSON, so that what comes out
# never depends on how much of Python's stack is left.
DEPTH_MAX = 100

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", re.ASCII)
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_BEYOND = Decimal("Infinity")
_CONTEXT = Context(prec=40)
_FIVE_PLACES = Decimal("0.00001")


class NotJson(ValueError):
    """The text is not JSON, or is nested deeper than DEPTH_MAX."""


def number(text: str) -> Decimal:
    """The number that JSON or a Number attribute spells; one that no computer holds is infinite."""
    try:
        return _CONTEXT.create_decimal(text)
    except ArithmeticError:
        return _BEYOND


def rounded(value: Decimal) -> Decimal:
    """To five places after the point, which is how exactly SNS compares numbers (SNS-X17)."""
    if value.is_finite() and value.adjusted() <= 15:
        return value.quantize(_FIVE_PLACES, context=_CONTEXT)
    return value


def read_json(text: str) -> Any:
    """The value of a JSON text, with Decimals for its numbers.

    Raises:
        NotJson: for anything that is no JSON, NaN and too deep nesting included.
    """
    if text.count("[") + text.count("{") > DEPTH_MAX and _depth(text) > DEPTH_MAX:
        raise NotJson
    try:
        return json.loads(text, parse_int=number, parse_float=number, parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        raise NotJson from fault


def _refuse(text: str) -> None:
    raise NotJson(text)


def _depth(text: str) -> int:
    deepest = depth = 0
    for found in _BRACKETS.finditer(text):
        sign = found.group()
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


@lru_cache(maxsize=16)
def body_properties(body: str) -> Mapping[str, Any] | None:
    """The JSON object that a message body is; None for any other body. Nobody may change it."""
    try:
        value = read_json(body)
    except NotJson:
        return None
    return value if isinstance(value, dict) else None


def attribute_values(data_type: str, text: str) -> tuple[Scalar, ...]:
    """What SNS compares of a message attribute: String, String.Array (each element) and Number.

    Binary attributes, other types and arrays that are no JSON have nothing to compare (SNS-X15).
    """
    if data_type == "String":
        return (text,)
    if data_type == "Number":
        return (number(text),) if _NUMBER.fullmatch(text) else ()
    if data_type != "String.Array":
        return ()
    try:
        elements = read_json(text)
    except NotJson:
        return ()
    if not isinstance(elements, list):
        return ()
    return tuple(each for each in elements if not isinstance(each, list | dict))
