"""axe finds nothing on any kind of page, in any language and theme; and nothing is cut off."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import READY, Opener, until
from tests.support.addresses import LANGUAGES, course, one_of_each_kind

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(open_page: Opener, language: str, scheme: str) -> None:
    page = open_page("/", color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for path in ["/", *one_of_each_kind(language)]:
        page.goto(path)
        page.evaluate(
            "for (const box of document.querySelectorAll('main details')) box.open = true"
        )
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[path] = [
                (v["id"], [node["html"][:160] for node in v["nodes"][:3]]) for v in violations
            ]
    assert found == {}


@pytest.mark.parametrize(
    ("language", "query", "scheme", "width"),
    [
        ("en", "", "light", 1280),
        ("ko", "?with=en,vi", "dark", 1280),
        ("vi", "?with=en", "light", 360),
    ],
)
def test_axe_finds_nothing_in_any_lesson(
    open_page: Opener, language: str, query: str, scheme: str, width: int
) -> None:
    page = open_page("/", color_scheme=scheme, reduced_motion="reduce", width=width)
    found = {}
    for id in course().lessons:
        page.goto(f"/{language}/lessons/{id}/{query}")
        page.evaluate(
            "for (const box of document.querySelectorAll('main details')) box.open = true"
        )
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[id] = [(v["id"], v["nodes"][0]["html"][:160]) for v in violations]
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_no_page_scrolls_sideways(open_page: Opener, language: str, width: int) -> None:
    page = open_page("/", width=width)
    wide = {}
    for path in one_of_each_kind(language):
        page.goto(path)
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wide[path] = needed
    assert wide == {}


def test_focus_is_always_visible_and_never_covered(open_page: Opener) -> None:
    path = "/en/lessons/sqs/visibility-timeout/"
    page = open_page(path, width=360, height=740, reduced_motion="reduce")
    # The demo has come with its styles, so nothing moves any more.
    page.locator("sim-player").first.scroll_into_view_if_needed()
    until(page, READY)
    page.evaluate("scrollTo(0, 0)")
    hidden = []
    for _ in range(45):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const el = document.activeElement;
              if (el === document.body) return null;
              const box = el.getBoundingClientRect();
              if (!box.width) return [el.outerHTML.slice(0, 90), 'no box'];
              const x = Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2));
              const top = document.elementFromPoint(x, box.top + Math.min(box.height, 20) / 2);
              const clear = top && (el.contains(top) || top.contains(el));
              const line = getComputedStyle(el).outlineStyle !== 'none';
              return clear && line ? null : [el.outerHTML.slice(0, 90), String(clear), String(line)]; }"""
        )
        if seen:
            hidden.append(seen)
    assert hidden == []


def test_the_drawing_of_every_lesson_is_readable_on_a_phone(open_page: Opener) -> None:
    page = open_page("/en/", width=360)
    small = {}
    for id in course().lessons:
        page.goto(f"/ko/lessons/{id}/")
        size = page.evaluate(
            """() => Math.min(...[...document.querySelectorAll('.figure__drawing text')].map(text =>
              parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
        )
        if size < 12:
            small[id] = round(size, 1)
    assert small == {}
