"""When the database cannot answer, saving says when to come back, and reading goes on."""

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_a_locked_database_answers_503_with_a_time(client: Client) -> None:
    with patch(
        "studyapp.pages.mine.learner_of", side_effect=OperationalError("database is locked")
    ):
        client.raise_request_exception = False
        answer = client.post("/en/mine/reading/", {"lesson": "sqs/visibility-timeout"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


def test_lessons_need_no_database(client: Client) -> None:
    # pytest-django refuses the database to tests that do not ask for it
    assert client.get("/en/lessons/sqs/visibility-timeout/").status_code == 200
    assert client.get("/ko/search/?q=queue").status_code == 200
