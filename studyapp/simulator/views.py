"""The lab: the list of scenarios, and a run as a page to read."""

from functools import cache
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studyapp.course.labelled import Language
from studyapp.course.lessons import Lesson
from studyapp.course.numbers import format_number
from studyapp.course.scenarios import Goal, ScenarioFile
from studyapp.engine.counters import count
from studyapp.engine.goals import judge
from studyapp.engine.scenario import Run, Scenario, read
from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep, public
from studyapp.simulator.knobs import fields
from studyapp.simulator.runs import (
    Misread,
    Settings,
    is_canonical,
    is_too_long,
    play,
    query_of,
    read_settings,
    with_next_seed,
)
from studyapp.simulator.telling import Teller
from studyapp.simulator.timeline import LINES, LINES_WHOLE, rows

_NAME_MAX = 40


@public
def lab(request: HttpRequest, language: str) -> HttpResponse:
    groups = [(service, scenarios_of(service.id)) for service in course().services]
    return render(request, "simulator/lab.html", {"groups": [g for g in groups if g[1]]})


def scenarios_of(service: str) -> list[ScenarioFile]:
    """The scenarios of a service, in the order of the lessons that they belong to."""
    places = {id: place for place, id in enumerate(course().lessons)}
    found = [file for file in course().scenarios.values() if file.service == service]
    return sorted(found, key=lambda file: places.get(file.lesson.split("#")[0], len(places)))


@cache
def scenario_of(id: str) -> Scenario:
    """The scenario of a file of this process's course."""
    return read(course().scenarios[id].data)


@require_safe
def run(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """A run told from its start to its end. What the address cannot mean is said, above the scenario's start."""
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    scenario = scenario_of(file.id)
    settings, fault = Settings(), ""
    try:
        given = query_fields(request)
        settings = read_settings(scenario, given)
        if not is_canonical(scenario, settings, given):
            return HttpResponseRedirect(address(request, query_of(scenario, settings)))
        result = play(scenario, settings)
    except Misread as misread:
        settings, fault = Settings(), words_of(misread, file, language)
        request.GET = QueryDict()
        result = play(scenario, settings)
    context = run_context(file, scenario, settings, result, cast(Language, language))
    context["fault"] = fault
    context["title"] = file.title
    response = render(request, "simulator/run.html", context, status=400 if fault else 200)
    if fault:
        response["Cache-Control"] = "no-store"
    else:
        let_front_keep(request, response, query_of(scenario, settings))
    return response


def query_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the query, once it is short enough to be read."""
    if is_too_long(request.META.get("QUERY_STRING", "")):
        raise Misread("long")
    return [(name, text) for name, texts in request.GET.lists() for text in texts]


def address(request: HttpRequest, query: str) -> str:
    return f"{request.path}?{query}" if query else request.path


def words_of(misread: Misread, file: ScenarioFile, language: str) -> str:
    """What is wrong with an address, to its reader."""
    name = misread.name
    if misread.kind == "value":
        knob = file.knobs.get(name)
        label = course().inline[language].plain(knob[language]) if knob else name
        return _("“%(name)s” cannot have the value in this address.") % {"name": label}
    if misread.kind in ("unknown", "twice"):
        short = name if len(name) <= _NAME_MAX else f"{name[:_NAME_MAX]}…"
        if misread.kind == "twice":
            return _("This address sets “%(name)s” twice.") % {"name": short}
        return _("This scenario has no setting “%(name)s”.") % {"name": short}
    if misread.kind == "seed":
        return _("The seed in this address is not a whole number that fits.")
    if misread.kind == "long":
        return _("This address is too long for a run.")
    if misread.kind == "unfit":
        return _("This scenario cannot run with these settings together.")
    return _("This address does not say clearly which lines to show.")


def run_context(
    file: ScenarioFile, scenario: Scenario, settings: Settings, result: Run, language: Language
) -> dict[str, Any]:
    """Everything that the page of a run shows."""
    teller = Teller(course(), language, result.world.log)
    most = LINES_WHOLE if settings.whole else LINES
    timeline, is_cut = rows(teller, file.moments, most)
    own = Settings(whole=settings.whole)
    return {
        "scenario": file,
        "chapter": course().service(file.service),
        "lesson": lesson_of(file),
        "knobs": fields(scenario, file.knobs, settings, language),
        "settings": settings,
        "another_seed": query_of(scenario, with_next_seed(scenario, settings)),
        "own_query": query_of(scenario, own),
        "all_query": query_of(scenario, Settings(settings.knobs, settings.seed, whole=True)),
        "run_query": query_of(scenario, settings),
        "rows": timeline,
        "is_cut": is_cut,
        "lines": format_number(most, language),
        "is_too_long": result.too_long,
        "goals": [judged(goal, scenario, result, teller) for goal in file.goals],
        "counters": [
            (teller.counter(name), format_number(value, language))
            for name, value in count(result.world).items()
            if value
        ],
    }


def lesson_of(file: ScenarioFile) -> Lesson | None:
    return course().lessons.get(file.lesson.split("#")[0])


def judged(goal: Goal, scenario: Scenario, result: Run, teller: Teller) -> dict[str, Any]:
    """A goal in this run: its words, whether it is met, what is missing, and a run of knobs alone that meets it."""
    verdict = judge(result.world, goal.test, goal.parameters)
    solved_by_knobs = bool(goal.knobs) and not goal.actions
    return {
        "units": goal.units,
        "met": verdict.met,
        "missing": [teller.missing(each.key, each.details) for each in verdict.missing],
        "way": query_of(scenario, Settings(goal.knobs)) if solved_by_knobs else "",
    }
