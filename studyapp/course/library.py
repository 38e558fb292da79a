"""Loads everything in `content/` once and finds anything by its id.

Nothing here reads a clock. The only files opened are those below the folder that was given.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from studyapp.course.facts import Fact, read_facts
from studyapp.course.figures import Figure, read_figure
from studyapp.course.glossary import Term, read_terms
from studyapp.course.labelled import LANGUAGES, Document, Unit, parse
from studyapp.course.lessons import Lesson, read_lesson
from studyapp.course.markup import Inline
from studyapp.course.numbers import UnitWords, read_unit_words
from studyapp.course.objectives import (
    Misconception,
    Objective,
    read_misconceptions,
    read_objectives,
)
from studyapp.course.problem import Problem, UnreadableContent
from studyapp.course.questions import Question, read_question
from studyapp.course.scenarios import ScenarioFile, read_scenario
from studyapp.course.schema import CourseFile, PointRecord, check
from studyapp.course.telling import Sentence, Telling, read_sentences

_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u00a0"}
# UTF-8 that was read as Latin-1 or Windows-1252, such as "Ä‘" for "đ".
_WRONGLY_DECODED = re.compile("\ufffd|[\u00c2-\u00c6][\u0080-\u00bf]|Ä‘|á[º»]")


@dataclass(frozen=True)
class Service:
    """A chapter of the course with its lessons in order."""

    id: str
    title: Unit
    summary: Unit
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Course:
    """Everything that is taught. Built once, never changed."""

    services: tuple[Service, ...]
    facts: Mapping[str, Fact]
    fact_titles: Mapping[str, Unit]
    terms: Mapping[str, Term]
    points: Mapping[str, PointRecord]
    figures: Mapping[str, Figure]
    unit_words: Mapping[str, UnitWords]
    retired: Mapping[str, str]
    scenarios: Mapping[str, ScenarioFile]
    telling: Telling
    objectives: Mapping[str, Objective]
    misconceptions: Mapping[str, Misconception]
    questions: Mapping[str, Question]
    drawn: Mapping[str, Question]
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]
    version: str
    inline: Mapping[str, Inline] = field(default_factory=dict)

    @cached_property
    def lessons(self) -> Mapping[str, Lesson]:
        """Every lesson by id, in the order of the course."""
        return {lesson.id: lesson for service in self.services for lesson in service.lessons}

    def service(self, id: str) -> Service | None:
        return next((service for service in self.services if service.id == id), None)

    def neighbours(self, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after this one."""
        ids = list(self.lessons)
        place = ids.index(lesson.id)
        before = self.lessons[ids[place - 1]] if place else None
        after = self.lessons[ids[place + 1]] if place + 1 < len(ids) else None
        return before, after

    def figure(self, lesson: Lesson, file: str) -> Figure | None:
        return self.figures.get(f"lessons/{lesson.service}/{file}")

    def terms_of(self, service: str) -> tuple[Term, ...]:
        return tuple(term for term in self.terms.values() if term.service == service)

    def facts_taught_in(self, lesson: Lesson) -> tuple[Fact, ...]:
        """The facts that a lesson's sentences name, in the order of the text."""
        return tuple(self.facts[id] for id in lesson.fact_ids() if id in self.facts)


class _Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.documents: list[Document] = []
        self.digest = hashlib.sha256()

    def text(self, path: Path) -> str:
        """The text of a file, checked for what rule L04 says."""
        name = path.relative_to(self.folder).as_posix()
        raw = path.read_bytes()
        self.digest.update(name.encode() + b"\0" + raw + b"\0")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as fault:
            place = raw[: fault.start].count(b"\n") + 1
            self.problems.append(Problem(name, place, "L04", "this is not UTF-8; save it as UTF-8"))
            return ""
        text = text.replace("\r\n", "\n")
        if text.isascii():
            return text
        for number, line in enumerate(text.split("\n"), 1):
            self.check_characters(name, number, line)
        return unicodedata.normalize("NFC", text)

    def check_characters(self, name: str, number: int, line: str) -> None:
        if line.isascii():
            return
        if not unicodedata.is_normalized("NFC", line):
            text = "characters are split into parts; normalise the line to NFC"
            self.problems.append(Problem(name, number, "L04", text))
        if hidden := _INVISIBLE & set(line):
            codes = ", ".join(f"U+{ord(c):04X}" for c in sorted(hidden))
            self.problems.append(Problem(name, number, "L04", f"invisible characters: {codes}"))
        if _WRONGLY_DECODED.search(line):
            self.problems.append(Problem(name, number, "L04", "traces of a wrong decoding"))

    def toml(self, file: str) -> dict[str, Any]:
        path = self.folder / file
        if not path.exists():
            self.problems.append(Problem(file, 1, "L03", "this file is missing"))
            return {}
        try:
            return tomllib.loads(self.text(path))
        except tomllib.TOMLDecodeError as fault:
            self.problems.append(Problem(file, 1, "L03", f"this is not TOML: {fault}"))
            return {}

    def labelled(self, folder: str) -> Iterator[Document]:
        """The documents of a folder and what lies below it, by name."""
        for path in sorted((self.folder / folder).rglob("*.md")):
            name = path.relative_to(self.folder).as_posix()
            document, problems = parse(name, self.text(path))
            self.problems += problems
            self.documents.append(document)
            yield document

    def load(self) -> Course:
        unit_words: dict[str, UnitWords] = {}
        try:
            unit_words = read_unit_words(self.text(self.folder / "units.toml"))
        except (OSError, LookupError, TypeError, tomllib.TOMLDecodeError) as fault:
            self.problems.append(Problem("units.toml", 1, "L03", f"cannot be read: {fault!r}"))
        facts: dict[str, Fact] = {}
        fact_titles: dict[str, Unit] = {}
        for document in self.labelled("facts"):
            title, found = read_facts(document, unit_words, self.problems)
            facts |= {fact.id: fact for fact in found}
            if title:
                fact_titles[document.path.rsplit("/", 1)[-1].removesuffix(".md")] = title
        terms: dict[str, Term] = {}
        for document in self.labelled("glossary"):
            for term in read_terms(document, self.problems):
                if term.id in terms:
                    other = terms[term.id].path
                    text = f"term {term.id!r} already stands in {other}"
                    self.problems.append(Problem(term.path, term.line, "L02", text))
                terms[term.id] = term
        lessons: dict[str, Lesson] = {}
        for document in self.labelled("lessons"):
            lesson = read_lesson(document, self.problems)
            if lesson:
                lessons[lesson.id] = lesson
        scenarios: dict[str, ScenarioFile] = {}
        for document in self.labelled("scenarios"):
            scenario = read_scenario(document, self.problems)
            if scenario:
                scenarios[scenario.id] = scenario
        telling = self.telling()
        objectives = {
            objective.id: objective
            for document in self.labelled("objectives")
            for objective in read_objectives(document, self.problems)
        }
        misconceptions = {
            misconception.id: misconception
            for document in self.labelled("misconceptions")
            for misconception in read_misconceptions(document, self.problems)
        }
        questions, drawn = (
            {
                question.id: question
                for document in self.labelled(folder)
                if (question := read_question(document, self.problems))
            }
            for folder in ("questions", "drawn")
        )
        figures = {
            path.relative_to(self.folder).as_posix(): read_figure(self.text(path))
            for path in sorted((self.folder / "lessons").rglob("*.svg"))
        }
        services = self.services(lessons)
        points = {
            id: record
            for id, row in self.toml("points.toml").items()
            if (record := check(PointRecord, row, "points.toml", 1, self.problems, id))
        }
        retired = {str(k): str(v) for k, v in self.toml("retired.toml").items()}
        return Course(
            services,
            facts,
            fact_titles,
            terms,
            points,
            figures,
            unit_words,
            retired,
            scenarios,
            telling,
            objectives,
            misconceptions,
            questions,
            drawn,
            tuple(self.documents),
            tuple(self.problems),
            self.digest.hexdigest()[:16],
            {language: Inline(facts, language) for language in LANGUAGES},
        )

    def telling(self) -> Telling:
        found: dict[tuple[str, str], Sentence] = {}
        for document in self.labelled("telling"):
            for sentence in read_sentences(document, self.problems):
                if other := found.get((sentence.kind, sentence.id)):
                    text = f"{sentence.kind} {sentence.id!r} already stands in {other.path}"
                    self.problems.append(Problem(sentence.path, sentence.line, "L02", text))
                found[sentence.kind, sentence.id] = sentence
        return found

    def services(self, lessons: Mapping[str, Lesson]) -> tuple[Service, ...]:
        """The chapters in the order of `course.toml`, named by `services.md`."""
        heads = {
            block.id: block for document in self.labelled("services") for block in document.blocks
        }
        services = []
        listed: set[str] = set()
        order = check(CourseFile, self.toml("course.toml"), "course.toml", 1, self.problems)
        for row in order.service if order else ():
            id, slugs = row.id, row.lessons
            head = heads.get(id)
            if head is None or len(head.units) != 2:
                text = f"service {id!r} needs '## {id}' with 2 units (title, summary) in services/"
                self.problems.append(Problem("course.toml", 1, "L03", text))
                continue
            for slug in slugs:
                listed.add(f"{id}/{slug}")
                if f"{id}/{slug}" not in lessons:
                    text = (
                        f"lesson {id}/{slug} is listed, but lessons/{id}/{slug}.md cannot be shown"
                    )
                    self.problems.append(Problem("course.toml", 1, "L03", text))
            found = tuple(lessons[f"{id}/{s}"] for s in slugs if f"{id}/{s}" in lessons)
            services.append(Service(id, head.units[0], head.units[1], found))
        for id, lesson in lessons.items():
            if id not in listed:
                text = f"lesson {id} is in no service of course.toml; add it there"
                self.problems.append(Problem(lesson.path, 1, "L03", text))
        return tuple(services)


def load(folder: Path) -> Course:
    """Read the whole folder. Problems are in the answer; `strict` turns the serious ones into a stop."""
    return _Loader(folder).load()


def strict(course: Course, problems: list[Problem]) -> Course:
    """The course, unless something stops it.

    Raises:
        UnreadableContent: with every problem of a `stop` rule, file and line.
    """
    stopping = [problem for problem in problems if problem.severity == "stop"]
    if stopping:
        raise UnreadableContent(stopping)
    return course
