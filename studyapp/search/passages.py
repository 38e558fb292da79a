"""What can be found: sentences of lessons, terms, facts."""

from collections.abc import Iterator
from functools import cache
from threading import Lock

from studyapp.course.labelled import LANGUAGES, Unit
from studyapp.course.lessons import unit_anchor
from studyapp.course.library import Course
from studyapp.pages.course import course
from studyapp.search.index import Index, Passage


def _plain(course: Course, unit: Unit) -> dict[str, str]:
    return {str(code): course.inline[code].plain(unit[code]) for code in LANGUAGES}


def passages_of(course: Course) -> Iterator[Passage]:
    """Every passage of the course, in the order of the course."""
    for lesson in course.lessons.values():
        title, place = _plain(course, lesson.title), f"lessons/{lesson.id}/"
        yield Passage("lesson", place, title, title, is_title=True)
        yield Passage("lesson", place, title, _plain(course, lesson.summary))
        for block in lesson.blocks:
            for number, unit in enumerate(block.units):
                address = f"{place}#{unit_anchor(block.id, number)}"
                is_title = block.kind == "section"
                yield Passage("lesson", address, title, _plain(course, unit), is_title)
            for part in block.parts:
                if part.kind != "label":
                    for unit in part.units:
                        yield Passage("lesson", f"{place}#{block.id}", title, _plain(course, unit))
    for term in course.terms.values():
        name, place = _plain(course, term.name), f"glossary/{term.id}/"
        yield Passage("term", place, name, name, is_title=True)
        for unit in term.meaning:
            yield Passage("term", place, name, _plain(course, unit))
        for form in (*term.also.ko, *term.also.vi):
            yield Passage("term", place, name, dict.fromkeys(map(str, LANGUAGES), form))
    for fact in course.facts.values():
        heading = course.fact_titles.get(fact.service)
        names = (
            _plain(course, heading) if heading else dict.fromkeys(map(str, LANGUAGES), fact.service)
        )
        yield Passage("fact", f"facts/#{fact.id}", names, _plain(course, fact.today))


_TURN = Lock()


def index() -> Index:
    """The index of this process, built when it is first needed, and only once."""
    with _TURN:
        return _index()


@cache
def _index() -> Index:
    return Index(passages_of(course()))
