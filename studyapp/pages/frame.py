"""What the frame around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from studyapp.pages.languages import LANGUAGES, main_language, reading

# The sections of the navigation: how their addresses begin. The first that fits holds.
_SECTIONS = {
    "quizzes/exam": "exam",
    **dict.fromkeys(("quizzes", "lessons", "simulator", "compare", "facts", "glossary"), ""),
    **dict.fromkeys(("search", "progress", "settings", "about", "mine"), ""),
}


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
        "section": next(
            (name or start for start, name in _SECTIONS.items() if rest.startswith(start)),
            "home" if not rest else "",
        ),
        "origin": settings.ORIGIN,
        "here": request.path,
        "debug": settings.DEBUG,
    }
