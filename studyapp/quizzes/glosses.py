"""Finds terms of the glossary in the text of a question, to show their English names or their meaning."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from studyapp.course.glossary import Term
from studyapp.pages.course import course

_PARTS = re.compile(r"(<code\b.*?</code>|<[^>]*>)", re.S)
_BRACKETS = re.compile(r"\s*\(([^)]*)\)$")
# Shorter names are parts of everyday words too often.
_SHORTEST = {"en": 4, "ko": 3, "vi": 6}


@dataclass(frozen=True, slots=True)
class Gloss:
    """A term that stands in a question."""

    term: Term

    @property
    def id(self) -> str:
        return self.term.id


@cache
def _names(language: str) -> tuple[re.Pattern[str], Mapping[str, Term]]:
    """A pattern of every name in a language, the longest first, and the term of each name in lower case."""
    found: dict[str, Term] = {}
    for term in course().terms.values():
        whole: str = term.name[language]
        bracket = _BRACKETS.search(whole)
        names = [_BRACKETS.sub("", whole)]
        if language == "en" and bracket:
            names.append(bracket[1])  # DLQ
        for name in names:
            if len(name) >= _SHORTEST[language] or name.isupper():
                found.setdefault(name.lower(), term)
    names_by_length = sorted(found, key=len, reverse=True)
    inner = "|".join(map(re.escape, names_by_length))
    # Korean words go on with particles; in the other languages a name is a whole word.
    pattern = rf"(?<!\w)({inner})" if language == "ko" else rf"(?<!\w)({inner})(?:s|es)?(?!\w)"
    return re.compile(pattern, re.IGNORECASE), found


def _replaced(html: str, language: str, change: Callable[[re.Match[str], Term], str]) -> str:
    """The HTML with each name in its text changed; tags and code stay as they are."""
    pattern, terms = _names(language)
    pieces = _PARTS.split(html)
    for place in range(0, len(pieces), 2):
        pieces[place] = pattern.sub(
            lambda found: change(found, terms[found[1].lower()]), pieces[place]
        )
    return "".join(pieces)


def with_english_names(html: str, language: str, named: set[str]) -> str:
    """The text with '(visibility timeout)' behind the first mention of each term. `named` collects their ids."""

    def change(found: re.Match[str], term: Term) -> str:
        english = _BRACKETS.sub("", term.name["en"])
        after = found.string[found.end() : found.end() + 2].lstrip()
        is_same = english.lower() in found[0].lower() or found[0].lower() in english.lower()
        if term.id in named or is_same or after.startswith("("):
            return found[0]
        named.add(term.id)
        space = "" if language == "ko" else " "
        return f'{found[0]}{space}(<span lang="en">{english}</span>)'

    return _replaced(html, language, change)


def with_glosses(html: str, found: dict[str, Gloss]) -> str:
    """English text whose terms are buttons that open their meaning. `found` collects them by id."""

    def change(match: re.Match[str], term: Term) -> str:
        found.setdefault(term.id, Gloss(term))
        return f'<button type="button" class="gloss" popovertarget="gloss-{term.id}">{match[0]}</button>'

    return _replaced(html, "en", change)
