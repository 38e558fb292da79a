"""Why Amazon MQ says no, whatever the engine, and ActiveMQ's own reasons; RabbitMQ's stand by themselves."""

from studyapp.engine.mq.activemq.refusals import REASONS as ACTIVEMQ
from studyapp.engine.refusals import Refusal


def _bad(message: str) -> Refusal:
    return Refusal("BadRequestException", 400, message)


REASONS: dict[str, Refusal] = {
    "broker-not-found": Refusal(
        "NotFoundException", 404, "Can't find requested broker [{broker}]."
    ),
    "broker-name-taken": Refusal(
        "ConflictException", 409, "Broker name [{broker}] is already used by another broker."
    ),
    "broker-name-wrong": _bad(
        "Broker name [{broker}] must have 1 to 50 characters and can contain only alphanumeric characters, dashes"
        " and underscores."
    ),
    "too-many-brokers": Refusal(
        "ForbiddenException", 403, "The limit of {limit} brokers in this Region has been reached."
    ),
    "engine-type-wrong": _bad(
        "The value [{engine_type}] of engineType must be one of ACTIVEMQ, RABBITMQ."
    ),
    "deployment-mode-wrong": _bad(
        "The value [{deployment_mode}] of deploymentMode must be one of {known} for {engine_type}."
    ),
    "storage-type-wrong": _bad(
        "Storage type [{storage_type}] is not supported for {engine_type}, {deployment_mode}, {host_instance_type};"
        " it supports {known}."
    ),
    "instance-type-wrong": _bad(
        "Broker instance type [{host_instance_type}] is not supported for {deployment_mode}."
    ),
    "zones-wrong": _bad("{deployment_mode} needs {expected} in different Availability Zones."),
    "broker-not-running": _bad(
        "Broker [{broker}] is in state [{state}]; the operation needs the state [RUNNING]."
    ),
    "endpoint-not-found": _bad("Broker [{broker}] has no endpoint [{endpoint}]; it has {known}."),
    "destination-type-wrong": _bad("The destination type [{value}] must be queue or topic."),
    "acknowledgement-wrong": _bad("The acknowledgement mode [{value}] must be one of {known}."),
    "prefetch-wrong": _bad("The prefetch limit {value} must be from -1 (default) to {limit}."),
    "time-to-live-wrong": _bad("The time to live {value} must be from 0 to {limit} ms."),
    "retry-wrong": _bad("The wait {value} before trying again must be from 0 to {limit} ms."),
    "zone-not-found": _bad("There is no Availability Zone [{zone}]; there are {known}."),
    "zone-is-down": Refusal("ConflictException", 409, "The Availability Zone {zone} is down."),
    "zone-is-up": Refusal("ConflictException", 409, "The Availability Zone {zone} works."),
    **ACTIVEMQ,
}
