"""Store what a learner did, each in one transaction that can be repeated without harm."""

from datetime import datetime

from django.db import transaction

from studyapp.progress.models import Learner, Prediction, ReadingMark


def record_reading(
    learner: Learner, lesson: str, unit: str, finished: bool, at: datetime
) -> ReadingMark:
    """Remember the place in a lesson. A lesson that was finished stays finished."""
    with transaction.atomic():
        mark, _ = ReadingMark.objects.get_or_create(
            learner=learner, lesson=lesson, defaults={"changed_at": at}
        )
        mark.unit = unit or mark.unit
        if finished and mark.finished_at is None:
            mark.finished_at = at
        mark.changed_at = at
        mark.save()
        return mark


def take_back_finish(learner: Learner, lesson: str) -> None:
    """The lesson counts as not read again; the place in it stays."""
    ReadingMark.objects.filter(learner=learner, lesson=lesson).update(finished_at=None)


def record_prediction(
    learner: Learner,
    scenario: str,
    gate: str,
    option: str,
    is_right: bool,
    confidence: str,
    at: datetime,
) -> Prediction:
    """Remember the first prediction at a gate; a later one changes nothing, for by then the picture has answered."""
    prediction, _ = Prediction.objects.get_or_create(
        learner=learner,
        scenario=scenario,
        gate=gate,
        defaults={
            "option": option,
            "is_right": is_right,
            "confidence": confidence,
            "made_at": at,
        },
    )
    return prediction
