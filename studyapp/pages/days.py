"""When a reader's days begin: weeks of the progress page and days of an exam plan are days where the reader lives.

A device says how far its clock is from UTC in a small cookie (`static/js/local-time.js`). Until it does, and without
scripts, the language of the page decides. Only personal pages depend on it.
"""

import re
from collections.abc import Callable
from datetime import timedelta, timezone

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import override

from studyapp.pages.languages import main_language

# Minutes east of UTC, as written by a device.
OFFSET_COOKIE = "utc_offset"
# From Baker Island to the Line Islands (https://www.iana.org/time-zones).
OFFSET_MIN_MINUTES, OFFSET_MAX_MINUTES = -12 * 60, 14 * 60
# Korea and Vietnam each have one zone, without summer time.
OFFSETS_OF_LANGUAGES = {"en": 0, "ko": 9 * 60, "vi": 7 * 60}


def offset_said(request: HttpRequest) -> int | None:
    """Minutes east of UTC as the device of a request says; None where it says nothing that can be true."""
    text = request.COOKIES.get(OFFSET_COOKIE, "")
    if not re.fullmatch(r"-?[0-9]{1,3}", text, re.ASCII):
        return None
    minutes = int(text)
    return minutes if OFFSET_MIN_MINUTES <= minutes <= OFFSET_MAX_MINUTES else None


def zone_of(request: HttpRequest) -> timezone:
    """The zone in which days are counted for a request."""
    minutes = offset_said(request)
    if minutes is None:
        minutes = OFFSETS_OF_LANGUAGES[main_language(request.path) or "en"]
    return timezone(timedelta(minutes=minutes))


def count_days_there(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: Django's current time zone is the reader's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with override(zone_of(request)):
            return get_response(request)

    return middleware
