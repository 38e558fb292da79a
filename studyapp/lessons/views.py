"""The map of lessons, one service, one lesson."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from studyapp.course.lessons import Lesson
from studyapp.course.markup import LINK, TERM_LINK
from studyapp.lessons.metadata import learning_resource
from studyapp.lessons.parallel import Parallel
from studyapp.pages.course import course
from studyapp.pages.languages import LANGUAGES, LAYOUTS, reading
from studyapp.pages.public import public


@public
def lesson_map(request: HttpRequest, language: str) -> HttpResponse:
    return render(request, "lessons/map.html", {"services": course().services})


@public
def service(request: HttpRequest, language: str, service: str) -> HttpResponse:
    found = course().service(service)
    if found is None:
        raise Http404
    facts = [fact for fact in course().facts.values() if fact.service == service]
    terms = course().terms_of(service)
    return render(
        request, "lessons/service.html", {"service": found, "facts": facts, "terms": terms}
    )


@public
def lesson(request: HttpRequest, language: str, service: str, slug: str) -> HttpResponse:
    found = course().lessons.get(f"{service}/{slug}")
    if found is None:
        raise Http404
    choices = reading(request)
    parallel = Parallel(course(), choices.languages)
    before, after = course().neighbours(found)
    context = {
        "lesson": found,
        "chapter": course().service(service),
        "title": parallel.row(found.title),
        "summary": parallel.row(found.summary),
        "sections": parallel.sections(found),
        "differing": parallel.differing(found),
        "facts": course().facts_taught_in(found),
        "terms": [course().terms[id] for id in terms_in(found) if id in course().terms],
        "before": before,
        "after": after,
        "chips": chips(choices.languages, choices.layout),
        "layouts": LAYOUTS,
        "recalls": len(found.of_kind("recall")),
        "structured": learning_resource(course(), found, language),
    }
    return render(request, "lessons/lesson.html", context)


def terms_in(lesson: Lesson) -> list[str]:
    """The glossary terms that a lesson links, in the order of the text."""
    found: dict[str, None] = {}
    for block in lesson.blocks:
        for unit in block.all_units():
            for _, target in LINK.findall(unit.en):
                if term := TERM_LINK.match(target):
                    found[term.group(1)] = None
    return list(found)


def chips(languages: tuple[str, ...], layout: str) -> list[dict[str, object]]:
    """The language toggles of the reader: where each leads, and whether it is on."""
    made: list[dict[str, object]] = []
    for code, name in LANGUAGES.items():
        is_main, on = code == languages[0], code in languages
        rest = [c for c in languages[1:] if c != code] + ([] if on else [code])
        made.append({"code": code, "name": name, "main": is_main, "on": on, "with": ",".join(rest)})
    return made
