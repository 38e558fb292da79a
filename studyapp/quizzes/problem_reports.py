"""What learners find wrong with questions: kept for the authors, sent to nobody.

A report can be made once the reasons of a question are shown. It is open as long as the bank asks the question in the
version that was reported: who mends the text closes it. No answer is ever judged again for it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from studyapp.pages import errors
from studyapp.pages.languages import LANGUAGES
from studyapp.progress.learners import learner_of
from studyapp.progress.models import Learner
from studyapp.quizzes.answering import item_at, personal, question_address, result_address
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import drawn_item
from studyapp.quizzes.clock import now
from studyapp.quizzes.forms import one_of
from studyapp.quizzes.items import Item, base_of
from studyapp.quizzes.limits import DAY
from studyapp.quizzes.models import EXAM, PROBLEMS, REVIEW, Attempt, ProblemReport
from studyapp.quizzes.recording import Malformed, Refused, Unknown

TEXT_MAX_CHARACTERS = 1000
A_DAY_MAX = 50
# Reports are read in terminals: no control characters but the end of a line, and nothing that turns text around.
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class TooMany(Refused):
    """This learner has reported so much today that something else is wrong."""


@require_POST
@personal
def report(request: HttpRequest, language: str, id: str, number: int) -> HttpResponse:
    """Keep a report about a question of an attempt, and go back to its reasons."""
    shown_in = one_of(request.POST.get("in", ""), LANGUAGES)
    kind = one_of(request.POST.get("problem", ""), PROBLEMS)
    text = tidy(request.POST.get("text", ""))
    try:
        kept = send(learner_of(request), id, number, shown_in, kind, text, now().wall)
    except TooMany:
        return errors.plain(request, 429)
    place = _place(kept.attempt, language, number)
    return HttpResponseRedirect(f"{place}?in={shown_in}&reported=yes#reported")


def tidy(text: str) -> str:
    """The text as it is kept. Raises Malformed when it is too long."""
    held = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\t", " ")).strip()
    if len(held) > TEXT_MAX_CHARACTERS:
        raise Malformed("text")
    return held


def _place(attempt: Attempt, language: str, number: int) -> str:
    """Where the reasons of a question stand."""
    if attempt.kind == EXAM:
        return f"{result_address(attempt, language)}{number}/"
    if attempt.kind == REVIEW:
        return f"/{language}/quizzes/review/{attempt.pk}/"
    return question_address(attempt, language, number)


def send(
    learner: Learner | None,
    id: str,
    number: int,
    language: str,
    kind: str,
    text: str,
    at: datetime,
) -> ProblemReport:
    """Keep a report. What was asked and chosen is read from the attempt.

    Raises:
        Unknown: for an attempt that is not this learner's, or a place outside it.
        Malformed: as long as the reasons are not shown.
        TooMany: for the 51st report of a day.
    """
    if learner is None or len(id) > 32:
        raise Unknown
    with transaction.atomic():
        Learner.objects.select_for_update().filter(pk=learner.pk).first()
        attempt = Attempt.objects.filter(pk=id, learner=learner).first()
        if attempt is None:
            raise Unknown
        item = item_at(attempt, number, bank())
        answer = attempt.answers.filter(question=item.id).first()
        is_checked = answer is not None and answer.checked_at is not None
        if not is_checked and not (attempt.kind == EXAM and attempt.is_finished):
            raise Malformed("nothing was checked")
        today = learner.problem_reports.filter(reported_at__gt=at - DAY)
        if today.exclude(attempt=attempt, question=item.id).count() >= A_DAY_MAX:
            raise TooMany
        kept, _ = ProblemReport.objects.update_or_create(
            attempt=attempt,
            question=item.id,
            defaults={
                "learner": learner,
                "digest": item.digest,
                "version": item.version,
                "language": language,
                "chosen": answer.chosen if answer else [],
                "kind": kind,
                "text": text,
                "reported_at": at,
            },
        )
    return kept


def sent_for(attempt: Attempt, question: str) -> ProblemReport | None:
    """What was already reported about a question of an attempt."""
    return ProblemReport.objects.filter(attempt=attempt, question=question).first()


def adopt(other: Learner, learner: Learner) -> None:
    """Reports go with their learner, to the attempts that were carried over before."""
    mine = {attempt.key: attempt for attempt in learner.attempts.all()}
    for each in other.problem_reports.select_related("attempt"):
        attempt = mine.get(each.attempt.key)
        if attempt is not None and sent_for(attempt, each.question) in (None, each):
            each.learner, each.attempt = learner, attempt
            each.save(update_fields=["learner", "attempt"])


def current(id: str) -> Item | None:
    """The question as the bank asks it now; None when it is gone."""
    return bank().get(id) or drawn_item(id)


def is_open(given: ProblemReport) -> bool:
    item = current(given.question)
    return item is not None and item.digest == given.digest


def grouped(reports: Iterable[ProblemReport]) -> Mapping[str, list[ProblemReport]]:
    """Reports by question without the seed of its numbers, those about the newest version first."""
    found: dict[str, list[ProblemReport]] = {}
    newest_first = sorted(reports, key=lambda r: (r.version, r.reported_at, r.pk), reverse=True)
    for each in newest_first:
        found.setdefault(base_of(each.question), []).append(each)
    return dict(sorted(found.items()))
