"""Shows where the words of a query stand in a text."""

from collections.abc import Iterator
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from studyapp.search.folding import fold, is_hangul, stem, words


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the place it came from."""
    folded, places = [], []
    for place, character in enumerate(text):
        for piece in fold(character):
            folded.append(piece)
            places.append(place)
    return "".join(folded), places


def marked(text: str, query: str) -> SafeString:
    """The text as HTML with <mark> around what the query found: stems, beginnings, Hangul anywhere."""
    folded, places = _folded_with_places(text)
    spans: list[tuple[int, int]] = []
    wanted = {stem(word) for word in words(query)} | set(words(query))
    start = 0
    while start < len(folded):
        if not (folded[start].isascii() and folded[start].isalnum()):
            start += 1
            continue
        end = start
        while end < len(folded) and folded[end].isascii() and folded[end].isalnum():
            end += 1
        for first, after in _whole_or_parts(text, places, start, end):
            word = folded[first:after]
            if any(stem(word) == w or (len(w) >= 2 and word.startswith(w)) for w in wanted):
                spans.append((places[first], places[after - 1] + 1))
        start = end
    spans += _hangul_spans(text, "".join(c for c in fold(query) if is_hangul(c)))
    out, last = [], 0
    for first, after in sorted(spans):
        if first < last:
            continue
        out.append(f"{escape(text[last:first])}<mark>{escape(text[first:after])}</mark>")
        last = after
    return mark_safe("".join(out) + escape(text[last:]))


def _whole_or_parts(
    text: str, places: list[int], start: int, end: int
) -> Iterator[tuple[int, int]]:
    """A word of the folded text and, of one like ReceiveMessage, the words in it."""
    yield start, end
    humps = [
        n
        for n in range(start + 1, end)
        if text[places[n]].isupper() and not text[places[n - 1]].isupper()
    ]
    if humps:
        yield from pairwise([start, *humps, end])


def _hangul_spans(text: str, syllables: str) -> list[tuple[int, int]]:
    """Places of the longest pieces of the query's Hangul, whatever the spacing."""
    if not syllables:
        return []
    kept = [(c, n) for n, c in enumerate(text) if is_hangul(c)]
    joined = "".join(c for c, _ in kept)
    spans = []
    for length in range(len(syllables), 0, -1):
        for first in range(len(syllables) - length + 1):
            piece, at = syllables[first : first + length], 0
            while (at := joined.find(piece, at)) >= 0:
                spans.append((kept[at][1], kept[at + length - 1][1] + 1))
                at += length
        if spans or length <= 2:
            break
    return spans
