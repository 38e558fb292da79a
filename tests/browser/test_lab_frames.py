"""The lab in a real browser: every frame is what the server says."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.utils import translation

from studyapp.pages.course import course
from studyapp.simulator.demo import own_run
from studyapp.simulator.picture import scene_of
from studyapp.simulator.scene.drawing import picture
from studyapp.simulator.scene.scene import Scene
from tests.browser.conftest import READY, Opener, until

SCENARIOS = sorted(course().scenarios)


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
    page = open_page(f"/en/simulator/{id}/", width=1440)
    until(page, READY)
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
