"""A consumer that crashes before it deletes: the message comes back when the visibility timeout ends."""

from tests.engine.actors.stage import Stage


def test_a_crashed_consumer_gives_the_message_back_when_the_timeout_ends():
    stage = Stage(timeout=30)
    stage.add("a", handling_ms=20_000)
    stage.at(2)
    stage.send("A")
    stage.at(3)
    stage.add("b", handling_ms=1_000)
    stage.at(12)
    stage.do("sim.CrashActor", actor="a")
    stage.at(60)
    assert stage.times("MessageVisible") == [32.0]
    assert stage.told("HandlingStarted") == [("a", "A", 2.0), ("b", "A", 32.0)]
    assert stage.told("HandlingFinished") == [("b", "A", 33.0)]
    assert stage.bodies() == []
    stage.check()


def test_a_planned_crash_comes_with_the_nth_message_and_only_once():
    stage = Stage(timeout=10)
    stage.send("A", "B", "C")
    stage.add("a", crash_on_message=2, crash_after_ms=300, restart_after_ms=1_000)
    stage.at(60)
    assert stage.times("ActorCrashed", reason="crashed-while-handling") == [1.3]
    assert stage.told("HandlingFinished") == [("a", "A", 1.0), ("a", "C", 3.3), ("a", "B", 12.0)]
    assert stage.bodies() == []
    stage.check()


def test_a_crash_between_work_and_delete_makes_the_work_happen_twice():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", crash_on_message=1, restart_after_ms=1_000)
    stage.at(60)
    assert stage.times("ActorCrashed", reason="crashed-before-delete") == [1.0]
    assert stage.told("HandlingFinished") == [("a", "A", 1.0), ("a", "A", 11.0)]
    stage.check()


def test_a_consumer_without_a_restart_time_stays_down():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", crash_on_message=1)
    stage.at(60)
    assert not stage.running("a")
    assert stage.bodies() == ["A"]
    stage.check()


def test_messages_of_the_batch_in_hand_come_back_as_well():
    stage = Stage(timeout=10)
    stage.send("A", "B", "C")
    stage.add("a", batch_size=3, crash_on_message=2, crash_after_ms=0)
    stage.at(9)
    assert stage.bodies() == ["B", "C"]
    stage.at(11)
    assert len(stage.all("MessageVisible")) == 2
    stage.check()
