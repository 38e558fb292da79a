"""What a learner can do after a lesson, and the wrong beliefs that stand in the way.

Objectives are what is practised and scheduled; misconceptions are what distractors are made of.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from studyapp.course.labelled import Document, Unit
from studyapp.course.problem import Problem
from studyapp.course.schema import Nothing, Strict, check


class ObjectiveProperties(Strict):
    """`domain` is the content domain of the SAA-C03 exam guide, 1 to 4."""

    domain: Annotated[int, Field(ge=1, le=4)]
    lesson: Annotated[str, Field(pattern=r"^[a-z-]+/[a-z0-9-]+$")]


@dataclass(frozen=True, slots=True)
class Objective:
    """Something to be able to do. `id` is 'sqs.visibility-timeout': file, dot, heading."""

    id: str
    line: int
    path: str
    domain: int
    lesson: str
    title: Unit

    @property
    def service(self) -> str:
        return self.id.split(".")[0]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong belief in one line. `id` is 'sqs.receive-deletes': file, dot, heading."""

    id: str
    line: int
    path: str
    belief: Unit

    @property
    def service(self) -> str:
        return self.id.split(".")[0]


def read_objectives(document: Document, problems: list[Problem]) -> list[Objective]:
    """The objectives of one file of `content/objectives/`."""
    found = []
    for id, line, unit, properties in _rows(document, "objective", ObjectiveProperties, problems):
        assert isinstance(properties, ObjectiveProperties)
        found.append(Objective(id, line, document.path, properties.domain, properties.lesson, unit))
    return found


def read_misconceptions(document: Document, problems: list[Problem]) -> list[Misconception]:
    """The misconceptions of one file of `content/misconceptions/`."""
    rows = _rows(document, "misconception", Nothing, problems)
    return [Misconception(id, line, document.path, unit) for id, line, unit, _ in rows]


def _rows(
    document: Document, kind: str, model: type[Strict], problems: list[Problem]
) -> list[tuple[str, int, Unit, Strict]]:
    path = document.path
    service = path.rsplit("/", 1)[-1].removesuffix(".md")
    check(Nothing, document.front, path, 1, problems)
    rows = []
    for block in document.blocks:
        if block.kind != kind:
            text = f"only '## {kind}: id' may stand here"
            problems.append(Problem(path, block.line, "L03", text))
            continue
        properties = check(model, block.properties, path, block.line, problems)
        if len(block.units) != 1 or block.parts:
            text = f"a {kind} needs exactly one unit and no parts"
            problems.append(Problem(path, block.line, "L03", text))
        elif properties is not None:
            rows.append((f"{service}.{block.id}", block.line, block.units[0], properties))
    return rows
