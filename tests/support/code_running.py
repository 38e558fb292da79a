"""Runs what the code panel shows, without AWS: bash with an `aws` that writes its words down, Python with a boto3
that writes its calls down. What comes back is what AWS would have been asked."""

import base64
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from botocore import xform_name
from botocore.model import Shape

from studyapp.simulator.code_panel import Code
from tests.support.aws_examples import faults_of_python, read_command

BROKER_ID, PASSWORD = "b-0123", "a password; & $HOME"
# (service, operation, parameters); a waiter is (service, "wait", {...}).
Asked = tuple[str, str, dict[str, Any]]

# Answers list-brokers, since the next command needs an id, and keeps the file that put-object would have read.
_AWS = r"""
aws() {
  printf '%s\0' "$#" "$@" >> words
  if [ "$2" = list-brokers ]; then echo b-0123; fi
  if [ "$2" = put-object ] && [ -e body.txt ]; then
    printf '%s\0' 3 body '' "$(cat body.txt; printf x)" >> words; rm body.txt
  fi
}
"""


def words_of_shell(texts: Sequence[str], folder: Path) -> list[list[list[str]]]:
    """For each text the commands in it, taken apart by bash."""
    (folder / "script").write_text(
        _AWS + "\n".join(f"{text}\nprintf '1\\0end\\0' >> words" for text in texts), "utf-8"
    )
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MQ_PASSWORD": PASSWORD}
    done = subprocess.run(
        ["bash", "script"], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-500:]
    raw = (folder / "words").read_bytes().decode().split("\0")
    found: list[list[list[str]]] = [[]]
    place = 0
    while place < len(raw) - 1:
        count = int(raw[place])
        words = raw[place + 1 : place + 1 + count]
        place += 1 + count
        if words == ["end"]:
            found.append([])
        else:
            found[-1].append(words)
    return found[:-1]


def asked_by_shell(commands: list[list[str]]) -> list[Asked]:
    """What AWS would be asked by commands that `words_of_shell` gave.

    Raises:
        ValueError: for what the CLI would refuse.
    """
    asked: list[Asked] = []
    for words in commands:
        if words[0] == "body":
            asked[-1][2]["Body"] = words[2].removesuffix("x").encode()
            continue
        for word in words:
            # The CLI would read the first from a file and take the second for an option.
            value = word.partition("=")[2] if word.startswith("--") else word
            assert not value.startswith(("file://", "fileb://")), word
            assert not word.startswith("-") or word.startswith("--"), word
        words = ["aws", *words]
        if words[2] == "wait":
            asked.append((words[1], "wait", {"waiter": words[3], "StreamName": words[5]}))
            continue
        if words[2] == "get-object":
            assert words.pop() == "body.txt"
        operation, values = read_command(words)
        if words[2] == "put-object":
            assert values.pop("Body", "body.txt") == "body.txt"
        is_raw = "raw-in-base64-out" in words
        if operation.input_shape is not None:
            values = _with_bytes(values, operation.input_shape, is_raw)
        asked.append((operation.service_model.service_name, operation.name, values))
    return asked


def _with_bytes(value: Any, shape: Shape, is_raw: bool) -> Any:
    """What the CLI makes of blobs: with --cli-binary-format raw-in-base64-out the text's bytes, else Base64."""
    if shape.type_name == "structure":
        return {k: _with_bytes(v, shape.members[k], is_raw) for k, v in value.items()}
    if shape.type_name == "map":
        return {k: _with_bytes(v, shape.value, is_raw) for k, v in value.items()}
    if shape.type_name == "list":
        return [_with_bytes(each, shape.member, is_raw) for each in value]
    if shape.type_name == "blob" and isinstance(value, str):
        return value.encode() if is_raw else base64.b64decode(value, validate=True)
    return value


class _Client:
    def __init__(self, service: str, asked: list[Asked]) -> None:
        self._service, self._asked = service, asked

    def __getattr__(self, method: str) -> Any:
        def call(*given: str, **parameters: Any) -> Any:
            if method == "get_waiter":
                waiter = given[0].replace("_", "-")
                return SimpleNamespace(
                    wait=lambda **names: self._asked.append(
                        (self._service, "wait", {"waiter": waiter, **names})
                    )
                )
            assert not given
            self._asked.append((self._service, method, parameters))
            return defaultdict(list, BrokerSummaries=_AnyBroker())

        return call


class _AnyBroker(list):
    """A list in which every broker is found, whatever its name."""

    def __iter__(self) -> Iterator[Any]:
        class Everything(str):
            def __eq__(self, other: object) -> bool:
                return True

            __hash__ = str.__hash__

        yield {"BrokerName": Everything(), "BrokerId": BROKER_ID}


@contextmanager
def _modules(**modules: Any) -> Iterator[None]:
    made = {}
    for name, content in modules.items():
        made[name] = ModuleType(name)
        vars(made[name]).update(content)
    secrets = {"MQ_PASSWORD": PASSWORD, "MQ_USER": "admin"}
    with mock.patch.dict(sys.modules, made), mock.patch.dict(os.environ, secrets):
        yield


def asked_by_python(code: str) -> list[Asked]:
    """What AWS would be asked by a program with boto3.

    Raises:
        ValueError: for what boto3 would refuse.
    """
    if faults := faults_of_python(code):
        raise ValueError("; ".join(faults))
    asked: list[Asked] = []
    with _modules(boto3={"client": lambda service, region_name: _Client(service, asked)}):
        exec(compile(code, "copied", "exec"), {})
    return asked


def as_boto3(asked: Asked) -> Asked:
    """The same with boto3's name of the operation."""
    service, operation, parameters = asked
    return service, xform_name(operation), parameters


class Recorder:
    """Stands for a client library: takes every call and notes it as (name, arguments, named arguments)."""

    def __init__(self, calls: list[Any], name: str = "") -> None:
        self._calls, self._name = calls, name

    def __getattr__(self, name: str) -> Any:
        return Recorder(self._calls, f"{self._name}.{name}".lstrip("."))

    def __call__(self, *given: Any, **named: Any) -> Any:
        self._calls.append((self._name, given, named))
        return Recorder(self._calls, self._name)

    def __iter__(self) -> Iterator[Any]:
        """The three parts of an answer to basic_get."""
        return iter((self, self, self))


def calls_of_client(code: Code) -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """What a program told its client library, in order."""
    calls: list[Any] = []
    module = {"stomp.py": "stomp", "pika": "pika"}[code.library]
    content = {
        name: Recorder(calls, name)
        for name in (*("Connection12", "BlockingConnection", "URLParameters", "BasicProperties"),)
    }
    content["ConnectionListener"] = object  # type: ignore[assignment]
    with _modules(**{module: content}):
        exec(compile(code.python, "copied", "exec"), {})
    return calls
