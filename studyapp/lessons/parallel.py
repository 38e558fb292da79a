"""Rows for reading in one, two or three languages side by side: the same sentence, level in each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studyapp.course.facts import Fact
from studyapp.course.figures import draw
from studyapp.course.labelled import Block, Fence, Part, Unit
from studyapp.course.lessons import Lesson, unit_anchor
from studyapp.course.library import Course
from studyapp.course.markup import in_language


@dataclass(frozen=True, slots=True)
class Line:
    """One language of a row."""

    language: str
    html: str
    is_main: bool
    needs_look: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One unit: its anchor ('' where it has none) and a line for each language, the main one first."""

    anchor: str
    lines: tuple[Line, ...]

    @property
    def main(self) -> Line:
        return self.lines[0]

    @property
    def companions(self) -> tuple[Line, ...]:
        return self.lines[1:]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block as its template needs it."""

    kind: str
    id: str
    rows: tuple[Row, ...] = ()
    intro: tuple[Row, ...] = ()
    answer: tuple[Row, ...] = ()
    table: tuple[tuple[Row, ...], ...] = ()
    caption: tuple[Row, ...] = ()
    fences: tuple[Fence, ...] = ()
    drawing: str = ""
    scenario: str = ""
    fact: "TwoAnswers | None" = None


@dataclass(frozen=True, slots=True)
class TwoAnswers:
    """A fact whose exam answer differs from today's."""

    fact: Fact
    exam: Row
    today: Row


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    title: Row
    pieces: tuple[Piece, ...] = field(default=())

    @property
    def id(self) -> str:
        return self.title.anchor


class Parallel:
    """Turns units into rows for one choice of languages."""

    def __init__(self, course: Course, languages: Sequence[str]) -> None:
        self.course, self.languages = course, tuple(languages)

    @property
    def main(self) -> str:
        return self.languages[0]

    def row(self, unit: Unit, anchor: str = "") -> Row:
        return Row(
            anchor,
            tuple(
                Line(
                    language,
                    in_language(self.course.inline[language].html(unit[language]), self.main),
                    language == self.main,
                    language in unit.needs_look,
                )
                for language in self.languages
            ),
        )

    def rows(self, units: Sequence[Unit], block_id: str = "") -> tuple[Row, ...]:
        return tuple(
            self.row(unit, unit_anchor(block_id, n) if block_id else "")
            for n, unit in enumerate(units)
        )

    def two_answers(self, fact: Fact) -> TwoAnswers | None:
        if fact.exam is None:
            return None
        return TwoAnswers(fact, self.row(fact.exam), self.row(fact.today))

    def piece(self, lesson: Lesson, block: Block) -> Piece:
        part, parts = block.part, block.parts_of
        fact = self.course.facts.get(str(block.properties.get("fact")))
        return Piece(
            kind=block.kind or "text",
            id=block.id,
            rows=self.rows(block.units, block.id),
            intro=self._part_rows(part("intro")),
            answer=self._part_rows(part("answer")),
            table=tuple(self.rows(row.units) for row in parts("row")),
            caption=self._part_rows(part("caption")),
            fences=block.fences,
            drawing=self.drawing(lesson, block) if block.kind == "figure" else "",
            scenario=str(block.properties.get("scenario", "")),
            fact=self.two_answers(fact) if fact else None,
        )

    def _part_rows(self, part: Part | None) -> tuple[Row, ...]:
        return self.rows(part.units) if part else ()

    def drawing(self, lesson: Lesson, block: Block) -> str:
        """The SVG of a figure block with its words in the main language."""
        figure = self.course.figure(lesson, str(block.properties.get("file")))
        if figure is None:
            return ""
        inline = self.course.inline[self.main]
        labels = {
            p.id: inline.plain(p.units[0][self.main]) for p in block.parts_of("label") if p.units
        }
        title = " ".join(inline.plain(unit[self.main]) for unit in block.units)
        return draw(figure, labels, title, self.main)

    def sections(self, lesson: Lesson) -> tuple[Section, ...]:
        """The whole lesson, section by section."""
        found: list[tuple[Row, list[Piece]]] = []
        for block in lesson.blocks:
            if block.kind == "section":
                found.append((self.row(block.units[0], block.id), []))
            elif found:
                found[-1][1].append(self.piece(lesson, block))
        return tuple(Section(title, tuple(pieces)) for title, pieces in found)

    def differing(self, lesson: Lesson) -> tuple[TwoAnswers, ...]:
        """Facts of the lesson with two answers that the text does not show side by side itself."""
        shown = {str(block.properties.get("fact")) for block in lesson.of_kind("two-answers")}
        facts = self.course.facts_taught_in(lesson)
        answers = (self.two_answers(fact) for fact in facts if fact.id not in shown)
        return tuple(answer for answer in answers if answer is not None)
