"""A scenario as a demo inside a lesson: one picture, at most three knobs, the finished story as a table."""

from functools import cache
from typing import Any

from studyapp.course.labelled import Language
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.scenario import Run, Scenario, read
from studyapp.pages.course import course
from studyapp.simulator.knobs import fields
from studyapp.simulator.player import show_of
from studyapp.simulator.run_page import stage_of
from studyapp.simulator.runs import Settings, play, query_of
from studyapp.simulator.timeline import rows

KNOBS_MAX = 3
# The story of a demo is short; the lab has all of it.
LINES = 24


@cache
def scenario_of(id: str) -> Scenario:
    """The scenario of a file of this process's course."""
    return read(course().scenarios[id].data)


def own_run(file: ScenarioFile) -> tuple[Scenario, Settings, Run]:
    """The run of the file, with no knob turned."""
    scenario = scenario_of(file.id)
    return scenario, Settings(), play(scenario, Settings())


def demo_context(
    file: ScenarioFile, scenario: Scenario, settings: Settings, result: Run, language: Language
) -> dict[str, Any]:
    """What the template of a demo needs."""
    show = show_of(course(), file, result, language)
    story, is_cut = rows(show.teller, file.moments, LINES)
    query = query_of(scenario, settings.run)
    return {
        "scenario": file,
        "stage": stage_of(show, file.id, language, query, None),
        "clock": "0:00",
        "knobs": fields(scenario, file.knobs, settings, language)[:KNOBS_MAX],
        "settings": settings,
        "rows": [row for row in story if row.kind != "gap"],
        "is_cut": is_cut,
        "query": query,
    }
