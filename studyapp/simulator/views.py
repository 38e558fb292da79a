"""The lab: all scenarios, and each run as a page, as a scene for the player, and event by event."""

from dataclasses import replace
from typing import cast
from urllib.parse import parse_qsl, urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.course.labelled import Language
from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep, public
from studyapp.simulator.acting import NOW, builds, split, with_action
from studyapp.simulator.cards import card_of, scenarios_of, showpieces
from studyapp.simulator.comparison import figures, first_difference
from studyapp.simulator.demo import demo_context, scenario_of
from studyapp.simulator.event_page import event_page
from studyapp.simulator.forms_parts import BadInput
from studyapp.simulator.player import data_of, show_of
from studyapp.simulator.run_page import (
    acting_context,
    changes_of,
    run_context,
    stage_of,
    words_of,
)
from studyapp.simulator.runs import (
    Misread,
    Settings,
    is_canonical,
    is_too_long,
    moment,
    play,
    query_of,
    read_settings,
)
from studyapp.simulator.telling import clock


@public
def lab(request: HttpRequest, language: str) -> HttpResponse:
    code = cast(Language, language)
    found = [(service, scenarios_of(service.id)) for service in course().services]
    building = [file for _, files in found for file in files if builds(file)]
    groups = [(service, [file for file in files if not builds(file)]) for service, files in found]
    cards = [
        (service, [card_of(file, code) for file in files]) for service, files in groups if files
    ]
    context = {
        "groups": cards,
        "showpieces": [card_of(file, code) for file in showpieces()],
        "building": [card_of(file, code) for file in building],
    }
    return render(request, "simulator/lab.html", context)


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
        settings = read_settings(scenario, given, file.allows)
        if not is_canonical(scenario, settings, given):
            return HttpResponseRedirect(address(request, query_of(scenario, settings)))
        result = play(scenario, settings)
    except Misread as misread:
        settings, fault = Settings(), words_of(misread, file.knobs, language)
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


@require_safe
def act(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """Somebody does something at a moment of a run: leads to the run in which it happened. What cannot be read
    is said above the run, with everything that was filled in still there."""
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    scenario, code = scenario_of(file.id), cast(Language, language)
    settings, fault = Settings(), ""
    sent: dict[str, str] = {}
    try:
        fields, sent = split(query_fields(request))
        settings = read_settings(scenario, fields, file.allows).run
        result = play(scenario, settings)
        at_ms = moment(sent.get(NOW, ""), scenario)
        settings = replace(settings, at_ms=at_ms)
        acted = with_action(file, result, settings, at_ms, sent)
        play(scenario, acted)
        return HttpResponseRedirect(f"/{language}/simulator/{file.id}/?{query_of(scenario, acted)}")
    except Misread as misread:
        fault = words_of(misread, file.knobs, language)
    except BadInput as bad:
        fault = bad.words
    result = play(scenario, settings)
    context = run_context(file, scenario, settings, result, code, sent)
    context.update(fault=fault, keeps_run=True, title=file.title)
    request.GET = QueryDict()
    response = render(request, "simulator/run.html", context, status=400)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def acts(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """What can be done at a moment of a run: the panel of actions, a part of a page."""
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    scenario = scenario_of(file.id)
    try:
        settings = read_settings(scenario, query_fields(request), file.allows)
        result = play(scenario, settings)
    except Misread as misread:
        return HttpResponseBadRequest(words_of(misread, file.knobs, language))
    code, at_ms = cast(Language, language), settings.at_ms or 0
    context = acting_context(file, scenario, settings, result, code, at_ms)
    response = render(request, "simulator/_acts.html", context)
    let_front_keep(request, response, query_of(scenario, settings))
    return response


@require_safe
def scene(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """A run as the player reads it; what the address cannot mean is said as {"error": ...}."""
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    scenario = scenario_of(file.id)
    try:
        settings = read_settings(scenario, query_fields(request), file.allows)
        result = play(scenario, settings)
    except Misread as misread:
        return JsonResponse({"error": words_of(misread, file.knobs, language)}, status=400)
    show = show_of(course(), file, result, cast(Language, language))
    response = JsonResponse(data_of(show, file), json_dumps_params=_SHORT)
    let_front_keep(request, response, query_of(scenario, settings))
    return response


@require_safe
def demo(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """A demo of a lesson with other knobs: a part of a page."""
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    scenario = scenario_of(file.id)
    try:
        settings = read_settings(scenario, query_fields(request)).run
        result = play(scenario, settings)
    except Misread as misread:
        return HttpResponseBadRequest(words_of(misread, file.knobs, language))
    context = demo_context(file, scenario, settings, result, cast(Language, language))
    response = render(request, "simulator/_demo.html", context)
    let_front_keep(request, response, query_of(scenario, settings))
    return response


@require_safe
def compare(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """Two runs of a scenario on one clock. `one` and `two` are their queries; without them both are its own.
    `at=parting` opens them at the first event that differs."""
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    scenario = scenario_of(file.id)
    code = cast(Language, language)
    fault = ""
    asked: dict[str, str] = {}
    sides: list[Settings] = [Settings(), Settings()]
    try:
        given = query_fields(request)
        asked = dict(given)
        if strange := sorted(set(asked) - {"one", "two", "at", "with", "layout"}):
            raise Misread("unknown", strange[0])
        if len(given) > len(asked) or asked.get("at", "parting") != "parting":
            raise Misread("twice" if len(given) > len(asked) else "time", given[0][0])
        sides = [
            read_settings(scenario, read_query(asked.get(side, "")), file.allows).run
            for side in ("one", "two")
        ]
        runs = [play(scenario, settings) for settings in sides]
    except Misread as misread:
        fault = words_of(misread, file.knobs, language)
        sides = [Settings(), Settings()]
        runs = [play(scenario, settings) for settings in sides]
    shows = [show_of(course(), file, run, code) for run in runs]
    queries = [query_of(scenario, settings) for settings in sides]
    starts_at = [("at", "parting")] if "at" in asked and not fault else []
    query = urlencode(
        [(side, text) for side, text in zip(("one", "two"), queries, strict=True) if text]
        + starts_at
    )
    difference = first_difference(shows[0].teller, shows[1].teller)
    context = {
        "scenario": file,
        "title": file.title,
        "fault": fault,
        "clock": clock(0),
        "sides": [
            {
                "stage": stage_of(
                    show,
                    file.id,
                    code,
                    text,
                    difference.at_ms if starts_at and difference else None,
                    side,
                ),
                "query": text,
                "changes": changes_of(file, scenario, settings, show, code),
            }
            for side, show, text, settings in zip("ab", shows, queries, sides, strict=True)
        ],
        "difference": difference,
        "figures": figures(shows[0].teller, runs, code),
        "run_query": query,
    }
    response = render(request, "simulator/compare.html", context, status=400 if fault else 200)
    if fault:
        response["Cache-Control"] = "no-store"
    else:
        let_front_keep(request, response, query)
    return response


def read_query(text: str) -> list[tuple[str, str]]:
    """The fields of a query that stands inside another."""
    if is_too_long(text):
        raise Misread("long")
    return parse_qsl(text, keep_blank_values=True)


@require_safe
def event(
    request: HttpRequest, language: str, service: str, name: str, number: int, part: bool = False
) -> HttpResponse:
    """One event of a run: why it happened, and the call behind it as code; a whole page, or a part of one."""
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    scenario = scenario_of(file.id)
    try:
        settings = read_settings(scenario, query_fields(request), file.allows).run
        result = play(scenario, settings)
    except Misread as misread:
        return HttpResponseBadRequest(words_of(misread, file.knobs, language))
    page = event_page(file, result, number, cast(Language, language))
    if page is None:
        raise Http404
    query = query_of(scenario, settings)
    address = (
        f"/{language}/simulator/{file.id}/?{query}&"
        if query
        else f"/{language}/simulator/{file.id}/?"
    )
    context = {"event": page, "scenario": file, "run_address": address, "run_query": query}
    template = "simulator/_event.html" if part else "simulator/event.html"
    response = render(request, template, context)
    let_front_keep(request, response, query)
    return response


_SHORT = {"ensure_ascii": False, "separators": (",", ":")}
