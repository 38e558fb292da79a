"""What a learner's earlier answers say about questions."""

from studyapp.progress.models import Learner
from studyapp.quizzes.items import base_of
from studyapp.quizzes.models import Answer
from studyapp.quizzes.selection import History


def history_of(learner: Learner | None) -> History:
    """The last answer to each question counts; an empty history for somebody unknown."""
    if learner is None:
        return History()
    seen: set[str] = set()
    wrong: dict[str, bool] = {}
    flagged: dict[str, bool] = {}
    rows = Answer.objects.filter(attempt__learner=learner).order_by("received_at", "pk")
    for id, is_answered, right, is_flagged in rows.values_list(
        "question", "is_answered", "right", "flagged"
    ):
        question = base_of(id)
        flagged[question] = is_flagged
        if is_answered:
            seen.add(question)
        if right is not None:
            wrong[question] = not right
    return History(
        frozenset(seen),
        frozenset(question for question, is_wrong in wrong.items() if is_wrong),
        frozenset(question for question, is_flagged in flagged.items() if is_flagged),
    )
