"""Keeps an answer that was given in review: the answer itself, and what it does to the card, in one transaction."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from studyapp.progress import reviewing
from studyapp.progress.memory import counts_as_known
from studyapp.progress.models import CardMemory, Learner, Review
from studyapp.quizzes import versions
from studyapp.quizzes.clock import Instant
from studyapp.quizzes.grading import TooManyChosen, is_complete, is_right, read_chosen
from studyapp.quizzes.items import Item
from studyapp.quizzes.limits import is_too_many
from studyapp.quizzes.models import ASKED, GUESS, REVIEW, Answer, Attempt
from studyapp.quizzes.recording import Incomplete, Malformed, TooMany, Write
from studyapp.quizzes.selection import option_order


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a page shows it: nothing of it is stored until it is answered."""

    card: str
    item: Item
    seen: int
    key: str
    language: str
    content_version: str


def draft(
    learner: Learner, asked: Asked, write: Write | None, at: Instant
) -> tuple[Attempt, Answer]:
    """The attempt of one question that an answer would make, and the answer as it stands. Raises Malformed."""
    attempt = Attempt(
        learner=learner,
        kind=REVIEW,
        key=asked.key,
        asked_for={"card": asked.card},
        language=asked.language,
        content_version=asked.content_version,
        started_at=at.wall,
        started_ticks=at.ticks_seconds,
        started_boot=at.boot,
    )
    attempt.questions = [
        {
            "question": asked.item.id,
            "version": asked.item.digest,
            "options": option_order(asked.item, asked.key),
            "first": False,
        }
    ]
    row = Answer(
        attempt=attempt,
        question=asked.item.id,
        version=asked.item.version,
        received_at=at.wall,
        revision=1,
    )
    if write is not None:
        _fill(row, asked.item, write)
    return attempt, row


def _fill(row: Answer, item: Item, write: Write) -> None:
    try:
        row.chosen = read_chosen(item, write.chosen)
    except TooManyChosen:
        row.chosen = list(write.chosen)  # shown again, as too few would be
    except ValueError as fault:
        raise Malformed(str(fault)) from fault
    if not set(item.option_ids).issuperset(write.struck):
        raise Malformed("struck")
    row.is_answered = bool(row.chosen)
    row.struck = list(dict.fromkeys(write.struck))
    row.confidence, row.language = write.confidence, write.language
    row.milliseconds = min(write.milliseconds, 6 * 60 * 60 * 1000)
    row.client_time, row.key = write.client_time, write.key


def keep(learner: Learner, asked: Asked, write: Write, at: Instant) -> Attempt:
    """Grade and store an answer; the same key again gives the same attempt.

    Raises:
        Malformed: for values that do not belong to the question.
        Incomplete: when something is missing; nothing is stored.
        OldPage: when the card was answered since the page was made.
        TooMany: when the learner answered too many cards today; nothing is stored.
    """
    attempt, row = draft(learner, asked, write, at)
    if not is_complete(asked.item, row.chosen):
        raise Incomplete(attempt, asked.item, row)
    row.right = is_right(asked.item, row.chosen)
    known = counts_as_known(row.right, row.confidence == GUESS)
    with transaction.atomic():
        done = reviewing.answer(learner, asked.card, known, asked.key, asked.seen, at.wall)
        if not done.is_new:
            return Attempt.objects.get(learner=learner, key=asked.key)
        if is_too_many(learner, REVIEW, at.wall):
            raise TooMany
        versions.keep([asked.item])
        row.is_first = attempt.questions[0]["first"] = not _met(learner, asked.item.base)
        attempt.finished_at, attempt.finish_reason = at.wall, ASKED
        attempt.answered, attempt.revision = 1, 1
        attempt.score = {"right": int(row.right), "total": 1}
        attempt.save(force_insert=True)
        row.checked_at = row.answered_at = at.wall
        row.save(force_insert=True)
    return attempt


def _met(learner: Learner, base: str) -> bool:
    same = Q(question=base) | Q(question__startswith=f"{base}~")
    return Answer.objects.filter(same, attempt__learner=learner, is_answered=True).exists()


def review_of(attempt: Attempt) -> tuple[Review | None, CardMemory | None]:
    """What an answer did to its card; None where it was undone or removed since."""
    card = attempt.asked_for.get("card", "")
    return (
        attempt.learner.reviews.filter(key=attempt.key).first(),
        attempt.learner.memories.filter(card=card).first(),
    )
