"""Personal pages and parts. They come separately, so that public pages stay the same for everyone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

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
from studyapp.progress.models import Learner
from studyapp.progress.recording import record_reading, take_back_finish
from studyapp.progress.summary import Summary, summary_of

FORGET_WORD = "forget"


def _summary(learner: Learner | None) -> Summary:
    return summary_of(course(), learner)


@require_GET
@never_cache
def mine(request: HttpRequest, language: str) -> JsonResponse:
    """What scripts need to add the personal parts to a public page."""
    summary = _summary(learner_of(request))
    last = summary.last
    answer: dict[str, Any] = {
        "token": get_token(request),
        "finished": sorted(summary.finished),
        "started": sorted(summary.started),
        "continue": None,
    }
    if last:
        answer["continue"] = {
            "address": f"/{language}/lessons/{last.lesson.id}/#{last.unit}",
            "title": course().inline[language].plain(last.lesson.title[language]),
            "minutes": last.lesson.minutes,
        }
    return JsonResponse(answer)


@require_POST
@never_cache
def reading(request: HttpRequest, language: str) -> HttpResponse:
    """Keep the place in a lesson; makes the learner if there is none yet."""
    lesson = course().lessons.get(request.POST.get("lesson", ""))
    unit = request.POST.get("unit", "")
    if lesson is None or not _is_anchor(unit):
        return JsonResponse({"error": _("That place is not in the course.")}, status=400)
    now = timezone.now()
    learner = learner_of(request) or new_learner(now)
    if request.POST.get("finished") == "no":
        take_back_finish(learner, lesson.id)
    else:
        record_reading(learner, lesson.id, unit, request.POST.get("finished") == "yes", now)
    if request.POST.get("then") == "lesson":
        return remember(HttpResponseRedirect(f"/{language}/lessons/{lesson.id}/"), learner)
    return remember(HttpResponse(status=204), learner)


def _is_anchor(text: str) -> bool:
    return len(text) <= 120 and all(c.isascii() and (c.isalnum() or c in ".-") for c in text)


@require_GET
@never_cache
def finished(request: HttpRequest, language: str, service: str, slug: str) -> HttpResponse:
    """A form that marks a lesson as read, for readers without scripts."""
    lesson = course().lessons.get(f"{service}/{slug}")
    if lesson is None:
        raise Http404
    is_finished = lesson.id in _summary(learner_of(request)).finished
    return render(request, "progress/finished.html", {"lesson": lesson, "is_finished": is_finished})


@require_GET
@never_cache
def progress(request: HttpRequest, language: str) -> HttpResponse:
    learner = learner_of(request)
    context = {"summary": _summary(learner), "learner": learner, "forget_word": FORGET_WORD}
    return render(request, "progress/progress.html", context)


@require_GET
@never_cache
def export(request: HttpRequest, language: str) -> HttpResponse:
    """Everything about this learner as a file."""
    response = HttpResponse(carrying.export(learner_of(request)), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="decouple-progress.json"'
    return response


@require_http_methods(["POST"])
@never_cache
def import_file(request: HttpRequest, language: str) -> HttpResponse:
    """First post: a file, answered with what it holds. Second post: the confirmed text."""
    upload = request.FILES.get("file")
    raw = upload.read() if upload else request.POST.get("text", "").encode("utf-8", "replace")
    try:
        text = raw.decode("utf-8")
        carried = carrying.read(text)
    except (UnicodeDecodeError, carrying.NotOurFile) as fault:
        reason = "UTF-8" if isinstance(fault, UnicodeDecodeError) else str(fault)
        context = {"reason": reason, "summary": _summary(learner_of(request))}
        return render(request, "progress/import_refused.html", context, status=400)
    step = request.POST.get("step")
    if step not in ("confirm", "undo"):
        known = set(course().lessons)
        context = {
            "text": text,
            "lessons": len(carried.reading),
            "finished": sum(1 for row in carried.reading if row.finished_at),
            "unknown": sum(1 for row in carried.reading if row.lesson not in known),
        }
        return render(request, "progress/import_confirm.html", context)
    learner = learner_of(request) or new_learner(timezone.now())
    before = carrying.export(learner)
    if step == "undo":
        carrying.replace(learner, carried)
        return remember(HttpResponseRedirect(f"/{language}/progress/"), learner)
    changed = carrying.merge(learner, carried)
    page = render(request, "progress/import_done.html", {"changed": changed, "before": before})
    return remember(page, learner)


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
        context = {
            "summary": _summary(learner_of(request)),
            "learner": learner_of(request),
            "forget_word": FORGET_WORD,
            "code_refused": True,
        }
        return render(request, "progress/progress.html", context, status=400)
    here = learner_of(request)
    if here and here.pk != learner.pk:
        carrying.merge(learner, carrying.read(carrying.export(here)))
    return remember(HttpResponseRedirect(f"/{language}/progress/"), learner)


@require_POST
@never_cache
def forget_me(request: HttpRequest, language: str) -> HttpResponse:
    """Delete every row of this learner, after the word was typed."""
    learner = learner_of(request)
    if request.POST.get("word", "").strip().lower() != FORGET_WORD:
        context = {
            "summary": _summary(learner),
            "learner": learner,
            "forget_word": FORGET_WORD,
            "word_refused": True,
        }
        return render(request, "progress/progress.html", context, status=400)
    if learner:
        learner.delete()
    return forget(HttpResponseRedirect(f"/{language}/progress/"))
