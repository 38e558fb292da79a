"""The machine part of content files: which front matter and properties each kind may carry.

pydantic checks the values; `check` turns every complaint into a `Problem` with the line of its heading.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from studyapp.course.problem import Problem

Verdict = Literal["right", "imprecise", "outdated", "wrong", "undocumented", "omitted"]


def _https(address: str) -> str:
    if not address.startswith("https://") or any(c.isspace() for c in address):
        raise ValueError("must be an address that begins with https://")
    return address


Address = Annotated[str, AfterValidator(_https)]


class Strict(BaseModel):
    """Unknown names are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Model = TypeVar("Model", bound=Strict)


class LessonFront(Strict):
    checked: dt.date
    sources: Annotated[list[Address], Field(min_length=1)]


class FactsFront(Strict):
    read: dt.date


class Nothing(Strict):
    """For files and headings that carry no properties."""


class Points(Strict):
    points: list[str] = []


class FigureProperties(Points):
    file: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.svg$")]


class DemoProperties(Points):
    scenario: Annotated[str, Field(pattern=r"^[a-z-]+/[a-z0-9-]+$")]


class TwoAnswersProperties(Points):
    fact: str


class MistakeProperties(Strict):
    points: Annotated[list[str], Field(min_length=1)]


class FactProperties(Strict):
    value: int | float | None = None
    unit: str | None = None
    verdict: Verdict
    points: list[str] = []
    pages: Annotated[list[Address], Field(min_length=1)]
    read: dt.date


class Variants(Strict):
    ko: list[str] = []
    vi: list[str] = []


class TermProperties(Strict):
    ipa: Annotated[str, Field(min_length=1)]
    taught: str
    also: Variants = Variants()
    never: Variants = Variants()


class PointRecord(Strict):
    topic: str
    verdict: Verdict
    in_notes: bool


class ServiceRecord(Strict):
    id: str
    lessons: list[str]


class CourseFile(Strict):
    service: list[ServiceRecord]


Table = dict[str, dict[str, Any]]


class ScenarioFront(Strict):
    """What the engine runs, and what pages add. The engine checks the meaning of the tables."""

    seed: int = 1
    ends_at_ms: int
    lesson: str
    expect: list[str]
    allows: list[str] = []
    buckets: Table = {}
    queues: Table = {}
    endpoints: Table = {}
    topics: Table = {}
    streams: Table = {}
    delivery_streams: Table = {}
    brokers: Table = {}
    subscriptions: Table = {}
    actors: Table = {}
    knobs: Table = {}
    setup: list[dict[str, Any]] = []
    script: list[dict[str, Any]] = []


class When(Strict):
    """The `nth` event of a kind with these fields, or a time."""

    event: str = ""
    where: dict[str, Any] = {}
    nth: Annotated[int, Field(ge=1)] = 1
    at_ms: int | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.event) == (self.at_ms is not None):
            raise ValueError("write either event = 'MessageVisible' or at_ms = 12000")
        return self


class MomentProperties(Strict):
    when: When
    lesson: str = ""


class GateProperties(MomentProperties):
    """Like a moment; play stops before the event."""


class OptionProperties(Strict):
    correct: bool = False


class Solution(Strict):
    knobs: dict[str, Any] = {}
    actions: list[dict[str, Any]] = []


class GoalProperties(Strict):
    """`met`: whether the scenario as it stands reaches the goal; if not, `solution` does."""

    test: str
    parameters: dict[str, Any] = {}
    met: bool
    solution: Solution = Solution()


class TellingProperties(Strict):
    """`lesson` is the sentence that says why, `fact` the published rule behind it."""

    lesson: str = ""
    fact: str = ""


SCENARIO_BLOCKS: dict[str, type[Strict]] = {
    "knob": Nothing,
    "label": Nothing,
    "moment": MomentProperties,
    "gate": GateProperties,
    "goal": GoalProperties,
}

# Kinds of sentences about a run; see docs/writing-scenarios.md.
TELLING_KINDS = ("event", "reason", "refusal", "missing", "counter", "name", "occurrence")

BLOCKS: dict[str, type[Strict]] = {
    "": Points,
    "section": Nothing,
    "list": Points,
    "steps": Points,
    "table": Points,
    "code": Points,
    "figure": FigureProperties,
    "note": Points,
    "exam-tip": Points,
    "recall": Points,
    "mistake": MistakeProperties,
    "two-answers": TwoAnswersProperties,
    "demo": DemoProperties,
}

# Which parts (###) each kind of block may hold.
PARTS: dict[str, frozenset[str]] = {
    "list": frozenset({"intro"}),
    "steps": frozenset({"intro"}),
    "table": frozenset({"row", "caption"}),
    "figure": frozenset({"label"}),
    "recall": frozenset({"answer"}),
    "mistake": frozenset({"answer"}),
    "demo": frozenset({"answer"}),
    "fact": frozenset({"notes", "exam"}),
    "term": frozenset({"meaning"}),
}


def check(
    model: type[Model],
    values: object,
    path: str,
    line: int,
    problems: list[Problem],
    name: str = "",
) -> Model | None:
    """The checked record, or None with one problem for each complaint, which begins with `name`."""
    try:
        return model.model_validate(dict(values) if isinstance(values, Mapping) else values)
    except ValidationError as fault:
        for complaint in fault.errors():
            where = ".".join(str(step) for step in (name, *complaint["loc"]) if step != "")
            known = ", ".join(model.model_fields) or "none"
            problems.append(
                Problem(path, line, "L03", f"{where}: {complaint['msg']} (known names: {known})")
            )
        return None
