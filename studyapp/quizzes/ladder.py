"""Steps between the own language and English under the clock, and what each step does to a question.

own: the page's language. terms: that, with the English name behind each term. gloss: English, and every term can
be tapped. english: English alone. clock: English alone, two minutes for each question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.safestring import mark_safe

from studyapp.quizzes.forms import one_of
from studyapp.quizzes.glosses import Gloss, with_english_names, with_glosses
from studyapp.quizzes.models import PRACTICE, Attempt
from studyapp.quizzes.shown import ShownQuestion
from studyapp.quizzes.strictness import QUESTION_LANGUAGES, STRICT

LEVELS = ("own", "terms", "gloss", "english", "clock")
_IN_ENGLISH = frozenset({"gloss", "english", "clock"})
PACES = ("normal", "half", "double")
SECONDS_EACH = 120


@dataclass(frozen=True, slots=True)
class Help:
    """How much help with language a set gives, and how much time: '' is a set as it always was."""

    level: str = ""
    pace: str = "normal"

    @property
    def is_strict(self) -> bool:
        """Whether the question cannot be looked at in another language."""
        return self.level in _IN_ENGLISH

    def language(self, page: str) -> str:
        return "en" if self.level in _IN_ENGLISH else page

    def seconds(self, questions: int) -> int | None:
        return SECONDS_EACH * questions if self.level == "clock" else None

    @property
    def asked_for(self) -> Mapping[str, str]:
        """What an attempt remembers of it."""
        return {"help": self.level} if self.level else {}


def read_help(form: QueryDict) -> Help:
    """The level that the form of practice asks for. Raises Malformed for one it does not offer."""
    level = one_of(form.get("help", ""), ("", *LEVELS))
    return Help(level, one_of(form.get("help_pace", PACES[0]), PACES))


def help_of(attempt: Attempt) -> Help:
    level = attempt.asked_for.get("help", "") if attempt.kind == PRACTICE else ""
    return Help(level if level in LEVELS else "")


def helped(shown: ShownQuestion, given: Help) -> tuple[ShownQuestion, list[Gloss]]:
    """The question as its level shows it, and the terms to be tapped."""
    if given.level == "terms" and shown.language != "en":
        named: set[str] = set()

        def with_names(text: str) -> Any:
            return mark_safe(with_english_names(text, shown.language, named))

        return _changed(shown, with_names), []
    if given.level == "gloss" and shown.language == "en":
        found: dict[str, Gloss] = {}
        stem = tuple(mark_safe(with_glosses(text, found)) for text in shown.stem)
        for option in shown.options:
            with_glosses(option.text, found)  # an option is a button itself: its terms stand below
        for prompt in shown.prompts:
            with_glosses(prompt.text, found)
        return replace(shown, stem=stem), list(found.values())
    return shown, []


def _changed(shown: ShownQuestion, change: Any) -> ShownQuestion:
    return replace(
        shown,
        stem=tuple(change(text) for text in shown.stem),
        options=tuple(replace(each, text=change(each.text)) for each in shown.options),
        prompts=tuple(replace(each, text=change(each.text)) for each in shown.prompts),
    )


def level_of(
    kind: str, level: str, language: str, page: str, is_timed: bool, mode: str = ""
) -> str:
    """The step at which an answer was given; '' where it stands on none of them.

    `language` is that of the question when it was answered, `page` that of the pages around it, `mode` that of
    an exam. A strict exam in Korean shows English only beside the Korean, which is not English alone.
    """
    if level in LEVELS:
        return level if language == Help(level).language(page) else ""
    if kind == PRACTICE:
        return "own" if language == page else ""
    if mode == STRICT and QUESTION_LANGUAGES[page] != ("en",):
        return ""
    return "clock" if is_timed and language == "en" else ""
