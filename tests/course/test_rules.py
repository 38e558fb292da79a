"""Each rule finds its fault, at its place, and nothing is found where nothing is wrong.

A case plants one fault in the small valid course of `tests/support/content.py`. The expected line is
given by the words that stand on it.
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
    ORDER,
    PARAGRAPHS,
    SCENARIO,
    TELLING,
    TERMS,
    TODAY,
    Plant,
    add,
    add_bytes,
    checked,
    line_of,
    remove,
    swap,
    together,
    write_course,
)

TITLE_ABOVE = "# {}\nko: 둘째\nen: second\nvi: hai\n\n# summary"
SECOND_ROW = """\
### row: standard
ko: 표준
en: standard
vi: tiêu chuẩn

ko: 대체로
en: mostly
vi: đa phần

## code: in-code"""
UNITS = "ko: 둘\nen: two\nvi: hai\n\n"
FIRST_SECTION = """\
## section: borrowed
ko: 메시지는 빌려 가는 것입니다
en: A message is borrowed
vi: Thông điệp chỉ được mượn
"""
WHO_DELETES = """\
## recall: who-deletes
ko: 누가 지웁니까?
en: Who deletes it?
vi: Ai xóa?

### answer
ko: 소비자가 지웁니다.
en: The consumer does.
vi: Bên nhận xóa.
"""
MORE_RECALLS = "\n".join(WHO_DELETES.replace("who-deletes", f"who-{n}") for n in range(4))
FIGURE = """\
## figure: lending-desk
file = "lending.svg"

ko: 메시지가 큐에서 나와 소비자에게 갑니다.
en: A message leaves the queue and goes to a consumer.
vi: Thông điệp rời hàng đợi và đến bên nhận.

### label: queue
ko: 큐
en: queue
vi: hàng đợi
"""
DEMO = '## demo: crash\nscenario = "sqs/crash-before-delete"'
DRAWN_TEXT = '<text class="label" data-label="odd" x="10" y="20"/>'
ITS_ANSWER = WHO_DELETES.partition("### answer")[2]
TERM = """\
## term: visibility-timeout
ipa = "x"
taught = "sqs/lending#hidden"

ko: 가시성 제한 시간
en: visibility timeout
vi: thời gian ẩn

### meaning
ko: 시간입니다.
en: A time.
vi: Thời gian.
"""
LONELY = "lessons/sqs/lonely.md"
LONELY_LESSON = """\
+++
checked = 2026-11-01
sources = ["https://docs.aws.amazon.com/sqs/lonely"]
+++

# title
ko: 홀로
en: alone
vi: lẻ loi

# summary
ko: 홀로 있습니다.
en: It stands alone.
vi: Nó đứng lẻ loi.
"""
LIST_OF_POINTS = "points.toml"
ONE_POINT_MORE = ('["SQS-01"]', '["SQS-01", "SQS-03"]')
NEW_POINT = '\n[SQS-03]\ntopic = "new"\nverdict = "right"\nin_notes = true\n'

DAYS_KO = "ko: `DeleteMessage`를 보내야 메시지가 지워지고, 기한은 14일입니다."
DAYS_EN = "en: `DeleteMessage` deletes the message, and the limit is 14 days."
DAYS_VI = "vi: `DeleteMessage` mới xóa thông điệp, và hạn là 14 ngày."
CRASH_KO = "ko: 메시지가 다시 나타납니다."
CRASH_EN = "en: The message appears again."
CRASH_VI = "vi: Thông điệp xuất hiện lại."
LONG_KO = "책을 빌린 사람은 정해진 시간 동안 그 책을 집에 두고 천천히 읽습니다."
LONG_EN = "A reader who borrows a book keeps it at home for a fixed time and reads it slowly."
LONG_VI = "Người mượn sách giữ cuốn sách ở nhà trong một thời gian cố định và đọc thong thả."


@dataclass(frozen=True)
class Case:
    """A fault, and where its rule is to find it: in `file`, on the first line that holds `at`.

    Without `at` that is the first line of the file; with `again` it is the last line that holds it.
    """

    rule: str
    name: str
    plant: Plant
    file: str
    at: str = ""
    again: bool = False

    def __str__(self) -> str:
        return f"{self.rule} {self.name}"


def lesson(rule: str, name: str, old: str, new: str, at: str = "", again: bool = False) -> Case:
    return Case(rule, name, swap(LESSON, old, new), LESSON, at, again)


def everywhere(rule: str, name: str, old: str, new: str, at: str) -> Case:
    """The same change in all three lines of a unit."""
    return Case(rule, name, together(*[swap(LESSON, old, new)] * 3), LESSON, at)


def other(
    file: str, rule: str, name: str, old: str, new: str, at: str = "", again: bool = False
) -> Case:
    return Case(rule, name, swap(file, old, new), file, at, again)


def a_lesson_of(paragraphs: int) -> Plant:
    def plant(folder: Path) -> None:
        write_course(folder, paragraphs)

    return plant


THREE_LABELLED_LINES = [
    lesson("L01", "the English line is missing", DAYS_EN + "\n", "", DAYS_VI),
    lesson("L01", "a line is empty", CRASH_VI, "vi:", "vi:\n"),
    lesson("L01", "words without a label", "## note:", "loose\n\n## note:", "loose"),
    lesson("L01", "two blocks without a gap", CRASH_VI + "\n", CRASH_VI, "## section: at"),
    other(
        FACTS, "L01", "a line of a fact is missing", "en: The exam expects 256 KiB.\n", "", "vi: Đề"
    ),
]

IDS = [
    lesson("L02", "an id with capitals", "## note: beside", "## note: Beside", "## note: Beside"),
    lesson("L02", "an id twice", "## code: in-code", "## code: by-hand", "## code: by-hand"),
    lesson("L02", "a retired id", "## note: beside", "## note: old-name", "## note: old-name"),
    lesson("L02", "a row twice", "## code: in-code", SECOND_ROW, "### row: standard", again=True),
    lesson("L02", "a title twice", "# summary", TITLE_ABOVE.format("title"), "# title", again=True),
    Case("L02", "a term in two files", add("glossary/sns.md", TERM), TERMS, "## term:"),
]

SHAPES = [
    lesson("L03", "an unknown kind", "## note:", "## hint:", "## hint:"),
    lesson("L03", "an unknown part", "### intro", "### outro", "### outro"),
    lesson("L03", "an unknown property", "scenario = ", "scene = ", "## demo"),
    lesson(
        "L03", "a property of the wrong type", 'points = ["SQS-01"]', "points = [1]", "## hidden"
    ),
    lesson("L03", "an unknown head", "# summary", TITLE_ABOVE.format("note"), "# note"),
    lesson("L03", "an empty part", "### row:", "### row: none\n\n### row:", "### row: none"),
    lesson("L03", "a short row", "ko: 대체로\nen: mostly\nvi: đa phần\n\n", "", "### row"),
    lesson("L03", "a table without rows", "### row: standard\n", "", "## table"),
    lesson("L03", "a question without an answer", "### answer" + ITS_ANSWER, "", "## recall: who"),
    lesson(
        "L03", "a code block without code", "```bash\naws sqs list-queues\n```\n", "", "## code"
    ),
    lesson("L03", "code elsewhere", "## exam-tip", "```bash\nls\n```\n\n## exam-tip", "## note"),
    lesson("L03", "code that is not closed", "list-queues\n```\n", "list-queues\n", "```bash"),
    lesson("L03", "two titles of a section", "## hidden\n", UNITS + "## hidden\n", "## section: b"),
    lesson("L03", "no section at the beginning", FIRST_SECTION, ""),
    lesson("L03", "no sources", '["https://docs.aws.amazon.com/sqs/visibility"]', "[]"),
    lesson("L03", "a source without https", "https://docs", "http://docs"),
    lesson("L03", "an address with a space", 'sqs/visibility"', 'sqs visibility"'),
    lesson("L03", "a date that is none", "checked = 2026-11-01", 'checked = "soon"'),
    lesson(
        "L03", "front matter that is no TOML", "checked = 2026-11-01", "checked = soon", "checked"
    ),
    other(
        FACTS, "L03", "a page without https", "https://docs", "http://docs", "## fact: lease-max"
    ),
    other(FACTS, "L03", "an unknown verdict", '"right"', '"perhaps"', "## fact: lease-max"),
    other(FACTS, "L03", "a value without a unit", 'unit = "hour"\n', "", "## fact: lease-max"),
    other(FACTS, "L03", "a unit that is nowhere", '"hour"', '"eon"', "## fact: lease-max"),
    other(FACTS, "L03", "an unknown part of a fact", "### exam", "### exma", "### exma"),
    other(FACTS, "L03", "facts without a title", "# title", "# heading"),
    other(FACTS, "L03", "a stranger among the facts", "## fact: size", "## size", "## size-max"),
    other(TERMS, "L03", "a term without a meaning", "### meaning", "### sense", "## term"),
    other(
        TERMS,
        "L03",
        "an unknown part of a term",
        "### meaning",
        f"### more\n{UNITS}### meaning",
        "### more",
    ),
    Case("L03", "a stranger among the terms", add(TERMS, f"\n## odd\n{UNITS}"), TERMS, "## odd"),
    Case("L03", "an unlisted lesson", add(LONELY, LONELY_LESSON), LONELY),
    other(ORDER, "L03", "a listed lesson that is nowhere", '"lending"', '"lending", "gone"'),
    Case(
        "L03",
        "a service without a name",
        add(ORDER, '[[service]]\nid = "mq"\nlessons = []\n'),
        ORDER,
    ),
    Case("L03", "an unknown word in the order", add(ORDER, "\nlesson = []\n"), ORDER),
    other(ORDER, "L03", "an order that is no TOML", "[[service]]", "[[service"),
    other(ORDER, "L03", "an order without services", "[[service]]", "[service]"),
    Case("L03", "a missing file", remove("retired.toml"), "retired.toml"),
    other("points.toml", "L03", "a point without a topic", 'topic = "the timeout"\n', ""),
    other("points.toml", "L03", "a point that is no table", "[SQS-01]", "odd = 1\n[SQS-01]"),
    other("units.toml", "L03", "a unit without Korean", 'ko = "{n}시간"\n', ""),
    other("units.toml", "L03", "a unit without its plural", '"{n} hour", ', ""),
    other("units.toml", "L03", "a unit that is no table", "[count]", "odd = 1\n[count]"),
]

EUC_KR = "\n## odd\nko: 메시지\n".encode("euc-kr")
CHARACTERS = [
    Case("L04", "a file that is not UTF-8", add_bytes(LESSON, EUC_KR), LESSON, "ko: \ufffd"),
    lesson("L04", "letters in parts", "Thứ tự như", "Thu\u031b\u0301 tự như", "u\u031b\u0301"),
    lesson("L04", "a zero-width space", "The order is", "The \u200border is", "\u200b"),
    lesson("L04", "a no-break space", "The order is", "The\u00a0order is", "\u00a0"),
    lesson("L04", "a replacement character", "The order is", "The \ufffd is", "\ufffd"),
    lesson("L04", "a wrongly decoded letter", "vi: Thứ tự như", "vi: Ä‘Ã³ như", "Ä‘"),
    lesson("L04", "a wrongly decoded mark", "vi: Thứ tự như", "vi: tháº¿ như", "tháº¿"),
]

NAMES_AND_LINKS = [
    lesson("L05", "code is another one", "`DeleteMessage` mới", "`PurgeQueue` mới", DAYS_KO),
    lesson("L05", "code is missing", "`DeleteMessage` deletes", "One call deletes", DAYS_KO),
    lesson(
        "L06",
        "a name is missing",
        "dài nhất là {sqs.lease-max}",
        "dài nhất là số ấy",
        "ko: 가장 긴",
    ),
    everywhere("L06", "a fact that is nowhere", "{sqs.lease-max}", "{sqs.gone}", "ko: 가장 긴"),
    everywhere(
        "L06", "a fact without a number", "{sqs.lease-max}", "{sqs.size-max}", "ko: 가장 긴"
    ),
    lesson(
        "L06",
        "another link",
        "[phần đầu](lesson:sqs/lending#hidden)",
        "[phần đầu](lesson:sqs/lending)",
        "ko: [처음]",
    ),
    everywhere(
        "L06", "a lesson that is nowhere", "(lesson:sqs/lending#", "(lesson:sqs/gone#", "ko: [처음]"
    ),
    everywhere("L06", "a block that is nowhere", "lending#hidden)", "lending#gone)", "ko: [처음]"),
    everywhere(
        "L06", "a sentence that is nowhere", "lending#hidden)", "lending#hidden.9)", "ko: [처음]"
    ),
    everywhere(
        "L06", "a term that is nowhere", "(term:visibility-timeout)", "(term:gone)", "ko: [가시성"
    ),
    everywhere(
        "L06", "an address without https", "lesson:sqs/lending#", "http://a.example#", "ko: [처음]"
    ),
    everywhere(
        "L06", "an address that is a script", "lesson:sqs/lending#", "javascript:x#", "ko: [처음]"
    ),
    other(TERMS, "L06", "taught nowhere", "sqs/lending#hidden", "sqs/lending#gone", "## term"),
    lesson("L06", "a box whose fact has one answer", '"sqs.size-max"', '"sqs.lease-max"', "## two"),
    lesson("L06", "a box whose fact is nowhere", '"sqs.size-max"', '"sqs.gone"', "## two"),
]

LANGUAGES = [
    lesson("L07", "another number", "14 ngày", "15 ngày", DAYS_KO),
    lesson("L07", "a number too many", "숫자를 외우십시오", "숫자 2를 외우십시오", "ko: 숫자 2"),
    other(
        FACTS, "L07", "another number in a fact", "at most 12", "at most 2", "ko: 메시지는 최대 12"
    ),
    lesson("L08", "Korean without Hangul", "ko: 받기\n", "ko: get\n", "ko: get"),
    lesson("L08", "Hangul in the English", "en: receive\n", "en: 받기\n", "en: 받기"),
    lesson("L08", "Hangul in the Vietnamese", "vi: nhận\n", "vi: 받기\n", "vi: 받기"),
    lesson("L08", "Vietnamese in the English", "en: receive\n", "en: nhận\n", "en: nhận"),
    lesson("L08", "Vietnamese in the Korean", "ko: 받기\n", "ko: 받기 nhận\n", "ko: 받기 nhận"),
    lesson("L08", "Chinese characters", "ko: 받기\n", "ko: 받기(受信)\n", "受信"),
    lesson(
        "L10", "a form that is not ours", "[가시성 제한 시간]", "[가시 시간]", "ko: [가시 시간]"
    ),
    lesson("L10", "another word for a term", "[thời gian ẩn]", "[thời gian chờ]", "ko: [가시성"),
    lesson("L11", "a plain ending", CRASH_KO, "ko: 메시지가 다시 나타난다.", "나타난다"),
    lesson("L12", "a short Korean line", LONG_KO, "책을 읽습니다.", "ko: 책을 읽"),
    lesson("L12", "a long Korean line", LONG_KO, f"{LONG_KO} {LONG_KO} {LONG_KO}", LONG_KO),
    lesson("L12", "a short Vietnamese line", LONG_VI, "Người ta đọc.", LONG_KO),
    lesson("L12", "a long Vietnamese line", LONG_VI, f"{LONG_VI} {LONG_VI}", LONG_KO),
    Case(
        "L13",
        "a long English line",
        together(
            *(swap(LESSON, text, f"{text} {text} {text}") for text in (LONG_KO, LONG_EN, LONG_VI))
        ),
        LESSON,
        LONG_EN,
    ),
    lesson("L14", "negated in English", CRASH_EN, "en: The message does not appear.", CRASH_KO),
    lesson("L14", "negated in Korean", CRASH_KO, "ko: 메시지가 나타나지 않습니다.", "않습니다"),
    lesson("L14", "negated in Vietnamese", CRASH_VI, "vi: Thông điệp không xuất hiện.", CRASH_KO),
    lesson(
        "L17",
        "a particle after a name",
        "{sqs.lease-max}입니다",
        "{sqs.lease-max}이 됩니다",
        "이 됩니다",
    ),
]

WHOLE_LESSONS = [
    Case("L15", "a short lesson", a_lesson_of(PARAGRAPHS - 10), LESSON),
    Case("L15", "a long lesson", a_lesson_of(PARAGRAPHS + 10), LESSON),
    lesson("L16", "no drawing", FIGURE, ""),
    lesson("L16", "no demo", DEMO, "## recall: crash"),
    lesson("L16", "one recall prompt", WHO_DELETES, ""),
    lesson("L16", "five recall prompts", WHO_DELETES, MORE_RECALLS),
    lesson("L19", "an old lesson", "checked = 2026-11-01", "checked = 2025-11-01"),
    other(
        FACTS,
        "L19",
        "an old fact",
        "read = 2026-11-01\n\nko: 메시지는 최대 12",
        "read = 2025-11-01\n\nko: 메시지는 최대 12",
        "## fact: lease-max",
    ),
]

DRAWINGS = [
    other(DRAWING, "F01", "words in a drawing", 'middle"/>', 'middle">queue</text>'),
    other(DRAWING, "F01", "a text without a label", ' data-label="queue"', ""),
    lesson(
        "F01",
        "a label that is not drawn",
        "## list:",
        "### label: odd\n" + UNITS + "## list:",
        "## figure",
    ),
    Case(
        "F01",
        "a label without words",
        swap(DRAWING, "<path", DRAWN_TEXT + "<path"),
        LESSON,
        "## figure",
    ),
    other(DRAWING, "F02", "a colour", '<rect class="queue"', '<rect fill="red"'),
    other(DRAWING, "F02", "a script", "</svg>", "<script/></svg>"),
    other(DRAWING, "F02", "an unknown class", 'class="edge"', 'class="arrow"'),
    other(DRAWING, "F02", "a wide canvas", "0 0 328 120", "0 0 640 120"),
    other(DRAWING, "F02", "a label without a place", 'data-width="100"', 'data-width="wide"'),
    other(DRAWING, "F02", "no XML", "</svg>", ""),
    lesson("F02", "no drawing beside the lesson", "lending.svg", "gone.svg", "## figure"),
    lesson(
        "F03",
        "a label that is too long in Vietnamese",
        "vi: hàng đợi\n\n## list",
        "vi: xếp-hàng-đợi-tới-lượt\n\n## list",
        "## figure",
    ),
    lesson(
        "F03",
        "a label that is too long in Korean",
        "ko: 큐\nen: queue\nvi: hàng đợi\n\n## list",
        "ko: 메시지를보관하는대기열\nen: queue\nvi: hàng đợi\n\n## list",
        "## figure",
    ),
]

POINTS = [
    Case(
        "P01",
        "a point that nothing teaches",
        together(add(LIST_OF_POINTS, NEW_POINT), swap(FACTS, *ONE_POINT_MORE)),
        LIST_OF_POINTS,
    ),
    Case(
        "P01",
        "a point in no fact",
        together(add(LIST_OF_POINTS, NEW_POINT), swap(LESSON, *ONE_POINT_MORE)),
        LIST_OF_POINTS,
    ),
    lesson("P02", "an unknown point in a block", *ONE_POINT_MORE, "## hidden"),
    other(FACTS, "P02", "an unknown point in a fact", *ONE_POINT_MORE, "## fact: lease-max"),
]

SCENARIOS = [
    other(SCENARIO, "L03", "front matter without an end", "ends_at_ms = 40000\n", "", ""),
    other(
        SCENARIO, "L03", "a kind that is none", "## moment: back", "## instant: back", "## instant"
    ),
    other(SCENARIO, "L03", "no title", "# title", "# heading", ""),
    other(
        SCENARIO,
        "L03",
        "an event and a time",
        'when = { event = "MessageVisible" }',
        'when = { event = "MessageVisible", at_ms = 1 }',
        "## gate",
    ),
    other(
        SCENARIO, "L03", "a gate without an answer", "### answer", "### option: third", "## gate"
    ),
    other(
        SCENARIO,
        "L03",
        "a gate without a right option",
        "correct = true",
        "correct = false",
        "## gate",
    ),
    other(
        SCENARIO,
        "L03",
        "an option without a reason",
        "ko: SQS는 멈춤을 모릅니다.\nen: SQS does not know of the crash.\nvi: SQS không biết việc dừng.\n\n",
        "",
        "### option: at-once",
    ),
    other(
        SCENARIO,
        "L03",
        "a part where none may stand",
        "## label: worker-a\n",
        "## label: worker-a\n### answer\n",
        "### answer",
    ),
    other(
        SCENARIO, "L03", "a goal that does not say whether it is met", "met = true\n", "", "## goal"
    ),
    other(SCENARIO, "S03", "a knob without a name", "## knob: timeout", "## label: timeout", ""),
    other(
        SCENARIO,
        "S03",
        "no moment",
        '## moment: back-again\nwhen = { event = "MessageVisible", where = { message = "A" } }\n',
        "## label: back-again\n",
        "",
    ),
    other(
        SCENARIO,
        "S04",
        "a lesson that is nowhere",
        'lesson = "sqs/lending#hidden"',
        'lesson = "sqs/gone"',
        "",
    ),
    other(
        SCENARIO,
        "S04",
        "a sentence that is nowhere",
        'lesson = "sqs/lending#hidden"\n\nko',
        'lesson = "sqs/lending#gone"\n\nko',
        "## gate",
    ),
    lesson("S04", "a demo whose scenario is nowhere", "crash-before-delete", "gone", "## demo"),
    other(
        TELLING,
        "L02",
        "a sentence twice",
        "## reason: visibility-timeout-ended",
        "## event: message-sent",
        "## event: message-sent",
        again=True,
    ),
    other(TELLING, "L03", "a kind of sentence that is none", "## event:", "## thing:", "## thing"),
    other(TELLING, "S04", "a fact that is nowhere", "sqs.lease-max", "sqs.gone", "## reason"),
    other(
        TELLING, "S04", "a lesson that is nowhere", "sqs/lending#hidden", "sqs/gone", "## reason"
    ),
    other(
        TELLING,
        "S05",
        "a placeholder too few",
        "ko: {queue}: {message} 저장",
        "ko: {message} 저장",
        "## event",
    ),
]

CASES = [
    *SCENARIOS,
    *THREE_LABELLED_LINES,
    *IDS,
    *SHAPES,
    *CHARACTERS,
    *NAMES_AND_LINKS,
    *LANGUAGES,
    *WHOLE_LESSONS,
    *DRAWINGS,
    *POINTS,
]


def place(problem: Problem) -> tuple[str, int, str]:
    return problem.path, problem.line, problem.rule


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_planted_fault_is_found_at_its_place(case: Case, tmp_path: Path):
    case.plant(write_course(tmp_path))
    line = line_of(tmp_path, case.file, case.at, case.again) if case.at else 1
    assert (case.file, line, case.rule) in map(place, checked(tmp_path, TODAY))


def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path):
    assert checked(write_course(tmp_path), TODAY) == []


def test_every_rule_is_seen_at_work():
    # L09 compares two versions, see below; S01, S02 and S06 need the simulator, see tests/simulator;
    # rules about questions have tests of their own.
    seen = {case.rule for case in CASES} | {"L09", "S01", "S02", "S06"}
    assert seen == {rule for rule in RULES if not rule.startswith("Q")}


def test_findings_come_in_the_order_of_files_and_lines(tmp_path: Path):
    for plant in (swap(LESSON, "14 ngày", "15 ngày"), swap(TERMS, "### meaning", "### sense")):
        plant(write_course(tmp_path))
    add(LESSON, "loose\n")(tmp_path)
    found = checked(tmp_path)
    assert found == sorted(found)


def test_all_faults_are_found_at_once(tmp_path: Path):
    together(
        swap(LESSON, "14 ngày", "15 ngày"),
        swap(LESSON, "### intro", "### outro"),
        swap(TERMS, "sqs/lending#hidden", "sqs/lending#gone"),
        swap(DRAWING, "<rect", '<rect fill="red"'),
    )(write_course(tmp_path))
    assert {problem.rule for problem in checked(tmp_path)} == {"L03", "L06", "L07", "F02"}


@pytest.mark.parametrize(
    "case", [case for case in CASES if RULES[case.rule].severity != "stop"], ids=str
)
def test_a_fault_of_one_rule_breaks_no_other(case: Case, tmp_path: Path):
    case.plant(write_course(tmp_path))
    assert {problem.rule for problem in checked(tmp_path, TODAY)} == {case.rule}


def test_a_point_that_cannot_be_read_is_named(tmp_path: Path):
    swap(LIST_OF_POINTS, 'topic = "left out by the notes"\n', "")(write_course(tmp_path))
    assert [p.text.partition(":")[0] for p in checked(tmp_path)] == ["SQS-02.topic"]


# What is no fault. Each pair of lines replaces the question after the crash and its translations.

NO_FAULT = {
    "digits as each language groups them": (
        "14,000개입니다.",
        "It holds 14,000.",
        "Nó giữ 14.000.",
    ),
    "fractions as each language writes them": ("0.5초입니다.", "It is 0.5 s.", "Đó là 0,5 giây."),
    "at least once, which the others write with a 1": (
        "최소 1회 전달합니다.",
        "It is delivered at least once.",
        "Nó được gửi ít nhất 1 lần.",
    ),
    "exactly once": ("정확히 1회 처리합니다.", "It runs exactly once.", "Nó chạy đúng 1 lần."),
    "a number in code": ("`a1`을 보십시오.", "See `a1`.", "Hãy xem `a1`."),
    "a negation that one language says softly": (
        "무제한으로 보관합니다.",
        "There is no limit.",
        "Không có giới hạn.",
    ),
    "a negation in all three": ("지우지 않습니다.", "It does not delete.", "Nó không xóa."),
    "a name that is the same everywhere": ("Amazon SQS", "Amazon SQS", "Amazon SQS"),
    "capitals that look like a wrong decoding": (
        "이미 보냈습니다.",
        "It HAS been sent.",
        "Nó ĐÃ được gửi.",
    ),
    "another accepted form of a term": (
        "표시 제한 시간입니다.",
        "It is the visibility timeout.",
        "Đó là thời gian ẩn.",
    ),
    "a sentence that ends in quotes": ('"숨습니다."', '"It hides."', '"Nó ẩn đi."'),
}


@pytest.mark.parametrize(("ko", "en", "vi"), NO_FAULT.values(), ids=NO_FAULT)
def test_nothing_is_found_in(ko: str, en: str, vi: str, tmp_path: Path):
    fine = together(
        swap(LESSON, CRASH_KO, f"ko: {ko}"),
        swap(LESSON, CRASH_EN, f"en: {en}"),
        swap(LESSON, CRASH_VI, f"vi: {vi}"),
    )
    fine(write_course(tmp_path))
    assert checked(tmp_path) == []


@pytest.mark.parametrize(
    "line", ["이 큽니다", "가 큽니다", "을 넘습니다", "를 넘습니다", "은 깁니다", "는 깁니다",
             "으로 합니다", "로 합니다", "과 같습니다", "와 같습니다", "이나 됩니다"],
)  # fmt: skip
def test_a_particle_that_listens_to_the_last_sound_is_found(line: str, tmp_path: Path):
    swap(LESSON, "{sqs.lease-max}입니다", f"{{sqs.lease-max}}{line}")(write_course(tmp_path))
    assert [problem.rule for problem in checked(tmp_path)] == ["L17"]


@pytest.mark.parametrize(
    "line", ["입니다", "까지입니다", " 동안입니다", "마다 옵니다", "에 끝납니다"]
)
def test_a_particle_that_is_always_the_same_is_fine(line: str, tmp_path: Path):
    swap(LESSON, "{sqs.lease-max}입니다", f"{{sqs.lease-max}}{line}")(write_course(tmp_path))
    assert checked(tmp_path) == []


def test_a_line_that_waits_for_its_translator_is_not_compared(tmp_path: Path):
    waiting = together(
        swap(LESSON, DAYS_KO, "ko?:"),
        swap(LESSON, DAYS_VI, "vi?:"),
        swap(LESSON, "vi: Thời gian dài nhất là {sqs.lease-max}.", "vi?:"),
        swap(
            LESSON,
            "ko: [가시성 제한 시간](term:visibility-timeout) 동안 메시지는 숨습니다.",
            "ko?:",
        ),
    )
    waiting(write_course(tmp_path))
    assert checked(tmp_path) == []


def test_a_line_that_waits_still_needs_links_that_lead_somewhere(tmp_path: Path):
    plant = together(
        swap(LESSON, "vi: Hãy quay lại [phần đầu](lesson:sqs/lending#hidden).", "vi?:"),
        swap(
            LESSON,
            "en: Go back to the [beginning](lesson:sqs/lending#hidden)",
            "en: Go [back](term:gone)",
        ),
    )
    plant(write_course(tmp_path))
    assert [problem.rule for problem in checked(tmp_path)] == ["L06"]


# L19 needs to be told which day it is.


@pytest.mark.parametrize(
    ("today", "rules"),
    [
        (None, set()),
        (dt.date(2027, 11, 1), set()),
        (dt.date(2027, 11, 2), {"L19"}),
    ],
    ids=["without a day", "after a year", "a day later"],
)
def test_a_text_is_trusted_for_a_year(today: dt.date | None, rules: set[str], tmp_path: Path):
    assert {problem.rule for problem in checked(write_course(tmp_path), today)} == rules


# L09 compares two versions of a file.

BEFORE = "## hidden\nko: 숨습니다.\nen: It hides.\nvi: Nó ẩn.\n\n### row: a\nko: 큐\nen: queue\nvi: hàng\n"


def stale(after: str, before: str = BEFORE) -> list[tuple[int, str]]:
    new, old = parse("x.md", after)[0], parse("x.md", before)[0]
    return [(problem.line, problem.rule) for problem in stale_translations([new], {"x.md": old})]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, []),
        ({"en: It hides.": "en: It is hidden."}, [2, 4]),
        ({"en: It hides.": "en: It is hidden.", "ko: 숨습니다.": "ko: 숨어 있습니다."}, [4]),
        ({"en: It hides.": "en: It is hidden.", "ko: 숨": "ko?: 숨", "vi: Nó": "vi?: Nó"}, []),
        ({"ko: 숨습니다.": "ko: 숨어 있습니다."}, []),
        ({"en: queue": "en: line"}, [7, 9]),
        ({"en: It hides.": "en: It is hidden.", "## hidden": "\n\n## hidden"}, [4, 6]),
        ({"en: It hides.": "en: It is hidden.", "## hidden": "## new"}, []),
    ],
    ids=[
        "nothing changed",
        "only the English changed",
        "the Vietnamese stayed",
        "both are marked",
        "only the Korean changed",
        "a part changed",
        "the block moved down",
        "the block is new",
    ],
)
def test_a_translation_that_fell_behind_is_found(changes: dict[str, str], lines: list[int]):
    after = BEFORE
    for old, new in changes.items():
        after = after.replace(old, new, 1)
    assert stale(after) == [(line, "L09") for line in lines]


def test_a_new_file_has_nothing_to_fall_behind():
    assert stale_translations([parse("x.md", BEFORE)[0]], {}) == []


# What a finding does.


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.severity == "stop"])
def test_a_stop_rule_ends_the_start(rule: str):
    problem = Problem("x.md", 1, rule, "wrong")
    with pytest.raises(UnreadableContent, match=rule):
        strict(course=None, problems=[problem])  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.severity != "stop"])
def test_other_rules_let_the_site_start(rule: str, tmp_path: Path):
    course = load(write_course(tmp_path))
    assert strict(course, [Problem("x.md", 1, rule, "wrong")]) is course


def test_a_refused_start_tells_every_place(tmp_path: Path):
    together(swap(LESSON, "### intro", "### outro"), swap(TERMS, "### meaning", "### sense"))(
        write_course(tmp_path)
    )
    course = load(tmp_path)
    with pytest.raises(UnreadableContent) as refused:
        strict(course, list(course.problems))
    assert {problem.path for problem in refused.value.problems} == {LESSON, TERMS}
