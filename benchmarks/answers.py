"""Answers of a mock exam: how many a second are saved, how long one takes with 300 people at work, and how many
acknowledged ones are missing after kills: `python -m benchmarks.answers`, with `--kills 100` for the long run.

The database is SQLite with full durability, as delivered. Rates are also given as a share of what an empty
view of Django answers in the same run, which says more on another machine.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.quizzes.content import course_with_an_exam
from tests.quizzes.killing import kill_again_and_again
from tests.quizzes.taker import Taker, new_taker
from tests.support.running import ROOT, Site, running_site

TAKERS = 300
GOAL_A_SECOND, GOAL_P99_MS = 150, 500


class Line:
    """One keep-alive connection of one taker."""

    def __init__(self, taker: Taker, port: int) -> None:
        self.taker, self.port, self.used_at = taker, port, 0.0
        self.writer: asyncio.StreamWriter | None = None

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection; a new one when the server has closed it, as it does after 5 s without a word."""
        if self.writer is None or time.monotonic() - self.used_at > 4:
            self.close()
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.used_at = time.monotonic()
        return self.reader, self.writer

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()

    async def ask(self, method: str, path: str, body: bytes = b"") -> int:
        headers = {**self.taker.headers(), "Host": "127.0.0.1", "Content-Length": str(len(body))}
        if method == "GET":
            headers["Accept"] = "text/html"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        reader, writer = await self.connect()
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in answer.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        await reader.readexactly(length)
        return int(answer[9:12])

    async def answer(self, number: int) -> float:
        """Save an answer; the milliseconds it took."""
        _, body, _ = self.taker.next_write(number)
        begun = time.perf_counter()
        status = await self.ask("POST", f"{self.taker.base}{number}/", body)
        if status != 200:
            raise SystemExit(f"an answer was not saved: {status}")
        return (time.perf_counter() - begun) * 1000

    async def page(self, number: int) -> float:
        begun = time.perf_counter()
        if await self.ask("GET", f"{self.taker.base}{number}/") != 200:
            raise SystemExit("a page was not shown")
        return (time.perf_counter() - begun) * 1000


async def as_fast_as_possible(lines: list[Line], seconds: float) -> float:
    """Answers saved a second when a few connections never pause."""
    until, done = time.monotonic() + seconds, 0

    async def one(line: Line) -> None:
        nonlocal done
        while time.monotonic() < until:
            await line.answer(random.randint(1, 20))
            done += 1

    await asyncio.gather(*(one(line) for line in lines))
    return done / seconds


async def at_a_rate(
    lines: list[Line], seconds: float, a_second: float, pages: float
) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer and each page when they come evenly, each from somebody else in turn."""
    chance = random.Random(1)
    free = list(lines)
    chance.shuffle(free)
    saved: list[float] = []
    shown: list[float] = []
    tasks: set[asyncio.Task[None]] = set()
    begun, number = time.monotonic(), 0

    async def one(line: Line, is_page: bool) -> None:
        place = chance.randint(1, 20)
        (shown if is_page else saved).append(await (line.page if is_page else line.answer)(place))
        free.insert(0, line)

    while (at := number / (a_second + pages)) < seconds:
        await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
        while not free:
            await asyncio.sleep(0.002)
        is_page = chance.random() < pages / (a_second + pages)
        task = asyncio.create_task(one(free.pop(), is_page))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        number += 1
    await asyncio.gather(*tasks)
    return saved, shown


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def measure(site: Site, takers: list[Taker]) -> None:
    lines = [Line(taker, site.port) for taker in takers]
    before = empty_view(site)
    fastest = await as_fast_as_possible(lines[:16], 6)
    base = (before + empty_view(site)) / 2
    print(
        f"answers saved, 16 at once           {fastest:6.0f} /s   {fastest / base:5.2f} x an empty Django view"
    )
    for name, rate, pages, seconds in (
        (f"{TAKERS} takers, {GOAL_A_SECOND} answers/s", GOAL_A_SECOND, 0, 10),
        (f"{TAKERS} takers, one answer and page a minute", TAKERS / 60, TAKERS / 60, 15),
    ):
        saved, shown = await at_a_rate(lines, seconds, rate, pages)
        print(
            f"{name:44} {len(saved) / seconds:4.0f} /s, half within {percentile(saved, 0.5):.0f} ms, "
            f"99 % within {percentile(saved, 0.99):.0f} ms"
            + (f"; pages: 99 % within {percentile(shown, 0.99):.0f} ms" if shown else "")
        )
    for line in lines:
        line.close()


def empty_view(site: Site) -> float:
    """Answers a second of a view that does nothing."""
    words = [sys.executable, "-m", "benchmarks.load", str(site.port), "/empty/", "3", "16"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def answers(kills: int = 0) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = course_with_an_exam(Path(folder))
        with running_site(
            Path(folder) / "data",
            DECOUPLE_CONTENT=str(content),
            DJANGO_SETTINGS_MODULE="benchmarks.settings",
        ) as site:
            takers = [new_taker(site) for _ in range(TAKERS)]
            asyncio.run(measure(site, takers))
        if kills:
            tally = kill_again_and_again(Path(folder) / "killed", content, kills, seed=2)
            print(
                f"{tally.kills} kills while answering: {tally.acknowledged} answers, "
                f"{tally.lost} acknowledged ones lost, {tally.broken_files} broken files"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0)
    answers(parser.parse_args().kills)
