"""An exam like the real one: what its pages do not have, and what the server refuses from elsewhere."""

import json
import re
from unittest.mock import patch

import pytest
from django.test import Client

from studyapp.progress.models import Learner
from studyapp.quizzes.insight import answers_of
from studyapp.quizzes.models import Answer, Attempt
from tests.quizzes.test_exam_pages import JSON, sit, write
from tests.quizzes.test_practice_pages import field, item_at, right_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]

SHOWN = [("en", "en", []), ("ko", "ko", ["en"]), ("vi", "en", [])]


def languages_of(html: str) -> tuple[str, list[str]]:
    """In which language a question is shown, and to which ones it can be switched."""
    return field(html, "language"), re.findall(r'name="in" value="(\w\w)"', html)


def test_the_start_page_offers_both_and_says_what_they_are(client: Client) -> None:
    for language, words in {
        "en": "Questions in English alone.",
        "ko": "버튼 하나로 영어 원문을 볼 수 있어요",
        "vi": "chưa có kỳ thi bằng tiếng Việt",
    }.items():
        page = client.get(f"/{language}/quizzes/exam/").content.decode()
        assert 'name="mode" value="help" checked' in page
        assert 'name="mode" value="strict">' in page
        assert words in page
        assert page.count('name="pace"') == 5, "more time is offered, whatever the mode"


@pytest.mark.parametrize(("page", "shown", "others"), SHOWN)
def test_questions_speak_the_language_of_the_exam(client, page, shown, others) -> None:
    base = sit(client, page, mode="strict")
    assert languages_of(client.get(f"{base}1/").content.decode()) == (shown, others)
    for asked in ("en", "ko", "vi", "xx"):
        expected = asked if asked in (shown, *others) else shown
        assert field(client.get(f"{base}2/?in={asked}").content.decode(), "language") == expected
        whole = client.get(f"{base}all/?in={asked}", headers=JSON).json()["questions"]
        assert {field(part, "language") for part in whole} == {expected}


def test_pages_in_another_language_do_not_change_that_of_the_exam(client) -> None:
    base = sit(client, "ko", mode="strict").replace("/ko/", "/vi/")
    assert languages_of(client.get(f"{base}1/").content.decode()) == ("ko", ["en"])


def test_there_is_nothing_to_strike_out_to_mark_or_to_be_sure_with(client) -> None:
    strict = sit(client, mode="strict")
    pages = [client.get(f"{strict}{n}/").content.decode() for n in range(1, 21)]
    pages += client.get(f"{strict}all/", headers=JSON).json()["questions"]
    for page in pages:
        for aid in ('name="strike"', "data-mark", 'name="confidence"', "<kbd>x</kbd>"):
            assert aid not in page
        assert "data-flag" in page
    client.post(f"{strict}overview/", {"do": "end"})
    page = client.get(f"{sit(client)}1/").content.decode()
    for aid in ('name="strike"', "data-mark", 'name="confidence"', "<kbd>x</kbd>"):
        assert aid in page


REFUSED = [
    {"language": "vi"},
    {"in": "vi"},
    {"struck": "a"},
    {"strike": "a"},
    {"confidence": "sure"},
    {"confidence": "guess", "option": "b"},
    {"do": "pause"},
]


@pytest.mark.parametrize("fields", REFUSED, ids=str)
@pytest.mark.parametrize("page", ["en", "ko", "vi"])
def test_what_the_real_exam_has_not_is_refused_and_changes_nothing(client, page, fields) -> None:
    base = sit(client, page, mode="strict")
    assert write(client, f"{base}1/", **fields).status_code == 400
    form = {"key": "tab-bbbbbbbb.1", "language": "en", "do": "next", **fields}
    assert client.post(f"{base}1/", form).status_code == 400
    assert Answer.objects.count() == 0
    assert Attempt.objects.get().revision == 0


@pytest.mark.parametrize(("page", "refused"), [("en", "ko"), ("vi", "ko"), ("vi", "vi")])
def test_an_exam_in_english_takes_no_answer_in_another_language(client, page, refused) -> None:
    base = sit(client, page, mode="strict")
    assert write(client, f"{base}1/", language=refused).status_code == 400
    assert Answer.objects.count() == 0
    assert write(client, f"{base}1/", language="en").status_code == 200


def test_the_same_with_help_is_taken(client, bank) -> None:
    base = sit(client)
    wrong = next(o.id for o in item_at(base, 1, bank).options if not o.right)
    sent = {"language": "vi", "struck": wrong, "confidence": "sure"}
    assert write(client, f"{base}1/", **sent).status_code == 200
    assert write(client, f"{base}1/", turn=2, do="pause").status_code == 400, "no exam has a pause"


def test_every_question_begins_in_the_language_of_the_exam(client) -> None:
    base = sit(client, "ko", mode="strict")
    switched = send(client, f"{base}1/", **{"in": "en"}).headers["Location"]
    assert switched == f"{base}1/?in=en"
    assert languages_of(client.get(switched).content.decode()) == ("en", ["ko"])
    assert send(client, switched, do="flag").headers["Location"] == switched
    assert send(client, switched, do="next").headers["Location"] == f"{base}2/"


def test_bar_overview_list_and_result_say_how_it_was_sat(client, bank) -> None:
    base = sit(client, "en", mode="strict")
    for place in ("1/", "overview/", "overview/?end=yes"):
        assert "Like the real exam</p>" in re.sub(
            r"\s+</p>", "</p>", client.get(f"{base}{place}").content.decode()
        )
    client.post(f"{base}overview/", {"do": "end"})
    assert "Like the real exam, in English" in client.get(f"{base}result/").content.decode()
    assert "· Like the real exam" in client.get("/en/quizzes/exam/").content.decode()
    other = sit(client, "ko", mode="strict")
    client.post(f"{other}overview/", {"do": "end"})
    assert "한국어와 영어 원문으로" in client.get(f"{other}result/").content.decode()
    plain = sit(client, "en")
    assert "Like the real exam" not in client.get(f"{plain}1/").content.decode()
    client.post(f"{plain}overview/", {"do": "end"})
    assert "Like the real exam" not in client.get(f"{plain}result/").content.decode()


def test_when_it_is_over_reasons_can_be_read_in_every_language(client) -> None:
    base = sit(client, "vi", mode="strict")
    client.post(f"{base}overview/", {"do": "end"})
    page = client.get(f"{base}result/1/?in=ko").content.decode()
    assert "(ko)" in page
    assert 'href="?in=vi"' in page


@pytest.mark.parametrize(
    ("page", "answered_in", "pace", "level"),
    [
        ("vi", "en", "normal", "clock"),
        ("en", "en", "plus30", "clock"),
        ("vi", "en", "untimed", ""),
        ("ko", "ko", "normal", ""),
        ("ko", "en", "normal", ""),
    ],
)
def test_the_ladder_counts_only_english_alone_under_the_clock(
    client, bank, page, answered_in, pace, level
) -> None:
    base = sit(client, page, pace=pace, mode="strict")
    write(client, f"{base}1/", language=answered_in, **right_of(item_at(base, 1, bank)))
    client.post(f"{base}overview/", {"do": "end"})
    assert [given.level for given in answers_of(Learner.objects.get())] == [level]


def test_how_it_was_sat_travels_in_the_file(client, bank) -> None:
    base = sit(client, "ko", mode="strict")
    write(client, f"{base}1/", language="ko", **right_of(item_at(base, 1, bank)))
    client.post(f"{base}overview/", {"do": "end"})
    file = client.get("/en/progress/export/").content.decode()
    held = json.loads(file)["parts"]["quizzes"]["attempts"]
    assert [attempt["mode"] for attempt in held] == ["strict"]
    other = Client()
    with patch("studyapp.quizzes.carrying.bank", lambda: bank):
        other.post("/en/progress/import/", {"text": file, "step": "confirm"})
    arrived = Attempt.objects.latest("started_at", "learner_id")
    assert Attempt.objects.count() == 2
    assert arrived.asked_for["mode"] == "strict"
    assert (
        "Like the real exam, in Korean"
        in other.get(f"/en/quizzes/exam/{arrived.pk}/result/").content.decode()
    )
