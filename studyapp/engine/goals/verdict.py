"""What a goal answers, and what it is given to find the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Missing(NamedTuple):
    """One thing that a goal still lacks. `key` has a sentence in content/telling/, `details` fill it."""

    key: str
    details: tuple[tuple[str, Any], ...]


class Verdict(NamedTuple):
    met: bool
    missing: tuple[Missing, ...]


class UnknownGoal(ValueError):
    """There is no such goal, or its parameters do not fit."""


@dataclass(frozen=True, slots=True)
class View:
    """What several goals want to know of a log, worked out once: the text of each message by its id."""

    body_of: Mapping[str, str]


def missing(key: str, **details: Any) -> Missing:
    return Missing(key, tuple(details.items()))
