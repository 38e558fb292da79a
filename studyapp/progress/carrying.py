"""Everything of a learner as one file, and back again.

What other packages keep is in `parts`, by their names (`progress.parts`). Versions: 1 lessons, 2 predictions,
3 cards in review, the plan, and parts.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from studyapp.progress.models import (
    UNIT_PATTERN,
    CardMemory,
    ExamPlan,
    Learner,
    Prediction,
    ReadingMark,
    Review,
)
from studyapp.progress.parts import Added, parts
from studyapp.progress.reviewing import CARDS_MAX

FILE_SIZE_MAX_BYTES = 1_900_000
LESSONS_MAX = 5000
# The newest ones; the memories of cards say what the older ones came to.
REVIEWS_MAX = 2000
_REASON_MAX_CHARACTERS = 200
_NAME = r"^[a-z0-9-]{1,60}$"
_MEMORY = ("state", "step", "stability", "difficulty", "due", "reviewed_at", "reviews", "added_at")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as fault:
        raise ValueError("is outside the calendar") from fault


def _of_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:  # far enough from the ends of the calendar to reckon with
        raise ValueError("is not of our time")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Recent = Annotated[Moment, AfterValidator(_of_our_time)]
Card = Annotated[str, Field(pattern=r"^(objective|recall|term):[a-z0-9./#-]{1,160}$")]
# FSRS divides by it, and never lets it fall below.
Stability = Annotated[float, Field(ge=0.001, le=1_000_000, allow_inf_nan=False)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CarriedMark(Strict):
    lesson: Annotated[str, Field(pattern=r"^[a-z-]{1,40}/[a-z0-9-]{1,59}$")]
    unit: Annotated[str, Field(pattern=UNIT_PATTERN)] = ""
    finished_at: Moment | None = None
    changed_at: Moment


class CarriedPrediction(Strict):
    scenario: Annotated[str, Field(pattern=r"^[a-z-]{1,40}/[a-z0-9-]{1,59}$")]
    gate: Annotated[str, Field(pattern=_NAME)]
    option: Annotated[str, Field(pattern=rf"^$|{_NAME}")] = ""
    is_right: bool
    confidence: Annotated[str, Field(pattern=r"^(guess|fairly|sure)?$")] = ""
    made_at: Moment


class CarriedMemory(Strict):
    card: Card
    state: Annotated[int, Field(ge=1, le=3)]
    step: Annotated[int, Field(ge=0, le=9)] | None = None
    stability: Stability | None = None
    difficulty: Annotated[float, Field(ge=1, le=10, allow_inf_nan=False)] | None = None
    due: Recent
    reviewed_at: Recent | None = None
    reviews: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    added_at: Recent

    @model_validator(mode="after")
    def _fits_together(self) -> "CarriedMemory":
        learned = self.stability is not None and self.difficulty is not None
        if learned != (self.reviewed_at is not None) or (self.state > 1 and not learned):
            raise ValueError("says that it was reviewed and that it was not")
        if (self.step is None) != (self.state == 2):
            raise ValueError("has a step that does not belong to its state")
        return self


class CarriedReview(Strict):
    card: Card
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_. -]{1,200}$")]
    known: bool
    place: Literal["review", "practice", "exam"]
    was_due: bool = False
    reviewed_at: Recent


class CarriedPlan(Strict):
    exam_on: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]
    started_at: Recent


class Carried(Strict):
    """The file. Later versions raise `schema_version` and go on reading the earlier ones."""

    product: Literal["Decouple"]
    schema_version: Literal[1, 2, 3]
    reading: Annotated[list[CarriedMark], Field(max_length=LESSONS_MAX)]
    predictions: Annotated[list[CarriedPrediction], Field(max_length=LESSONS_MAX)] = []
    memories: Annotated[list[CarriedMemory], Field(max_length=CARDS_MAX)] = []
    reviews: Annotated[list[CarriedReview], Field(max_length=REVIEWS_MAX)] = []
    plan: CarriedPlan | None = None
    parts: dict[str, Any] = {}

    @model_validator(mode="after")
    def _read_parts(self) -> "Carried":
        for name, data in self.parts.items():
            if name not in parts():
                raise ValueError("has a part that is not known here")
            self.parts[name] = parts()[name].read(data)
        return self


class NotOurFile(ValueError):
    """The text is no progress file that can be added; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How much a file changed: lessons, cards in review, and what each part says by its name."""

    lessons: int = 0
    cards: int = 0
    parts: dict[str, Added] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows are new in all parts together."""
        return sum(part.rows for part in self.parts.values())

    @property
    def left_out(self) -> dict[str, int]:
        """How much was left out, by the name of the reason."""
        found: Counter[str] = Counter()
        for part in self.parts.values():
            found.update(part.left_out)
        return dict(found)


def export(learner: Learner | None) -> str:
    """The progress of a learner as JSON text, the same for the same rows."""
    carried: dict[str, Any] = {"product": "Decouple", "schema_version": 3, "reading": []}
    if learner is not None:
        carried |= _rows(learner).model_dump(mode="json", exclude={"parts"}, exclude_defaults=True)
        carried["parts"] = {name: part.export(learner) for name, part in parts().items()}
    return json.dumps(carried, ensure_ascii=False, separators=(",", ":")) + "\n"


def _rows(learner: Learner) -> Carried:
    plan = ExamPlan.objects.filter(learner=learner).first()
    latest = list(learner.reviews.order_by("-reviewed_at", "-pk")[:REVIEWS_MAX])
    return Carried(
        product="Decouple",
        schema_version=3,
        reading=[
            CarriedMark(
                lesson=mark.lesson,
                unit=mark.unit,
                finished_at=mark.finished_at,
                changed_at=mark.changed_at,
            )
            for mark in learner.marks.order_by("lesson")
        ],
        predictions=[
            CarriedPrediction(
                scenario=each.scenario,
                gate=each.gate,
                option=each.option,
                is_right=each.is_right,
                confidence=each.confidence,
                made_at=each.made_at,
            )
            for each in learner.predictions.order_by("scenario", "gate")
        ],
        memories=[
            CarriedMemory(card=row.card, **{name: getattr(row, name) for name in _MEMORY})
            for row in learner.memories.order_by("card")
        ],
        reviews=[
            CarriedReview(
                card=each.card,
                key=each.key,
                known=each.known,
                place=each.place,  # type: ignore[arg-type]
                was_due=each.was_due,
                reviewed_at=each.reviewed_at,
            )
            for each in reversed(latest)
        ],
        plan=CarriedPlan(exam_on=plan.exam_on, started_at=plan.started_at) if plan else None,
    )


def read(text: str) -> Carried:
    """Parse a progress file.

    Raises:
        NotOurFile: when it is too large, no JSON, or not of the expected form.
    """
    if len(text.encode("utf-8", "replace")) > FILE_SIZE_MAX_BYTES:
        raise NotOurFile(f"larger than {FILE_SIZE_MAX_BYTES / 1_000_000} MB")
    try:
        return Carried.model_validate(json.loads(text))
    except ValidationError as fault:
        raise NotOurFile(first_fault(fault)) from fault
    except (ValueError, RecursionError) as fault:  # also numbers of thousands of digits
        raise NotOurFile(f"not JSON: {type(fault).__name__}") from fault


def first_fault(fault: ValidationError) -> str:
    """Where the first fault of a file is, and which; short, for a file may be full of them."""
    first = fault.errors()[0]
    where = ".".join(str(step) for step in first["loc"]) or "file"
    return f"{where}: {first['msg']}"[:_REASON_MAX_CHARACTERS]


def merge(learner: Learner, carried: Carried) -> Merged:
    """Add a file to what is there; the later place wins, finished stays finished. Repeatable.

    Raises:
        NotOurFile: when both together are more than one file can carry; nothing is changed then.
    """
    changed = 0
    with transaction.atomic():
        held = {mark.lesson: mark for mark in learner.marks.all()}
        if len(held.keys() | {row.lesson for row in carried.reading}) > LESSONS_MAX:
            raise NotOurFile(f"more than {LESSONS_MAX} lessons together with what is here")
        for row in carried.reading:
            mark = held.get(row.lesson)
            if mark is None:
                mark = ReadingMark(learner=learner, lesson=row.lesson, changed_at=row.changed_at)
                held[row.lesson] = mark
            before = (mark.pk, mark.unit, mark.finished_at, mark.changed_at)
            if mark.pk is None or row.changed_at > mark.changed_at:
                mark.unit, mark.changed_at = row.unit, row.changed_at
            mark.finished_at = _earlier(mark.finished_at, row.finished_at)
            if before != (mark.pk, mark.unit, mark.finished_at, mark.changed_at) or mark.pk is None:
                mark.save()
                changed += 1
        _add_predictions(learner, carried)
        cards = _add_memories(learner, carried)
        _add_reviews(learner, carried)
        _add_plan(learner, carried)
        added = {name: parts()[name].merge(learner, data) for name, data in carried.parts.items()}
    return Merged(changed, cards, added)


def _add_predictions(learner: Learner, carried: Carried) -> None:
    """The earlier prediction at a gate holds."""
    held = {(each.scenario, each.gate): each for each in learner.predictions.all()}
    if len(held.keys() | {(row.scenario, row.gate) for row in carried.predictions}) > LESSONS_MAX:
        raise NotOurFile(f"more than {LESSONS_MAX} predictions together with what is here")
    for row in carried.predictions:
        known = held.get((row.scenario, row.gate))
        if known is None or row.made_at < known.made_at:
            each = known or Prediction(learner=learner, scenario=row.scenario, gate=row.gate)
            each.option, each.is_right = row.option, row.is_right
            each.confidence, each.made_at = row.confidence, row.made_at
            each.save()
            held[row.scenario, row.gate] = each


def _add_memories(learner: Learner, carried: Carried) -> int:
    """The memory of the later answer holds."""
    held = {row.card: row for row in learner.memories.all()}
    if len(held.keys() | {row.card for row in carried.memories}) > CARDS_MAX:
        raise NotOurFile(f"more than {CARDS_MAX} cards together with what is here")
    changed = 0
    for given in carried.memories:
        row = held.get(given.card)
        if row is not None and not _is_later(given.reviewed_at, row.reviewed_at):
            continue
        row = row or CardMemory(learner=learner, card=given.card)
        reviews = row.reviews if row.pk else 0
        for name in _MEMORY:
            setattr(row, name, getattr(given, name))
        row.reviews = max(reviews, given.reviews)
        row.save()
        held[given.card] = row
        changed += 1
    return changed


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def _add_reviews(learner: Learner, carried: Carried) -> None:
    held = set(learner.reviews.values_list("key", flat=True))
    new = {each.key: each for each in carried.reviews if each.key not in held}
    Review.objects.bulk_create(
        [Review(learner=learner, **each.model_dump()) for each in new.values()]
    )


def _add_plan(learner: Learner, carried: Carried) -> None:
    """The plan that was made later holds."""
    plan = ExamPlan.objects.filter(learner=learner).first()
    if carried.plan and (plan is None or carried.plan.started_at > plan.started_at):
        ExamPlan.objects.update_or_create(learner=learner, defaults=carried.plan.model_dump())


def replace(learner: Learner, carried: Carried) -> None:
    """Make a learner's progress exactly what the file says; used to undo a merge."""
    with transaction.atomic():
        learner.marks.all().delete()
        learner.predictions.all().delete()
        learner.memories.all().delete()
        ExamPlan.objects.filter(learner=learner).delete()
        if len(carried.reviews) < REVIEWS_MAX:  # else the file does not name the older ones
            keys = {each.key for each in carried.reviews}
            strange = [r.pk for r in learner.reviews.only("pk", "key") if r.key not in keys]
            learner.reviews.filter(pk__in=strange).delete()
        for name, part in parts().items():
            part.replace(learner, carried.parts.get(name))
        merge(learner, carried)


def take_over(learner: Learner, other: Learner) -> None:
    """Give a learner everything of another one, also what a file does not carry.

    Raises:
        NotOurFile: as `merge`.
    """
    with transaction.atomic():
        merge(learner, read(export(other)))
        for part in parts().values():
            part.adopt(other, learner)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    moments = [moment for moment in (one, other) if moment is not None]
    return min(moments) if moments else None
