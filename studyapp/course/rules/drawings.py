"""Rules about drawings: allowed shapes, the same labels as their block, words that fit."""

from collections.abc import Iterator

from studyapp.course.figures import label_faults
from studyapp.course.labelled import LANGUAGES
from studyapp.course.lessons import Lesson
from studyapp.course.library import Course
from studyapp.course.problem import Problem


def check_lesson(lesson: Lesson, course: Course) -> Iterator[Problem]:
    for block in lesson.of_kind("figure"):
        file = str(block.properties.get("file"))
        figure = course.figure(lesson, file)
        if figure is None:
            text = f"there is no drawing {file!r} beside the lesson"
            yield Problem(lesson.path, block.line, "F02", text)
            continue
        path = f"lessons/{lesson.service}/{file}"
        for rule, text in figure.faults:
            yield Problem(path, 1, rule, text)
        if figure.root is None:
            continue
        described = {part.id: part.units[0] for part in block.parts_of("label") if part.units}
        for label in figure.labels:
            if label not in described:
                text = f"label {label!r} of {file} has no '### label: {label}'"
                yield Problem(lesson.path, block.line, "F01", text)
        for label in described:
            if label not in figure.labels:
                yield Problem(lesson.path, block.line, "F01", f"label {label!r} is not in {file}")
        for language in LANGUAGES:
            words = {id: unit[language] for id, unit in described.items()}
            for text in label_faults(figure, words):
                yield Problem(lesson.path, block.line, "F03", f"{language}: {text}")
