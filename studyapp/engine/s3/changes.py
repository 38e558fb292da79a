"""What an S3 event changes. Nothing here decides, reads the clock or draws a number."""

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from studyapp.engine.calls import Apply
from studyapp.engine.s3.bucket import Bucket, Object, Rule
from studyapp.engine.s3.events import (
    BucketCreated,
    BucketNotificationsConfigured,
    ObjectCreated,
    ObjectDeleted,
    ObjectNotificationFailed,
    ObjectNotificationSent,
)

if TYPE_CHECKING:
    from studyapp.engine.world import World


def bucket_created(world: "World", event: BucketCreated, number: int) -> None:
    world.s3.buckets[event.bucket] = Bucket(event.bucket)


def object_created(world: "World", event: ObjectCreated, number: int) -> None:
    bucket = world.s3.buckets[event.bucket]
    if event.key not in bucket.objects:
        insort(bucket.keys, event.key)
    bucket.objects[event.key] = Object(
        event.key, event.body, event.size_bytes, event.etag, event.at_ms, number
    )


def object_deleted(world: "World", event: ObjectDeleted, number: int) -> None:
    bucket = world.s3.buckets[event.bucket]
    del bucket.objects[event.key]
    del bucket.keys[bisect_left(bucket.keys, event.key)]


def notifications_configured(
    world: "World", event: BucketNotificationsConfigured, number: int
) -> None:
    world.s3.buckets[event.bucket].rules = [Rule(*rule) for rule in event.rules]


def told(
    world: "World", event: ObjectNotificationSent | ObjectNotificationFailed, number: int
) -> None:
    """S3 keeps nothing of what it told."""


APPLY: Apply = {
    BucketCreated: bucket_created,
    ObjectCreated: object_created,
    ObjectDeleted: object_deleted,
    BucketNotificationsConfigured: notifications_configured,
    ObjectNotificationSent: told,
    ObjectNotificationFailed: told,
}
