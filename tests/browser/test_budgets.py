"""How much comes over the wire, and that nothing moves while it comes."""

import pytest

from tests.browser.conftest import Opener

LESSONS = ["/en/lessons/sqs/visibility-timeout/", "/ko/lessons/mq/high-availability/?with=en,vi"]
KB = 1000


def sizes(page: object) -> list[tuple[str, int]]:
    """Every request of the page with the bytes it took over the wire, headers included."""
    return page.evaluate(  # type: ignore[attr-defined, no-any-return]
        """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
             .map(entry => [entry.name, entry.transferSize])"""
    )


@pytest.mark.parametrize("path", LESSONS)
def test_a_first_visit_is_light(open_page: Opener, path: str) -> None:
    page = open_page(path)
    page.wait_for_timeout(800)
    found = sizes(page)
    assert len(found) <= 6, found
    assert sum(size for _, size in found) <= 35 * KB, found
    assert sum(size for name, size in found if name.endswith(".js")) <= 20 * KB, found
    assert sum(size for name, size in found if name.endswith(".css")) <= 8 * KB, found


def test_a_repeat_visit_costs_almost_nothing(open_page: Opener) -> None:
    page = open_page(LESSONS[0])
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_timeout(500)
    found = sizes(page)
    assert sum(size for _, size in found) < 2 * KB, found


@pytest.mark.parametrize("path", ["/en/", *LESSONS, "/ko/glossary/", "/vi/facts/"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_a_page_loads(open_page: Opener, path: str, width: int) -> None:
    page = open_page("/en/about/", width=width)
    page.add_init_script(
        """window.shifts = 0; new PerformanceObserver(list => { for (const e of list.getEntries())
           if (!e.hadRecentInput) window.shifts += e.value; }).observe({type: 'layout-shift', buffered: true});"""
    )
    page.goto(path)
    page.wait_for_timeout(600)
    assert page.evaluate("window.shifts") < 0.001


def test_no_page_asks_anyone_else(open_page: Opener) -> None:
    page = open_page("/en/about/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/en/", *LESSONS, "/vi/search/?q=queue"):
        page.goto(path)
        page.wait_for_timeout(200)
    origin = page.evaluate("location.origin")
    assert asked
    assert [url for url in asked if not url.startswith(origin)] == []
