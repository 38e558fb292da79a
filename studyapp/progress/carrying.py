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

from studyapp.progress.models import UNIT_PATTERN, Learner, ReadingMark

FILE_SIZE_MAX_BYTES = 1024 * 1024
LESSONS_MAX = 5000
_REASON_MAX_CHARACTERS = 200


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


class Carried(_Strict):
    """The file. Later versions raise `schema_version` and go on reading the earlier ones."""

    product: Literal["Decouple"]
    schema_version: Literal[1]
    reading: Annotated[list[CarriedMark], Field(max_length=LESSONS_MAX)]


class NotOurFile(ValueError):
    """The text is no progress file that can be added; the message says what is wrong with it."""


def export(learner: Learner | None) -> str:
    """The progress of a learner as JSON text, the same for the same rows."""
    marks = learner.marks.order_by("lesson") if learner else ReadingMark.objects.none()
    carried = Carried(
        product="Decouple",
        schema_version=1,
        reading=[
            CarriedMark(
                lesson=mark.lesson,
                unit=mark.unit,
                finished_at=mark.finished_at,
                changed_at=mark.changed_at,
            )
            for mark in marks
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
    return changed


def replace(learner: Learner, carried: Carried) -> None:
    """Make a learner's progress exactly what the file says; used to undo a merge."""
    with transaction.atomic():
        learner.marks.all().delete()
        merge(learner, carried)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    moments = [moment for moment in (one, other) if moment is not None]
    return min(moments) if moments else None
