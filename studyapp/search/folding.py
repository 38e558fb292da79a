"""How words are made equal before they are compared: case, accents, spacing, word stems.

English is found by word stem, Vietnamese with or without its marks (d finds đ), Korean by any two
syllables regardless of spacing.
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

_STEM = snowballstemmer.stemmer("english")
_TURN = Lock()  # the stemmer keeps the word it works on in itself
_RUN = re.compile(r"[\uac00-\ud7a3]+(?:\s+[\uac00-\ud7a3]+)*|[0-9a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CAMEL_WORD = re.compile(r"[A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*")


def fold(text: str) -> str:
    """Lower case without marks: 'Hàng đợi' becomes 'hang doi'. Hangul stays whole."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("đ", "d")
    if folded.isascii():
        return folded
    split = unicodedata.normalize("NFD", folded)
    kept = "".join(c for c in split if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", kept)


def is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


@lru_cache(maxsize=20_000)  # queries are anyone's words: the memory they take has an end
def stem(word: str) -> str:
    with _TURN:
        return str(_STEM.stemWord(word))


def tokens(text: str, *, query: bool = False) -> list[str]:
    """The tokens of a text. Of Hangul runs, joined over spaces, every pair of syllables; single
    syllables too, except in queries where a pair is there to find. 'ReceiveMessage' is found whole
    and by its words."""
    found: list[str] = []
    if not query:
        text = _CAMEL_WORD.sub(lambda name: f"{name[0]} {_CAMEL.sub(' ', name[0])}", text)
    for run in _RUN.findall(fold(text)):
        if is_hangul(run[0]):
            syllables = "".join(run.split())
            pairs = [syllables[n : n + 2] for n in range(len(syllables) - 1)]
            found += pairs
            if not query or not pairs:
                found += list(syllables)
        else:
            found.append(stem(run))
    return found


def words(text: str) -> list[str]:
    """The Latin words of a text, folded but not stemmed, for corrections and prefixes."""
    return [run for run in _RUN.findall(fold(text)) if not is_hangul(run[0])]
