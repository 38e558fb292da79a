"""What a program does with the messages of a queue: events that consumers and Lambda functions share.

`by` is the actor, `queue` where the message came from. A message may be handled again and again: what tells
one handling from another is the receipt handle.
"""

from typing import NamedTuple

NORMAL, FAILS, CRASHES = "", "fails", "crashes"


class PollPlanned(NamedTuple):
    """It asks the queue next at `due_ms`. reason: 'nothing-received' (a rest after an empty answer to a short
    poll), 'starts-later', or why the last call was refused."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    due_ms: int


class HandlingStarted(NamedTuple):
    """It begins to handle a message, the one at `place` of what it received (`cause`), and is done at
    `ends_at_ms`. `outcome`: '' if nothing is in the way, 'fails' or 'crashes'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    message_id: str
    receipt_handle: str
    place: int
    ends_at_ms: int
    outcome: str = NORMAL


class HandlingFinished(NamedTuple):
    """The work was done: the order is printed, the reminder sent. Deleting the message comes after it.
    reason: '' or 'delete-lost' (it will not be deleted: the call got lost)."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    message_id: str
    receipt_handle: str


class HandlingFailed(NamedTuple):
    """The work could not be done. reason: 'poison-message' or 'failed-by-chance'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    message_id: str
    receipt_handle: str


class DuplicateRecognised(NamedTuple):
    """An idempotent program has handled this before: it does nothing with it and deletes it. reason:
    'handled-before-by-message-id' or 'handled-before-by-body'."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    message_id: str
    receipt_handle: str
    place: int


class HeartbeatPlanned(NamedTuple):
    """While it still handles what it received (`cause`), it will ask for more time at `due_ms`."""

    at_ms: int
    cause: int
    reason: str
    by: str
    queue: str
    due_ms: int
