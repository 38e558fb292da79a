"""Every page answers, in its language, and every link leads somewhere."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from tests.support.addresses import LANGUAGES, public_paths
from tests.support.running import Site


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.acts: list[str] = []
        self.ids: list[str] = []
        self.h1 = 0
        self.language = ""
        self.titles: list[str] = []
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if id := held.get("id"):
            self.ids.append(id)
        if tag in ("a", "link", "script", "img") and not (tag == "link" and "hreflang" in held):
            self.links += [v for k, v in held.items() if k in ("href", "src") and v]
        if tag == "form" and held.get("method") != "post" and held.get("action"):
            # An action without its fields means nothing, and is told so.
            (self.acts if "/act/" in str(held["action"]) else self.links).append(
                str(held["action"])
            )
        self.h1 += tag == "h1"
        if tag == "html":
            self.language = held.get("lang") or ""
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.titles.append(data)
            self._in_title = False


@pytest.fixture(scope="session")
def pages(site: Site) -> dict[str, Page]:
    found = {}
    for path in public_paths():
        answer = site.ask(path)
        assert answer.status == 200, f"{path} answers {answer.status}"
        found[path] = Page(answer.text)
    return found


def test_every_page_names_its_language_and_has_one_heading_and_a_title(
    pages: dict[str, Page],
) -> None:
    wrong = [
        path
        for path, page in pages.items()
        if page.h1 != 1
        or not page.titles
        or page.language != (path.split("/")[1] if path != "/" else "en")
    ]
    assert wrong == []


def test_no_page_uses_an_id_twice(pages: dict[str, Page]) -> None:
    twice = {
        path: sorted({id for id in page.ids if page.ids.count(id) > 1})
        for path, page in pages.items()
        if len(set(page.ids)) != len(page.ids)
    }
    assert twice == {}


def test_every_link_inside_the_site_leads_to_a_page_and_a_place_on_it(
    site: Site, pages: dict[str, Page]
) -> None:
    known: dict[str, set[str] | None] = {path: set(page.ids) for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(urljoin(f"{site.origin}{path}", link))
            if not target.startswith(site.origin) or "/static/" in target and target in known:
                continue
            address = target.removeprefix(site.origin)
            place = address.split("?")[0]
            if place not in known:
                answer = site.ask(address)
                html = "html" in answer.headers.get("content-type", "")
                known[place] = (
                    None if answer.status != 200 else set(Page(answer.text).ids) if html else set()
                )
            ids = known[place]
            if ids is None or (anchor and unquote(anchor) not in ids):
                broken.append(f"{path} -> {link}")
    assert broken == []


def test_every_form_of_an_action_is_taken_by_its_run(site: Site, pages: dict[str, Page]) -> None:
    addresses = {address for page in pages.values() for address in page.acts}
    assert addresses
    assert {address: site.ask(address).status for address in addresses} == dict.fromkeys(
        addresses, 400
    )


def test_sentences_have_the_same_anchors_in_every_language(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        if path.startswith("/en/lessons/"):
            for language in LANGUAGES[1:]:
                other = pages[path.replace("/en/", f"/{language}/", 1)]
                assert page.ids == other.ids, path


def test_the_sitemap_lists_every_lesson_in_every_language(site: Site) -> None:
    listed = set(
        re.findall(r"<loc>[^<]*?(/(?:en|ko|vi)/[^<]*)</loc>", site.ask("/sitemap.xml").text)
    )
    lessons = {path for path in public_paths() if "/lessons/" in path and "finished" not in path}
    assert lessons <= listed
