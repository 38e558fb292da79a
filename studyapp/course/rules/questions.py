"""Rules about single questions that need no simulator: names, and how the words are put."""

from collections.abc import Iterator

from studyapp.course.library import Course
from studyapp.course.problem import Problem
from studyapp.course.questions import Question
from studyapp.course.rules.links import fault_of_target

# Kinds whose wrong options are built on a wrong belief. In a "spot the mistake" the key is.
_WRONG_BELIEVES = frozenset({"single", "multiple", "predict"})


def check_question(question: Question, course: Course) -> Iterator[Problem]:
    """Q02 for one question."""

    def says(text: str, line: int = 1) -> Problem:
        return Problem(question.path, line, "Q02", text)

    if question.objective not in course.objectives:
        yield says(f"objective {question.objective!r} is not in content/objectives/")
    for fact in question.facts:
        if fact not in course.facts:
            yield says(f"fact {fact!r} is not in content/facts/")
    if fault := fault_of_target(f"lesson:{question.rests_on}", course):
        yield says(f"rests_on: {fault}")
    for option in question.options:
        built_on_belief = option.correct == (question.kind == "mistake")
        if option.misconception and option.misconception not in course.misconceptions:
            text = f"misconception {option.misconception!r} is not in content/misconceptions/"
            yield says(text, option.line)
        elif built_on_belief and not option.misconception:
            wanted = "the mistake" if question.kind == "mistake" else "a wrong option"
            yield says(f"{wanted} needs misconception = 'service.name'", option.line)
        elif option.misconception and not built_on_belief:
            yield says("only a wrong belief has a misconception; take it off", option.line)
    yield from _pair(question, course)


def _pair(question: Question, course: Course) -> Iterator[Problem]:
    """Two stems that differ in a phrase and therefore in the key; the options are the same."""
    if not question.pair:
        return
    other = course.questions.get(question.pair)

    def says(text: str) -> Problem:
        return Problem(question.path, 1, "Q02", f"pair: {text}")

    if other is None:
        yield says(f"there is no question {question.pair!r}")
        return
    if other.pair != question.id:
        yield says(f"{other.id} needs pair = {question.id!r}")
    texts = [
        {option.id: (option.text.ko, option.text.en, option.text.vi) for option in each.options}
        for each in (question, other)
    ]
    if texts[0] != texts[1]:
        yield says(f"the options of {other.id} have other ids or texts")
    elif question.key == other.key:
        yield says(f"{other.id} has the same key")
