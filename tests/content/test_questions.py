"""The real questions: the simulator agrees with every key, and the authors' page explains everything."""

import re
from pathlib import Path

import pytest

from studyapp.course.library import load
from studyapp.course.questions import Question
from studyapp.course.questions_schema import BLOCKS_OF, KINDS, LEVELS, QuestionFront
from studyapp.grading.checks import check_question

ROOT = Path(__file__).resolve().parents[2]
COURSE = load(ROOT / "content")
PAGE = (ROOT / "docs/writing-questions.md").read_text("utf-8")


@pytest.mark.parametrize("question", COURSE.questions.values(), ids=lambda question: question.id)
def test_the_simulator_agrees_with_the_key(question: Question):
    assert [str(problem) for problem in check_question(question, COURSE.scenarios)] == []


def test_there_are_objectives_enough_and_in_every_domain():
    assert len(COURSE.objectives) >= 40
    assert {objective.domain for objective in COURSE.objectives.values()} == {1, 2, 3, 4}
    assert [o.id for o in COURSE.objectives.values() if o.lesson not in COURSE.lessons] == []


def test_the_authors_page_explains_every_name():
    assert [name for name in QuestionFront.model_fields if f"`{name}`" not in PAGE] == []
    assert [level for level in LEVELS if f"`{level}`" not in PAGE] == []
    blocks = {name for kind in KINDS for name in BLOCKS_OF[kind]}
    assert [name for name in blocks if f"`## {name}: id`" not in PAGE] == []


def test_the_authors_page_has_a_complete_example_of_each_kind():
    links = re.findall(r"\| `(\w+)` \|.*\(\.\./content/questions/(\S+)\.md\)", PAGE)
    assert {kind: COURSE.questions[id].kind for kind, id in links} == {k: k for k in KINDS}
