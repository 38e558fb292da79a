"""The questions of the real course, as learners meet them."""

import re

import pytest
from django.test import Client

from studyapp.grading.drawn import FAMILIES
from studyapp.pages.course import course
from studyapp.quizzes.bank import bank, drawn
from studyapp.quizzes.grading import is_right, read_chosen
from studyapp.quizzes.history import history_of
from studyapp.quizzes.items import item_of
from studyapp.quizzes.models import Answer, Attempt
from tests.quizzes.test_practice_pages import field, send

LANGUAGES = ("en", "ko", "vi")


def key_of(item):
    """The right answer as grading reads it."""
    if item.kind == "match":
        return [f"{prompt.id}={prompt.answer}" for prompt in item.prompts]
    if item.kind == "order":
        return list(item.option_ids)
    return sorted(item.right_ids)[: item.choose]


def test_every_question_of_the_course_is_an_item_with_a_key_that_grades_right():
    assert len(bank()) == len(course().questions)
    assert len(bank()) > 0
    for item in [*bank().values(), *drawn("a")]:
        chosen = read_chosen(item, key_of(item))
        assert is_right(item, chosen), item.id
        assert item_of(item.text) == item, item.id


def test_grading_agrees_with_the_course_on_every_single_option():
    for id, question in course().questions.items():
        item = bank()[id]
        if item.kind != "choice" or item.choose > 1:
            continue
        for option in item.option_ids:
            assert is_right(item, [option]) == question.right((option,)), (id, option)


def test_every_text_is_there_in_every_language():
    for item in [*bank().values(), *drawn("a")]:
        texts = [*item.stem, *(o.text for o in item.options), *(p.why for p in item.prompts)]
        texts += [option.why for option in item.options if item.kind != "match"]
        for language in LANGUAGES:
            assert all(text[language] for text in texts), item.id


def test_where_to_watch_is_a_page_that_answers(client: Client):
    """The lab may write an address in its own order of knobs, but never refuses it."""
    runs = {o.run for i in bank().values() for o in i.options} | {i.run for i in bank().values()}
    runs.discard("")
    assert len(runs) > 5
    for run in sorted(runs):
        assert client.get(f"/en/simulator/{run}").status_code == 200, run


def test_the_sentence_behind_a_question_is_in_its_lesson(client: Client):
    for item in bank().values():
        lesson, _, anchor = item.rests_on.partition("#")
        page = client.get(f"/en/lessons/{lesson}/").content.decode()
        assert f'id="{anchor}"' in page, item.id


def test_drawn_questions_follow_their_seed():
    first, again, other = drawn("a"), drawn("a"), drawn("b")
    assert [item.id for item in first] == [item.id for item in again]
    assert [item.id for item in first] != [item.id for item in other]
    assert [item.base for item in first] == list(FAMILIES)
    assert all(item.is_checked_by_simulator for item in first)


@pytest.mark.django_db
def test_a_drawn_question_is_practised_frozen_and_remembered_without_its_seed(client: Client):
    page = client.get("/en/quizzes/").content.decode()
    sent = {"key": field(page, "key"), "number": "40", "grade": "simulated", "topic": "mq"}
    base = client.post("/en/quizzes/", sent).headers["Location"].removesuffix("1/")
    attempt = Attempt.objects.get()
    number, id = next(
        (n, e["question"]) for n, e in enumerate(attempt.questions, 1) if "~" in e["question"]
    )
    shown = client.get(f"{base}{number}/").content.decode()
    option = re.findall(r'name="option" value="([^"]+)"', shown)[0]
    assert send(client, f"{base}{number}/", do="check", option=option).status_code == 302
    assert Answer.objects.get().is_first
    assert history_of(attempt.learner).seen == {id.partition("~")[0]}
    after = client.get(f"{base}{number}/").content.decode()
    assert "checked by the simulator" in after
