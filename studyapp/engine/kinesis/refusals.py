"""Why Kinesis says no, with AWS's error codes and wordings (KDS-X03, KDS-X32).

Wordings are those that AWS is known to give; where none is known the text is ours and says what is wrong.
"""

from studyapp.engine.refusals import Refusal

_ARGUMENT = "InvalidArgumentException"
_IN_USE = "ResourceInUseException"
_LIMIT = "LimitExceededException"
_MISSING = "ResourceNotFoundException"
_THROTTLED = "ProvisionedThroughputExceededException"
_VALIDATION = "ValidationException"
_OF = "in stream {stream} under account 123456789012"

REASONS: dict[str, Refusal] = {
    "stream-parameter-invalid": Refusal(
        _VALIDATION,
        400,
        "1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: "
        "{constraint}",
    ),
    "stream-not-found": Refusal(
        _MISSING, 400, "Stream {stream} under account 123456789012 not found."
    ),
    "stream-exists": Refusal(
        _IN_USE, 400, "Stream {stream} under account 123456789012 already exists."
    ),
    "stream-not-active": Refusal(
        _IN_USE,
        400,
        "Stream {stream} under account 123456789012 not ACTIVE, instead in state {status}",
    ),
    "stream-has-consumers": Refusal(
        _IN_USE,
        400,
        "Stream {stream} under account 123456789012 has registered consumers; set "
        "EnforceConsumerDeletion to delete it with them.",
    ),
    "stream-in-use": Refusal(
        _IN_USE, 400, "Stream {stream} holds records or is read already; its past is settled."
    ),
    "streams-creating-exceeded": Refusal(
        _LIMIT, 400, "Only {limit} streams can be in the CREATING state at a time."
    ),
    "shards-per-account-exceeded": Refusal(
        _LIMIT,
        400,
        "This request would exceed the shard limit for the account 123456789012 in us-east-1. "
        "Current shard count for the account: {current}. Limit: {limit}.",
    ),
    "on-demand-streams-exceeded": Refusal(
        _LIMIT, 400, "Only {limit} on-demand streams are allowed in an account."
    ),
    "stream-is-on-demand": Refusal(
        _VALIDATION,
        400,
        "Request is invalid. Stream {stream} under account 123456789012 is in On-Demand mode.",
    ),
    "stream-is-provisioned": Refusal(
        _VALIDATION,
        400,
        "Request is invalid. Stream {stream} under account 123456789012 is in Provisioned mode.",
    ),
    "stream-mode-changes-exceeded": Refusal(
        _LIMIT,
        400,
        "Stream {stream} has changed its capacity mode {limit} times within 24 hours.",
    ),
    "retention-too-short": Refusal(
        _ARGUMENT,
        400,
        "Minimum allowed retention period is 24 hours. Requested retention period ({hours} hours) is "
        "too short.",
    ),
    "retention-too-long": Refusal(
        _ARGUMENT,
        400,
        "Maximum allowed retention period is 8760 hours. Requested retention period ({hours} hours) "
        "is too long.",
    ),
    "retention-not-longer": Refusal(
        _ARGUMENT,
        400,
        "Requested retention period ({hours} hours) for stream {stream} can not be shorter than "
        "existing retention period ({current} hours). Use DecreaseRetentionPeriod API.",
    ),
    "retention-not-shorter": Refusal(
        _ARGUMENT,
        400,
        "Requested retention period ({hours} hours) for stream {stream} can not be longer than "
        "existing retention period ({current} hours). Use IncreaseRetentionPeriod API.",
    ),
    "shard-not-found": Refusal(
        _MISSING,
        400,
        "Could not find shard {shard} in stream {stream} under account 123456789012.",
    ),
    "shard-already-closed": Refusal(
        _ARGUMENT,
        400,
        f"Shard {{shard}} {_OF} has already been merged or split, and thus is not eligible for merging "
        "or splitting.",
    ),
    "shards-not-adjacent": Refusal(
        _ARGUMENT,
        400,
        f"Shards {{shard}} and {{adjacent}} {_OF} are not an adjacent pair of shards eligible for "
        "merging",
    ),
    "split-key-outside-shard": Refusal(
        _ARGUMENT,
        400,
        f"NewStartingHashKey {{key}} used in SplitShard() on shard {{shard}} {_OF} is not both "
        "greater than one plus the shard's StartingHashKey {start} and less than the shard's "
        "EndingHashKey {end}.",
    ),
    "shard-count-over-double": Refusal(
        _LIMIT,
        400,
        "UpdateShardCount cannot scale up over double your current open shard count. Current open "
        "shard count: {current}, Target shard count: {target}",
    ),
    "shard-count-below-half": Refusal(
        _LIMIT,
        400,
        "UpdateShardCount cannot scale down below half your current open shard count. Current open "
        "shard count: {current}, Target shard count: {target}",
    ),
    "shard-count-too-high": Refusal(
        _LIMIT, 400, "A stream can have at most {limit} shards; asked for {target}."
    ),
    "shard-count-changes-exceeded": Refusal(
        _LIMIT,
        400,
        "UpdateShardCount was used {limit} times within 24 hours on stream {stream}.",
    ),
    "hash-key-too-high": Refusal(
        _ARGUMENT,
        400,
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value "
        "was {key}",
    ),
    "record-too-large": Refusal(
        _ARGUMENT,
        400,
        "The data and the partition key of a record in stream {stream} can have at most {limit} bytes "
        "together; this one has {size}.",
    ),
    "put-records-too-large": Refusal(
        _ARGUMENT, 400, "Records size exceeds 10 MB limit: {size} bytes in one request."
    ),
    "ordering-number-invalid": Refusal(
        _ARGUMENT,
        400,
        "ExclusiveMinimumSequenceNumber {number} used in PutRecord on stream {stream} under account "
        "123456789012 is invalid because it did not come from this stream.",
    ),
    "shard-write-bytes-exceeded": Refusal(
        _THROTTLED, 400, f"Rate exceeded for shard {{shard}} {_OF}."
    ),
    "shard-write-records-exceeded": Refusal(
        _THROTTLED, 400, f"Rate exceeded for shard {{shard}} {_OF}."
    ),
    "shard-read-bytes-exceeded": Refusal(
        _THROTTLED, 400, f"Rate exceeded for shard {{shard}} {_OF}."
    ),
    "shard-read-calls-exceeded": Refusal(
        _THROTTLED, 400, f"Rate exceeded for shard {{shard}} {_OF}."
    ),
    "shard-iterator-calls-exceeded": Refusal(
        _THROTTLED, 400, f"Rate exceeded for shard {{shard}} {_OF}."
    ),
    "starting-number-missing": Refusal(
        _ARGUMENT,
        400,
        "Must either specify timestamp or sequence number for a shard iterator of type {type}.",
    ),
    "starting-number-invalid": Refusal(
        _ARGUMENT,
        400,
        f"StartingSequenceNumber {{number}} used in GetShardIterator on shard {{shard}} {_OF} is "
        "invalid because it did not come from this stream.",
    ),
    "timestamp-in-future": Refusal(
        _ARGUMENT,
        400,
        "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
        "timestampInMillis: {timestamp_ms}, currentTimestampInMillis: {now_ms}",
    ),
    "iterator-invalid": Refusal(_ARGUMENT, 400, "Invalid ShardIterator."),
    "iterator-expired": Refusal(
        "ExpiredIteratorException",
        400,
        "Iterator expired. The iterator was created at time {created_ms} while right now it is {now_ms} "
        "which is further in the future than the tolerated delay of 300000 milliseconds.",
    ),
    "shard-token-invalid": Refusal(_ARGUMENT, 400, "NextToken is invalid."),
    "shard-token-with-stream": Refusal(
        _ARGUMENT, 400, "NextToken and StreamName cannot be provided together."
    ),
    "shard-token-expired": Refusal(
        "ExpiredNextTokenException", 400, "The NextToken is older than 300 seconds."
    ),
    "stream-consumer-exists": Refusal(
        _IN_USE,
        400,
        "Consumer {consumer} under stream {stream} already exists for account 123456789012.",
    ),
    "stream-consumer-not-found": Refusal(
        _MISSING, 400, "Consumer {consumer}, account 123456789012 not found."
    ),
    "stream-consumer-not-active": Refusal(
        _IN_USE, 400, "Consumer {consumer} is not ACTIVE, instead in state CREATING."
    ),
    "stream-consumers-exceeded": Refusal(
        _LIMIT, 400, "A stream can have at most {limit} registered consumers."
    ),
    "stream-consumers-creating-exceeded": Refusal(
        _LIMIT, 400, "Only {limit} consumers can be in the CREATING state at a time."
    ),
    "subscribed-moments-ago": Refusal(
        _IN_USE,
        400,
        "Another active subscription exists for this consumer: {consumer} on shard {shard}.",
    ),
    "kms-access-denied": Refusal(
        "KMSAccessDeniedException",
        400,
        "{who} is not allowed to use the key {key} of stream {stream}.",
    ),
    "stream-key-changes-exceeded": Refusal(
        _LIMIT, 400, "Encryption of stream {stream} was changed {limit} times within 24 hours."
    ),
}
