"""The actions on topics."""

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from studyapp.engine.calls import Entries, Pairs
from studyapp.engine.dates import iso
from studyapp.engine.limits import sns as limits
from studyapp.engine.names import ACCOUNT, short, topic_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.sns import archive, delivery_policy, topic_attributes
from studyapp.engine.sns.events import TopicAttributeSet, TopicCreated, TopicDeleted
from studyapp.engine.sns.topic import Topic

if TYPE_CHECKING:
    from studyapp.engine.world import World

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
_NAME_LENGTH_MAX = 256
_PAGE_TOKEN = re.compile(r"[0-9]{1,15}", re.ASCII)


class TopicsListed(NamedTuple):
    """A page of topic names; `next_token` leads to the next page, if there is one."""

    topics: tuple[str, ...]
    next_token: str | None


def topic_named(world: "World", name: str) -> Topic:
    """The topic with this name or ARN.

    Raises:
        Refused: topic-not-found, topic-arn-malformed.
    """
    topic = world.sns.topics.get(name)
    if topic is not None:
        return topic
    if ":" in name:
        count = name.count(":") + 1
        if count < 6:
            raise Refused("topic-arn-malformed", count=count)
        topic = world.sns.topics.get(short(name))
        if topic is not None and topic_arn(topic.name) == name:
            return topic
    raise Refused("topic-not-found", topic=short(name)[:80])


def create_topic(
    world: "World",
    by: str,
    *,
    name: str,
    attributes: Pairs | None = None,
    tags: Entries | None = None,
) -> str:
    """CreateTopic. Returns the name of the new topic, or of the one that is there already (SNS-X01).

    Attributes have AWS's names and are text. Tags are mappings with `key` and `value`.

    Raises:
        Refused: topic-name-invalid, topic-exists, topic-exists-other-tags, topic-attribute-...,
            topic-limit-exceeded, topic-tag-...
    """
    given = dict(attributes or ())
    is_fifo = given.get("FifoTopic") == "true"
    if not _NAME.fullmatch(name.removesuffix(".fifo")) or len(name) > _NAME_LENGTH_MAX:
        raise Refused("topic-name-invalid", name=name[:80])
    if is_fifo != name.endswith(".fifo"):
        raise Refused("topic-name-invalid", name=name[:80])
    checked = tuple(
        (key, topic_attributes.check(key, value, is_fifo)) for key, value in given.items()
    )
    tagged = _tags(tags or ())
    existing = world.sns.topics.get(name)
    if existing is not None:
        for key, value in checked:
            default = topic_attributes.DEFAULTS.get(key)
            if existing.attributes.get(key, default) != value:
                raise Refused("topic-exists", topic=name)
        if tags is not None and dict(tagged) != existing.tags:
            raise Refused("topic-exists-other-tags", topic=name)
        return name
    state = world.sns
    if is_fifo:
        is_full = state.fifo_topics >= limits.FIFO_TOPICS_MAX
    else:
        is_full = len(state.topics) - state.fifo_topics >= limits.TOPICS_MAX
    if is_full:
        raise Refused("topic-limit-exceeded", topic=name)
    world.record(TopicCreated(world.now_ms, world.cause, "", name, checked, tagged))
    return name


def _tags(tags: Any) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for tag in tags:
        fields = {str(name).lower(): value for name, value in tag}
        key, value = fields.get("key"), fields.get("value")
        if type(key) is not str or type(value) is not str or not 1 <= len(key) <= 128:
            raise Refused("topic-tag-invalid")
        if len(value) > 256 or key in found:
            raise Refused("topic-tag-invalid")
        found[key] = value
    if len(found) > limits.TAGS_MAX:
        raise Refused("topic-tag-limit-exceeded", limit=limits.TAGS_MAX)
    return tuple(sorted(found.items()))


def delete_topic(world: "World", by: str, *, topic: str) -> None:
    """DeleteTopic: the topic and all its subscriptions. Nothing happens if there is no such topic.

    Raises:
        Refused: topic-archive-active, topic-arn-malformed.
    """
    try:
        known = topic_named(world, topic)
    except Refused as refusal:
        if refusal.reason == "topic-not-found":
            return
        raise
    if known.archive_days:
        raise Refused("topic-archive-active", topic=known.name)
    world.record(TopicDeleted(world.now_ms, world.cause, "", known.name))


def set_topic_attributes(
    world: "World", by: str, *, topic: str, attribute_name: str, attribute_value: str = ""
) -> None:
    """SetTopicAttributes.

    Raises:
        Refused: topic-not-found, topic-attribute-..., topic-scope-final,
            topic-too-large-for-subscriptions, delivery-policy-invalid.
    """
    known = topic_named(world, topic)
    name = attribute_name
    if name == "FifoTopic":
        raise Refused("topic-attribute-unknown", name=name)
    topic_attributes.check(name, attribute_value, known.fifo)
    if name == "FifoThroughputScope" and known.group_scope and attribute_value == "Topic":
        raise Refused("topic-scope-final")
    if name == "MaximumMessageSize" and int(attribute_value) > limits.MESSAGE_BYTES_DEFAULT:
        too_many = len(known.subscriptions) > limits.LARGE_MESSAGE_SUBSCRIPTIONS_MAX
        if too_many or known.small_message_count:
            raise Refused("topic-too-large-for-subscriptions")
    world.record(
        TopicAttributeSet(world.now_ms, world.cause, "", known.name, name, attribute_value)
    )


def get_topic_attributes(world: "World", by: str, *, topic: str) -> dict[str, str]:
    """GetTopicAttributes.

    Raises:
        Refused: topic-not-found, topic-arn-malformed.
    """
    known = topic_named(world, topic)
    pending = len(known.subscriptions) - len(known.confirmed)
    found = {
        "TopicArn": topic_arn(known.name),
        "Owner": ACCOUNT,
        "DisplayName": "",
        "Policy": _default_policy(known.name),
        "SubscriptionsConfirmed": str(len(known.confirmed)),
        "SubscriptionsPending": str(pending),
        "SubscriptionsDeleted": str(known.deleted_count),
        "EffectiveDeliveryPolicy": delivery_policy.effective_of_topic(
            known.attributes.get("DeliveryPolicy", "")
        ),
    }
    if known.fifo:
        found |= {
            "FifoTopic": "true",
            "ContentBasedDeduplication": "false",
            "FifoThroughputScope": "Topic",
        }
    found |= {name: value for name, value in known.attributes.items() if value}
    if not known.fifo:
        found.pop("FifoTopic", None)
    if known.archive_days:
        found["BeginningArchiveTime"] = iso(archive.begins_ms(known, world.now_ms))
    return found


def _default_policy(name: str) -> str:
    return (
        '{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":'
        '"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},"Action":'
        '["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",'
        '"SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic",'
        f'"SNS:Publish"],"Resource":"{topic_arn(name)}","Condition":{{"StringEquals":'
        f'{{"AWS:SourceOwner":"{ACCOUNT}"}}}}}}]}}'
    )


def list_topics(world: "World", by: str, *, next_token: str | None = None) -> TopicsListed:
    """ListTopics, 100 at a time.

    Raises:
        Refused: next-token-invalid.
    """
    rows, following = page(world.sns.topics, next_token)
    return TopicsListed(tuple(rows), following)


def page(rows: Any, next_token: str | None) -> tuple[list[Any], str | None]:
    """A page of something that can be iterated, and the token of the next page."""
    start = 0
    if next_token is not None:
        if not _PAGE_TOKEN.fullmatch(next_token):
            raise Refused("next-token-invalid")
        start = int(next_token)
    stop = start + limits.PAGE_SIZE
    found = list(islice(rows, start, stop))
    return found, str(stop) if stop < len(rows) else None
