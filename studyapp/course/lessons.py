"""Blocks become a Lesson: sections, paragraphs, figures, questions to recall."""

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from studyapp.course.labelled import Block, Document, Language, Unit
from studyapp.course.problem import Problem
from studyapp.course.schema import (
    BLOCKS,
    PARTS,
    LessonFront,
    Nothing,
    check,
)

# Reading speeds used for "8 min": words a minute, a cautious value for technical text in a language
# that may not be one's own. Editorial judgement, not a measurement.
_WORDS_A_MINUTE = 120


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as the pages need it. `id` is 'service/slug'."""

    id: str
    title: Unit
    summary: Unit
    checked: dt.date
    sources: tuple[str, ...]
    blocks: tuple[Block, ...]
    path: str
    document: Document

    @property
    def service(self) -> str:
        return self.id.split("/")[0]

    @property
    def slug(self) -> str:
        return self.id.split("/")[1]

    @property
    def sections(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind == "section")

    def of_kind(self, kind: str) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind == kind)

    def points(self) -> Iterator[tuple[str, str]]:
        """Pairs of note point and the id of the block that teaches it."""
        for block in self.blocks:
            for point in block.properties.get("points", ()):
                yield point, block.id

    def fact_ids(self) -> tuple[str, ...]:
        """The facts whose numbers stand in the text or in a two-answers box, in order."""
        found: dict[str, None] = {}
        for block in self.blocks:
            if block.kind == "two-answers":
                found[str(block.properties.get("fact"))] = None
            for unit in block.all_units():
                for id in FACT_NAME.findall(without_code(unit.en)):
                    found[id] = None
        return tuple(found)

    def word_count(self, language: Language) -> int:
        """Words between spaces in everything a reader of one language reads, code excepted."""
        texts = [self.summary[language]]
        texts += [unit[language] for block in self.blocks for unit in block.all_units()]
        return sum(len(text.split()) for text in texts)

    @property
    def minutes(self) -> int:
        return max(1, math.ceil(self.word_count("en") / _WORDS_A_MINUTE))


FACT_NAME = re.compile(r"\{([a-z]+\.[a-z0-9-]+)\}")
CODE_SPAN = re.compile(r"`([^`]+)`")


def without_code(text: str) -> str:
    """The line with its code spans cut out, for rules about words and names."""
    return CODE_SPAN.sub("``", text)


def unit_anchor(block_id: str, index: int) -> str:
    """The address of a sentence in its page: the block's id, then '.2', '.3' for the next ones."""
    return block_id if index == 0 else f"{block_id}.{index + 1}"


def read_lesson(document: Document, problems: list[Problem]) -> Lesson | None:
    """The lesson of one file of `content/lessons/`, or None when it cannot be shown."""
    path = document.path
    id = path.removeprefix("lessons/").removesuffix(".md")
    front = check(LessonFront, document.front, path, 1, problems)
    title, summary = document.head("title"), document.head("summary")
    for name, head in (("title", title), ("summary", summary)):
        if head is None or len(head.units) != 1:
            problems.append(Problem(path, 1, "L03", f"the file needs '# {name}' with one unit"))
    for head in document.heads:
        if head.id not in ("title", "summary"):
            problems.append(Problem(path, head.line, "L03", f"'# {head.id}' is not known here"))
    for block in document.blocks:
        _check_block(path, block, problems)
    if front is None or not title or not title.units or not summary or not summary.units:
        return None
    return Lesson(
        id,
        title.units[0],
        summary.units[0],
        front.checked,
        tuple(front.sources),
        document.blocks,
        path,
        document,
    )


def _check_block(path: str, block: Block, problems: list[Problem]) -> None:
    def problem(text: str, line: int = block.line) -> None:
        problems.append(Problem(path, line, "L03", text))

    model = BLOCKS.get(block.kind)
    if model is None:
        known = ", ".join(sorted(kind for kind in BLOCKS if kind))
        problem(f"kind {block.kind!r} is not known; known kinds: {known}")
        return
    check(model, block.properties, path, block.line, problems)
    allowed = PARTS.get(block.kind, frozenset())
    for part in block.parts:
        if part.kind not in allowed:
            problem(f"'### {part.kind}' may not stand in a {block.kind or 'text'} block", part.line)
        check(Nothing, part.properties, path, part.line, problems)
        if not part.units:
            problem(f"'### {part.kind}: {part.id}' has no text", part.line)
    wanted = {"section": (1, 1), "code": (0, 1), "two-answers": (0, 0)}.get(block.kind, (1, 99))
    if not wanted[0] <= len(block.units) <= wanted[1]:
        problem(f"a {block.kind or 'text'} block needs {wanted[0]} to {wanted[1]} units")
    if (block.kind == "code") != bool(block.fences):
        problem("code stands in a '## code: id' block, and such a block needs code")
    if block.kind in ("recall", "mistake", "demo") and block.part("answer") is None:
        problem(f"a {block.kind} needs '### answer'")
    if block.kind == "table":
        for row in block.parts_of("row"):
            if len(row.units) != len(block.units):
                problem(
                    f"the row has {len(row.units)} cells, the table {len(block.units)}", row.line
                )
        if not block.parts_of("row"):
            problem("a table needs '### row: id' parts")
