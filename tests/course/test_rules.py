"""Each rule finds its fault, at its place, and finds nothing where nothing is wrong.

A case plants one fault in the small valid course of `tests/support/content.py`. The expected line is
given by what stands on it.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest

from studyapp.course.labelled import parse
from studyapp.course.library import load, strict
from studyapp.course.problem import RULES, Problem, UnreadableContent
from studyapp.course.staleness import stale_translations
from tests.support.content import (
    DRAWING,
    FACTS,
    LESSON,
    SERVICES,
    TERMS,
    TODAY,
    Plant,
    add,
    checked,
    line_of,
    remove,
    swap,
    swap_all,
    write_course,
)

HIDDEN_KO = "ko: 가장 긴 시간은 {sqs.lease-max}입니다."
DAYS_KO = "ko: `DeleteMessage`를 보내야 메시지가 지워지고, 기한은 14일입니다."
DAYS_EN = "en: `DeleteMessage` deletes the message, and the limit is 14 days."
DAYS_VI = "vi: `DeleteMessage` mới xóa thông điệp, và hạn là 14 ngày."
LONG_EN = "en: A reader who borrows a book keeps it at home for a fixed time and reads it slowly."
LONG_VI = "vi: Người mượn sách giữ cuốn sách ở nhà trong một thời gian cố định và đọc thong thả."
LONG_KO = "ko: 책을 빌린 사람은 정해진 시간 동안 그 책을 집에 두고 천천히 읽습니다."


@dataclass(frozen=True)
class Case:
    """A fault, and the place where its rule is to find it: in `file`, on the line that holds `at`."""

    rule: str
    name: str
    plant: Plant
    file: str
    at: str = ""  # the first line of the file


def in_lesson(rule: str, name: str, old: str, new: str, at: str) -> Case:
    return Case(rule, name, swap(LESSON, old, new), LESSON, at)


def in_drawing(rule: str, name: str, old: str, new: str) -> Case:
    return Case(rule, name, swap(DRAWING, old, new), DRAWING)


CASES = [
    # L01: three labelled lines
    in_lesson("L01", "the English line is missing", DAYS_EN + "\n", "", DAYS_VI),
    in_lesson("L01", "a line is empty", DAYS_VI, "vi:", "vi:\n".strip()),
    in_lesson("L01", "words without a label", "## note: beside", "loose\n\n## note: beside", "loose"),
    Case("L01", "in a fact", swap(FACTS, "en: The exam", "The exam"), FACTS, "The exam"),
    # L02: ids
    in_lesson("L02", "an id with capitals", "## hidden", "## Hidden-Id", "## Hidden-Id"),
    in_lesson("L02", "an id twice", "## code: in-code", "## code: by-hand", "## code: by-hand"),
    in_lesson("L02", "a retired id", "## note: beside", "## note: old-name", "## note: old-name"),
    in_lesson("L02", "a part twice", "## list: three", "### label: queue\nko: 큐\nen: queue\nvi: hàng\n\n## list: three", "vi: hàng\n".strip()),
    in_lesson("L02", "the title twice", "# summary\n", "# title\nko: 둘째 제목\nen: second\nvi: hai\n\n# summary\n", "ko: 둘째 제목"),
    Case("L02", "a term in two files", add("glossary/sns.md", "## term: visibility-timeout\nipa = \"x\"\ntaught = \"sqs/lending\"\n\nko: 가시성 제한 시간\nen: visibility timeout\nvi: thời gian ẩn\n\n### meaning\nko: 시간입니다.\nen: A time.\nvi: Thời gian.\n"), TERMS, "## term"),
    # L03: kinds, parts, properties, front matter
    in_lesson("L03", "an unknown kind", "## note: beside", "## hint: beside", "## hint: beside"),
    in_lesson("L03", "an unknown part", "### intro", "### outro", "### outro"),
    in_lesson("L03", "an unknown property", "scenario =", "scene =", "## demo"),
    in_lesson("L03", "an unknown part of the file", "# summary", "# note\nko: 글\nen: text\nvi: chữ\n\n# summary", "# note"),
    in_lesson("L03", "a source without https", "https://docs", "http://docs", "+++"),
    in_lesson("L03", "no sources", 'sources = ["https://docs.aws.amazon.com/sqs/visibility"]', "sources = []", "+++"),
    in_lesson("L03", "a date that is none", "checked = 2026-11-01", 'checked = "November"', "checked"),
]
