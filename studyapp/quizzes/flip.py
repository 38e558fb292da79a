"""The other half of a flip-the-key pair: the same options, a stem that differs in a phrase, and another answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from studyapp.course.markup import plain
from studyapp.quizzes.items import Item, Words


@dataclass(frozen=True, slots=True)
class Flip:
    """The other stem, with what differs in <mark>, and its answer with the reason."""

    stem: SafeString
    answer: str
    why: str


def flip_of(item: Item, other: Item, language: str) -> Flip:
    """The other half of a pair as it is shown after this half was answered."""
    key = next(option for option in other.options if option.right)
    ours, theirs = (_tokens(each.stem, language) for each in (item, other))
    return Flip(
        mark_safe(" ".join(_marked(ours, theirs))),
        plain(key.text[language]),
        plain(key.why[language]),
    )


def _tokens(stem: tuple[Words, ...], language: str) -> list[str]:
    return " ".join(plain(words[language]) for words in stem).split()


def _marked(ours: list[str], theirs: list[str]) -> Iterator[str]:
    for kind, _, _, start, end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        text = escape(" ".join(theirs[start:end]))
        if text:
            yield text if kind == "equal" else f"<mark>{text}</mark>"
