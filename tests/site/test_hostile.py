"""No address, query, header or form body makes the site fail."""

import random
import string

import pytest

from tests.support.addresses import public_paths
from tests.support.running import Site

PIECES = ["..", "%00", "%0d%0aX: y", "%ff", "%F0%9F%98%80", "<script>", "' or 1=1 --", "{{7*7}}", "\\", "%",
          "%%", "a" * 300, "-1", "99999999999999999999", "²", "٣", "null", "on", "ko,vi,en,ko", "../../etc/passwd",
          "%2e%2e%2f", ";", "&", "=", "[]", "?", "#", "%u0041", "\u200b".encode().hex()]  # fmt: skip


FIELDS = ["q", "with", "layout", "x", "saved", "", "k.timeout", "seed", "all"]


def nasty_path(chance: random.Random) -> str:
    base = chance.choice(public_paths())
    pieces = "".join(chance.choices(PIECES, k=chance.randint(0, 3)))
    query = "&".join(
        f"{chance.choice(FIELDS)}={chance.choice(PIECES)}" for _ in range(chance.randint(0, 3))
    )
    text = f"{base}{pieces}" + (f"?{query}" if query else "")
    return "".join(c if 32 < ord(c) < 127 else "%" + c.encode().hex()[:2] for c in text)


def nasty_headers(chance: random.Random) -> dict[str, str]:
    names = ["Cookie", "Accept-Language", "If-None-Match", "Accept-Encoding", "HX-Request", "Content-Type",
             "Content-Encoding", "Range", "If-Modified-Since", "X-Forwarded-Proto", "Referer", "Origin"]  # fmt: skip
    values = ["", "a=b; learner=x; with=%00", "learner=" + "a" * 900, 'x="unclosed', "W/\"x\", *", "br;q=0",
              "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "bytes=5-1",
              "application/x-www-form-urlencoded; charset=utf-7", "gzip", "true", "\x7f", "é",
              "not a date"]  # fmt: skip
    return {
        name: chance.choice(values).encode("utf-8").decode("latin-1")
        for name in chance.sample(names, chance.randint(0, 4))
    }


@pytest.mark.parametrize("seed", range(4))
def test_strange_requests_are_answered_with_a_reason_and_never_with_500(
    site: Site, seed: int
) -> None:
    chance = random.Random(seed)
    failed = []
    for _ in range(500):
        path, headers = nasty_path(chance), nasty_headers(chance)
        method = chance.choices(
            ["GET", "HEAD", "POST", "PUT", "TRACE", "PATCH", "FOO"], [8, 1, 3, 1, 1, 1, 1]
        )[0]
        body = None
        if method == "POST":
            body = "".join(chance.choices(string.printable, k=chance.randint(0, 80))).encode()
        answer = site.ask(path, method, headers, body)
        if answer.status >= 500:
            failed.append((method, path, headers, body, answer.status))
    assert failed == []


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        pytest.param("TRACE", {}, None, 405, id="trace"),
        pytest.param("PUT", {}, b"x", 405, id="put"),
        pytest.param("POST", {"Content-Encoding": "gzip"}, b"x", 415, id="compressed body"),
        pytest.param(
            "POST", {"Content-Type": "text/plain; charset=utf-7"}, b"x", 415, id="other charset"
        ),
        pytest.param("POST", {"Content-Length": "99999999"}, b"x", 413, id="too large"),
        pytest.param("POST", {"Content-Type": "multipart/form-data"}, b"x", 400, id="no boundary"),
        pytest.param("POST", {}, b"lesson=x", 403, id="form of another site"),
    ],
)
def test_what_no_page_can_mean_is_refused_early(
    site: Site, method: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    answer = site.ask("/en/mine/reading/", method, headers, body)
    assert answer.status == status
    assert 'lang="ko"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/en/progress/import/", "POST"), ("HEAD", "/start/?x=1", "POST")],
)
def test_a_method_that_an_address_does_not_know_is_refused_in_words(
    site: Site, method: str, path: str, allowed: str
) -> None:
    answer = site.ask(path, method)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    assert "This address cannot do that" in answer.text or method == "HEAD"


@pytest.mark.parametrize("path", ["/en/progress/", "/en/progress/?x=1", "/en/mine/?x=1"])
def test_head_is_answered_wherever_get_is(site: Site, path: str) -> None:
    assert site.ask(path, "HEAD").status == site.ask(path).status == 200


def test_a_page_that_does_not_exist_says_so_in_three_languages(site: Site) -> None:
    answer = site.ask("/ko/lessons/sqs/nothing-like-this/")
    assert answer.status == 404
    assert answer.text.index("페이지를 찾지 못했어요") < answer.text.index("We could not find")
    assert "Không tìm thấy" in answer.text


def test_an_endless_address_is_refused(site: Site) -> None:
    assert site.ask("/en/search/?q=" + "a" * 9000).status == 414
