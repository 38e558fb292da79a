"""The real content obeys every rule, teaches every point, and shows only examples that AWS would take.

`manage.py check_content` prints the same findings; here they fail the build.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from studyapp.course.labelled import LANGUAGES, Fence
from studyapp.course.lessons import Lesson
from studyapp.course.library import load
from studyapp.course.rules import check_course
from studyapp.course.rules.coverage import untaught_points
from tests.support.aws_examples import faults_of_python, faults_of_shell

COURSE = load(Path(__file__).resolve().parents[2] / "content")
LESSONS = list(COURSE.lessons.values())
CHECKED = ("bash", "python", "json")
OFFICIAL = ("docs.aws.amazon.com", "aws.amazon.com", "activemq.apache.org", "www.rabbitmq.com")


def fences() -> Iterator[tuple[str, Fence]]:
    """Every piece of code in the lessons, with its place."""
    for lesson in LESSONS:
        for block in lesson.blocks:
            for fence in (*block.fences, *(f for part in block.parts for f in part.fences)):
                yield f"{lesson.path}:{fence.line}", fence


def code_in(language: str) -> list[object]:
    return [pytest.param(f.code, id=place) for place, f in fences() if f.language == language]


@pytest.mark.parametrize("severity", ["stop", "merge"])
def test_no_rule_is_broken(severity: str):
    found = [str(problem) for problem in check_course(COURSE) if problem.severity == severity]
    assert not found, f"{len(found)} to mend:\n" + "\n".join(found)


def test_reasons_hold_for_clients_of_every_protocol():
    """Any client may lose its connection; the failover transport is something that JMS clients have."""
    transport = COURSE.terms["failover-transport"].name
    for (kind, id), sentence in COURSE.telling.items():
        if kind != "reason":
            continue
        for language in LANGUAGES:
            text = sentence.text[language]
            if transport[language].lower() in text.lower():
                assert "JMS" in text, f"{id}: {text}"


def test_every_point_of_the_notes_is_taught():
    untaught = [f"{id} ({COURSE.points[id].topic})" for id in untaught_points(COURSE)]
    assert not untaught, f"{len(untaught)} points are taught nowhere: " + ", ".join(untaught)


def test_the_course_has_its_services_and_lessons():
    counts = {service.id: len(service.lessons) for service in COURSE.services}
    assert counts == {
        "basics": 1,
        "sqs": 9,
        "sns": 6,
        "kinesis": 4,
        "firehose": 2,
        "mq": 4,
        "choosing": 2,
        "exam": 2,
    }


def test_the_glossary_has_at_least_a_hundred_terms():
    assert len(COURSE.terms) >= 100


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_leans_on_official_sources(lesson: Lesson):
    hosts = {urlsplit(source).hostname for source in lesson.sources}
    assert hosts
    assert hosts <= set(OFFICIAL)


def test_code_is_in_a_language_that_is_checked():
    odd = {place: f.language for place, f in fences() if f.language not in CHECKED}
    assert odd == {}


@pytest.mark.parametrize("code", code_in("python"))
def test_boto3_would_take_the_example(code: str):
    assert faults_of_python(code) == []


@pytest.mark.parametrize("code", code_in("bash"))
def test_the_cli_would_take_the_command(code: str):
    assert faults_of_shell(code) == []


def test_json_in_a_lesson_is_json():
    broken = [place for place, f in fences() if f.language == "json" and not is_json(f.code)]
    assert broken == []


def is_json(code: str) -> bool:
    try:
        json.loads(code)
    except ValueError:
        return False
    return True
