"""Somebody who sits an exam over the wire, and remembers what the server acknowledged."""

import http.client
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.support.running import Answer, Site

FORM = "application/x-www-form-urlencoded"


@dataclass
class Taker:
    """One learner with one open exam. `acknowledged` is the last confirmed turn and choice of each question, `count`
    how many writes were confirmed in all."""

    base: str
    cookie: str
    token: str
    options: Mapping[int, tuple[list[str], int]]
    tab: str = field(default_factory=lambda: secrets.token_hex(8))
    turn: int = 0
    count: int = 0
    acknowledged: dict[int, tuple[int, list[str]]] = field(default_factory=dict)
    questions: dict[int, str] = field(default_factory=dict)

    @property
    def attempt(self) -> str:
        return self.base.rstrip("/").split("/")[-1]

    def next_write(self, number: int) -> tuple[str, bytes, list[str]]:
        """Another choice for a question: its key, the form, the options."""
        self.turn += 1
        ids, choose = self.options[number]
        start = self.turn % len(ids)
        chosen = sorted((ids + ids)[start : start + choose])
        return f"{self.tab}.{self.turn}", self.form(f"{self.tab}.{self.turn}", chosen), chosen

    def form(self, key: str, chosen: list[str]) -> bytes:
        pairs = [("key", key), ("language", "en"), ("do", "save"), ("seen", "0"), ("ms", "900")]
        return urlencode(pairs + [("option", id) for id in chosen]).encode()

    def headers(self) -> dict[str, str]:
        return {
            "Cookie": self.cookie,
            "X-CSRFToken": self.token,
            "Content-Type": FORM,
            "Accept": "application/json",
        }

    def write(self, site: Site, number: int, body: bytes) -> Answer:
        return site.ask(f"{self.base}{number}/", "POST", self.headers(), body)

    def answer_on(self, line: http.client.HTTPConnection, number: int) -> None:
        """Answer a question on an open connection. Raises OSError or HTTPException when it breaks."""
        _, body, chosen = self.next_write(number)
        turn = self.turn
        line.request("POST", f"{self.base}{number}/", body, self.headers())
        reply = line.getresponse()
        text = reply.read()
        assert reply.status == 200, (reply.status, text[:300])
        json.loads(text)  # a reply that was cut is no acknowledgement
        self.acknowledged[number] = (turn, chosen)
        self.count += 1


def new_taker(site: Site) -> Taker:
    """Start an exam as somebody new."""
    page = site.ask("/en/quizzes/exam/")
    csrf = next(c for c in page.cookies if c.startswith("csrftoken=")).split(";")[0]
    token = _field(page.text, "csrfmiddlewaretoken")
    form = {"key": _field(page.text, "key"), "size": "20", "pace": "normal"}
    started = site.ask(
        "/en/quizzes/exam/",
        "POST",
        {"Cookie": csrf, "X-CSRFToken": token, "Content-Type": FORM},
        urlencode(form).encode(),
    )
    assert started.status == 302, started.text[:500]
    learner = next(c for c in started.cookies if c.startswith("learner=")).split(";")[0]
    cookie = f"{csrf}; {learner}"
    base = started.headers["location"].removesuffix("1/")
    told = json.loads(site.ask(f"{base}all/", headers={"Cookie": cookie}).text)
    options = {}
    for number, html in enumerate(told["questions"], 1):
        choose = int(re.search(r'data-choose="(\d)"', html)[1])  # type: ignore[index]
        options[number] = (re.findall(r'name="option" value="([^"]+)"', html), choose)
    return Taker(base, cookie, token, options)


def _field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]
