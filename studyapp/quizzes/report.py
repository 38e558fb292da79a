"""What a finished attempt says: how many were right, where, how sure, and how long it took."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from textwrap import shorten

from django.utils.translation import get_language

from studyapp.course.markup import plain
from studyapp.quizzes.estimate import ENOUGH, LOWEST, PASS_LINE, scaled, wilson
from studyapp.quizzes.grading import is_right
from studyapp.quizzes.items import Item
from studyapp.quizzes.models import GUESS, SURE, Answer, Attempt, LateAnswer
from studyapp.quizzes.pausing import paused_for

# The pace of the exam: 130 minutes for 65 questions.
PACE_MILLISECONDS = 120_000
_SLOWEST = 4
_STEM_MAX = 90


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the report. `state` is 'right', 'wrong' or 'open'."""

    number: int
    item: Item
    state: str
    flagged: bool
    confidence: int
    milliseconds: int
    is_late: bool

    @property
    def stem(self) -> str:
        """The beginning of the question, in the language of the page."""
        language = get_language() or "en"
        return shorten(plain(self.item.stem[0][language]), _STEM_MAX, placeholder="…")

    @property
    def is_sure_and_wrong(self) -> bool:
        return self.state == "wrong" and self.confidence == SURE

    @property
    def is_lucky_guess(self) -> bool:
        return self.state == "right" and self.confidence == GUESS


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a group were right. `low` and `high` are percents of its 95 % interval."""

    name: str
    right: int
    total: int
    low: int
    high: int
    is_weakest: bool = False

    @property
    def is_enough(self) -> bool:
        return self.total >= ENOUGH


@dataclass(frozen=True, slots=True)
class Report:
    rows: Sequence[Row]
    right: int
    total: int
    answered: int
    estimate: int
    low: int
    high: int
    domains: Sequence[Share]
    services: Sequence[Share]
    sure_and_wrong: Sequence[Row]
    lucky: Sequence[Row]
    slowest: Sequence[Row]
    wrong: Sequence[Row]
    milliseconds: int
    duration: timedelta
    pass_line: int = PASS_LINE
    late: Sequence[int] = field(default_factory=tuple)

    @property
    def is_above(self) -> bool:
        return self.estimate >= self.pass_line

    @property
    def weakest_service(self) -> str:
        return next((share.name for share in self.services if share.is_weakest), "")

    @property
    def minutes(self) -> int:
        return max(1, round(self.duration.total_seconds() / 60))

    @property
    def estimate_at(self) -> int:
        """Where the estimate stands on a rule from 0 to 900."""
        return self.estimate - LOWEST

    @property
    def low_at(self) -> int:
        return self.low - LOWEST

    @property
    def high_at(self) -> int:
        return self.high - LOWEST

    @property
    def milliseconds_each(self) -> int:
        return self.milliseconds // max(1, self.answered)


def report_of(
    attempt: Attempt,
    items: Mapping[str, Item],
    answers: Mapping[str, Answer],
    late: Sequence[LateAnswer] = (),
) -> Report:
    """Everything about a finished attempt, computed from its answers."""
    late_ids = {each.question for each in late}
    rows = [
        _row(number, items[entry["question"]], answers.get(entry["question"]), late_ids)
        for number, entry in enumerate(attempt.questions, 1)
    ]
    right, total = sum(row.state == "right" for row in rows), len(rows)
    interval = wilson(right, total)
    answered = [row for row in rows if row.state != "open"]
    spent = [row for row in rows if row.milliseconds > PACE_MILLISECONDS]
    ended = attempt.finished_at or attempt.started_at
    return Report(
        rows=rows,
        right=right,
        total=total,
        answered=len(answered),
        estimate=scaled(right / total) if total else scaled(0),
        low=scaled(interval.low),
        high=scaled(interval.high),
        domains=shares(rows, lambda row: str(row.item.domain)),
        services=shares(rows, lambda row: row.item.service),
        sure_and_wrong=[row for row in rows if row.is_sure_and_wrong],
        lucky=[row for row in rows if row.is_lucky_guess],
        slowest=sorted(spent, key=lambda row: -row.milliseconds)[:_SLOWEST],
        wrong=sorted(
            (row for row in rows if row.state != "right"),
            key=lambda row: (not row.is_sure_and_wrong, row.state == "open", row.number),
        ),
        milliseconds=sum(row.milliseconds for row in rows),
        duration=max(timedelta(0), ended - attempt.started_at - paused_for(attempt)),
        late=[row.number for row in rows if row.is_late],
    )


def _row(number: int, item: Item, answer: Answer | None, late: set[str]) -> Row:
    if answer is None:
        return Row(number, item, "open", False, 0, 0, item.id in late)
    state = "open"
    if answer.is_answered:
        state = "right" if is_right(item, answer.chosen) else "wrong"
    return Row(
        number,
        item,
        state,
        answer.flagged,
        answer.confidence,
        answer.milliseconds,
        item.id in late,
    )


def shares(rows: Sequence[Row], group: Callable[[Row], str]) -> list[Share]:
    """Right answers by group, in the order of the groups' names; the one with most to gain is marked."""
    totals: dict[str, list[bool]] = {}
    for row in rows:
        totals.setdefault(group(row), []).append(row.state == "right")
    weakest = max(totals, key=lambda name: len(totals[name]) - sum(totals[name]), default="")
    found = []
    for name in sorted(totals):
        right, total = sum(totals[name]), len(totals[name])
        interval = wilson(right, total)
        found.append(
            Share(
                name,
                right,
                total,
                round(interval.low * 100),
                round(interval.high * 100),
                name == weakest and right < total and len(totals) > 1,
            )
        )
    return found
