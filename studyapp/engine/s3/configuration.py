"""PutBucketNotificationConfiguration: whom S3 tells about which objects."""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Pairs
from studyapp.engine.names import bucket_arn, function_arn, queue_arn, short, topic_arn
from studyapp.engine.refusals import Refused
from studyapp.engine.s3.bucket import Rule, covers
from studyapp.engine.s3.events import BucketNotificationsConfigured
from studyapp.engine.s3.notifications import destination_fault, send_test_event
from studyapp.engine.structures import Fields

if TYPE_CHECKING:
    from studyapp.engine.world import World

RULES_MAX = 100

# Every event type that S3 knows. Only ObjectCreated:Put and ObjectRemoved:Delete ever happen here.
EVENT_TYPES = (
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:LifecycleTransition",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:IntelligentTiering",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",
    "s3:ObjectAcl:Put",
)

# List in the configuration -> (kind of destination, where its ARN stands, how an ARN is made of a name).
_LISTS = {
    "QueueConfigurations": ("queue", "QueueArn", queue_arn),
    "TopicConfigurations": ("topic", "TopicArn", topic_arn),
    "LambdaFunctionConfigurations": ("function", "LambdaFunctionArn", function_arn),
}


def put_bucket_notification_configuration(
    world: "World",
    by: str,
    *,
    bucket: str,
    notification_configuration: Pairs,
    skip_destination_validation: bool = False,
) -> None:
    """PutBucketNotificationConfiguration. The new configuration takes the place of the old one; an empty one
    ends all notifications. S3 sends each queue and topic a test event, unless validation is skipped.

    Raises:
        Refused: bucket-not-found, notification-... : unknown event types, FIFO destinations (SQS-X43),
            destinations that are not there or do not let S3 in (SNS-31), and two rules for the same event
            type whose prefixes and suffixes overlap (SNS-39).
    """
    target = world.s3.buckets.get(bucket) or world.s3.buckets.get(short(bucket))
    if target is None:
        raise Refused("bucket-not-found", bucket=short(bucket)[:80])
    rules = _rules(notification_configuration)
    _check_overlap(rules)
    if not skip_destination_validation:
        for rule in rules:
            if destination_fault(world, rule, bucket_arn(target.name)):
                raise Refused("notification-destination-wrong", destination=rule.arn)
    number = world.record(
        BucketNotificationsConfigured(world.now_ms, world.cause, "", target.name, tuple(rules))
    )
    if not skip_destination_validation:
        for rule in rules:
            send_test_event(world, target.name, rule, number)


def _rules(configuration: Pairs) -> list[Rule]:
    fields = Fields(configuration, "NotificationConfiguration")
    rules: list[Rule] = []
    for list_name, (kind, arn_name, arn_of) in _LISTS.items():
        for row in fields.rows(list_name):
            name = row.text(arn_name)
            arn = name if name.startswith("arn:") else arn_of(short(name))
            if arn.endswith(".fifo") and kind != "function":
                raise Refused("notification-fifo-destination", destination=arn[:200])
            events = row.texts("Events")
            if not events:
                raise Refused("notification-events-missing")
            for event in events:
                if event not in EVENT_TYPES:
                    raise Refused("notification-event-unknown", event=event[:80])
            prefix, suffix = _filter(row)
            rule_id = row.text("Id", f"rule-{len(rules) + 1}")
            row.done()
            rules.append(Rule(rule_id, kind, arn, events, prefix, suffix))
            if len(rules) > RULES_MAX:
                raise Refused("notification-rules-too-many", limit=RULES_MAX)
    fields.done()
    if len({rule.id for rule in rules}) < len(rules):
        raise Refused("notification-id-twice")
    return rules


def _filter(row: Fields) -> tuple[str, str]:
    outer = row.fields("Filter")
    key = outer.fields("Key")
    found: dict[str, str] = {}
    for rule in key.rows("FilterRules"):
        name = rule.text("Name").lower()
        if name not in ("prefix", "suffix"):
            raise Refused("notification-filter-wrong", name=name[:80])
        if name in found:
            raise Refused("notification-filter-twice", name=name)
        found[name] = rule.text("Value", "")
        rule.done()
    key.done()
    outer.done()
    return found.get("prefix", ""), found.get("suffix", "")


def _check_overlap(rules: list[Rule]) -> None:
    for place, one in enumerate(rules):
        for other in rules[:place]:
            if (
                (one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix))
                and (one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix))
                and any(covers(a, b) or covers(b, a) for a in one.events for b in other.events)
            ):
                raise Refused("notification-rules-overlap", first=other.id[:80], second=one.id[:80])
