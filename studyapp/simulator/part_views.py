"""Parts of a run that the page of the run, or a lesson, asks for: its scene, its actions, a demo, an event."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep
from studyapp.simulator.asked import Asked, as_scene, in_json, of_a_run
from studyapp.simulator.demo import demo_context
from studyapp.simulator.event_page import event_page
from studyapp.simulator.player import show_of
from studyapp.simulator.run_page import acting_context
from studyapp.simulator.runs import query_of


@of_a_run(in_json)
def scene(request: HttpRequest, asked: Asked) -> HttpResponse:
    """A run as the player reads it; what the address cannot mean is said as {"error": ...}."""
    show = show_of(course(), asked.file, asked.run, asked.language)
    response = as_scene(show, asked.file)
    let_front_keep(request, response, query_of(asked.scenario, asked.settings))
    return response


@of_a_run()
def acts(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What can be done at a moment of a run: the panel of actions."""
    at_ms = asked.settings.at_ms or 0
    context = acting_context(
        asked.file, asked.scenario, asked.settings, asked.run, asked.language, at_ms
    )
    response = render(request, "simulator/_acts.html", context)
    let_front_keep(request, response, query_of(asked.scenario, asked.settings))
    return response


@of_a_run()
def demo(request: HttpRequest, asked: Asked) -> HttpResponse:
    """A demo of a lesson with other knobs."""
    context = demo_context(
        asked.file, asked.scenario, asked.settings.run, asked.run, asked.language
    )
    response = render(request, "simulator/_demo.html", context)
    let_front_keep(request, response, query_of(asked.scenario, asked.settings))
    return response


@of_a_run()
def event(request: HttpRequest, asked: Asked, number: int, part: bool = False) -> HttpResponse:
    """One event of a run: why it happened, and the call behind it as code; a whole page, or a part of one."""
    page = event_page(asked.file, asked.run, number, asked.language)
    if page is None:
        raise Http404
    query = query_of(asked.scenario, asked.settings)
    run_query = query_of(asked.scenario, asked.settings.run)
    address = f"/{asked.language}/simulator/{asked.file.id}/?"
    context = {
        "event": page,
        "scenario": asked.file,
        "run_address": f"{address}{run_query}&" if run_query else address,
        "run_query": query,
    }
    template = "simulator/_event.html" if part else "simulator/event.html"
    response = render(request, template, context)
    let_front_keep(request, response, query)
    return response
