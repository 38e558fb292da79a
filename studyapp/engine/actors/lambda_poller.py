"""`lambda-poller`: Lambda's event source mapping on a queue: it polls, invokes a function with batches, and
deletes what the function dealt with (SQS-X31, SQS-X32).

The function handles the messages of a batch in order. What fails is not deleted: it comes back when the
visibility timeout ends, alone if the function reports item failures, else with its whole batch.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from studyapp.engine.actors.handling import HandlingFailed, HandlingFinished, PollPlanned
from studyapp.engine.actors.lambda_events import (
    BatchGathered,
    FunctionFailed,
    FunctionInvoked,
    FunctionReturned,
    LambdaScaled,
    PollOpened,
)
from studyapp.engine.actors.lambda_settings import LambdaMemory, LambdaPollerSettings
from studyapp.engine.actors.lives import alive, leave
from studyapp.engine.actors.messages import is_poison
from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.limits.actors import (
    LAMBDA_CONCURRENCY_ADDED_PER_MINUTE,
    LAMBDA_CONCURRENCY_MAX,
    LAMBDA_IDLE_POLLS,
)
from studyapp.engine.limits.sqs import BATCH_MAX_ENTRIES, RECEIVE_MAX_MESSAGES, WAIT_MAX_SECONDS
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import MessagesReceived, Receipt

if TYPE_CHECKING:
    from studyapp.engine.world import World

AFTER_REFUSAL_MS = 1_000
SCALING_PERIOD_MS = 60_000


# Polling


def begin(world: "World", actor: Actor) -> None:
    """It starts to poll, now or at `start_ms`."""
    settings, now_ms = actor.settings, world.now_ms
    if settings.start_ms > now_ms:
        world.record(
            PollPlanned(
                now_ms, world.cause, "starts-later", actor.name, settings.queue, settings.start_ms
            )
        )
    else:
        poll(world, actor)


def poll(world: "World", actor: Actor) -> None:
    """Open polls until enough wait, as far as the concurrency allows."""
    memory, settings = actor.memory, actor.settings
    while memory.polls < LAMBDA_IDLE_POLLS:
        if memory.polls + memory.running + bool(memory.gathered) >= _allowed(actor):
            return
        world.record(PollOpened(world.now_ms, world.cause, "", actor.name, settings.queue))
        if not _ask(world, actor):
            return


def _allowed(actor: Actor) -> int:
    limit = actor.settings.concurrency_max or LAMBDA_CONCURRENCY_MAX
    return int(min(actor.memory.capacity, limit))


def _ask(world: "World", actor: Actor) -> bool:
    settings = actor.settings
    parameters = {
        "queue": settings.queue,
        "max_number_of_messages": min(settings.batch_size, RECEIVE_MAX_MESSAGES),
        "wait_time_seconds": WAIT_MAX_SECONDS,
    }
    try:
        world.ask("sqs.ReceiveMessage", actor.name, parameters)
    except Refused as refusal:
        due_ms = world.now_ms + AFTER_REFUSAL_MS
        world.record(
            PollPlanned(
                world.now_ms, world.cause, refusal.reason, actor.name, settings.queue, due_ms
            )
        )
        return False
    return True


def poll_again(world: "World", name: str, life: int) -> None:
    """An alarm: the rest is over."""
    actor = alive(world, name, life)
    if actor is not None and not actor.stopping:
        poll(world, actor)


def take(world: "World", actor: Actor, event: MessagesReceived, number: int) -> None:
    """The answer to a poll."""
    if actor.stopping or not actor.memory.polls:
        return
    settings = actor.settings
    if not event.receipts:
        if event.reason == "wait-ended":
            _ask(world, actor)
        else:
            due_ms = world.now_ms + AFTER_REFUSAL_MS
            world.record(
                PollPlanned(world.now_ms, number, event.reason, actor.name, event.queue, due_ms)
            )
        return
    due_ms = world.now_ms + settings.batching_window_ms
    world.record(
        BatchGathered(world.now_ms, number, "", actor.name, event.queue, event.receipts, due_ms)
    )
    _hand_over(world, actor)
    _grow(world, actor)
    poll(world, actor)


def end_window(world: "World", name: str, life: int) -> None:
    """An alarm: the batching window ends; what was gathered goes to the function."""
    actor = alive(world, name, life)
    if actor is not None:
        _hand_over(world, actor)


def _grow(world: "World", actor: Actor) -> None:
    """Every minute in which all are busy, Lambda allows 300 more."""
    memory, now_ms = actor.memory, world.now_ms
    capacity = memory.capacity
    if (
        memory.running >= _allowed(actor)
        and _allowed(actor) == capacity < LAMBDA_CONCURRENCY_MAX
        and now_ms - memory.scaled_ms >= SCALING_PERIOD_MS
    ):
        more = min(capacity + LAMBDA_CONCURRENCY_ADDED_PER_MINUTE, LAMBDA_CONCURRENCY_MAX)
        world.record(
            LambdaScaled(now_ms, world.cause, "all-pollers-busy", actor.name, capacity, more)
        )


# Invoking


def _hand_over(world: "World", actor: Actor) -> None:
    """Invoke the function with what was gathered, if it is enough or its time has come."""
    memory, settings, now_ms = actor.memory, actor.settings, world.now_ms
    while memory.gathered and memory.running < _allowed(actor):
        is_full = len(memory.gathered) >= settings.batch_size
        if not is_full and now_ms < memory.due_ms:
            return
        reason = ""
        if settings.batching_window_ms:
            reason = "batch-full" if is_full else "window-ended"
        receipts = tuple(memory.gathered[: settings.batch_size])
        ends_at_ms = now_ms + settings.duration_ms
        world.record(
            FunctionInvoked(
                now_ms, world.cause, reason, actor.name, memory.queue, receipts, ends_at_ms
            )
        )


def end_invocation(world: "World", name: str, life: int) -> None:
    """An alarm: the function returns or raises; what it dealt with is deleted."""
    actor = alive(world, name, life)
    if actor is None:
        return
    settings, now_ms, start = actor.settings, world.now_ms, world.cause
    invoked = world.log[start]
    assert isinstance(invoked, FunctionInvoked)
    queue, receipts = invoked.queue, invoked.receipts
    fails = settings.fails_per_mille and world.below(1000) < settings.fails_per_mille
    done, left = ([], receipts) if fails else _run(world, actor, start, queue, receipts)
    if left and not (settings.reports_item_failures and not fails):
        why = "failed-by-chance" if fails else "poison-message"
        world.cause = world.record(FunctionFailed(now_ms, start, why, name, queue, receipts))
        done = []
    else:
        why = "item-failures-reported" if left else ""
        world.cause = world.record(
            FunctionReturned(now_ms, start, why, name, queue, len(receipts), len(left))
        )
    for first in range(0, len(done), BATCH_MAX_ENTRIES):
        _delete(world, name, queue, done[first : first + BATCH_MAX_ENTRIES])
    if not actor.stopping:
        _hand_over(world, actor)
        poll(world, actor)
    elif not actor.memory.running:
        leave(world, actor, "work-done", world.cause)


def _run(
    world: "World", actor: Actor, start: int, queue: str, receipts: tuple[Receipt, ...]
) -> tuple[list[Receipt], tuple[Receipt, ...]]:
    """The function goes through its messages. Returns what it handled and what it did not."""
    settings, now_ms, name = actor.settings, world.now_ms, actor.name
    done: list[Receipt] = []
    failed: list[Receipt] = []
    for place, receipt in enumerate(receipts):
        if settings.fails_on and is_poison(world, receipt[0], settings.fails_on):
            world.record(
                HandlingFailed(now_ms, start, "poison-message", name, queue, receipt[0], receipt[1])
            )
            # A FIFO function stops at the first failure and reports the rest, to keep the order.
            if not settings.reports_item_failures or queue.endswith(".fifo"):
                return done, receipts[place:]
            failed.append(receipt)
        else:
            world.record(HandlingFinished(now_ms, start, "", name, queue, receipt[0], receipt[1]))
            done.append(receipt)
    return done, tuple(failed)


def _delete(world: "World", name: str, queue: str, receipts: list[Receipt]) -> None:
    entries = tuple(
        (("id", str(place)), ("receipt_handle", receipt[1]))
        for place, receipt in enumerate(receipts)
    )
    with suppress(Refused):  # it stands in the log, and the messages come back
        world.ask("sqs.DeleteMessageBatch", name, {"queue": queue, "entries": entries})


def is_busy(actor: Actor) -> bool:
    return bool(actor.memory.running)


# Applies


def poll_planned(world: "World", actor: Actor, event: PollPlanned, number: int) -> None:
    if event.reason != "starts-later":
        actor.memory.polls -= 1
    world.set_alarm(event.due_ms, number, poll_again, actor.name, actor.life)


def poll_opened(world: "World", actor: Actor, event: PollOpened, number: int) -> None:
    memory = actor.memory
    memory.polls += 1
    if memory.scaled_ms < 0:
        memory.scaled_ms = event.at_ms


def batch_gathered(world: "World", actor: Actor, event: BatchGathered, number: int) -> None:
    memory = actor.memory
    memory.polls -= 1
    memory.queue = event.queue
    if not memory.gathered:
        memory.due_ms = event.due_ms
        if event.due_ms > event.at_ms:
            world.set_alarm(event.due_ms, number, end_window, actor.name, actor.life)
    memory.gathered.extend(event.receipts)


def invoked(world: "World", actor: Actor, event: FunctionInvoked, number: int) -> None:
    memory = actor.memory
    memory.running += 1
    del memory.gathered[: len(event.receipts)]
    if memory.gathered:
        memory.due_ms = event.at_ms + actor.settings.batching_window_ms
        world.set_alarm(memory.due_ms, number, end_window, actor.name, actor.life)
    world.set_alarm(event.ends_at_ms, number, end_invocation, actor.name, actor.life)


def ended(
    world: "World", actor: Actor, event: FunctionReturned | FunctionFailed, number: int
) -> None:
    actor.memory.running -= 1


def scaled(world: "World", actor: Actor, event: LambdaScaled, number: int) -> None:
    actor.memory.capacity = event.capacity
    actor.memory.scaled_ms = event.at_ms


def handled(
    world: "World", actor: Actor, event: HandlingFinished | HandlingFailed, number: int
) -> None:
    """A function remembers nothing of a message."""


LAMBDA_POLLER = Kind(
    settings=LambdaPollerSettings,
    memory=LambdaMemory,
    begin=begin,
    hears={MessagesReceived: take},
    applies={
        PollPlanned: poll_planned,
        PollOpened: poll_opened,
        BatchGathered: batch_gathered,
        FunctionInvoked: invoked,
        FunctionReturned: ended,
        FunctionFailed: ended,
        LambdaScaled: scaled,
        HandlingFinished: handled,
        HandlingFailed: handled,
    },
    is_busy=is_busy,
)
