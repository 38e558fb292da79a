"""What the pages of practice and of exams do alike: find the attempt, refuse in words, place in the form."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from studyapp.pages import errors
from studyapp.quizzes.clock import Instant
from studyapp.quizzes.forms import new_key
from studyapp.quizzes.items import Item
from studyapp.quizzes.limits import DAY, STARTED_A_DAY_MAX, STARTED_MAX
from studyapp.quizzes.models import Attempt
from studyapp.quizzes.recording import (
    Bank,
    Closed,
    Malformed,
    Paused,
    TooMany,
    Unknown,
    entry_at,
)
from studyapp.quizzes.versions import items_of_versions

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# The part of a page that a script asks for, instead of the whole page.
PART_HEADER = "Decouple-Part"


def wants_part(request: HttpRequest) -> bool:
    return request.headers.get(PART_HEADER) == "question"


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def personal(view: View[P]) -> View[P]:
    """A page of one learner: kept by nobody, and every refusal of `recording` has its status and words."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Unknown as fault:
            if wants_json(request):
                return JsonResponse({"error": "unknown"}, status=404)
            raise Http404 from fault
        except Malformed:
            if wants_json(request):
                return JsonResponse({"error": "malformed"}, status=400)
            return errors.bad_request(request)
        except Closed as fault:
            return _closed(request, fault, str(kwargs["language"]))
        except Paused as fault:
            return _paused(request, fault.attempt)
        except TooMany:
            return _too_many(request)

    return cast(View[P], never_cache(answer))


def _closed(request: HttpRequest, fault: Closed, language: str) -> HttpResponse:
    """409, with the way to the result; for scripts as JSON."""
    address = result_address(fault.attempt, language)
    if wants_json(request):
        return JsonResponse(
            {"error": "closed", "result": address, "late": fault.late, "reason": str(fault)},
            status=409,
        )
    context = {"attempt": fault.attempt, "address": address, "late": fault.late}
    return render(request, "quizzes/closed.html", context, status=409)


def _paused(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """409 in a pause: the answer was not taken, and the way to go on."""
    if wants_json(request):
        return JsonResponse({"error": "paused"}, status=409)
    context = {"attempt": attempt, "is_refused": True, "number": place_of(attempt)}
    return render(request, "quizzes/paused.html", context, status=409)


def _too_many(request: HttpRequest) -> HttpResponse:
    """429: nothing was begun."""
    response = (
        JsonResponse({"error": "too many"}, status=429)
        if wants_json(request)
        else render(
            request,
            "quizzes/too_many.html",
            {"a_day": STARTED_A_DAY_MAX, "in_all": STARTED_MAX},
            status=429,
        )
    )
    response["Retry-After"] = str(int(DAY.total_seconds()))
    return response


def place_of(attempt: Attempt) -> int:
    """The question that was written last, where somebody who comes back goes on; 1 before any."""
    last = attempt.answers.order_by("-revision").values_list("question", flat=True).first()
    return attempt.places[last] if last else 1


def result_address(attempt: Attempt, language: str) -> str:
    return f"/{language}/quizzes/{attempt.kind}/{attempt.pk}/result/"


def question_address(attempt: Attempt, language: str, number: int) -> str:
    return f"/{language}/quizzes/{attempt.kind}/{attempt.pk}/{number}/"


def item_at(attempt: Attempt, number: int, bank: Bank) -> Item:
    """The question at a place of an attempt, as it was asked. Raises Unknown outside the attempt."""
    entry = entry_at(attempt, number)
    found = items_of_versions({entry["question"]: entry["version"]}, bank)
    return found[entry["question"]]


def form_fields(attempt: Attempt, at: Instant) -> dict[str, Any]:
    """The hidden fields of a question's form."""
    return {
        "key": new_key(),
        "seen": attempt.revision,
        "shown_at": int(at.wall.timestamp() * 1000),
    }
