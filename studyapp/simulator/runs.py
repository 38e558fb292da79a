"""A run is its address: knob values and seed, read from a query and written into one.

`?k.timeout=15&seed=3` says what differs from the scenario's own run. Every run has one address: knobs in the
order of the scenario, those at their own value left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from studyapp.engine.scenario import Knob, Run, Scenario, Unfit
from studyapp.engine.scenario import run as run_scenario

# What an address may hold before it is read at all.
QUERY_MAX, FIELDS_MAX = 1_000, 20
SEED_MAX = 2**63 - 1
# Choices of the reader that any page may carry; they say nothing about the run.
_READING = frozenset({"with", "layout"})
_WHOLE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run has that the scenario's own run has not. `whole` asks for all lines of its table."""

    knobs: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    whole: bool = False

    @property
    def is_own(self) -> bool:
        """Whether this is the run of the file."""
        return not self.knobs and self.seed is None


class Misread(Exception):
    """An address that names no run. `kind` says how: long, twice, unknown, value, seed, all, unfit."""

    def __init__(self, kind: str, name: str = "") -> None:
        super().__init__(f"{kind} {name}".strip())
        self.kind, self.name = kind, name


def is_too_long(query: str) -> bool:
    return len(query) > QUERY_MAX or query.count("&") >= FIELDS_MAX


def text_of(value: Any) -> str:
    """A knob's value as it stands in an address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_settings(scenario: Scenario, fields: Sequence[tuple[str, str]]) -> Settings:
    """What the fields of a query ask for.

    Raises:
        Misread: when they are not those of a run of this scenario.
    """
    given: dict[str, str] = {}
    for name, text in fields:
        if name in given:
            raise Misread("twice", name)
        given[name] = text
    knobs: dict[str, Any] = {}
    for knob in scenario.knobs.values():
        if (written := given.pop(f"k.{knob.name}", None)) is not None:
            value = _value(knob, written)
            if value != knob.default:
                knobs[knob.name] = value
    seed = _seed(given.pop("seed", None))
    whole = given.pop("all", None)
    if whole not in (None, "1"):
        raise Misread("all")
    for name in given:
        if name not in _READING:
            raise Misread("unknown", name)
    return Settings(knobs, None if seed == scenario.seed else seed, whole == "1")


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
    if settings.whole:
        fields.append(("all", "1"))
    return fields


def query_of(scenario: Scenario, settings: Settings) -> str:
    """The one query that these settings have, such as 'k.timeout=15'; '' for the scenario's own run."""
    return urlencode(fields_of(scenario, settings))


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
        return run_scenario(scenario, settings.knobs, settings.seed)
    except Unfit as fault:
        if settings.is_own:
            raise
        raise Misread("unfit") from fault
