"""Kills a running server again and again while answers are posted, and counts what is missing afterwards."""

import http.client
import json
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.quizzes.taker import Taker, new_taker
from tests.support.running import Site, running_site

TAKERS = 6
# So many answers are acknowledged before a kill, however slow the machine is.
ANSWERS_MIN = 40


@dataclass
class Tally:
    """What became of the acknowledged answers."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    broken_files: int = 0
    resent: int = 0


def post_until_broken(
    taker: Taker, site: Site, stop: threading.Event, chance: random.Random
) -> None:
    """Answer one question after the other until the server is gone or `stop` is set."""
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    try:
        while not stop.is_set():
            taker.answer_on(line, chance.randint(1, len(taker.options)))
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        pass  # killed while answering: what was not acknowledged does not count
    finally:
        line.close()


def posting(
    takers: Iterable[Taker], site: Site, stop: threading.Event, seed: int
) -> list[threading.Thread]:
    threads = [
        threading.Thread(
            target=post_until_broken, args=(taker, site, stop, random.Random(f"{seed} {n}"))
        )
        for n, taker in enumerate(takers)
    ]
    for thread in threads:
        thread.start()
    return threads


def missing(file: Path, takers: Iterable[Taker]) -> tuple[int, int]:
    """Acknowledged answers that are not in a database file, and whether the file is broken (0 or 1)."""
    with closing(sqlite3.connect(file)) as held:
        broken = held.execute("PRAGMA integrity_check").fetchone() != ("ok",)
        lost = 0
        for taker in takers:
            (questions,) = held.execute(
                "SELECT questions FROM quizzes_attempt WHERE id = ?", (taker.attempt,)
            ).fetchone()
            rows = {
                question: (json.loads(keys), json.loads(chosen))
                for question, keys, chosen in held.execute(
                    "SELECT question, keys, chosen FROM quizzes_answer WHERE attempt_id = ?",
                    (taker.attempt,),
                )
            }
            for number, (turn, chosen) in dict(taker.acknowledged).items():
                keys, stored = rows.get(json.loads(questions)[number - 1]["question"], ({}, []))
                # A later write of the same tab may be stored although its reply never came.
                found = keys.get(taker.tab, -1)
                lost += not (found > turn or (found == turn and sorted(stored) == sorted(chosen)))
    return lost, int(broken)


def answers(takers: Iterable[Taker]) -> int:
    return sum(taker.count for taker in takers)


def wait_for_answers(takers: Iterable[Taker], number: int) -> None:
    """Until so many answers were acknowledged. Raises TimeoutError after a minute."""
    end = time.monotonic() + 60
    while answers(takers) < number:
        if time.monotonic() > end:
            raise TimeoutError("the server takes hardly any answers")
        time.sleep(0.005)


def kill_again_and_again(folder: Path, content: Path, kills: int, seed: int) -> Tally:
    """Kill the server so often while `TAKERS` people answer; after each start, count and go on."""
    chance, tally, takers = random.Random(seed), Tally(), []
    for number in range(kills + 1):
        with running_site(folder, DECOUPLE_CONTENT=str(content)) as site:
            if not takers:
                takers = [new_taker(site) for _ in range(TAKERS)]
            else:
                tally.resent += resend(takers, site)
            if number == kills:
                break
            before = answers(takers)
            threads = posting(takers, site, threading.Event(), seed * 1000 + number)
            time.sleep(chance.uniform(0.05, 0.6))
            wait_for_answers(takers, before + ANSWERS_MIN)
            site.process.send_signal(signal.SIGKILL)
            site.process.wait()
            for thread in threads:
                thread.join()
        lost, broken = missing(folder / "decouple.sqlite3", takers)
        tally.kills += 1
        tally.lost += lost
        tally.broken_files += broken
    tally.acknowledged = answers(takers)
    return tally


def resend(takers: Iterable[Taker], site: Site) -> int:
    """As a browser's outbox does: the last write of each taker once more, with the same key."""
    count = 0
    for taker in takers:
        if not taker.turn:
            continue
        number = taker.turn % len(taker.options) + 1
        key, body, chosen = taker.next_write(number)
        for _ in range(2):  # the second time as if the first reply had been lost
            reply = taker.write(site, number, body)
            assert reply.status == 200, (key, reply.status, reply.text[:200])
        taker.acknowledged[number] = (taker.turn, chosen)
        taker.count += 1
        count += 1
    return count
