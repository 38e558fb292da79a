"""A log as a few readable lines, one for each message, record or thing: what golden runs are compared with.

    order A: sent 0s, received by worker-a 2s, visible again 32s, received by worker-b 32s, deleted 33s

The notation is for people who know the services and not our code. It is the same in every language.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from studyapp.engine.log import Called, Event
from studyapp.engine.phrases import MESSAGES, THINGS
from studyapp.engine.witness import label, labels, messages_of
from studyapp.engine.world import World

# Longer runs are told by their first subjects, and the totals of everything.
SUBJECTS_MAX = 24
PHRASES_MAX = 40
_OPTIONAL = re.compile(r"\[([^]]*)\]")


def seconds(ms: int) -> str:
    """12000 -> '12s', 1500 -> '1.5s'."""
    return f"{ms / 1000:f}".rstrip("0").rstrip(".") + "s"


def story(world: World) -> list[str]:
    """The lines of a run. Phrases in [brackets] are left out where there is only one queue."""
    names = labels(world.log)
    several = len(world.sqs.queues) > 1
    lines: dict[str, list[str]] = {}
    totals: Counter[str] = Counter()
    for event in world.log:
        kind = type(event).__name__
        if type(event) is not Called:
            totals[kind] += 1
        for subject, phrase in _told(event, kind, names, several):
            lines.setdefault(subject, []).append(f"{phrase} {seconds(event.at_ms)}")
    told = [_line(subject, phrases) for subject, phrases in list(lines.items())[:SUBJECTS_MAX]]
    if len(lines) > SUBJECTS_MAX:
        told.append(f"and {len(lines) - SUBJECTS_MAX} more")
    told.append("in all: " + ", ".join(f"{number} {kind}" for kind, number in totals.items()))
    return told


def _line(subject: str, phrases: list[str]) -> str:
    shown = phrases[:PHRASES_MAX]
    if len(phrases) > PHRASES_MAX:
        shown.append(f"and {len(phrases) - PHRASES_MAX} more")
    return f"{subject}: {', '.join(shown)}"


def _told(
    event: Event, kind: str, names: Mapping[str, str], several: bool
) -> list[tuple[str, str]]:
    if event.reason == "added":
        return []  # an actor that starts with the world
    template = MESSAGES.get(f"{kind} {event.reason}") or MESSAGES.get(kind)
    if template:
        phrase = _filled(template, event, several)
        return [(names.get(id, id), phrase) for id in messages_of(event)]
    template = THINGS.get(kind)
    if template:
        subject, _, phrase = template.partition(": ")
        return [(_filled(subject, event, several), _filled(phrase, event, several))]
    return []


def _filled(template: str, event: Any, several: bool) -> str:
    text = _OPTIONAL.sub(r"\1" if several else "", template)
    words = {name: getattr(event, name) for name in event._fields}
    if "data" in words:
        words["data"] = label(words["data"])
    return text.format_map(words)
