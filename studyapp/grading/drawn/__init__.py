"""Questions whose numbers are drawn from a seed, and whose answer and distractors come from running the engine.

The words stand in `content/drawn/`, the stories here, by the same name. 'sqs/extended-visibility~17' is the
question that seed 17 draws.
"""

from studyapp.grading.drawn.drawing import (
    SEEDS,
    NotDrawable,
    draw,
    drawn_question,
    drawn_questions,
    settle,
    written,
)
from studyapp.grading.drawn.families import FAMILIES

__all__ = [
    "FAMILIES",
    "SEEDS",
    "NotDrawable",
    "draw",
    "drawn_question",
    "drawn_questions",
    "settle",
    "written",
]
