"""Why an ActiveMQ broker, or the simulator, says no. `code` is JMS's exception where a client gets one."""

from studyapp.engine.refusals import Refusal


def _jms(code: str, message: str) -> Refusal:
    return Refusal(code, 400, message)


REASONS: dict[str, Refusal] = {
    "not-an-activemq-broker": Refusal(
        "BadRequestException", 400, "Broker [{broker}] does not run ActiveMQ."
    ),
    "instance-not-found": Refusal(
        "NotFoundException", 404, "Broker [{broker}] has no instance [{instance}]; it has {known}."
    ),
    "instance-runs": Refusal("ConflictException", 409, "The instance {instance} runs."),
    "instance-does-not-run": Refusal(
        "ConflictException", 409, "The instance {instance} does not run."
    ),
    "instance-is-cut": Refusal(
        "ConflictException", 409, "No network reaches the instance {instance}."
    ),
    "no-instance-runs": Refusal("ConflictException", 409, "No instance of [{broker}] runs."),
    "failover-time-wrong": Refusal(
        "BadRequestException", 400, "{parameter} must be from {low} to {high} ms."
    ),
    "capacity-wrong": Refusal(
        "BadRequestException", 400, "messages_per_second must be from 0 (no limit) to {high}."
    ),
    "broker-not-reachable": _jms(
        "JMSException", "Could not connect to broker {broker}: connection refused."
    ),
    "client-connected": _jms(
        "InvalidClientIDException", "Broker: {broker} - Client: {client} already connected."
    ),
    "client-not-connected": _jms(
        "IllegalStateException", "The client {client} has no open connection to {broker}."
    ),
    "destination-name-wrong": _jms(
        "InvalidDestinationException", "The name of a destination must have 1 to {max} characters."
    ),
    "delivery-unknown": _jms(
        "JMSException", "Unmatched acknowledge: no delivery {delivery_tag} waits for an answer."
    ),
    "subscription-not-for-queue": _jms(
        "InvalidDestinationException", "Only a topic has durable subscriptions: {subscription}."
    ),
    "subscription-in-use": _jms(
        "JMSException", "Durable consumer is in use for client: {client}, name: {subscription}."
    ),
    "subscription-of-other-topic": _jms(
        "JMSException", "The durable subscription {subscription} belongs to the topic {topic}."
    ),
    "durable-subscription-not-found": _jms(
        "InvalidDestinationException", "There is no durable subscription {subscription}."
    ),
}
