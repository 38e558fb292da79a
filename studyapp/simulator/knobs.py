"""The knobs of a scenario as fields of a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from studyapp.course.labelled import Unit
from studyapp.course.numbers import format_number
from studyapp.engine.scenario import Knob, Scenario
from studyapp.simulator.runs import Settings, text_of

# Up to so many values stand beside each other; more go into a list; still more are typed.
_RADIOS_MAX, _LISTED_MAX = 6, 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One value: as it stands in the address, as people read it, and whether it is chosen."""

    text: str
    shown: str
    is_code: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One knob. `kind` is 'radios', 'list' or 'number'; a number has `value`, `low`, `high`, `step`."""

    name: str
    label: Unit
    kind: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    low: int = 0
    high: int = 0
    step: int = 1


def fields(
    scenario: Scenario, labels: Mapping[str, Unit], settings: Settings, language: str
) -> list[Field]:
    """Every knob of the scenario, set as the run has it."""
    return [
        _field(knob, labels[knob.name], settings.knobs.get(knob.name, knob.default), language)
        for knob in scenario.knobs.values()
        if knob.name in labels
    ]


def _field(knob: Knob, label: Unit, value: Any, language: str) -> Field:
    values = knob.values or range(knob.low, knob.high + 1, knob.step)
    if len(values) > _LISTED_MAX:
        return Field(knob.name, label, "number", (), text_of(value), knob.low, knob.high, knob.step)
    choices = tuple(
        Choice(text_of(each), shown(each, language), isinstance(each, str), each == value)
        for each in values
    )
    return Field(knob.name, label, "radios" if len(values) <= _RADIOS_MAX else "list", choices)


def shown(value: Any, language: str) -> str:
    """A knob's value in words: 30,000, yes, TRIM_HORIZON."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return format_number(value, language)
    return str(value)
