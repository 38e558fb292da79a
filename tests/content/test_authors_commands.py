"""What authors type: findings of a file, and where the bank stands."""

from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.support.content import swap
from tests.support.questions import BELIEFS, KNOB, SINGLE, write_questions


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.CONTENT_DIR = write_questions(tmp_path)
    return tmp_path


def findings(*words: str) -> list[str]:
    """The lines of `check_content` that name a place, whether it ends well or not."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("check_content", *words, stdout=out)
    return [line for line in out.getvalue().split("\n") if line.startswith("content/")]


def test_only_the_findings_of_one_file_are_shown(folder: Path):
    swap(SINGLE, 'objective = "sqs.timeout"', 'objective = "sqs.gone"')(folder)
    swap(KNOB, "passes = [20]\nfails = [30]", "passes = [30]\nfails = [20]")(folder)
    swap(BELIEFS, "en: Receiving deletes.", "en: Receiving does not delete.")(folder)
    for file in (SINGLE, KNOB, BELIEFS):
        found = findings("--only", file)
        assert found
        assert all(line.startswith(f"content/{file}:") for line in found)
    assert findings("--only", f"content/{SINGLE}") == findings("--only", SINGLE)
    assert len(findings("--only", "questions")) == len(
        findings("--only", SINGLE) + findings("--only", KNOB)
    )


def test_a_file_without_faults_has_no_findings(folder: Path):
    swap(KNOB, "passes = [20]\nfails = [30]", "passes = [30]\nfails = [20]")(folder)
    assert findings("--only", SINGLE) == []


def test_the_report_says_where_the_bank_stands(folder: Path):
    out = StringIO()
    call_command("report_questions", stdout=out)
    lines = out.getvalue().split("\n")
    assert lines[0] == "9 questions, 3 keys played"
    assert "grade: exam 0, drill 8, simulated 1" in lines
    assert "objectives with fewer than 2 families: none" in lines
    assert sum(line.startswith(("ko: ", "en: ", "vi: ")) for line in lines) == 9
