"""`consumer`: a program that receives messages from a queue, handles one after the other, and deletes them.

Everything that can go wrong on this way is a setting: too little time, a crash before the delete, a poison
message, a delete with the wrong handle. See SQS-05, SQS-41 to SQS-44, SQS-X01, SQS-X16.
"""

from typing import TYPE_CHECKING

from studyapp.engine.actors import beaten_path
from studyapp.engine.actors.consumer_calls import delete, delete_all, forward, give_back
from studyapp.engine.actors.consumer_settings import (
    ConsumerMemory,
    ConsumerRecords,
    ConsumerSettings,
)
from studyapp.engine.actors.handling import (
    CRASHES,
    FAILS,
    NORMAL,
    DuplicateRecognised,
    HandlingFailed,
    HandlingFinished,
    HandlingStarted,
    HeartbeatPlanned,
    PollPlanned,
)
from studyapp.engine.actors.heartbeat import beat, first_beat
from studyapp.engine.actors.lives import alive, crash, leave
from studyapp.engine.actors.messages import is_poison, sent
from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.log import new
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import MessagesReceived

if TYPE_CHECKING:
    from studyapp.engine.world import World

__all__ = ["CONSUMER", "HandlingFailed", "HandlingFinished", "HandlingStarted"]

# How long it rests when a call was refused, if its own rest is shorter.
AFTER_REFUSAL_MS = 1_000


# Asking


def begin(world: "World", actor: Actor) -> None:
    """It starts to ask, now or at `start_ms`."""
    settings = actor.settings
    if settings.start_ms > world.now_ms:
        _rest(world, actor, "starts-later", settings.start_ms)
    else:
        poll(world, actor)


def poll(world: "World", actor: Actor) -> None:
    """Ask the queue once. The answer comes to `take`."""
    settings = actor.settings
    try:
        world.ask("sqs.ReceiveMessage", actor.name, dict(settings.receive_parameters))
    except Refused as refusal:
        rest_ms = max(settings.poll_interval_ms, AFTER_REFUSAL_MS)
        _rest(world, actor, refusal.reason, world.now_ms + rest_ms)


def _rest(world: "World", actor: Actor, reason: str, due_ms: int) -> None:
    queue = actor.settings.queue
    world.record(PollPlanned(world.now_ms, world.cause, reason, actor.name, queue, due_ms))


def poll_again(world: "World", name: str, life: int) -> None:
    """An alarm: the rest is over."""
    actor = alive(world, name, life)
    if actor is not None:
        poll(world, actor)


def take(world: "World", actor: Actor, event: MessagesReceived, number: int) -> None:
    """The answer to a poll."""
    if actor.memory.left:
        return  # somebody else asked in its name while it works
    if event.receipts:
        handle_next(world, actor, event, number, 0)
    elif event.reason == "wait-ended":
        poll(world, actor)
    else:
        due_ms = world.now_ms + actor.settings.poll_interval_ms
        _rest(world, actor, "nothing-received", due_ms)


# Handling


def handle_next(
    world: "World", actor: Actor, answer: MessagesReceived, received: int, place: int
) -> None:
    """Turn to the message at `place` of what was received; after the last one, ask again."""
    settings, receipts, now_ms = actor.settings, answer.receipts, world.now_ms
    if settings.idempotent:
        place = _skip_handled(world, actor, answer, received, place)
    if place == len(receipts):
        end_batch(world, actor, answer.queue)
        return
    message_id, receipt_handle = receipts[place][:2]
    outcome, ends_at_ms = NORMAL, now_ms + settings.handling_ms
    if settings.handling_jitter_ms:
        ends_at_ms += world.below(settings.handling_jitter_ms + 1)
    if settings.fails_on and is_poison(world, message_id, settings.fails_on):
        outcome = FAILS
    crash_on = settings.crash_on_message
    if crash_on and actor.durable.started + 1 == crash_on:
        outcome = CRASHES
        if settings.crash_after_ms >= 0:
            ends_at_ms = min(ends_at_ms, now_ms + settings.crash_after_ms)
    fields = (
        now_ms,
        received,
        "",
        actor.name,
        answer.queue,
        message_id,
        receipt_handle,
        place,
        ends_at_ms,
        outcome,
    )
    world.record(new(HandlingStarted, fields))


def end_batch(world: "World", actor: Actor, queue: str) -> None:
    """Everything that was received is dealt with."""
    handled = actor.memory.handled
    if handled:
        delete_all(world, actor, queue, handled)
    if actor.stopping:
        leave(world, actor, "work-done", world.cause)
    else:
        poll(world, actor)


def end_handling(world: "World", name: str, life: int) -> None:
    """An alarm: a message is handled, or this is where it goes wrong."""
    actor = alive(world, name, life)
    if actor is None:
        return
    now_ms, settings, start = world.now_ms, actor.settings, world.cause
    started = world.log[start]
    assert type(started) is HandlingStarted
    if settings.plain and beaten_path.finish(world, actor, started):
        return
    _, received, _, _, queue, message_id, receipt_handle, place, _, outcome = started
    if outcome == CRASHES and settings.crash_after_ms >= 0:
        crash(world, actor, "crashed-while-handling", start)
        return
    by_chance = settings.fails_per_mille and world.below(1000) < settings.fails_per_mille
    if by_chance or outcome == FAILS:
        reason = "poison-message" if outcome == FAILS else "failed-by-chance"
        world.cause = world.record(
            HandlingFailed(now_ms, start, reason, name, queue, message_id, receipt_handle)
        )
        if settings.on_failure == "crash":
            crash(world, actor, reason, world.cause)
            return
        if settings.on_failure == "make-visible":
            give_back(world, name, queue, receipt_handle)
    else:
        loss = settings.loses_delete_per_mille
        reason = "delete-lost" if loss and world.below(1000) < loss else ""
        fields = (now_ms, start, reason, name, queue, message_id, receipt_handle)
        world.cause = world.record(new(HandlingFinished, fields))
        if settings.forwards_to:
            forward(world, actor, message_id)
        if outcome == CRASHES:
            crash(world, actor, "crashed-before-delete", world.cause)
            return
        if settings.deletes and not reason and not settings.deletes_in_batch:
            delete(world, actor, queue, receipt_handle)
    if actor.memory.left:
        answer = world.log[received]
        assert type(answer) is MessagesReceived
        handle_next(world, actor, answer, received, place + 1)
    else:
        end_batch(world, actor, queue)


def _skip_handled(
    world: "World", actor: Actor, answer: MessagesReceived, received: int, place: int
) -> int:
    """An idempotent consumer only deletes what it knows. Returns the place of the next new message."""
    settings, queue, cause = actor.settings, answer.queue, world.cause
    reason = f"handled-before-by-{settings.idempotent_by}"
    for receipt in answer.receipts[place:]:
        message_id, receipt_handle = receipt[:2]
        if _key(world, settings, message_id) not in actor.durable.handled:
            break
        world.cause = world.record(
            DuplicateRecognised(
                world.now_ms,
                received,
                reason,
                actor.name,
                queue,
                message_id,
                receipt_handle,
                place,
            )
        )
        if settings.deletes:
            delete(world, actor, queue, receipt_handle)
        place += 1
    world.cause = cause
    return place


def _key(world: "World", settings: ConsumerSettings, message_id: str) -> str:
    return sent(world, message_id).body if settings.idempotent_by == "body" else message_id


def is_busy(actor: Actor) -> bool:
    return bool(actor.memory.left)


# Applies


def poll_planned(world: "World", actor: Actor, event: PollPlanned, number: int) -> None:
    world.set_alarm(event.due_ms, number, poll_again, actor.name, actor.life)


def _turn_to(world: "World", actor: Actor, received: int) -> None:
    """The first message of an answer."""
    memory = actor.memory
    answer = world.log[received]
    assert type(answer) is MessagesReceived
    memory.received = received
    memory.left = len(answer.receipts)
    if memory.handled:
        memory.handled = []
    if actor.settings.extends_visibility:
        first_beat(world, actor, received)


def handling_started(world: "World", actor: Actor, event: HandlingStarted, number: int) -> None:
    received = event.cause
    if actor.memory.received != received:
        _turn_to(world, actor, received)
    actor.durable.started += 1
    world.set_alarm(event.ends_at_ms, number, end_handling, actor.name, actor.life)


def handling_finished(world: "World", actor: Actor, event: HandlingFinished, number: int) -> None:
    settings, memory = actor.settings, actor.memory
    memory.left -= 1
    if settings.idempotent:
        actor.durable.handled[_key(world, settings, event.message_id)] = number
    if settings.deletes_in_batch and settings.deletes and not event.reason:
        memory.handled.append(event.receipt_handle)


def handling_failed(world: "World", actor: Actor, event: HandlingFailed, number: int) -> None:
    actor.memory.left -= 1


def recognised(world: "World", actor: Actor, event: DuplicateRecognised, number: int) -> None:
    if actor.memory.received != event.cause:
        _turn_to(world, actor, event.cause)
    actor.memory.left -= 1


CONSUMER = Kind(
    settings=ConsumerSettings,
    memory=ConsumerMemory,
    begin=begin,
    hears={MessagesReceived: take},
    applies={
        PollPlanned: poll_planned,
        HandlingStarted: handling_started,
        HandlingFinished: handling_finished,
        HandlingFailed: handling_failed,
        DuplicateRecognised: recognised,
        HeartbeatPlanned: beat,
    },
    durable=ConsumerRecords,
    is_busy=is_busy,
)
