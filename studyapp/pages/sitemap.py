"""sitemap.xml: every page that anyone may read, with its other languages."""

from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from studyapp.pages.course import course
from studyapp.pages.languages import LANGUAGES


def public_paths() -> list[str]:
    """Every public page below a language, without the language: '', 'lessons/', ..."""
    paths = ["", "lessons/", "simulator/", "glossary/", "facts/", "search/", "about/"]
    paths += ["simulator/scramble/", "compare/", "quizzes/cheat-sheet/", "quizzes/bank/"]
    paths += [f"lessons/{service.id}/" for service in course().services]
    paths += [f"lessons/{id}/" for id in course().lessons]
    paths += [f"simulator/{id}/" for id in course().scenarios]
    paths += [f"glossary/{id}/" for id in course().terms]
    return paths


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    rows = []
    for path in public_paths():
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" '
            f'href="{escape(f"{settings.ORIGIN}/{code}/{path}")}"/>'
            for code in LANGUAGES
        )
        for code in LANGUAGES:
            address = escape(f"{settings.ORIGIN}/{code}/{path}")
            rows.append(f"<url><loc>{address}</loc>{links}</url>")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' + "\n".join(rows) + "\n</urlset>\n"
    )
    return HttpResponse(text, content_type="application/xml")
