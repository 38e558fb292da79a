"""Home, settings, about, and the small addresses that machines ask for."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studyapp.pages.assets import BUNDLE, stylesheets
from studyapp.pages.course import course
from studyapp.pages.languages import CHOICES, LANGUAGES, companions_from
from studyapp.pages.public import public

_PREFERENCE_AGE_SECONDS = 60 * 60 * 24 * 365 * 2


@require_safe
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """The first visit asks for a language; later visits go straight on."""
    chosen = request.COOKIES.get("lang")
    if chosen in LANGUAGES and "ask" not in request.GET:
        return HttpResponseRedirect(f"/{chosen}/")
    preferred = request.headers.get("Accept-Language", "")[:2].lower()
    return render(request, "pages/choose.html", {"languages": LANGUAGES, "preferred": preferred})


@public
def home(request: HttpRequest, language: str) -> HttpResponse:
    lessons = list(course().lessons.values())
    differing = [fact for fact in course().facts.values() if fact.exam is not None]
    context = {
        "services": course().services,
        "first": lessons[0] if lessons else None,
        "lesson_count": len(lessons),
        "term_count": len(course().terms),
        "fact_count": len(course().facts),
        "differing_count": len(differing),
    }
    return render(request, "pages/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preferences(request: HttpRequest, language: str) -> HttpResponse:
    """Languages, theme, text size, motion, keys: small cookies that name nobody."""
    if request.method != "POST":
        return render(request, "pages/settings.html", {"choices": CHOICES, "languages": LANGUAGES})
    main = request.POST.get("lang", language)
    if main not in LANGUAGES:
        main = language
    return _remember(request, main, f"/{main}/settings/?saved=yes")


def _remember(request: HttpRequest, main: str, target: str) -> HttpResponse:
    """Put the choices of a form into cookies and go on to `target`."""
    wanted = ",".join(request.POST.getlist("with"))
    values = {"lang": main, "with": ",".join(companions_from(wanted, main))}
    for name, allowed in CHOICES.items():
        value = request.POST.get(name, "")
        if value in allowed:
            values[name] = value
    response = HttpResponseRedirect(target)
    for name, value in values.items():
        response.set_cookie(
            name, value, max_age=_PREFERENCE_AGE_SECONDS, samesite="Lax", secure=settings.HTTPS
        )
    return response


@require_POST
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """The answer to the first page's question: a language, and perhaps a companion."""
    main = request.POST.get("lang", "")
    if main not in LANGUAGES:
        return HttpResponseRedirect("/?ask=yes")
    return _remember(request, main, f"/{main}/")


@public
def about(request: HttpRequest, language: str) -> HttpResponse:
    newest = max((lesson.checked for lesson in course().lessons.values()), default=None)
    return render(request, "pages/about.html", {"newest": newest, "version": course().version})


@public
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """What the service worker shows when a page was never opened before."""
    return render(request, "pages/offline.html")


@public
def keys(request: HttpRequest, language: str) -> HttpResponse:
    """The list of keys, for the dialog."""
    return render(request, "pages/_keys.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /*/mine/", "Disallow: /*/progress/"]
    lines += ["Disallow: /*/settings/", f"Sitemap: {settings.ORIGIN}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a phone needs to install the site, in the reader's language."""
    answer = {
        "id": "/",
        "name": "Decouple: AWS messaging",
        "short_name": "Decouple",
        "start_url": f"/{language}/",
        "scope": "/",
        "display": "standalone",
        "lang": language,
        "background_color": "#fbfaf6",
        "theme_color": "#0a5c66",
        "icons": [
            {"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {
                "src": static("img/icon-512.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "any maskable",
            },
        ],
    }
    return HttpResponse(
        json.dumps(answer, ensure_ascii=False), content_type="application/manifest+json"
    )


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps opened lessons for reading without a network."""
    sheets = stylesheets() if settings.DEBUG else [BUNDLE]
    keep = [static(name) for name in (*sheets, "js/site.js", "js/reader.js", "img/icon.svg")]
    pages = [f"/{code}/offline/" for code in LANGUAGES]
    text = render(
        request,
        "pages/sw.js",
        {"version": course().version, "keep": json.dumps(keep + pages)},
        content_type="text/javascript; charset=utf-8",
    )
    text["Cache-Control"] = "no-cache"
    return text


@require_safe
def lesson_addresses(request: HttpRequest, language: str) -> HttpResponse:
    """Every lesson page of a language, for "save all lessons"."""
    pages = [f"/{language}/lessons/{id}/" for id in course().lessons]
    answer = {"version": course().version, "pages": [f"/{language}/lessons/", *pages]}
    response = HttpResponse(json.dumps(answer), content_type="application/json")
    response["Cache-Control"] = "no-cache"
    return response
