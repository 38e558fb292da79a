"""Questions for the small course, in which no rule finds anything, and whole banks made by a recipe."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from studyapp.course.labelled import Unit
from studyapp.course.questions import Option, Question
from tests.support.content import write_course

OBJECTIVES = "objectives/sqs.md"
BELIEFS = "misconceptions/sqs.md"
SINGLE = "questions/sqs/back-again.md"
MULTIPLE = "questions/sqs/two-truths.md"
PREDICT = "questions/sqs/when-back.md"
MISTAKE = "questions/sqs/wrong-note.md"
ORDERING = "questions/sqs/in-order.md"
MATCHING = "questions/sqs/who-does-what.md"
KNOB = "questions/sqs/set-it.md"
BEFORE, AFTER = "questions/sqs/before.md", "questions/sqs/after.md"

_OBJECTIVES = """\
# title
ko: 목표
en: Objectives
vi: Mục tiêu

## objective: timeout
domain = 2
lesson = "sqs/lending"

ko: 시간을 맞추기
en: Fit the timeout
vi: Đặt thời gian
"""

_BELIEFS = """\
# title
ko: 오해
en: Misconceptions
vi: Hiểu lầm

## misconception: receive-deletes
ko: 받으면 지워집니다.
en: Receiving deletes.
vi: Nhận là xóa.
"""


def front(kind: str, family: str, more: str = "", grade: str = "drill") -> str:
    """Front matter that fits every kind."""
    return f"""\
+++
kind = "{kind}"
grade = "{grade}"
objective = "sqs.timeout"
family = "{family}"
level = "apply"
difficulty = 1
checked = 2026-11-01
sources = ["https://docs.aws.amazon.com/sqs/lease"]
facts = ["sqs.lease-max"]
rests_on = "sqs/lending#hidden.2"
{more}+++
"""


def unit(ko: str, en: str, vi: str) -> str:
    return f"\nko: {ko}\nen: {en}\nvi: {vi}\n"


REASON = unit(
    "이 까닭은 모두 여덟 낱말로 되어 있습니다.",
    "This reason says in ten words why it is so.",
    "Lý do này nói bằng mười từ vì sao lại như vậy.",
)

# Four options of the same length in each language, none like another.
TEXTS = {
    "blue": ("푸른 상자를 엽니다.", "Open the blue box.", "Hãy mở hộp màu lam."),
    "lamp": ("등불을 끕니다.", "Put out the lamp.", "Hãy tắt ngọn đèn."),
    "door": ("저 문을 닫습니다.", "Close that old door.", "Hãy đóng cửa cũ."),
    "seat": ("의자를 옮깁니다.", "Move a wooden seat.", "Hãy dời ghế gỗ."),
    "wall": ("벽을 새로 칠합니다.", "Paint every wall.", "Hãy sơn bức tường."),
}


def option(id: str, correct: bool, more: str = "", belief: bool | None = None) -> str:
    """One option; wrong ones stand on the one belief there is."""
    stands_on_belief = not correct if belief is None else belief
    properties = ("correct = true\n" if correct else "") + (
        'misconception = "sqs.receive-deletes"\n' if stands_on_belief else ""
    )
    return f"\n## option: {id}\n{properties}{more}{unit(*TEXTS[id])}\n### why{REASON}"


STEM = "\n# stem" + unit(
    "메시지가 다시 보이게 하려면 무엇을 해야 합니까?",
    "What has to be done so that a message is visible again?",
    "Cần phải làm gì để thông điệp hiện lại lần nữa?",
)

RUN = 'run = { scenario = "sqs/crash-before-delete" }\n'
GOAL = 'goal = "comes-back"\n'
TOO_OFTEN = (
    'goal = { test = "event-happens", parameters = { event = "MessageVisible", at_least = 9 } }\n'
)

_FILES = {
    OBJECTIVES: _OBJECTIVES,
    BELIEFS: _BELIEFS,
    SINGLE: front("single", "single", RUN + GOAL)
    + STEM
    + option("blue", True, "run = {}\n")
    + option("lamp", False, TOO_OFTEN)
    + option("door", False)
    + option("seat", False),
    MULTIPLE: front("multiple", "multiple", "choose = 2\n")
    + "\n# stem"
    + unit(
        "어느 둘이 맞습니까? (두 개를 고르십시오.)",
        "Which of these are right in your opinion? (Choose TWO.)",
        "Theo bạn, những ý nào trong số này đúng? (Chọn HAI.)",
    )
    + "".join(option(id, id in ("blue", "door")) for id in TEXTS),
    PREDICT: front("predict", "predict", RUN + 'pause = { event = "MessageVisible" }\ntyped = 4\n')
    + "\n# stem"
    + unit(
        "이제 무슨 일이 일어납니까?",
        "The world is paused: what comes now?",
        "Bây giờ điều gì xảy ra?",
    )
    + option("blue", True, 'goal = "comes-back"\n')
    + "".join(option(id, False, TOO_OFTEN) for id in ("lamp", "door", "seat")),
    MISTAKE: front("mistake", "mistake")
    + "\n# stem"
    + unit(
        "어느 문장이 틀렸습니까?",
        "Which sentence of the note is wrong?",
        "Câu nào trong ghi chú sai?",
    )
    + option("blue", True, belief=True)
    + "".join(option(id, False, belief=False) for id in ("lamp", "door", "seat")),
    ORDERING: front("ordering", "ordering")
    + "\n# stem"
    + unit(
        "순서대로 놓으십시오.", "Put these few steps in their order.", "Hãy sắp xếp theo thứ tự."
    )
    + "".join(
        f"\n## step: {id}{unit(*TEXTS[id])}\n### why{REASON}" for id in ("blue", "lamp", "door")
    ),
    MATCHING: front("matching", "matching")
    + "\n# stem"
    + unit(
        "이것들을 하나씩 짝지으십시오.",
        "Match each of these with one of those.",
        "Hãy ghép từng thứ với nhau.",
    )
    + "".join(
        f'\n## prompt: {id}\nanswer = "to-{id}"\n{unit(*TEXTS[id])}\n### why{REASON}'
        for id in ("blue", "lamp", "door")
    )
    + "".join(f"\n## choice: to-{id}{unit(*TEXTS[id])}" for id in ("blue", "lamp", "door")),
    KNOB: front("knob", "knob", RUN + GOAL.replace('"comes-back"', '"soon"'), "simulated")
    + "\n# stem"
    + unit("일꾼이 멈춥니다.", "The worker crashes before the delete.", "Người làm dừng lại.")
    + '\n## task: the-timeout\nknob = "timeout"\npasses = [20]\nfails = [30]\n'
    + unit("시간을 맞추십시오.", "Set the timeout.", "Hãy đặt thời gian.")
    + f"\n### passes{REASON}\n### fails{REASON}",
    BEFORE: front("single", "pair", 'pair = "sqs/after"\n')
    + "\n# stem"
    + unit(
        "받기 전에 무엇을 합니까?", "What is done before it is received?", "Làm gì trước khi nhận?"
    )
    + "".join(option(id, id == "lamp") for id in ("blue", "lamp", "door", "seat")),
    AFTER: front("single", "pair", 'pair = "sqs/before"\n')
    + "\n# stem"
    + unit(
        "받은 뒤에 무엇을 합니까?", "What is done after it was received?", "Làm gì sau khi nhận?"
    )
    + "".join(option(id, id == "seat") for id in ("blue", "lamp", "door", "seat")),
}

SOON = """
## goal: soon
test = "event-happens"
parameters = { event = "MessageVisible", before_ms = 25000 }
met = false
solution = { knobs = { timeout = 20 } }

ko: 메시지를 빨리 돌아오게 하십시오.
en: Let the message come back soon.
vi: Hãy để thông điệp quay lại sớm.
"""


def write_questions(folder: Path) -> Path:
    """The small course with a question of every kind."""
    write_course(folder)
    scenario = folder / "scenarios/sqs/crash-before-delete.md"
    scenario.write_text(scenario.read_text("utf-8") + SOON, "utf-8")
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "drawn/sqs").mkdir(parents=True)
    return folder


# Whole banks

Recipe = Callable[[Random, int, bool], str]  # chance, number of the option, whether it is the key


def text(words: str) -> Unit:
    return Unit(words, words, words, 1)


def made(
    name: str,
    texts: Sequence[str],
    keys: Sequence[int],
    stem: str = "What is it?",
    family: str = "",
    **more: object,
) -> Question:
    """A question with these options, the same words in every language."""
    options = tuple(
        Option(f"o{n}", 1, text(words), (text("because"),), n in keys, "", None)
        for n, words in enumerate(texts)
    )
    values: dict[str, object] = {
        "id": f"sqs/{name}", "path": f"questions/sqs/{name}.md", "kind": "multiple" if len(keys) > 1 else "single",
        "grade": "drill", "objective": "sqs.timeout", "family": family or name, "level": "apply", "difficulty": 1,
        "version": 1, "choose": len(keys), "checked": dt.date(2026, 11, 1), "sources": (), "facts": (),
        "rests_on": "sqs/lending#hidden", "pair": "", "beyond_exam": False, "derived": {}, "stem": (text(stem),),
        "options": options,
    }  # fmt: skip
    return Question(**{**values, **more})  # type: ignore[arg-type]


VOCABULARY = (
    "amber", "basket", "candle", "dune", "ember", "falcon", "garnet", "harbor", "island", "jungle", "kettle",
)  # fmt: skip


MIXED = ["recall"] * 4 + ["apply"] * 8 + ["diagnose"] * 5 + ["design"] * 3  # levels, as wanted


def words_of(chance: Random, least: int, most: int) -> str:
    """Some words that mean nothing."""
    return " ".join(chance.choice(VOCABULARY) for _ in range(chance.randint(least, most)))


def bank(count: int, recipe: Recipe, seed: int = 1, options: int = 4) -> list[Question]:
    """Questions whose options a recipe writes; where the key stands is left to chance."""
    chance = Random(seed)
    found = []
    for n in range(count):
        key = chance.randrange(options)
        texts = [recipe(chance, place, place == key) for place in range(options)]
        stem, level = f"{words_of(chance, 8, 14)}?", MIXED[n % len(MIXED)]
        found.append(made(f"q{n}", texts, [key], stem, level=level))
    return found
