"""Every address that the site answers, for tests that look at all of them."""

from functools import cache
from pathlib import Path

from studyapp.course.library import Course, load

LANGUAGES = ("en", "ko", "vi")


@cache
def course() -> Course:
    return load(Path(__file__).resolve().parents[2] / "content")


def public_paths() -> list[str]:
    """Every page in every language that anybody can open."""
    first = next(iter(course().lessons))
    below = ["", "lessons/", "glossary/", "search/", "about/", "offline/", "settings/", "progress/"]
    below += ["quizzes/cheat-sheet/", "quizzes/bank/", "quizzes/bank/answers/"]
    below += ["quizzes/review/", "quizzes/review/plan/", f"mine/review/?of={first}"]
    below += ["simulator/", "simulator/scramble/", "compare/"] + [
        f"simulator/{id}/" for id in course().scenarios
    ]
    below += ["facts/"] + [
        f"facts/{f}/" for f in ("agrees", "outdated", "wrong", "imprecise", "left-out")
    ]
    below += [f"lessons/{service.id}/" for service in course().services]
    below += [f"lessons/{id}/" for id in course().lessons]
    below += [f"lessons/{first}/finished/"]
    below += [f"glossary/{id}/" for id in course().terms]
    return ["/"] + [f"/{language}/{path}" for language in LANGUAGES for path in below]


def one_of_each_kind(language: str) -> list[str]:
    """One address for each template."""
    lesson = "sqs/visibility-timeout"
    other = {"en": "ko", "ko": "vi", "vi": "en"}[language]
    below = [
        "", "lessons/", "lessons/sqs/", f"lessons/{lesson}/", f"lessons/{lesson}/?with={other}",
        f"lessons/{lesson}/?with={other}&layout=tap", f"lessons/{lesson}/finished/",
        "glossary/", "glossary/visibility-timeout/", "facts/", "search/", "search/?q=queue",
        "simulator/", "simulator/sqs/crash-before-delete/", "simulator/sqs/crash-before-delete/?k.timeout=15",
        "simulator/sqs/crash-before-delete/?k.timeout=7", "simulator/sns/filter-and-or/",
        "simulator/mq/active-crash/?t=31", "simulator/sqs/crash-before-delete/event/12/",
        "simulator/sqs/crash-before-delete/?a=3000~sim.CrashActor~actor~worker-b&t=3",
        "simulator/sqs/crash-before-delete/compare/?two=k.timeout%3D15", "simulator/kinesis/hot-shard-split/?t=13",
        "simulator/basics/ticket-spike/", "simulator/scramble/", "simulator/scramble/?d=x",
        "simulator/sqs/build-a-queue/", "simulator/sqs/build-a-queue/?a=0~sqs.CreateQueue~queue_name~orders&t=0",
        "compare/", "compare/?k.second-oven=true&slow=yes&crash=5.5", "compare/?crash=never",
        "quizzes/cheat-sheet/", "quizzes/bank/", "quizzes/bank/answers/", "quizzes/review/",
        "quizzes/review/plan/", "quizzes/review/plan/?exam_on=1999-01-01", f"mine/review/?of={lesson}",
        "search/?q=zzzzqqq", "settings/", "about/", "progress/", "offline/",
    ]  # fmt: skip
    return [f"/{language}/{path}" for path in below]
