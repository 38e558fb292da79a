"""`producer`: a program that sends messages or records to SQS, SNS, Kinesis or Firehose, in a rhythm of its own.

It plans a few turns at a time, one entry of the log for all of them.
"""

from itertools import islice
from typing import TYPE_CHECKING

from studyapp.engine.actors import beaten_path
from studyapp.engine.actors.events import ActorChanged
from studyapp.engine.actors.lives import alive, leave
from studyapp.engine.actors.producer_calls import Item, body, send
from studyapp.engine.actors.producer_settings import (
    ProducerMemory,
    ProducerRecords,
    ProducerSettings,
    SendGivenUp,
    SendingEnded,
    SendPlanned,
    SendRetried,
    SendRetryPlanned,
)
from studyapp.engine.actors.schedule import FOR_EVER_MS
from studyapp.engine.actors.schedule import turns as turns_of
from studyapp.engine.actors.settings import NUMBER_MAX
from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.log import Called, new

if TYPE_CHECKING:
    from studyapp.engine.world import World

# So many messages are planned at a time, or a batch, or what comes at once.
PLANNED_MESSAGES = 32


def begin(world: "World", actor: Actor) -> None:
    """Plan the first turns from now on."""
    _plan(world, actor, world.now_ms, "", _sent_so_far(world, actor), world.cause)


def _sent_so_far(world: "World", actor: Actor) -> int:
    """What was sent before the last plan, and since: the calls of a plan stand in the log."""
    sent, plan = actor.durable.sent, actor.durable.plan
    if plan < 0:
        return int(sent)
    event = world.log[plan]
    assert type(event) is SendPlanned
    calls = sum(
        type(each) is Called and each.cause == plan for each in islice(world.log, plan, None)
    )
    for _, count in event.turns:
        in_turn = min(calls, -(-count // event.batch_size))
        sent += min(count, in_turn * event.batch_size)
        calls -= in_turn
    return int(sent)


def _plan(world: "World", actor: Actor, from_ms: int, reason: str, sent: int, cause: int) -> None:
    """Plan the next turns. A turn comes when as many messages have come together as go into a batch, and the
    last one with what is left."""
    settings, name, now_ms = actor.settings, actor.name, world.now_ms
    phases, batch_size = settings.schedule(), settings.batch_size
    left = settings.count - sent if settings.count else NUMBER_MAX
    stop_ms, turns_max = settings.stop_ms or FOR_EVER_MS, -(-PLANNED_MESSAGES // batch_size)
    turns: list[tuple[int, int]] = []
    last_ms, found, end = 0, 0, "count-reached"
    if left > 0:
        end = "schedule-ended"
        for due_ms, count in turns_of(phases, settings.start_ms, from_ms):
            if due_ms >= stop_ms:
                end = "stop-time-reached"
                break
            last_ms = due_ms
            if count >= left:
                count, left = left, 0
            else:
                left -= count
            found += count
            if found >= batch_size or left == 0:
                turns.append((due_ms, found))
                found = 0
                if left == 0 or len(turns) == turns_max:
                    break
    if found:
        turns.append((last_ms, found))
    if turns:
        world.record(SendPlanned(now_ms, cause, reason, name, sent, batch_size, tuple(turns)))
        return
    number = world.record(SendingEnded(now_ms, cause, end, name, sent))
    if not actor.memory.retrying:
        leave(world, actor, "work-done", number)


def changed(world: "World", actor: Actor, event: ActorChanged, number: int) -> None:
    """New settings hold from the next turn on; messages that it was collecting count as not yet there."""
    if not actor.memory.ended:
        sent = _sent_so_far(world, actor)
        _plan(world, actor, world.now_ms + 1, "changed", sent, number)


def take_turn(world: "World", name: str, life: int, first: int, count: int, is_last: bool) -> None:
    """An alarm: send `count` messages, numbered from `first`; after the last turn, plan the next ones."""
    actor = alive(world, name, life)
    plan = world.cause
    if actor is None or actor.memory.planned != plan:
        return
    settings, end = actor.settings, first + count
    batch_size = settings.batch_size
    if settings.plain and count == 1:
        item = new(Item, (first, ""))
        if not beaten_path.send(world, actor, body(settings, item), not is_last):
            _deliver(world, actor, [item], 0)
    elif batch_size == 1:
        for number in range(first, end):
            key = _key(world, settings, number) if settings.keys else ""
            _deliver(world, actor, [new(Item, (number, key))], 0)
    else:
        for start in range(first, end, batch_size):
            numbers = range(start, min(start + batch_size, end))
            items = [Item(number, _key(world, settings, number)) for number in numbers]
            _deliver(world, actor, items, 0)
    if is_last:
        _plan(world, actor, world.now_ms + 1, "", end - 1, plan)


def _key(world: "World", settings: ProducerSettings, number: int) -> str:
    keys = settings.keys
    if not keys:
        return ""
    if settings.key_choice == "round-robin":
        return keys[(number - 1) % len(keys)]
    if settings.key_choice == "random":
        return keys[world.below(len(keys))]
    drawn = world.below(sum(settings.key_weights))
    for key, weight in zip(keys, settings.key_weights, strict=True):
        drawn -= weight
        if drawn < 0:
            return key
    raise AssertionError("a draw is below the sum of the weights")


def _deliver(world: "World", actor: Actor, items: list[Item], attempt: int) -> None:
    """Send a batch; plan to send again what was throttled."""
    settings, now_ms, cause = actor.settings, world.now_ms, world.cause
    throttled, reason = send(world, actor.name, settings, items)
    if not throttled:
        if attempt:
            world.record(SendRetried(now_ms, cause, "", actor.name, attempt))
        return
    numbers = tuple(item.number for item in throttled)
    if attempt >= settings.retries:
        world.record(SendGivenUp(now_ms, cause, "retries-used-up", actor.name, attempt, numbers))
        return
    due_ms = now_ms + (settings.retry_after_ms << attempt)
    keys = tuple(item.key for item in throttled)
    world.record(
        SendRetryPlanned(now_ms, cause, reason, actor.name, due_ms, attempt + 1, numbers, keys)
    )


def retry(world: "World", name: str, life: int) -> None:
    """An alarm: send again what was throttled."""
    actor = alive(world, name, life)
    if actor is None:
        return
    event = world.log[world.cause]
    assert isinstance(event, SendRetryPlanned)
    items = [Item(*each) for each in zip(event.numbers, event.keys, strict=True)]
    _deliver(world, actor, items, event.attempt)
    if actor.memory.ended and not actor.memory.retrying:
        leave(world, actor, "work-done", world.cause)


# Applies


def send_planned(world: "World", actor: Actor, event: SendPlanned, number: int) -> None:
    actor.memory.planned = number
    actor.durable.plan, actor.durable.sent = number, event.sent
    first, last = event.sent + 1, len(event.turns) - 1
    name, life, set_alarm = actor.name, actor.life, world.set_alarm
    for place, (due_ms, count) in enumerate(event.turns):
        set_alarm(due_ms, number, take_turn, name, life, first, count, place == last)
        first += count


def retry_planned(world: "World", actor: Actor, event: SendRetryPlanned, number: int) -> None:
    if event.attempt == 1:
        actor.memory.retrying += 1
    world.set_alarm(event.due_ms, number, retry, actor.name, actor.life)


def sending_ended(world: "World", actor: Actor, event: SendingEnded, number: int) -> None:
    actor.memory.ended = True
    actor.durable.plan, actor.durable.sent = -1, event.sent


def retries_over(
    world: "World", actor: Actor, event: SendRetried | SendGivenUp, number: int
) -> None:
    if event.attempt:
        actor.memory.retrying -= 1


PRODUCER = Kind(
    settings=ProducerSettings,
    memory=ProducerMemory,
    begin=begin,
    hears={ActorChanged: changed},
    applies={
        SendPlanned: send_planned,
        SendRetryPlanned: retry_planned,
        SendRetried: retries_over,
        SendGivenUp: retries_over,
        SendingEnded: sending_ended,
    },
    durable=ProducerRecords,
)
