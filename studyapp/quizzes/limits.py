"""How much one visitor may begin. Nobody who learns comes near it; a program that never stops does."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from studyapp.progress.models import Learner
from studyapp.quizzes.models import REVIEW, Attempt

# Sets and exams that are begun in 24 hours, and all that are kept.
STARTED_A_DAY_MAX = 100
STARTED_MAX = 2000
# Every answer in review is an attempt of its own, and a long evening of review is to be welcomed.
REVIEWED_A_DAY_MAX = 1000
DAY = timedelta(hours=24)


def is_too_many(learner: Learner, kind: str, at: datetime) -> bool:
    """Whether a learner has begun so much that one more attempt of a kind is refused."""
    if kind == REVIEW:
        held = Attempt.objects.filter(learner=learner, kind=REVIEW, started_at__gt=at - DAY)
        return held.count() >= REVIEWED_A_DAY_MAX
    counts = (
        Attempt.objects.filter(learner=learner)
        .exclude(kind=REVIEW)
        .aggregate(all=Count("pk"), today=Count("pk", filter=Q(started_at__gt=at - DAY)))
    )
    return bool(counts["today"] >= STARTED_A_DAY_MAX or counts["all"] >= STARTED_MAX)
