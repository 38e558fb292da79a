"""Registered consumers and their subscriptions (KDS-25, KDS-X09)."""

from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Pairs
from studyapp.engine.kinesis.events import (
    ShardSubscribed,
    StreamConsumerActive,
    StreamConsumerDeregistered,
    StreamConsumerRegistered,
)
from studyapp.engine.kinesis.iterators import TYPES, starting_place
from studyapp.engine.kinesis.parameters import (
    check_choice,
    check_key_access,
    check_name,
    check_range,
    fields,
    shard_of,
    stream_named,
    usable_stream,
)
from studyapp.engine.kinesis.pushing import end_subscription
from studyapp.engine.kinesis.stream import Consumer, Stream
from studyapp.engine.limits.kinesis import (
    CONSUMER_CREATING_MS,
    FAN_OUT_CONSUMERS_CREATING_MAX,
    FAN_OUT_CONSUMERS_MAX,
    LIST_CONSUMERS_MAX,
    SUBSCRIBE_AGAIN_AFTER_MS,
    SUBSCRIPTION_LIFE_MS,
)
from studyapp.engine.names import stream_arn
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


class ConsumerDescription(NamedTuple):
    """A registered consumer as AWS tells it."""

    consumer_name: str
    consumer_arn: str
    consumer_status: str
    consumer_creation_ms: int
    stream: str


class ListStreamConsumersAnswer(NamedTuple):
    consumers: tuple[ConsumerDescription, ...]
    next_token: str | None


_POSITION = {"type": str, "sequence_number": str, "timestamp_ms": int}


def _described(stream: Stream, consumer: Consumer) -> ConsumerDescription:
    return ConsumerDescription(
        consumer.name,
        f"{stream_arn(stream.name)}/consumer/{consumer.name}:{consumer.created_ms // 1000}",
        "ACTIVE" if consumer.active else "CREATING",
        consumer.created_ms,
        stream.name,
    )


def consumer_named(world: "World", stream: str | None, consumer: str) -> tuple[Stream, Consumer]:
    """The consumer with this ARN, or with this name on a stream.

    Raises:
        Refused: stream-not-found, stream-consumer-not-found or missing-parameter.
    """
    head, separator, tail = consumer.rpartition("/consumer/")
    if separator:
        stream, consumer = head, tail.partition(":")[0]
    if stream is None:
        raise Refused("missing-parameter", parameter="stream")
    target = stream_named(world, stream)
    found = target.consumers.get(consumer)
    if found is None:
        raise Refused("stream-consumer-not-found", consumer=consumer[:128])
    return target, found


def register_stream_consumer(
    world: "World", by: str, *, stream: str, consumer_name: str
) -> ConsumerDescription:
    """RegisterStreamConsumer. The consumer is CREATING for a few seconds.

    Raises:
        Refused: stream-not-found, stream-parameter-invalid, stream-consumer-exists,
            stream-consumers-exceeded or stream-consumers-creating-exceeded.
    """
    target = usable_stream(world, stream)
    check_name("consumerName", consumer_name)
    consumers = target.consumers
    if consumer_name in consumers:
        raise Refused("stream-consumer-exists", consumer=consumer_name, stream=target.name)
    if len(consumers) >= FAN_OUT_CONSUMERS_MAX:
        raise Refused("stream-consumers-exceeded", limit=FAN_OUT_CONSUMERS_MAX)
    creating = sum(not each.active for each in consumers.values())
    if creating >= FAN_OUT_CONSUMERS_CREATING_MAX:
        raise Refused("stream-consumers-creating-exceeded", limit=FAN_OUT_CONSUMERS_CREATING_MAX)
    world.record(
        StreamConsumerRegistered(
            world.now_ms,
            world.cause,
            "",
            target.name,
            consumer_name,
            world.now_ms + CONSUMER_CREATING_MS,
        )
    )
    return _described(target, consumers[consumer_name])


def activate(world: "World", stream: Stream, consumer: Consumer) -> None:
    """An alarm: a consumer is ready to subscribe."""
    if (
        stream.consumers.get(consumer.name) is consumer
        and world.kinesis.streams.get(stream.name) is stream
    ):
        world.record(
            StreamConsumerActive(world.now_ms, world.cause, "", stream.name, consumer.name)
        )


def deregister_stream_consumer(
    world: "World", by: str, *, consumer: str, stream: str | None = None
) -> None:
    """DeregisterStreamConsumer: `consumer` is an ARN, or a name together with `stream`.

    Raises:
        Refused: stream-not-found, stream-consumer-not-found or missing-parameter.
    """
    target, known = consumer_named(world, stream, consumer)
    for shard in target.shards.values():
        subscription = shard.subscriptions.get(known.name)
        if subscription is not None:
            end_subscription(world, target, shard, subscription, "consumer-deregistered", None)
    world.record(StreamConsumerDeregistered(world.now_ms, world.cause, "", target.name, known.name))


def describe_stream_consumer(
    world: "World", by: str, *, consumer: str, stream: str | None = None
) -> ConsumerDescription:
    """DescribeStreamConsumer: `consumer` is an ARN, or a name together with `stream`.

    Raises:
        Refused: stream-not-found, stream-consumer-not-found or missing-parameter.
    """
    return _described(*consumer_named(world, stream, consumer))


def list_stream_consumers(
    world: "World",
    by: str,
    *,
    stream: str,
    next_token: str | None = None,
    max_results: int = LIST_CONSUMERS_MAX,
) -> ListStreamConsumersAnswer:
    """ListStreamConsumers, in the order of registering. The token is the name after which to go on.

    Raises:
        Refused: stream-not-found, stream-parameter-invalid or shard-token-invalid.
    """
    check_range("maxResults", max_results, 1, 10_000)
    target = stream_named(world, stream)
    consumers = list(target.consumers.values())
    if next_token is not None:
        if next_token not in target.consumers:
            raise Refused("shard-token-invalid")
        place = [each.name for each in consumers].index(next_token)
        consumers = consumers[place + 1 :]
    count = min(max_results, LIST_CONSUMERS_MAX)
    token = consumers[count - 1].name if len(consumers) > count else None
    return ListStreamConsumersAnswer(
        tuple(_described(target, each) for each in consumers[:count]), token
    )


def subscribe_to_shard(
    world: "World",
    by: str,
    *,
    consumer: str,
    shard_id: str,
    starting_position: Pairs,
    stream: str | None = None,
) -> ShardSubscribed:
    """SubscribeToShard: records are pushed to `by` for up to five minutes, as RecordsPushed.

    `starting_position` has `type` and, where the type needs it, `sequence_number` or `timestamp_ms`. A second
    call is refused within five seconds and takes over after that.

    Raises:
        Refused: stream-not-found, stream-consumer-not-found, stream-consumer-not-active,
            shard-not-found, subscribed-moments-ago, kms-access-denied, missing-parameter,
            stream-parameter-invalid, starting-number-missing, starting-number-invalid or
            timestamp-in-future.
    """
    target, known = consumer_named(world, stream, consumer)
    if not known.active:
        raise Refused("stream-consumer-not-active", consumer=known.name)
    shard = shard_of(world, target, shard_id)
    position = fields("startingPosition", starting_position, _POSITION, ("type",))
    check_choice("startingPosition.type", position["type"], TYPES)
    place = starting_place(
        world,
        target,
        shard,
        position["type"],
        position.get("sequence_number"),
        position.get("timestamp_ms"),
    )
    check_key_access(target, by)
    last_ms = known.subscribed_ms.get(shard.shard_id)
    if last_ms is not None and world.now_ms < last_ms + SUBSCRIBE_AGAIN_AFTER_MS:
        raise Refused("subscribed-moments-ago", consumer=known.name, shard=shard.shard_id)
    before = shard.subscriptions.get(known.name)
    if before is not None:
        end_subscription(
            world, target, shard, before, "taken-over", shard.sequence_before(before.place)
        )
    event = ShardSubscribed(
        world.now_ms,
        world.cause,
        "",
        by,
        target.name,
        known.name,
        shard.shard_id,
        place,
        world.now_ms + SUBSCRIPTION_LIFE_MS,
    )
    world.record(event)
    return event
