"""Checks examples of boto3 and of the AWS CLI against AWS's own service models, without a network.

botocore carries a description of every service: operations, parameters, types, limits and enumerations.
"""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.validate import ParamValidator

SCALARS = frozenset(
    {"string", "character", "boolean", "integer", "long", "float", "double", "blob", "timestamp"}
)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@cache
def _service(name: str) -> ServiceModel | None:
    try:
        return _session().get_service_model(name)
    except UnknownServiceError:
        return None


@cache
def _waiters(service: str) -> frozenset[str]:
    return frozenset(_session().get_waiter_model(service).waiter_names)


def _operation(service: ServiceModel, name: str, joint: str) -> OperationModel | None:
    """The operation whose name is 'send_message' (joint '_') or 'send-message' (joint '-')."""
    names = {xform_name(operation, joint): operation for operation in service.operation_names}
    return service.operation_model(names[name]) if name in names else None


def _parameter_faults(operation: OperationModel, values: dict[str, Any]) -> Iterator[str]:
    shape = operation.input_shape
    if shape is None:
        yield from (f"{operation.name} takes no parameter {name}" for name in values)
        return
    report = ParamValidator().validate(values, shape)
    if report.has_errors():
        yield from (f"{operation.name}: {line}" for line in report.generate_report().split("\n"))
    else:
        yield from (f"{operation.name}: {text}" for text in _word_faults(values, shape))


def _word_faults(value: Any, shape: Shape) -> Iterator[str]:
    """What botocore itself leaves to the service: enumerations, and JSON inside a string."""
    if shape.type_name == "structure":
        for name, inner in value.items():
            yield from _word_faults(inner, shape.members[name])
    elif shape.type_name == "list":
        for inner in value:
            yield from _word_faults(inner, shape.member)
    elif shape.type_name == "map":
        for key, inner in value.items():
            yield from _word_faults(key, shape.key)
            yield from _word_faults(inner, shape.value)
    elif shape.type_name == "string" and "$" not in value:
        if shape.enum and value not in shape.enum:
            yield f"{value!r} is none of {', '.join(shape.enum)}"
        if value.startswith("{"):
            try:
                json.loads(value)
            except ValueError as fault:
                yield f"{value!r} is not JSON: {fault}"


# boto3


def _sample(shape: Shape) -> Any:
    """Some value that the shape accepts, for what is only known when the example runs."""
    kind = shape.type_name
    if kind == "structure":
        return {name: _sample(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [_sample(shape.member)]
    if kind == "map":
        return {_sample(shape.key): _sample(shape.value)}
    if kind == "string":
        return shape.enum[0] if shape.enum else "x" * max(1, shape.metadata.get("min", 1))
    numbers = {"integer": int, "long": int, "float": float, "double": float}
    if kind in numbers:
        return numbers[kind](shape.metadata.get("min", 1))
    return {"boolean": True, "timestamp": 0}.get(kind, b"x")


def _value(node: ast.expr, shape: Shape | None, names: dict[str, ast.expr]) -> Any:
    """The value of an expression where it is written out, else a sample that fits."""
    if isinstance(node, ast.Name) and node.id in names:
        return _value(names[node.id], shape, names)
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        pairs = [(key.value, value) for key, value in zip(node.keys, node.values, strict=True)]  # type: ignore[union-attr]
        return {key: _value(value, _inside(shape, key), names) for key, value in pairs}
    if isinstance(node, ast.List):
        return [_value(each, _inside(shape, ""), names) for each in node.elts]
    written = ast.unparse(node)
    if isinstance(node, ast.JoinedStr) or written.startswith(("os.environ[", "str(")):
        return "$" * 8
    if written.startswith("json.dumps("):
        return "{}"
    try:
        return ast.literal_eval(node)
    except ValueError:
        return _sample(shape) if shape else None


def _inside(shape: Shape | None, key: str) -> Shape | None:
    kind = shape.type_name if shape else ""
    if kind == "structure":
        return shape.members.get(key)  # type: ignore[union-attr]
    return {"list": "member", "map": "value"}.get(kind) and getattr(
        shape, {"list": "member", "map": "value"}[kind]
    )


def faults_of_python(code: str) -> list[str]:
    """What is wrong with an example for boto3; [] when AWS would take it."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, SyntaxWarning) as fault:
        return [f"this is not Python: {fault}"]
    names: dict[str, ast.expr] = {}
    clients: dict[str, str] = {}
    faults: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if found := re.match(r"boto3\.client\('([^']+)'", ast.unparse(node.value)):
                clients[name] = found.group(1)
            else:
                names[name] = node.value
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in clients
        ):
            faults += _call_faults(clients[node.func.value.id], node.func.attr, node, names)
    return faults


def _call_faults(
    client: str, method: str, call: ast.Call, names: dict[str, ast.expr]
) -> Iterator[str]:
    service = _service(client)
    if service is None:
        yield f"boto3 has no client {client!r}"
        return
    if method == "get_waiter":
        waiter = _value(call.args[0], None, names)
        if waiter not in {xform_name(name) for name in _waiters(client)}:
            yield f"{client} has no waiter {waiter!r}"
        return
    operation = _operation(service, method, "_")
    if operation is None:
        yield f"{client} has no operation {method!r}"
    elif call.args:
        yield f"{method} takes its parameters by name"
    else:
        shape = operation.input_shape
        given = {str(pair.arg): pair.value for pair in call.keywords}
        values = {name: _value(node, _inside(shape, name), names) for name, node in given.items()}
        yield from _parameter_faults(operation, values)


# The AWS CLI

# Options of every command, and of those that page through results.
GLOBAL = frozenset(
    (
        *(
            "region",
            "profile",
            "output",
            "query",
            "endpoint-url",
            "cli-binary-format",
            "no-cli-pager",
        ),
        *("debug", "no-paginate", "max-items", "page-size", "starting-token", "cli-input-json"),
    )
)
# The CLI renames a few parameters (awscli/customizations/argrename.py).
RENAMED = {("sns", "subscribe", "endpoint"): "notification-endpoint"}


class NoSuchValue(Exception):
    """The words after an option cannot be its value."""


def faults_of_shell(code: str) -> list[str]:
    """What is wrong with commands for the AWS CLI; [] when the CLI would take them."""
    faults: list[str] = []
    for line in code.replace("\\\n", " ").split("\n"):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as fault:
            faults.append(f"{line!r}: {fault}")
            continue
        if words[:1] == ["aws"] and len(words) >= 3:
            faults += _command_faults(words[1], words[2], words[3:])
        elif words:
            faults.append(f"{line!r} is no command of the AWS CLI")
    return faults


def _command_faults(service_name: str, command: str, words: list[str]) -> Iterator[str]:
    service = _service(service_name)
    if service is None:
        yield f"the AWS CLI has no service {service_name!r}"
        return
    if command == "wait":
        if words[:1] and words[0] not in {xform_name(w, "-") for w in _waiters(service_name)}:
            yield f"{service_name} has no waiter {words[0]!r}"
        return
    operation = _operation(service, command, "-")
    if operation is None:
        yield f"{service_name} has no command {command!r}"
        return
    values, faults = _command_values(operation, service_name, command, words)
    yield from faults
    yield from _parameter_faults(operation, values)


def _command_values(
    operation: OperationModel, service_name: str, command: str, words: list[str]
) -> tuple[dict[str, Any], list[str]]:
    """The parameters that the words after a command stand for, and what is wrong with them."""
    members = operation.input_shape.members if operation.input_shape else {}
    options = {}
    for name in members:
        option = xform_name(name, "-")
        options[RENAMED.get((service_name, command, option), option)] = name
    values: dict[str, Any] = {}
    faults: list[str] = []
    for option, given in _options(words):
        name = options.get(option) or options.get(option.removeprefix("no-"))
        if option == "cli-input-json":
            values |= json.loads(given[0])
        if option in GLOBAL:
            continue
        if name is None or (option not in options and members[name].type_name != "boolean"):
            faults.append(f"{service_name} {command} has no option --{option}")
            continue
        try:
            values[name] = _cli_value(members[name], given)
            if option not in options and not given:
                values[name] = False
        except (NoSuchValue, ValueError) as fault:
            faults.append(f"{service_name} {command} --{option}: {fault}")
            values[name] = _sample(members[name])
    return values, faults


def read_command(words: list[str]) -> tuple[OperationModel, dict[str, Any]]:
    """The operation of a command whose words the shell has taken apart, and its parameters as the CLI reads
    them; bytes are as they stand there.

    Raises:
        ValueError: with everything that the CLI would refuse.
    """
    name = {"s3api": "s3"}.get(words[1], words[1])
    service = _service(name)
    operation = _operation(service, words[2], "-") if service else None
    if operation is None:
        raise ValueError(f"{' '.join(words[:3])} is no command of the AWS CLI")
    values, faults = _command_values(operation, name, words[2], words[3:])
    faults += _parameter_faults(operation, values)
    if faults:
        raise ValueError("; ".join(faults))
    return operation, values


def _options(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Pairs of option and the words up to the next one; `--option=word` has its word inside."""
    starts = [n for n, word in enumerate(words) if word.startswith("--")] + [len(words)]
    if words[: starts[0]]:
        yield " ".join(words[: starts[0]]), []
    for start, end in zip(starts, starts[1:], strict=False):
        option, equals, inside = words[start].removeprefix("--").partition("=")
        yield option, ([inside] if equals else []) + words[start + 1 : end]


def _cli_value(shape: Shape, words: list[str]) -> Any:
    kind = shape.type_name
    if kind == "boolean" and not words:
        return True
    if not words:
        raise NoSuchValue("has no value")
    if kind not in SCALARS and words[0][:1] in ("{", "["):
        if len(words) > 1:
            raise NoSuchValue("JSON stands in one pair of quotes")
        value = json.loads(words[0])
        return [value] if kind == "list" and isinstance(value, dict) else value
    if kind == "list":
        return [_cli_value(shape.member, [word]) for word in words]
    if len(words) > 1:
        raise NoSuchValue(f"takes one value, not {len(words)}; is a quote missing?")
    if kind in ("structure", "map"):
        return _shorthand(shape, words[0])
    if kind in ("integer", "long") and "$" not in words[0]:
        return int(words[0])
    if kind in ("float", "double") and "$" not in words[0]:
        return float(words[0])
    if kind == "timestamp" and "$" not in words[0]:
        return words[0]
    return words[0] if kind in ("string", "blob") else _sample(shape)


def _shorthand(shape: Shape, word: str) -> dict[str, Any]:
    """`Key=Value,Key=Value`, the short way of the CLI to write a structure or a map."""
    values = {}
    for pair in word.split(","):
        key, equals, value = pair.partition("=")
        if not equals:
            raise NoSuchValue(f"{pair!r} is not of the form Key=Value")
        inner = _inside(shape, key)
        values[key] = _cli_value(inner, [value]) if inner else value
    return values
