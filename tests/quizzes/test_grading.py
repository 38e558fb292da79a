"""Right or wrong, all or nothing; and what cannot be an answer."""

import pytest

from studyapp.quizzes.grading import NotAnAnswer, is_complete, is_right, read_chosen
from studyapp.quizzes.items import Option, item_of
from tests.quizzes.samples import choice, match, order, words

ONE, TWO = choice("sqs/one"), choice("sqs/two", choose=2)
ORDER, MATCH = order("sqs/order"), match("sqs/match")
KNOB = choice(
    "sqs/knob",
    options=tuple(Option(v, words(v), right=v in ("60", "120")) for v in ("10", "60", "120")),
)
TYPED = choice("sqs/typed", typed=2.0)


@pytest.mark.parametrize(
    ("item", "chosen", "right"),
    [
        (ONE, ["a"], True),
        (ONE, ["b"], False),
        (ONE, [], False),
        (TWO, ["a", "b"], True),
        (TWO, ["a"], False),
        (TWO, ["a", "c"], False),
        (ORDER, ["one", "two", "three"], True),
        (ORDER, ["one", "three", "two"], False),
        (MATCH, ["left=x", "right=y"], True),
        (MATCH, ["left=x", "right=z"], False),
        (MATCH, ["left=x"], False),
        (KNOB, ["60"], True),
        (KNOB, ["120"], True),
        (KNOB, ["10"], False),
        (TYPED, ["=2"], True),
        (TYPED, ["=2.0"], True),
        (TYPED, ["=3"], False),
        (TYPED, ["a"], True),
    ],
)
def test_an_answer_is_right_as_a_whole_or_not(item, chosen, right):
    assert read_chosen(item, chosen) == chosen
    assert is_right(item, chosen) is right


def test_the_order_of_choosing_does_not_matter():
    assert read_chosen(TWO, ["b", "a"]) == ["a", "b"]
    assert read_chosen(MATCH, ["right=y", "left=x"]) == ["left=x", "right=y"]


@pytest.mark.parametrize(
    ("item", "chosen"),
    [
        (ONE, ["z"]),
        (ONE, ["a", "b"]),
        (ONE, ["a", "a"]),
        (ONE, ["=2"]),
        (TWO, ["a", "b", "c"]),
        (TWO, ["a"] * 400),
        (TWO, [f"option-{n}" for n in range(400)]),
        (ORDER, ["one", "two"]),
        (ORDER, ["one", "two", "four"]),
        (MATCH, ["left=x", "left=y"]),
        (MATCH, ["left"]),
        (MATCH, ["left=q"]),
        (TYPED, ["=²"]),
        (TYPED, ["=1e9"]),
        (TYPED, ["=-1"]),
    ],
)
def test_what_cannot_be_an_answer_is_refused(item, chosen):
    with pytest.raises(NotAnAnswer):
        read_chosen(item, chosen)


def test_a_part_of_an_answer_is_kept_but_not_complete():
    assert read_chosen(TWO, ["a"]) == ["a"]
    assert not is_complete(TWO, ["a"])
    assert is_complete(TWO, ["a", "b"])


@pytest.mark.parametrize("item", [ONE, TWO, ORDER, MATCH, KNOB, TYPED])
def test_an_item_comes_back_from_its_text_the_same(item):
    assert item_of(item.text) == item
    assert item_of(item.text).digest == item.digest


def test_another_word_is_another_version():
    assert choice("sqs/one").digest == ONE.digest
    assert choice("sqs/one", stem=(words("other"),)).digest != ONE.digest
