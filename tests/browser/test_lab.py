"""The lab in a real browser: every scenario is played to its end, and every frame is what the server says."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.utils import translation
from playwright.sync_api import Page

from studyapp.course.labelled import LANGUAGES
from studyapp.pages.course import course
from studyapp.simulator.demo import own_run
from studyapp.simulator.picture import scene_of
from studyapp.simulator.scene.drawing import picture
from studyapp.simulator.scene.scene import Scene
from tests.browser.conftest import Opener, until

# Time runs at once: each frame is a quarter of a second later, and comes as soon as the browser can.
AT_ONCE = """
  let passed = 0;
  performance.now = () => (passed += 100);
  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => waiting.shift()?.(performance.now());
  window.requestAnimationFrame = (draw) => { waiting.push(draw); channel.port2.postMessage(0); return 1; };
  window.cancelAnimationFrame = () => { waiting.length = 0; };
"""
READY = "document.querySelector('sim-player')?.dataset.ready !== undefined"
PLAY_ALL = """async () => {
  const player = document.querySelector('sim-player');
  let asked = 0;
  player.play();
  for (let turn = 0; turn < 200000; turn++) {
    await new Promise((done) => setTimeout(done, 1));
    const box = player.find('gate');
    if (!box.hidden) {
      const option = box.querySelector('.gate__option');
      if (option) { asked++; option.click(); }
      box.querySelector('.button--main').click();
      continue;
    }
    if (!player.playing) break;
  }
  return {asked, step: player.step, steps: player.scene.steps.length, ms: player.ms, ends: player.scene.ends};
}"""
SCENARIOS = sorted(course().scenarios)


def opened(open_page: Opener, path: str, **options: object) -> Page:
    page = open_page(path, **options)
    until(page, READY)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", SCENARIOS)
def test_every_scenario_plays_to_its_end(open_page: Opener, id: str, language: str) -> None:
    page = open_page("/en/about/")
    page.add_init_script(AT_ONCE)
    page.goto(f"/{language}/simulator/{id}/")
    until(page, READY)
    played = page.evaluate(PLAY_ALL)
    gates = course().scenarios[id].gates
    assert played["step"] == played["steps"] - 1
    assert played["ms"] == played["ends"]
    assert 1 <= played["asked"] <= len(gates)


# The same frame from both sides


def scene(id: str) -> Scene:
    file = course().scenarios[id]
    with translation.override("en"):
        return scene_of(course(), file, own_run(file)[2], "en")


def drawn(svg: str) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Of a picture as text: tokens by number with their position and flags, and the bound texts in order."""
    tokens = {
        number: (place, flags or "")
        for number, flags, place in re.findall(
            r'data-token="(\d+)"(?: data-flags="([^"]*)")? transform="translate\(([^)]*)\)', svg
        )
    }
    texts = re.findall(r'data-bind="[^"]*"[^>]*>([^<]*)<', svg)
    return tokens, [unescape(text).strip() for text in texts]


SEEN = """(step) => {
  const player = document.querySelector('sim-player');
  player.seekStep(step, step < 0 ? 0 : player.scene.steps[step].t);
  const svg = player.drawing.svg;
  const tokens = {};
  for (const each of svg.querySelectorAll('.token')) {
    const [, x, y] = each.style.transform.match(/translate\\(([-\\d.]+)px, ([-\\d.]+)px\\)/);
    tokens[each.dataset.token] = [`${(+x).toFixed(1)} ${(+y).toFixed(1)}`, each.dataset.flags];
  }
  return [tokens, [...svg.querySelectorAll('[data-bind]')].map((each) => each.textContent.trim())];
}"""


def some(steps: int) -> Iterator[int]:
    """The steps to compare: all of a short run, two dozen of a long one, the last in any case."""
    yield from sorted({*range(0, steps, max(1, steps // 24)), steps - 1})


@pytest.mark.parametrize("id", SCENARIOS)
def test_the_browser_draws_what_the_server_says(open_page: Opener, id: str) -> None:
    expected = scene(id)
    page = opened(open_page, f"/en/simulator/{id}/", width=1440)
    wide = expected.layouts[0]
    for step in some(len(expected.steps)):
        tokens, texts = page.evaluate(SEEN, step)
        from_server = drawn(picture(expected, wide, expected.state(step), ""))
        assert {number: flags for number, (_, flags) in tokens.items()} == {
            number: flags for number, (_, flags) in from_server[0].items()
        }, f"tokens at step {step}"
        for number, (place, _) in from_server[0].items():
            seen = [float(each) for each in tokens[number][0].split()]
            # A tenth of a pixel: the two sides round halves in different ways.
            assert seen == pytest.approx([float(each) for each in place.split()], abs=0.11)
        assert texts == from_server[1], f"texts at step {step}"
