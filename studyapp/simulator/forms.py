"""What a learner may fill in for an action, given a run so far, and the parameters that come of it.

A form is a pure function of the action and the world: which queues, shards, servers or messages can be chosen now.
What was filled in becomes the parameters of a row of a script; the world may still refuse them, as AWS would.
"""

from collections.abc import Mapping
from typing import Any

from studyapp.engine.world import World
from studyapp.simulator import (
    forms_actors,
    forms_brokers,
    forms_queues,
    forms_streams,
    forms_topics,
)
from studyapp.simulator.forms_parts import (
    CHOICE,
    LONG_TEXT,
    NUMBER,
    TEXT,
    YES_NO,
    ActionForm,
    BadInput,
    Choice,
    FormField,
    Maker,
    Wrong,
    value_of,
)

__all__ = (
    "ACTIONS_WITH_FORM",
    "CHOICE",
    "LONG_TEXT",
    "NUMBER",
    "TEXT",
    "YES_NO",
    "ActionForm",
    "BadInput",
    "Choice",
    "FormField",
    "command_of",
    "form_of",
    "forms_of",
)

_FORMS: Mapping[str, Maker] = {
    **forms_queues.FORMS,
    **forms_topics.FORMS,
    **forms_streams.FORMS,
    **forms_brokers.FORMS,
    **forms_actors.FORMS,
}
ADD, CHANGE = "sim.AddActor", "sim.ChangeActor"
ACTIONS_WITH_FORM = frozenset({*_FORMS, ADD, CHANGE})


def forms_of(action: str, world: World) -> tuple[ActionForm, ...]:
    """Every form for an action: one, or for sim.AddActor one for each kind of actor, and for sim.ChangeActor one
    for each actor.

    Raises:
        KeyError: for an action without a form.
    """
    if action == ADD:
        return tuple(forms_actors.add_actor(kind)(world) for kind in forms_actors.SETTINGS)
    if action == CHANGE and world.actors.actors:
        return tuple(forms_actors.change_actor(name)(world) for name in world.actors.actors)
    return (form_of(action, world),)


def form_of(key: str, world: World) -> ActionForm:
    """The form with this key: an action, or 'sim.AddActor:consumer' (a kind) or 'sim.ChangeActor:worker-a' (an
    actor). The action alone is the first of its forms.

    Raises:
        KeyError: for an action without a form, a kind or an actor that there is not.
    """
    action, colon, part = key.partition(":")
    if action == ADD:
        kind = part if colon else next(iter(forms_actors.SETTINGS))
        if kind not in forms_actors.SETTINGS:
            raise KeyError(key)
        return forms_actors.add_actor(kind)(world)
    if action == CHANGE:
        if not colon and not world.actors.actors:
            return forms_actors.change_no_actor(world)
        return forms_actors.change_actor(part if colon else next(iter(world.actors.actors)))(world)
    if colon:
        raise KeyError(key)
    return _FORMS[action](world)


def command_of(form: ActionForm, values: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of the form's action, from what was filled in (field name to text, as a browser sends it).

    Raises:
        BadInput: with the field, for what it does not take.
    """
    filled = {}
    for each in form.fields:
        value = value_of(each, values.get(each.name))
        if value is not None:
            filled[each.name] = value
    try:
        return form.build(filled)
    except Wrong as fault:
        about = next((each for each in form.fields if each.name == fault.name), form.fields[0])
        raise BadInput(about, fault.kind) from fault
