"""One content line becomes safe HTML: code, stress, links to lessons and terms, numbers by name.

Python-Markdown does the reading, because it is the parser that closes `**` before a Korean particle;
everything that is not inline text is switched off, and nh3 cleans what comes out.
"""

import re
from collections.abc import Mapping
from threading import Lock
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from studyapp.course.facts import Fact
from studyapp.course.lessons import FACT_NAME

# Links inside a lesson depend on the page's main language, which is not known when a line is rendered.
# They are written with this first step, and the page puts its language in (`in_language`).
ANY_LANGUAGE = "/-/"
LESSON_LINK = re.compile(r"^lesson:([a-z-]+/[a-z0-9-]+)(?:#([a-z0-9.-]+))?$")
TERM_LINK = re.compile(r"^term:([a-z0-9-]+)$")
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")

_TAGS = {"a", "code", "em", "strong", "data"}
_ATTRIBUTES = {
    "a": {"href", "class", "data-term"},
    "data": {"value"},
    "code": {"translate", "lang"},
}


class _FactNumber(InlineProcessor):
    """`{sqs.visibility-timeout-max}` becomes the number in the language of the line."""

    def __init__(
        self, pattern: str, md: Markdown, facts: Mapping[str, Fact], language: str
    ) -> None:
        super().__init__(pattern, md)
        self.facts, self.language = facts, language

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        id = m.group(1)
        node = Element("data", {"value": id})
        fact = self.facts.get(id)
        node.text = (fact.quantity(self.language) if fact else "") or f"{{{id}}}"
        return node, m.start(0), m.end(0)


class _Links(Treeprocessor):
    """`lesson:` and `term:` addresses become pages of the site; the outside world is marked."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            href = link.get("href", "")
            if found := LESSON_LINK.match(href):
                anchor = f"#{found.group(2)}" if found.group(2) else ""
                link.set("href", f"{ANY_LANGUAGE}lessons/{found.group(1)}/{anchor}")
            elif found := TERM_LINK.match(href):
                link.set("href", f"{ANY_LANGUAGE}glossary/{found.group(1)}/")
                link.set("class", "term")
                link.set("data-term", found.group(1))
            else:
                link.set("class", "outside")
        for code in root.iter("code"):
            code.set("translate", "no")


class Inline:
    """Renders single lines; one instance for each language of text."""

    def __init__(self, facts: Mapping[str, Fact], language: str) -> None:
        self._markdown = Markdown(output_format="html")
        md: Any = self._markdown
        for name in list(md.parser.blockprocessors._data):
            if name != "paragraph":
                md.parser.blockprocessors.deregister(name)
        md.preprocessors.deregister("html_block")
        for name in (
            "html",
            "entity",
            "image_link",
            "image_reference",
            "reference",
            "short_reference",
        ):
            md.inlinePatterns.deregister(name)
        md.inlinePatterns.register(
            _FactNumber(FACT_NAME.pattern, self._markdown, facts, language), "fact", 170
        )
        md.treeprocessors.register(_Links(self._markdown), "course-links", 5)
        self._kept: dict[str, str] = {}
        # A Markdown instance keeps state while it converts, and pages are rendered in several threads.
        self._turn = Lock()

    def html(self, text: str) -> str:
        """Safe HTML of one line, without a paragraph around it. The same text is rendered once."""
        kept = self._kept.get(text)
        if kept is None:
            with self._turn:
                self._markdown.reset()
                rendered = self._markdown.convert(text).removeprefix("<p>").removesuffix("</p>")
            kept = nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, link_rel="noopener")
            self._kept[text] = kept
        return kept

    def plain(self, text: str) -> str:
        """The words alone, for titles of windows, descriptions and the search index."""
        return plain(self.html(text))


_TAG = re.compile(r"<[^>]+>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " "}


def plain(html: str) -> str:
    """The text of an HTML piece that `Inline` made."""
    text = _TAG.sub("", html)
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text.replace("&amp;", "&")


def in_language(html: str, language: str) -> str:
    """The same HTML with the page's main language in its links."""
    return html.replace(f'href="{ANY_LANGUAGE}', f'href="/{language}/')
