"""The sentences that tell a run: what happened, why, why not, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from studyapp.course.labelled import Document, Unit
from studyapp.course.problem import Problem
from studyapp.course.schema import TELLING_KINDS, TellingProperties, check


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with {placeholders}. `kind` and `id` say what it tells, such as event, message-sent."""

    kind: str
    id: str
    text: Unit
    path: str
    line: int
    lesson: str
    fact: str


Telling = Mapping[tuple[str, str], Sentence]


def read_sentences(document: Document, problems: list[Problem]) -> list[Sentence]:
    """The sentences of one file of `content/telling/`."""
    path = document.path
    sentences = []
    for block in document.blocks:
        if block.kind not in TELLING_KINDS or len(block.units) != 1 or block.parts:
            text = f"write '## kind: id' with one unit; kinds: {', '.join(TELLING_KINDS)}"
            problems.append(Problem(path, block.line, "L03", text))
            continue
        properties = check(TellingProperties, block.properties, path, block.line, problems)
        if properties is not None:
            sentences.append(
                Sentence(
                    block.kind,
                    block.id,
                    block.units[0],
                    path,
                    block.line,
                    properties.lesson,
                    properties.fact,
                )
            )
    return sentences
