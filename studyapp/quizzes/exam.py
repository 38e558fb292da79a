"""The mock exam: rules and start, one question at a time, the overview, the end in two steps, the result."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from studyapp.pages.course import course
from studyapp.pages.languages import LANGUAGES
from studyapp.progress.learners import learner_of, new_learner, remember
from studyapp.progress.models import Learner
from studyapp.quizzes import recording
from studyapp.quizzes.answering import (
    form_fields,
    item_at,
    personal,
    place_of,
    question_address,
    result_address,
    wants_json,
)
from studyapp.quizzes.bank import bank
from studyapp.quizzes.clock import PACES, Instant, now
from studyapp.quizzes.forms import FormReader, new_start_key, one_of, start_key, whole
from studyapp.quizzes.history import history_of
from studyapp.quizzes.items import Item
from studyapp.quizzes.models import EXAM, Answer, Attempt
from studyapp.quizzes.recording import Beginning, Incomplete, Malformed, StillOpen
from studyapp.quizzes.report import report_of
from studyapp.quizzes.selection import exam_form, pool_needed
from studyapp.quizzes.shown import show
from studyapp.quizzes.strictness import MODES, STRICT, is_strict, question_languages
from studyapp.quizzes.templatetags.quizzes import service_name
from studyapp.quizzes.versions import items_of

# Questions of a form, and its seconds: two minutes each, as in the exam.
FORMS: Mapping[int, int] = {20: 20 * 120, 65: 65 * 120}
FILTERS = ("all", "open", "flagged")


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def begin(request: HttpRequest, language: str) -> HttpResponse:
    """Rules, and the form that starts an exam or goes back to the open one."""
    learner, at = learner_of(request), now()
    if request.method != "POST":
        return _begin_page(request, learner, at)
    size = whole(one_of(request.POST.get("size", ""), tuple(map(str, FORMS))))
    pace = one_of(request.POST.get("pace", PACES[0]), PACES)
    mode = one_of(request.POST.get("mode", MODES[0]), MODES)
    key = start_key(request.POST)
    history = history_of(learner)
    items = exam_form(bank().values(), size, history.seen, key)
    if items is None:
        return _begin_page(request, learner, at, status=409)
    learner = learner or new_learner(at.wall)
    asked_for = {"size": size, **({"mode": mode} if mode == STRICT else {})}
    beginning = Beginning(
        EXAM, items, language, course().version, FORMS[size], pace, asked_for, history.seen
    )
    try:
        attempt = recording.start(
            learner, key, beginning, at, replace=request.POST.get("replace", "")
        )
    except StillOpen:
        return _begin_page(request, learner, at, status=409, is_refused=True)
    return remember(HttpResponseRedirect(question_address(attempt, language, 1)), learner)


def open_exam(learner: Learner | None, at: Instant) -> Attempt | None:
    """The exam that a learner has not ended; one whose time is up is closed and is none."""
    if learner is None:
        return None
    found = learner.attempts.filter(kind=EXAM, finished_at=None).first()
    if found is None or recording.close_if_over(found, at, bank()).is_finished:
        return None
    return found


def _begin_page(
    request: HttpRequest,
    learner: Learner | None,
    at: Instant,
    status: int = 200,
    is_refused: bool = False,
) -> HttpResponse:
    resumed = open_exam(learner, at)
    left = recording.remaining(resumed, at) if resumed else None
    held = sum(item.grade == "exam" for item in bank().values())
    past = learner.attempts.filter(kind=EXAM, finished_at__isnull=False) if learner else None
    context = {
        "offered": [(n, s // 60) for n, s in FORMS.items() if held >= pool_needed(n)],
        "later": [(n, pool_needed(n)) for n in FORMS if held < pool_needed(n)],
        "modes": MODES,
        "paces": PACES,
        "held": held,
        "key": new_start_key(),
        "resumed": resumed,
        "place": place_of(resumed) if resumed else 1,
        "minutes_left": None if left is None else max(0, round(left / 60)),
        "is_refused": is_refused,
        "past": list(past.order_by("-finished_at")[:10]) if past is not None else [],
    }
    return render(request, "quizzes/exam_begin.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def question(request: HttpRequest, language: str, id: str, number: int) -> HttpResponse:
    """One question of a running exam. A script sends the same form and gets JSON."""
    at = now()
    learner = learner_of(request)
    if request.method == "POST":
        return _post(request, language, learner, id, number, at)
    attempt = recording.close_if_over(recording.find(learner, id, EXAM), at, bank())
    item = item_at(attempt, number, bank())
    if attempt.is_finished:
        return HttpResponseRedirect(result_address(attempt, language))
    answers = {row.question: row for row in attempt.answers.all()}
    shown_in = _language_of(request, attempt, language)
    context = {
        **_question_context(attempt, number, item, answers.get(item.id), shown_in, at),
        **_frame_context(attempt, answers, at),
    }
    return render(request, "quizzes/exam.html", context)


def _too_many(
    request: HttpRequest, number: int, fault: Incomplete, shown_in: str, at: Instant
) -> HttpResponse:
    """The question again, with more options than it wants, and what to do."""
    answers = {row.question: row for row in fault.attempt.answers.all()}
    context = {
        **_question_context(fault.attempt, number, fault.item, fault.answer, shown_in, at),
        **_frame_context(fault.attempt, answers, at),
    }
    return render(request, "quizzes/exam.html", context, status=400)


def _language_of(request: HttpRequest, attempt: Attempt, page: str) -> str:
    """The language of a running exam's question: as asked for where that is allowed, else as it begins."""
    offered = _languages_offered(attempt)
    first = offered[0] if is_strict(attempt) else page
    asked = request.GET.get("in", "")
    return asked if asked in offered else first


def _languages_offered(attempt: Attempt) -> tuple[str, ...]:
    return question_languages(attempt) if is_strict(attempt) else tuple(LANGUAGES)


def _question_context(
    attempt: Attempt, number: int, item: Item, answer: Answer | None, language: str, at: Instant
) -> dict[str, Any]:
    return {
        "attempt": attempt,
        "shown": show(attempt, number, item, answer, language, links=False),
        "others": [
            (code, LANGUAGES[code]) for code in _languages_offered(attempt) if code != language
        ],
        "is_strict": is_strict(attempt),
        **form_fields(attempt, at),
    }


def _frame_context(attempt: Attempt, answers: Mapping[str, Answer], at: Instant) -> dict[str, Any]:
    left = recording.remaining(attempt, at)
    return {
        "remaining_ms": None if left is None else max(0, round(left * 1000)),
        "minutes_left": None if left is None else max(0, round(left / 60)),
        "cells": cells(attempt, answers),
        "is_strict": is_strict(attempt),
        "first_language": question_languages(attempt)[0] if is_strict(attempt) else "",
    }


def cells(attempt: Attempt, answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """The navigator: number, state ('answered', 'seen', 'unseen') and flag of every question."""
    found = []
    for number, entry in enumerate(attempt.questions, 1):
        row = answers.get(entry["question"])
        state = "unseen" if row is None else "answered" if row.is_answered else "seen"
        found.append({"number": number, "state": state, "flagged": bool(row and row.flagged)})
    return found


def _post(
    request: HttpRequest,
    language: str,
    learner: Learner | None,
    id: str,
    number: int,
    at: Instant,
) -> HttpResponse:
    form = FormReader(request.POST, at.wall)
    try:
        saved = recording.save(learner, id, EXAM, number, form, at, bank())
    except Incomplete as fault:
        if wants_json(request):
            raise Malformed("too many") from fault
        return _too_many(request, number, fault, form.sent.language, at)
    if wants_json(request):
        left = saved.remaining_seconds
        places = saved.attempt.places
        return JsonResponse(
            {
                "revision": saved.attempt.revision,
                "remaining_ms": None if left is None else max(0, round(left * 1000)),
                "answered": saved.attempt.answered,
                "changed": sorted(places[id] for id in saved.changed),
                "chosen": saved.answer.chosen,
            }
        )
    target = target_of(form.sent.do, number, len(saved.attempt.questions))
    base = f"/{language}/quizzes/exam/{id}/"
    shown_in = form.sent.language
    strict = is_strict(saved.attempt)
    # Another language stays on; in the real exam every question begins in that of the exam.
    stays = target == f"{number}/" if strict else target != "overview/"
    first = question_languages(saved.attempt)[0] if strict else language
    query = f"?in={shown_in}" if stays and shown_in != first else ""
    return HttpResponseRedirect(f"{base}{target}{query}")


def target_of(do: str, number: int, total: int) -> str:
    """Where a button leads, below the exam's address."""
    if do in ("save", "flag", "unflag", "strike", "language", "check"):
        return f"{number}/"
    if do == "next":
        return f"{number + 1}/" if number < total else "overview/"
    if do == "previous":
        return f"{max(1, number - 1)}/"
    if do == "overview":
        return "overview/"
    return f"{min(max(1, int(do)), total)}/"


@require_safe
@personal
def all_questions(request: HttpRequest, language: str, id: str) -> HttpResponse:
    """Every question of a running exam, so that a page can go on without a network."""
    at = now()
    attempt = recording.close_if_over(recording.find(learner_of(request), id, EXAM), at, bank())
    if attempt.is_finished:
        raise recording.Closed(attempt)
    answers = {row.question: row for row in attempt.answers.all()}
    items = items_of(attempt, bank())
    shown_in = _language_of(request, attempt, language)
    token = get_token(request)
    pages = [
        render_to_string(
            "quizzes/_exam_question.html",
            {
                "language": language,
                "csrf_token": token,
                **_question_context(
                    attempt,
                    number,
                    items[entry["question"]],
                    answers.get(entry["question"]),
                    shown_in,
                    at,
                ),
            },
        )
        for number, entry in enumerate(attempt.questions, 1)
    ]
    return JsonResponse({"revision": attempt.revision, "questions": pages})


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def overview(request: HttpRequest, language: str, id: str) -> HttpResponse:
    """All questions at a glance; with `?end=yes` the second step of ending; posted, the end."""
    at = now()
    learner = learner_of(request)
    if request.method == "POST":
        one_of(request.POST.get("do", ""), ("end",))
        attempt = recording.finish(learner, id, EXAM, at, bank())
        return HttpResponseRedirect(result_address(attempt, language))
    attempt = recording.close_if_over(recording.find(learner, id, EXAM), at, bank())
    if attempt.is_finished:
        return HttpResponseRedirect(result_address(attempt, language))
    answers = {row.question: row for row in attempt.answers.all()}
    frame = _frame_context(attempt, answers, at)
    chosen = request.GET.get("show", "all")
    counts = {
        state: sum(cell["state"] == state for cell in frame["cells"])
        for state in ("answered", "seen", "unseen")
    }
    open_ones = [cell["number"] for cell in frame["cells"] if cell["state"] != "answered"]
    context = {
        "attempt": attempt,
        **frame,
        "counts": counts,
        "flagged": sum(cell["flagged"] for cell in frame["cells"]),
        "open": len(open_ones),
        "first_open": open_ones[0] if open_ones else None,
        "show": chosen if chosen in FILTERS else "all",
        "filters": FILTERS,
        "is_ending": request.GET.get("end") == "yes",
    }
    return render(request, "quizzes/overview.html", context)


@require_safe
@personal
def result(request: HttpRequest, language: str, id: str) -> HttpResponse:
    """The report of an ended exam."""
    attempt = recording.close_if_over(recording.find(learner_of(request), id, EXAM), now(), bank())
    if not attempt.is_finished:
        return HttpResponseRedirect(question_address(attempt, language, 1))
    items = items_of(attempt, bank())
    answers = {row.question: row for row in attempt.answers.all()}
    report = report_of(attempt, items, answers, list(attempt.late_answers.all()))
    context = {
        "attempt": attempt,
        "report": report,
        "weakest_name": service_name(report.weakest_service),
        "is_strict": is_strict(attempt),
        "base": result_address(attempt, language),
    }
    return render(request, "quizzes/exam_result.html", context)


@require_safe
@personal
def review(request: HttpRequest, language: str, id: str, number: int) -> HttpResponse:
    """One question of an ended exam with its reasons."""
    attempt = recording.close_if_over(recording.find(learner_of(request), id, EXAM), now(), bank())
    item = item_at(attempt, number, bank())
    if not attempt.is_finished:
        return HttpResponseRedirect(question_address(attempt, language, number))
    answer = attempt.answers.filter(question=item.id).first()
    asked = request.GET.get("in", "")
    own = answer.language if answer and answer.language else language
    shown_in = asked if asked in LANGUAGES else own
    context = {
        "attempt": attempt,
        "shown": show(attempt, number, item, answer, shown_in, feedback=True),
        "late": attempt.late_answers.filter(question=item.id).exists(),
        "others": [(code, name) for code, name in LANGUAGES.items() if code != shown_in],
    }
    return render(request, "quizzes/review.html", context)


@require_safe
@personal
def open_attempt(request: HttpRequest, language: str) -> JsonResponse:
    """For the banner on other pages: the open exam, if there is one."""
    at = now()
    found = open_exam(learner_of(request), at)
    if found is None:
        return JsonResponse({"open": None})
    left = recording.remaining(found, at)
    first = question_address(found, language, place_of(found))
    return JsonResponse(
        {
            "open": {
                "id": found.pk,
                "address": first,
                "remaining_ms": None if left is None else max(0, round(left * 1000)),
                "answered": found.answered,
                "total": len(found.questions),
            }
        }
    )
