"""Keeps questions exactly as they were asked, and finds them again."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from studyapp.quizzes.items import Item, item_of
from studyapp.quizzes.models import Attempt, QuestionVersion


def keep(items: Iterable[Item]) -> None:
    """Store the versions that are not there yet."""
    QuestionVersion.objects.bulk_create(
        [QuestionVersion(digest=i.digest, question=i.id, text=i.text) for i in items],
        ignore_conflicts=True,
    )


def items_of(attempt: Attempt, bank: Mapping[str, Item]) -> dict[str, Item]:
    """Every question of an attempt as it was asked, by id.

    The bank of this process serves what has not changed since; the rest comes from the database.
    """
    wanted = {entry["question"]: entry["version"] for entry in attempt.questions}
    return items_of_versions(wanted, bank)


def items_of_versions(wanted: Mapping[str, str], bank: Mapping[str, Item]) -> dict[str, Item]:
    """The items of these versions, a mapping of question id to digest."""
    found: dict[str, Item] = {}
    missing: list[str] = []
    for id, digest in wanted.items():
        item = bank.get(id)
        if item is not None and item.digest == digest:
            found[id] = item
        else:
            missing.append(digest)
    if missing:
        for version in QuestionVersion.objects.filter(digest__in=missing):
            found[version.question] = _parsed(version.text)
    return found


@lru_cache(maxsize=256)
def _parsed(text: str) -> Item:
    return item_of(text)
