"""Captions stay silent where somebody's own actions make another story of a scenario."""

from typing import Any

import pytest
from django.conf import settings

from studyapp.course.library import load
from studyapp.engine.scenario import commands, read, run
from studyapp.engine.witness import find
from studyapp.grading.witnesses import witness_of

COURSE = load(settings.CONTENT_DIR)


def act(at_ms: int, do: str, **parameters: Any) -> dict[str, Any]:
    return {"at_ms": at_ms, "do": do, **parameters}


CLOSED_TO_DIRECT_PUT = [
    act(0, "kinesis.CreateStream", stream="till", stream_mode="PROVISIONED", shard_count=1),
    act(
        10_000,
        "firehose.CreateDeliveryStream",
        delivery_stream="sales",
        delivery_stream_type="KinesisStreamAsSource",
        kinesis_stream_source_configuration={"kinesis_stream_arn": "till"},
        extended_s3_destination_configuration={"bucket_arn": "archive"},
    ),
]
LATE = {"queue": "reminders", "delay_seconds": 20, "message_body": "remind P-300 at 10:00"}
ONE_HIDDEN = act(1_000, "sqs.SendMessage", queue="orders", message_body="x", delay_seconds=5)
WITH_THE_HANDLE = {"delete-with": "receipt-handle"}
ONLY_SEOUL = act(
    1_000,
    "sns.SetSubscriptionAttributes",
    subscription="parcels/light-south",
    attribute_name="FilterPolicy",
    attribute_value='{"city": ["seoul"]}',
)

SILENT = [
    ("exam/two-minutes", {}, "order-comes-back", [ONE_HIDDEN], 10_000),
    ("firehose/hold-for-days", {}, "nobody-takes-it", CLOSED_TO_DIRECT_PUT, None),
    (
        "sqs/build-a-queue",
        {},
        "nobody-takes-it",
        [
            act(0, "sim.ChangeActor", actor="shop", settings={"to": "sns", "target": "news"}),
        ],
        None,
    ),
    (
        "sqs/delete-with-message-id",
        WITH_THE_HANDLE,
        "it-is-back",
        [act(5_000, "sqs.SendMessage", **LATE)],
        None,
    ),
    (
        "sqs/delete-with-message-id",
        WITH_THE_HANDLE,
        "another-reminder",
        [act(5_000, "sqs.SendMessage", **LATE)],
        None,
    ),
    (
        "mq/lost-zone",
        {},
        "active-was-there",
        [act(3_000, "mq.RebootBroker", broker="bread")],
        None,
    ),
    ("sns/filter-and-or", {}, "b-too-heavy", [ONLY_SEOUL], None),
]


@pytest.mark.parametrize(("name", "knobs", "moment", "actions", "until_ms"), SILENT)
def test_a_caption_is_silent_in_another_story(
    name: str,
    knobs: dict[str, Any],
    moment: str,
    actions: list[dict[str, Any]],
    until_ms: int | None,
):
    file = COURSE.scenarios[name]
    when = next(each.when for each in file.moments if each.id == moment)
    result = run(read(file.data), knobs, actions=commands(actions))
    assert result.surprises == ()
    log = [e for e in result.world.log if until_ms is None or e.at_ms <= until_ms]
    assert any(type(event).__name__ == when.event for event in log), "nothing like it happens"
    assert find(log, witness_of(when)) is None
