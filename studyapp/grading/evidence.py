"""The run behind an answer: what somebody who chose it would see, and the moment that decides.

Options of authored questions name a run, values of a knob are one, and each option of a drawn question is a world.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from typing import Any

from studyapp.course.labelled import LANGUAGES, Unit
from studyapp.course.library import Course
from studyapp.course.numbers import Number
from studyapp.course.questions import Claim, Play, Question, Wanted, written
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.goals.verdict import Missing
from studyapp.engine.log import Called, Event
from studyapp.engine.scenario import Run, read, run
from studyapp.engine.witness import find
from studyapp.engine.world import World
from studyapp.grading.claims import judged, played, setting
from studyapp.grading.drawn import FAMILIES, drawn_question, settle
from studyapp.grading.drawn.family import Story
from studyapp.grading.witnesses import witness_of

_NUMBER = re.compile(r"(?<=-)[0-9]+(?=-|$)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The finished run of an answer. `play` is None for a drawn world, whose `file` has its names only;
    `wanted` is what the question asks of the run."""

    answer: str
    right: bool
    file: ScenarioFile
    run: Run
    play: Play | None = None
    wanted: Wanted | None = None

    def met(self, at_ms: int | None = None) -> bool:
        """Whether the run does what the question wants, by the end or by a time."""
        if self.wanted is None:
            return self.right
        world = self.run.world if at_ms is None else self.run.world.fork(at_ms)
        return judged(world, self.wanted, self.file).met

    def missing(self) -> Sequence[Missing]:
        """What the run lacks of what the question wants."""
        return judged(self.run.world, self.wanted, self.file).missing if self.wanted else ()


@dataclass(frozen=True, slots=True)
class Case:
    """What an answer does, beside what the right one does where that is another run. `stops_ms` is the time of the
    event that decides and `number` its entry in the log, where one entry of this run does; `starts_ms` is the time
    of the event at which the question pauses the run, else 0."""

    question: Question
    own: Evidence
    right: Evidence | None
    stops_ms: int
    number: int | None
    starts_ms: int = 0


def question_of(course: Course, id: str) -> Question | None:
    """A question of the bank, or one whose numbers are drawn; None if there is none."""
    return course.questions.get(id) or drawn_question(course, id)


def answers_with_runs(question: Question) -> tuple[str, ...]:
    """The answers that can be watched, as ids of options or values of the knob: those with a run of their own, and
    the right one."""
    if question.seed is not None:
        story, _ = _settled(question)
        (key,) = question.key
        own_world = story.options[key].data
        return tuple(id for id, w in story.options.items() if id == key or w.data != own_world)
    claims = _claims(question)
    keys = [claim.play for claim, right in claims.values() if right]
    return tuple(
        id
        for id, (claim, right) in claims.items()
        if right or (question.kind != "predict" and claim.play not in keys)
    )


def case_of(course: Course, question_id: str, answer: str) -> Case | None:
    """What there is to see for an answer; None if there is no such question, answer or run.

    Raises:
        Unfit, UnknownGoal: for content that does not pass its checks.
    """
    question = _watchable(course, question_id, answer)
    if question is None:
        return None
    own = _seen(course, question, answer)
    key = "" if own.right else _key_with_run(question)
    right = _seen(course, question, key) if key else None
    stops_ms = _decided_ms(own, right)
    if question.seed is not None and own.right:
        stops_ms = _answered_ms(question, own)
    starts_ms = 0
    if question.pause is not None:
        log = own.run.world.log
        number = find(log, witness_of(question.pause))
        starts_ms = 0 if number is None else log[number].at_ms
    return Case(question, own, right, stops_ms, _number_at(own, stops_ms), starts_ms)


def evidence_of(course: Course, question_id: str, answer: str) -> Evidence | None:
    """The run of an answer alone; None and raises like `case_of`."""
    question = _watchable(course, question_id, answer)
    return None if question is None else _seen(course, question, answer)


def _watchable(course: Course, question_id: str, answer: str) -> Question | None:
    question = question_of(course, question_id)
    return question if question and answer in answers_with_runs(question) else None


def _key_with_run(question: Question) -> str:
    """The right answer whose run stands beside that of a wrong one; '' where none has a run."""
    if question.seed is not None:
        return question.key[0]
    return next((id for id, (_, is_right) in _claims(question).items() if is_right), "")


def _seen(course: Course, question: Question, answer: str) -> Evidence:
    """An answer's run: what it claims, or the world of a drawn one."""
    if question.seed is None:
        claim, is_right = _claims(question)[answer]
        file = course.scenarios[claim.play.scenario]
        finished = played(claim.play, course.scenarios)
        return Evidence(answer, is_right, file, finished, claim.play, claim.wanted)
    data = _settled(question)[0].options[answer].data
    is_right = answer in question.key
    return Evidence(answer, is_right, _file_of(course, question, data), run(read(data)))


def _answered_ms(question: Question, own: Evidence) -> int:
    """When the world of a drawn question has given its answer: at that second, or at the end."""
    story, values = _settled(question)
    ends_ms = own.run.world.now_ms
    return min(ends_ms, int(values[own.answer] * 1000)) if story.unit == "second" else ends_ms


def _claims(question: Question) -> dict[str, tuple[Claim, bool]]:
    """Every answer with a run, and whether it is right."""
    if task := question.task:
        values = [(value, True) for value in task.passes] + [(value, False) for value in task.fails]
        return {written(value): (setting(question, value), right) for value, right in values}
    return {each.id: (each.claim, each.correct) for each in question.options if each.claim}


def _settled(question: Question) -> tuple[Story, Mapping[str, Number]]:
    assert question.seed is not None
    return settle(FAMILIES[question.id.partition("~")[0]], question.seed)


def _file_of(course: Course, question: Question, data: Mapping[str, Any]) -> ScenarioFile:
    """The world of a drawn question as a scenario that nobody wrote a story for."""
    labels = {}
    for id in _things_of(data):
        name = course.telling.get(("name", name_of(id)))
        if name is not None:
            labels[id] = _numbered(name.text, id)
    title: Unit = question.stem[0]
    return ScenarioFile(
        question.id, title, title, question.path, data,
        question.rests_on, (), (), {}, labels, (), (), (),
    )  # fmt: skip


def name_of(thing: str) -> str:
    """Under which name content/telling/ has it: 'queue-0-worker-3' -> 'queue-n-worker-n'."""
    return _NUMBER.sub("n", thing).replace(".", "-")


def _numbered(name: Unit, thing: str) -> Unit:
    """The name with the last number of the thing, counted from 1."""
    numbers = _NUMBER.findall(thing)
    if not numbers:
        return name
    n = str(int(numbers[-1]) + 1)
    ko, en, vi = (name[code].replace("{n}", n) for code in LANGUAGES)
    return replace(name, ko=ko, en=en, vi=vi)


def _things_of(data: Mapping[str, Any]) -> set[str]:
    """Everything of a world that has a name."""
    held = {id for value in data.values() if isinstance(value, dict) for id in value}
    return held | {str(row["by"]) for row in data.get("script", ()) if "by" in row}


def _decided_ms(own: Evidence, right: Evidence | None) -> int:
    """When it is decided: since when the right run has done what is wanted and this one has not; else where the two
    begin to differ; without another run, since when this one is as it is at the end."""
    times = sorted({event.at_ms for each in (own, right) if each for event in each.run.world.log})
    ends_ms = own.run.world.now_ms
    decided = None
    if right is None:
        met = own.met()
        if own.wanted is not None:
            decided = since(times, lambda at_ms: own.met(at_ms) == met)
    else:
        if own.wanted is not None:
            decided = since(times, partial(_parts, own, right))
        if decided is None:
            decided = _first_difference(own.run.world.log, right.run.world.log)
    return ends_ms if decided is None else min(decided, ends_ms)


def _number_at(seen: Evidence, at_ms: int) -> int | None:
    """The entry of this time with which the run becomes what it is after it; None if none does. Without a question
    to the run, the first that is told."""
    world = seen.run.world
    numbers = [number for number, event in enumerate(world.log) if event.at_ms == at_ms]
    if seen.wanted is None:
        return next((n for n in numbers if type(world.log[n]) is not Called), None)
    after = seen.met(at_ms)
    if not numbers or at_ms == 0 or seen.met(at_ms - 1) == after:
        return None
    wanted, file = seen.wanted, seen.file

    def decided(number: int) -> bool:
        past = World.replay(world.seed, world.log[: number + 1], at_ms)
        return judged(past, wanted, file).met == after

    place = bisect_left(numbers, True, key=decided)
    return numbers[place] if place < len(numbers) else None


def _parts(own: Evidence, right: Evidence, at_ms: int) -> bool:
    def met(each: Evidence) -> bool:
        return each.met(min(at_ms, each.run.world.now_ms))

    return met(right) and not met(own)


def since(times: Sequence[int], holds: Callable[[int], bool]) -> int | None:
    """The time since which something holds to the end; None if it always did, or does not at the end."""
    low, high = 0, len(times) - 1
    if high < 1 or holds(times[low]) or not holds(times[high]):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(times[middle]) else (middle, high)
    return times[high]


def _first_difference(one: Sequence[Event], two: Sequence[Event]) -> int | None:
    """When two logs begin to tell different stories; how the things are set up is no part of it."""

    def told(log: Sequence[Event]) -> list[Event]:
        return [event for event in log if type(event) is not Called and event.at_ms > 0]

    for a, b in zip_longest(told(one), told(two)):
        if a is None or b is None or type(a) is not type(b) or a.at_ms != b.at_ms:
            return min(each.at_ms for each in (a, b) if each is not None)
    return None
