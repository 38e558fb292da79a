"""Personal pages and parts. They come separately, so that public pages stay the same for everyone."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studyapp.pages.course import course
from studyapp.progress import carrying
from studyapp.progress.learners import (
    forget,
    hash_of,
    learner_of,
    learner_with_code,
    new_learner,
    new_recovery_code,
    remember,
)
from studyapp.progress.models import UNIT_PATTERN, Learner
from studyapp.progress.parts import parts
from studyapp.progress.recording import record_reading, take_back_finish
from studyapp.progress.summary import Summary, summary_of

FORGET_WORD = "forget"


def _summary(learner: Learner | None) -> Summary:
    return summary_of(course(), learner)


@require_safe
@never_cache
def mine(request: HttpRequest, language: str) -> JsonResponse:
    """What scripts need to add the personal parts to a public page."""
    learner = learner_of(request)
    summary = _summary(learner)
    last = summary.last
    now = timezone.now()
    answer: dict[str, Any] = {
        "token": get_token(request),
        "finished": sorted(summary.finished),
        "started": sorted(summary.started),
        "continue": None,
        "due": learner.memories.filter(due__lte=now).count() if learner else 0,
    }
    if last:
        answer["continue"] = {
            "address": f"/{language}/lessons/{last.lesson.id}/#{last.unit}",
            "title": course().inline[language].plain(last.lesson.title[language]),
        }
    return JsonResponse(answer)


@require_POST
@never_cache
def reading(request: HttpRequest, language: str) -> HttpResponse:
    """Keep the place in a lesson; makes the learner if there is none yet."""
    lesson = course().lessons.get(request.POST.get("lesson", ""))
    unit = request.POST.get("unit", "")
    if lesson is None or not re.fullmatch(UNIT_PATTERN, unit):
        return JsonResponse({"error": _("That place is not in the course.")}, status=400)
    answer = (
        HttpResponseRedirect(f"/{language}/lessons/{lesson.id}/")
        if request.POST.get("then") == "lesson"
        else HttpResponse(status=204)
    )
    now = timezone.now()
    learner = learner_of(request)
    if request.POST.get("finished") == "no":
        if learner is None:
            return answer  # nobody has finished it, so there is nothing to keep
        take_back_finish(learner, lesson.id)
    else:
        learner = learner or new_learner(now)
        record_reading(learner, lesson.id, unit, request.POST.get("finished") == "yes", now)
    return remember(answer, learner)


@require_safe
@never_cache
def finished(request: HttpRequest, language: str, service: str, slug: str) -> HttpResponse:
    """A form that marks a lesson as read, for readers without scripts."""
    lesson = course().lessons.get(f"{service}/{slug}")
    if lesson is None:
        raise Http404
    is_finished = lesson.id in _summary(learner_of(request)).finished
    return render(request, "progress/finished.html", {"lesson": lesson, "is_finished": is_finished})


@require_safe
@never_cache
def progress(request: HttpRequest, language: str) -> HttpResponse:
    return _progress(request)


def _progress(request: HttpRequest, **refused: bool) -> HttpResponse:
    """The progress page; `refused` names what a form on it was sent in vain with."""
    learner = learner_of(request)
    at = timezone.now()
    panels = (
        [(part.template, part.panel(learner, at)) for part in parts().values()] if learner else []
    )
    context = {
        "summary": _summary(learner),
        "learner": learner,
        "panels": panels,
        "forget_word": FORGET_WORD,
    }
    status = 400 if refused else 200
    return render(request, "progress/progress.html", {**context, **refused}, status=status)


@require_safe
@never_cache
def export(request: HttpRequest, language: str) -> HttpResponse:
    """Everything about this learner as a file."""
    response = HttpResponse(carrying.export(learner_of(request)), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="decouple-progress.json"'
    return response


@require_POST
@never_cache
def import_file(request: HttpRequest, language: str) -> HttpResponse:
    """First post: a file, answered with what it holds. Second post: the confirmed text."""
    upload = request.FILES.get("file")
    raw = upload.read() if upload else request.POST.get("text", "").encode("utf-8", "replace")
    try:
        text = raw.decode("utf-8")
        carried = carrying.read(text)
    except UnicodeDecodeError:
        return _import_refused(request, "UTF-8")
    except carrying.NotOurFile as fault:
        return _import_refused(request, str(fault))
    step = request.POST.get("step")
    if step not in ("confirm", "undo"):
        known = set(course().lessons)
        context = {
            "text": text,
            "lessons": len(carried.reading),
            "finished": sum(1 for row in carried.reading if row.finished_at),
            "unknown": sum(1 for row in carried.reading if row.lesson not in known),
            "cards": len(carried.memories),
            "answers": sum(len(part) for part in carried.parts.values()),
        }
        return render(request, "progress/import_confirm.html", context)
    learner = learner_of(request) or new_learner(timezone.now())
    before = carrying.export(learner)
    if step == "undo":
        carrying.replace(learner, carried)
        return remember(HttpResponseRedirect(f"/{language}/progress/"), learner)
    try:
        merged = carrying.merge(learner, carried)
    except carrying.NotOurFile as fault:
        return _import_refused(request, str(fault))
    context = {
        "changed": merged.lessons,
        "cards": merged.cards,
        "answers": merged.rows,
        "left_out": merged.left_out,
        "before": before,
    }
    page = render(request, "progress/import_done.html", context)
    return remember(page, learner)


def _import_refused(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "progress/import_refused.html", {"reason": reason}, status=400)


@require_POST
@never_cache
def recovery_code(request: HttpRequest, language: str) -> HttpResponse:
    """Make a new code (the old one stops working) and show it once."""
    learner = learner_of(request) or new_learner(timezone.now())
    code = new_recovery_code()
    learner.recovery_hash = hash_of(code)
    learner.save(update_fields=["recovery_hash"])
    return remember(render(request, "progress/recovery_code.html", {"code": code}), learner)


@require_POST
@never_cache
def recover(request: HttpRequest, language: str) -> HttpResponse:
    """Take over the progress that belongs to a code; what this browser had is added to it."""
    learner = learner_with_code(request.POST.get("code", "")[:100])
    if learner is None:
        return _progress(request, code_refused=True)
    here = learner_of(request)
    if here and here.pk != learner.pk:
        try:
            carrying.take_over(learner, here)
        except carrying.NotOurFile as fault:
            return _import_refused(request, str(fault))
    return remember(HttpResponseRedirect(f"/{language}/progress/"), learner)


@require_POST
@never_cache
def forget_me(request: HttpRequest, language: str) -> HttpResponse:
    """Delete every row of this learner, after the word was typed."""
    learner = learner_of(request)
    if request.POST.get("word", "").strip().lower() != FORGET_WORD:
        return _progress(request, word_refused=True)
    if learner:
        learner.delete()
    return forget(HttpResponseRedirect(f"/{language}/progress/"))
