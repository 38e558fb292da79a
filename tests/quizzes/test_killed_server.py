"""A server that is really killed, stopped for a deployment, or loses its power loses no acknowledged answer."""

import json
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.quizzes.content import course_with_an_exam
from tests.quizzes.killing import answers, kill_again_and_again, missing, posting, wait_for_answers
from tests.quizzes.taker import Taker, new_taker
from tests.support.running import Answer, Site, running_site

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return course_with_an_exam(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def site(content: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("data"), DECOUPLE_CONTENT=str(content)) as running:
        yield running


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(
    tmp_path: Path, content: Path
) -> None:
    """A short run; `make bench` does a hundred."""
    tally = kill_again_and_again(tmp_path, content, kills=3, seed=1)
    assert tally.kills == 3
    assert tally.acknowledged > 100, "too little was going on to prove anything"
    assert tally.resent > 0
    assert (tally.lost, tally.broken_files) == (0, 0)


def test_losses_would_be_noticed(tmp_path: Path, site: Site) -> None:
    """The counting itself: an acknowledged answer that is taken out of the file is missed."""
    taker = new_taker(site)
    for number in (1, 2, 3):
        _, body, chosen = taker.next_write(number)
        assert taker.write(site, number, body).status == 200
        taker.acknowledged[number] = (taker.turn, chosen)
    for name in ("decouple.sqlite3", "decouple.sqlite3-wal"):
        shutil.copy(site.data / name, tmp_path / name)
    file = tmp_path / "decouple.sqlite3"
    assert missing(file, [taker]) == (0, 0)
    with closing(sqlite3.connect(file)) as held:
        held.execute("DELETE FROM quizzes_answer WHERE id = (SELECT max(id) FROM quizzes_answer)")
        held.commit()
    assert missing(file, [taker]) == (1, 0)


def test_after_a_kill_the_exam_goes_on_with_the_same_question_and_time(
    tmp_path: Path, content: Path
) -> None:
    with running_site(tmp_path, DECOUPLE_CONTENT=str(content)) as site:
        taker = new_taker(site)
        _, body, chosen = taker.next_write(1)
        before = json.loads(taker.write(site, 1, body).text)
        begun = time.monotonic()
        site.process.kill()
    with running_site(tmp_path, DECOUPLE_CONTENT=str(content)) as site:
        page = site.ask(f"{taker.base}1/", headers={"Cookie": taker.cookie}).text
        reply = json.loads(taker.write(site, 1, body).text)
        gone = (time.monotonic() - begun) * 1000
    for id in chosen:
        assert f'value="{id}" checked' in page
    assert reply["revision"] == before["revision"], "the same key changes nothing"
    assert abs(before["remaining_ms"] - gone - reply["remaining_ms"]) < 2_000


def test_no_acknowledged_answer_is_lost_when_the_power_goes(tmp_path: Path, site: Site) -> None:
    """File and log as they are at a random instant, opened again as after a power cut."""
    takers = [new_taker(site) for _ in range(4)]
    stop, chance = threading.Event(), random.Random(5)
    threads = posting(takers, site, stop, seed=7)
    lost = broken = 0
    try:
        for cut in range(20):
            time.sleep(chance.uniform(0.01, 0.08))
            wait_for_answers(takers, 6 * (cut + 1))
            known = [Taker(**{**vars(t), "acknowledged": dict(t.acknowledged)}) for t in takers]
            site.process.send_signal(signal.SIGSTOP)
            folder = tmp_path / str(cut)
            folder.mkdir()
            for name in ("decouple.sqlite3", "decouple.sqlite3-wal"):
                shutil.copy(site.data / name, folder / name)
            site.process.send_signal(signal.SIGCONT)
            found = missing(folder / "decouple.sqlite3", known)
            lost, broken = lost + found[0], broken + found[1]
    finally:
        site.process.send_signal(signal.SIGCONT)
        stop.set()
        for thread in threads:
            thread.join()
    assert answers(takers) > 100
    assert (lost, broken) == (0, 0)


class Lock:
    """Somebody else holds the database, as a backup might."""

    def __init__(self, site: Site) -> None:
        self.held = sqlite3.connect(site.data / "decouple.sqlite3", check_same_thread=False)
        self.held.execute("BEGIN IMMEDIATE")

    def release(self) -> None:
        self.held.rollback()
        self.held.close()


def test_a_database_locked_for_3_seconds_only_makes_the_answer_wait(site: Site) -> None:
    taker = new_taker(site)
    lock = Lock(site)
    threading.Timer(3, lock.release).start()
    _, body, _ = taker.next_write(1)
    begun = time.monotonic()
    reply = taker.write(site, 1, body)
    assert reply.status == 200
    assert time.monotonic() - begun > 2.5


def test_a_database_locked_for_longer_is_503_within_6_seconds_and_reading_goes_on(
    site: Site,
) -> None:
    taker = new_taker(site)
    _, body, chosen = taker.next_write(1)
    lock = Lock(site)
    try:
        begun = time.monotonic()
        refused = taker.write(site, 1, body)
        took = time.monotonic() - begun
        read = site.ask(f"{taker.base}2/", headers={"Cookie": taker.cookie})
        lesson = site.ask("/en/lessons/sqs/visibility-timeout/")
    finally:
        lock.release()
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert took < 6
    assert (read.status, lesson.status) == (200, 200)
    assert taker.write(site, 1, body).status == 200, "the same write, once the database is free"
    taker.acknowledged[1] = (taker.turn, chosen)
    assert missing(site.data / "decouple.sqlite3", [taker]) == (0, 0)


def test_a_deployment_lets_answers_in_flight_finish(tmp_path: Path, content: Path) -> None:
    replies: list[Answer] = []
    with running_site(tmp_path, DECOUPLE_CONTENT=str(content)) as site:
        taker = new_taker(site)
        lock = Lock(site)
        _, body, chosen = taker.next_write(1)
        thread = threading.Thread(target=lambda: replies.append(taker.write(site, 1, body)))
        thread.start()
        time.sleep(0.5)
        site.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        lock.release()
        thread.join()
        site.process.wait(20)
    assert [reply.status for reply in replies] == [200]
    taker.acknowledged[1] = (taker.turn, chosen)
    assert missing(tmp_path / "decouple.sqlite3", [taker]) == (0, 0)
