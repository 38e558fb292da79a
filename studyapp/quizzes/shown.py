"""A question as a page shows it: in one language, options in the order of the attempt, before or after the answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from studyapp.course.markup import in_language
from studyapp.quizzes.grading import is_right
from studyapp.quizzes.items import Item, Option, Words
from studyapp.quizzes.models import Answer, Attempt

LETTERS = "ABCDEFGHIJKLMNOPQRST"
# An option is something to press, and an exam has no links, so there a term is only a word.
_LINK = re.compile(r"</?a\b[^>]*>")


@dataclass(frozen=True, slots=True)
class ShownOption:
    """One option. `verdict` is 'right', 'missed', 'wrong' or 'other' after the answer, '' before it."""

    id: str
    letter: str
    text: SafeString
    chosen: bool
    struck: bool
    place: int
    verdict: str
    why: SafeString
    misconception: SafeString
    run: str


@dataclass(frozen=True, slots=True)
class ShownPrompt:
    """One left side of a pair. `chosen` is an option's id and `own` its words, `answer` the right one's words."""

    id: str
    text: SafeString
    chosen: str
    own: SafeString
    verdict: str
    answer: SafeString
    why: SafeString


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    item: Item
    number: int
    total: int
    language: str
    stem: tuple[SafeString, ...]
    hint: str
    options: tuple[ShownOption, ...]
    prompts: tuple[ShownPrompt, ...]
    typed: str
    answer: Answer | None
    is_feedback: bool
    is_right: bool
    key_letters: str
    knob: SafeString

    @property
    def places(self) -> range:
        return range(1, len(self.options) + 1)

    @property
    def checked_on(self) -> date | None:
        """The day the question was compared with its sources."""
        return date.fromisoformat(self.item.checked) if self.item.checked else None

    @property
    def input_type(self) -> str:
        return "radio" if self.item.choose == 1 else "checkbox"


def show(
    attempt: Attempt,
    number: int,
    item: Item,
    answer: Answer | None,
    language: str,
    feedback: bool = False,
    links: bool = True,
) -> ShownQuestion:
    """The question at a place of an attempt. `language` is that of the question, not of the page."""

    def words(text: Words, with_links: bool = links) -> SafeString:
        html = text.get(language, "")
        html = in_language(html, language) if with_links else _LINK.sub("", html)
        return mark_safe(html)

    entry: Mapping[str, Any] = attempt.questions[number - 1]
    chosen: Sequence[str] = answer.chosen if answer else ()
    struck = set(answer.struck) if answer else set()
    by_id = {option.id: option for option in item.options}
    displayed: Sequence[str] = entry["options"]
    if item.kind == "order" and chosen:
        # Before the answer as the learner has put them, after it as they belong.
        displayed = item.option_ids if feedback else chosen
    options = []
    for place, id in enumerate(displayed, 1):
        option, picked = by_id[id], id in chosen
        own_place = chosen.index(id) + 1 if item.kind == "order" and picked else place
        options.append(
            ShownOption(
                id,
                LETTERS[place - 1],
                words(option.text, with_links=False),
                picked,
                id in struck,
                own_place,
                _verdict(item, option, picked, own_place == place) if feedback else "",
                words(option.why, True) if feedback else mark_safe(""),
                words(option.misconception, True) if feedback and picked else mark_safe(""),
                option.run if feedback else "",
            )
        )
    pairs = dict(pair.split("=", 1) for pair in chosen) if item.kind == "match" else {}
    prompts = tuple(
        ShownPrompt(
            prompt.id,
            words(prompt.text, with_links=False),
            pairs.get(prompt.id, ""),
            words(by_id[pairs[prompt.id]].text, False) if prompt.id in pairs else mark_safe(""),
            ("right" if pairs.get(prompt.id) == prompt.answer else "wrong") if feedback else "",
            words(by_id[prompt.answer].text, False) if feedback else mark_safe(""),
            words(prompt.why, True) if feedback else mark_safe(""),
        )
        for prompt in item.prompts
    )
    typed = chosen[0][1:] if chosen and chosen[0].startswith("=") else ""
    return ShownQuestion(
        item,
        number,
        len(attempt.questions),
        language,
        tuple(words(text) for text in item.stem),
        hint(item, language),
        tuple(options),
        prompts,
        typed,
        answer,
        feedback,
        is_right(item, chosen),
        _key_letters(item, options),
        words(item.knob),
    )


def _verdict(item: Item, option: Option, picked: bool, in_place: bool) -> str:
    if item.kind == "match":
        return ""
    if item.kind == "order":
        return "right" if picked and in_place else "wrong"
    if option.right:
        return "right" if picked else "missed"
    return "wrong" if picked else "other"


def _key_letters(item: Item, options: Sequence[ShownOption]) -> str:
    """'B' or 'A, D': the letters of the right options as they are shown; '' for other kinds."""
    if item.kind != "choice":
        return ""
    return ", ".join(option.letter for option in options if option.id in item.right_ids)


def hint(item: Item, language: str) -> str:
    """What to do, printed after the stem in the language of the question, where the stem does not say it."""
    with translation.override(language):
        said = {2: _("(Choose TWO.)"), 3: _("(Choose THREE.)")}.get(item.choose, "")
        return "" if said in item.stem[-1].get(language, "") else said


def minutes_and_seconds(milliseconds: int) -> str:
    """'1:05' for 65,000 ms."""
    seconds = round(milliseconds / 1000)
    return f"{seconds // 60}:{seconds % 60:02}"
