"""Two runs of one scenario beside each other."""

from typing import cast
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.course.labelled import Language
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.scenario import Scenario
from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep
from studyapp.simulator.asked import file_of, query_fields
from studyapp.simulator.comparison import figures, first_difference
from studyapp.simulator.demo import scenario_of
from studyapp.simulator.player import show_of
from studyapp.simulator.run_page import changes_of, stage_of, words_of
from studyapp.simulator.runs import Misread, Settings, is_too_long, play, query_of, read_settings
from studyapp.simulator.telling import clock

_SIDES = ("one", "two")


@require_safe
def compare(request: HttpRequest, language: str, service: str, name: str) -> HttpResponse:
    """Two runs of a scenario on one clock. `one` and `two` are their queries; without them both are its own.
    `at=parting` opens them at the first event that differs."""
    file = file_of(service, name)
    scenario, code = scenario_of(file.id), cast(Language, language)
    fault, at_parting = "", False
    sides = [Settings(), Settings()]
    try:
        sides, at_parting = _read(file, scenario, query_fields(request))
        runs = [play(scenario, settings) for settings in sides]
    except Misread as misread:
        fault = words_of(misread, file.knobs, language)
        sides, at_parting = [Settings(), Settings()], False
        runs = [play(scenario, settings) for settings in sides]
    shows = [show_of(course(), file, run, code) for run in runs]
    queries = [query_of(scenario, settings) for settings in sides]
    fields = [(side, text) for side, text in zip(_SIDES, queries, strict=True) if text]
    query = urlencode([*fields, ("at", "parting")] if at_parting else fields)
    difference = first_difference(shows[0].teller, shows[1].teller)
    at_ms = difference.at_ms if at_parting and difference else None
    context = {
        "scenario": file,
        "title": file.title,
        "fault": fault,
        "clock": clock(0),
        "sides": [
            {
                "stage": stage_of(show, file.id, code, text, at_ms, side),
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


def _read(
    file: ScenarioFile, scenario: Scenario, given: list[tuple[str, str]]
) -> tuple[list[Settings], bool]:
    """The settings of both sides, and whether they are shown where they part.

    Raises:
        Misread: when the query does not say so.
    """
    asked = dict(given)
    if strange := sorted(set(asked) - {*_SIDES, "at", "with", "layout"}):
        raise Misread("unknown", strange[0])
    if len(given) > len(asked):
        raise Misread("twice", given[0][0])
    if asked.get("at", "parting") != "parting":
        raise Misread("time")
    sides = [
        read_settings(scenario, _inner(asked.get(side, "")), file.allows).run for side in _SIDES
    ]
    return sides, "at" in asked


def _inner(text: str) -> list[tuple[str, str]]:
    """The fields of a query that stands inside another."""
    if is_too_long(text):
        raise Misread("long")
    return parse_qsl(text, keep_blank_values=True)
