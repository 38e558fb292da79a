"""CreateQueue and what is done with a queue as a whole."""

import json

import pytest

from studyapp.engine.sqs.events import QueueAttributesChanged, QueueCreated
from studyapp.engine.world import World
from tests.engine.sqs.desk import Desk


def attributes(desk: Desk, *names: str, queue: str = "orders") -> dict[str, str]:
    return dict(desk.call("GetQueueAttributes", queue=queue, attribute_names=list(names)))


def test_a_new_standard_queue_has_the_recorded_attributes() -> None:
    assert attributes(Desk(), "All") == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "0",
        "DelaySeconds": "0",
        "LastModifiedTimestamp": "0",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": "arn:aws:sqs:us-east-1:123456789012:orders",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


def test_a_new_fifo_queue_has_four_attributes_more() -> None:
    desk = Desk("orders.fifo")
    shown = attributes(
        desk,
        "FifoQueue",
        "ContentBasedDeduplication",
        "DeduplicationScope",
        "FifoThroughputLimit",
        queue="orders.fifo",
    )
    assert shown == {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }


def test_without_names_get_queue_attributes_answers_nothing() -> None:
    desk = Desk()
    assert attributes(desk) == {}
    assert attributes(desk, "VisibilityTimeout") == {"VisibilityTimeout": "30"}
    assert (
        desk.refused("GetQueueAttributes", queue="orders", attribute_names=["Colour"])
        == "unknown-queue-attribute"
    )


def test_creating_a_queue_again_with_the_same_attributes_answers_with_it() -> None:
    desk = Desk(DelaySeconds="5")
    desk.create("orders")
    desk.create("orders", DelaySeconds="5", VisibilityTimeout="30")
    assert len(desk.all(QueueCreated)) == 1


def test_creating_a_queue_again_compares_policies_as_json() -> None:
    desk = Desk(Policy='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}')
    desk.create("orders", Policy='{"Statement":[{"Effect":"Allow"}],"Version":"2012-10-17"}')
    assert len(desk.all(QueueCreated)) == 1


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("DelaySeconds", "6"),
        ("VisibilityTimeout", "31"),
        ("SqsManagedSseEnabled", "false"),
        ("Policy", '{"Statement": {"Effect": "Allow"}}'),
    ],
)
def test_creating_a_queue_again_with_another_attribute_names_it(attribute: str, value: str) -> None:
    desk = Desk(DelaySeconds="5")
    again = {"queue_name": "orders", "attributes": {attribute: value}}
    assert desk.refused("CreateQueue", **again) == "queue-exists-with-other-attributes"
    assert desk.world.log[-1].details == (("attribute", attribute),)


@pytest.mark.parametrize(
    ("name", "fifo", "reason"),
    [
        ("a", False, ""),
        ("A_-9" * 20, False, ""),
        ("A_-9" * 20 + "b", False, "queue-name-wrong"),
        ("", False, "queue-name-wrong"),
        ("or ders", False, "queue-name-wrong"),
        ("주문", False, "queue-name-wrong"),
        ("orders\n", False, "queue-name-wrong"),
        ("orders.fifo", False, "queue-name-wrong"),
        ("orders.fifo", True, ""),
        ("o" * 75 + ".fifo", True, ""),
        ("o" * 76 + ".fifo", True, "fifo-queue-name-wrong"),
        (".fifo", True, "fifo-queue-name-wrong"),
        ("orders", True, "fifo-queue-name-wrong"),
    ],
)
def test_names_of_queues(name: str, fifo: bool, reason: str) -> None:
    desk = Desk("other")
    given = {"queue_name": name, "attributes": {"FifoQueue": "true"} if fifo else {}}
    if reason:
        assert desk.refused("CreateQueue", **given) == reason
    else:
        assert desk.call("CreateQueue", **given) == name


@pytest.mark.parametrize(
    ("attribute", "low", "high"),
    [
        ("VisibilityTimeout", 0, 43_200),
        ("MessageRetentionPeriod", 60, 1_209_600),
        ("DelaySeconds", 0, 900),
        ("ReceiveMessageWaitTimeSeconds", 0, 20),
        ("MaximumMessageSize", 1_024, 1_048_576),
        ("KmsDataKeyReusePeriodSeconds", 60, 86_400),
    ],
)
def test_ranges_of_attributes(attribute: str, low: int, high: int) -> None:
    desk = Desk()
    for value in (low, high, str(high)):
        desk.call("SetQueueAttributes", queue="orders", attributes={attribute: value})
        assert attributes(desk, attribute) == {attribute: str(value)}
    for value in (low - 1, high + 1, "", "x", "1.5", "٣", "9" * 5000, None, ["1"]):
        given = {"queue": "orders", "attributes": {attribute: value}}
        assert desk.refused("SetQueueAttributes", **given) == "queue-attribute-wrong"
    assert attributes(desk, attribute) == {attribute: str(high)}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"Colour": "blue"}, "unknown-queue-attribute"),
        ({"QueueArn": "x"}, "unknown-queue-attribute"),
        ({"ApproximateNumberOfMessages": "1"}, "unknown-queue-attribute"),
        ({"FifoQueue": "true"}, "queue-type-fixed"),
        ({"ContentBasedDeduplication": "true"}, "unknown-queue-attribute"),
        ({"DeduplicationScope": "queue"}, "attribute-only-for-fifo"),
        ({"FifoThroughputLimit": "perQueue"}, "attribute-only-for-fifo"),
        ({"SqsManagedSseEnabled": "maybe"}, "queue-attribute-wrong"),
        ({"Policy": "no policy"}, "queue-attribute-wrong"),
        ({"Policy": "[" * 100_000}, "queue-attribute-wrong"),
        ({"Policy": json.dumps({"Statement": {"Sid": "x" * 8192}})}, "queue-attribute-wrong"),
        ({"KmsMasterKeyId": "k", "SqsManagedSseEnabled": "true"}, "two-kinds-of-encryption"),
    ],
)
def test_attributes_that_a_standard_queue_refuses(given: dict[str, str], reason: str) -> None:
    desk = Desk()
    assert desk.refused("SetQueueAttributes", queue="orders", attributes=given) == reason


def test_fifo_queue_false_is_an_unknown_attribute_when_creating() -> None:
    desk = Desk()
    given = {"queue_name": "b", "attributes": {"FifoQueue": "false"}}
    assert desk.refused("CreateQueue", **given) == "unknown-queue-attribute"


def test_high_throughput_needs_both_attributes() -> None:
    desk = Desk("orders.fifo")
    limit = {"FifoThroughputLimit": "perMessageGroupId"}
    scope = {"DeduplicationScope": "messageGroup"}
    given = {"queue": "orders.fifo", "attributes": limit}
    assert desk.refused("SetQueueAttributes", **given) == "throughput-needs-group-scope"
    desk.call("SetQueueAttributes", queue="orders.fifo", attributes={**limit, **scope})
    back = {"queue": "orders.fifo", "attributes": {"DeduplicationScope": "queue"}}
    assert desk.refused("SetQueueAttributes", **back) == "throughput-needs-group-scope"
    desk.call("SetQueueAttributes", queue="orders.fifo", attributes={"FifoQueue": "true"})


def test_a_kms_key_switches_the_other_encryption_off() -> None:
    desk = Desk(KmsMasterKeyId="alias/k")
    assert attributes(desk, "SqsManagedSseEnabled")["SqsManagedSseEnabled"] == "false"
    desk.call("SetQueueAttributes", queue="orders", attributes={"SqsManagedSseEnabled": "true"})
    assert "KmsMasterKeyId" not in attributes(desk, "All")


def test_an_empty_value_takes_an_attribute_away() -> None:
    policy = '{"Statement": [{"Effect": "Allow"}]}'
    desk = Desk(Policy=policy)
    assert attributes(desk, "Policy") == {"Policy": policy}
    desk.at(90)
    desk.call("SetQueueAttributes", queue="orders", attributes={"Policy": ""})
    assert attributes(desk, "Policy") == {}
    assert attributes(desk, "LastModifiedTimestamp") == {"LastModifiedTimestamp": "90"}
    assert desk.last(QueueAttributesChanged).attributes == (("Policy", ""),)
    desk.check()


def test_a_deleted_name_is_blocked_for_sixty_seconds() -> None:
    desk = Desk()
    desk.send()
    desk.call("DeleteQueue", queue="orders")
    assert desk.refused("SendMessage", queue="orders", message_body="x") == "queue-not-found"
    desk.at(59.999)
    assert desk.refused("CreateQueue", queue_name="orders") == "queue-deleted-recently"
    desk.at(60)
    desk.create("orders")
    assert desk.counts() == (0, 0, 0)
    desk.check()


def test_alarms_of_a_deleted_queue_do_not_reach_a_new_one_of_its_name() -> None:
    desk = Desk(MessageRetentionPeriod="120")
    desk.send("old", delay_seconds=100)
    desk.send("older")
    desk.receive(visibility_timeout=90)
    desk.call("DeleteQueue", queue="orders")
    desk.at(60)
    desk.create("orders")
    desk.send("new")
    desk.at(121)
    assert desk.counts() == (1, 0, 0)
    desk.check()


def test_purging_takes_everything_and_works_once_in_sixty_seconds() -> None:
    desk = Desk()
    desk.send("visible")
    desk.send("in flight")
    desk.send("delayed", delay_seconds=10)
    first = desk.receive()[0]
    assert desk.counts() == (1, 1, 1)
    desk.call("PurgeQueue", queue="orders")
    assert desk.counts() == (0, 0, 0)
    desk.send("after")
    desk.delete(first)
    desk.at(59.999)
    assert desk.refused("PurgeQueue", queue="orders") == "purge-in-progress"
    assert desk.bodies() == ["after"]
    desk.at(60)
    desk.call("PurgeQueue", queue="orders")
    desk.check()


@pytest.mark.parametrize(
    "reference",
    [
        "orders",
        "arn:aws:sqs:us-east-1:123456789012:orders",
        "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
    ],
)
def test_a_queue_is_known_by_name_arn_and_address(reference: str) -> None:
    desk = Desk()
    desk.send("x", queue=reference)
    assert desk.counts() == (1, 0, 0)
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/orders"
    assert desk.call("GetQueueUrl", queue_name="orders") == url


def test_list_queues_by_prefix_and_page() -> None:
    desk = Desk("b1")
    for name in ("a1", "a2", "a3"):
        desk.create(name)
    assert desk.call("ListQueues").queues == ("a1", "a2", "a3", "b1")
    assert desk.call("ListQueues", queue_name_prefix="b") == (("b1",), None)
    page, token = desk.call("ListQueues", queue_name_prefix="a", max_results=2)
    assert page == ("a1", "a2")
    assert desk.call("ListQueues", queue_name_prefix="a", max_results=2, next_token=token) == (
        ("a3",),
        None,
    )
    assert desk.refused("ListQueues", next_token="zzz") == "next-token-wrong"
    for wrong in (0, 1001):
        assert desk.refused("ListQueues", max_results=wrong) == "list-size-out-of-range"


def test_tags_come_and_go() -> None:
    desk = Desk()
    desk.call("TagQueue", queue="orders", tags={"team": "shop", "stage": "test"})
    desk.call("UntagQueue", queue="orders", tag_keys=["team", "other"])
    assert desk.call("ListQueueTags", queue="orders") == (("stage", "test"),)
    for wrong in ({"": "x"}, {"k" * 129: "x"}, {"k": "v" * 257}, {"k": 1}):
        assert desk.refused("TagQueue", queue="orders", tags=wrong) == "tag-wrong"
    desk.call("CreateQueue", queue_name="tagged", tags={"a": "b"})
    assert desk.call("ListQueueTags", queue="tagged") == (("a", "b"),)
    desk.check()


def test_add_permission_writes_a_statement_and_remove_permission_takes_it_away() -> None:
    desk = Desk()
    given = {"queue": "orders", "aws_account_ids": ["210987654321"], "actions": ["SendMessage"]}
    desk.call("AddPermission", label="partner", **given)
    (statement,) = json.loads(desk.state().attributes["Policy"])["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::210987654321:root"}
    assert statement["Action"] == "SQS:SendMessage"
    assert desk.refused("AddPermission", label="partner", **given) == "label-wrong"
    assert desk.refused("AddPermission", label="a b", **given) == "label-wrong"
    assert desk.refused("RemovePermission", queue="orders", label="x") == "label-not-found"
    desk.call("RemovePermission", queue="orders", label="partner")
    assert "Policy" not in desk.state().attributes
    for wrong in ({"actions": ["CreateQueue"]}, {"actions": []}, {"aws_account_ids": ["1"]}):
        again = {**given, **wrong}
        assert desk.refused("AddPermission", label="l", **again) == "permission-wrong"


def test_every_action_on_a_missing_queue_is_refused() -> None:
    world = World()
    desk = Desk.__new__(Desk)
    desk.world = world
    for action, more in {
        "DeleteQueue": {},
        "PurgeQueue": {},
        "SetQueueAttributes": {"attributes": {}},
        "GetQueueAttributes": {},
        "SendMessage": {"message_body": "x"},
        "SendMessageBatch": {"entries": [{"id": "a", "message_body": "x"}]},
        "ReceiveMessage": {},
        "DeleteMessage": {"receipt_handle": "m1-r2"},
        "ChangeMessageVisibility": {"receipt_handle": "m1-r2", "visibility_timeout": 1},
        "ListDeadLetterSourceQueues": {},
        "TagQueue": {"tags": {}},
        "ListQueueTags": {},
    }.items():
        assert desk.refused(action, queue="orders", **more) == "queue-not-found"
    assert desk.refused("GetQueueUrl", queue_name="orders") == "queue-not-found"
