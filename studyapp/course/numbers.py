"""How each language writes a number, and a number with its unit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

Number = int | float


@dataclass(frozen=True, slots=True)
class UnitWords:
    """The patterns of one unit, `{n}` being the number. English has one and many."""

    one: Mapping[str, str]
    many: Mapping[str, str]


def read_unit_words(text: str) -> dict[str, UnitWords]:
    """Read `content/units.toml`. Raises `tomllib.TOMLDecodeError` or `KeyError` when it is broken."""
    words = {}
    for name, row in tomllib.loads(text).items():
        one = {"en": row["en"][0], "ko": row["ko"], "vi": row["vi"]}
        words[name] = UnitWords(one, one | {"en": row["en"][1]})
    return words


def format_number(value: Number, language: str) -> str:
    """Digits in groups of three: 1,048,576 in English and Korean, 1.048.576 in Vietnamese."""
    written = f"{value:,}"
    if language == "vi":
        return written.translate(str.maketrans(",.", ".,"))
    return written


def format_quantity(value: Number, words: UnitWords, language: str) -> str:
    pattern = (words.one if value == 1 else words.many)[language]
    return pattern.replace("{n}", format_number(value, language))
