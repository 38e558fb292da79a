"""Whole pages in headless Chromium, against the running production server."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import EXPECT_MILLISECONDS
from tests.support.running import Site, running_site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("data")) as running:
        yield running


Opener = Callable[..., Page]
# The player of a page has read its scene and can be used.
READY = "document.querySelector('sim-player')?.dataset.ready !== undefined"


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Opener]:
    """open_page('/en/', width=360, ...): a new visitor's page; faults in the console fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
        options.setdefault("service_workers", "block")
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=site.origin, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{path}: {fault}"))
        page.on(
            "console",
            lambda said: (
                faults.append(f"{path}: {said.text}")
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true. (Playwright's own waiting needs eval, which our policy forbids.)"""
    end = time.monotonic() + EXPECT_MILLISECONDS / 1000
    while time.monotonic() < end:
        if page.evaluate(f"() => {expression}"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never became true: {expression}")
