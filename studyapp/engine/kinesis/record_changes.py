"""What puts, reads and pushes change. Nothing here decides, reads the clock or draws a number."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.kinesis.events import (
    ReadThrottled,
    RecordPut,
    RecordsExpired,
    RecordsPushed,
    RecordsRead,
    RecordsThrottled,
    ShardIteratorGiven,
    ShardSubscribed,
    ShardSubscriptionEnded,
    StreamConsumerActive,
    StreamConsumerDeregistered,
    StreamConsumerRegistered,
    StreamTraffic,
)
from studyapp.engine.kinesis.fan_out import activate
from studyapp.engine.kinesis.pushing import end_in_time, push
from studyapp.engine.kinesis.resharding import measure
from studyapp.engine.kinesis.retention import trim
from studyapp.engine.kinesis.stream import Consumer, Shard, Stream, Subscription
from studyapp.engine.kinesis.throughput import use
from studyapp.engine.kinesis.traffic import go_on
from studyapp.engine.limits.kinesis import (
    FAN_OUT_BYTES,
    FAN_OUT_LATENCY_MS,
    GET_RECORDS_MAX_BYTES,
    MEASURE_EVERY_MS,
    PUT_PAYLOAD_UNIT_BYTES,
    SHARD_ITERATOR_CALLS,
    SHARD_READ_BYTES,
    SHARD_WRITE_BYTES,
    TRIM_EVERY_MS,
)

if TYPE_CHECKING:
    from studyapp.engine.world import World

# An answer of this size or more stops reading for five seconds (KDS-X07). A full answer rarely has exactly
# the most bytes, so one that could not have taken another default record counts as full.
_FULL_ANSWER_BYTES = GET_RECORDS_MAX_BYTES - SHARD_WRITE_BYTES


def record_put(world: "World", event: RecordPut, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    shard = stream.shards[event.shard_id]
    at_ms = event.at_ms
    size_bytes = event.size_bytes
    shard.records.append(event)
    second = at_ms // 1000
    written = shard.written
    if written.second != second:
        before = shard.second_before
        before.second, before.bytes, before.count = written.second, written.bytes, written.count
    use(written, second, SHARD_WRITE_BYTES, size_bytes)
    shard.bytes_in += size_bytes
    shard.payload_units += -(-size_bytes // PUT_PAYLOAD_UNIT_BYTES)
    if not shard.trim_set:
        set_trim(world, stream, shard, at_ms, number)
    if shard.subscriptions:
        for subscription in shard.subscriptions.values():
            if not subscription.push_set:
                subscription.push_set = True
                world.set_alarm(
                    at_ms + FAN_OUT_LATENCY_MS, number, push, stream, shard, subscription
                )
    if stream.on_demand:
        _measure(world, stream, shard, event, number)


def _measure(world: "World", stream: Stream, shard: Shard, event: RecordPut, number: int) -> None:
    minute = event.at_ms // MEASURE_EVERY_MS
    if shard.minute != minute:
        shard.minute, shard.minute_bytes = minute, 0
    shard.minute_bytes += event.size_bytes
    if stream.measured_minute != minute:
        stream.measured_minute = minute
        world.set_alarm((minute + 1) * MEASURE_EVERY_MS, number, measure, stream, minute)


def set_trim(world: "World", stream: Stream, shard: Shard, at_ms: int, number: int) -> None:
    """One alarm for each shard: when its oldest record will have expired."""
    shard.trim_set = True
    shard.trim_number += 1
    due_ms = shard.records[shard.gone].at_ms + stream.retention_ms
    world.set_alarm(max(due_ms, at_ms), number, trim, stream, shard, shard.trim_number)


def records_expired(world: "World", event: RecordsExpired, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    shard = stream.shards[event.shard_id]
    shard.gone += event.record_count
    shard.trim_number += 1
    left = len(shard.records) - shard.gone
    if left == 0 or shard.gone > 64 and shard.gone > left:
        del shard.records[: shard.gone]
        shard.first_place += shard.gone
        shard.gone = 0
    shard.trim_set = left > 0
    if left:
        due_ms = shard.records[shard.gone].at_ms + stream.retention_ms
        due_ms = max(due_ms, event.at_ms + TRIM_EVERY_MS)
        world.set_alarm(due_ms, number, trim, stream, shard, shard.trim_number)


def records_throttled(world: "World", event: RecordsThrottled, number: int) -> None:
    shard = world.kinesis.streams[event.stream].shards[event.shard_id]
    shard.write_throttled += event.record_count


def traffic(world: "World", event: StreamTraffic, number: int) -> None:
    if event.times_left:
        world.set_alarm(event.at_ms + event.every_ms, number, go_on, event)


def iterator_given(world: "World", event: ShardIteratorGiven, number: int) -> None:
    shard = world.kinesis.streams[event.stream].shards[event.shard_id]
    use(shard.iterators, event.at_ms // 1000, SHARD_ITERATOR_CALLS, 0)


def read_throttled(world: "World", event: ReadThrottled, number: int) -> None:
    world.kinesis.streams[event.stream].shards[event.shard_id].read_throttled += 1


def records_read(world: "World", event: RecordsRead, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    shard = stream.shards[event.shard_id]
    size_bytes = event.size_bytes
    use(shard.read, event.at_ms // 1000, SHARD_READ_BYTES, size_bytes)
    shard.bytes_out += size_bytes
    if size_bytes > _FULL_ANSWER_BYTES:
        shard.read_again_ms = event.at_ms + size_bytes * 1000 // SHARD_READ_BYTES
    stream.readers.setdefault(event.by, {})[event.shard_id] = event.next_place


def consumer_registered(world: "World", event: StreamConsumerRegistered, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    consumer = Consumer(event.consumer, event.at_ms)
    stream.consumers[event.consumer] = consumer
    world.set_alarm(event.active_at_ms, number, activate, stream, consumer)


def consumer_active(world: "World", event: StreamConsumerActive, number: int) -> None:
    world.kinesis.streams[event.stream].consumers[event.consumer].active = True


def consumer_deregistered(world: "World", event: StreamConsumerDeregistered, number: int) -> None:
    del world.kinesis.streams[event.stream].consumers[event.consumer]


def shard_subscribed(world: "World", event: ShardSubscribed, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    shard = stream.shards[event.shard_id]
    subscription = Subscription(number, event.by, event.consumer, event.place, event.at_ms)
    shard.subscriptions[event.consumer] = subscription
    stream.consumers[event.consumer].subscribed_ms[event.shard_id] = event.at_ms
    stream.readers.setdefault(event.by, {})[event.shard_id] = event.place
    world.set_alarm(event.expires_at_ms, number, end_in_time, stream, shard, subscription)
    if event.place < shard.end() or shard.closed_ms >= 0:
        subscription.push_set = True
        world.set_alarm(event.at_ms + FAN_OUT_LATENCY_MS, number, push, stream, shard, subscription)


def records_pushed(world: "World", event: RecordsPushed, number: int) -> None:
    stream = world.kinesis.streams[event.stream]
    shard = stream.shards[event.shard_id]
    subscription = shard.subscriptions[event.consumer]
    subscription.place = event.next_place
    use(subscription.used, event.at_ms // 1000, FAN_OUT_BYTES, event.size_bytes)
    shard.bytes_pushed += event.size_bytes
    stream.readers.setdefault(event.by, {})[event.shard_id] = event.next_place
    if event.next_push_ms is None:
        subscription.push_set = False
    else:
        world.set_alarm(event.next_push_ms, number, push, stream, shard, subscription)


def subscription_ended(world: "World", event: ShardSubscriptionEnded, number: int) -> None:
    shard = world.kinesis.streams[event.stream].shards[event.shard_id]
    shard.subscriptions.pop(event.consumer, None)


APPLY: Apply = {
    RecordPut: record_put,
    RecordsExpired: records_expired,
    RecordsThrottled: records_throttled,
    StreamTraffic: traffic,
    ShardIteratorGiven: iterator_given,
    ReadThrottled: read_throttled,
    RecordsRead: records_read,
    StreamConsumerRegistered: consumer_registered,
    StreamConsumerActive: consumer_active,
    StreamConsumerDeregistered: consumer_deregistered,
    ShardSubscribed: shard_subscribed,
    RecordsPushed: records_pushed,
    ShardSubscriptionEnded: subscription_ended,
}
