"""The visibility timeout and what a receipt handle is good for."""

import pytest

from studyapp.engine.sqs import receiving
from studyapp.engine.sqs.events import (
    DeleteIgnored,
    MessageDeleted,
    MessageVisible,
    VisibilityChanged,
)
from tests.engine.sqs.desk import Desk


def test_a_received_message_is_hidden_for_thirty_seconds() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    assert receipt.hidden_until_ms == 30_000
    desk.at(29.999)
    assert desk.receive() == []
    desk.at(30)
    (again,) = desk.receive()
    assert (again.message_id, again.receive_count) == (receipt.message_id, 2)
    assert again.receipt_handle != receipt.receipt_handle
    desk.check()


@pytest.mark.parametrize(
    ("queue", "call", "seconds"), [(5, None, 5), (5, 7, 7), (30, 43_200, 43_200)]
)
def test_the_timeout_of_a_receive_beats_that_of_the_queue(
    queue: int, call: int | None, seconds: int
) -> None:
    desk = Desk(VisibilityTimeout=str(queue))
    desk.send()
    desk.receive(visibility_timeout=call)
    desk.at(seconds - 0.001)
    assert desk.counts() == (0, 1, 0)
    desk.at(seconds)
    assert desk.counts() == (1, 0, 0)


def test_the_timeout_of_one_receive_does_not_hold_for_the_next() -> None:
    desk = Desk()
    desk.send()
    desk.receive(visibility_timeout=5)
    desk.at(5)
    assert desk.receive()[0].hidden_until_ms == 35_000


def test_a_new_timeout_of_the_queue_holds_for_later_receives_only() -> None:
    desk = Desk()
    desk.send()
    desk.receive()
    desk.call("SetQueueAttributes", queue="orders", attributes={"VisibilityTimeout": "5"})
    desk.at(29.999)
    assert desk.counts() == (0, 1, 0)
    desk.at(30)
    assert desk.receive()[0].hidden_until_ms == 35_000


def test_a_message_received_with_timeout_zero_stays_visible() -> None:
    desk = Desk()
    desk.send()
    (first,) = desk.receive(visibility_timeout=0)
    (second,) = desk.receive(visibility_timeout=0)
    assert (first.receive_count, second.receive_count) == (1, 2)
    desk.delete(second)
    assert desk.counts() == (0, 0, 0)
    desk.check()


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"max_number_of_messages": 0}, "receive-count-max-out-of-range"),
        ({"max_number_of_messages": 11}, "receive-count-max-out-of-range"),
        ({"visibility_timeout": -1}, "visibility-timeout-out-of-range"),
        ({"visibility_timeout": 43_201}, "visibility-timeout-out-of-range"),
        ({"wait_time_seconds": -1}, "wait-out-of-range"),
        ({"wait_time_seconds": 21}, "wait-out-of-range"),
        ({"receive_request_attempt_id": "a"}, "attempt-id-not-for-standard"),
        ({"receive_request_attempt_id": "a b"}, "attempt-id-wrong"),
    ],
)
def test_receive_refuses_what_is_out_of_range(parameters: dict[str, object], reason: str) -> None:
    assert Desk().refused("ReceiveMessage", queue="orders", **parameters) == reason


def test_a_deleted_message_never_comes_back_and_deleting_again_is_fine() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    desk.delete(receipt)
    desk.delete(receipt)
    assert len(desk.all(MessageDeleted)) == 1
    assert desk.last(DeleteIgnored).reason == "deleted-before"
    desk.at(40_000)
    assert desk.receive() == []
    desk.check()


def test_an_old_handle_of_a_standard_queue_deletes_while_nobody_else_received_the_message() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    desk.at(30)
    desk.delete(receipt)
    assert desk.last(MessageDeleted).reason == "visible-again"
    assert desk.receive() == []
    desk.check()


def test_an_old_handle_of_a_standard_queue_does_nothing_after_the_next_receive() -> None:
    desk = Desk()
    desk.send()
    (old,) = desk.receive()
    desk.at(30)
    (new,) = desk.receive()
    desk.delete(old)
    assert desk.last(DeleteIgnored).reason == "received-again"
    assert desk.counts() == (0, 1, 0)
    desk.delete(new)
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_an_expired_handle_of_a_fifo_queue_is_refused() -> None:
    desk = Desk("orders.fifo")
    desk.fifo("a")
    (old,) = desk.receive()
    desk.at(30)
    given = {"queue": "orders.fifo", "receipt_handle": old.receipt_handle}
    assert desk.refused("DeleteMessage", **given) == "receipt-handle-expired"
    (new,) = desk.receive()
    assert desk.refused("DeleteMessage", **given) == "receipt-handle-expired"
    change = {**given, "visibility_timeout": 5}
    assert desk.refused("ChangeMessageVisibility", **change) == "receipt-handle-expired"
    desk.delete(new)
    desk.delete(new)


def test_extending_keeps_the_handle_of_a_fifo_queue_good() -> None:
    desk = Desk("orders.fifo")
    desk.fifo("a")
    (receipt,) = desk.receive()
    desk.at(29)
    desk.change(receipt, 60)
    desk.at(88)
    desk.delete(receipt)
    assert desk.counts() == (0, 0, 0)


@pytest.mark.parametrize(
    "handle", ["garbage", "", "m3-r4", "m-r", "m3-r" + "9" * 400, "m٣-r٤", "m3-r99999", "x" * 2000]
)
def test_a_handle_that_was_never_given_out_is_refused(handle: str) -> None:
    desk = Desk()
    desk.send()
    desk.receive()
    given = {"queue": "orders", "receipt_handle": handle}
    assert desk.refused("DeleteMessage", **given) == "receipt-handle-wrong"
    change = {**given, "visibility_timeout": 5}
    assert desk.refused("ChangeMessageVisibility", **change) == "receipt-handle-wrong"


def test_a_handle_is_good_for_its_own_queue_only() -> None:
    desk = Desk()
    desk.create("other")
    desk.send()
    (receipt,) = desk.receive()
    given = {"queue": "other", "receipt_handle": receipt.receipt_handle}
    assert desk.refused("DeleteMessage", **given) == "receipt-handle-wrong"


def test_change_message_visibility_counts_from_the_call() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    desk.at(20)
    desk.change(receipt, 60)
    assert desk.last(VisibilityChanged).hidden_until_ms == 80_000
    desk.at(79.999)
    assert desk.counts() == (0, 1, 0)
    desk.at(80)
    assert desk.counts() == (1, 0, 0)
    desk.check()


def test_change_message_visibility_can_shorten() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    desk.change(receipt, 1)
    desk.at(1)
    assert desk.counts() == (1, 0, 0)
    desk.at(60)
    assert len(desk.all(MessageVisible)) == 1


def test_zero_gives_the_message_back_at_once() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    desk.change(receipt, 0)
    assert desk.last(MessageVisible).reason == "visibility-set-to-zero"
    assert len(desk.receive()) == 1
    desk.check()


@pytest.mark.parametrize("seconds", [-1, 43_201])
def test_change_message_visibility_out_of_range(seconds: int) -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    given = {"receipt_handle": receipt.receipt_handle, "visibility_timeout": seconds}
    reason = desk.refused("ChangeMessageVisibility", queue="orders", **given)
    assert reason == "visibility-timeout-out-of-range"


def test_no_message_is_hidden_longer_than_twelve_hours_after_its_receive() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive(visibility_timeout=43_200)
    desk.at(10)
    given = {"queue": "orders", "receipt_handle": receipt.receipt_handle}
    too_long = {**given, "visibility_timeout": 43_191}
    assert desk.refused("ChangeMessageVisibility", **too_long) == "visibility-beyond-twelve-hours"
    desk.change(receipt, 43_190)
    desk.at(43_200)
    (again,) = desk.receive()
    desk.change(again, 43_200)
    desk.check()


def test_a_standard_message_whose_timeout_ended_can_be_hidden_again() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    desk.at(31)
    desk.change(receipt, 10)
    assert desk.last(VisibilityChanged).reason == "hidden-again"
    assert desk.counts() == (0, 1, 0)
    desk.at(41)
    desk.change(receipt, 0)
    assert desk.counts() == (1, 0, 0)
    desk.check()


def test_visibility_of_a_deleted_message_cannot_be_changed() -> None:
    desk = Desk()
    desk.send()
    (receipt,) = desk.receive()
    desk.delete(receipt)
    given = {"receipt_handle": receipt.receipt_handle, "visibility_timeout": 5}
    reason = desk.refused("ChangeMessageVisibility", queue="orders", **given)
    assert reason == "message-not-available"


def test_an_older_receipt_has_no_message_in_flight() -> None:
    desk = Desk()
    desk.send()
    (old,) = desk.receive()
    desk.at(30)
    desk.receive()
    given = {"receipt_handle": old.receipt_handle, "visibility_timeout": 5}
    reason = desk.refused("ChangeMessageVisibility", queue="orders", **given)
    assert reason == "message-not-in-flight"


def test_a_message_received_three_times_goes_to_the_back() -> None:
    desk = Desk(VisibilityTimeout="1")
    desk.send("poison")
    desk.send("b")
    desk.send("c")
    for second in (1, 2):
        assert desk.bodies(1) == ["poison"]
        desk.at(second)
    assert desk.bodies(1) == ["poison"]
    desk.at(3)
    assert desk.bodies() == ["b", "c", "poison"]
    desk.check()


def test_returned_messages_keep_their_place() -> None:
    desk = Desk(VisibilityTimeout="10")
    for body in "abcdef":
        desk.send(body)
    assert desk.bodies(3) == ["a", "b", "c"]
    desk.at(10)
    assert desk.bodies(4) == ["a", "b", "c", "d"]
    desk.check()


def test_a_standard_queue_at_its_in_flight_limit_refuses_short_polls_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "IN_FLIGHT_MAX_STANDARD", 3)
    desk = Desk()
    for body in "abcde":
        desk.send(body)
    receipts = desk.receive(10)
    assert len(receipts) == 3
    assert desk.refused("ReceiveMessage", queue="orders") == "in-flight-limit-reached"
    desk.poll()
    desk.delete(receipts[0])
    assert [len(each.receipts) for each in desk.answers()] == [3, 1]


def test_a_fifo_queue_at_its_in_flight_limit_answers_with_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "IN_FLIGHT_MAX_FIFO", 2)
    desk = Desk("orders.fifo")
    for body in "abc":
        desk.fifo(body, group=body)
    assert len(desk.receive(10)) == 2
    assert desk.receive() == []
    assert desk.world.log[-1].reason == "in-flight-limit"
