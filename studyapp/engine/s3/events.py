"""What can happen in S3. `bucket` is a bucket's name; an object's `body` is text."""

from typing import NamedTuple


class BucketCreated(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    bucket: str


class ObjectCreated(NamedTuple):
    """S3 stored an object. Where the key was taken, the old object is gone."""

    at_ms: int
    cause: int
    reason: str
    bucket: str
    by: str
    key: str
    body: str
    size_bytes: int
    etag: str


class ObjectDeleted(NamedTuple):
    at_ms: int
    cause: int
    reason: str
    bucket: str
    by: str
    key: str


class BucketNotificationsConfigured(NamedTuple):
    """A new notification configuration, in place of the old one. Each rule is (id, kind of destination,
    ARN, event types, prefix, suffix)."""

    at_ms: int
    cause: int
    reason: str
    bucket: str
    rules: tuple[tuple[str, str, str, tuple[str, ...], str, str], ...]


class ObjectNotificationSent(NamedTuple):
    """S3 told a queue, a topic or a function. What that makes of it has this as its cause.

    `key` is "" for the test event of a new configuration.
    """

    at_ms: int
    cause: int
    reason: str
    bucket: str
    key: str
    event_name: str
    destination: str


class ObjectNotificationFailed(NamedTuple):
    """Nobody was told, and S3 forgets it: the destination is gone, or its policy does not let S3 in."""

    at_ms: int
    cause: int
    reason: str
    bucket: str
    key: str
    event_name: str
    destination: str
