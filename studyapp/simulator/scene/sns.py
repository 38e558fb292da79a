"""How SNS looks: a message comes to its topic, and at one moment a copy for each subscription sets out. A copy may
stop at a filter, wait on its line for the next attempt, or go down the red line of its subscription."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from studyapp.engine.firehose.events import RecordBuffered
from studyapp.engine.log import Event
from studyapp.engine.names import short
from studyapp.engine.sns import events as happened
from studyapp.engine.sns.protocols import address_of
from studyapp.engine.sqs.events import MessageSent, SendDeduplicated
from studyapp.simulator.scene.blocks import Queue
from studyapp.simulator.scene.board import Board, Edge
from studyapp.simulator.scene.filter_words import conditions
from studyapp.simulator.scene.tokens import DELAYED, GHOST, LOCKED, WAITS
from studyapp.simulator.scene.topic_blocks import WHY, Mailbox, SubscriptionSign, Topic

NOTABLE = (
    "Published",
    "PublishDeduplicated",
    "FilteredOut",
    "DeliveryDeadLettered",
    "DeliveryDropped",
    "EndpointWentDown",
    "EndpointCameUp",
    "SubscriptionCreated",
    "ReplayStarted",
)
_FILTER_LINES_MAX = 4
# Endpoints of these protocols are blocks of their services, by name; the others are mailboxes.
_BLOCKS = frozenset({"sqs", "firehose"})


@dataclass(slots=True)
class Subscription:
    """A subscription as the picture knows it. `block` is where its line ends; `live` whether a FIFO topic sends it
    what is published now."""

    topic: str
    protocol: str
    block: str
    line: str
    confirmed: bool
    live: bool = True
    dead_letter_queue: str = ""


def _subscriptions(board: Board) -> dict[str, Subscription]:
    known: dict[str, Subscription] = board.memory.setdefault("subscriptions", {})
    return known


def topic_block(board: Board, topic: str) -> str:
    """The block of a topic: its name, unless something else has it already."""
    ids: dict[str, str] = board.memory.setdefault("topics", {})
    if topic not in ids:
        taken = topic in board.blocks and not isinstance(board.block(topic), Topic)
        ids[topic] = f"{topic} (SNS)" if taken else topic
    return ids[topic]


def mailbox(board: Board, protocol: str, address: str) -> str:
    """The block of an endpoint that is no queue and no delivery stream; made when first asked for."""
    id = f"{protocol} {address}".replace("/", "|")
    if board.block(id) is None:
        name = urlsplit(address).netloc if protocol in ("http", "https") else address
        board.add(Mailbox(id, protocol)).name = board.names.get(address, name or address)
    return id


def _endpoint(board: Board, protocol: str, endpoint: str) -> str:
    address = address_of(protocol, endpoint)
    return address if protocol in _BLOCKS else mailbox(board, protocol, address)


# Topics and subscriptions


def _created(board: Board, event: happened.TopicCreated, log: Sequence[Event]) -> None:
    block = Topic(topic_block(board, event.topic))
    block.archives = bool(dict(event.attributes).get("ArchivePolicy"))
    board.add(block).name = board.name(event.topic)


def _topic_set(board: Board, event: happened.TopicAttributeSet, log: Sequence[Event]) -> None:
    block = board.block(topic_block(board, event.topic))
    if event.name == "ArchivePolicy" and event.value and isinstance(block, Topic):
        block.archives = True
        board.add(block).name = board.name(event.topic)


def _topic_deleted(board: Board, event: happened.TopicDeleted, log: Sequence[Event]) -> None:
    for id, subscription in _subscriptions(board).items():
        if subscription.topic == event.topic:
            _end(board, id, subscription)
    board.remove(topic_block(board, event.topic))


def _subscribed(board: Board, event: happened.SubscriptionCreated, log: Sequence[Event]) -> None:
    topic = topic_block(board, event.topic)
    block = _endpoint(board, event.protocol, event.endpoint)
    line = f"{topic}>{block}"
    subscription = Subscription(
        event.topic, event.protocol, block, line, confirmed=not event.pending
    )
    _subscriptions(board)[event.subscription] = subscription
    if line not in board.edges:
        board.start_values.setdefault((line, "there"), "no")
        board.values.setdefault((line, "there"), "no")
    _joined(board, subscription)
    board.set(line, "there", "yes")
    if event.pending:
        board.set(line, "state", "pending")
    for name, value in event.attributes:
        _attribute(board, subscription, name, value)


def _joined(board: Board, subscription: Subscription) -> None:
    """The line of a subscription: some blocks are there only after it."""
    board.connect(topic_block(board, subscription.topic), subscription.block)


def _confirmed(board: Board, event: happened.SubscriptionConfirmed, log: Sequence[Event]) -> None:
    subscription = _subscriptions(board).get(event.subscription)
    if subscription is not None:
        subscription.confirmed = True
        board.set(subscription.line, "state", "")


def _attribute_set(
    board: Board, event: happened.SubscriptionAttributeSet, log: Sequence[Event]
) -> None:
    subscription = _subscriptions(board).get(event.subscription)
    if subscription is not None:
        _attribute(board, subscription, event.name, event.value)


def _attribute(board: Board, subscription: Subscription, name: str, value: str) -> None:
    if name == "FilterPolicy":
        _filter(board, subscription, value)
    elif name == "RedrivePolicy":
        _redrive(board, subscription, value)
    elif name == "RawMessageDelivery" and subscription.protocol in ("sqs", "http", "https"):
        _form(board, subscription, value == "true")


def _sign(board: Board, subscription: Subscription) -> SubscriptionSign | None:
    """The sign on the line of a subscription."""
    _joined(board, subscription)
    return sign_on(board, subscription.line)


def sign_on(board: Board, line: str) -> SubscriptionSign | None:
    """The sign on a line; made when there is first something to show."""
    edge = board.edges.get(line)
    if edge is None:
        return None
    sign = board.block(edge.id)
    if isinstance(sign, SubscriptionSign):
        return sign
    sign = SubscriptionSign(edge.id, edge.end)
    board.add(sign)
    names = (board.blocks[end].name for end in (edge.start, edge.end))
    sign.name = " → ".join(names)
    return sign


def _filter(board: Board, subscription: Subscription, policy: str) -> None:
    lines = conditions(policy, board.words)
    if not lines and board.block(subscription.line) is None:
        return
    sign = _sign(board, subscription)
    if sign is None:
        return
    edge = board.edges[sign.id]
    edge.kind = "filter"
    board.set(sign.id, "filter", "yes" if lines else "")
    shown = lines
    if len(lines) > _FILTER_LINES_MAX:
        shown = [*lines[: _FILTER_LINES_MAX - 1], "…"]
    write(board, sign, shown, " ".join(lines))


def write(board: Board, sign: SubscriptionSign, lines: Sequence[str], said: str) -> None:
    """Let a sign show these lines, and say them."""
    for attribute, line in sign.write(lines):
        board.set(sign.id, attribute, line)
    board.set(sign.id, "condition", said)
    _say(board, sign)


def _form(board: Board, subscription: Subscription, raw: bool) -> None:
    """Whether a subscription asks for the bare message: said where others of the topic ask for the opposite."""
    forms: dict[str, dict[str, bool]] = board.memory.setdefault("forms", {})
    those = forms.setdefault(subscription.topic, {})
    those[subscription.line] = raw
    if len(set(those.values())) < 2:
        return
    for each in _subscriptions(board).values():
        sign = _sign(board, each) if each.line in those else None
        if sign is not None and (sign.id, "filter") not in board.values:
            form = board.words["raw" if those[each.line] else "envelope"]
            write(board, sign, [form], form)


def _redrive(board: Board, subscription: Subscription, policy: str) -> None:
    try:
        target = short(str(json.loads(policy)["deadLetterTargetArn"]))
    except (ValueError, LookupError, TypeError):
        subscription.dead_letter_queue = ""
        return
    subscription.dead_letter_queue = target
    sign = _sign(board, subscription)
    if sign is None:
        return
    sign.tray = True
    board.memory.setdefault("dead-letter-queues", set()).add(target)
    queue = board.block(target)
    if isinstance(queue, Queue):
        queue.dead_letters = True
        edge = Edge(sign.id, target, "dead")
        board.edges.setdefault(edge.id, edge)


def _unsubscribed(board: Board, event: happened.SubscriptionDeleted, log: Sequence[Event]) -> None:
    subscription = _subscriptions(board).get(event.subscription)
    if subscription is not None:
        _end(board, event.subscription, subscription)


def _end(board: Board, id: str, subscription: Subscription) -> None:
    subscription.confirmed = False
    board.set(subscription.line, "there", "no")
    for edge in board.edges.values():
        if edge.start == subscription.line:
            board.set(edge.id, "there", "no")


def _explain(board: Board, sign: SubscriptionSign, reason: str) -> None:
    for attribute, text in sign.explain(reason, board.words):
        board.set(sign.id, attribute, text)


def _say(board: Board, sign: SubscriptionSign) -> None:
    """What a sign says in words: its condition, why attempts fail and how many there were."""
    parts = [board.values.get((sign.id, part), "") for part in ("condition", "why", "attempt")]
    said = [board.words.get(part, part) for part in parts if part and part != "retries"]
    board.set(sign.id, "said", "; ".join(said) or "nothing-waits")


# Messages


def _published(board: Board, event: happened.Published, log: Sequence[Event]) -> None:
    group = (event.message_group_id or "") if event.sequence_number else ""
    origin = _publisher(board, event, log)
    token = board.token(event.message_id, alike=group)
    if not event.topic:
        _straight(board, event, token)
        return
    block = topic_block(board, event.topic)
    board.connect(origin, block)
    heart = f"{block}/heart"
    takers = {
        id
        for id, each in _subscriptions(board).items()
        if each.topic == event.topic and each.confirmed and each.live
    }
    _archived(board, event, token)
    if takers:
        board.memory.setdefault("open", {})[event.message_id] = takers
        board.put(token, heart, origin=f"{origin}/door")
    else:
        board.leave(token, "lost", toward=heart, origin=f"{origin}/door")


def _publisher(
    board: Board, event: happened.Published | happened.PublishDeduplicated, log: Sequence[Event]
) -> str:
    """The block that a message comes from. A service publishes because of something of its own."""
    bucket = getattr(log[event.cause], "bucket", "") if event.cause >= 0 else ""
    return bucket if bucket in board.blocks else board.source(event.by or "you")


def _straight(board: Board, event: happened.Published, token: int) -> None:
    """A message to a phone or a device, without a topic."""
    sender = board.source(event.by or "you")
    block = mailbox(board, event.protocol, address_of(event.protocol, event.endpoint))
    board.connect(sender, block)
    board.memory.setdefault("direct", {})[event.message_id] = (sender, block)


def _archived(board: Board, event: happened.Published, token: int) -> None:
    block = board.block(topic_block(board, event.topic))
    if isinstance(block, Topic) and block.archives:
        kept = board.copy(f"archive-{event.message_id}", token)
        board.put(kept, f"{block.id}/archive", origin=f"{block.id}/heart", flags=GHOST)
        board.count(block.id, "archived")


def _deduplicated(board: Board, event: happened.PublishDeduplicated, log: Sequence[Event]) -> None:
    first = board.known(event.message_id)
    if first is None:
        return
    origin = _publisher(board, event, log)
    again = board.copy(f"again-{len(board.entries)}", first)
    heart = f"{topic_block(board, event.topic)}/heart"
    board.leave(again, "refused", toward=heart, reach=80, origin=f"{origin}/door")


def _key(event: Any) -> str:
    return f"delivery-{event.subscription}-{event.message_id}-{event.replay}"


def _copy(board: Board, event: Any) -> int | None:
    """The copy of a message that an event of a delivery is about."""
    original = board.known(event.message_id)
    return None if original is None else board.copy(_key(event), original)


def _line(board: Board, event: Any) -> Subscription | None:
    """The subscription of an event; for a message without a topic, something like one."""
    if event.subscription:
        return _subscriptions(board).get(event.subscription)
    sender, block = board.memory.get("direct", {}).get(event.message_id, ("", ""))
    if not block:
        return None
    return Subscription("", event.protocol, block, f"{sender}>{block}", confirmed=True)


def _begins(board: Board, event: Any) -> str:
    """Where a copy sets out that is nowhere yet."""
    if not event.subscription:
        return f"{board.memory.get('direct', {}).get(event.message_id, ('you',))[0]}/door"
    return f"{topic_block(board, event.topic)}/{'archive' if event.replay else 'heart'}"


def _set_out(board: Board, event: Any) -> None:
    """One more copy is on its way. With the last one, the topic keeps nothing."""
    takers = board.memory.get("open", {}).get(event.message_id)
    if takers is None or event.replay:
        return
    takers.discard(event.subscription)
    if not takers:
        del board.memory["open"][event.message_id]
        original = board.known(event.message_id)
        if original is not None and board.look(original).place:
            board.drop(original)


def _filtered(board: Board, event: happened.FilteredOut, log: Sequence[Event]) -> None:
    copy, line = _copy(board, event), _line(board, event)
    if copy is not None and line is not None:
        board.leave(copy, "filtered", toward=f"{line.line}/tag", origin=_begins(board, event))
    _set_out(board, event)


def _arrives(board: Board, event: MessageSent, log: Sequence[Event]) -> None:
    """A queue stores a message for SNS: its token is the copy of the delivery that comes right after in the log."""
    if event.reason in ("topic-delivery", "topic-dead-letter"):
        _becomes(board, int(event.message_id[1:]), event.message_id, log)


def _buffered(board: Board, event: RecordBuffered, log: Sequence[Event]) -> None:
    """The same for a delivery stream."""
    if event.source == "sns":
        _becomes(board, int(event.record_id[1:]), event.record_id, log)


def _becomes(board: Board, number: int, id: str, log: Sequence[Event]) -> None:
    """The copy of a delivery goes on under the id that its receiver gives it."""
    delivery = next(
        (
            event
            for event in log[number + 1 : number + 4]
            if type(event) in (happened.Delivered, happened.DeliveryDeadLettered)
        ),
        None,
    )
    if delivery is None:
        return
    copy = _copy(board, delivery)
    if copy is None:
        return
    board.rename(_key(delivery), id)
    if not board.look(copy).place:
        board.memory.setdefault("origins", {})[id] = _begins(board, delivery)


def _known_already(board: Board, event: SendDeduplicated, log: Sequence[Event]) -> None:
    """A FIFO queue has what a FIFO topic brings: it comes from the topic."""
    if event.by == "sns.amazonaws.com" and event.cause >= 0:
        topic = getattr(log[event.cause], "topic", "")
        if topic:
            board.memory["comes-from"] = topic_block(board, topic)


def _delivered(board: Board, event: happened.Delivered, log: Sequence[Event]) -> None:
    line = _line(board, event)
    if line is None:
        return
    if line.protocol not in _BLOCKS:
        copy = _copy(board, event)
        if copy is not None:
            origin = "" if board.look(copy).place else _begins(board, event)
            board.put(copy, f"{line.block}/inbox", origin=origin)
            board.count(line.block, "received")
    else:
        _joined(board, line)
    _clear(board, line)
    _set_out(board, event)


def _clear(board: Board, line: Subscription) -> None:
    """The sign of a line says nothing of attempts when nothing waits there."""
    sign = board.block(line.line)
    if isinstance(sign, SubscriptionSign) and not board.contents(f"{sign.id}/wait"):
        board.set(sign.id, "attempt", "retries")
        _explain(board, sign, "")
        if board.values.get((sign.id, "state")) == "denied":
            board.set(sign.id, "state", "")
        _say(board, sign)


def _failed(board: Board, event: happened.DeliveryFailed, log: Sequence[Event]) -> None:
    copy, line = _copy(board, event), _line(board, event)
    sign = _sign(board, line) if line is not None and event.subscription else None
    if copy is None or line is None or sign is None:
        return
    again = event.retry_at_ms >= 0
    sign.tray = sign.tray or again
    if event.reason in WHY:
        _explain(board, sign, event.reason)
        board.set(sign.id, "state", "denied")
    if sign.tray:
        waiting = board.look(copy).place
        ring = (event.at_ms, event.retry_at_ms) if event.retry_at_ms > event.at_ms else None
        board.put(
            copy,
            f"{sign.id}/wait",
            origin="" if waiting else _begins(board, event),
            ring=ring,
            flags=DELAYED + WAITS if again else "",
        )
        if waiting and again:
            bounce = board.copy(f"bounce-{copy}", copy)
            board.leave(
                bounce, "refused", toward=f"{line.block}/door", reach=85, origin=f"{sign.id}/wait"
            )
        tries = board.words["attempt"].replace("{n}", str(event.attempt))
        board.set(sign.id, "attempt", tries)
    _say(board, sign)
    if again:
        _set_out(board, event)


def _held(board: Board, event: happened.DeliveryHeld, log: Sequence[Event]) -> None:
    copy, line = _copy(board, event), _line(board, event)
    sign = _sign(board, line) if line is not None else None
    if copy is None or sign is None:
        return
    sign.tray, sign.tray_room = True, 3
    board.put(copy, f"{sign.id}/wait", origin=_begins(board, event), flags=LOCKED)
    _set_out(board, event)


def _dead_lettered(
    board: Board, event: happened.DeliveryDeadLettered, log: Sequence[Event]
) -> None:
    line = _line(board, event)
    if line is not None:
        _clear(board, line)
    _set_out(board, event)


def _dropped(board: Board, event: happened.DeliveryDropped, log: Sequence[Event]) -> None:
    copy, line = _copy(board, event), _line(board, event)
    if copy is not None and board.look(copy).place:
        board.leave(copy, "lost")
    elif copy is not None and line is not None:
        toward = f"{line.block}/door"
        board.leave(copy, "refused", toward=toward, reach=85, origin=_begins(board, event))
    _set_out(board, event)


# Replay


def _replay_started(board: Board, event: happened.ReplayStarted, log: Sequence[Event]) -> None:
    subscription = _subscriptions(board).get(event.subscription)
    if subscription is not None:
        subscription.live = False
    board.set(topic_block(board, event.topic), "replay", "replaying")


def _replay_ended(board: Board, event: happened.ReplayEnded, log: Sequence[Event]) -> None:
    subscription = _subscriptions(board).get(event.subscription)
    if subscription is not None:
        subscription.live = event.reason != "replay-completed-paused"
    board.set(topic_block(board, event.topic), "replay", "")


# Endpoints


def _endpoint_added(board: Board, event: happened.EndpointAdded, log: Sequence[Event]) -> None:
    id = mailbox(board, event.protocol, event.endpoint)
    board.set(id, "there", "yes")


def _endpoint_removed(board: Board, event: happened.EndpointRemoved, log: Sequence[Event]) -> None:
    board.set(mailbox(board, event.protocol, event.endpoint), "state", "removed")


def _went_down(board: Board, event: happened.EndpointWentDown, log: Sequence[Event]) -> None:
    _outage(board, event.protocol, event.endpoint, "down")


def _came_up(board: Board, event: happened.EndpointCameUp, log: Sequence[Event]) -> None:
    _outage(board, event.protocol, event.endpoint, "up")


def _outage(board: Board, protocol: str, endpoint: str, state: str) -> None:
    """A queue that is down is so for SNS only: its lines say it."""
    block = _endpoint(board, protocol, endpoint)
    if protocol not in _BLOCKS:
        board.set(block, "state", state)
    for each in _subscriptions(board).values():
        if each.block == block and each.confirmed:
            board.set(each.line, "state", "down" if state == "down" else "")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.TopicCreated: _created,
    happened.TopicAttributeSet: _topic_set,
    happened.TopicDeleted: _topic_deleted,
    happened.SubscriptionCreated: _subscribed,
    happened.SubscriptionConfirmed: _confirmed,
    happened.SubscriptionAttributeSet: _attribute_set,
    happened.SubscriptionDeleted: _unsubscribed,
    happened.Published: _published,
    happened.PublishDeduplicated: _deduplicated,
    MessageSent: _arrives,
    SendDeduplicated: _known_already,
    RecordBuffered: _buffered,
    happened.FilteredOut: _filtered,
    happened.DeliveryHeld: _held,
    happened.Delivered: _delivered,
    happened.DeliveryFailed: _failed,
    happened.DeliveryDeadLettered: _dead_lettered,
    happened.DeliveryDropped: _dropped,
    happened.ReplayStarted: _replay_started,
    happened.ReplayEnded: _replay_ended,
    happened.EndpointAdded: _endpoint_added,
    happened.EndpointRemoved: _endpoint_removed,
    happened.EndpointWentDown: _went_down,
    happened.EndpointCameUp: _came_up,
}
