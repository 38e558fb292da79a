"""Everything of a learner as one file, and back again."""

import json
from datetime import UTC, datetime
from typing import Annotated, Literal

from django.db import transaction
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from studyapp.progress.models import UNIT_PATTERN, Learner, Prediction, ReadingMark

FILE_SIZE_MAX_BYTES = 1024 * 1024
LESSONS_MAX = 5000
_REASON_MAX_CHARACTERS = 200
_NAME = r"^[a-z0-9-]{1,60}$"


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as fault:
        raise ValueError("is outside the calendar") from fault


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CarriedMark(_Strict):
    lesson: Annotated[str, Field(pattern=r"^[a-z-]{1,40}/[a-z0-9-]{1,59}$")]
    unit: Annotated[str, Field(pattern=UNIT_PATTERN)] = ""
    finished_at: Moment | None = None
    changed_at: Moment


class CarriedPrediction(_Strict):
    scenario: Annotated[str, Field(pattern=r"^[a-z-]{1,40}/[a-z0-9-]{1,59}$")]
    gate: Annotated[str, Field(pattern=_NAME)]
    option: Annotated[str, Field(pattern=rf"^$|{_NAME}")] = ""
    is_right: bool
    confidence: Annotated[str, Field(pattern=r"^(guess|fairly|sure)?$")] = ""
    made_at: Moment


class Carried(_Strict):
    """The file. Later versions raise `schema_version` and go on reading the earlier ones."""

    product: Literal["Decouple"]
    schema_version: Literal[1, 2]
    reading: Annotated[list[CarriedMark], Field(max_length=LESSONS_MAX)]
    predictions: Annotated[list[CarriedPrediction], Field(max_length=LESSONS_MAX)] = []


class NotOurFile(ValueError):
    """The text is no progress file that can be added; the message says what is wrong with it."""


def export(learner: Learner | None) -> str:
    """The progress of a learner as JSON text, the same for the same rows."""
    marks = learner.marks.order_by("lesson") if learner else ReadingMark.objects.none()
    made = (
        learner.predictions.order_by("scenario", "gate") if learner else Prediction.objects.none()
    )
    carried = Carried(
        product="Decouple",
        schema_version=2,
        reading=[
            CarriedMark(
                lesson=mark.lesson,
                unit=mark.unit,
                finished_at=mark.finished_at,
                changed_at=mark.changed_at,
            )
            for mark in marks
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
            for each in made
        ],
    )
    return carried.model_dump_json(indent=1) + "\n"


def read(text: str) -> Carried:
    """Parse a progress file.

    Raises:
        NotOurFile: when it is too large, no JSON, or not of the expected form.
    """
    if len(text.encode("utf-8", "replace")) > FILE_SIZE_MAX_BYTES:
        raise NotOurFile("larger than 1 MB")
    try:
        return Carried.model_validate(json.loads(text))
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "file"
        raise NotOurFile(f"{where}: {first['msg']}"[:_REASON_MAX_CHARACTERS]) from fault
    except (ValueError, RecursionError) as fault:  # also numbers of thousands of digits
        raise NotOurFile(f"not JSON: {type(fault).__name__}") from fault


def merge(learner: Learner, carried: Carried) -> int:
    """Add a file to what is there; the later place wins, finished stays finished. Repeatable.

    Returns the number of lessons that changed.

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
    return changed


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


def replace(learner: Learner, carried: Carried) -> None:
    """Make a learner's progress exactly what the file says; used to undo a merge."""
    with transaction.atomic():
        learner.marks.all().delete()
        learner.predictions.all().delete()
        merge(learner, carried)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    moments = [moment for moment in (one, other) if moment is not None]
    return min(moments) if moments else None
