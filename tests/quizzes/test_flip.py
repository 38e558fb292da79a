"""The other half of a flip-the-key pair, shown after the answer."""

import re

import pytest

from studyapp.course.markup import plain
from studyapp.pages.languages import LANGUAGES
from studyapp.quizzes.bank import bank
from studyapp.quizzes.flip import flip_of
from tests.quizzes.samples import choice, words

PAIRS = sorted(item.id for item in bank().values() if item.pair)


def test_pairs_name_each_other() -> None:
    assert len(PAIRS) >= 20
    for id in PAIRS:
        assert bank()[bank()[id].pair].pair == id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", PAIRS)
def test_what_is_marked_is_what_differs(id: str, language: str) -> None:
    item, other = bank()[id], bank()[bank()[id].pair]
    flip = flip_of(item, other, language)
    assert 1 <= flip.stem.count("<mark>") == flip.stem.count("</mark>")
    unmarked = re.sub("<mark>.*?</mark>", "", flip.stem)
    assert len(unmarked.split()) >= 3, "most of the stem stays"
    (key,) = [option for option in other.options if option.right]
    assert flip.answer == plain(key.text[language])
    assert flip.answer != plain(next(o.text[language] for o in item.options if o.right))


def test_marks_stand_around_words_and_texts_are_escaped() -> None:
    one = choice("sqs/a", stem=(words("Send 5 messages <now>."),))
    two = choice("sqs/b", stem=(words("Send 7 messages &lt;later&gt;."),))
    assert flip_of(one, two, "en").stem == (
        "Send <mark>7</mark> messages <mark>&lt;later&gt;.</mark>"
    )
