"""The code panel: every call of every scenario, as bash and Python that AWS would take and that ask the same."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from studyapp.course.library import load
from studyapp.engine.log import Called, plain
from studyapp.engine.refusals import Refused
from studyapp.engine.scenario import commands, read, run
from studyapp.engine.world import ACTIONS, World
from studyapp.simulator.code_panel import code_of, code_of_call, last_call
from studyapp.simulator.code_panel_text import quoted, words_of
from tests.support.code_running import (
    PASSWORD,
    as_boto3,
    asked_by_python,
    asked_by_shell,
    calls_of_client,
    words_of_shell,
)

COURSE = load(settings.CONTENT_DIR)
HAVE_CODE = {"sim.AddStream", "sim.EncryptStream"}


def runs_of(name: str):
    """The scenario's own run, and one with the actions of each goal's model solution."""
    file = COURSE.scenarios[name]
    scenario = read(file.data)
    yield run(scenario).world
    for goal in file.goals:
        if goal.actions:
            yield run(scenario, goal.knobs, actions=commands(list(goal.actions))).world


@pytest.mark.parametrize("name", sorted(COURSE.scenarios))
def test_every_call_of_a_scenario_is_the_same_request_in_bash_and_python(name: str, tmp_path: Path):
    codes, clients, without = {}, {}, set()
    for world in runs_of(name):
        for number, event in enumerate(world.log):
            if type(event) is not Called:
                continue
            code = code_of_call(world.log, number)
            if code is None:
                without.add(event.action)
            elif code.library == "boto3":
                codes[code.shell, code.python] = event.action
            else:
                assert code.shell == ""
                clients[code.python] = code
    assert {each for each in without if not each.startswith("sim.")} == set()
    assert without & HAVE_CODE == set()
    taken_apart = words_of_shell([shell for shell, _ in codes], tmp_path)
    assert len(taken_apart) == len(codes) or not codes
    for (_, python), words in zip(codes, taken_apart, strict=bool(codes)):
        asked = asked_by_shell(words)
        assert asked != []
        assert list(map(as_boto3, asked)) == asked_by_python(python)
    for code in clients.values():
        assert len(calls_of_client(code)) > 2


def test_there_are_calls_of_every_kind_in_the_scenarios():
    actions = {
        event.action
        for name in COURSE.scenarios
        for world in runs_of(name)
        for event in world.log
        if type(event) is Called
    }
    services = {action.split(".")[0] for action in actions}
    assert services >= {"sqs", "sns", "kinesis", "firehose", "s3", "mq", "sim"}


# An event and the call behind it


def test_the_call_behind_an_event_is_the_nearest_in_the_chain_of_its_causes():
    world = World()
    world.call("sqs.CreateQueue", "you", queue_name="orders")
    world.call("sqs.SendMessage", "you", queue="orders", message_body="order A")
    world.call("sqs.ReceiveMessage", "worker", queue="orders", visibility_timeout=5)
    world.advance_to(10_000)
    kinds = [type(event).__name__ for event in world.log]
    visible, received = kinds.index("MessageVisible"), kinds.index("MessagesReceived")
    call = last_call(world.log, visible)
    assert call == received - 1
    assert world.log[call].action == "sqs.ReceiveMessage"
    assert last_call(world.log, call) == call
    code = code_of_call(world.log, call)
    assert code is not None
    assert "--visibility-timeout 5" in code.shell


def test_what_no_call_led_to_has_none():
    file = COURSE.scenarios["sqs/crash-before-delete"]
    log = run(read(file.data)).world.log
    event = log[0]._replace(cause=-1)  # type: ignore[attr-defined]
    other = next(each for each in log if type(each) is not Called)
    assert last_call([other._replace(cause=-1)], 0) is None  # type: ignore[attr-defined]
    assert last_call([event], 0) == 0


def test_only_calls_have_code():
    world = World()
    world.call("sqs.CreateQueue", "you", queue_name="orders")
    with pytest.raises(ValueError, match="entry 1 is a QueueCreated, no call"):
        code_of_call(world.log, 1)


# One case by hand for every action of AWS

QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/orders"
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:orders"
DLQ_ARN = "arn:aws:sqs:us-east-1:123456789012:orders-dlq"
TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:news"
STREAM_ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
ROLE_ARN = "arn:aws:iam::123456789012:role/firehose-delivery"
BUCKET_ARN = "arn:aws:s3:::archive"
HOSTILE = [
    'it\'s "quoted" `now` $HOME \\n !!',
    "two\nlines\r\nand a\ttab",
    "한국어 tiếng Việt 🚀",
    '{"order": "it\'s A", "n": [1, 2]}',
    "--help",
    "-1",
    "file://etc/passwd",
    "fileb://it's",
    "",
    " ",
    "a,b=c;d|e&f>g<h(i)[j]{k}*?~#%^",
    "\u202eabc\u200b\u00a0\u2028\x7f\x1b[0m",
    "=command",
    "@file",
    "~",
    "a\\'b\\\\",
    "'",
    '"',
]
CASES = [
    ("sqs.AddPermission", {"queue": "orders", "label": "l", "aws_account_ids": ["111122223333"],
      "actions": ["SendMessage"]},
     {"QueueUrl": QUEUE_URL, "Label": "l", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"]}),
    ("sqs.CancelMessageMoveTask", {"task_handle": "t1"}, {"TaskHandle": "t1"}),
    ("sqs.ChangeMessageVisibility", {"queue": QUEUE_ARN, "receipt_handle": "r", "visibility_timeout": 0},
     {"QueueUrl": QUEUE_URL, "ReceiptHandle": "r", "VisibilityTimeout": 0}),
    ("sqs.ChangeMessageVisibilityBatch", {"queue": "orders", "entries": [
        {"id": "a", "receipt_handle": "r", "visibility_timeout": 9}]},
     {"QueueUrl": QUEUE_URL, "Entries": [{"Id": "a", "ReceiptHandle": "r", "VisibilityTimeout": 9}]}),
    ("sqs.CreateQueue", {"queue_name": "orders", "attributes": {
        "RedrivePolicy": f'{{"deadLetterTargetArn":"{DLQ_ARN}","maxReceiveCount":3}}'},
        "tags": {"team": "shop & co"}},
     {"QueueName": "orders", "Attributes": {
        "RedrivePolicy": f'{{"deadLetterTargetArn":"{DLQ_ARN}","maxReceiveCount":3}}'},
      "tags": {"team": "shop & co"}}),
    ("sqs.DeleteMessage", {"queue": QUEUE_URL, "receipt_handle": "r/+="},
     {"QueueUrl": QUEUE_URL, "ReceiptHandle": "r/+="}),
    ("sqs.DeleteMessageBatch", {"queue": "orders", "entries": []}, {"QueueUrl": QUEUE_URL, "Entries": []}),
    ("sqs.DeleteQueue", {"queue": "orders"}, {"QueueUrl": QUEUE_URL}),
    ("sqs.GetQueueAttributes", {"queue": "orders", "attribute_names": ["All"]},
     {"QueueUrl": QUEUE_URL, "AttributeNames": ["All"]}),
    ("sqs.GetQueueUrl", {"queue_name": "orders", "queue_owner_aws_account_id": "123456789012"},
     {"QueueName": "orders", "QueueOwnerAWSAccountId": "123456789012"}),
    ("sqs.ListDeadLetterSourceQueues", {"queue": "orders", "max_results": 3},
     {"QueueUrl": QUEUE_URL, "MaxResults": 3}),
    ("sqs.ListMessageMoveTasks", {"source_arn": "orders-dlq"}, {"SourceArn": DLQ_ARN}),
    ("sqs.ListQueues", {}, {}),
    ("sqs.ListQueueTags", {"queue": "orders"}, {"QueueUrl": QUEUE_URL}),
    ("sqs.PurgeQueue", {"queue": "orders"}, {"QueueUrl": QUEUE_URL}),
    ("sqs.ReceiveMessage", {"queue": "orders", "message_attribute_names": [], "attribute_names": ["All"],
      "max_number_of_messages": 10},
     {"QueueUrl": QUEUE_URL, "MessageAttributeNames": [], "AttributeNames": ["All"],
      "MaxNumberOfMessages": 10}),
    ("sqs.RemovePermission", {"queue": "orders", "label": "l"}, {"QueueUrl": QUEUE_URL, "Label": "l"}),
    ("sqs.SendMessage", {"queue": "orders", "message_body": "x", "message_attributes": {
        "photo": {"data_type": "Binary", "binary_value": "/wD+"},
        "who's": {"data_type": "String", "string_value": "it's\n나"}}},
     {"QueueUrl": QUEUE_URL, "MessageBody": "x", "MessageAttributes": {
        "photo": {"DataType": "Binary", "BinaryValue": b"\xff\x00\xfe"},
        "who's": {"DataType": "String", "StringValue": "it's\n나"}}}),
    ("sqs.SendMessageBatch", {"queue": "orders", "entries": [
        {"id": "a", "message_body": "it's", "delay_seconds": 0,
         "message_attributes": {"n": {"data_type": "Number", "string_value": "3"}}}]},
     {"QueueUrl": QUEUE_URL, "Entries": [{"Id": "a", "MessageBody": "it's", "DelaySeconds": 0,
        "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "3"}}}]}),
    ("sqs.SetQueueAttributes", {"queue": "orders", "attributes": {"VisibilityTimeout": "5"}},
     {"QueueUrl": QUEUE_URL, "Attributes": {"VisibilityTimeout": "5"}}),
    ("sqs.StartMessageMoveTask", {"source_arn": DLQ_ARN, "destination_arn": "orders"},
     {"SourceArn": DLQ_ARN, "DestinationArn": QUEUE_ARN}),
    ("sqs.TagQueue", {"queue": "orders", "tags": {"a": ""}}, {"QueueUrl": QUEUE_URL, "Tags": {"a": ""}}),
    ("sqs.UntagQueue", {"queue": "orders", "tag_keys": ["-a", "b c"]},
     {"QueueUrl": QUEUE_URL, "TagKeys": ["-a", "b c"]}),
    ("sns.CreateTopic", {"name": "news", "tags": [{"key": "a", "value": "b"}]},
     {"Name": "news", "Tags": [{"Key": "a", "Value": "b"}]}),
    ("sns.DeleteTopic", {"topic": "news"}, {"TopicArn": TOPIC_ARN}),
    ("sns.ListTopics", {"next_token": "1"}, {"NextToken": "1"}),
    ("sns.SetTopicAttributes", {"topic": "news", "attribute_name": "DisplayName", "attribute_value": ""},
     {"TopicArn": TOPIC_ARN, "AttributeName": "DisplayName", "AttributeValue": ""}),
    ("sns.GetTopicAttributes", {"topic": TOPIC_ARN}, {"TopicArn": TOPIC_ARN}),
    ("sns.Subscribe", {"topic": "news", "protocol": "lambda", "endpoint": "printer",
      "attributes": {"FilterPolicy": '{"city":["busan"]}'}, "return_subscription_arn": True},
     {"TopicArn": TOPIC_ARN, "Protocol": "lambda",
      "Endpoint": "arn:aws:lambda:us-east-1:123456789012:function:printer",
      "Attributes": {"FilterPolicy": '{"city":["busan"]}'}, "ReturnSubscriptionArn": True}),
    ("sns.ConfirmSubscription", {"topic": "news", "token": "t", "authenticate_on_unsubscribe": True},
     {"TopicArn": TOPIC_ARN, "Token": "t", "AuthenticateOnUnsubscribe": "true"}),
    ("sns.Unsubscribe", {"subscription": f"{TOPIC_ARN}:s4"}, {"SubscriptionArn": f"{TOPIC_ARN}:s4"}),
    ("sns.ListSubscriptions", {}, {}),
    ("sns.ListSubscriptionsByTopic", {"topic": "news"}, {"TopicArn": TOPIC_ARN}),
    ("sns.SetSubscriptionAttributes", {"subscription": f"{TOPIC_ARN}:s4", "attribute_name": "RawMessageDelivery",
      "attribute_value": "true"},
     {"SubscriptionArn": f"{TOPIC_ARN}:s4", "AttributeName": "RawMessageDelivery", "AttributeValue": "true"}),
    ("sns.GetSubscriptionAttributes", {"subscription": f"{TOPIC_ARN}:s4"}, {"SubscriptionArn": f"{TOPIC_ARN}:s4"}),
    ("sns.Publish", {"message": '{"default": "hi"}', "phone_number": "+821012345678",
      "message_structure": "json", "message_attributes": {"a": {"DataType": "Binary", "BinaryValue": "AAE="}}},
     {"Message": '{"default": "hi"}', "PhoneNumber": "+821012345678", "MessageStructure": "json",
      "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}}}),
    ("sns.PublishBatch", {"topic": "news", "publish_batch_request_entries": [{"id": "1", "message": "it's"}]},
     {"TopicArn": TOPIC_ARN, "PublishBatchRequestEntries": [{"Id": "1", "Message": "it's"}]}),
    ("kinesis.CreateStream", {"stream": "clicks", "shard_count": 2, "max_record_size_in_kib": 2048},
     {"StreamName": "clicks", "ShardCount": 2, "MaxRecordSizeInKiB": 2048}),
    ("kinesis.DeleteStream", {"stream": "clicks", "enforce_consumer_deletion": False},
     {"StreamName": "clicks", "EnforceConsumerDeletion": False}),
    ("kinesis.DescribeStreamSummary", {"stream": "clicks"}, {"StreamName": "clicks"}),
    ("kinesis.ListStreams", {"exclusive_start_stream": "a", "limit": 5},
     {"ExclusiveStartStreamName": "a", "Limit": 5}),
    ("kinesis.IncreaseStreamRetentionPeriod", {"stream": "clicks", "retention_period_hours": 48},
     {"StreamName": "clicks", "RetentionPeriodHours": 48}),
    ("kinesis.DecreaseStreamRetentionPeriod", {"stream": "clicks", "retention_period_hours": 24},
     {"StreamName": "clicks", "RetentionPeriodHours": 24}),
    ("kinesis.UpdateMaxRecordSize", {"stream": "clicks", "max_record_size_in_kib": 2048},
     {"StreamARN": STREAM_ARN, "MaxRecordSizeInKiB": 2048}),
    ("kinesis.UpdateStreamMode", {"stream": "clicks", "stream_mode": "ON_DEMAND"},
     {"StreamARN": STREAM_ARN, "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}),
    ("kinesis.StartStreamEncryption", {"stream": "clicks", "key_id": "alias/aws/kinesis"},
     {"StreamName": "clicks", "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}),
    ("kinesis.StopStreamEncryption", {"stream": "clicks", "key_id": "alias/aws/kinesis"},
     {"StreamName": "clicks", "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}),
    ("kinesis.ListShards", {"stream": "clicks", "shard_filter": {"type": "AT_TIMESTAMP", "timestamp_ms": 1500}},
     {"StreamName": "clicks", "ShardFilter": {"Type": "AT_TIMESTAMP", "Timestamp": "2026-01-01T00:00:01.500Z"}}),
    ("kinesis.SplitShard", {"stream": "clicks", "shard_to_split": "shardId-000000000000",
      "new_starting_hash_key": "10"},
     {"StreamName": "clicks", "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": "10"}),
    ("kinesis.MergeShards", {"stream": "clicks", "shard_to_merge": "shardId-000000000000",
      "adjacent_shard_to_merge": "shardId-000000000001"},
     {"StreamName": "clicks", "ShardToMerge": "shardId-000000000000",
      "AdjacentShardToMerge": "shardId-000000000001"}),
    ("kinesis.UpdateShardCount", {"stream": "clicks", "target_shard_count": 4},
     {"StreamName": "clicks", "TargetShardCount": 4, "ScalingType": "UNIFORM_SCALING"}),
    ("kinesis.PutRecord", {"stream": "clicks", "data": "나\n'", "partition_key": "k", "explicit_hash_key": "0"},
     {"StreamName": "clicks", "Data": "나\n'".encode(), "PartitionKey": "k", "ExplicitHashKey": "0"}),
    ("kinesis.PutRecords", {"stream": "clicks", "records": [{"data": "나", "partition_key": "k"}]},
     {"StreamName": "clicks", "Records": [{"Data": "나".encode(), "PartitionKey": "k"}]}),
    ("kinesis.GetShardIterator", {"stream": "clicks", "shard_id": "shardId-000000000000",
      "shard_iterator_type": "AT_TIMESTAMP", "timestamp_ms": 61000},
     {"StreamName": "clicks", "ShardId": "shardId-000000000000", "ShardIteratorType": "AT_TIMESTAMP",
      "Timestamp": "2026-01-01T00:01:01.000Z"}),
    ("kinesis.GetRecords", {"shard_iterator": "0:1", "stream": "clicks"},
     {"StreamARN": STREAM_ARN, "ShardIterator": "0:1"}),
    ("kinesis.RegisterStreamConsumer", {"stream": "clicks", "consumer_name": "app"},
     {"StreamARN": STREAM_ARN, "ConsumerName": "app"}),
    ("kinesis.DeregisterStreamConsumer", {"stream": "clicks", "consumer": "app"},
     {"StreamARN": STREAM_ARN, "ConsumerName": "app"}),
    ("kinesis.DescribeStreamConsumer", {"consumer": f"{STREAM_ARN}/consumer/app:0"},
     {"ConsumerARN": f"{STREAM_ARN}/consumer/app:0"}),
    ("kinesis.ListStreamConsumers", {"stream": "clicks"}, {"StreamARN": STREAM_ARN}),
    ("kinesis.SubscribeToShard", {"stream": "clicks", "consumer": "app", "shard_id": "shardId-000000000000",
      "starting_position": {"type": "AT_TIMESTAMP", "timestamp_ms": 0}},
     {"ConsumerARN": f"{STREAM_ARN}/consumer/app:0", "ShardId": "shardId-000000000000",
      "StartingPosition": {"Type": "AT_TIMESTAMP", "Timestamp": "2026-01-01T00:00:00.000Z"}}),
    ("firehose.CreateDeliveryStream", {"delivery_stream": "loader",
      "delivery_stream_type": "KinesisStreamAsSource",
      "kinesis_stream_source_configuration": {"kinesis_stream_arn": "clicks"},
      "extended_s3_destination_configuration": {"bucket_arn": "archive",
        "buffering_hints": {"size_in_mbs": 5, "interval_in_seconds": 60},
        "processing_configuration": {"processors": [
            {"type": "Lambda", "dropped_containing": "x", "handling_ms": 5}]}}},
     {"DeliveryStreamName": "loader", "DeliveryStreamType": "KinesisStreamAsSource",
      "KinesisStreamSourceConfiguration": {"KinesisStreamARN": STREAM_ARN,
        "RoleARN": "arn:aws:iam::123456789012:role/firehose-source"},
      "ExtendedS3DestinationConfiguration": {"RoleARN": ROLE_ARN, "BucketARN": BUCKET_ARN,
        "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 60},
        "ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": [
            {"ParameterName": "LambdaArn",
             "ParameterValue": "arn:aws:lambda:us-east-1:123456789012:function:transform"}]}]}}}),
    ("firehose.DeleteDeliveryStream", {"delivery_stream": "loader"}, {"DeliveryStreamName": "loader"}),
    ("firehose.DescribeDeliveryStream", {"delivery_stream": "loader"}, {"DeliveryStreamName": "loader"}),
    ("firehose.ListDeliveryStreams", {"delivery_stream_type": "DirectPut"}, {"DeliveryStreamType": "DirectPut"}),
    ("firehose.PutRecord", {"delivery_stream": "loader", "record": {"data": "it's\n", "size_bytes": 9}},
     {"DeliveryStreamName": "loader", "Record": {"Data": b"it's\n"}}),
    ("firehose.PutRecordBatch", {"delivery_stream": "loader", "records": [{"Data": "a"}, {"Data": "나"}]},
     {"DeliveryStreamName": "loader", "Records": [{"Data": b"a"}, {"Data": "나".encode()}]}),
    ("firehose.UpdateDestination", {"delivery_stream": "loader", "extended_s3_destination_update": {
        "buffering_hints": {"size_in_mbs": 1, "interval_in_seconds": 60}}},
     {"DeliveryStreamName": "loader", "CurrentDeliveryStreamVersionId": "1",
      "DestinationId": "destinationId-000000000001",
      "ExtendedS3DestinationUpdate": {"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60}}}),
    ("firehose.UpdateDestination", {"delivery_stream": "loader", "splunk_destination_update": {
        "s3_configuration": {"bucket_arn": "archive"}}},
     {"DeliveryStreamName": "loader", "CurrentDeliveryStreamVersionId": "1",
      "DestinationId": "destinationId-000000000001",
      "SplunkDestinationUpdate": {"S3Update": {"BucketARN": BUCKET_ARN}}}),
    *[
        ("firehose.CreateDeliveryStream", {"delivery_stream": "loader",
          f"{kind}_destination_configuration": {"s3_configuration": {"bucket_arn": "archive"}}}, None)
        for kind in ("redshift", "amazonopensearchservice", "splunk", "http_endpoint")
    ],
    ("s3.CreateBucket", {"bucket": "archive"}, {"Bucket": "archive"}),
    ("s3.PutObject", {"bucket": "archive", "key": "it's/나.txt", "body": "a\n'\n"},
     {"Bucket": "archive", "Key": "it's/나.txt", "Body": b"a\n'\n"}),
    ("s3.GetObject", {"bucket": BUCKET_ARN, "key": "k"}, {"Bucket": "archive", "Key": "k"}),
    ("s3.DeleteObject", {"bucket": "archive", "key": "k"}, {"Bucket": "archive", "Key": "k"}),
    ("s3.ListObjectsV2", {"bucket": "archive", "prefix": "2026/", "max_keys": 5},
     {"Bucket": "archive", "Prefix": "2026/", "MaxKeys": 5}),
    ("s3.PutBucketNotificationConfiguration", {"bucket": "archive", "notification_configuration": {
        "queue_configurations": [], "topic_configurations": [
            {"topic_arn": "news", "events": ["s3:ObjectCreated:*"]}]}},
     {"Bucket": "archive", "NotificationConfiguration": {"QueueConfigurations": [], "TopicConfigurations": [
            {"TopicArn": TOPIC_ARN, "Events": ["s3:ObjectCreated:*"]}]}}),
    ("mq.CreateBroker", {"broker_name": "b", "engine_type": "RABBITMQ", "deployment_mode": "CLUSTER_MULTI_AZ",
      "subnet_ids": ["a", "subnet-b", "c"], "publicly_accessible": True},
     {"BrokerName": "b", "EngineType": "RABBITMQ", "DeploymentMode": "CLUSTER_MULTI_AZ",
      "HostInstanceType": "mq.m5.large", "PubliclyAccessible": True,
      "Users": [{"Username": "admin", "Password": PASSWORD}],
      "SubnetIds": ["subnet-a", "subnet-b", "subnet-c"]}),
    ("mq.DescribeBroker", {"broker": "b"}, {"BrokerId": "b-0123"}),
    ("mq.ListBrokers", {}, {}),
    ("mq.RebootBroker", {"broker": "b"}, {"BrokerId": "b-0123"}),
    ("mq.DeleteBroker", {"broker": "b"}, {"BrokerId": "b-0123"}),
    *[("sqs.SendMessage", {"queue": "orders", "message_body": text}, {"QueueUrl": QUEUE_URL, "MessageBody": text})
      for text in HOSTILE],
    *[("sns.Publish", {"topic": "news", "message": text, "subject": text, "message_attributes": {
        "a": {"data_type": "String", "string_value": text}}},
       {"TopicArn": TOPIC_ARN, "Message": text, "Subject": text, "MessageAttributes": {
        "a": {"DataType": "String", "StringValue": text}}}) for text in HOSTILE],
    *[("kinesis.PutRecord", {"stream": "clicks", "data": text, "partition_key": "k"},
       {"StreamName": "clicks", "Data": text.encode(), "PartitionKey": "k"}) for text in HOSTILE if text],
    *[("firehose.PutRecord", {"delivery_stream": "l", "record": {"data": text}},
       {"DeliveryStreamName": "l", "Record": {"Data": text.encode()}}) for text in HOSTILE],
    *[("s3.PutObject", {"bucket": "archive", "key": "k", "body": text},
       {"Bucket": "archive", "Key": "k", "Body": text.encode()}) for text in HOSTILE],
    *[("sqs.UntagQueue", {"queue": "orders", "tag_keys": [text]}, {"QueueUrl": QUEUE_URL, "TagKeys": [text]})
      for text in HOSTILE],
]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "given", "wanted"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_a_call_asks_aws_for_exactly_this(action: str, given, wanted, tmp_path: Path):
    code = code_of(action, given)
    assert code is not None
    *_, (_, operation, by_python) = asked_by_python(code.python)
    assert operation == words_of(action.partition(".")[2], "_")
    assert wanted is None or by_python == wanted
    if action == "kinesis.SubscribeToShard":  # the CLI has left it out
        assert code.shell == ""
        return
    [commands_] = words_of_shell([code.shell], tmp_path)
    assert list(map(as_boto3, asked_by_shell(commands_))) == asked_by_python(code.python)


def test_every_action_of_aws_has_a_case():
    services = ("sqs.", "sns.", "kinesis.", "firehose.", "s3.")
    of_brokers = {f"mq.{word}Broker" for word in ("Create", "Describe", "Reboot", "Delete")}
    of_aws = {
        name for name in ACTIONS if name.startswith(services) or name in {*of_brokers, "mq.ListBrokers"}
    }  # fmt: skip
    assert of_aws == {action for action, _, _ in CASES}


def test_every_other_action_is_a_clients_or_the_simulators_own():
    for name in ACTIONS:
        if name.startswith("sim."):
            code = code_of(name, {"stream": "s", "key_id": "k"})
            assert (code is None) == (name not in HAVE_CODE), name
        elif name.startswith("amqp.") or name in {f"mq.{word}" for word in CLIENT_WORDS}:
            code = code_of(name, {"broker": "b"})
            assert code is not None
            assert (code.shell, code.library) == ("", "pika" if name[0] == "a" else "stomp.py")
            compile(code.python, name, "exec")


CLIENT_WORDS = (
    "Connect",
    "Disconnect",
    "Send",
    "Subscribe",
    "Unsubscribe",
    "Acknowledge",
    "Reject",
)


def test_what_the_world_does_not_know_has_no_code():
    assert code_of("sqs.SendMassage", {}) is None
    assert code_of("ec2.RunInstances", {}) is None


# What only the log knows


def test_a_subscription_is_named_by_its_arn_and_a_stream_of_firehose_by_its_version():
    world = World()
    world.call("sns.CreateTopic", "you", name="news")
    world.call("sqs.CreateQueue", "you", queue_name="orders")
    subscription = world.call(
        "sns.Subscribe", "you", topic="news", protocol="sqs", endpoint="orders"
    )
    for name in (subscription, "news/orders"):
        code = code_of("sns.Unsubscribe", {"subscription": name}, log=world.log)
        assert code is not None
        [(_, _, asked)] = asked_by_python(code.python)
        assert asked == {"SubscriptionArn": f"{TOPIC_ARN}:{subscription}"}
    destination = {"extended_s3_destination_configuration": {"bucket_arn": "archive"}}
    world.call("firehose.CreateDeliveryStream", "you", delivery_stream="loader", **destination)
    update = {"delivery_stream": "loader", "extended_s3_destination_update": {"prefix": "a/"}}
    world.call("firehose.UpdateDestination", "you", **update)
    code = code_of("firehose.UpdateDestination", update, log=world.log)
    assert code is not None
    assert asked_by_python(code.python)[0][2]["CurrentDeliveryStreamVersionId"] == "2"


def test_a_registered_consumer_is_named_by_its_arn():
    world = World()
    world.call("sim.AddStream", "you", stream="clicks", shard_count=1)
    world.advance_to(5_000)
    answer = world.call(
        "kinesis.RegisterStreamConsumer", "you", stream="clicks", consumer_name="app"
    )
    given = {
        "stream": "clicks",
        "consumer": "app",
        "shard_id": "s",
        "starting_position": {"type": "LATEST"},
    }
    code = code_of("kinesis.SubscribeToShard", given, log=world.log)
    assert code is not None
    assert asked_by_python(code.python)[0][2]["ConsumerARN"] == answer.consumer_arn


def test_a_stream_that_is_there_at_once_takes_aws_three_steps():
    code = code_of(
        "sim.AddStream", {"stream": "clicks", "shard_count": 2, "retention_period_hours": 48}
    )
    assert code is not None
    assert [operation for _, operation, _ in asked_by_python(code.python)] == [
        "create_stream",
        "wait",
        "increase_stream_retention_period",
    ]


# Clients of brokers


def _brokers() -> World:
    world = World()
    world.call("mq.CreateBroker", "you", broker_name="pair", engine_type="ACTIVEMQ",
               deployment_mode="ACTIVE_STANDBY_MULTI_AZ")  # fmt: skip
    world.call("mq.CreateBroker", "you", broker_name="rabbit", engine_type="RABBITMQ")
    return world


def test_a_client_of_a_pair_knows_both_instances():
    world = _brokers()
    code = code_of(
        "mq.Send", {"broker": "pair", "destination": "orders", "body": "it's\n나"}, log=world.log
    )
    assert code is not None
    calls = calls_of_client(code)
    (name, (hosts,), _), *_ = calls
    assert (name, len(hosts)) == ("Connection12", 2)
    assert [
        re.sub(r".*-(\d)\.mq\.us-east-1\.amazonaws\.com", r"\1", host) for host, _ in hosts
    ] == ["1", "2"]
    sent = next(each for each in calls if each[0] == "Connection12.send")
    assert sent[1:] == (("/queue/orders", "it's\n나"), {"headers": {"persistent": "true"}})


def test_without_failover_a_client_knows_one_instance():
    given = {"broker": "pair", "failover": False, "endpoint": "pair-2"}
    code = code_of("mq.Connect", given, log=_brokers().log)
    assert code is not None
    (_, (hosts,), named), *_ = calls_of_client(code)
    assert [host.split(".")[0][-2:] for host, _ in hosts] == ["-2"]
    assert named == {}


def test_a_durable_subscription_names_its_client():
    given = {"broker": "pair", "destination": "news", "destination_type": "topic", "subscription": "mail",
             "prefetch": 1}  # fmt: skip
    code = code_of("mq.Subscribe", given, by="reader", log=_brokers().log)
    assert code is not None
    calls = {name: named for name, _, named in calls_of_client(code)}
    assert calls["Connection12.connect"]["headers"] == {"client-id": "reader"}
    assert calls["Connection12.subscribe"] == {
        "destination": "/topic/news",
        "id": "1",
        "ack": "client-individual",
        "headers": {"activemq.prefetchSize": "1", "activemq.subscriptionName": "mail"},
    }


def test_the_same_send_to_rabbitmq_is_a_publish():
    given = {
        "broker": "rabbit",
        "destination": "orders",
        "body": "order A",
        "time_to_live_ms": 5000,
    }
    code = code_of("mq.Send", given, log=_brokers().log)
    assert code is not None
    assert code.library == "pika"
    calls = calls_of_client(code)
    assert ("BasicProperties", (), {"delivery_mode": 2, "expiration": "5000"}) in calls
    published = next(named for name, _, named in calls if name.endswith("basic_publish"))
    assert (published["exchange"], published["routing_key"], published["body"]) == (
        "",
        "orders",
        "order A",
    )


@pytest.mark.parametrize("broker", ["pair", "rabbit"])
@pytest.mark.parametrize("word", CLIENT_WORDS)
def test_everything_that_a_client_does_is_a_program_that_runs(broker: str, word: str):
    if (broker, word) == ("rabbit", "Unsubscribe"):  # RabbitMQ has no durable subscriptions
        assert code_of("mq.Unsubscribe", {"broker": broker}, log=_brokers().log) is None
        return
    given = {
        "broker": broker,
        "destination": "d",
        "body": "b",
        "subscription": "s",
        "delivery_tag": 7,
    }
    code = code_of(f"mq.{word}", given, log=_brokers().log)
    assert code is not None
    assert len(calls_of_client(code)) >= 2


AMQP = [
    ("ExchangeDeclare", {"exchange": "e", "exchange_type": "fanout"},
     "exchange_declare", {"exchange": "e", "exchange_type": "fanout", "durable": True}),
    ("QueueDeclare", {"queue": "q"},
     "queue_declare", {"queue": "q", "durable": True, "arguments": {"x-queue-type": "quorum"}}),
    ("QueueDeclare", {"queue": "q", "queue_type": "classic", "durable": False, "arguments": {"x-max-length": 5}},
     "queue_declare", {"queue": "q", "durable": False,
                       "arguments": {"x-max-length": 5, "x-queue-type": "classic"}}),
    ("QueueBind", {"queue": "q", "exchange": "e", "routing_key": "a.#"},
     "queue_bind", {"queue": "q", "exchange": "e", "routing_key": "a.#"}),
    ("QueueUnbind", {"queue": "q", "exchange": "e"},
     "queue_unbind", {"queue": "q", "exchange": "e", "routing_key": ""}),
    ("QueuePurge", {"queue": "q"}, "queue_purge", {"queue": "q"}),
    ("QueueDelete", {"queue": "q"}, "queue_delete", {"queue": "q"}),
    ("ConfirmSelect", {}, "confirm_delivery", {}),
    ("BasicQos", {"prefetch_count": 5}, "basic_qos", {"prefetch_count": 5}),
    ("BasicCancel", {"consumer_tag": "c1"}, "basic_cancel", {"consumer_tag": "c1"}),
    ("BasicGet", {"queue": "q"}, "basic_get", {"queue": "q", "auto_ack": False}),
    ("BasicAck", {"delivery_tag": 3, "multiple": True}, "basic_ack", {"delivery_tag": 3, "multiple": True}),
    ("BasicNack", {"delivery_tag": 3, "requeue": False}, "basic_nack", {"delivery_tag": 3, "requeue": False}),
    ("BasicReject", {"delivery_tag": 3}, "basic_reject", {"delivery_tag": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("word", "given", "method", "wanted"), AMQP)
def test_amqp_in_pika(word: str, given, method: str, wanted):
    code = code_of(f"amqp.{word}", {"broker": "rabbit", **given})
    assert code is not None
    name, _, named = calls_of_client(code)[-1]
    assert (name.rpartition(".")[2], named) == (method, wanted)


# Whatever somebody called


GARBAGE = [
    (),
    ("a",),
    (("a", 1), ("b", ())),
    ((("x", None),),),
    "x",
    -5,
    True,
    (("Data", ("a", 1)),),
]


@pytest.mark.parametrize("name", sorted(ACTIONS))
@pytest.mark.parametrize("given", GARBAGE, ids=str)
def test_what_the_engine_refused_has_code_as_well(name: str, given):
    """A refused call stands in the log; the panel shows it as far as it can, and never fails."""
    code = code_of(name, dict.fromkeys(ACTIONS[name].parameters, given))
    if code is not None:
        compile(code.python, name, "exec")


def test_a_refused_call_is_shown_as_it_was_made():
    world = World()
    with pytest.raises(Refused):
        world.call("sqs.SendMessage", "you", queue="nowhere", message_body="x")
    refused = len(world.log) - 1
    call = last_call(world.log, refused)
    assert call is not None
    code = code_of_call(world.log, call)
    assert code is not None
    assert "/nowhere" in code.shell


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_word_is_one_line_and_that_word(text: str, tmp_path: Path):
    assert "\n" not in quoted(text)
    assert words_of_shell([f"aws {quoted(text)}"], tmp_path) == [[[text]]]


def test_long_commands_are_broken_into_lines_and_short_ones_are_not():
    code = code_of("sqs.ListQueues", {})
    assert code is not None
    assert code.shell == "aws sqs list-queues"
    code = code_of("sqs.SendMessage", {"queue": "orders", "message_body": "order A"})
    assert code is not None
    assert code.shell.split(" \\\n  ") == [
        "aws sqs send-message",
        f"--queue-url {QUEUE_URL}",
        "--message-body 'order A'",
    ]


def test_parameters_of_a_script_are_taken_as_those_of_a_log():
    given = {"queue": "orders", "entries": [{"id": "a", "receipt_handle": "r"}]}
    frozen = {name: plain(value) for name, value in given.items()}
    assert code_of("sqs.DeleteMessageBatch", given) == code_of("sqs.DeleteMessageBatch", frozen)
