"""The page on which the same orders go four ways: its address, its four pictures, and what is said below them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from studyapp.course.labelled import Block, Language, Unit
from studyapp.course.numbers import format_number, format_quantity
from studyapp.course.scenarios import Moment, ScenarioFile
from studyapp.engine.scenario import Run, Scenario
from studyapp.engine.witness import find
from studyapp.pages.course import course
from studyapp.simulator.checks import witness
from studyapp.simulator.knobs import fields
from studyapp.simulator.picture import names_of, scene_of
from studyapp.simulator.player import Show
from studyapp.simulator.run_page import Stage, stage_of
from studyapp.simulator.runs import Misread, Settings, fields_of, query_of, read_settings
from studyapp.simulator.scene.text import svg
from studyapp.simulator.telling import Teller, clock, duration
from studyapp.simulator.ways import WAYS, Outcome, Way, outcome, ways_of

# When the tried programs may crash; they start again by themselves.
CRASHES_MS = (3_500, 5_500, 9_500)
RESTART_MS = 5_000
SLOW_MS = 12_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What happens to the four ways: knobs of the scenario, a slow program on each, a crash of it on each."""

    knobs: Settings = Settings()
    slow: bool = False
    crash_ms: int | None = None

    @property
    def settings(self) -> Settings:
        """The run in which it happens, as anybody can have it in the lab."""
        rows: list[dict[str, Any]] = []
        if self.slow:
            changed = {"handling_ms": SLOW_MS}
            rows += [
                {"at_ms": 0, "do": "sim.ChangeActor", "actor": way.tried, "settings": changed}
                for way in WAYS
            ]
        if self.crash_ms is not None:
            for at_ms, action in (
                (self.crash_ms, "sim.CrashActor"),
                (self.crash_ms + RESTART_MS, "sim.StartActor"),
            ):
                rows += [{"at_ms": at_ms, "do": action, "actor": way.tried} for way in WAYS]
        return replace(self.knobs, actions=tuple(rows))


def read_trial(scenario: Scenario, given: Sequence[tuple[str, str]]) -> Trial:
    """What the fields of a query ask for.

    Raises:
        Misread: when they do not say so clearly.
    """
    own = [(name, text) for name, text in given if name in ("slow", "crash")]
    if len(own) > len({name for name, _ in own}):
        raise Misread("twice", own[0][0])
    asked = dict(own)
    rest = [(name, text) for name, text in given if name not in asked]
    for name, _text in rest:
        if name in ("seed", "t", "all", "a"):
            raise Misread("unknown", name)
    knobs = read_settings(scenario, rest)
    slow = asked.get("slow", "no")
    if slow not in ("no", "yes"):
        raise Misread("value", "slow")
    crashes = {"no": None} | {_seconds(at_ms): at_ms for at_ms in CRASHES_MS}
    crash = asked.get("crash", "no")
    if crash not in crashes:
        raise Misread("value", "crash")
    return Trial(knobs, slow == "yes", crashes[crash])


def _seconds(at_ms: int) -> str:
    return f"{at_ms / 1000:g}"


def trial_fields(scenario: Scenario, trial: Trial) -> list[tuple[str, str]]:
    """The one way to write a trial in an address."""
    found = fields_of(scenario, trial.knobs)
    if trial.slow:
        found.append(("slow", "yes"))
    if trial.crash_ms is not None:
        found.append(("crash", _seconds(trial.crash_ms)))
    return found


def trial_query(scenario: Scenario, trial: Trial) -> str:
    return urlencode(trial_fields(scenario, trial))


# Pictures


def show_of_way(file: ScenarioFile, run: Run, way: Way, language: Language) -> Show:
    """The part of a run that is one way: its things, its steps, its captions."""
    log = run.world.log
    shown = [owner == way.id for owner in ways_of(log)]
    teller = Teller(course(), language, log, names_of(course(), file, language))
    scene = scene_of(course(), file, run, language, shown)

    def step(moment: Moment) -> int | None:
        number = find(log, witness(moment))
        return scene.step_of(number) if number is not None and shown[number] else None

    steps = {moment.id: step(moment) for moment in file.moments}
    return Show(scene, teller, {id: n for id, n in steps.items() if n is not None}, {})


def clock_stage(stage: Stage) -> Stage:
    """The stage of the player that leads the others: its clock, its table of time and its words, and no picture."""
    layer = svg("g", " ", class_="drawing__tokens")
    return replace(stage, pictures=(svg("svg", layer, class_="drawing", data_layout="wide"),))


# Words


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of figures: `values` by way, in the order of WAYS; `marked` are those to look at."""

    label: str
    values: tuple[str, ...]
    marked: tuple[bool, ...]
    facts: tuple[str, ...] = ()

    @property
    def cells(self) -> list[tuple[str, bool]]:
        return list(zip(self.values, self.marked, strict=True))


def figures(run: Run, trial: Trial, language: Language) -> list[Figure]:
    """What the ways came to, row by row."""
    found = [outcome(run, way, trial.crash_ms) for way in WAYS]

    def row(label: str, values: Sequence[str], marked: Sequence[bool] = ()) -> Figure:
        return Figure(label, tuple(values), tuple(marked) or (False,) * len(values))

    def counted(label: str, numbers: Sequence[int], marks: bool = True) -> Figure:
        shown = [format_number(number, language) for number in numbers]
        return row(label, shown, [marks and number > 0 for number in numbers])

    rows = [
        row(
            _("handled, of those to handle"),
            [
                _("%(n)s of %(all)s")
                % {"n": format_number(each.handled, language), "all": each.wanted}
                for each in found
            ],
            [each.handled < each.wanted for each in found],
        ),
        counted(_("handled again"), [each.twice for each in found]),
        counted(_("still waiting at the end"), [each.waiting for each in found]),
        counted(_("lost"), [each.lost for each in found]),
        counted(_("handled after a later order"), [each.out_of_order for each in found]),
    ]
    if trial.crash_ms is not None:
        rows.append(
            row(
                _("caught up after the crash"),
                [_recovered(each, language) for each in found],
                [each.recovery_ms is None for each in found],
            )
        )
    rows.append(counted(_("API calls"), [each.api_calls for each in found], marks=False))
    paid = row(_("what is paid for here"), [_paid(each, language) for each in found])
    rows.append(replace(paid, facts=PRICES))
    return rows


# The records of the ledger behind what is paid for.
PRICES = ("sqs.request-price", "sns.price-unit", "kinesis.provisioned-cost", "mq.cost")


def _recovered(each: Outcome, language: Language) -> str:
    if each.recovery_ms is None:
        return _("not by the end")
    if each.recovery_ms == 0:
        return _("nothing was open")
    return duration(each.recovery_ms, course().unit_words, language)


def _paid(each: Outcome, language: Language) -> str:
    """The unit in which AWS charges, counted in this run; prices differ by Region and change."""
    if each.broker_ms:
        return _("1 broker for %(time)s") % {
            "time": format_quantity(each.broker_ms // 1000, course().unit_words["second"], language)
        }
    if each.shard_ms:
        return _("1 shard for %(time)s") % {
            "time": format_quantity(each.shard_ms // 1000, course().unit_words["second"], language)
        }
    requests = _("%(n)s SQS requests") % {"n": format_number(each.requests, language)}
    if not each.publishes:
        return requests
    published = _("%(n)s SNS publishes") % {"n": format_number(each.publishes, language)}
    return f"{published}, {requests}"


# Cells of the lesson's tables: who gets it, how long it is kept, in which order. (table, cell of the row)
_LESSON = "choosing/four-services"
_CELLS = (("receivers", 1), ("receivers", 2), ("kept-and-size", 1), ("capacity-and-order", 2))


@dataclass(frozen=True, slots=True)
class Property:
    """What the lesson says about one property of the four services, in the order of WAYS."""

    name: Unit
    values: tuple[Unit, ...]
    anchor: str


def services() -> list[Unit]:
    """What the lesson calls the services, in the order of WAYS."""
    (table,) = (
        each for each in course().lessons[_LESSON].of_kind("table") if each.id == _CELLS[0][0]
    )
    rows = {part.id: part for part in table.parts_of("row")}
    return [rows[way.id].units[0] for way in WAYS]


def properties() -> list[Property]:
    lesson = course().lessons[_LESSON]
    tables: dict[str, Block] = {block.id: block for block in lesson.of_kind("table")}
    found = []
    for id, place in _CELLS:
        table = tables[id]
        rows = {part.id: part for part in table.parts_of("row")}
        values = tuple(rows[way.id].units[place] for way in WAYS)
        found.append(Property(table.units[place], values, f"{_LESSON}/#{id}"))
    return found


# Where the lessons say which service to choose: lesson and section.
_GUIDES = (
    ("exam/decision-guide", "find-the-hard-word"),
    ("exam/decision-guide", "scenarios"),
    ("exam/decision-guide", "look-alikes"),
    ("choosing/four-services", "one-shop-four-needs"),
)


def guides() -> list[tuple[Unit, Unit, str]]:
    """(title of the lesson, its section, address below /lessons/) for everybody who has to choose."""
    found = []
    for lesson_id, section_id in _GUIDES:
        lesson = course().lessons[lesson_id]
        section = next(block for block in lesson.sections if block.id == section_id)
        found.append((lesson.title, section.units[0], f"{lesson_id}/#{section_id}"))
    return found


def context_of(
    file: ScenarioFile, scenario: Scenario, trial: Trial, run: Run, language: Language, query: str
) -> dict[str, Any]:
    """What the template needs."""
    settings = trial.settings
    whole = query_of(scenario, settings)
    rows = figures(run, trial, language)
    panels = []
    for place, way in enumerate(WAYS):
        show = show_of_way(file, run, way, language)
        stage = stage_of(show, file.id, language, "", None, way.id)
        scene = f"/{language}/compare/{way.id}/scene.json"
        own = replace(stage, scene=f"{scene}?{query}" if query else scene)
        cells = [(row.label, *row.cells[place]) for row in rows]
        panels.append({"way": way, "stage": own, "figures": cells})
    show = Show(scene_of(course(), file, run, language), _teller(file, run, language), {}, {})
    return {
        "scenario": file,
        "clock": clock(0),
        "panels": panels,
        "leader": clock_stage(stage_of(show, file.id, language, whole, None)),
        "rows": rows,
        "facts": PRICES,
        "properties": properties(),
        "guides": guides(),
        "knobs": fields(scenario, file.knobs, trial.knobs, language),
        "trial": trial,
        "crashes": [
            (
                _seconds(at_ms),
                duration(at_ms, course().unit_words, language),
                at_ms == trial.crash_ms,
            )
            for at_ms in CRASHES_MS
        ],
        "slow_time": duration(SLOW_MS, course().unit_words, language),
        "restart_time": duration(RESTART_MS, course().unit_words, language),
        "is_own": trial == Trial(),
        "run_query": query,
        "lab_query": whole,
        "services": services(),
    }


def _teller(file: ScenarioFile, run: Run, language: Language) -> Teller:
    return Teller(course(), language, run.world.log, names_of(course(), file, language))
