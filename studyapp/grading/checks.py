"""The rule that needs a run: the simulator agrees with every key that speaks of behaviour (Q03)."""

from collections.abc import Iterator

from studyapp.course.library import Course
from studyapp.course.problem import Problem
from studyapp.course.questions import Claim, Question, written
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.goals import UnknownGoal
from studyapp.engine.scenario import Unfit, read
from studyapp.engine.witness import find
from studyapp.grading.claims import Scenarios, holds, played, setting
from studyapp.grading.drawn import FAMILIES, SEEDS, NotDrawable, draw
from studyapp.grading.witnesses import witness_of


def check_question(question: Question, scenarios: Scenarios) -> Iterator[Problem]:
    """Q03 for one question: plays the key, which must reach the goal, and the others, which must not."""

    def says(text: str, line: int = 1) -> Problem:
        return Problem(question.path, line, "Q03", text)

    for name, line, claim, correct in _claims(question):
        try:
            met = holds(claim, scenarios)
        except (Unfit, UnknownGoal) as fault:
            yield says(f"{name} cannot be played: {fault}", line)
            continue
        if met and not correct:
            yield says(f"{name} is marked wrong, but the simulator says it is right", line)
        if correct and not met:
            yield says(f"{name} is the key, but the simulator says otherwise", line)
    if question.play and question.play.scenario not in scenarios:
        yield says(f"there is no scenario {question.play.scenario!r}")
        return
    if question.task and question.play:
        yield from _whole_knob(question, scenarios[question.play.scenario])
    if question.kind == "predict" and not question.checked_by_simulator:
        line = next(option.line for option in question.options if option.correct)
        yield says("the key of a prediction needs a goal that the run meets", line)
    if question.pause and question.play:
        try:
            log = played(question.play, scenarios).world.log
        except Unfit:
            return  # has been said
        when = question.pause
        if find(log, witness_of(when)) is None:
            yield says("the event of pause never happens in this run")


def _claims(question: Question) -> Iterator[tuple[str, int, Claim, bool]]:
    """Everything to play: what it is, its line, the claim, and whether it should be true."""
    for option in question.options:
        if option.claim:
            yield f"option {option.id}", option.line, option.claim, option.correct
    if task := question.task:
        for value in (*task.passes, *task.fails):
            name = f"{task.knob} = {written(value)}"
            yield name, task.line, setting(question, value), value in task.passes


def _whole_knob(question: Question, file: ScenarioFile) -> Iterator[Problem]:
    """A task says of each value of its knob whether it passes, so that every answer can be graded."""
    task = question.task
    assert task is not None
    try:
        knob = read(file.data).knobs.get(task.knob)
    except Unfit as fault:
        yield Problem(question.path, 1, "Q03", f"{file.id} cannot be read: {fault}")
        return
    listed = sorted(map(written, (*task.passes, *task.fails)))
    values = knob.values or tuple(range(knob.low, knob.high + 1, knob.step)) if knob else ()
    if listed != sorted(map(written, values)):
        text = f"passes and fails together must be the values of {task.knob}: {list(values)}"
        yield Problem(question.path, task.line, "Q03", text)


def check_drawn(course: Course, path: str = "") -> Iterator[Problem]:
    """Q28: every drawn question has a story, every story its words, and a first seed draws."""
    for name in sorted(set(course.drawn) ^ set(FAMILIES)):
        where = course.drawn[name].path if name in course.drawn else f"drawn/{name}.md"
        if where.startswith(path):
            lacks = "a story in grading/drawn" if name in course.drawn else "its words"
            yield Problem(where, 1, "Q28", f"{name} lacks {lacks}")
    for name, words in course.drawn.items():
        if name in course.questions:
            text = f"{name} is a question of content/questions/, too; take another name"
            yield Problem(words.path, 1, "Q28", text)
        if name in FAMILIES and words.path.startswith(path):
            try:
                draw(words, FAMILIES[name], SEEDS[0], course.unit_words)
            except NotDrawable as fault:
                yield Problem(words.path, 1, "Q28", str(fault))


def check_keys(course: Course, only: str = "") -> list[Problem]:
    """Q03 for every question below a path, such as questions/sqs/ or a single file."""
    return [
        problem
        for question in course.questions.values()
        if question.path.startswith(only)
        for problem in check_question(question, course.scenarios)
    ]
