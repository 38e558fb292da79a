"""What people do here, from the first visit on."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Opener, until

LESSON = "/en/lessons/sqs/visibility-timeout/"


def test_a_new_reader_chooses_two_languages_and_reads_a_lesson(open_page: Opener) -> None:
    page = open_page("/", width=360, height=740)
    page.get_by_role("checkbox", name="English").check()
    page.get_by_role("button", name="한국어").click()
    expect(page).to_have_url(re.compile("/ko/$"))
    page.locator("main a.button--main").click()
    expect(page.locator("h1")).to_have_attribute("lang", "ko")
    expect(page.locator('.unit__line--beside[lang="en"]').first).to_be_visible()


def test_switching_the_language_keeps_the_sentence(open_page: Opener) -> None:
    page = open_page(LESSON)
    unit = page.locator(".para .unit[id]").nth(6)
    id = unit.get_attribute("id")
    unit.click()
    page.locator("header .menu summary").first.click()
    page.locator('[data-switch][hreflang="vi"]').click()
    expect(page).to_have_url(
        re.compile(rf"/vi/lessons/sqs/visibility-timeout/#{re.escape(id or '')}$")
    )
    expect(page.locator(f'[id="{id}"]')).to_be_in_viewport()


def test_walking_by_sentence_with_keys_moves_and_marks(open_page: Opener) -> None:
    page = open_page(LESSON)
    page.keyboard.press("j")
    first = page.locator(".unit[data-current]").get_attribute("id")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    second = page.locator(".unit[data-current]").get_attribute("id")
    assert first != second
    assert page.url.endswith(f"#{second}")
    page.keyboard.press("Escape")
    expect(page.locator(".unit[data-current]")).to_have_count(0)


def test_keys_can_be_switched_off(open_page: Opener) -> None:
    page = open_page("/en/settings/")
    page.get_by_label("Off", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    page.goto(LESSON)
    page.keyboard.press("j")
    expect(page.locator(".unit[data-current]")).to_have_count(0)


def test_a_term_opens_in_place_and_gives_the_focus_back(open_page: Opener) -> None:
    page = open_page(LESSON)
    term = page.locator("a.term").first
    term.click()
    pop = page.locator(".term-pop")
    expect(pop).to_be_visible()
    expect(pop.locator("dd")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(pop).to_be_hidden()
    expect(term).to_be_focused()


def test_the_place_is_kept_and_the_home_page_offers_it(open_page: Opener) -> None:
    page = open_page(LESSON)
    page.get_by_role("link", name="Mark as read").click()
    expect(page.locator("[data-finish-link]")).to_contain_text("✓")
    page.goto("/en/")
    expect(page.locator("[data-continue] a")).to_have_attribute(
        "href", re.compile("/en/lessons/sqs/when-messages-fail/")
    )
    page.goto("/en/lessons/")
    expect(page.locator("[data-lesson][data-read]")).to_have_count(1)


def test_search_answers_while_typing(open_page: Opener) -> None:
    page = open_page("/vi/search/")
    page.locator("#q").press_sequentially("thoi gian an", delay=10)
    expect(page.locator("#results mark").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=thoi"))


def test_filtering_the_glossary_ignores_accents(open_page: Opener) -> None:
    page = open_page("/vi/glossary/")
    page.get_by_role("searchbox").fill("hang doi fifo")
    expect(page.locator("[data-filter-row]:visible")).to_have_count(1)
    page.get_by_role("searchbox").fill("qqqq")
    expect(page.locator("[data-filter-none]")).to_be_visible()


def test_the_list_of_keys_opens_and_closes(open_page: Opener) -> None:
    page = open_page("/ko/")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_everything_essential_works_without_scripts(open_page: Opener) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("button", name="English").click()
    page.goto(f"{LESSON}?with=ko&layout=tap")
    first = page.locator("details.unit--tap").first
    first.locator("summary").click()
    expect(first.locator('[lang="ko"]')).to_be_visible()
    answer = page.locator("details.answer").first
    answer.locator("> summary").click()
    expect(answer.locator(".unit").first).to_be_visible()
    page.get_by_role("link", name="Mark as read").click()
    page.get_by_role("button", name="Mark as read").click()
    page.goto("/en/progress/")
    expect(page.get_by_text(re.compile(r"^1 of \d+ lessons read$"))).to_be_visible()
    page.goto("/en/search/")
    page.get_by_role("searchbox").fill("dead letter")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.locator("#results mark").first).to_be_visible()


def test_sentences_stay_level_side_by_side(open_page: Opener) -> None:
    page = open_page(f"{LESSON}?with=ko,vi&layout=beside", width=1440)
    tops = page.eval_on_selector_all(
        ".para > .unit",
        """units => units.map(unit => [...unit.querySelectorAll('.unit__line')].map(line => {
             const range = document.createRange(); range.selectNodeContents(line);
             const box = range.getClientRects()[0]; return [box.left, box.bottom]; }))""",
    )
    assert len(tops) > 10
    for lines in tops:
        assert len(lines) == 3
        assert max(bottom for _, bottom in lines) - min(bottom for _, bottom in lines) < 8
        assert lines[0][0] < lines[1][0] < lines[2][0]


def test_an_opened_lesson_can_be_read_without_a_network(open_page: Opener) -> None:
    page = open_page(LESSON, service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready")
    until(page, "navigator.serviceWorker.controller !== null")
    page.goto(LESSON)
    page.context.set_offline(True)
    page.goto(LESSON)
    expect(page.locator("h1")).to_contain_text("visibility timeout")
    page.goto("/en/lessons/mq/two-engines/")
    expect(page.locator("h1")).to_have_text("You are offline")


def test_all_lessons_can_be_saved_at_once(open_page: Opener) -> None:
    page = open_page("/en/settings/", service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready")
    page.get_by_role("button", name="Save all lessons").click()
    expect(page.locator("[data-save-state]")).to_have_text(
        "All lessons are saved on this device.", timeout=60_000
    )
    until(page, "navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto("/en/lessons/mq/two-engines/")
    expect(page.locator(".reader")).to_be_visible()


def test_on_paper_only_the_lesson_is_left_with_its_answers_open(open_page: Opener) -> None:
    page = open_page(f"{LESSON}?with=ko")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for gone in (".bar", ".contents", ".controls", ".turn", "[data-finish]"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("details.answer .unit").first).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


# Voices that end a sentence at once, or, where `window.held` is an array, when the test calls what they put there:
# a sentence must not be over before a busy machine has looked at what is shown during it.
VOICES = """
window.spoken = [];
const said = window.spoken;
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => [{lang: 'en-US'}, {lang: 'ko-KR'}],
  addEventListener() {}, cancel() { said.push(['cancel', '']); },
  speak(words) {
    said.push([words.lang, words.text]);
    if (window.held) window.held.push(words.onend); else setTimeout(words.onend, 20);
  },
} });
"""


def test_a_sentence_is_read_aloud_in_each_language_that_has_a_voice(open_page: Opener) -> None:
    page = open_page("/en/about/")
    page.add_init_script(VOICES)
    page.goto(f"{LESSON}?with=ko,vi&layout=under")
    unit = page.locator(".para > .unit").nth(2)
    unit.click()
    page.get_by_role("button", name="Hear the sentence").click()
    until(page, "window.spoken.length >= 3")
    lines = [unit.locator(f'[lang="{code}"]').inner_text() for code in ("en", "ko")]
    spoken = page.evaluate("window.spoken")
    assert [row[0] for row in spoken] == ["en-US", "ko-KR", "cancel"]
    assert [row[1] for row in spoken[:2]] == lines


def test_listening_to_a_section_ends_with_the_section_and_can_be_stopped(open_page: Opener) -> None:
    page = open_page("/en/about/")
    page.add_init_script(VOICES)
    page.goto(LESSON)
    section = page.locator(".part").nth(1)
    section.locator(".para .unit").first.click()
    page.evaluate("window.held = []")
    page.get_by_role("button", name="Hear the section").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.evaluate("() => { const end = window.held.pop(); window.held = null; end(); }")
    until(page, "window.spoken.at(-1)?.[0] === 'cancel'")
    spoken = [text for language, text in page.evaluate("window.spoken") if language != "cancel"]
    assert 2 < len(spoken) <= section.locator(".unit[id]").count()
    page.evaluate("window.held = []")
    page.get_by_role("button", name="Listen", exact=True).click()
    page.get_by_role("button", name="Stop").first.click()
    expect(page.get_by_role("button", name="Listen", exact=True)).to_be_visible()


def test_listening_is_offered_only_where_a_voice_exists(open_page: Opener) -> None:
    page = open_page(LESSON)
    voices = page.evaluate("speechSynthesis.getVoices().length")
    assert voices == 0, "this browser has voices; the test expects one without"
    expect(page.locator("button[data-listen]")).to_be_hidden()
