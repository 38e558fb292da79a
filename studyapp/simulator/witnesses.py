"""From a sentence of a lesson to the moment of a run that shows it: "show me"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from studyapp.course.scenarios import Gate, Moment, ScenarioFile
from studyapp.engine.log import Event
from studyapp.engine.witness import find
from studyapp.pages.course import course
from studyapp.simulator.checks import witness
from studyapp.simulator.demo import own_run
from studyapp.simulator.runs import seconds_of

# So many moments are offered for one block.
OFFERED_MAX = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment of a scenario's own run. `seconds` is its time as an address says it."""

    scenario: ScenarioFile
    at_ms: int

    @property
    def seconds(self) -> str:
        return seconds_of(self.at_ms)


@cache
def witnesses() -> dict[str, tuple[Shown, ...]]:
    """The moments that show what a block of a lesson says, by 'service/lesson#block'.

    A scenario's own captions and questions come first; then events whose reason is explained by that block.
    """
    found: dict[str, list[Shown]] = {}
    runs = [(file, own_run(file)[2].world.log) for file in course().scenarios.values()]
    for places in (_named, _explained):
        for file, log in runs:
            for lesson, at_ms in places(file, log):
                block = lesson.split(".")[0]
                offered = found.setdefault(block, [])
                if "#" in block and all(each.scenario.id != file.id for each in offered):
                    offered.append(Shown(file, at_ms))
    return {block: tuple(offered[:OFFERED_MAX]) for block, offered in found.items()}


def _named(file: ScenarioFile, log: list[Event]) -> Iterator[tuple[str, int]]:
    places: tuple[Moment | Gate, ...] = (*file.moments, *file.gates)
    for place in places:
        number = find(log, witness(place)) if place.lesson else None
        if number is not None:
            yield place.lesson, log[number].at_ms


def _explained(file: ScenarioFile, log: list[Event]) -> Iterator[tuple[str, int]]:
    telling = course().telling
    seen: set[str] = set()
    for event in log:
        if event.reason and event.reason not in seen:
            seen.add(event.reason)
            sentence = telling.get(("reason", event.reason)) or telling.get(
                ("refusal", event.reason)
            )
            if sentence is not None and sentence.lesson:
                yield sentence.lesson, event.at_ms
