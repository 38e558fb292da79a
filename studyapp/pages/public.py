"""Marks a view's answer as the same for everyone who makes the same choices (see `studyapp.front`)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from studyapp.pages.languages import reading

P = ParamSpec("P")


def let_front_keep(request: HttpRequest, response: HttpResponse, query: str = "") -> None:
    """Say to the front that this answer is public, and for which choices it was made.

    `query` is the one way to write what the answer was made from, where that stands in the query; a request
    that wrote it otherwise gets the answer, but it is not kept.
    """
    response["Decouple-Public"] = reading(request).key() + (f" ?{query}" if query else "")
    response["Cache-Control"] = "public, no-cache"


def public(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let the front keep this page. The view must not look at who is asking."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            let_front_keep(request, response)
        return response

    safe: Callable[Concatenate[HttpRequest, P], HttpResponse] = require_safe(answer)  # type: ignore[assignment]
    return safe
