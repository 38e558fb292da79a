"""Every refusal can be put into AWS's words, and none of the words is for nothing."""

import ast
import re
from pathlib import Path

import pytest

from studyapp.engine.refusals import Refused
from studyapp.engine.wording import PARTS, REASONS, message

ENGINE = Path(__file__).resolve().parents[2] / "studyapp/engine"
SOURCES = {
    file: ast.parse(file.read_text("utf-8"))
    for file in sorted(ENGINE.rglob("*.py"))
    if file.name != "refusals.py" or file.parent == ENGINE
}


def raised() -> set[str]:
    """The reasons in `Refused("...")`."""
    return {
        node.args[0].value
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Refused"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def words() -> set[str]:
    """Every string constant of the engine outside the tables of refusals."""
    found = set()
    for file, tree in SOURCES.items():
        skip = set()
        if file.name == "refusals.py":
            skip = {
                id(key)
                for node in ast.walk(tree)
                if isinstance(node, ast.Dict)
                for key in node.keys
            }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in skip
        }
    return found


def test_no_reason_stands_in_two_tables():
    assert len(REASONS) == sum(len(part) for part in PARTS)


def test_every_reason_that_is_raised_has_its_words():
    assert raised() - set(REASONS) == set()


def test_every_reason_with_words_is_raised_somewhere():
    assert set(REASONS) - words() == set()


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_reads_as_an_answer_of_aws(reason: str):
    refusal = REASONS[reason]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", reason)
    # AMQP 0-9-1 has reply codes (320 to 541) and names with underscores where AWS has HTTP.
    amqp = re.fullmatch(r"[A-Z]+_[A-Z_]+", refusal.code) and 300 <= refusal.http_status <= 541
    http = refusal.http_status in (400, 403, 404, 409, 413, 429, 500, 503)
    assert amqp or (re.fullmatch(r"[A-Za-z.]+", refusal.code) and http)
    assert message(reason, ()).strip()


def test_the_details_stand_in_the_words():
    refusal = Refused("missing-parameter", parameter="MessageBody")
    assert message(refusal.reason, refusal.details) == (
        "The request must contain the parameter MessageBody."
    )
