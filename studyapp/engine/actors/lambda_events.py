"""What can happen in a `lambda-poller`. `by` is the actor; `receipts` are those of the messages it is about."""

from typing import NamedTuple

from studyapp.engine.sqs.events import Receipt


class PollOpened(NamedTuple):
    """One more long poll waits for messages."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str


class BatchGathered(NamedTuple):
    """Received messages wait to be handed to the function, until `due_ms` at the latest."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    receipts: tuple[Receipt, ...]
    due_ms: int


class FunctionInvoked(NamedTuple):
    """A function runs with a batch until `ends_at_ms`. reason: '', 'batch-full' or 'window-ended'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    receipts: tuple[Receipt, ...]
    ends_at_ms: int


class FunctionReturned(NamedTuple):
    """The function returned; what it handled is deleted next. reason: '' or 'item-failures-reported' (the
    others come back when their visibility timeout ends)."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    message_count: int
    failed_count: int


class FunctionFailed(NamedTuple):
    """The function raised: nothing of its batch is deleted, and all of it comes back when the visibility
    timeout ends. reason: 'poison-message' or 'failed-by-chance'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    receipts: tuple[Receipt, ...]


class LambdaScaled(NamedTuple):
    """So many may run at once from now on. reason: 'all-pollers-busy'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    before: int
    capacity: int
