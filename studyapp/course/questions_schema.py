"""The machine part of a question file: which front matter and properties each kind may carry."""

import datetime as dt
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from studyapp.course.schema import Address, Nothing, Strict, When

Kind = Literal["single", "multiple", "predict", "mistake", "ordering", "matching", "knob"]
Grade = Literal["exam", "drill", "simulated"]
Level = Literal["recall", "apply", "diagnose", "design"]

KINDS: tuple[Kind, ...] = get_args(Kind)
GRADES: tuple[Grade, ...] = get_args(Grade)
LEVELS: tuple[Level, ...] = get_args(Level)

# Kinds whose answer is one or more options; their question blocks are '## option: id'.
WITH_OPTIONS: frozenset[Kind] = frozenset({"single", "multiple", "predict", "mistake"})

Path = Annotated[str, Field(pattern=r"^[a-z-]+/[a-z0-9-]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Dotted = Annotated[str, Field(pattern=r"^[a-z-]+\.[a-z0-9-]+$")]


class GoalTest(Strict):
    """A test of `engine/goals/`, for questions whose scenario has no fitting goal of its own."""

    test: str
    parameters: dict[str, Any] = {}


class RunProperties(Strict):
    """A scenario with knob values and what somebody does in between, in the form of a script."""

    scenario: Path | None = None
    knobs: dict[str, Any] = {}
    actions: list[dict[str, Any]] = []


class QuestionFront(Strict):
    """Docs: `docs/writing-questions.md`."""

    kind: Kind
    grade: Grade
    objective: Dotted
    family: Slug
    level: Level
    difficulty: Literal[1, 2, 3]
    version: Annotated[int, Field(ge=1)] = 1
    choose: Literal[1, 2, 3] = 1
    checked: dt.date
    sources: Annotated[list[Address], Field(min_length=1)]
    facts: list[Dotted] = []
    rests_on: Annotated[str, Field(pattern=r"^[a-z-]+/[a-z0-9-]+#[a-z0-9.-]+$")]
    pair: Path | None = None
    beyond_exam: bool = False
    derived: dict[Annotated[str, Field(pattern=r"^[0-9]+(?:\.[0-9]+)?$")], str] = {}
    run: RunProperties | None = None
    goal: Slug | GoalTest | None = None
    pause: When | None = None
    typed: int | float | None = None


class QuestionOption(Strict):
    correct: bool = False
    misconception: Dotted | None = None
    run: RunProperties | None = None
    goal: Slug | GoalTest | None = None


class PromptProperties(Strict):
    """`answer` is the id of the choice that belongs to the prompt."""

    answer: Slug


class TaskProperties(Strict):
    """`passes` and `fails` are values of the knob; together they are all the values it takes."""

    knob: Slug
    passes: Annotated[list[Any], Field(min_length=1)]
    fails: Annotated[list[Any], Field(min_length=1)]


# Which blocks a kind of question is made of, and how many of each: (least, most).
BLOCKS_OF: dict[Kind, dict[str, tuple[int, int]]] = {
    "single": {"option": (4, 6)},
    "multiple": {"option": (5, 6)},
    "predict": {"option": (4, 6)},
    "mistake": {"option": (4, 6)},
    "ordering": {"step": (3, 6)},
    "matching": {"prompt": (3, 7), "choice": (3, 7)},
    "knob": {"task": (1, 1)},
}

# Properties, units and parts of each kind of block.
BLOCK_MODELS: dict[str, type[Strict]] = {
    "option": QuestionOption,
    "step": Nothing,
    "prompt": PromptProperties,
    "choice": Nothing,
    "task": TaskProperties,
}
BLOCK_PARTS: dict[str, tuple[str, ...]] = {
    "option": ("why",),
    "step": ("why",),
    "prompt": ("why",),
    "choice": (),
    "task": ("passes", "fails"),
}
