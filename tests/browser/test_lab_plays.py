"""The lab in a real browser: every scenario is played to its end."""

import pytest

from studyapp.course.labelled import LANGUAGES
from studyapp.pages.course import course
from tests.browser.conftest import READY, Opener, until

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
