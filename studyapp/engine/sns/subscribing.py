"""The actions on subscriptions."""

from typing import TYPE_CHECKING, Any, NamedTuple

from studyapp.engine.calls import Pairs
from studyapp.engine.limits import sns as limits
from studyapp.engine.names import ACCOUNT, short, topic_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.sns import archive, delivery_policy, envelope, protocols
from studyapp.engine.sns import subscription_attributes as attributes_of
from studyapp.engine.sns.confirming import ask
from studyapp.engine.sns.events import (
    SubscriptionAttributeSet,
    SubscriptionCreated,
    SubscriptionDeleted,
)
from studyapp.engine.sns.message import PROTOCOLS
from studyapp.engine.sns.topic import Subscription, Topic
from studyapp.engine.sns.topics import page, topic_named

if TYPE_CHECKING:
    from studyapp.engine.world import World

PENDING = "pending confirmation"


class SubscriptionRow(NamedTuple):
    """`subscription` is "PendingConfirmation" until it is confirmed."""

    subscription: str
    topic: str
    protocol: str
    endpoint: str
    owner: str


class SubscriptionsListed(NamedTuple):
    subscriptions: tuple[SubscriptionRow, ...]
    next_token: str | None


def subscription_named(world: "World", name: str) -> Subscription:
    """The subscription with this id or ARN, or written as 'topic/endpoint'.

    Raises:
        Refused: subscription-not-found.
    """
    state = world.sns
    found = state.subscriptions.get(name)
    if found is not None:
        return found
    found = state.subscriptions.get(short(name))
    if found is not None and envelope.subscription_arn(found.topic, found.subscription) == name:
        return found
    topic_name, slash, endpoint = name.partition("/")
    topic = state.topics.get(topic_name)
    if slash and topic is not None:
        for protocol in PROTOCOLS:
            address = protocols.address_of(protocol, endpoint)
            known = topic.endpoints.get(f"{protocol} {address}")
            if known is not None:
                return state.subscriptions[known]
    raise Refused("subscription-not-found", subscription=name[:80])


def subscribe(
    world: "World",
    by: str,
    *,
    topic: str,
    protocol: str,
    endpoint: str,
    attributes: Pairs | None = None,
    return_subscription_arn: bool = False,
) -> str:
    """Subscribe. Returns the id of the subscription; "pending confirmation" if the endpoint has to confirm
    first and `return_subscription_arn` is false.

    `endpoint` is what AWS takes, or the name of a queue, function or delivery stream, or of a mailbox that
    was added with sim.AddEndpoint.

    Raises:
        Refused: topic-not-found, protocol-..., endpoint-not-..., fifo-queue-on-standard-topic,
            subscription-exists, subscription-attribute-..., subscription-limit-exceeded,
            filter-policy-..., redrive-..., replay-not-possible, delivery-policy-invalid.
    """
    known = topic_named(world, topic)
    protocols.check(world, protocol, endpoint)
    address = protocols.address_of(protocol, endpoint)
    _check_pair(known, protocol, address)
    given = _checked(known, protocol, address, attributes or ())
    existing_name = known.endpoints.get(f"{protocol} {address}")
    if existing_name is not None:
        return _again(world, known.subscriptions[existing_name], given, return_subscription_arn)
    if protocol == "firehose" and "SubscriptionRoleArn" not in given:
        raise Refused("subscription-role-missing")
    policy = attributes_of.replay(given.get("ReplayPolicy", ""))
    if policy is not None:
        archive.check(world, known, policy)
    is_pending = protocol in protocols.CONFIRMED_FIRST
    _check_room(world, known, protocol, is_pending)
    if attributes_of.filters(given.get("FilterPolicy", "")):
        _check_filter_room(world, known)
    place = len(world.log)
    name = f"s{place}"
    number = world.record(
        SubscriptionCreated(
            world.now_ms,
            world.cause,
            "",
            known.name,
            name,
            protocol,
            endpoint,
            tuple(given.items()),
            is_pending,
            f"t{place}" if is_pending else "",
            world.now_ms + limits.CONFIRMATION_SECONDS * 1000,
        )
    )
    subscription = known.subscriptions[name]
    if policy is not None:
        archive.start(world, subscription, policy, number)
    if is_pending:
        ask(world, subscription, number)
        if subscription.pending and not return_subscription_arn:
            return PENDING
    return name


def _again(world: "World", existing: Subscription, given: dict[str, str], return_arn: bool) -> str:
    """Subscribing once more: the same subscription, and the endpoint is asked again (SNS-X34)."""
    for name, value in given.items():
        if existing.attributes.get(name, attributes_of.DEFAULTS.get(name)) != value:
            raise Refused("subscription-exists", subscription=existing.subscription)
    if existing.pending:
        ask(world, existing, world.cause)
        if existing.pending and not return_arn:
            return PENDING
    return existing.subscription


def _check_pair(topic: Topic, protocol: str, address: str) -> None:
    """Which endpoints a topic of this kind may have (SNS-45, SNS-X03, SNS-X21)."""
    if topic.fifo:
        if protocol != "sqs":
            raise Refused("protocol-not-for-fifo", protocol=protocol)
    elif protocol == "sqs" and address.endswith(".fifo"):
        raise Refused("fifo-queue-on-standard-topic")
    if (
        topic.message_bytes_max > limits.MESSAGE_BYTES_DEFAULT
        and protocol not in protocols.LARGE_MESSAGE_PROTOCOLS
    ):
        raise Refused("protocol-not-for-large-messages", protocol=protocol)


def _checked(topic: Topic, protocol: str, address: str, given: Any) -> dict[str, str]:
    found = {
        name: attributes_of.check(name, value, topic, protocol, address) for name, value in given
    }
    scope = found.get("FilterPolicyScope", attributes_of.DEFAULTS["FilterPolicyScope"])
    attributes_of.check_filter(found.get("FilterPolicy", ""), scope)
    return found


def _check_room(world: "World", topic: Topic, protocol: str, is_pending: bool) -> None:
    """How many subscriptions there may be (SNS-11)."""
    limit = limits.SUBSCRIPTIONS_MAX
    if topic.fifo:
        limit = limits.FIFO_SUBSCRIPTIONS_MAX
    elif topic.message_bytes_max > limits.MESSAGE_BYTES_DEFAULT:
        limit = limits.LARGE_MESSAGE_SUBSCRIPTIONS_MAX
    if len(topic.subscriptions) >= limit:
        raise Refused("subscription-limit-exceeded", limit=limit)
    if protocol == "firehose" and topic.firehose_count >= limits.FIREHOSE_SUBSCRIPTIONS_MAX:
        raise Refused("subscription-limit-exceeded", limit=limits.FIREHOSE_SUBSCRIPTIONS_MAX)
    if is_pending and world.sns.pending >= limits.PENDING_SUBSCRIPTIONS_MAX:
        raise Refused("subscription-limit-exceeded", limit=limits.PENDING_SUBSCRIPTIONS_MAX)


def _check_filter_room(world: "World", topic: Topic) -> None:
    if (
        topic.filter_policies >= limits.FILTER_POLICIES_PER_TOPIC_MAX
        or world.sns.filter_policies >= limits.FILTER_POLICIES_PER_ACCOUNT_MAX
    ):
        raise Refused("filter-policy-limit-exceeded")


def unsubscribe(world: "World", by: str, *, subscription: str) -> None:
    """Unsubscribe. Doing it twice is no fault.

    Raises:
        Refused: subscription-not-found.
    """
    try:
        known = subscription_named(world, subscription)
    except Refused:
        if _has_been(world, short(subscription)):
            return
        raise
    world.record(
        SubscriptionDeleted(
            world.now_ms, world.cause, "unsubscribed", known.topic, known.subscription
        )
    )


def _has_been(world: "World", name: str) -> bool:
    """Whether a subscription of this id once was there: the id is its place in the log."""
    place = name[1:]
    if not (name.startswith("s") and 0 < len(place) < 10 and place.isascii() and place.isdigit()):
        return False
    number = int(place)
    return number < len(world.log) and type(world.log[number]) is SubscriptionCreated


def set_subscription_attributes(
    world: "World", by: str, *, subscription: str, attribute_name: str, attribute_value: str = ""
) -> None:
    """SetSubscriptionAttributes. A filter policy holds from now on (AWS may take up to 15 minutes,
    SNS-X19); a ReplayPolicy starts a replay, an empty one ends it.

    Raises:
        Refused: subscription-not-found, subscription-attribute-..., raw-delivery-not-supported,
            filter-policy-..., redrive-..., replay-not-possible, delivery-policy-invalid.
    """
    known = subscription_named(world, subscription)
    topic = world.sns.topics[known.topic]
    name, value = attribute_name, attribute_value
    attributes_of.check(name, value, topic, known.protocol, known.address)
    if name == "FilterPolicy":
        attributes_of.check_filter(value, known.filter_scope)
        if attributes_of.filters(value) and not known.filter_policy:
            _check_filter_room(world, topic)
    elif name == "FilterPolicyScope":
        attributes_of.check_filter(known.filter_policy, value)
    policy = attributes_of.replay(value) if name == "ReplayPolicy" else None
    if policy is not None:
        archive.check(world, topic, policy)
    number = world.record(
        SubscriptionAttributeSet(
            world.now_ms, world.cause, "", known.topic, known.subscription, name, value
        )
    )
    if policy is not None:
        archive.start(world, known, policy, number)


def get_subscription_attributes(world: "World", by: str, *, subscription: str) -> dict[str, str]:
    """GetSubscriptionAttributes.

    Raises:
        Refused: subscription-not-found.
    """
    known = subscription_named(world, subscription)
    found = {
        "SubscriptionArn": envelope.subscription_arn(known.topic, known.subscription),
        "TopicArn": topic_arn(known.topic),
        "Protocol": known.protocol,
        "Endpoint": known.endpoint,
        "Owner": ACCOUNT,
        "SubscriptionPrincipal": f"arn:aws:iam::{ACCOUNT}:root",
        "ConfirmationWasAuthenticated": str(not known.token).lower(),
        "PendingConfirmation": str(known.pending).lower(),
        "RawMessageDelivery": "false",
    }
    found |= {name: value for name, value in known.attributes.items() if value}
    if known.filter_policy:
        found["FilterPolicyScope"] = known.filter_scope
    else:
        found.pop("FilterPolicyScope", None)
    if known.protocol in ("http", "https"):
        found["EffectiveDeliveryPolicy"] = delivery_policy.effective_of_subscription(
            known.attributes.get("DeliveryPolicy", ""),
            world.sns.topics[known.topic].attributes.get("DeliveryPolicy", ""),
        )
    if known.replay is not None:
        found["ReplayStatus"] = known.replay.status
    return found


def list_subscriptions(
    world: "World", by: str, *, next_token: str | None = None
) -> SubscriptionsListed:
    """ListSubscriptions, 100 at a time.

    Raises:
        Refused: next-token-invalid.
    """
    return _listed(*page(world.sns.subscriptions.values(), next_token))


def list_subscriptions_by_topic(
    world: "World", by: str, *, topic: str, next_token: str | None = None
) -> SubscriptionsListed:
    """ListSubscriptionsByTopic, 100 at a time.

    Raises:
        Refused: topic-not-found, next-token-invalid.
    """
    return _listed(*page(topic_named(world, topic).subscriptions.values(), next_token))


def _listed(rows: list[Subscription], next_token: str | None) -> SubscriptionsListed:
    return SubscriptionsListed(
        tuple(
            SubscriptionRow(
                "PendingConfirmation" if each.pending else each.subscription,
                each.topic,
                each.protocol,
                each.endpoint,
                ACCOUNT,
            )
            for each in rows
        ),
        next_token,
    )
