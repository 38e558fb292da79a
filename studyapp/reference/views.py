"""Glossary and fact ledger."""

from typing import get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from studyapp.course.rules.coverage import taught_points
from studyapp.course.schema import Verdict
from studyapp.lessons.parallel import Parallel
from studyapp.pages.course import course
from studyapp.pages.languages import LANGUAGES, reading
from studyapp.pages.public import public

# The filters of the ledger: what a learner asks for, and the verdicts that answer.
FILTERS: dict[str, tuple[str, ...]] = {
    "all": get_args(Verdict),
    "agrees": ("right",),
    "outdated": ("outdated",),
    "wrong": ("wrong",),
    "imprecise": ("imprecise", "undocumented"),
    "left-out": ("omitted",),
}


def _everything(request: HttpRequest) -> Parallel:
    """All three languages, the reader's first: reference pages compare languages by nature."""
    main = reading(request).main
    return Parallel(course(), (main, *(code for code in LANGUAGES if code != main)))


@public
def glossary(request: HttpRequest, language: str) -> HttpResponse:
    groups = [
        (service, course().terms_of(service.id))
        for service in course().services
        if course().terms_of(service.id)
    ]
    return render(request, "reference/glossary.html", {"groups": groups})


@public
def term(request: HttpRequest, language: str, id: str) -> HttpResponse:
    return render(request, "reference/term.html", _term_context(request, id))


@public
def term_card(request: HttpRequest, language: str, id: str) -> HttpResponse:
    """The small form of a term, for the pop-over in lessons."""
    return render(request, "reference/_term_card.html", _term_context(request, id))


def _term_context(request: HttpRequest, id: str) -> dict[str, object]:
    found = course().terms.get(id)
    if found is None:
        raise Http404
    parallel = _everything(request)
    lesson = course().lessons.get(found.taught.split("#")[0])
    siblings = [t for t in course().terms_of(found.service) if t.id != id]
    return {
        "term": found,
        "names": parallel.row(found.name),
        "meaning": parallel.rows(found.meaning),
        "lesson": lesson,
        "siblings": siblings,
    }


@public
def facts(request: HttpRequest, language: str, show: str = "all") -> HttpResponse:
    if show not in FILTERS:
        raise Http404
    parallel = Parallel(course(), (reading(request).main,))
    taught = taught_points(course())
    groups = []
    for service in _subjects():
        rows = [
            {
                "fact": fact,
                "today": parallel.row(fact.today),
                "notes": parallel.row(fact.notes) if fact.notes else None,
                "exam": parallel.row(fact.exam) if fact.exam else None,
                "taught": _taught(fact.points, taught),
            }
            for fact in course().facts.values()
            if fact.service == service and fact.verdict in FILTERS[show]
        ]
        if rows:
            groups.append((service, course().fact_titles.get(service), rows))
    counts = {
        name: sum(1 for fact in course().facts.values() if fact.verdict in verdicts)
        for name, verdicts in FILTERS.items()
    }
    context = {"groups": groups, "show": show, "counts": counts}
    return render(request, "reference/facts.html", context)


def _subjects() -> list[str]:
    """The subjects of facts: services in the order of the course, then what belongs to none."""
    held = {fact.service for fact in course().facts.values()}
    ordered = [service.id for service in course().services if service.id in held]
    return ordered + sorted(held.difference(ordered))


def _taught(points: tuple[str, ...], taught: dict[str, list[str]]) -> str:
    """The first place in the lessons that teaches one of these points."""
    for point in points:
        if point in taught:
            return taught[point][0]
    return ""
