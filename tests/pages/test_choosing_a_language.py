"""The first visit, and how choices are remembered."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_first_visit_asks_and_does_not_choose_for_the_reader(client: Client) -> None:
    answer = client.get("/", headers={"accept-language": "ko"})
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1
    assert 'value="ko" lang="ko" autofocus' in answer.content.decode()


def test_a_later_visit_goes_straight_on(client: Client) -> None:
    client.cookies["lang"] = "vi"
    assert client.get("/").headers["Location"] == "/vi/"


def test_the_answer_is_remembered_with_its_companion(client: Client) -> None:
    answer = client.post("/start/", {"lang": "ko", "with": ["en", "ko", "xx"]})
    assert answer.status_code == 302
    assert answer.cookies["lang"].value == "ko"
    assert answer.cookies["with"].value == "en"


def test_an_unknown_language_asks_again(client: Client) -> None:
    assert client.post("/start/", {"lang": "fr"}).headers["Location"] == "/?ask=yes"


def test_settings_keep_only_values_that_exist(client: Client) -> None:
    answer = client.post("/en/settings/", {"lang": "en", "theme": "dark", "size": "999"})
    assert answer.cookies["theme"].value == "dark"
    assert "size" not in answer.cookies


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_settings_lead_to_no_other_site(client: Client, target: str) -> None:
    answer = client.post("/en/settings/", {"lang": "en", "next": target})
    assert answer.headers["Location"] == "/en/settings/?saved=yes"


@pytest.mark.parametrize(
    ("cookies", "query", "languages"),
    [
        pytest.param({}, "", ("ko",), id="one language"),
        pytest.param({"with": "en,vi"}, "", ("ko", "en", "vi"), id="remembered"),
        pytest.param({"with": "en"}, "?with=vi", ("ko", "vi"), id="shared"),
        pytest.param({"with": "en"}, "?with=", ("ko",), id="none, on purpose"),
        pytest.param({}, "?with=ko,ko,en,en,xx", ("ko", "en"), id="nonsense left out"),
    ],
)
def test_companions_come_from_the_address_or_the_cookie(
    client: Client, cookies: dict[str, str], query: str, languages: tuple[str, ...]
) -> None:
    for name, value in cookies.items():
        client.cookies[name] = value
    answer = client.get(f"/ko/lessons/sqs/visibility-timeout/{query}")
    assert answer.context["reading"].languages == languages
