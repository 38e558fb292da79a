"""The site as a visitor meets it: the production server in a process of its own, and a plain client."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Site:
    """A running server. Answers are as they came over the wire, not unpacked."""

    port: int
    process: subprocess.Popen[bytes]
    started_in_seconds: float = 0.0
    data: Path = field(default_factory=Path)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None and "Content-Length" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            pairs = response.getheaders()
            cookies = tuple(value for name, value in pairs if name.lower() == "set-cookie")
            held = {name.lower(): value for name, value in pairs}
            return Answer(response.status, held, response.read(), cookies)
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_site(data: Path, **settings: str) -> Iterator[Site]:
    """Start the production server on a free port; `settings` are environment variables."""
    port = free_port()
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("DECOUPLE_", "DJANGO_", "DATABASE_"))
    }
    environment |= {
        "DECOUPLE_SECRET_KEY": "a-key-for-tests-" + "0123456789" * 5,
        "DECOUPLE_DATA": str(data),
        "PORT": str(port),
        **settings,
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "prepare"], env=environment, check=True, capture_output=True)
    begun = time.monotonic()
    process = subprocess.Popen([*manage, "serve"], env=environment, stderr=subprocess.PIPE)
    site = Site(port, process, data=data)
    try:
        while True:
            try:
                if site.ask("/healthz").status == 200:
                    break
            except OSError:
                pass
            if process.poll() is not None or time.monotonic() - begun > 60:
                words = process.stderr.read().decode() if process.stderr else ""
                raise RuntimeError(f"the server did not start: {words[-2000:]}")
            time.sleep(0.02)
        site.started_in_seconds = time.monotonic() - begun
        yield site
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()
