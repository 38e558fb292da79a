"""Missions that begin with an empty board: what to add is shown, what is missing is said, a success leads on."""

import html
import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from studyapp.engine.goals import judge
from studyapp.simulator.acting import builds
from studyapp.simulator.demo import own_run, scenario_of
from studyapp.simulator.runs import Settings, play, query_of, read_settings
from tests.support.addresses import LANGUAGES, course

BUILDING = sorted(file.id for file in course().scenarios.values() if builds(file))


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def ghosts(page: str) -> list[str]:
    return re.findall(r'data-opens="([^"]+)"', page)


def test_each_service_has_one() -> None:
    services = {id.partition("/")[0] for id in BUILDING}
    assert services == {"sqs", "sns", "kinesis", "firehose", "mq"}
    assert len(BUILDING) == len(services)


@pytest.mark.parametrize("id", BUILDING)
def test_nothing_is_reached_by_itself_and_every_solution_can_be_written_in_an_address(
    id: str,
) -> None:
    file = course().scenarios[id]
    scenario, _, run = own_run(file)
    for goal in file.goals:
        assert not judge(run.world, goal.test, goal.parameters).met
        settings = Settings(goal.knobs, None, tuple(goal.actions))
        fields = [pair.split("=", 1) for pair in query_of(scenario, settings).split("&") if pair]
        assert len(fields) == len(goal.actions)
        assert judge(play(scenario, settings).world, goal.test, goal.parameters).met


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", BUILDING)
def test_the_board_offers_what_to_add(client: Client, id: str, language: str) -> None:
    page = text(client, f"/{language}/simulator/{id}/")
    offered = ghosts(page)
    assert offered
    for key in offered:
        assert f'id="act-{key}"' in page
    assert page.count('class="items goal__missing"') == len(course().scenarios[id].goals)


def test_outlines_go_when_the_thing_is_there_and_others_come(client: Client) -> None:
    base = "/en/simulator/sqs/build-a-queue/"
    assert ghosts(text(client, base)) == ["sqs.CreateQueue"]
    query = urlencode([("a", "0~sqs.CreateQueue~queue_name~mine"), ("t", "0")], safe="~")
    assert ghosts(text(client, f"{base}?{query}")) == ["sim.AddActor:consumer"]
    part = text(client, f"{base}acts/?{query}")
    assert ghosts(part) == ["sim.AddActor:consumer"]
    assert ghosts(text(client, "/en/simulator/sqs/crash-before-delete/")) == []


def test_what_was_refused_is_told_where_it_stands(client: Client) -> None:
    rows = [
        ("a", "0~sqs.CreateQueue~queue_name~mine"),
        ("a", '0~sqs.CreateQueue~queue_name~mine~attributes~{"DelaySeconds":"5"}'),
    ]
    base = "/en/simulator/sqs/build-a-queue/"
    page = text(client, f"{base}?{urlencode(rows, safe='~')}")
    done = re.search(r'<ul class="done">.*?</ul>', page, re.DOTALL)
    assert done is not None
    first, second = done.group().split("</li>")[:2]
    assert "done__refused" not in first
    assert "A queue of this name exists already" in second
    assert "DelaySeconds = 5" in second


@pytest.mark.parametrize("id", BUILDING)
def test_after_a_success_one_begins_again_with_another_seed(client: Client, id: str) -> None:
    file = course().scenarios[id]
    scenario = scenario_of(id)
    goal = file.goals[0]
    base = f"/en/simulator/{id}/"
    assert "Again with another seed" not in text(client, base)
    solved = query_of(scenario, Settings(goal.knobs, None, tuple(goal.actions)))
    page = text(client, f"{base}?{solved}")
    again = re.search(r'href="\?([^"]*)"[^>]*>Again with another seed', page)
    assert again is not None
    settings = read_settings(scenario, [tuple(again.group(1).split("=", 1))])  # type: ignore[list-item]
    assert settings == Settings(seed=scenario.seed + 1)
    assert "Again with another seed" not in text(client, f"{base}?{again.group(1)}")


def test_the_question_is_asked_only_where_its_event_comes(client: Client) -> None:
    base = "/en/simulator/sqs/build-a-queue/"
    assert "data-question=" in text(client, base)
    query = urlencode([("a", "0~sqs.CreateQueue~queue_name~orders")], safe="~")
    assert "data-question=" not in text(client, f"{base}?{query}").partition("<sim-player")[2][:400]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lab_shows_them_in_a_row_of_their_own(client: Client, language: str) -> None:
    page = text(client, f"/{language}/simulator/")
    row = page.partition('aria-labelledby="build"')[2].partition("</section>")[0]
    found = re.findall(rf'href="/{language}/simulator/([^"]+)/"', row)
    assert sorted(found) == BUILDING
