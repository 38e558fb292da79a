"""How a consumer deletes: rightly, in batch, with the wrong handle, or not at all."""

from tests.engine.actors.stage import Stage


def test_a_handled_message_is_deleted_and_never_seen_again():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a")
    stage.at(60)
    assert stage.told("HandlingFinished") == [("a", "A", 1.0)]
    assert stage.times("MessageDeleted") == [1.0]
    stage.check()


def test_a_delete_with_the_message_id_is_refused_and_the_work_happens_again_and_again():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", delete_with="message-id")
    stage.at(35)
    refused = stage.all("CallRefused")
    assert {(each.action, each.reason) for each in refused} == {
        ("sqs.DeleteMessage", "receipt-handle-wrong")
    }
    assert stage.times("HandlingFinished") == [1.0, 11.0, 21.0, 31.0]
    assert stage.bodies() == ["A"]
    stage.check()


def test_a_consumer_that_forgets_to_delete_gets_its_messages_again():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", deletes=False)
    stage.at(25)
    assert stage.times("HandlingFinished") == [1.0, 11.0, 21.0]
    assert not stage.calls("sqs.DeleteMessage", "a")


def test_a_batch_is_received_in_one_call_and_handled_one_after_the_other():
    stage = Stage()
    stage.send("A", "B", "C")
    stage.add("a", batch_size=10)
    stage.at(10)
    assert stage.told("HandlingFinished") == [("a", "A", 1.0), ("a", "B", 2.0), ("a", "C", 3.0)]
    assert stage.times("MessageDeleted") == [1.0, 2.0, 3.0]
    assert len([each for each in stage.all("MessagesReceived") if each.receipts]) == 1
    stage.check()


def test_deletes_in_batch_are_one_call_after_the_last_message():
    stage = Stage()
    stage.send("A", "bad", "C")
    stage.add("a", batch_size=10, deletes_in_batch=True, fails_on=["bad"])
    stage.at(10)
    assert stage.times("MessageDeleted") == [3.0, 3.0]
    assert len(stage.calls("sqs.DeleteMessageBatch", "a")) == 1
    assert stage.bodies() == ["bad"]
    stage.at(40)
    assert len(stage.calls("sqs.DeleteMessageBatch", "a")) == 1
    stage.check()


def test_a_batch_deleted_with_message_ids_fails_entry_by_entry():
    stage = Stage(timeout=10)
    stage.send("A", "B")
    stage.add("a", batch_size=2, deletes_in_batch=True, delete_with="message-id")
    stage.at(5)
    assert [each.reason for each in stage.all("BatchEntryRefused")] == ["receipt-handle-wrong"] * 2
    assert stage.bodies() == ["A", "B"]


def test_consumers_of_a_fifo_queue_keep_the_order_of_each_group():
    stage = Stage()
    stage.queue("orders.fifo")
    stage.fifo("A1", "A2", "A3", group="a")
    stage.fifo("B1", "B2", group="b")
    stage.add("a", queue="orders.fifo", handling_ms=2_000)
    stage.add("b", queue="orders.fifo", handling_ms=1_500)
    stage.at(20)
    for group in ("A", "B"):
        started = [each[1:] for each in stage.told("HandlingStarted") if each[1][0] == group]
        finished = [each[1:] for each in stage.told("HandlingFinished") if each[1][0] == group]
        assert [body for body, _ in started] == sorted(body for body, _ in started)
        for (_, ended), (_, began) in zip(finished, started[1:], strict=False):
            assert began >= ended
    assert stage.bodies("orders.fifo") == []
    stage.check()
