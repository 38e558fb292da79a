"""How long an attempt lasts, whatever happens to the server's clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studyapp.quizzes.clock import (
    Instant,
    allowed_seconds,
    elapsed_seconds,
    is_over,
    jump_seconds,
    now,
    remaining_seconds,
)
from tests.quizzes.samples import NOON

END = NOON.wall + timedelta(seconds=2400)


def jumped(at: Instant, hours: float) -> Instant:
    return replace(at, wall=at.wall + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [("normal", 2400), ("plus30", 4200), ("half", 3600), ("double", 4800), ("untimed", None)],
)
def test_every_pace_gives_its_time(pace: str, seconds: int | None) -> None:
    assert allowed_seconds(2400, pace) == seconds


def test_a_pace_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        allowed_seconds(2400, "triple")


def test_time_runs_down() -> None:
    assert remaining_seconds(NOON, END, NOON.later(60)) == 2340


def test_untimed_is_never_over() -> None:
    assert remaining_seconds(NOON, None, NOON.later(1e9)) is None
    assert not is_over(NOON, None, NOON.later(1e9))


def test_five_seconds_of_travel_still_count() -> None:
    assert not is_over(NOON, END, NOON.later(2405))
    assert is_over(NOON, END, NOON.later(2405.01))


@pytest.mark.parametrize("hours", [3, -3, 24 * 365])
def test_setting_the_clock_moves_the_remaining_time_by_nothing(hours: float) -> None:
    at = NOON.later(600)
    assert remaining_seconds(NOON, END, jumped(at, hours)) == 1800
    assert not is_over(NOON, END, jumped(at, hours))


def test_a_clock_that_was_set_is_noticed_and_a_correction_is_not() -> None:
    at = NOON.later(600)
    assert jump_seconds(NOON, jumped(at, 3)) == pytest.approx(10_800)
    assert jump_seconds(NOON, jumped(at, -3)) == pytest.approx(-10_800)
    assert jump_seconds(NOON, jumped(at, 20 / 3600)) == 0


def test_after_a_restart_of_the_machine_the_wall_clock_decides() -> None:
    after = Instant(NOON.wall + timedelta(seconds=300), 12.0, "next run")
    assert elapsed_seconds(NOON, after) == 300
    assert jump_seconds(NOON, after) == 0


def test_time_never_runs_backwards() -> None:
    before = Instant(NOON.wall - timedelta(hours=1), 12.0, "next run")
    assert remaining_seconds(NOON, END, before) == 2400


def test_both_clocks_of_this_machine_agree_about_a_moment() -> None:
    first, second = now(), now()
    assert first.boot == second.boot
    assert 0 <= elapsed_seconds(first, second) < 5
    assert jump_seconds(first, second) == 0
