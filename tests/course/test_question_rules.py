"""Each rule about single questions finds its fault at its place, and nothing where nothing is wrong."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from studyapp.course.library import load
from studyapp.course.problem import RULES, Problem
from studyapp.course.rules import check_course
from studyapp.course.rules.questions_text import ABSOLUTES
from studyapp.course.staleness import stale_versions
from studyapp.grading.checks import check_keys
from tests.support.content import SCENARIO, TODAY, Plant, add, line_of, remove, swap, together
from tests.support.questions import (
    AFTER,
    BEFORE,
    BELIEFS,
    KNOB,
    MATCHING,
    MISTAKE,
    MULTIPLE,
    OBJECTIVES,
    ORDERING,
    PREDICT,
    REASON,
    SINGLE,
    STEM,
    TEXTS,
    front,
    option,
    unit,
    write_questions,
)


@dataclass(frozen=True)
class Case:
    rule: str
    fault: str
    plant: Plant
    file: str
    at: str = ""  # words of the line where it should be found; '' is line 1
    last: bool = False  # the last such line, not the first

    def __str__(self) -> str:
        return f"{self.rule} {self.fault}"


def case(rule: str, fault: str, file: str, old: str, new: str, at: str = "") -> Case:
    return Case(rule, fault, swap(file, old, new), file, at)


def found(folder: Path) -> list[Problem]:
    course = load(folder)
    return [*check_course(course, TODAY), *check_keys(course)]


OPTION_BLUE = "## option: blue\n"
WHY_BLUE = "en: This reason says in ten words why it is so."
CHOOSE = "en: Which of these are right in your opinion? (Choose TWO.)"
STEM_KO = "ko: 메시지가 다시 보이게 하려면 무엇을 해야 합니까?"
STEM_EN = "en: What has to be done so that a message is visible again?"
STEM_VI = "vi: Cần phải làm gì để thông điệp hiện lại lần nữa?"


def stems(ko: str, en: str, vi: str) -> Plant:
    return together(
        swap(SINGLE, STEM_KO, f"ko: {ko}"),
        swap(SINGLE, STEM_EN, f"en: {en}"),
        swap(SINGLE, STEM_VI, f"vi: {vi}"),
    )


def option_text(id: str, ko: str, en: str, vi: str) -> Plant:
    """Other words for an option of the single question."""
    was = TEXTS[id]
    return together(
        *(
            swap(SINGLE, f"{label}: {old}", f"{label}: {new}")
            for label, old, new in zip(("ko", "en", "vi"), was, (ko, en, vi), strict=True)
        )
    )


SAME_KEY = together(
    swap(AFTER, "correct = true\n", 'misconception = "sqs.receive-deletes"\n'),
    swap(
        AFTER,
        '## option: lamp\nmisconception = "sqs.receive-deletes"\n',
        "## option: lamp\ncorrect = true\n",
    ),
)

DOOR_STEP = f"## step: door{unit(*TEXTS['door'])}\n### why{REASON}"
LOSES = 'goal = { test = "queue-is-empty", parameters = { queue = "orders" } }'
KEY_WITH_BELIEF = 'correct = true\nmisconception = "sqs.receive-deletes"'
WRONG = 'misconception = "sqs.receive-deletes"\n'
NUMBER = {
    "ko": ("ko: 이 까닭은 모두 여덟", "ko: 이 까닭은 모두 {}"),
    "en": ("en: This reason says in ten", "en: This reason says in {}"),
    "vi": ("vi: Lý do này nói bằng mười", "vi: Lý do này nói bằng {}"),
}
REASON_KO = "ko: 이 까닭은 모두 여덟 낱말로 되어 있습니다."

CASUAL_KO = REASON_KO.replace("있습니다", "있어요")


def reason_with(number: str) -> Plant:
    """A number in the first reason of the single question."""
    return together(*(swap(SINGLE, old, new.format(number)) for old, new in NUMBER.values()))


SHAPES = [
    case("Q01", "a name that is none", SINGLE, "difficulty = 1", "difficulty = 1\nhardness = 1"),
    case("Q01", "no level", SINGLE, 'level = "apply"\n', ""),
    case("Q01", "a level that is none", SINGLE, '"apply"', '"know"'),
    case("Q01", "no stem", SINGLE, "# stem", "# story"),
    case("Q01", "too few options", SINGLE, option("seat", False), ""),
    case("Q01", "no key", SINGLE, "correct = true\n", 'misconception = "sqs.receive-deletes"\n'),
    case("Q01", "two keys", SINGLE, 'misconception = "sqs.receive-deletes"\n', "correct = true\n"),
    case("Q01", "one key of two", MULTIPLE, "choose = 2\n", "choose = 3\n"),
    case("Q01", "several keys of a single", SINGLE, "difficulty", "choose = 2\ndifficulty"),
    case("Q01", "an option without a reason", SINGLE, "### why", "### because", OPTION_BLUE),
    case(
        "Q01",
        "an option with two texts",
        SINGLE,
        "\n### why",
        f"{unit('가', 'a', 'a')}\n### why",
        OPTION_BLUE,
    ),
    case(
        "Q01",
        "a block of another kind",
        ORDERING,
        "## step: lamp",
        "## option: lamp",
        "## option: lamp",
    ),
    case("Q01", "too few steps", ORDERING, DOOR_STEP, ""),
    case(
        "Q01", "an answer that is no choice", MATCHING, '"to-lamp"', '"to-moon"', "## prompt: lamp"
    ),
    case("Q01", "a knob without a goal", KNOB, 'goal = "soon"\n', ""),
    case(
        "Q01",
        "a knob without a scenario",
        KNOB,
        'run = { scenario = "sqs/crash-before-delete" }\n',
        "",
    ),
    case(
        "Q01",
        "a prediction that is not paused",
        PREDICT,
        'pause = { event = "MessageVisible" }\n',
        "",
    ),
    case(
        "Q01",
        "a pause without a prediction",
        SINGLE,
        "difficulty",
        'pause = { event = "MessageVisible" }\ndifficulty',
    ),
    case(
        "Q01", "a typed answer without a prediction", SINGLE, "difficulty", "typed = 3\ndifficulty"
    ),
    case("Q01", "a run without a goal", SINGLE, 'goal = "comes-back"\n', "", OPTION_BLUE),
    case("L03", "an objective without a domain", OBJECTIVES, "domain = 2\n", "", "## objective"),
    case("L03", "a domain that is none", OBJECTIVES, "domain = 2", "domain = 5", "## objective"),
    case(
        "L03",
        "a kind of belief that is none",
        BELIEFS,
        "## misconception:",
        "## belief:",
        "## belief",
    ),
]

NAMES = [
    case("Q02", "no such objective", SINGLE, '"sqs.timeout"', '"sqs.gone"'),
    case("Q02", "no such fact", SINGLE, '["sqs.lease-max"]', '["sqs.gone"]'),
    case("Q02", "no such lesson", SINGLE, "sqs/lending#hidden.2", "sqs/gone#hidden"),
    case("Q02", "no such sentence", SINGLE, "sqs/lending#hidden.2", "sqs/lending#hidden.9"),
    case("Q02", "no such belief", SINGLE, '"sqs.receive-deletes"', '"sqs.gone"', "## option: lamp"),
    case("Q02", "a wrong option without a belief", SINGLE, WRONG, "", "## option: lamp"),
    case("Q02", "a key with a belief", SINGLE, "correct = true", KEY_WITH_BELIEF, OPTION_BLUE),
    case("Q02", "a mistake without a belief", MISTAKE, WRONG, "", OPTION_BLUE),
    Case("Q02", "a pair whose other half is gone", remove(BEFORE), AFTER),
    case("Q02", "a pair that points elsewhere", BEFORE, '"sqs/after"', '"sqs/back-again"', ""),
    case(
        "Q02",
        "a pair with other options",
        AFTER,
        "en: Open the blue box.",
        "en: Open the blue bag.",
        "",
    ),
    Case("Q02", "a pair with the same key", SAME_KEY, AFTER),
]


PLAYED = [
    case("Q03", "a key that the run refutes", SINGLE, "run = {}", LOSES, OPTION_BLUE),
    case(
        "Q03",
        "a wrong option that the run proves",
        SINGLE,
        "at_least = 9",
        "at_least = 1",
        "## option: lamp",
    ),
    case(
        "Q03", "a scenario that is none", SINGLE, 'scenario = "sqs/crash', 'scenario = "sqs/trash'
    ),
    case(
        "Q03",
        "a knob that is none",
        SINGLE,
        "run = {}",
        "run = { knobs = { speed = 1 } }",
        OPTION_BLUE,
    ),
    case(
        "Q03",
        "an action that is none",
        SINGLE,
        "run = {}",
        'run = { actions = [{ at_ms = 1, do = "sqs.Fly" }] }',
        OPTION_BLUE,
    ),
    case("Q03", "a goal that is none", KNOB, '"soon"', '"late"', "## task"),
    case(
        "Q03",
        "a test that is none",
        SINGLE,
        '"event-happens"',
        '"event-happened"',
        "## option: lamp",
    ),
    case(
        "Q03",
        "a value that passes and should fail",
        KNOB,
        "passes = [20]\nfails = [30]",
        "passes = [30]\nfails = [20]",
        "## task",
    ),
    Case(
        "Q03",
        "a value that the task forgets",
        swap(SCENARIO, "[20, 30]", "[20, 25, 30]"),
        KNOB,
        "## task",
    ),
    case(
        "Q03",
        "a pause that never comes",
        PREDICT,
        'event = "MessageVisible" }\ntyped',
        'event = "MessageDeleted" }\ntyped',
    ),
    case(
        "Q03",
        "a prediction that nobody proves",
        PREDICT,
        'correct = true\ngoal = "comes-back"\n',
        "correct = true\n",
        OPTION_BLUE,
    ),
]

WORDS = [
    case(
        "Q04",
        "a choose-two that does not say so",
        MULTIPLE,
        CHOOSE,
        "en: Which of these are right in your opinion?",
        "en: Which of these",
    ),
    case(
        "Q04",
        "another number in Korean",
        MULTIPLE,
        "(두 개를 고르십시오.)",
        "(세 개를 고르십시오.)",
        "ko: 어느 둘이",
    ),
    case(
        "Q04", "another number in Vietnamese", MULTIPLE, "(Chọn HAI.)", "(Chọn BA.)", "vi: Theo bạn"
    ),
    Case(
        "Q04",
        "one key, but two asked for",
        stems(
            "맞는 것은 무엇입니까? (두 개를 고르십시오.)",
            "What is it that is right? (Choose TWO.)",
            "Điều gì đúng? (Chọn HAI.)",
        ),
        SINGLE,
        "en: What is it",
    ),
    Case(
        "Q05",
        "a qualifier that Korean loses",
        stems(
            "가장 싼 것은 무엇입니까?",
            "Which of these is the MOST cost-effective?",
            "Cách nào rẻ nhất (MOST cost-effective)?",
        ),
        SINGLE,
        "ko: 가장 싼",
    ),
    Case(
        "Q06",
        "what is not",
        stems(
            "맞지 않은 것은 무엇입니까?", "Which of these does NOT fit here?", "Điều gì không đúng?"
        ),
        SINGLE,
        "en: Which of",
    ),
    Case(
        "Q06",
        "what is not, in Korean only",
        stems(
            "맞지 않은 것은 무엇입니까?", "Which one is it that never fits?", "Điều gì không đúng?"
        ),
        SINGLE,
        "ko: 맞지",
    ),
    Case(
        "Q06",
        "what is not, in Vietnamese only",
        stems(
            "무엇이 맞지 않습니까?", "Which one is it that never fits?", "Phương án nào KHÔNG đúng?"
        ),
        SINGLE,
        "vi: Phương",
    ),
    Case(
        "Q06",
        "all of the above",
        option_text("lamp", "위의 모두입니다.", "All of the above.", "Tất cả các phương án."),
        SINGLE,
        "en: All of",
    ),
    Case(
        "Q06",
        "none of these in Vietnamese",
        option_text("lamp", "하나도 없습니다.", "It is nothing at all.", "Không có câu nào đúng."),
        SINGLE,
        "vi: Không có câu",
    ),
    Case(
        "Q06",
        "two others",
        option_text("lamp", "A와 C입니다.", "A and C.", "A và C."),
        SINGLE,
        "en: A and C",
    ),
    Case(
        "Q07",
        "a long drill",
        stems(
            "왜 " * 20 + "그렇습니까?",
            ("Why is it so? " * 12).strip(),
            ("Vì sao vậy? " * 12).strip(),
        ),
        SINGLE,
        "ko: 왜",
    ),
    case(
        "Q07",
        "an exam item that is too short",
        MISTAKE,
        'grade = "drill"',
        'grade = "exam"',
        "ko: 어느 문장이",
    ),
    case("Q08", "a reason of two words", SINGLE, WHY_BLUE, "en: Just because.", "ko: 이 까닭은"),
    case(
        "Q08",
        "a reason that is too short in Korean",
        SINGLE,
        REASON_KO,
        "ko: 그렇기 때문입니다.",
        "ko: 그렇기",
    ),
    case(
        "Q08",
        "a reason that never ends",
        SINGLE,
        WHY_BLUE,
        "en: " + "It is so. " * 21,
        "ko: 이 까닭은",
    ),
    Case("Q09", "a number from nowhere", reason_with("77"), SINGLE, "en: This reason says in 77"),
    case(
        "Q09",
        "a sum that is wrong",
        SINGLE,
        "difficulty",
        'derived = { "5" = "2 + 2" }\ndifficulty',
    ),
    case(
        "Q09",
        "a sum that is none",
        SINGLE,
        "difficulty",
        'derived = { "5" = "len(x)" }\ndifficulty',
    ),
    case("Q10", "a figure that changed", SINGLE, '["sqs.lease-max"]', '["sqs.size-max"]'),
    Case(
        "Q11",
        "a key that is long",
        option_text(
            "blue",
            "푸른 상자를 열고 그 안을 천천히 살펴봅니다.",
            "Open the blue box and take a look inside it.",
            "Hãy mở hộp màu lam rồi nhìn vào bên trong.",
        ),
        SINGLE,
        "en: Open the blue box and",
    ),
    Case(
        "Q11",
        "a key that is long in Korean only",
        option_text(
            "blue",
            "푸른 상자를 열고 그 안을 천천히 살펴봅니다.",
            "Open the blue box.",
            "Hãy mở hộp màu lam.",
        ),
        SINGLE,
        "ko: 푸른 상자를 열고",
    ),
    Case(
        "Q12",
        "an option without a full stop",
        option_text("lamp", "등불을 끕니다.", "Put out the lamp", "Hãy tắt ngọn đèn."),
        SINGLE,
        OPTION_BLUE,
    ),
    Case(
        "Q12",
        "an option that is very long",
        option_text(
            "lamp",
            "등불을 끕니다.",
            "Put out the lamp and wait until the whole house is dark.",
            "Hãy tắt ngọn đèn.",
        ),
        SINGLE,
        OPTION_BLUE,
    ),
    Case(
        "Q13",
        "an absolute word in a wrong option",
        option_text("lamp", "등불을 끕니다.", "Always put it out.", "Hãy tắt ngọn đèn."),
        SINGLE,
        "en: Always",
    ),
    Case(
        "Q13",
        "an absolute word in Korean",
        option_text("lamp", "항상 등불을 끕니다.", "Put out the lamp.", "Hãy tắt ngọn đèn."),
        SINGLE,
        "ko: 항상",
    ),
    Case(
        "Q13",
        "an absolute word in Vietnamese",
        option_text("lamp", "등불을 끕니다.", "Put out the lamp.", "Luôn tắt ngọn đèn."),
        SINGLE,
        "vi: Luôn",
    ),
    Case(
        "Q14",
        "words of the stem in the key alone",
        option_text(
            "blue", "푸른 상자를 엽니다.", "Make visible a message.", "Hãy mở hộp màu lam."
        ),
        SINGLE,
        "en: Make visible",
    ),
    Case(
        "Q15",
        "an option twice",
        option_text("lamp", "푸른 상자를 엽니다.", "Put out the lamp.", "Hãy tắt ngọn đèn."),
        SINGLE,
        "ko: 푸른 상자를",
        True,
    ),
    Case(
        "Q16",
        "a stem twice",
        swap(AFTER, "en: What is done after it was received?", STEM_EN),
        SINGLE,
        STEM_KO,
    ),
    case(
        "Q17",
        "a sentence without end",
        SINGLE,
        WHY_BLUE,
        "en: " + "so " * 31 + "it is.",
        "en: so so",
    ),
    case("L11", "a casual sentence", SINGLE, REASON_KO, CASUAL_KO, CASUAL_KO),
    case("L19", "a question that is old", SINGLE, "checked = 2026-11-01", "checked = 2025-11-01"),
]

NEW = "drawn/sqs/new.md"


def drawn(text: str) -> str:
    """A drawn question; what its options say are numbers."""
    file = front("single", "drawn") + STEM
    for id in ("blue", "lamp", "door", "seat"):
        file += option(id, id == "blue").replace(unit(*TEXTS[id]), f"\n{text}\n", 1)
    return file


SAME_NAMES = drawn("ko: {value}\nen: {value}\nvi: {value}")
LOST_NAME = SAME_NAMES.replace("vi: {value}", "vi: {worth}", 1)
LOST_OBJECTIVE = SAME_NAMES.replace('"sqs.timeout"', '"sqs.gone"')
SHORT_REASON = SAME_NAMES.replace(WHY_BLUE, "en: It is so.", 1)
DRAWN = [
    Case("Q28", "a drawn number that Vietnamese loses", add(NEW, LOST_NAME), NEW, "ko: {value}"),
    Case("Q02", "a drawn question without its objective", add(NEW, LOST_OBJECTIVE), NEW),
    Case(
        "Q08", "a drawn question with a short reason", add(NEW, SHORT_REASON), NEW, "ko: 이 까닭은"
    ),
]

CASES = [*SHAPES, *NAMES, *PLAYED, *WORDS, *DRAWN]
BANK_RULES = {rule for rule, each in RULES.items() if each.says.startswith("bank:")}


def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path):
    assert found(write_questions(tmp_path)) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_planted_fault_is_found_at_its_place(case: Case, tmp_path: Path):
    case.plant(write_questions(tmp_path))
    line = line_of(tmp_path, case.file, case.at, case.last) if case.at else 1
    assert (case.file, line, case.rule) in {(p.path, p.line, p.rule) for p in found(tmp_path)}


def test_every_rule_about_a_question_is_seen_at_work():
    of_questions = {rule for rule in RULES if rule.startswith("Q")} - BANK_RULES
    assert {case.rule for case in CASES} | {"Q29"} >= of_questions  # Q29 compares two versions


OTHER_KEY = together(
    swap(SINGLE, "correct = true\nrun = {}\n", WRONG),
    swap(SINGLE, f"## option: door\n{WRONG}", "## option: door\ncorrect = true\n"),
)
NEXT_VERSION = swap(SINGLE, "difficulty = 1", "difficulty = 1\nversion = 2")


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (OTHER_KEY, [("Q29", SINGLE)]),
        (together(OTHER_KEY, NEXT_VERSION), []),
        (swap(SINGLE, STEM_EN, "en: What is to be done so that a message is seen again?"), []),
        (NEXT_VERSION, []),
    ],
    ids=["another key", "another key, another version", "another stem", "another version"],
)
def test_another_key_needs_another_version(
    plant: Plant, found: list[tuple[str, str]], tmp_path: Path
):
    older = {document.path: document for document in load(write_questions(tmp_path)).documents}
    plant(tmp_path)
    newer = load(tmp_path).documents
    assert [(p.rule, p.path) for p in stale_versions(newer, older)] == found


def test_a_new_question_has_no_older_version(tmp_path: Path):
    assert stale_versions(load(write_questions(tmp_path)).documents, {}) == []


@pytest.mark.parametrize("case", [c for c in CASES if c.rule == "Q01"], ids=str)
def test_a_question_that_cannot_be_asked_is_left_out_and_the_site_starts(
    case: Case, tmp_path: Path
):
    case.plant(write_questions(tmp_path))
    course = load(tmp_path)
    name = case.file.removeprefix("questions/").removesuffix(".md")
    assert name not in course.questions
    assert len(course.questions) == 8
    assert {problem.severity for problem in course.problems} == {"merge"}


# What is no fault.

NO_FAULT: dict[str, Plant] = {
    "a drawn question": add(NEW, SAME_NAMES),
    "a number that is worked out": together(
        swap(SINGLE, "difficulty", 'derived = { "77" = "11 * (3 + 4)" }\ndifficulty'),
        reason_with("77"),
    ),
    "a number of the scenario in seconds": reason_with("40"),
    "a number of a fact": reason_with("12"),
    "a figure that changed, with the year": together(
        swap(SINGLE, '["sqs.lease-max"]', '["sqs.size-max"]'),
        stems("2026년에는 무엇을 합니까?", "What has to be done in 2026?", "Năm 2026 cần làm gì?"),
    ),
    "a figure that changed, beyond the exam": swap(
        SINGLE, 'facts = ["sqs.lease-max"]', 'facts = ["sqs.size-max"]\nbeyond_exam = true'
    ),
    "an absolute word in the key, too": together(
        option_text("blue", "항상 상자를 엽니다.", "Always open it.", "Luôn mở hộp ra."),
        option_text("lamp", "항상 등불을 끕니다.", "Always put it out.", "Luôn tắt đèn."),
    ),
    "options that differ in a number": together(
        option_text("blue", "5분 뒤에 엽니다.", "Open after 5 minutes.", "Mở sau 5 phút."),
        option_text("lamp", "7분 뒤에 엽니다.", "Open after 7 minutes.", "Mở sau 7 phút."),
    ),
    "a qualifier in all three": stems(
        "가장 싼(MOST cost-effective) 방법은 무엇입니까?",
        "Which way is the MOST cost-effective?",
        "Cách nào rẻ nhất (MOST cost-effective)?",
    ),
    "a mistake to look for": swap(
        MISTAKE, "ko: 어느 문장이 틀렸습니까?", "ko: 틀린 문장은 무엇입니까?"
    ),
}


@pytest.mark.parametrize("plant", NO_FAULT.values(), ids=NO_FAULT)
def test_nothing_is_found_in(plant: Plant, tmp_path: Path):
    plant(write_questions(tmp_path))
    assert found(tmp_path) == []


def test_an_exam_item_says_when_a_wrong_option_would_be_right(tmp_path: Path):
    text = front("single", "exam", grade="exam") + "\n# stem"
    text += unit("이것은 " * 20 + "무엇입니까?", "What is this? " * 20, "Đây là gì? " * 20)
    text += "".join(option(id, id == "blue") for id in ("blue", "lamp", "door", "seat"))
    add("questions/sqs/exam.md", text)(write_questions(tmp_path))
    assert [(p.rule, p.path) for p in found(tmp_path) if p.rule == "Q08"] == [
        ("Q08", "questions/sqs/exam.md")
    ] * 3


@pytest.mark.parametrize(
    ("text", "is_absolute"),
    [
        ("Chỉ gửi một lần", True),
        ("worker chỉ nhận một thông điệp", True),
        ("luôn bật", True),
        ("địa chỉ IP riêng", False),
        ("chứng chỉ của máy chủ", False),
        ("chỉ định khóa phân vùng", False),
        ("xem chỉ số mỗi phút", False),
    ],
)
def test_only_stands_by_itself_in_vietnamese(text: str, is_absolute: bool) -> None:
    assert bool(ABSOLUTES["vi"].search(text)) == is_absolute
