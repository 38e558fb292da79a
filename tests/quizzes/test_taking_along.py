"""What can be taken along: cards for Anki, the sheet for the wall."""

import re

import pytest
from django.test import Client

from studyapp.course.labelled import LANGUAGES
from studyapp.pages.course import course
from studyapp.quizzes.anki import notes
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import cards
from studyapp.quizzes.cheat_sheet import key_figures
from tests.progress.test_apkg import opened

pytestmark = pytest.mark.django_db


def test_every_term_and_prompt_is_a_note_in_three_languages() -> None:
    held = {note.key: note for note in notes()}
    assert {key for key in cards() if not key.startswith("objective:")} <= set(held)
    term = held["term:visibility-timeout"]
    for field, language in zip(term.fields[:3], ("en", "ko", "vi"), strict=True):
        assert course().terms["visibility-timeout"].name[language] in field
    assert all(all(note.fields) for note in held.values())
    assert not [field for note in held.values() for field in note.fields if 'href="/' in field]


def test_short_questions_are_notes_and_exam_questions_stay_unseen() -> None:
    keys = {note.key.removeprefix("question:") for note in notes() if note.key[:9] == "question:"}
    assert len(keys) > 20
    assert {bank()[key].grade for key in keys} == {"drill"}
    note = next(note for note in notes() if note.key == f"question:{min(keys)}")
    right = next(option for option in bank()[min(keys)].options if option.right)
    for field, language in zip(note.fields[3:6], ("en", "ko", "vi"), strict=True):
        assert re.sub("<[^>]+>", "", right.text[language]) in re.sub("<[^>]+>", "", field)


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_a_package_of_everything(client, language, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        answer = client.get(f"/{language}/progress/anki/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="decouple.apkg"'
    assert "no-store" in answer.headers["Cache-Control"]
    database = opened(answer.content)
    count = database.execute("SELECT count(*), count(DISTINCT guid) FROM notes").fetchone()
    assert count == (len(list(notes())),) * 2
    front = database.execute("SELECT models FROM col").fetchone()[0]
    assert f"{{{{{language.upper()}}}}}" in front


def test_a_package_of_what_is_in_review(client) -> None:
    assert opened(client.get("/en/progress/anki/?cards=mine").content).execute(
        "SELECT count(*) FROM notes"
    ).fetchone() == (0,)
    client.post("/en/mine/review/", {"of": "term:queue", "card": "term:queue", "do": "add"})
    mine = opened(client.get("/en/progress/anki/?cards=mine").content)
    assert mine.execute("SELECT sfld FROM notes").fetchall() == [("queue",)]
    other = opened(Client().get("/en/progress/anki/?cards=mine").content)
    assert other.execute("SELECT count(*) FROM notes").fetchone() == (0,)


@pytest.mark.parametrize("cards", ["", "yours", "mine'"])
def test_other_packages_do_not_exist(client, cards) -> None:
    assert client.get("/en/progress/anki/", {"cards": cards}).status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_has_the_decisions_and_the_figures(
    client, language, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(f"/{language}/quizzes/cheat-sheet/")
    html = answer.content.decode()
    assert "Decouple-Public" in answer.headers
    lesson = course().lessons["exam/decision-guide"]
    rows = [row for block in lesson.of_kind("table") for row in block.parts_of("row")]
    assert html.count('<th scope="row">') == len(rows) > 20
    assert html.count("<dt>") == len(key_figures()) > 30
    figure = course().facts["sqs.visibility-timeout-max"]
    assert f"<dt>{figure.quantity(language)}</dt>" in html


def test_figures_whose_exam_answer_differs_say_both(client) -> None:
    html = client.get("/en/quizzes/cheat-sheet/").content.decode()
    differing = [fact for fact in key_figures() if fact.exam is not None]
    assert differing
    assert html.count("sheet__exam") == len(differing)
