"""A message as a queue holds it. Only applies write here."""

from dataclasses import dataclass

from studyapp.engine.sqs.events import Attribute

# Where a message is within its queue.
DELAYED = 0
VISIBLE = 1
IN_FLIGHT = 2
GONE = 3


@dataclass(slots=True)
class Message:
    """`sequence` is the number of the entry that put it into this queue.

    `sent_ms` is SentTimestamp, from which retention counts; `entered_ms` when it came into this queue. The two
    differ in a standard dead-letter queue (SQS-X03). `receive_count` counts in all queues (SQS-X07),
    `receives_here` in this one. `order` is its place among the visible ones, `shown` how often it became
    visible. `received_ms`, `receipt_handle` and `hidden_until_ms` belong to the last receive.
    `dead_letter_source` is the queue that gave it up.
    """

    message_id: str
    sequence: int
    body: str
    attributes: tuple[Attribute, ...]
    size_bytes: int
    sent_ms: int
    entered_ms: int
    sent_by: str
    group: str | None
    deduplication_id: str | None
    trace_header: str | None
    order: int
    receive_count: int = 0
    first_received_ms: int = -1
    dead_letter_source: str = ""
    state: int = DELAYED
    shown: int = 0
    receives_here: int = 0
    received_ms: int = -1
    receipt_handle: str = ""
    hidden_until_ms: int = -1


def sequence_number(sequence: int) -> str:
    """SequenceNumber of a message in a FIFO queue: 20 digits, growing, not consecutive (SQS-X48)."""
    return f"{(sequence + 1) * 256:020d}"
