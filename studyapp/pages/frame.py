"""What the frame around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from studyapp.pages.languages import LANGUAGES, main_language, reading

_SECTIONS = ("lessons", "simulator", "facts", "glossary", "search", "progress", "settings", "about")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: language, choices, the same page in the other languages."""
    choices = reading(request)
    language = choices.main
    inside = main_language(request.path) is not None
    rest = request.path.split("/", 2)[2] if inside and request.path.count("/") > 1 else ""
    return {
        "language": language,
        "reading": choices,
        "in_languages": [
            {"code": code, "name": name, "path": f"/{code}/{rest}", "current": code == language}
            for code, name in LANGUAGES.items()
        ],
        "section": next((s for s in _SECTIONS if rest.startswith(s)), "home" if not rest else ""),
        "origin": settings.ORIGIN,
        "here": request.path,
        "debug": settings.DEBUG,
    }
