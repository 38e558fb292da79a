"""What a request about a run asks for: the scenario, the settings of its address, and the finished run."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from studyapp.course.labelled import Language
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.scenario import Run, Scenario
from studyapp.pages.course import course
from studyapp.simulator.demo import scenario_of
from studyapp.simulator.player import Show, data_of
from studyapp.simulator.run_page import words_of
from studyapp.simulator.runs import Misread, Settings, is_too_long, play, read_settings


@dataclass(frozen=True, slots=True)
class Asked:
    """A run that somebody wants to see something of."""

    file: ScenarioFile
    scenario: Scenario
    settings: Settings
    run: Run
    language: Language


def file_of(service: str, name: str) -> ScenarioFile:
    """The scenario of an address.

    Raises:
        Http404: if there is none.
    """
    file = course().scenarios.get(f"{service}/{name}")
    if file is None:
        raise Http404
    return file


def query_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the query, once it is short enough to be read.

    Raises:
        Misread: if it is not.
    """
    if is_too_long(request.META.get("QUERY_STRING", "")):
        raise Misread("long")
    return [(name, text) for name, texts in request.GET.lists() for text in texts]


def in_plain_words(words: str) -> HttpResponse:
    """A refusal as text: it may name what stood in the address."""
    return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")


def in_json(words: str) -> HttpResponse:
    return JsonResponse({"error": words}, status=400)


def as_scene(show: Show, file: ScenarioFile) -> JsonResponse:
    """A scene as the player reads it."""
    short = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(data_of(show, file), json_dumps_params=short)


def of_a_run(
    refuse: Callable[[str], HttpResponse] = in_plain_words,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For views of parts of a run: `view(request, asked, ...)`. What the address cannot mean is refused in words."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(
            request: HttpRequest, language: str, service: str, name: str, **more: Any
        ) -> HttpResponse:
            file = file_of(service, name)
            scenario = scenario_of(file.id)
            try:
                settings = read_settings(scenario, query_fields(request), file.allows)
                run = play(scenario, settings)
            except Misread as misread:
                return refuse(words_of(misread, file.knobs, language))
            asked = Asked(file, scenario, settings, run, cast(Language, language))
            return view(request, asked, **more)

        return require_safe(answer)

    return decorate
