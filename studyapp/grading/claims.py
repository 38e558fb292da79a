"""Is a claim about behaviour true? The engine plays the run and judges it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.course.questions import Claim, Play, Question, Wanted
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.goals import judge
from studyapp.engine.goals.verdict import Verdict
from studyapp.engine.scenario import Run, Unfit, commands, read, run
from studyapp.engine.world import World

Scenarios = Mapping[str, ScenarioFile]


def played(play: Play, scenarios: Scenarios) -> Run:
    """The finished run.

    Raises:
        Unfit: if there is no such scenario, knob or value, or an action makes no sense.
    """
    file = scenarios.get(play.scenario)
    if file is None:
        raise Unfit((), f"there is no scenario {play.scenario!r}")
    return run(read(file.data), play.knobs, actions=commands([dict(a) for a in play.actions]))


def judged(world: World, wanted: Wanted, file: ScenarioFile) -> Verdict:
    """What the run says to the question.

    Raises:
        UnknownGoal: if there is no such test.
        Unfit: if the scenario has no such goal.
    """
    if wanted.test:
        return judge(world, wanted.test, wanted.parameters)
    goal = next((goal for goal in file.goals if goal.id == wanted.goal), None)
    if goal is None:
        raise Unfit((), f"{file.id} has no '## goal: {wanted.goal}'")
    return judge(world, goal.test, goal.parameters)


def holds(claim: Claim, scenarios: Scenarios) -> bool:
    """Whether the claim's run reaches what it wants. Raises like `played` and `judged`."""
    finished = played(claim.play, scenarios)
    return judged(finished.world, claim.wanted, scenarios[claim.play.scenario]).met


def setting(question: Question, value: Any) -> Claim:
    """The claim of somebody who sets the knob of a task to this value."""
    if question.task is None or question.play is None or question.wanted is None:
        raise ValueError(f"{question.id} has no task")
    knobs = {**question.play.knobs, question.task.knob: value}
    return Claim(replace(question.play, knobs=knobs), question.wanted)
