"""Looking up what a program has received: the text of a message, and which one is poison."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Texts
from studyapp.engine.sqs.events import MessageRedriven, MessageSent

if TYPE_CHECKING:
    from studyapp.engine.world import World


def sent(world: "World", message_id: str) -> MessageSent:
    """The entry by which a message first came into a queue; its id names it."""
    event = world.log[int(message_id[1:])]
    while type(event) is MessageRedriven:
        event = world.log[int(event.message_id[1:])]
    assert isinstance(event, MessageSent)
    return event


def is_poison(world: "World", message_id: str, texts: Texts) -> bool:
    """Whether the message's body holds one of these texts."""
    body = sent(world, message_id).body
    return any(text in body for text in texts)
