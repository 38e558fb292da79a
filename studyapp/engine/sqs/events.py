"""What can happen in SQS. Times are virtual milliseconds; `queue` is a queue's name; `by` is who called."""

from typing import NamedTuple

# A message attribute: (name, data type, value); binary values as base64 text.
Attribute = tuple[str, str, str]


class QueueCreated(NamedTuple):
    """`attributes` are those that were given; the others have their defaults."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    attributes: tuple[tuple[str, str], ...]


class QueueAttributesChanged(NamedTuple):
    """Only what changes; an empty value takes the attribute away."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    attributes: tuple[tuple[str, str], ...]


class QueueDeleted(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    queue: str


class QueuePurged(NamedTuple):
    """Everything in the queue is gone, delayed and in flight too."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_count: int


class QueueTagged(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    queue: str
    tags: tuple[tuple[str, str], ...]


class QueueUntagged(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    queue: str
    tag_keys: tuple[str, ...]


class QueueChancesSet(NamedTuple):
    """How often a standard queue duplicates and reorders, and how many of its storage nodes a short poll
    asks (see `chances.py`)."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    duplicate_per_mille: int
    reorder_per_mille: int
    sampled_nodes: int
    storage_nodes: int


class MessageSent(NamedTuple):
    """SQS stored a message. It can be received from `visible_at_ms` on. `size_bytes` counts body and
    attributes. reason: '' or, stored for another service, what that service gave."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    body: str
    size_bytes: int
    visible_at_ms: int
    by: str = ""
    attributes: tuple[Attribute, ...] = ()
    group: str | None = None
    deduplication_id: str | None = None
    trace_header: str | None = None


class SendDeduplicated(NamedTuple):
    """A FIFO queue had this message already: it was accepted and not stored. `message_id` is the first's."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    deduplication_id: str
    by: str
    group: str


class BatchEntryRefused(NamedTuple):
    """One entry of a batch failed; the others went their way. `reason` is a key of the refusals."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    by: str
    entry_id: str
    details: tuple[tuple[str, int | str | bool | None], ...]


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
    attempt_id: str | None = None


class Receipt(NamedTuple):
    """One message in an answer to ReceiveMessage. `copy_stays`: a copy on another server stays receivable,
    whatever is done with this receipt. (Read back from text it is a plain tuple, in this order.)"""

    message_id: str
    receipt_handle: str
    receive_count: int
    hidden_until_ms: int
    copy_stays: bool = False


class MessagesReceived(NamedTuple):
    """The answer to ReceiveMessage; `receipts` is empty when nothing was found. `cause` is the call, or the
    ReceiveWaiting of a long poll.

    reason, with messages: '', 'out-of-order', 'copy-stays', 'out-of-order-and-copy-stays' or 'same-attempt'
    (a FIFO receive was repeated). Without: 'queue-empty', 'groups-blocked', 'nodes-without-messages',
    'in-flight-limit', 'wait-ended', 'queue-deleted'.
    """

    at_ms: int
    cause: int
    reason: str
    queue: str
    by: str
    receipts: tuple[Receipt, ...]
    attempt_id: str | None = None


class PollAbandoned(NamedTuple):
    """Who waited is gone; nobody gets an answer. `waiting` is the number of the ReceiveWaiting."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    by: str
    waiting: int


class MessageVisible(NamedTuple):
    """A message can be received (again). reason: 'delay-ended', 'visibility-timeout-ended',
    'visibility-set-to-zero' or 'received-with-timeout-zero'."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str


class VisibilityChanged(NamedTuple):
    """A received message is hidden until another time. reason: '' or 'hidden-again' (it was visible)."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    receipt_handle: str
    hidden_until_ms: int


class MessageDeleted(NamedTuple):
    """reason: '' or 'visible-again' (the timeout had ended, nobody else had received it)."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    receipt_handle: str


class DeleteIgnored(NamedTuple):
    """DeleteMessage was accepted and deleted nothing. reason: 'deleted-before' (or moved, expired, purged),
    'received-again' (a newer receipt exists) or 'copy-remains'."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    receipt_handle: str


class MessageExpired(NamedTuple):
    """The retention period ended. `cause` is the entry that put the message into the queue."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str


class RetentionChecked(NamedTuple):
    """SQS looked for messages past their retention period and found none. (Sets the next look.)"""

    at_ms: int
    cause: int
    reason: str
    queue: str


class MessageDeadLettered(NamedTuple):
    """A receive would have exceeded maxReceiveCount: SQS moved the message instead of delivering it."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    dead_letter_queue: str
    receive_count: int


class MessageMoveTaskStarted(NamedTuple):
    """A redrive begins. `destination` None: each message goes back to its own source."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    task: str
    destination: str | None
    per_second: int | None
    message_count: int


class MessageRedriven(NamedTuple):
    """A move task took a message out of `queue`; it is a new message in `destination`."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    message_id: str
    task: str
    destination: str
    new_message_id: str
    visible_at_ms: int


class MessageMoveTaskCancelling(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    queue: str
    task: str


class MessageMoveTaskEnded(NamedTuple):
    """`status`: COMPLETED, CANCELLED or FAILED. reason of a failure: 'destination-gone', 'source-unknown'
    or 'too-long'."""

    at_ms: int
    cause: int
    reason: str
    queue: str
    task: str
    status: str
