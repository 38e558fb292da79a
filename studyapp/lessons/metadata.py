"""What a lesson says about itself to machines: JSON-LD of schema.org."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from studyapp.course.labelled import Unit
from studyapp.course.lessons import Lesson
from studyapp.course.library import Course
from studyapp.pages.languages import LANGUAGES

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def learning_resource(course: Course, lesson: Lesson, language: str) -> SafeString:
    """A LearningResource, safe inside a script element."""
    service = course.service(lesson.service)
    inline = course.inline[language]
    address = f"{settings.ORIGIN}/{language}/lessons/{lesson.id}/"
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": address,
        "url": address,
        "name": inline.plain(lesson.title[language]),
        "description": inline.plain(lesson.summary[language]),
        "inLanguage": language,
        "learningResourceType": "lesson",
        "educationalLevel": "AWS Certified Solutions Architect - Associate",
        "timeRequired": f"PT{lesson.minutes}M",
        "dateModified": lesson.checked.isoformat(),
        "isAccessibleForFree": True,
        "teaches": [inline.plain(section.units[0][language]) for section in lesson.sections],
        "isPartOf": {
            "@type": "Course",
            "name": inline.plain(service.title[language]) if service else lesson.service,
            "url": f"{settings.ORIGIN}/{language}/lessons/{lesson.service}/",
        },
        "workTranslation": [
            {"@id": f"{settings.ORIGIN}/{code}/lessons/{lesson.id}/"}
            for code in LANGUAGES
            if code != language
        ],
    }
    record["hasPart"] = quiz(course, lesson, language, address)
    return mark_safe(json.dumps(record, ensure_ascii=False).translate(_ESCAPES))


def quiz(course: Course, lesson: Lesson, language: str, address: str) -> dict[str, Any]:
    """The recall prompts of a lesson as a Quiz of flashcards."""
    inline = course.inline[language]

    def words(units: tuple[Unit, ...]) -> str:
        return " ".join(inline.plain(unit[language]) for unit in units)

    return {
        "@type": "Quiz",
        "inLanguage": language,
        "about": inline.plain(lesson.title[language]),
        "hasPart": [
            {
                "@type": "Question",
                "@id": f"{address}#{block.id}",
                "eduQuestionType": "Flashcard",
                "text": words(block.units),
                "acceptedAnswer": {"@type": "Answer", "text": words(answer.units)},
            }
            for block in lesson.of_kind("recall")
            if (answer := block.part("answer"))
        ],
    }
