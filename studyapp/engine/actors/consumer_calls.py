"""What a consumer asks of SQS when it is done with a message, or has failed. A refusal stands in the log, and
the message comes back: the program goes on."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from studyapp.engine.actors.messages import sent
from studyapp.engine.actors.state import Actor
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


def delete(world: "World", actor: Actor, queue: str, receipt_handle: str) -> None:
    """DeleteMessage, with the right handle or, by mistake, with the message id."""
    if actor.settings.delete_with == "message-id":
        receipt_handle = _message_id(receipt_handle)
    parameters = {"queue": queue, "receipt_handle": receipt_handle}
    try:
        world.ask("sqs.DeleteMessage", actor.name, parameters)
    except Refused:
        return


def delete_all(world: "World", actor: Actor, queue: str, receipt_handles: list[str]) -> None:
    """DeleteMessageBatch."""
    if actor.settings.delete_with == "message-id":
        receipt_handles = [_message_id(each) for each in receipt_handles]
    entries = tuple(
        (("id", str(place)), ("receipt_handle", each)) for place, each in enumerate(receipt_handles)
    )
    with suppress(Refused):
        world.ask("sqs.DeleteMessageBatch", actor.name, {"queue": queue, "entries": entries})


def _message_id(receipt_handle: str) -> str:
    return receipt_handle.partition("-")[0]


def give_back(world: "World", name: str, queue: str, receipt_handle: str) -> None:
    """ChangeMessageVisibility to 0: somebody else may have it at once."""
    parameters = {"queue": queue, "receipt_handle": receipt_handle, "visibility_timeout": 0}
    with suppress(Refused):
        world.ask("sqs.ChangeMessageVisibility", name, parameters)


def forward(world: "World", actor: Actor, message_id: str) -> None:
    """Send the body on to a queue or publish it to a topic; a FIFO target keeps the group."""
    kind, _, target = actor.settings.forwards_to.partition(":")
    message = sent(world, message_id)
    parameters: dict[str, Any] = {}
    if target.endswith(".fifo"):
        parameters["message_group_id"] = message.group or "forwarded"
        parameters["message_deduplication_id"] = message_id
    with suppress(Refused):
        if kind == "queue":
            parameters.update(queue=target, message_body=message.body)
            world.ask("sqs.SendMessage", actor.name, parameters)
        else:
            parameters.update(topic=target, message=message.body)
            world.ask("sns.Publish", actor.name, parameters)
