"""Forms for actors: start, crash, stop, change, and add one of each kind with its few important settings."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from django.utils.translation import gettext_noop as _

from studyapp.engine.actors.kinds import KINDS
from studyapp.engine.actors.settings import DURATION_MAX_MS, Numbers, read_settings
from studyapp.engine.actors.state import Actor
from studyapp.engine.calls import Texts
from studyapp.engine.log import plain
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from studyapp.simulator.forms_brokers import brokers, destinations
from studyapp.simulator.forms_parts import (
    BROKER,
    NAME,
    QUEUE,
    STREAM,
    ActionForm,
    Choice,
    Filled,
    FormField,
    Maker,
    Wrong,
    choice,
    chosen,
    form,
    new_name,
    number,
    text,
    without,
    yes_no,
)
from studyapp.simulator.forms_queues import TIMEOUT, queues
from studyapp.simulator.forms_streams import delivery_streams, streams
from studyapp.simulator.forms_topics import topics

PROGRAM = _("program")
# More than this is typed by nobody.
_NUMBER_MAX = 1_000_000
_COUNT_MAX = 10_000

# How each setting that has a field is called.
LABELS: Mapping[str, str] = {
    "application": _("application"),
    "acknowledgement": _("acknowledgement"),
    "backlog_target": _("messages for each member"),
    "batch_size": _("messages in one call"),
    "body": _("text ({n} is the number)"),
    "checkpoint_every_records": _("checkpoint after so many records"),
    "concurrency_max": _("invocations at once (0: no limit of its own)"),
    "count": _("how many (0: without end)"),
    "deletes": _("deletes what it has handled"),
    "desired_size": _("members at the start"),
    "destination": _("destination"),
    "destination_type": _("kind of destination"),
    "duration_ms": _("one invocation takes (ms)"),
    "durable": _("durable subscription"),
    "extends_visibility": _("extends the visibility timeout"),
    "failover": _("finds the other server by itself"),
    "fails_on": _("always fails on texts with"),
    "handling_ms": _("one message takes (ms)"),
    "idempotent": _("recognises what it has handled"),
    "interval_ms": _("sends every (ms)"),
    "keys": _("keys or groups, with commas between"),
    "max_size": _("members at most"),
    "min_size": _("members at least"),
    "mode": _("how it reads"),
    "on_failure": _("when it fails"),
    "persistent": _("persistent"),
    "prefetch": _("prefetch (-1: the engine's own)"),
    "start_position": _("starts reading at"),
    "visibility_timeout": TIMEOUT,
    "wait_time_seconds": _("wait (seconds)"),
}

# The settings of each kind that a form shows, apart from what it works on.
_CONSUMER = (
    *("handling_ms", "batch_size", "wait_time_seconds", "visibility_timeout"),
    *("extends_visibility", "deletes", "fails_on", "on_failure", "idempotent"),
)
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "consumer": _CONSUMER,
    "fleet": ("min_size", "max_size", "desired_size", "backlog_target", "handling_ms"),
    "lambda-poller": ("batch_size", "concurrency_max", "duration_ms", "fails_on"),
    "producer": ("interval_ms", "count", "body", "keys", "batch_size"),
    "stream-reader": ("mode", "start_position", "handling_ms"),
    "kcl-worker": ("start_position", "handling_ms", "checkpoint_every_records"),
    "broker-producer": ("interval_ms", "count", "body", "persistent", "failover"),
    "broker-consumer": (
        *("durable", "acknowledgement", "prefetch", "handling_ms", "fails_on"),
        *("idempotent", "failover"),
    ),
}
KIND_LABELS: Mapping[str, str] = {
    "consumer": _("Add a consumer of a queue"),
    "fleet": _("Add a fleet that scales"),
    "lambda-poller": _("Add a Lambda function that polls"),
    "producer": _("Add a producer"),
    "stream-reader": _("Add a reader of a stream"),
    "kcl-worker": _("Add a worker with KCL"),
    "broker-producer": _("Add a producer for a broker"),
    "broker-consumer": _("Add a consumer of a broker"),
}


# One field for one setting


def _setting(about: "dataclasses.Field[Any]", value: Any) -> FormField:
    name, label, kind = about.name, LABELS[about.name], about.type
    if kind is bool:
        return yes_no(name, label, value)
    if kind is int:
        low = about.metadata.get("min", 0)
        limit = DURATION_MAX_MS if name.endswith("_ms") else _NUMBER_MAX
        return number(name, label, low, about.metadata.get("max", limit), value)
    if choices := about.metadata.get("choices"):
        return choice(name, label, choices, value)
    written = ", ".join(map(str, value)) if isinstance(value, tuple) else value
    return text(name, label, written, required=False)


def _value(about: "dataclasses.Field[Any]", filled: Filled) -> Any:
    """What a field was filled with, as the setting has it."""
    value = filled.get(about.name)
    if about.type in (Texts, Numbers):
        parts = [each.strip() for each in str(value or "").split(",") if each.strip()]
        return tuple(map(int, parts)) if get_args(about.type)[0] is int else tuple(parts)
    return "" if value is None else value


def _fields_of(kind: str) -> list["dataclasses.Field[Any]"]:
    known = {each.name: each for each in dataclasses.fields(KINDS[kind].settings)}
    return [known[name] for name in SETTINGS[kind]]


def _differing(kind: str, filled: Filled, of: Callable[[str], Any]) -> dict[str, Any]:
    """Only what differs from what it would be anyway; so the address of the run stays short."""
    values = {each.name: _value(each, filled) for each in _fields_of(kind)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value != of(name)
    }


def _check_together(kind: str, settings: Mapping[str, Any], before: Any) -> None:
    """Each value is good by itself; some do not go with others."""
    try:
        read_settings(KINDS[kind].settings, plain(settings), before)
    except Refused as refusal:
        raise Wrong(str(dict(refusal.details).get("setting")), "together") from refusal


# Adding


def _targets(world: World) -> list[Choice]:
    """Everything that a producer can send to, as 'sqs/orders'."""
    places = {
        "sqs": queues(world),
        "sns": topics(world),
        "kinesis": streams(world),
        "firehose": delivery_streams(world),
    }
    return [
        Choice(f"{service}/{name}", f"{name} ({service})")
        for service, names in places.items()
        for name in names
    ]


def _work(kind: str, world: World) -> list[FormField]:
    """What an actor of this kind works on."""
    if kind == "producer":
        return [chosen("target", _("sends to"), _targets(world))]
    if kind in ("stream-reader", "kcl-worker"):
        stream = choice("stream", STREAM, streams(world))
        return [stream] if kind == "stream-reader" else [stream, _application(world)]
    if kind in ("broker-producer", "broker-consumer"):
        known = destinations(world)
        return [
            choice("broker", BROKER, brokers(world)),
            text("destination", LABELS["destination"], known[0] if known else "orders"),
            choice("destination_type", LABELS["destination_type"], ("queue", "topic")),
        ]
    return [choice("queue", QUEUE, queues(world))]


def _application(world: World) -> FormField:
    known = list(world.kinesis.applications)
    return text("application", LABELS["application"], known[0] if known else "my-application")


def _worked_on(kind: str, filled: Filled) -> dict[str, Any]:
    if kind == "producer":
        service, _slash, name = filled["target"].partition("/")
        return {"to": service, "target": name}
    names = ("queue", "stream", "application", "broker", "destination", "destination_type")
    found = {name: filled[name] for name in names if name in filled}
    return without(found, "destination_type") if found.get("destination_type") == "queue" else found


def add_actor(kind: str) -> Maker:
    def make(world: World) -> ActionForm:
        defaults = {each.name: _start(kind, each) for each in _fields_of(kind)}
        fields = [
            new_name("actor", NAME, f"my-{kind}", world.actors.actors),
            *_work(kind, world),
            *(_setting(each, defaults[each.name]) for each in _fields_of(kind)),
        ]

        def build(filled: Filled) -> dict[str, Any]:
            own = {each.name: each.default for each in _fields_of(kind)}
            settings = _worked_on(kind, filled) | _differing(kind, filled, own.__getitem__)
            _check_together(kind, settings, None)
            return {"actor": filled["actor"], "kind": kind, "settings": settings}

        made = form("sim.AddActor", fields, build, KIND_LABELS[kind])
        return dataclasses.replace(made, key=f"sim.AddActor:{kind}")

    return make


def _start(kind: str, about: "dataclasses.Field[Any]") -> Any:
    """What stands in the form at first: the default, but a producer with an end."""
    return 10 if about.name == "count" else about.default


# Changing


def change_actor(name: str) -> Maker:
    def make(world: World) -> ActionForm:
        actor = world.actors.actors[name]
        now = actor.settings
        fields = [_setting(each, getattr(now, each.name)) for each in _fields_of(actor.kind)]

        def build(filled: Filled) -> dict[str, Any]:
            changed = _differing(actor.kind, filled, lambda each: getattr(now, each))
            if not changed:
                raise Wrong(fields[0].name, "same")
            _check_together(actor.kind, changed, now)
            return {"actor": name, "settings": changed}

        made = form("sim.ChangeActor", fields, build, _("Change a program"))
        return dataclasses.replace(made, key=f"sim.ChangeActor:{name}")

    return make


def change_no_actor(world: World) -> ActionForm:
    """Where there is nobody to change."""
    return form("sim.ChangeActor", [choice("actor", PROGRAM, ())], label=_("Change a program"))


# Starting and stopping


def _who(action: str, label: str, does: Callable[[Actor], bool]) -> Maker:
    def names(world: World) -> Iterable[str]:
        return [name for name, actor in world.actors.actors.items() if does(actor)]

    return lambda world: form(action, [choice("actor", PROGRAM, names(world))], label=label)


FORMS: Mapping[str, Maker] = {
    "sim.StartActor": _who("sim.StartActor", _("Start a program"), lambda each: not each.running),
    "sim.CrashActor": _who("sim.CrashActor", _("Crash a program"), lambda each: each.running),
    "sim.StopActor": _who(
        "sim.StopActor", _("Stop a program"), lambda each: each.running and not each.stopping
    ),
}
