"""Blocks become a Scenario file: captions, predictions, goals and knob names around the data of a run.

The front matter is plain data that `engine.scenario` runs; this package knows nothing of the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studyapp.course.labelled import Block, Document, Unit
from studyapp.course.problem import Problem
from studyapp.course.schema import (
    SCENARIO_BLOCKS,
    GateProperties,
    GoalProperties,
    MomentProperties,
    Nothing,
    OptionProperties,
    ScenarioFront,
    When,
    check,
)

# Which parts (###) each kind of block may hold.
_PARTS = {"gate": frozenset({"option", "answer"})}


@dataclass(frozen=True, slots=True)
class Moment:
    """A captioned point of the story."""

    id: str
    line: int
    when: When
    units: tuple[Unit, ...]
    lesson: str


@dataclass(frozen=True, slots=True)
class Option:
    """A possible prediction, and why it comes true or not."""

    id: str
    text: Unit
    why: Unit
    correct: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """Play stops before the event and asks what will happen."""

    id: str
    line: int
    when: When
    question: tuple[Unit, ...]
    options: tuple[Option, ...]
    answer: tuple[Unit, ...]
    lesson: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A mission: a question about the log, in words, and a way to reach it."""

    id: str
    line: int
    test: str
    parameters: Mapping[str, Any]
    met: bool
    knobs: Mapping[str, Any]
    actions: tuple[Mapping[str, Any], ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """One file of `content/scenarios/`. `id` is 'service/slug'; `data` is what the engine runs."""

    id: str
    title: Unit
    summary: Unit
    path: str
    data: Mapping[str, Any]
    lesson: str
    expect: tuple[str, ...]
    allows: tuple[str, ...]
    knobs: Mapping[str, Unit]
    labels: Mapping[str, Unit]
    moments: tuple[Moment, ...]
    gates: tuple[Gate, ...]
    goals: tuple[Goal, ...]

    @property
    def service(self) -> str:
        return self.id.split("/")[0]


def read_scenario(document: Document, problems: list[Problem]) -> ScenarioFile | None:
    """The scenario of one file, or None when it cannot be run."""
    path = document.path
    before = len(problems)
    front = check(ScenarioFront, document.front, path, 1, problems)
    title, summary = document.head("title"), document.head("summary")
    for name, head in (("title", title), ("summary", summary)):
        if head is None or len(head.units) != 1:
            problems.append(Problem(path, 1, "L03", f"the file needs '# {name}' with one unit"))
    blocks = [(block, _properties(path, block, problems)) for block in document.blocks]
    if len(problems) > before or front is None or title is None or summary is None:
        return None
    return ScenarioFile(
        path.removeprefix("scenarios/").removesuffix(".md"),
        title.units[0],
        summary.units[0],
        path,
        document.front,
        front.lesson,
        tuple(front.expect),
        tuple(front.allows),
        {block.id: block.units[0] for block, _ in blocks if block.kind == "knob"},
        {block.id: block.units[0] for block, _ in blocks if block.kind == "label"},
        tuple(_moment(block, p) for block, p in blocks if type(p) is MomentProperties),
        tuple(_gate(block, p) for block, p in blocks if type(p) is GateProperties),
        tuple(_goal(block, p) for block, p in blocks if type(p) is GoalProperties),
    )


def _properties(path: str, block: Block, problems: list[Problem]) -> object:
    """The checked properties of a block, after everything else about its shape was checked too."""
    model = SCENARIO_BLOCKS.get(block.kind)
    if model is None:
        text = f"kind {block.kind!r} is not known; known kinds: {', '.join(SCENARIO_BLOCKS)}"
        problems.append(Problem(path, block.line, "L03", text))
        return None
    most = 1 if block.kind in ("knob", "label") else 3
    if not 1 <= len(block.units) <= most:
        text = f"a {block.kind} needs 1 to {most} units"
        problems.append(Problem(path, block.line, "L03", text))
    for part in block.parts:
        if part.kind not in _PARTS.get(block.kind, ()):
            text = f"'### {part.kind}' may not stand in a {block.kind}"
            problems.append(Problem(path, part.line, "L03", text))
        elif part.kind == "option":
            check(OptionProperties, part.properties, path, part.line, problems)
            if len(part.units) != 2:
                text = "an option needs 2 units: what it says, and why it is right or wrong"
                problems.append(Problem(path, part.line, "L03", text))
        else:
            check(Nothing, part.properties, path, part.line, problems)
    if block.kind == "gate":
        right = [p for p in block.parts_of("option") if p.properties.get("correct") is True]
        if len(block.parts_of("option")) < 2 or len(right) != 1 or not block.part("answer"):
            text = (
                "a gate needs 2 or more '### option: id', one with correct = true, and '### answer'"
            )
            problems.append(Problem(path, block.line, "L03", text))
    return check(model, block.properties, path, block.line, problems)


def _moment(block: Block, properties: MomentProperties) -> Moment:
    return Moment(block.id, block.line, properties.when, block.units, properties.lesson)


def _gate(block: Block, properties: GateProperties) -> Gate:
    answer = block.part("answer")
    options = tuple(
        Option(part.id, part.units[0], part.units[1], part.properties.get("correct") is True)
        for part in block.parts_of("option")
    )
    return Gate(
        block.id,
        block.line,
        properties.when,
        block.units,
        options,
        answer.units if answer else (),
        properties.lesson,
    )


def _goal(block: Block, properties: GoalProperties) -> Goal:
    return Goal(
        block.id,
        block.line,
        properties.test,
        properties.parameters,
        properties.met,
        properties.solution.knobs,
        tuple(properties.solution.actions),
        block.units,
    )
