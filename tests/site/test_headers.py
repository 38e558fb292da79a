"""Every answer carries the headers that keep the site closed to strangers."""

import pytest

from tests.support.running import Site

STATIC = "/static/css/site.css"
ADDRESSES = ["/", "/en/", "/en/lessons/sqs/visibility-timeout/", "/ko/search/?q=x", "/vi/progress/",
             "/en/nothing-here/", "/en/lessons", STATIC, "/sw.js", "/sitemap.xml"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_kind_of_answer_is_isolated(site: Site, address: str) -> None:
    headers = site.ask(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_content_policy_has_no_unsafe_word(site: Site, address: str) -> None:
    policy = site.ask(address).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_hashed_static_files_are_kept_for_good(site: Site) -> None:
    page = site.ask("/en/").text
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = site.ask(sheet, headers={"Accept-Encoding": "br"})
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "br"


def test_nothing_says_which_server_this_is(site: Site) -> None:
    assert "server" not in site.ask("/en/").headers


def test_a_foreign_host_name_is_refused(site: Site) -> None:
    assert site.ask("/en/", headers={"Host": "evil.example"}).status == 400


def test_reading_sets_no_cookie(site: Site) -> None:
    for address in (
        "/en/",
        "/en/lessons/",
        "/ko/lessons/sqs/visibility-timeout/",
        "/vi/search/?q=a",
    ):
        assert site.ask(address).cookies == ()
