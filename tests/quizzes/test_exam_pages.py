"""The mock exam as plain forms and as scripts use it."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.test import Client

from studyapp.progress.models import Learner
from studyapp.quizzes import clock
from studyapp.quizzes.models import TIME, Answer, Attempt, LateAnswer
from tests.quizzes.samples import choice
from tests.quizzes.test_practice_pages import field, item_at, right_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]

JSON = {"Accept": "application/json"}


def sit(client: Client, language: str = "en", pace: str = "normal", mode: str = "help") -> str:
    """Start an exam of 20; the address below which its questions lie."""
    page = client.get(f"/{language}/quizzes/exam/").content.decode()
    sent = {"key": field(page, "key"), "size": "20", "pace": pace, "mode": mode}
    answer = client.post(f"/{language}/quizzes/exam/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"].removesuffix("1/")


def later(seconds: float):
    """The moment that the server's clocks will show so much later."""
    at = clock.now().later(seconds)
    return patch("studyapp.quizzes.exam.now", lambda: at)


def write(client: Client, address: str, turn: int = 1, tab: str = "tab-aaaaaaaa", **fields: object):
    sent = {"key": f"{tab}.{turn}", "language": "en", "do": "save", **fields}
    return client.post(address, sent, headers=JSON)


def test_an_exam_is_not_offered_by_a_small_bank(client: Client) -> None:
    with patch("studyapp.quizzes.exam.bank", dict):
        page = client.get("/en/quizzes/exam/").content.decode()
        sent = {"key": "k" * 24, "size": "20"}
        refused = client.post("/en/quizzes/exam/", sent)
    assert "opens when the bank holds 60 questions" in page
    assert "Start the exam" not in page
    assert refused.status_code == 409
    assert Attempt.objects.count() == 0


def test_65_questions_wait_for_a_bank_of_195(client: Client) -> None:
    page = client.get("/en/quizzes/exam/").content.decode()
    assert "20 questions, 40 minutes" in page
    assert "An exam of 65 questions opens when the bank holds 195" in page
    assert client.post("/en/quizzes/exam/", {"key": "k" * 24, "size": "65"}).status_code == 409


def test_a_bank_of_195_offers_a_whole_exam(client: Client) -> None:
    held = {item.id: item for item in (choice(f"sqs/n{n}", domain=n % 4 + 1) for n in range(195))}
    with patch("studyapp.quizzes.exam.bank", lambda: held):
        page = client.get("/en/quizzes/exam/").content.decode()
        sent = {"key": field(page, "key"), "size": "65", "pace": "plus30"}
        answer = client.post("/en/quizzes/exam/", sent)
        question = client.get(answer.headers["Location"]).content.decode()
    assert page.count('type="radio" name="size"') == 2
    assert "65 questions, 130 minutes" in page
    assert "opens when the bank holds" not in page
    attempt = Attempt.objects.get()
    assert len({entry["question"] for entry in attempt.questions}) == 65
    assert attempt.ends_at is not None
    assert (attempt.ends_at - attempt.started_at).total_seconds() == 160 * 60
    assert "Question 1 of 65" in question


@pytest.mark.parametrize(
    ("pace", "minutes"), [("normal", 40), ("plus30", 70), ("half", 60), ("double", 80)]
)
def test_every_pace_can_be_chosen(client: Client, pace: str, minutes: int) -> None:
    base = sit(client, pace=pace)
    assert f"{minutes} min left" in client.get(f"{base}1/").content.decode()


def test_an_exam_without_a_limit_says_so(client: Client) -> None:
    base = sit(client, pace="untimed")
    assert "no time limit" in client.get(f"{base}1/").content.decode()
    with later(1e7):
        assert client.get(f"{base}1/").status_code == 200


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_an_exam_by_forms_from_start_to_review(client, bank, language) -> None:
    base = sit(client, language)
    address = f"{base}1/"
    for number in range(1, 21):
        item = item_at(base, number, bank)
        answer = send(client, address, do="next", **(right_of(item) if number <= 15 else {}))
        address = answer.headers["Location"]
    assert address == f"{base}overview/"
    overview = client.get(address).content.decode()
    assert overview.count('data-state="answered"') == 15
    assert overview.count('data-state="seen"') == 5
    last_step = client.get(f"{base}overview/?end=yes").content.decode()
    assert f'href="{base}16/"' in last_step
    ended = client.post(f"{base}overview/", {"do": "end"})
    assert ended.headers["Location"] == f"{base}result/"
    result = client.get(f"{base}result/").content.decode()
    assert Attempt.objects.get().score == {"right": 15, "total": 20}
    assert "775" in result, "100 + 900 x 15/20"
    review = client.get(f"{base}result/16/").content.decode()
    assert 'data-result="wrong"' in review
    assert "why a" in review


def test_no_reason_no_score_and_no_link_out_of_a_running_exam(client, bank) -> None:
    base = sit(client)
    send(client, f"{base}1/", do="save", **right_of(item_at(base, 1, bank)))
    for number in range(1, 21):
        page = client.get(f"{base}{number}/").content.decode()
        assert "why " not in page
        assert "data-verdict" not in page
        assert "/simulator/sqs" not in page
    assert client.get(f"{base}result/").status_code == 302
    assert client.get(f"{base}result/3/").status_code == 302


def test_every_button_keeps_the_answer_and_leads_where_it_says(client, bank) -> None:
    base = sit(client)
    for turn, (do, place) in enumerate(
        {"next": "5/", "previous": "3/", "overview": "overview/", "17": "17/", "flag": "4/"}.items()
    ):
        chosen = right_of(item_at(base, 4, bank)) if turn % 2 else {}
        answer = send(client, f"{base}4/", do=do, **chosen)
        assert answer.headers["Location"] == f"{base}{place}"
        assert Answer.objects.get().is_answered is bool(chosen)


def test_a_write_of_a_script_is_answered_with_what_it_needs(client, bank) -> None:
    base = sit(client)
    item = item_at(base, 1, bank)
    reply = write(client, f"{base}1/", **right_of(item))
    assert reply.status_code == 200
    told = reply.json()
    assert (told["revision"], told["answered"], told["changed"]) == (1, 1, [])
    assert told["chosen"] == sorted(item.right_ids)
    assert 2_390_000 < told["remaining_ms"] <= 2_400_000


def test_another_tab_is_told_what_changed(client, bank) -> None:
    base = sit(client)
    write(client, f"{base}3/", tab="tab-bbbbbbbb", **right_of(item_at(base, 3, bank)))
    told = write(client, f"{base}1/", seen="0", **right_of(item_at(base, 1, bank))).json()
    assert told["changed"] == [3]


def test_a_double_click_on_start_and_on_end_does_everything_once(client, bank) -> None:
    page = client.get("/en/quizzes/exam/").content.decode()
    sent = {"key": field(page, "key"), "size": "20", "pace": "normal"}
    first = client.post("/en/quizzes/exam/", sent)
    again = client.post("/en/quizzes/exam/", sent)
    assert first.headers["Location"] == again.headers["Location"]
    base = first.headers["Location"].removesuffix("1/")
    ended = [client.post(f"{base}overview/", {"do": "end"}) for _ in range(2)]
    assert {answer.headers["Location"] for answer in ended} == {f"{base}result/"}
    assert Attempt.objects.count() == 1


def test_an_old_tab_gets_409_with_the_way_to_the_result(client, bank) -> None:
    base = sit(client)
    client.post(f"{base}overview/", {"do": "end"})
    refused = write(client, f"{base}1/", **right_of(item_at(base, 1, bank)))
    assert refused.status_code == 409
    assert refused.json()["result"] == f"{base}result/"
    page = client.post(f"{base}1/", {"key": "tab-cccccccc.1", "language": "en", "option": "a"})
    assert page.status_code == 409
    assert f'href="{base}result/"' in page.content.decode()
    assert Answer.objects.count() == 0


def test_going_back_after_the_end_shows_the_result(client, bank) -> None:
    base = sit(client)
    client.post(f"{base}overview/", {"do": "end"})
    for address in (f"{base}1/", f"{base}overview/"):
        assert client.get(address).headers["Location"] == f"{base}result/"
    assert client.get(f"{base}all/", headers=JSON).status_code == 409


def test_when_the_time_is_over_any_page_closes_the_exam_with_what_is_stored(client, bank) -> None:
    base = sit(client)
    write(client, f"{base}1/", **right_of(item_at(base, 1, bank)))
    with later(2404):
        assert client.get(f"{base}2/").status_code == 200
    with later(2406):
        assert client.get(f"{base}2/").headers["Location"] == f"{base}result/"
    attempt = Attempt.objects.get()
    assert (attempt.finish_reason, attempt.score) == (TIME, {"right": 1, "total": 20})


def test_an_answer_that_arrives_after_the_time_is_listed_and_not_counted(client, bank) -> None:
    base = sit(client)
    with later(2410):
        refused = write(client, f"{base}2/", **right_of(item_at(base, 2, bank)))
    assert refused.status_code == 409
    assert refused.json()["late"] is True
    assert LateAnswer.objects.count() == 1
    result = client.get(f"{base}result/").content.decode()
    assert "an answer arrived late, not counted" in result
    assert "It is not counted" in client.get(f"{base}result/2/").content.decode()
    assert Attempt.objects.get().score == {"right": 0, "total": 20}


def test_a_command_closes_what_nobody_came_back_to(client, bank, capsys) -> None:
    sit(client)
    call_command("close_expired")
    at = clock.now().later(2406)
    with patch("studyapp.quizzes.management.commands.close_expired.now", lambda: at):
        call_command("close_expired")
    assert capsys.readouterr().out.split("\n")[:2] == ["0 closed", "1 closed"]
    assert Attempt.objects.get().finish_reason == TIME


def test_an_open_exam_is_offered_and_not_replaced(client, bank) -> None:
    base = sit(client)
    for address in ("/en/quizzes/", "/en/quizzes/exam/"):
        assert f"{base}1/" in client.get(address).content.decode()
    refused = client.post("/en/quizzes/exam/", {"key": "k" * 24, "size": "20"})
    assert refused.status_code == 409
    told = client.get("/vi/quizzes/open/").json()["open"]
    assert told["address"] == f"/vi{base.removeprefix('/en')}1/"
    assert (told["answered"], told["total"]) == (0, 20)


def test_who_comes_back_goes_on_at_the_question_that_was_written_last(client, bank) -> None:
    base = sit(client)
    for turn, number in enumerate((3, 9, 5), 1):
        write(client, f"{base}{number}/", turn=turn, **right_of(item_at(base, number, bank)))
    assert client.get("/en/quizzes/open/").json()["open"]["address"] == f"{base}5/"
    for address in ("/en/quizzes/", "/en/quizzes/exam/"):
        assert f'href="{base}5/"' in client.get(address).content.decode()


def test_another_language_stays_on_from_question_to_question(client, bank) -> None:
    base = sit(client)
    answer = send(client, f"{base}1/", **{"in": "vi"})
    assert answer.headers["Location"] == f"{base}1/?in=vi"
    answer = send(client, answer.headers["Location"], do="next")
    assert answer.headers["Location"] == f"{base}2/?in=vi"
    answer = send(client, answer.headers["Location"], do="overview")
    assert answer.headers["Location"] == f"{base}overview/"


def test_more_options_than_wanted_are_shown_again_with_what_to_do(client, bank) -> None:
    base = sit(client)
    number = next(n for n in range(1, 21) if item_at(base, n, bank).choose == 2)
    answer = send(client, f"{base}{number}/", do="next", option=["a", "b", "d"], flagged="yes")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "No more than 2. Take one back first." in page
    assert sorted(re.findall(r'value="(\w)" checked', page)) == ["a", "b", "d"]
    assert 'name="flagged" value="yes"' in page
    assert write(client, f"{base}{number}/", option=["a", "b", "d"]).json() == {
        "error": "malformed"
    }
    assert Answer.objects.count() == 0


def test_leaving_says_what_the_time_does(client, bank) -> None:
    base = sit(client)
    for place in ("1/", "overview/"):
        assert "Leave; the time runs on" in client.get(f"{base}{place}").content.decode()
    Attempt.objects.update(ends_at=None)
    for place in ("1/", "overview/"):
        page = client.get(f"{base}{place}").content.decode()
        assert "Leave; your answers are kept" in page
        assert "the time runs on" not in page


def test_nobody_has_no_open_exam_and_that_costs_nothing(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/en/quizzes/open/").json() == {"open": None}
    assert Learner.objects.count() == 0


def test_all_questions_come_in_one_answer_for_a_time_without_a_network(client, bank) -> None:
    base = sit(client)
    write(client, f"{base}4/", **right_of(item_at(base, 4, bank)))
    pages = client.get(f"{base}all/", headers=JSON).json()["questions"]
    assert len(pages) == 20
    assert all(f'data-number="{n}"' in page for n, page in enumerate(pages, 1))
    assert "checked" in pages[3]
    assert "csrfmiddlewaretoken" in pages[0]


def test_a_stranger_sees_404_everywhere_and_changes_nothing(client, stranger, bank) -> None:
    base = sit(client)
    for address in ("1/", "overview/", "all/", "result/", "result/1/"):
        assert stranger.get(f"{base}{address}").status_code == 404
    assert write(stranger, f"{base}1/", option="a").status_code == 404
    assert stranger.post(f"{base}overview/", {"do": "end"}).status_code == 404
    attempt = Attempt.objects.get()
    assert (attempt.revision, attempt.finished_at) == (0, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"option": "z"},
        {"option": ["a", "b", "c", "d"]},
        {"key": "x"},
        {"do": "-1"},
        {"do": "²"},
        {"do": "quit"},
        {"do": "9" * 40},
        {"struck": ["a", "a"]},
        {"seen": "-1"},
        {"at": "9" * 15},
    ],
    ids=str,
)
def test_hostile_writes_are_400_and_change_nothing(client, bank, fields) -> None:
    base = sit(client)
    assert write(client, f"{base}1/", **fields).status_code == 400
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [{"size": "64"}, {"size": ""}, {"pace": "slow"}, {"key": ""}, {"size": "²"}, {"mode": "easy"}],
    ids=str,
)
def test_an_exam_that_the_form_does_not_offer_is_refused(client, bank, fields) -> None:
    sent = {"key": "k" * 24, "size": "20", "pace": "normal", **fields}
    assert client.post("/en/quizzes/exam/", sent).status_code == 400
    assert Learner.objects.count() == 0


def test_another_site_cannot_answer_or_end() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/en/quizzes/exam/x/1/", {"option": "a"}).status_code == 403
    assert strict.post("/en/quizzes/exam/x/overview/", {"do": "end"}).status_code == 403


def test_what_an_exam_costs(client, bank, django_assert_num_queries) -> None:
    base = sit(client)
    with django_assert_num_queries(3):  # learner, attempt, its answers
        client.get(f"{base}1/")
    with django_assert_num_queries(3):
        client.get(f"{base}all/", headers=JSON)
    sent = right_of(item_at(base, 1, bank))
    # the learner, the four statements of a write, the test's savepoint
    with django_assert_num_queries(7):
        write(client, f"{base}1/", **sent)


def test_pages_are_small(client, bank) -> None:
    """At most 12 kB compressed after the first page: what is real in size stands in tests/site."""
    import gzip

    base = sit(client)
    page = client.get(f"{base}1/").content
    assert len(gzip.compress(page)) < 12_000


def test_the_clock_of_the_server_may_be_wrong_by_hours(client, bank) -> None:
    base = sit(client)
    at = clock.now().later(600)
    for hours in (3, -3):
        moved = clock.Instant(at.wall + timedelta(hours=hours), at.ticks_seconds, at.boot)
        with patch("studyapp.quizzes.exam.now", lambda moved=moved: moved):
            page = client.get(f"{base}1/").content.decode()
        left = int(re.search(r'data-remaining="(\d+)"', page)[1])  # type: ignore[index]
        assert abs(left - 1_800_000) < 30_000
    assert not Attempt.objects.get().is_finished
