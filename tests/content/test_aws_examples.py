"""The checker of examples finds what AWS would refuse, and nothing else."""

import pytest

from tests.support.aws_examples import faults_of_python, faults_of_shell

SQS = 'import json\nimport os\nimport boto3\nsqs = boto3.client("sqs")\nkinesis = boto3.client("kinesis")\n'

GOOD_PYTHON = {
    "literal arguments": 'sqs.create_queue(QueueName="a", Attributes={"DelaySeconds": "5"})',
    "an answer as argument": 'sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName="a")["QueueUrl"])',
    "a variable as argument": 'url = "https://x"\nsqs.purge_queue(QueueUrl=url)',
    "an environment variable": 'sqs.purge_queue(QueueUrl=os.environ["URL"])',
    "JSON made from a dictionary": (
        'sqs.send_message(QueueUrl="x", MessageBody=json.dumps({"a": 1}))'
    ),
    "a list made in a loop": (
        'kinesis.put_records(StreamName="x", Records=[{"Data": each} for each in everything])'
    ),
    "a waiter": 'kinesis.get_waiter("stream_exists").wait(StreamName="x")',
    "no call at all": "print(1)",
}


@pytest.mark.parametrize("code", GOOD_PYTHON.values(), ids=GOOD_PYTHON)
def test_python_that_aws_would_take(code: str):
    assert faults_of_python(SQS + code) == []


BAD_PYTHON = {
    "no Python": "sqs.send_message(",
    "an unknown operation": "sqs.send_massage(QueueUrl='x', MessageBody='y')",
    "an unknown parameter": "sqs.send_message(QueueUrl='x', MessageBody='y', Delay=1)",
    "a missing parameter": "sqs.send_message(QueueUrl='x')",
    "a wrong type": "sqs.send_message(QueueUrl='x', MessageBody='y', DelaySeconds='5')",
    "a wrong type in a variable": "wait = '5'\nsqs.receive_message(QueueUrl='x', WaitTimeSeconds=wait)",
    "a wrong type deep inside": "sqs.create_queue(QueueName='x', Attributes={'DelaySeconds': 5})",
    "a missing name deep inside": "sqs.send_message_batch(QueueUrl='x', Entries=[{'Id': 'a'}])",
    "a name that is in no enumeration": "sqs.create_queue(QueueName='x', Attributes={'Delay': '5'})",
    "a dictionary where JSON is wanted": "sqs.send_message(QueueUrl='x', MessageBody={'a': 1})",
    "JSON where a dictionary is wanted": "sqs.create_queue(QueueName='x', Attributes=json.dumps({}))",
    "JSON with a slip": "sqs.send_message(QueueUrl='x', MessageBody='{\"a\": }')",
    "an argument without a name": "sqs.purge_queue('x')",
    "an unknown waiter": "kinesis.get_waiter('stream_ready').wait(StreamName='x')",
    "an unknown service": "boto3.client('sqss')\nq = boto3.client('sqss')\nq.purge_queue(QueueUrl='x')",
    "a call inside a call": "print(sqs.get_queue_url(Name='x')['QueueUrl'])",
}


@pytest.mark.parametrize("code", BAD_PYTHON.values(), ids=BAD_PYTHON)
def test_python_that_aws_would_refuse(code: str):
    assert faults_of_python(SQS + code) != []


GOOD_SHELL = {
    "options": 'aws sqs send-message --queue-url "$URL" --message-body "a b" --delay-seconds 5',
    "several lines": "aws sqs purge-queue \\\n  --queue-url x",
    "two commands and a comment": "# first\naws sqs list-queues\naws sns list-topics",
    "a map in short": "aws sqs create-queue --queue-name x --attributes DelaySeconds=5,VisibilityTimeout=9",
    "a map as JSON": 'aws sqs create-queue --queue-name x --attributes \'{"DelaySeconds": "5"}\'',
    "a list of words": "aws sqs get-queue-attributes --queue-url x --attribute-names QueueArn Policy",
    "structures in short": (
        "aws lambda create-event-source-mapping --function-name x --queues q "
        '--source-access-configurations Type=BASIC_AUTH,URI="$ARN"'
    ),
    "yes and no": "aws sns publish --topic-arn x --message y --no-cli-pager --output json",
    "a switch": (
        "aws mq create-broker --broker-name b --engine-type ACTIVEMQ --host-instance-type mq.m5.large "
        "--deployment-mode SINGLE_INSTANCE --no-publicly-accessible"
    ),
    "a renamed option": "aws sns subscribe --topic-arn x --protocol sqs --notification-endpoint y",
    "a waiter": "aws kinesis wait stream-exists --stream-name x",
}


@pytest.mark.parametrize("code", GOOD_SHELL.values(), ids=GOOD_SHELL)
def test_commands_that_the_cli_would_take(code: str):
    assert faults_of_shell(code) == []


BAD_SHELL = {
    "another program": "curl https://example.com",
    "an open quote": "aws sqs purge-queue --queue-url 'x",
    "an unknown service": "aws sqss list-queues",
    "an unknown command": "aws sqs send-massage --queue-url x",
    "an unknown option": "aws sqs purge-queue --queue-url x --force",
    "an option under its old name": "aws sns subscribe --topic-arn x --protocol sqs --endpoint y",
    "a missing option": "aws sqs send-message --queue-url x",
    "an option without a value": "aws sqs purge-queue --queue-url",
    "two values for one": "aws sqs send-message --queue-url x --message-body hello world",
    "loose words": "aws sqs purge-queue x --queue-url x",
    "words for a number": "aws sqs receive-message --queue-url x --wait-time-seconds long",
    "no switch": "aws sqs purge-queue --no-queue-url x",
    "JSON with a slip": "aws sqs create-queue --queue-name x --attributes '{\"DelaySeconds\": }'",
    "JSON with a wrong type": "aws sqs create-queue --queue-name x --attributes '{\"DelaySeconds\": 5}'",
    "a map without values": "aws sqs create-queue --queue-name x --attributes DelaySeconds",
    "a name in no enumeration": "aws sqs create-queue --queue-name x --attributes Delay=5",
    "a value in no enumeration": (
        "aws kinesis update-shard-count --stream-name x --target-shard-count 2 --scaling-type ALL"
    ),
    "an unknown waiter": "aws kinesis wait stream-ready --stream-name x",
}


@pytest.mark.parametrize("code", BAD_SHELL.values(), ids=BAD_SHELL)
def test_commands_that_the_cli_would_refuse(code: str):
    assert faults_of_shell(code) != []
