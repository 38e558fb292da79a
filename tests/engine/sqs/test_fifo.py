"""FIFO queues: order within a group, deduplication, throughput, repeated receives."""

from typing import Any

import pytest

from studyapp.engine.limits import sqs as limits
from studyapp.engine.sqs import fifo, groups
from studyapp.engine.sqs.commands import accept
from studyapp.engine.sqs.events import MessagesReceived, Receipt, SendDeduplicated
from studyapp.engine.sqs.message import sequence_number
from tests.engine.sqs.desk import Desk


def queue(*bodies: str, **attributes: str) -> Desk:
    """A FIFO queue with these messages: 'a1' is message 1 of group 'a'."""
    desk = Desk("orders.fifo", **attributes)
    for body in bodies:
        desk.fifo(body, group=body[0])
    return desk


# Order and groups


def test_messages_of_a_group_come_in_the_order_of_sending_and_in_one_batch() -> None:
    desk = queue("a1", "a2", "a3")
    assert desk.bodies() == ["a1", "a2", "a3"]
    desk.check()


def test_a_batch_takes_what_it_can_from_one_group_before_the_next() -> None:
    desk = queue("a1", "b1", "a2", "b2", "a3")
    assert desk.bodies(4) == ["a1", "a2", "a3", "b1"]
    assert desk.bodies() == []


def test_a_group_is_closed_while_one_of_its_messages_is_in_flight() -> None:
    desk = queue("a1", "a2", "b1")
    (first,) = desk.receive()
    assert desk.bodies() == ["b1"]
    assert desk.bodies() == []
    assert desk.world.log[-1].reason == "groups-blocked"
    desk.delete(first)
    assert desk.bodies() == ["a2"]
    desk.check()


def test_a_new_message_does_not_reopen_a_group() -> None:
    desk = queue("a1")
    desk.receive()
    desk.fifo("a2", "a")
    assert desk.bodies() == []


def test_deleting_one_of_two_keeps_the_group_closed() -> None:
    desk = queue("a1", "a2", "a3")
    first, second = desk.receive(2)
    desk.delete(first)
    assert desk.bodies() == []
    desk.delete(second)
    assert desk.bodies() == ["a3"]


def test_deleting_the_second_first_keeps_the_group_closed_too() -> None:
    desk = queue("a1", "a2", "a3")
    first, second = desk.receive(2)
    desk.delete(second)
    assert desk.bodies() == []
    desk.change(first, 0)
    assert desk.bodies() == ["a1", "a3"]


@pytest.mark.parametrize(
    ("extended", "back"), [(0, []), (1, ["a1"]), (2, ["a1", "a2"])], ids=["1st", "2nd", "3rd"]
)
def test_after_the_timeout_messages_come_up_to_the_first_one_still_hidden(
    extended: int, back: list[str]
) -> None:
    desk = queue("a1", "a2", "a3", "a4")
    receipts = desk.receive(3)
    desk.change(receipts[extended], 600)
    desk.at(30)
    assert desk.bodies() == back
    desk.check()


def test_giving_back_frees_only_what_is_not_behind_a_hidden_message() -> None:
    desk = queue("a1", "a2", "a3")
    first, second, third = desk.receive(3)
    desk.change(second, 0)
    assert desk.bodies() == []
    desk.change(first, 0)
    assert desk.bodies() == ["a1", "a2"]


def test_order_is_that_of_sending_not_of_coming_back() -> None:
    desk = queue("a1", "a2")
    first, second = desk.receive(2)
    desk.change(second, 1)
    desk.change(first, 2)
    desk.at(2)
    assert desk.bodies() == ["a1", "a2"]


def test_a_message_that_comes_back_often_does_not_go_to_the_back() -> None:
    desk = queue("a1", "a2", VisibilityTimeout="1")
    for second in range(1, 8):
        assert desk.bodies(1) == ["a1"]
        desk.at(second)


def test_a_delayed_message_holds_back_those_behind_it() -> None:
    desk = queue("a1", DelaySeconds="60")
    desk.call("SetQueueAttributes", queue="orders.fifo", attributes={"DelaySeconds": "0"})
    desk.call("SetQueueAttributes", queue="orders.fifo", attributes={"DelaySeconds": "90"})
    desk.call("SetQueueAttributes", queue="orders.fifo", attributes={"DelaySeconds": "60"})
    assert desk.bodies() == []
    desk.at(60)
    assert desk.bodies() == ["a1"]


def test_a_new_delay_holds_for_messages_already_in_a_fifo_queue() -> None:
    desk = queue("a1", "a2", DelaySeconds="60")
    desk.at(10)
    desk.call("SetQueueAttributes", queue="orders.fifo", attributes={"DelaySeconds": "20"})
    desk.at(19.999)
    assert desk.counts() == (0, 0, 2)
    desk.at(20)
    assert desk.counts() == (2, 0, 0)
    desk.check()


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"message_deduplication_id": "d"}, "message-group-missing"),
        ({"message_group_id": "g"}, "deduplication-id-missing"),
        (
            {"message_group_id": "g", "message_deduplication_id": "d", "delay_seconds": 2},
            "delay-not-for-fifo",
        ),
        (
            {"message_group_id": "g", "message_deduplication_id": "d", "delay_seconds": 901},
            "delay-out-of-range",
        ),
    ],
)
def test_sends_that_a_fifo_queue_refuses(parameters: dict[str, Any], reason: str) -> None:
    desk = queue()
    given = {"queue": "orders.fifo", "message_body": "x", **parameters}
    assert desk.refused("SendMessage", **given) == reason


def test_a_delay_of_zero_means_the_delay_of_a_fifo_queue() -> None:
    desk = queue(DelaySeconds="10")
    desk.send("x", message_group_id="g", message_deduplication_id="d", delay_seconds=0)
    assert desk.counts() == (0, 0, 1)


def test_groups_behind_a_backlog_beyond_the_look_ahead_are_not_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(groups, "FIFO_LOOK_AHEAD_MESSAGES", 4)
    desk = queue("a1", "a2", "a3", "a4", "b1", "c1")
    first, second = desk.receive(2)
    assert desk.bodies() == []
    desk.delete(second)
    assert desk.bodies() == ["b1"], "b1 is now among the first four"
    desk.delete(first)
    assert desk.bodies() == ["a3", "a4", "c1"]
    desk.check()


def test_sequence_numbers_grow_in_twenty_digits() -> None:
    desk = queue("a1", "b1", "a2")
    numbers = [sequence_number(each.sequence) for each in desk.state().messages.values()]
    assert numbers == sorted(numbers)
    assert all(len(number) == 20 for number in numbers)


def test_a_group_whose_first_message_expired_stands_behind_older_groups() -> None:
    desk = queue("a1", MessageRetentionPeriod="60")
    for second, body in ((10, "b1"), (20, "a2")):
        desk.at(second)
        desk.fifo(body, body[0])
    desk.at(60)
    assert desk.bodies(1) == ["b1"]


# Deduplication


@pytest.mark.parametrize(("seconds", "kept"), [(0, 1), (299.999, 1), (300, 2)])
def test_a_deduplication_id_is_remembered_for_five_minutes(seconds: float, kept: int) -> None:
    desk = queue()
    first = desk.fifo("a", identity="d")
    desk.at(seconds)
    second = desk.fifo("b", identity="d")
    assert len(desk.state().messages) == kept
    assert (second is first) == (kept == 1)
    assert len(desk.all(SendDeduplicated)) == 2 - kept
    desk.check()


def test_five_minutes_count_from_the_first_send_not_from_the_duplicate() -> None:
    desk = queue()
    desk.fifo("a", identity="d")
    desk.at(200)
    desk.fifo("a", identity="d")
    desk.at(300)
    desk.fifo("a", identity="d")
    assert len(desk.state().messages) == 2


def test_a_deleted_message_is_remembered_too() -> None:
    desk = queue()
    desk.fifo("a", identity="d")
    desk.delete(desk.receive()[0])
    desk.fifo("a", identity="d")
    assert desk.counts() == (0, 0, 0)


def test_a_purge_forgets_the_deduplication_ids() -> None:
    desk = queue()
    desk.fifo("a", identity="d")
    desk.call("PurgeQueue", queue="orders.fifo")
    desk.fifo("a", identity="d")
    assert desk.counts() == (1, 0, 0)
    desk.check()


def test_content_based_deduplication_looks_at_the_body_only() -> None:
    desk = queue(ContentBasedDeduplication="true")
    note = {"a": {"data_type": "String", "string_value": "v"}}
    first = desk.send("x", message_group_id="g")
    assert desk.send("x", message_group_id="other", message_attributes=note) is first
    desk.send("y", message_group_id="g")
    assert first.deduplication_id == (
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    )
    assert len(desk.state().messages) == 2


def test_an_explicit_id_beats_the_content() -> None:
    desk = queue(ContentBasedDeduplication="true")
    desk.fifo("x", identity="1")
    desk.fifo("x", identity="2")
    assert len(desk.state().messages) == 2
    desk.fifo("other", identity="2")
    assert len(desk.state().messages) == 2


@pytest.mark.parametrize(("scope", "kept"), [("queue", 1), ("messageGroup", 2)])
def test_deduplication_is_for_the_queue_or_for_each_group(scope: str, kept: int) -> None:
    desk = queue(DeduplicationScope=scope)
    desk.fifo("x", "g1", "d")
    desk.fifo("x", "g2", "d")
    desk.fifo("x", "g2", "d")
    assert len(desk.state().messages) == kept


def test_memories_of_deduplication_are_dropped_when_they_are_old() -> None:
    desk = queue()
    for second in range(0, 3000, 10):
        desk.at(second)
        desk.fifo(str(second))
    assert len(fifo_state(desk).remembered) == len(fifo_state(desk).memories) == 30
    desk.check()


def fifo_state(desk: Desk) -> Any:
    return desk.state().fifo


def test_another_service_needs_a_group_as_well() -> None:
    desk = queue()
    with pytest.raises(Exception, match="message-group-missing"):
        accept(desk.world, desk.state(), "x")
    stored = accept(desk.world, desk.state(), "x", group="g", deduplication_id="d")
    assert accept(desk.world, desk.state(), "x", group="g", deduplication_id="d") is stored


# Throughput


def test_three_hundred_sends_a_second_and_no_more() -> None:
    desk = queue()
    for number in range(300):
        desk.fifo(str(number), group=str(number))
    given = {"queue": "orders.fifo", "message_body": "x", "message_group_id": "g"}
    again = {**given, "message_deduplication_id": "new"}
    assert desk.refused("SendMessage", **again) == "fifo-throughput-exceeded"
    assert len(desk.receive(10)) == 10, "each action has its own limit"
    desk.at(1)
    desk.call("SendMessage", **again)
    desk.check()


def test_a_batch_is_one_call() -> None:
    desk = queue()
    for call in range(300):
        entries = [
            {
                "id": str(place),
                "message_body": "x",
                "message_group_id": "g",
                "message_deduplication_id": f"{call}-{place}",
            }
            for place in range(10)
        ]
        answer = desk.call("SendMessageBatch", queue="orders.fifo", entries=entries)
        assert len(answer.successful) == 10
    assert len(desk.state().messages) == 3000
    given = {"queue": "orders.fifo", "entries": entries}
    assert desk.refused("SendMessageBatch", **given) == "fifo-throughput-exceeded"


def test_receives_deletes_and_changes_are_limited_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fifo, "FIFO_CALLS_PER_SECOND", 2)
    desk = queue("a1", "b1")
    first, second = desk.receive()[0], desk.receive()[0]
    assert desk.refused("ReceiveMessage", queue="orders.fifo") == "fifo-throughput-exceeded"
    for _ in range(2):
        desk.change(second, 60)
        desk.delete(first)
    delete = {"queue": "orders.fifo", "receipt_handle": first.receipt_handle}
    assert desk.refused("DeleteMessage", **delete) == "fifo-throughput-exceeded"
    change = {**delete, "visibility_timeout": 5}
    assert desk.refused("ChangeMessageVisibility", **change) == "fifo-throughput-exceeded"
    desk.at(1)
    assert desk.receive() == []
    desk.check()


def test_a_standard_queue_has_no_such_limit() -> None:
    desk = Desk()
    for _ in range(400):
        desk.send()
    assert desk.counts() == (400, 0, 0)


def test_high_throughput_is_limited_by_group() -> None:
    desk = queue(DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    for number in range(limits.FIFO_GROUP_CALLS_PER_SECOND):
        desk.fifo(str(number), "busy")
        desk.fifo(str(number), f"other-{number}")
    given = {
        "queue": "orders.fifo",
        "message_body": "x",
        "message_group_id": "busy",
        "message_deduplication_id": "new",
    }
    assert desk.refused("SendMessage", **given) == "fifo-throughput-exceeded"
    desk.fifo("x", "quiet")
    desk.at(1)
    desk.call("SendMessage", **given)
    desk.check()


# ReceiveRequestAttemptId


def attempt(desk: Desk, name: str = "try", **parameters: Any) -> list[Receipt]:
    return desk.receive(2, receive_request_attempt_id=name, **parameters)


def test_a_repeated_attempt_gets_the_same_messages_and_handles_and_a_new_timeout() -> None:
    desk = queue("a1", "a2", "b1")
    before = attempt(desk)
    desk.at(20)
    after = attempt(desk)
    assert [each[:3] for each in after] == [each[:3] for each in before]
    assert desk.last(MessagesReceived).reason == "same-attempt"
    assert {each.hidden_until_ms for each in after} == {50_000}
    desk.at(49.999)
    assert desk.counts() == (1, 2, 0)
    desk.at(50)
    assert desk.counts() == (3, 0, 0)
    desk.check()


def test_another_attempt_is_another_receive() -> None:
    desk = queue("a1", "a2", "b1")
    attempt(desk)
    assert len(attempt(desk, "other")) == 1


@pytest.mark.parametrize("change", ["delete", "extend", "expire"])
def test_a_changed_message_makes_an_attempt_a_new_receive(change: str) -> None:
    desk = queue("a1", "a2", "b1")
    first, second = attempt(desk)
    if change == "delete":
        desk.delete(second)
    elif change == "extend":
        desk.change(second, 60)
    else:
        desk.at(30)
    again = attempt(desk)
    assert not {each.receipt_handle for each in again} & {first[1], second[1]}


def test_an_attempt_is_remembered_for_five_minutes() -> None:
    desk = queue("a1", "a2", "b1")
    before = attempt(desk, visibility_timeout=1000)
    desk.at(299.999)
    assert [each[1] for each in attempt(desk, visibility_timeout=1000)] == [
        each[1] for each in before
    ]
    desk.at(700)
    assert [each[1] for each in attempt(desk)] != [each[1] for each in before]
    desk.check()
