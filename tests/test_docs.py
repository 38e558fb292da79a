"""The documentation names what there is."""

import re
import tomllib
from pathlib import Path

from studyapp.course.problem import RULES
from studyapp.course.schema import BLOCKS, SCENARIO_BLOCKS
from studyapp.engine.scenario import SECTIONS

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


def test_every_kind_of_block_of_a_scenario_is_explained_to_authors() -> None:
    text = (ROOT / "docs" / "writing-scenarios.md").read_text("utf-8")
    assert [kind for kind in SCENARIO_BLOCKS if f"## {kind}: " not in text] == []
    tables = [name for name in SECTIONS if f"`[{name}.NAME]`" not in text]
    assert tables == []


def test_what_the_simulator_leaves_out_is_said_with_ids_of_the_ledger() -> None:
    text = (ROOT / "docs" / "fidelity.md").read_text("utf-8")
    points = tomllib.loads((ROOT / "content" / "points.toml").read_text("utf-8"))
    named = set(re.findall(r"\b[A-Z]{2,3}-X?\d\d\b", text))
    assert len(named) > 100
    assert sorted(named - set(points)) == []
    for kind, first, last in re.findall(r"\b([A-Z]{2,3}-X?)(\d\d)\s+to\s+\1(\d\d)\b", text):
        named |= {f"{kind}{number:02}" for number in range(int(first), int(last) + 1)}
    services = ("SQS-X", "SNS-X", "KDS-X", "FH-X", "MQ-X", "AMQ-X", "RMQ-X")
    unsaid = [point for point in points if point.startswith(services) and point not in named]
    assert unsaid == [], "each of these is modelled, simplified or left out: say which"
    for title in (
        "Amazon SQS",
        "Amazon SNS",
        "Kinesis Data Streams",
        "Data Firehose",
        "ActiveMQ",
        "RabbitMQ",
    ):
        assert re.search(rf"^## .*{title}", text, flags=re.M), title
