"""The words under the picture of an answer: what happened last, and why, once it stands still."""

import pytest

from tests.browser.conftest import READY, Opener, until

WORDS = """() => ['event', 'why'].map((name) => document.querySelector(`sim-player [data-${name}]`).textContent)"""


@pytest.mark.parametrize("width", [360, 1440])
def test_a_run_that_stops_at_a_refused_call_says_why(open_page: Opener, width: int) -> None:
    page = open_page("/en/simulator/answers/kinesis/after-the-final/one-call/", width=width)
    until(page, READY)
    event, why = page.evaluate(WORDS)
    assert event == "The call kinesis.UpdateShardCount from broadcaster is refused"
    assert why.startswith("There are 64 open shards, and one step can go down to half of that.")
    assert page.locator("[data-why]").first.is_visible()
    page.evaluate("() => document.querySelector('sim-player').seek(0)")
    assert page.evaluate(WORDS)[1] != why
    page.locator("[data-do=play]").first.click()
    assert not page.locator("[data-why]").first.is_visible()


def test_a_run_that_stops_at_an_untold_call_says_what_was_told_last(open_page: Opener) -> None:
    page = open_page("/en/simulator/answers/kinesis/delivered-before-picked-up/on-demand/")
    until(page, READY)
    step, told, first = page.evaluate(
        "() => { const { step, scene } = document.querySelector('sim-player');"
        " return [step, scene.say[step], scene.first]; }"
    )
    assert told == ""
    assert step > first
    assert page.evaluate(WORDS)[0]
