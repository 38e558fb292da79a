"""Moments as the server writes them: its own words say UTC, and a script can read the moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.utils import translation

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
        elsewhere = moment(AT.astimezone(timezone(timedelta(hours=9))), shown)
    assert found == f'<time datetime="2026-12-31T23:30:15Z" data-local="{shown}">{words}</time>'
    assert elsewhere == found


def test_a_way_to_show_that_scripts_do_not_know_is_a_fault() -> None:
    with pytest.raises(KeyError):
        moment(AT, "week")


def test_days_of_the_server_begin_at_midnight() -> None:
    assert "T00:00:00Z" in midnight()
    assert "00:00 UTC" in midnight()
