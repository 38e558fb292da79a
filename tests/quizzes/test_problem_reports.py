"""Reporting a problem with a question: after the answer only, by its learner only, and kept for the authors."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from studyapp.progress.models import Learner
from studyapp.quizzes import problem_reports
from studyapp.quizzes.bank import bank as real_bank
from studyapp.quizzes.models import PROBLEMS, Answer, Attempt, ProblemReport, QuestionVersion
from tests.quizzes.test_exam_pages import sit
from tests.quizzes.test_practice_pages import begin, item_at, right_of, send
from tests.quizzes.test_review_pages import OBJECTIVE, answer_card, put_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]
GIVEN = {"in": "en", "problem": "key", "text": "Two options are right."}


def answered(client: Client, bank, language: str = "en", number: int = 1) -> str:
    """Answer a question of practice; the address of its page."""
    base = begin(client, language)
    address = f"{base}{number}/"
    assert (
        send(client, address, do="check", **right_of(item_at(base, number, bank))).status_code
        == 302
    )
    return address


def where(html: str) -> str:
    """The address that the form of a page sends to."""
    found = re.search(r'action="(/../quizzes/problem/[^"]+)"', html)
    assert found
    return found[1]


def report(client: Client, address: str, **fields: object):
    return client.post(where(client.get(address).content.decode()), {**GIVEN, **fields})


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_a_report_carries_what_was_asked_and_chosen(client, bank, language) -> None:
    address = answered(client, bank, language)
    sent = report(client, address, **{"in": "vi"}, chosen="zzz", digest="f" * 32, question="sqs/x")
    assert sent.status_code == 302
    assert sent.headers["Location"] == f"{address}?in=vi&reported=yes#reported"
    kept, row, entry = ProblemReport.objects.get(), Answer.objects.get(), Attempt.objects.get()
    assert (kept.question, kept.chosen) == (row.question, row.chosen)
    assert kept.digest == entry.questions[0]["version"] == bank[row.question].digest
    assert (kept.language, kept.kind, kept.text) == ("vi", "key", GIVEN["text"])
    page = client.get(sent.headers["Location"]).content.decode()
    assert 'id="reported"' in page
    assert GIVEN["text"] in page
    assert 'value="key" required checked' in page
    assert 'id="reported"' not in client.get(address).content.decode()


def test_sending_again_changes_the_one_report_and_not_the_answer(client, bank) -> None:
    address = answered(client, bank)
    before = Answer.objects.values().get()
    report(client, address)
    report(client, address, problem="translation", text="")
    assert ProblemReport.objects.values_list("kind", "text").get() == ("translation", "")
    assert Answer.objects.values().get() == before


def test_before_the_answer_nothing_is_offered_and_nothing_taken(client, bank) -> None:
    base = begin(client)
    page = client.get(f"{base}1/").content.decode()
    assert "/quizzes/problem/" not in page
    id = base.rstrip("/").split("/")[-1]
    assert client.post(f"/en/quizzes/problem/{id}/1/", GIVEN).status_code == 400
    send(client, f"{base}1/", do="save", option="a")
    assert client.post(f"/en/quizzes/problem/{id}/1/", GIVEN).status_code == 400
    assert ProblemReport.objects.count() == 0


def test_an_exam_takes_reports_once_it_has_ended(client, bank) -> None:
    base = sit(client)
    id = base.rstrip("/").split("/")[-1]
    send(client, f"{base}1/", do="save", option="a")
    assert client.post(f"/en/quizzes/problem/{id}/1/", GIVEN).status_code == 400
    client.post(f"{base}overview/", {"do": "end"})
    for number, chosen in ((1, ["a"]), (2, [])):
        address = f"{base}result/{number}/"
        sent = report(client, address, text=str(number))
        assert sent.headers["Location"] == f"{address}?in=en&reported=yes#reported"
        assert 'id="reported"' in client.get(sent.headers["Location"]).content.decode()
        assert ProblemReport.objects.get(text=str(number)).chosen == chosen


def test_a_question_of_review_is_reported_and_leads_back(client) -> None:
    put_in(client, OBJECTIVE)
    address = answer_card(client).headers["Location"].split("#")[0]
    sent = report(client, address)
    assert sent.headers["Location"] == f"{address}?in=en&reported=yes#reported"
    assert 'id="reported"' in client.get(sent.headers["Location"]).content.decode()
    assert ProblemReport.objects.get().question == Answer.objects.get().question


def test_attempts_of_others_look_like_none(client, stranger, bank) -> None:
    to = where(client.get(answered(client, bank)).content.decode())
    assert stranger.post(to, GIVEN).status_code == 404
    stranger.post("/en/mine/reading/", {"lesson": "sqs/visibility-timeout", "unit": "x"})
    assert stranger.post(to, GIVEN).status_code == 404
    assert client.post(to.replace("/1/", "/99/"), GIVEN).status_code == 404
    assert client.post("/en/quizzes/problem/none/1/", GIVEN).status_code == 404
    assert client.get(to).status_code == 405
    assert ProblemReport.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"problem": "bored"},
        {"problem": ""},
        {"in": "xx"},
        {"in": ""},
        {"text": "x" * 1001},
    ],
    ids=str,
)
def test_what_no_page_sends_is_refused(client, bank, fields) -> None:
    address = answered(client, bank)
    assert report(client, address, **fields).status_code == 400
    assert ProblemReport.objects.count() == 0


def test_the_text_is_kept_without_what_upsets_a_terminal_or_a_database(client, bank) -> None:
    address = answered(client, bank)
    report(client, address, text=" a\x00b\x1b[2Jc\r\nd\u202ee <b> ")
    assert ProblemReport.objects.get().text == "ab[2Jc\nde <b>"
    page = client.get(f"{address}?reported=yes").content.decode()
    assert "&lt;b&gt;" in page
    assert report(client, address, text="\r\n".join("x" * 500)).status_code == 302


def test_after_fifty_in_a_day_there_is_an_end_until_tomorrow(client, bank, monkeypatch) -> None:
    monkeypatch.setattr(problem_reports, "A_DAY_MAX", 2)
    base = begin(client)
    for number in (1, 2, 3):
        send(client, f"{base}{number}/", do="check", **right_of(item_at(base, number, bank)))
    assert [report(client, f"{base}{n}/").status_code for n in (1, 2, 3)] == [302, 302, 429]
    assert report(client, f"{base}2/", text="better words").status_code == 302
    ProblemReport.objects.update(reported_at=timezone.now() - timedelta(days=1, minutes=1))
    assert report(client, f"{base}3/").status_code == 302
    assert ProblemReport.objects.count() == 3


def listed(*options: str) -> str:
    out = StringIO()
    call_command("list_reports", *options, stdout=out)
    return out.getvalue()


def test_authors_see_open_reports_until_the_text_changes(client) -> None:
    put_in(client, OBJECTIVE)
    report(client, answer_card(client).headers["Location"].split("#")[0], text="one\ntwo")
    given = ProblemReport.objects.get()
    text = listed()
    assert f"{given.question.partition('~')[0]} (1)" in text
    assert "the key is wrong · version 1" in text
    assert ", ".join(given.chosen) in text
    assert "      one\n      two\n" in text
    assert "1 open, 0 closed by a new text" in text
    # The words of the question were mended since.
    ProblemReport.objects.update(digest="0" * 32)
    assert "0 open, 1 closed by a new text" in listed()
    assert given.question.partition("~")[0] not in listed()
    assert "closed" in listed("--all")
    ProblemReport.objects.update(question="sqs/taken-out")
    assert "0 open" in listed(), "a question that is gone has no open reports"


def test_reports_stand_by_question_the_newest_version_first() -> None:
    def given(question: str, version: int, hour: int) -> ProblemReport:
        at = timezone.now().replace(hour=hour)
        return ProblemReport(question=question, version=version, reported_at=at, kind="key")

    rows = [given("sqs/b~1", 1, 9), given("sqs/a", 1, 8), given("sqs/b~7", 2, 7)]
    found = problem_reports.grouped(rows)
    assert list(found) == ["sqs/a", "sqs/b"]
    assert found["sqs/b"] == [rows[2], rows[0]]


def test_every_kind_of_problem_has_words_for_authors() -> None:
    from studyapp.quizzes.management.commands.list_reports import KINDS

    assert tuple(KINDS) == PROBLEMS


def test_forgetting_deletes_reports(client, bank) -> None:
    report(client, answered(client, bank))
    client.post("/en/progress/forget/", {"word": "forget"})
    assert (Learner.objects.count(), ProblemReport.objects.count()) == (0, 0)


def test_reports_go_along_with_a_code(client, stranger) -> None:
    put_in(client, OBJECTIVE)
    report(client, answer_card(client).headers["Location"].split("#")[0])
    code = stranger.post("/en/progress/code/").context["code"]
    client.post("/en/progress/recover/", {"code": code})
    kept = ProblemReport.objects.get()
    assert kept.learner == kept.attempt.learner
    stranger.post("/en/progress/forget/", {"word": "forget"})
    assert ProblemReport.objects.count() == 0


def test_a_version_stays_readable_after_its_report(client) -> None:
    put_in(client, OBJECTIVE)
    report(client, answer_card(client).headers["Location"].split("#")[0])
    given = ProblemReport.objects.get()
    assert QuestionVersion.objects.get(digest=given.digest).question == given.question
    assert given.question in real_bank() or "~" in given.question
