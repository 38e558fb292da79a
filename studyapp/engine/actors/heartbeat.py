"""Asking for more time while a program still works on what it received (SQS-41, SQS-44).

After each half of the visibility timeout it asks for the whole timeout anew, for every message that it has not
dealt with yet. The twelve hours from the receive stay the limit: then SQS refuses, and the message comes back.
"""

from typing import TYPE_CHECKING

from studyapp.engine.actors.handling import HeartbeatPlanned
from studyapp.engine.actors.lives import alive
from studyapp.engine.actors.state import Actor
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import MessagesReceived

if TYPE_CHECKING:
    from studyapp.engine.world import World


def _timeout_ms(answer: MessagesReceived) -> int:
    return answer.receipts[0][3] - answer.at_ms


def first_beat(world: "World", actor: Actor, received: int) -> None:
    """For an apply: plan the first time for what was received just now."""
    answer = world.log[received]
    assert isinstance(answer, MessagesReceived)
    timeout_ms = _timeout_ms(answer)
    if timeout_ms > 0:
        due_ms = answer.at_ms + timeout_ms // 2
        world.set_alarm(due_ms, received, extend, actor.name, actor.life, received)


def extend(world: "World", name: str, life: int, received: int) -> None:
    """An alarm: ask for the whole timeout for what is left, if anything is."""
    actor = alive(world, name, life)
    if actor is None or actor.memory.received != received or not actor.memory.left:
        return
    answer = world.log[received]
    assert isinstance(answer, MessagesReceived)
    timeout_ms = _timeout_ms(answer)
    first = 0 if actor.settings.deletes_in_batch else len(answer.receipts) - actor.memory.left
    handles = [receipt[1] for receipt in answer.receipts[first:]]
    seconds = timeout_ms // 1000
    try:
        if len(handles) == 1:
            world.ask(
                "sqs.ChangeMessageVisibility",
                name,
                {
                    "queue": answer.queue,
                    "receipt_handle": handles[0],
                    "visibility_timeout": seconds,
                },
            )
        else:
            entries = tuple(
                (("id", str(place)), ("receipt_handle", each), ("visibility_timeout", seconds))
                for place, each in enumerate(handles, first)
            )
            parameters = {"queue": answer.queue, "entries": entries}
            world.ask("sqs.ChangeMessageVisibilityBatch", name, parameters)
    except Refused:
        return  # it stands in the log; asking again would not help
    due_ms = world.now_ms + timeout_ms // 2
    world.record(HeartbeatPlanned(world.now_ms, received, "", name, answer.queue, due_ms))


def beat(world: "World", actor: Actor, event: HeartbeatPlanned, number: int) -> None:
    """For an apply: the next time is planned."""
    world.set_alarm(event.due_ms, number, extend, actor.name, actor.life, event.cause)
