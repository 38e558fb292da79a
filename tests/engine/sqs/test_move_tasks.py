"""Message move tasks: out of the dead-letter queue, back to work."""

import json
from typing import Any

import pytest

from studyapp.engine.sqs import move_tasks
from studyapp.engine.sqs.events import MessageMoveTaskEnded, MessageRedriven
from tests.engine.sqs.desk import Desk

ARN = "arn:aws:sqs:us-east-1:123456789012:"


def full_of_dead_letters(count: int, sources: tuple[str, ...] = ("orders",)) -> Desk:
    """A dead-letter queue `dead` with so many messages from each source, at 1 second."""
    desk = Desk("dead")
    policy = json.dumps({"deadLetterTargetArn": ARN + "dead", "maxReceiveCount": 1})
    for source in sources:
        desk.create(source, RedrivePolicy=policy, VisibilityTimeout="1")
        for number in range(count):
            desk.send(f"{source}-{number}", queue=source)
        while desk.receive(10, queue=source):
            pass
    desk.at(1)
    for source in sources:
        assert desk.receive(10, queue=source) == []
        assert desk.counts(source) == (0, 0, 0)
    return desk


def start(desk: Desk, **parameters: Any) -> str:
    handle = desk.call("StartMessageMoveTask", source_arn=ARN + "dead", **parameters)
    assert isinstance(handle, str)
    return handle


def listed(desk: Desk, count: int = 1) -> Any:
    return desk.call("ListMessageMoveTasks", source_arn=ARN + "dead", max_results=count)


def test_messages_go_back_to_their_own_sources_as_new_messages() -> None:
    desk = full_of_dead_letters(2, ("orders", "letters"))
    old = set(desk.state("dead").messages)
    start(desk)
    desk.at(2)
    assert desk.counts("dead") == (0, 0, 0)
    for source in ("orders", "letters"):
        messages = desk.state(source).messages
        assert [message.body for message in messages.values()] == [f"{source}-0", f"{source}-1"]
        assert not old & set(messages)
        assert {message.receive_count for message in messages.values()} == {0}
        assert all(message.sent_ms > 1000 for message in messages.values())
    (task,) = listed(desk)
    assert (task.status, task.approximate_number_of_messages_moved) == ("COMPLETED", 4)
    assert (task.task_handle, task.destination_arn) == (None, None)
    desk.check()


def test_messages_can_go_to_another_queue() -> None:
    desk = full_of_dead_letters(3)
    desk.create("repair", DelaySeconds="60")
    start(desk, destination_arn=ARN + "repair")
    desk.at(2)
    assert desk.counts("repair") == (0, 0, 3), "they are new there, so its delay holds"
    assert listed(desk)[0].destination_arn == ARN + "repair"
    desk.check()


@pytest.mark.parametrize(("rate", "moved_after_two_seconds"), [(1, 2), (3, 6), (500, 20)])
def test_a_task_keeps_to_its_rate(rate: int, moved_after_two_seconds: int) -> None:
    desk = full_of_dead_letters(20)
    start(desk, max_number_of_messages_per_second=rate)
    desk.at(3)
    assert len(desk.all(MessageRedriven)) == moved_after_two_seconds
    desk.at(30)
    assert listed(desk)[0].status == "COMPLETED"
    desk.check()


def test_a_running_task_shows_its_handle_and_can_be_cancelled() -> None:
    desk = full_of_dead_letters(10)
    handle = start(desk, max_number_of_messages_per_second=1)
    (task,) = listed(desk)
    assert task == (
        "RUNNING",
        ARN + "dead",
        None,
        1,
        0,
        10,
        1000,
        None,
        handle,
    )
    desk.at(3)
    assert desk.call("CancelMessageMoveTask", task_handle=handle) == 2
    assert listed(desk)[0].status == "CANCELLING"
    refused = desk.refused("CancelMessageMoveTask", task_handle=handle)
    assert refused == "move-task-not-running"
    desk.at(60)
    assert (listed(desk)[0].status, desk.counts("dead")) == ("CANCELLED", (8, 0, 0))
    start(desk)
    desk.at(61)
    assert [task.status for task in listed(desk, 10)] == ["COMPLETED", "CANCELLED"]
    desk.check()


def test_only_one_task_runs_at_a_time_on_a_queue() -> None:
    desk = full_of_dead_letters(10)
    start(desk, max_number_of_messages_per_second=1)
    assert desk.refused("StartMessageMoveTask", source_arn=ARN + "dead") == "move-task-running"


def test_a_task_fails_when_its_destination_is_gone() -> None:
    desk = full_of_dead_letters(10)
    start(desk, max_number_of_messages_per_second=1)
    desk.at(4)
    desk.call("DeleteQueue", queue="orders")
    desk.at(10)
    (task,) = listed(desk)
    assert (task.status, task.failure_reason) == (
        "FAILED",
        "AWS.SimpleQueueService.NonExistentQueue",
    )
    assert task.approximate_number_of_messages_moved == 3
    desk.check()


def test_a_task_fails_on_a_message_that_came_from_no_queue() -> None:
    desk = full_of_dead_letters(0)
    desk.send("sent by hand", queue="dead")
    start(desk)
    desk.at(5)
    assert desk.last(MessageMoveTaskEnded).reason == "source-unknown"
    assert desk.counts("dead") == (1, 0, 0)


def test_a_task_fails_after_thirty_six_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(move_tasks, "MOVE_TASK_MAX_HOURS", 0)
    desk = full_of_dead_letters(1)
    start(desk)
    desk.at(5)
    assert desk.last(MessageMoveTaskEnded).reason == "too-long"


def test_messages_in_flight_stay_where_they_are() -> None:
    desk = full_of_dead_letters(3)
    desk.receive(queue="dead")
    start(desk)
    desk.at(5)
    assert desk.counts("dead") == (0, 1, 0)
    assert listed(desk)[0].approximate_number_of_messages_to_move == 2


def test_an_empty_task_completes() -> None:
    desk = full_of_dead_letters(0)
    start(desk)
    desk.at(1.001)
    assert listed(desk)[0].status == "COMPLETED"


def test_a_task_ends_with_its_queue() -> None:
    desk = full_of_dead_letters(3)
    start(desk)
    desk.call("DeleteQueue", queue="dead")
    desk.at(10)
    assert desk.all(MessageRedriven) == []
    desk.check()


def test_fifo_messages_keep_their_group_and_order() -> None:
    desk = Desk("dead.fifo")
    desk.name = "orders.fifo"
    policy = json.dumps({"deadLetterTargetArn": ARN + "dead.fifo", "maxReceiveCount": 1})
    desk.create("orders.fifo", RedrivePolicy=policy, VisibilityTimeout="1")
    for body in "abc":
        desk.fifo(body)
    desk.receive(10)
    desk.at(1)
    assert desk.receive(10) == []
    desk.call("StartMessageMoveTask", source_arn=ARN + "dead.fifo")
    desk.at(2)
    assert desk.bodies() == ["a", "b", "c"]
    desk.check()


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"source_arn": ARN + "nowhere"}, "move-source-not-found"),
        ({"source_arn": ARN + "orders"}, "move-source-not-dead-letter"),
        ({"destination_arn": ARN + "nowhere"}, "move-destination-not-found"),
        ({"destination_arn": ARN + "other.fifo"}, "move-destination-of-other-type"),
        ({"max_number_of_messages_per_second": 0}, "move-rate-out-of-range"),
        ({"max_number_of_messages_per_second": 501}, "move-rate-out-of-range"),
    ],
)
def test_tasks_that_are_refused(parameters: dict[str, Any], reason: str) -> None:
    desk = full_of_dead_letters(1)
    desk.create("other.fifo")
    given = {"source_arn": ARN + "dead", **parameters}
    assert desk.refused("StartMessageMoveTask", **given) == reason


def test_other_refusals_of_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = full_of_dead_letters(1)
    for count in (0, 11):
        given = {"source_arn": ARN + "dead", "max_results": count}
        assert desk.refused("ListMessageMoveTasks", **given) == "list-size-out-of-range"
    given = {"source_arn": ARN + "nowhere"}
    assert desk.refused("ListMessageMoveTasks", **given) == "move-source-not-found"
    for handle, reason in {"garbage": "task-handle-wrong", "t9": "move-task-not-found"}.items():
        assert desk.refused("CancelMessageMoveTask", task_handle=handle) == reason
    monkeypatch.setattr(move_tasks, "MOVE_TASKS_MAX_ACTIVE", 0)
    given = {"source_arn": ARN + "dead"}
    assert desk.refused("StartMessageMoveTask", **given) == "too-many-move-tasks"
