"""What a run cost and how often it did things twice: counted from the log, never stored.

| counter | counts |
| --- | --- |
| `api_calls` | calls of AWS actions after the setup; refused ones too |
| `refused_calls` | of these, the ones that AWS answered with an error |
| `empty_receives` | answers to ReceiveMessage without a message |
| `messages_sent`, `bytes_sent` | messages and records that a service stored for a caller, and their size |
| `messages_received` | messages handed to consumers, again and again |
| `messages_deleted`, `messages_dead_lettered`, `messages_expired` | how messages ended |
| `deliveries`, `failed_deliveries`, `lost_deliveries` | of SNS, for each subscription |
| `handled`, `handled_again` | messages that actors handled to the end, and those handled before |
| `throttled` | records and reads that a shard refused |
| `objects_delivered` | objects that Firehose wrote |
| `shard_seconds` | open shards times virtual seconds; a shard-hour is 3,600 of them |
| `sqs_requests` | what SQS would charge: calls in steps of 64 KiB (ledger: request-price) |

What clients tell a broker over its own protocol (`mq.Send`, `amqp.BasicPublish`) is no API call.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.log import NO_CAUSE, Called, CallRefused, Event
from studyapp.engine.world import World

REQUEST_STEP_BYTES = 65_536
_API = ("sqs.", "sns.", "kinesis.", "firehose.", "s3.")
_API_OF_BROKERS = frozenset(
    {"mq.CreateBroker", "mq.DescribeBroker", "mq.ListBrokers", "mq.RebootBroker", "mq.DeleteBroker"}
)

NAMES = (
    "api_calls",
    "refused_calls",
    "empty_receives",
    "messages_sent",
    "bytes_sent",
    "messages_received",
    "messages_deleted",
    "messages_dead_lettered",
    "messages_expired",
    "deliveries",
    "failed_deliveries",
    "lost_deliveries",
    "handled",
    "handled_again",
    "throttled",
    "objects_delivered",
    "shard_seconds",
    "sqs_requests",
)


def count(world: World) -> dict[str, int]:
    """Every counter of the run so far, in the order of NAMES."""
    found: Counter[str] = Counter()
    handled: set[tuple[str, str, str]] = set()
    topics: set[str] = set()
    shards = _ShardTime()
    sqs_calls: dict[int, int] = {}
    for number, event in enumerate(world.log):
        kind = type(event).__name__
        if type(event) is Called:
            if _is_api(event):
                found["api_calls"] += 1
                if event.action.startswith("sqs."):
                    sqs_calls[number] = 0
        elif type(event) is CallRefused:
            if _is_api(event):
                found["refused_calls"] += 1
                found["api_calls"] += not _was_called(world.log, event)
        elif kind == "HandlingFinished":
            _handling(event, handled, topics, found)
        elif kind == "ConsumerSubscribed" and event.destination_type == "topic":  # type: ignore[attr-defined]
            topics.add(event.destination)  # type: ignore[attr-defined]
        elif kind in _COUNTED:
            _COUNTED[kind](event, found)
            if kind == "MessageSent" and event.cause in sqs_calls:
                sqs_calls[event.cause] += event.size_bytes  # type: ignore[attr-defined]
        else:
            shards.see(event, kind)
    found["sqs_requests"] = sum(
        max(1, -(-size // REQUEST_STEP_BYTES)) for size in sqs_calls.values()
    )
    found["shard_seconds"] = shards.seconds(world.now_ms)
    return {name: found[name] for name in NAMES}


def _is_api(event: Called | CallRefused) -> bool:
    known = event.action.startswith(_API) or event.action in _API_OF_BROKERS
    return known and event.by != "setup"


def _was_called(log: Sequence[Event], refusal: CallRefused) -> bool:
    """Whether the call stands in the log: one with wrong parameters is refused before it gets there."""
    call = log[refusal.cause] if refusal.cause != NO_CAUSE else None
    return type(call) is Called and (call.action, call.by) == (refusal.action, refusal.by)


def _handling(
    event: Any, handled: set[tuple[str, str, str]], topics: set[str], found: Counter[str]
) -> None:
    """Each subscriber of a broker's topic has its own copy, under the same id."""
    found["handled"] += 1
    key = (event.queue, event.message_id, event.by if event.queue in topics else "")
    found["handled_again"] += key in handled
    handled.add(key)


def _received(event: Any, found: Counter[str]) -> None:
    found["messages_received"] += len(event.receipts)
    found["empty_receives"] += not event.receipts


def _stored(event: Any, found: Counter[str]) -> None:
    found["messages_sent"] += 1
    found["bytes_sent"] += event.size_bytes


def _plus(name: str) -> Callable[[Any, Counter[str]], None]:
    def plus(event: Any, found: Counter[str]) -> None:
        found[name] += 1

    return plus


def _objects(event: Any, found: Counter[str]) -> None:
    found["objects_delivered"] += event.kind == "data"


def _threw_back(event: Any, found: Counter[str]) -> None:
    found["throttled"] += event.record_count


_COUNTED: Mapping[str, Callable[[Any, Counter[str]], None]] = {
    "MessageSent": _stored,
    "RecordPut": _stored,
    "RecordBuffered": _stored,
    "MessagesReceived": _received,
    "MessageDeleted": _plus("messages_deleted"),
    "MessageDeadLettered": _plus("messages_dead_lettered"),
    "MessageExpired": _plus("messages_expired"),
    "Delivered": _plus("deliveries"),
    "DeliveryFailed": _plus("failed_deliveries"),
    "DeliveryDropped": _plus("lost_deliveries"),
    "RecordsThrottled": _threw_back,
    "ReadThrottled": _plus("throttled"),
    "BatchDelivered": _objects,
}


class _ShardTime:
    """Open shards over time: every shard of a stream costs from its opening to its closing."""

    def __init__(self) -> None:
        self.total_ms = 0
        self.open: dict[str, int] = {}
        self.since_ms: dict[str, int] = {}

    def see(self, event: Any, kind: str) -> None:
        change = {"ShardSplit": 1, "ShardsMerged": -1}.get(kind)
        if kind in ("StreamCreated", "StreamPeakSet"):
            self.set(event.stream, event.shard_count, event.at_ms)
        elif kind == "StreamDeleted":
            self.set(event.stream, 0, event.at_ms)
        elif change is not None:
            self.set(event.stream, self.open.get(event.stream, 0) + change, event.at_ms)

    def set(self, stream: str, shards: int, at_ms: int) -> None:
        spent = at_ms - self.since_ms.get(stream, at_ms)
        self.total_ms += self.open.get(stream, 0) * spent
        self.open[stream] = shards
        self.since_ms[stream] = at_ms

    def seconds(self, now_ms: int) -> int:
        for stream in list(self.open):
            self.set(stream, self.open[stream], now_ms)
        return self.total_ms // 1000
