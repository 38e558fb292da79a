"""The documentation names what there is."""

import re
from pathlib import Path

from studyapp.course.problem import RULES
from studyapp.course.schema import BLOCKS

ROOT = Path(__file__).resolve().parents[1]


def test_every_content_rule_stands_in_the_docs_with_its_words_and_kind() -> None:
    text = (ROOT / "docs" / "content-rules.md").read_text("utf-8")
    rows = re.findall(r"^\| ([A-Z]\d\d) \| (.+?) \| (\w+) \|$", text, flags=re.M)
    assert {id: (says, kind) for id, says, kind in rows} == {
        id: (rule.says, rule.severity) for id, rule in RULES.items()
    }


def test_every_kind_of_block_is_explained_to_authors() -> None:
    text = (ROOT / "docs" / "writing-content.md").read_text("utf-8")
    missing = [kind for kind in BLOCKS if kind and f"`## {kind}: id`" not in text]
    assert missing == []


def test_every_variable_of_the_settings_is_explained_to_operators() -> None:
    used = set(
        re.findall(r'"(DECOUPLE_[A-Z_]+)"', (ROOT / "studyapp" / "settings.py").read_text("utf-8"))
    )
    text = (ROOT / "docs" / "running.md").read_text("utf-8")
    assert used
    assert [name for name in sorted(used) if f"`{name}`" not in text] == []


def test_the_readme_names_the_two_commands_and_only_targets_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.M))
    assert "```\nmake serve\n```" in readme
    assert "```\nmake test\n```" in readme
    assert set(re.findall(r"make ([a-z]+)`", readme)) <= targets


def test_every_page_that_the_docs_link_to_exists() -> None:
    broken = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(
            r"\]\(((?!https?:|lesson:|term:|#)[^)]+)\)", page.read_text("utf-8")
        ):
            if not (page.parent / link).exists():
                broken.append(f"{page.name}: {link}")
    assert broken == []
