"""How S3 looks: objects lie in their bucket; of some it tells a queue, a topic or a function."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.firehose.events import DeliveryStreamCreated, DestinationUpdated
from studyapp.engine.log import Event
from studyapp.engine.names import short
from studyapp.engine.s3 import events as happened
from studyapp.engine.s3.notifications import SERVICE, TEST_EVENT
from studyapp.engine.sns.events import EndpointReceived, Published
from studyapp.engine.sqs.events import MessageSent
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.bucket_block import Bucket
from studyapp.simulator.scene.sns import mailbox, sign_on, topic_block, write

NOTABLE = ("ObjectCreated", "ObjectNotificationFailed", "BucketNotificationsConfigured")
# Where a bucket stands into which a delivery stream writes.
_LAST_COLUMN = 4.0


def _created(board: Board, event: happened.BucketCreated, log: Sequence[Event]) -> None:
    board.add(Bucket(event.bucket))


def _written_to(
    board: Board, event: DeliveryStreamCreated | DestinationUpdated, log: Sequence[Event]
) -> None:
    settings = dict(event.settings)
    for name in ("bucket", "backup_bucket"):
        block = board.block(str(settings.get(name, "")))
        if isinstance(block, Bucket):
            block.column = _LAST_COLUMN


def _objects(bucket: str) -> str:
    return f"{bucket}/objects"


def _token_of(board: Board, bucket: str, key: str) -> int:
    """The token of an object. What tells of the object looks like it."""
    return board.token(f"object {bucket} {key}", name=key)


def _stored(board: Board, event: happened.ObjectCreated, log: Sequence[Event]) -> None:
    if event.reason == "delivered-by-firehose":
        stream = getattr(log[event.cause], "delivery_stream", "")
        origin = f"{stream}/door"
        token = board.sign(f"object {event.bucket} {event.key}", "batch", event.key)
        board.connect(stream, event.bucket)
    else:
        origin = f"{board.source(event.by or 'you')}/door"
        token = _token_of(board, event.bucket, event.key)
        board.connect(event.by or "you", event.bucket)
    if board.look(token).place:  # the key was taken
        board.drop(token)
    else:
        board.count(event.bucket, "objects")
    board.put(token, _objects(event.bucket), origin=origin)


def _deleted(board: Board, event: happened.ObjectDeleted, log: Sequence[Event]) -> None:
    token = board.known(f"object {event.bucket} {event.key}")
    if token is not None and board.look(token).place:
        board.leave(token, "deleted")
        board.count(event.bucket, "objects", -1)


def _configured(
    board: Board, event: happened.BucketNotificationsConfigured, log: Sequence[Event]
) -> None:
    for edge in board.edges.values():
        if edge.start == event.bucket:
            board.set(edge.id, "there", "no")
    for _, kind, arn, _, prefix, suffix in event.rules:
        block = _destination(board, kind, arn)
        line = f"{event.bucket}>{block}"
        if line not in board.edges:
            board.start_values.setdefault((line, "there"), "no")
        board.connect(event.bucket, block, "filter" if prefix or suffix else "flow")
        board.set(line, "there", "yes")
        sign = sign_on(board, line) if prefix or suffix else None
        if sign is not None:
            parts = [f"{prefix}…"] * bool(prefix) + [f"…{suffix}"] * bool(suffix)
            sign.said_as = "rule"
            write(board, sign, parts, " ".join(parts))


def _destination(board: Board, kind: str, arn: str) -> str:
    name = short(arn)
    if kind == "topic":
        return topic_block(board, name)
    return mailbox(board, "lambda", name) if kind == "function" else name


def _kind(arn: str) -> str:
    service = arn.split(":")[2] if arn.startswith("arn:") else ""
    return {"sns": "topic", "lambda": "function"}.get(service, "queue")


def _told(event: Any, log: Sequence[Event]) -> happened.ObjectNotificationSent | None:
    """The notification that led to this event."""
    cause = log[event.cause] if event.cause >= 0 else None
    return cause if isinstance(cause, happened.ObjectNotificationSent) else None


def _copied(
    board: Board, notification: happened.ObjectNotificationSent, message_id: str
) -> int | None:
    """The token of a notification, by its id: it looks like the object."""
    if notification.event_name == TEST_EVENT:
        return board.token(message_id, name=TEST_EVENT)
    return board.copy(message_id, _token_of(board, notification.bucket, notification.key))


def _into_queue(board: Board, event: MessageSent, log: Sequence[Event]) -> None:
    notification = _told(event, log)
    if event.by == SERVICE and notification is not None:
        _copied(board, notification, event.message_id)
        board.connect(notification.bucket, event.queue)
        origins = board.memory.setdefault("origins", {})
        origins[event.message_id] = _objects(notification.bucket)


def _to_topic(board: Board, event: Published, log: Sequence[Event]) -> None:
    notification = _told(event, log)
    if notification is not None:
        _copied(board, notification, event.message_id)


def _to_function(board: Board, event: EndpointReceived, log: Sequence[Event]) -> None:
    notification = _told(event, log)
    if notification is None:
        return
    token = _copied(board, notification, event.message_id)
    block = mailbox(board, "lambda", event.by)
    board.connect(notification.bucket, block)
    if token is not None:
        board.put(token, f"{block}/inbox", origin=_objects(notification.bucket))
        board.count(block, "received")


def _not_told(board: Board, event: happened.ObjectNotificationFailed, log: Sequence[Event]) -> None:
    block = _destination(board, _kind(event.destination), event.destination)
    board.connect(event.bucket, block)
    token = _token_of(board, event.bucket, event.key) if event.key else None
    if token is None:
        token = board.token(f"test {event.destination}", name=TEST_EVENT)
    copy = board.copy(f"untold-{len(board.entries)}", token)
    board.leave(copy, "refused", toward=f"{block}/door", reach=85, origin=_objects(event.bucket))
    board.set(f"{event.bucket}>{block}", "state", "denied")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.BucketCreated: _created,
    DeliveryStreamCreated: _written_to,
    DestinationUpdated: _written_to,
    happened.ObjectCreated: _stored,
    happened.ObjectDeleted: _deleted,
    happened.BucketNotificationsConfigured: _configured,
    MessageSent: _into_queue,
    Published: _to_topic,
    EndpointReceived: _to_function,
    happened.ObjectNotificationFailed: _not_told,
}
