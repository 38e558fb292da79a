"""A run is its address: knob values, seed and what somebody did, read from a query and written into one.

`?k.timeout=15&seed=3&a=12500~sim.CrashActor~actor~worker-a` says what differs from the scenario's own run. Every
run has one address: knobs in the order of the scenario, those at their own value left out, then actions in order
of time. `t=12.5` opens it at that second.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from studyapp.engine.scenario import Knob, Run, Scenario, Unfit, commands
from studyapp.engine.scenario import run as run_scenario
from studyapp.simulator import actions as written_actions
from studyapp.simulator.actions import ACTIONS_MAX, Unreadable

# What an address may hold before it is read at all.
QUERY_MAX, FIELDS_MAX = 6_000, 80
SEED_MAX = 2**63 - 1
# Choices of the reader that any page may carry; they say nothing about the run.
_READING = frozenset({"with", "layout"})
_WHOLE = re.compile(r"0|[1-9][0-9]{0,18}")
_SECONDS = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run has that the scenario's own run has not. `actions` are rows of a script, in order of time.
    `at_ms` is the moment to show; `whole` asks for all lines of its table."""

    knobs: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    actions: tuple[Mapping[str, Any], ...] = ()
    at_ms: int | None = None
    whole: bool = False

    @property
    def is_own(self) -> bool:
        """Whether this is the run of the file."""
        return not self.knobs and self.seed is None and not self.actions

    @property
    def run(self) -> "Settings":
        """The same run, whatever part of it is shown."""
        return replace(self, at_ms=None, whole=False)


class Misread(Exception):
    """An address that names no run. `kind` says how: long, twice, unknown, value, seed, action, time, all, unfit."""

    def __init__(self, kind: str, name: str = "") -> None:
        super().__init__(f"{kind} {name}".strip())
        self.kind, self.name = kind, name


def is_too_long(query: str) -> bool:
    return len(query) > QUERY_MAX or query.count("&") >= FIELDS_MAX


def text_of(value: Any) -> str:
    """A knob's value as it stands in an address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_settings(
    scenario: Scenario, fields: Sequence[tuple[str, str]], allows: Collection[str] = ()
) -> Settings:
    """What the fields of a query ask for. `allows` are the actions that a learner may take.

    Raises:
        Misread: when they are not those of a run of this scenario.
    """
    given: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    for name, text in fields:
        if name == "a":
            rows.append(_action(text, scenario, allows))
        elif name in given:
            raise Misread("twice", name)
        else:
            given[name] = text
    if len(rows) > ACTIONS_MAX:
        raise Misread("long")
    knobs: dict[str, Any] = {}
    for knob in scenario.knobs.values():
        if (written := given.pop(f"k.{knob.name}", None)) is not None:
            value = _value(knob, written)
            if value != knob.default:
                knobs[knob.name] = value
    seed = _seed(given.pop("seed", None))
    at_ms = moment(given.pop("t"), scenario) if "t" in given else None
    whole = given.pop("all", None)
    if whole not in (None, "1"):
        raise Misread("all")
    for name in given:
        if name not in _READING:
            raise Misread("unknown", name)
    rows.sort(key=lambda row: row["at_ms"])
    seed = None if seed == scenario.seed else seed
    return Settings(knobs, seed, tuple(rows), at_ms, whole == "1")


def _action(text: str, scenario: Scenario, allows: Collection[str]) -> dict[str, Any]:
    try:
        row = written_actions.read(text)
        commands([row])
    except (Unreadable, Unfit) as fault:
        raise Misread("action", text) from fault
    if row["do"] not in allows or row["at_ms"] > scenario.ends_at_ms:
        raise Misread("action", str(row["do"]))
    return row


def moment(text: str, scenario: Scenario) -> int:
    """'12.5' seconds -> 12500 ms.

    Raises:
        Misread: for what is no second of a run of this scenario.
    """
    if not _SECONDS.fullmatch(text):
        raise Misread("time")
    whole, _, rest = text.partition(".")
    at_ms = int(whole) * 1000 + int(rest.ljust(3, "0") or 0)
    if at_ms > scenario.ends_at_ms:
        raise Misread("time")
    return at_ms


def seconds_of(at_ms: int) -> str:
    """12500 ms -> '12.5', as it stands in an address."""
    return f"{at_ms // 1000}.{at_ms % 1000:03}".rstrip("0").rstrip(".")


def _value(knob: Knob, text: str) -> Any:
    for value in knob.values:
        if text == text_of(value):
            return value
    if not knob.values and _WHOLE.fullmatch(text) and knob.takes(int(text)):
        return int(text)
    raise Misread("value", knob.name)


def _seed(text: str | None) -> int | None:
    if text is None:
        return None
    if not _WHOLE.fullmatch(text) or int(text) > SEED_MAX:
        raise Misread("seed")
    return int(text)


def fields_of(scenario: Scenario, settings: Settings) -> list[tuple[str, str]]:
    """The fields of the one address that these settings have."""
    fields = [
        (f"k.{name}", text_of(settings.knobs[name]))
        for name in scenario.knobs
        if name in settings.knobs
    ]
    if settings.seed is not None:
        fields.append(("seed", str(settings.seed)))
    fields += [("a", written_actions.written(row)) for row in settings.actions]
    if settings.at_ms is not None:
        fields.append(("t", seconds_of(settings.at_ms)))
    if settings.whole:
        fields.append(("all", "1"))
    return fields


def query_of(scenario: Scenario, settings: Settings) -> str:
    """The one query that these settings have, such as 'k.timeout=15'; '' for the scenario's own run."""
    return urlencode(fields_of(scenario, settings), safe="~")


def is_canonical(scenario: Scenario, settings: Settings, fields: Sequence[tuple[str, str]]) -> bool:
    """Whether a query says these settings in the one way, whatever its percent signs."""
    said = [each for each in fields if each[0] not in _READING]
    return said == fields_of(scenario, settings)


def with_next_seed(scenario: Scenario, settings: Settings) -> Settings:
    """The same run with other chance."""
    seed = scenario.seed if settings.seed is None else settings.seed
    after = (seed + 1) % (SEED_MAX + 1)
    return replace(settings, seed=None if after == scenario.seed else after)


def play(scenario: Scenario, settings: Settings) -> Run:
    """Run a scenario to its end.

    Raises:
        Misread: when the world cannot be set up with these knob values.
    """
    try:
        done = commands(list(settings.actions))
        return run_scenario(scenario, settings.knobs, settings.seed, done)
    except Unfit as fault:
        if settings.is_own:
            raise
        raise Misread("unfit") from fault
