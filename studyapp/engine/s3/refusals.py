"""Why S3 says no, and how AWS says it."""

from studyapp.engine.refusals import Refusal

REASONS: dict[str, Refusal] = {
    "bucket-not-found": Refusal("NoSuchBucket", 404, "The specified bucket does not exist"),
    "bucket-name-invalid": Refusal("InvalidBucketName", 400, "The specified bucket is not valid."),
    "object-not-found": Refusal("NoSuchKey", 404, "The specified key does not exist."),
    "object-key-missing": Refusal("InvalidArgument", 400, "The key must not be empty."),
    "object-key-too-long": Refusal("KeyTooLongError", 400, "Your key is too long"),
    "continuation-token-wrong": Refusal(
        "InvalidArgument", 400, "The continuation token provided is incorrect"
    ),
    "max-keys-negative": Refusal(
        "InvalidArgument", 400, "Argument maxKeys must be an integer between 0 and 2147483647"
    ),
    "notification-event-unknown": Refusal(
        "InvalidArgument", 400, "The event '{event}' is not supported for notifications"
    ),
    "notification-events-missing": Refusal(
        "MalformedXML", 400, "The XML you provided was not well-formed or did not validate"
    ),
    "notification-filter-wrong": Refusal(
        "InvalidArgument", 400, "filter rule name must be either prefix or suffix"
    ),
    "notification-filter-twice": Refusal(
        "InvalidArgument", 400, "Cannot specify more than one {name} rule in a filter."
    ),
    "notification-id-twice": Refusal(
        "InvalidArgument", 400, "Same ID used for multiple configurations. IDs must be unique"
    ),
    "notification-rules-overlap": Refusal(
        "InvalidArgument",
        400,
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
        "prefixes are overlapping for the same event type.",
    ),
    "notification-fifo-destination": Refusal(
        "InvalidArgument", 400, "FIFO destinations are not supported: {destination}"
    ),
    "notification-destination-wrong": Refusal(
        "InvalidArgument",
        400,
        "Unable to validate the following destination configurations: {destination}",
    ),
    "notification-rules-too-many": Refusal(
        "InvalidArgument", 400, "A bucket can have at most {limit} notification configurations"
    ),
}
