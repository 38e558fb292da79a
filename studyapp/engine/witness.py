"""Finding the event that a moment, a prediction or a sentence speaks of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.engine.log import Event
from studyapp.engine.sqs.events import MessageRedriven, MessageSent


@dataclass(frozen=True, slots=True)
class Witness:
    """The `nth` event of a kind whose fields have these values, or a time.

    `where` may name any field of the event; `message` stands for the text of the message it is about.
    """

    event: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    nth: int = 1
    at_ms: int | None = None


def bodies(log: Sequence[Event]) -> dict[str, str]:
    """The body of every message that a queue, topic, stream or broker took, by its id."""
    found: dict[str, str] = {}
    for event in log:
        if type(event) is MessageSent:
            found[event.message_id] = event.body
        elif type(event) is MessageRedriven:
            found[event.new_message_id] = found.get(event.message_id, "")
        elif hasattr(event, "message_id"):
            body: str = getattr(event, "body", "")
            if body:
                found.setdefault(event.message_id, body)
    return found


def label(body: str) -> str:
    """What people call a message: its text, without the envelope that SNS puts around it, or the key of the
    object that S3 tells of."""
    if not body.startswith("{"):
        return body
    try:
        if '"Type"' in body[:12]:
            return label(json.loads(body)["Message"])
        if body.startswith('{"Records":[{"eventVersion"'):
            return str(json.loads(body)["Records"][0]["s3"]["object"]["key"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    return body


def labels(log: Sequence[Event]) -> dict[str, str]:
    """What people call each message of a run, by its id."""
    return {id: label(body) for id, body in bodies(log).items()}


def messages_of(event: Event) -> tuple[str, ...]:
    """The ids of the messages that an event is about."""
    if hasattr(event, "message_id"):
        return (event.message_id,)
    ids: tuple[str, ...] = getattr(event, "message_ids", ())
    return ids or tuple(receipt[0] for receipt in getattr(event, "receipts", ()))


def fits(event: Event, where: Mapping[str, Any], names: Mapping[str, str]) -> bool:
    """Whether the fields of an event have these values. `message` stands for what people call a message that it
    is about; `names` are those of the run."""
    for field_name, value in where.items():
        if field_name == "message":
            if value not in [names.get(id) for id in messages_of(event)]:
                return False
        elif getattr(event, field_name, None) != _as_logged(value):
            return False
    return True


def _as_logged(value: Any) -> Any:
    """A log holds tuples where a file has lists."""
    return tuple(map(_as_logged, value)) if isinstance(value, list) else value


def find(log: Sequence[Event], witness: Witness) -> int | None:
    """The number of the event, or None if it never happens. A time finds the first event at or after it,
    or the last one of the log."""
    if witness.at_ms is not None:
        after = (n for n, event in enumerate(log) if event.at_ms >= witness.at_ms)
        return next(after, len(log) - 1 if log else None)
    names = labels(log) if "message" in witness.where else {}
    left = witness.nth
    for number, event in enumerate(log):
        if type(event).__name__ == witness.event and fits(event, witness.where, names):
            left -= 1
            if left == 0:
                return number
    return None
