"""The loaded course, kept for the life of the process."""

from functools import cache

from django.conf import settings

from studyapp.course.library import Course, load, strict


@cache
def course() -> Course:
    """The course of this process. Raises UnreadableContent when a file cannot be shown."""
    loaded = load(settings.CONTENT_DIR)
    return strict(loaded, list(loaded.problems))
