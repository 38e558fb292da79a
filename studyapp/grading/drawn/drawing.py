"""A seed becomes a question: the family draws, the engine answers, the numbers are written into the words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from studyapp.course.labelled import LANGUAGES, Unit
from studyapp.course.library import Course
from studyapp.course.numbers import Number, UnitWords, format_quantity
from studyapp.course.questions import Question
from studyapp.grading.drawn.families import FAMILIES
from studyapp.grading.drawn.family import Amount, Draws, Family, Story

# Seeds of one family: enough that nobody learns the numbers by heart, few enough to keep.
SEEDS = range(100)
ATTEMPTS = 60

_ID = re.compile(r"([a-z-]+/[a-z0-9-]+)~([0-9]{1,2})", re.ASCII)
_NAME = re.compile(r"\{([a-z_]+)\}")


class NotDrawable(Exception):
    """Words and story of a family do not fit together, or no draw has answers that differ."""


@lru_cache(maxsize=256)
def settle(family: Family, seed: int) -> tuple[Story, Mapping[str, Number]]:
    """The first story of a seed whose answers all differ, and what the engine answers in each of its worlds.

    Raises:
        NotDrawable: if there is none.
    """
    for attempt in range(ATTEMPTS):
        story = family(Draws(seed, attempt))
        values = {id: world.answer() for id, world in story.options.items()}
        if len(set(values.values())) == len(values):
            return story, values
    raise NotDrawable(f"no draw of seed {seed} has answers that all differ")


def draw(
    words: Question, family: Family, seed: int, unit_words: Mapping[str, UnitWords]
) -> Question:
    """The question that this seed draws. Raises NotDrawable like `settle` and `written`."""
    story, values = settle(family, seed)
    return written(words, story, values, seed, unit_words)


def written(
    words: Question,
    story: Story,
    values: Mapping[str, Number],
    seed: int,
    unit_words: Mapping[str, UnitWords],
) -> Question:
    """The words with the numbers of a story and the answers of its worlds.

    Raises:
        NotDrawable: if the words lack an option or name a number that is not drawn.
    """
    if set(story.options) != {option.id for option in words.options}:
        raise NotDrawable(f"{words.id}: the options are {', '.join(story.options)}")
    right = next(option.id for option in words.options if option.correct)
    numbers = {**story.numbers, "right": Amount(values[right], story.unit)}

    def filled(unit: Unit, own: Mapping[str, Amount]) -> Unit:
        known = {**numbers, **own}

        def line(language: str) -> str:
            def number(found: re.Match[str]) -> str:
                amount = known.get(found.group(1))
                if amount is None:
                    raise NotDrawable(f"{words.id}: {found.group(0)} is not drawn")
                return format_quantity(amount.value, unit_words[amount.unit], language)

            return _NAME.sub(number, unit[language])

        ko, en, vi = (line(language) for language in LANGUAGES)
        return replace(unit, ko=ko, en=en, vi=vi)

    options = []
    for option in words.options:
        own = {"value": Amount(values[option.id], story.unit)}
        options.append(
            replace(
                option,
                text=filled(option.text, own),
                why=tuple(filled(unit, own) for unit in option.why),
            )
        )
    return replace(
        words,
        id=f"{words.id}~{seed}",
        seed=seed,
        stem=tuple(filled(unit, {}) for unit in words.stem),
        options=tuple(options),
    )


def drawn_question(course: Course, id: str) -> Question | None:
    """The question of an id such as 'sqs/extended-visibility~17'; None if there is none."""
    found = _ID.fullmatch(id)
    if not found or int(found.group(2)) not in SEEDS or str(int(found.group(2))) != found.group(2):
        return None
    words, family = course.drawn.get(found.group(1)), FAMILIES.get(found.group(1))
    if words is None or family is None:
        return None
    return draw(words, family, int(found.group(2)), course.unit_words)


def drawn_questions(course: Course, seed: int) -> Iterator[Question]:
    """One question of every family."""
    for name, words in course.drawn.items():
        yield draw(words, FAMILIES[name], seed, course.unit_words)
