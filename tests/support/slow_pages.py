"""`pytest -p tests.support.slow_pages -m browser`: every page on a slow line and a slow processor.

What arrives late shows which tests look before they wait. See docs/testing.md."""

from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page

LATENCY_MS = 300
BYTES_PER_SECOND = 30_000
PROCESSOR_TIMES_SLOWER = 4

_new_page, _set_offline = BrowserContext.new_page, BrowserContext.set_offline
_lines: dict[BrowserContext, list[tuple[Page, CDPSession]]] = {}


def _slow(line: CDPSession, offline: bool) -> None:
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": offline,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        },
    )


def _slow_page(self: BrowserContext, **options: Any) -> Page:
    page = _new_page(self, **options)
    line = self.new_cdp_session(page)
    line.send("Network.enable")
    _slow(line, offline=False)
    line.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR_TIMES_SLOWER})
    _lines.setdefault(self, []).append((page, line))
    return page


def _offline(self: BrowserContext, offline: bool) -> None:
    """Our line would win over that of Playwright, so both are cut."""
    _set_offline(self, offline)
    for page, line in _lines.get(self, []):
        if not page.is_closed():
            _slow(line, offline)


def pytest_configure() -> None:
    BrowserContext.new_page = _slow_page  # type: ignore[method-assign]
    BrowserContext.set_offline = _offline  # type: ignore[method-assign]
