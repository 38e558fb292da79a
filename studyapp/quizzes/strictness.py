"""An exam like the real one: in which languages its questions are shown, and what its forms may say.

In a strict exam nothing is struck out or marked, nobody asks how sure one is, and the question speaks the language
in which the exam is taken.
"""

from collections.abc import Collection

from studyapp.quizzes.models import EXAM, Attempt

STRICT = "strict"
MODES = ("help", STRICT)
# By the language of the pages at the start. The first one is shown, the others can be looked at: the Korean exam
# lets one see its English original. No exam in Vietnamese is known to us: who takes one takes it in English.
QUESTION_LANGUAGES = {"en": ("en",), "ko": ("ko", "en"), "vi": ("en",)}


def is_strict(attempt: Attempt) -> bool:
    return attempt.kind == EXAM and attempt.asked_for.get("mode") == STRICT


def question_languages(attempt: Attempt) -> tuple[str, ...]:
    """The languages of a strict exam's questions, the one they are shown in first."""
    return QUESTION_LANGUAGES[attempt.language]


def allows(attempt: Attempt, language: str, struck: Collection[str], has_confidence: bool) -> bool:
    """Whether a form of this attempt may say that."""
    if not is_strict(attempt):
        return True
    return language in question_languages(attempt) and not struck and not has_confidence
