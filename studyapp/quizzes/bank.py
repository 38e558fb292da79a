"""The questions of the course as items, made once for the life of the process."""

import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from urllib.parse import urlencode

from studyapp.course.labelled import LANGUAGES, Unit
from studyapp.course.library import Course
from studyapp.course.questions import Option as CourseOption
from studyapp.course.questions import Play, Question, written
from studyapp.grading.drawn import FAMILIES, SEEDS, drawn_question
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
        run=run_address(question.play),
        is_checked_by_simulator=question.checked_by_simulator,
        shuffles=question.task is None,
        sources=question.sources,
        checked=question.checked.isoformat(),
        version=question.version,
    )


def _options(question: Question, course: Course) -> Iterable[Option]:
    """What can be chosen: options, steps in their right order, choices of pairs, values of a knob."""
    for option in question.options:
        # All outcomes of a prediction are told of one run, which is the question's own.
        yield _option(option, course, has_run=question.kind != "predict")
    for step in question.steps:
        yield Option(step.id, _words([step.text], course), why=_words(step.why, course))
    for choice in question.choices:
        yield Option(choice.id, _words([choice.text], course))
    if task := question.task:
        ways = [(value, True) for value in task.passes] + [(value, False) for value in task.fails]
        for value, passes in sorted(ways, key=lambda way: _by_size(way[0])):
            play = question.play
            assert play is not None
            yield Option(
                written(value),
                {language: written(value) for language in LANGUAGES},
                passes,
                _words(task.why_passes if passes else task.why_fails, course),
                run=run_address(Play(play.scenario, {**play.knobs, task.knob: value})),
            )


def _option(option: CourseOption, course: Course, has_run: bool) -> Option:
    belief = course.misconceptions.get(option.misconception)
    return Option(
        option.id,
        _words([option.text], course),
        option.correct,
        _words(option.why, course),
        _words([belief.belief], course) if belief else {},
        run_address(option.claim.play) if option.claim and has_run else "",
    )


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


def run_address(play: Play | None) -> str:
    """Where the lab shows a run: 'sqs/crash-before-delete/?k.timeout=15'. '' for one it cannot show.

    The lab's addresses know knobs only; a run with actions of somebody has none.
    """
    if play is None or play.actions:
        return ""
    query = urlencode([(f"k.{name}", written(value)) for name, value in play.knobs.items()])
    return f"{play.scenario}/?{query}" if query else f"{play.scenario}/"
