"""Which languages this reader wants, and in which order; and how pages should look for them.

All of it stands in the address or in small cookies that name nobody (`with`, `layout`, `theme`, `size`,
`motion`, `keys`, `lang`), so that the same choices give the same page and pages stay cacheable.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

LANGUAGES = dict(settings.LANGUAGES)
LAYOUTS = ("auto", "beside", "under", "tap")
CHOICES: dict[str, tuple[str, ...]] = {
    "layout": LAYOUTS,
    "theme": ("auto", "light", "dark"),
    "size": ("100", "112", "125", "150"),
    "motion": ("auto", "less"),
    "keys": ("on", "off"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The choices of one reader. `languages` begins with the main one."""

    languages: tuple[str, ...] = ("en",)
    layout: str = "auto"
    theme: str = "auto"
    size: str = "100"
    motion: str = "auto"
    keys: str = "on"

    @property
    def main(self) -> str:
        return self.languages[0]

    @property
    def companions(self) -> tuple[str, ...]:
        return self.languages[1:]

    def key(self) -> str:
        """The same for two readers exactly if they get the same public pages."""
        return "|".join(
            ("+".join(self.languages), self.layout, self.theme, self.size, self.motion, self.keys)
        )


def main_language(path: str) -> str | None:
    """'ko' for '/ko/lessons/'; None where the address has no language."""
    first = path.lstrip("/").split("/", 1)[0]
    return first if first in LANGUAGES else None


def companions_from(text: str, main: str) -> tuple[str, ...]:
    """The known languages of 'ko,vi' without the main one, each once, in the given order."""
    wanted = [word for word in text.split(",") if word in LANGUAGES and word != main]
    return tuple(dict.fromkeys(wanted))


def reading_of(path: str, query: Mapping[str, str], cookies: Mapping[str, str]) -> Reading:
    """The choices that an address and its cookies express; unknown values count as not given."""
    main = main_language(path) or (
        cookies.get("lang") if cookies.get("lang") in LANGUAGES else "en"
    )
    assert main is not None

    def choice(name: str) -> str:
        allowed = CHOICES[name]
        for source in (query, cookies) if name == "layout" else (cookies,):
            if source.get(name) in allowed:
                return source[name]
        return allowed[0]

    companions = query["with"] if "with" in query else cookies.get("with", "")
    return Reading(
        (main, *companions_from(companions.replace("%2C", ","), main)),
        choice("layout"),
        choice("theme"),
        choice("size"),
        choice("motion"),
        choice("keys"),
    )


def reading(request: HttpRequest) -> Reading:
    """The choices of this request."""
    return reading_of(request.path, request.GET, request.COOKIES)


def speak(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: the words of the interface follow the language of the address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = main_language(request.path) or reading(request).main
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware
