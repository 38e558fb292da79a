"""The four ways in a real browser: one bar moves all pictures, each shows its own way at that time."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, until

READY = (
    "[...document.querySelectorAll('sim-player')].every((each) => each.dataset.ready !== undefined)"
)
AT = """() => [...document.querySelectorAll('sim-player[data-follows]')].map((each) => [
  each.ms, each.step, each.scene.steps.findLastIndex((step) => step.t <= each.ms)])"""


def leader_ms(page: Page) -> float:
    found: float = page.evaluate("() => document.querySelector('[data-leads]').ms")
    return found


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_all_pictures_are_at_the_time_of_the_one_clock(open_page: Opener, language: str) -> None:
    page = open_page(f"/{language}/compare/?crash=5.5", width=1440, height=1000)
    until(page, READY)
    expect(page.locator("[data-bar]:visible")).to_have_count(1)
    for ms in (0, 2_000, 5_500, 9_999, 15_000, 40_000):
        page.evaluate(f"() => document.querySelector('[data-leads]').seek({ms})")
        for at, step, wanted in page.evaluate(AT):
            assert (at, step) == (ms, wanted)
    page.evaluate("() => document.querySelector('[data-leads]').seek(16000)")
    words = page.inner_text(".way--sqs .sim__state ul, .way--sqs [data-lines]")
    assert words or page.evaluate(
        "() => document.querySelector('.way--sqs [data-lines]').textContent"
    )


def test_play_moves_them_together_and_pause_stops_them(open_page: Opener) -> None:
    page = open_page("/en/compare/?slow=yes", width=1440, height=1000)
    until(page, READY)
    page.click(".ways__clock [data-do=play]")
    until(page, "document.querySelector('[data-leads]').ms > 4000")
    page.click(".ways__clock [data-do=play]")
    stopped = leader_ms(page)
    assert [at for at, _, _ in page.evaluate(AT)] == [stopped] * 4
    step = page.evaluate("() => document.querySelector('[data-leads]').step")
    page.keyboard.press("ArrowRight")
    until(page, f"document.querySelector('[data-leads]').step === {step + 1}")
    page.keyboard.press("Home")
    assert leader_ms(page) == 0
    assert [at for at, _, _ in page.evaluate(AT)] == [0] * 4


def test_a_phone_shows_one_way_at_a_time_on_the_same_clock(open_page: Opener) -> None:
    page = open_page("/vi/compare/", width=360, height=740, has_touch=True)
    until(page, READY)
    titles = page.locator(".way > h2:visible")
    expect(titles).to_have_text(["SQS"])
    page.evaluate("() => document.querySelector('[data-leads]').seek(5000)")
    page.locator(".ways__tabs label", has_text="Amazon MQ").tap()
    expect(titles).to_have_text(["Amazon MQ"])
    expect(page.locator(".way--mq .drawing--narrow")).to_be_visible()
    assert {at for at, _, _ in page.evaluate(AT)} == {5_000}
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_there_are_pictures_figures_and_a_form(open_page: Opener) -> None:
    page = open_page("/ko/compare/", java_script_enabled=False)
    expect(page.locator(".way .sim__stage svg:visible")).to_have_count(4)
    page.check("input[name=crash][value='5.5']")
    page.click(".ways__form button")
    page.wait_for_url("**/ko/compare/?crash=5.5")  # and loaded
    assert page.locator(".way__marked").count() >= 2


def test_g_and_c_lead_there(open_page: Opener) -> None:
    page = open_page("/en/glossary/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/en/compare/")
