"""What learners see in a browser: nothing is lost when the network, a reply, the page or a tab goes."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.quizzes.content import course_with_an_exam
from tests.quizzes.looking import look
from tests.support.running import Site, running_site

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    content: Path = course_with_an_exam(tmp_path_factory.mktemp("course"))
    with running_site(tmp_path_factory.mktemp("data"), DECOUPLE_CONTENT=str(content)) as running:
        yield running


def sit(context: BrowserContext, language: str = "en") -> Page:
    page = context.new_page()
    page.goto(f"/{language}/quizzes/exam/")
    page.locator("form .button--main").first.click()
    page.wait_for_url(re.compile(r"/quizzes/exam/[\w-]+/1/$"))
    wait_for_pages(page)
    return page


def wait_for_pages(page: Page) -> None:
    """Until the page holds all questions: going on then changes the address without a load."""
    page.wait_for_load_state("networkidle")


def practise(context: BrowserContext, language: str = "en", **fields: str) -> Page:
    page = context.new_page()
    page.goto(f"/{language}/quizzes/")
    page.locator("summary", has_text=re.compile("Kind|종류|Loại")).click()
    page.locator('input[name="grade"][value="exam"]').check()
    page.locator("form .button--main").click()
    page.wait_for_url(re.compile(r"/practice/[\w-]+/1/$"))
    return page


def choose(page: Page, number: int = 0) -> None:
    page.locator(".pick__label").nth(number).click()


def choose_enough(page: Page) -> None:
    count = int(page.locator("[data-choose]").get_attribute("data-choose") or "1")
    for number in range(count):
        choose(page, number)


def stored(site: Site, page: Page) -> dict[str, list[str]]:
    """What the database holds of the attempt that a page shows, by question."""
    attempt = page.url.split("/exam/")[1].split("/")[0]
    with closing(sqlite3.connect(site.data / "decouple.sqlite3")) as held:
        rows = held.execute(
            "SELECT question, chosen FROM quizzes_answer WHERE attempt_id = ? AND is_answered",
            (attempt,),
        ).fetchall()
    return {question: json.loads(chosen) for question, chosen in rows}


def move_deadline(site: Site, page: Page, seconds: float) -> None:
    """Make the server think that so much is left of the exam that a page shows."""
    attempt = page.url.split("/exam/")[1].split("/")[0]
    left = page.evaluate("Number(document.querySelector('.clock').dataset.remaining) / 1000")
    with closing(sqlite3.connect(site.data / "decouple.sqlite3", timeout=10)) as held:
        held.execute(
            "UPDATE quizzes_attempt SET started_ticks = started_ticks - ? WHERE id = ?",
            (left - seconds, attempt),
        )
        held.commit()


def leave_seconds(site: Site, page: Page, seconds: float) -> None:
    """Set the time of an exam so that so much is left, on the page too, whose clock can then be moved."""
    move_deadline(site, page, seconds)
    page.clock.install()
    page.reload()
    page.wait_for_load_state("networkidle")


def saved(page: Page) -> None:
    expect(page.locator("[data-save]")).to_have_attribute("data-state", "saved")


def test_an_answer_is_called_saved_only_when_it_is(context: BrowserContext, site: Site) -> None:
    page = sit(context)
    waiting: list[Route] = []
    page.route("**/quizzes/exam/*/1/", lambda route: waiting.append(route))
    choose(page)
    expect(page.locator("[data-save]")).to_have_attribute("data-state", "saving")
    page.wait_for_timeout(300)
    assert stored(site, page) == {}
    expect(page.locator("[data-save]")).to_have_text("Saving")
    waiting[0].continue_()
    saved(page)
    assert len(stored(site, page)) == 1


def test_a_reload_shows_what_was_chosen_and_the_time_runs_on(context: BrowserContext) -> None:
    page = sit(context)
    choose(page, 2)
    page.locator("[data-flag]").click()
    page.locator(".pick__strike").first.click()
    saved(page)
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator("input[name=option]").nth(2)).to_be_checked()
    expect(page.locator("[data-flag]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-struck]")).to_have_count(1)
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^3\d:\d\d left$"))


def test_without_a_network_one_goes_on_and_everything_is_saved_afterwards(
    context: BrowserContext, site: Site
) -> None:
    page = sit(context)
    context.set_offline(True)
    for _ in range(3):
        choose_enough(page)
        page.locator(".exam-bar .button--main").click()
    page.locator(".exam-bar [value=previous]").click()
    expect(page.locator("h1")).to_have_text("Question 3 of 20")
    expect(page.locator("[data-save]")).to_have_attribute("data-state", "kept")
    expect(page.locator("[data-save]")).to_have_text("Not saved yet. Kept on this device.")
    expect(page.locator("[data-notice]")).to_contain_text("You are offline")
    assert stored(site, page) == {}
    context.set_offline(False)
    saved(page)
    page.wait_for_load_state("networkidle")
    assert len(stored(site, page)) == 3


def test_a_page_that_died_before_saving_is_made_good_by_the_next_one(
    context: BrowserContext, site: Site
) -> None:
    page = sit(context)
    address = page.url
    context.set_offline(True)
    choose_enough(page)
    expect(page.locator("[data-save]")).to_have_attribute("data-state", "kept")
    page.close()  # nothing of it runs any more; localStorage stays
    context.set_offline(False)
    other = context.new_page()
    other.goto("/en/quizzes/")
    expect(other.locator(".exam-banner")).to_contain_text("An exam is open")
    other.goto(address)
    saved(other)
    assert len(stored(site, other)) == 1


def test_a_reply_that_was_lost_is_asked_for_again_and_counts_once(
    context: BrowserContext, site: Site
) -> None:
    page = sit(context)
    keys: list[str] = []

    def lose_the_first_reply(route: Route) -> None:
        keys.append(re.search(r"key=([^&]+)", route.request.post_data or "")[1])  # type: ignore[index]
        if len(keys) == 1:
            route.fetch()  # the server has stored it
            route.abort()
        else:
            route.continue_()

    page.route("**/quizzes/exam/*/1/", lose_the_first_reply)
    choose(page)
    saved(page)
    assert len(keys) >= 2
    assert len(set(keys)) == 1
    assert len(stored(site, page)) == 1


def test_a_server_that_is_busy_is_asked_again(context: BrowserContext, site: Site) -> None:
    page = sit(context)
    refused = [503, 500]
    page.route(
        "**/quizzes/exam/*/1/",
        lambda route: route.fulfill(status=refused.pop()) if refused else route.continue_(),
    )
    choose(page)
    saved(page)
    assert refused == []
    assert len(stored(site, page)) == 1


def test_two_tabs_the_other_one_is_told(context: BrowserContext, site: Site) -> None:
    first = sit(context)
    choose(first, 0)
    saved(first)
    second = context.new_page()
    second.goto(first.url)
    choose(second, 1)
    saved(second)
    second.wait_for_load_state("networkidle")
    first.locator(".chip--pick").first.click()
    expect(first.locator("[data-notice]")).to_contain_text("changed in another tab")


def test_an_old_tab_is_led_to_the_result(context: BrowserContext, site: Site) -> None:
    old = sit(context)
    other = context.new_page()
    other.goto(old.url.replace("/1/", "/overview/?end=yes"))
    other.locator("[data-end] button").click()
    other.wait_for_url("**/result/")
    choose(old)
    old.wait_for_url("**/result/")
    assert stored(site, old) == {}


def test_when_the_time_is_over_the_result_comes_by_itself(
    context: BrowserContext, site: Site
) -> None:
    page = sit(context)
    choose(page)
    saved(page)
    leave_seconds(site, page, 120)
    expect(page.locator(".clock")).to_have_attribute("data-short", "")
    move_deadline(site, page, -1)
    page.clock.fast_forward(120_000)
    page.wait_for_url("**/result/")


def test_the_clock_can_be_hidden(context: BrowserContext) -> None:
    page = sit(context)
    page.locator("[data-hide-clock]").click()
    expect(page.locator("[data-clock]")).to_be_hidden()
    page.locator("[data-hide-clock]").click()
    expect(page.locator("[data-clock]")).to_be_visible()


def test_an_exam_by_keys_alone(context: BrowserContext, site: Site) -> None:
    page = sit(context)
    page.keyboard.press("x")
    page.keyboard.press("2")
    expect(page.locator(".pick").nth(1)).to_have_attribute("data-struck", "")
    page.keyboard.press("1")
    expect(page.locator("input[name=option]").first).to_be_checked()
    page.keyboard.press("f")
    expect(page.locator("[data-flag]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Question 2 of 20")
    page.keyboard.press("p")
    expect(page.locator("h1")).to_have_text("Question 1 of 20")
    expect(page.locator("input[name=option]").first).to_be_checked()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Question 2 of 20")
    page.keyboard.press("l")
    expect(page.locator("#exam-form .quiz__item")).to_have_attribute("lang", "ko")
    page.keyboard.press("o")
    page.wait_for_url("**/overview/")
    expect(page.locator('[data-cell="1"]')).to_have_attribute("data-state", "answered")
    expect(page.locator('[data-cell="2"]')).to_have_attribute("data-state", "seen")
    assert len(stored(site, page)) == 1


def test_one_option_too_many_is_not_taken(context: BrowserContext) -> None:
    page = sit(context)
    number = 1
    while not page.locator("input[type=checkbox][name=option]").count():
        page.locator(".exam-bar .button--main").click()
        number += 1
        expect(page.locator("h1")).to_have_text(f"Question {number} of 20")
    for place in range(3):
        choose(page, place)
    expect(page.locator("[data-announce]")).to_have_text("No more than 2. Take one back first.")
    expect(page.locator("input[name=option]:checked")).to_have_count(2)


def test_practice_answers_in_place_and_gives_the_focus_to_the_result(
    context: BrowserContext,
) -> None:
    page = practise(context)
    page.evaluate("window.still = true")
    choose_enough(page)
    page.locator('input[name="confidence"][value="sure"]').check()
    page.locator("[data-check]").click()
    expect(page.locator("#answer")).to_be_focused()
    expect(page.locator(".reason")).to_have_count(page.locator(".reason .reason__body").count())
    assert page.evaluate("window.still") is True, "the page was not loaded again"
    if page.locator(".misses").count():
        page.locator(".misses button").first.click()
        expect(page.locator(".misses button").first).to_have_attribute("aria-pressed", "true")
    page.locator("#answer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/2/$"))


def test_a_problem_is_reported_by_keys_alone_and_the_thanks_have_the_focus(
    context: BrowserContext,
) -> None:
    page = practise(context, "ko")
    choose_enough(page)
    page.locator("[data-check]").click()
    page.locator(".problem > summary").focus()
    page.keyboard.press("Enter")
    page.locator(".problem [name=problem]").first.focus()
    page.keyboard.press("ArrowDown")
    page.locator("#problem-text").focus()
    page.keyboard.type("1 2 l f x")
    page.locator(".problem button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reported")).to_be_focused()
    expect(page.locator("#reported")).to_be_visible()
    page.locator(".problem > summary").click()
    expect(page.locator('.problem [value="reason"]')).to_be_checked()
    expect(page.locator("#problem-text")).to_have_value("1 2 l f x")


def test_another_language_of_the_question_keeps_what_was_chosen(context: BrowserContext) -> None:
    page = practise(context)
    order = page.locator("input[name=option]").evaluate_all("found => found.map(i => i.value)")
    choose(page, 1)
    page.locator('[data-in="vi"]').click()
    expect(page.locator("#question .quiz__item")).to_have_attribute("lang", "vi")
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()
    after = page.locator("input[name=option]").evaluate_all("found => found.map(i => i.value)")
    assert after == order
    expect(page.locator("[data-check]")).to_have_text("Check")


def test_when_the_check_does_not_arrive_the_choice_stays_and_can_be_sent_again(
    context: BrowserContext,
) -> None:
    page = practise(context)
    choose_enough(page)
    context.set_offline(True)
    page.locator("[data-check]").click()
    expect(page.locator("[data-failure]")).to_contain_text("Your choice is still here")
    expect(page.locator("input[name=option]").first).to_be_checked()
    context.set_offline(False)
    page.locator("[data-check]").click()
    expect(page.locator("#answer")).to_be_visible()


def test_an_exam_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.origin, java_script_enabled=False)
    page = context.new_page()
    page.goto("/ko/quizzes/exam/")
    page.locator("form .button--main").first.click()
    choose(page, 1)
    page.locator("[data-flag]").click()
    expect(page.locator("[data-flag]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()
    page.locator(".exam-bar .button--main").click()
    expect(page.locator("h1")).to_have_text("문제 2 / 20")
    page.locator(".exam-bar [value=overview]").click()
    expect(page.locator('[data-cell="1"]')).to_have_attribute("data-state", "answered")
    page.locator('a[href="?end=yes"]').click()
    page.locator("[data-end] button").click()
    page.wait_for_url("**/result/")
    assert stored(site, page) != {}
    context.close()


def test_an_exam_is_offered_on_other_pages_until_it_ends(context: BrowserContext) -> None:
    page = sit(context)
    page.goto("/vi/quizzes/")
    expect(page.locator(".exam-banner a")).to_have_attribute(
        "href", re.compile(r"^/vi/quizzes/exam/")
    )
    page.locator(".exam-banner a").click()
    page.goto(page.url.replace("/1/", "/overview/?end=yes"))
    page.locator("[data-end] button").click()
    page.wait_for_url("**/result/")
    page.goto("/vi/quizzes/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".exam-banner")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser,
    site: Site,
    language: str,
    scheme: Any,
) -> None:
    context = browser.new_context(
        base_url=site.origin, color_scheme=scheme, reduced_motion="reduce", service_workers="block"
    )
    found: dict[str, Any] = {}
    page = practise(context, language)
    look(page, "question", found)
    choose_enough(page)
    page.locator("[data-check]").click()
    page.locator("#answer").wait_for()
    page.evaluate("document.querySelector('.problem').open = true")
    look(page, "feedback", found)
    page.locator(".problem [name=problem]").last.check()
    page.locator(".problem button").click()
    page.locator("#reported").wait_for()
    page.evaluate("scrollTo(0, 0)")  # what the bar at the top half covers would count as too small
    look(page, "reported", found)
    page.goto(page.url.split("/1/")[0] + "/result/")
    look(page, "result of practice", found)
    page.goto(f"/{language}/quizzes/")
    look(page, "begin", found)
    page.goto(f"/{language}/quizzes/exam/")
    look(page, "begin an exam", found)
    page.close()
    page = sit(context, language)
    choose_enough(page)
    page.locator("[data-flag]").click()
    saved(page)
    look(page, "exam", found)
    base = page.url.split("/1/")[0]
    page.goto(f"{base}/overview/")
    look(page, "overview", found)
    page.goto(f"{base}/overview/?end=yes")
    look(page, "end", found)
    page.locator("[data-end] button").click()
    page.wait_for_url("**/result/")
    page.evaluate("for (const box of document.querySelectorAll('main details')) box.open = true")
    look(page, "result", found)
    page.goto(f"{base}/result/1/")
    look(page, "review", found)
    context.close()
    assert found == {}


def test_days_of_exams_are_those_of_the_reader(browser: Browser, site: Site) -> None:
    """A day ahead of UTC and a day behind it: at any hour one of the two is not UTC's day."""
    made = browser.new_context(base_url=site.origin, service_workers="block")
    page = sit(made)
    choose(page)
    saved(page)
    page.goto(page.url.replace("/1/", "/overview/?end=yes"))
    page.locator("[data-end] button").click()
    page.wait_for_url("**/result/")
    result, held = page.url, made.storage_state()
    made.close()
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        made = browser.new_context(timezone_id=name, storage_state=held, service_workers="block")
        page = made.new_page()
        for address in (result, f"{site.origin}/en/quizzes/exam/", f"{site.origin}/en/progress/"):
            page.goto(address)
            times = page.locator('main time[data-local="day"]')
            expect(times).to_have_count(1)
            at = datetime.fromisoformat(times.get_attribute("datetime") or "")
            local = at.astimezone(ZoneInfo(name))
            expect(times).to_have_text(f"{local:%B} {local.day}, {local.year}")
        made.close()
