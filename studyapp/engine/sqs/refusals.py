"""What SQS refuses, and AWS's words for it (ledger, Appendix B). Wordings marked * were not recorded."""

from studyapp.engine.refusals import Refusal

_VALUE = ("InvalidParameterValueException", 400)
_QUERY = "InvalidParameterValue"
_GONE = "AWS.SimpleQueueService."


def _value(message: str) -> Refusal:
    return Refusal(*_VALUE, message, _QUERY)


def _policy(reason: str, parameter: str = "RedrivePolicy") -> Refusal:
    return _value(f"Value {{value}} for parameter {parameter} is invalid. Reason: {reason}")


def _batch(name: str, message: str) -> Refusal:
    return Refusal(name, 400, message, _GONE + name)


REASONS: dict[str, Refusal] = {
    # Queues
    "queue-not-found": Refusal(
        "QueueDoesNotExist",
        400,
        "The specified queue does not exist.",
        _GONE + "NonExistentQueue",
    ),
    "queue-name-wrong": _value(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    ),
    "fifo-queue-name-wrong": _value(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end"
        " with .fifo suffix and be 1 to 80 in length."
    ),
    "queue-exists-with-other-attributes": Refusal(
        "QueueNameExists",
        400,
        "A queue already exists with the same name and a different value for attribute {attribute}",
        "QueueAlreadyExists",
    ),
    "queue-deleted-recently": Refusal(
        "QueueDeletedRecently",
        400,
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
        _GONE + "QueueDeletedRecently",
    ),
    "purge-in-progress": Refusal(
        "PurgeQueueInProgress",
        403,
        "Only one PurgeQueue operation on {queue} is allowed every 60 seconds.",
        _GONE + "PurgeQueueInProgress",
    ),
    "unknown-queue-attribute": Refusal(
        "InvalidAttributeName", 400, "Unknown Attribute {attribute}."
    ),
    "attribute-only-for-fifo": Refusal(
        "InvalidAttributeName",
        400,
        "You can specify the {attribute} only when FifoQueue is set to true.",
    ),
    "two-kinds-of-encryption": Refusal(
        "InvalidAttributeName",
        400,
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or"
        " SQS SSE.",
    ),
    "queue-attribute-wrong": Refusal(
        "InvalidAttributeValue", 400, "Invalid value for the parameter {attribute}."
    ),
    "queue-type-fixed": Refusal(
        "InvalidAttributeValue",
        400,
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
    ),
    "throughput-needs-group-scope": Refusal(
        "InvalidAttributeValue",
        400,
        "The perMessageGroupId value for FifoThroughputLimit is allowed only when the value for"
        " DeduplicationScope is messageGroup.",
    ),
    "redrive-policy-unreadable": _policy("Redrive policy is not a valid JSON map."),
    "redrive-policy-incomplete": _policy(
        "Redrive policy does not contain mandatory attribute: {attribute}."
    ),
    "redrive-policy-unknown-attribute": _policy(
        "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount]."
    ),
    "dead-letter-arn-wrong": _policy("Invalid value for deadLetterTargetArn."),
    "dead-letter-queue-not-found": _policy("Dead letter target does not exist."),
    "dead-letter-queue-of-other-type": _policy(
        "Dead-letter queue must be same type of queue as the source."
    ),
    "dead-letter-queue-does-not-allow": _policy(
        "The dead-letter queue does not allow this queue as a source."
    ),
    "receive-count-out-of-range": _policy(
        "Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive."
    ),
    "redrive-allow-policy-wrong": _policy("{why}", "RedriveAllowPolicy"),
    "list-size-out-of-range": _value(
        "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and {max}."
    ),
    "next-token-wrong": _value("Invalid or expired next token."),
    "tag-wrong": _value(
        "Tag keys must be 1 to 128 characters, tag values at most 256, 50 tags a queue."
    ),
    "label-wrong": _value("Value {label} for parameter Label is invalid. Reason: {why}"),
    "permission-wrong": _value("Value {value} for parameter {parameter} is invalid."),
    "label-not-found": _value(
        "Value {label} for parameter Label is invalid. Reason: can't find label on existing policy."
    ),
    # Sending
    "message-body-empty": Refusal(
        "MissingRequiredParameterException",
        400,
        "The request must contain the parameter MessageBody.",
        "MissingParameter",
    ),
    "message-too-long": _value(
        "One or more parameters are invalid. Reason: Message must be shorter than {max} bytes."
    ),
    "message-characters-forbidden": Refusal(
        "InvalidMessageContents",
        400,
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to"
        " #xFFFD | #x10000 to #x10FFFF",
    ),
    "delay-out-of-range": _value(
        "Value {value} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
    ),
    "delay-not-for-fifo": _value(
        "Value {value} for parameter DelaySeconds is invalid. Reason: The request include parameter that is"
        " not valid for this queue type."
    ),
    "deduplication-id-not-for-standard": _value(
        "Value {value} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter"
        " that is not valid for this queue type."
    ),
    "message-group-missing": Refusal(
        "MissingRequiredParameterException",
        400,
        "The request must contain the parameter MessageGroupId.",
        "MissingParameter",
    ),
    "batch-message-group-missing": _value("The request must contain the parameter MessageGroupId."),
    "message-group-wrong": _value(
        "Value {value} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include"
        " alphanumeric and punctuation characters. 1 to 128 in length."
    ),
    "deduplication-id-wrong": _value(
        "Value {value} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can"
        " only include alphanumeric and punctuation characters. 1 to 128 in length."
    ),
    "deduplication-id-missing": _value(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided"
        " explicitly"
    ),
    "fifo-throughput-exceeded": Refusal("RequestThrottled", 400, "Rate exceeded."),
    "too-many-message-attributes": _value(
        "Number of message attributes [{count}] exceeds the allowed maximum [10]."
    ),
    "message-attribute-name-wrong": _value(
        "Message (user) attribute name can contain A-Z, a-z, 0-9, underscore, hyphen and period; it must not"
        " start or end with a period, hold two in a row, or start with AWS. or Amazon.; 256 characters at most."
    ),
    "message-attribute-malformed": _value(
        "The message attribute '{name}' must have data_type and either string_value or binary_value."
    ),
    "message-attribute-type-wrong": _value(
        "The type of message (user) attribute '{name}' is invalid. You must use only the following supported"
        " type prefixes: Binary, Number, String."
    ),
    "message-attribute-empty": _value(
        "Message (user) attribute '{name}' must contain a non-empty value of type '{data_type}'."
    ),
    "message-attribute-not-a-number": _value(
        "Can't cast the value of message (user) attribute '{name}' to a number."
    ),
    "message-attribute-not-binary": _value(
        "The value of message (user) attribute '{name}' is not Base64 text."
    ),
    "system-attribute-wrong": _value(
        "Message system attribute name '{name}' is invalid; AWSTraceHeader of type String is the only one."
    ),
    # Receiving
    "receive-count-max-out-of-range": _value(
        "Value {value} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if"
        " provided."
    ),
    "wait-out-of-range": _value(
        "Value {value} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."
    ),
    "visibility-timeout-out-of-range": _value(
        "Value {value} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an"
        " integer between 0 and 43200."
    ),
    "attempt-id-wrong": _value(
        "Value {value} for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can"
        " only include alphanumeric and punctuation characters. 1 to 128 in length."
    ),
    "attempt-id-not-for-standard": _value(
        "Value {value} for parameter ReceiveRequestAttemptId is invalid. Reason: The request include parameter"
        " that is not valid for this queue type."
    ),
    "in-flight-limit-reached": Refusal(
        "OverLimit", 403, "Too many messages are in flight on this queue; the limit is {max}."
    ),
    # Receipts
    "receipt-handle-wrong": Refusal(
        "ReceiptHandleIsInvalid",
        400,
        'The input receipt handle "{receipt_handle}" is not a valid receipt handle.',
    ),
    "receipt-handle-expired": _value(
        "Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    ),
    "message-not-available": _value(
        "Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is"
        " not available for visibility timeout change."
    ),
    "message-not-in-flight": Refusal(
        "MessageNotInflight",
        400,
        "The specified message isn't in flight.",
        _GONE + "MessageNotInflight",
    ),
    "visibility-beyond-twelve-hours": _value(
        "Value {value} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the"
        " message is beyond the limit [43200 seconds]"
    ),
    # Batches
    "batch-empty": _batch(
        "EmptyBatchRequest", "There should be at least one {entry} in the request."
    ),
    "batch-too-many-entries": _batch(
        "TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent {count}.",
    ),
    "batch-ids-not-distinct": _batch("BatchEntryIdsNotDistinct", "Id {id} repeated."),
    "batch-id-wrong": _batch(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most"
        " 80 letters long.",
    ),
    "batch-too-long": _batch(
        "BatchRequestTooLong",
        "Batch requests cannot be longer than {max} bytes. You have sent {sent} bytes.",
    ),
    "batch-entry-malformed": Refusal(
        "ValidationException", 400, "The entry's field {field} must be {expected}."
    ),
    # Move tasks
    "move-source-not-found": Refusal(
        "ResourceNotFoundException",
        404,
        "The resource that you specified for the SourceArn parameter doesn't exist.",
    ),
    "move-destination-not-found": Refusal(
        "ResourceNotFoundException",
        404,
        "The resource that you specified for the DestinationArn parameter doesn't exist.",
    ),
    "move-source-not-dead-letter": _value(
        "Source queue must be configured as a Dead Letter Queue."
    ),
    "move-task-running": _value(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given"
        " time."
    ),
    "move-rate-out-of-range": _value(
        "Value {value} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a value"
        " that is between 1 and 500."
    ),
    "move-destination-of-other-type": _value(
        "Source and destination queues must be of the same type."
    ),
    "too-many-move-tasks": Refusal("LimitExceeded", 400, "At most 100 move tasks may be active."),
    "task-handle-wrong": _value("Value for parameter TaskHandle is invalid."),
    "move-task-not-found": Refusal("ResourceNotFoundException", 404, "Task does not exist."),
    "move-task-not-running": _value("Only active tasks can be cancelled."),
    # The simulator's own
    "queue-chances-wrong": Refusal(
        "ValidationException", 400, "The chance {parameter} must be {expected}."
    ),
}
