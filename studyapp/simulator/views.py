"""The lab: all scenarios, and each run as a page, as a scene for the player, and event by event."""

from dataclasses import replace
from typing import cast

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.course.labelled import Language
from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep, public
from studyapp.simulator.acting import NOW, builds, split, with_action
from studyapp.simulator.asked import file_of, query_fields
from studyapp.simulator.cards import card_of, scenarios_of, showpieces
from studyapp.simulator.demo import scenario_of
from studyapp.simulator.forms_parts import BadInput
from studyapp.simulator.run_page import (
    run_context,
    words_of,
)
from studyapp.simulator.runs import (
    Misread,
    Settings,
    is_canonical,
    moment,
    play,
    query_of,
    read_settings,
)


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
    file = file_of(service, name)
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


def address(request: HttpRequest, query: str) -> str:
    return f"{request.path}?{query}" if query else request.path


@require_safe
def act(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """Somebody does something at a moment of a run: leads to the run in which it happened. What cannot be read
    is said above the run, with everything that was filled in still there."""
    file = file_of(service, name)
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
