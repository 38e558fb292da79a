"""Blocks become a Question: a stem, what can be answered, and a reason for every answer.

A question that speaks of behaviour names a scenario, which is plain data here; `grading` plays it.
The file format is described in `docs/writing-questions.md`.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from studyapp.course.labelled import Block, Document, Unit
from studyapp.course.numbers import Number
from studyapp.course.problem import Problem
from studyapp.course.questions_schema import (
    BLOCK_MODELS,
    BLOCK_PARTS,
    BLOCKS_OF,
    WITH_OPTIONS,
    GoalTest,
    Grade,
    Kind,
    Level,
    PromptProperties,
    QuestionFront,
    QuestionOption,
    RunProperties,
    TaskProperties,
)
from studyapp.course.schema import When, check

_TYPED = re.compile(r"=[0-9]{1,9}(?:\.[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Play:
    """A run to play: a scenario with knob values and actions in the form of a script."""

    scenario: str
    knobs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    actions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked: a goal of its scenario by id, or a test of `engine/goals/` by name."""

    goal: str = ""
    test: str = ""
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Claim:
    """An option's claim about behaviour: in this run, this is reached. True for the key alone."""

    play: Play
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer and why it is right or wrong: here, and when it would be right."""

    id: str
    line: int
    text: Unit
    why: tuple[Unit, ...]
    correct: bool
    misconception: str
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an ordering question, and why it comes at its place."""

    id: str
    line: int
    text: Unit
    why: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The left side of a matching question; `answer` is the id of its choice."""

    id: str
    line: int
    text: Unit
    why: tuple[Unit, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The right side of a matching question."""

    id: str
    line: int
    text: Unit


@dataclass(frozen=True, slots=True)
class Task:
    """A knob to set. `passes` and `fails` are all the values it takes, with the reasons for both."""

    id: str
    line: int
    text: Unit
    knob: str
    passes: tuple[Any, ...]
    fails: tuple[Any, ...]
    why_passes: tuple[Unit, ...]
    why_fails: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One file of `content/questions/`. `id` is 'service/name', for ever.

    A file of `content/drawn/` is a question, too, whose texts hold {names} until a `seed` draws the numbers.

    Only the parts of its `kind` are filled: `options` (single, multiple, predict, mistake), `steps` in
    their right order (ordering), `prompts` and `choices` (matching), `task` (knob).

    An answer is a tuple of strings, the same for every kind; `key` is the right one:

    - options: the chosen ids, in any order
    - ordering: the ids of the steps, first to last
    - matching: 'prompt=choice' for every prompt, in any order
    - knob: one value of the knob as `written` writes it
    - a prediction with a `typed` number: the id of an option, or '=' and the number that was typed
    """

    id: str
    path: str
    kind: Kind
    grade: Grade
    objective: str
    family: str
    level: Level
    difficulty: int
    version: int
    choose: int
    checked: dt.date
    sources: tuple[str, ...]
    facts: tuple[str, ...]
    rests_on: str
    pair: str
    beyond_exam: bool
    derived: Mapping[str, str]
    stem: tuple[Unit, ...]
    play: Play | None = None
    wanted: Wanted | None = None
    pause: When | None = None
    typed: Number | None = None
    options: tuple[Option, ...] = ()
    steps: tuple[Step, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    choices: tuple[Choice, ...] = ()
    task: Task | None = None
    seed: int | None = None

    @property
    def service(self) -> str:
        return self.id.split("/")[0]

    @property
    def checked_by_simulator(self) -> bool:
        """Whether the test suite plays the whole key; of a drawn question the simulator made it."""
        keys = [option for option in self.options if option.correct]
        return (
            self.task is not None
            or self.seed is not None
            or (bool(keys) and all(option.claim for option in keys))
        )

    @property
    def key(self) -> tuple[str, ...]:
        """The right answer; for a knob the first value that passes."""
        if self.task:
            return (written(self.task.passes[0]),)
        if self.steps:
            return tuple(step.id for step in self.steps)
        if self.prompts:
            return tuple(f"{prompt.id}={prompt.answer}" for prompt in self.prompts)
        return tuple(option.id for option in self.options if option.correct)

    def possible(self, answer: tuple[str, ...]) -> bool:
        """Whether somebody can give this answer: known names, none twice, as many as asked for."""
        if len(set(answer)) != len(answer):
            return False
        if self.task:
            known = {written(value) for value in (*self.task.passes, *self.task.fails)}
            return len(answer) == 1 and answer[0] in known
        if self.steps:
            return sorted(answer) == sorted(step.id for step in self.steps)
        if self.prompts:
            pairs = [each.partition("=") for each in answer]
            return sorted(prompt for prompt, _, _ in pairs) == sorted(
                prompt.id for prompt in self.prompts
            ) and {choice for _, _, choice in pairs} <= {choice.id for choice in self.choices}
        if self.typed is not None and len(answer) == 1 and _TYPED.fullmatch(answer[0]):
            return True
        return len(answer) == self.choose and set(answer) <= {option.id for option in self.options}

    def right(self, answer: tuple[str, ...]) -> bool:
        """Whether an answer is the key, all of it: there are no part marks."""
        if self.task:
            return answer in {(written(value),) for value in self.task.passes}
        if self.steps:
            return answer == self.key
        if self.typed is not None and len(answer) == 1 and _TYPED.fullmatch(answer[0]):
            return float(answer[0][1:]) == self.typed
        return sorted(answer) == sorted(self.key)

    def option(self, id: str) -> Option | None:
        return next((option for option in self.options if option.id == id), None)


def written(value: Any) -> str:
    """A knob's value as text in answers and addresses: 60, true, TRIM_HORIZON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_question(document: Document, problems: list[Problem]) -> Question | None:
    """The question of one file, or None when it cannot be asked; then `problems` say why (Q01)."""
    found: list[Problem] = []
    question = _read(document, found)
    problems += [Problem(each.path, each.line, "Q01", each.text) for each in found]
    return None if found else question


def _read(document: Document, problems: list[Problem]) -> Question | None:
    path = document.path
    front = check(QuestionFront, document.front, path, 1, problems)
    stem = document.head("stem")
    if stem is None or not stem.units:
        problems.append(Problem(path, 1, "Q01", "the file needs '# stem' with 1 or more units"))
    for head in document.heads:
        if head.id != "stem":
            text = f"'# {head.id}' may not stand in a question"
            problems.append(Problem(path, head.line, "Q01", text))
    if front is None or stem is None:
        return None
    blocks = [(block, _properties(front.kind, block, path, problems)) for block in document.blocks]
    problems += _shape(front, document)
    if problems:
        return None
    play = _play(front.run, None)
    wanted = _wanted(front.goal)
    return Question(
        id=path.partition("/")[2].removesuffix(".md"),
        path=path,
        kind=front.kind,
        grade=front.grade,
        objective=front.objective,
        family=front.family,
        level=front.level,
        difficulty=front.difficulty,
        version=front.version,
        choose=front.choose,
        checked=front.checked,
        sources=tuple(front.sources),
        facts=tuple(front.facts),
        rests_on=front.rests_on,
        pair=front.pair or "",
        beyond_exam=front.beyond_exam,
        derived=front.derived,
        stem=stem.units,
        play=play,
        wanted=wanted,
        pause=front.pause,
        typed=front.typed,
        options=tuple(
            _option(block, p, play, wanted) for block, p in blocks if isinstance(p, QuestionOption)
        ),
        steps=tuple(
            Step(block.id, block.line, block.units[0], _units(block, "why"))
            for block, _ in blocks
            if block.kind == "step"
        ),
        prompts=tuple(
            Prompt(block.id, block.line, block.units[0], _units(block, "why"), p.answer)
            for block, p in blocks
            if isinstance(p, PromptProperties)
        ),
        choices=tuple(
            Choice(block.id, block.line, block.units[0])
            for block, _ in blocks
            if block.kind == "choice"
        ),
        task=next((_task(block, p) for block, p in blocks if isinstance(p, TaskProperties)), None),
    )


def _properties(kind: Kind, block: Block, path: str, problems: list[Problem]) -> object:
    """The checked properties of a block, after everything else about its shape was checked too."""
    if block.kind not in BLOCKS_OF[kind]:
        known = " and ".join(f"'## {name}: id'" for name in BLOCKS_OF[kind])
        text = f"'## {block.kind or block.id}' may not stand here; kind {kind!r} is made of {known}"
        problems.append(Problem(path, block.line, "Q01", text))
        return None
    if len(block.units) != 1:
        text = f"a {block.kind} needs exactly one unit: its text"
        problems.append(Problem(path, block.line, "Q01", text))
    wanted = BLOCK_PARTS[block.kind]
    if tuple(part.id for part in block.parts) != wanted:
        parts = " and ".join(f"'### {name}'" for name in wanted) or "no parts"
        problems.append(Problem(path, block.line, "Q01", f"a {block.kind} needs {parts}"))
    for part in block.parts:
        if not 1 <= len(part.units) <= 2 or part.properties or part.fences:
            text = f"'### {part.id}' needs 1 or 2 units and nothing else"
            problems.append(Problem(path, part.line, "Q01", text))
    return check(BLOCK_MODELS[block.kind], block.properties, path, block.line, problems)


def _shape(front: QuestionFront, document: Document) -> Iterator[Problem]:
    """What blocks and front matter have to be together."""

    def says(text: str, line: int = 1) -> Problem:
        return Problem(document.path, line, "Q01", text)

    for name, (least, most) in BLOCKS_OF[front.kind].items():
        count = sum(block.kind == name for block in document.blocks)
        if not least <= count <= most:
            wanted = f"{least} to {most}" if most > least else str(least)
            yield says(f"kind {front.kind!r} needs {wanted} '## {name}: id'; there are {count}")
    if front.kind in WITH_OPTIONS:
        right = sum(block.properties.get("correct") is True for block in document.blocks)
        if right != front.choose:
            yield says(f"choose = {front.choose}, but {right} options say correct = true")
    if (front.kind == "multiple") != (front.choose > 1):
        yield says("choose = 2 or 3 belongs to kind 'multiple', and only to it")
    choices = {block.id for block in document.blocks if block.kind == "choice"}
    for block in document.blocks:
        answer = block.properties.get("answer")
        if block.kind == "prompt" and answer not in choices:
            yield says(f"there is no '## choice: {answer}'", block.line)
        if block.kind == "option" and (block.properties.keys() & {"run", "goal"}):
            own = block.properties.get("run")
            scenario = (own.get("scenario") if isinstance(own, Mapping) else None) or (
                front.run and front.run.scenario
            )
            if not scenario or not (front.goal or block.properties.get("goal")):
                text = "a run needs a scenario and a goal, here or in the front matter"
                yield says(text, block.line)
    if front.kind in ("predict", "knob") and not (front.run and front.run.scenario):
        yield says(f"kind {front.kind!r} needs run = {{ scenario = 'service/name' }}")
    if front.kind == "knob" and not front.goal:
        yield says("kind 'knob' needs goal = 'id of a goal of the scenario'")
    if front.typed is not None and front.kind != "predict":
        yield says("typed = 3 belongs to kind 'predict'")
    if (front.kind == "predict") != (front.pause is not None):
        yield says("pause = { event = '...' } belongs to kind 'predict', and only to it")


def _play(run: RunProperties | None, outer: Play | None) -> Play | None:
    """A run; what it leaves out, it takes from the question's."""
    if run is None:
        return outer
    return Play(
        run.scenario or (outer.scenario if outer else ""),
        MappingProxyType({**(outer.knobs if outer else {}), **run.knobs}),
        tuple(run.actions) or (outer.actions if outer else ()),
    )


def _wanted(goal: str | GoalTest | None) -> Wanted | None:
    if goal is None:
        return None
    if isinstance(goal, str):
        return Wanted(goal=goal)
    return Wanted(test=goal.test, parameters=goal.parameters)


def _option(
    block: Block, properties: QuestionOption, play: Play | None, wanted: Wanted | None
) -> Option:
    claim = None
    if properties.run is not None or properties.goal is not None:
        own, asked = _play(properties.run, play), _wanted(properties.goal) or wanted
        claim = Claim(own, asked) if own and asked else None
    return Option(
        block.id,
        block.line,
        block.units[0],
        _units(block, "why"),
        properties.correct,
        properties.misconception or "",
        claim,
    )


def _task(block: Block, properties: TaskProperties) -> Task:
    return Task(
        block.id,
        block.line,
        block.units[0],
        properties.knob,
        tuple(properties.passes),
        tuple(properties.fails),
        _units(block, "passes"),
        _units(block, "fails"),
    )


def _units(block: Block, part: str) -> tuple[Unit, ...]:
    found = block.part(part)
    return found.units if found else ()
