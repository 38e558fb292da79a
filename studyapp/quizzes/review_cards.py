"""Adding cards to review from lessons and terms, taking them out, and working towards the day of an exam."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from studyapp.course.lessons import Lesson
from studyapp.course.markup import LINK, TERM_LINK
from studyapp.pages.course import course
from studyapp.progress import memory, reviewing
from studyapp.progress.learners import learner_of, new_learner, remember
from studyapp.progress.models import ExamPlan, Learner
from studyapp.quizzes.answering import personal
from studyapp.quizzes.cards import (
    OBJECTIVE,
    TERM,
    Card,
    cards,
    cards_of_lesson,
    cards_of_services,
)
from studyapp.quizzes.clock import now
from studyapp.quizzes.forms import one_of
from studyapp.quizzes.panel import charted
from studyapp.quizzes.plan_advice import advice, titles_of, worths
from studyapp.quizzes.recording import Malformed

DAYS_MAX = 400
MINUTES_MAX = 600


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def add(request: HttpRequest, language: str) -> HttpResponse:
    """The cards of a lesson or a term, to be put into review or taken out of it."""
    subject = request.POST.get("of", "") if request.method == "POST" else request.GET.get("of", "")
    offered, title, back = _offered(subject)
    learner, at = learner_of(request), now().wall
    if request.method == "POST":
        do = one_of(request.POST.get("do", ""), ("add", "remove"))
        keys = _chosen(request.POST, offered)
        if do == "add" and keys:
            learner = learner or new_learner(at)
            reviewing.add(learner, keys, at)
        elif do == "remove" and learner is not None:
            reviewing.remove(learner, keys)
        answer = HttpResponseRedirect(f"/{language}/mine/review/?of={subject}&done={do}")
        return remember(answer, learner) if learner else answer
    held = set(learner.memories.values_list("card", flat=True)) if learner else set()
    context = {
        "of": subject,
        "run_query": f"of={subject}",  # the page in another language is about the same
        "title": title,
        "back": back,
        "out": [card for card in offered if card.key not in held],
        "in_review": [card for card in offered if card.key in held],
        "done": request.GET.get("done", ""),
    }
    return render(request, "review/add.html", context)


def _offered(subject: str) -> tuple[Sequence[Card], Any, str]:
    """The cards of 'sqs/polling' or of 'term:queue', the title, and the page they come from. Raises Http404."""
    if subject.startswith(f"{TERM}:") and subject in cards():
        card = cards()[subject]
        return [card], card.title, card.source
    lesson = course().lessons.get(subject)
    if lesson is None:
        raise Http404
    return cards_of_lesson(lesson.id, terms_of(lesson)), lesson.title, f"lessons/{lesson.id}/"


def terms_of(lesson: Lesson) -> list[str]:
    """The glossary terms that a lesson links, in the order of the text."""
    found: dict[str, None] = {}
    for block in lesson.blocks:
        for unit in block.all_units():
            for _, target in LINK.findall(unit.en):
                if term := TERM_LINK.match(target):
                    found[term.group(1)] = None
    return list(found)


def _chosen(form: QueryDict, offered: Sequence[Card]) -> list[str]:
    known = {card.key for card in offered}
    keys = form.getlist("card")
    if not known.issuperset(keys):
        raise Malformed("card")
    return keys


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def plan(request: HttpRequest, language: str) -> HttpResponse:
    """The day of the exam: first the load of each day is shown, then it can be accepted.

    Who says how many minutes a day they have is told what to leave out if the load is more.
    """
    learner, at = learner_of(request), localtime(now().wall)
    services = _services()
    if request.method == "POST":
        do = one_of(request.POST.get("do", ""), ("accept", "without", "drop"))
        if do == "drop":
            if learner is not None:
                reviewing.drop_plan(learner)
            return HttpResponseRedirect(f"/{language}/quizzes/review/plan/")
        exam_on = exam_day(request.POST.get("exam_on", ""), at)
        if exam_on is None:
            raise Malformed("exam_on")
        topics = [one_of(name, services) for name in request.POST.getlist("topic")[:20]]
        wanted = cards_of_services(topics)
        left_out = set(request.POST.getlist("out")) if do == "without" else set()
        if not left_out.issubset(wanted):
            raise Malformed("out")
        learner = learner or new_learner(at)
        reviewing.plan(learner, exam_on, wanted, at, left_out)
        return remember(HttpResponseRedirect(f"/{language}/quizzes/review/plan/"), learner)
    return _plan_page(request, learner, services, at)


def _plan_page(
    request: HttpRequest, learner: Learner | None, services: tuple[str, ...], at: datetime
) -> HttpResponse:
    asked, minutes_asked = request.GET.get("exam_on", ""), request.GET.get("minutes", "").strip()
    topics = [name for name in request.GET.getlist("topic")[:20] if name in services]
    held = ExamPlan.objects.filter(learner=learner).first() if learner else None
    exam_on, minutes = exam_day(asked, at), minutes_a_day(minutes_asked)
    context: dict[str, Any] = {
        "plan": held if held and held.exam_on > at.date() else None,
        "past": held if held and held.exam_on <= at.date() else None,
        "services": [each for each in course().services if each.id in services],
        "topics": topics,
        "asked": asked[:10],
        "is_refused": bool(asked) and exam_on is None,
        "minutes_asked": minutes_asked[:6],
        "are_minutes_refused": bool(minutes_asked) and minutes is None,
        "minutes_max": MINUTES_MAX,
        "first_day": (at + timedelta(days=1)).date(),
        "last_day": (at + timedelta(days=DAYS_MAX)).date(),
        "exam_on": exam_on,
    }
    if exam_on is not None:
        wanted = cards_of_services(topics)
        without = reviewing.loads(learner, exam_on, wanted, at)
        context |= shown_load(without(()))
        if minutes is not None:
            found = advice(worths(learner, wanted, exam_on, at), without, minutes)
            context |= {"minutes": minutes, "advice": found}
            context["after"] = shown_load(found.after) if found else None
    elif context["plan"] is not None and learner is not None and held is not None:
        resting = reviewing.resting(learner, reviewing.horizon_to(held.exam_on, held.started_at))
        context |= shown_load(reviewing.load(learner, held.exam_on, [], at, resting))
        context["resting"] = titles_of(resting)
    is_refused = context["is_refused"] or context["are_minutes_refused"]
    return render(request, "review/plan.html", context, status=400 if is_refused else 200)


def minutes_a_day(text: str) -> int | None:
    """A number of minutes that somebody may have a day; None for anything else."""
    if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII):
        return None
    return int(text) if 0 < int(text) <= MINUTES_MAX else None


def exam_day(text: str, at: datetime) -> date | None:
    """A day from tomorrow on, not too far away; None for anything else."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    if day is None or not timedelta(0) < day - at.date() <= timedelta(days=DAYS_MAX):
        return None
    return day


def shown_load(days: Sequence[tuple[date, int]]) -> dict[str, Any]:
    """The load for a page: its chart, the busiest day, sums."""
    most = max((count for _, count in days), default=0)
    chart = charted(days)
    return {
        "load": chart,
        "total": chart["total"],
        "most": most,
        "each": round(chart["total"] / len(days), 1) if days else 0,
        "most_minutes": memory.minutes(most),
        "week_minutes": memory.minutes(memory.busiest_week(days)),
    }


def _services() -> tuple[str, ...]:
    """The services with an objective that can be asked."""
    return tuple(dict.fromkeys(card.service for card in cards().values() if card.kind == OBJECTIVE))
