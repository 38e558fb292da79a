"""Forms for the actions of Kinesis Data Streams, Firehose and S3."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from studyapp.engine.firehose.settings import DIRECT_PUT, KINDS, KINESIS
from studyapp.engine.kinesis.events import RecordPut
from studyapp.engine.kinesis.stream import ON_DEMAND, PROVISIONED, Shard
from studyapp.engine.limits import firehose as firehose_limits
from studyapp.engine.limits import kinesis as limits
from studyapp.engine.names import bucket_arn, stream_arn
from studyapp.engine.world import World
from studyapp.simulator.forms_parts import (
    BUCKET,
    DELIVERY_STREAM,
    NAME,
    STREAM,
    ActionForm,
    Choice,
    Filled,
    FormField,
    Maker,
    choice,
    chosen,
    form,
    new_name,
    number,
    of_one,
    optional,
    split,
    text,
    without,
    yes_no,
)

DATA = _("data")
RETENTION = _("records are kept for (hours)")
# A board with more shards than this is no picture any more.
SHARDS_MAX = 10


def streams(world: World) -> list[str]:
    return list(world.kinesis.streams)


def put_record(world: World) -> ActionForm:
    keys = [event.partition_key for event in world.log if isinstance(event, RecordPut)]
    fields = [
        choice("stream", STREAM, streams(world)),
        text("data", DATA, "my record"),
        text("partition_key", _("partition key"), keys[-1] if keys else "key-1"),
    ]
    return form("kinesis.PutRecord", fields)


# Streams


def _stream_fields(world: World) -> list[FormField]:
    return [
        new_name("stream", NAME, "my-stream", streams(world)),
        choice("stream_mode", _("capacity mode"), (PROVISIONED, ON_DEMAND)),
        number("shard_count", _("shards (provisioned)"), 1, SHARDS_MAX, 1),
    ]


def _stream(filled: Filled) -> dict[str, Any]:
    """On demand, AWS chooses the shards."""
    return filled if filled["stream_mode"] == PROVISIONED else without(filled, "shard_count")


def create_stream(world: World) -> ActionForm:
    return form("kinesis.CreateStream", _stream_fields(world), _stream)


def add_stream(world: World) -> ActionForm:
    low, high = limits.RETENTION_MIN_HOURS, limits.RETENTION_MAX_HOURS
    fields = [
        *_stream_fields(world),
        number("retention_period_hours", RETENTION, low, high, limits.RETENTION_DEFAULT_HOURS),
    ]
    return form("sim.AddStream", fields, _stream, _("Add a stream that is ready at once"))


def update_shard_count(world: World) -> ActionForm:
    known = {name: each for name, each in world.kinesis.streams.items() if not each.on_demand}
    counts = [len(each.open) for each in known.values()] or [1]
    # AWS goes to twice the number at most.
    target = number("target_shard_count", _("shards"), 1, 2 * max(counts), 2 * counts[0])
    return form("kinesis.UpdateShardCount", [choice("stream", STREAM, known), target])


def update_stream_mode(world: World) -> ActionForm:
    first = next(iter(world.kinesis.streams.values()), None)
    other = PROVISIONED if first is not None and first.on_demand else ON_DEMAND
    fields = [
        choice("stream", STREAM, streams(world)),
        choice("stream_mode", _("capacity mode"), (PROVISIONED, ON_DEMAND), other),
    ]
    return form("kinesis.UpdateStreamMode", fields)


def increase_retention(world: World) -> ActionForm:
    low, high = limits.RETENTION_MIN_HOURS, limits.RETENTION_MAX_HOURS
    hours = number("retention_period_hours", RETENTION, low, high, 48)
    fields = [choice("stream", STREAM, streams(world)), hours]
    return form("kinesis.IncreaseStreamRetentionPeriod", fields)


# Shards


def _open_shards(world: World) -> dict[str, Shard]:
    return {
        f"{stream.name}/{shard.shard_id}": shard
        for stream in world.kinesis.streams.values()
        for shard in stream.open
    }


def split_shard(world: World) -> ActionForm:
    """In the middle of its range of hash keys."""
    shards = _open_shards(world)

    def build(filled: Filled) -> dict[str, Any]:
        stream, shard_id = split(filled["shard"])
        shard = shards[filled["shard"]]
        middle = (shard.starting_hash_key + shard.ending_hash_key + 1) // 2
        key = str(middle)
        return {"stream": stream, "shard_to_split": shard_id, "new_starting_hash_key": key}

    named = [Choice(each, each.replace("/", " ")) for each in shards]
    return form("kinesis.SplitShard", [chosen("shard", _("shard"), named)], build)


def merge_shards(world: World) -> ActionForm:
    """Two neighbours of one stream."""
    pairs = [
        Choice(f"{stream.name}/{low.shard_id}+{high.shard_id}", f"{low.shard_id} + {high.shard_id}")
        for stream in world.kinesis.streams.values()
        for low, high in zip(stream.open, stream.open[1:], strict=False)
    ]

    def build(filled: Filled) -> dict[str, Any]:
        stream, both = split(filled["shards"])
        low, _plus, high = both.partition("+")
        return {"stream": stream, "shard_to_merge": low, "adjacent_shard_to_merge": high}

    return form("kinesis.MergeShards", [chosen("shards", _("two neighbours"), pairs)], build)


def set_key_access(world: World) -> ActionForm:
    encrypted = [name for name, stream in world.kinesis.streams.items() if stream.key_id]
    # Firehose reads and needs the key like a program.
    loaders = [
        name
        for name, each in world.firehose.delivery_streams.items()
        if each.settings.source_stream in encrypted
    ]
    fields = [
        choice("stream", STREAM, encrypted),
        choice("who", _("program"), [*world.actors.actors, *loaders]),
        yes_no("allowed", _("may use the key"), True),
    ]
    return form("sim.SetKeyAccess", fields, label=_("Allow or deny the use of a key"))


# Firehose


def delivery_streams(world: World) -> list[str]:
    return list(world.firehose.delivery_streams)


def firehose_put_record(world: World) -> ActionForm:
    open_ = [
        name
        for name, each in world.firehose.delivery_streams.items()
        if each.settings.type == DIRECT_PUT
    ]
    fields = [choice("delivery_stream", DELIVERY_STREAM, open_), text("data", DATA, "my record")]

    def build(filled: Filled) -> dict[str, Any]:
        return {
            "delivery_stream": filled["delivery_stream"],
            "record": {"data": filled["data"]},
        }

    return form("firehose.PutRecord", fields, build)


def _hints(size_mb: int, interval_seconds: int) -> list[FormField]:
    low, high = firehose_limits.SIZE_MIN_MB, firehose_limits.SIZE_MAX_MB
    first, last = firehose_limits.INTERVAL_MIN_SECONDS, firehose_limits.INTERVAL_MAX_SECONDS
    return [
        number("size_in_mbs", _("buffer size (MB)"), low, high, size_mb),
        number(
            "interval_in_seconds", _("buffer interval (seconds)"), first, last, interval_seconds
        ),
    ]


def _hinted(filled: Filled) -> dict[str, Any]:
    names = ("size_in_mbs", "interval_in_seconds")
    return {"buffering_hints": {name: filled[name] for name in names}}


def create_delivery_stream(world: World) -> ActionForm:
    known = KINDS["s3"]
    source = choice("source", _("source stream"), streams(world))
    fields = [
        new_name("delivery_stream", NAME, "my-firehose", delivery_streams(world)),
        optional(source, _("none: records are put directly")),
        choice("bucket", BUCKET, world.s3.buckets),
        *_hints(known.size_default, known.interval_default),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        found: dict[str, Any] = {"delivery_stream": filled["delivery_stream"]}
        if "source" in filled:
            found["delivery_stream_type"] = KINESIS
            stream = {"kinesis_stream_arn": stream_arn(filled["source"])}
            found["kinesis_stream_source_configuration"] = stream
        found["extended_s3_destination_configuration"] = {
            "bucket_arn": bucket_arn(filled["bucket"]),
            **_hinted(filled),
        }
        return found

    return form("firehose.CreateDeliveryStream", fields, build)


def update_destination(world: World) -> ActionForm:
    known = world.firehose.delivery_streams
    first = next((each.settings for each in known.values()), None)
    size, interval = (first.size_mb, first.interval_seconds) if first else (5, 300)
    fields = [
        choice("delivery_stream", DELIVERY_STREAM, delivery_streams(world)),
        *_hints(size, interval),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        name = filled["delivery_stream"]
        kind = known[name].settings.destination
        prefix = "extended_s3" if kind == "s3" else kind
        return {"delivery_stream": name, f"{prefix}_destination_update": _hinted(filled)}

    return form("firehose.UpdateDestination", fields, build)


def _places(world: World, down: bool) -> list[Choice]:
    """Where Firehose streams write to, as 'stream/place', those that are down or those that are up."""
    found = []
    for name, each in world.firehose.delivery_streams.items():
        if each.destination_down == down:
            found.append(Choice(f"{name}/destination", name))
        if each.settings.backup and each.backup_down == down:
            found.append(Choice(f"{name}/backup", f"{name} (backup)"))
    return found


def _place(filled: Filled) -> dict[str, Any]:
    stream, place = split(filled["place"])
    return {"delivery_stream": stream, "place": place}


def take_destination_down(world: World) -> ActionForm:
    fields = [chosen("place", _("destination of"), _places(world, down=False))]
    return form("sim.TakeDestinationDown", fields, _place, _("Take a destination down"))


def bring_destination_up(world: World) -> ActionForm:
    fields = [chosen("place", _("destination of"), _places(world, down=True))]
    return form("sim.BringDestinationUp", fields, _place, _("Bring a destination up"))


# S3


def create_bucket(world: World) -> ActionForm:
    return form("s3.CreateBucket", [new_name("bucket", NAME, "my-bucket", world.s3.buckets)])


def put_object(world: World) -> ActionForm:
    fields = [
        choice("bucket", BUCKET, world.s3.buckets),
        text("key", _("object key"), "images/my-object.txt"),
        text("body", _("content"), "my object", required=False),
    ]
    return form("s3.PutObject", fields)


_EVENTS = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")


def put_notifications(world: World) -> ActionForm:
    """One rule, which takes the place of those before."""
    places = [Choice(f"Queue {name}", f"{name} (SQS)") for name in world.sqs.queues]
    places += [Choice(f"Topic {name}", f"{name} (SNS)") for name in world.sns.topics]
    places += [
        Choice(f"LambdaFunction {name}", f"{name} (Lambda)")
        for name, mailbox in world.sns.endpoints.items()
        if mailbox.protocol == "lambda"
    ]
    fields = [
        choice("bucket", BUCKET, world.s3.buckets),
        chosen("destination", _("destination"), places),
        choice("event", _("tell about"), _EVENTS),
        text("prefix", _("only keys that begin with"), required=False),
    ]

    def build(filled: Filled) -> dict[str, Any]:
        kind, _space, name = filled["destination"].partition(" ")
        arn = {"Queue": "queue_arn", "Topic": "topic_arn"}.get(kind, "lambda_function_arn")
        rule: dict[str, Any] = {arn: name, "events": [filled["event"]]}
        if "prefix" in filled:
            prefix = {"name": "prefix", "value": filled["prefix"]}
            rule["filter"] = {"key": {"filter_rules": [prefix]}}
        configuration = {f"{kind}Configurations": [rule]}
        return {"bucket": filled["bucket"], "notification_configuration": configuration}

    return form("s3.PutBucketNotificationConfiguration", fields, build)


FORMS: Mapping[str, Maker] = {
    "kinesis.PutRecord": put_record,
    "kinesis.CreateStream": create_stream,
    "kinesis.DeleteStream": of_one("kinesis.DeleteStream", STREAM, streams),
    "kinesis.SplitShard": split_shard,
    "kinesis.MergeShards": merge_shards,
    "kinesis.UpdateShardCount": update_shard_count,
    "kinesis.UpdateStreamMode": update_stream_mode,
    "kinesis.IncreaseStreamRetentionPeriod": increase_retention,
    "sim.AddStream": add_stream,
    "sim.SetKeyAccess": set_key_access,
    "firehose.PutRecord": firehose_put_record,
    "firehose.CreateDeliveryStream": create_delivery_stream,
    "firehose.DeleteDeliveryStream": of_one(
        "firehose.DeleteDeliveryStream", DELIVERY_STREAM, delivery_streams
    ),
    "firehose.UpdateDestination": update_destination,
    "sim.TakeDestinationDown": take_destination_down,
    "sim.BringDestinationUp": bring_destination_up,
    "s3.CreateBucket": create_bucket,
    "s3.PutObject": put_object,
    "s3.PutBucketNotificationConfiguration": put_notifications,
}
