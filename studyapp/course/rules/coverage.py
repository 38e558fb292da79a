"""Rules about the points of the notes: each is taught, and each stands in the ledger."""

from collections.abc import Iterator

from studyapp.course.library import Course
from studyapp.course.problem import Problem


def taught_points(course: Course) -> dict[str, list[str]]:
    """For each note point the addresses of the blocks that teach it: 'sqs/visibility-timeout#x'."""
    found: dict[str, list[str]] = {}
    for lesson in course.lessons.values():
        for point, block in lesson.points():
            found.setdefault(point, []).append(f"{lesson.id}#{block}")
    return found


def untaught_points(course: Course) -> list[str]:
    """Points of the notes that no block teaches."""
    taught = taught_points(course)
    return [id for id, point in course.points.items() if point.in_notes and id not in taught]


def check_points(course: Course) -> Iterator[Problem]:
    in_ledger = {point for fact in course.facts.values() for point in fact.points}
    for id in untaught_points(course):
        yield Problem(
            "points.toml", 1, "P01", f"{id} ({course.points[id].topic}) is taught nowhere"
        )
    for id, point in course.points.items():
        if point.in_notes and id not in in_ledger:
            yield Problem("points.toml", 1, "P01", f"{id} ({point.topic}) is in no fact")
    for lesson in course.lessons.values():
        for block in lesson.blocks:
            for point_id in block.properties.get("points", ()):
                if point_id not in course.points:
                    text = f"there is no point {point_id!r}"
                    yield Problem(lesson.path, block.line, "P02", text)
    for fact in course.facts.values():
        for point_id in fact.points:
            if point_id not in course.points:
                yield Problem(fact.path, fact.line, "P02", f"there is no point {point_id!r}")
