"""The glossary: each concept with its one name in each language and its plain meaning."""

from dataclasses import dataclass

from studyapp.course.labelled import Document, Unit
from studyapp.course.problem import Problem
from studyapp.course.schema import PARTS, Nothing, TermProperties, Variants, check


@dataclass(frozen=True, slots=True)
class Term:
    """A concept. `taught` is 'service/lesson#block', where a reader meets it first."""

    id: str
    service: str
    line: int
    path: str
    name: Unit
    meaning: tuple[Unit, ...]
    ipa: str
    taught: str
    also: Variants
    never: Variants


def read_terms(document: Document, problems: list[Problem]) -> list[Term]:
    """The terms of one file of `content/glossary/`."""
    path = document.path
    service = path.rsplit("/", 1)[-1].removesuffix(".md")
    check(Nothing, document.front, path, 1, problems)
    terms = []
    for block in document.blocks:
        meaning = block.part("meaning")
        if block.kind != "term":
            problems.append(Problem(path, block.line, "L03", "only '## term: id' may stand here"))
            continue
        properties = check(TermProperties, block.properties, path, block.line, problems)
        for part in block.parts:
            if part.kind not in PARTS["term"]:
                text = f"'### {part.kind}' may not stand in a term"
                problems.append(Problem(path, part.line, "L03", text))
        if len(block.units) != 1 or meaning is None or not meaning.units:
            text = "a term needs one unit with its names, and '### meaning'"
            problems.append(Problem(path, block.line, "L03", text))
        elif properties is not None:
            terms.append(
                Term(
                    block.id,
                    service,
                    block.line,
                    path,
                    block.units[0],
                    meaning.units,
                    properties.ipa,
                    properties.taught,
                    properties.also,
                    properties.never,
                )
            )
    return terms
