"""Requests as text that can be copied: a command of the AWS CLI (version 2, bash), or Python with boto3."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from studyapp.engine.names import REGION
from studyapp.simulator.code_panel_requests import BrokerId, Request
from studyapp.simulator.code_panel_structures import Blob, Secret

# Longer commands and calls are broken into lines.
WIDTH = 80
# Longer JSON is.
_JSON_WIDTH = 70

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words_of(name: str, joint: str) -> str:
    """How the CLI ('-') and boto3 ('_') spell operations and parameters of AWS.

    >>> words_of("StreamARN", "-"), words_of("ListObjectsV2", "_")
    ('stream-arn', 'list_objects_v2')
    """
    return _HUMP.sub(joint, name).lower()


# bash

_BARE = re.compile(r"[\w@%+:,./-][\w@%+=:,./-]*", re.ASCII)
# In the CLI's short way to write structures.
_SHORT = re.compile(r"[\w+:/.-]+", re.ASCII)
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", "'": "\\'"}
# The CLI would read such a value from a file.
_FROM_FILE = ("file://", "fileb://")


def quoted(text: str) -> str:
    """A word of bash (or zsh) that stands for exactly this text, on one line."""
    if _BARE.fullmatch(text):
        return text
    if text.isprintable():
        return "'" + text.replace("'", r"'\''") + "'"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(character: str) -> str:
    if character.isprintable() and character not in _ESCAPES:
        return character
    return _ESCAPES.get(character) or "".join(f"\\x{byte:02x}" for byte in character.encode())


# The CLI knows the operations of S3 as s3api; its s3 commands are another thing.
_CLI_NAMES = {"s3": "s3api"}
_RENAMED = {("sns", "Subscribe", "Endpoint"): "notification-endpoint"}
# The CLI has no command for answers that go on for minutes.
_NOT_IN_CLI = frozenset({("kinesis", "SubscribeToShard")})
_BODY_FILE = "body.txt"


def shell(requests: Sequence[Request]) -> str:
    """Commands of the AWS CLI; "" where the CLI has none."""
    if any((each.service, each.operation) in _NOT_IN_CLI for each in requests):
        return ""
    return "\n".join(line for each in requests for line in _commands(each))


def _commands(request: Request) -> Iterator[str]:
    service = _CLI_NAMES.get(request.service, request.service)
    parameters = dict(request.parameters)
    for broker in {each.broker for each in parameters.values() if isinstance(each, BrokerId)}:
        query = f"BrokerSummaries[?BrokerName=='{broker}'].BrokerId"
        yield f'broker_id=$(aws mq list-brokers --query "{query}" --output text)'
    if request.after:
        waiter = f"aws {service} wait {words_of(request.after, '-')}"
        yield f"{waiter} --stream-name {quoted(parameters['StreamName'])}"
    is_object = service == "s3api"
    body = parameters.get("Body")
    if is_object and isinstance(body, Blob):
        # The CLI takes an object from a file.
        yield f"printf %s {quoted(body.data.decode())} > {_BODY_FILE}"
        parameters["Body"] = _BODY_FILE
    options = list(_options(request, parameters))
    if is_object and request.operation == "GetObject":
        options.append(_BODY_FILE)
    yield _joined(f"aws {service} {words_of(request.operation, '-')}", options)


def _joined(command: str, options: Sequence[str]) -> str:
    line = " ".join((command, *options))
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return " \\\n  ".join((command, *options))


def _options(request: Request, parameters: Mapping[str, Any]) -> Iterator[str]:
    if any(map(_looks_like_a_file, parameters.values())):
        yield f"--cli-input-json {quoted(_json(parameters))}"
    else:
        for name, value in parameters.items():
            option = words_of(name, "-")
            key = (request.service, request.operation, name)
            yield _option(_RENAMED.get(key, option), value)
    if any(blob.is_text for blob in _blobs(parameters.values())):
        yield "--cli-binary-format raw-in-base64-out"


def _looks_like_a_file(value: Any) -> bool:
    text = _text(value) if isinstance(value, Blob) else value
    return isinstance(text, str) and text.startswith(_FROM_FILE)


def _option(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    text = _argument(value)
    # A value that begins with a dash would be taken for an option.
    return f"--{name}={text}" if text.lstrip("$'").startswith("-") else f"--{name} {text}"


def _argument(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, BrokerId):
        return '"$broker_id"'
    if isinstance(value, Secret):
        return f'"${value.variable}"'
    if isinstance(value, Blob):
        return quoted(_text(value))
    if isinstance(value, list) and value:
        if all(isinstance(each, str) and _SHORT.fullmatch(each) for each in value):
            words = [str(each) for each in value]
            if not any(word.startswith(("-", *_FROM_FILE)) for word in words):
                return " ".join(words)
        if all(_is_short(each) for each in value):
            return " ".join(map(_in_short, value))
    if _is_short(value):
        return _in_short(value)
    return quoted(_json(value)) if len(_json(value)) <= _JSON_WIDTH else _in_lines(value)


def _in_lines(value: Any) -> str:
    """JSON over several lines, in one pair of quotes."""
    return "'" + _json_lines(value, 2, 0).replace("'", r"'\''") + "'"


def _json_lines(value: Any, indent: int, before: int) -> str:
    line = _json(value)
    if indent + before + len(line) < WIDTH or not value or not isinstance(value, (dict, list)):
        return line
    deeper = indent + 2
    rows = (
        [(f"{_json(name)}: ", each) for name, each in value.items()]
        if isinstance(value, dict)
        else [("", each) for each in value]
    )
    inner = ",\n".join(
        " " * deeper + key + _json_lines(each, deeper, len(key) + 1) for key, each in rows
    )
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n{inner}\n{' ' * indent}{end}"


def _is_short(value: Any) -> bool:
    """Whether a structure can be written as Key=value,Key=value."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            _SHORT.fullmatch(key)
            and (
                isinstance(each, Secret)
                or (type(each) is int)
                or (isinstance(each, str) and _SHORT.fullmatch(each))
            )
            for key, each in value.items()
        )
    )


def _in_short(value: Mapping[str, Any]) -> str:
    return ",".join(
        f'{key}="${each.variable}"' if isinstance(each, Secret) else f"{key}={each}"
        for key, each in value.items()
    )


def _json(value: Any) -> str:
    """Every character that people cannot see is written as \\uXXXX."""
    text = json.dumps(_for_json(value), ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


def _for_json(value: Any) -> Any:
    if isinstance(value, Blob):
        return _text(value)
    if isinstance(value, (BrokerId, Secret)):
        return value[0]
    if isinstance(value, Mapping):
        return {name: _for_json(each) for name, each in value.items()}
    return [_for_json(each) for each in value] if isinstance(value, list) else value


def _text(blob: Blob) -> str:
    """Text goes as it is (raw-in-base64-out), other bytes as Base64, which the CLI takes for granted."""
    return blob.data.decode() if blob.is_text else base64.b64encode(blob.data).decode()


def _blobs(values: Iterable[Any]) -> Iterator[Blob]:
    for value in values:
        if isinstance(value, Blob):
            yield value
        elif isinstance(value, Mapping):
            yield from _blobs(value.values())
        elif isinstance(value, list):
            yield from _blobs(value)


# Python

# Operations whose answer is what the caller wants.
_ASKS = ("Receive", "Get", "List", "Describe", "SubscribeToShard")


def python(requests: Sequence[Request]) -> str:
    """A whole program: imports, the client, the calls."""
    calls = [line for each in requests for line in _calls(each)]
    service = requests[0].service
    imports = ["import os", "", "import boto3"] if "os.environ" in "".join(calls) else []
    imports = imports or ["import boto3"]
    client = f'{service} = boto3.client("{service}", region_name="{REGION}")'
    return "\n".join([*imports, "", client, *calls])


def _calls(request: Request) -> Iterator[str]:
    service = request.service
    for value in request.parameters.values():
        if isinstance(value, BrokerId):
            yield f'brokers = {service}.list_brokers()["BrokerSummaries"]'
            found = f'each["BrokerId"] for each in brokers if each["BrokerName"] == {literal(value.broker)}'
            yield f"broker_id = next({found})"
    if request.after:
        waiter = words_of(request.after, "_")
        stream = literal(request.parameters["StreamName"])
        yield f'{service}.get_waiter("{waiter}").wait(StreamName={stream})'
    asks = request.operation.startswith(_ASKS)
    start = f"{'response = ' if asks else ''}{service}.{words_of(request.operation, '_')}"
    yield called(start, request.parameters)
    if request.operation == "SubscribeToShard":
        yield 'for event in response["EventStream"]:\n    print(event)'


def called(start: str, arguments: Mapping[str, Any]) -> str:
    """A call with arguments by name, broken into lines when it is long."""
    pairs = [f"{name}={literal(value)}" for name, value in arguments.items()]
    line = f"{start}({', '.join(pairs)})"
    if len(line) <= WIDTH:
        return line
    pairs = [
        f"    {name}={literal(value, 4, len(name) + 1)},\n" for name, value in arguments.items()
    ]
    return f"{start}(\n{''.join(pairs)})"


def literal(value: Any, indent: int = 0, before: int = 0) -> str:
    """A value as Python writes it. `indent` is that of the line, `before` what stands on it already."""
    if isinstance(value, str):
        return _text_literal(value)
    if isinstance(value, BrokerId):
        return "broker_id"
    if isinstance(value, Secret):
        return f'os.environ["{value.variable}"]'
    if isinstance(value, Blob):
        return _bytes_literal(value)
    if isinstance(value, Mapping):
        rows = [(f"{_text_literal(name)}: ", each) for name, each in value.items()]
        return _collected("{", rows, "}", indent, before)
    if isinstance(value, list):
        return _collected("[", [("", each) for each in value], "]", indent, before)
    return repr(value)


def _collected(
    start: str, rows: Sequence[tuple[str, Any]], end: str, indent: int, before: int
) -> str:
    line = start + ", ".join(key + literal(each) for key, each in rows) + end
    if not rows or (indent + before + len(line) < WIDTH and "\n" not in line):
        return line
    deeper = indent + 4
    space = " " * deeper
    inner = "".join(f"{space}{key}{literal(each, deeper, len(key))},\n" for key, each in rows)
    return f"{start}\n{inner}{' ' * indent}{end}"


def _text_literal(text: str) -> str:
    """In double quotes, unless the text has some."""
    written = repr(text)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in text else written


def _bytes_literal(blob: Blob) -> str:
    if blob.is_text and not blob.data.isascii():
        return f"{_text_literal(blob.data.decode())}.encode()"
    if blob.is_text:
        return f"b{_text_literal(blob.data.decode())}"
    return repr(blob.data)
