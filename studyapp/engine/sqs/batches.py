"""SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch: up to ten entries, each with its own
fate (SQS-X22). What is wrong with the request as a whole refuses all of them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from studyapp.engine.calls import Entries, Pairs
from studyapp.engine.limits.sqs import (
    BATCH_ENTRY_ID_MAX_CHARACTERS,
    BATCH_MAX_ENTRIES,
    BATCH_SIZE_MAX_BYTES,
)
from studyapp.engine.refusals import Refused
from studyapp.engine.sqs.contents import read_attributes, size_of_attributes, size_of_text
from studyapp.engine.sqs.events import BatchEntryRefused
from studyapp.engine.sqs.fifo import check_rate
from studyapp.engine.sqs.lookup import queue_named
from studyapp.engine.sqs.queue import Queue
from studyapp.engine.sqs.receipts import change_visibility, delete
from studyapp.engine.sqs.sending import send

if TYPE_CHECKING:
    from studyapp.engine.world import World

_ID = re.compile(f"[A-Za-z0-9_-]{{1,{BATCH_ENTRY_ID_MAX_CHARACTERS}}}")

# Kinds of an entry's fields; those with '?' may be left out.
_SEND = {
    "id": "text",
    "message_body": "text",
    "delay_seconds": "number?",
    "message_attributes": "mapping?",
    "message_system_attributes": "mapping?",
    "message_group_id": "text?",
    "message_deduplication_id": "text?",
}
_DELETE = {"id": "text", "receipt_handle": "text"}
_CHANGE = {"id": "text", "receipt_handle": "text", "visibility_timeout": "number"}


class Failure(NamedTuple):
    """An entry that failed: `reason` is a key of the refusals."""

    id: str
    reason: str
    details: tuple[tuple[str, Any], ...]


class BatchAnswer(NamedTuple):
    """The ids that succeeded, each with what its single action would have answered, and those that failed."""

    successful: tuple[tuple[str, Any], ...]
    failed: tuple[Failure, ...]


def _fits(value: Any, kind: str) -> bool:
    if kind.startswith("text"):
        return type(value) is str
    if kind.startswith("number"):
        return type(value) is int
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple) and len(pair) == 2 and type(pair[0]) is str for pair in value
    )


_WORDS = {"text": "text", "number": "a whole number", "mapping": "a mapping of names to values"}


def _read(entries: Entries, kinds: dict[str, str], entry_name: str) -> list[dict[str, Any]]:
    """The entries as dictionaries.

    Raises:
        Refused: for no entry or more than ten, unknown or missing fields, ids that are wrong or not distinct.
    """
    if not entries:
        raise Refused("batch-empty", entry=entry_name)
    if len(entries) > BATCH_MAX_ENTRIES:
        raise Refused("batch-too-many-entries", count=len(entries))
    read = [_fields(entry, kinds) for entry in entries]
    ids = [entry["id"] for entry in read]
    for place, each in enumerate(ids):
        if not _ID.fullmatch(each):
            raise Refused("batch-id-wrong", id=each[:80])
        if each in ids[:place]:
            raise Refused("batch-ids-not-distinct", id=each)
    return read


def _fields(entry: Pairs, kinds: dict[str, str]) -> dict[str, Any]:
    fields = {name: value for name, value in entry if value is not None}
    for name in fields:
        if name not in kinds:
            raise Refused("batch-entry-malformed", field=name[:80], expected="left out")
    for name, kind in kinds.items():
        if name not in fields and not kind.endswith("?"):
            raise Refused("batch-entry-malformed", field=name, expected="given")
        if name in fields and not _fits(fields[name], kind):
            raise Refused(
                "batch-entry-malformed", field=name, expected=_WORDS[kind.removesuffix("?")]
            )
    return fields


def _each(
    world: "World",
    by: str,
    queue: Queue,
    entries: list[dict[str, Any]],
    run: Callable[[dict[str, Any]], Any],
) -> BatchAnswer:
    successful: list[tuple[str, Any]] = []
    failed: list[Failure] = []
    for entry in entries:
        try:
            successful.append((entry["id"], run(entry)))
        except Refused as refusal:
            failed.append(Failure(entry["id"], refusal.reason, refusal.details))
            world.record(
                BatchEntryRefused(
                    world.now_ms,
                    world.cause,
                    refusal.reason,
                    queue.name,
                    by,
                    entry["id"],
                    refusal.details,
                )
            )
    return BatchAnswer(tuple(successful), tuple(failed))


def send_message_batch(world: "World", by: str, *, queue: str, entries: Entries) -> BatchAnswer:
    """SendMessageBatch: entries with `id`, `message_body` and what else SendMessage takes; 1 MiB in all.

    Raises:
        Refused: queue-not-found, the refusals of a batch, batch-too-long; and on a FIFO queue an entry without
            group or deduplication id refuses them all (recorded).
    """
    target = queue_named(world, queue)
    read = _read(entries, _SEND, "SendMessageBatchRequestEntry")
    sent = sum(_size(entry) for entry in read)
    if sent > BATCH_SIZE_MAX_BYTES:
        raise Refused("batch-too-long", max=BATCH_SIZE_MAX_BYTES, sent=sent)
    if target.fifo is not None:
        check_rate(world, target.fifo, target.fifo.sends)
        for entry in read:
            if "message_group_id" not in entry:
                raise Refused("batch-message-group-missing")
            if "message_deduplication_id" not in entry and not target.fifo.content_based:
                raise Refused("deduplication-id-missing")

    def run(entry: dict[str, Any]) -> Any:
        return send(
            world,
            target,
            by,
            entry["message_body"],
            entry.get("delay_seconds"),
            entry.get("message_attributes"),
            entry.get("message_system_attributes"),
            entry.get("message_group_id"),
            entry.get("message_deduplication_id"),
        )

    return _each(world, by, target, read, run)


def _size(entry: dict[str, Any]) -> int:
    size = size_of_text(entry["message_body"])
    try:
        return size + size_of_attributes(read_attributes(entry.get("message_attributes", ())))
    except Refused:
        return size  # this entry will fail by itself


def delete_message_batch(world: "World", by: str, *, queue: str, entries: Entries) -> BatchAnswer:
    """DeleteMessageBatch: entries with `id` and `receipt_handle`.

    Raises:
        Refused: queue-not-found, the refusals of a batch, fifo-throughput-exceeded.
    """
    target = queue_named(world, queue)
    read = _read(entries, _DELETE, "DeleteMessageBatchRequestEntry")
    if target.fifo is not None:
        check_rate(world, target.fifo, target.fifo.deletes)
    return _each(
        world, by, target, read, lambda entry: delete(world, target, entry["receipt_handle"])
    )


def change_message_visibility_batch(
    world: "World", by: str, *, queue: str, entries: Entries
) -> BatchAnswer:
    """ChangeMessageVisibilityBatch: entries with `id`, `receipt_handle` and `visibility_timeout` (seconds).

    Raises:
        Refused: queue-not-found, the refusals of a batch, fifo-throughput-exceeded.
    """
    target = queue_named(world, queue)
    read = _read(entries, _CHANGE, "ChangeMessageVisibilityBatchRequestEntry")
    if target.fifo is not None:
        check_rate(world, target.fifo, target.fifo.changes)

    def run(entry: dict[str, Any]) -> None:
        change_visibility(world, target, entry["receipt_handle"], entry["visibility_timeout"])

    return _each(world, by, target, read, run)
