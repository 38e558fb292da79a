"""Questions and moments for tests, made by hand so that nothing depends on the course."""

from datetime import UTC, datetime

from studyapp.progress.models import Learner
from studyapp.quizzes.clock import Instant
from studyapp.quizzes.items import Item, Option, Prompt, Words
from studyapp.quizzes.models import EXAM, Attempt
from studyapp.quizzes.recording import Beginning, Saved, Write, save, start

NOON = Instant(datetime(2026, 11, 28, 12, tzinfo=UTC), 5000.0, "this run")
TAB, OTHER_TAB = "tab-aaaaaaaa", "tab-bbbbbbbb"


def words(text: str) -> Words:
    return {"en": text, "ko": f"{text} (ko)", "vi": f"{text} (vi)"}


def choice(name: str, choose: int = 1, **given: object) -> Item:
    """A question with options a, b, c, d (and e, f for choose two or three); the first ones are right."""
    ids = "abcd" if choose == 1 else "abcdef"
    options = tuple(
        Option(id, words(f"{name} {id}"), number < choose, words(f"why {id}"))
        for number, id in enumerate(ids)
    )
    service = name.split("/")[0]
    fields: dict[str, object] = {
        "id": name,
        "kind": "choice",
        "form": "single" if choose == 1 else "multiple",
        "grade": "exam",
        "service": service,
        "objective": f"{service}.{name.split('/')[1]}",
        "family": name.replace("/", "-"),
        "level": "apply",
        "difficulty": 2,
        "domain": 2,
        "choose": choose,
        "stem": (words(f"{name}?"),),
        "options": options,
        "rests_on": "sqs/visibility-timeout#hidden-after-receive",
    }
    return Item(**{**fields, **given})  # type: ignore[arg-type]


def order(name: str) -> Item:
    steps = tuple(Option(id, words(id), why=words(f"why {id}")) for id in ("one", "two", "three"))
    return choice(name, kind="order", form="ordering", options=steps)


def match(name: str) -> Item:
    prompts = (
        Prompt("left", words("left"), words("why left"), "x"),
        Prompt("right", words("right"), words("why right"), "y"),
    )
    options = tuple(Option(id, words(id)) for id in ("x", "y", "z"))
    return choice(name, kind="match", form="matching", prompts=prompts, options=options)


FORM = [choice("sqs/one"), choice("sns/two", choose=2), choice("mq/three"), choice("sqs/four")]
BANK = {item.id: item for item in FORM}


def learner(name: str = "somebody") -> Learner:
    return Learner.objects.create(key=name, created_at=NOON.wall)


def exam(who: Learner, at: Instant = NOON, seconds: int = 2400, pace: str = "normal") -> Attempt:
    beginning = Beginning(EXAM, FORM, "en", "v1", seconds=seconds, pace=pace)
    return start(who, "k" * 22, beginning, at)


def answer(
    who: Learner | None,
    attempt: Attempt | str,
    question: str = "sqs/one",
    chosen: str = "a",
    turn: int = 1,
    tab: str = TAB,
    at: Instant = NOON,
    **more: object,
) -> Saved:
    if isinstance(attempt, str):
        id, kind, number = attempt, EXAM, 1
    else:
        id, kind, number = attempt.pk, attempt.kind, attempt.places[question]
    write = Write(f"{tab}.{turn}", list(chosen), **more)  # type: ignore[arg-type]
    return save(who, id, kind, number, lambda item: write, at, BANK)
