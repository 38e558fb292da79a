"""Two printed pages: which words lead to which service, and the figures that questions ask for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from studyapp.course.facts import Fact
from studyapp.course.labelled import Block, Unit
from studyapp.course.library import Course
from studyapp.pages.course import course
from studyapp.pages.public import public

DECISIONS = "exam/decision-guide"
# Key figures are those whose exam answer differs from today's, and those on which most questions rest: no more than
# fit on the paper, and each with so many questions at least.
FIGURES_MOST, QUESTIONS_LEAST = 48, 2


@dataclass(frozen=True, slots=True)
class Table:
    head: Sequence[Unit]
    rows: Sequence[Sequence[Unit]]


@public
def cheat_sheet(request: HttpRequest, language: str) -> HttpResponse:
    context = {
        "tables": [table_of(block) for block in _decision_blocks(course())],
        "lesson": DECISIONS if DECISIONS in course().lessons else "",
        "figures": [
            (service, facts)
            for service in course().services
            if (facts := [fact for fact in key_figures() if fact.service == service.id])
        ],
        "newest": max((fact.read for fact in key_figures()), default=None),
    }
    return render(request, "quizzes/cheat_sheet.html", context)


def _decision_blocks(course: Course) -> Sequence[Block]:
    lesson = course.lessons.get(DECISIONS)
    return lesson.of_kind("table") if lesson else ()


def table_of(block: Block) -> Table:
    return Table(block.units, [row.units for row in block.parts_of("row")])


@cache
def key_figures() -> Sequence[Fact]:
    """In the order of the ledger; a figure of 0 is told with its range, not alone."""
    named = Counter(id for question in course().questions.values() for id in question.facts)
    told = [fact for fact in course().facts.values() if fact.value]
    kept = {fact.id for fact in told if fact.exam is not None}
    for fact in sorted(told, key=lambda fact: -named[fact.id]):
        if len(kept) < FIGURES_MOST and named[fact.id] >= QUESTIONS_LEAST:
            kept.add(fact.id)
    return [fact for fact in told if fact.id in kept]
