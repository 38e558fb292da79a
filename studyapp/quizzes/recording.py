"""Keeps what a learner does in an attempt: each write is one transaction, and may be repeated without harm.

Nothing here reads a clock: `at` is the moment a request arrived. What these functions return has been
committed, so that a page may say "saved". On SQLite a transaction takes the write lock when it begins; on
PostgreSQL the row of the attempt is locked. Either way the writes of one attempt come one after the other.
"""

import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Q

from studyapp.progress.models import Learner
from studyapp.quizzes import misses, pausing, strictness, versions
from studyapp.quizzes.clock import Instant, allowed_seconds, jump_seconds
from studyapp.quizzes.grading import TooManyChosen, is_complete, is_right, read_chosen
from studyapp.quizzes.items import Item
from studyapp.quizzes.limits import is_too_many
from studyapp.quizzes.models import (
    ASKED,
    EXAM,
    MISSES,
    REPLACED,
    SURE,
    TIME,
    Answer,
    Attempt,
    LateAnswer,
)
from studyapp.quizzes.selection import option_order

Bank = Mapping[str, Item]

START_KEY = re.compile(r"[A-Za-z0-9_-]{16,60}")
# A browser tab and its count of writes: every write of a tab has a higher count than the one before.
WRITE_KEY = re.compile(r"([A-Za-z0-9_-]{8,40})\.([0-9]{1,9})")
_TABS_MAX = 16
_STEP_MILLISECONDS_MAX = 6 * 60 * 60 * 1000
_MILLISECONDS_MAX = 2**31 - 1
# After this long an exam that is over takes no more late answers.
_LATE_FOR = timedelta(days=1)


class Refused(Exception):
    """A write that changed nothing."""


class Unknown(Refused):
    """No such attempt, or another learner's: both look the same."""


class Malformed(Refused):
    """Values that no page of ours sends."""


class Incomplete(Refused):
    """Too few options for this question: the answer is kept, but not checked. Too many: nothing is stored.

    `answer` holds what was sent, so that the page can show it again.
    """

    def __init__(self, attempt: Attempt, item: Item, answer: Answer) -> None:
        super().__init__(item.id)
        self.attempt, self.item, self.answer = attempt, item, answer


class Closed(Refused):
    """The attempt has ended, or this answer was checked. `late` says that the answer is kept as too late."""

    def __init__(self, attempt: Attempt, late: bool = False) -> None:
        super().__init__(attempt.finish_reason or "checked")
        self.attempt, self.late = attempt, late


class Paused(Refused):
    """The attempt is paused; it has to go on first."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__("paused")
        self.attempt = attempt


class TooMany(Refused):
    """This learner has begun as many attempts as one visitor may."""


class StillOpen(Refused):
    """Another attempt of this kind is open; it has to be resumed or ended first."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.pk)
        self.attempt = attempt


@dataclass(frozen=True, slots=True)
class Beginning:
    """What an attempt is made of. `seconds` is its normal time, None for practice."""

    kind: str
    items: Sequence[Item]
    language: str
    content_version: str
    seconds: int | None = None
    pace: str = "untimed"
    asked_for: Mapping[str, Any] = field(default_factory=dict)
    seen: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """All there is to one question, as a browser tab has it. `milliseconds` is what came to it since its last write."""

    key: str
    chosen: Sequence[str] = ()
    flagged: bool = False
    struck: Sequence[str] = ()
    confidence: int = 0
    language: str = ""
    milliseconds: int = 0
    client_time: datetime | None = None
    seen: int = 0
    check: bool = False
    pause: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What a reply tells. `changed` are the questions that somebody else wrote since `Write.seen`."""

    attempt: Attempt
    item: Item
    answer: Answer
    remaining_seconds: float | None
    changed: tuple[str, ...] = ()
    repeated: bool = False


def start(
    learner: Learner, key: str, beginning: Beginning, at: Instant, replace: str = ""
) -> Attempt:
    """Begin an attempt; the same key returns the same one. `replace` is the id of an open one to end.

    Raises:
        Malformed: for a key that is none.
        StillOpen: when another attempt of the kind is open and not the one to replace.
        TooMany: when the learner has begun too many (`limits`); nothing has changed.
    """
    if not START_KEY.fullmatch(key):
        raise Malformed("key")
    with transaction.atomic():
        if Learner.objects.select_for_update().filter(pk=learner.pk).first() is None:
            raise Unknown("this learner was deleted meanwhile")
        if existing := Attempt.objects.filter(learner=learner, key=key).first():
            return existing
        if is_too_many(learner, beginning.kind, at.wall):
            raise TooMany
        for open_one in Attempt.objects.filter(
            learner=learner, kind=beginning.kind, finished_at=None
        ):
            over = pausing.is_time_up(open_one, at)
            if not over and open_one.pk != replace:
                raise StillOpen(open_one)
            _finish(open_one, TIME if over else REPLACED, at, {i.id: i for i in beginning.items})
        return _create(learner, key, beginning, at)


def _create(learner: Learner, key: str, beginning: Beginning, at: Instant) -> Attempt:
    versions.keep(beginning.items)
    seconds = None
    if beginning.seconds is not None:
        seconds = allowed_seconds(beginning.seconds, beginning.pace)
    attempt = Attempt(
        learner=learner,
        kind=beginning.kind,
        key=key,
        asked_for=dict(beginning.asked_for),
        language=beginning.language,
        pace=beginning.pace,
        content_version=beginning.content_version,
        started_at=at.wall,
        started_ticks=at.ticks_seconds,
        started_boot=at.boot,
        ends_at=None if seconds is None else at.wall + timedelta(seconds=seconds),
    )
    attempt.questions = [
        {
            "question": item.id,
            "version": item.digest,
            "options": option_order(item, attempt.pk),
            "first": item.base not in beginning.seen,
        }
        for item in beginning.items
    ]
    attempt.save(force_insert=True)
    return attempt


def find(learner: Learner | None, id: str, kind: str) -> Attempt:
    """An attempt of this learner. Raises Unknown for any other, whether it exists or not."""
    if learner is not None and len(id) <= 32:
        found = Attempt.objects.filter(pk=id, learner=learner, kind=kind).first()
        if found is not None:
            return found
    raise Unknown(id[:32])


def entry_at(attempt: Attempt, number: int) -> dict[str, Any]:
    """The frozen entry at a place, counted from 1. Raises Unknown outside the attempt."""
    if not 1 <= number <= len(attempt.questions):
        raise Unknown(str(number)[:9])
    entry: dict[str, Any] = attempt.questions[number - 1]
    return entry


def save(
    learner: Learner | None,
    id: str,
    kind: str,
    number: int,
    read: Callable[[Item], Write],
    at: Instant,
    bank: Bank,
) -> Saved:
    """Store what a tab says about one question, in one transaction. `read` reads it, once the question is known.

    Raises:
        Unknown: for an attempt that is not this learner's, or a place outside it.
        Malformed: for values that do not belong to the question, or a key of another one.
        Closed: when the attempt has ended or this answer was checked; nothing has changed.
        Paused: when the attempt is paused; nothing has changed.
        Incomplete: when the answer was to be checked and is not complete; it is kept unchecked. Also when it has
            more options than the question wants; nothing has changed.
    """
    refusal: Refused | None = None
    with transaction.atomic():
        attempt = _locked(learner, id, kind)
        entry = entry_at(attempt, number)
        question = entry["question"]
        item = versions.items_of_versions({question: entry["version"]}, bank)[question]
        write = read(item)
        tab, turn = _read_key(write.key)
        try:
            chosen, struck = _read_values(item, write)
        except TooManyChosen as fault:
            raise _too_many(attempt, item, write, at) from fault
        if not strictness.allows(attempt, write.language, struck, write.confidence > 0):
            raise Malformed("not in a strict exam")
        rows = attempt.answers.filter(Q(question=question) | Q(key=write.key))
        held = {row.question: row for row in rows}
        row = held.pop(question, None)
        if held:
            raise Malformed("this key belongs to another question")
        repeated = row is not None and row.keys.get(tab, -1) >= turn
        changed = _changed_since(attempt, write.seen, tab)
        over = pausing.is_time_up(attempt, at)
        if repeated:
            assert row is not None
        elif attempt.is_finished and (over or attempt.finish_reason != TIME):
            refusal = Closed(attempt, _keep_late(attempt, question, chosen, at))
        elif over:
            _finish(attempt, TIME, at, bank)
            refusal = Closed(attempt, _keep_late(attempt, question, chosen, at))
        elif attempt.is_paused:
            refusal = Paused(attempt)
        elif row is not None and row.checked_at is not None and chosen != row.chosen:
            refusal = Closed(attempt)
        else:
            row = row or Answer(
                attempt=attempt,
                question=question,
                version=item.version,
                milliseconds=0,
                is_first=entry["first"],
            )
            _apply(row, attempt, write, chosen, struck, at)
            _remember_key(row, write.key, tab, turn)
            if write.check and not is_complete(item, chosen):
                refusal = Incomplete(attempt, item, row)
            elif write.check and row.checked_at is None:
                row.checked_at, row.right = at.wall, is_right(item, chosen)
            row.save()
            if row.checked_at == at.wall:
                misses.take_up(attempt, item, row, at)
            _count_on(attempt, bank)
            if write.pause:
                _pause(attempt, at)
    if refusal is not None:
        raise refusal
    assert row is not None
    return Saved(attempt, item, row, remaining(attempt, at), changed, repeated)


def _count_on(attempt: Attempt, bank: Bank) -> None:
    """Store that one more write was accepted."""
    counts: dict[str, Any] = {"revision": attempt.revision, "answered": attempt.answered}
    if (
        attempt.is_finished
    ):  # the write arrived in time, but another request closed the attempt first
        _score(attempt, bank)
        counts["score"] = attempt.score
    Attempt.objects.filter(pk=attempt.pk).update(**counts)


def _pause(attempt: Attempt, at: Instant) -> None:
    if not pausing.can_pause(attempt):
        raise Malformed("no pause here")
    pausing.begin(attempt, at)
    attempt.save(update_fields=pausing.FIELDS)


def resume(learner: Learner | None, id: str, kind: str, pause: int, at: Instant) -> Attempt:
    """End a pause, counted from 1 in its attempt; one that has ended already changes nothing. Raises Unknown."""
    with transaction.atomic():
        attempt = _locked(learner, id, kind)
        if attempt.is_paused and not attempt.is_finished and pause == len(attempt.pauses) + 1:
            pausing.end(attempt, at)
            attempt.save(update_fields=pausing.FIELDS)
    return attempt


def _locked(learner: Learner | None, id: str, kind: str) -> Attempt:
    if learner is None or len(id) > 32:
        raise Unknown
    found = Attempt.objects.select_for_update().filter(pk=id, learner=learner, kind=kind).first()
    if found is None:
        raise Unknown
    return found


def _read_key(key: str) -> tuple[str, int]:
    match = WRITE_KEY.fullmatch(key)
    if match is None:
        raise Malformed("key")
    return match[1], int(match[2])


def _too_many(attempt: Attempt, item: Item, write: Write, at: Instant) -> Refused:
    """The refusal of more options than the question wants; the page shows them again where it may be shown."""
    if attempt.is_finished or pausing.is_time_up(attempt, at):
        return Malformed("too many")
    if attempt.is_paused:
        return Paused(attempt)
    row = Answer(
        attempt=attempt, question=item.id, chosen=list(write.chosen), flagged=write.flagged,
        struck=list(write.struck), confidence=write.confidence, received_at=at.wall,
    )  # fmt: skip
    return Incomplete(attempt, item, row)


def _read_values(item: Item, write: Write) -> tuple[list[str], list[str]]:
    try:
        chosen = read_chosen(item, write.chosen)
    except TooManyChosen:
        raise
    except ValueError as fault:
        raise Malformed(str(fault)) from fault
    known = set(item.option_ids)
    if len(set(write.struck)) != len(write.struck) or not known.issuperset(write.struck):
        raise Malformed("struck")
    if not 0 <= write.confidence <= SURE:
        raise Malformed("confidence")
    return chosen, list(write.struck)


def _apply(
    row: Answer,
    attempt: Attempt,
    write: Write,
    chosen: list[str],
    struck: list[str],
    at: Instant,
) -> None:
    attempt.revision += 1
    attempt.answered += bool(chosen) - row.is_answered
    if chosen != row.chosen:
        row.answered_at = at.wall
    row.chosen, row.is_answered, row.flagged = chosen, bool(chosen), write.flagged
    row.received_at, row.revision = at.wall, attempt.revision
    if row.checked_at is None:  # who has seen the answer says nothing new about how it was found
        row.struck, row.confidence, row.client_time = struck, write.confidence, write.client_time
        row.language = write.language or row.language
        spent = max(0, min(write.milliseconds, _STEP_MILLISECONDS_MAX))
        row.milliseconds = min(row.milliseconds + spent, _MILLISECONDS_MAX)


def _remember_key(row: Answer, key: str, tab: str, turn: int) -> None:
    """The last write of each tab; of many tabs, the latest ones."""
    kept = {name: count for name, count in row.keys.items() if name != tab}
    for name in list(kept)[: max(0, len(kept) - _TABS_MAX + 1)]:
        del kept[name]
    row.keys, row.key = {**kept, tab: turn}, key


def _changed_since(attempt: Attempt, seen: int, tab: str) -> tuple[str, ...]:
    """What other tabs wrote since the revision that this tab has seen."""
    if attempt.revision <= seen:
        return ()
    rows = attempt.answers.filter(revision__gt=seen).values_list("question", "key")
    return tuple(question for question, key in rows if key.rsplit(".", 1)[0] != tab)


def _keep_late(attempt: Attempt, question: str, chosen: list[str], at: Instant) -> bool:
    """Keep an answer that came after the time, to be shown and never counted."""
    if attempt.finish_reason != TIME or attempt.kind != EXAM or not chosen:
        return False
    if attempt.ends_at is None or at.wall > attempt.ends_at + _LATE_FOR:
        return False
    if attempt.answers.filter(question=question, chosen=chosen).exists():
        return False
    LateAnswer.objects.update_or_create(
        attempt=attempt,
        question=question,
        defaults={"chosen": chosen, "received_at": at.wall},
    )
    return True


def finish(learner: Learner | None, id: str, kind: str, at: Instant, bank: Bank) -> Attempt:
    """End an attempt because the learner asks. Repeating it changes nothing. Raises Unknown."""
    with transaction.atomic():
        attempt = _locked(learner, id, kind)
        if not attempt.is_finished:
            over = pausing.is_time_up(attempt, at)
            _finish(attempt, TIME if over else ASKED, at, bank)
    return attempt


def close_if_over(attempt: Attempt, at: Instant, bank: Bank) -> Attempt:
    """The attempt, closed with what is stored if its time is up."""
    if attempt.is_finished or not pausing.is_time_up(attempt, at):
        return attempt
    with transaction.atomic():
        locked = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if not locked.is_finished:
            _finish(locked, TIME, at, bank)
    return locked


def close_abandoned(at: Instant, bank: Bank) -> int:
    """Close every attempt whose time is up. Returns how many there were."""
    late = Attempt.objects.filter(finished_at=None, ends_at__isnull=False, paused_at=None)
    return sum(close_if_over(attempt, at, bank).is_finished for attempt in late)


def _finish(attempt: Attempt, reason: str, at: Instant, bank: Bank) -> None:
    pausing.end(attempt, at)
    attempt.finish_reason = reason
    attempt.finished_at = attempt.ends_at if reason == TIME else at.wall
    attempt.revision += 1
    _score(attempt, bank)
    changed = ("finish_reason", "finished_at", "revision", "answered", "score")
    attempt.save(update_fields=[*changed, *pausing.FIELDS])
    if attempt.kind == EXAM:
        misses.take_up_all(attempt, versions.items_of(attempt, bank), at)


def _score(attempt: Attempt, bank: Bank) -> None:
    """Grade every answer from the version that was asked, and cache the sum."""
    items = versions.items_of(attempt, bank)
    rows = list(attempt.answers.all())
    for row in rows:
        row.right = is_right(items[row.question], row.chosen) if row.is_answered else None
    Answer.objects.bulk_update(rows, ["right"])
    right = sum(row.right is True for row in rows)
    attempt.score = {"right": right, "total": len(attempt.questions)}


def say_why_missed(
    learner: Learner | None, id: str, kind: str, number: int, miss: str
) -> tuple[Attempt, Answer]:
    """Keep the learner's own reason for a miss; '' takes it back.

    Raises:
        Unknown, Malformed: as `save`; the reason for an answer that was not checked is malformed.
    """
    if miss and miss not in MISSES:
        raise Malformed("miss")
    with transaction.atomic():
        attempt = _locked(learner, id, kind)
        row = attempt.answers.filter(question=entry_at(attempt, number)["question"]).first()
        if row is None or (row.checked_at is None and not attempt.is_finished):
            raise Malformed("nothing was checked")
        row.miss = miss
        row.save(update_fields=["miss"])
    return attempt, row


def remaining(attempt: Attempt, at: Instant) -> float | None:
    """Seconds left, None without a limit; in a pause those at its start.

    A clock that was set is logged once for each attempt.
    """
    if jump := jump_seconds(attempt.start, at):
        _log_jump(attempt.pk, round(jump))
    return pausing.left_seconds(attempt, at)


@lru_cache(maxsize=1024)
def _log_jump(id: str, seconds: int) -> None:
    logging.getLogger(__name__).warning(
        "the wall clock was set by %d s during attempt %s…; its time runs on", seconds, id[:6]
    )
