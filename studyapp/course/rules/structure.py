"""Rules about the shape of files: ids, what a lesson must hold, how long it is."""

import datetime as dt
from collections.abc import Iterator

from studyapp.course.labelled import LANGUAGES, Document
from studyapp.course.lessons import Lesson
from studyapp.course.library import Course
from studyapp.course.problem import Problem

WORDS_MIN, WORDS_MAX = 400, 900
RECALL_MIN, RECALL_MAX = 2, 4
DAYS_TO_TRUST = 365


def check_document(document: Document, course: Course) -> Iterator[Problem]:
    """Ids are unique in their file, and none has been retired."""
    seen: set[str] = set()
    for block in (*document.heads, *document.blocks):
        if block.id in seen:
            yield Problem(
                document.path, block.line, "L02", f"id {block.id!r} stands twice in this file"
            )
        seen.add(block.id)
        full = f"{document.path.removesuffix('.md')}#{block.id}"
        if full in course.retired:
            yield Problem(
                document.path, block.line, "L02", f"id {full!r} is retired; take a new one"
            )
        inside: set[tuple[str, str]] = set()
        for part in block.parts:
            if (part.kind, part.id) in inside:
                text = f"'### {part.kind}: {part.id}' stands twice in this block"
                yield Problem(document.path, part.line, "L02", text)
            inside.add((part.kind, part.id))


def check_lesson(lesson: Lesson) -> Iterator[Problem]:
    """Length, and the parts that every lesson has."""
    for language in LANGUAGES:
        words = lesson.word_count(language)
        if not WORDS_MIN <= words <= WORDS_MAX:
            text = f"{words} words in {language}; {WORDS_MIN} to {WORDS_MAX} are wanted"
            yield Problem(lesson.path, 1, "L15", text)
    if not lesson.of_kind("figure"):
        yield Problem(lesson.path, 1, "L16", "the lesson has no drawing; add '## figure: id'")
    if not lesson.of_kind("demo"):
        yield Problem(
            lesson.path, 1, "L16", "the lesson has no place for a demo; add '## demo: id'"
        )
    recalls = len(lesson.of_kind("recall"))
    if not RECALL_MIN <= recalls <= RECALL_MAX:
        text = f"{recalls} recall prompts; {RECALL_MIN} to {RECALL_MAX} are wanted"
        yield Problem(lesson.path, 1, "L16", text)
    if not lesson.blocks or lesson.blocks[0].kind != "section":
        yield Problem(lesson.path, 1, "L03", "a lesson begins with '## section: id'")


def check_age(course: Course, today: dt.date) -> Iterator[Problem]:
    """Lessons, questions and facts that nobody has compared with the documentation for a year."""
    dated = [(lesson.path, 1, "checked", lesson.checked) for lesson in course.lessons.values()]
    dated += [(each.path, 1, "checked", each.checked) for each in course.questions.values()]
    dated += [(fact.path, fact.line, "read", fact.read) for fact in course.facts.values()]
    for path, line, name, day in dated:
        if (days := (today - day).days) > DAYS_TO_TRUST:
            yield Problem(path, line, "L19", f"{name} {days} days ago; read the sources again")
