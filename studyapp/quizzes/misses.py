"""A miss in practice or in an exam puts its objective into review, so that it comes back with another question."""

from collections.abc import Mapping

from django.db.models import Q

from studyapp.progress import reviewing
from studyapp.progress.memory import counts_as_known
from studyapp.quizzes.cards import cards, objective_card
from studyapp.quizzes.clock import Instant
from studyapp.quizzes.items import Item
from studyapp.quizzes.models import GUESS, Answer, Attempt


def take_up(attempt: Attempt, item: Item, row: Answer, at: Instant) -> None:
    """One graded answer. What was right and no guess changes nothing."""
    if row.right is None or counts_as_known(row.right, row.confidence == GUESS):
        return
    card = objective_card(item.objective)
    if card in cards():
        key = f"{attempt.pk} {item.objective}"
        reviewing.miss(attempt.learner, card, key, attempt.kind, at.wall)


def take_up_all(attempt: Attempt, items: Mapping[str, Item], at: Instant) -> None:
    """Every miss of a finished attempt; each objective once. What was not answered is not judged."""
    missed = Q(right=False) | Q(right=True, confidence=GUESS)
    for row in attempt.answers.filter(missed):
        take_up(attempt, items[row.question], row, at)
