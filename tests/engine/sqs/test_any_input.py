"""Whatever is given to an action of SQS: it ends in an event or a refusal that has AWS's words."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.refusals import GENERAL, Refused
from studyapp.engine.sqs.commands import ACTIONS
from studyapp.engine.sqs.refusals import REASONS
from studyapp.engine.world import World
from tests.support.worlds import same_world

QUEUES = ("orders", "orders.fifo", "dead")
ARN = "arn:aws:sqs:us-east-1:123456789012:"
WORDS = (
    *QUEUES,
    ARN + "dead",
    "m4-r6",
    "m5-r7",
    "t9",
    "",
    "@",
    "\ud800",
    "x" * 300,
    '{"deadLetterTargetArn": "' + ARN + 'dead", "maxReceiveCount": 2}',
    '{"Statement": [{}]}',
    "[[[",
    "All",
    "٣",
    "true",
    "300",
)
NAMES = (
    "VisibilityTimeout",
    "FifoQueue",
    "RedrivePolicy",
    "Policy",
    "RedriveAllowPolicy",
    "DelaySeconds",
    "MessageRetentionPeriod",
    "id",
    "message_body",
    "receipt_handle",
    "visibility_timeout",
    "message_group_id",
    "data_type",
    "string_value",
    "AWSTraceHeader",
)
SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers(-(2**65), 2**65)
    | st.integers(-1, 1000)
    | st.floats()
    | st.binary(max_size=3)
    | st.text(max_size=5)
    | st.sampled_from(WORDS)
)
ANY = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)
FITTING = {
    "queue": st.sampled_from(QUEUES),
    "queue_name": st.sampled_from((*QUEUES, "new", "new.fifo")),
    "source_arn": st.just(ARN + "dead"),
    "receipt_handle": st.sampled_from(WORDS),
    "message_body": st.text(max_size=3),
}


def busy_world() -> World:
    world = World(1)
    for name in QUEUES:
        fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        world.call("sqs.CreateQueue", "setup", queue_name=name, attributes=fifo)
    world.call("sqs.SendMessage", "app", queue="orders", message_body="x")
    world.call("sqs.ReceiveMessage", "app", queue="orders")
    return world


@settings(max_examples=600)
@given(st.data())
def test_junk_ends_in_an_event_or_a_refusal(data: st.DataObject) -> None:
    world = busy_world()
    for _ in range(6):
        name = data.draw(st.sampled_from(sorted(ACTIONS)))
        parameters: dict[str, Any] = {}
        for parameter in ACTIONS[name].parameters:
            if parameter in ACTIONS[name].required or data.draw(st.booleans()):
                fitting = FITTING.get(parameter, ANY)
                parameters[parameter] = data.draw(fitting | ANY)
        before = len(world.log)
        try:
            world.call(name, "somebody", **parameters)
        except Refused as refusal:
            reasons = {**GENERAL, **REASONS}
            reasons[refusal.reason].message.format(**dict(refusal.details))
        assert len(world.log) > before
        world.advance_to(world.now_ms + data.draw(st.sampled_from((0, 1, 1000, 60_000, 400_000))))
    same_world(world)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_has_aws_words(reason: str) -> None:
    refusal = REASONS[reason]
    assert refusal.code.isalnum()
    assert refusal.http_status in (400, 403, 404)
    assert len(refusal.message) > 10
