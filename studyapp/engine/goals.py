"""Named yes/no questions about a finished log. Each can say what is still missing.

A goal is a function `(world, view, *, parameters...)` that yields what is missing; nothing missing means met.
Parameters are checked like those of an action. A goal that speaks of messages names them by their body.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from studyapp.engine.actors.handling import HandlingFinished
from studyapp.engine.calls import Action, Pairs, Texts, action
from studyapp.engine.counters import count
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import MessageDeadLettered, MessageSent, MessagesReceived
from studyapp.engine.witness import bodies, label, messages_of
from studyapp.engine.world import World


class Missing(NamedTuple):
    """One thing that a goal still lacks. `key` has a sentence in content/telling/, `details` fill it."""

    key: str
    details: tuple[tuple[str, Any], ...]


class Verdict(NamedTuple):
    met: bool
    missing: tuple[Missing, ...]


class UnknownGoal(ValueError):
    """There is no such goal, or its parameters do not fit."""


@dataclass(frozen=True, slots=True)
class View:
    """What several goals want to know of a log, worked out once: the text of each message by its id."""

    body_of: Mapping[str, str]


# What a goal says is missing is shown to a learner: a few examples are enough.
MISSING_MAX = 5


def judge(world: World, name: str, parameters: Mapping[str, Any]) -> Verdict:
    """The answer to a goal's question for what has happened so far.

    Raises:
        UnknownGoal: when no goal has this name, or the parameters are not those of the goal.
    """
    goal = GOALS.get(name)
    if goal is None:
        raise UnknownGoal(f"there is no goal test {name!r}")
    try:
        checked = goal.checked(parameters)
    except Refused as refusal:
        raise UnknownGoal(f"{name}: {refusal.reason} {dict(refusal.details)}") from refusal
    missing = []
    for each in goal.run(
        world, View({id: label(body) for id, body in bodies(world.log).items()}), **checked
    ):
        missing.append(each)
        if len(missing) == MISSING_MAX:
            break
    return Verdict(not missing, tuple(missing))


def _missing(key: str, **details: Any) -> Missing:
    return Missing(key, tuple(details.items()))


# What happened at all


def event_happens(
    world: World,
    view: View,
    *,
    event: str,
    where: Pairs | None = None,
    at_least: int = 1,
    at_most: int | None = None,
    before_ms: int | None = None,
) -> Iterator[Missing]:
    """Events of a kind with these fields happen `at_least` and `at_most` so often, before a time."""
    found = 0
    for each in world.log:
        if before_ms is not None and each.at_ms >= before_ms:
            break
        found += type(each).__name__ == event and _fits(each, where or (), view)
    if found < at_least:
        yield _missing("too-few-events", event=event, found=found, wanted=at_least)
    if at_most is not None and found > at_most:
        yield _missing("too-many-events", event=event, found=found, wanted=at_most)


def _fits(event: Any, where: Pairs, view: View) -> bool:
    for name, value in where:
        if name == "message":
            if value not in [view.body_of.get(id) for id in messages_of(event)]:
                return False
        elif getattr(event, name, None) != value:
            return False
    return True


def count_at_most(world: World, view: View, *, counter: str, most: int) -> Iterator[Missing]:
    """A counter of the run, such as api_calls or empty_receives, stays at or below a number."""
    counters = count(world)
    if counter not in counters:
        raise UnknownGoal(f"there is no counter {counter!r}; there are {', '.join(counters)}")
    if counters[counter] > most:
        yield _missing("counter-too-high", counter=counter, found=counters[counter], wanted=most)


def count_at_least(world: World, view: View, *, counter: str, least: int) -> Iterator[Missing]:
    """A counter of the run reaches a number."""
    counters = count(world)
    if counter not in counters:
        raise UnknownGoal(f"there is no counter {counter!r}; there are {', '.join(counters)}")
    if counters[counter] < least:
        yield _missing("counter-too-low", counter=counter, found=counters[counter], wanted=least)


# Queues


def _sent(world: World, queue: str | None) -> list[MessageSent]:
    return [
        event
        for event in world.log
        if type(event) is MessageSent and (queue is None or event.queue == queue)
    ]


def each_message_handled_once(
    world: World, view: View, *, queue: str, message_count: int = 1
) -> Iterator[Missing]:
    """Every message sent to the queue is handled to the end by exactly one consumer, exactly once.

    There must be at least `message_count` messages: an empty queue proves nothing.
    """
    yield from _handled(world, view, queue, message_count, most=1)


def each_message_handled(
    world: World, view: View, *, queue: str, message_count: int = 1
) -> Iterator[Missing]:
    """Every message sent to the queue is handled to the end at least once."""
    yield from _handled(world, view, queue, message_count, most=None)


def _handled(
    world: World, view: View, queue: str, message_count: int, most: int | None
) -> Iterator[Missing]:
    handled = Counter(
        event.message_id
        for event in world.log
        if type(event) is HandlingFinished and event.queue == queue
    )
    sent = _sent(world, queue)
    if len(sent) < message_count:
        yield _missing("too-few-messages", queue=queue, found=len(sent), wanted=message_count)
    for message in sent:
        times = handled[message.message_id]
        if times == 0:
            yield _missing("message-not-handled", message=view.body_of[message.message_id])
        elif most is not None and times > most:
            body = view.body_of[message.message_id]
            yield _missing("message-handled-twice", message=body, found=times)


def rests_in_dead_letter_queue(
    world: World, view: View, *, dead_letter_queue: str, messages: Texts
) -> Iterator[Missing]:
    """These messages rest in the dead-letter queue at the end, and nothing else does."""
    target = world.sqs.queues.get(dead_letter_queue)
    held = [message.body for message in target.messages.values()] if target else []
    for body in messages:
        if body not in held:
            yield _missing("not-in-dead-letter-queue", message=body, queue=dead_letter_queue)
    for body in held:
        if body not in messages:
            yield _missing("not-only-in-dead-letter-queue", message=body, queue=dead_letter_queue)


def queue_is_empty(
    world: World, view: View, *, queue: str, before_ms: int | None = None
) -> Iterator[Missing]:
    """At the end nothing waits or is in flight; with `before_ms`, the last delete came before that time."""
    held = world.sqs.queues.get(queue)
    if held is None or held.messages:
        yield _missing("queue-not-empty", queue=queue, found=len(held.messages) if held else 0)
        return
    deleted = [
        event
        for event in world.log
        if type(event).__name__ == "MessageDeleted" and getattr(event, "queue", "") == queue
    ]
    if not deleted:
        yield _missing("nothing-deleted", queue=queue)
    elif before_ms is not None and deleted[-1].at_ms >= before_ms:
        yield _missing(
            "empty-too-late", queue=queue, at_ms=deleted[-1].at_ms, limit_at_ms=before_ms
        )


def received_in_this_order(
    world: World, view: View, *, messages: Texts, by: str | None = None, queue: str | None = None
) -> Iterator[Missing]:
    """What was received, in this order: first of all these messages, each as often as it stands here."""
    received = [
        view.body_of.get(receipt[0], receipt[0])
        for event in world.log
        if type(event) is MessagesReceived
        and (by is None or event.by == by)
        and (queue is None or event.queue == queue)
        for receipt in event.receipts
    ]
    if tuple(received[: len(messages)]) != messages:
        yield _missing("received-otherwise", found=", ".join(received[: len(messages)]))


def order_per_group_kept(world: World, view: View, *, queue: str) -> Iterator[Missing]:
    """In each message group, messages were handled in the order in which they were sent."""
    group_of = {each.message_id: each.group or "" for each in _sent(world, queue)}
    place = {message_id: n for n, message_id in enumerate(group_of)}
    last: dict[str, int] = {}
    handled: set[str] = set()
    for event in world.log:
        if type(event) is HandlingFinished and event.queue == queue:
            if event.message_id in handled or event.message_id not in group_of:
                continue
            handled.add(event.message_id)
            group = group_of[event.message_id]
            if place[event.message_id] < last.get(group, -1):
                yield _missing("order-broken", message=view.body_of[event.message_id], group=group)
            last[group] = max(place[event.message_id], last.get(group, -1))
    if not handled:
        yield _missing("nothing-handled", queue=queue)


def nothing_dead_lettered(world: World, view: View, *, queue: str) -> Iterator[Missing]:
    """No message of the queue was moved to a dead-letter queue."""
    for event in world.log:
        if type(event) is MessageDeadLettered and event.queue == queue:
            yield _missing("dead-lettered", message=view.body_of[event.message_id])


def holds_exactly(world: World, view: View, *, queue: str, messages: Texts) -> Iterator[Missing]:
    """At the end the queue holds exactly these messages, waiting or in flight; the order does not matter."""
    held = world.sqs.queues.get(queue)
    found = Counter(view.body_of[id] for id in (held.messages if held else {}))
    for body, times in (Counter(messages) - found).items():
        yield _missing("not-in-queue", message=body, queue=queue, found=times)
    for body, times in (found - Counter(messages)).items():
        yield _missing("too-much-in-queue", message=body, queue=queue, found=times)


_TESTS: Mapping[str, Callable[..., Iterator[Missing]]] = {
    "event-happens": event_happens,
    "count-at-most": count_at_most,
    "count-at-least": count_at_least,
    "each-message-handled-once": each_message_handled_once,
    "each-message-handled": each_message_handled,
    "rests-in-dead-letter-queue": rests_in_dead_letter_queue,
    "queue-is-empty": queue_is_empty,
    "received-in-this-order": received_in_this_order,
    "order-per-group-kept": order_per_group_kept,
    "nothing-dead-lettered": nothing_dead_lettered,
    "holds-exactly": holds_exactly,
}
GOALS: Mapping[str, Action] = {name: action(test) for name, test in _TESTS.items()}
