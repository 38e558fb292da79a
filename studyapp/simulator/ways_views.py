"""The page that compares the four ways, and each way's scene for the player. Pure functions of their address."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.course.labelled import Language
from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep
from studyapp.simulator.asked import as_scene, in_json, query_fields
from studyapp.simulator.demo import scenario_of
from studyapp.simulator.run_page import words_of
from studyapp.simulator.runs import Misread, play
from studyapp.simulator.views import address
from studyapp.simulator.ways import BY_ID, SCENARIO
from studyapp.simulator.ways_page import (
    Trial,
    context_of,
    read_trial,
    show_of_way,
    trial_fields,
    trial_query,
)

# Choices of the reader that any page may carry.
_READING = ("with", "layout")


@require_safe
def compare_ways(request: HttpRequest, language: str) -> HttpResponse:
    """The same orders on four ways. What the address cannot mean is said, above the scenario's own run."""
    file, scenario = course().scenarios[SCENARIO], scenario_of(SCENARIO)
    trial, fault = Trial(), ""
    try:
        given = [row for row in query_fields(request) if row[0] not in _READING]
        trial = read_trial(scenario, given)
        if given != trial_fields(scenario, trial):
            return HttpResponseRedirect(address(request, trial_query(scenario, trial)))
        run = play(scenario, trial.settings)
    except Misread as misread:
        trial, fault = Trial(), words_of(misread, file.knobs, language)
        run = play(scenario, trial.settings)
    query = trial_query(scenario, trial)
    context = context_of(file, scenario, trial, run, cast(Language, language), query)
    context["fault"] = fault
    response = render(request, "simulator/compare_ways.html", context, status=400 if fault else 200)
    if fault:
        response["Cache-Control"] = "no-store"
    else:
        let_front_keep(request, response, query)
    return response


@require_safe
def way_scene(request: HttpRequest, language: str, way: str) -> HttpResponse:
    """One way of a run as the player reads it; what the address cannot mean is said as {"error": ...}."""
    if way not in BY_ID:
        raise Http404
    file, scenario = course().scenarios[SCENARIO], scenario_of(SCENARIO)
    try:
        trial = read_trial(
            scenario, [row for row in query_fields(request) if row[0] not in _READING]
        )
        run = play(scenario, trial.settings)
    except Misread as misread:
        return in_json(words_of(misread, file.knobs, language))
    show = show_of_way(file, run, BY_ID[way], cast(Language, language))
    response = as_scene(show, file)
    let_front_keep(request, response, trial_query(scenario, trial))
    return response
