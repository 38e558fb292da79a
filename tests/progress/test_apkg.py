"""The package for Anki: a database that holds together, and notes that are the same ones next time."""

import io
import json
import sqlite3
import zipfile
from datetime import UTC, datetime

import pytest

from studyapp.progress.apkg import Note, NoteKind, guid_of, package

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
KIND = NoteKind("Kind", ("EN", "KO"), "{{EN}}", "{{FrontSide}}{{KO}}", "")
NOTES = [
    Note("term:queue", ("queue", "<b>대기열</b>"), ("sqs", "term")),
    Note("term:topic", ("topic", "주제")),
]


def opened(file: bytes) -> sqlite3.Connection:
    archive = zipfile.ZipFile(io.BytesIO(file))
    assert archive.namelist() == ["collection.anki2", "media"]
    assert archive.read("media") == b"{}"
    database = sqlite3.connect(":memory:")
    database.deserialize(archive.read("collection.anki2"))
    return database


def test_notes_cards_deck_and_kind_belong_together() -> None:
    database = opened(package("Deck", KIND, NOTES, AT))
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    models, decks, version = database.execute("SELECT models, decks, ver FROM col").fetchone()
    assert version == 11
    [model] = json.loads(models).values()
    assert [field["name"] for field in model["flds"]] == ["EN", "KO"]
    deck = next(each for each in json.loads(decks).values() if each["name"] == "Deck")
    rows = database.execute(
        "SELECT n.flds, n.tags, n.mid, c.did, c.ord, n.sfld FROM notes n JOIN cards c ON c.nid = n.id ORDER BY c.due"
    ).fetchall()
    assert rows == [
        ("queue\x1f<b>대기열</b>", " sqs term ", model["id"], deck["id"], 0, "queue"),
        ("topic\x1f주제", "", model["id"], deck["id"], 0, "topic"),
    ]


def test_the_same_key_is_the_same_note_whatever_it_says() -> None:
    first = opened(package("Deck", KIND, NOTES, AT))
    changed = [Note("term:topic", ("topic!", "주제")), Note("term:queue", ("line", "줄"))]
    later = opened(package("Deck", KIND, changed, datetime(2027, 1, 1, tzinfo=UTC)))
    query = "SELECT guid, id FROM notes ORDER BY guid"
    assert first.execute(query).fetchall() == later.execute(query).fetchall()
    assert guid_of("term:queue") in [guid for guid, _ in first.execute(query)]


def test_the_same_notes_at_the_same_moment_are_the_same_bytes() -> None:
    assert package("Deck", KIND, NOTES, AT) == package("Deck", KIND, NOTES, AT)


def test_a_field_cannot_break_into_two() -> None:
    database = opened(package("D", KIND, [Note("a", ("x\x1fy", "z"))], AT))
    assert database.execute("SELECT flds FROM notes").fetchone() == ("x y\x1fz",)


@pytest.mark.parametrize(
    "note", [Note("a", ("one",)), Note("a", ("one", "two"), ("a b",))], ids=["fields", "tag"]
)
def test_a_note_that_does_not_fit_is_refused(note: Note) -> None:
    with pytest.raises(ValueError, match="a"):
        package("Deck", KIND, [note], AT)
