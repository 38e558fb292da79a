"""`producer`: a program that sends messages or records to SQS, SNS, Kinesis or Firehose, in a rhythm of its own."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.actors import schedule
from studyapp.engine.actors.events import ActorChanged
from studyapp.engine.actors.lives import alive, leave
from studyapp.engine.actors.producer_calls import Item, send
from studyapp.engine.actors.settings import Numbers
from studyapp.engine.actors.state import Actor, Kind
from studyapp.engine.calls import Texts
from studyapp.engine.limits.firehose import BATCH_RECORDS_MAX
from studyapp.engine.limits.kinesis import PUT_RECORDS_MAX
from studyapp.engine.limits.sqs import BATCH_MAX_ENTRIES, DELAY_MAX_SECONDS, MESSAGE_SIZE_MAX_BYTES

if TYPE_CHECKING:
    from studyapp.engine.world import World

_BATCH_MAX = {
    "sqs": BATCH_MAX_ENTRIES,
    "sns": BATCH_MAX_ENTRIES,
    "kinesis": PUT_RECORDS_MAX,
    "firehose": BATCH_RECORDS_MAX,
}
# More at one time is a mistake: it would be one decision without end.
AT_ONCE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class ProducerSettings:
    """What it sends, where to, and when.

    When: from `start_ms` until `stop_ms` (0: no such time) or until `count` messages were sent (0: no such
    number). `interval_ms` between two messages, or `rate_per_second`, or `burst_size` messages every
    `burst_every_ms`, or `phases` such as "10000:9/s, 20000:1/min" (see `schedule.py`): the last of these that
    is given holds.

    What: `body` with {n} (a number from 1) and {key}, filled up to `size_bytes`. `attributes`: message
    attributes as "city={key}" or "weight:Number=3". `keys`: message group ids, or partition keys, chosen in
    turn, at random, or at random by `key_weights`. Without keys a Kinesis record's key is its number.
    `deduplication_id`: with {n} and {key} too. `delay_seconds` -1 leaves the delay to the queue.

    `batch_size` above 1: it collects so many messages and sends them with the batch action. What is throttled is sent again, up to `retries` times,
    `retry_after_ms` later, and each time after twice that.
    """

    to: str = field(metadata={"choices": tuple(_BATCH_MAX)})
    target: str
    count: int = 0
    start_ms: int = 0
    stop_ms: int = 0
    interval_ms: int = field(default=1_000, metadata={"min": 1})
    rate_per_second: int = field(default=0, metadata={"max": AT_ONCE_MAX})
    burst_size: int = field(default=1, metadata={"min": 1, "max": AT_ONCE_MAX})
    burst_every_ms: int = 0
    phases: str = ""
    body: str = "message {n}"
    size_bytes: int = field(default=0, metadata={"max": 10 * MESSAGE_SIZE_MAX_BYTES})
    attributes: Texts = ()
    keys: Texts = ()
    key_choice: str = field(
        default="round-robin", metadata={"choices": ("round-robin", "random", "weights")}
    )
    key_weights: Numbers = ()
    deduplication_id: str = ""
    delay_seconds: int = field(default=-1, metadata={"min": -1, "max": DELAY_MAX_SECONDS})
    batch_size: int = field(default=1, metadata={"min": 1, "max": max(_BATCH_MAX.values())})
    retries: int = field(default=8, metadata={"max": 30})
    retry_after_ms: int = field(default=100, metadata={"min": 1, "max": 60_000})

    def problem(self) -> tuple[str, str] | None:
        """What does not go together: see `read_settings`."""
        if self.phases:
            try:
                phases = schedule.phases(self.phases)
            except ValueError as fault:
                return "phases", str(fault)
            if max(phase.amount for phase in phases) > AT_ONCE_MAX:
                return "phases", f"phases with rates up to {AT_ONCE_MAX}"
        if self.batch_size > _BATCH_MAX[self.to]:
            return "batch_size", f"1 to {_BATCH_MAX[self.to]}"
        if self.key_choice == "weights" and (
            len(self.key_weights) != len(self.keys) or not 0 < sum(self.key_weights) < 2**53
        ):
            return "key_weights", "one number for each key, not all 0"
        if any("=" not in text for text in self.attributes):
            return "attributes", "texts such as 'city=busan'"
        return None

    def schedule(self) -> tuple[schedule.Phase, ...]:
        if self.phases:
            return schedule.phases(self.phases)
        if self.burst_every_ms:
            return schedule.every(self.burst_every_ms, self.burst_size)
        if self.rate_per_second:
            return schedule.rate(self.rate_per_second)
        return schedule.every(self.interval_ms, 1)


class SendPlanned(NamedTuple):
    """Its next turns: when, and how many messages; `batch_size` in a call. It has sent `sent` so far, which is
    the number of the last one. reason: '' or 'changed' (its settings were; older plans no longer count)."""

    at_ms: int
    cause: int
    reason: str
    by: str
    sent: int
    batch_size: int
    turns: tuple[tuple[int, int], ...]


class SendRetryPlanned(NamedTuple):
    """These messages were throttled; it sends them again at `due_ms`. reason: that of the refusal, or
    'part-throttled' when only a part of a batch was."""

    at_ms: int
    cause: int
    reason: str
    by: str
    due_ms: int
    attempt: int
    numbers: tuple[int, ...]
    keys: tuple[str, ...]


class SendRetried(NamedTuple):
    """The retry (`cause`) was not throttled: everything of that call is through, or refused for good."""

    at_ms: int
    cause: int
    reason: str
    by: str
    attempt: int


class SendGivenUp(NamedTuple):
    """These messages were throttled too often and are lost. reason: 'retries-used-up'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    attempt: int
    numbers: tuple[int, ...]


class SendingEnded(NamedTuple):
    """It will send nothing new. reason: 'count-reached', 'schedule-ended' or 'stop-time-reached'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    sent: int


@dataclass(slots=True)
class ProducerMemory:
    """`planned`: the entry of the plan that counts. `retrying`: retries that are still to come."""

    planned: int = -1
    retrying: int = 0
    ended: bool = False


@dataclass(slots=True)
class ProducerRecords:
    """`sent`: how many messages it had sent, in all its lives, when it made its last plan, the entry `plan`."""

    sent: int = 0
    plan: int = -1


def begin(world: "World", actor: Actor) -> None:
    """Plan the first turns from now on."""
    _plan(world, actor, world.now_ms, "", _sent_so_far(world, actor), world.cause)


def _sent_so_far(world: "World", actor: Actor) -> int:
    """What the last plan had sent before, and what was sent since: its calls stand in the log."""
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


def _plan(
    world: "World", actor: Actor, from_ms: int, reason: str, sent: int, cause: int
) -> None:
    """Plan the next turns. One comes when as many messages have come together as go into a batch, and the
    last one with what is left."""
    settings, name, now_ms = actor.settings, actor.name, world.now_ms
    phases = settings.schedule()
    left = settings.count - sent if settings.count else PLANNED_MAX
    batch_size, turns, end = settings.batch_size, [], "count-reached"
    due_ms, found = 0, 0
    while left > 0 and len(turns) < PLANNED_MAX:
        turn = schedule.following(phases, settings.start_ms, from_ms)
        if turn is None or (settings.stop_ms and turn[0] >= settings.stop_ms):
            end = "schedule-ended" if turn is None else "stop-time-reached"
            break
        due_ms = turn[0]
        from_ms = due_ms + 1
        found = min(found + turn[1], left)
        if found >= batch_size:
            turns.append((due_ms, found))
            left, found = left - found if settings.count else left, 0
    if found and (end != "count-reached" or left == found):
        turns.append((due_ms, found))
    if turns:
        world.record(SendPlanned(now_ms, cause, reason, name, sent, batch_size, tuple(turns)))
        return
    number = world.record(SendingEnded(now_ms, cause, end, name, sent))
    if not actor.memory.retrying:
        leave(world, actor, "work-done", number)


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
    actor.durable.sent = event.sent
    world.set_alarm(event.due_ms, number, take_turn, actor.name, actor.life)


def retry_planned(world: "World", actor: Actor, event: SendRetryPlanned, number: int) -> None:
    if event.attempt == 1:
        actor.memory.retrying += 1
    world.set_alarm(event.due_ms, number, retry, actor.name, actor.life)


def sending_ended(world: "World", actor: Actor, event: SendingEnded, number: int) -> None:
    actor.memory.ended = True
    actor.durable.sent = event.sent


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
