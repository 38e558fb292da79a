"""Batches: up to ten entries, each with its own fate."""

from typing import Any

import pytest

from studyapp.engine.sqs.events import BatchEntryRefused, MessageSent
from tests.engine.sqs.desk import Desk


def entries(*ids: str, body: str = "x", **more: Any) -> list[dict[str, Any]]:
    return [{"id": each, "message_body": body, **more} for each in ids]


def test_a_batch_stores_its_messages_in_order() -> None:
    desk = Desk()
    given = [{"id": str(n), "message_body": str(n), "delay_seconds": n // 9} for n in range(10)]
    answer = desk.call("SendMessageBatch", queue="orders", entries=given)
    assert [entry_id for entry_id, _ in answer.successful] == [str(n) for n in range(10)]
    assert all(isinstance(sent, MessageSent) for _, sent in answer.successful)
    assert desk.bodies() == [str(n) for n in range(9)]
    desk.check()


def test_one_failure_does_not_fail_the_others() -> None:
    desk = Desk()
    given = [*entries("good"), *entries("bad", delay_seconds=901), *entries("fine")]
    answer = desk.call("SendMessageBatch", queue="orders", entries=given)
    assert [entry_id for entry_id, _ in answer.successful] == ["good", "fine"]
    assert answer.failed == (("bad", "delay-out-of-range", (("value", 901),)),)
    refused = desk.last(BatchEntryRefused)
    assert (refused.entry_id, refused.reason) == ("bad", "delay-out-of-range")
    desk.check()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([], "batch-empty"),
        (entries(*"abcdefghijk"), "batch-too-many-entries"),
        (entries("a", "b", "a"), "batch-ids-not-distinct"),
        (entries(""), "batch-id-wrong"),
        (entries("a b"), "batch-id-wrong"),
        (entries("a:b"), "batch-id-wrong"),
        (entries("i" * 81), "batch-id-wrong"),
        (entries("i" * 80), ""),
        (entries("A-z_9"), ""),
        ([{"message_body": "x"}], "batch-entry-malformed"),
        ([{"id": "a"}], "batch-entry-malformed"),
        ([{"id": 5, "message_body": "x"}], "batch-entry-malformed"),
        (entries("a", delay_seconds="5"), "batch-entry-malformed"),
        (entries("a", delay_seconds=True), "batch-entry-malformed"),
        (entries("a", message_attributes="x"), "batch-entry-malformed"),
        (entries("a", colour="red"), "batch-entry-malformed"),
        (entries("a", delay_seconds=None), ""),
    ],
)
def test_requests_that_are_refused_as_a_whole(given: list[Any], reason: str) -> None:
    desk = Desk()
    if reason:
        assert desk.refused("SendMessageBatch", queue="orders", entries=given) == reason
        assert desk.all(MessageSent) == []
    else:
        assert desk.call("SendMessageBatch", queue="orders", entries=given).failed == ()


def test_a_batch_may_hold_one_mebibyte_in_all() -> None:
    desk = Desk()
    half = 524_288
    fits = [*entries("a", body="x" * half), *entries("b", body="x" * half)]
    assert desk.call("SendMessageBatch", queue="orders", entries=fits).failed == ()
    too_long = [*fits, *entries("c")]
    assert desk.refused("SendMessageBatch", queue="orders", entries=too_long) == "batch-too-long"
    assert desk.world.log[-1].details == (("max", 1_048_576), ("sent", 1_048_577))
    note = {"a": {"data_type": "String", "string_value": "v"}}
    with_note = [*fits[:1], *entries("b", body="x" * half, message_attributes=note)]
    assert desk.refused("SendMessageBatch", queue="orders", entries=with_note) == "batch-too-long"


def test_a_message_too_long_for_the_queue_fails_alone() -> None:
    desk = Desk(MaximumMessageSize="1024")
    given = [*entries("a", body="x" * 1025), *entries("b")]
    answer = desk.call("SendMessageBatch", queue="orders", entries=given)
    assert [failure.reason for failure in answer.failed] == ["message-too-long"]


def test_a_wrong_attribute_fails_alone() -> None:
    desk = Desk()
    given = [*entries("a", message_attributes={"a": "b"}), *entries("b")]
    answer = desk.call("SendMessageBatch", queue="orders", entries=given)
    assert [failure.reason for failure in answer.failed] == ["message-attribute-malformed"]


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("message_group_id", "batch-message-group-missing"),
        ("message_deduplication_id", "deduplication-id-missing"),
    ],
)
def test_a_fifo_entry_without_its_ids_refuses_the_whole_batch(field: str, reason: str) -> None:
    desk = Desk("orders.fifo")
    good, bad = entries("a", "b", message_group_id="g")
    good["message_deduplication_id"] = bad["message_deduplication_id"] = "d"
    del bad[field]
    given = {"queue": "orders.fifo", "entries": [good, bad]}
    assert desk.refused("SendMessageBatch", **given) == reason


def test_duplicates_within_a_batch_are_stored_once() -> None:
    desk = Desk("orders.fifo", ContentBasedDeduplication="true")
    given = entries("a", "b", message_group_id="g")
    answer = desk.call("SendMessageBatch", queue="orders.fifo", entries=given)
    assert [sent.message_id for _, sent in answer.successful] == [
        answer.successful[0][1].message_id
    ] * 2
    assert desk.counts() == (1, 0, 0)


def test_deleting_and_changing_in_batches() -> None:
    desk = Desk()
    for body in "abc":
        desk.send(body)
    a, b, c = (receipt.receipt_handle for receipt in desk.receive(10))
    changes = [
        {"id": "1", "receipt_handle": a, "visibility_timeout": 0},
        {"id": "2", "receipt_handle": b, "visibility_timeout": 43_201},
        {"id": "3", "receipt_handle": "junk", "visibility_timeout": 5},
    ]
    answer = desk.call("ChangeMessageVisibilityBatch", queue="orders", entries=changes)
    assert [entry_id for entry_id, _ in answer.successful] == ["1"]
    assert [failure.reason for failure in answer.failed] == [
        "visibility-timeout-out-of-range",
        "receipt-handle-wrong",
    ]
    assert desk.counts() == (1, 2, 0)
    deletes = [{"id": str(n), "receipt_handle": each} for n, each in enumerate((b, c, "junk"))]
    answer = desk.call("DeleteMessageBatch", queue="orders", entries=deletes)
    assert len(answer.successful) == 2
    assert desk.counts() == (1, 0, 0)
    for action in ("DeleteMessageBatch", "ChangeMessageVisibilityBatch"):
        assert desk.refused(action, queue="orders", entries=[]) == "batch-empty"
    desk.check()
