"""How fast a run is computed and sent, and how smoothly it is drawn on a slow phone."""

import os
import shutil
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.support.running import Site

RUN = "/en/simulator/exam/two-minutes/"  # a run of about 600 events
_FRAMES = """async (tokens) => {
  const { drawing, scene } = document.querySelector('sim-player');
  const look = { place: 0, slot: 0, ring: null, tally: 0, flags: '' };
  const first = scene.tokens.length;
  const moves = Array.from({ length: tokens }, (_, n) => {
    scene.tokens.push([n % 6, String(n % 10), 'message', 'x']);
    const [from, to] = [[20, 20 + (n * 7) % 280], [600, 20 + (n * 13) % 280]];
    return { token: first + n, from, to, look, effect: '', leaves: false };
  });
  const times = [];
  let before = performance.now();
  for (let n = 0; n < 240; n++) {
    const now = await new Promise(requestAnimationFrame);
    drawing.travel(moves, (n % 60) / 60, 0);
    times.push(now - before);
    before = now;
  }
  return 1000 * 200 / times.slice(40).reduce((a, b) => a + b);
}"""
_SCRUB = """() => {
  const player = document.querySelector('sim-player');
  const times = [];
  for (let n = 0; n < 300; n++) {
    const begun = performance.now();
    player.seek(player.scene.ends * ((n * 7919) % 300) / 300);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b);
}"""


def _each(ask: Callable[[int], Any], times: int = 120) -> list[float]:
    found = []
    for turn in range(times):
        begun = time.perf_counter()
        ask(turn)
        found.append((time.perf_counter() - begun) * 1000)
    return found


def lab(site: Site) -> None:
    """Prints what the lab costs, new runs each time, and what comes from the store."""
    asked = {
        "a new run as a scene": lambda turn: site.ask(f"{RUN}scene.json?seed={turn + 100}"),
        "the same run again": lambda turn: site.ask(f"{RUN}scene.json?seed=100"),
        "a new run as a page": lambda turn: site.ask(f"{RUN}?seed={turn + 500}"),
        "an action, page and scene": lambda turn: [
            site.ask(f"/en/simulator/sqs/crash-before-delete/{part}?a={turn * 100}~sim.CrashActor~actor~worker-b")
            for part in ("", "scene.json")
        ],
    }  # fmt: skip
    base = median(_each(lambda turn: site.ask("/empty/")))
    for name, ask in asked.items():
        found = _each(ask)
        worst = quantiles(found, n=100)[98]
        print(
            f"lab: {name:28} {median(found):6.1f} ms, 99 % under {worst:6.1f} ms, "
            f"{1000 / median(found):5.0f} /s, {median(found) / base:5.1f} x an empty view"
        )
    page = site.ask(RUN).text
    print(f"lab: the page is {len(page) / 1000:.0f} kB before compression")
    _drawing(site)


def _drawing(site: Site) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 1200, "height": 800}, base_url=site.origin)
        page = context.new_page()
        loaded: list[int] = []
        page.on("response", lambda answer: loaded.append(_size(answer)))
        page.goto(RUN)
        page.wait_for_timeout(1_500)
        print(f"lab: scripts of the page take {sum(loaded) / 1000:.1f} kB over the wire")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        for tokens in (50, 200, 400):
            print(
                f"lab: {tokens} moving tokens, processor slowed 4 times: {_fps(page, tokens):.0f} frames/s"
            )
        times = page.evaluate(_SCRUB)
        print(
            f"lab: a scrubbed frame takes {times[len(times) // 2]:.1f} ms, 99 % under "
            f"{times[int(len(times) * 0.99)]:.1f} ms (slowed 4 times)"
        )
        browser.close()


def _size(answer: Any) -> int:
    if not answer.url.split("?")[0].endswith(".js"):
        return 0
    return int(answer.headers.get("content-length", 0))


def _fps(page: Page, tokens: int) -> float:
    return float(page.evaluate(_FRAMES, tokens))
