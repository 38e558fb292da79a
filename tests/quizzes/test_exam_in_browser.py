"""Strict exams, marks in the text, warnings of the clock and pauses, as a person meets them in a browser."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.quizzes.content import course_with_an_exam
from tests.quizzes.looking import look
from tests.quizzes.test_in_browser import (
    choose_enough,
    leave_seconds,
    saved,
    stored,
    wait_for_pages,
)
from tests.support.running import Site, running_site

pytestmark = [pytest.mark.browser]
MARKS = "() => [...(CSS.highlights.get('quiz-mark') ?? [])].map((range) => range.toString())"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    content: Path = course_with_an_exam(tmp_path_factory.mktemp("course"))
    with running_site(tmp_path_factory.mktemp("data"), DECOUPLE_CONTENT=str(content)) as running:
        yield running


def sit(context: BrowserContext, language: str = "en", mode: str = "help") -> Page:
    page = context.new_page()
    page.goto(f"/{language}/quizzes/exam/")
    page.locator(f'input[name=mode][value="{mode}"]').check()
    page.locator("form .button--main").first.click()
    page.wait_for_url(re.compile(r"/quizzes/exam/[\w-]+/1/$"))
    wait_for_pages(page)
    return page


def practise(context: BrowserContext, level: str = "", language: str = "en") -> Page:
    page = context.new_page()
    page.goto(f"/{language}/quizzes/")
    for box in page.locator("details.more-choices > summary").all():
        box.click()
    page.locator('input[name="grade"][value="exam"]').check()
    page.locator(f'input[name="help"][value="{level}"]').check()
    page.locator('input[name="number"][value="20"]').check()
    page.locator("form .button--main").click()
    page.wait_for_url(re.compile(r"/practice/[\w-]+/1/$"))
    page.wait_for_load_state("networkidle")
    return page


def select(page: Page, text: str) -> None:
    """Select words of the question, as a mouse or a finger does."""
    page.evaluate(
        """(text) => {
          const walker = document.createTreeWalker(document.getElementById("stem"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(text);
            if (at < 0) continue;
            getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + text.length);
            return;
          }
          throw new Error("no such words");
        }""",
        text,
    )


# --- strict exams ------------------------------------------------------------------------------------


def test_a_strict_exam_in_korean_by_keys(context: BrowserContext, site: Site) -> None:
    page = sit(context, "ko", "strict")
    shown = page.locator(".quiz__item")
    expect(page.locator(".quiz-bar__mode")).to_have_text("실제 시험처럼")
    for key in (
        "h",
        "x",
        "1",
    ):  # neither marks nor strikes out, and the digit after x chooses nothing
        page.keyboard.press(key)
    assert page.evaluate(MARKS) == []
    expect(page.locator("input[name=option]:checked, [data-struck]")).to_have_count(0)
    page.keyboard.press("1")
    page.keyboard.press("l")
    expect(shown).to_have_attribute("lang", "en")
    expect(page.locator("[data-in]")).to_have_text("한국어")
    expect(page.locator("[data-in]")).to_be_focused()
    expect(page.locator("input[name=option]").first).to_be_checked()
    page.keyboard.press("f")
    page.locator("h1").focus()
    for number in range(2, 21):
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(f"문제 {number} / 20")
        expect(shown).to_have_attribute("lang", "ko")
        page.keyboard.press("1")
    saved(page)
    page.keyboard.press("o")
    page.wait_for_url("**/overview/")
    expect(page.locator('[data-cell][data-state="answered"]')).to_have_count(20)
    assert len(stored(site, page)) == 20


def test_a_strict_exam_goes_on_without_a_network_in_its_language(context: BrowserContext) -> None:
    page = sit(context, "ko", "strict")
    page.keyboard.press("l")
    expect(page.locator(".quiz__item")).to_have_attribute("lang", "en")
    context.set_offline(True)
    page.keyboard.press("l")
    expect(page.locator("[data-notice]")).to_be_visible()
    expect(page.locator(".quiz__item")).to_have_attribute("lang", "en")
    page.locator(".exam-bar .button--main").click()
    expect(page.locator("h1")).to_have_text("문제 2 / 20")
    expect(page.locator(".quiz__item")).to_have_attribute("lang", "ko")
    page.locator(".exam-bar [value=overview]").click()
    expect(page.locator("h1")).to_have_text("문제 2 / 20")
    context.set_offline(False)


def test_a_network_that_goes_at_once_leaves_no_dead_end(context: BrowserContext) -> None:
    page = sit(context)
    page.route("**/all/*", lambda route: route.abort())
    page.route("**/all/", lambda route: route.abort())
    page.reload()
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    choose_enough(page)
    page.locator(".exam-bar .button--main").click()
    expect(page.locator("[data-notice]")).to_contain_text("You are offline")
    expect(page.locator("h1")).to_have_text("Question 1 of 20")
    page.unroute("**/all/*")
    page.unroute("**/all/")
    context.set_offline(False)
    saved(page)
    wait_for_pages(page)
    page.locator(".exam-bar .button--main").click()
    expect(page.locator("h1")).to_have_text("Question 2 of 20")


# --- marks -------------------------------------------------------------------------------------------


def test_the_key_marks_one_sentence_after_the_other_and_then_none(context: BrowserContext) -> None:
    page = sit(context)
    text = page.locator("#stem").inner_text()
    seen = []
    for _ in range(20):
        page.keyboard.press("h")
        marked = page.evaluate(MARKS)
        if not marked:
            break
        (sentence,) = marked
        assert sentence in text.replace("\n\n", "\n")
        expect(page.locator("[data-mark] + [role=status]")).to_have_text(f"Marked: {sentence}")
        seen.append(sentence)
    assert len(seen) >= 2
    assert len(set(seen)) == len(seen)
    assert seen[0].startswith(text[:10])
    expect(page.locator("[data-mark] + [role=status]")).to_have_text("The mark is gone")


def test_selected_words_are_marked_and_unmarked_by_the_button(context: BrowserContext) -> None:
    page = sit(context)
    words = page.locator("#stem p").first.inner_text().split(" ")
    first, second = " ".join(words[1:4]), " ".join(words[3:6])
    select(page, first)
    page.locator("[data-mark]").click()
    assert page.evaluate(MARKS) == [first]
    select(page, second)
    page.keyboard.press("h")
    assert page.evaluate(MARKS) == [" ".join(words[1:6])], "what touches becomes one"
    select(page, " ".join(words[2:4]))
    page.keyboard.press("h")
    assert page.evaluate(MARKS) == [f"{words[1]} ", " " + " ".join(words[4:6])]


def test_marks_stay_with_their_question_and_language_and_go_with_the_exam(
    context: BrowserContext,
) -> None:
    page = sit(context)
    page.keyboard.press("h")
    first = page.evaluate(MARKS)
    page.locator(".exam-bar .button--main").click()
    expect(page.locator("h1")).to_have_text("Question 2 of 20")
    assert page.evaluate(MARKS) == []
    page.keyboard.press("h")
    page.keyboard.press("h")
    second = page.evaluate(MARKS)
    page.keyboard.press("p")
    expect(page.locator("h1")).to_have_text("Question 1 of 20")
    assert page.evaluate(MARKS) == first
    page.keyboard.press("l")
    expect(page.locator(".quiz__item")).to_have_attribute("lang", "ko")
    assert page.evaluate(MARKS) == []
    page.goto(page.url.replace("/1/", "/2/"))
    page.wait_for_load_state("networkidle")
    assert page.evaluate(MARKS) == second
    page.goto(page.url.replace("/2/", "/overview/?end=yes"))
    page.locator("[data-end] button").click()
    page.wait_for_url("**/result/")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_marks_in_practice_last_until_the_answer(context: BrowserContext) -> None:
    page = practise(context)
    page.keyboard.press("h")
    marked = page.evaluate(MARKS)
    assert len(marked) == 1
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(MARKS) == marked
    choose_enough(page)
    page.locator("[data-check]").click()
    expect(page.locator("#answer")).to_be_visible()
    assert page.evaluate(MARKS) == []
    assert page.evaluate("localStorage.getItem('decouple.marks.practice')") is None


def test_where_text_cannot_be_marked_no_button_is_offered(context: BrowserContext) -> None:
    context.add_init_script("delete CSS.highlights; delete window.Highlight;")
    page = sit(context)
    expect(page.locator("[data-mark]")).to_be_hidden()
    page.keyboard.press("h")
    page.keyboard.press("1")
    saved(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mark_can_be_read_and_is_underlined(browser: Browser, site: Site, scheme: Any) -> None:
    made = browser.new_context(base_url=site.origin, color_scheme=scheme, service_workers="block")
    page = sit(made)
    page.keyboard.press("h")
    found = page.evaluate(
        """() => {
          const style = getComputedStyle(document.querySelector("#stem p"), "::highlight(quiz-mark)");
          const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255)
              .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const [one, other] = [light(style.color), light(style.backgroundColor)].sort((a, b) => b - a);
          return { contrast: (one + 0.05) / (other + 0.05), line: style.textDecorationLine };
        }"""
    )
    assert found["contrast"] >= 7
    assert found["line"] == "underline"
    made.close()


# --- the clock ---------------------------------------------------------------------------------------


def test_a_hidden_clock_comes_back_at_five_minutes_and_the_warning_is_seen(
    context: BrowserContext, site: Site
) -> None:
    page = sit(context)
    leave_seconds(site, page, 330)
    page.locator("[data-hide-clock]").click()
    expect(page.locator("[data-clock]")).to_be_hidden()
    note = page.locator("[data-announce]")
    before = page.locator(".exam-bar .button--main").bounding_box()
    page.clock.fast_forward(30_000)
    expect(note).to_have_text("5 minutes left")
    expect(note).to_be_visible()
    assert note.bounding_box()["height"] > 10  # type: ignore[index]
    expect(page.locator("[data-clock]")).to_be_visible()
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^(5:00|4:5\d) left$"))
    assert page.locator(".exam-bar .button--main").bounding_box() == before, "nothing moved"
    page.locator("[data-note-close]").click()
    expect(note).to_have_text("")
    expect(page.locator("[data-note-close]")).to_be_hidden()


@pytest.mark.parametrize("minutes", [30, 15, 1])
def test_every_line_of_the_clock_is_said_in_words_that_are_seen(
    context: BrowserContext, site: Site, minutes: int
) -> None:
    page = sit(context, "vi", "strict")
    page.set_viewport_size({"width": 360, "height": 740})
    leave_seconds(site, page, minutes * 60 + 30)
    page.clock.fast_forward(30_000)
    expect(page.locator("[data-announce]")).to_have_text(f"Còn {minutes} phút nữa")
    box = page.locator("[data-note]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    page.keyboard.press("Escape")
    expect(page.locator("[data-announce]")).to_have_text("")


# --- pauses ------------------------------------------------------------------------------------------


def test_a_pause_keeps_the_choice_and_stops_the_time(context: BrowserContext) -> None:
    begun = time.monotonic()
    page = practise(context, "clock")
    page.locator(".pick__label").nth(1).click()
    page.locator("[data-pause]").click()
    expect(page.locator("h1")).to_have_text("Paused")
    used = time.monotonic() - begun
    expect(page.locator(".pick, #stem")).to_have_count(0)
    page.wait_for_timeout(3000)
    page.reload()
    expect(page.locator("h1")).to_have_text("Paused")
    resumed = time.monotonic()
    page.locator("[value=resume]").click()
    clock = page.locator("[data-clock]")
    expect(clock).to_have_text(re.compile(r"^\d+:\d\d left$"))
    minutes, seconds = re.findall(r"\d+", clock.inner_text())
    used += time.monotonic() - resumed
    # Rounding takes less than a second; the pause took more than three.
    assert int(minutes) * 60 + int(seconds) > 40 * 60 - used - 2
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()


def test_a_choice_in_a_tab_that_missed_the_pause_is_there_afterwards(
    context: BrowserContext,
) -> None:
    first = practise(context, "clock")
    second = context.new_page()
    second.goto(first.url)
    first.locator("[data-pause]").click()
    expect(first.locator("h1")).to_have_text("Paused")
    choose_enough(second)
    second.locator("[data-check]").click()
    expect(second.locator("h1")).to_have_text("Paused")
    second.locator("[value=resume]").click()
    expect(second.locator("input[name=option]").first).to_be_checked()
    second.locator("[data-check]").click()
    expect(second.locator("#answer")).to_be_visible()


def test_without_scripts_a_set_is_paused_and_goes_on(browser: Browser, site: Site) -> None:
    made = browser.new_context(base_url=site.origin, java_script_enabled=False)
    page = practise(made, "clock", "ko")
    page.locator(".pick__label").nth(1).click()
    page.locator("[data-pause]").click()
    expect(page.locator("h1")).to_have_text("잠시 멈췄어요")
    page.locator("[value=resume]").click()
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()
    expect(page.locator("[data-mark]")).to_be_hidden()
    expect(page.locator("[data-note-close]")).to_be_hidden()
    made.close()


def test_one_option_too_many_is_not_taken_in_practice(context: BrowserContext) -> None:
    page = practise(context)
    for number in range(1, 21):
        page.goto(re.sub(r"/\d+/$", f"/{number}/", page.url))
        if page.locator("input[type=checkbox][name=option]").count():
            break
    for place in range(3):
        page.locator(".pick__label").nth(place).click()
    expect(page.locator("[data-failure]")).to_have_text("No more than 2. Take one back first.")
    expect(page.locator("input[name=option]:checked")).to_have_count(2)
    page.keyboard.press("1")
    expect(page.locator("[data-failure]")).to_be_hidden()
    expect(page.locator("input[name=option]:checked")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, site: Site, language: str, scheme: Any
) -> None:
    made = browser.new_context(
        base_url=site.origin, color_scheme=scheme, reduced_motion="reduce", service_workers="block"
    )
    found: dict[str, Any] = {}
    page = sit(made, language, "strict")
    leave_seconds(site, page, 330)
    page.clock.fast_forward(30_000)
    expect(page.locator("[data-note-close]")).to_be_visible()
    look(page, "strict exam with a warning", found)
    page.goto(page.url.replace("/1/", "/overview/?end=yes"))
    page.locator("[data-end] button").click()
    page.wait_for_url("**/result/")
    look(page, "strict result", found)
    page.goto(f"/{language}/quizzes/exam/")
    look(page, "start", found)
    page = practise(made, "clock", language)
    look(page, "practice with a clock", found)
    page.locator("[data-pause]").click()
    page.locator("[value=resume]").wait_for()
    look(page, "paused", found)
    page.goto(page.url.split("/1/")[0] + "/result/")
    look(page, "paused, so far", found)
    made.close()
    assert found == {}
