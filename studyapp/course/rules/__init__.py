"""The rules that content obeys, and the one call that runs them all."""

import datetime as dt

from studyapp.course.library import Course
from studyapp.course.problem import Problem
from studyapp.course.rules import (
    coverage,
    drawings,
    languages,
    links,
    questions,
    questions_bank,
    scenarios,
    structure,
)


def check_course(course: Course, today: dt.date | None = None) -> list[Problem]:
    """Every problem of a loaded course, in the order of files and lines.

    Nothing here reads a clock: who wants to know what is out of date (L19) says which day it is.
    """
    problems = list(course.problems)
    for document in course.documents:
        problems += structure.check_document(document, course)
        for unit in document.all_units():
            problems += languages.check_unit(document.path, unit)
            problems += languages.check_terms(document.path, unit, course)
            problems += links.check_unit(document.path, unit, course)
    for lesson in course.lessons.values():
        problems += structure.check_lesson(lesson)
        problems += languages.check_register(lesson)
        problems += drawings.check_lesson(lesson, course)
    for scenario in course.scenarios.values():
        problems += scenarios.check_scenario(scenario, course)
    for question in course.questions.values():
        problems += questions.check_question(question, course)
    for words in course.drawn.values():
        problems += questions.check_words(words, course)
    problems += questions.check_echoes(course)
    problems += questions.check_likeness(course)
    problems += questions_bank.check_bank(course)
    problems += scenarios.check_telling(course)
    problems += scenarios.check_demos(course)
    problems += links.check_records(course)
    problems += coverage.check_points(course)
    if today:
        problems += structure.check_age(course, today)
    return sorted(set(problems))
