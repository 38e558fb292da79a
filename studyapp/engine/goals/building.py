"""Goals about what somebody built, whatever they called it: not one of them names a queue, a topic or a program.

What is missing is said in the order in which one builds: the thing itself, who uses it, then what comes of it.
"""

from collections import defaultdict
from collections.abc import Iterator

from studyapp.engine.actors.handling import HandlingFinished
from studyapp.engine.firehose.events import BatchDelivered, RecordBuffered
from studyapp.engine.goals.verdict import Missing, View, missing
from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.kinesis.reader_events import RecordHandled
from studyapp.engine.mq.activemq.events import MessageAccepted
from studyapp.engine.mq.clients import ENGINES
from studyapp.engine.mq.events import MessageAcknowledged, ZoneLost
from studyapp.engine.mq.rabbitmq.events import MessageRouted
from studyapp.engine.sns.events import Delivered, DeliveryFailed, FilteredOut, Published
from studyapp.engine.sqs.events import MessageDeadLettered, MessageDeleted, MessageSent
from studyapp.engine.world import World

_OF_QUEUES = frozenset({"consumer", "lambda-poller", "fleet"})
_OF_STREAMS = frozenset({"stream-reader", "kcl-worker"})


def _programs(world: World, kinds: frozenset[str]) -> int:
    return sum(actor.kind in kinds for actor in world.actors.actors.values())


# SQS


def messages_worked_off(world: World, view: View, *, message_count: int = 1) -> Iterator[Missing]:
    """So many messages, of any queues, were handled to the end and deleted."""
    if not world.sqs.queues:
        yield missing("no-queue")
        return
    if not _programs(world, _OF_QUEUES):
        yield missing("no-queue-consumer")
    handled = {event.message_id for event in world.log if type(event) is HandlingFinished}
    deleted = {event.message_id for event in world.log if type(event) is MessageDeleted}
    sent = sum(type(event) is MessageSent for event in world.log)
    if sent < message_count:
        yield missing("too-few-sent", found=sent, wanted=message_count)
    elif len(handled & deleted) < message_count:
        yield missing("too-few-worked-off", found=len(handled & deleted), wanted=message_count)


def failures_set_aside(world: World, view: View, *, message_count: int = 1) -> Iterator[Missing]:
    """So many messages were moved to a dead-letter queue because no receive of them ended well."""
    if not world.sqs.queues:
        yield missing("no-queue")
        return
    if not any(queue.dead_letter_queue for queue in world.sqs.queues.values()):
        yield missing("no-dead-letter-queue")
    moved = {event.message_id for event in world.log if type(event) is MessageDeadLettered}
    if len(moved) < message_count:
        yield missing("too-few-dead-lettered", found=len(moved), wanted=message_count)


# SNS


def fans_out(world: World, view: View, *, endpoint_count: int = 2) -> Iterator[Missing]:
    """One published message arrived at so many different endpoints."""
    topics = {each.topic for each in world.sns.subscriptions.values()}
    if not topics:
        yield missing("no-subscription")
        return
    most = max(
        sum(each.topic == topic for each in world.sns.subscriptions.values()) for topic in topics
    )
    if most < endpoint_count:
        yield missing("too-few-subscriptions", found=most, wanted=endpoint_count)
    reached: dict[str, set[tuple[str, str]]] = defaultdict(set)
    refused: dict[str, str] = {}
    for event in world.log:
        if type(event) is Published:
            reached.setdefault(event.message_id, set())
        elif type(event) is Delivered:
            reached[event.message_id].add((event.protocol, event.endpoint))
            refused.pop(event.endpoint, None)
        elif type(event) is DeliveryFailed and event.reason == "queue-policy-denies":
            refused[event.endpoint] = event.topic
    for endpoint, topic in refused.items():
        yield missing("topic-not-let-in", queue=endpoint, topic=topic)
    if not reached:
        yield missing("nothing-published")
    elif (found := max(map(len, reached.values()))) < endpoint_count:
        yield missing("too-few-copies", found=found, wanted=endpoint_count)


def filter_chooses(world: World, view: View) -> Iterator[Missing]:
    """A subscription with a filter policy let a message through and left another out."""
    subscriptions = world.sns.subscriptions
    filtering = [id for id, each in subscriptions.items() if each.filter_policy]
    if not filtering:
        yield missing("no-filter-policy")
        return
    passed = {event.subscription for event in world.log if type(event) is Delivered}
    left_out = {event.subscription for event in world.log if type(event) is FilteredOut}
    if passed & left_out & set(filtering):
        return
    if not left_out & set(filtering):
        yield missing("filter-leaves-nothing-out", topic=subscriptions[filtering[0]].topic)
    else:
        yield missing("filter-lets-nothing-through", topic=subscriptions[filtering[0]].topic)


# Kinesis


def read_by_several(
    world: World, view: View, *, reader_count: int = 2, record_count: int = 1
) -> Iterator[Missing]:
    """Of some stream, so many records were each handled by so many different readers."""
    if not world.kinesis.streams:
        yield missing("no-stream")
        return
    found = _programs(world, _OF_STREAMS)
    if found < reader_count:
        yield missing("too-few-readers", found=found, wanted=reader_count)
    put: dict[str, int] = defaultdict(int)
    readers: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for event in world.log:
        if type(event) is RecordPut:
            put[event.stream] += 1
        elif type(event) is RecordHandled:
            record = (event.stream, event.shard_id, event.sequence_number)
            readers[record].add(event.by)
    done: dict[str, int] = defaultdict(int)
    for (stream, _shard, _number), by in readers.items():
        done[stream] += len(by) >= reader_count
    if max(put.values(), default=0) < record_count:
        most = max(put.values(), default=0)
        yield missing("too-few-records", found=most, wanted=record_count)
    elif (most := max(done.values(), default=0)) < record_count:
        yield missing("too-few-read-by-all", found=most, wanted=record_count, readers=reader_count)


def keys_over_shards(world: World, view: View, *, shard_count: int = 2) -> Iterator[Missing]:
    """The records of some stream lie in so many shards, because their partition keys say so."""
    streams = world.kinesis.streams
    open_ = max((len(stream.open) for stream in streams.values()), default=0)
    used: dict[str, set[str]] = defaultdict(set)
    for event in world.log:
        if type(event) is RecordPut:
            used[event.stream].add(event.shard_id)
    most = max(map(len, used.values()), default=0)
    if most >= shard_count:
        return
    if open_ < shard_count:
        yield missing("too-few-shards", found=open_, wanted=shard_count)
    else:
        yield missing("too-few-shards-used", found=most, wanted=shard_count)


# Firehose


def delivered_together(
    world: World, view: View, *, record_count: int = 2, from_stream: bool = False
) -> Iterator[Missing]:
    """Firehose wrote so many records to S3 as one object; with `from_stream`, it read them from a Kinesis stream."""
    known = {
        name
        for name, each in world.firehose.delivery_streams.items()
        if bool(each.settings.source_stream) == from_stream
    }
    if not known:
        yield missing("no-firehose-from-stream" if from_stream else "no-firehose")
        return
    taken = sum(
        type(event) is RecordBuffered and event.delivery_stream in known for event in world.log
    )
    objects = [
        len(event.record_ids)
        for event in world.log
        if type(event) is BatchDelivered and event.delivery_stream in known
    ]
    if taken < record_count:
        yield missing("too-few-buffered", found=taken, wanted=record_count)
    elif not objects:
        yield missing("nothing-written")
    elif max(objects) < record_count:
        yield missing("object-too-small", found=max(objects), wanted=record_count)


# Amazon MQ


def goes_on_after_zone(world: World, view: View, *, message_count: int = 1) -> Iterator[Missing]:
    """A broker that had taken messages before an Availability Zone failed took so many afterwards."""
    if not any(True for engine in ENGINES.values() for _ in engine.brokers(world)):
        yield missing("no-broker")
        return
    before: set[str] = set()
    after: dict[str, int] = {}
    is_lost = False
    for event in world.log:
        if type(event) is ZoneLost:
            is_lost, after = True, dict.fromkeys(before, 0)
        elif type(event) is MessageAccepted or type(event) is MessageRouted:
            if event.broker in after:
                after[event.broker] += 1
            elif not is_lost:
                before.add(event.broker)
    if not before:
        yield missing("nothing-sent-before-zone")
    elif not is_lost:
        yield missing("zone-not-lost-yet")
    elif (found := max(after.values())) < message_count:
        yield missing("too-few-after-zone", found=found, wanted=message_count)


def all_consumed(world: World, view: View, *, message_count: int = 1) -> Iterator[Missing]:
    """At least so many messages reached queues of brokers, and consumers acknowledged all of them."""
    if not _programs(world, frozenset({"broker-consumer"})):
        yield missing("no-broker-consumer")
    taken: dict[str, str] = {}
    for event in world.log:
        if (type(event) is MessageAccepted and event.lines) or (
            type(event) is MessageRouted and (event.stored or event.held)
        ):
            taken[event.message_id] = event.body
    done = {event.message_id for event in world.log if type(event) is MessageAcknowledged}
    if len(taken) < message_count:
        yield missing("too-few-for-brokers", found=len(taken), wanted=message_count)
        return
    for message_id, body in taken.items():
        if message_id not in done:
            yield missing("message-not-acknowledged", message=body)
