"""What a standard queue leaves to chance: duplicates, order, and what a short poll sees."""

from typing import Any

import pytest

from studyapp.engine.sqs.events import DeleteIgnored, MessagesReceived
from tests.engine.sqs.desk import Desk


def lucky(seed: int, *bodies: str, **chances: int) -> Desk:
    desk = Desk(seed=seed)
    desk.world.call("sim.SetQueueChances", "app", queue="orders", **chances)
    for body in bodies:
        desk.send(body)
    return desk


def handled(desk: Desk) -> str:
    """What one consumer handles that deletes everything it receives."""
    order = ""
    for _ in range(20):
        receipts = desk.receive()
        if not receipts:
            return order
        order += desk.state().messages[receipts[0].message_id].body
        desk.delete(receipts[0])
    return order


def test_without_chances_everything_comes_once_and_in_order() -> None:
    for seed in range(20):
        desk = Desk(seed=seed)
        for body in "ABC":
            desk.send(body)
        assert handled(desk) == "ABC"


def test_some_seed_gives_b_a_c_a() -> None:
    found = {
        handled(lucky(seed, *"ABC", duplicate_per_mille=300, reorder_per_mille=300))
        for seed in range(300)
    }
    assert "BACA" in found
    assert "ABC" in found


def test_the_same_seed_gives_the_same_run() -> None:
    texts = []
    for _ in range(2):
        desk = lucky(7, *"ABCDEF", duplicate_per_mille=300, reorder_per_mille=300)
        handled(desk)
        desk.check()
        texts.append(desk.world.written())
    assert texts[0] == texts[1]


def test_a_copy_stays_receivable_although_the_message_was_deleted() -> None:
    desk = lucky(0, "A", duplicate_per_mille=1000)
    (receipt,) = desk.receive()
    answer = desk.last(MessagesReceived)
    assert (answer.reason, receipt.copy_stays) == ("copy-stays", True)
    desk.delete(receipt)
    assert desk.last(DeleteIgnored).reason == "copy-remains"
    assert desk.counts() == (1, 0, 0)
    desk.world.call("sim.SetQueueChances", "app", queue="orders")
    (again,) = desk.receive()
    assert (again.message_id, again.receive_count) == (receipt.message_id, 2)
    desk.delete(again)
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_reordering_says_so_and_loses_nothing() -> None:
    desk = lucky(3, *"ABCDEFGHIJKLMNOPQRST", reorder_per_mille=1000)
    received = desk.bodies(10)
    assert received != sorted(received)
    assert desk.last(MessagesReceived).reason == "out-of-order"
    assert sorted(received + desk.bodies(10)) == list("ABCDEFGHIJKLMNOPQRST")
    desk.check()


def test_both_reasons_can_meet() -> None:
    desk = lucky(3, *"AB", reorder_per_mille=1000, duplicate_per_mille=1000)
    desk.receive()
    assert desk.last(MessagesReceived).reason == "out-of-order-and-copy-stays"


def test_a_short_poll_may_miss_messages_that_a_long_poll_finds() -> None:
    short = long = 0
    for seed in range(200):
        desk = lucky(seed, "A", sampled_nodes=1, storage_nodes=4)
        if desk.receive(visibility_timeout=0):
            short += 1
        else:
            assert desk.world.log[-1].reason == "nodes-without-messages"
        long += len(desk.receive(wait_time_seconds=1))
    assert 25 <= short <= 75
    assert long == 200


def test_short_polls_find_everything_in_the_end() -> None:
    desk = lucky(5, *[str(number) for number in range(30)], sampled_nodes=2, storage_nodes=8)
    found = []
    for _ in range(100):
        found += desk.bodies(10)
    assert sorted(found, key=int) == [str(number) for number in range(30)]
    desk.check()


def test_sampling_keeps_the_order_of_fifo_groups() -> None:
    missed = 0
    for seed in range(60):
        desk = Desk("orders.fifo", seed=seed)
        for number in range(4):
            desk.fifo(f"a{number}", "a")
            desk.fifo(f"b{number}", "b")
        desk.world.call(
            "sim.SetQueueChances", "app", queue="orders.fifo", sampled_nodes=1, storage_nodes=2
        )
        bodies = desk.bodies()
        missed += len(bodies) < 8
        for group in "ab":
            mine = [body for body in bodies if body[0] == group]
            assert mine == [f"{group}{number}" for number in range(len(mine))]
    assert missed > 30


def test_dead_letters_move_under_chances_too() -> None:
    desk = Desk("dead", seed=2)
    desk.name = "orders"
    policy = (
        '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 2}'
    )
    desk.create("orders", RedrivePolicy=policy, VisibilityTimeout="1")
    desk.world.call(
        "sim.SetQueueChances",
        "app",
        queue="orders",
        duplicate_per_mille=200,
        reorder_per_mille=500,
        sampled_nodes=1,
        storage_nodes=2,
    )
    for number in range(10):
        desk.send(str(number))
    for second in range(1, 60):
        desk.receive(10)
        desk.at(second)
    assert len(desk.state("dead").messages) == 10
    desk.check()


@pytest.mark.parametrize(
    ("queue", "chances"),
    [
        ("orders", {"duplicate_per_mille": -1}),
        ("orders", {"duplicate_per_mille": 1001}),
        ("orders", {"reorder_per_mille": 1001}),
        ("orders", {"sampled_nodes": 0}),
        ("orders", {"sampled_nodes": 2}),
        ("orders", {"sampled_nodes": 3, "storage_nodes": 2}),
        ("orders", {"storage_nodes": 101}),
        ("orders", {"storage_nodes": 0}),
        ("orders.fifo", {"duplicate_per_mille": 1}),
        ("orders.fifo", {"reorder_per_mille": 1}),
    ],
)
def test_chances_that_are_refused(queue: str, chances: dict[str, Any]) -> None:
    desk = Desk(queue)
    with pytest.raises(Exception, match="queue-chances-wrong"):
        desk.world.call("sim.SetQueueChances", "app", queue=queue, **chances)


def test_a_copy_that_stays_goes_to_the_next_waiting_poll() -> None:
    desk = lucky(0, duplicate_per_mille=1000)
    desk.poll("ann")
    desk.poll("bob")
    desk.send("A")
    assert [len(desk.answers(name)[0].receipts) for name in ("ann", "bob")] == [1, 1]
    desk.check()
