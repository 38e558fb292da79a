"""The questions of the course as items, made once for the life of the process."""

import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from urllib.parse import quote

from django.utils.html import escape

from studyapp.course.labelled import LANGUAGES, Language, Unit
from studyapp.course.library import Course
from studyapp.course.numbers import format_number
from studyapp.course.questions import Option as CourseOption
from studyapp.course.questions import Question, written
from studyapp.grading.drawn import FAMILIES, SEEDS, drawn_question
from studyapp.grading.evidence import answers_with_runs
from studyapp.pages.course import course
from studyapp.quizzes.items import Item, Kind, Option, Prompt, Words

_KINDS: Mapping[str, Kind] = {"ordering": "order", "matching": "match"}


@cache
def bank() -> Mapping[str, Item]:
    """Every authored question of this process's course by id, in the order of the files."""
    return {id: item_from(question, course()) for id, question in course().questions.items()}


def drawn(seed: str) -> Sequence[Item]:
    """One question of each family whose numbers are drawn; another seed, other numbers."""
    ids = [f"{family}~{random.Random(f'{seed} {family}').choice(SEEDS)}" for family in FAMILIES]
    return [item for id in ids if (item := _drawn(id)) is not None]


@cache
def _drawn(id: str) -> Item | None:
    question = drawn_question(course(), id)
    return item_from(question, course()) if question else None


def item_from(question: Question, course: Course) -> Item:
    """A question with its words made into HTML."""
    objective = course.objectives[question.objective]
    return Item(
        id=question.id,
        kind=_KINDS.get(question.kind, "choice"),
        form=question.kind,
        grade=question.grade,
        service=question.service,
        objective=question.objective,
        family=question.family,
        level=question.level,
        difficulty=question.difficulty,
        domain=objective.domain,
        choose=question.choose,
        stem=tuple(_words([unit], course) for unit in question.stem)
        + ((_words([question.task.text], course),) if question.task else ()),
        options=tuple(_options(question, course)),
        prompts=tuple(
            Prompt(each.id, _words([each.text], course), _words(each.why, course), each.answer)
            for each in question.prompts
        ),
        typed=None if question.typed is None else float(question.typed),
        rests_on=question.rests_on,
        run=_watched(question, question.key[0]) if question.kind == "predict" else "",
        is_checked_by_simulator=question.checked_by_simulator,
        shuffles=question.task is None,
        sources=question.sources,
        checked=question.checked.isoformat(),
        version=question.version,
        knob=_knob(question, course),
        pair=question.pair,
    )


def _options(question: Question, course: Course) -> Iterable[Option]:
    """What can be chosen: options, steps in their right order, choices of pairs, values of a knob."""
    for option in question.options:
        # All outcomes of a prediction are told of one run, which is the question's own.
        run = "" if question.kind == "predict" else _watched(question, option.id)
        yield _option(option, course, run)
    for step in question.steps:
        yield Option(step.id, _words([step.text], course), why=_words(step.why, course))
    for choice in question.choices:
        yield Option(choice.id, _words([choice.text], course))
    if task := question.task:
        ways = [(value, True) for value in task.passes] + [(value, False) for value in task.fails]
        for value, passes in sorted(ways, key=lambda way: _by_size(way[0])):
            yield Option(
                written(value),
                {language: _said(value, language) for language in LANGUAGES},
                passes,
                _words(task.why_passes if passes else task.why_fails, course),
                run=_watched(question, written(value)),
            )


def _option(option: CourseOption, course: Course, run: str) -> Option:
    belief = course.misconceptions.get(option.misconception)
    return Option(
        option.id,
        _words([option.text], course),
        option.correct,
        _words(option.why, course),
        _words([belief.belief], course) if belief else {},
        run,
    )


def _watched(question: Question, answer: str) -> str:
    """Where the simulator shows what an answer does; '' for one that has no run."""
    if answer not in answers_with_runs(question):
        return ""
    return f"answers/{question.id}/{quote(answer, safe='')}/"


def _knob(question: Question, course: Course) -> Words:
    """What the knob of a task is called."""
    if question.task is None or question.play is None:
        return {}
    file = course.scenarios.get(question.play.scenario)
    label = file.knobs.get(question.task.knob) if file else None
    return _words([label], course) if label else {}


def _said(value: object, language: Language) -> str:
    """A knob's value: a number as people write it, anything else as code."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value, language)
    return f'<code translate="no">{escape(written(value))}</code>'


def _by_size(value: object) -> tuple[bool, float, str]:
    is_number = isinstance(value, int | float)
    return (not is_number, float(value) if isinstance(value, int | float) else 0.0, str(value))


def _words(units: Iterable[Unit], course: Course) -> Words:
    """Sentences one after the other, as safe HTML in every language."""
    held = list(units)
    return {
        language: " ".join(course.inline[language].html(unit[language]) for unit in held)
        for language in LANGUAGES
    }
