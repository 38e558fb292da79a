"""An idempotent consumer recognises what it has handled before, even after a crash."""

from tests.engine.actors.stage import Stage


def test_an_idempotent_consumer_handles_once_what_it_receives_twice():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", idempotent=True, crash_on_message=1, restart_after_ms=1_000)
    stage.at(60)
    assert stage.told("HandlingFinished") == [("a", "A", 1.0)]
    assert stage.told("DuplicateRecognised") == [("a", "A", 10.0)]
    assert stage.times("MessageDeleted") == [10.0]
    stage.check()


def test_duplicates_in_a_batch_are_passed_over_wherever_they_stand():
    stage = Stage(timeout=10)
    stage.send("A", "B", "C")
    stage.add("a", idempotent=True, batch_size=1, deletes=False)
    stage.at(2.5)
    stage.do("sim.CrashActor", actor="a")
    stage.at(20)
    stage.send("D")
    stage.do("sim.ChangeActor", actor="a", settings={"batch_size": 10, "deletes": True})
    stage.do("sim.StartActor", actor="a")
    stage.at(40)
    recognised = [body for _, body, _ in stage.told("DuplicateRecognised")]
    assert sorted(recognised) == ["A", "B"]
    assert [body for _, body, _ in stage.told("HandlingFinished")] == ["A", "B", "C", "D"]
    assert stage.bodies() == []
    stage.send("E")
    stage.at(50)
    assert [body for _, body, _ in stage.told("HandlingFinished")][-1] == "E"
    stage.check()


def test_two_messages_with_one_body_are_one_only_to_a_consumer_that_looks_at_the_body():
    for by, expected in (("message-id", 2), ("body", 1)):
        stage = Stage()
        stage.send("pay 7", "pay 7")
        stage.add("a", idempotent=True, idempotent_by=by)
        stage.at(10)
        assert len(stage.all("HandlingFinished")) == expected
        assert stage.bodies() == []
        stage.check()


def test_what_another_consumer_handled_it_does_not_know():
    stage = Stage(timeout=10)
    stage.send("A")
    stage.add("a", idempotent=True, handling_ms=15_000)
    stage.at(1)
    stage.add("b", idempotent=True, handling_ms=15_000)
    stage.at(26)
    assert [by for by, _, _ in stage.told("HandlingFinished")] == ["a", "b"]
