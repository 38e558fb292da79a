"""What can happen in SQS. Times are virtual milliseconds; `queue` is a queue's name."""

from typing import NamedTuple


class QueueCreated(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    queue: str
    attributes: tuple[tuple[str, str], ...]


class MessageSent(NamedTuple):
    """SQS stored a message. It can be received from `visible_at_ms` on."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    body: str
    size_bytes: int
    visible_at_ms: int


class ReceiveWaiting(NamedTuple):
    """A long poll found nothing and waits until `deadline_ms`."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    by: str
    message_count_max: int
    visibility_timeout_ms: int
    deadline_ms: int


class Receipt(NamedTuple):
    """One message in an answer to ReceiveMessage."""

    message_id: str
    receipt_handle: str
    receive_count: int
    hidden_until_ms: int


class MessagesReceived(NamedTuple):
    """The answer to ReceiveMessage; `receipts` is empty when nothing was found. `cause` is the call, or the
    ReceiveWaiting of a long poll."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    by: str
    receipts: tuple[Receipt, ...]


class MessageVisible(NamedTuple):
    """A message can be received (again): its delay or its visibility timeout ended, or was set to 0."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str


class MessageDeleted(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    receipt_handle: str
