"""The labelled three-language file format: text in, blocks and units out.

The format itself is described in `docs/writing-content.md`. Parsing never raises: whatever cannot be
read becomes a `Problem` with its line, and reading goes on, so that an author sees all faults at once.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from studyapp.course.problem import Problem

Language = Literal["ko", "en", "vi"]
LANGUAGES: tuple[Language, ...] = ("ko", "en", "vi")  # the order of the lines in a file

_HEADING = re.compile(r"^(#{1,3}) (?:([a-z][a-z-]*): )?(\S.*?)\s*$")
_ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_LABELLED = re.compile(r"^(ko|en|vi)(\??):(?: (.*))?$")
_PROPERTY = re.compile(r"^[a-z_]+ = ")
_FENCE = re.compile(r"^```([a-z]*)\s*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """One thought in three languages: the smallest stretch that all three share."""

    ko: str
    en: str
    vi: str
    line: int
    needs_look: tuple[Language, ...] = ()

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(language)
        return str(getattr(self, language))

    def line_of(self, language: Language) -> int:
        """The line in the file where this language's text stands."""
        return self.line + LANGUAGES.index(language)


@dataclass(frozen=True, slots=True)
class Fence:
    """A stretch of code, the same in every language."""

    language: str
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under a `###` heading: a row, a label, an answer."""

    kind: str
    id: str
    line: int
    properties: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    units: tuple[Unit, ...] = ()
    fences: tuple[Fence, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """What stands under a `#` or `##` heading. `level` is the number of hashes; text has kind ''."""

    level: int
    kind: str
    id: str
    line: int
    properties: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    units: tuple[Unit, ...] = ()
    fences: tuple[Fence, ...] = ()
    parts: tuple[Part, ...] = ()

    def part(self, kind: str) -> Part | None:
        """The first part of this kind, if there is one."""
        return next((part for part in self.parts if part.kind == kind), None)

    def parts_of(self, kind: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind == kind)

    def all_units(self) -> Iterator[Unit]:
        """The units of the block and of its parts, in the order of the file."""
        yield from self.units
        for part in self.parts:
            yield from part.units


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file. `heads` are the `#` blocks (title, summary), `blocks` the `##` blocks."""

    path: str
    front: Mapping[str, Any]
    heads: tuple[Block, ...]
    blocks: tuple[Block, ...]

    def head(self, id: str) -> Block | None:
        return next((block for block in self.heads if block.id == id), None)

    def all_units(self) -> Iterator[Unit]:
        for block in (*self.heads, *self.blocks):
            yield from block.all_units()


class _Open:
    """A heading whose contents are still being read."""

    def __init__(self, level: int, kind: str, id: str, line: int) -> None:
        self.level, self.kind, self.id, self.line = level, kind, id, line
        self.properties: dict[str, Any] = {}
        self.units: list[Unit] = []
        self.fences: list[Fence] = []
        self.parts: list[Part] = []

    def contents(self) -> dict[str, Any]:
        """What a block and a part have in common, made unchangeable."""
        return {
            "kind": self.kind,
            "id": self.id,
            "line": self.line,
            "properties": MappingProxyType(self.properties),
            "units": tuple(self.units),
            "fences": tuple(self.fences),
        }


class _Reader:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.position = 0
        self.problems: list[Problem] = []
        self.front: dict[str, Any] = {}
        self.blocks: list[Block] = []
        self.block: _Open | None = None
        self.part: _Open | None = None

    def problem(self, rule: str, text: str, line: int | None = None) -> None:
        self.problems.append(Problem(self.path, line or self.position + 1, rule, text))

    def read(self) -> Document:
        self.read_front()
        while self.position < len(self.lines):
            line = self.lines[self.position]
            if not line.strip():
                self.position += 1
            elif line.startswith("#"):
                self.read_heading(line)
            elif _LABELLED.match(line):
                self.read_unit()
            elif line.startswith("```"):
                self.read_fence(line)
            else:
                self.problem(
                    "L01",
                    f"this line has no label: {line[:50]!r}; begin it with 'ko: ', 'en: ' or 'vi: '",
                )
                self.position += 1
        self.close_block()
        return Document(
            self.path,
            MappingProxyType(self.front),
            tuple(block for block in self.blocks if block.level == 1),
            tuple(block for block in self.blocks if block.level == 2),
        )

    def read_front(self) -> None:
        if not self.lines or self.lines[0].rstrip() != "+++":
            return
        end = next((n for n in range(1, len(self.lines)) if self.lines[n].rstrip() == "+++"), None)
        if end is None:
            self.problem("L03", "the front matter is not closed; add a line '+++' after it", 1)
            self.position = 1
            return
        self.front = self.toml("\n".join(self.lines[1:end]), first_line=2)
        self.position = end + 1

    def toml(self, text: str, first_line: int) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            found = re.search(r"at line (\d+)", str(fault))
            line = first_line + (int(found.group(1)) - 1 if found else text.count("\n"))
            self.problem("L03", f"this is not TOML: {fault}", line)
            return {}

    def read_heading(self, line: str) -> None:
        number = self.position + 1
        found = _HEADING.match(line)
        if not found:
            self.problem("L03", f"not a heading: {line[:50]!r}; write '## id' or '## kind: id'")
            self.position += 1
            return
        hashes, kind, name = found.group(1), found.group(2) or "", found.group(3)
        if not _ID.match(name):
            self.problem("L02", f"{name!r} is not an id; use lower-case words joined by hyphens")
        self.position += 1
        if len(hashes) == 3:
            self.close_part()
            if self.block is None:
                self.problem("L03", "a part (###) needs a block (##) above it", number)
            self.part = _Open(3, kind or name, name, number)
            self.part.properties = self.read_properties()
        else:
            self.close_block()
            self.block = _Open(len(hashes), kind, name, number)
            self.block.properties = self.read_properties()

    def read_properties(self) -> dict[str, Any]:
        first = self.position
        while self.position < len(self.lines) and self.is_property(self.lines[self.position]):
            self.position += 1
        if first == self.position:
            return {}
        return self.toml("\n".join(self.lines[first : self.position]), first + 1)

    @staticmethod
    def is_property(line: str) -> bool:
        return bool(_PROPERTY.match(line)) or (line[:1] in " ]" and bool(line.strip()))

    def read_unit(self) -> None:
        start = self.position
        texts: dict[str, str] = {}
        marked: list[Language] = []
        for language in LANGUAGES:
            line = self.lines[self.position] if self.position < len(self.lines) else ""
            found = _LABELLED.match(line)
            if not found or found.group(1) != language:
                self.problem("L01", f"the '{language}: ' line is missing here; write ko, en, vi")
                continue
            texts[language] = (found.group(3) or "").strip()
            if found.group(2):
                marked.append(language)
            elif not texts[language]:
                self.problem("L01", f"the '{language}: ' line is empty; mark it '{language}?: '")
            self.position += 1
        if self.position == start:  # a line with a label, but not where a unit may begin
            self.position += 1
        following = self.lines[self.position] if self.position < len(self.lines) else ""
        if following.strip() and not (len(texts) < 3 and _LABELLED.match(following)):
            self.problem("L01", "a unit ends with an empty line; put one here")
        unit = Unit(
            texts.get("ko", ""), texts.get("en", ""), texts.get("vi", ""), start + 1, tuple(marked)
        )
        owner = self.part or self.block
        if owner is None:
            self.problem("L03", "this text stands before the first heading", start + 1)
        else:
            owner.units.append(unit)

    def read_fence(self, line: str) -> None:
        start = self.position
        found = _FENCE.match(line)
        end = next(
            (n for n in range(start + 1, len(self.lines)) if self.lines[n].rstrip() == "```"), None
        )
        owner = self.part or self.block
        if not found or end is None or owner is None:
            self.problem("L03", "this code is not closed, or stands before the first heading")
            self.position += 1
            return
        code = "\n".join(self.lines[start + 1 : end])
        owner.fences.append(Fence(found.group(1), code, start + 1))
        self.position = end + 1

    def close_part(self) -> None:
        if self.part and self.block:
            self.block.parts.append(Part(**self.part.contents()))
        self.part = None

    def close_block(self) -> None:
        self.close_part()
        if self.block:
            level, parts = self.block.level, tuple(self.block.parts)
            self.blocks.append(Block(level=level, parts=parts, **self.block.contents()))
        self.block = None


def parse(path: str, text: str) -> tuple[Document, list[Problem]]:
    """Read one file. `path` (relative to the content folder) is only used to name the place."""
    reader = _Reader(path, text)
    return reader.read(), reader.problems
