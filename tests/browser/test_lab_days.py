"""Runs of several days: the clock and the lengths of waits stay readable, whatever room the bar has."""

import pytest

from tests.browser.conftest import READY, Opener, until

DAYS = "simulator/answers/kinesis/four-hours-left/raise-now/"
HOLIDAYS = "simulator/answers/firehose/bucket-closed-over-the-holidays/longer-retry/"
# Where the boxes of the bar stand: whoever is in another row has other sides.
ROWS = """(ms) => {
  const player = document.querySelector('sim-player');
  player.seek(ms);
  const boxes = [...player.querySelectorAll('[data-bar] > *')].map((box) => box.getBoundingClientRect());
  const sides = boxes.map(({ left, right }) => [left, right].map(Math.round));
  return [player.querySelector('[data-clock]').textContent, sides];
}"""
WAITS = """() => {
  const bar = document.querySelector('[data-bar]');
  const room = bar.getBoundingClientRect();
  return [[room.left, room.right], [...bar.querySelectorAll('.sim__tear')].map((tear) => {
    const { left, right } = tear.getBoundingClientRect();
    return [tear.textContent, left, right];
  })];
}"""


@pytest.mark.parametrize("width", [320, 360, 600, 700, 1440])
@pytest.mark.parametrize(("language", "late"), [("en", "1 d 6:00"), ("vi", "1 ngày 6:00")])
def test_a_clock_that_counts_days_moves_nothing_in_the_bar(
    open_page: Opener, width: int, language: str, late: str
) -> None:
    page = open_page(f"/{language}/{DAYS}", width=width)
    until(page, READY)
    assert page.evaluate(ROWS, 51_000)[0] == "0:51"
    early = page.evaluate(ROWS, 51_000)[1]
    assert page.evaluate(ROWS, 108_000_000) == [late, early]
    assert page.evaluate(ROWS, 82_800_000)[1] == early


@pytest.mark.parametrize("width", [360, 700, 1440])
@pytest.mark.parametrize(
    ("language", "longest"), [("en", "+2 d 23:59"), ("ko", "+2일 23:59"), ("vi", "+2 ngày 23:59")]
)
def test_lengths_of_waits_lie_beside_each_other_inside_the_bar(
    open_page: Opener, width: int, language: str, longest: str
) -> None:
    page = open_page(f"/{language}/{HOLIDAYS}", width=width)
    until(page, READY)
    (start, end), waits = page.evaluate(WAITS)
    assert len(waits) > 1
    written = sorted(wait[1:] for wait in waits if wait[0])
    assert written
    assert all(start <= left and right <= end for left, right in written)
    assert all(
        before[1] <= after[0] for before, after in zip(written, written[1:], strict=False)
    ), waits
    # The longest wait has its length; those that have no room for it are only marked.
    assert waits[0][0] == longest
    assert len(waits) > len(written)
