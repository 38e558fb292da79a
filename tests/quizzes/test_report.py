"""What a result says follows from the answers, and no more is said than they bear."""

import pytest

from studyapp.quizzes.estimate import scaled, wilson
from studyapp.quizzes.models import GUESS, SURE, Answer, Attempt
from studyapp.quizzes.report import report_of
from tests.quizzes.samples import NOON, choice

ITEMS = [choice(f"{s}/q{n}", domain=n % 4 + 1) for s in ("sqs", "sns") for n in range(10)]


def attempt() -> Attempt:
    questions = [
        {"question": i.id, "version": i.digest, "options": list(i.option_ids), "first": True}
        for i in ITEMS
    ]
    return Attempt(
        kind="exam", questions=questions, started_at=NOON.wall, finished_at=NOON.later(1500).wall
    )


def row(chosen: str, confidence: int = 0, milliseconds: int = 1000) -> Answer:
    return Answer(
        chosen=[chosen] if chosen else [],
        is_answered=bool(chosen),
        confidence=confidence,
        milliseconds=milliseconds,
    )


def report(answers: dict[str, Answer]):
    return report_of(attempt(), {item.id: item for item in ITEMS}, answers)


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        (0, 0, 0, 1),
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (15, 20, 0.5313, 0.8881),
        (40, 50, 0.6696, 0.8876),
    ],
)
def test_wilsons_interval_has_its_published_values(right, total, low, high):
    found = wilson(right, total)
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_the_scale_runs_from_100_to_1000():
    assert [scaled(share) for share in (0, 0.5, 0.75, 1)] == [100, 550, 775, 1000]


def test_an_exam_without_answers_is_100_points_and_everything_is_open():
    found = report({})
    assert (found.right, found.answered, found.estimate, found.is_above) == (0, 0, 100, False)
    assert len(found.wrong) == 20
    assert found.milliseconds_each == 0


def test_the_estimate_comes_with_its_range():
    found = report({item.id: row("a") for item in ITEMS[:15]})
    assert (found.right, found.estimate, found.is_above) == (15, 775, True)
    assert found.low < 720 < found.high


def test_sure_and_wrong_comes_first_and_lucky_guesses_are_named():
    found = report(
        {
            ITEMS[0].id: row("b"),
            ITEMS[5].id: row("b", SURE),
            ITEMS[6].id: row("a", GUESS),
            ITEMS[7].id: row("a", SURE),
        }
    )
    assert [each.number for each in found.sure_and_wrong] == [6]
    assert [each.number for each in found.lucky] == [7]
    assert [each.number for each in found.wrong][:2] == [6, 1]


def test_groups_add_up_and_the_one_with_most_to_gain_is_marked():
    found = report({item.id: row("a") for item in ITEMS[:12]})
    assert {share.name: (share.right, share.total) for share in found.services} == {
        "sqs": (10, 10),
        "sns": (2, 10),
    }
    assert found.weakest_service == "sns"
    assert sum(share.total for share in found.domains) == 20


def test_below_20_answers_a_share_says_too_little():
    assert not any(share.is_enough for share in report({}).services)


def test_the_slowest_are_those_beyond_the_pace_of_the_exam():
    times = {item.id: row("a", milliseconds=60_000 * n) for n, item in enumerate(ITEMS)}
    found = report(times)
    assert [each.number for each in found.slowest] == [20, 19, 18, 17]
    assert report({ITEMS[0].id: row("a", milliseconds=119_000)}).slowest == []
