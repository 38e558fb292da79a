"""The rules that need a run: every scenario is played, every knob is turned, every goal is tried (S01, S02),
and everything that can happen has its sentences (S06)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studyapp.course.library import Course
from studyapp.course.problem import Problem
from studyapp.course.rules.languages import PLACEHOLDER
from studyapp.course.scenarios import Gate, Goal, Moment, ScenarioFile
from studyapp.engine.counters import NAMES
from studyapp.engine.goals import GOALS, UnknownGoal, judge
from studyapp.engine.log import Called, CallRefused
from studyapp.engine.refusals import Refused
from studyapp.engine.scenario import Knob, Run, Scenario, Unfit, commands, read, run
from studyapp.engine.story import story
from studyapp.engine.witness import Witness, find
from studyapp.engine.wording import REASONS
from studyapp.engine.world import EVENTS
from studyapp.grading.witnesses import witness_of
from studyapp.simulator.telling import Teller, kebab, sought


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of a file's front matter where a path such as ('queues', 'orders', 'delay_seconds') stands;
    1 if it stands nowhere."""
    lines = text.split("\n")
    names = [rf'(?:{each}|"{each}")' for each in (re.escape(str(name)) for name in path)]
    if len(path) > 1 and isinstance(path[1], int):
        headers = [n for n, line in enumerate(lines, 1) if line.strip() == f"[[{path[0]}]]"]
        start, keys = (headers[path[1] : path[1] + 1] or [1])[0], names[2:]
    elif len(path) > 1:
        header = re.compile(rf"^\[{names[0]}\.{names[1]}[\].]")
        start = next((n for n, line in enumerate(lines, 1) if header.match(line)), 1)
        keys = names[2:]
    else:
        key = re.compile(rf"^(?:{names[0]}\s*=|\[+{names[0]}[\].])" if names else "(?!)")
        return next((n for n, line in enumerate(lines, 1) if key.match(line)), 1)
    for n, line in enumerate(lines[start:], start + 1):
        if not keys or line.startswith("["):
            break
        if re.match(rf"{keys[0]}\s*=", line):
            return n
    return start


def witness(place: Moment | Gate) -> Witness:
    """What the engine looks for, from what the file says."""
    return witness_of(place.when)


def check_scenario(course: Course, file: ScenarioFile, folder: Path) -> Iterator[Problem]:
    """S01 and S02 for one scenario, and S06 for what happens in it."""
    text = (folder / file.path).read_text("utf-8")

    def problem(rule: str, words: str, path: tuple[str | int, ...] = (), line: int = 0) -> Problem:
        return Problem(file.path, line or line_of(text, path), rule, words)

    try:
        scenario = read(file.data)
        result = run(scenario)
    except Unfit as fault:
        yield problem("S01", str(fault), fault.path)
        return
    if result.too_long:
        yield problem("S01", f"the log is full before the end ({len(result.world.log)} events)")
    for command, outcome in result.surprises:
        wanted = f"refused: {command.refused}" if command.refused else "accepted"
        words = f"{command.action} should be {wanted}, but it is {outcome}"
        yield problem("S01", words, command.path)
    told = story(result.world)
    if told != list(file.expect):
        first = next(
            (
                n
                for n, pair in enumerate(zip(told, file.expect, strict=False))
                if pair[0] != pair[1]
            ),
            min(len(told), len(file.expect)),
        )
        expected = file.expect[first] if first < len(file.expect) else "(nothing)"
        actual = told[first] if first < len(told) else "(nothing)"
        words = f"the story differs from line {first + 1} on: expect {expected!r}, told {actual!r}"
        yield problem("S01", words, ("expect",))
    places: list[Moment | Gate] = [*file.moments, *file.gates]
    for place in places:
        if find(result.world.log, witness(place)) is None:
            yield problem("S02", f"{place.id} never happens in this run", line=place.line)
    yield from _check_knobs(scenario, problem)
    for goal in file.goals:
        yield from _check_goal(goal, scenario, result, problem)
    yield from _check_reasons(course, file, result)


def _extremes(knob: Knob) -> tuple[Any, ...]:
    """Values to try: all of a list, both ends of a range. The scenario's own value has been tried."""
    last = knob.low + (knob.high - knob.low) // knob.step * knob.step
    return tuple(each for each in knob.values or (knob.low, last) if each != knob.default)


def _check_knobs(scenario: Scenario, problem: Any) -> Iterator[Problem]:
    for knob in scenario.knobs.values():
        for value in _extremes(knob):
            try:
                result = run(scenario, {knob.name: value})
            except Unfit as fault:
                yield problem("S02", f"{knob.name} = {value!r}: {fault}", ("knobs", knob.name))
                continue
            if result.too_long:
                words = f"{knob.name} = {value!r}: the log is full before the end"
                yield problem("S02", words, ("knobs", knob.name))


def _check_goal(goal: Goal, scenario: Scenario, result: Run, problem: Any) -> Iterator[Problem]:
    def says(words: str) -> Problem:
        return problem("S02", f"goal {goal.id}: {words}", line=goal.line)  # type: ignore[no-any-return]

    try:
        verdict = judge(result.world, goal.test, goal.parameters)
        if verdict.met != goal.met:
            missing = "; ".join(each.key for each in verdict.missing)
            yield says(f"met = {str(goal.met).lower()}, but the run says otherwise {missing}")
        if not goal.met:
            if not (goal.knobs or goal.actions):
                yield says("a goal that is not met needs solution = { knobs = {}, actions = [] }")
                return
            solved = run(scenario, goal.knobs, actions=commands(list(goal.actions)))
            verdict = judge(solved.world, goal.test, goal.parameters)
            if not verdict.met:
                missing = "; ".join(each.key for each in verdict.missing)
                yield says(f"the solution does not reach it: {missing}")
            for command, outcome in solved.surprises:
                yield says(f"in the solution {command.action} ends as {outcome}")
    except UnknownGoal as fault:
        yield says(f"{fault}; known tests: {', '.join(GOALS)}")
    except Unfit as fault:
        yield says(f"the solution cannot be run: {fault}")


def base_of(id: str) -> str:
    """The event that a sentence for an empty answer, a denied permission or one of its reasons is about."""
    reason = next((reason for reason in REASONS if id.endswith(f"-{reason}")), None)
    if reason is not None:
        return id.removesuffix(f"-{reason}")
    return id.removesuffix("-empty").removesuffix("-denied")


def occurrences(course: Course) -> set[str]:
    """The ids of the sentences that goals and questions need to say what they ask for."""
    goals = [goal for file in course.scenarios.values() for goal in file.goals]
    options = [option for question in course.questions.values() for option in question.options]
    claims = [option.claim.wanted for option in options if option.claim]
    tests = [(goal.test, goal.parameters) for goal in goals]
    tests += [(wanted.test, wanted.parameters) for wanted in claims]
    found = set()
    for parameters in (parameters for test, parameters in tests if test == "event-happens"):
        try:
            asked = GOALS["event-happens"].checked(parameters)
        except Refused:
            continue  # S02 and Q03 say what is wrong with it
        if asked["event"] in EVENTS:
            found |= {kebab(asked["event"]), sought(asked["event"], asked.get("where", ()))[0]}
    return found


def check_telling(course: Course) -> Iterator[Problem]:
    """S06: sentences for every kind of event and every refusal, and none for what there is not."""
    where = "telling"
    wanted: Mapping[str, set[str]] = {
        "event": {kebab(name) for name, kind in EVENTS.items() if kind is not Called},
        "refusal": set(REASONS),
        "counter": {name.replace("_", "-") for name in NAMES},
    }
    asked = occurrences(course)
    for kind, ids in {**wanted, "occurrence": asked}.items():
        for id in sorted(ids):
            if (kind, id) not in course.telling:
                yield Problem(where, 1, "S06", f"'## {kind}: {id}' is missing")
    wanted = {**wanted, "occurrence": asked | wanted["event"]}
    for (kind, id), sentence in course.telling.items():
        if kind in wanted and not {id, base_of(id)} & wanted[kind]:
            words = f"no {kind} is called {id!r}; delete its sentence"
            yield Problem(sentence.path, sentence.line, "S06", words)


def check_placeholders(course: Course) -> Iterator[Problem]:
    """S05: a sentence about an event names only fields that the event has."""
    fields = {kebab(name): set(kind._fields) for name, kind in EVENTS.items()}  # type: ignore[attr-defined]
    for (kind, id), sentence in course.telling.items():
        known = fields.get(id, fields.get(base_of(id), set()))
        if kind != "event" or not known:
            continue
        for name in PLACEHOLDER.findall(sentence.text.en):
            if name not in known | {"message", "messages", "count"}:
                words = f"the event {id!r} has no field {name!r}"
                yield Problem(sentence.path, sentence.line, "S05", words)


def _check_reasons(course: Course, file: ScenarioFile, result: Run) -> Iterator[Problem]:
    """Every reason that occurs in a scenario has its sentence."""
    log = result.world.log
    teller = Teller(course, "en", log)
    told = (event for event in log if event.reason and type(event) is not CallRefused)
    for reason in dict.fromkeys(each.reason for each in told if teller.reason(each) is None):
        yield Problem(file.path, 1, "S06", f"'## reason: {reason}' is missing in telling/")


def check_simulator(course: Course, folder: Path) -> list[Problem]:
    """Every problem that shows only when the scenarios run."""
    problems = [*check_telling(course), *check_placeholders(course)]
    for file in course.scenarios.values():
        problems += check_scenario(course, file, folder)
    return problems
