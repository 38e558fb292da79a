"""One event of a run: what happened, why, what led to it, and the call behind it as code."""

from dataclasses import dataclass

from studyapp.course.labelled import Language
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.log import Called, chain
from studyapp.engine.scenario import Run
from studyapp.pages.course import course
from studyapp.simulator.code_panel import code_of_call, last_call
from studyapp.simulator.picture import names_of
from studyapp.simulator.runs import seconds_of
from studyapp.simulator.telling import Teller, clock
from studyapp.simulator.timeline import source


@dataclass(frozen=True, slots=True)
class Cause:
    """An earlier event in the chain of causes. `seconds` is its time as an address says it."""

    number: int
    time: str
    seconds: str
    what: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """`call` is the action that led to the event, '' where none did; `code` its texts by name, empty where AWS has
    no such command."""

    number: int
    time: str
    seconds: str
    what: str
    why: str
    lesson: str
    fact: str
    chain: tuple[Cause, ...]
    call: str
    caller: str
    code: tuple[tuple[str, str], ...]


def event_page(file: ScenarioFile, run: Run, number: int, language: Language) -> EventPage | None:
    """The page of an entry of the log; None where there is no such entry, or nothing to tell of it."""
    log = run.world.log
    if not 0 <= number < len(log):
        return None
    names = names_of(course(), file, language)
    teller = Teller(course(), language, log, names)
    line = teller.line(number)
    if line is None:
        return None
    lesson, fact = source(line.reason, line.sentence)
    call = last_call(log, number)
    name, caller = "", ""
    code: tuple[tuple[str, str], ...] = ()
    if call is not None:
        entry = log[call]
        assert isinstance(entry, Called)
        name, caller = entry.action, names.get(entry.by, entry.by)
        written = code_of_call(log, call)
        if written is not None:
            texts = (("AWS CLI", written.shell), (written.library, written.python))
            code = tuple(each for each in texts if each[1])
    return EventPage(
        number,
        clock(line.at_ms),
        seconds_of(line.at_ms),
        line.what,
        line.why,
        lesson,
        fact,
        tuple(
            Cause(each.number, clock(each.at_ms), seconds_of(each.at_ms), each.what)
            for cause in reversed(chain(log, number)[1:])
            if (each := teller.line(cause)) is not None
        ),
        name,
        caller,
        code,
    )
