"""Why SNS says no, in AWS's words (SNS-X40). Where nobody recorded the wording, it follows the others."""

from studyapp.engine.refusals import Refusal
from studyapp.engine.sns import filter_policy


def _parameter(message: str) -> Refusal:
    prefix = "Invalid parameter: "
    return Refusal("InvalidParameterException", 400, prefix + message, "InvalidParameter")


def _value(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", 400, message, "ParameterValueInvalid")


def _batch(code: str, message: str) -> Refusal:
    return Refusal(f"{code}Exception", 400, message, code)


def _limit(code: str, message: str) -> Refusal:
    return Refusal(f"{code}Exception", 403, message, code)


_PUBLISH: dict[str, Refusal] = {
    "publish-target-missing": _parameter(
        "TopicArn or TargetArn Reason: no value for required parameter"
    ),
    "publish-targets-several": _parameter(
        "Only one of TopicArn, TargetArn and PhoneNumber may be given"
    ),
    "phone-number-invalid": _parameter(
        "PhoneNumber Reason: {phone_number} is not valid to publish to"
    ),
    "platform-endpoint-not-found": _parameter(
        "TargetArn Reason: No endpoint found for the target arn specified"
    ),
    "publish-message-empty": _parameter("Empty message"),
    "publish-message-too-long": _parameter("Message too long"),
    "subject-invalid": _parameter("Subject"),
    "message-structure-invalid": _parameter("MessageStructure"),
    "message-structure-not-json": _parameter(
        "Message Structure - JSON message body failed to parse"
    ),
    "message-structure-no-default": _parameter(
        "Message Structure - No default entry in JSON message body"
    ),
    "topic-group-missing": _parameter("The MessageGroupId parameter is required for FIFO topics"),
    "topic-group-invalid": _parameter("MessageGroupId"),
    "topic-deduplication-missing": _parameter(
        "The topic should either have ContentBasedDeduplication enabled or"
        " MessageDeduplicationId provided explicitly"
    ),
    "topic-deduplication-not-for-standard": _parameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is"
        " not valid for this topic type"
    ),
    "topic-deduplication-invalid": _parameter("MessageDeduplicationId"),
    "publish-attribute-type": _value(
        "The message attribute '{name}' has an invalid message attribute type, the set of supported"
        " type prefixes is Binary, Number, and String."
    ),
    "publish-attribute-value-missing": _value(
        "The message attribute '{name}' must contain non-empty message attribute value for message"
        " attribute type '{data_type}'."
    ),
    "publish-attribute-not-a-number": _value(
        "Could not cast message attribute '{name}' value to number."
    ),
    "publish-attribute-name": _value("Invalid message attribute name: {name}"),
    "publish-throttled": Refusal("ThrottledException", 429, "Rate exceeded", "Throttled"),
    "publish-batch-empty": _batch(
        "EmptyBatchRequest", "The batch request doesn't contain any entries."
    ),
    "publish-batch-too-many": _batch(
        "TooManyEntriesInBatchRequest",
        "The batch request contains more entries than permissible.",
    ),
    "publish-batch-ids-not-distinct": _batch(
        "BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."
    ),
    "publish-batch-id-invalid": _batch(
        "InvalidBatchEntryId",
        "The Id of a batch entry in a batch request doesn't abide by the specification.",
    ),
    "publish-batch-too-long": _batch(
        "BatchRequestTooLong",
        "The length of all the messages put together is more than the limit.",
    ),
    "publish-batch-entry-invalid": Refusal(
        "ValidationException", 400, "The batch entry must have text for {parameter}."
    ),
}

_TOPICS: dict[str, Refusal] = {
    "topic-not-found": Refusal("NotFoundException", 404, "Topic does not exist", "NotFound"),
    "topic-arn-malformed": _parameter(
        "TopicArn Reason: An ARN must have at least 6 elements, not {count}"
    ),
    "topic-name-invalid": _parameter("Topic Name"),
    "topic-exists": _parameter("Attributes Reason: Topic already exists with different attributes"),
    "topic-exists-other-tags": _parameter("Tags Reason: Topic already exists with different tags"),
    "topic-attribute-unknown": _parameter("AttributeName"),
    "topic-attribute-invalid": _parameter("{name} Reason: Invalid value [{value}]. {expected}"),
    "topic-attribute-for-fifo-only": _parameter(
        "{name} Reason: The attribute is supported for FIFO topics only"
    ),
    "topic-attribute-for-standard-only": _parameter(
        "{name} Reason: The attribute is supported for standard topics only"
    ),
    "topic-scope-final": _parameter(
        "FifoThroughputScope Reason: MessageGroup can not be changed back to Topic"
    ),
    "topic-too-large-for-subscriptions": _parameter(
        "MaximumMessageSize Reason: A topic with more than 262144 bytes must have at most 100"
        " subscriptions, of SQS, Firehose or Lambda"
    ),
    "topic-archive-active": Refusal(
        "InvalidStateException",
        400,
        "Invalid state: Cannot delete a topic with an active ArchivePolicy",
        "InvalidState",
    ),
    "topic-limit-exceeded": _limit("TopicLimitExceeded", "The limit of topics has been reached"),
    "topic-tag-limit-exceeded": _batch(
        "TagLimitExceeded", "Can't add more than {limit} tags to a topic."
    ),
    "topic-tag-invalid": _parameter("Tags"),
    "next-token-invalid": _parameter("NextToken"),
    "delivery-policy-invalid": _parameter("DeliveryPolicy: {problem}"),
}

_SUBSCRIPTIONS: dict[str, Refusal] = {
    "subscription-not-found": Refusal(
        "NotFoundException", 404, "Subscription does not exist", "NotFound"
    ),
    "protocol-unknown": _parameter("Amazon SNS does not support this protocol string: {protocol}"),
    "protocol-not-for-fifo": _parameter("Invalid protocol type: {protocol}"),
    "protocol-not-for-large-messages": _parameter(
        "Protocol Reason: {protocol} is not supported for topics with a MaximumMessageSize above"
        " 262144"
    ),
    "endpoint-not-a-queue": _parameter("SQS endpoint ARN"),
    "endpoint-not-a-function": _parameter("Lambda endpoint ARN"),
    "endpoint-not-a-delivery-stream": _parameter("Firehose endpoint ARN"),
    "endpoint-not-a-platform-endpoint": _parameter("Application endpoint ARN"),
    "endpoint-not-of-protocol": _parameter("Endpoint must match the specified protocol"),
    "endpoint-not-an-email-address": _parameter("Email address"),
    "endpoint-not-a-phone-number": Refusal(
        "InvalidParameterException", 400, "Invalid SMS endpoint: {endpoint}", "InvalidParameter"
    ),
    "fifo-queue-on-standard-topic": _parameter(
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS"
        " topics"
    ),
    "subscription-exists": _parameter(
        "Attributes Reason: Subscription already exists with different attributes"
    ),
    "subscription-attribute-unknown": _parameter("AttributeName"),
    "subscription-attribute-invalid": _parameter(
        "Attributes Reason: {name}: Invalid value [{value}]. {expected}"
    ),
    "raw-delivery-not-supported": _parameter(
        "Attributes Reason: Delivery protocol [{protocol}] does not support raw message delivery."
    ),
    "subscription-role-missing": _parameter(
        "Attributes Reason: SubscriptionRoleArn is required for Firehose subscriptions"
    ),
    "redrive-policy-not-json": _parameter("RedrivePolicy: failed to parse JSON."),
    "redrive-target-invalid": _parameter("RedrivePolicy: deadLetterTargetArn is an invalid arn"),
    "redrive-needs-fifo-queue": _parameter(
        "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
    ),
    "redrive-needs-standard-queue": _parameter(
        "RedrivePolicy: must use a standard queue as DLQ for a standard subscription."
    ),
    "replay-not-possible": _parameter("ReplayPolicy Reason: {problem}"),
    "confirmation-token-invalid": _parameter("Token"),
    "subscription-limit-exceeded": _limit(
        "SubscriptionLimitExceeded", "The limit of subscriptions has been reached"
    ),
    "filter-policy-limit-exceeded": _limit(
        "FilterPolicyLimitExceeded", "The limit of filter policies has been reached"
    ),
}

# The simulator's own: AWS has no such actions.
_ENDPOINTS: dict[str, Refusal] = {
    "endpoint-exists": Refusal(
        "ValidationException", 400, "There is already an endpoint {endpoint}."
    ),
    "endpoint-unknown": Refusal("ValidationException", 400, "There is no endpoint {endpoint}."),
    "endpoint-protocol-invalid": Refusal(
        "ValidationException", 400, "{protocol} is not a protocol with mailboxes: {known}."
    ),
    "endpoint-name-invalid": Refusal("ValidationException", 400, "An endpoint needs a name."),
    "endpoint-is-down": Refusal("ValidationException", 400, "The endpoint {endpoint} is down."),
    "endpoint-is-up": Refusal("ValidationException", 400, "The endpoint {endpoint} is not down."),
    "endpoint-status-invalid": Refusal(
        "ValidationException", 400, "An HTTP status of a failure is a number from 300 to 599."
    ),
}

REASONS: dict[str, Refusal] = {
    **_PUBLISH,
    **_TOPICS,
    **_SUBSCRIPTIONS,
    **_ENDPOINTS,
    **filter_policy.REASONS,
}
