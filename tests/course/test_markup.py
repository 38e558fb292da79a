"""One line of content becomes safe HTML."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from studyapp.course.markup import in_language, plain
from tests.support.content import small_course


@pytest.fixture(scope="module")
def inline(tmp_path_factory: pytest.TempPathFactory):
    return small_course(tmp_path_factory.mktemp("content")).inline


class Elements(HTMLParser):
    """The elements of a piece of HTML with their attributes, as a browser finds them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def link(html: str) -> dict[str, str | None]:
    [(tag, attributes)] = Elements(html).found
    assert tag == "a"
    return attributes


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("`DeleteMessage` deletes", '<code translate="no">DeleteMessage</code> deletes'),
        ("`a < b && c`", '<code translate="no">a &lt; b &amp;&amp; c</code>'),
        ("`**not bold**`", '<code translate="no">**not bold**</code>'),
        ("**메시지(message)**는 숨습니다", "<strong>메시지(message)</strong>는 숨습니다"),
        ("**`SendMessage`**를 보냅니다", '<strong><code translate="no">SendMessage</code></strong>를 보냅니다'),
        ("**\"큐\"**에 넣습니다", "<strong>\"큐\"</strong>에 넣습니다"),
        ("*빌려* 갑니다", "<em>빌려</em> 갑니다"),
        ("thông điệp **đã nhận**.", "thông điệp <strong>đã nhận</strong>."),
        ("a_snake_case_name", "a_snake_case_name"),
        ("5 * 3 * 2", "5 * 3 * 2"),
    ],
    ids=[
        "code", "code is escaped", "stars in code stay", "bold before a Korean particle",
        "bold code before a particle", "bold quotes before a particle", "stress",
        "bold before a full stop", "underscores inside words", "stars between spaces",
    ],
)  # fmt: skip
def test_marks_inside_a_line(inline, line, html):
    assert inline["ko"].html(line) == html


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("lesson:sqs/lending", "/-/lessons/sqs/lending/"),
        ("lesson:sqs/lending#hidden", "/-/lessons/sqs/lending/#hidden"),
        ("lesson:sqs/lending#hidden.2", "/-/lessons/sqs/lending/#hidden.2"),
        ("term:visibility-timeout", "/-/glossary/visibility-timeout/"),
        ("https://aws.amazon.com/", "https://aws.amazon.com/"),
    ],
    ids=["a lesson", "a block", "a sentence", "a term", "outside"],
)
def test_links_lead_to_pages_of_the_site(inline, address, href):
    assert link(inline["en"].html(f"[a]({address})"))["href"] == href


def test_a_link_to_a_term_names_the_term(inline):
    attributes = link(inline["en"].html("[a](term:visibility-timeout)"))
    assert (attributes["class"], attributes["data-term"]) == ("term", "visibility-timeout")


def test_a_link_to_the_outside_is_marked(inline):
    assert link(inline["en"].html("[a](https://aws.amazon.com/)"))["class"] == "outside"


def test_a_link_to_the_outside_does_not_hand_over_the_window(inline):
    assert link(inline["en"].html("[a](https://aws.amazon.com/)"))["rel"] == "noopener"


def test_a_link_before_a_korean_particle_is_a_link(inline):
    html = inline["ko"].html("[큐](lesson:sqs/lending)는 맡아 둡니다")
    assert html.endswith(">큐</a>는 맡아 둡니다")


@pytest.mark.parametrize(
    ("language", "written"), [("en", "12 hours"), ("ko", "12시간"), ("vi", "12 giờ")]
)
def test_a_fact_is_written_as_its_language_writes_it(inline, language, written):
    html = inline[language].html("{sqs.lease-max}")
    assert html == f'<data value="sqs.lease-max">{written}</data>'


def test_a_fact_inside_code_stays_as_it_is(inline):
    html = inline["en"].html("`{sqs.lease-max}`")
    assert html == '<code translate="no">{sqs.lease-max}</code>'


@pytest.mark.parametrize("name", ["sqs.unknown", "sqs.size-max"], ids=["unknown", "no number"])
def test_a_fact_without_a_number_shows_its_name(inline, name):
    assert f">{{{name}}}<" in inline["en"].html(f"{{{name}}}")


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="https://x" onclick="alert(1)">x</a>',
        "<b>bold</b>",
        "![picture](https://example.com/x.png)",
    ],
)
def test_html_and_pictures_are_text(inline, line):
    html = inline["en"].html(line)
    assert (Elements(html).found, plain(html)) == ([], line)


def test_escaped_html_stays_escaped(inline):
    assert Elements(inline["en"].html("&lt;script&gt;alert(1)&lt;/script&gt;")).found == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "java&#115;cript:alert(1)",
    ],
)
def test_an_address_cannot_be_a_script(inline, address):
    found = Elements(inline["en"].html(f"[x]({address})")).found
    assert not any("href" in attributes for _, attributes in found)


@pytest.mark.parametrize(
    "line", ["# no heading", "- no list", "1. no list", "> no quote", "***", "    no code"]
)
def test_a_line_is_never_a_block(inline, line):
    assert Elements(inline["en"].html(line)).found == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("**메시지**는 [큐](term:visibility-timeout)에", "메시지는 큐에"),
        ("`a < b && c`", "a < b && c"),
        ("at most {sqs.lease-max}", "at most 12 hours"),
    ],
    ids=["marks and links", "code", "a fact"],
)
def test_plain_text_holds_the_words_alone(inline, line, text):
    assert inline["en"].plain(line) == text


def test_plain_text_of_what_was_escaped_twice_is_unescaped_once():
    assert plain("<em>&amp;lt;</em>") == "&lt;"


def test_links_get_the_main_language_of_the_page(inline):
    html = in_language(inline["vi"].html("[a](lesson:sqs/lending)"), "ko")
    assert link(html)["href"] == "/ko/lessons/sqs/lending/"


def test_links_to_the_outside_have_no_language(inline):
    html = inline["vi"].html("[a](https://aws.amazon.com/-/x)")
    assert in_language(html, "ko") == html


def test_the_same_line_is_rendered_the_same_again(inline, tmp_path: Path):
    other = small_course(tmp_path).inline["ko"]
    line = "**큐**는 {sqs.lease-max} `x` [a](https://a.example)"
    assert [other.html(line), other.html(line)] == [inline["ko"].html(line)] * 2
