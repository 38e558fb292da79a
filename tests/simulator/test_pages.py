"""The lab as pages: a run is its address, in every language, and no address breaks it."""

import asyncio
import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from studyapp.engine.scenario import read, run
from studyapp.front import PageStore, PublicPages
from studyapp.simulator.knobs import shown
from studyapp.simulator.runs import (
    QUERY_MAX,
    Misread,
    Settings,
    query_of,
    read_settings,
    text_of,
)
from studyapp.simulator.telling import Teller
from studyapp.simulator.timeline import LINES, rows
from tests.support.addresses import LANGUAGES, course

NAME = "sqs/crash-before-delete"
LONG = "basics/ticket-spike"


def path(name: str = NAME, language: str = "en", query: str = "") -> str:
    return f"/{language}/simulator/{name}/" + (f"?{query}" if query else "")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


# --- what a page shows -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lab_lists_every_scenario_by_service(client: Client, language: str) -> None:
    page = text(client, f"/{language}/simulator/")
    assert f'<html lang="{language}"' in page
    places = []
    for service in course().services:
        for file in course().scenarios.values():
            if file.service == service.id:
                assert f'href="{path(file.id, language)}"' in page
                assert course().inline[language].plain(file.gates[0].question[0][language]) in page
        if any(file.service == service.id for file in course().scenarios.values()):
            places.append(page.index(f'id="{service.id}"'))
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(course().scenarios))
def test_every_scenario_is_a_page_in_every_language(
    client: Client, name: str, language: str
) -> None:
    file = course().scenarios[name]
    page = text(client, path(name, language))
    plain = course().inline[language].plain
    stated = [file.title, file.summary, *file.knobs.values()]
    stated += [option.text for gate in file.gates for option in gate.options]
    for unit in stated:
        assert plain(unit[language]) in page
    words = re.sub(r"<[^>]+>", "", page)
    for unit in [unit for place in file.moments for unit in place.units]:
        assert plain(unit[language]) in words
    assert "/-/" not in page, "a link has no language"
    lesson, _, anchor = file.lesson.partition("#")
    assert f'href="/{language}/lessons/{lesson}/#{anchor}"' in page


def test_the_knobs_stand_as_the_run_has_them(client: Client) -> None:
    page = text(client, path(query="k.timeout=15"))
    assert re.findall(r'type="radio" name="k.timeout" value="(\d+)"( checked)?', page) == [
        ("15", " checked"),
        ("30", ""),
        ("40", ""),
    ]
    assert "visibility timeout (seconds)" in page
    assert "<span>10,000</span>" in page


def test_a_knob_changes_the_run_its_goals_and_its_numbers(client: Client) -> None:
    before, after = text(client, path()), text(client, path(query="k.timeout=15"))
    assert "Not reached yet" in before
    assert "Not reached yet" not in after
    assert 'rel="nofollow">0:30</a></th>' in before
    assert 'rel="nofollow">0:15</a></th>' in after
    assert f'href="?{urlencode({"k.timeout": 15})}"' in before, "the way to the goal is a run"


def test_another_seed_is_another_run(client: Client) -> None:
    name = "sqs/standard-order-and-duplicate"
    own = read(course().scenarios[name].data).seed
    page = text(client, path(name))
    assert f'href="?seed={own + 1}" rel="nofollow"' in page
    assert 'name="seed"' not in page
    turned = text(client, path(name, query=f"seed={own + 1}"))
    assert f'<input type="hidden" name="seed" value="{own + 1}">' in turned, (
        "turning a knob keeps it"
    )
    table = re.compile(r"<tbody>.*</tbody>", re.DOTALL)
    pages = [text(client, path(name, query=f"seed={own + n}")) for n in range(1, 9)]
    assert len({table.search(page).group() for page in pages}) > 1  # type: ignore[union-attr]


def test_a_line_says_why_and_leads_to_the_lesson_and_the_fact(client: Client) -> None:
    page = text(client, path(language="ko"))
    why = re.findall(r'<details class="why">.*?</details>', page, re.DOTALL)
    assert len(why) >= 3
    assert any('href="/ko/lessons/sqs/' in each for each in why)
    assert any('href="/ko/facts/#' in each for each in why)


def test_a_long_run_is_cut_but_keeps_its_moments_and_can_be_asked_for(client: Client) -> None:
    file = course().scenarios[LONG]
    short, whole = text(client, path(LONG)), text(client, path(LONG, query="all=1"))
    lines = [page.count('<th scope="row">') for page in (short, whole)]
    assert LINES < lines[0] <= LINES + len(file.moments)
    assert 1_000 < lines[1] <= 2_000 + len(file.moments)
    assert 'href="?all=1"' in short
    assert 'href="?all=1"' not in whole
    for page in (short, whole):
        assert page.count('class="timeline__moment"') == len(file.moments)


def test_a_run_that_is_short_enough_has_all_its_lines() -> None:
    file = course().scenarios[NAME]
    teller = Teller(course(), "en", run(read(file.data)).world.log)
    found, cut = rows(teller, file.moments, LINES)
    assert not cut
    assert [row.what for row in found if row.kind == "line"] == [
        line.what for line in teller.lines()
    ]


def test_switching_the_language_keeps_the_run(client: Client) -> None:
    page = text(client, path(query="k.timeout=15&seed=3"))
    assert f'href="{path(language="vi", query="k.timeout=15&seed=3")}" lang="vi"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demo_in_a_lesson_leads_to_its_scenario(client: Client, language: str) -> None:
    for lesson in course().lessons.values():
        for block in lesson.of_kind("demo"):
            page = text(client, f"/{language}/lessons/{lesson.id}/")
            assert f'href="{path(str(block.properties["scenario"]), language)}"' in page


# --- addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(course().scenarios))
def test_every_value_of_every_knob_can_be_written_and_read(name: str) -> None:
    scenario = read(course().scenarios[name].data)
    for knob in scenario.knobs.values():
        for value in knob.values or (knob.low, knob.low + knob.step):
            settings = read_settings(scenario, [(f"k.{knob.name}", text_of(value))])
            assert settings.knobs.get(knob.name, knob.default) == value
            assert len(query_of(scenario, settings)) < QUERY_MAX
            assert shown(value, "vi")


def test_a_knob_of_a_range_takes_its_steps_only() -> None:
    scenario = read(
        {
            "ends_at_ms": 1000,
            "queues": {"q": {"delay_seconds": 10}},
            "knobs": {"d": {"sets": "queues.q.delay_seconds", "min": 0, "max": 900, "step": 5}},
        }
    )
    assert read_settings(scenario, [("k.d", "15")]) == Settings({"d": 15})
    assert read_settings(scenario, [("k.d", "10")]) == Settings()
    for wrong in ("16", "905", "-5", "1e1", "015", "٥", "²", "", " 5", "9" * 30):
        with pytest.raises(Misread):
            read_settings(scenario, [("k.d", wrong)])


@pytest.mark.parametrize(
    ("query", "to"),
    [
        ("k.timeout=30&k.crash=10000", ""),
        ("k.crash=2000&k.timeout=15", "k.timeout=15&k.crash=2000"),
        ("seed=1", ""),
        ("seed=4&k.timeout=40", "k.timeout=40&seed=4"),
        ("all=1&k.timeout=40&with=ko", "k.timeout=40&all=1"),
    ],
)
def test_a_run_has_one_address(client: Client, query: str, to: str) -> None:
    answer = client.get(path(query=query))
    assert answer.status_code == 302
    assert answer.headers["Location"] == path(query=to)
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("k.timeout=7", "“visibility timeout (seconds)” cannot have the value"),
        ("k.timeout=30.0", "cannot have the value"),
        ("k.timeout=", "cannot have the value"),
        ("k.timeout=15&k.timeout=40", "sets “k.timeout” twice"),
        ("k.gone=1", "no setting “k.gone”"),
        ("timeout=15", "no setting “timeout”"),
        ("%3Cscript%3E=1", "no setting “<script>”"),
        ("%ff%00=1", "no setting"),
        ("=", "no setting"),
        ("seed=-1", "The seed"),
        ("seed=9223372036854775808", "The seed"),
        ("seed=" + "9" * 300, "The seed"),
        ("seed=²", "The seed"),
        ("all=yes", "which lines"),
        ("x=" + "y" * 6_200, "too long"),
        ("a&" * 700, "too long"),
    ],
)
def test_what_an_address_cannot_mean_is_said_above_the_start(
    client: Client, query: str, says: str
) -> None:
    page = text(client, path(query=query), status=400)
    notice = re.search(r'<p class="notice notice--bad" role="alert">(.*?)</p>', page)
    assert notice is not None
    assert says in notice.group(1)
    start = text(client, path())
    table = re.compile(r"<tbody>.*</tbody>", re.DOTALL)
    assert table.search(page).group() == table.search(start).group()  # type: ignore[union-attr]


def test_nothing_of_an_address_becomes_markup(client: Client) -> None:
    answer = client.get(path(query="%22%3E%3Cscript%3Ego()%3C/script%3E=1"))
    assert b"<script>go()" not in answer.content


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_is_told_in_their_language(client: Client, language: str) -> None:
    page = text(client, path(language=language, query="k.timeout=7"), status=400)
    said = {"en": "cannot have the value", "ko": "쓸 수 없어요", "vi": "không nhận giá trị"}
    assert said[language] in page


@pytest.mark.parametrize(
    "address",
    [
        "/en/simulator/sqs/gone/",
        "/en/simulator/gone/x/",
        "/en/simulator/sqs/",
        "/en/simulator/SQS/Delay/",
    ],
)
def test_a_scenario_that_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_run_is_only_asked_for(client: Client) -> None:
    assert client.post(path()).status_code == 405


# --- keeping -----------------------------------------------------------------------------------------


def test_a_page_says_what_it_was_made_from(client: Client) -> None:
    choices = client.get(path()).headers["Decouple-Public"]
    assert "?" not in choices
    turned = client.get(path(query="k.timeout=15&seed=3"))
    assert turned.headers["Decouple-Public"] == f"{choices} ?k.timeout=15&seed=3"
    assert "Decouple-Public" not in client.get(path(query="k.timeout=7")).headers
    assert client.get(path(query="k.timeout=7")).headers["Cache-Control"] == "no-store"


class Counted:
    """A site of runs behind the front: says which query each page was made from, and counts."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        query = scope["query_string"].split(b"&junk")[0]
        made_from = b"en|auto|auto|100|auto|on" + (b" ?" + query if query else b"")
        headers = [(b"decouple-public", made_from)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"page " * 99 + query})


def asked(front: PublicPages, query: str, path: str = "/en/simulator/sqs/x/") -> bytes:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(),
             "headers": [(b"host", b"here")], "scheme": "http"}  # fmt: skip
    said: list[bytes] = []

    async def send(message: Any) -> None:
        said.append(message.get("body", b""))

    # In a thread of its own: a browser of other tests may have a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, front(scope, None, send)).result()  # type: ignore[arg-type]
    return b"".join(said)


def test_the_front_keeps_a_run_under_its_own_query_only() -> None:
    site = Counted()
    front = PublicPages(site, ["here"], https=False)
    first = asked(front, "k.timeout=15")
    assert asked(front, "k.timeout=15") == first
    assert site.made == 1
    assert asked(front, "k.timeout=40") != first
    assert site.made == 2
    for _ in range(2):
        asked(front, "k.timeout=15&junk=1")
        asked(front, "with=ko&with=vi")
        asked(front, "seed=" + "1" * 2_100)
    assert site.made == 8, "what is not the one query, or too long, is made anew and not kept"


def test_many_runs_push_out_each_other_and_never_a_lesson() -> None:
    site = Counted()
    front = PublicPages(site, ["here"], https=False)
    front.queries = PageStore(5_000)
    asked(front, "", "/en/lessons/sqs/x/")
    for seed in range(50):
        asked(front, f"seed={seed}")
    made = site.made
    asked(front, "", "/en/lessons/sqs/x/")
    asked(front, "seed=49")
    assert site.made == made
    asked(front, "seed=0")
    assert site.made == made + 1, "the oldest run has left"
