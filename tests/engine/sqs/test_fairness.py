"""Fair queues: a group id on a standard queue names a tenant, and no tenant waits behind another's backlog."""

from tests.engine.sqs.desk import Desk


def send(desk: Desk, tenant: str, count: int) -> None:
    for number in range(count):
        desk.send(f"{tenant}{number}", message_group_id=tenant)


def test_a_quiet_tenant_does_not_wait_behind_a_backlog() -> None:
    desk = Desk()
    send(desk, "noisy", 1000)
    desk.receive(10)
    send(desk, "quiet", 1)
    assert desk.bodies(1) == ["quiet0"]
    desk.check()


def test_one_consumer_after_the_other_serves_the_tenants_in_turn() -> None:
    desk = Desk()
    send(desk, "a", 3)
    send(desk, "b", 2)
    order = []
    for _ in range(5):
        (receipt,) = desk.receive()
        order.append(desk.state().messages[receipt.message_id].body)
        desk.delete(receipt)
    assert order == ["a0", "b0", "a1", "b1", "a2"]
    desk.check()


def test_the_tenant_with_fewer_messages_in_flight_comes_first() -> None:
    desk = Desk()
    send(desk, "noisy", 20)
    desk.receive(8)
    send(desk, "quiet", 3)
    assert [desk.bodies(1)[0] for _ in range(4)] == ["quiet0", "quiet1", "quiet2", "noisy8"]


def test_a_batch_takes_one_message_from_each_tenant_in_turn() -> None:
    desk = Desk()
    send(desk, "a", 5)
    send(desk, "b", 2)
    send(desk, "c", 1)
    assert desk.bodies(7) == ["a0", "b0", "c0", "a1", "b1", "a2", "a3"]


def test_messages_of_a_tenant_run_in_parallel() -> None:
    desk = Desk()
    send(desk, "a", 3)
    assert [desk.bodies(1) for _ in range(3)] == [["a0"], ["a1"], ["a2"]]


def test_messages_without_a_group_are_one_tenant_more() -> None:
    desk = Desk()
    for number in range(5):
        desk.send(f"plain{number}")
    (early,) = desk.receive()
    send(desk, "a", 2)
    assert desk.bodies(2) == ["a0", "plain1"]
    desk.delete(early)
    desk.send("delayed", message_group_id="late", delay_seconds=5)
    desk.send("goes", message_group_id="gone", delay_seconds=5)
    desk.at(30)
    assert len(desk.bodies(10)) == 8
    desk.check()


def test_a_tenant_without_messages_is_forgotten() -> None:
    desk = Desk(MessageRetentionPeriod="60")
    send(desk, "a", 3)
    desk.send("delayed", message_group_id="late", delay_seconds=500)
    for receipt in desk.receive(2):
        desk.delete(receipt)
    desk.at(60)
    line = desk.state().line
    assert line.tenants == {}  # type: ignore[union-attr]
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_messages_that_came_back_no_longer_count_as_in_flight() -> None:
    desk = Desk()
    send(desk, "a", 4)
    desk.receive(4, visibility_timeout=5)
    desk.at(5)
    send(desk, "b", 2)
    assert desk.bodies(1) == ["b0"]
    assert desk.bodies(1) == ["a0"]
