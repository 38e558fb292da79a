"""Tags for course content: sentences in several languages, words of the course, dates, static bundles."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from studyapp.course.labelled import Unit
from studyapp.course.markup import in_language
from studyapp.pages.assets import BUNDLE, stylesheets
from studyapp.pages.course import course
from studyapp.pages.days import offset_said

register = template.Library()

# A summary is itself something to press, so it may hold no link; the term stands in the list beside.
_LINK = re.compile(r"</?a\b[^>]*>")


@register.simple_tag
def stylesheet_links() -> SafeString:
    """The one bundle; in debug mode the authored files, so that an edit shows at once."""
    names = stylesheets() if settings.DEBUG else [BUNDLE]
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(n),) for n in names))


def _line(line: Any, tag: str) -> SafeString:
    name = "unit__line" if line.is_main else "unit__line unit__line--beside"
    warning: SafeString | str = ""
    if line.needs_look:
        warning = format_html(
            ' <small class="unit__old">{}</small>', _("This translation is older than the text.")
        )
    return format_html(
        '<{} class="{}" lang="{}">{}{}</{}>',
        mark_safe(tag),
        name,
        line.language,
        mark_safe(line.html),
        warning,
        mark_safe(tag),
    )


@register.simple_tag(takes_context=True)
def unit(context: dict[str, Any], row: Any, tag: str = "p") -> SafeString:
    """One row: a sentence in the chosen languages. `tag` is the element of the main line."""
    layout = context["reading"].layout
    anchor = format_html(' id="{}"', row.anchor) if row.anchor else ""
    if not row.companions:
        element = "span" if tag == "p" else tag
        return format_html(
            '<{} class="unit" lang="{}"{}>{}</{}>',
            mark_safe(element),
            row.main.language,
            anchor,
            mark_safe(row.main.html),
            mark_safe(element),
        )
    # In a cell the same word is not said twice ("SQS" under "SQS").
    shown = [line for line in row.companions if tag != "span" or line.html != row.main.html]
    others = format_html_join("", "{}", ((_line(line, "p"),) for line in shown))
    if layout == "tap" and tag == "p":
        return format_html(
            '<details class="unit unit--tap"{}><summary>{}</summary>{}</details>',
            anchor,
            mark_safe(_LINK.sub("", _line(row.main, "span"))),
            others,
        )
    return format_html('<div class="unit"{}>{}{}</div>', anchor, _line(row.main, tag), others)


@register.simple_tag(takes_context=True)
def say(context: dict[str, Any], text: Unit, language: str | None = None) -> SafeString:
    """A unit of the course in the main language (or another), as safe HTML without links inside."""
    code = language or context["language"]
    plain = course().inline[code].plain(text[code])
    return format_html("{}", plain)


@register.simple_tag(takes_context=True)
def sentence(context: dict[str, Any], text: Unit) -> SafeString:
    """A unit of the course in the main language, with its links."""
    code = context["language"]
    return mark_safe(in_language(course().inline[code].html(text[code]), code))


@register.filter
def quantity(fact: Any, language: str) -> str:
    """The number of a fact with its unit."""
    return str(fact.quantity(language))


@register.filter
def day(moment: dt.date) -> str:
    """A date as the reader's language writes it inside a sentence."""
    written = date_format(moment, "DATE_FORMAT")
    return written[0].lower() + written[1:] if get_language() == "vi" else written


@register.simple_tag
def moment(at: dt.datetime, shown: str = "day") -> SafeString:
    """A moment in the server's words, which are those of UTC; scripts write it in the reader's zone.

    `shown` is 'day', 'time' for the day and the time, or 'hour' for the time of the day. (`static/js/local-time.js`)
    """
    utc = at.astimezone(dt.UTC)
    written = {
        "day": lambda: day(utc),
        "time": lambda: date_format(utc, "DATETIME_FORMAT"),
        "hour": lambda: f"{utc:%H:%M}",
    }[shown]()
    return format_html(
        '<time datetime="{}" data-local="{}">{} UTC</time>',
        utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        shown,
        written,
    )


@register.simple_tag(takes_context=True)
def midnight(context: Mapping[str, Any]) -> SafeString | None:
    """When the days of charts begin, where the reader's device has not said what its midnight is; else None."""
    if offset_said(context["request"]) is not None:
        return None
    now = timezone.localtime()
    return moment(now.replace(hour=0, minute=0, second=0, microsecond=0), "hour")


@register.filter
def get(mapping: Any, key: str) -> Any:
    return mapping[key]


@register.filter
def anchored(address: str) -> str:
    """'sqs/queues#block' as the address of a page: 'sqs/queues/#block'."""
    lesson, _, anchor = address.partition("#")
    return f"{lesson}/#{anchor}" if anchor else f"{lesson}/"
