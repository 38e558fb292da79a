"""Early middleware: what is refused before anything reads it, and headers that isolate the site."""

import errno
import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from studyapp.pages import errors

Answer = Callable[[HttpRequest], HttpResponseBase]

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BOUNDARY = re.compile(r"boundary=\"?[0-9A-Za-z'()+_,./:=? -]{1,70}\"?\s*(;|$)", re.I)
ADDRESS_MAX = 8_000  # characters of path and query


def refuse_early(get_response: Answer) -> Answer:
    """Methods, addresses and bodies that no page of ours can mean; and faults of the database."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        refusal = refusal_of(request)
        if refusal is not None:
            return refusal
        response = get_response(request)
        if response.status_code == 405:  # Django's own has no words
            return not_allowed(request, response.headers["Allow"])
        return response

    middleware.process_exception = unavailable  # type: ignore[attr-defined]
    return middleware


def unavailable(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """A database that is locked, gone or full answers "later"; every other fault is a fault."""
    is_full = isinstance(exception, OSError) and exception.errno == errno.ENOSPC
    if is_full or isinstance(exception, OperationalError | InterfaceError):
        logging.getLogger(__name__).warning("cannot save: %s", exception)
        return errors.unavailable(request)
    return None


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """The page of a method that an address does not know."""
    response = errors.plain(request, 405)
    response["Allow"] = allowed
    return response


def refusal_of(request: HttpRequest) -> HttpResponse | None:
    """The answer to a request that nothing should read, or None."""
    if request.method not in METHODS:
        return not_allowed(request, ", ".join(sorted(METHODS)))
    address = request.path + request.META.get("QUERY_STRING", "")
    if len(address) > ADDRESS_MAX:
        return errors.plain(request, 414)
    if _CONTROL.search(request.path):
        return errors.plain(request, 400)
    if request.method == "POST":
        return refusal_of_body(request)
    return None


def refusal_of_body(request: HttpRequest) -> HttpResponse | None:
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() not in ("", "identity"):
        return errors.plain(request, 415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        return errors.plain(request, 400)
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return errors.plain(request, 413)
    kind = request.META.get("CONTENT_TYPE", "")
    charset = re.search(r"charset=\"?([^\";\s]+)", kind, re.I)
    if charset and charset.group(1).lower() not in ("utf-8", "utf8"):
        return errors.plain(request, 415)
    if kind.lower().startswith("multipart/") and not _BOUNDARY.search(kind):
        return errors.plain(request, 400)
    return None


def isolate(get_response: Answer) -> Answer:
    """Headers that no Django setting writes."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def compress_personal(get_response: Answer) -> Answer:
    """Gzip for answers that the front does not keep; those it keeps come through as they are."""
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if "Decouple-Public" in response.headers or request.path.startswith("/static/"):
            return response
        return gzip.process_response(request, response)

    return middleware
