"""Our own questions, laid open: what the lint finds, how they are spread, and what answers say about them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.core.cache import cache as cache_of_answers
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from studyapp.course.markup import plain
from studyapp.course.rules.questions_report import PER_LANGUAGE, report
from studyapp.pages.course import course
from studyapp.pages.public import public
from studyapp.quizzes import item_statistics
from studyapp.quizzes.bank import bank, drawn
from studyapp.quizzes.item_statistics import Statistic
from studyapp.quizzes.items import Item
from studyapp.quizzes.rule_words import RULE_WORDS, counted

_STEM_MAX = 90
# Counting over all answers costs; a minute's delay costs nobody anything.
_KEPT_SECONDS = 60
_LANGUAGES = ("en", "ko", "vi")


@cache
def _report() -> Mapping[str, Any]:
    """The report of this process's course: half a second once."""
    return report(course())


@public
def bank_page(request: HttpRequest, language: str) -> HttpResponse:
    """What the lint says. It knows no learner and no answer, so it is the same for everyone."""
    found = _report()
    rules = [
        {**row, "words": RULE_WORDS[row["rule"]], "counted": counted(row["rule"], PER_LANGUAGE)}
        for row in found["findings"]
    ]
    context = {
        "report": found,
        "drawn": len(course().drawn),
        "languages": [(code, found["languages"][code]) for code in _LANGUAGES],
        "objectives": _objectives(found),
        "misconceptions": len(found["misconceptions"]),
        "well_hit": sum(row["options"] >= 2 for row in found["misconceptions"]),
        "broken": [row for row in rules if row["count"]],
        "kept": [row for row in rules if not row["count"]],
    }
    return render(request, "quizzes/bank.html", context)


def _objectives(found: Mapping[str, Any]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Rows of objectives by service, in the order of the course."""
    rows = [
        {**row, "title": course().objectives[row["id"]].title, "service": row["id"].split(".")[0]}
        for row in found["objectives"]
    ]
    return [
        (service, held)
        for service in course().services
        if (held := [row for row in rows if row["service"] == service.id])
    ]


@require_safe
@cache_control(public=True, max_age=_KEPT_SECONDS)
def answers(request: HttpRequest, language: str) -> HttpResponse:
    """What first answers say about each question. It changes with every answer, so the front does not keep it."""
    items = _items()
    found: Sequence[Statistic] | None = cache_of_answers.get("item-statistics")
    if found is None:
        found = item_statistics.statistics(items)
        cache_of_answers.set("item-statistics", found, _KEPT_SECONDS)
    rows = [(each, items[each.question], _stem(items[each.question], language)) for each in found]
    context = {
        "judged": [row for row in rows if row[0].is_enough],
        "early": [row for row in rows if not row[0].is_enough],
        "answers": sum(each.n for each in found),
        "enough": sum(each.is_enough for each in found),
        "total": len(items),
        "thresholds": {
            "share": item_statistics.SHARE_FROM,
            "discrimination": item_statistics.DISCRIMINATION_FROM,
            "languages": item_statistics.LANGUAGES_FROM,
        },
    }
    return render(request, "quizzes/bank_answers.html", context)


@cache
def _items() -> Mapping[str, Item]:
    """Authored questions and families of drawn ones, these as one of their questions."""
    return {**bank(), **{item.base: item for item in drawn("")}}


def _stem(item: Item, language: str) -> str:
    return Truncator(plain(item.stem[0][language])).chars(_STEM_MAX)
