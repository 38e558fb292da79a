"""Buckets and objects as they are now. Only `changes.py` writes here."""

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(slots=True)
class Object:
    """`number` is the entry that stored it."""

    key: str
    body: str
    size_bytes: int
    etag: str
    stored_ms: int
    number: int


class Rule(NamedTuple):
    """One notification. `kind` is "queue", "topic" or "function"; `events` are types such as
    `s3:ObjectCreated:*`; an empty prefix or suffix fits every key."""

    id: str
    kind: str
    arn: str
    events: tuple[str, ...]
    prefix: str
    suffix: str

    def hears(self, event_name: str, key: str) -> bool:
        return (
            key.startswith(self.prefix)
            and key.endswith(self.suffix)
            and any(covers(event, event_name) for event in self.events)
        )


def covers(event: str, other: str) -> bool:
    """`s3:ObjectCreated:*` covers `s3:ObjectCreated:Put`."""
    return event == other or (event.endswith(":*") and other.startswith(event[:-1]))


@dataclass(slots=True)
class Bucket:
    """`keys` are the keys of `objects` in order."""

    name: str
    objects: dict[str, Object] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


class State:
    """Every bucket by name."""

    __slots__ = ("buckets",)

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
