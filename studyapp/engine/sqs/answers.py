"""What ReceiveMessage tells about a message, in AWS's words (SQS-X20, SQS-X21)."""

from typing import Any

from studyapp.engine.calls import Texts
from studyapp.engine.names import queue_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.events import Attribute
from studyapp.engine.sqs.message import Message, sequence_number

_SYSTEM_ATTRIBUTES = (
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
)


def check_system_attribute_names(names: Texts) -> None:
    """Whether SQS knows these names.

    Raises:
        Refused: unknown-queue-attribute.
    """
    for name in names:
        if name not in _SYSTEM_ATTRIBUTES:
            raise Refused("unknown-queue-attribute", attribute=name[:80])


def system_attributes(message: Message, fifo: bool, names: Texts) -> dict[str, str]:
    """Those that were asked for and that the message has; times in milliseconds."""
    known: dict[str, Any] = {
        "SenderId": message.sent_by,
        "SentTimestamp": str(message.sent_ms),
        "ApproximateReceiveCount": str(message.receive_count),
        "ApproximateFirstReceiveTimestamp": str(message.first_received_ms),
        "SequenceNumber": sequence_number(message.sequence) if fifo else None,
        "MessageDeduplicationId": message.deduplication_id,
        "MessageGroupId": message.group,
        "AWSTraceHeader": message.trace_header,
        "DeadLetterQueueSourceArn": (
            queue_arn(message.dead_letter_source) if message.dead_letter_source else None
        ),
    }
    return {
        name: value
        for name, value in known.items()
        if value is not None and (name in names or "All" in names)
    }


def message_attributes(message: Message, names: Texts) -> tuple[Attribute, ...]:
    """Those that were asked for by name, by 'prefix.*', or all by 'All' or '.*'."""
    prefixes = tuple(name[:-2] for name in names if name.endswith(".*"))
    if "All" in names or ".*" in names:
        return message.attributes
    return tuple(
        each
        for each in message.attributes
        if each[0] in names or (prefixes and each[0].startswith(prefixes))
    )
