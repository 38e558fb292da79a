"""For every test: debug settings, no way out to the network, and one browser for all who need it."""

import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

os.environ["DECOUPLE_DEBUG"] = "yes"  # before Django reads its settings

# The sync API of Playwright keeps an event loop running, which Django would take for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# The same inputs in each run, however slow the machine (docs/testing.md says how to try others).
hypothesis.settings.register_profile(
    "explore", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "steady", hypothesis.settings.get_profile("explore"), derandomize=True
)
hypothesis.settings.load_profile("steady")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip

HERE = ("127.0.0.1", "::1")
# A busy machine is slow; what is right in the end is right.
EXPECT_MILLISECONDS = 20_000
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


class NoNetwork(Exception):
    """A test tried to reach another machine."""


def _refuse_others(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX and address[0] not in HERE:
        raise NoNetwork(f"tests stay on this machine; something wanted to reach {address!r}")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _refuse_others(self, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _refuse_others(self, address)
    return _connect_ex(self, address)


def pytest_configure() -> None:
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    expect.set_options(timeout=EXPECT_MILLISECONDS)
    assert path, "no Chromium was found; `make browser` says what to install"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()
