"""S3 tells queues, topics and functions what happened to objects."""

import json
from typing import TYPE_CHECKING, Any

from studyapp.engine.calls import React
from studyapp.engine.dates import iso
from studyapp.engine.names import REGION, bucket_arn, short
from studyapp.engine.refusals import Refused
from studyapp.engine.s3.bucket import Rule
from studyapp.engine.s3.events import (
    ObjectCreated,
    ObjectDeleted,
    ObjectNotificationFailed,
    ObjectNotificationSent,
)
from studyapp.engine.sqs.commands import accept
from studyapp.engine.sqs.policy import allows, may_write

if TYPE_CHECKING:
    from studyapp.engine.world import World

SERVICE = "s3.amazonaws.com"
TEST_EVENT = "s3:TestEvent"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~/")

# SNS delivers to Firehose, which writes into S3: S3 has to import SNS late.


def tell(world: "World", event: ObjectCreated | ObjectDeleted, number: int) -> None:
    """An object came or went: whoever asked for this type of event is told."""
    bucket = world.s3.buckets[event.bucket]
    if not bucket.rules:
        return
    event_name = (
        "s3:ObjectCreated:Put" if type(event) is ObjectCreated else "s3:ObjectRemoved:Delete"
    )
    for rule in bucket.rules:
        if rule.hears(event_name, event.key):
            body = _body(event, number, event_name, rule.id)
            _send(world, event.bucket, event.key, event_name, rule, body, number)


def send_test_event(world: "World", bucket: str, rule: Rule, cause: int) -> None:
    """What a queue or topic gets when a configuration names it for the first time."""
    if rule.kind == "function":
        return
    body = {
        "Service": "Amazon S3",
        "Event": TEST_EVENT,
        "Time": iso(world.now_ms),
        "Bucket": bucket,
        "RequestId": f"{cause:016X}",
        "HostId": f"host-{cause}",
    }
    _send(world, bucket, "", TEST_EVENT, rule, _written(body), cause)


def destination_fault(world: "World", rule: Rule, source_arn: str) -> str:
    """Why S3 cannot tell this destination anything, as a reason; "" if it can."""
    name = short(rule.arn)
    if rule.kind == "queue":
        queue = world.sqs.queues.get(name)
        if queue is None:
            return "queue-not-found"
        return "" if may_write(queue, SERVICE, source_arn) else "queue-policy-denies"
    if rule.kind == "topic":
        topic = world.sns.topics.get(name)
        if topic is None:
            return "topic-not-found"
        policy = topic.attributes.get("Policy")
        if policy is None or allows(
            policy, service=SERVICE, action="sns:Publish", source_arn=source_arn
        ):
            return ""
        return "topic-policy-denies"
    function = world.sns.endpoints.get(name)
    if function is None or function.protocol != "lambda":
        return "function-not-found"
    return "endpoint-down" if f"lambda {name}" in world.sns.outages else ""


def _send(
    world: "World", bucket: str, key: str, event_name: str, rule: Rule, body: str, cause: int
) -> None:
    fault = destination_fault(world, rule, bucket_arn(bucket))
    if fault:
        world.record(
            ObjectNotificationFailed(world.now_ms, cause, fault, bucket, key, event_name, rule.arn)
        )
        return
    sent = world.record(
        ObjectNotificationSent(world.now_ms, cause, "", bucket, key, event_name, rule.arn)
    )
    outer, world.cause = world.cause, sent
    try:
        _hand_over(world, rule, body)
    except Refused as refusal:
        world.record(
            ObjectNotificationFailed(
                world.now_ms, sent, refusal.reason, bucket, key, event_name, rule.arn
            )
        )
    finally:
        world.cause = outer


def _hand_over(world: "World", rule: Rule, body: str) -> None:
    name = short(rule.arn)
    if rule.kind == "queue":
        accept(world, world.sqs.queues[name], body, reason="object-notification", sent_by=SERVICE)
    elif rule.kind == "topic":
        from studyapp.engine.sns.publishing import publish_from

        publish_from(world, name, body, cause=world.cause, reason="object-notification")
    else:
        from studyapp.engine.sns.events import EndpointReceived

        world.record(
            EndpointReceived(
                world.now_ms,
                world.cause,
                "object-notification",
                name,
                "lambda",
                "Notification",
                "",
                "",
                f"s{len(world.log)}",
                None,
                body,
            )
        )


def _body(event: ObjectCreated | ObjectDeleted, number: int, event_name: str, rule_id: str) -> str:
    """The notification as S3 writes it: one record; the key is encoded as in a web address."""
    thing: dict[str, Any] = {"key": _encoded(event.key), "sequencer": f"{number:018X}"}
    if type(event) is ObjectCreated:
        thing = {"key": thing["key"], "size": event.size_bytes, "eTag": event.etag, **thing}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": iso(event.at_ms),
        "eventName": event_name.removeprefix("s3:"),
        "userIdentity": {"principalId": f"AWS:{event.by}"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": rule_id,
            "bucket": {"name": event.bucket, "arn": bucket_arn(event.bucket)},
            "object": thing,
        },
    }
    return _written({"Records": [record]})


def _encoded(key: str) -> str:
    """As in the query of a web address: a space is `+`, what is not plain ASCII is %XX; slashes stay."""
    return "".join(
        chr(byte) if chr(byte) in _PLAIN else "+" if byte == 32 else f"%{byte:02X}"
        for byte in key.encode()
    )


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


REACT: React = {ObjectCreated: tell, ObjectDeleted: tell}
