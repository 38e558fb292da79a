"""The actions of S3. Each checks, decides and records; none changes the world itself."""

import re
from bisect import bisect_left, bisect_right
from hashlib import md5
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Actions, action
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused
from studyapp.engine.s3.bucket import Bucket
from studyapp.engine.s3.configuration import put_bucket_notification_configuration
from studyapp.engine.s3.events import BucketCreated, ObjectCreated, ObjectDeleted

if TYPE_CHECKING:
    from studyapp.engine.world import World

KEY_MAX_BYTES = 1024
PAGE_MAX_KEYS = 1000

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)


class ObjectRead(NamedTuple):
    """The answer to GetObject."""

    key: str
    body: str
    size_bytes: int
    etag: str
    stored_ms: int


class ObjectsListed(NamedTuple):
    """The answer to ListObjectsV2: (key, size in bytes), and what is common to keys up to the delimiter.

    `next_continuation_token` is "" at the end of the list.
    """

    contents: tuple[tuple[str, int], ...]
    common_prefixes: tuple[str, ...]
    next_continuation_token: str


def bucket_named(world: "World", name: str) -> Bucket:
    """The bucket with this name or ARN.

    Raises:
        Refused: bucket-not-found.
    """
    bucket = world.s3.buckets.get(name) or world.s3.buckets.get(short(name))
    if bucket is None:
        raise Refused("bucket-not-found", bucket=short(name)[:80])
    return bucket


def create_bucket(world: "World", by: str, *, bucket: str) -> str:
    """CreateBucket. A bucket of one's own may be created again in us-east-1; nothing happens then.

    Raises:
        Refused: bucket-name-invalid (3 to 63 small letters, digits, hyphens and dots).
    """
    if not _NAME.fullmatch(bucket) or ".." in bucket or _ADDRESS.fullmatch(bucket):
        raise Refused("bucket-name-invalid", bucket=bucket[:80])
    if bucket not in world.s3.buckets:
        world.record(BucketCreated(world.now_ms, world.cause, "", bucket))
    return bucket


def put_object(world: "World", by: str, *, bucket: str, key: str, body: str = "") -> str:
    """PutObject. Returns the ETag, the MD5 of the body.

    Raises:
        Refused: bucket-not-found, object-key-missing, object-key-too-long.
    """
    target = bucket_named(world, bucket)
    _check_key(key)
    return store(world, target, key, body, by=by, cause=world.cause)


def _check_key(key: str) -> None:
    if not key:
        raise Refused("object-key-missing")
    if len(key.encode()) > KEY_MAX_BYTES:
        raise Refused("object-key-too-long", limit=KEY_MAX_BYTES)


def store(
    world: "World",
    bucket: Bucket,
    key: str,
    body: str,
    *,
    by: str,
    cause: int,
    reason: str = "",
    size_bytes: int | None = None,
) -> str:
    """Store an object for another service, without a call of its own. Returns the ETag.

    `size_bytes`: it counts as so many bytes, for bodies that only stand for much data.
    """
    content = body.encode()
    etag = md5(content, usedforsecurity=False).hexdigest()
    size_bytes = len(content) if size_bytes is None else size_bytes
    world.record(
        ObjectCreated(world.now_ms, cause, reason, bucket.name, by, key, body, size_bytes, etag)
    )
    return etag


def get_object(world: "World", by: str, *, bucket: str, key: str) -> ObjectRead:
    """GetObject.

    Raises:
        Refused: bucket-not-found, object-not-found.
    """
    found = bucket_named(world, bucket).objects.get(key)
    if found is None:
        raise Refused("object-not-found", key=key[:80])
    return ObjectRead(found.key, found.body, found.size_bytes, found.etag, found.stored_ms)


def delete_object(world: "World", by: str, *, bucket: str, key: str) -> None:
    """DeleteObject. A key that is not there is no error.

    Raises:
        Refused: bucket-not-found, object-key-missing, object-key-too-long.
    """
    target = bucket_named(world, bucket)
    _check_key(key)
    if key in target.objects:
        world.record(ObjectDeleted(world.now_ms, world.cause, "", target.name, by, key))


def list_objects_v2(
    world: "World",
    by: str,
    *,
    bucket: str,
    prefix: str = "",
    delimiter: str = "",
    start_after: str = "",
    continuation_token: str = "",
    max_keys: int = PAGE_MAX_KEYS,
) -> ObjectsListed:
    """ListObjectsV2: keys in the order of their letters, at most 1,000 on a page.

    Raises:
        Refused: bucket-not-found, max-keys-negative, continuation-token-wrong.
    """
    target = bucket_named(world, bucket)
    if not 0 <= max_keys < 2**31:
        raise Refused("max-keys-negative")
    after = start_after
    if continuation_token:
        if not continuation_token.startswith("after:"):
            raise Refused("continuation-token-wrong")
        after = continuation_token.removeprefix("after:")
    return _page(target, prefix, delimiter, after, min(max_keys, PAGE_MAX_KEYS))


def _page(bucket: Bucket, prefix: str, delimiter: str, after: str, count: int) -> ObjectsListed:
    keys = bucket.keys
    contents: list[tuple[str, int]] = []
    groups: list[str] = []
    place = max(bisect_left(keys, prefix), bisect_right(keys, after) if after else 0)
    last = after
    while place < len(keys) and keys[place].startswith(prefix):
        key = keys[place]
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        group = key[: cut + len(delimiter)] if cut >= 0 else ""
        if group and after.startswith(group):
            place = _behind(keys, group, place)
            continue
        if len(contents) + len(groups) >= count:
            return ObjectsListed(tuple(contents), tuple(groups), f"after:{last}" if count else "")
        if group:
            groups.append(group)
            last = group
            place = _behind(keys, group, place)
        else:
            contents.append((key, bucket.objects[key].size_bytes))
            last = key
            place += 1
    return ObjectsListed(tuple(contents), tuple(groups), "")


def _behind(keys: list[str], group: str, place: int) -> int:
    """The place after the last key that starts with `group`."""
    place = bisect_right(keys, group + "\U0010ffff", place)
    while place < len(keys) and keys[place].startswith(group):
        place += 1
    return place


ACTIONS: Actions = {
    "s3.CreateBucket": action(create_bucket),
    "s3.PutObject": action(put_object),
    "s3.GetObject": action(get_object),
    "s3.DeleteObject": action(delete_object),
    "s3.ListObjectsV2": action(list_objects_v2),
    "s3.PutBucketNotificationConfiguration": action(put_bucket_notification_configuration),
}
