"""`consumer`: a program that receives messages from a queue, handles one after the other, and deletes them.

Everything that can go wrong on this way is a setting: too little time, a crash before the delete, a poison
message, a delete with the wrong handle. See SQS-05, SQS-41 to SQS-44, SQS-X01, SQS-X16.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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
from studyapp.engine.calls import Texts
from studyapp.engine.limits.sqs import (
    RECEIVE_MAX_MESSAGES,
    VISIBILITY_TIMEOUT_MAX_SECONDS,
    WAIT_MAX_SECONDS,
)
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import MessagesReceived

if TYPE_CHECKING:
    from studyapp.engine.world import World

__all__ = ["CONSUMER", "ConsumerSettings", "HandlingFailed", "HandlingFinished", "HandlingStarted"]

# How long it rests when a call was refused, if its own rest is shorter.
AFTER_REFUSAL_MS = 1_000


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """How it asks, what it does, and what goes wrong. Seconds where SQS has seconds, else milliseconds.

    `wait_time_seconds`: 0 is short polling; after an empty answer it rests `poll_interval_ms`. Long polling
    asks again at once. -1 leaves `wait_time_seconds` and `visibility_timeout` to the queue.

    `handling_ms` plus 0 to `handling_jitter_ms` (drawn) for each message, one after the other.
    `extends_visibility`: after each half of the timeout it asks for the whole timeout anew.

    `deletes` false: it forgets to. `deletes_in_batch`: all together after the last of what it received.
    `delete_with` message-id: the classic mistake.
    `loses_delete_per_mille`: of a thousand messages so many are handled, but the delete gets lost.

    `fails_per_mille`: of a thousand so many fail. `fails_on`: a message whose body holds one of these texts
    always fails. `on_failure`: it leaves the message hidden until the timeout ends, crashes, or makes it
    visible at once.

    `crash_on_message`: it crashes with the nth message that it begins in all its lives: `crash_after_ms` into
    the handling, or (-1) when it is handled and not yet deleted. `restart_after_ms` after any crash it starts
    again; 0: it stays down.

    `idempotent`: it remembers, even over a crash, what it has handled (by message id, or by body), and only
    deletes what comes again.

    `forwards_to`: "queue:name" or "topic:name"; the body goes there when a message is handled, before the
    delete.
    """

    queue: str
    start_ms: int = 0
    wait_time_seconds: int = field(
        default=WAIT_MAX_SECONDS, metadata={"min": -1, "max": WAIT_MAX_SECONDS}
    )
    poll_interval_ms: int = field(default=1_000, metadata={"min": 1})
    batch_size: int = field(default=1, metadata={"min": 1, "max": RECEIVE_MAX_MESSAGES})
    visibility_timeout: int = field(
        default=-1, metadata={"min": -1, "max": VISIBILITY_TIMEOUT_MAX_SECONDS}
    )
    handling_ms: int = field(default=1_000, metadata={"min": 1})
    handling_jitter_ms: int = 0
    extends_visibility: bool = False
    deletes: bool = True
    deletes_in_batch: bool = False
    delete_with: str = field(
        default="receipt-handle", metadata={"choices": ("receipt-handle", "message-id")}
    )
    loses_delete_per_mille: int = field(default=0, metadata={"max": 1000})
    fails_per_mille: int = field(default=0, metadata={"max": 1000})
    fails_on: Texts = ()
    on_failure: str = field(
        default="leave", metadata={"choices": ("leave", "crash", "make-visible")}
    )
    crash_on_message: int = 0
    crash_after_ms: int = field(default=-1, metadata={"min": -1})
    restart_after_ms: int = 0
    idempotent: bool = False
    idempotent_by: str = field(default="message-id", metadata={"choices": ("message-id", "body")})
    forwards_to: str = ""

    def problem(self) -> tuple[str, str] | None:
        """What does not go together: see `read_settings`."""
        if self.forwards_to and not self.forwards_to.startswith(("queue:", "topic:")):
            return "forwards_to", "'queue:name' or 'topic:name'"
        if "" in self.fails_on:
            return "fails_on", "texts that are not empty"
        return None


@dataclass(slots=True)
class ConsumerMemory:
    """`received`: the entry of the last MessagesReceived with messages; `left`: how many of these it has not
    dealt with. `handled`: receipt handles that wait for a delete in batch."""

    received: int = -1
    left: int = 0
    handled: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ConsumerRecords:
    """What it keeps in a database: how many messages it began, and, if it is idempotent, which it handled."""

    started: int = 0
    handled: dict[str, int] = field(default_factory=dict)


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
    parameters: dict[str, Any] = {
        "queue": settings.queue,
        "max_number_of_messages": settings.batch_size,
    }
    if settings.wait_time_seconds >= 0:
        parameters["wait_time_seconds"] = settings.wait_time_seconds
    if settings.visibility_timeout >= 0:
        parameters["visibility_timeout"] = settings.visibility_timeout
    try:
        world.call("sqs.ReceiveMessage", actor.name, **parameters)
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
    settings = actor.settings
    while place < len(answer.receipts):
        receipt = answer.receipts[place]
        if settings.idempotent and _key(world, settings, receipt[0]) in actor.durable.handled:
            _recognise(world, actor, answer.queue, receipt[0], receipt[1], received, place)
            place += 1
            continue
        outcome, ends_at_ms = NORMAL, world.now_ms + settings.handling_ms
        if settings.handling_jitter_ms:
            ends_at_ms += world.below(settings.handling_jitter_ms + 1)
        if settings.fails_on and is_poison(world, receipt[0], settings.fails_on):
            outcome = FAILS
        if actor.durable.started + 1 == settings.crash_on_message:
            outcome = CRASHES
            if settings.crash_after_ms >= 0:
                ends_at_ms = min(ends_at_ms, world.now_ms + settings.crash_after_ms)
        world.record(
            HandlingStarted(
                world.now_ms,
                received,
                "",
                actor.name,
                answer.queue,
                receipt[0],
                receipt[1],
                place,
                ends_at_ms,
                outcome,
            )
        )
        return
    if actor.memory.handled:
        _delete_all(world, actor, answer.queue)
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
    assert isinstance(started, HandlingStarted)
    _, received, _, _, queue, message_id, receipt_handle, place, _, outcome = started
    if outcome == CRASHES and settings.crash_after_ms >= 0:
        crash(world, actor, "crashed-while-handling", start)
        return
    by_chance = settings.fails_per_mille and world.below(1000) < settings.fails_per_mille
    if outcome == FAILS or by_chance:
        reason = "poison-message" if outcome == FAILS else "failed-by-chance"
        world.cause = world.record(
            HandlingFailed(now_ms, start, reason, name, queue, message_id, receipt_handle)
        )
        if settings.on_failure == "crash":
            crash(world, actor, reason, world.cause)
            return
        if settings.on_failure == "make-visible":
            _give_back(world, name, queue, receipt_handle)
    else:
        lost = (
            settings.loses_delete_per_mille and world.below(1000) < settings.loses_delete_per_mille
        )
        reason = "delete-lost" if lost else ""
        world.cause = world.record(
            HandlingFinished(now_ms, start, reason, name, queue, message_id, receipt_handle)
        )
        if settings.forwards_to:
            _forward(world, actor, message_id)
        if outcome == CRASHES:
            crash(world, actor, "crashed-before-delete", world.cause)
            return
        if settings.deletes and not lost and not settings.deletes_in_batch:
            _delete(world, actor, queue, message_id, receipt_handle)
    answer = world.log[received]
    assert isinstance(answer, MessagesReceived)
    handle_next(world, actor, answer, received, place + 1)


def _key(world: "World", settings: ConsumerSettings, message_id: str) -> str:
    if settings.idempotent_by == "body":
        return sent(world, message_id).body
    return message_id


def _recognise(
    world: "World",
    actor: Actor,
    queue: str,
    message_id: str,
    receipt_handle: str,
    received: int,
    place: int,
) -> None:
    before = world.cause
    world.cause = world.record(
        DuplicateRecognised(
            world.now_ms,
            received,
            f"handled-before-by-{actor.settings.idempotent_by}",
            actor.name,
            queue,
            message_id,
            receipt_handle,
            place,
        )
    )
    if actor.settings.deletes:
        _delete(world, actor, queue, message_id, receipt_handle)
    world.cause = before


def _delete(world: "World", actor: Actor, queue: str, message_id: str, receipt_handle: str) -> None:
    if actor.settings.delete_with == "message-id":
        receipt_handle = message_id
    try:
        world.call("sqs.DeleteMessage", actor.name, queue=queue, receipt_handle=receipt_handle)
    except Refused:
        pass  # it stands in the log, and the message comes back


def _delete_all(world: "World", actor: Actor, queue: str) -> None:
    handles = actor.memory.handled
    if actor.settings.delete_with == "message-id":
        handles = [handle.partition("-")[0] for handle in handles]
    entries = [{"id": f"{n}", "receipt_handle": handle} for n, handle in enumerate(handles)]
    try:
        world.call("sqs.DeleteMessageBatch", actor.name, queue=queue, entries=entries)
    except Refused:
        pass


def _give_back(world: "World", name: str, queue: str, receipt_handle: str) -> None:
    try:
        world.call(
            "sqs.ChangeMessageVisibility",
            name,
            queue=queue,
            receipt_handle=receipt_handle,
            visibility_timeout=0,
        )
    except Refused:
        pass


def _forward(world: "World", actor: Actor, message_id: str) -> None:
    kind, _, target = actor.settings.forwards_to.partition(":")
    message = sent(world, message_id)
    parameters: dict[str, Any] = {}
    if target.endswith(".fifo"):
        parameters["message_group_id"] = message.group or "forwarded"
        parameters["message_deduplication_id"] = message_id
    try:
        if kind == "queue":
            parameters.update(queue=target, message_body=message.body)
            world.call("sqs.SendMessage", actor.name, **parameters)
        else:
            parameters.update(topic=target, message=message.body)
            world.call("sns.Publish", actor.name, **parameters)
    except Refused:
        pass


def is_busy(actor: Actor) -> bool:
    return bool(actor.memory.left)


# Applies


def poll_planned(world: "World", actor: Actor, event: PollPlanned, number: int) -> None:
    world.set_alarm(event.due_ms, number, poll_again, actor.name, actor.life)


def _turn_to(world: "World", actor: Actor, received: int) -> None:
    """The first message of an answer."""
    memory = actor.memory
    answer = world.log[received]
    assert isinstance(answer, MessagesReceived)
    memory.received = received
    memory.left = len(answer.receipts)
    if memory.handled:
        memory.handled = []
    if actor.settings.extends_visibility:
        first_beat(world, actor, received)


def handling_started(world: "World", actor: Actor, event: HandlingStarted, number: int) -> None:
    if actor.memory.received != event.cause:
        _turn_to(world, actor, event.cause)
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
