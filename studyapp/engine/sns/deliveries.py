"""Deliveries: each subscription gets its copy, or tries again, or loses it.

Every delivery ends in exactly one of FilteredOut, Delivered, DeliveryDeadLettered and DeliveryDropped.
"""

from typing import TYPE_CHECKING

from studyapp.engine.calls import React
from studyapp.engine.refusals import Refused
from studyapp.engine.sns import destinations, filter_policy, retries
from studyapp.engine.sns.destinations import Fault
from studyapp.engine.sns.events import (
    Delivered,
    DeliveryDeadLettered,
    DeliveryDropped,
    DeliveryFailed,
    DeliveryHeld,
    FilteredOut,
    MessageReplayed,
)
from studyapp.engine.sns.retries import RetryPolicy
from studyapp.engine.sns.topic import Publication, Subscription

if TYPE_CHECKING:
    from studyapp.engine.world import World

LOG_FULL = "too-many-entries-in-log"


def fan_out(world: "World", message_id: str) -> None:
    """An alarm: a published message sets out to everybody who had subscribed."""
    publication = world.sns.publications[message_id]
    for subscription in publication.targets:
        _begin(world, publication, subscription, 0)


def replay_one(world: "World", event: MessageReplayed, number: int) -> None:
    """A replayed message sets out to one subscription."""
    publication = world.sns.publications[event.message_id]
    _begin(world, publication, event.subscription, event.replay)


def try_again(world: "World", message_id: str, subscription: str, replay: int) -> None:
    """An alarm: the next attempt of a delivery is due."""
    delivery = world.sns.deliveries[message_id, subscription, replay]
    publication = world.sns.publications[message_id]
    _attempt(world, publication, subscription, delivery.attempts + 1, replay)


def go_on(
    world: "World", event: Delivered | DeliveryDeadLettered | DeliveryDropped, number: int
) -> None:
    """The first message of a lane has gone one way or another: the next one's turn."""
    if not event.lane:
        return
    lane = world.sns.lanes.get((event.subscription, event.lane))
    if lane and lane[0].attempts == 0:
        following = lane[0]
        publication = world.sns.publications[following.message_id]
        _attempt(world, publication, following.subscription, 1, following.replay)


def _named(world: "World", publication: Publication, subscription: str) -> Subscription | None:
    return publication.direct or world.sns.subscriptions.get(subscription)


def _lane(publication: Publication) -> str:
    """The group whose order counts: on FIFO topics only."""
    return (publication.message_group_id or "") if publication.sequence_number else ""


def _begin(world: "World", publication: Publication, name: str, replay: int) -> None:
    subscription = _named(world, publication, name)
    if subscription is None:
        _attempt(world, publication, name, 0, replay)
        return
    if subscription.filter_policy:
        policy = filter_policy.parse(subscription.filter_policy, subscription.filter_scope)
        body = publication.body_for(subscription.protocol)
        verdict = filter_policy.matches(policy, publication.attributes, body)
        if not verdict.passes:
            world.record(
                FilteredOut(
                    world.now_ms,
                    world.cause,
                    verdict.reason,
                    subscription.topic,
                    subscription.subscription,
                    subscription.protocol,
                    subscription.endpoint,
                    publication.message_id,
                    verdict.missing,
                    replay,
                )
            )
            return
    lane = _lane(publication)
    if lane and world.sns.lanes.get((subscription.subscription, lane)):
        world.record(
            DeliveryHeld(
                world.now_ms,
                world.cause,
                "",
                subscription.topic,
                subscription.subscription,
                subscription.protocol,
                subscription.endpoint,
                publication.message_id,
                lane,
                replay,
            )
        )
        return
    _attempt(world, publication, name, 1, replay)


def _attempt(
    world: "World", publication: Publication, name: str, attempt: int, replay: int
) -> None:
    subscription = _named(world, publication, name)
    lane = _lane(publication)
    if subscription is None:
        _drop(world, publication, None, name, attempt, replay, "subscription-gone")
        return
    fault = destinations.fault(world, publication, subscription)
    if fault is None:
        fault = _try(world, publication, subscription, lane, attempt, replay)
        if fault is None:
            return
    policy = _policy(world, subscription, fault)
    retry = retries.after(policy, attempt) if fault.is_retried else None
    failed = world.record(
        DeliveryFailed(
            world.now_ms,
            world.cause,
            fault.reason,
            subscription.topic,
            name,
            subscription.protocol,
            subscription.endpoint,
            publication.message_id,
            lane,
            replay,
            attempt,
            -1 if retry is None else world.now_ms + retry.delay_ms,
            "" if retry is None else retry.phase,
        )
    )
    if retry is None:
        outer, world.cause = world.cause, failed
        try:
            _give_up(world, publication, subscription, fault, attempt, replay)
        finally:
            world.cause = outer


def _try(
    world: "World",
    publication: Publication,
    subscription: Subscription,
    lane: str,
    attempt: int,
    replay: int,
) -> Fault | None:
    """Hand the message over and remember that it arrived, or say why the endpoint refused it."""
    try:
        destinations.hand_over(world, publication, subscription, replay)
    except Refused as refusal:
        if refusal.reason == LOG_FULL:
            raise
        return Fault(
            refusal.reason, "throughput" in refusal.reason or "throttled" in refusal.reason
        )
    world.record(
        Delivered(
            world.now_ms,
            world.cause,
            "",
            subscription.topic,
            subscription.subscription,
            subscription.protocol,
            subscription.endpoint,
            publication.message_id,
            lane,
            replay,
            attempt,
        )
    )
    return None


def _policy(world: "World", subscription: Subscription, fault: Fault) -> RetryPolicy:
    protocol = subscription.protocol
    if protocol in destinations.HTTP:
        topic = world.sns.topics.get(subscription.topic)
        if subscription.retry is not None and (topic is None or topic.overrides):
            return subscription.retry
        return (topic and topic.retry) or retries.HTTP
    if protocol in destinations.PEOPLE:
        return retries.PEOPLE
    if protocol == "firehose" and fault.reason != "endpoint-down":
        # SNS-X10: throttling by Firehose uses the other row.
        return retries.PEOPLE
    return retries.MANAGED


def _give_up(
    world: "World",
    publication: Publication,
    subscription: Subscription,
    fault: Fault,
    attempt: int,
    replay: int,
) -> None:
    """To the dead-letter queue if there is one and it takes the message (SNS-X14)."""
    queue = subscription.dead_letter_queue
    name = subscription.subscription
    if not queue:
        why = "no-dead-letter-queue"
    else:
        reason = destinations.queue_fault(world, queue, subscription.topic)
        why = f"dead-letter-{reason}" if reason else ""
        if not why:
            try:
                destinations.into_queue(
                    world,
                    world.sqs.queues[queue],
                    publication,
                    subscription,
                    replay,
                    "topic-dead-letter",
                    (("ErrorCode", "String", fault.reason),),
                )
            except Refused as refusal:
                if refusal.reason == LOG_FULL:
                    raise
                why = "dead-letter-queue-refused"
    if why:
        _drop(world, publication, subscription, name, attempt, replay, why)
        return
    world.record(
        DeliveryDeadLettered(
            world.now_ms,
            world.cause,
            fault.reason,
            subscription.topic,
            name,
            subscription.protocol,
            subscription.endpoint,
            publication.message_id,
            _lane(publication),
            replay,
            attempt,
            queue,
        )
    )


def _drop(
    world: "World",
    publication: Publication,
    subscription: Subscription | None,
    name: str,
    attempt: int,
    replay: int,
    reason: str,
) -> None:
    world.record(
        DeliveryDropped(
            world.now_ms,
            world.cause,
            reason,
            publication.topic,
            name,
            "" if subscription is None else subscription.protocol,
            "" if subscription is None else subscription.endpoint,
            publication.message_id,
            _lane(publication),
            replay,
            attempt,
        )
    )


REACT: React = {
    Delivered: go_on,
    DeliveryDeadLettered: go_on,
    DeliveryDropped: go_on,
    MessageReplayed: replay_one,
}
