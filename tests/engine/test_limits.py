"""What the simulator does and what the lessons say are the same numbers."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from studyapp.course.library import load

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "studyapp/engine/limits").glob("[a-z]*.py"))
MODULES: list[ModuleType] = [
    importlib.import_module(f"studyapp.engine.limits.{file.stem}") for file in FILES
]
COURSE = load(ROOT / "content")
NUMBERS = [
    pytest.param(id, value, id=id) for module in MODULES for id, value in module.FACTS.items()
]


@pytest.mark.parametrize(("id", "value"), NUMBERS)
def test_a_limit_is_the_number_of_its_fact(id: str, value: int):
    assert id in COURSE.facts, "there is no such fact in content/facts"
    assert COURSE.facts[id].value == value


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_what_is_assumed_is_a_limit_and_says_on_what_it_is_based(module: ModuleType):
    for name, basis in module.ASSUMED.items():
        assert isinstance(getattr(module, name), int), name
        assert len(basis) > 20, name


def test_there_are_limits_for_every_service():
    services = {id.split(".")[0] for module in MODULES for id in module.FACTS}
    assert {"sqs", "sns", "kinesis", "firehose", "mq"} <= services
