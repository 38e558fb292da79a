"""Spaced review: one card after the other, what it did, undo, and when the next one comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from studyapp.pages.course import course
from studyapp.pages.languages import LANGUAGES
from studyapp.progress import memory, reviewing
from studyapp.progress.learners import learner_of
from studyapp.progress.models import CardMemory, Learner
from studyapp.progress.reviewing import OldPage
from studyapp.quizzes import recording
from studyapp.quizzes.answering import P, View, item_at, personal, wants_part
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import OBJECTIVE, Card, cards, item_of_card, next_item
from studyapp.quizzes.clock import Instant, now
from studyapp.quizzes.forms import new_key, one_of, read_form, whole
from studyapp.quizzes.models import MISSES, REVIEW, Answer
from studyapp.quizzes.recording import WRITE_KEY, Incomplete, Malformed, Unknown, Write
from studyapp.quizzes.review_answers import Asked, draft, keep, review_of
from studyapp.quizzes.shown import show

OUTCOMES = ("knew", "not")


def guarded(view: View[P]) -> View[P]:
    """`personal`, and a page that was made before the card changed gets 409 in words."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except OldPage:
            return render(request, "review/old.html", status=409)

    return personal(cast(View[P], answer))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def review(request: HttpRequest, language: str) -> HttpResponse:
    """The card whose turn it is, or the end of today's; posted, the answer to it."""
    learner, at = learner_of(request), now()
    if request.method == "POST":
        if learner is None:
            raise Unknown("nobody")
        return _post(request, language, learner, at)
    if learner is None:
        return render(request, "review/done.html", {"is_empty": True})
    due = [row for row in reviewing.due(learner, at.wall) if row.card in cards()]
    frame = _frame(learner, len(due), at)
    if not due:
        return render(request, "review/done.html", {**frame, **_after_all(learner, at.wall)})
    row = next_card(due, frame["last_card"])
    card = cards()[row.card]
    asked_in = request.GET.get("in", "")
    shown_in = asked_in if asked_in in LANGUAGES else language
    if card.kind != OBJECTIVE:
        return _prompt(request, card, row, shown_in, frame)
    asked = Asked(
        card.key, next_item(learner, card), row.reviews, new_key(), language, course().version
    )
    return _question(request, learner, card, asked, None, shown_in, at, frame)


def next_card(due: Sequence[CardMemory], last: str) -> CardMemory:
    """The one that waits longest, of another service than the card before if there is one."""
    before = cards().get(last)
    others = [row for row in due if before is None or cards()[row.card].service != before.service]
    return (others or due)[0]


def _frame(learner: Learner, left: int, at: Instant) -> dict[str, Any]:
    """What stands around every card: how far it is, how long it takes, what can be undone."""
    midnight = localtime(at.wall).replace(hour=0, minute=0, second=0, microsecond=0)
    today = list(
        learner.reviews.filter(place=reviewing.IN_REVIEW, reviewed_at__gte=midnight).order_by("pk")
    )
    last = reviewing.last_review(learner, at.wall)
    return {
        "done": len(today),
        "left": left,
        "total": len(today) + left,
        "minutes": memory.minutes(left),
        "known": sum(each.known for each in today),
        "last_card": today[-1].card if today else "",
        "undo": last.pk if last else None,
    }


def _after_all(learner: Learner, at: datetime) -> dict[str, Any]:
    coming = learner.memories.filter(due__gt=at).order_by("due")
    dues = [row.due for row in coming if row.card in cards()]
    return {
        "is_empty": not dues,
        "next_due": dues[0] if dues else None,
        "next_in": in_words(dues[0] - at) if dues else "",
        "tomorrow": sum(due <= at + timedelta(days=1) for due in dues),
        "held": len(dues),
    }


def in_words(time: timedelta) -> str:
    """'3 days', as coarse as one speaks of waiting."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if minutes < 36 * 60:
        hours = round(minutes / 60)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = round(minutes / (24 * 60))
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _prompt(
    request: HttpRequest, card: Card, row: CardMemory, shown_in: str, frame: dict[str, Any]
) -> HttpResponse:
    """A prompt or a term: the learner says whether they knew it."""
    at, held = now().wall, reviewing.memory_of(row)
    context = {
        **frame,
        "card": card,
        "row": row,
        "key": new_key(),
        "shown_in": shown_in,
        "others": _others(shown_in),
        "again_in": in_words(memory.STEP),
        "knew_in": in_words(memory.after(held, True, at).due - at),
    }
    return render(request, "review/prompt.html", context)


def _others(shown_in: str) -> list[tuple[str, str]]:
    return [(code, name) for code, name in LANGUAGES.items() if code != shown_in]


def _question(
    request: HttpRequest,
    learner: Learner,
    card: Card,
    asked: Asked,
    write: Write | None,
    shown_in: str,
    at: Instant,
    frame: dict[str, Any],
    is_incomplete: bool = False,
) -> HttpResponse:
    attempt, row = draft(learner, asked, write, at)
    context = {
        **frame,
        "card": card,
        "asked": asked,
        "shown": show(attempt, 1, asked.item, row, shown_in),
        "others": _others(shown_in),
        "key": asked.key,
        "seen": asked.seen,
        "shown_at": int(at.wall.timestamp() * 1000),
        "is_incomplete": is_incomplete,
    }
    template = "review/_question.html" if wants_part(request) else "review/question.html"
    return render(request, template, context, status=400 if is_incomplete else 200)


def _post(request: HttpRequest, language: str, learner: Learner, at: Instant) -> HttpResponse:
    form = request.POST
    card = cards().get(form.get("card", ""))
    if card is None:
        raise Malformed("card")
    seen = whole(form.get("seen", ""))
    if card.kind != OBJECTIVE:
        outcome = one_of(form.get("outcome", ""), OUTCOMES)
        key = form.get("key", "")
        if not WRITE_KEY.fullmatch(key):
            raise Malformed("key")
        reviewing.answer(learner, card.key, outcome == "knew", key, seen, at.wall)
        return HttpResponseRedirect(f"/{language}/quizzes/review/")
    item = item_of_card(card, form.get("item", "")[:120])
    if item is None:
        raise Malformed("item")
    if item.digest != form.get("version", ""):
        raise OldPage(card.key)  # a new version of the question came in between
    sent = read_form(form, item, at.wall)
    if not WRITE_KEY.fullmatch(sent.write.key):
        raise Malformed("key")
    asked = Asked(card.key, item, seen, sent.write.key, language, course().version)
    is_incomplete = False
    if sent.do == "check":
        try:
            attempt = keep(learner, asked, sent.write, at)
        except Incomplete:
            is_incomplete = True
        else:
            query = "" if sent.language == language else f"?in={sent.language}"
            return HttpResponseRedirect(f"/{language}/quizzes/review/{attempt.pk}/{query}#answer")
    # Struck out, another language, or too little chosen: the page again with what was chosen.
    due = [row for row in reviewing.due(learner, at.wall) if row.card in cards()]
    frame = _frame(learner, len(due), at)
    return _question(
        request, learner, card, asked, sent.write, sent.language, at, frame, is_incomplete
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def answered(request: HttpRequest, language: str, id: str) -> HttpResponse:
    """An answered question with its reasons, and when its objective comes back."""
    learner, at = learner_of(request), now()
    if request.method == "POST":
        miss = one_of(request.POST.get("miss", ""), ("", *MISSES))
        recording.say_why_missed(learner, id, REVIEW, 1, miss)
    attempt = recording.find(learner, id, REVIEW)
    assert learner is not None
    item = item_at(attempt, 1, bank())
    row = Answer.objects.get(attempt=attempt)
    asked_in = request.GET.get("in", "")
    shown_in = asked_in if asked_in in LANGUAGES else row.language or language
    done, held = review_of(attempt)
    due = [each for each in reviewing.due(learner, at.wall) if each.card in cards()]
    context = {
        **_frame(learner, len(due), at),
        "attempt": attempt,
        "shown": show(attempt, 1, item, row, shown_in, feedback=True),
        "others": _others(shown_in),
        "misses": MISSES,
        "counted": done,
        "next_in": in_words(held.due - at.wall) if held and done else "",
    }
    template = "review/_answered.html" if wants_part(request) else "review/answered.html"
    return render(request, template, context)


@require_POST
@guarded
def undo(request: HttpRequest, language: str) -> HttpResponse:
    """Take back the last answer; its card is asked again."""
    learner = learner_of(request)
    if learner is None:
        raise Unknown("nobody")
    card = reviewing.undo(learner, whole(request.POST.get("review", "")), now().wall)
    if card is None:
        raise OldPage("nothing to take back")
    return HttpResponseRedirect(f"/{language}/quizzes/review/")
