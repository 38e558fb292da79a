"""Who is this visitor? A signed cookie names a learner; no cookie is made for plain reading."""

import base64
import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from studyapp.progress.models import Learner

_SALT = "decouple.learner"
KNOWN_COOKIE = "known"  # says to scripts that there is something to load; names nobody


def learner_of(request: HttpRequest) -> Learner | None:
    """The learner whom the cookie names; None for a new visitor or a forged cookie."""
    key = request.get_signed_cookie(settings.LEARNER_COOKIE, default=None, salt=_SALT)
    if not key:
        return None
    return Learner.objects.filter(key=key).first()


def new_learner(at: datetime) -> Learner:
    return Learner.objects.create(key=secrets.token_urlsafe(22), created_at=at)


def remember(response: HttpResponse, learner: Learner) -> HttpResponse:
    """Put the learner into the visitor's browser."""
    age, secure = settings.LEARNER_COOKIE_AGE_SECONDS, settings.HTTPS
    response.set_signed_cookie(
        settings.LEARNER_COOKIE,
        learner.key,
        salt=_SALT,
        max_age=age,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )
    response.set_cookie(KNOWN_COOKIE, "1", max_age=age, samesite="Lax", secure=secure)
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Take the learner out of the visitor's browser."""
    response.delete_cookie(settings.LEARNER_COOKIE, samesite="Lax")
    response.delete_cookie(KNOWN_COOKIE, samesite="Lax")
    return response


def new_recovery_code() -> str:
    """A code of 130 random bits in groups of 5 letters, easy to write down."""
    letters = base64.b32encode(secrets.token_bytes(17)).decode().rstrip("=")[:26]
    return "-".join(letters[n : n + 5] for n in range(0, 25, 5)) + letters[25]


def hash_of(code: str) -> str:
    """What is stored of a recovery code. The code itself has enough bits to need no salt."""
    tidy = "".join(c for c in code.upper() if c.isascii() and c.isalnum())
    return hashlib.sha256(tidy.encode()).hexdigest()


def learner_with_code(code: str) -> Learner | None:
    """The learner who wrote this code down."""
    tidy = "".join(c for c in code if c.isascii() and c.isalnum())
    if len(tidy) != 26:
        return None
    return Learner.objects.filter(recovery_hash=hash_of(code)).first()
