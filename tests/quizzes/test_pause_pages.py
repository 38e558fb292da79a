"""A pause as forms and pages: what is shown, what is away, what is said afterwards."""

import json
import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from studyapp.quizzes import clock
from studyapp.quizzes.models import Answer, Attempt
from tests.quizzes.test_practice_pages import begin, field, item_at, right_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


def timed(client: Client, language: str = "en") -> str:
    return begin(client, language, help="clock", topic="mq")


def later(seconds: float):
    at = clock.now().later(seconds)
    return patch("studyapp.quizzes.practice.now", lambda: at)


def go_on(client: Client, address: str):
    page = client.get(address).content.decode()
    return client.post(address, {"do": "resume", "pause": field(page, "pause")})


def test_only_a_set_with_a_clock_offers_a_pause(client) -> None:
    base = timed(client)
    assert 'value="pause"' in client.get(f"{base}1/").content.decode()
    client.post(f"{base}1/", {"do": "finish"})
    other = begin(client, topic="mq")
    assert 'value="pause"' not in client.get(f"{other}1/").content.decode()


@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_a_pause_by_forms(client, bank, language) -> None:
    base = timed(client, language)
    stem = bank[Attempt.objects.get().questions[1]["question"]].stem[0]["en"]
    assert stem in client.get(f"{base}2/").content.decode()
    answer = send(client, f"{base}2/", do="pause", option="a")
    assert answer.headers["Location"].startswith(f"{base}2/")
    for number in range(1, 6):
        page = client.get(f"{base}{number}/").content.decode()
        assert 'value="resume"' in page
        assert "?</p>" not in page, "no stem of any question"
        assert 'name="option"' not in page
    with later(3000):
        result = client.get(f"{base}result/").content.decode()
        assert stem not in result, "the list of a paused set is no way to read on"
        assert 'value="resume"' in result
        back = go_on(client, f"{base}2/")
    assert back.headers["Location"] == f"{base}2/"
    with later(3000):
        page = client.get(f"{base}2/").content.decode()
    assert stem in page
    assert re.search(r'value="a" checked', page), "what was chosen is there again"
    left = int(re.search(r'data-remaining="(\d+)"', page)[1])  # type: ignore[index]
    assert 590_000 < left <= 600_000


def test_an_answered_question_is_listed_in_a_pause_and_its_reasons_wait(client, bank) -> None:
    base = timed(client)
    item = item_at(base, 1, bank)
    send(client, f"{base}1/", do="check", **right_of(item))
    send(client, f"{base}1/", do="pause", **right_of(item))
    assert item.stem[0]["en"] in client.get(f"{base}result/").content.decode()
    assert "why " not in client.get(f"{base}1/").content.decode()
    assert Answer.objects.get().right is True


def test_a_tab_that_does_not_know_of_the_pause_gets_409_and_the_way_on(client, bank) -> None:
    base = timed(client)
    old = client.get(f"{base}1/").content.decode()
    send(client, f"{base}1/", do="pause")
    sent = {"key": field(old, "key"), "language": "en", "do": "check", "option": "a"}
    refused = client.post(f"{base}1/", sent)
    assert refused.status_code == 409
    told = refused.content.decode()
    assert "paused in another tab" in told
    assert 'value="resume"' in told
    assert Answer.objects.get().chosen == []
    part = client.post(f"{base}1/", sent, headers={"Decouple-Part": "question"})
    assert part.status_code == 409
    assert client.post(f"{base}1/", sent, headers={"Accept": "application/json"}).json() == {
        "error": "paused"
    }


def test_a_script_is_led_to_the_page_of_the_pause(client) -> None:
    base = timed(client)
    page = client.get(f"{base}1/").content.decode()
    sent = {"key": field(page, "key"), "language": "en", "do": "pause"}
    answer = client.post(f"{base}1/", sent, headers={"Decouple-Part": "question"})
    assert answer.status_code == 302
    assert Attempt.objects.get().is_paused


def test_pages_say_that_a_set_is_paused_and_how_often_it_was(client) -> None:
    base = timed(client)
    send(client, f"{base}1/", do="pause")
    assert "· paused" in client.get("/en/quizzes/").content.decode()
    with later(120):
        go_on(client, f"{base}1/")
    assert "· paused" not in client.get("/en/quizzes/").content.decode()
    assert "Paused once, 2 min" in client.get(f"{base}result/").content.decode()
    with later(130):
        send(client, f"{base}1/", do="pause")
    with later(730):
        go_on(client, f"{base}1/")
        client.post(f"{base}1/", {"do": "finish"})
    assert "Paused 2 times, 12 min" in client.get(f"{base}result/").content.decode()


@pytest.mark.parametrize("pause", ["", "x", "-1", "²", "9" * 40])
def test_going_on_with_a_pause_that_no_page_names_is_400(client, pause) -> None:
    base = timed(client)
    send(client, f"{base}1/", do="pause")
    assert client.post(f"{base}1/", {"do": "resume", "pause": pause}).status_code == 400
    assert Attempt.objects.get().is_paused


def test_places_outside_the_set_end_no_pause(client, stranger) -> None:
    base = timed(client)
    send(client, f"{base}1/", do="pause")
    assert client.post(f"{base}6/", {"do": "resume", "pause": "1"}).status_code == 404
    assert stranger.post(f"{base}1/", {"do": "resume", "pause": "1"}).status_code == 404
    assert Attempt.objects.get().is_paused


def test_pauses_travel_in_the_file(client, bank) -> None:
    base = timed(client)
    send(client, f"{base}1/", do="pause", option="a")
    with later(600):
        go_on(client, f"{base}1/")
        client.post(f"{base}1/", {"do": "finish"})
    file = client.get("/en/progress/export/").content.decode()
    held = json.loads(file)["parts"]["quizzes"]["attempts"][0]
    assert len(held["pauses"]) == 1
    other = Client()
    with patch("studyapp.quizzes.carrying.bank", lambda: bank):
        other.post("/en/progress/import/", {"text": file, "step": "confirm"})
    first, arrived = Attempt.objects.order_by("learner_id")
    assert arrived.asked_for["carried"] is True
    assert arrived.pauses == first.pauses
    page = other.get(f"/en/quizzes/practice/{arrived.pk}/result/").content.decode()
    assert "Paused once, 10 min" in page
    assert json.loads(other.get("/en/progress/export/").content) == json.loads(file)


def test_a_set_that_was_paused_for_days_goes_on(client) -> None:
    base = timed(client)
    send(client, f"{base}1/", do="pause")
    with later(timedelta(days=3).total_seconds()):
        assert "10 min left" in client.get(f"{base}1/").content.decode()
        go_on(client, f"{base}1/")
        assert "10 min left" in client.get(f"{base}1/").content.decode()
