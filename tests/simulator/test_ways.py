"""Which events belong to which of the four ways, and what each way came to."""

import pytest

from studyapp.engine.counters import count
from studyapp.engine.log import Called
from studyapp.engine.scenario import Run
from studyapp.simulator.demo import scenario_of
from studyapp.simulator.runs import Settings, play
from studyapp.simulator.ways import BY_ID, SCENARIO, WAYS, Outcome, outcome, ways_of
from studyapp.simulator.ways_page import CRASHES_MS, Trial
from tests.support.addresses import course

TRIALS = [Trial()] + [Trial(slow=slow, crash_ms=at) for slow in (False, True) for at in CRASHES_MS]


def played(trial: Trial) -> Run:
    return play(scenario_of(SCENARIO), trial.settings)


def outcomes(trial: Trial) -> dict[str, Outcome]:
    run = played(trial)
    return {way.id: outcome(run, way, trial.crash_ms) for way in WAYS}


def test_everything_in_the_scenario_stands_on_one_way() -> None:
    data = course().scenarios[SCENARIO].data
    things = [name for part in ("queues", "topics", "streams", "brokers") for name in data[part]]
    named = [name for way in WAYS for name in way.things]
    assert sorted(things) == sorted(set(named) - {"packing"})  # a queue inside the broker
    assert len(named) == len(set(named))
    programs = [name for way in WAYS for name in way.programs]
    assert sorted(programs) == sorted(data["actors"])


@pytest.mark.parametrize("trial", TRIALS)
def test_every_event_has_its_way_and_no_call_is_lost_or_counted_twice(trial: Trial) -> None:
    run = played(trial)
    assert run.surprises == ()
    assert set(ways_of(run.world.log)) == set(BY_ID)
    found = outcomes(trial)
    counters = count(run.world)
    assert sum(each.api_calls for each in found.values()) == counters["api_calls"]
    assert sum(each.requests for each in found.values()) == counters["sqs_requests"]
    assert found["kinesis"].shard_ms == 1_000 * counters["shard_seconds"]


def test_a_call_belongs_to_the_way_of_what_it_names() -> None:
    log = played(Trial()).world.log
    services = {"sqs": "sqs", "kinesis": "kinesis", "sns": "sns", "mq": "mq"}
    for event, way in zip(log, ways_of(log), strict=True):
        if type(event) is Called and event.by == "shop":
            assert services[event.action.partition(".")[0]] == way


def test_without_trouble_every_way_hands_over_every_order_once() -> None:
    for id, each in outcomes(Trial()).items():
        assert (each.wanted, each.handled) == ((6, 6) if id == "sns" else (3, 3))
        assert (each.twice, each.waiting, each.lost, each.out_of_order) == (0, 0, 0, 0)
        assert each.recovery_ms is None


def test_after_a_crash_a_queue_waits_for_its_timeout_and_a_broker_does_not() -> None:
    """Oven 1 received order B at 5 s and crashes at 5.5 s: B is visible again at 15 s, is received when oven 1 is
    free, and takes 3 s. Packer 1 holds order C: the broker hands it to packer 2 at once, who takes 2 s."""
    found = outcomes(Trial(crash_ms=5_500))
    assert found["sqs"].recovery_ms == 15_000 + 3_000 - 5_500
    assert found["mq"].recovery_ms == 2_000
    assert found["sqs"].out_of_order == 1  # C came before B
    assert found["mq"].out_of_order == 0
    assert [found[way.id].lost for way in WAYS] == [0, 0, 0, 0]


def test_a_reader_that_begins_at_its_checkpoint_reads_again_what_it_had_handled() -> None:
    found = outcomes(Trial(crash_ms=9_500))
    assert found["kinesis"].twice == 3
    assert found["sqs"].twice == 0


def test_slower_than_the_visibility_timeout_with_a_second_consumer_is_handled_twice() -> None:
    knobs = Settings({"second-oven": True})
    assert outcomes(Trial(slow=True))["sqs"].twice == 0
    assert outcomes(Trial(knobs, slow=True))["sqs"].twice == 1


def test_what_is_not_handled_by_the_end_waits_and_is_not_lost() -> None:
    found = outcomes(Trial(slow=True, crash_ms=5_500))
    for each in found.values():
        assert each.handled + each.waiting + each.lost == each.wanted
        assert each.lost == 0
        assert (each.recovery_ms is None) == (each.handled < each.wanted)
    assert found["sns"].waiting == 1 or found["kinesis"].waiting == 1
