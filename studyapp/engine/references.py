"""Values that a script cannot know beforehand: '@receipt:worker-a' is what that worker received last.

| reference | stands for |
| --- | --- |
| `@receipt:WHO` | the receipt handle that WHO received last; of several in one answer, the first |
| `@receipt-of:BODY` | the last receipt handle of the message with this body |
| `@message-id:BODY` | the id of the last message sent with this body |
| `@answer:WHO:FIELD` | a field of the last event that answered WHO, such as `@answer:reader:iterator` |
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studyapp.engine.sqs.events import MessageSent, MessagesReceived

if TYPE_CHECKING:
    from studyapp.engine.world import World


class Unresolved(Exception):
    """Nothing in the log so far answers the reference."""


def resolved(world: "World", value: Any) -> Any:
    """The value with every reference in it looked up in the log.

    Raises:
        Unresolved: when nothing has happened yet that it could stand for.
    """
    if isinstance(value, str) and value.startswith("@"):
        kind, _, argument = value[1:].partition(":")
        finder = _FINDERS.get(kind)
        return finder(world, argument) if finder else value
    if isinstance(value, Mapping):
        return {key: resolved(world, each) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(world, each) for each in value]
    return value


def _receipt(world: "World", who: str) -> str:
    for event in reversed(world.log):
        if type(event) is MessagesReceived and event.by == who and event.receipts:
            return str(event.receipts[0][1])
    raise Unresolved(f"{who} has received nothing yet")


def _message_id(world: "World", body: str) -> str:
    for event in reversed(world.log):
        if type(event) is MessageSent and event.body == body:
            return event.message_id
    raise Unresolved(f"no message {body!r} was sent yet")


def _receipt_of(world: "World", body: str) -> str:
    ids = {
        event.message_id for event in world.log if type(event) is MessageSent and event.body == body
    }
    for event in reversed(world.log):
        if type(event) is MessagesReceived:
            for receipt in event.receipts:
                if receipt[0] in ids:
                    return str(receipt[1])
    raise Unresolved(f"nobody has received {body!r} yet")


def _answer(world: "World", argument: str) -> Any:
    who, _, field = argument.rpartition(":")
    for event in reversed(world.log):
        fields: tuple[str, ...] = event._fields  # type: ignore[attr-defined]
        if getattr(event, "by", None) == who and field in fields:
            return getattr(event, field)
    raise Unresolved(f"nothing has answered {who} with {field} yet")


_FINDERS = {
    "receipt": _receipt,
    "receipt-of": _receipt_of,
    "message-id": _message_id,
    "answer": _answer,
}
