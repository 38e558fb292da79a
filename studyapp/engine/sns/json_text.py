"""JSON in attribute values: read without ever failing in another way than None."""

from decimal import Decimal
from typing import Any

from studyapp.engine.sns.filter_values import NotJson, read_json


def json_object(text: str) -> dict[str, Any] | None:
    """The JSON object that a text spells, numbers as Decimals; None for any other text."""
    try:
        value = read_json(text)
    except NotJson:
        return None
    return value if isinstance(value, dict) else None


def whole(value: Any) -> int | None:
    """The whole number that a JSON value, or text of digits, is; None for anything else."""
    if isinstance(value, str) and 0 < len(value) <= 18 and value.isascii() and value.isdigit():
        return int(value)
    if (
        isinstance(value, Decimal)
        and value.is_finite()
        and abs(value) < 10**18
        and value == value.to_integral_value()
    ):
        return int(value)
    return None
