"""The part of the progress page that answers fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.timezone import localtime

from studyapp.pages.course import course
from studyapp.progress import memory
from studyapp.progress.models import Learner
from studyapp.progress.reviewing import IN_REVIEW, memory_of
from studyapp.quizzes import insight
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import cards, objective_card
from studyapp.quizzes.insight import Tally, tally
from studyapp.quizzes.models import EXAM

_EXAMS = 10


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective with its answers, and how likely it is remembered now (None when it is not in review)."""

    id: str
    title: Any
    lesson: str
    tally: Tally
    recall_percent: int | None


@cache
def objectives() -> Mapping[str, str]:
    """The objective of every question, drawn ones without their seed."""
    held = {id: item.objective for id, item in bank().items()}
    return held | {name: words.objective for name, words in course().drawn.items()}


def panel(learner: Learner, now: datetime) -> Mapping[str, Any]:
    """Everything that the template shows; `is_empty` when there is nothing yet."""
    now = localtime(now)
    answers = insight.answers_of(learner)
    predictions = list(
        learner.predictions.values_list("confidence", "is_right", "option", "made_at")
    )
    reviews = list(
        learner.reviews.filter(place=IN_REVIEW).values_list("known", "was_due", "reviewed_at")
    )
    memories = [row for row in learner.memories.all() if row.card in cards()]
    exams = learner.attempts.filter(kind=EXAM, finished_at__isnull=False)
    past = list(exams.order_by("-finished_at")[:_EXAMS])
    predicted = [(confidence, right) for confidence, right, option, _ in predictions if option]
    whole, domains = insight.readiness_of(answers, _exam_items())
    recall = {
        row.card: round(100 * memory.chance_of_recall(memory_of(row), now))
        for row in memories
        if row.reviewed_at
    }
    moments = [a.at for a in answers] + [at for *_, at in predictions] + [at for *_, at in reviews]
    found = insight.ladder(answers)
    return {
        "is_empty": not (answers or predictions or memories),
        "answers": tally(answer.right for answer in answers),
        "first": tally(answer.right for answer in answers if answer.is_first),
        "predictions": tally(right for _, right in predicted),
        "retention": tally(known for known, was_due, _ in reviews if was_due),
        "readiness": whole,
        "domains": domains,
        "services": _services(answers, recall),
        "calibration": insight.calibration(answers, predicted),
        "misses": insight.misses(answers, now),
        "weeks": charted(insight.weeks(moments, now)),
        "in_review": len(memories),
        "due": sum(row.due <= now for row in memories),
        "coming": charted(insight.coming((row.due for row in memories), now)),
        "exams": past,
        "ladder": found,
    }


def charted(days: Sequence[tuple[Any, int]]) -> Mapping[str, Any]:
    """Rows of a table, and bars of a drawing that is 100 high and as wide as there are rows."""
    most = max((count for _, count in days), default=0)
    return {
        "rows": days,
        "total": sum(count for _, count in days),
        "span": max(1, len(days)),
        "bars": [
            (place, 100 - height, height)
            for place, (_, count) in enumerate(days)
            if (height := round(100 * count / most) if most else 0)
        ],
    }


@cache
def _exam_items() -> Mapping[str, Any]:
    return {id: item for id, item in bank().items() if item.grade == "exam"}


def _services(
    answers: Sequence[insight.Given], recall: Mapping[str, int]
) -> list[tuple[str, Tally, list[ObjectiveRow]]]:
    """Services in the order of the course, each with the objectives that have answers or are in review."""
    services = insight.grouped(answers, lambda answer: answer.service)
    tallies = insight.by_objective(answers, objectives())
    rows: dict[str, list[ObjectiveRow]] = {}
    for id, objective in course().objectives.items():
        card = objective_card(id)
        if id in tallies or card in recall:
            row = ObjectiveRow(
                id, objective.title, objective.lesson, tallies.get(id, Tally()), recall.get(card)
            )
            rows.setdefault(objective.service, []).append(row)
    names = [each.id for each in course().services]
    return [
        (name, services.get(name, Tally()), rows.get(name, []))
        for name in names
        if name in services or name in rows
    ]
