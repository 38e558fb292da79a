"""Days are counted where the reader lives: as the device says, else as the language of the page suggests."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.utils.timezone import localtime

from studyapp.pages.days import OFFSET_COOKIE, count_days_there, zone_of

LATE = datetime(2026, 11, 27, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "said", "minutes"),
    [
        ("/en/progress/", None, 0),
        ("/ko/progress/", None, 540),
        ("/vi/progress/", None, 420),
        ("/vi/progress/", "-300", -300),
        ("/en/progress/", "840", 840),
        ("/ko/progress/", "841", 540),
        ("/ko/progress/", "-721", 540),
        ("/ko/progress/", "+60", 540),
        ("/ko/progress/", "\u0661\u0662", 540),
        ("/ko/progress/", "9" * 5000, 540),
        ("/ko/progress/", "", 540),
    ],
)
def test_where_a_reader_lives(rf, path, said, minutes) -> None:
    request = rf.get(path)
    if said is not None:
        request.COOKIES[OFFSET_COOKIE] = said
    assert zone_of(request).utcoffset(None) == timedelta(minutes=minutes)


def test_one_moment_is_another_day_elsewhere(rf) -> None:
    days = []

    def view(request) -> HttpResponse:
        days.append(localtime(LATE).date().isoformat())
        return HttpResponse()

    for path in ("/en/", "/ko/", "/en/"):
        count_days_there(view)(rf.get(path))
    assert days == ["2026-11-27", "2026-11-28", "2026-11-27"]
