"""A consumer may send on what it has handled."""

from tests.engine.actors.stage import Stage


def test_a_handled_message_goes_on_before_it_is_deleted():
    stage = Stage()
    stage.queue("printed")
    stage.send("A")
    stage.add("a", forwards_to="queue:printed")
    stage.at(5)
    assert stage.bodies("printed") == ["A"]
    order = [type(each).__name__ for each in stage.world.log if each.at_ms == 1_000]
    assert order.index("MessageSent") < order.index("MessageDeleted")
    stage.check()


def test_the_message_group_goes_with_it():
    stage = Stage()
    stage.queue("orders.fifo")
    stage.queue("printed.fifo")
    stage.fifo("A", group="bus-7")
    stage.add("a", queue="orders.fifo", forwards_to="queue:printed.fifo")
    stage.at(5)
    assert [each.group for each in stage.all("MessageSent", queue="printed.fifo")] == ["bus-7"]


def test_what_cannot_go_on_is_handled_nevertheless():
    stage = Stage()
    stage.send("A")
    stage.add("a", forwards_to="queue:nowhere")
    stage.at(5)
    assert [each.reason for each in stage.all("CallRefused")] == ["queue-not-found"]
    assert stage.bodies() == []
    stage.check()


def test_it_may_be_published_to_a_topic():
    stage = Stage()
    stage.do("sns.CreateTopic", name="printed")
    stage.send("A")
    stage.add("a", forwards_to="topic:printed")
    stage.at(5)
    assert len(stage.all("Published", topic="printed")) == 1
    stage.check()
