"""The picture of a run in the reader's language: what the scene is told, and what it says in words."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from studyapp.course.labelled import Language
from studyapp.course.library import Course
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.log import Called, Event
from studyapp.engine.scenario import Run
from studyapp.engine.witness import labels
from studyapp.simulator.broker_words import broker_words
from studyapp.simulator.scene.drawing import filled
from studyapp.simulator.scene.scene import Scene, State, build
from studyapp.simulator.stream_words import stream_words
from studyapp.simulator.topic_words import topic_words

_FIFO = re.compile(r"-fifo$")


def words() -> dict[str, str]:
    """The texts of every picture. {names} are attributes of a thing; a state is looked up by its own name."""
    return {
        "seconds": _("{n} s"),
        "days": _("{n} d"),
        "queue-visible": _("{visible} visible"),
        "queue-flight": _("{flight} in flight"),
        "queue-delayed": _("{delayed} delayed"),
        "queue": _("{name}: {visible} visible, {flight} in flight, {delayed} delayed"),
        "holds": _("holds {names}"),
        "worker": _("{name}: {state}"),
        "idle": _("idle"),
        "polling": _("waiting"),
        "working": _("working"),
        "crashed": _("crashed"),
        "stopping": _("stopping"),
        "stopped": _("stopped"),
        "you": _("you"),
        "dead-letter-queue": _("dead-letter queue"),
        "deleted": _("deleted"),
        "moving-back": _("moving back"),
        "empty-answers": _("empty answers: {empties}"),
        "worker-empty-answers": _("{name}: empty answers: {empties}"),
        **topic_words(),
        **stream_words(),
        **broker_words(),
    }


def scene_of(
    course: Course,
    file: ScenarioFile,
    run: Run,
    language: Language,
    shown: Sequence[bool] | None = None,
) -> Scene:
    """The scene of a run of this scenario; with `shown`, of a part of its log."""
    said = words()
    names = names_of(course, file, language)
    log = run.world.log
    return build(log, run.world.now_ms, _told(log), names, labels(log), said, shown)


def names_of(course: Course, file: ScenarioFile, language: Language) -> dict[str, str]:
    """What the things of a scenario are called."""
    inline = course.inline[language]
    # An id holds no dot: the label of 'tickets.fifo' is called 'tickets-fifo'.
    names = {
        _FIFO.sub(".fifo", id): inline.plain(unit[language]) for id, unit in file.labels.items()
    }
    names.setdefault("you", words()["you"])
    return names


def _told(log: Sequence[Event]) -> list[bool]:
    """Which entries have a line of their own: see `Teller.line`."""
    return [type(event) is not Called and event.reason != "added" for event in log]


def described(scene: Scene, state: State) -> list[str]:
    """The state in words, a line for each thing that has something to say."""
    lines: list[str] = []
    for key, thing in scene.sentences:
        block = thing.partition("/")[0]
        if state.values.get((block, "there")) != "yes":
            continue
        if state.values.get((thing, "there"), "yes") != "yes":
            continue
        if key == "holds" and not state.values.get((thing, "names")):
            continue
        bind = scene.words[key].replace("{name}", scene.names.get(block, block))
        line = filled(bind.replace("{", "{" + thing + "."), state.values, scene.words)
        if key == "holds" and lines:
            lines[-1] += f" ({line})"
        else:
            lines.append(line)
    return lines
