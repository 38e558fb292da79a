"""A message that cannot be handled, and the dead-letter queue that takes it away."""

import pytest

from tests.engine.actors.stage import Stage


def test_a_poison_message_crashes_its_consumer_until_it_rests_in_the_dead_letter_queue():
    stage = Stage(timeout=10, redrive=2)
    stage.send("order 1", "order 2", "bad", "order 3", "order 4")
    stage.add("a", fails_on=["bad"], on_failure="crash", restart_after_ms=500)
    stage.at(120)
    assert len(stage.all("ActorCrashed", reason="poison-message")) == 2
    assert stage.bodies("lost") == ["bad"]
    assert stage.bodies() == []
    handled = [body for _, body, _ in stage.told("HandlingFinished")]
    assert sorted(handled) == ["order 1", "order 2", "order 3", "order 4"]
    stage.check()


def test_without_a_dead_letter_queue_it_comes_back_for_ever():
    stage = Stage(timeout=10)
    stage.send("bad")
    stage.add("a", fails_on=["bad"])
    stage.at(100)
    assert stage.times("HandlingFailed", reason="poison-message") == [
        10.0 * turn + 1 for turn in range(10)
    ]
    assert stage.bodies() == ["bad"]


def test_a_failure_leaves_the_consumer_at_work_and_the_message_hidden():
    stage = Stage(timeout=10)
    stage.send("bad", "good")
    stage.add("a", fails_on=["bad"])
    stage.at(9)
    assert stage.told("HandlingFinished") == [("a", "good", 2.0)]
    assert not stage.all("MessageVisible")
    stage.check()


def test_a_failure_may_give_the_message_back_at_once():
    stage = Stage(timeout=10, redrive=3)
    stage.send("bad")
    stage.add("a", fails_on=["bad"], on_failure="make-visible")
    stage.at(9)
    assert stage.times("HandlingFailed") == [1.0, 2.0, 3.0]
    assert [each.reason for each in stage.all("MessageVisible")] == ["visibility-set-to-zero"] * 3
    assert stage.bodies("lost") == ["bad"]
    stage.check()


def test_a_redriven_poison_message_is_poison_still():
    stage = Stage(timeout=10, redrive=1)
    stage.send("bad")
    stage.add("a", fails_on=["bad"])
    stage.at(15)
    assert stage.bodies("lost") == ["bad"]
    stage.do("sqs.StartMessageMoveTask", source_arn="arn:aws:sqs:us-east-1:123456789012:lost")
    stage.at(40)
    assert len(stage.all("HandlingFailed")) == 2
    assert stage.bodies("lost") == ["bad"]
    stage.check()


@pytest.mark.parametrize(("setting", "kind"), [("fails_per_mille", "HandlingFailed")])
def test_some_handlings_fail_by_chance(setting: str, kind: str):
    stage = Stage(seed=5, timeout=3_600)
    stage.add("shop", "producer", count=1_000, interval_ms=20)
    stage.add("a", handling_ms=10, **{setting: 100})
    stage.at(60)
    failed = len(stage.all(kind, reason="failed-by-chance"))
    assert 70 <= failed <= 130
    assert len(stage.bodies()) == failed
    assert len(stage.all("HandlingFinished")) == 1_000 - failed


def test_some_deletes_get_lost_by_chance_and_the_work_is_done_again():
    stage = Stage(seed=5, timeout=30)
    stage.add("shop", "producer", count=1_000, interval_ms=20)
    stage.add("a", handling_ms=10, loses_delete_per_mille=100)
    stage.at(600)
    lost = len(stage.all("HandlingFinished", reason="delete-lost"))
    assert 70 <= lost <= 150
    assert stage.bodies() == []
    assert len(stage.all("HandlingFinished")) == 1_000 + lost
    assert len(stage.all("MessageDeleted")) == 1_000
