"""A question as it is stored: what names its version, and what older texts still say."""

import json
from dataclasses import replace

import pytest

from studyapp.course.questions import Question
from studyapp.pages.course import course
from studyapp.quizzes.bank import item_from
from studyapp.quizzes.items import item_of
from tests.quizzes.samples import choice, match, order


@pytest.mark.parametrize("item", [choice("sqs/one"), match("sqs/two"), order("sqs/three")])
def test_an_item_comes_back_from_its_text(item) -> None:
    assert item_of(item.text) == item
    risen = replace(item, version=4)
    assert item_of(risen.text) == risen


def test_a_text_from_before_versions_is_of_the_first_and_keeps_its_digest() -> None:
    item = choice("sqs/one")
    assert "version" not in json.loads(item.text)
    assert item_of(item.text).version == 1
    assert replace(item, version=2).digest != item.digest


def test_the_course_says_the_version() -> None:
    question: Question = next(iter(course().questions.values()))
    assert item_from(question, course()).version == question.version
    assert item_from(replace(question, version=3), course()).version == 3
