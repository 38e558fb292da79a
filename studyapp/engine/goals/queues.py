"""Goals about SQS: is everything handled, once, in order, and where does the rest lie?"""

from collections import Counter
from collections.abc import Iterator

from studyapp.engine.actors.handling import HandlingFinished
from studyapp.engine.calls import Texts
from studyapp.engine.goals.verdict import Missing, View, missing
from studyapp.engine.sqs.events import (
    MessageDeadLettered,
    MessageDeleted,
    MessageRedriven,
    MessageSent,
    MessagesReceived,
)
from studyapp.engine.world import World


def _sent(world: World, queue: str) -> list[MessageSent]:
    return [event for event in world.log if type(event) is MessageSent and event.queue == queue]


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
    first_of: dict[str, str] = {}
    for event in world.log:
        if type(event) is MessageRedriven:
            first_of[event.new_message_id] = first_of.get(event.message_id, event.message_id)
    handled = Counter(
        first_of.get(event.message_id, event.message_id)
        for event in world.log
        if type(event) is HandlingFinished and event.queue == queue
    )
    sent = _sent(world, queue)
    if len(sent) < message_count:
        yield missing("too-few-messages", queue=queue, found=len(sent), wanted=message_count)
    for message in sent:
        times = handled[message.message_id]
        if times == 0:
            yield missing("message-not-handled", message=view.body_of[message.message_id])
        elif most is not None and times > most:
            body = view.body_of[message.message_id]
            yield missing("message-handled-twice", message=body, found=times)


def rests_in_dead_letter_queue(
    world: World, view: View, *, dead_letter_queue: str, messages: Texts
) -> Iterator[Missing]:
    """These messages rest in the dead-letter queue at the end, and nothing else does."""
    target = world.sqs.queues.get(dead_letter_queue)
    held = [view.body_of[id] for id in target.messages] if target else []
    for body in messages:
        if body not in held:
            yield missing("not-in-dead-letter-queue", message=body, queue=dead_letter_queue)
    for body in held:
        if body not in messages:
            yield missing("not-only-in-dead-letter-queue", message=body, queue=dead_letter_queue)


def queue_is_empty(
    world: World, view: View, *, queue: str, before_ms: int | None = None
) -> Iterator[Missing]:
    """At the end nothing waits or is in flight; with `before_ms`, the last delete came before that time."""
    held = world.sqs.queues.get(queue)
    if held is None or held.messages:
        yield missing("queue-not-empty", queue=queue, found=len(held.messages) if held else 0)
        return
    deleted = [
        event for event in world.log if type(event) is MessageDeleted and event.queue == queue
    ]
    if not deleted:
        yield missing("nothing-deleted", queue=queue)
    elif before_ms is not None and deleted[-1].at_ms >= before_ms:
        yield missing("empty-too-late", queue=queue, at_ms=deleted[-1].at_ms, limit_at_ms=before_ms)


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
        yield missing("received-otherwise", found=", ".join(received[: len(messages)]))


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
                yield missing("order-broken", message=view.body_of[event.message_id], group=group)
            last[group] = max(place[event.message_id], last.get(group, -1))
    if not handled:
        yield missing("nothing-handled", queue=queue)


def nothing_dead_lettered(world: World, view: View, *, queue: str) -> Iterator[Missing]:
    """Messages were sent to the queue, and none was moved to a dead-letter queue."""
    if not _sent(world, queue):
        yield missing("too-few-messages", queue=queue, found=0, wanted=1)
    for event in world.log:
        if type(event) is MessageDeadLettered and event.queue == queue:
            yield missing("dead-lettered", message=view.body_of[event.message_id])


def holds_exactly(world: World, view: View, *, queue: str, messages: Texts) -> Iterator[Missing]:
    """At the end the queue holds exactly these messages, waiting or in flight; the order does not matter."""
    held = world.sqs.queues.get(queue)
    found = Counter(view.body_of[id] for id in (held.messages if held else {}))
    for body, times in (Counter(messages) - found).items():
        yield missing("not-in-queue", message=body, queue=queue, found=times)
    for body, times in (found - Counter(messages)).items():
        yield missing("too-much-in-queue", message=body, queue=queue, found=times)
