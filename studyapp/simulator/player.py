"""What the player shows beside the picture: sentences of events, captions, the places of predictions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studyapp.course.labelled import Language
from studyapp.course.library import Course
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.scenario import Run
from studyapp.engine.witness import find
from studyapp.simulator.checks import witness
from studyapp.simulator.picture import names_of, scene_of
from studyapp.simulator.scene.scene import Scene, as_data
from studyapp.simulator.telling import Teller
from studyapp.simulator.timeline import source


@dataclass(frozen=True, slots=True)
class Show:
    """A scene with where its captions and predictions stand: step by id of the moment or gate."""

    scene: Scene
    teller: Teller
    moments: Mapping[str, int]
    gates: Mapping[str, int]


def show_of(course: Course, file: ScenarioFile, run: Run, language: Language) -> Show:
    """Everything that is shown of a run."""
    log = run.world.log
    teller = Teller(course, language, log, names_of(course, file, language))
    scene = scene_of(course, file, run, language)

    def steps(places: Any) -> dict[str, int]:
        found = ((each.id, find(log, witness(each))) for each in places)
        last = scene.steps[-1].number if scene.steps else -1
        return {
            id: scene.step_of(number)
            for id, number in found
            if number is not None and number <= last
        }

    return Show(scene, teller, steps(file.moments), steps(file.gates))


def data_of(show: Show, file: ScenarioFile) -> dict[str, Any]:
    """The scene as the player reads it. `say` has a sentence for each step, `why` the number of a reason in
    `reasons`, which are [text, lesson, fact]; 0 is none."""
    teller, scene = show.teller, show.scene
    reasons: dict[tuple[str, str, str], int] = {("", "", ""): 0}
    say: list[str] = []
    why: list[int] = []
    for step in scene.steps:
        line = teller.line(step.number)
        say.append(line.what if line else "")
        lesson, fact = source(line.reason, line.sentence) if line else ("", "")
        key = (line.why if line else "", lesson, fact)
        why.append(reasons.setdefault(key, len(reasons)))
    inline = teller.course.inline[teller.language]
    captions = [
        [
            show.moments[moment.id],
            " ".join(inline.plain(unit[teller.language]) for unit in moment.units),
            moment.lesson,
        ]
        for moment in file.moments
        if moment.id in show.moments
    ]
    return {
        **as_data(scene),
        "say": say,
        "why": why,
        "reasons": list(reasons),
        "captions": captions,
        "gates": sorted(([step, id] for id, step in show.gates.items())),
    }
