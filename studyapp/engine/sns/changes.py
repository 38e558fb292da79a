"""What an event about topics and subscriptions changes. Nothing here decides or reads the clock."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.sns import (
    delivery_policy,
    publication_changes,
    subscription_attributes,
    topic_attributes,
)
from studyapp.engine.sns.events import (
    ConfirmationRequested,
    EndpointAdded,
    EndpointCameUp,
    EndpointReceived,
    EndpointRemoved,
    EndpointWentDown,
    SubscriptionAttributeSet,
    SubscriptionConfirmed,
    SubscriptionCreated,
    SubscriptionDeleted,
    TopicAttributeSet,
    TopicCreated,
    TopicDeleted,
)
from studyapp.engine.sns.expiry import end_confirmation
from studyapp.engine.sns.protocols import LARGE_MESSAGE_PROTOCOLS, address_of
from studyapp.engine.sns.topic import Endpoint, Subscription, Topic

if TYPE_CHECKING:
    from studyapp.engine.world import World


def topic_created(world: "World", event: TopicCreated, number: int) -> None:
    fifo = dict(event.attributes).get("FifoTopic") == "true"
    topic = Topic(event.topic, fifo, {}, dict(event.tags), event.at_ms)
    world.sns.topics[event.topic] = topic
    if fifo:
        world.sns.fifo_topics += 1
    for name, value in event.attributes:
        _set_topic_attribute(topic, name, value, event.at_ms)


def topic_attribute_set(world: "World", event: TopicAttributeSet, number: int) -> None:
    _set_topic_attribute(world.sns.topics[event.topic], event.name, event.value, event.at_ms)


def _set_topic_attribute(topic: Topic, name: str, value: str, at_ms: int) -> None:
    topic.attributes[name] = value
    if name == "ContentBasedDeduplication":
        topic.content_based_deduplication = value == "true"
    elif name == "FifoThroughputScope":
        topic.group_scope = value == "MessageGroup"
        topic.sent.clear()
    elif name == "MaximumMessageSize":
        topic.message_bytes_max = topic_attributes.message_bytes(value)
    elif name == "DeliveryPolicy":
        topic.retry, topic.overrides = delivery_policy.of_topic(value) if value else (None, True)
    elif name == "ArchivePolicy":
        days = topic_attributes.archive_days(value)
        if not topic.archive_days:
            topic.archive_since_ms = at_ms
        if not days:
            topic.archive.clear()
            topic.archive_start = 0
        topic.archive_days = days


def topic_deleted(world: "World", event: TopicDeleted, number: int) -> None:
    state = world.sns
    topic = state.topics.pop(event.topic)
    if topic.fifo:
        state.fifo_topics -= 1
    state.filter_policies -= topic.filter_policies
    for subscription in topic.subscriptions.values():
        _forget(world, subscription)


def _forget(world: "World", subscription: Subscription) -> None:
    state = world.sns
    del state.subscriptions[subscription.subscription]
    state.tokens.pop(subscription.token, None)
    if subscription.pending:
        state.pending -= 1


def subscription_created(world: "World", event: SubscriptionCreated, number: int) -> None:
    state = world.sns
    topic = state.topics[event.topic]
    address = address_of(event.protocol, event.endpoint)
    subscription = Subscription(
        event.subscription,
        event.topic,
        event.protocol,
        event.endpoint,
        address,
        event.pending,
        event.token,
        event.expires_at_ms,
        {},
    )
    state.subscriptions[event.subscription] = subscription
    topic.subscriptions[event.subscription] = subscription
    topic.endpoints[f"{event.protocol} {address}"] = event.subscription
    if event.protocol == "firehose":
        topic.firehose_count += 1
    if event.protocol not in LARGE_MESSAGE_PROTOCOLS:
        topic.small_message_count += 1
    if event.pending:
        state.pending += 1
        state.tokens[event.token] = event.subscription
        world.set_alarm(event.expires_at_ms, number, end_confirmation, event.subscription)
    else:
        topic.confirmed[event.subscription] = True
    for name, value in event.attributes:
        _set_subscription_attribute(world, topic, subscription, name, value)


def subscription_confirmed(world: "World", event: SubscriptionConfirmed, number: int) -> None:
    subscription = world.sns.subscriptions[event.subscription]
    subscription.pending = False
    subscription.authenticate_on_unsubscribe = event.authenticate_on_unsubscribe
    world.sns.pending -= 1
    world.sns.topics[event.topic].confirmed[event.subscription] = True


def subscription_deleted(world: "World", event: SubscriptionDeleted, number: int) -> None:
    topic = world.sns.topics[event.topic]
    subscription = topic.subscriptions.pop(event.subscription)
    del topic.endpoints[f"{subscription.protocol} {subscription.address}"]
    topic.confirmed.pop(event.subscription, None)
    topic.deleted_count += 1
    if subscription.protocol == "firehose":
        topic.firehose_count -= 1
    if subscription.protocol not in LARGE_MESSAGE_PROTOCOLS:
        topic.small_message_count -= 1
    if subscription.filter_policy:
        topic.filter_policies -= 1
        world.sns.filter_policies -= 1
    _forget(world, subscription)


def subscription_attribute_set(
    world: "World", event: SubscriptionAttributeSet, number: int
) -> None:
    topic = world.sns.topics[event.topic]
    subscription = topic.subscriptions[event.subscription]
    _set_subscription_attribute(world, topic, subscription, event.name, event.value)


def _set_subscription_attribute(
    world: "World", topic: Topic, subscription: Subscription, name: str, value: str
) -> None:
    subscription.attributes[name] = value
    if name == "RawMessageDelivery":
        subscription.raw = value == "true"
    elif name == "FilterPolicy":
        policy = value if subscription_attributes.filters(value) else ""
        change = bool(policy) - bool(subscription.filter_policy)
        topic.filter_policies += change
        world.sns.filter_policies += change
        subscription.filter_policy = policy
    elif name == "FilterPolicyScope":
        subscription.filter_scope = value
    elif name == "RedrivePolicy":
        subscription.dead_letter_queue = subscription_attributes.dead_letter_queue(
            value, topic, subscription.address
        )
    elif name == "DeliveryPolicy":
        subscription.retry = delivery_policy.of_subscription(value) if value else None
    elif name == "ReplayPolicy" and subscription_attributes.replay(value) is None:
        subscription.replay = None
        subscription.live = True


def endpoint_added(world: "World", event: EndpointAdded, number: int) -> None:
    world.sns.endpoints[event.endpoint] = Endpoint(event.endpoint, event.protocol, event.confirms)


def endpoint_removed(world: "World", event: EndpointRemoved, number: int) -> None:
    del world.sns.endpoints[event.endpoint]
    world.sns.outages.pop(f"{event.protocol} {event.endpoint}", None)


def endpoint_went_down(world: "World", event: EndpointWentDown, number: int) -> None:
    world.sns.outages[f"{event.protocol} {event.endpoint}"] = event.http_status


def endpoint_came_up(world: "World", event: EndpointCameUp, number: int) -> None:
    del world.sns.outages[f"{event.protocol} {event.endpoint}"]


def endpoint_received(world: "World", event: EndpointReceived, number: int) -> None:
    world.sns.endpoints[event.by].received.append(number)


def _nothing(world: "World", event: ConfirmationRequested, number: int) -> None:
    """A question changes nothing; the answer does."""


APPLY: Apply = {
    TopicCreated: topic_created,
    TopicAttributeSet: topic_attribute_set,
    TopicDeleted: topic_deleted,
    SubscriptionCreated: subscription_created,
    ConfirmationRequested: _nothing,
    SubscriptionConfirmed: subscription_confirmed,
    SubscriptionDeleted: subscription_deleted,
    SubscriptionAttributeSet: subscription_attribute_set,
    EndpointAdded: endpoint_added,
    EndpointRemoved: endpoint_removed,
    EndpointWentDown: endpoint_went_down,
    EndpointCameUp: endpoint_came_up,
    EndpointReceived: endpoint_received,
    **publication_changes.APPLY,
}
