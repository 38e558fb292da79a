"""What a change left behind: a translation whose English is newer (L09), a version whose key is newer (Q29)."""

from collections.abc import Iterable, Mapping

from studyapp.course.labelled import Document, Language, Unit
from studyapp.course.problem import Problem
from studyapp.course.questions import read_question

_TRANSLATIONS: tuple[Language, ...] = ("ko", "vi")


def _by_place(document: Document) -> dict[tuple[str, str, str, int], Unit]:
    """The units of a file by block, part and number, which do not change when lines move."""
    found: dict[tuple[str, str, str, int], Unit] = {}
    for block in (*document.heads, *document.blocks):
        for n, unit in enumerate(block.units):
            found[(block.id, "", "", n)] = unit
        for part in block.parts:
            for n, unit in enumerate(part.units):
                found[(block.id, part.kind, part.id, n)] = unit
    return found


def stale_translations(
    documents: Iterable[Document], older: Mapping[str, Document]
) -> list[Problem]:
    """Compare each file with its older version (by path); a stale line must carry `?`."""
    problems = []
    for document in documents:
        if document.path not in older:
            continue
        before = _by_place(older[document.path])
        for place, unit in _by_place(document).items():
            was = before.get(place)
            if was is None or was.en == unit.en:
                continue
            for language in _TRANSLATIONS:
                if was[language] == unit[language] and language not in unit.needs_look:
                    text = (
                        f"the English changed, the {language} line did not; mark it '{language}?: '"
                    )
                    problems.append(Problem(document.path, unit.line_of(language), "L09", text))
    return problems


def stale_versions(documents: Iterable[Document], older: Mapping[str, Document]) -> list[Problem]:
    """Answers that were given stay judged by the version they were given to, so another key needs another
    version."""
    problems = []
    for document in documents:
        if not document.path.startswith("questions/") or document.path not in older:
            continue
        now, was = read_question(document, []), read_question(older[document.path], [])
        if now and was and now.key != was.key and now.version <= was.version:
            text = f"the key changed; write version = {was.version + 1}"
            problems.append(Problem(document.path, 1, "Q29", text))
    return problems
