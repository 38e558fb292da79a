"""Queue policies: which other services may write into a queue."""

import json
from typing import Any

import pytest

from studyapp.engine.sqs.policy import allows, may_write
from tests.engine.sqs.desk import Desk

TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
SNS = "sns.amazonaws.com"


def statement(**changes: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": SNS},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
        **changes,
    }


def allowed(*statements: Any, service: str = SNS, source: str = TOPIC) -> bool:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return allows(
        text, service=service, action="sqs:SendMessage", source_arn=source, resource=QUEUE
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": ["s3.amazonaws.com", SNS]}}, True),
        ({"Principal": {"Service": "s3.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Principal": None}, False),
        ({"Principal": {"Service": [["x"], {}]}}, False),
        ({"Action": ["sqs:ReceiveMessage", "SQS:SendMessage"]}, True),
        ({"Action": "sqs:*"}, True),
        ({"Action": "*"}, True),
        ({"Action": "sqs:ReceiveMessage"}, False),
        ({"Action": 5}, False),
        ({"Resource": "*"}, True),
        ({"Resource": "arn:aws:sqs:*:*:orders"}, True),
        ({"Resource": QUEUE + "2"}, False),
        ({"Condition": None}, True),
        ({"Condition": {}}, True),
        ({"Condition": []}, False),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:ord*"}}}, True),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:*:orders"}}}, False),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": [TOPIC + "x", TOPIC]}}}, True),
        ({"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC + "x"}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceArn": TOPIC}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:sns:*"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceArn": "arn:aws:sns:*:order?"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}, False),
        ({"Condition": {"StringEquals": {"aws:Other": "x"}}}, False),
        ({"Condition": {"NumericEquals": {"aws:SourceArn": TOPIC}}}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": True}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
        ({"Condition": {"ArnNotEquals": {"aws:SourceArn": TOPIC}}}, False),
        ({"Condition": {"StringNotLike": {"aws:SourceArn": "*other*"}}}, True),
        ({"Effect": "Deny"}, False),
        ({"Effect": "Perhaps"}, False),
    ],
)
def test_one_statement(changes: dict[str, Any], expected: bool) -> None:
    assert allowed(statement(**changes)) is expected


def test_deny_wins_wherever_it_stands() -> None:
    deny = statement(Effect="Deny", Condition=None)
    assert not allowed(statement(), deny)
    assert not allowed(deny, statement())
    elsewhere = statement(Effect="Deny", Principal={"Service": "s3.amazonaws.com"})
    assert allowed(statement(), elsewhere)


def test_a_single_statement_needs_no_list() -> None:
    text = json.dumps({"Statement": statement()})
    assert allows(text, service=SNS, action="sqs:SendMessage", source_arn=TOPIC)


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"Statement": 5}', "[" * 99_999, "null"])
def test_text_that_is_no_policy_allows_nothing(text: str) -> None:
    assert not allows(text, service=SNS, action="sqs:SendMessage", source_arn=TOPIC)


def test_a_pattern_of_many_stars_stays_quick() -> None:
    pattern = "arn:aws:sns:us-east-1:1:" + "*a" * 2000
    condition = {"StringLike": {"aws:SourceArn": pattern}}
    source = "arn:aws:sns:us-east-1:1:" + "a" * 1500 + "b"
    assert not allowed(statement(Condition=condition), source=source)


def test_a_queue_without_a_policy_lets_no_other_service_write() -> None:
    desk = Desk()
    assert not may_write(desk.state(), SNS, TOPIC)
    policy = json.dumps({"Statement": [statement()]})
    desk.call("SetQueueAttributes", queue="orders", attributes={"Policy": policy})
    assert may_write(desk.state(), SNS, TOPIC)
    assert not may_write(desk.state(), SNS, TOPIC + "2")
    assert not may_write(desk.state(), "s3.amazonaws.com", TOPIC)
