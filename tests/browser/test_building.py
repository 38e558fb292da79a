"""A system is built from an empty board by mouse: outlines open forms, things appear, goals tick, one begins again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import READY, Opener, until

STILL = "!document.querySelector('#run').hasAttribute('aria-busy')"
THERE = (
    "[...document.querySelectorAll('.drawing--wide .thing')]"
    ".filter((each) => each.dataset.there !== 'no').map((each) => each.dataset.thing).join()"
)


def add(page: Page, opener: str, key: str, shows: str, **fields: str) -> None:
    """Click an outline or the line of an action, fill in its form, send it, and wait until the thing is there."""
    page.click(opener)
    form = f"[id='act-{key}']"
    for name, value in fields.items():
        page.fill(f"{form} [name='f.{name}']", value)
    page.click(f"{form} button")
    until(page, f"{THERE} === '{shows}' && {READY}")


def test_a_queue_and_its_consumer_are_built_by_mouse(open_page: Opener) -> None:
    page = open_page("/en/simulator/sqs/build-a-queue/", width=1440, height=1000)
    until(page, READY)
    assert page.evaluate(f"() => {THERE}") == "shop"
    add(page, ".ghost", "sqs.CreateQueue", "shop,orders", queue_name="orders")
    expect(page.locator("[data-clock]")).to_have_text("0:00")  # time waits while one builds
    add(page, ".ghost", "sim.AddActor:consumer", "shop,orders,my-consumer")
    until(page, "document.querySelectorAll('.ghost').length === 0")
    goals = page.locator(".goal")
    expect(goals.nth(0)).to_contain_text("Goal reached")
    expect(goals.nth(1)).to_contain_text("Not reached yet")
    page.click(".goal a:has-text('Again with another seed')")
    until(page, f"location.search === '?seed=2' && {READY} && {STILL}")
    assert page.evaluate(f"() => {THERE}") == "shop"


def test_a_way_is_shown_by_playing_it(open_page: Opener) -> None:
    page = open_page("/ko/simulator/kinesis/build-a-stream/", width=1440, height=1000)
    until(page, READY)
    page.click(".goal details >> nth=0 >> summary")
    page.click(".goal details >> nth=0 >> a")
    until(page, "document.querySelector('.goal .verdict--right')")
    # It plays, and stops to ask what it has not asked yet.
    until(page, "!document.querySelector('[data-gate]').hidden")
    page.click("[data-gate] .button--quiet")
    until(page, "document.querySelector('[data-gate] [data-answer]')")
    page.click("[data-gate] > .button--main")
    until(page, "document.querySelector('sim-player').ms > 10000")


def test_without_scripts_an_outline_leads_to_its_form(open_page: Opener) -> None:
    page = open_page("/vi/simulator/mq/build-a-broker/", java_script_enabled=False)
    page.click(".ghost")
    expect(page).to_have_url(re.compile(r"#act-mq\.CreateBroker$"))
    page.click("[id='act-mq.CreateBroker'] button")
    expect(page).to_have_url(re.compile(r"a=0(~|%7E)mq\.CreateBroker"))
    expect(page.locator(".drawing--wide .thing--mq")).to_be_attached()
