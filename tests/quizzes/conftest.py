"""A bank for tests: enough exam-grade questions for a form, and one of each kind. A browser that tells its faults."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from studyapp.quizzes.items import Item, Option
from tests.quizzes.samples import choice, match, order, words
from tests.support.running import Site

SERVICES = ("sqs", "sns", "kinesis", "mq")


def many() -> Mapping[str, Item]:
    """64 questions of exam grade, and drills of the other kinds."""
    items = [
        choice(
            f"{service}/question-{n}",
            choose=2 if n % 5 == 0 else 1,
            domain=n % 4 + 1,
            difficulty=n % 3 + 1,
            run="sqs/crash-before-delete/",
        )
        for service in SERVICES
        for n in range(16)
    ]
    knob = tuple(
        Option(v, words(v), v == "60", words(f"why {v}"), words("a belief"), f"sqs/x/?k.t={v}")
        for v in ("10", "60", "120")
    )
    items += [
        order("sqs/order"),
        match("choosing/match"),
        choice("sqs/knob", grade="simulated", form="knob", options=knob, shuffles=False),
        choice("sqs/typed", grade="simulated", form="predict", typed=2.0),
    ]
    drills = [
        Item(**{**{f: getattr(i, f) for f in Item.__dataclass_fields__}, "grade": "drill"})
        if i.kind != "choice"
        else i
        for i in items
    ]
    return {item.id: item for item in drills}


@pytest.fixture
def bank() -> Iterator[Mapping[str, Item]]:
    held = many()
    with (
        patch("studyapp.quizzes.practice.bank", lambda: held),
        patch("studyapp.quizzes.exam.bank", lambda: held),
        patch("studyapp.quizzes.practice.drawn", lambda seed: []),
    ):
        yield held


@pytest.fixture
def stranger() -> Client:
    return Client()


def is_fault(said: Any) -> bool:
    """Errors of ours; a network that a test took away is none."""
    return said.type == "error" and not re.search("status of [45]|net::ERR", said.text)


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong in the pages of a test; there should be nothing."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def context(browser: Browser, site: Site, faults: list[str]) -> Iterator[BrowserContext]:
    """A visitor of the site that the test's module runs."""
    made = browser.new_context(
        base_url=site.origin, viewport={"width": 1280, "height": 900}, service_workers="block"
    )
    made.on("weberror", lambda fault: faults.append(str(fault.error)))
    made.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    yield made
    made.close()
