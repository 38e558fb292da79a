"""Everything that the page of a run shows, as data for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from studyapp.course.labelled import Language
from studyapp.course.lessons import Lesson
from studyapp.course.numbers import format_number
from studyapp.course.scenarios import Goal, ScenarioFile
from studyapp.engine.counters import count
from studyapp.engine.goals import judge
from studyapp.engine.log import CallRefused
from studyapp.engine.names import short
from studyapp.engine.scenario import Run, Scenario
from studyapp.grading.evidence import since
from studyapp.pages.course import course
from studyapp.simulator.acting import builds, offered_at
from studyapp.simulator.actions import written
from studyapp.simulator.ghosts import ghosts_at
from studyapp.simulator.knobs import fields, shown
from studyapp.simulator.picture import described, names_of
from studyapp.simulator.player import Show, show_of
from studyapp.simulator.runs import (
    Misread,
    Settings,
    fields_of,
    query_of,
    seconds_of,
    with_next_seed,
)
from studyapp.simulator.scene.drawing import picture
from studyapp.simulator.scene.scene import Scene, State
from studyapp.simulator.telling import Teller, clock
from studyapp.simulator.timeline import LINES, LINES_WHOLE, rows

_NAME_MAX = 40
# Finding out when a goal was reached replays the run a few times; longer runs are judged at their end only.
_JUDGED_EVENTS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Stage:
    """A still picture, its words, and where the player finds the rest."""

    pictures: tuple[str, ...]
    lines: list[str]
    at_ms: int | None
    scene: str
    step: int


def stage_of(
    show: Show,
    scenario_id: str,
    language: Language,
    query: str,
    at_ms: int | None,
    of: str = "",
    step: int | None = None,
) -> Stage:
    """The picture of a run at a time (after `step`, where several events have this time), or as it is before
    anything moves; `of` tells it from others of the page."""
    scene = show.scene
    if step is None:
        step = scene.first_step if at_ms is None else scene.step_at(at_ms)
    state = scene.state(step)
    if at_ms is not None:
        state.at_ms = at_ms
    lines = described(scene, state)
    label = " ".join(f"{line}." for line in lines) or _things(scene, state)
    address = f"/{language}/simulator/{scenario_id}/scene.json"
    return Stage(
        tuple(picture(scene, layout, state, label, of) for layout in scene.layouts),
        lines,
        at_ms,
        f"{address}?{query}" if query else address,
        step,
    )


def _things(scene: Scene, state: State) -> str:
    """What is on a board of which there is nothing to say yet."""
    there = [name for id, name in scene.names.items() if state.values.get((id, "there")) == "yes"]
    return ", ".join(there) or _("Nothing is here yet.")


def acting_context(
    file: ScenarioFile,
    scenario: Scenario,
    settings: Settings,
    result: Run,
    language: Language,
    at_ms: int,
    sent: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the panel of actions needs. `sent` is what stood in a form that could not be read."""
    path = f"/{language}/simulator/{file.id}/"
    offered = offered_at(file, result, at_ms, sent)
    return {
        "scenario": file,
        "offered": offered,
        "ghosts": ghosts_at(offered, result, at_ms),
        "builds": builds(file),
        "names": names_of(course(), file, language),
        "act_address": f"{path}act/",
        "acts_address": f"{path}acts/",
        "act_seconds": seconds_of(at_ms),
        "act_time": clock(at_ms),
        "run_fields": fields_of(scenario, settings.run),
        "run_path": path,
        "own_run": query_of(scenario, settings.run),
    }


def run_context(
    file: ScenarioFile,
    scenario: Scenario,
    settings: Settings,
    result: Run,
    language: Language,
    sent: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the templates need."""
    at_ms = settings.at_ms or 0
    show = show_of(course(), file, result, language)
    teller = show.teller
    most = LINES_WHOLE if settings.whole else LINES
    timeline, is_cut = rows(teller, file.moments, most)
    run_query = query_of(scenario, settings.run)
    whole = Settings(settings.knobs, settings.seed, settings.actions, whole=True)
    return {
        **acting_context(file, scenario, settings, result, language, at_ms, sent),
        "chapter": course().service(file.service),
        "lesson": lesson_of(file),
        "asked": [gate for gate in file.gates if gate.id in show.gates],
        "stage": stage_of(show, file.id, language, run_query, settings.at_ms),
        "clock": clock(settings.at_ms or 0),
        "knobs": fields(scenario, file.knobs, settings, language),
        "settings": settings,
        "done": [
            {**_done(scenario, settings, n, show), "refused": _refused(result, n, teller)}
            for n in range(len(settings.actions))
        ],
        "another_seed": query_of(scenario, with_next_seed(scenario, settings)),
        "again": query_of(scenario, with_next_seed(scenario, Settings(seed=settings.seed)).run),
        "all_query": query_of(scenario, whole),
        "run_query": query_of(scenario, settings),
        "event_address": f"/{language}/simulator/{file.id}/event/",
        "compare_query": urlencode({"two": run_query}),
        "seek_query": f"{run_query}&" if run_query else "",
        "action_texts": [written(row) for row in settings.actions],
        "rows": timeline,
        "is_cut": is_cut,
        "lines": format_number(most, language),
        "is_too_long": result.too_long,
        "goals": [judged(goal, scenario, result, teller) for goal in file.goals],
        "counters": [
            (teller.counter(name), format_number(value, language))
            for name, value in count(result.world).items()
            if value
        ],
    }


def changes_of(
    file: ScenarioFile, scenario: Scenario, settings: Settings, show: Show, language: Language
) -> list[str]:
    """In what a run differs from the scenario's own: knobs, what somebody did, the seed; in words."""
    inline = course().inline[language]
    knobs = [
        f"{inline.plain(file.knobs[name][language]) if name in file.knobs else name}: {shown(value, language)}"
        for name, value in settings.knobs.items()
    ]
    done = [_done(scenario, settings, place, show) for place in range(len(settings.actions))]
    acts = [f"{each['time']} {each['action']} {each['values']}".strip() for each in done]
    seed = [_("Seed %(seed)s") % {"seed": settings.seed}] if settings.seed is not None else []
    return [*knobs, *acts, *seed]


def _done(scenario: Scenario, settings: Settings, place: int, show: Show) -> dict[str, str]:
    """Something that the learner did: when, what, and the run without it."""
    row = settings.actions[place]
    rest = settings.actions[:place] + settings.actions[place + 1 :]
    named = [
        text
        for name, value in row.items()
        if name not in ("at_ms", "do", "by")
        for text in _shown(name, value, show.scene.names)
    ]
    return {
        "time": clock(row["at_ms"]),
        "action": str(row["do"]),
        "values": ", ".join(named),
        "without": query_of(
            scenario, Settings(settings.knobs, settings.seed, rest, settings.at_ms)
        ),
        "seconds": seconds_of(row["at_ms"]),
    }


def _shown(name: str, value: Any, names: Mapping[str, str]) -> list[str]:
    """A parameter for people: a name or a value as it is, settings as 'handling_ms = 4000'."""
    if not isinstance(value, Mapping):
        return [names.get(str(value), short(str(value)))]
    found = []
    for each, inner in value.items():
        if isinstance(inner, Mapping):
            found += _shown(each, inner, names)
        else:
            listed = inner if isinstance(inner, list | tuple) else [inner]
            found.append(
                f"{each} = {', '.join(names.get(str(one), short(str(one))) for one in listed)}"
            )
    return found


def _refused(result: Run, place: int, teller: Teller) -> str:
    """Why the world did not do what the learner wanted, in words; '' where it did it."""
    outcomes = {command.path: (command, outcome) for command, outcome in result.surprises}
    command, outcome = outcomes.get(("actions", place), (None, ""))
    if command is None:
        return ""
    for number, event in enumerate(result.world.log):
        if type(event) is CallRefused and (event.at_ms, event.action, event.reason) == (
            command.at_ms,
            command.action,
            outcome,
        ):
            line = teller.line(number)
            return line.why if line else outcome
    return _("It refers to something that is not there in this run.")


def lesson_of(file: ScenarioFile) -> Lesson | None:
    return course().lessons.get(file.lesson.split("#")[0])


def judged(goal: Goal, scenario: Scenario, result: Run, teller: Teller) -> dict[str, Any]:
    """A goal in this run: its words, whether it is met and since when, what is missing, and a run that meets it."""
    verdict = judge(result.world, goal.test, goal.parameters)
    met_ms = _met_since(goal, result) if verdict.met else None
    return {
        "units": goal.units,
        "met": verdict.met,
        "met_ms": met_ms,
        "met_at": clock(met_ms) if met_ms is not None else "",
        "missing": [teller.missing(each.key, each.details) for each in verdict.missing],
        "way": query_of(scenario, Settings(goal.knobs, None, tuple(goal.actions)))
        if goal.knobs or goal.actions
        else "",
    }


def _met_since(goal: Goal, result: Run) -> int | None:
    """The time of the event since which a goal has been met; None where that is no event: it held from the
    start, or shows only at the end."""
    world = result.world
    if len(world.log) > _JUDGED_EVENTS_MAX:
        return None
    times = sorted({event.at_ms for event in world.log})
    return since(times, lambda at_ms: judge(world.fork(at_ms), goal.test, goal.parameters).met)


def words_of(misread: Misread, labels: Mapping[str, Any], language: str) -> str:
    """What is wrong with an address, to its reader."""
    name = misread.name
    short = name if len(name) <= _NAME_MAX else f"{name[:_NAME_MAX]}…"
    if misread.kind == "value":
        knob = labels.get(name)
        label = course().inline[language].plain(knob[language]) if knob else name
        return _("“%(name)s” cannot have the value in this address.") % {"name": label}
    if misread.kind == "action":
        return _("“%(name)s” is nothing that can be done in this scenario.") % {"name": short}
    if misread.kind == "twice":
        return _("This address sets “%(name)s” twice.") % {"name": short}
    if misread.kind == "unknown":
        return _("This scenario has no setting “%(name)s”.") % {"name": short}
    return {
        "seed": _("The seed in this address is not a whole number that fits."),
        "time": _("The time in this address is no second of this run."),
        "long": _("This address is too long for a run."),
        "unfit": _("This scenario cannot run with these settings together."),
    }.get(misread.kind, _("This address does not say clearly which lines to show."))
