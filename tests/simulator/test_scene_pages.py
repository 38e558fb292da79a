"""Scenes, events and comparisons as answers of the site."""

import html
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.utils import timezone

from studyapp.course.labelled import LANGUAGES
from studyapp.progress.learners import new_learner
from studyapp.simulator.witnesses import witnesses
from tests.support.addresses import course

NAME = "sqs/crash-before-delete"


def data(client: Client, name: str = NAME, language: str = "en", query: str = "") -> dict[str, Any]:
    answer = client.get(f"/{language}/simulator/{name}/scene.json?{query}")
    assert answer.status_code == 200
    return json.loads(answer.content)


@pytest.mark.parametrize("name", sorted(course().scenarios))
def test_a_scene_has_a_sentence_for_every_step_and_every_question_its_place(
    client: Client, name: str
):
    scene = data(client, name)
    file = course().scenarios[name]
    assert len(scene["say"]) == len(scene["why"]) == len(scene["steps"])
    assert {id for _, id in scene["gates"]} == {gate.id for gate in file.gates}
    assert [step["t"] for step in scene["steps"]] == sorted(step["t"] for step in scene["steps"])
    assert max(scene["why"]) < len(scene["reasons"])
    assert scene["ends"] >= scene["steps"][-1]["t"]
    for layout in scene["layouts"].values():
        assert all(place is not None for place in layout), "every place is somewhere"


def test_the_same_address_gives_the_same_bytes(client: Client):
    address = f"/ko/simulator/{NAME}/scene.json?k.timeout=15"
    assert client.get(address).content == client.get(address).content
    assert "public" in client.get(address)["Cache-Control"]


def test_the_scene_speaks_the_readers_language(client: Client):
    said = {language: " ".join(data(client, language=language)["say"]) for language in LANGUAGES}
    assert len(set(said.values())) == 3
    assert re.search("[가-힣]", said["ko"])


@pytest.mark.parametrize("query", ["k.timeout=7", "a=x", "seed=-1", "x=1", "t=99999", "a=1~no.Way"])
def test_a_tampered_scene_is_an_error_in_words(client: Client, query: str):
    answer = client.get(f"/en/simulator/{NAME}/scene.json?{query}")
    assert answer.status_code == 400
    assert len(json.loads(answer.content)["error"]) > 20


def test_a_moment_opens_with_its_picture(client: Client):
    page = client.get(f"/en/simulator/{NAME}/?t=12").content.decode()
    assert 'data-at="12000"' in page
    assert re.search(r'data-thing="worker-a"[^>]*data-state="crashed"', page)
    start = client.get(f"/en/simulator/{NAME}/").content.decode()
    assert 'data-state="crashed"' not in start


# One event


def number_of(client: Client, words: str) -> int:
    scene = data(client)
    return next(
        step["n"] for step, said in zip(scene["steps"], scene["say"], strict=True) if words in said
    )


def test_an_event_says_why_and_shows_its_call_as_code(client: Client):
    number = number_of(client, "order A is stored")
    page = html.unescape(client.get(f"/en/simulator/{NAME}/event/{number}/").content.decode())
    assert "aws sqs send-message" in page
    assert 'boto3.client("sqs"' in page
    part = client.get(f"/en/simulator/{NAME}/event/{number}/part/").content.decode()
    assert "<html" not in part


def test_what_aws_has_no_command_for_says_so(client: Client):
    answer = client.get(f"/en/simulator/{NAME}/scene.json?a=5000~sim.CrashActor~actor~worker-b")
    scene = json.loads(answer.content)
    number = next(
        step["n"]
        for step, said in zip(scene["steps"], scene["say"], strict=True)
        if "worker B crashes" in said
    )
    page = client.get(
        f"/en/simulator/{NAME}/event/{number}/?a=5000~sim.CrashActor~actor~worker-b"
    ).content.decode()
    assert "AWS has no such command" in page
    assert "aws sim" not in page


@pytest.mark.parametrize("number", [99999, 2**70])
def test_an_event_that_never_happened_is_not_found(client: Client, number: int):
    assert client.get(f"/en/simulator/{NAME}/event/{number}/").status_code == 404


@pytest.mark.parametrize("part", ["event/5/", "event/5/part/", "acts/", "demo/"])
def test_a_tampered_part_is_refused_as_plain_text(client: Client, part: str):
    answer = client.get(f"/en/simulator/{NAME}/{part}?%3Cimg%20src=x%3E=1")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")


# Two runs


def test_two_runs_part_where_the_first_event_differs(client: Client):
    page = html.unescape(
        client.get(f"/en/simulator/{NAME}/compare/?two=k.timeout%3D15").content.decode()
    )
    assert "The runs part at 0:15" in page
    assert page.count("<sim-player") == 2


def test_equal_runs_do_not_part(client: Client):
    page = client.get(f"/en/simulator/{NAME}/compare/").content.decode()
    assert "Both runs tell the same" in page


@pytest.mark.parametrize(
    "query",
    [
        "two=k.timeout%3D7",
        "three=x",
        "two=" + "a" * 6500,
        "two=a%3D" + "%2561" * 600,
        "one=seed%3Dx",
    ],
)
def test_a_tampered_comparison_says_what_is_wrong_and_shows_the_scenario(
    client: Client, query: str
):
    answer = client.get(f"/en/simulator/{NAME}/compare/?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


# Predictions


@pytest.mark.django_db
def test_a_known_learners_first_prediction_is_kept(client: Client):
    learner = new_learner(timezone.now())
    cookie = settings.LEARNER_COOKIE
    signer = signing.get_cookie_signer(salt=cookie + "decouple.learner")
    client.cookies[cookie] = signer.sign(learner.key)
    fields = {"scenario": NAME, "gate": "when-does-b-get-it", "confidence": "sure"}
    assert (
        client.post("/en/simulator/prediction/", {**fields, "option": "never"}).status_code == 204
    )
    client.post("/en/simulator/prediction/", {**fields, "option": "when-the-timeout-ends"})
    kept = learner.predictions.get()
    assert (kept.option, kept.is_right, kept.confidence) == ("never", False, "sure")


@pytest.mark.django_db
def test_nobody_becomes_known_by_predicting(client: Client):
    fields = {"scenario": NAME, "gate": "when-does-b-get-it", "option": "never"}
    answer = client.post("/en/simulator/prediction/", fields)
    assert answer.status_code == 204
    assert not answer.cookies


@pytest.mark.parametrize(
    "change",
    [{"scenario": "x/y"}, {"gate": "x"}, {"option": "x"}, {"confidence": "very"}],
)
def test_a_prediction_about_nothing_is_refused(client: Client, change: dict[str, str]):
    fields = {"scenario": NAME, "gate": "when-does-b-get-it", "option": "never", "confidence": ""}
    assert client.post("/en/simulator/prediction/", {**fields, **change}).status_code == 400


# From lessons to moments


def test_sentences_of_lessons_lead_to_moments_that_show_them(client: Client):
    offered = witnesses()
    lessons = {block.split("#")[0] for block in offered}
    assert len(offered) >= 60
    assert len(lessons) >= 20
    for block, shown in offered.items():
        lesson, _, anchor = block.partition("#")
        assert any(each.id == anchor for each in course().lessons[lesson].blocks), block
        for each in shown:
            assert 0 <= each.at_ms <= each.scenario.data["ends_at_ms"]


def test_a_lesson_offers_show_me_and_its_demo(client: Client):
    page = client.get("/en/lessons/sqs/visibility-timeout/").content.decode()
    assert re.search(r'href="/en/simulator/sqs/[a-z-]+/\?t=[\d.]+"', page)
    assert page.count("<sim-player") == 1
    assert "The whole story as a table" in page
