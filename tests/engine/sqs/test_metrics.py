"""What CloudWatch would show for a queue."""

from studyapp.engine.sqs.metrics import QueueMetrics, metrics
from tests.engine.sqs.desk import Desk


def shown(desk: Desk, queue: str | None = None) -> QueueMetrics:
    return metrics(desk.world, desk.state(queue))


def test_an_empty_queue_shows_nothing() -> None:
    assert shown(Desk()) == (0,) * 11


def test_messages_are_visible_in_flight_or_delayed() -> None:
    desk = Desk()
    for _ in range(4):
        desk.send("12345")
    desk.send(delay_seconds=60)
    desk.receive(3)
    assert shown(desk)[:3] == (1, 3, 1)
    assert (shown(desk).sent, shown(desk).sent_bytes, shown(desk).received) == (5, 21, 3)
    attributes = dict(desk.call("GetQueueAttributes", queue="orders", attribute_names=["All"]))
    assert attributes["ApproximateNumberOfMessages"] == "1"
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "3"
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_the_age_of_the_oldest_message_goes_on_while_it_is_in_flight() -> None:
    desk = Desk()
    desk.send("old")
    desk.at(5)
    desk.send("young")
    (old,) = desk.receive()
    desk.at(12)
    assert shown(desk).age_of_oldest_ms == 12_000
    desk.delete(old)
    assert shown(desk).age_of_oldest_ms == 7_000


def test_a_message_received_three_times_does_not_count_as_the_oldest() -> None:
    desk = Desk(VisibilityTimeout="1")
    desk.send("poison")
    for second in (1, 2):
        desk.receive()
        desk.at(second)
    desk.send("young")
    assert shown(desk).age_of_oldest_ms == 2_000
    desk.receive()
    desk.at(10)
    assert shown(desk).age_of_oldest_ms == 8_000


def test_a_dead_letter_ages_from_its_move() -> None:
    desk = Desk("dead")
    desk.name = "orders"
    policy = (
        '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 1}'
    )
    desk.create("orders", RedrivePolicy=policy)
    desk.send()
    desk.receive()
    desk.at(100)
    desk.receive()
    desk.at(130)
    assert shown(desk, "dead").age_of_oldest_ms == 30_000
    assert shown(desk, "dead").sent == 0, "a move does not count as sent"


def test_calls_are_counted() -> None:
    desk = Desk("orders.fifo")
    desk.fifo("a", "g1")
    desk.fifo("a", "g1")
    desk.fifo("b", "g2")
    first, second = desk.receive(), desk.receive()
    assert shown(desk).groups_in_flight == 2
    desk.receive()
    desk.delete(first[0])
    desk.delete(first[0])
    assert shown(desk).groups_in_flight == 1
    assert (shown(desk).deduplicated, shown(desk).empty_receives) == (1, 1)
    assert shown(desk).deleted == 2, "repeated deletions count too"
    assert len(second) == 1


def test_many_messages_leave_nothing_behind() -> None:
    desk = Desk()
    stuck = desk.send("stuck", delay_seconds=900)
    for _ in range(500):
        desk.send()
        desk.delete(desk.receive()[0])
    assert stuck.message_id in desk.state().messages
    ages, line = desk.state().ages, desk.state().line
    assert len(ages.stored) < 50
    assert len(ages.counted) < 50
    assert len(line.fresh) + len(line.returned) < 50  # type: ignore[union-attr]
    desk.check()
