"""Where the words of a query stand in a text."""

import unicodedata

import pytest

from studyapp.search.marking import marked


def in_parts(text: str) -> str:
    """The text as some keyboards send it: letters and their marks apart, syllables in letters."""
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("Queues decouple.", "queue", "<mark>Queues</mark> decouple."),
        ("A message is deleted.", "deleting", "A message is <mark>deleted</mark>."),
        ("The visibility timeout", "visib", "The <mark>visibility</mark> timeout"),
        ("one two one", "one", "<mark>one</mark> two <mark>one</mark>"),
        ("a dead-letter queue", "queue dead", "a <mark>dead</mark>-letter <mark>queue</mark>"),
        ("Call DeleteMessage.", "deletemessage", "Call <mark>DeleteMessage</mark>."),
        ("Call DeleteMessage.", "message", "Call Delete<mark>Message</mark>."),
        ("unqueued", "queue", "unqueued"),
        ("a cat", "a", "<mark>a</mark> cat"),
    ],
    ids=[
        "a stem", "another form", "a beginning", "twice", "two words", "a call", "part of a call",
        "not inside a word", "a letter alone",
    ],
)  # fmt: skip
def test_english_words_are_marked(text: str, query: str, html: str):
    assert marked(text, query) == html


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("Hàng đợi thư chết", "hang doi", "<mark>Hàng</mark> <mark>đợi</mark> thư chết"),
        ("Hàng đợi thư chết", "HÀNG", "<mark>Hàng</mark> đợi thư chết"),
        ("phân đoạn", "doan", "phân <mark>đoạn</mark>"),
        ("phân đoạn", in_parts("đoạn"), "phân <mark>đoạn</mark>"),
    ],
    ids=["without marks", "capitals", "d finds đ", "typed in parts"],
)
def test_vietnamese_words_are_marked_as_they_are_written(text: str, query: str, html: str):
    assert marked(text, query) == html


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("가시성 제한 시간은", "제한 시간", "가시성 <mark>제한 시간</mark>은"),
        ("가시성 제한 시간은", "제한시간", "가시성 <mark>제한 시간</mark>은"),
        ("가시성 제한시간은", "제한 시간", "가시성 <mark>제한시간</mark>은"),
        ("큐는 큐다", "큐", "<mark>큐</mark>는 <mark>큐</mark>다"),
        ("메시지를 지웁니다", "메시지함", "<mark>메시지</mark>를 지웁니다"),
        ("메시지를", "큐", "메시지를"),
        ("큐는", in_parts("큐"), "<mark>큐</mark>는"),
    ],
    ids=[
        "spaced", "joined in the query", "joined in the text", "one syllable",
        "the longest piece", "nothing", "typed in parts",
    ],
)  # fmt: skip
def test_korean_is_marked_whatever_the_spacing(text: str, query: str, html: str):
    assert marked(text, query) == html


def test_words_of_two_languages_are_marked_together():
    assert marked("SQS 대기열", "sqs 대기") == "<mark>SQS</mark> <mark>대기</mark>열"


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("<b>queue</b> & 'x'", "queue", "&lt;b&gt;<mark>queue</mark>&lt;/b&gt; &amp; &#x27;x&#x27;"),
        ("<script>alert(1)</script>", "script", "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"),
        ("a queue", "<script>", "a queue"),
        ("&lt;", "lt", "&amp;<mark>lt</mark>;"),
    ],
    ids=["around a mark", "inside a mark", "in the query", "an entity"],
)  # fmt: skip
def test_neither_text_nor_query_can_be_html(text: str, query: str, html: str):
    assert marked(text, query) == html


@pytest.mark.parametrize("query", ["", "   ", "🙂", "zzz"])
def test_without_a_match_the_text_stays(query: str):
    assert marked("Hàng đợi 대기열 queue", query) == "Hàng đợi 대기열 queue"


@pytest.mark.parametrize("text", ["ﬁle ①②", "İstanbul ß", "🙂 queue 🙂", "đđ Đ"])
def test_marking_loses_no_letter(text: str):
    html = marked(text, "queue file d")
    assert html.replace("<mark>", "").replace("</mark>", "") == text
