"""When the disk is full nothing is stored half, reading goes on, and saving resumes without a restart."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client

from studyapp.progress.models import Learner
from studyapp.quizzes.models import Answer, Attempt
from tests.quizzes.samples import NOON
from tests.quizzes.test_exam_pages import sit, write
from tests.quizzes.test_practice_pages import field, item_at, right_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bank")]


@contextmanager
def disk_full() -> Iterator[None]:
    """SQLite may not take one more page, and says what it says when the disk is full."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no free pages inside the file either
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def test_a_full_disk_is_503_and_saving_resumes_without_a_restart(client: Client, bank) -> None:
    base = sit(client)
    assert write(client, f"{base}1/", **right_of(item_at(base, 1, bank))).status_code == 200
    fresh = Client()
    page = fresh.get("/en/quizzes/exam/").content.decode()
    sent = {"key": field(page, "key"), "size": "20", "pace": "normal"}
    with disk_full():
        refused = fresh.post("/en/quizzes/exam/", sent)
        read = client.get(f"{base}2/")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "We cannot save right now" in refused.content.decode()
    assert read.status_code == 200
    assert Attempt.objects.count() == 1
    assert Answer.objects.count() == 1
    assert fresh.post("/en/quizzes/exam/", sent).status_code == 302
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_simulated_full_disk_is_one(client: Client) -> None:
    many = [Learner(key=f"learner-{n}", created_at=NOON.wall) for n in range(2000)]
    with disk_full(), pytest.raises(OperationalError, match="full"):
        Learner.objects.bulk_create(many)
