"""A guesser that never sees a stem: how often does it find the key from the options alone?

It is a naive Bayes classifier over cues (length, place, absolutes, hedges, figures, services, likeness to the other
options). It learns from a part of the bank and guesses in the rest; questions of one family or pair are always on
the same side. There is no chance in it: the same bank gives the same result.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb, log
from statistics import mean

from studyapp.course.labelled import Language
from studyapp.course.questions import Question
from studyapp.course.questions_schema import WITH_OPTIONS
from studyapp.course.rules.questions_text import (
    ABSOLUTES,
    HEDGES,
    likeness,
    plain,
    services_in,
    words,
)

FOLDS = 10
FIGURES = "0123456789"

Cues = tuple[tuple[str, str], ...]  # name and value of what is seen in one option


@dataclass(frozen=True, slots=True)
class Score:
    """How the guesser did: a share of questions, beside that of blind chance."""

    questions: int
    accuracy: float
    chance: float

    @property
    def gain(self) -> float:
        """Points above chance, 0.08 being 8."""
        return self.accuracy - self.chance


def _rank(values: Sequence[float], place: int) -> str:
    """Whether a value is the highest, the lowest, or neither; ties are neither."""
    mine = values[place]
    others = [value for n, value in enumerate(values) if n != place]
    if mine > max(others):
        return "highest"
    return "lowest" if mine < min(others) else "between"


def cues(question: Question, language: Language) -> list[Cues]:
    """What can be seen of each option without the stem."""
    texts = [plain(option.text, language) for option in question.options]
    lengths = [float(len(text)) for text in texts]
    typical = [
        mean(likeness(a, b) for m, b in enumerate(texts) if m != n) for n, a in enumerate(texts)
    ]
    figures = [any(c in FIGURES for c in text) for text in texts]
    code = ["`" in option.text[language] for option in question.options]
    absolute = [bool(ABSOLUTES[language].search(text)) for text in texts]
    hedged = [bool(HEDGES[language].search(text)) for text in texts]
    offered = [services_in(text) for text in texts]
    found = []
    for n in range(len(texts)):
        size = lengths[n] / mean(lengths)
        seen = [
            ("place", str(n)),
            ("length", _rank(lengths, n)),
            ("size", "long" if size > 1.15 else "short" if size < 0.85 else "even"),
            ("typical", _rank(typical, n)),
            ("words", _rank([len(words(each)) for each in texts], n)),
        ]
        for name, marks in (
            ("figures", figures),
            ("code", code),
            ("absolute", absolute),
            ("hedged", hedged),
        ):
            if 0 < sum(marks) < len(marks):
                seen.append((name, str(marks[n])))
        for service in sorted(frozenset[str]().union(*offered)):
            if not all(service in each for each in offered):
                seen.append((service, str(service in offered[n])))
        found.append(tuple(seen))
    return found


class _Bayes:
    """Counts cues in keys and in wrong options."""

    def __init__(self, examples: Iterable[tuple[Cues, bool]]) -> None:
        self.seen: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
        self.names: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for options_cues, correct in examples:
            self.seen[correct].update(options_cues)
            self.names[correct].update(name for name, _ in options_cues)

    def score(self, options_cues: Cues) -> float:
        """How much more like a key than like a wrong option it looks."""
        total = 0.0
        for cue in options_cues:
            share = {
                correct: (self.seen[correct][cue] + 1) / (self.names[correct][cue[0]] + 3)
                for correct in (True, False)
            }
            total += log(share[True]) - log(share[False])
        return total


def _fold(names: Iterable[str]) -> int:
    """The part of the bank that a group of questions belongs to."""
    return int.from_bytes(hashlib.sha256(min(names).encode()).digest()[:4], "big") % FOLDS


def _groups(questions: Sequence[Question]) -> dict[str, int]:
    """For each question its part; families that a pair joins are one group."""
    leader = {question.family: question.family for question in questions}

    def find(family: str) -> str:
        while leader[family] != family:
            family = leader[family]
        return family

    by_id = {question.id: question for question in questions}
    for question in questions:
        if question.pair in by_id:
            a, b = sorted((find(question.family), find(by_id[question.pair].family)))
            leader[b] = a
    return {question.id: _fold([find(question.family)]) for question in questions}


def guessed(
    questions: Iterable[Question], language: Language
) -> Iterator[tuple[Question, bool, float]]:
    """Each question with options, whether the guesser finds the whole key, and the chance of a blind guess."""
    asked = [question for question in questions if question.kind in WITH_OPTIONS]
    fold = _groups(asked)
    seen = {question.id: cues(question, language) for question in asked}
    for part in range(FOLDS):
        learned = _Bayes(
            (each, option.correct)
            for question in asked
            if fold[question.id] != part
            for each, option in zip(seen[question.id], question.options, strict=True)
        )
        for question in asked:
            if fold[question.id] != part:
                continue
            scores = [learned.score(each) for each in seen[question.id]]
            best = sorted(range(len(scores)), key=lambda n: (-scores[n], n))[: question.choose]
            right = all(question.options[n].correct for n in best)
            yield question, right, 1 / comb(len(scores), question.choose)


def solve(questions: Iterable[Question], language: Language) -> Score:
    """How the guesser does on a bank in one language."""
    results = list(guessed(questions, language))
    if not results:
        return Score(0, 0.0, 0.0)
    return Score(
        len(results), mean(right for _, right, _ in results), mean(each for _, _, each in results)
    )
