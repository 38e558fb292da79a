"""A filter policy as people read it: a line for each condition, 'or' between values, 'and' between conditions."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_SIGNS = {"<=": "≤", ">=": "≥", "=": "="}


def conditions(policy: str, words: Mapping[str, str]) -> list[str]:
    """The lines of a filter policy as it stands in a subscription (JSON). Empty for what is no policy.

    >>> conditions('{"kg": [{"numeric": ["<=", 5]}], "city": ["busan", "daegu"]}', {"and": "and", "or": "or"})
    ['kg: ≤ 5', 'and city: busan or daegu']
    """
    try:
        parsed = json.loads(policy)
    except (ValueError, RecursionError):
        return []
    if not isinstance(parsed, dict):
        return []
    return [
        f"{words[link]} {line}" if n else line
        for n, (link, line) in enumerate(_lines(parsed, "", words, "and"))
    ]


def _lines(
    policy: Mapping[str, Any], path: str, words: Mapping[str, str], link: str
) -> Iterator[tuple[str, str]]:
    """(what joins it with the line before, line)."""
    for key, wanted in policy.items():
        if key == "$or" and isinstance(wanted, list):
            for n, each in enumerate(wanted):
                if isinstance(each, dict):
                    yield from _lines(each, path, words, "or" if n else link)
        elif isinstance(wanted, dict):
            yield from _lines(wanted, f"{path}{key}.", words, link)
        else:
            values = wanted if isinstance(wanted, list) else [wanted]
            said = f" {words['or']} ".join(_value(value) for value in values)
            yield link, f"{path}{key}: {said}"
        link = "and"


def _value(value: Any) -> str:
    """One value or one operator."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return json.dumps(value)
    return ", ".join(_operator(name, operand) for name, operand in value.items())


def _operator(name: str, operand: Any) -> str:
    if name == "prefix" and isinstance(operand, str):
        return f"{operand}…"
    if name == "suffix" and isinstance(operand, str):
        return f"…{operand}"
    if name == "numeric" and isinstance(operand, list):
        return " ".join(
            _SIGNS.get(part, part) if isinstance(part, str) else str(part) for part in operand
        )
    if name == "anything-but":
        parts = operand if isinstance(operand, list) else [operand]
        return "≠ " + ", ".join(_value(part) for part in parts)
    if isinstance(operand, str):
        return f"{name} {operand}"
    return f"{name} {json.dumps(operand)}"
