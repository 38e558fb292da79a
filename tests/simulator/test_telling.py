"""How points of time are written."""

import pytest
from django.utils import translation

from studyapp.simulator.telling import clock

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
