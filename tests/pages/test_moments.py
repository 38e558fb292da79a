"""Moments as the server writes them: its own words say UTC, and a script can read the moment."""

from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed

import pytest
from django.utils import timezone, translation

from studyapp.pages.days import OFFSET_COOKIE
from studyapp.pages.templatetags.study import midnight, moment

AT = datetime(2026, 12, 31, 23, 30, 15, 900, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown", "words"),
    [
        ("en", "day", "Dec. 31, 2026 UTC"),
        ("ko", "day", "2026년 12월 31일 UTC"),
        ("vi", "day", "ngày 31 tháng 12 năm 2026 UTC"),
        ("en", "time", "Dec. 31, 2026, 11:30 p.m. UTC"),
        ("ko", "hour", "23:30 UTC"),
    ],
)
def test_the_words_are_those_of_utc_and_say_so(language, shown, words) -> None:
    with translation.override(language):
        found = moment(AT, shown)
        elsewhere = moment(AT.astimezone(fixed(timedelta(hours=9))), shown)
    assert found == f'<time datetime="2026-12-31T23:30:15Z" data-local="{shown}">{words}</time>'
    assert elsewhere == found


def test_a_way_to_show_that_scripts_do_not_know_is_a_fault() -> None:
    with pytest.raises(KeyError):
        moment(AT, "week")


@pytest.mark.parametrize(("minutes", "begin"), [(0, "00:00"), (540, "15:00"), (-210, "03:30")])
def test_when_days_begin_is_said_until_the_device_says_it(rf, minutes, begin) -> None:
    asked = rf.get("/en/progress/")
    with timezone.override(fixed(timedelta(minutes=minutes))):
        assert f"{begin} UTC" in midnight({"request": asked})
        asked.COOKIES[OFFSET_COOKIE] = "540"
        assert midnight({"request": asked}) is None
