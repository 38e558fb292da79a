"""The beaten path: what a plain producer and a plain consumer of a standard queue do at every step, in one go.

Nothing happens here that would not happen on the long way (`World.ask`, the action, `World.record`, reactions):
the same entries in the same order, changed by the same applies. It is short because a plain step leaves nothing
to others: settings are looked through once (`plain`), each look at the queue is made once, and nobody can come
between an event and the reaction to it. A function that finds anything else answers False before it has done or
drawn anything, and the long way is taken. `tests/engine/actors/test_beaten_path.py` walks both and compares.
"""

from typing import TYPE_CHECKING

from studyapp.engine.actors import consumer
from studyapp.engine.actors.handling import NORMAL, HandlingFinished, HandlingStarted
from studyapp.engine.actors.producer_settings import ProducerSettings
from studyapp.engine.actors.state import Actor
from studyapp.engine.limits.sqs import IN_FLIGHT_MAX_STANDARD
from studyapp.engine.log import Called, new
from studyapp.engine.sqs.events import (
    MessageDeleted,
    MessageSent,
    MessagesReceived,
    Receipt,
    ReceiveWaiting,
)
from studyapp.engine.sqs.line import Line
from studyapp.engine.sqs.message import IN_FLIGHT, Message
from studyapp.engine.sqs.message_changes import (
    message_deleted,
    message_sent,
    messages_received,
    receive_waiting,
)
from studyapp.engine.sqs.queue import Queue
from studyapp.engine.sqs.receiving import wake_waiter

if TYPE_CHECKING:
    from studyapp.engine.world import World

# More entries than one step makes: a log that is almost full is filled on the long way.
ROOM = 8


def send(world: "World", actor: Actor, body: str, is_alone: bool) -> bool:
    """A producer sends one message; a consumer that waits for it begins to handle it. `is_alone`: the producer
    does nothing else now."""
    settings: ProducerSettings = actor.settings
    queue, log = world.sqs.queues.get(settings.target), world.log
    number = len(log)
    if (
        queue is None
        or queue.fifo is not None
        or not (body and body.isascii() and body.isprintable())
        or len(body) > queue.message_size_max
        or number + ROOM > world.events_max
    ):
        return False
    now_ms, by = world.now_ms, actor.name
    parameters = (settings.target_parameter, ("message_body", body))
    log.append(new(Called, (now_ms, world.cause, "", "sqs.SendMessage", by, parameters)))
    fields = (
        now_ms,
        number,
        "",
        queue.name,
        f"m{number + 1}",
        body,
        len(body),
        now_ms + queue.delay_ms,
        by,
        (),
        None,
        None,
        None,
    )
    event = new(MessageSent, fields)
    log.append(event)
    message_sent(world, event, number + 1)
    if queue.waiters and not (is_alone and _answer(world, queue)):
        world.react_later(wake_waiter, event, number + 1)
    return True


def _answer(world: "World", queue: Queue) -> bool:
    """The only visible message goes to the poll that has waited longest."""
    line = queue.line
    if queue.chances is not None or type(line) is not Line or line.visible != 1:
        return False
    waiter = next(iter(queue.waiters.values()))
    actor = world.actors.actors.get(waiter.by)
    if (
        actor is None
        or actor.kind != "consumer"
        or not actor.running
        or not actor.settings.plain
        or actor.memory.left
    ):
        return False
    message = line.head()
    timeout_ms = waiter.visibility_timeout_ms
    if message is None or not _may_be_given(queue, message, timeout_ms):
        return False
    _give(world, queue, message, actor, waiter.number, timeout_ms)
    return True


def _may_be_given(queue: Queue, message: Message, timeout_ms: int) -> bool:
    most = queue.max_receive_count
    return (
        timeout_ms > 0
        and queue.in_flight < IN_FLIGHT_MAX_STANDARD
        and (not most or message.receives_here < most)
    )


def _give(
    world: "World", queue: Queue, message: Message, actor: Actor, cause: int, timeout_ms: int
) -> None:
    """A consumer receives a message and begins to handle it."""
    log, now_ms, name, by = world.log, world.now_ms, queue.name, actor.name
    message_id = message.message_id
    number = len(log)
    handle = f"{message_id}-r{number}"
    fields = (message_id, handle, message.receive_count + 1, now_ms + timeout_ms, False)
    answer = new(MessagesReceived, (now_ms, cause, "", name, by, (new(Receipt, fields),), None))
    log.append(answer)
    messages_received(world, answer, number)
    ends_at_ms = now_ms + actor.settings.handling_ms
    started = new(
        HandlingStarted,
        (now_ms, number, "", by, name, message_id, handle, 0, ends_at_ms, NORMAL),
    )
    log.append(started)
    consumer.handling_started(world, actor, started, number + 1)


def finish(world: "World", actor: Actor, started: HandlingStarted) -> bool:
    """A consumer has handled its last message: it deletes it, if the call is not lost, and asks for another."""
    settings, memory, log = actor.settings, actor.memory, world.log
    _, _, _, by, name, message_id, handle, _, _, outcome = started
    queue = world.sqs.queues.get(name)
    if (
        queue is None
        or outcome != NORMAL
        or memory.left != 1
        or memory.handled
        or actor.stopping
        or settings.queue != name
        or queue.fifo is not None
        or queue.chances is not None
        or len(log) + ROOM > world.events_max
    ):
        return False
    line, message = queue.line, queue.messages.get(message_id)
    if (
        message is None
        or message.receipt_handle != handle
        or message.state != IN_FLIGHT
        or type(line) is not Line
        or (line.visible and queue.waiters)
    ):
        return False
    now_ms, start, loss = world.now_ms, world.cause, settings.loses_delete_per_mille
    lost = loss and world.below(1000) < loss
    finished = len(log)
    event = new(
        HandlingFinished,
        (now_ms, start, "delete-lost" if lost else "", by, name, message_id, handle),
    )
    log.append(event)
    consumer.handling_finished(world, actor, event, finished)
    parameters = settings.receive_parameters
    called = finished + 1
    if not lost:
        given = (parameters[0], ("receipt_handle", handle))
        log.append(new(Called, (now_ms, finished, "", "sqs.DeleteMessage", by, given)))
        deleted = new(MessageDeleted, (now_ms, called, "", name, message_id, handle))
        log.append(deleted)
        message_deleted(world, deleted, called + 1)
        called += 2
    # It asks again.
    seconds = settings.visibility_timeout
    timeout_ms = queue.visibility_timeout_ms if seconds < 0 else seconds * 1000
    head = line.head()
    if head is None:
        seconds = settings.wait_time_seconds
        wait_ms = queue.wait_time_ms if seconds < 0 else seconds * 1000
        if wait_ms:
            log.append(new(Called, (now_ms, finished, "", "sqs.ReceiveMessage", by, parameters)))
            waiting = new(
                ReceiveWaiting,
                (
                    now_ms,
                    called,
                    "",
                    name,
                    by,
                    settings.batch_size,
                    timeout_ms,
                    now_ms + wait_ms,
                    None,
                ),
            )
            log.append(waiting)
            receive_waiting(world, waiting, called + 1)
            return True
    elif settings.batch_size == 1 and _may_be_given(queue, head, timeout_ms):
        log.append(new(Called, (now_ms, finished, "", "sqs.ReceiveMessage", by, parameters)))
        _give(world, queue, head, actor, called, timeout_ms)
        return True
    world.cause = finished
    consumer.poll(world, actor)
    return True
