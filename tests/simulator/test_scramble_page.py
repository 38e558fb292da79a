"""The scramble canvas as a page: a drawing is its address, in three languages, and no address breaks it."""

import html
import re

import pytest
from django.test import Client

from studyapp.simulator.scramble import scramble
from studyapp.simulator.scramble_drawing import OWN, POINTS_MAX, PREPARED
from studyapp.simulator.scramble_views import LESSONS
from tests.support.addresses import LANGUAGES, course

STAR = PREPARED["star"].text


def path(query: str = "", language: str = "en") -> str:
    return f"/{language}/simulator/scramble/" + (f"?{query}" if query else "")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_drawing_and_four_arrivals(client: Client, language: str) -> None:
    page = text(client, path(language=language))
    assert f'<html lang="{language}"' in page
    assert page.count("data-times=") == 4
    for id in LESSONS:
        assert f'href="/{language}/lessons/{id}/"' in page
        plain = course().inline[language].plain
        assert plain(course().lessons[id].title[language]) in page
    said = {
        "en": ("SQS standard queue", "no order is promised", "2 shards"),
        "ko": ("SQS 표준 대기열", "약속된 순서가 없어요", "샤드 2개"),
        "vi": ("Hàng đợi chuẩn SQS", "Không cam kết thứ tự nào", "hai shard"),
    }[language]
    for each in said[:2]:
        assert each.lower() in page.lower()
    if language != "en":
        assert said[2] in page
        for english in ("Out of place", "Order of arrival", "order kept", "Four ways to arrive"):
            assert english not in page


def test_the_counts_and_the_order_of_each_way_stand_in_the_text(client: Client) -> None:
    page = text(client, path(f"d={STAR}&seed=4"))
    cards = re.findall(r"<article.*?</article>", page, re.DOTALL)
    for card, way in zip(cards, scramble(PREPARED["star"], 4), strict=True):
        numbers = re.findall(r"<dd>(\d+)</dd>", card)
        assert numbers == [str(each) for each in (way.in_order, way.out_of_place, way.twice)]
        steps = re.findall(r"<li><strong>(\d+)</strong>", card)
        assert [int(each) - 1 for each in steps] == [each.point for each in way.arrivals]
        assert card.count("verdict--right") == len(way.lane_numbers())
        assert "order lost" not in card
    assert "No order is promised." in cards[0]
    assert "Shard 0 (keys A, C)" in cards[3]


def test_prepared_drawings_and_another_seed_are_links(client: Client) -> None:
    page = text(client, path())
    for name, drawing in PREPARED.items():
        query = "" if drawing == OWN else f"d={drawing.text}"
        current = ' aria-current="true"' if name == "house" else ""
        assert f'href="{path(query)}" rel="nofollow"{current}>' in page
    assert 'href="?seed=2"' in page
    assert f'href="?d={STAR}&seed=2"' in text(client, path(f"d={STAR}"))
    assert text(client, path("seed=2")) != page


def test_switching_the_language_keeps_the_drawing(client: Client) -> None:
    page = text(client, path(f"d={STAR}&seed=4"))
    assert f'href="{path(f"d={STAR}&seed=4", "vi")}" lang="vi"' in page


@pytest.mark.parametrize(
    ("query", "to"),
    [
        (f"d={OWN.text}", ""),
        ("seed=1", ""),
        (f"seed=4&d={STAR}", f"d={STAR}&seed=4"),
        (f"d={STAR}&seed=1&with=ko", f"d={STAR}"),
    ],
)
def test_a_drawing_has_one_address(client: Client, query: str, to: str) -> None:
    answer = client.get(path(query))
    assert (answer.status_code, answer.headers["Location"]) == (302, path(to))
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("d=", "cannot be read"),
        ("d=aaz", "cannot be read"),
        ("d=%00%ff", "cannot be read"),
        ("d=%3Cscript%3E", "cannot be read"),
        ("d=aabb%0A", "cannot be read"),
        ("d=aa", "at least 2 points"),
        ("d=" + "aa" * (POINTS_MAX + 1), f"at most {POINTS_MAX} points"),
        ("d=" + "ab" * 900, "too long"),
        ("a&" * 700, "too long"),
        ("d=aabb&d=aabb", "sets “d” twice"),
        ("x" * 60 + "=1", "no setting “" + "x" * 40 + "…”"),
        ("%3Cscript%3E=1", "no setting “<script>”"),
        ("k.timeout=15", "no setting “k.timeout”"),
        ("seed=-1", "The seed"),
        ("seed=10000", "The seed"),
        ("seed=01", "The seed"),
        ("seed=²", "The seed"),
        ("seed=٣", "The seed"),
        ("seed=", "The seed"),
    ],
)
def test_what_an_address_cannot_mean_is_said_above_the_house(
    client: Client, query: str, says: str
) -> None:
    answer = client.get(path(query))
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Decouple-Public" not in answer.headers
    assert b"<script>=" not in answer.content
    page = html.unescape(answer.content.decode())
    notice = re.search(r'<p class="notice notice--bad" role="alert">(.*?)</p>', page)
    assert notice is not None
    assert says in notice.group(1)
    assert f'data-drawing="{OWN.text}"' in page
    assert page.count("data-times=") == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_is_told_in_their_language(client: Client, language: str) -> None:
    page = words(text(client, path("d=aa", language), status=400))
    said = {"en": "at least 2 points", "ko": "2개 이상", "vi": "ít nhất 2 điểm"}
    assert said[language] in page


def test_the_front_may_keep_it_under_its_one_query(client: Client) -> None:
    own = client.get(path()).headers["Decouple-Public"]
    assert "?" not in own
    turned = client.get(path(f"d={STAR}&seed=3")).headers["Decouple-Public"]
    assert turned == f"{own} ?d={STAR}&seed=3"


def test_the_page_is_only_asked_for(client: Client) -> None:
    assert client.post(path()).status_code == 405


def test_no_text_of_the_page_lacks_its_placeholder_for_scripts(client: Client) -> None:
    """The script fills {number}, {column} and {row}; every language must name them."""
    wanted = {
        "place": {"column", "row"},
        "set": {"number", "column", "row"},
        "undone": {"number"},
    }
    for language in LANGUAGES:
        page = text(client, path(language=language))
        for name, holes in wanted.items():
            said = re.search(rf'data-text-{name}="([^"]*)"', page)
            assert said is not None
            assert set(re.findall(r"\{(\w+)\}", said.group(1))) == holes
