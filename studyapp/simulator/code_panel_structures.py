"""Mappings and lists of the engine as AWS spells them: `size_in_mbs` is SizeInMBs, a bucket's name its ARN.

What the engine refused stands in a log as it was given. It comes out as near to AWS's shape as it can be brought;
nothing here raises for it.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from studyapp.engine.names import (
    ACCOUNT,
    bucket_arn,
    function_arn,
    queue_arn,
    short,
    stream_arn,
    topic_arn,
)
from studyapp.engine.scenario import attribute


class Blob(NamedTuple):
    """Bytes. `is_text`: they are UTF-8 text that people wrote, so that it may be shown as text."""

    data: bytes
    is_text: bool = True


class Secret(NamedTuple):
    """What stands in an environment variable, not in code."""

    variable: str


# What AWS does not spell as snake_case would become: the names of structures and their fields.
_SPELLED = {
    name.lower(): name
    for name in (
        *("BucketARN", "RoleARN", "KinesisStreamARN", "DomainARN", "SizeInMBs", "ClusterJDBCURL"),
        *("HECEndpoint", "HECEndpointType", "HECToken", "MaxRecordSizeInKiB"),
        *("AWSAccountIds", "QueueOwnerAWSAccountId"),
    )
}
# Fields that are lists, also when they are empty.
_LISTS = frozenset(
    {
        *("QueueConfigurations", "TopicConfigurations", "LambdaFunctionConfigurations"),
        *("Events", "FilterRules", "Processors", "Parameters"),
    }
)


def camel(name: str) -> str:
    """visibility_timeout -> VisibilityTimeout; what is spelled so already stays.

    >>> camel("size_in_mbs"), camel("BucketARN"), camel("s3_backup_mode")
    ('SizeInMBs', 'BucketARN', 'S3BackupMode')
    """
    spelled = _SPELLED.get(name.replace("_", "").lower())
    return spelled or "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def is_mapping(value: Any) -> bool:
    """Whether this is a mapping as a log holds it: pairs of a name and a value."""
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in value
    )


def spelled(value: Any, name: str = "") -> Any:
    """Structures within structures, every field in AWS's spelling."""
    if not isinstance(value, tuple):
        return value
    if is_mapping(value) and name not in _LISTS:
        return {camel(key): spelled(each, camel(key)) for key, each in value if each is not None}
    return [spelled(each) for each in value]


def texts_by_name(value: Any) -> dict[str, str]:
    """Attributes and tags: names as they are, every value text."""
    pairs = value if is_mapping(value) else ()
    return {name: each if isinstance(each, str) else attribute(each) for name, each in pairs}


def blob(value: Any) -> Blob:
    """Text as the bytes that it stands for in UTF-8."""
    return Blob(str(value).encode())


def message_attributes(value: Any) -> dict[str, Any]:
    """The attributes of a message; a binary value, Base64 in the engine, as its bytes."""
    found = {}
    for name, each in value if is_mapping(value) else ():
        fields = spelled(each)
        if isinstance(fields, dict) and isinstance(fields.get("BinaryValue"), str):
            fields["BinaryValue"] = _decoded(fields["BinaryValue"])
        found[name] = fields
    return found


def _decoded(text: str) -> Blob:
    try:
        return Blob(base64.b64decode(text, validate=True), is_text=False)
    except (binascii.Error, ValueError):
        return Blob(text.encode())


def entry(value: Any) -> Any:
    """One entry of a batch."""
    fields = spelled(value)
    if isinstance(fields, dict):
        for name, given in value:
            if camel(name) in ("MessageAttributes", "MessageSystemAttributes"):
                fields[camel(name)] = message_attributes(given)
    return fields


def record(value: Any) -> Any:
    """A record of Kinesis or Firehose. `size_bytes` is the simulator's own and is left out."""
    fields = spelled(value)
    if isinstance(fields, dict):
        fields.pop("SizeBytes", None)
        if "Data" in fields:
            fields["Data"] = blob(fields["Data"])
    return fields


# ARNs


def arn(value: Any, of: Callable[[str], str]) -> str:
    """An ARN; what is none is taken for the name of a thing that has one."""
    text = str(value)
    return text if text.startswith("arn:") else of(short(text))


def role_arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


_ARN_FIELDS: Mapping[str, Callable[[str], str]] = {
    "QueueArn": queue_arn,
    "TopicArn": topic_arn,
    "LambdaFunctionArn": function_arn,
    "BucketARN": bucket_arn,
    "KinesisStreamARN": stream_arn,
}


def with_arns(value: Any) -> Any:
    """The same structure, names of things turned into ARNs where AWS wants those."""
    if isinstance(value, list):
        return [with_arns(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: arn(each, _ARN_FIELDS[name])
        if name in _ARN_FIELDS and isinstance(each, str)
        else with_arns(each)
        for name, each in value.items()
    }


# Firehose

# What AWS wants of a destination and the simulator does without.
_WANTED: Mapping[str, Mapping[str, Any]] = {
    "ExtendedS3": {"RoleARN": role_arn("firehose-delivery")},
    "Redshift": {
        "RoleARN": role_arn("firehose-delivery"),
        "ClusterJDBCURL": "jdbc:redshift://cluster.example.com:5439/dev",
        "CopyCommand": {"DataTableName": "records"},
    },
    "Amazonopensearchservice": {
        "RoleARN": role_arn("firehose-delivery"),
        "IndexName": "records",
    },
    "Splunk": {"HECEndpoint": "https://splunk.example.com:8088", "HECEndpointType": "Raw"},
    "HttpEndpoint": {"EndpointConfiguration": {"Url": "https://records.example.com"}},
}
_DESTINATION = re.compile(r"(\w+?)Destination(Configuration|Update)")
# How the simulator's function behaves is no part of AWS's configuration.
_OF_THE_FUNCTION = (
    "DroppedContaining",
    "FailedContaining",
    "Replaces",
    "ReplacesWith",
    "HandlingMs",
)


def destination(name: str, value: Any) -> Any:
    """The configuration or update of a Firehose destination; `name` is AWS's parameter."""
    found = _DESTINATION.fullmatch(name)
    fields = with_arns(spelled(value))
    if found is None or not isinstance(fields, dict):
        return fields
    kind, is_update = found[1], found[2] == "Update"
    if isinstance(fields.get("ProcessingConfiguration"), dict):
        fields["ProcessingConfiguration"] = _processing(fields["ProcessingConfiguration"])
    for backup in ("S3Configuration", "S3BackupConfiguration"):
        if isinstance(fields.get(backup), dict):
            role = {} if is_update else {"RoleARN": role_arn("firehose-delivery")}
            fields[backup] = role | fields[backup]
    if is_update:
        renamed = {"S3Configuration": "S3Update", "S3BackupConfiguration": "S3BackupUpdate"}
        return {renamed.get(key, key): each for key, each in fields.items()}
    return {**_WANTED.get(kind, {}), **fields}


def _processing(fields: dict[str, Any]) -> dict[str, Any]:
    processors = []
    for row in fields.get("Processors", ()):
        if isinstance(row, dict):
            row = {key: each for key, each in row.items() if key not in _OF_THE_FUNCTION}
            if row.get("Type") == "Lambda" and not row.get("Parameters"):
                function = {
                    "ParameterName": "LambdaArn",
                    "ParameterValue": function_arn("transform"),
                }
                row["Parameters"] = [function]
        processors.append(row)
    return {"Enabled": True, **fields, "Processors": processors}
