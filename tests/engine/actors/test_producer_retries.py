"""What is throttled is sent again, later each time, until it is through or given up."""

from tests.engine.actors.stage import Stage


def a_stream() -> Stage:
    stage = Stage()
    stage.do("sim.AddStream", stream="rides", shard_count=1)
    return stage


def test_throttled_records_of_a_batch_are_sent_again_until_all_are_through():
    stage = a_stream()
    stage.add(
        "buses",
        "producer",
        to="kinesis",
        target="rides",
        burst_size=1_200,
        burst_every_ms=60_000,
        count=1_200,
        batch_size=400,
        retry_after_ms=400,
    )
    stage.at(30)
    assert len(stage.all("RecordPut")) == 1_200
    retries = stage.all("SendRetryPlanned")
    assert [(each.attempt, len(each.numbers), each.due_ms) for each in retries] == [
        (1, 200, 400),
        (2, 200, 1_200),
    ]
    assert stage.times("SendRetried") == [1.2]
    assert stage.all("ActorStopped")[0].at_ms == 1_200
    stage.check()


def test_each_record_keeps_its_key_when_it_is_sent_again():
    stage = a_stream()
    stage.add(
        "buses",
        "producer",
        to="kinesis",
        target="rides",
        burst_size=1_010,
        burst_every_ms=60_000,
        count=1_010,
        keys=["a", "b", "c"],
        key_choice="random",
        retry_after_ms=1_000,
    )
    stage.at(30)
    first = [dict(c.parameters) for c in stage.calls("kinesis.PutRecord", "buses") if c.at_ms == 0]
    keys = {each["data"]: each["partition_key"] for each in first}
    put = {each.data: each.partition_key for each in stage.all("RecordPut")}
    assert len(put) == 1_010
    assert put == keys
    stage.check()


def test_after_the_last_retry_the_messages_are_given_up():
    stage = a_stream()
    stage.add(
        "buses",
        "producer",
        to="kinesis",
        target="rides",
        burst_size=1_003,
        burst_every_ms=60_000,
        count=1_003,
        retries=2,
        retry_after_ms=1,
    )
    stage.at(30)
    assert [each.due_ms for each in stage.all("SendRetryPlanned")] == [1, 1, 1, 3, 3, 3]
    assert [each.numbers for each in stage.all("SendGivenUp")] == [(1_001,), (1_002,), (1_003,)]
    assert not stage.running("buses")
    stage.check()


def test_a_producer_without_retries_gives_up_at_once():
    stage = a_stream()
    stage.add(
        "buses",
        "producer",
        to="kinesis",
        target="rides",
        burst_size=1_001,
        burst_every_ms=1_000,
        count=1_001,
        retries=0,
    )
    stage.at(30)
    assert [each.attempt for each in stage.all("SendGivenUp")] == [0]
    assert not stage.running("buses")


def test_a_fifo_queue_throttles_above_300_calls_a_second():
    stage = Stage()
    stage.queue("orders.fifo")
    stage.add(
        "shop",
        "producer",
        target="orders.fifo",
        rate_per_second=400,
        stop_ms=1_000,
        keys=["a"],
        deduplication_id="{n}",
        retry_after_ms=500,
    )
    stage.at(10)
    assert sum(time < 1 for time in stage.times("MessageSent")) == 300
    assert len(stage.bodies("orders.fifo")) == 400
    assert {each.reason for each in stage.all("SendRetryPlanned")} == {"fifo-throughput-exceeded"}
    stage.check()
