"""What somebody did in a run, as it stands in an address: `a=12500~sim.CrashActor~actor~worker-a`.

Parts are joined by '~': the virtual time in milliseconds, the action, then names and values of its parameters. A
value that reads as JSON (a whole number, true, text in quotes, an object) is that; anything else is text.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

ACTIONS_MAX = 40
TEXT_MAX = 2_000
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


class Unreadable(ValueError):
    """The text is no action as `written` writes it."""


def written(row: Mapping[str, Any]) -> str:
    """A row of a script (at_ms, do, parameters) as it stands in an address."""
    parts = [str(row["at_ms"]), str(row["do"])]
    for name, value in row.items():
        if name not in ("at_ms", "do"):
            parts += [name, _text_of(value)]
    return "~".join(parts)


def read(text: str) -> dict[str, Any]:
    """The row that `written` wrote.

    Raises:
        Unreadable: for any other text.
    """
    if len(text) > TEXT_MAX:
        raise Unreadable("too long")
    at_ms, *rest = text.split("~")
    if not re.fullmatch(r"0|[1-9][0-9]{0,11}", at_ms) or len(rest) % 2 == 0:
        raise Unreadable(text[:80])
    action, *pairs = rest
    row: dict[str, Any] = {"at_ms": int(at_ms), "do": action}
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", name) or name in row:
            raise Unreadable(text[:80])
        row[name] = _value_of(value)
    return row


def _text_of(value: Any) -> str:
    if isinstance(value, str) and "~" not in value and _is_plain(value):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("~", "\\u007e")


def _is_plain(text: str) -> bool:
    """Whether a text is read back as itself."""
    try:
        return bool(text) and _value_of(text) == text and text[0] not in '"{['
    except Unreadable:
        return False


def _value_of(text: str) -> Any:
    if text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if text[:1] in ('"', "{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as fault:
            raise Unreadable(text[:80]) from fault
    return text
