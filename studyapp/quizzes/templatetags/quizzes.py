"""Small words of the quiz pages."""

import re
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from studyapp.course.labelled import Unit
from studyapp.course.markup import in_language
from studyapp.pages.course import course
from studyapp.quizzes.bank import bank
from studyapp.quizzes.flip import flip_of
from studyapp.quizzes.models import PROBLEMS, ProblemReport
from studyapp.quizzes.problem_reports import sent_for
from studyapp.quizzes.shown import minutes_and_seconds

register = template.Library()

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)")


@register.simple_tag
def service_name(id: str) -> str:
    """The title of a service in the language of the page."""
    service = course().service(id)
    language = get_language() or "en"
    return course().inline[language].plain(service.title[language]) if service else id


@register.simple_tag(takes_context=True)
def sentence_in(context: dict[str, Any], unit: Unit, language: str) -> SafeString:
    """A unit of the course in a language of its own, with links to pages in the language of the page."""
    return mark_safe(
        in_language(course().inline[language].html(unit[language]), context["language"])
    )


@register.simple_tag(takes_context=True)
def first_sentence(context: dict[str, Any], unit: Unit) -> str:
    """The first sentence of a unit in the language of the page, as text."""
    code = context["language"]
    return _SENTENCE_END.split(course().inline[code].plain(unit[code]), maxsplit=1)[0]


@register.simple_tag(takes_context=True)
def sent_report(context: dict[str, Any]) -> ProblemReport | None:
    """What this learner just reported about the question that is shown. Asks the database only then."""
    if "reported" not in context["request"].GET:
        return None
    return sent_for(context["attempt"], context["shown"].item.id)


@register.inclusion_tag("quizzes/_flip.html", takes_context=True)
def flip(context: dict[str, Any]) -> dict[str, Any]:
    """The other half of the pair of the question that is shown; nothing while it may still be asked in this set."""
    shown, attempt = context["shown"], context["attempt"]
    other = bank().get(shown.item.pair)
    if other is None or (other.id in attempt.places and not attempt.is_finished):
        return {}
    return {
        "flip": flip_of(shown.item, other, shown.language),
        "shown_in": shown.language,
        "language": context["language"],
    }


@register.filter
def in_place(run: str) -> bool:
    """Whether a run can open on this page; sets from before there were such runs lead to the lab."""
    return run.startswith("answers/")


@register.filter
def percent(share: float) -> int:
    """0.256 as 26."""
    return round(100 * share)


@register.simple_tag
def problem_kinds() -> tuple[str, ...]:
    return PROBLEMS


register.filter("minutes", minutes_and_seconds)
