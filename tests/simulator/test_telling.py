"""How points of time are written, and that sentences of refusals say why."""

import re

import pytest
from django.utils import translation

from studyapp.grading.evidence import case_of
from studyapp.pages.course import course
from studyapp.simulator.player import show_of
from studyapp.simulator.telling import Teller, clock

DAY = 86_400_000


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0:00"),
        (51_004, "0:51.004"),
        (3_723_000, "1:02:03"),
        (DAY - 1_000, "23:59:59"),
        (DAY, "1 d 0:00"),
        (4 * DAY + DAY // 2, "4 d 12:00"),
        (4 * DAY + DAY // 2 + 5_040, "4 d 12:00:05.040"),
        (14 * DAY + 60_250, "14 d 0:01:00.250"),
    ],
)
def test_a_point_of_time_counts_days_from_one_day_on(ms: int, text: str):
    with translation.override("en"):
        assert clock(ms) == text


@pytest.mark.parametrize(("language", "text"), [("ko", "4일 12:00"), ("vi", "4 ngày 12:00")])
def test_days_are_said_in_the_readers_language(language: str, text: str):
    with translation.override(language):
        assert clock(4 * DAY + DAY // 2) == text


STOPS = {
    "kinesis/breakfast-lunch-and-dinner/leave-it-to-kinesis": r"meal-orders.*1 MB/s",
    "kinesis/clicks-of-one-campaign/hour-as-key": r"ad-clicks.*1[,.]000",
}


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
@pytest.mark.parametrize("place", STOPS)
def test_where_a_shard_refuses_and_the_run_stops_the_sentence_says_which_limit(place, language):
    question, _, answer = place.rpartition("/")
    case = case_of(course(), question, answer)
    assert case is not None
    assert case.number is not None
    with translation.override(language):
        line = show_of(course(), case.own.file, case.own.run, language).teller.line(case.number)
    assert line is not None
    assert re.search(STOPS[place], line.what), line.what


def test_no_sentence_counts_in_milliseconds_where_a_clock_says_it():
    teller = Teller(course(), "en", ())
    for name in ("created_ms", "now_ms", "timestamp_ms"):
        assert teller.word(name, 7_200_000) == "2:00:00"
    raw = [id for id, told in course().telling.items() if re.search(r"\} ms\b", told.text.en)]
    assert raw == []
