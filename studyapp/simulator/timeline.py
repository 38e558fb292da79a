"""A told run as the rows of a table: lines, and the captions of the scenario's moments between them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from studyapp.course.scenarios import Moment
from studyapp.course.telling import Sentence
from studyapp.engine.witness import find
from studyapp.simulator.checks import witness
from studyapp.simulator.runs import seconds_of
from studyapp.simulator.telling import Line, Teller, clock

LINES, LINES_WHOLE = 200, 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a line of the run, a moment of the scenario, or the place where lines are left out."""

    kind: str
    time: str = ""
    what: str = ""
    why: str = ""
    lesson: str = ""
    fact: str = ""
    moment: Moment | None = None
    number: int = -1
    at_ms: int = 0

    @property
    def seconds(self) -> str:
        """Its time as an address says it."""
        return seconds_of(self.at_ms)


def rows(teller: Teller, moments: Iterable[Moment], lines: int) -> tuple[list[Row], bool]:
    """The rows of a run, at most so many lines of them, and whether that was too few.

    After the last line the moments go on, each with its own line, so that a long story keeps its end.
    """
    captions: dict[int, list[Moment]] = {}
    for moment in moments:
        number = find(teller.log, witness(moment))
        if number is not None:
            captions.setdefault(number, []).append(moment)
    found: list[Row] = []
    told = 0
    for number in range(len(teller.log)):
        line = teller.line(number)
        if line is not None:
            if told == lines:
                found.append(Row("gap"))
                found += _moments_from(number, teller, captions)
                return found, True
            found.append(_line(line))
            told += 1
        found += (Row("moment", moment=moment) for moment in captions.get(number, ()))
    return found, False


def _moments_from(
    number: int, teller: Teller, captions: Mapping[int, list[Moment]]
) -> Iterator[Row]:
    for later in sorted(captions):
        if later >= number:
            line = teller.line(later)
            yield _line(line) if line else Row("line", clock(teller.log[later].at_ms))
            yield from (Row("moment", moment=moment) for moment in captions[later])


def _line(line: Line) -> Row:
    lesson, fact = source(line.reason, line.sentence)
    return Row(
        "line",
        clock(line.at_ms),
        line.what,
        line.why,
        lesson,
        fact,
        number=line.number,
        at_ms=line.at_ms,
    )


def source(*sentences: Sentence | None) -> tuple[str, str]:
    """The lesson sentence and the fact behind a line: those of its reason, else those of its event."""
    known = [sentence for sentence in sentences if sentence is not None]
    lesson = next((each.lesson for each in known if each.lesson), "")
    fact = next((each.fact for each in known if each.fact), "")
    return lesson, fact
