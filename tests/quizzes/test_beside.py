"""Run your wrong answer: beside the right one, on one clock."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from studyapp.pages.course import course
from studyapp.quizzes.bank import item_from
from studyapp.quizzes.shown import _beside


def besides() -> list[str]:
    found = []
    for question in course().questions.values():
        item = item_from(question, course())
        found += [address for option in item.options if (address := _beside(item, option))]
    return found


def test_a_wrong_choice_with_a_run_stands_beside_the_right_one():
    found = besides()
    assert len(found) >= 20
    for address in found:
        query = parse_qs(urlsplit(address).query)
        assert query.get("one") != query.get("two")


@pytest.mark.parametrize("address", sorted(set(besides()))[::4])
def test_the_two_runs_of_a_choice_part_somewhere(client: Client, address: str):
    answer = client.get(f"/en/simulator/{address}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The runs part at" in page
    assert page.count(" data-at=") == 2, "both stop at the event that differs"
