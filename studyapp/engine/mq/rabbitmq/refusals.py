"""Why a RabbitMQ broker says no. `code` and `http_status` are AMQP's name and number of the reply; a broker closes
the channel with them, here only the call is refused."""

from studyapp.engine.refusals import Refusal

REASONS: dict[str, Refusal] = {
    "rabbit-broker-not-found": Refusal(
        "NotFoundException", 404, "Can't find requested broker [{broker}]."
    ),
    "rabbit-node-not-found": Refusal(
        "NotFoundException", 404, "The broker {broker} has no node {node}; it has {known}."
    ),
    "rabbit-node-runs": Refusal("ConflictException", 409, "The node {node} runs."),
    "rabbit-node-does-not-run": Refusal("ConflictException", 409, "The node {node} does not run."),
    "rabbit-node-isolated": Refusal("ConflictException", 409, "The node {node} is isolated."),
    "rabbit-node-not-isolated": Refusal(
        "ConflictException", 409, "The node {node} is not isolated."
    ),
    "rabbit-zone-is-down": Refusal(
        "ConflictException", 409, "The Availability Zone {zone} of the node is down."
    ),
    "rabbit-not-a-cluster": Refusal(
        "BadRequestException",
        400,
        "The broker {broker} has one node and nothing to be cut off from.",
    ),
    "rabbit-memory-alarm-is-on": Refusal(
        "ConflictException", 409, "The memory alarm of the node {node} is on."
    ),
    "rabbit-memory-alarm-is-off": Refusal(
        "ConflictException", 409, "The memory alarm of the node {node} is off."
    ),
    "rabbit-time-out-of-range": Refusal(
        "BadRequestException", 400, "{parameter} must be from {low} to {high} ms."
    ),
    "rabbit-no-node-running": Refusal(
        "CONNECTION_FORCED", 320, "No node of the broker {broker} accepts connections."
    ),
    "rabbit-cluster-minority": Refusal(
        "INTERNAL_ERROR", 541, "Too few nodes of {broker} are together to agree on a change."
    ),
    "exchange-not-found": Refusal("NOT_FOUND", 404, "no exchange '{exchange}' in vhost '/'"),
    "amqp-queue-not-found": Refusal("NOT_FOUND", 404, "no queue '{queue}' in vhost '/'"),
    "amqp-queue-home-down": Refusal(
        "NOT_FOUND",
        404,
        "home node '{node}' of durable queue '{queue}' in vhost '/' is down or inaccessible",
    ),
    "amqp-queue-has-no-leader": Refusal(
        "INTERNAL_ERROR", 541, "the queue '{queue}' in vhost '/' has no leader now"
    ),
    "amqp-queue-locked": Refusal(
        "RESOURCE_LOCKED",
        405,
        "cannot obtain exclusive access to locked queue '{queue}' in vhost '/'",
    ),
    "publishers-blocked": Refusal(
        "RESOURCE_ERROR", 506, "A memory alarm of {broker} blocks publishers."
    ),
    "binding-not-found": Refusal(
        "NOT_FOUND", 404, "no binding '{routing_key}' between '{exchange}' and '{queue}'"
    ),
    "name-reserved": Refusal(
        "ACCESS_REFUSED", 403, "'{name}' is a name that only the broker itself may use"
    ),
    "name-not-short": Refusal(
        "SYNTAX_ERROR", 502, "{parameter} must have from {low} to {high} bytes"
    ),
    "declared-otherwise": Refusal(
        "PRECONDITION_FAILED", 406, "inequivalent arg '{argument}' for '{name}' in vhost '/'"
    ),
    "unknown-exchange-type": Refusal(
        "COMMAND_INVALID", 503, "unknown exchange type '{exchange_type}'; known: {known}"
    ),
    "argument-not-valid": Refusal(
        "PRECONDITION_FAILED", 406, "invalid arg '{argument}': expected {expected}"
    ),
    "streams-not-supported": Refusal(
        "PRECONDITION_FAILED", 406, "Amazon MQ for RabbitMQ does not support streams."
    ),
    "amqp-message-too-large": Refusal(
        "PRECONDITION_FAILED", 406, "message size {size_bytes} is larger than max size {limit}"
    ),
    "delivery-tag-unknown": Refusal(
        "PRECONDITION_FAILED", 406, "unknown delivery tag {delivery_tag}"
    ),
    "consumer-not-found": Refusal("NOT_FOUND", 404, "no consumer '{consumer_tag}'"),
    "too-many-consumers": Refusal("NOT_ALLOWED", 530, "a channel may have {limit} consumers"),
    "no-connection": Refusal("CHANNEL_ERROR", 504, "{client} is not connected to {broker}"),
    "already-connected": Refusal("NOT_ALLOWED", 530, "{client} is connected to {broker}"),
    "prefetch-out-of-range": Refusal(
        "SYNTAX_ERROR", 502, "the prefetch count must be from 0 to {limit}"
    ),
    "expiration-out-of-range": Refusal(
        "PRECONDITION_FAILED", 406, "invalid expiration '{expiration}'"
    ),
}
