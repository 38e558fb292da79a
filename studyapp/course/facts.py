"""The fact ledger: what AWS publishes, what the study notes say, what the exam expects."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from studyapp.course.labelled import Document, Unit
from studyapp.course.numbers import Number, UnitWords, format_quantity
from studyapp.course.problem import Problem
from studyapp.course.schema import PARTS, FactProperties, FactsFront, Verdict, check


@dataclass(frozen=True, slots=True)
class Fact:
    """One published number or rule. `id` is 'sqs.visibility-timeout-max': file, dot, heading."""

    id: str
    line: int
    path: str
    value: Number | None
    words: UnitWords | None
    verdict: Verdict
    points: tuple[str, ...]
    pages: tuple[str, ...]
    read: dt.date
    today: Unit
    notes: Unit | None
    exam: Unit | None

    @property
    def service(self) -> str:
        return self.id.split(".")[0]

    @property
    def name(self) -> str:
        return self.id.split(".")[1]

    def quantity(self, language: str) -> str:
        """The number with its unit as this language writes it; '' for a rule without a number."""
        if self.value is None or self.words is None:
            return ""
        return format_quantity(self.value, self.words, language)


def read_facts(
    document: Document, unit_words: Mapping[str, UnitWords], problems: list[Problem]
) -> tuple[Unit | None, list[Fact]]:
    """The title and the facts of one file of `content/facts/`."""
    path = document.path
    service = path.rsplit("/", 1)[-1].removesuffix(".md")
    check(FactsFront, document.front, path, 1, problems)
    title = document.head("title")
    if title is None or len(title.units) != 1:
        problems.append(Problem(path, 1, "L03", "the file needs '# title' with one unit"))
    facts = []
    for block in document.blocks:
        if block.kind != "fact":
            problems.append(Problem(path, block.line, "L03", "only '## fact: id' may stand here"))
            continue
        properties = check(FactProperties, block.properties, path, block.line, problems)
        if properties is None:
            continue
        words = None
        if (properties.value is None) != (properties.unit is None):
            problems.append(Problem(path, block.line, "L03", "value and unit go together"))
        if properties.unit is not None:
            words = unit_words.get(properties.unit)
            if words is None:
                text = f"unit {properties.unit!r} is not in content/units.toml"
                problems.append(Problem(path, block.line, "L03", text))
        if len(block.units) != 1:
            problems.append(Problem(path, block.line, "L03", "a fact needs exactly one unit"))
            continue
        notes, exam = block.part("notes"), block.part("exam")
        for part in block.parts:
            if part.kind not in PARTS["fact"]:
                text = f"'### {part.kind}' may not stand in a fact"
                problems.append(Problem(path, part.line, "L03", text))
            if len(part.units) != 1:
                text = f"'### {part.id}' needs exactly one unit"
                problems.append(Problem(path, part.line, "L03", text))
        facts.append(
            Fact(
                f"{service}.{block.id}",
                block.line,
                path,
                properties.value,
                words,
                properties.verdict,
                tuple(properties.points),
                tuple(properties.pages),
                properties.read,
                block.units[0],
                notes.units[0] if notes and notes.units else None,
                exam.units[0] if exam and exam.units else None,
            )
        )
    return (title.units[0] if title and title.units else None), facts
