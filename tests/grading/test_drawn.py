"""Drawn questions: every seed gives a question with one right answer, in three languages that say the same.

What is right is worked out here a second time, with a formula that knows nothing of the engine.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import accumulate
from math import ceil
from pathlib import Path

import pytest

from studyapp.course.labelled import LANGUAGES, Unit
from studyapp.course.library import load
from studyapp.course.numbers import Number
from studyapp.course.questions import Question
from studyapp.course.rules.questions import reasons
from studyapp.grading.checks import check_drawn
from studyapp.grading.drawn import (
    FAMILIES,
    SEEDS,
    NotDrawable,
    draw,
    drawn_question,
    drawn_questions,
    settle,
    written,
)
from studyapp.grading.drawn.family import Story

COURSE = load(Path(__file__).resolve().parents[2] / "content")
Numbers = Mapping[str, float]


def stored(numbers: Numbers) -> int:
    """Messages that come 5 minutes or more after the last one that was stored."""
    count, last = 0, -5.0
    for name in "abcdef":
        if numbers[f"t{name}"] - last >= 5:
            count, last = count + 1, numbers[f"t{name}"]
    return count


def billed(numbers: Numbers) -> int:
    return int(numbers["messages"] / numbers["batch"]) * ceil(
        numbers["batch"] * numbers["size"] / 64
    )


def leaves(numbers: Numbers) -> float:
    records = ceil(numbers["size"] * 1000 / numbers["record"])
    return min((records - 1) * numbers["every"], numbers["interval"])


RIGHT: dict[str, Callable[[Numbers], float]] = {
    "sqs/received-how-often": lambda n: n["watched"] // n["timeout"] + 1,
    "sqs/when-dead-lettered": lambda n: n["timeout"] * n["most"],
    "sqs/extended-visibility": lambda n: n["call"] + n["more"],
    "sqs/timer-or-delay": lambda n: n["timer"],
    "sqs/empty-responses": lambda n: n["comes"] // n["wait"],
    "sqs/days-left-after-the-move": lambda n: n["kept"] - n["waited"],
    "sqs/batch-bill": billed,
    "sqs/deduplication-window": stored,
    "sqs/blocked-group": lambda n: n["south"] + n["west"],
    "sns/filter-matches": lambda n: n["both"],
    "sns/copies": lambda n: n["messages"] * n["queues"],
    "kinesis/which-shard": lambda n: n["percent"] * n["shards"] // 100 + 1,
    "kinesis/hot-key": lambda n: 1_000 // n["size"],
    "firehose/when-a-batch-leaves": leaves,
    "mq/who-is-back": lambda n: n["knowing"],
}


@cache
def settled(name: str, seed: int) -> tuple[Story, dict[str, Number]]:
    return settle(FAMILIES[name], seed)


@cache
def drawn(name: str, seed: int) -> Question:
    story, values = settled(name, seed)
    return written(COURSE.drawn[name], story, values, seed, COURSE.unit_words)


def texts(question: Question) -> list[Unit]:
    return [*question.stem, *(option.text for option in question.options), *reasons(question)]


def test_every_family_has_its_words_and_its_formula():
    assert set(FAMILIES) == set(COURSE.drawn) == set(RIGHT)
    assert len(FAMILIES) >= 12
    assert list(check_drawn(COURSE)) == []


@pytest.mark.parametrize("name", FAMILIES)
def test_the_engine_agrees_with_the_formula_for_every_seed(name: str):
    key = COURSE.drawn[name].key[0]
    for seed in SEEDS:
        story, values = settled(name, seed)
        numbers = {each: amount.value for each, amount in story.numbers.items()}
        assert values[key] == RIGHT[name](numbers), (seed, numbers)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_seed_has_one_right_answer_and_others_that_differ(name: str):
    for seed in SEEDS:
        question = drawn(name, seed)
        assert sum(option.correct for option in question.options) == 1
        assert len(question.options) >= 4
        for language in LANGUAGES:
            shown = {option.text[language] for option in question.options}
            assert len(shown) == len(question.options), (seed, shown)


@pytest.mark.parametrize("name", FAMILIES)
def test_seeds_draw_many_different_questions(name: str):
    stems = {tuple(unit.en for unit in drawn(name, seed).stem) for seed in SEEDS}
    assert len(stems) > len(SEEDS) / 4


def digits(text: str) -> list[str]:
    return sorted(re.sub(r"[.,]", "", each) for each in re.findall(r"\d+(?:[.,]\d+)*", text))


@pytest.mark.parametrize("seed", [0, 17, 99])
def test_nothing_is_left_to_fill_and_the_numbers_agree(seed: int):
    for question in drawn_questions(COURSE, seed):
        for unit in texts(question):
            assert not re.search(r"[{}]", unit.ko + unit.en + unit.vi)
            assert digits(unit.ko) == digits(unit.en) == digits(unit.vi), unit


def test_the_same_seed_draws_the_same():
    assert list(drawn_questions(COURSE, 5)) == list(drawn_questions(COURSE, 5))


def test_a_drawn_question_is_found_by_its_address():
    question = drawn_question(COURSE, "sqs/extended-visibility~17")
    assert question is not None
    assert (question.id, question.seed) == ("sqs/extended-visibility~17", 17)
    assert question.service == "sqs"
    assert question.checked_by_simulator
    assert question.right(question.key)
    assert question == draw(
        COURSE.drawn["sqs/extended-visibility"],
        FAMILIES["sqs/extended-visibility"],
        17,
        COURSE.unit_words,
    )


@pytest.mark.parametrize(
    "id",
    [
        "sqs/extended-visibility", "sqs/extended-visibility~", "sqs/extended-visibility~100",
        "sqs/extended-visibility~07", "sqs/extended-visibility~-1", "sqs/extended-visibility~1.5",
        "sqs/extended-visibility~١", "sqs/extended-visibility~17 ", "sqs/gone~17", "~17", "", "sqs/slow-video-worker~1",
    ],
)  # fmt: skip
def test_no_other_address_is_a_drawn_question(id: str):
    assert drawn_question(COURSE, id) is None


def test_a_word_that_is_not_drawn_is_said():
    words = COURSE.drawn["sqs/extended-visibility"]
    wrong = replace(words, stem=(replace(words.stem[0], vi="{moon}"),))
    with pytest.raises(NotDrawable, match="{moon} is not drawn"):
        draw(wrong, FAMILIES[words.id], 1, COURSE.unit_words)


def test_an_option_without_a_world_is_said():
    words = COURSE.drawn["sqs/extended-visibility"]
    with pytest.raises(NotDrawable, match="the options are"):
        draw(replace(words, options=words.options[1:]), FAMILIES[words.id], 1, COURSE.unit_words)


def test_words_and_stories_that_lack_each_other_are_found():
    words = COURSE.drawn["sqs/extended-visibility"]
    others = {id: each for id, each in COURSE.drawn.items() if id != words.id}
    course = replace(COURSE, drawn={**others, "sqs/new": replace(words, id="sqs/new")})
    assert [(p.rule, p.path) for p in check_drawn(course)] == [
        ("Q28", "drawn/sqs/extended-visibility.md"),
        ("Q28", words.path),
    ]


def test_a_name_that_a_question_has_is_found():
    words = COURSE.drawn["sqs/extended-visibility"]
    course = replace(COURSE, questions={**COURSE.questions, words.id: words})
    assert [(p.rule, p.path) for p in check_drawn(course)] == [("Q28", words.path)]


def test_the_minutes_of_the_deduplication_stem_rise():
    for seed in SEEDS:
        story, _ = settled("sqs/deduplication-window", seed)
        minutes = [story.numbers[f"t{name}"].value for name in "abcdef"]
        assert minutes == list(accumulate(minutes, max))
        assert minutes[0] == 0
