"""One box, everything in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep
from studyapp.search.index import Hit, Results
from studyapp.search.marking import marked
from studyapp.search.passages import index

_COMMON_TERMS = (
    "visibility-timeout",
    "dead-letter-queue",
    "fan-out",
    "fifo-queue",
    "shard",
    "failover",
)


@require_safe
def search(request: HttpRequest, language: str) -> HttpResponse:
    """The page, or for htmx only the results; going back in history needs the page again."""
    query = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:120]
    found = index().search(query, language) if query else Results(())
    context = {
        "query": query,
        "instead": found.instead,
        "groups": grouped(found, language, found.instead or query),
        "count": len(found.hits),
        "near": index().near_terms(query, language) if query and not found.hits else (),
        "common": [course().terms[id] for id in _COMMON_TERMS if id in course().terms],
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    in_part = htmx and not htmx.boosted and not htmx.history_restore_request
    template = "search/_results.html" if in_part else "search/search.html"
    response = render(request, template, context)
    if not htmx and not request.GET:
        let_front_keep(request, response)
    else:
        response["Cache-Control"] = "private, max-age=60"
    response["Vary"] = "HX-Request, HX-History-Restore-Request, Cookie"
    return response


def grouped(found: Results, language: str, query: str) -> list[dict[str, object]]:
    """Hits by kind, each with the sentence found and, if it is another one, the main language's."""
    groups: dict[str, list[dict[str, object]]] = {}
    for hit in found.hits:
        groups.setdefault(hit.passage.kind, []).append(_shown(hit, language, query))
    return [{"kind": kind, "hits": hits} for kind, hits in groups.items()]


def _shown(hit: Hit, language: str, query: str) -> dict[str, object]:
    passage = hit.passage
    return {
        "address": f"/{language}/{passage.place}",
        "title": passage.title[language],
        "is_title": passage.is_title,
        "found_in": hit.language,
        "found": marked(passage.texts[hit.language], query),
        "main": passage.texts[language] if hit.language != language else "",
    }
