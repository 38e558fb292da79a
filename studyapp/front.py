"""Public pages, rendered and compressed once, answered before Django is asked.

A page is public when Django says so with the header `Decouple-Public`. It then depends on nothing but the
address and the choices of `pages.languages.Reading`, which are the key of the store. Everything else, and
every page the first time, goes to Django. The header names the choices that Django made the page for, and the
query if it was made from one; a page that was made for others than its key says is not kept. Pages of a query
have a store of their own, so that however many there are, they push out nothing else.
"""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import brotli
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studyapp.pages.languages import reading_of

PUBLIC = b"decouple-public"
# What any public answer may vary with. Any other query is a part of the key as it stands.
_QUERY = frozenset({"with", "layout"})
_QUERY_MAX_BYTES = 2_000
_STORE_SIZE_BYTES = 24 * 1024 * 1024
_QUERIES_SIZE_BYTES = 8 * 1024 * 1024
# Brotli levels: hard once for a page that is kept, quick for one that is made for a single answer or a query.
_QUALITY_KEPT, _QUALITY_ONCE = 10, 5
_COOKIES_MAX_BYTES = 8192

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
        names = accepted_encodings(accepted)
        if b"br" in names:
            return b"br", self.br
        if b"gzip" in names:
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


def accepted_encodings(header: bytes) -> set[bytes]:
    """The encodings that an Accept-Encoding header names and does not refuse with 'q=0'."""
    found = set()
    for part in header.lower().split(b","):
        name, _, weight = part.replace(b" ", b"").partition(b";q=")
        if not weight or weight.strip(b"0."):
            found.add(name)
    return found


def store_key(scope: Scope, headers: dict[bytes, bytes]) -> str | None:
    """The key of a request whose answer may be public; None for all others."""
    if scope["method"] not in ("GET", "HEAD") or len(scope["path"]) > 300:
        return None
    query: dict[str, str] = {}
    asked = ""
    if scope["query_string"]:
        if len(scope["query_string"]) > _QUERY_MAX_BYTES:
            return None
        text = scope["query_string"].decode("latin-1")
        pairs = parse_qsl(text, keep_blank_values=True)
        query = dict(pairs)
        choices_made = [name for name, _ in pairs if name in _QUERY]
        if len(choices_made) != len(set(choices_made)):
            return None
        if not _QUERY.issuperset(query):
            asked = f" ?{text}"
    cookies = headers.get(b"cookie", b"")
    if len(cookies) > _COOKIES_MAX_BYTES:
        return None
    # Django's own reading of cookies: another one would give the page of other choices.
    choices = reading_of(scope["path"], query, parse_cookie(cookies.decode("latin-1")))
    return f"{scope['path']} {choices.key()}{asked}"


class PublicPages:
    """ASGI: answers from the store, else asks `app` and keeps what is public."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], https: bool) -> None:
        self.app = app
        self.store = PageStore()
        self.queries = PageStore(_QUERIES_SIZE_BYTES)
        self.hosts = tuple(hosts)
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = store_key(scope, headers) if self.trusted(scope, headers) else None
        page = self.store_of(key).get(key) if key else None
        if page is not None:
            await answer(page, scope["method"], headers, send)
            return
        await self.ask(key, scope, receive, send, headers)

    def store_of(self, key: str) -> PageStore:
        return self.queries if " ?" in key else self.store

    def trusted(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Whether Django would serve this host and scheme; it words the refusal if not."""
        host, _ = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
        if not host or not validate_host(host, self.hosts):
            return False
        return not self.https or scope.get("scheme") == "https"

    async def ask(
        self,
        key: str | None,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: dict[bytes, bytes],
    ) -> None:
        """Let Django answer; a public answer to a request with a key is kept."""
        start: Message = {}
        body: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            made_for = public_choices(start)
            if made_for is None:
                await relay.send(start, message)
                return
            body.append(message.get("body", b""))
            if not message.get("more_body"):
                kept_as = key if key == f"{scope['path']} {made_for}" else None
                for_good = kept_as is not None and self.store_of(kept_as) is self.store
                quality = _QUALITY_KEPT if for_good else _QUALITY_ONCE
                # In a thread: a long page takes a tenth of a second, and all answers pass here.
                page = await asyncio.to_thread(make_page, start["headers"], b"".join(body), quality)
                if kept_as:
                    self.store_of(kept_as).put(kept_as, page)
                await answer(page, scope["method"], headers, send)

        relay = Relay(send, body=scope["method"] != "HEAD")
        # A HEAD request is asked as a GET, so that its answer can be kept too.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        await self.app({**scope, "method": method}, receive, collect)


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


def public_choices(start: Message) -> str | None:
    """The choices that a public answer was made for (`Reading.key`); None for any other answer."""
    found = [value for name, value in start["headers"] if name == PUBLIC]
    return found[0].decode("latin-1") if found and start["status"] == 200 else None


def make_page(headers: Iterable[Header], body: bytes, quality: int) -> Page:
    """Compress an answer of Django; `quality` is brotli's level."""
    dropped = (PUBLIC, b"content-length", b"etag", b"vary", b"set-cookie", b"content-encoding")
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in dropped]
    kept.append((b"vary", b"Accept-Encoding, Cookie"))
    tag = b'W/"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
    return Page(
        tuple(kept), brotli.compress(body, quality=quality), gzip.compress(body, 9, mtime=0), tag
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
