"""Public pages are kept, compressed and revalidated; personal ones never are."""

import gzip
import http.client
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import pytest

from tests.support.addresses import LANGUAGES, public_paths
from tests.support.running import Site, running_site

LESSON = "/en/lessons/sqs/visibility-timeout/"


def test_a_page_comes_in_the_encoding_that_was_asked_for(site: Site) -> None:
    bare = site.ask(LESSON)
    br = site.ask(LESSON, headers={"Accept-Encoding": "gzip, br"})
    gz = site.ask(LESSON, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in bare.headers
    assert br.headers["content-encoding"] == "br"
    assert gz.headers["content-encoding"] == "gzip"
    assert brotli.decompress(br.body) == bare.body == gzip.decompress(gz.body)
    assert "Accept-Encoding" in bare.headers["vary"]


def test_a_page_that_the_reader_has_is_not_sent_again(site: Site) -> None:
    tag = site.ask(LESSON).headers["etag"]
    again = site.ask(LESSON, headers={"If-None-Match": tag})
    assert again.status == 304
    assert again.body == b""
    assert again.headers["etag"] == tag


def test_head_answers_like_get_without_the_body(site: Site) -> None:
    get, head = site.ask(LESSON), site.ask(LESSON, "HEAD")
    assert head.status == 200
    assert head.body == b""
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == str(len(get.body))


def test_choices_in_cookies_give_their_own_page(site: Site) -> None:
    plain = site.ask(LESSON)
    dark = site.ask(LESSON, headers={"Cookie": "theme=dark"})
    beside = site.ask(LESSON, headers={"Cookie": "with=ko; theme=dark"})
    assert 'data-theme="dark"' not in plain.text
    assert 'data-theme="dark"' in dark.text
    assert 'class="unit__line unit__line--beside" lang="ko"' in beside.text


@pytest.mark.parametrize(
    ("path", "cookies"),
    [
        pytest.param("/en/offline/", 'j={"a":1, "b"}; theme=dark', id="a cookie with brackets"),
        pytest.param("/ko/offline/", "theme=dark; x=" + "y" * 9000, id="very many cookies"),
        pytest.param("/vi/offline/", 'x="unclosed; theme=dark', id="an open quote"),
    ],
)
def test_strange_cookies_of_one_reader_change_nothing_for_the_next(
    site: Site, path: str, cookies: str
) -> None:
    assert 'data-theme="dark"' in site.ask(path, headers={"Cookie": cookies}).text
    assert "data-theme" not in site.ask(path).text


def test_a_page_made_for_other_choices_than_its_key_is_not_kept(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.putrequest("GET", "/vi/facts/left-out/")
    connection.putheader("Cookie", "x=1")
    connection.putheader("Cookie", "theme=dark")  # two headers: a gateway joins them with ','
    connection.endheaders()
    connection.getresponse().read()
    connection.close()
    dark = {"Cookie": "theme=dark"}
    assert 'data-theme="dark"' in site.ask("/vi/facts/left-out/", headers=dark).text


def test_the_address_outweighs_the_cookie(site: Site) -> None:
    answer = site.ask(f"{LESSON}?with=vi", headers={"Cookie": "with=ko"})
    assert 'unit__line--beside" lang="vi"' in answer.text
    assert 'unit__line--beside" lang="ko"' not in answer.text


def test_a_learner_gets_the_same_public_page_as_anyone(site: Site) -> None:
    known = site.ask(LESSON, headers={"Cookie": "known=1; learner=whoever"})
    assert known.body == site.ask(LESSON).body


def test_personal_pages_are_never_kept(site: Site) -> None:
    for address in ("/en/mine/", "/en/progress/", "/en/settings/"):
        answer = site.ask(address)
        assert "no-store" in answer.headers["cache-control"], address
        assert "etag" not in answer.headers


def test_the_inner_mark_of_public_pages_stays_inside(site: Site) -> None:
    for method in ("GET", "HEAD"):
        assert "decouple-public" not in site.ask("/en/about/", method).headers
        assert "decouple-public" not in site.ask("/en/about/?from=mail", method).headers


def test_a_public_page_with_an_unknown_query_is_compressed_and_tagged_too(site: Site) -> None:
    plain = site.ask("/en/about/")
    asked = site.ask("/en/about/?from=mail", headers={"Accept-Encoding": "br"})
    assert asked.headers["content-encoding"] == "br"
    assert brotli.decompress(asked.body) == plain.body
    assert asked.headers["etag"] == plain.headers["etag"]
    assert "Cookie" in asked.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("br;q=0, gzip", "gzip"), ("br; q=0.0", None), ("gzip;q=0.001", "gzip"), ("brotli", None)],
)
def test_an_encoding_that_was_refused_is_not_sent(
    site: Site, accepted: str, encoding: str | None
) -> None:
    answer = site.ask(LESSON, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding


def test_many_readers_of_a_fresh_server_get_the_same_as_one(tmp_path: Path, site: Site) -> None:
    paths = [path for path in public_paths() if "/lessons/sqs/" in path or "/glossary/s" in path]
    paths += [f"/{code}/search/?q=queue" for code in LANGUAGES] * 4
    with running_site(tmp_path) as fresh, ThreadPoolExecutor(12) as pool:
        together = list(pool.map(fresh.ask, paths))
    assert [answer.status for answer in together] == [200] * len(paths)
    assert [answer.body for answer in together] == [site.ask(path).body for path in paths]


def test_two_readers_of_a_new_page_at_once_both_get_it(site: Site) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(site.ask, ["/vi/glossary/shard/"] * 8))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
