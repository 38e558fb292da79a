"""Which requests of AWS an action of the engine stands for, with every parameter as AWS wants it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from studyapp.engine.calls import Texts
from studyapp.engine.dates import iso
from studyapp.engine.firehose.events import DeliveryStreamDeleted, DestinationUpdated
from studyapp.engine.firehose.stream_actions import DESTINATION_ID
from studyapp.engine.kinesis.events import StreamConsumerRegistered
from studyapp.engine.log import Event
from studyapp.engine.names import (
    ACCOUNT,
    REGION,
    delivery_stream_arn,
    function_arn,
    queue_arn,
    queue_url,
    short,
    stream_arn,
    topic_arn,
)
from studyapp.engine.sns.envelope import subscription_arn
from studyapp.engine.sns.events import SubscriptionCreated
from studyapp.engine.sns.protocols import address_of
from studyapp.engine.world import ACTIONS
from studyapp.simulator.code_panel_structures import (
    Secret,
    arn,
    blob,
    camel,
    destination,
    entry,
    message_attributes,
    record,
    role_arn,
    spelled,
    texts_by_name,
    with_arns,
)

SERVICES = ("sqs", "sns", "kinesis", "firehose", "s3", "mq")
# What a client of a broker does over the broker's own protocol; the rest of mq is AWS's.
OF_CLIENTS = frozenset(
    {
        *("mq.Connect", "mq.Disconnect", "mq.Send", "mq.Subscribe", "mq.Unsubscribe"),
        *("mq.Acknowledge", "mq.Reject"),
    }
)


class BrokerId(NamedTuple):
    """The id that Amazon MQ gave a broker: looked up by the broker's name, since nobody can know it before."""

    broker: str


@dataclass(frozen=True, slots=True)
class Request:
    """One call of an AWS API. Values are text, numbers, truth, lists, dictionaries, Blob, Secret or BrokerId.
    `after` names the waiter (such as StreamExists) that comes first."""

    service: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""


Given = dict[str, Any]


def requests_of(action: str, given: Mapping[str, Any], log: Sequence[Event]) -> list[Request]:
    """The requests behind an action, none where AWS has no such command. `given` are plain values as a log holds
    them; `log` is what happened before, for ids and versions that the engine does without."""
    service, _, operation = action.partition(".")
    if action in _CREATED_AT_ONCE:
        return _CREATED_AT_ONCE[action](given)
    if service not in SERVICES or action in OF_CLIENTS or action not in ACTIONS:
        return []
    left = {name: value for name, value in given.items() if value is not None}
    special = _SPECIAL.get(action)
    parameters = special(left, log) if special else {}
    for name, value in left.items():
        known = _PARAMETERS.get((action, name)) or _PARAMETERS.get((service, name))
        spelling = known[0] if known else camel(name)
        is_texts = ACTIONS[action].parameters.get(name) == Texts
        parameters[spelling] = known[1](value) if known else _plain(value, is_texts)
    return [Request(service, operation, _in_order(action, parameters))]


def _plain(value: Any, is_texts: bool) -> Any:
    if is_texts and isinstance(value, tuple):
        return list(value)
    return spelled(value)


def _in_order(action: str, parameters: Given) -> Given:
    """First what the call is about, then the rest as it was given."""
    first = {*_FIRST, *(name for (of, _), (name, _) in _PARAMETERS.items() if of == action)}
    return dict(sorted(parameters.items(), key=lambda pair: pair[0] not in first))


_FIRST = (
    *("QueueUrl", "QueueName", "TopicArn", "SubscriptionArn", "StreamName", "StreamARN"),
    *("ConsumerARN", "DeliveryStreamName", "Bucket", "BrokerId", "BrokerName", "Name"),
)


def _shorter(value: Any) -> str:
    return short(str(value))


def _time(at_ms: Any) -> str:
    return iso(at_ms) if type(at_ms) is int and at_ms >= 0 else str(at_ms)


def _rows(of: Callable[[Any], Any], value: Any) -> Any:
    return [of(each) for each in value] if isinstance(value, tuple) else value


def _destination(name: str) -> tuple[str, Callable[[Any], Any]]:
    return name, partial(destination, name)


def _mailbox_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/GCM/app/{name}"


def _source(value: Any) -> Any:
    fields = with_arns(spelled(value))
    role = {"RoleARN": role_arn("firehose-source")}
    return {**role, **fields} if isinstance(fields, dict) else fields


# (service or action, the engine's parameter) -> AWS's parameter, and how its value is made.
_PARAMETERS: Mapping[tuple[str, str], tuple[str, Callable[[Any], Any]]] = {
    ("sqs", "queue"): ("QueueUrl", lambda name: queue_url(_shorter(name))),
    ("sqs", "attributes"): ("Attributes", texts_by_name),
    ("sqs", "tags"): ("Tags", texts_by_name),
    ("sqs.CreateQueue", "tags"): ("tags", texts_by_name),
    ("sqs", "entries"): ("Entries", partial(_rows, entry)),
    ("sqs", "message_attributes"): ("MessageAttributes", message_attributes),
    ("sqs", "message_system_attributes"): ("MessageSystemAttributes", message_attributes),
    ("sqs", "source_arn"): ("SourceArn", lambda name: arn(name, queue_arn)),
    ("sqs", "destination_arn"): ("DestinationArn", lambda name: arn(name, queue_arn)),
    ("sns", "topic"): ("TopicArn", lambda name: topic_arn(_shorter(name))),
    ("sns", "attributes"): ("Attributes", texts_by_name),
    ("sns", "message_attributes"): ("MessageAttributes", message_attributes),
    ("sns", "target_arn"): ("TargetArn", lambda name: arn(name, _mailbox_arn)),
    ("sns", "publish_batch_request_entries"): ("PublishBatchRequestEntries", partial(_rows, entry)),
    # AWS takes this truth as text.
    ("sns", "authenticate_on_unsubscribe"): (
        "AuthenticateOnUnsubscribe",
        lambda value: str(value).lower(),
    ),
    ("kinesis", "stream"): ("StreamName", _shorter),
    ("kinesis", "exclusive_start_stream"): ("ExclusiveStartStreamName", _shorter),
    ("kinesis", "stream_mode"): ("StreamModeDetails", lambda mode: {"StreamMode": mode}),
    ("kinesis", "timestamp_ms"): ("Timestamp", _time),
    ("kinesis", "data"): ("Data", blob),
    ("kinesis", "records"): ("Records", partial(_rows, record)),
    ("firehose", "delivery_stream"): ("DeliveryStreamName", _shorter),
    ("firehose", "record"): ("Record", record),
    ("firehose", "records"): ("Records", partial(_rows, record)),
    ("firehose", "kinesis_stream_source_configuration"): (
        "KinesisStreamSourceConfiguration",
        _source,
    ),
    ("firehose", "exclusive_start_delivery_stream_name"): (
        "ExclusiveStartDeliveryStreamName",
        _shorter,
    ),
    ("s3", "bucket"): ("Bucket", _shorter),
    ("s3", "body"): ("Body", blob),
    ("s3", "notification_configuration"): (
        "NotificationConfiguration",
        lambda value: with_arns(spelled(value)),
    ),
    ("mq", "broker"): ("BrokerId", lambda name: BrokerId(_shorter(name))),
    ("mq", "subnet_ids"): (
        "SubnetIds",
        partial(_rows, lambda each: f"subnet-{each}" if len(each) == 1 else each),
    ),
    **{
        ("firehose", f"{kind}_destination_{part}"): _destination(
            f"{camel(kind)}Destination{part.capitalize()}"
        )
        for kind in ("extended_s3", "redshift", "amazonopensearchservice", "splunk")
        + ("http_endpoint",)
        for part in ("configuration", "update")
    },
}


# What is not one parameter for one. Each takes what it deals with out of `left`.


def _subscribe(left: Given, log: Sequence[Event]) -> Given:
    protocol, endpoint = str(left.get("protocol")), str(left.pop("endpoint", ""))
    parameters: Given = {}
    if "topic" in left:
        parameters["TopicArn"] = topic_arn(_shorter(left.pop("topic")))
    if "protocol" in left:
        parameters["Protocol"] = left.pop("protocol")
    return {**parameters, "Endpoint": _address(protocol, endpoint)}


def _address(protocol: str, endpoint: str) -> str:
    """An endpoint as AWS takes it. A mailbox of the simulator may have any name; so an address is made of it."""
    arn_of = {
        "sqs": queue_arn,
        "lambda": function_arn,
        "firehose": delivery_stream_arn,
        "application": _mailbox_arn,
    }.get(protocol)
    if arn_of is not None:
        is_arn = endpoint.startswith("arn:")
        return endpoint if is_arn else arn_of(address_of(protocol, endpoint))
    if protocol in ("http", "https") and "://" not in endpoint:
        return f"{protocol}://{endpoint}.example.com"
    if protocol in ("email", "email-json") and "@" not in endpoint:
        return f"{endpoint}@example.com"
    return endpoint


def _of_subscription(left: Given, log: Sequence[Event]) -> Given:
    return {"SubscriptionArn": _subscription_arn(str(left.pop("subscription", "")), log)}


def _subscription_arn(name: str, log: Sequence[Event]) -> str:
    """The engine knows a subscription by its id, or as 'topic/endpoint', as well."""
    if name.startswith("arn:"):
        return name
    topic, _, endpoint = name.partition("/")
    for event in reversed(log):
        if isinstance(event, SubscriptionCreated) and (
            event.subscription == name
            or (
                event.topic == topic
                and address_of(event.protocol, event.endpoint)
                == address_of(event.protocol, endpoint)
            )
        ):
            return subscription_arn(event.topic, event.subscription)
    return name


def _by_arn(left: Given, log: Sequence[Event]) -> Given:
    """Actions that know a stream by its ARN only."""
    return {"StreamARN": stream_arn(_shorter(left.pop("stream")))} if "stream" in left else {}


def _of_consumer(left: Given, log: Sequence[Event]) -> Given:
    """A registered consumer: by its ARN, or by its name together with the stream's ARN."""
    consumer, stream = str(left.pop("consumer", "")), left.pop("stream", None)
    if consumer.startswith("arn:") or stream is None:
        return {"ConsumerARN": consumer}
    return {"StreamARN": stream_arn(_shorter(stream)), "ConsumerName": consumer}


def _subscribe_to_shard(left: Given, log: Sequence[Event]) -> Given:
    consumer, stream = str(left.pop("consumer", "")), _shorter(left.pop("stream", ""))
    if not consumer.startswith("arn:"):
        times = [
            event.at_ms
            for event in log
            if isinstance(event, StreamConsumerRegistered)
            and (event.stream, event.consumer) == (stream, consumer)
        ]
        created_ms = times[-1] if times else 0
        consumer = f"{stream_arn(stream)}/consumer/{consumer}:{created_ms // 1000}"
    position = spelled(left.pop("starting_position", ()))
    if isinstance(position, dict) and "TimestampMs" in position:
        position["Timestamp"] = _time(position.pop("TimestampMs"))
    return {
        "ConsumerARN": consumer,
        "ShardId": left.pop("shard_id", ""),
        "StartingPosition": position,
    }


def _list_shards(left: Given, log: Sequence[Event]) -> Given:
    found = spelled(left.pop("shard_filter", ()))
    if isinstance(found, dict) and "TimestampMs" in found:
        found["Timestamp"] = _time(found.pop("TimestampMs"))
    return {"ShardFilter": found} if found else {}


def _encryption(left: Given, log: Sequence[Event]) -> Given:
    return {"EncryptionType": left.pop("encryption_type", "KMS")}


def _update_shard_count(left: Given, log: Sequence[Event]) -> Given:
    return {"ScalingType": left.pop("scaling_type", "UNIFORM_SCALING")}


def _update_destination(left: Given, log: Sequence[Event]) -> Given:
    """AWS wants the version of the settings that are to change, and which destination."""
    name, version = _shorter(left.get("delivery_stream", "")), 1
    for event in log:
        if isinstance(event, DestinationUpdated) and event.delivery_stream == name:
            version += 1
        elif isinstance(event, DeliveryStreamDeleted) and event.delivery_stream == name:
            version = 1
    given = left.pop("current_delivery_stream_version_id", str(version))
    return {
        "DeliveryStreamName": name,
        "CurrentDeliveryStreamVersionId": given,
        "DestinationId": left.pop("destination_id", DESTINATION_ID),
    }


def _create_broker(left: Given, log: Sequence[Event]) -> Given:
    """What AWS wants and the engine has defaults for, and the user without whom nobody gets in."""
    users = spelled(left.pop("users", ()))
    if not users:
        users = [{"Username": "admin", "Password": Secret("MQ_PASSWORD")}]
    return {
        "BrokerName": left.pop("broker_name", ""),
        "EngineType": left.pop("engine_type", ""),
        "DeploymentMode": left.pop("deployment_mode", "SINGLE_INSTANCE"),
        "HostInstanceType": left.pop("host_instance_type", "mq.m5.large"),
        "PubliclyAccessible": left.pop("publicly_accessible", False),
        "Users": users,
    }


_SPECIAL: Mapping[str, Callable[[Given, Sequence[Event]], Given]] = {
    "sns.Subscribe": _subscribe,
    "sns.Unsubscribe": _of_subscription,
    "sns.SetSubscriptionAttributes": _of_subscription,
    "sns.GetSubscriptionAttributes": _of_subscription,
    "kinesis.UpdateMaxRecordSize": _by_arn,
    "kinesis.UpdateStreamMode": _by_arn,
    "kinesis.RegisterStreamConsumer": _by_arn,
    "kinesis.ListStreamConsumers": _by_arn,
    "kinesis.GetRecords": _by_arn,
    "kinesis.DeregisterStreamConsumer": _of_consumer,
    "kinesis.DescribeStreamConsumer": _of_consumer,
    "kinesis.SubscribeToShard": _subscribe_to_shard,
    "kinesis.ListShards": _list_shards,
    "kinesis.StartStreamEncryption": _encryption,
    "kinesis.StopStreamEncryption": _encryption,
    "kinesis.UpdateShardCount": _update_shard_count,
    "firehose.UpdateDestination": _update_destination,
    "mq.CreateBroker": _create_broker,
}


# The simulator's shortcuts for what takes AWS a while.


def _add_stream(given: Mapping[str, Any]) -> list[Request]:
    left = dict(given)
    hours = left.pop("retention_period_hours", None)
    requests = requests_of("kinesis.CreateStream", left, ())
    if isinstance(hours, int) and hours > 24:
        stream = _shorter(given.get("stream", ""))
        longer = {"StreamName": stream, "RetentionPeriodHours": hours}
        requests.append(
            Request("kinesis", "IncreaseStreamRetentionPeriod", longer, after="StreamExists")
        )
    return requests


_CREATED_AT_ONCE: Mapping[str, Callable[[Mapping[str, Any]], list[Request]]] = {
    "sim.AddStream": _add_stream,
    "sim.EncryptStream": lambda given: requests_of("kinesis.StartStreamEncryption", given, ()),
}
