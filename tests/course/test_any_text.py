"""Whatever text a file holds, reading it ends in an answer with places, never in a fault."""

import json

import pytest
from django.utils.html import escape
from hypothesis import given, settings
from hypothesis import strategies as some

from studyapp.course.figures import read_figure
from studyapp.course.labelled import parse
from studyapp.progress import carrying
from studyapp.search.index import Index, Passage
from studyapp.search.marking import marked

PIECES = ["+++", "# title", "## section: a", "## ", "### row: b", "ko: 글", "en: text", "vi: chữ", "ko?: ", "en:",
          "```bash", "```", "points = [", '"x"]', "a = 1", "", "   ", "{sqs.x}", "[a](b)", "`", "**", "\t"]  # fmt: skip
LINES = some.lists(some.sampled_from(PIECES) | some.text(max_size=12), max_size=25)
QUICK = settings(max_examples=300)


@QUICK
@given(LINES)
def test_a_file_of_any_lines_is_read_and_every_problem_has_a_line_in_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    document, problems = parse("lessons/x.md", text)
    last = text.count("\n") + 1
    assert document.path == "lessons/x.md"
    assert [problem for problem in problems if not 1 <= problem.line <= last + 1] == []


@QUICK
@given(some.text(alphabet='<>/"= svgtextdrc0123.-', max_size=60))
def test_a_drawing_of_any_text_is_read_and_faults_are_named(text: str) -> None:
    figure = read_figure(text)
    assert figure.root is not None or figure.faults


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@QUICK
@given(JSON)
def test_a_progress_file_of_any_json_is_refused_in_words(value: object) -> None:
    with pytest.raises(carrying.NotOurFile):
        carrying.read(json.dumps(value))


@QUICK
@given(some.text(max_size=20), some.text(max_size=20))
def test_marking_never_changes_the_words_of_a_text(text: str, query: str) -> None:
    assert str(marked(text, query)).replace("<mark>", "").replace("</mark>", "") == escape(text)


@QUICK
@given(some.text(max_size=30))
def test_any_query_is_answered(query: str) -> None:
    texts = {"ko": "가시성 제한 시간", "en": "visibility timeout", "vi": "thời gian ẩn"}
    found = Index([Passage("term", "t", texts, texts, True)]).search(query, "ko")
    assert len(found.hits) <= 1
