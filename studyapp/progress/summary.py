"""Counts and the place to go on from, computed from the rows each time."""

from dataclasses import dataclass
from datetime import datetime

from studyapp.course.lessons import Lesson
from studyapp.course.library import Course, Service
from studyapp.progress.models import Learner


@dataclass(frozen=True, slots=True)
class Place:
    """Where a learner was last."""

    lesson: Lesson
    unit: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceCount:
    service: Service
    finished: int
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a learner has read. Lessons that left the course do not count."""

    finished: frozenset[str]
    started: frozenset[str]
    last: Place | None
    services: tuple[ServiceCount, ...]
    total: int

    @property
    def is_empty(self) -> bool:
        return not self.started


def summary_of(course: Course, learner: Learner | None) -> Summary:
    """The summary of a learner; an empty one for a visitor who is not known."""
    marks = [m for m in learner.marks.all() if m.lesson in course.lessons] if learner else []
    finished = frozenset(mark.lesson for mark in marks if mark.finished_at)
    open_marks = [mark for mark in marks if not mark.finished_at]
    last = None
    if open_marks:
        mark = max(open_marks, key=lambda mark: mark.changed_at)
        last = Place(course.lessons[mark.lesson], mark.unit, mark.changed_at)
    elif marks:
        mark = max(marks, key=lambda mark: mark.changed_at)
        _, after = course.neighbours(course.lessons[mark.lesson])
        if after and after.id not in finished:
            last = Place(after, "", mark.changed_at)
    services = tuple(
        ServiceCount(s, sum(1 for lesson in s.lessons if lesson.id in finished), len(s.lessons))
        for s in course.services
    )
    return Summary(
        finished, frozenset(m.lesson for m in marks), last, services, len(course.lessons)
    )
