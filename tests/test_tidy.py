"""Habits that the tree keeps: names that say something, colours in one place, no clock in the course."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted((ROOT / "studyapp").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
SAYS_NOTHING = {"utils", "common", "misc", "base", "manager", "helpers"}


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_there_is_something_to_look_at():
    assert all([PYTHON, TEMPLATES, STYLES])


def test_file_names_say_what_is_inside():
    assert [name_of(file) for file in PYTHON if file.stem in SAYS_NOTHING] == []


# Templates: the policy of the site forbids styles and scripts in pages.


class Inline(HTMLParser):
    """Collects what a page may not hold: style attributes, handlers, scripts without a file."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        # Django's tags become spaces, so that an attribute is seen whatever decides about it.
        self.feed(re.sub(r"\{%.*?%\}|\{#.*?#\}", " ", re.sub(r"\{\{.*?\}\}", "x", html)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in named if name == "style" or name[:2] == "on"]
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and "src" not in named and named.get("type") != "application/ld+json":
            self.found.append("<script> without src")


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_a_template_holds_neither_styles_nor_scripts(file: Path):
    assert Inline(file.read_text(encoding="utf-8")).found == []


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<p {% if x %}style='a'{% endif %}>",
        '<a href="{% url "home" %}" onclick="go()">',
        "<body ONLOAD=go()>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        "<style>p {}</style>",
    ],
)
def test_what_a_template_may_not_hold_is_seen(html: str):
    assert len(Inline(html).found) == 1


# Stylesheets: every colour is a token.

_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\("
    r"|(?<![\w-])(?:white|black|red|green|blue|gr[ae]y|yellow|orange|purple|pink|brown|navy|teal)(?![\w-])",
    re.IGNORECASE,
)


def colours(css: str) -> Iterator[str]:
    """Colour literals in declarations: a '#' in a selector is an id."""
    css = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", css, flags=re.DOTALL)
    for value in re.findall(r"[\w-]+\s*:\s*([^;{}]*)(?=[;}])", css):
        yield from _COLOUR.findall(value)


@pytest.mark.parametrize("file", [f for f in STYLES if f.name != "tokens.css"], ids=name_of)
def test_colours_stand_in_the_tokens_only(file: Path):
    assert list(colours(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { color: #fff; }", ["#fff"]),
        ("a { background: url(a.png) #0006 }", ["#0006"]),
        ("a { border: 1px solid rgb(0 0 0 / 50%); }", ["rgb("]),
        ("a { color: White; }", ["White"]),
        ("#add { white-space: nowrap; color: var(--red); }", []),
        ("a:hover, #fed { transition: color 1s; } /* #fff */", []),
    ],
)
def test_colour_literals_are_seen(css: str, found: list[str]):
    assert list(colours(css)) == found


# The course: the same content is the same course on every day.

_CLOCKS = re.compile(
    r"\b(?:random|secrets|uuid|time)\.\w+|\b(?:datetime|date|dt)\.(?:now|today|utcnow)\b|\btimezone\.now"
)


def clocks(source: str) -> list[str]:
    """Where a source asks for the time or for chance; words in strings and comments do not count."""
    written = (ast.unparse(n) for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute))
    imported = (
        f"{node.module}.{each.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    )
    return [text for text in (*written, *imported) if _CLOCKS.search(text)]


@pytest.mark.parametrize("file", [f for f in PYTHON if "/course/" in name_of(f)], ids=name_of)
def test_the_course_knows_neither_clock_nor_chance(file: Path):
    assert clocks(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "import time\ntime.monotonic()",
        "from time import time",
        "import datetime as dt\ndt.datetime.now(tz=None)",
        "from datetime import date\ndate.today()",
        "import random\nrandom.shuffle([])",
        "from random import choice",
        "from django.utils import timezone\ntimezone.now()",
    ],
)
def test_a_clock_is_seen(source: str):
    assert clocks(source) != []


def test_a_date_is_no_clock():
    assert clocks("import datetime as dt\nx: dt.date = dt.date(2026, 11, 1)  # not today()") == []
