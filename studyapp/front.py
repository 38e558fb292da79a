"""Public pages, rendered and compressed once, answered before Django is asked.

A page is public when Django says so with the header `Decouple-Public`. It then depends on nothing but the
address and the choices of `pages.languages.Reading`, which are the key of the store. Everything else, and
every page the first time, goes to Django.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

import brotli
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studyapp.pages.languages import reading_of

PUBLIC = b"decouple-public"
# What a public answer may vary with; anything else in the query goes to Django.
_QUERY = frozenset({"with", "layout"})
_STORE_SIZE_BYTES = 24 * 1024 * 1024

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Page:
    """A stored answer: common headers, the body in two encodings, its tag."""

    headers: tuple[Header, ...]
    br: bytes
    gz: bytes
    etag: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.br) + len(self.gz) + 500

    def body(self, accepted: bytes) -> tuple[bytes, bytes]:
        """The best encoding a client accepts, and its bytes."""
        if b"br" in accepted:
            return b"br", self.br
        if b"gzip" in accepted:
            return b"gzip", self.gz
        return b"", gzip.decompress(self.gz)


class PageStore:
    """The least recently used pages leave when the store is full."""

    def __init__(self, size_bytes: int = _STORE_SIZE_BYTES) -> None:
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._room = size_bytes

    def get(self, key: str) -> Page | None:
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: str, page: Page) -> None:
        if key in self._pages:
            self._room += self._pages.pop(key).size_bytes
        self._pages[key] = page
        self._room -= page.size_bytes
        while self._room < 0 and len(self._pages) > 1:
            _, gone = self._pages.popitem(last=False)
            self._room += gone.size_bytes


def cookies_in(header: bytes) -> dict[str, str]:
    """The cookies of a request; a header nobody can read has none."""
    if not header or len(header) > 8192:
        return {}
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header.decode("latin-1"))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def store_key(scope: Scope, headers: dict[bytes, bytes]) -> str | None:
    """The key of a request whose answer may be public; None for all others."""
    if scope["method"] not in ("GET", "HEAD") or len(scope["path"]) > 300:
        return None
    query: dict[str, str] = {}
    if scope["query_string"]:
        if len(scope["query_string"]) > 200:
            return None
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        query = dict(pairs)
        if not _QUERY.issuperset(query) or len(pairs) != len(query):
            return None
    choices = reading_of(scope["path"], query, cookies_in(headers.get(b"cookie", b"")))
    return f"{scope['path']} {choices.key()}"


class PublicPages:
    """ASGI: answers from the store, else asks `app` and keeps what is public."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], https: bool) -> None:
        self.app = app
        self.store = PageStore()
        self.hosts = frozenset(host.encode() for host in hosts)
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = store_key(scope, headers) if self.trusted(scope, headers) else None
        if key is None:
            await self.app(scope, receive, send)
            return
        page = self.store.get(key)
        if page is not None:
            await answer(page, scope["method"], headers, send)
            return
        await self.ask(key, scope, receive, send, headers)

    def trusted(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Whether Django would serve this host and scheme; it words the refusal if not."""
        host = (
            headers.get(b"host", b"").rsplit(b":", 1)[0]
            if b"]" not in headers.get(b"host", b"")
            else headers[b"host"].split(b"]")[0] + b"]"
        )
        if host not in self.hosts and b"*" not in self.hosts:
            return False
        return not self.https or scope.get("scheme") == "https"

    async def ask(
        self, key: str, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]
    ) -> None:
        start: Message = {}
        body: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if not is_public(start):
                await relay.send(start, message)
                return
            body.append(message.get("body", b""))
            if not message.get("more_body"):
                page = make_page(start["headers"], b"".join(body))
                self.store.put(key, page)
                await answer(page, scope["method"], headers, send)

        relay = Relay(send, body=scope["method"] != "HEAD")
        # A HEAD request is asked as a GET, so that its answer can be kept too.
        await self.app({**scope, "method": "GET"}, receive, collect)


class Relay:
    """Passes an answer on: the start once, before its first piece of body."""

    def __init__(self, send: Send, body: bool) -> None:
        self._send, self._body = send, body
        self._started = False

    async def send(self, start: Message, piece: Message) -> None:
        if not self._started:
            self._started = True
            await self._send(start)
        await self._send(piece if self._body else {**piece, "body": b""})


def is_public(start: Message) -> bool:
    return start.get("status") == 200 and any(name == PUBLIC for name, _ in start["headers"])


def make_page(headers: Iterable[Header], body: bytes) -> Page:
    """Compress an answer of Django for keeping."""
    dropped = (PUBLIC, b"content-length", b"etag", b"vary", b"set-cookie", b"content-encoding")
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in dropped]
    kept.append((b"vary", b"Accept-Encoding, Cookie"))
    tag = b'W/"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
    return Page(
        tuple(kept), brotli.compress(body, quality=10), gzip.compress(body, 9, mtime=0), tag
    )


async def answer(page: Page, method: str, headers: dict[bytes, bytes], send: Send) -> None:
    """Send a stored page: 304 if the client has it."""
    common: list[Any] = [*page.headers, (b"etag", page.etag)]
    if page.etag in [tag.strip() for tag in headers.get(b"if-none-match", b"").split(b",")]:
        unneeded = (b"content-type", b"content-language")
        common = [header for header in common if header[0] not in unneeded]
        await send({"type": "http.response.start", "status": 304, "headers": common})
        await send({"type": "http.response.body", "body": b""})
        return
    encoding, body = page.body(headers.get(b"accept-encoding", b""))
    if encoding:
        common.append((b"content-encoding", encoding))
    common.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": common})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
