"""The page of the four ways: a pure function of its address, in every language, and no address breaks it."""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from studyapp.simulator.demo import scenario_of
from studyapp.simulator.runs import Misread, Settings
from studyapp.simulator.ways import SCENARIO, WAYS
from studyapp.simulator.ways_page import CRASHES_MS, Trial, read_trial, trial_fields
from tests.support.addresses import LANGUAGES, course


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def scene(client: Client, way: str, query: str = "", language: str = "en") -> dict[str, Any]:
    answer = client.get(f"/{language}/compare/{way}/scene.json" + (f"?{query}" if query else ""))
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_panels_one_clock_figures_and_promises(client: Client, language: str) -> None:
    page = text(client, f"/{language}/compare/")
    assert page.count("data-leads") == 1
    assert page.count("data-follows") == 4
    for way in WAYS:
        panel = page.partition(f'aria-labelledby="way-{way.id}"')[2].partition("</dl>")[0]
        drawn = set(re.findall(r'data-thing="([^">/]+)"', panel))
        assert way.programs <= drawn
        for other in WAYS:
            if other is not way:
                assert not (other.programs | other.things) & drawn
        assert panel.count("<dt>") == 7
    cell = course().lessons["choosing/four-services"]
    receivers = next(block for block in cell.of_kind("table") if block.id == "receivers")
    for part in receivers.parts_of("row"):
        assert course().inline[language].plain(part.units[1][language]) in page
    assert f'href="/{language}/lessons/exam/decision-guide/#scenarios"' in page
    for fact in ("sqs.request-price", "sns.price-unit", "kinesis.provisioned-cost", "mq.cost"):
        assert f"/facts/#{fact}" in page
        assert fact in course().facts


def test_it_stands_in_the_navigation_after_the_lab(client: Client) -> None:
    page = text(client, "/en/compare/")
    main = page.partition('<nav class="bar__nav"')[2].partition("</nav>")[0]
    places = re.findall(r'href="/en/([a-z/]+)/"', main)
    assert places.index("compare") == places.index("simulator") + 1
    assert 'href="/en/compare/" aria-current="page"' in main
    thumb = page.partition('<nav class="thumb"')[2].partition("</nav>")[0]
    assert thumb.count("<a ") == 5  # no room: on a phone it stands in the menu
    assert 'href="/en/compare/"' in page.partition('class="menu__phone"')[2].partition("</li>")[0]


def test_a_crash_changes_the_figures_and_adds_the_recovery(client: Client) -> None:
    page = text(client, "/en/compare/?crash=5.5")
    panels = page.split('class="way__figures"')[1:]
    assert "12.5 seconds" in panels[0]
    assert all("caught up after the crash" in panel for panel in panels)
    assert "caught up after the crash" not in text(client, "/en/compare/")


def test_the_form_leads_to_the_one_way_to_write_the_address(client: Client) -> None:
    sent = "k.second-oven=false&k.start-position=TRIM_HORIZON&slow=no&crash=no"
    answer = client.get(f"/en/compare/?{sent}")
    assert (answer.status_code, answer["Location"]) == (302, "/en/compare/")
    sent = "crash=3.5&slow=yes&k.second-oven=true"
    answer = client.get(f"/en/compare/?{sent}")
    assert answer["Location"] == "/en/compare/?k.second-oven=true&slow=yes&crash=3.5"
    answer = client.get(answer["Location"])
    assert answer.status_code == 200
    assert answer["Decouple-Public"].endswith("?k.second-oven=true&slow=yes&crash=3.5")
    page = answer.content.decode()
    assert re.search(r'name="crash" value="3.5" checked', page)
    assert re.search(r'name="slow" value="yes" checked', page)
    assert re.search(r'name="k.second-oven" value="true" checked', page)


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize("crash_ms", [None, *CRASHES_MS])
@pytest.mark.parametrize("oven", [False, True])
def test_every_trial_can_be_written_and_read_again(
    slow: bool, crash_ms: int | None, oven: bool
) -> None:
    scenario = scenario_of(SCENARIO)
    trial = Trial(Settings({"second-oven": True} if oven else {}), slow, crash_ms)
    assert read_trial(scenario, trial_fields(scenario, trial)) == trial


@pytest.mark.parametrize(
    "query",
    [
        "crash=4", "crash=", "slow=maybe", "slow=yes&slow=no", "seed=2", "t=3", "x=1", "k.second-oven=7",
        "a=0~sim.CrashActor~actor~oven-1", "all=1", "crash=" + "9" * 7_000,
    ],
)  # fmt: skip
def test_an_address_that_means_nothing_is_told_so(client: Client, query: str) -> None:
    page = text(client, f"/ko/compare/?{query}", 400)
    assert 'role="alert"' in page
    assert page.count("data-follows") == 4
    answer = client.get(f"/ko/compare/sqs/scene.json?{query}")
    assert answer.status_code == 400
    assert json.loads(answer.content)["error"]


def test_there_is_no_fifth_way(client: Client) -> None:
    assert client.get("/en/compare/smoke/scene.json").status_code == 404
    assert client.post("/en/compare/").status_code == 405


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_tells_its_own_events_and_all_tell_what_the_run_tells(
    client: Client, language: str
) -> None:
    whole = client.get(f"/{language}/simulator/{SCENARIO}/scene.json").json()
    told = {step["n"]: said for step, said in zip(whole["steps"], whole["say"], strict=True)}
    found: dict[int, str] = {}
    for way in WAYS:
        part = scene(client, way.id, language=language)
        assert part["ends"] == whole["ends"]
        assert part["gates"] == []
        numbers = [step["n"] for step in part["steps"]]
        assert not set(numbers) & set(found)
        found |= dict(zip(numbers, part["say"], strict=True))
    assert {n: said for n, said in found.items() if n in told} == told


def test_captions_stand_with_their_own_way(client: Client) -> None:
    captions = {way.id: [each[1] for each in scene(client, way.id)["captions"]] for way in WAYS}
    assert all(said.startswith("SQS") for said in captions["sqs"])
    assert any(said.startswith("SNS") for said in captions["sns"])
    assert any(said.startswith("Kinesis") for said in captions["kinesis"])
    assert any(said.startswith("Amazon MQ") for said in captions["mq"])


def test_who_has_to_choose_is_led_to_sections_that_exist(client: Client) -> None:
    page = text(client, "/vi/compare/")
    for lesson, section in re.findall(
        r'href="/vi/lessons/((?:exam|choosing)/[a-z-]+)/#([a-z-]+)"', page
    ):
        assert section in {block.id for block in course().lessons[lesson].blocks}


def test_unclear_fields_raise() -> None:
    with pytest.raises(Misread):
        read_trial(scenario_of(SCENARIO), [("crash", "5.5"), ("crash", "5.5")])
