"""Who may import whom. The table here is the one in docs/architecture.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EVERYTHING = "all"

MAY_IMPORT = {
    "engine": set(),
    "course": set(),
    "progress": {"course"},
    "pages": {"course", "progress"},
    "lessons": {"course", "pages"},
    "reference": {"course", "pages", "lessons.parallel"},
    "search": {"course", "pages"},
    "grading": {"course", "engine"},
    "quizzes": {"course", "grading", "pages", "progress"},
    "simulator": {"course", "engine", "grading", "pages", "progress"},
    "front": {"pages.languages"},
    "asgi": {EVERYTHING},
    "wsgi": {EVERYTHING},
    "urls": {EVERYTHING},
    "settings": {EVERYTHING},
}
# Plain Python: these run without Django.
PLAIN = (
    "engine/",
    "course/",
    "grading/",
    "search/folding.py",
    "search/index.py",
    "simulator/scene/",
)
FILES = sorted(set((ROOT / "studyapp").rglob("*.py")) - {ROOT / "studyapp/__init__.py"})


def imports(source: str, package: str) -> Iterator[str]:
    """Every module that a source names, as a full name, also where a function imports it.

    `from a import b` counts as 'a.b': b may be a module.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield from (f"{base}.{each.name}" for each in node.names)


def place_of(file: Path) -> str:
    return file.relative_to(ROOT / "studyapp").as_posix()


def imports_of(file: Path) -> list[str]:
    package = ".".join(file.relative_to(ROOT).parent.parts)
    return list(imports(file.read_text(encoding="utf-8"), package))


def part_of(file: Path) -> str:
    """The package below studyapp, or the module that stands there alone."""
    return place_of(file).split("/")[0].removesuffix(".py")


def strangers(file: Path) -> list[str]:
    """Modules of ours that a file imports and may not."""
    allowed = MAY_IMPORT.get(part_of(file), set()) | {part_of(file)}
    ours = [name.removeprefix("studyapp.") for name in imports_of(file) if is_ours(name)]
    return [
        name
        for name in ours
        if EVERYTHING not in allowed
        and not any(f"{name}.".startswith(f"{each}.") for each in allowed)
    ]


def is_ours(name: str) -> bool:
    return name.split(".")[0] == "studyapp"


@pytest.mark.parametrize("file", FILES, ids=place_of)
def test_a_module_imports_only_what_its_package_may(file: Path):
    assert strangers(file) == []


def test_every_package_stands_in_the_table():
    assert {part_of(file) for file in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    "file", [file for file in FILES if place_of(file).startswith(PLAIN)], ids=place_of
)
def test_the_plain_modules_do_without_django(file: Path):
    assert [name for name in imports_of(file) if name.split(".")[0] == "django"] == []


# What the engine needs of the standard library. No clock, no file, no socket, no chance of its own.
ENGINE_NEEDS = {
    "base64",
    "binascii",
    "bisect",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "functools",
    "hashlib",
    "heapq",
    "inspect",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "re",
    "types",
    "typing",
}


@pytest.mark.parametrize(
    "file", [file for file in FILES if part_of(file) == "engine"], ids=place_of
)
def test_the_engine_reads_no_clock_no_file_and_no_chance_of_its_own(file: Path):
    outside = {name.split(".")[0] for name in imports_of(file)} - {"studyapp"}
    assert outside - ENGINE_NEEDS == set()
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert (
        called & {"open", "now", "today", "utcnow", "time", "hash", "id", "print", "input"} == set()
    )


def test_the_documentation_has_the_same_table():
    rows = re.findall(
        r"^\| (`[^|]*) \|[^|]*\| ([^|]*) \|$",
        (ROOT / "docs/architecture.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    written = {
        name: set(re.findall(r"`([a-z.]+)`", may)) | ({EVERYTHING} if may == EVERYTHING else set())
        for names, may in rows
        for name in re.findall(r"`([a-z]+)`", names)
    }
    assert written == MAY_IMPORT


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import studyapp.pages.views", ["studyapp.pages.views"]),
        ("from studyapp.pages import views as v", ["studyapp.pages.views"]),
        ("from studyapp import pages", ["studyapp.pages"]),
        ("from .facts import Fact", ["studyapp.course.facts.Fact"]),
        ("from ..pages import views", ["studyapp.pages.views"]),
        ("from . import facts", ["studyapp.course.facts"]),
        ("def f():\n    import django", ["django"]),
        ("if TYPE_CHECKING:\n    from django.http import HttpRequest", ["django.http.HttpRequest"]),
    ],
)
def test_no_import_is_overlooked(source: str, names: list[str]):
    assert list(imports(source, "studyapp.course")) == names
