"""The hands of a learner: the forms of what a scenario allows at a moment, and the run that an action leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.scenario import Run
from studyapp.engine.world import World
from studyapp.simulator.actions import ACTIONS_MAX
from studyapp.simulator.forms import ACTIONS_WITH_FORM, ActionForm, command_of, form_of, forms_of
from studyapp.simulator.runs import Misread, Settings

# Fields of the query that are about the action; the others are those of the run.
NOW, DO, FIELD = "now", "do", "f."
# The key that opens the form of an action (by its physical place), as everywhere in the lab.
KEYS = {
    "SendMessage": "KeyP",
    "Publish": "KeyP",
    "PutRecord": "KeyP",
    "Send": "KeyP",
    "PutObject": "KeyP",
    "ReceiveMessage": "KeyR",
    "DeleteMessage": "KeyD",
    "CrashActor": "KeyC",
    "CrashBroker": "KeyC",
    "CrashNode": "KeyC",
    "SetSubscriptionAttributes": "KeyF",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A form with what stands in its fields: what was sent, or what they begin with. `is_open`: it was used."""

    form: ActionForm
    values: Mapping[str, str]
    is_open: bool

    @property
    def key(self) -> str:
        return KEYS.get(self.form.action.partition(".")[2], "")

    @property
    def about(self) -> str:
        """The actor that the form is for, where an action has one form for each."""
        kind, _, about = self.form.key.partition(":")
        return about if kind == "sim.ChangeActor" else ""

    @property
    def builds(self) -> bool:
        """Whether it adds something to the board or wires what is there."""
        return self.form.action.partition(".")[2].startswith(("Create", "Add", "Subscribe", "Set"))

    @property
    def letter(self) -> str:
        return self.key[-1:]


def builds(file: ScenarioFile) -> bool:
    """Whether it is a mission that begins with a nearly empty board: its file is called `build-…`."""
    return file.id.partition("/")[2].startswith("build-")


def world_at(run: Run, at_ms: int) -> World:
    """The world of a run as it was at a time."""
    return run.world.fork(min(at_ms, run.world.now_ms))


def offered_at(
    file: ScenarioFile, run: Run, at_ms: int, sent: Mapping[str, str] | None = None
) -> list[Offered]:
    """The forms of everything that the scenario allows and that is possible at this time."""
    world = world_at(run, at_ms)
    found = []
    for action in file.allows:
        if action in ACTIONS_WITH_FORM:
            for form in forms_of(action, world):
                if form.is_possible:
                    is_used = sent is not None and sent.get(DO) == form.key
                    values = _values(form, sent if is_used else None)
                    found.append(Offered(form, values, is_used))
    return found


def _values(form: ActionForm, sent: Mapping[str, str] | None) -> dict[str, str]:
    return {
        each.name: each.value if sent is None else sent.get(f"{FIELD}{each.name}", "")
        for each in form.fields
    }


def split(fields: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The fields of a query: those of the run, and those of the action."""
    acting = {name: text for name, text in fields if name in (NOW, DO) or name.startswith(FIELD)}
    return [(name, text) for name, text in fields if name not in acting], acting


def with_action(
    file: ScenarioFile, run: Run, settings: Settings, at_ms: int, sent: Mapping[str, str]
) -> Settings:
    """The run in which the learner did this as well, shown from that moment on.

    Raises:
        Misread: for an action that the scenario does not allow, or one too many.
        BadInput: for a field that was filled in wrongly.
    """
    key = sent.get(DO, "")
    action = key.partition(":")[0]
    if action not in file.allows or action not in ACTIONS_WITH_FORM:
        raise Misread("action", key)
    if len(settings.actions) >= ACTIONS_MAX:
        raise Misread("long")
    try:
        form = form_of(key, world_at(run, at_ms))
    except KeyError as fault:
        raise Misread("action", key) from fault
    values = {name.removeprefix(FIELD): text for name, text in sent.items()}
    row = {"at_ms": at_ms, "do": action, **command_of(form, values)}
    rows = sorted((*settings.actions, row), key=lambda each: each["at_ms"])
    return replace(settings, actions=tuple(rows), at_ms=at_ms)
