"""A scripted story: a starting world, timed commands, knobs; run to its end.

A run is a pure function of the scenario, the knob values, the seed, and what somebody did at which virtual time.
The data come from the front matter of `content/scenarios/`; `docs/writing-scenarios.md` describes them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from studyapp.engine.log import plain
from studyapp.engine.names import bucket_arn, queue_arn, short, topic_arn
from studyapp.engine.references import Unresolved, resolved
from studyapp.engine.refusals import Refused
from studyapp.engine.world import ACTIONS, World

Path = tuple[str | int, ...]

# A run that somebody waits for in a browser. A scenario that needs more is too long to be understood.
EVENTS_MAX = 50_000
ENDS_AT_MAX_MS = 40 * 86_400_000
SEED_MAX = 2**63 - 1
# Nobody writes deeper than this; who does wants to see what breaks.
DEPTH_MAX = 32


class Unfit(Exception):
    """The data are no scenario. `path` leads to the place in the front matter."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(f"{'.'.join(map(str, path)) or 'scenario'}: {text}")
        self.path = path
        self.text = text


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody does something at a virtual time. `refused` is the refusal that the story expects."""

    at_ms: int
    action: str
    by: str
    parameters: Mapping[str, Any]
    refused: str | None = None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Knob:
    """A value of the scenario that a learner may set: one of `values`, or `low` to `high` in steps.

    `path` leads to the value in the scenario's data.
    """

    name: str
    path: Path
    default: Any
    values: tuple[Any, ...] = ()
    low: int = 0
    high: int = 0
    step: int = 1

    def takes(self, value: Any) -> bool:
        if self.values:
            return any(value == each and type(value) is type(each) for each in self.values)
        return (
            type(value) is int
            and self.low <= value <= self.high
            and (value - self.low) % self.step == 0
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """A starting world and a script, ready to run. `data` is what it was read from."""

    data: Mapping[str, Any]
    seed: int
    ends_at_ms: int
    knobs: Mapping[str, Knob]
    setup: tuple[Command, ...] = field(repr=False)
    script: tuple[Command, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. `surprises` are commands of the script that ended otherwise than the story says, and
    `too_long` says that the run was cut when its log was full."""

    scenario: Scenario
    world: World
    surprises: tuple[tuple[Command, str], ...]
    too_long: bool


# Front matter section -> (action, parameter that carries the name). Settings are the action's parameters,
# except in sections of ATTRIBUTES, where they are AWS attributes in snake_case.
SECTIONS: Mapping[str, tuple[str, str]] = {
    "buckets": ("s3.CreateBucket", "bucket"),
    "queues": ("sqs.CreateQueue", "queue_name"),
    "endpoints": ("sim.AddEndpoint", "endpoint"),
    "topics": ("sns.CreateTopic", "name"),
    "streams": ("sim.AddStream", "stream"),
    "delivery_streams": ("firehose.CreateDeliveryStream", "delivery_stream"),
    "brokers": ("mq.CreateBroker", "broker_name"),
}
ATTRIBUTES = ("queues", "topics")
_PATH_STEP = re.compile(r'"[^"]*"|[^."]+')


def read(data: Mapping[str, Any]) -> Scenario:
    """The scenario of a file's front matter; names that belong to pages (`expect`, `lesson`) are left alone.

    Raises:
        Unfit: with the path to what is wrong.
    """
    if not isinstance(data, Mapping):
        raise Unfit((), "must be a table")
    _check_plain(data, ())
    seed = _whole(data, "seed", 0, SEED_MAX, ("seed",), 1)
    ends_at_ms = _whole(data, "ends_at_ms", 1, ENDS_AT_MAX_MS, ("ends_at_ms",))
    setup = tuple(_setup(data))
    knobs = {name: _knob(data, name, row) for name, row, _ in _rows(data, "knobs")}
    script = sorted(_script(data), key=lambda command: command.at_ms)
    for command in script:
        if command.at_ms > ends_at_ms:
            raise Unfit(command.path, "comes after the end of the scenario (ends_at_ms)")
    return Scenario(data, seed, ends_at_ms, knobs, setup, tuple(script))


def _check_plain(value: Any, path: Path) -> None:
    """Tables with text as names, lists, text, numbers, true and false: what every part of the engine can take,
    so that nothing after this has to look for anything else."""
    if len(path) > DEPTH_MAX:
        raise Unfit(path[:3], "is nested too deep")
    if isinstance(value, Mapping):
        for name, each in value.items():
            if type(name) is not str:
                raise Unfit(path, "names must be text")
            _check_plain(name, (*path, ascii(name)))
            _check_plain(each, (*path, name))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            _check_plain(each, (*path, place))
    elif type(value) is float:
        if not isfinite(value):
            raise Unfit(path, "must be a finite number")
    elif isinstance(value, tuple):
        raise Unfit(path, "must be a list")
    else:
        try:
            plain(value)
        except (TypeError, ValueError) as fault:
            text = "must be text of Unicode characters, a number of 64 bits, true or false"
            raise Unfit(path, text) from fault


def _whole(
    row: Mapping[str, Any], name: str, low: int, high: int, path: Path, default: int | None = None
) -> int:
    value = row.get(name, default)
    if type(value) is not int or not low <= value <= high:
        raise Unfit(path, f"{name} must be a whole number from {low:,} to {high:,}")
    return value


def _shown(value: Any) -> str:
    """A value in a message: as Python shows it, not too long."""
    try:
        return repr(value)[:80]
    except (ValueError, RecursionError):  # a number of 5,000 digits, a list in itself
        return type(value).__name__


def _rows(data: Mapping[str, Any], section: str) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    rows = data.get(section, {})
    if not isinstance(rows, Mapping):
        raise Unfit((section,), f"write [{section}.name] tables")
    for name, row in rows.items():
        if not isinstance(row, Mapping):
            raise Unfit((section, name), f"write a table [{section}.{name}]"[:120])
        yield name, row, (section, name)


# Knobs


def _knob(data: Mapping[str, Any], name: str, row: Mapping[str, Any]) -> Knob:
    place: Path = ("knobs", name)
    if strange := sorted(set(row) - {"sets", "values", "min", "max", "step"}):
        raise Unfit((*place, strange[0]), "a knob has sets, and values or min, max and step")
    sets = row.get("sets")
    if not isinstance(sets, str):
        raise Unfit(place, "needs sets = 'queues.orders.visibility_timeout' or the like")
    path = _knob_path(data, sets, (*place, "sets"))
    default: Any = data
    for step in path:
        default = default[step]
    values = row.get("values")
    ranged = any(name in row for name in ("min", "max", "step"))
    if ranged == ("values" in row) or not (ranged or (isinstance(values, list) and values)):
        raise Unfit(place, "needs either values = [...], or min and max")
    if values:
        knob = Knob(name, path, default, tuple(values))
    else:
        low = _whole(row, "min", 0, 2**53, (*place, "min"))
        high = _whole(row, "max", low, 2**53, (*place, "max"))
        step = _whole(row, "step", 1, 2**53, (*place, "step"), 1)
        knob = Knob(name, path, default, (), low, high, step)
    if not knob.takes(default):
        raise Unfit(place, f"the file's own value {_shown(default)} is none that the knob offers")
    return knob


def _knob_path(data: Mapping[str, Any], sets: str, place: Path) -> Path:
    """'queues.orders.visibility_timeout', 'queues."orders.fifo".visibility_timeout', or 'script.crash.at_ms' for
    the command with id = 'crash'."""
    found: list[str | int] = []
    here: Any = data
    steps = _PATH_STEP.findall(sets)
    if ".".join(steps) != sets:
        raise Unfit(place, f"{sets!r} is no path; write names with dots between")
    for step in steps:
        step = step.strip('"')
        key: str | int = step
        if isinstance(here, list):
            ids = [row.get("id") if isinstance(row, Mapping) else None for row in here]
            if ids.count(step) != 1:
                number = "more than one entry" if step in ids else "no entry"
                raise Unfit(place, f"{number} of {found[-1]} has id = {step!r}")
            key = ids.index(step)
        elif not isinstance(here, Mapping) or step not in here:
            raise Unfit(
                place, f"{sets!r} leads nowhere: there is no {step!r}; write the value down"
            )
        found.append(key)
        here = here[key]
    if isinstance(here, (Mapping, list)):
        raise Unfit(place, f"{sets!r} is no single value")
    return tuple(found)


def with_knobs(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with these knob values.

    Raises:
        Unfit: for a knob that there is not, or a value that it does not take.
    """
    if not values:
        return scenario
    if not isinstance(values, Mapping):
        raise Unfit(("knobs",), "write a table of knob values")
    data = deepcopy(dict(scenario.data))
    for name, value in values.items():
        knob = scenario.knobs.get(name)
        if knob is None or not knob.takes(value):
            raise Unfit(("knobs", str(name)), f"cannot be set to {_shown(value)}")
        here: Any = data
        for step in knob.path[:-1]:
            here = here[step]
        here[knob.path[-1]] = value
    return read(data)


# Commands


def camel(name: str) -> str:
    """visibility_timeout -> VisibilityTimeout: how AWS spells its attributes."""
    return "".join(part.capitalize() for part in name.split("_"))


def attribute(value: Any) -> str:
    """Attribute values are text on the wire: 'true', '30', JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _setup(data: Mapping[str, Any]) -> Iterator[Command]:
    for section, (action, name_parameter) in SECTIONS.items():
        if section == "queues":
            yield from _queues(data)
            continue
        for name, row, path in _rows(data, section):
            if name_parameter in row:
                raise Unfit((*path, name_parameter), f"stands in the heading [{section}.NAME]")
            settings = dict(row)
            if section in ATTRIBUTES:
                attributes = {camel(key): attribute(value) for key, value in settings.items()}
                settings = {"attributes": attributes} if attributes else {}
            yield Command(0, action, "setup", {name_parameter: name, **settings}, path=path)
    for _, row, path in _rows(data, "subscriptions"):
        yield _subscription(row, path)
    for place, row in enumerate(_list(data, "setup")):
        for name in ("at_ms", "refused"):
            if isinstance(row, Mapping) and name in row:
                raise Unfit(("setup", place, name), "stands only in [[script]]")
        yield _command(row, ("setup", place), at_ms=0)
    for name, row, path in _rows(data, "actors"):
        settings = {key: value for key, value in row.items() if key not in ("kind", "start")}
        parameters = {"actor": name, "kind": row.get("kind"), "settings": settings}
        if "start" in row:
            parameters["start"] = row["start"]
        yield Command(0, "sim.AddActor", "setup", parameters, path=path)


def _queues(data: Mapping[str, Any]) -> Iterator[Command]:
    """Queues, a dead-letter queue before the queues that name it, each open to the topics that feed it."""
    rows = {name: (row, path) for name, row, path in _rows(data, "queues")}
    waiting = list(rows)
    while waiting:
        name = next((n for n in waiting if _dead_letter_queue(*rows[n]) not in waiting), None)
        if name is None:
            raise Unfit(("queues", waiting[0]), "dead-letter queues name each other in a circle")
        waiting.remove(name)
        row, path = rows[name]
        settings = {
            key: value
            for key, value in row.items()
            if key not in ("chances", "open_to", "redrive_policy")
        }
        attributes = {camel(key): attribute(value) for key, value in settings.items()}
        if target := _dead_letter_queue(row, path):
            attributes["RedrivePolicy"] = attribute(
                {
                    "deadLetterTargetArn": queue_arn(target),
                    "maxReceiveCount": row["redrive_policy"].get("max_receive_count", 10),
                }
            )
        sources = _sources(data, name, row, path)
        if sources and "Policy" not in attributes:
            attributes["Policy"] = queue_policy(name, sources)
        yield Command(
            0, "sqs.CreateQueue", "setup", {"queue_name": name, "attributes": attributes}, path=path
        )
        if "chances" in row:
            if not isinstance(row["chances"], Mapping) or "queue" in row["chances"]:
                raise Unfit((*path, "chances"), "write a table of chances, without the queue")
            chances = {"queue": name, **row["chances"]}
            yield Command(0, "sim.SetQueueChances", "setup", chances, path=(*path, "chances"))


def _dead_letter_queue(row: Mapping[str, Any], path: Path) -> str | None:
    policy = row.get("redrive_policy")
    if policy is None:
        return None
    if (
        not isinstance(policy, Mapping)
        or not policy.get("dead_letter_queue")
        or not isinstance(policy["dead_letter_queue"], str)
        or not set(policy) <= {"dead_letter_queue", "max_receive_count"}
    ):
        text = "write redrive_policy = { dead_letter_queue = 'name', max_receive_count = 3 }"
        raise Unfit((*path, "redrive_policy"), text)
    return policy["dead_letter_queue"]


def _sources(data: Mapping[str, Any], name: str, row: Mapping[str, Any], path: Path) -> list[str]:
    """ARNs of what may write into a queue: the topics it subscribes to, those whose subscriptions use it as
    dead-letter queue, and what `open_to` names."""
    if row.get("open_to") is False:
        return []
    found = []
    for _, subscription, _ in _rows(data, "subscriptions"):
        endpoint = subscription.get("endpoint") if subscription.get("protocol") == "sqs" else None
        if name in (short(str(endpoint)), short(str(subscription.get("dead_letter_queue")))):
            found.append(topic_arn(short(str(subscription.get("topic")))))
    opened = row.get("open_to", [])
    for source in opened if isinstance(opened, list) else [opened]:
        kind, _, other = str(source).partition(":")
        if kind not in ("topic", "bucket") or not other:
            raise Unfit(
                (*path, "open_to"), "write open_to = ['topic:name', 'bucket:name'] or false"
            )
        found.append(topic_arn(other) if kind == "topic" else bucket_arn(other))
    return list(dict.fromkeys(found))


def queue_policy(queue: str, sources: Sequence[str]) -> str:
    """A queue policy that lets these topics and buckets send, and nobody else."""
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": f"{source.split(':')[2]}.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn(queue),
            "Condition": {"ArnEquals": {"aws:SourceArn": source}},
        }
        for source in sources
    ]
    return attribute({"Version": "2012-10-17", "Statement": statements})


def _subscription(row: Mapping[str, Any], path: Path) -> Command:
    attributes = {}
    for key, value in row.items():
        if key == "dead_letter_queue":
            target = queue_arn(short(str(value)))
            attributes["RedrivePolicy"] = attribute({"deadLetterTargetArn": target})
        elif key not in ("topic", "protocol", "endpoint"):
            attributes[camel(key)] = attribute(value)
    parameters = {name: row.get(name) for name in ("topic", "protocol", "endpoint")}
    if attributes:
        parameters["attributes"] = attributes
    return Command(0, "sns.Subscribe", "setup", parameters, path=path)


def _list(data: Mapping[str, Any], section: str) -> list[Any]:
    rows = data.get(section, [])
    if not isinstance(rows, list):
        raise Unfit((section,), f"write [[{section}]] tables")
    return rows


def _script(data: Mapping[str, Any]) -> Iterator[Command]:
    for place, row in enumerate(_list(data, "script")):
        yield _command(row, ("script", place))


def commands(rows: Sequence[Any]) -> list[Command]:
    """What somebody did, in the form of a script: tables with at_ms, do, by and the action's parameters.

    Raises:
        Unfit: with the place in the list.
    """
    if not isinstance(rows, list):
        raise Unfit(("actions",), "must be a list of tables")
    _check_plain(rows, ("actions",))
    return [_command(row, ("actions", place)) for place, row in enumerate(rows)]


# What stands in a row of a script beside the action's parameters; no action has a parameter of these names.
_OF_COMMANDS = frozenset({"at_ms", "do", "by", "id", "refused"})


def _command(row: Any, path: Path, at_ms: int | None = None) -> Command:
    if not isinstance(row, Mapping):
        raise Unfit(path, "must be a table")
    if at_ms is None:
        at_ms = _whole(row, "at_ms", 0, ENDS_AT_MAX_MS, (*path, "at_ms"))
    action = row.get("do")
    if not isinstance(action, str) or action not in ACTIONS:
        alike = _alike(action) if isinstance(action, str) else ""
        raise Unfit((*path, "do"), f"{_shown(action)} is no action{alike}")
    words = {name: row.get(name) for name in ("by", "id", "refused")}
    for name, word in words.items():
        if not isinstance(word, str) and (word is not None or name in row):
            raise Unfit((*path, name), "must be text")
    parameters = {key: value for key, value in row.items() if key not in _OF_COMMANDS}
    by = words["by"]
    if by is None:
        by = "setup" if path[0] == "setup" else "you"
    return Command(at_ms, action, by, parameters, words["refused"], path)


def _alike(action: str) -> str:
    last = action.rpartition(".")[2].casefold()
    near = [name for name in ACTIONS if name.rpartition(".")[2].casefold() == last]
    return f"; did you mean {' or '.join(near)}?" if near else ""


# Running


def start(scenario: Scenario, seed: int | None = None, events_max: int = EVENTS_MAX) -> World:
    """The world at 0 ms, set up, with its actors started.

    Raises:
        Unfit: for a seed that is none, and when the world refuses a part of the setup; the text names the
            reason and its details.
    """
    seed = scenario.seed if seed is None else _whole({"seed": seed}, "seed", 0, SEED_MAX, ("seed",))
    world = World(seed, events_max)
    for command in scenario.setup:
        try:
            world.call(command.action, command.by, **command.parameters)
        except Refused as refusal:
            raise Unfit(command.path, f"refused: {_why(refusal)}") from refusal
    return world


def _why(refusal: Refused) -> str:
    details = ", ".join(f"{name} {value}" for name, value in refusal.details)
    return f"{refusal.reason} ({details})" if details else refusal.reason


def run(
    scenario: Scenario,
    knobs: Mapping[str, Any] | None = None,
    seed: int | None = None,
    actions: Sequence[Command] = (),
    events_max: int = EVENTS_MAX,
) -> Run:
    """The whole story, with what somebody did in between (`actions`, at the same time after the script; what
    comes after the end is not done).

    Raises:
        Unfit: for knob values or a seed that do not fit, or a setup that the world refuses.
    """
    scenario = with_knobs(scenario, knobs or {})
    world = start(scenario, seed, events_max)
    surprises: list[tuple[Command, str]] = []
    commands = sorted((*scenario.script, *actions), key=lambda command: command.at_ms)
    try:
        for command in commands:
            if command.at_ms > scenario.ends_at_ms:
                break
            if command.at_ms > world.now_ms:
                world.advance_to(command.at_ms)
            outcome = do(world, command)
            if world.overflowed:
                return Run(scenario, world, tuple(surprises), True)
            if outcome != command.refused:
                surprises.append((command, outcome or "accepted"))
        world.advance_to(scenario.ends_at_ms)
    except Refused:
        if not world.overflowed:
            raise
    return Run(scenario, world, tuple(surprises), world.overflowed)


def do(world: World, command: Command) -> str | None:
    """Do one command now. Returns None, or the reason of the refusal."""
    try:
        parameters = {name: resolved(world, value) for name, value in command.parameters.items()}
        world.call(command.action, command.by, **parameters)
    except Refused as refusal:
        return refusal.reason
    except Unresolved as missing:
        return str(missing)
    return None
