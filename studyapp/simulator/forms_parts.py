"""What forms of actions are made of: fields with what may stand in them, and what is wrong with what was written.

Labels are the English words of the catalogues; `words` are those of the reader's language.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

from studyapp.engine.world import World

TEXT, LONG_TEXT, NUMBER, CHOICE, YES_NO = "text", "long-text", "number", "choice", "yes-no"
# What a learner writes travels in the address of the run.
TEXT_MAX_CHARACTERS, LONG_TEXT_MAX_CHARACTERS, NAME_MAX_CHARACTERS = 256, 1_000, 60
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_YES, _NO = frozenset({"yes", "on", "true", "1"}), frozenset({"", "no", "off", "false", "0"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several. `label` is a name as it stands in the run (`is_code`), or English words."""

    value: str
    label: str
    is_code: bool = True

    @property
    def words(self) -> str:
        return self.label if self.is_code else translated(self.label)


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing to fill in.

    `kind`: text or long-text (at most `high` characters), number (whole, `low` to `high`), choice, yes-no. `value`
    is what stands there at first; "yes" or "" for yes-no. What is not `required` may stay empty.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    required: bool = True
    low: int = 0
    high: int = 0
    choices: tuple[Choice, ...] = ()

    @property
    def words(self) -> str:
        """The label in the reader's language."""
        return translated(self.label)


# Values by field, as their kinds have them; what was left empty is not there.
Filled = dict[str, Any]
Build = Callable[[Filled], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ActionForm:
    """A form for one action. `key` names it: the action, and after a colon the kind of actor, or the actor, that
    it is for. `label` is English words; "" for an action of AWS, which goes by its own name.

    `is_possible`: nothing that has to be chosen is missing in the world.
    """

    key: str
    action: str
    label: str
    fields: tuple[FormField, ...]
    build: Build = field(repr=False, compare=False)

    @property
    def is_possible(self) -> bool:
        return all(each.choices for each in self.fields if each.required and each.kind == CHOICE)

    @property
    def words(self) -> str:
        """What the action is called in the reader's language."""
        return translated(self.label) if self.label else self.action.partition(".")[2]


_FAULTS = {
    "missing": _("“%(field)s” is missing."),
    "number": _("“%(field)s” must be a whole number from %(low)s to %(high)s."),
    "long": _("“%(field)s” can have at most %(high)s characters."),
    "choice": _("“%(field)s” cannot be what was sent. Choose from the list."),
    "json": _('“%(field)s” must be JSON, such as {"city": ["busan"]}.'),
    "pairs": _("“%(field)s” must be pairs such as city=busan, kg=3."),
    "characters": _("“%(field)s” has characters that no message can hold."),
    "together": _("“%(field)s” does not go with the other values."),
    "same": _("Nothing was changed. Change “%(field)s” or another value."),
}


class BadInput(ValueError):
    """A field that was filled in wrongly. `kind` says how: a key of `_FAULTS`."""

    def __init__(self, about: FormField, kind: str) -> None:
        super().__init__(f"{about.name}: {kind}")
        self.field, self.kind = about, kind

    @property
    def words(self) -> str:
        """What is wrong, in the reader's language."""
        about = self.field
        return translated(_FAULTS[self.kind]) % {
            "field": about.words,
            "low": about.low,
            "high": about.high,
        }


class Wrong(Exception):
    """For builders: a field's value does not do. `command_of` turns it into BadInput."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name, kind)
        self.name, self.kind = name, kind


def value_of(about: FormField, text: str | None) -> Any:
    """What was written, as its kind has it; None where nothing was.

    Raises:
        BadInput: for anything that the field does not take.
    """
    if about.kind == YES_NO:
        return _truth(about, text or "")
    text = (text or "").replace("\r\n", "\n")
    if not text:
        if about.required:
            raise BadInput(about, "missing")
        return None
    if about.kind == CHOICE:
        if all(each.value != text for each in about.choices):
            raise BadInput(about, "choice")
        return text
    if about.kind == NUMBER:
        if not _WHOLE.fullmatch(text.strip()):
            raise BadInput(about, "number")
        number = int(text)
        if not about.low <= number <= about.high:
            raise BadInput(about, "number")
        return number
    if len(text) > about.high:
        raise BadInput(about, "long")
    if any("\ud800" <= each <= "\udfff" for each in text) or "\0" in text:
        raise BadInput(about, "characters")
    return text


def _truth(about: FormField, text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise BadInput(about, "choice")
    return text.lower() in _YES


# Fields


def text(name: str, label: str, value: str = "", required: bool = True) -> FormField:
    return FormField(name, label, TEXT, value, required, high=TEXT_MAX_CHARACTERS)


def long_text(name: str, label: str, value: str = "", required: bool = False) -> FormField:
    return FormField(name, label, LONG_TEXT, value, required, high=LONG_TEXT_MAX_CHARACTERS)


def new_name(name: str, label: str, value: str, taken: Iterable[str]) -> FormField:
    """A name for something new: `value`, or with a number behind it if that is taken."""
    names, free, number = set(taken), value, 2
    while free in names:
        free, number = f"{value}-{number}", number + 1
    return FormField(name, label, TEXT, free, high=NAME_MAX_CHARACTERS)


def number(name: str, label: str, low: int, high: int, value: int | None = None) -> FormField:
    """Without a value it may stay empty."""
    start = "" if value is None else str(value)
    return FormField(name, label, NUMBER, start, value is not None, low, high)


def choice(name: str, label: str, values: Iterable[str], value: str = "") -> FormField:
    """Names as they stand in the run; the first is chosen unless `value` says otherwise."""
    return chosen(name, label, [Choice(each, each) for each in values], value)


def chosen(name: str, label: str, choices: Iterable[Choice], value: str = "") -> FormField:
    listed = tuple(choices)
    known = any(each.value == value for each in listed)
    start = value if known else (listed[0].value if listed else "")
    return FormField(name, label, CHOICE, start, choices=listed)


def optional(about: FormField, nothing: str) -> FormField:
    """A choice that may be left alone: `nothing` says in words what that means."""
    none = Choice("", nothing, is_code=False)
    return replace(about, value="", required=False, choices=(none, *about.choices))


def yes_no(name: str, label: str, value: bool = False) -> FormField:
    return FormField(name, label, YES_NO, "yes" if value else "", required=False)


# Forms

Maker = Callable[[World], ActionForm]


def form(
    action: str, fields: Iterable[FormField], build: Build | None = None, label: str = ""
) -> ActionForm:
    return ActionForm(action, action, label, tuple(fields), build or dict)


def of_one(action: str, label: str, names: Callable[[World], Iterable[str]]) -> Maker:
    """A form with nothing but the choice of a thing: the parameter is called as the thing."""
    parameter = PARAMETER_OF[label]

    def make(world: World) -> ActionForm:
        return form(action, [choice(parameter, label, names(world))])

    return make


QUEUE, TOPIC, STREAM, BROKER = _("queue"), _("topic"), _("stream"), _("broker")
DELIVERY_STREAM, BUCKET, SUBSCRIPTION = _("Firehose stream"), _("bucket"), _("subscription")
NAME = _("name")
PARAMETER_OF = {
    QUEUE: "queue",
    TOPIC: "topic",
    STREAM: "stream",
    BROKER: "broker",
    DELIVERY_STREAM: "delivery_stream",
    SUBSCRIPTION: "subscription",
}


def split(pair: str) -> tuple[str, str]:
    """'bakery/1' -> ('bakery', '1'): how a choice names a part of a thing."""
    whole, _slash, part = pair.rpartition("/")
    return whole, part


def without(filled: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in filled.items() if name not in names}
