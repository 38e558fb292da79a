"""Writes a package of cards for Anki: a zip with an SQLite database of Anki's schema 11.

Everything that identifies a note comes from its key, so that a later package updates the notes of an earlier one
and keeps what the learner did with them. Nothing here knows what the notes say.
"""

import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

_TAG = re.compile(r"<[^>]*>")
# Ids of Anki are moments in milliseconds; ours lie in a stretch of the past.
_FIRST_ID, _IDS = 1_500_000_000_000, 10**11
_TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
  ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL,
  models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
  usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL,
  flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL,
  ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL,
  left integer NOT NULL, odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL,
  ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL,
  type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_notes_csum ON notes (csum);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_revlog_cid ON revlog (cid);
"""


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `key` is its name for ever, `fields` are HTML in the order of the kind, `tags` have no spaces."""

    key: str
    fields: tuple[str, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteKind:
    """What Anki calls a note type: the names of the fields, and the two sides of the one card it makes."""

    name: str
    fields: Sequence[str]
    front: str
    back: str
    css: str


def package(deck: str, kind: NoteKind, notes: Iterable[Note], at: datetime) -> bytes:
    """The .apkg file. Raises ValueError for a note whose fields are not those of its kind."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_TABLES)
        _write(database, deck, kind, list(notes), int(at.timestamp()))
        database.commit()
        collection = database.serialize()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("collection.anki2", collection), ("media", b"{}")):
            # A fixed date: the same notes at the same moment give the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return file.getvalue()


def number_of(key: str) -> int:
    """The id of what this key names, the same for ever."""
    return _FIRST_ID + int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % _IDS


def guid_of(key: str) -> str:
    """What Anki knows a note by when it comes again."""
    return hashlib.sha256(f"decouple {key}".encode()).hexdigest()[:20]


def _write(
    database: sqlite3.Connection, deck: str, kind: NoteKind, notes: list[Note], at: int
) -> None:
    model, deck_id = number_of(f"kind {kind.name}"), number_of(f"deck {deck}")
    database.execute(
        "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
        (
            at - at % 86_400,
            at * 1000,
            at * 1000,
            json.dumps({"curDeck": deck_id, "activeDecks": [deck_id], "nextPos": len(notes) + 1}),
            json.dumps({str(model): _model(model, deck_id, kind, at)}),
            json.dumps(
                {str(id): _deck(id, name, at) for id, name in ((1, "Default"), (deck_id, deck))}
            ),
            json.dumps({"1": _options()}),
        ),
    )
    taken: set[int] = set()
    for place, note in enumerate(notes, 1):
        if len(note.fields) != len(kind.fields):
            raise ValueError(f"{note.key} has {len(note.fields)} fields, {kind.name} wants others")
        if any(" " in tag for tag in note.tags):
            raise ValueError(f"{note.key}: a tag has a space")
        id = number_of(note.key)
        while id in taken:
            id += 1
        taken.add(id)
        first = _TAG.sub("", note.fields[0])
        database.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
            (
                id, guid_of(note.key), model, at, f" {' '.join(note.tags)} " if note.tags else "",
                "\x1f".join(field.replace("\x1f", " ") for field in note.fields), first,
                int(hashlib.sha1(first.encode()).hexdigest()[:8], 16),
            ),
        )  # fmt: skip
        database.execute(
            "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
            (id, id, deck_id, at, place),
        )


def _model(id: int, deck: int, kind: NoteKind, at: int) -> dict[str, object]:
    return {
        "id": id, "name": kind.name, "type": 0, "mod": at, "usn": -1, "sortf": 0, "did": deck,
        "css": kind.css, "latexPre": "", "latexPost": "", "tags": [], "vers": [],
        "flds": [
            {"name": name, "ord": place, "sticky": False, "rtl": False, "font": "Arial", "size": 20, "media": []}
            for place, name in enumerate(kind.fields)
        ],
        "tmpls": [
            {"name": "Card", "ord": 0, "qfmt": kind.front, "afmt": kind.back, "bqfmt": "", "bafmt": "", "did": None}
        ],
        "req": [[0, "any", list(range(len(kind.fields)))]],
    }  # fmt: skip


def _deck(id: int, name: str, at: int) -> dict[str, object]:
    return {
        "id": id, "name": name, "desc": "", "mod": at, "usn": -1, "conf": 1, "dyn": 0, "collapsed": False,
        "extendNew": 10, "extendRev": 50, "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0],
        "timeToday": [0, 0],
    }  # fmt: skip


def _options() -> dict[str, object]:
    return {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0, "replayq": True,
        "new": {"delays": [1, 10], "ints": [1, 4, 7], "initialFactor": 2500, "order": 1, "perDay": 20,
                "bury": True, "separate": True},
        "rev": {"perDay": 100, "ease4": 1.3, "fuzz": 0.05, "minSpace": 1, "ivlFct": 1, "maxIvl": 36500, "bury": True},
        "lapse": {"delays": [10], "mult": 0, "minInt": 1, "leechFails": 8, "leechAction": 0},
    }  # fmt: skip
