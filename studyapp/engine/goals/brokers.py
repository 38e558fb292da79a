"""Goals about Amazon MQ: is anything lost, and does the client come back?"""

from collections.abc import Iterator

from studyapp.engine.goals.verdict import Missing, View, missing
from studyapp.engine.mq.activemq.events import MessageAccepted
from studyapp.engine.mq.events import Connected, ConnectionLost, MessageAcknowledged
from studyapp.engine.mq.rabbitmq.events import MessageRouted
from studyapp.engine.world import World


def every_message_consumed(
    world: World, view: View, *, destination: str, message_count: int = 1
) -> Iterator[Missing]:
    """Every message that the broker took for this queue was acknowledged by a consumer: none was lost."""
    taken: dict[str, str] = {}
    for event in world.log:
        if type(event) is MessageAccepted:
            is_here = event.destination == destination and bool(event.lines)
        elif type(event) is MessageRouted:
            is_here = destination in (*event.stored, *event.held)
        else:
            continue
        if is_here:
            taken[event.message_id] = event.body
    done = {
        event.message_id
        for event in world.log
        if type(event) is MessageAcknowledged and event.destination == destination
    }
    if len(taken) < message_count:
        yield missing("too-few-messages", queue=destination, found=len(taken), wanted=message_count)
    for message_id, body in taken.items():
        if message_id not in done:
            yield missing("message-not-consumed", message=body, queue=destination)


def connected_again(
    world: World, view: View, *, by: str, node: str | None = None, before_ms: int | None = None
) -> Iterator[Missing]:
    """The client lost its connection and, at the end, has one again, with any server of the broker or with a
    certain one; it came back before a time."""
    lost, again_ms = False, None
    for event in world.log:
        if type(event) is ConnectionLost and event.by == by:
            lost, again_ms = True, None
        elif type(event) is Connected and event.by == by and node in (None, event.node):
            again_ms = event.at_ms if lost and again_ms is None else again_ms
    if again_ms is None:
        yield missing("not-connected-again" if lost else "never-disconnected", by=by)
    elif before_ms is not None and again_ms >= before_ms:
        yield missing("connected-too-late", by=by, at_ms=again_ms, limit_at_ms=before_ms)
