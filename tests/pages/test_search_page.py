"""The search page: whole, or in part for htmx."""

import pytest
from django.test import Client

PART = {"HX-Request": "true"}


def test_htmx_gets_the_results_alone(client: Client) -> None:
    html = client.get("/en/search/?q=queue", headers=PART).content.decode()
    assert "<html" not in html
    assert "<mark>" in html


@pytest.mark.parametrize("name", ["HX-History-Restore-Request", "HX-Boosted"])
def test_htmx_gets_the_whole_page_when_it_replaces_the_whole_page(
    client: Client, name: str
) -> None:
    answer = client.get("/en/search/?q=queue", headers={**PART, name: "true"})
    assert "<html" in answer.content.decode()


def test_a_part_is_never_taken_for_the_page_from_a_cache(client: Client) -> None:
    varies = client.get("/en/search/?q=queue", headers=PART).headers["Vary"]
    assert {"HX-Request", "HX-History-Restore-Request"} <= set(varies.split(", "))
