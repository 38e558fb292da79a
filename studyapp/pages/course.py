"""The loaded course, kept for the life of the process."""

from functools import cache

from django.conf import settings

from studyapp.course.library import Course, load, strict
from studyapp.course.rules import check_course


@cache
def course() -> Course:
    """The course of this process. Raises UnreadableContent when a file cannot be shown."""
    loaded = load(settings.CONTENT_DIR)
    return strict(loaded, list(loaded.problems))


def course_problems() -> list[str]:
    """Every finding of every rule, one line each; for commands and checks."""
    return [str(problem) for problem in check_course(load(settings.CONTENT_DIR))]
