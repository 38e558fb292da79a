"""What a producer sends: bodies, sizes, keys, attributes, deduplication ids, to four services."""

from collections import Counter

from tests.engine.actors.stage import Stage


def test_the_body_has_number_and_key_and_other_braces_stay():
    stage = Stage()
    stage.add(
        "shop", "producer", count=2, keys=["seoul", "hue"], body='{"n": {n}, "city": "{key}"} {x}'
    )
    stage.at(5)
    assert stage.bodies() == [
        '{"n": 1, "city": "seoul"} {x}',
        '{"n": 2, "city": "hue"} {x}',
    ]


def test_a_size_fills_the_body_up():
    stage = Stage()
    stage.add("shop", "producer", count=1, body="주문", size_bytes=1_000)
    stage.at(1)
    assert stage.all("MessageSent")[0].size_bytes == 1_000


def test_keys_are_message_groups_in_turn():
    stage = Stage()
    stage.queue("orders.fifo")
    stage.add(
        "shop",
        "producer",
        target="orders.fifo",
        count=5,
        keys=["a", "b"],
        deduplication_id="{key}-{n}",
    )
    stage.at(9)
    sent = stage.all("MessageSent")
    assert [each.group for each in sent] == ["a", "b", "a", "b", "a"]
    assert [each.deduplication_id for each in sent] == ["a-1", "b-2", "a-3", "b-4", "a-5"]
    stage.check()


def test_the_same_deduplication_id_is_stored_once():
    stage = Stage()
    stage.queue("orders.fifo")
    stage.add(
        "shop", "producer", target="orders.fifo", count=3, keys=["a"], deduplication_id="deposit"
    )
    stage.at(9)
    assert len(stage.bodies("orders.fifo")) == 1
    assert len(stage.all("SendDeduplicated")) == 2


def test_keys_at_random_come_from_the_seed():
    def groups(seed: int) -> list[str]:
        stage = Stage(seed)
        stage.add(
            "shop", "producer", count=400, interval_ms=10, keys=list("abcd"), key_choice="random"
        )
        stage.at(10)
        return [each.group for each in stage.all("MessageSent")]

    assert groups(1) == groups(1) != groups(2)
    assert all(70 <= count <= 130 for count in Counter(groups(1)).values())


def test_weights_make_a_hot_key():
    stage = Stage(3)
    stage.add(
        "shop",
        "producer",
        count=1_000,
        interval_ms=10,
        keys=["hot", "cold", "never"],
        key_choice="weights",
        key_weights=[9, 1, 0],
    )
    stage.at(20)
    counts = Counter(each.group for each in stage.all("MessageSent"))
    assert 860 <= counts["hot"] <= 940
    assert counts["hot"] + counts["cold"] == 1_000
    stage.check()


def test_attributes_are_filled_in_as_well():
    stage = Stage()
    stage.add("shop", "producer", count=1, keys=["busan"], attributes=["city={key}", "kg:Number=3"])
    stage.at(1)
    assert stage.all("MessageSent")[0].attributes == (
        ("city", "String", "busan"),
        ("kg", "Number", "3"),
    )


def test_a_delay_belongs_to_the_message():
    stage = Stage(DelaySeconds="3")
    stage.add("own", "producer", count=1, delay_seconds=7)
    stage.add("queue", "producer", count=1)
    stage.at(1)
    assert [each.visible_at_ms for each in stage.all("MessageSent")] == [7_000, 3_000]


def test_it_publishes_to_a_topic_one_by_one_or_in_batches():
    stage = Stage()
    stage.do("sns.CreateTopic", name="news")
    stage.add("one", "producer", to="sns", target="news", count=2)
    stage.add("many", "producer", to="sns", target="news", count=12, interval_ms=10, batch_size=10)
    stage.at(9)
    assert len(stage.all("Published", by="one")) == 2
    assert len(stage.all("Published", by="many")) == 12
    assert len(stage.calls("sns.PublishBatch", "many")) == 2
    stage.check()


def test_it_puts_records_into_a_stream_each_by_its_key():
    stage = Stage()
    stage.do("sim.AddStream", stream="rides", shard_count=2)
    stage.add("one", "producer", to="kinesis", target="rides", count=4, keys=["bus-1", "bus-2"])
    stage.add("many", "producer", to="kinesis", target="rides", count=20, batch_size=20)
    stage.at(60)
    records = stage.all("RecordPut")
    assert [each.partition_key for each in records][:4] == ["bus-1", "bus-2", "bus-1", "bus-2"]
    assert {each.partition_key for each in records[4:]} == {str(n) for n in range(1, 21)}
    assert len(stage.calls("kinesis.PutRecords", "many")) == 1
    stage.check()


def test_it_puts_records_into_a_delivery_stream():
    stage = Stage()
    stage.do("s3.CreateBucket", bucket="archive")
    stage.do(
        "firehose.CreateDeliveryStream",
        delivery_stream="load",
        extended_s3_destination_configuration={
            "BucketARN": "arn:aws:s3:::archive",
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
        },
    )
    stage.add("one", "producer", to="firehose", target="load", count=2)
    stage.add("many", "producer", to="firehose", target="load", count=30, batch_size=15)
    stage.at(60)
    assert len(stage.all("RecordBuffered")) == 32
    assert len(stage.calls("firehose.PutRecordBatch", "many")) == 2
    stage.check()


def test_what_is_refused_for_good_is_not_sent_again():
    stage = Stage()
    stage.add("shop", "producer", target="nowhere", count=3)
    stage.at(60)
    assert [each.reason for each in stage.all("CallRefused")] == ["queue-not-found"] * 3
    assert not stage.all("SendRetryPlanned")
    assert not stage.running("shop")
    stage.check()
