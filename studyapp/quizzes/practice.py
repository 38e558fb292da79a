"""Practice: choose what to practise, answer one question at a time, see at once why."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from studyapp.pages.course import course
from studyapp.pages.languages import LANGUAGES, main_language
from studyapp.progress.learners import learner_of, new_learner, remember
from studyapp.progress.models import Learner
from studyapp.quizzes import pausing, recording
from studyapp.quizzes.answering import (
    form_fields,
    item_at,
    personal,
    place_of,
    question_address,
    result_address,
    wants_part,
)
from studyapp.quizzes.bank import bank, drawn
from studyapp.quizzes.clock import Instant, now
from studyapp.quizzes.forms import FormReader, new_start_key, one_of, read_wish, start_key, whole
from studyapp.quizzes.glosses import Gloss
from studyapp.quizzes.history import history_of
from studyapp.quizzes.items import Item
from studyapp.quizzes.ladder import LEVELS, help_of, helped, read_help
from studyapp.quizzes.ladder import PACES as HELP_PACES
from studyapp.quizzes.models import EXAM, MISSES, PRACTICE, Answer, Attempt
from studyapp.quizzes.recording import Beginning, Incomplete, Malformed, StillOpen
from studyapp.quizzes.report import report_of
from studyapp.quizzes.selection import DIFFICULTIES, GRADES, NUMBERS, SHOWN, Wish, choose
from studyapp.quizzes.shown import show
from studyapp.quizzes.versions import items_of


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def begin(request: HttpRequest, language: str) -> HttpResponse:
    """The form that asks what to practise; sent, it begins a set of questions."""
    learner, at = learner_of(request), now()
    services = tuple(service.id for service in _services())
    if request.method != "POST":
        try:
            wish = read_wish(request.GET, services)
        except Malformed:  # an old or broken link still opens the form
            wish = Wish()
        return _begin_page(request, learner, wish, at)
    wish, given = read_wish(request.POST, services), read_help(request.POST)
    history = history_of(learner)
    key = start_key(request.POST)
    items = choose(_offered(key), wish, history, key)
    if not items:
        return _begin_page(request, learner, wish, at, nothing_found=True)
    learner = learner or new_learner(at.wall)
    beginning = Beginning(
        PRACTICE,
        items,
        language,
        course().version,
        given.seconds(len(items)),
        given.pace if given.level == "clock" else "untimed",
        {**_asked_for(wish), **given.asked_for},
        history.seen,
    )
    try:
        attempt = recording.start(
            learner, key, beginning, at, replace=request.POST.get("replace", "")
        )
    except StillOpen as fault:
        return _begin_page(request, learner, wish, at, still_open=fault.attempt, status=409)
    return remember(HttpResponseRedirect(question_address(attempt, language, 1)), learner)


def _services() -> list[Any]:
    """The services that have questions."""
    held = {item.service for item in _offered()}
    return [service for service in course().services if service.id in held]


def _offered(seed: str = "") -> list[Item]:
    """Everything that can be practised; the numbers of drawn questions follow the seed."""
    return [*bank().values(), *drawn(seed)]


def _asked_for(wish: Wish) -> dict[str, Any]:
    return {
        "topic": sorted(wish.services),
        "grade": sorted(wish.grades),
        "difficulty": sorted(wish.difficulties),
        "show": wish.shown,
        "number": wish.number,
    }


def _begin_page(
    request: HttpRequest,
    learner: Learner | None,
    wish: Wish,
    at: Instant,
    nothing_found: bool = False,
    still_open: Attempt | None = None,
    status: int = 200,
) -> HttpResponse:
    items = _offered()
    open_ones = {
        attempt.kind: attempt
        for attempt in (learner.attempts.filter(finished_at=None) if learner else ())
    }
    exam = open_ones.get(EXAM)
    left = recording.remaining(exam, at) if exam else None
    context = {
        "wish": wish,
        "services": [
            (service, sum(item.service == service.id for item in items)) for service in _services()
        ],
        "grades": [(name, sum(item.grade == name for item in items)) for name in GRADES],
        "difficulties": DIFFICULTIES,
        "numbers": NUMBERS,
        "shown": SHOWN,
        "levels": LEVELS if main_language(request.path) != "en" else LEVELS[2:],
        "help_paces": HELP_PACES,
        "total": len(items),
        "key": new_start_key(),
        "open_practice": still_open or open_ones.get(PRACTICE),
        "open_exam": exam,
        "exam_place": place_of(exam) if exam else 1,
        "exam_minutes": None if left is None else max(0, round(left / 60)),
        "is_refused": still_open is not None,
        "nothing_found": nothing_found,
    }
    return render(request, "quizzes/begin.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def question(request: HttpRequest, language: str, id: str, number: int) -> HttpResponse:
    """One question: before the check its form, after it the reasons."""
    learner, at = learner_of(request), now()
    if request.method == "POST":
        return _post(request, language, learner, id, number, at)
    attempt = recording.close_if_over(recording.find(learner, id, PRACTICE), at, bank())
    item = item_at(attempt, number, bank())
    answer = attempt.answers.filter(question=item.id).first()
    if attempt.is_finished and (answer is None or answer.checked_at is None):
        return HttpResponseRedirect(result_address(attempt, language))
    if attempt.is_paused:
        return render(request, "quizzes/paused.html", _pause_context(attempt, number, at))
    chosen_language = _language_of(request.GET, answer, language)
    return _page(request, attempt, number, item, answer, chosen_language, at)


def _pause_context(attempt: Attempt, number: int, at: Instant) -> dict[str, Any]:
    left = recording.remaining(attempt, at) or 0
    return {"attempt": attempt, "number": number, "minutes_left": max(0, round(left / 60))}


def _language_of(query: QueryDict, answer: Answer | None, language: str) -> str:
    """The language of the question: as asked for, as it was answered, that of the page."""
    asked = query.get("in", "")
    if asked in LANGUAGES:
        return asked
    return answer.language if answer and answer.language else language


def _post(
    request: HttpRequest,
    language: str,
    learner: Learner | None,
    id: str,
    number: int,
    at: Instant,
) -> HttpResponse:
    if "miss" in request.POST:
        miss = one_of(request.POST["miss"], ("", *MISSES))
        attempt, answer = recording.say_why_missed(learner, id, PRACTICE, number, miss)
        item = item_at(attempt, number, bank())
        return _after(request, language, attempt, number, item, answer, answer.language, at)
    if request.POST.get("do") == "finish":
        attempt = recording.finish(learner, id, PRACTICE, at, bank())
        return HttpResponseRedirect(result_address(attempt, language))
    if request.POST.get("do") == "resume":
        pause = whole(request.POST.get("pause", ""))
        recording.entry_at(recording.find(learner, id, PRACTICE), number)
        attempt = recording.resume(learner, id, PRACTICE, pause, at)
        return HttpResponseRedirect(question_address(attempt, language, number))
    form = FormReader(request.POST, at.wall)
    try:
        saved = recording.save(learner, id, PRACTICE, number, form, at, bank())
    except Incomplete as fault:
        return _page(
            request, fault.attempt, number, fault.item, fault.answer, form.sent.language, at,
            is_incomplete=True, status=400,
        )  # fmt: skip
    attempt = saved.attempt
    if form.sent.do == "check" and _is_all_checked(attempt):
        attempt = recording.finish(learner, id, PRACTICE, at, bank())
    if attempt.is_paused:
        return HttpResponseRedirect(question_address(attempt, language, number))
    shown_in = form.sent.language
    return _after(request, language, attempt, number, saved.item, saved.answer, shown_in, at)


def _is_all_checked(attempt: Attempt) -> bool:
    total = len(attempt.questions)
    if attempt.answered < total:
        return False
    return attempt.answers.filter(checked_at__isnull=False).count() == total


def _after(
    request: HttpRequest,
    language: str,
    attempt: Attempt,
    number: int,
    item: Item,
    answer: Answer,
    item_language: str,
    at: Instant,
) -> HttpResponse:
    """After a write: for a script the part at once, else the page by its address."""
    if wants_part(request):
        return _page(request, attempt, number, item, answer, item_language, at)
    query = "" if item_language in ("", language) else f"?in={item_language}"
    place = "#answer" if answer.checked_at else ""
    return HttpResponseRedirect(question_address(attempt, language, number) + query + place)


def _page(
    request: HttpRequest,
    attempt: Attempt,
    number: int,
    item: Item,
    answer: Answer | None,
    language: str,
    at: Instant,
    is_incomplete: bool = False,
    status: int = 200,
) -> HttpResponse:
    is_checked = answer is not None and answer.checked_at is not None
    given = help_of(attempt)
    is_strict = given.is_strict and not is_checked
    language = given.language(language) if is_strict else language
    shown = show(attempt, number, item, answer, language, feedback=is_checked)
    glosses: list[Gloss] = []
    if not is_checked:
        shown, glosses = helped(shown, given)
    others = [(code, name) for code, name in LANGUAGES.items() if code != language]
    left = recording.remaining(attempt, at)
    context = {
        "attempt": attempt,
        "shown": shown,
        "glosses": glosses,
        "is_incomplete": is_incomplete,
        "others": [] if is_strict else others,
        "remaining_ms": None if left is None else max(0, round(left * 1000)),
        "minutes_left": None if left is None else max(0, round(left / 60)),
        "can_pause": pausing.can_pause(attempt),
        "misses": MISSES,
        **form_fields(attempt, at),
    }
    template = "quizzes/_practice.html" if wants_part(request) else "quizzes/practice.html"
    return render(request, template, context, status=status)


@require_safe
@personal
def result(request: HttpRequest, language: str, id: str) -> HttpResponse:
    """What a set came to. An open one can be looked at too, and gone on with."""
    attempt = recording.close_if_over(
        recording.find(learner_of(request), id, PRACTICE), now(), bank()
    )
    items = items_of(attempt, bank())
    answers = {row.question: row for row in attempt.answers.all()}
    checked = {id: row for id, row in answers.items() if row.checked_at}
    report = report_of(attempt, items, checked)
    first_open = next((row.number for row in report.rows if row.state == "open"), None)
    # In a pause nobody reads on: questions without an answer are not listed.
    rows = [row for row in report.rows if row.state != "open" or not attempt.is_paused]
    paused = pausing.paused_for(attempt)
    context = {
        "attempt": attempt,
        "report": report,
        "rows": rows,
        "paused_minutes": max(1, round(paused.total_seconds() / 60)),
        "first_open": first_open,
        "base": f"/{language}/quizzes/practice/{attempt.pk}/",
    }
    return render(request, "quizzes/practice_result.html", context)
