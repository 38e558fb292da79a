"""Review in a browser: by keys alone, in place, on a phone, and nothing an axe run finds."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_accessibility import RULES
from tests.support.running import Site, running_site

pytestmark = [pytest.mark.browser]
TERM = "term:visibility-timeout"
LESSON = "sqs/visibility-timeout"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("data")) as running:
        yield running


def add(context: BrowserContext, of: str, only: str = "", language: str = "en") -> Page:
    """Add the cards of a lesson or a term, or only those whose key begins like this."""
    page = context.new_page()
    page.goto(f"/{language}/mine/review/?of={of}")
    for box in page.locator("input[name=card]").all():
        box.set_checked(box.get_attribute("value").startswith(only))
    page.locator("button[value=add]").click()
    expect(page.locator(".notice--ok")).to_be_visible()
    return page


def test_a_prompt_is_answered_and_taken_back_by_keys(context: BrowserContext) -> None:
    page = add(context, TERM)
    page.goto("/en/quizzes/review/")
    answer = page.locator(".recall__answer")
    expect(answer).to_be_hidden()
    page.keyboard.press("2")
    expect(answer).to_be_hidden()
    page.keyboard.press("Space")
    expect(answer).to_be_visible()
    expect(page.locator("[data-outcome='1']")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("[role=status]")).to_contain_text("The next card comes in 10 minutes.")
    page.keyboard.press("z")
    expect(page.locator(".recall__front")).to_contain_text("visibility timeout")


def test_an_objective_is_answered_in_place_and_goes_on_by_enter(context: BrowserContext) -> None:
    page = add(context, LESSON, "objective:")
    page.goto("/en/quizzes/review/")
    page.keyboard.press("1")
    page.get_by_text("guess", exact=True).click()
    page.locator("[data-check]").click()
    heading = page.locator("#answer")
    expect(heading).to_be_focused()
    expect(page).to_have_url(re.compile(r"/en/quizzes/review/$"))
    expect(page.locator("#question .notice")).to_contain_text("omes back in 10 minutes")
    page.keyboard.press("z")
    expect(page.locator("form[data-answer]")).to_be_visible()
    expect(page.locator("[data-undo]")).to_have_count(0)


def test_the_language_of_the_question_changes_in_place(context: BrowserContext) -> None:
    page = add(context, LESSON, "objective:")
    page.goto("/en/quizzes/review/")
    page.keyboard.press("2")
    page.keyboard.press("l")
    expect(page.locator("#question")).to_have_attribute("data-language", "ko")
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()


def test_cards_and_plan_work_without_scripts(browser: Browser, site: Site) -> None:
    made = browser.new_context(base_url=site.origin, java_script_enabled=False)
    page = add(made, TERM, language="vi")
    page.goto("/vi/quizzes/review/")
    page.locator(".recall__back > summary").click()
    page.locator("[data-outcome='1']").click()
    expect(page.locator(".recall__front")).to_have_count(0)
    page.goto("/vi/quizzes/review/plan/")
    page.locator("#exam_on").fill(page.locator("#exam_on").get_attribute("max"))
    page.locator("form[method=get] button").click()
    page.locator("button[value=accept]").click()
    expect(page.locator("button[value=drop]")).to_have_count(1)
    made.close()


def test_home_says_that_cards_wait(context: BrowserContext) -> None:
    page = add(context, TERM)
    page.goto("/en/")
    expect(page.locator("[data-due]")).to_have_text("Review · 1")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: Site, width: int, scheme: str) -> None:
    made = browser.new_context(
        # So high that what sticks to an edge covers nothing.
        base_url=site.origin, viewport={"width": width, "height": 3000}, color_scheme=scheme,
        service_workers="block", bypass_csp=True,
    )  # fmt: skip
    page = add(made, LESSON)
    addresses = [
        "quizzes/review/", f"mine/review/?of={LESSON}", "quizzes/review/plan/", "progress/",
        "quizzes/bank/", "quizzes/bank/answers/", "quizzes/cheat-sheet/",
    ]  # fmt: skip
    found: dict[str, object] = {}
    for address in addresses:
        page.goto(f"/ko/{address}")
        for summary in page.locator("main details:not([open]) > summary").all():
            if summary.is_visible():
                summary.click()
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[address] = [
                (v["id"], [n["html"][:140] for n in v["nodes"][:3]]) for v in violations
            ]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    made.close()
    assert found == {}


def read_moment(page: Page, scope: str = "main", local: bool = True) -> tuple[datetime, str]:
    """The first moment of a page and what stands there for it, once the script has written it."""
    found = page.locator(f"{scope} time[data-local]").first
    if local:
        expect(found).not_to_contain_text("UTC")
    return datetime.fromisoformat(found.get_attribute("datetime") or ""), found.text_content() or ""


def test_times_are_those_of_the_reader(browser: Browser, site: Site) -> None:
    zone = ZoneInfo("Asia/Kolkata")  # half an hour beside every other hour
    made = browser.new_context(
        base_url=site.origin, timezone_id=zone.key, locale="de-DE", service_workers="block"
    )
    page = add(made, TERM)
    page.goto("/en/quizzes/review/")
    page.keyboard.press("Space")
    page.keyboard.press("1")
    expect(page.locator("[role=status]")).to_contain_text("The next card comes in")
    at, text = read_moment(page)
    local = at.astimezone(zone)
    assert f"{local:%A}" in text
    assert f"{local:%B} {local.day}" in text
    assert f"{local:%I:%M %p}".lstrip("0") in text.replace("\u202f", " ")
    page.goto("/ko/quizzes/review/")
    at, text = read_moment(page)
    local = at.astimezone(zone)
    assert f"{local.month}월 {local.day}일" in text
    assert "UTC" not in text
    # Charts count the days of this zone, so there is nothing to explain.
    assert {c["name"]: c["value"] for c in made.cookies()}["utc_offset"] == "330"
    page.goto("/ko/progress/")
    expect(page.locator(".chart-table").first).to_be_visible()
    expect(page.locator(".chart-table time")).to_have_count(0)
    without = browser.new_context(
        base_url=site.origin, timezone_id=zone.key, java_script_enabled=False,
        storage_state=made.storage_state(),
    )  # fmt: skip
    without.clear_cookies(name="utc_offset")
    page = without.new_page()
    page.goto("/en/quizzes/review/")
    at, text = read_moment(page, local=False)
    assert text.endswith(" UTC")
    page.goto("/vi/progress/")
    assert read_moment(page, ".chart-table", local=False)[1] == "17:00 UTC", "midnight in Hanoi"
    without.close()
    made.close()


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_the_cheat_sheet_fits_on_two_pages(browser: Browser, site: Site, language: str) -> None:
    made = browser.new_context(base_url=site.origin)
    page = made.new_page()
    page.goto(f"/{language}/quizzes/cheat-sheet/")
    paper = page.pdf(prefer_css_page_size=True)
    made.close()
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
