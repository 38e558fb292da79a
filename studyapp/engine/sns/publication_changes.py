"""What an event about a message changes, from Published to the end of its last delivery."""

from collections import deque
from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.limits import sns as limits
from studyapp.engine.sns import archive
from studyapp.engine.sns.deliveries import fan_out, try_again
from studyapp.engine.sns.events import (
    Delivered,
    DeliveryDeadLettered,
    DeliveryDropped,
    DeliveryFailed,
    DeliveryHeld,
    FilteredOut,
    MessageReplayed,
    PublishDeduplicated,
    Published,
    ReplayEnded,
    ReplayStarted,
)
from studyapp.engine.sns.message import bodies
from studyapp.engine.sns.protocols import address_of
from studyapp.engine.sns.topic import Delivery, Publication, Replay, Sent, Subscription, Topic

if TYPE_CHECKING:
    from studyapp.engine.world import World

_DAY_MS = 86_400_000


def deduplication_key(topic: Topic, message_group_id: str | None, deduplication_id: str) -> str:
    """Under which a FIFO topic remembers a message: the scope is the topic or the group (SNS-X05)."""
    return f"{message_group_id} {deduplication_id}" if topic.group_scope else deduplication_id


def published(world: "World", event: Published, number: int) -> None:
    state = world.sns
    topic = state.topics[event.topic] if event.topic else None
    direct = None
    if topic is None:
        direct = Subscription(
            "",
            "",
            event.protocol,
            event.endpoint,
            address_of(event.protocol, event.endpoint),
            False,
            "",
            -1,
            {},
        )
        targets: tuple[str, ...] = ("",)
    elif topic.fifo:
        targets = tuple(name for name in topic.confirmed if topic.subscriptions[name].live)
    else:
        targets = tuple(topic.confirmed)
    publication = Publication(
        event.message_id,
        number,
        event.topic,
        event.body,
        bodies(event.body, event.message_structure),
        event.subject,
        event.attributes,
        event.message_group_id,
        event.deduplication_id,
        event.sequence_number,
        event.at_ms,
        targets,
        len(targets),
        direct,
    )
    if targets:
        state.publications[event.message_id] = publication
        world.set_alarm(event.deliver_at_ms, number, fan_out, event.message_id)
    if topic is not None:
        second = event.at_ms // 1000
        state.rate.add(second, event.size_bytes)
        if topic.fifo:
            _remember(topic, publication, event, second)


def _remember(topic: Topic, publication: Publication, event: Published, second: int) -> None:
    """A FIFO topic's memory of what was published: rates, duplicates, archive."""
    group = event.message_group_id or ""
    if second != topic.rate.second:
        topic.group_rates.clear()
    topic.rate.add(second, event.size_bytes)
    topic.group_rates[group] = topic.group_rates.get(group, 0) + 1
    sent = topic.sent
    oldest_ms = event.at_ms - limits.DEDUPLICATION_SECONDS * 1000
    while sent:
        first = next(iter(sent.values()))
        if first.at_ms > oldest_ms:
            break
        del sent[first.key]
    key = deduplication_key(topic, group, event.deduplication_id or "")
    sent[key] = Sent(key, event.message_id, event.sequence_number, event.at_ms)
    if topic.archive_days:
        topic.archive.append(publication)
        expired_ms = event.at_ms - topic.archive_days * _DAY_MS
        while topic.archive[topic.archive_start].published_ms < expired_ms:
            topic.archive_start += 1
        if topic.archive_start * 2 > len(topic.archive):
            del topic.archive[: topic.archive_start]
            topic.archive_start = 0


def delivery_failed(world: "World", event: DeliveryFailed, number: int) -> None:
    if event.retry_at_ms < 0:
        return
    state = world.sns
    key = (event.message_id, event.subscription, event.replay)
    delivery = state.deliveries.get(key)
    if delivery is None:
        delivery = Delivery(event.message_id, event.subscription, event.replay, event.lane)
        state.deliveries[key] = delivery
        if event.lane:
            state.lanes[event.subscription, event.lane] = deque([delivery])
    delivery.attempts = event.attempt
    world.set_alarm(event.retry_at_ms, number, try_again, *key)


def delivery_held(world: "World", event: DeliveryHeld, number: int) -> None:
    delivery = Delivery(event.message_id, event.subscription, event.replay, event.lane)
    world.sns.deliveries[event.message_id, event.subscription, event.replay] = delivery
    world.sns.lanes[event.subscription, event.lane].append(delivery)


Ended = FilteredOut | Delivered | DeliveryDeadLettered | DeliveryDropped


def delivery_ended(world: "World", event: Ended, number: int) -> None:
    state = world.sns
    publication = state.publications[event.message_id]
    publication.open -= 1
    if not publication.open:
        del state.publications[event.message_id]
    delivery = state.deliveries.pop((event.message_id, event.subscription, event.replay), None)
    if delivery is not None and delivery.lane:
        lane = state.lanes[event.subscription, delivery.lane]
        lane.popleft()
        if not lane:
            del state.lanes[event.subscription, delivery.lane]


def replay_started(world: "World", event: ReplayStarted, number: int) -> None:
    subscription = world.sns.subscriptions[event.subscription]
    subscription.replay = Replay(number, event.from_ms, event.until_ms)
    subscription.live = False
    due_ms = event.at_ms + limits.REPLAY_START_MS
    world.set_alarm(due_ms, number, archive.step, event.subscription, number)


def message_replayed(world: "World", event: MessageReplayed, number: int) -> None:
    state = world.sns
    replay = state.subscriptions[event.subscription].replay
    publication = archive.found(state.topics[event.topic], event.message_id)
    if replay is None or publication is None:
        return
    replay.cursor = publication.number
    replay.status = "In progress"
    publication.open += 1
    state.publications[event.message_id] = publication
    due_ms = event.at_ms + limits.REPLAY_STEP_MS
    world.set_alarm(due_ms, number, archive.step, event.subscription, event.replay)


def replay_ended(world: "World", event: ReplayEnded, number: int) -> None:
    subscription = world.sns.subscriptions[event.subscription]
    replay = subscription.replay
    if replay is not None:
        replay.status = "Failed" if event.reason == "archive-gone" else "Completed"
        subscription.live = event.reason != "replay-completed-paused"


def _nothing(world: "World", event: PublishDeduplicated, number: int) -> None:
    """A duplicate leaves no trace."""


APPLY: Apply = {
    Published: published,
    PublishDeduplicated: _nothing,
    FilteredOut: delivery_ended,
    Delivered: delivery_ended,
    DeliveryDeadLettered: delivery_ended,
    DeliveryDropped: delivery_ended,
    DeliveryFailed: delivery_failed,
    DeliveryHeld: delivery_held,
    ReplayStarted: replay_started,
    MessageReplayed: message_replayed,
    ReplayEnded: replay_ended,
}
