"""How soon the reader answers on a slow phone: Chromium with its processor slowed four times."""

import os
import shutil

from playwright.sync_api import sync_playwright

_WATCH = """
window.slowest = 0;
new PerformanceObserver(list => {
  for (const event of list.getEntries()) window.slowest = Math.max(window.slowest, event.duration);
}).observe({type: 'event', durationThreshold: 16, buffered: true});
"""


def slowest_interaction_ms(origin: str, path: str) -> dict[str, float]:
    """The longest time from an action to the next paint, for each kind of action, in ms."""
    found = {}
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, base_url=origin, service_workers="block"
        )
        for name in ("walking by key", "touching a sentence", "opening a term", "opening the menu"):
            page = context.new_page()
            page.add_init_script(_WATCH)
            page.goto(path)
            page.wait_for_timeout(500)
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
            for turn in range(10):
                if name == "walking by key":
                    page.keyboard.press("j")
                elif name == "touching a sentence":
                    page.locator(".para .unit").nth(turn).click(position={"x": 3, "y": 8})
                elif name == "opening a term":
                    page.locator("a.term").first.click()
                    page.keyboard.press("Escape")
                else:
                    page.locator(".menu summary").last.click()
                page.wait_for_timeout(150)
            found[name] = page.evaluate("window.slowest")
            page.close()
        browser.close()
    return found
