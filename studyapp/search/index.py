"""A small index in memory: BM25 over sentences in three languages."""

import bisect
import difflib
import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from studyapp.search.folding import fold, is_hangul, stem, tokens, words

Kind = Literal["lesson", "term", "fact"]

# BM25 as usually set; a title counts three times. Editorial, tried on the test queries.
_K1, _B, _TITLE_WEIGHT = 1.2, 0.6, 3.0
_AS_TYPED_WEIGHT = 1.5
_QUERY_MAX_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that can be found: one unit with its place. `texts` is plain text by language."""

    kind: Kind
    place: str  # address below the language, with anchor
    title: Mapping[str, str]
    texts: Mapping[str, str]
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    passage: Passage
    language: str  # in which the words were found
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """Hits, best first. `instead` is what was looked for when the words themselves were not found."""

    hits: tuple[Hit, ...]
    instead: str = ""


class Index:
    """Built once from all passages; the same for every process that has the same content."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self.passages = list(passages)
        self._postings: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
        self._length: dict[str, list[int]] = {}
        self._vocabulary: Counter[str] = Counter()
        languages = sorted({code for p in self.passages for code in p.texts})
        for language in languages:
            postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
            lengths = []
            for number, passage in enumerate(self.passages):
                counted = Counter(tokens(passage.texts.get(language, "")))
                lengths.append(sum(counted.values()))
                for token, times in counted.items():
                    postings[token].append((number, times))
            self._postings[language] = dict(postings)
            self._length[language] = lengths
        for passage in self.passages:
            for text in passage.texts.values():
                self._vocabulary.update(words(text))
        self._sorted = sorted(self._vocabulary)

    def search(self, query: str, language: str, limit: int = 40) -> Results:
        """Find the words of a query in any language, the reader's own first."""
        query = query[:_QUERY_MAX_CHARACTERS]
        hits = self._as_typed_first(self._find(self._groups(query), language), query)
        instead = ""
        if not hits:
            instead = self.corrected(query)
            if instead:
                hits = self._find(self._groups(instead), language)
        return Results(tuple(hits[:limit]), instead if hits else "")

    @staticmethod
    def _as_typed_first(hits: list[Hit], query: str) -> list[Hit]:
        """Texts that hold the query as it was typed, marks and all, come before folded matches."""
        typed = unicodedata.normalize("NFC", query.casefold()).strip()
        if len(typed) < 2:
            return hits
        weighed = [
            replace(hit, score=hit.score * _AS_TYPED_WEIGHT)
            if typed in hit.passage.texts[hit.language].casefold()
            else hit
            for hit in hits
        ]
        return sorted(weighed, key=lambda hit: (-hit.score, hit.passage.place))

    def _groups(self, query: str) -> list[list[str]]:
        """For each token of a query the tokens that satisfy it: itself, and words it begins."""
        groups = [[token] for token in dict.fromkeys(tokens(query, query=True))]
        last = words(query)[-1:]
        typing = last and not query.endswith(" ")
        if typing and (len(last[0]) >= 2 or len(groups) > 1):
            begun = {stem(word) for word in self._beginning(last[0])}
            for group in groups:
                if group[0] == stem(last[0]):
                    group += sorted(begun - {group[0]})
        return groups

    def _beginning(self, prefix: str) -> list[str]:
        first = bisect.bisect_left(self._sorted, prefix)
        return self._sorted[first : bisect.bisect_left(self._sorted, f"{prefix}\uffff")]

    def _find(self, groups: list[list[str]], main: str) -> list[Hit]:
        if not groups:
            return []
        best: dict[int, Hit] = {}
        for language, postings in self._postings.items():
            lengths = self._length[language]
            average = (sum(lengths) / len(lengths)) or 1.0
            scores: dict[int, float] = defaultdict(float)
            matched: Counter[int] = Counter()
            for group in groups:
                seen: dict[int, float] = {}
                for token in group:
                    rows = postings.get(token, ())
                    rarity = math.log(1 + (len(lengths) - len(rows) + 0.5) / (len(rows) + 0.5))
                    for number, times in rows:
                        norm = _K1 * (1 - _B + _B * lengths[number] / average)
                        score = rarity * times * (_K1 + 1) / (times + norm)
                        seen[number] = max(seen.get(number, 0.0), score)
                for number, score in seen.items():
                    scores[number] += score
                    matched[number] += 1
            for number, score in scores.items():
                if matched[number] < len(groups):
                    continue  # every word must be there
                passage = self.passages[number]
                score *= (_TITLE_WEIGHT if passage.is_title else 1.0) * (
                    1.3 if language == main else 1.0
                )
                if number not in best or score > best[number].score:
                    best[number] = Hit(passage, language, score)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.place))

    def corrected(self, query: str) -> str:
        """The query with each unknown word replaced by the nearest known one; '' if nothing changes."""
        changed, out = False, []
        for word in fold(query).replace("-", " ").split():
            if word in self._vocabulary or not word or is_hangul(word[0]) or len(word) < 4:
                out.append(word)
                continue
            near = [
                known
                for known in self._vocabulary
                if abs(len(known) - len(word)) <= 2
                and (known[0] == word[0] or known[1:2] == word[1:2])
            ]
            found = difflib.get_close_matches(word, near, n=1, cutoff=0.75)
            out.append(found[0] if found else word)
            changed = changed or bool(found)
        return " ".join(out) if changed else ""

    def near_terms(self, query: str, language: str, count: int = 3) -> list[Passage]:
        """Terms whose name looks most like the query, for when nothing is found."""
        folded = fold(query)[:_QUERY_MAX_CHARACTERS]
        terms = [p for p in self.passages if p.kind == "term" and p.is_title]

        def likeness(passage: Passage) -> float:
            names = (fold(text) for text in passage.texts.values())
            return max(difflib.SequenceMatcher(None, folded, name).ratio() for name in names)

        return sorted(terms, key=lambda p: (-likeness(p), p.place))[:count]
