"""The ledger of facts, the glossary, and how a loaded course finds its things."""

import datetime as dt
from pathlib import Path

import pytest

from studyapp.course.library import Course, load
from studyapp.course.rules.coverage import taught_points, untaught_points
from tests.support.content import (
    DRAWING,
    FACTS,
    LESSON,
    TERMS,
    add,
    small_course,
    swap,
    write_course,
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return small_course(tmp_path_factory.mktemp("content"))


@pytest.mark.parametrize(
    ("language", "quantity"), [("en", "12 hours"), ("ko", "12시간"), ("vi", "12 giờ")]
)
def test_a_fact_is_a_number_with_its_unit(course: Course, language: str, quantity: str):
    assert course.facts["sqs.lease-max"].quantity(language) == quantity


def test_a_fact_without_a_number_is_a_rule(course: Course):
    assert course.facts["sqs.size-max"].quantity("en") == ""


def test_a_fact_is_named_by_its_file_and_heading(course: Course):
    fact = course.facts["sqs.lease-max"]
    assert (fact.service, fact.name) == ("sqs", "lease-max")


def test_a_fact_keeps_what_the_exam_expects_beside_today(course: Course):
    fact = course.facts["sqs.size-max"]
    assert (fact.today.en, fact.exam and fact.exam.en, fact.notes) == (
        "A message holds at most 1 MiB.",
        "The exam expects 256 KiB.",
        None,
    )


def test_a_fact_keeps_what_the_notes_say(tmp_path: Path):
    write_course(tmp_path)
    add(FACTS, "\n### notes\nko: 노트는 256 KB.\nen: The notes say 256 KB.\nvi: Vở ghi 256 KB.\n")(
        tmp_path
    )
    notes = load(tmp_path).facts["sqs.size-max"].notes
    assert notes is not None
    assert notes.en == "The notes say 256 KB."


def test_a_fact_names_its_sources_and_the_day_they_were_read(course: Course):
    fact = course.facts["sqs.lease-max"]
    assert (fact.pages, fact.read) == (
        ("https://docs.aws.amazon.com/sqs/lease",),
        dt.date(2026, 11, 1),
    )


def test_the_facts_of_a_service_have_a_title(course: Course):
    assert course.fact_titles["sqs"].vi == "Amazon SQS"


def test_a_lesson_knows_the_facts_of_its_sentences_and_boxes(course: Course):
    facts = course.facts_taught_in(course.lessons["sqs/lending"])
    assert [fact.id for fact in facts] == ["sqs.lease-max", "sqs.size-max"]


def test_a_fact_that_stands_only_in_code_is_not_taught(tmp_path: Path):
    write_course(tmp_path)
    for _ in range(3):
        swap(LESSON, " {sqs.lease-max}", " `{sqs.lease-max}`")(tmp_path)
    lesson = load(tmp_path).lessons["sqs/lending"]
    assert lesson.fact_ids() == ("sqs.size-max",)


def test_a_term_has_one_name_in_each_language(course: Course):
    name = course.terms["visibility-timeout"].name
    assert (name.ko, name.en, name.vi) == ("가시성 제한 시간", "visibility timeout", "thời gian ẩn")


def test_a_term_says_what_it_means_and_how_it_sounds(course: Course):
    term = course.terms["visibility-timeout"]
    assert (term.meaning[0].en, term.ipa) == (
        "The time in which a received message stays hidden.",
        "ˌvɪzəˈbɪləti ˈtaɪmaʊt",
    )


def test_a_term_names_where_it_is_met_first(course: Course):
    assert course.terms["visibility-timeout"].taught == "sqs/lending#hidden"


def test_a_term_may_have_other_names_and_wrong_ones(course: Course):
    term = course.terms["visibility-timeout"]
    assert (term.also.ko, term.also.vi, term.never.ko) == (["표시 제한 시간"], [], ["가시 시간"])


def test_the_terms_of_a_service_are_those_of_its_file(course: Course):
    assert [term.id for term in course.terms_of("sqs")] == ["visibility-timeout"]


def test_a_broken_term_leaves_the_others_alone(tmp_path: Path):
    write_course(tmp_path)
    add(TERMS, "\n## term: broken\nko: 글\nen: text\nvi: chữ\n")(tmp_path)
    assert list(load(tmp_path).terms) == ["visibility-timeout"]


def test_a_point_knows_the_blocks_that_teach_it(course: Course):
    assert taught_points(course) == {"SQS-01": ["sqs/lending#hidden", "sqs/lending#gone-at-once"]}


def test_a_point_that_the_notes_leave_out_need_not_be_taught(course: Course):
    assert untaught_points(course) == []


def test_a_point_of_the_notes_has_to_be_taught(tmp_path: Path):
    swap("points.toml", "in_notes = false", "in_notes = true")(write_course(tmp_path))
    assert untaught_points(load(tmp_path)) == ["SQS-02"]


# The whole course.


@pytest.fixture
def two_lessons(tmp_path: Path) -> Course:
    """A second lesson, listed before the first; its file comes after in the alphabet."""
    write_course(tmp_path)
    text = (tmp_path / LESSON).read_text(encoding="utf-8")
    (tmp_path / "lessons/sqs/zoom.md").write_text(text, encoding="utf-8")
    swap("course.toml", '["lending"]', '["zoom", "lending"]')(tmp_path)
    return load(tmp_path)


def test_lessons_come_in_the_order_of_the_course(two_lessons: Course):
    assert list(two_lessons.lessons) == ["sqs/zoom", "sqs/lending"]


def test_a_lesson_has_neighbours(two_lessons: Course):
    first, second = two_lessons.lessons.values()
    assert (two_lessons.neighbours(first), two_lessons.neighbours(second)) == (
        (None, second),
        (first, None),
    )


def test_a_service_is_found_by_its_id(course: Course):
    service = course.service("sqs")
    assert service is not None
    assert service.title.ko == "Amazon SQS"


def test_there_is_no_service_of_another_name(course: Course):
    assert course.service("sns") is None


def test_a_lesson_finds_its_drawing(course: Course):
    figure = course.figure(course.lessons["sqs/lending"], "lending.svg")
    assert figure is not None
    assert figure.labels == ("queue",)


def test_a_lesson_has_sections(course: Course):
    sections = course.lessons["sqs/lending"].sections
    assert [section.id for section in sections] == ["borrowed", "at-the-library"]


def test_a_short_lesson_takes_a_few_minutes(course: Course):
    assert 4 <= course.lessons["sqs/lending"].minutes <= 8


def test_code_is_not_counted_as_words(tmp_path: Path):
    before = small_course(tmp_path).lessons["sqs/lending"].word_count("en")
    swap(LESSON, "aws sqs list-queues", "aws sqs list-queues --max-results 5")(tmp_path)
    assert load(tmp_path).lessons["sqs/lending"].word_count("en") == before


def test_the_same_content_has_the_same_version(tmp_path: Path):
    versions = {small_course(tmp_path / name).version for name in ("a", "b")}
    assert len(versions) == 1


@pytest.mark.parametrize("file", [LESSON, FACTS, TERMS, "units.toml", "lessons/sqs/lending.svg"])
def test_any_change_of_the_content_is_another_version(file: str, tmp_path: Path):
    before = small_course(tmp_path).version
    add(file, "\n")(tmp_path)
    assert load(tmp_path).version != before


def test_a_renamed_file_is_another_version(tmp_path: Path):
    before = small_course(tmp_path).version
    (tmp_path / DRAWING).rename(tmp_path / DRAWING.replace("lending", "lender"))
    assert load(tmp_path).version != before


def test_letters_in_parts_are_put_together(tmp_path: Path):
    swap(LESSON, "vi: Cho mượn", "vi: Cho mu\u031bo\u031b\u0323n")(write_course(tmp_path))
    assert load(tmp_path).lessons["sqs/lending"].title.vi.startswith("Cho mượn")


def test_windows_line_ends_are_read(tmp_path: Path):
    write_course(tmp_path)
    raw = (tmp_path / LESSON).read_bytes()
    (tmp_path / LESSON).write_bytes(raw.replace(b"\n", b"\r\n"))
    assert load(tmp_path).lessons["sqs/lending"].title.en == "A loan, not a gift"
