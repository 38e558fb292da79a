"""The same orders on four ways, on one clock: which events belong to which way, and what each way came to.

One run has all four, so they see the same orders at the same times. An event belongs to the way of the thing or the
program that it names, or else to that of its cause.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studyapp.engine.actors.handling import HandlingFinished
from studyapp.engine.counters import REQUEST_STEP_BYTES
from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.kinesis.reader_events import RecordHandled
from studyapp.engine.log import Called, Event
from studyapp.engine.mq.activemq.events import MessageAccepted
from studyapp.engine.mq.events import MessageAcknowledged
from studyapp.engine.names import short
from studyapp.engine.scenario import Run
from studyapp.engine.sns.events import Published
from studyapp.engine.sqs.events import MessageSent
from studyapp.engine.witness import labels

SCENARIO = "choosing/same-orders-four-ways"


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the shop to who handles the orders.

    `things` and `programs` are those of the scenario. `receivers`: who must get every order (a queue or an
    application), with the programs that share its work. `tried` is the program that is slowed down or crashes.
    """

    id: str
    title: str
    things: frozenset[str]
    receivers: Mapping[str, tuple[str, ...]]
    tried: str
    others: frozenset[str] = frozenset()

    @property
    def programs(self) -> frozenset[str]:
        return self.others.union(*self.receivers.values())


WAYS = (
    Way("sqs", "SQS", frozenset({"baking"}), {"baking": ("oven-1", "oven-2")}, "oven-1"),
    Way(
        "sns",
        "SNS + SQS",
        frozenset({"orders", "stock", "points"}),
        {"stock": ("stock-clerk",), "points": ("points-clerk",)},
        "stock-clerk",
    ),
    Way(
        "kinesis",
        "Kinesis",
        frozenset({"sales"}),
        {"reporting": ("report",)},
        "report",
        frozenset({"late-report"}),
    ),
    Way(
        "mq",
        "Amazon MQ",
        frozenset({"warehouse", "packing"}),
        {"packing": ("packer-1", "packer-2")},
        "packer-1",
    ),
)
BY_ID: Mapping[str, Way] = {way.id: way for way in WAYS}

# Fields of events, and parameters of calls, that name a thing.
_NAMES = ("queue", "topic", "stream", "broker", "topic_arn", "queue_name", "broker_name", "name")


def ways_of(log: Sequence[Event]) -> list[str]:
    """The id of the way of each entry; '' for what belongs to none."""
    owners = {name: way.id for way in WAYS for name in way.things | way.programs}
    found: list[str] = []
    for event in log:
        names = [*_named(event), getattr(event, "by", "")]
        own = next((owners[name] for name in names if name in owners), "")
        if not own and 0 <= event.cause < len(found):
            own = found[event.cause]
        found.append(own)
    return found


def _named(event: Event) -> Iterator[str]:
    if type(event) is Called:
        given: Mapping[str, Any] = dict(event.parameters)
        values = [given.get(name) for name in (*_NAMES, "actor")]
    else:
        values = [getattr(event, name, None) for name in _NAMES]
    for value in values:
        if isinstance(value, str):
            yield short(value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a way came to by the end of the run.

    `wanted`: orders times receivers. `handled` of these were handled to the end, `twice` once more than needed;
    `waiting` are still kept somewhere, `lost` are nowhere. `out_of_order` were handled after an order that was sent
    later. `recovery_ms`: from the crash until everything sent before it was handled; None without a crash, or if
    that never came. What is paid for: `requests` of SQS (in steps of 64 KiB), `publishes` of SNS (likewise),
    `shard_ms` of Kinesis, `broker_ms` of Amazon MQ.
    """

    wanted: int
    handled: int
    twice: int
    waiting: int
    lost: int
    out_of_order: int
    recovery_ms: int | None
    api_calls: int
    requests: int
    publishes: int
    shard_ms: int
    broker_ms: int


def outcome(run: Run, way: Way, crash_ms: int | None) -> Outcome:
    """The figures of one way, counted in the log."""
    world = run.world
    log = world.log
    mine = [entry == way.id for entry in ways_of(log)]
    text_of = labels(log)
    # Every way gets the same orders; the topic has their texts and times.
    orders = {event.body: event.at_ms for event in log if type(event) is Published}
    done: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in way.receivers}
    for event in log:
        receiver = _receiver(way, event)
        if receiver:
            text = event.data if type(event) is RecordHandled else text_of[event.message_id]  # type: ignore[attr-defined]
            done[receiver][text].append(event.at_ms)
    kept = _kept(run, way, text_of)
    open_ = [
        (receiver, text)
        for receiver, handled in done.items()
        for text in orders
        if not handled.get(text)
    ]
    waiting = sum(text in kept[receiver] for receiver, text in open_)
    wanted = len(orders) * len(way.receivers)
    requests, publishes = _requests(log, mine)
    return Outcome(
        wanted=wanted,
        handled=wanted - len(open_),
        twice=sum(len(times) - 1 for each in done.values() for times in each.values()),
        waiting=waiting,
        lost=len(open_) - waiting,
        out_of_order=sum(_out_of_order(list(orders), each) for each in done.values()),
        recovery_ms=None if crash_ms is None else _recovery(orders, done, crash_ms),
        api_calls=sum(own and _is_api(event) for own, event in zip(mine, log, strict=True)),
        requests=requests,
        publishes=publishes,
        shard_ms=_there_ms(world.now_ms, way.id == "kinesis") * _shards(run, way),
        broker_ms=_there_ms(world.now_ms, way.id == "mq"),
    )


def _receiver(way: Way, event: Event) -> str:
    """For whom an order was handled to the end; '' where the event says nothing of the kind."""
    if type(event) is not HandlingFinished and type(event) is not RecordHandled:
        return ""
    return next((name for name, programs in way.receivers.items() if event.by in programs), "")


def _kept(run: Run, way: Way, text_of: Mapping[str, str]) -> dict[str, set[str]]:
    """The orders that are kept somewhere at the end, for each receiver."""
    world = run.world
    if way.id == "kinesis":
        put = {event.data for event in world.log if type(event) is RecordPut}
        return dict.fromkeys(way.receivers, put)
    if way.id == "mq":
        acknowledged = {
            event.message_id for event in world.log if type(event) is MessageAcknowledged
        }
        held = {
            event.body
            for event in world.log
            if type(event) is MessageAccepted and event.lines
            if event.message_id not in acknowledged
        }
        return dict.fromkeys(way.receivers, held)
    queues = world.sqs.queues
    return {name: {text_of[id] for id in queues[name].messages} for name in way.receivers}


def _out_of_order(orders: Sequence[str], done: Mapping[str, Sequence[int]]) -> int:
    """How many orders were first handled after one that was sent later."""
    first = [done[text][0] for text in orders if done.get(text)]
    return sum(time > min(first[place + 1 :]) for place, time in enumerate(first[:-1]))


def _recovery(
    orders: Mapping[str, int], done: Mapping[str, Mapping[str, Sequence[int]]], crash_ms: int
) -> int | None:
    last = crash_ms
    for handled in done.values():
        for text, sent_ms in orders.items():
            if sent_ms <= crash_ms:
                if not handled.get(text):
                    return None
                last = max(last, handled[text][0])
    return last - crash_ms


def _is_api(event: Event) -> bool:
    """A call over HTTPS to an API of AWS, after the setup; clients of brokers speak a protocol of their own."""
    return (
        type(event) is Called
        and event.by != "setup"
        and event.action.startswith(("sqs.", "sns.", "kinesis."))
    )


def _requests(log: Sequence[Event], mine: Sequence[bool]) -> tuple[int, int]:
    """What SQS and SNS charge for: calls of SQS and messages published, in steps of 64 KiB."""
    sizes: dict[int, int] = {}
    publishes = 0
    for number, event in enumerate(log):
        if not mine[number]:
            continue
        if type(event) is Called and event.action.startswith("sqs.") and event.by != "setup":
            sizes[number] = 0
        elif type(event) is MessageSent and event.cause in sizes:
            sizes[event.cause] += event.size_bytes
        elif type(event) is Published:
            publishes += _steps(event.size_bytes)
    return sum(map(_steps, sizes.values())), publishes


def _steps(size_bytes: int) -> int:
    return max(1, -(-size_bytes // REQUEST_STEP_BYTES))


def _there_ms(ends_ms: int, is_there: bool) -> int:
    return ends_ms if is_there else 0


def _shards(run: Run, way: Way) -> int:
    streams = run.world.kinesis.streams
    return sum(len(streams[name].open) for name in way.things if name in streams)
