"""Why Firehose says no, and how AWS says it."""

from studyapp.engine.refusals import Refusal


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidArgumentException", 400, message)


REASONS: dict[str, Refusal] = {
    "delivery-stream-not-found": Refusal(
        "ResourceNotFoundException",
        400,
        "Firehose {delivery_stream} under account 123456789012 not found.",
    ),
    "delivery-stream-exists": Refusal(
        "ResourceInUseException",
        400,
        "Firehose {delivery_stream} under accountId 123456789012 already exists",
    ),
    "delivery-stream-name-invalid": _invalid(
        "The Firehose stream name must have 1 to 64 letters, digits, underscores, hyphens or periods."
    ),
    "delivery-stream-type-wrong": _invalid("The Firehose stream type {type} is not supported."),
    "firehose-source-missing": _invalid(
        "A Firehose stream with the type KinesisStreamAsSource needs its source configuration."
    ),
    "firehose-one-destination": _invalid(
        "Exactly one destination configuration is supported for a Firehose"
    ),
    "firehose-destination-id-wrong": _invalid("Destination Id {destination_id} not found"),
    "firehose-destination-kind-wrong": _invalid(
        "The update does not fit the destination of the Firehose stream."
    ),
    "firehose-version-wrong": Refusal(
        "ConcurrentModificationException",
        400,
        "Cannot update firehose: {delivery_stream} since the current version id: {current} and "
        "specified version id: {given} do not match",
    ),
    "firehose-direct-put-closed": _invalid(
        "This operation is not permitted on KinesisStreamAsSource delivery stream type."
    ),
    "firehose-record-too-large": _invalid(
        "The record is {size_bytes} bytes large; at most {limit} bytes are allowed."
    ),
    "firehose-batch-empty": _invalid("The batch holds no record."),
    "firehose-batch-too-many-records": _invalid(
        "The batch holds {count} records; at most {limit} are allowed."
    ),
    "firehose-batch-too-large": _invalid(
        "The batch is {size_bytes} bytes large; at most {limit} bytes are allowed."
    ),
    "firehose-unavailable": Refusal(
        "ServiceUnavailableException", 503, "Slow down and retry the operation."
    ),
    "firehose-value-out-of-range": _invalid(
        "The value {value} of {name} is not in the range from {low} to {high}."
    ),
    "firehose-hints-incomplete": _invalid(
        "Both SizeInMBs and IntervalInSeconds must be given together."
    ),
    "firehose-prefix-wrong": _invalid("The prefix {prefix} has an expression that is not valid."),
    "firehose-processor-unknown": _invalid("The processor {processor} is not supported."),
    "firehose-backup-mode-wrong": _invalid("The S3 backup mode {mode} is not supported."),
    "firehose-place-unknown": _invalid("The place must be destination or backup."),
    "firehose-place-as-before": _invalid("The {place} is in this state already."),
}
