"""How people use the lab: by keyboard, by touch, without motion, without scripts, with a friend."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import READY, Opener, until

DEMO = "/en/simulator/sqs/crash-before-delete/"
LESSON = "/en/lessons/sqs/visibility-timeout/"


def ready(page: Page) -> Page:
    until(page, READY)
    return page


def moment(page: Page) -> int:
    return int(page.evaluate("document.querySelector('sim-player').ms"))


def test_a_demo_is_played_predicted_and_understood_by_keyboard_alone(open_page: Opener) -> None:
    page = ready(open_page(DEMO))
    page.keyboard.press("ArrowRight")
    until(
        page,
        "document.querySelector('sim-player').step > document.querySelector('sim-player').scene.first",
    )
    expect(page.locator("[data-announce]")).to_contain_text("order A is stored")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Period")  # the crash
    until(page, "document.querySelector('sim-player').ms === 10000")
    page.keyboard.press("Period")  # the question comes first
    gate = page.locator("[data-gate]")
    expect(gate).to_contain_text("When does it get this one?")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the second option
    page.keyboard.press("Enter")  # watch what happens: it has the focus
    expect(gate).to_contain_text("Correct")
    expect(gate.get_by_role("link", name="Read the lesson")).to_be_visible()
    page.keyboard.press("End")
    until(page, "document.querySelector('sim-player').ms === 45000")
    page.keyboard.press("Home")
    assert moment(page) == 0


def test_a_wrong_prediction_is_told_so_with_its_reason(open_page: Opener) -> None:
    page = ready(open_page(DEMO))
    page.get_by_role("button", name="Next event that matters").click()
    until(page, "document.querySelector('sim-player').ms === 10000")
    page.get_by_role("button", name="Next event that matters").click()
    page.get_by_role("button", name="never, because").click()
    page.get_by_role("button", name="Watch what happens").click()
    gate = page.locator("[data-gate]")
    expect(gate).to_contain_text("Not quite")
    expect(gate).to_contain_text("Receiving does not delete a message")
    page.get_by_role("button", name="Go on").click()
    expect(gate).to_be_hidden()


def test_back_and_forth_show_the_same_picture(open_page: Opener) -> None:
    page = ready(open_page(DEMO))
    look = "document.querySelector('sim-player').drawing.svg.querySelector('.drawing__tokens').innerHTML"
    seek = "(ms) => document.querySelector('sim-player').seek(ms)"
    seen = {}
    for ms in (0, 5_000, 15_000, 31_000, 45_000):
        page.evaluate(seek, ms)
        seen[ms] = page.evaluate(look)
    for ms in (31_000, 5_000, 45_000, 0, 15_000):
        page.evaluate(seek, ms)
        assert page.evaluate(look) == seen[ms], ms


def test_an_action_goes_on_from_its_moment_and_can_be_taken_back(open_page: Opener) -> None:
    page = ready(open_page(f"{DEMO}?t=3"))
    page.keyboard.press("c")
    page.get_by_label("worker B").or_(page.locator(".act[open] select")).first.wait_for()
    worker = page.locator(".act[open] select, .act[open] [value=worker-b]").first
    if worker.evaluate("(each) => each.tagName") == "SELECT":
        worker.select_option("worker-b")
    else:
        worker.check()
    page.locator(".act[open]").get_by_role("button", name="Do it").click()
    expect(page).to_have_url(re.compile(r"a=3000~sim\.CrashActor~actor~worker-b"))
    expect(page.locator(".done")).to_contain_text("worker B")
    ready(page)
    page.evaluate("document.querySelector('sim-player').seek(3500)")
    expect(page.locator('svg[data-layout="wide"] [data-thing="worker-b"]')).to_have_attribute(
        "data-state", "crashed"
    )
    page.get_by_role("link", name="Take back").click()
    expect(page.locator(".done")).to_have_count(0)
    page.go_back()
    expect(page.locator(".done")).to_contain_text("worker B")


def test_a_form_that_cannot_be_read_says_why_and_loses_nothing(open_page: Opener) -> None:
    page = open_page(f"{DEMO}act/?now=3&do=sqs.SendMessage&f.queue=orders&f.message_body=")
    expect(page.get_by_role("alert")).to_contain_text("missing")
    expect(page.locator(".act[open]")).to_contain_text("SendMessage")


def test_the_moment_travels_to_a_friend_who_reads_another_language(open_page: Opener) -> None:
    page = ready(open_page(f"{DEMO}?k.timeout=15"))
    page.evaluate("document.querySelector('sim-player').seek(12000)")
    expect(page).to_have_url(re.compile(r"k\.timeout=15&t=12$"))
    friend = ready(open_page(page.url.replace("/en/", "/ko/")))
    assert moment(friend) == 12_000
    expect(friend.locator(".sim__moment")).to_contain_text(re.compile("[가-힣]"))


def test_less_motion_shows_every_event_and_moves_nothing(open_page: Opener) -> None:
    page = ready(open_page(DEMO, reduced_motion="reduce"))
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(100)
    places = page.evaluate(
        """() => new Promise((done) => { const seen = new Set(); const begun = performance.now();
          const look = () => { for (const each of document.querySelectorAll('svg[data-layout="wide"] .token'))
            seen.add(each.style.transform + each.style.opacity);
            performance.now() - begun < 2500 ? requestAnimationFrame(look) : done([...seen]); }; look(); })"""
    )
    assert 1 <= len(places) <= 4, places  # at rest in few places, never in between


def test_without_scripts_a_demo_is_a_still_picture_a_table_and_a_form(open_page: Opener) -> None:
    page = open_page(DEMO, java_script_enabled=False)
    expect(page.locator('svg[data-layout="wide"]')).to_be_visible()
    expect(page.locator(".sim__bar")).to_be_hidden()
    page.locator("[data-option] summary").nth(1).click()
    expect(page.locator("[data-option]").nth(1)).to_contain_text("Correct")
    page.get_by_label("15").check()
    page.get_by_role("button", name="Run").click()
    expect(page).to_have_url(re.compile(r"k\.timeout=15"))
    page.locator(".act").filter(has_text="SendMessage").locator("summary").click()
    page.locator(".act[open]").get_by_role("button", name="Do it").click()
    expect(page).to_have_url(re.compile(r"a=0~sqs\.SendMessage"))
    page.get_by_role("link", name="0:15", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"&t=15$"))


def test_a_thumb_on_a_small_screen_plays_steps_and_scrubs(open_page: Opener) -> None:
    page = ready(open_page(DEMO, width=360, height=740, has_touch=True, is_mobile=True))
    expect(page.locator('svg[data-layout="narrow"]')).to_be_visible()
    expect(page.locator('svg[data-layout="wide"]')).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for button in page.locator(".sim__bar button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["width"] >= 40
        assert box["height"] >= 44
    page.get_by_role("button", name="Step", exact=True).tap()
    until(
        page,
        "document.querySelector('sim-player').step > document.querySelector('sim-player').scene.first",
    )
    page.locator("[data-scrub]").fill("500")
    assert 20_000 < moment(page) < 25_000
    sizes = page.evaluate(
        """[...document.querySelectorAll('svg[data-layout="narrow"] text')].filter((each) => each.textContent.trim())
           .map((each) => parseFloat(getComputedStyle(each).fontSize) *
             each.ownerSVGElement.getBoundingClientRect().width / each.ownerSVGElement.viewBox.baseVal.width)"""
    )
    assert sizes
    assert min(sizes) >= 11.9


def test_a_lesson_starts_its_demo_when_it_comes_near_and_turns_its_knobs_in_place(
    open_page: Opener,
) -> None:
    page = open_page(LESSON)
    assert page.evaluate("customElements.get('sim-player') === undefined")
    page.locator("sim-player").scroll_into_view_if_needed()
    ready(page)
    page.locator("[data-demo-form]").get_by_label("15").check()
    page.locator("[data-demo-form]").get_by_role("button", name="Run").click()
    until(
        page,
        "document.querySelector('sim-player')?.scene && document.querySelector('[value=\"15\"]').checked",
    )
    assert page.url.split("#")[0].endswith(LESSON), "the lesson stays"
    expect(page.get_by_role("link", name="Open in the lab")).to_have_attribute(
        "href", re.compile("k.timeout=15")
    )


def test_show_me_leads_from_a_sentence_to_its_moment(open_page: Opener) -> None:
    page = open_page(LESSON)
    link = page.get_by_role("link", name=re.compile("Show me")).first
    seconds = float((link.get_attribute("href") or "").split("t=")[1])
    link.click()
    ready(page)
    assert moment(page) == round(seconds * 1000)


def test_two_runs_run_on_one_clock(open_page: Opener) -> None:
    page = open_page(f"{DEMO}compare/?two=k.timeout%3D15")
    until(
        page,
        "[...document.querySelectorAll('sim-player')].every((each) => each.dataset.ready !== undefined)",
    )
    page.get_by_role("button", name="Show this moment").click()
    assert page.evaluate("[...document.querySelectorAll('sim-player')].map((each) => each.ms)") == [
        15_000,
        15_000,
    ]
