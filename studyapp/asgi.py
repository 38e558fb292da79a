"""The outer router: health and public pages answered early, Django for the rest.

Django runs as WSGI in a small pool of threads; that is several times faster than Django under ASGI,
because its middleware is synchronous (`docs/decisions/one-process.md`).
"""

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from studyapp.wsgi import application as django

from django.conf import settings  # isort: skip

from studyapp.front import PublicPages

PAGE_THREADS = 4


async def healthz(request: Request) -> PlainTextResponse:
    """The process is up. Asks no database."""
    return PlainTextResponse(
        "ok", headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    )


application = Starlette(
    routes=[
        Route("/healthz", healthz),
        Mount(
            "/",
            PublicPages(
                WSGIMiddleware(django, workers=PAGE_THREADS),  # type: ignore[arg-type]
                settings.ALLOWED_HOSTS,
                settings.HTTPS,
            ),
        ),
    ]
)
