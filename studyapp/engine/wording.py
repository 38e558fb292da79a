"""AWS's words for each refusal: the reasons of every part, in one table."""

from collections.abc import Iterable, Mapping
from typing import Any

from studyapp.engine.refusals import GENERAL, Refusal

REASONS: Mapping[str, Refusal] = {**GENERAL}


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def message(reason: str, details: Iterable[tuple[str, Any]]) -> str:
    """What AWS writes in the error, with the details of this refusal filled in."""
    return REASONS[reason].message.format_map(_Blank(details))
