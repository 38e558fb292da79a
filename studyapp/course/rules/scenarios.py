"""Rules about scenario files and telling sentences that need no simulator.

What needs a run (S01, S02, S06) is checked where course and engine meet, in `simulator.checks`.
"""

from collections import Counter
from collections.abc import Iterator

from studyapp.course.labelled import LANGUAGES
from studyapp.course.library import Course
from studyapp.course.problem import Problem
from studyapp.course.rules.languages import PLACEHOLDER
from studyapp.course.rules.links import fault_of_target
from studyapp.course.scenarios import Gate, Moment, ScenarioFile


def check_scenario(scenario: ScenarioFile, course: Course) -> Iterator[Problem]:
    """S03 and S04 for one scenario."""
    path = scenario.path
    for name, found in (
        ("moment", scenario.moments),
        ("gate", scenario.gates),
        ("goal", scenario.goals),
    ):
        if not found:
            yield Problem(path, 1, "S03", f"the scenario has no '## {name}: id'")
    knobs = set(scenario.data.get("knobs", {}))
    if not knobs:
        yield Problem(path, 1, "S03", "the scenario has no [knobs.name]")
    for name in sorted(knobs ^ set(scenario.knobs)):
        text = f"knob {name!r} needs both a [knobs.{name}] table and a '## knob: {name}' block"
        yield Problem(path, 1, "S03", text)
    targets = [(1, scenario.lesson)]
    places: list[Moment | Gate] = [*scenario.moments, *scenario.gates]
    targets += [(each.line, each.lesson) for each in places]
    for line, target in targets:
        if target and (fault := fault_of_target(f"lesson:{target}", course)):
            yield Problem(path, line, "S04", fault)


def check_telling(course: Course) -> Iterator[Problem]:
    """S04 and S05 for the telling sentences."""
    for sentence in course.telling.values():
        found = {lang: Counter(PLACEHOLDER.findall(sentence.text[lang])) for lang in LANGUAGES}
        if not found["ko"] == found["en"] == found["vi"]:
            text = "the {placeholders} differ between the languages"
            yield Problem(sentence.path, sentence.line, "S05", text)
        if sentence.lesson and (fault := fault_of_target(f"lesson:{sentence.lesson}", course)):
            yield Problem(sentence.path, sentence.line, "S04", fault)
        if sentence.fact and sentence.fact not in course.facts:
            text = f"fact {sentence.fact!r} is not in content/facts/"
            yield Problem(sentence.path, sentence.line, "S04", text)


def check_demos(course: Course) -> Iterator[Problem]:
    """S04: a demo of a lesson names a scenario that exists."""
    for lesson in course.lessons.values():
        for block in lesson.of_kind("demo"):
            if (name := str(block.properties.get("scenario"))) not in course.scenarios:
                text = f"there is no scenario {name!r}; write content/scenarios/{name}.md"
                yield Problem(lesson.path, block.line, "S04", text)
