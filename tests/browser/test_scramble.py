"""The scramble canvas in a browser: drawing by keys and by pointer, sending, watching, going back."""

import re

from playwright.sync_api import Page, expect

from studyapp.simulator.scramble_drawing import PREPARED
from tests.browser.conftest import Opener

PATH = "/en/simulator/scramble/"


def shown_marks(page: Page) -> int:
    """How many points of the four arrivals can be seen."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll('[data-times] > g')]
                 .filter(mark => mark.getAttribute('display') !== 'none').length"""
        )
    )


def test_a_figure_is_drawn_by_keys_and_sent(open_page: Opener) -> None:
    page = open_page(PATH, reduced_motion="reduce")
    board = page.get_by_role("application")
    board.focus()
    status = page.locator("[data-status]")
    page.keyboard.press("Space")
    expect(status).to_have_text("Point 1: column 13, row 13.")
    for key in ("Shift+ArrowRight", "ArrowDown", "Space", "Shift+ArrowUp", "Space"):
        page.keyboard.press(key)
    expect(status).to_have_text("Point 3: column 17, row 10.")
    page.keyboard.press("Backspace")
    expect(status).to_have_text("Taken back. 2 points are left.")
    for key in ("Enter", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send the points")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?d=mmqn\.pj$"))
    expect(page.locator("#results")).to_be_focused()
    expect(page.locator("[data-times]")).to_have_count(4)
    assert shown_marks(page) == 12, "less motion: everything is there at once"
    page.go_back()
    expect(page.locator("[data-part=original]")).to_have_attribute(
        "data-drawing", PREPARED["house"].text
    )
    expect(page).to_have_url(re.compile(r"/scramble/$"))
    page.go_forward()
    expect(page.locator("[data-part=original]")).to_have_attribute("data-drawing", "mmqn.pj")


def test_the_board_takes_no_more_than_its_points_and_no_fewer(open_page: Opener) -> None:
    page = open_page(PATH, reduced_motion="reduce")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Send the points").click()
    status = page.locator("[data-status]")
    expect(status).to_have_text("A drawing needs at least 2 points.")
    page.get_by_role("application").focus()
    for _ in range(61):
        page.keyboard.press("Space")
    expect(status).to_have_text("A drawing has at most 60 points.")
    assert page.locator("[data-board] circle.head").count() == 60


def test_a_figure_is_drawn_by_pointer_and_arrives_point_by_point(open_page: Opener) -> None:
    page = open_page(PATH, width=360, height=740)
    board = page.locator("[data-board]")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None

    def to(x: float, y: float) -> None:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=12)

    to(0.2, 0.2)
    page.mouse.down()
    to(0.8, 0.2)
    page.mouse.up()
    for x in (0.3, 0.6):  # two taps: one stroke of two points
        to(x, 0.7)
        page.mouse.down()
        page.mouse.up()
    page.get_by_role("button", name="Send the points").click()
    expect(page).to_have_url(re.compile(r"\?d=[a-y]{8,}\.[a-y]{4}$"))
    drawn = len(page.url.split("?d=")[1].replace(".", "")) // 2
    seen = shown_marks(page)
    assert seen < 4 * drawn, "they arrive one after the other"
    clock = page.locator("[data-clock]")
    expect(clock).to_contain_text("Virtual time")
    for _ in range(200):
        if shown_marks(page) == 4 * drawn:
            break
        page.wait_for_timeout(50)
    assert shown_marks(page) == 4 * drawn


def test_another_seed_and_a_prepared_figure_come_without_a_new_page(open_page: Opener) -> None:
    page = open_page(PATH, reduced_motion="reduce")
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="Star").click()
    expect(page).to_have_url(re.compile(f"d={PREPARED['star'].text}$"))
    expect(page.get_by_role("link", name="Star")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Another seed").click()
    expect(page).to_have_url(re.compile("&seed=2$"))
    expect(page.get_by_text("Seed 2", exact=True)).to_be_visible()
    assert page.evaluate("window.stays") is True


def test_without_scripts_the_figures_are_links_and_the_pictures_are_there(
    open_page: Opener,
) -> None:
    page = open_page(PATH, java_script_enabled=False)
    page.get_by_role("link", name="Heart").click()
    expect(page.locator("[data-times]")).to_have_count(4)
    expect(page.get_by_role("button", name="Send the points")).to_have_count(0)
    page.get_by_text("Order of arrival").first.click()
    expect(page.locator(".scramble__steps").first).to_be_visible()
