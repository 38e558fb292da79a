"""After the answer, in a browser: what the answer does, played to the event that decides; tasks that are run; steps
that are moved."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import RULES
from tests.support.running import ROOT, Site, running_site

KEPT = (
    "sqs/slow-video-worker",
    "sqs/set-the-timeout",
    "sqs/life-of-a-message",
    "sqs/after-the-crash",
)

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A course with four questions, and those that are drawn."""
    content: Path = tmp_path_factory.mktemp("course") / "content"
    shutil.copytree(ROOT / "content", content)
    for path in (content / "questions").rglob("*.md"):
        if path.relative_to(content / "questions").with_suffix("").as_posix() not in KEPT:
            path.unlink()
    with running_site(tmp_path_factory.mktemp("data"), DECOUPLE_CONTENT=str(content)) as running:
        yield running


def practise(context: BrowserContext, shows: str, language: str = "en", motion: str = "") -> Page:
    """The page of the question of a set of twenty that has such an element."""
    page = context.new_page()
    if motion:
        page.emulate_media(reduced_motion="reduce")
    page.goto(f"/{language}/quizzes/")
    page.locator('input[name="number"][value="20"]').check()
    page.locator("form .button--main").click()
    page.wait_for_url(re.compile(r"/practice/[\w-]+/1/$"))
    base = page.url.removesuffix("1/")
    for number in range(1, 20):
        if number > 1:
            page.goto(f"{base}{number}/")
        if page.locator(shows).count():
            return page
    raise AssertionError(f"no question of the set shows {shows}")


def check(page: Page, option: str) -> None:
    page.locator(f'input[name=option][value="{option}"]').check()
    page.locator("[data-check]").click()
    expect(page.locator("#answer")).to_be_focused()


LEADER = "sim-player[data-leads]"


def standing(page: Page) -> None:
    """Until the picture that leads has played and stands."""
    expect(page.locator(f"{LEADER}[data-ready]")).to_be_attached()
    expect(page.locator(f"{LEADER} .sim__button--play")).not_to_have_attribute(
        "data-playing", "", timeout=60_000
    )


def test_a_wrong_answer_plays_to_the_event_that_decides(context: BrowserContext) -> None:
    page = practise(context, 'input[value="turn-on-long-polling"]')
    check(page, "turn-on-long-polling")
    link = page.locator('.reason[data-verdict="wrong"] a[data-watch]')
    link.click()
    expect(page.locator(f"{LEADER} .sim__button--play")).to_have_attribute("data-playing", "")
    standing(page)
    own = page.locator(LEADER)
    expect(own.locator("[data-clock]")).to_have_text("0:51")
    expect(own.locator("[data-event]")).to_contain_text("finishes handling")
    expect(page.locator("sim-player[data-follows][data-ready]")).to_have_count(1)
    assert "/practice/" in page.url, "the page stays"
    own.locator('[data-do="start"]').click()
    expect(own.locator("[data-clock]")).to_have_text("0:00")
    page.locator("[data-seek-ms]").click()
    expect(own.locator("[data-clock]")).to_have_text("0:51")
    expect(link).to_have_attribute("aria-expanded", "true")
    link.click()
    expect(page.locator(".seen")).to_be_hidden()
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_two_answers_can_be_watched_on_one_page(context: BrowserContext) -> None:
    page = practise(context, 'input[value="turn-on-long-polling"]', motion="less")
    check(page, "keep-for-longer")
    for number in (0, 1):
        page.locator("a[data-watch]").nth(number).click()
    expect(page.locator(f"{LEADER}[data-ready]")).to_have_count(2)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_a_task_is_run_and_shows_its_run_by_itself(context: BrowserContext, language: str) -> None:
    page = practise(context, ".picks--knob", language, motion="less")
    page.keyboard.press("2")
    expect(page.locator('input[value="30"]')).to_be_checked()
    page.keyboard.press("Enter")
    standing(page)
    expect(page.locator(f"{LEADER} [data-clock]")).to_have_text("0:51")
    expect(page.locator('.seen__goal[data-met="no"]')).to_have_count(1)
    expect(page.locator('.seen__goal[data-met="yes"]')).to_have_count(1)
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_a_prediction_goes_on_where_it_was_paused(context: BrowserContext) -> None:
    page = practise(context, 'input[value="second-forty"]')
    check(page, "second-forty")
    page.locator("a.button[data-watch]").click()
    standing(page)
    expect(page.locator(f"{LEADER} [data-clock]")).to_have_text("0:40.0")


def test_without_a_network_the_link_leads_to_the_page(context: BrowserContext) -> None:
    page = practise(context, 'input[value="turn-on-long-polling"]')
    check(page, "turn-on-long-polling")
    page.route("**/part/", lambda route: route.fulfill(status=503))
    page.locator('.reason[data-verdict="wrong"] a[data-watch]').click()
    page.wait_for_url("**/simulator/answers/sqs/slow-video-worker/turn-on-long-polling/")
    expect(page.locator("h1")).to_have_text("What this answer does")


def test_steps_are_moved_by_keys_and_come_back_in_another_language(context: BrowserContext) -> None:
    page = practise(context, "[data-order]")
    steps = page.locator("[data-step]")
    expect(steps.first.locator("[data-move=up]")).to_be_disabled()
    last = steps.last.locator("select").get_attribute("name")
    steps.last.locator("[data-move=up]").focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    assert steps.first.locator("select").get_attribute("name") == last
    expect(steps.first.locator("[data-move=down]")).to_be_focused()
    expect(page.locator("[data-order-said]")).to_have_text("Now in place 1.")
    assert [steps.nth(n).locator("select").input_value() for n in range(steps.count())] == [
        "1",
        "2",
        "3",
        "4",
    ]
    page.locator('[data-in="ko"]').click()
    expect(page.locator("#question")).to_have_attribute("data-language", "ko")
    assert page.locator("[data-step]").first.locator("select").get_attribute("name") == last
    assert Axe().run(page, options=RULES).response["violations"] == []
