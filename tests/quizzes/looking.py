"""A page as axe and as narrow windows see it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.test_accessibility import RULES


def look(page: Page, name: str, found: dict[str, Any]) -> None:
    """Add to `found` what axe finds on a page, and the widths at which it scrolls sideways."""
    violations = Axe().run(page, options=RULES).response["violations"]
    if violations:
        found[name] = [(v["id"], [n["html"][:140] for n in v["nodes"][:3]]) for v in violations]
    for width in (320, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found[f"{name} at {width}"] = needed
