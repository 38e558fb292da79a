"""Any value ends in an answer or a refusal that is listed, and every reason that is listed can be given."""

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine import sns
from studyapp.engine.refusals import GENERAL, Refused
from studyapp.engine.sns.commands import ACTIONS
from studyapp.engine.sns.refusals import REASONS
from studyapp.engine.world import World
from tests.engine.sns.fanout import new_queue, new_topic, subscribe
from tests.support.worlds import same_world

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=4),
    st.sampled_from(
        [
            "news",
            "news.fifo",
            "orders",
            "orders.fifo",
            "sqs",
            "lambda",
            "https",
            "email",
            "sms",
            "firehose",
            "json",
            "https://shop.example/hook",
            "a@example.com",
            "+8210123",
            "resize",
            "news/orders",
            "\ud800",
            "FilterPolicy",
            "ReplayPolicy",
            "RedrivePolicy",
            "DeliveryPolicy",
            "ArchivePolicy",
            "MaximumMessageSize",
            "FifoTopic",
            "true",
            "[" * 2_000,
            '{"default":"x","sqs":1}',
            '{"MessageRetentionPeriod":1e999}',
            '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:orders"}',
            '{"healthyRetryPolicy":{"numRetries":1e999}}',
            '{"http":{"defaultHealthyRetryPolicy":{"backoffFunction":[]}}}',
            '{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00Z"}',
            '{"a":[{"numeric":["=",NaN]}]}',
        ]
    ),
)
NESTED = st.recursive(
    JUNK,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        [
            "FifoTopic",
            "FilterPolicy",
            "FilterPolicyScope",
            "RawMessageDelivery",
            "RedrivePolicy",
            "ReplayPolicy",
            "DeliveryPolicy",
            "ArchivePolicy",
            "MaximumMessageSize",
            "ContentBasedDeduplication",
            "SubscriptionRoleArn",
            "colour",
        ]
    ),
    NESTED,
    max_size=3,
)
MESSAGE_ATTRIBUTES = st.dictionaries(
    st.text(max_size=4),
    st.fixed_dictionaries(
        {},
        optional={
            "DataType": st.sampled_from(["String", "Number", "Binary", "String.Array", "x", 1]),
            "StringValue": JUNK,
            "BinaryValue": JUNK,
        },
    ),
    max_size=3,
)
SENSIBLE = {
    "topic": st.sampled_from(["news", "news.fifo"]),
    "subscription": st.sampled_from(["news/orders", "news.fifo/orders.fifo"]),
    "message": st.text(max_size=5),
    "attributes": ATTRIBUTES,
    "message_attributes": MESSAGE_ATTRIBUTES,
    "publish_batch_request_entries": st.lists(
        st.fixed_dictionaries(
            {"id": st.one_of(st.text(max_size=3), JUNK), "message": JUNK},
            optional={
                "subject": JUNK,
                "message_group_id": JUNK,
                "message_deduplication_id": JUNK,
                "message_attributes": st.one_of(MESSAGE_ATTRIBUTES, NESTED),
                "message_structure": JUNK,
            },
        ),
        max_size=12,
    ),
}


@st.composite
def calls(draw: Any) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(sorted(ACTIONS)))
    parameters = {}
    for each in ACTIONS[name].parameters:
        if draw(st.integers(0, 9)) < 7 or each in ACTIONS[name].required:
            kinds = [NESTED, JUNK]
            if each in SENSIBLE:
                kinds += [SENSIBLE[each]] * 3  # type: ignore[list-item]
            parameters[each] = draw(st.one_of(kinds))
    return name, parameters


def _refusal(world: World, action: str, parameters: dict[str, Any]) -> Refused | None:
    try:
        world.call(action, "anybody", **parameters)
    except Refused as refusal:
        return refusal
    return None


def a_world() -> World:
    world = new_topic("news")
    new_topic("news.fifo", world, ArchivePolicy='{"MessageRetentionPeriod":5}')
    new_queue(world)
    new_queue(world, "orders.fifo", "news.fifo")
    subscribe(world)
    subscribe(world, "orders.fifo", topic="news.fifo")
    world.call("sim.AddEndpoint", "you", endpoint="resize", protocol="lambda")
    return world


@settings(max_examples=300)
@given(st.lists(calls(), min_size=1, max_size=12))
def test_any_call_ends_in_an_answer_or_a_listed_refusal(made):
    world = a_world()
    for action, parameters in made:
        refusal = _refusal(world, action, parameters)
        if refusal is not None:
            listed = {**GENERAL, **REASONS}[refusal.reason]
            assert listed.message.format(**dict(refusal.details))
        world.advance_to(world.now_ms + 15)
    world.advance_to(world.now_ms + 5_000)
    same_world(world)


def _raised() -> set[str]:
    """Every text that is the first argument of a Refused, and every other text of the folder."""
    texts = set()
    for file in Path(sns.__file__).parent.glob("*.py"):
        if file.name in ("refusals.py", "filter_policy.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    return texts


@pytest.mark.parametrize(
    "reason", [each for each in REASONS if not each.startswith("filter-policy")]
)
def test_every_listed_reason_is_given_somewhere(reason):
    assert reason in _raised()


def test_every_reason_that_is_raised_is_listed():
    for file in Path(sns.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    assert first.value in REASONS or first.value in GENERAL, file.name


@pytest.mark.parametrize(
    ("reason", "details", "text"),
    [
        ("publish-message-too-long", {}, "Invalid parameter: Message too long"),
        ("publish-message-empty", {}, "Invalid parameter: Empty message"),
        ("subject-invalid", {}, "Invalid parameter: Subject"),
        ("topic-name-invalid", {}, "Invalid parameter: Topic Name"),
        ("confirmation-token-invalid", {}, "Invalid parameter: Token"),
        ("endpoint-not-a-queue", {}, "Invalid parameter: SQS endpoint ARN"),
        (
            "protocol-unknown",
            {"protocol": "fax"},
            "Invalid parameter: Amazon SNS does not support this protocol string: fax",
        ),
        (
            "topic-arn-malformed",
            {"count": 4},
            "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 4",
        ),
        (
            "topic-group-missing",
            {},
            "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
        ),
        (
            "topic-deduplication-missing",
            {},
            "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or"
            " MessageDeduplicationId provided explicitly",
        ),
        (
            "topic-deduplication-not-for-standard",
            {},
            "Invalid parameter: MessageDeduplicationId Reason: The request includes"
            " MessageDeduplicationId parameter that is not valid for this topic type",
        ),
        (
            "fifo-queue-on-standard-topic",
            {},
            "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be"
            " subscribed to standard SNS topics",
        ),
        (
            "redrive-needs-fifo-queue",
            {},
            "Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to"
            " a FIFO Topic.",
        ),
        (
            "subscription-exists",
            {},
            "Invalid parameter: Attributes Reason: Subscription already exists with different"
            " attributes",
        ),
        (
            "message-structure-no-default",
            {},
            "Invalid parameter: Message Structure - No default entry in JSON message body",
        ),
        (
            "message-structure-not-json",
            {},
            "Invalid parameter: Message Structure - JSON message body failed to parse",
        ),
        ("topic-not-found", {}, "Topic does not exist"),
        ("subscription-not-found", {}, "Subscription does not exist"),
        (
            "publish-batch-too-many",
            {},
            "The batch request contains more entries than permissible.",
        ),
        (
            "publish-batch-ids-not-distinct",
            {},
            "Two or more batch entries in the request have the same Id.",
        ),
        (
            "publish-batch-too-long",
            {},
            "The length of all the messages put together is more than the limit.",
        ),
    ],
)
def test_refusals_use_the_words_that_were_recorded(reason, details, text):
    assert REASONS[reason].message.format(**details) == text


@pytest.mark.parametrize(
    ("reason", "code", "status"),
    [
        ("publish-message-empty", "InvalidParameter", 400),
        ("publish-attribute-type", "ParameterValueInvalid", 400),
        ("topic-not-found", "NotFound", 404),
        ("publish-throttled", "Throttled", 429),
        ("topic-limit-exceeded", "TopicLimitExceeded", 403),
        ("subscription-limit-exceeded", "SubscriptionLimitExceeded", 403),
        ("filter-policy-limit-exceeded", "FilterPolicyLimitExceeded", 403),
        ("publish-batch-empty", "EmptyBatchRequest", 400),
        ("topic-archive-active", "InvalidState", 400),
    ],
)
def test_refusals_have_the_codes_of_aws(reason, code, status):
    assert (REASONS[reason].query_code, REASONS[reason].http_status) == (code, status)
    assert REASONS[reason].code == (
        f"{code}Exception" if code != "ParameterValueInvalid" else "InvalidParameterValueException"
    )
