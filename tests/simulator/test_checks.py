"""The rules that need a run find their faults, with file and line, and nothing where nothing is wrong."""

from pathlib import Path

import pytest

from studyapp.course.library import load
from studyapp.course.problem import Problem
from studyapp.simulator.checks import (
    check_placeholders,
    check_scenario,
    check_telling,
    line_of,
)
from tests.support.content import (
    SCENARIO,
    Plant,
    small_course,
    swap,
    write_course,
)
from tests.support.content import (
    line_of as line_of_text,
)


def found(folder: Path) -> list[Problem]:
    course = load(folder)
    assert course.problems == ()
    file = course.scenarios["sqs/crash-before-delete"]
    return list(check_scenario(course, file, folder))


def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path):
    assert found(write_course(tmp_path)) == []


PLANTS: dict[str, tuple[Plant, str, str, str]] = {
    "a story that is another": (
        swap(SCENARIO, "again 30s", "again 31s"),
        "S01",
        "expect =",
        "differs",
    ),
    "a queue setting that SQS refuses": (
        swap(SCENARIO, "[queues.orders]", "[queues.orders]\nmessage_retention_period = 1"),
        "S01",
        "[queues.orders]",
        "refused",
    ),
    "a setting that is none": (
        swap(SCENARIO, "[[script]]", "[queues.other]\nvisibility = 3\n\n[[script]]"),
        "S01",
        "[queues.other]",
        "refused",
    ),
    "an action that is none": (
        swap(SCENARIO, '"sqs.SendMessage"', '"sqs.Send"'),
        "S01",
        'do = "sqs.Send"',
        "is no action",
    ),
    "a command that is refused": (
        swap(SCENARIO, 'queue = "orders"\nmessage_body', 'queue = "gone"\nmessage_body'),
        "S01",
        "[[script]]",
        "queue-not-found",
    ),
    "a knob that leads nowhere": (
        swap(SCENARIO, "queues.orders.visibility_timeout", "queues.orders.delay"),
        "S01",
        "sets =",
        "leads nowhere",
    ),
    "a knob value that SQS refuses": (
        swap(SCENARIO, "values = [20, 30]", "values = [30, 99999]"),
        "S02",
        "[knobs.timeout]",
        "99999",
    ),
    "a moment that never happens": (
        swap(SCENARIO, 'message = "A" } }', 'message = "B" } }'),
        "S02",
        "## moment",
        "never happens",
    ),
    "a gate that never happens": (
        swap(SCENARIO, 'when = { event = "MessageVisible" }', 'when = { event = "MessageGone" }'),
        "S02",
        "## gate",
        "never happens",
    ),
    "a goal test that is none": (
        swap(SCENARIO, '"event-happens"', '"it-works"'),
        "S02",
        "## goal",
        "there is no goal test",
    ),
    "a goal with a parameter that is none": (
        swap(SCENARIO, 'parameters = { event = "', 'parameters = { kind = "'),
        "S02",
        "## goal",
        "unknown-parameter",
    ),
    "a goal that is not met": (
        swap(SCENARIO, 'where = { queue = "orders" } }\nmet', 'where = { queue = "other" } }\nmet'),
        "S02",
        "## goal",
        "the run says otherwise",
    ),
    "a goal without a way": (
        swap(SCENARIO, 'queue = "orders" } }\nmet = true', 'queue = "other" } }\nmet = false'),
        "S02",
        "## goal",
        "needs solution",
    ),
    "a way that does not lead to the goal": (
        swap(
            SCENARIO,
            'queue = "orders" } }\nmet = true',
            'queue = "other" } }\nmet = false\nsolution = { knobs = { timeout = 20 } }',
        ),
        "S02",
        "## goal",
        "does not reach it",
    ),
    "a reason that nobody can tell": (
        swap("telling/sqs.md", "## reason: visibility-timeout-ended", "## reason: other"),
        "S06",
        "",
        "visibility-timeout-ended",
    ),
}


@pytest.mark.parametrize(("plant", "rule", "at", "says"), PLANTS.values(), ids=PLANTS)
def test_a_planted_fault_is_found_at_its_place(
    plant: Plant, rule: str, at: str, says: str, tmp_path: Path
):
    plant(write_course(tmp_path))
    line = line_of_text(tmp_path, SCENARIO, at) if at else 1
    places = [(each.rule, each.line) for each in found(tmp_path) if says in each.text]
    assert (rule, line) in places


def test_what_cannot_be_told_and_what_never_happens_is_named(tmp_path: Path):
    problems = [str(problem) for problem in check_telling(small_course(tmp_path))]
    assert any("'## event: message-visible' is missing" in each for each in problems)
    assert any("'## refusal: queue-not-found' is missing" in each for each in problems)
    # A goal of the small course asks for this one.
    assert any("'## occurrence: message-visible' is missing" in each for each in problems)
    assert not any("'## occurrence: message-deleted'" in each for each in problems)
    assert not any("message-sent" in each for each in problems)
    swap("telling/sqs.md", "## event: message-sent", "## event: message-eaten")(tmp_path)
    problems = [str(problem) for problem in check_telling(load(tmp_path))]
    assert (
        "content/telling/sqs.md:1: S06 no event is called 'message-eaten'; delete its sentence"
        in problems
    )


def test_a_goal_that_asks_for_a_reason_needs_words_for_it(tmp_path: Path):
    write_course(tmp_path)
    swap(SCENARIO, 'queue = "orders" } }\nmet = true', 'reason = "delay-ended" } }\nmet = true')(
        tmp_path
    )
    problems = [str(problem) for problem in check_telling(load(tmp_path))]
    assert any("'## occurrence: message-visible-delay-ended' is missing" in p for p in problems)


@pytest.mark.parametrize("where", ["{ reason = 5 }", '{ reason = ["a"] }', '"x"', '["x"]'])
def test_a_goal_that_nobody_can_read_is_a_problem_and_no_traceback(tmp_path: Path, where: str):
    write_course(tmp_path)
    asked = 'where = { queue = "orders" } }\nmet = true'
    swap(SCENARIO, asked, f"where = {where} }}\nmet = true")(tmp_path)
    list(check_telling(load(tmp_path)))
    assert [each.path for each in found(tmp_path)] != []


def test_a_placeholder_that_the_event_lacks_is_named(tmp_path: Path):
    assert list(check_placeholders(small_course(tmp_path))) == []
    for label in ("ko: {queue}", "en: {queue}", "vi: {queue}"):
        swap("telling/sqs.md", label, label.replace("queue", "topic"))(tmp_path)
    assert [str(problem) for problem in check_placeholders(load(tmp_path))] == [
        "content/telling/sqs.md:1: S05 the event 'message-sent' has no field 'topic'"
    ]


FRONT = """+++
seed = 7
[queues.orders]
delay_seconds = 3
[queues.other]
delay_seconds = 4
[[script]]
at_ms = 1
[[script]]
at_ms = 2
+++
"""
DOTTED = """+++
[queues."orders.fifo"]
fifo_queue = true
[queues.orders]
delay_seconds = 4
[[script]]
do = "sqs.ListQueues"
[[script]]
at_ms = 2
+++
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("queues", "orders"), 4),
        (("queues", "orders.fifo"), 2),
        (("queues", "orders.fifo", "delay_seconds"), 2),
        (("script", 0, "at_ms"), 6),
        (("script", 1, "at_ms"), 9),
        (("script", 7, "at_ms"), 1),
    ],
)
def test_a_path_leads_to_its_own_table_and_no_other(path: tuple[str | int, ...], line: int):
    assert line_of(DOTTED, path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("seed",), 2),
        (("queues", "orders"), 3),
        (("queues", "orders", "delay_seconds"), 4),
        (("queues", "other", "delay_seconds"), 6),
        (("script", 1, "at_ms"), 10),
        (("script", 0), 7),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_a_path_in_the_front_matter_has_a_line(path: tuple[str | int, ...], line: int):
    assert line_of(FRONT, path) == line
