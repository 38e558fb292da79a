"""Ended attempts and their answers as a part of a learner's file, and back again.

Open attempts stay where they are: they need this server's clock. The text of questions is not carried; an attempt
whose questions this installation never asked like this is left out. Rightness is always graded anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from studyapp.progress.carrying import Recent, Strict, first_fault
from studyapp.progress.models import Learner
from studyapp.progress.parts import Added
from studyapp.quizzes import problem_reports, versions
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import drawn_item
from studyapp.quizzes.grading import is_right, read_chosen
from studyapp.quizzes.items import Item, item_of
from studyapp.quizzes.models import Answer, Attempt, QuestionVersion
from studyapp.quizzes.pausing import PAUSES_MAX
from studyapp.quizzes.problem_reports import TEXT_MAX_CHARACTERS

# The newest ones, so that everything fits into one file.
ANSWERS_MAX = 4000
ATTEMPTS_MAX = 2000
QUESTIONS_MAX = 100
REPORTS_MAX = 100
CARRIED = "carried"  # marks an attempt that came from a file: it says nothing about questions again

Index = Annotated[int, Field(ge=0, le=100_000)]
Text = Annotated[str, Field(max_length=120)]
QuestionId = Annotated[str, Field(pattern=r"^[a-z-]{1,40}/[a-z0-9-]{1,70}(~[0-9]{1,2})?$")]


class CarriedVersion(Strict):
    """A question as it was asked: its id, the digest of its text, its options in the order of their names."""

    question: QuestionId
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    options: Annotated[list[Text], Field(max_length=QUESTIONS_MAX)]


class CarriedAnswer(Strict):
    """`n` is the place of the question in its attempt, counted from 0; `ms` the time it took."""

    n: Annotated[int, Field(ge=0, lt=QUESTIONS_MAX)]
    chosen: Annotated[list[Text], Field(max_length=20)] = []
    struck: Annotated[list[Text], Field(max_length=20)] = []
    flagged: bool = False
    confidence: Annotated[int, Field(ge=0, le=3)] = 0
    language: Literal["", "en", "ko", "vi"] = ""
    ms: Annotated[int, Field(ge=0, lt=2**31)] = 0
    miss: Literal["", "unknown", "language", "requirement", "fell", "rushed"] = ""
    at: Recent
    checked: bool = False


class CarriedAttempt(Strict):
    """`questions` are: which version, its options in the order in which they were shown, met for the first time."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{8,60}$")]
    kind: Literal["practice", "exam", "review"]
    language: Literal["en", "ko", "vi"]
    pace: Literal["normal", "plus30", "half", "double", "untimed"] = "untimed"
    help: Literal["", "own", "terms", "gloss", "english", "clock"] = ""
    mode: Literal["", "strict"] = ""
    pauses: Annotated[list[tuple[Recent, Recent]], Field(max_length=PAUSES_MAX)] = []
    card: Annotated[str, Field(pattern=r"^[a-z0-9.:/#-]{0,180}$")] = ""
    content_version: Annotated[str, Field(max_length=16)] = ""
    started_at: Recent
    ends_at: Recent | None = None
    finished_at: Recent
    finish_reason: Literal["asked", "time", "replaced"]
    questions: Annotated[
        list[tuple[Index, Annotated[list[Index], Field(max_length=QUESTIONS_MAX)], bool]],
        Field(min_length=1, max_length=QUESTIONS_MAX),
    ]
    answers: Annotated[list[CarriedAnswer], Field(max_length=QUESTIONS_MAX)]


class CarriedReport(Strict):
    """A problem that was reported. It stands in the file to be read; an import does not report it again."""

    question: QuestionId
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    kind: Literal["key", "reason", "translation", "broken", "other"]
    text: Annotated[str, Field(max_length=TEXT_MAX_CHARACTERS)] = ""
    language: Literal["en", "ko", "vi"]
    chosen: Annotated[list[Text], Field(max_length=20)] = []
    reported_at: Recent


class CarriedQuizzes(Strict):
    versions: Annotated[list[CarriedVersion], Field(max_length=20_000)] = []
    attempts: Annotated[list[CarriedAttempt], Field(max_length=ATTEMPTS_MAX)] = []
    reports: Annotated[list[CarriedReport], Field(max_length=REPORTS_MAX)] = []

    def __len__(self) -> int:
        """How many answers there are."""
        return sum(len(attempt.answers) for attempt in self.attempts)

    @model_validator(mode="after")
    def _fits_together(self) -> "CarriedQuizzes":
        for attempt in self.attempts:
            asked = [version for version, _, _ in attempt.questions]
            if any(version >= len(self.versions) for version in asked):
                raise ValueError("names a question that is not in the file")
            if len({self.versions[version].question for version in asked}) != len(asked):
                raise ValueError("asks a question twice in one attempt")
            for version, order, _ in attempt.questions:
                if sorted(order) != list(range(len(self.versions[version].options))):
                    raise ValueError("shows other options than the question has")
            places = [answer.n for answer in attempt.answers]
            if len(set(places)) != len(places) or any(n >= len(asked) for n in places):
                raise ValueError("answers a question twice, or one that was not asked")
        return self


def export(learner: Learner) -> dict[str, Any]:
    """The ended attempts of a learner, the oldest first; the newest ones where there are too many."""
    ended = learner.attempts.filter(finished_at__isnull=False)
    rows = ended.order_by("-finished_at", "-pk").prefetch_related("answers")[:ATTEMPTS_MAX]
    taken: list[Attempt] = []
    room = ANSWERS_MAX
    for attempt in rows:
        room -= len(attempt.answers.all())
        if room < 0:
            break
        taken.append(attempt)
    places: dict[str, int] = {}
    held: list[dict[str, Any]] = []
    attempts = [_carried(attempt, places, held) for attempt in reversed(taken)]
    found = {"versions": held, "attempts": attempts, "reports": _reports(learner)}
    return {name: rows for name, rows in found.items() if rows}


def _reports(learner: Learner) -> list[dict[str, Any]]:
    """The newest reports of a learner, the oldest of them first."""
    rows = learner.problem_reports.order_by("-reported_at", "-pk")[:REPORTS_MAX]
    names = CarriedReport.model_fields
    reports = [CarriedReport(**{name: getattr(row, name) for name in names}) for row in rows]
    return [each.model_dump(mode="json", exclude_defaults=True) for each in reversed(reports)]


def _carried(
    attempt: Attempt, places: dict[str, int], held: list[dict[str, Any]]
) -> dict[str, Any]:
    questions = []
    for entry in attempt.questions:
        options = sorted(entry["options"])
        if entry["version"] not in places:
            places[entry["version"]] = len(held)
            held.append(
                {"question": entry["question"], "digest": entry["version"], "options": options}
            )
        order = [options.index(option) for option in entry["options"]]
        questions.append((places[entry["version"]], order, entry["first"]))
    answers = [
        {
            "n": attempt.places[row.question] - 1,
            "chosen": row.chosen,
            "struck": row.struck,
            "flagged": row.flagged,
            "confidence": row.confidence,
            "language": row.language,
            "ms": row.milliseconds,
            "miss": row.miss,
            "at": row.received_at,
            "checked": row.checked_at is not None,
        }
        for row in sorted(attempt.answers.all(), key=lambda row: attempt.places[row.question])
    ]
    names = ("key", "kind", "language", "pace", "content_version", "started_at", "ends_at")
    carried = CarriedAttempt.model_validate(
        {
            **{name: getattr(attempt, name) for name in (*names, "finished_at", "finish_reason")},
            "help": attempt.asked_for.get("help", ""),
            "mode": attempt.asked_for.get("mode", ""),
            "pauses": attempt.pauses,
            "card": attempt.asked_for.get("card", ""),
            "questions": questions,
            "answers": answers,
        }
    )
    return carried.model_dump(mode="json", exclude_defaults=True)


def read(data: Any) -> CarriedQuizzes:
    """What a file holds. Raises ValueError with the first fault."""
    try:
        return CarriedQuizzes.model_validate(data)
    except ValidationError as fault:
        raise ValueError(first_fault(fault)) from fault


def merge(learner: Learner, carried: CarriedQuizzes) -> Added:
    """Add the attempts that are not here yet, and count their answers.

    What is left out: 'unknown' are attempts with a question that this installation never asked like that, 'full'
    those beyond the most that it keeps of a learner; 'unfit' are single answers that their question does not allow.
    """
    held = set(learner.attempts.values_list("key", flat=True))
    room = ATTEMPTS_MAX - len(held)
    known = _known_items(carried.versions)
    added = 0
    left_out: Counter[str] = Counter()
    for given in carried.attempts:
        items = [known.get(carried.versions[version].digest) for version, _, _ in given.questions]
        if given.key in held:
            continue
        if None in items or room <= 0:
            left_out["unknown" if None in items else "full"] += 1
            continue
        kept = _add(learner, given, [item for item in items if item is not None], carried)
        added += kept
        left_out["unfit"] += len(given.answers) - kept
        held.add(given.key)
        room -= 1
    return Added(added, dict(+left_out))


def _known_items(wanted: Iterable[CarriedVersion]) -> Mapping[str, Item]:
    """The questions of a file as they were asked, by digest, where this installation knows them."""
    found: dict[str, Item] = {}
    missing: dict[str, CarriedVersion] = {}
    for version in wanted:
        item = bank().get(version.question) or drawn_item(version.question)
        if item is not None and item.digest == version.digest:
            found[version.digest] = item
        else:
            missing[version.digest] = version
    digests = list(missing)
    for start in range(0, len(digests), 500):  # a statement takes only so many values
        for row in QuestionVersion.objects.filter(digest__in=digests[start : start + 500]):
            found[row.digest] = item_of(row.text)
    return {
        version.digest: found[version.digest]
        for version in wanted
        if version.digest in found
        and found[version.digest].id == version.question
        and sorted(found[version.digest].option_ids) == version.options
    }


def _add(
    learner: Learner, given: CarriedAttempt, items: list[Item], carried: CarriedQuizzes
) -> int:
    """Store one attempt; returns how many of its answers it keeps."""
    versions.keep(items)
    asked_for = {"help": given.help, "mode": given.mode, "card": given.card, CARRIED: True}
    attempt = Attempt(
        learner=learner,
        kind=given.kind,
        key=given.key,
        asked_for={name: value for name, value in asked_for.items() if value},
        language=given.language,
        pace=given.pace,
        content_version=given.content_version,
        started_at=given.started_at,
        started_ticks=0,
        started_boot=CARRIED,
        ends_at=given.ends_at,
        pauses=[[since.isoformat(), until.isoformat()] for since, until in given.pauses],
        finished_at=given.finished_at,
        finish_reason=given.finish_reason,
        revision=len(given.answers),
    )
    attempt.questions = [
        {
            "question": item.id,
            "version": item.digest,
            "options": [carried.versions[version].options[place] for place in order],
            "first": is_first,
        }
        for (version, order, is_first), item in zip(given.questions, items, strict=True)
    ]
    rows = [
        row
        for place, answer in enumerate(given.answers, 1)
        if (row := _answer(attempt, items[answer.n], answer, place)) is not None
    ]
    attempt.answered = sum(row.is_answered for row in rows)
    right = sum(row.right is True for row in rows)
    attempt.score = {"right": right, "total": len(items)}
    attempt.save(force_insert=True)
    Answer.objects.bulk_create(rows)
    return len(rows)


def _answer(attempt: Attempt, item: Item, given: CarriedAnswer, place: int) -> Answer | None:
    """An answer of a file; None for one that the question does not allow."""
    try:
        chosen = read_chosen(item, given.chosen)
    except ValueError:
        return None
    known = set(item.option_ids)
    return Answer(
        attempt=attempt,
        question=item.id,
        version=item.version,
        chosen=chosen,
        is_answered=bool(chosen),
        flagged=given.flagged,
        struck=[option for option in dict.fromkeys(given.struck) if option in known],
        confidence=given.confidence,
        language=given.language,
        milliseconds=given.ms,
        received_at=given.at,
        answered_at=given.at if chosen else None,
        checked_at=given.at if given.checked else None,
        right=is_right(item, chosen) if chosen else None,
        is_first=attempt.questions[given.n]["first"],
        miss=given.miss,
        key=f"{CARRIED}.{place}",
        revision=place,
    )


def replace(learner: Learner, carried: CarriedQuizzes | None) -> None:
    """Undo: attempts that came from a file and are not in this one go. What was answered here always stays."""
    keys = {attempt.key for attempt in carried.attempts} if carried else set()
    for attempt in learner.attempts.all():
        if attempt.asked_for.get(CARRIED) and attempt.key not in keys:
            attempt.delete()


def adopt(other: Learner, learner: Learner) -> None:
    """Open attempts go with their learner, where no attempt of their kind is open; reports go with their attempts."""
    busy = set(learner.attempts.filter(finished_at=None).values_list("kind", flat=True))
    for attempt in other.attempts.filter(finished_at=None):
        if attempt.kind not in busy:
            attempt.learner = learner
            attempt.save(update_fields=["learner"])
    problem_reports.adopt(other, learner)
