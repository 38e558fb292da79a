"""Actions on queues: create, find, list, set up, purge, delete, tag."""

import re
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Pairs, Texts
from studyapp.engine.limits.sqs import (
    LIST_MAX_RESULTS,
    NAME_BLOCKED_AFTER_DELETE_SECONDS,
    NAME_MAX_CHARACTERS,
    PURGE_INTERVAL_SECONDS,
    TAGS_MAX_PER_QUEUE,
)
from studyapp.engine.names import queue_url
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.attributes import as_text, checked_attributes, described, same_value
from studyapp.engine.sqs.events import (
    MessagesReceived,
    QueueAttributesChanged,
    QueueCreated,
    QueueDeleted,
    QueuePurged,
    QueueTagged,
    QueueUntagged,
)
from studyapp.engine.sqs.lookup import queue_named

if TYPE_CHECKING:
    from studyapp.engine.world import World

_NAME = re.compile(f"[A-Za-z0-9_-]{{1,{NAME_MAX_CHARACTERS}}}")
_FIFO_NAME = re.compile(f"[A-Za-z0-9_-]{{1,{NAME_MAX_CHARACTERS - len('.fifo')}}}\\.fifo")


class QueueList(NamedTuple):
    """Names of queues, and where to go on."""

    queues: tuple[str, ...]
    next_token: str | None


def create_queue(
    world: "World",
    by: str,
    *,
    queue_name: str,
    attributes: Pairs | None = None,
    tags: Pairs | None = None,
) -> str:
    """CreateQueue. Returns the queue's name; also for a queue that is there with these attributes (SQS-X27).

    Raises:
        Refused: for a wrong name, a wrong attribute, queue-exists-with-other-attributes,
            queue-deleted-recently (60 seconds).
    """
    given = attributes or ()
    wants_fifo = any(
        name == "FifoQueue" and (as_text(value) or "").lower() == "true" for name, value in given
    )
    if wants_fifo:
        if not _FIFO_NAME.fullmatch(queue_name):
            raise Refused("fifo-queue-name-wrong", queue=queue_name[:200])
    elif not _NAME.fullmatch(queue_name):
        raise Refused("queue-name-wrong", queue=queue_name[:200])
    checked = checked_attributes(world, queue_name, given, None)
    labels = _checked_tags(tags or ())
    existing = world.sqs.queues.get(queue_name)
    if existing is not None:
        for name, value in checked.items():
            if not same_value(name, existing.attributes.get(name, ""), value):
                raise Refused("queue-exists-with-other-attributes", attribute=name)
        return queue_name
    deleted_ms = world.sqs.deleted_ms.get(queue_name)
    if (
        deleted_ms is not None
        and world.now_ms - deleted_ms < NAME_BLOCKED_AFTER_DELETE_SECONDS * 1000
    ):
        raise Refused("queue-deleted-recently", queue=queue_name)
    world.record(QueueCreated(world.now_ms, world.cause, "", queue_name, tuple(checked.items())))
    if labels:
        world.record(QueueTagged(world.now_ms, world.cause, "", queue_name, labels))
    return queue_name


def delete_queue(world: "World", by: str, *, queue: str) -> None:
    """DeleteQueue: with all its messages; polls that wait end empty-handed.

    Raises:
        Refused: queue-not-found.
    """
    target = queue_named(world, queue)
    for waiter in list(target.waiters.values()):
        world.record(
            MessagesReceived(
                world.now_ms, waiter.number, "queue-deleted", target.name, waiter.by, ()
            )
        )
    world.record(QueueDeleted(world.now_ms, world.cause, "", target.name))


def get_queue_url(
    world: "World", by: str, *, queue_name: str, queue_owner_aws_account_id: str | None = None
) -> str:
    """GetQueueUrl. The world has one account; another owner is not asked.

    Raises:
        Refused: queue-not-found.
    """
    return queue_url(queue_named(world, queue_name).name)


def list_queues(
    world: "World",
    by: str,
    *,
    queue_name_prefix: str = "",
    max_results: int | None = None,
    next_token: str | None = None,
) -> QueueList:
    """ListQueues, in the order of names; a token only where `max_results` (1 to 1,000) was given.

    Raises:
        Refused: list-size-out-of-range, next-token-wrong.
    """
    if max_results is not None and not 1 <= max_results <= LIST_MAX_RESULTS:
        raise Refused("list-size-out-of-range", max=LIST_MAX_RESULTS)
    names = sorted(name for name in world.sqs.queues if name.startswith(queue_name_prefix))
    return _page(names, max_results, next_token)


def list_dead_letter_source_queues(
    world: "World",
    by: str,
    *,
    queue: str,
    max_results: int | None = None,
    next_token: str | None = None,
) -> QueueList:
    """ListDeadLetterSourceQueues: the queues whose redrive policy names this one.

    Raises:
        Refused: queue-not-found, list-size-out-of-range, next-token-wrong.
    """
    target = queue_named(world, queue)
    if max_results is not None and not 1 <= max_results <= LIST_MAX_RESULTS:
        raise Refused("list-size-out-of-range", max=LIST_MAX_RESULTS)
    names = sorted(
        each.name for each in world.sqs.queues.values() if each.dead_letter_queue == target.name
    )
    return _page(names, max_results, next_token)


def _page(names: list[str], max_results: int | None, next_token: str | None) -> QueueList:
    """The names after the token, which is the last name of the page before."""
    if next_token is not None:
        if next_token not in names:
            raise Refused("next-token-wrong")
        names = names[names.index(next_token) + 1 :]
    page = names[: max_results or LIST_MAX_RESULTS]
    more = max_results is not None and len(page) < len(names)
    return QueueList(tuple(page), page[-1] if more else None)


def get_queue_attributes(
    world: "World", by: str, *, queue: str, attribute_names: Texts | None = None
) -> tuple[tuple[str, str], ...]:
    """GetQueueAttributes: (name, value) pairs for the names, for 'All' everything, for no name nothing.

    Raises:
        Refused: queue-not-found, unknown-queue-attribute.
    """
    return described(queue_named(world, queue), attribute_names or ())


def set_queue_attributes(world: "World", by: str, *, queue: str, attributes: Pairs) -> None:
    """SetQueueAttributes. Takes effect at once (AWS: within 60 seconds, retention within 15 minutes).

    Raises:
        Refused: queue-not-found, or what is wrong with an attribute.
    """
    target = queue_named(world, queue)
    changes = checked_attributes(world, target.name, attributes, target)
    world.record(
        QueueAttributesChanged(world.now_ms, world.cause, "", target.name, tuple(changes.items()))
    )


def purge_queue(world: "World", by: str, *, queue: str) -> None:
    """PurgeQueue: every message goes, hidden ones too; once in 60 seconds (SQS-X28).

    Raises:
        Refused: queue-not-found, purge-in-progress.
    """
    target = queue_named(world, queue)
    if target.purged_ms >= 0 and world.now_ms - target.purged_ms < PURGE_INTERVAL_SECONDS * 1000:
        raise Refused("purge-in-progress", queue=target.name)
    world.record(QueuePurged(world.now_ms, world.cause, "", target.name, len(target.messages)))


def _checked_tags(tags: Pairs) -> tuple[tuple[str, str], ...]:
    checked = tuple((name, value) for name, value in tags if type(value) is str)
    if (
        len(checked) < len(tags)
        or len(tags) > TAGS_MAX_PER_QUEUE
        or any(not 1 <= len(name) <= 128 or len(value) > 256 for name, value in checked)
    ):
        raise Refused("tag-wrong")
    return checked


def tag_queue(world: "World", by: str, *, queue: str, tags: Pairs) -> None:
    """TagQueue.

    Raises:
        Refused: queue-not-found, tag-wrong.
    """
    target = queue_named(world, queue)
    checked = _checked_tags(tags)
    if len({**target.tags, **dict(checked)}) > TAGS_MAX_PER_QUEUE:
        raise Refused("tag-wrong")
    world.record(QueueTagged(world.now_ms, world.cause, "", target.name, checked))


def untag_queue(world: "World", by: str, *, queue: str, tag_keys: Texts) -> None:
    """UntagQueue. Keys that are not there do not matter.

    Raises:
        Refused: queue-not-found.
    """
    target = queue_named(world, queue)
    world.record(QueueUntagged(world.now_ms, world.cause, "", target.name, tag_keys))


def list_queue_tags(world: "World", by: str, *, queue: str) -> tuple[tuple[str, str], ...]:
    """ListQueueTags.

    Raises:
        Refused: queue-not-found.
    """
    return tuple(queue_named(world, queue).tags.items())
