"""Named yes/no questions about a finished log. Each can say what is still missing.

A goal is a function `(world, view, *, parameters...)` that yields what is missing; nothing missing means met.
Parameters are checked like those of an action. A goal that speaks of messages names them by their text.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from studyapp.engine.calls import Action, action
from studyapp.engine.goals import brokers, building, occurrences, queues, streams, topics
from studyapp.engine.goals.verdict import Missing, UnknownGoal, Verdict, View
from studyapp.engine.refusals import Refused
from studyapp.engine.witness import labels
from studyapp.engine.world import World

__all__ = ["GOALS", "Missing", "UnknownGoal", "Verdict", "judge"]

# What a goal says is missing is shown to a learner: a few examples are enough.
MISSING_MAX = 5

_TESTS: Mapping[str, Callable[..., Iterator[Missing]]] = {
    "event-happens": occurrences.event_happens,
    "count-at-most": occurrences.count_at_most,
    "count-at-least": occurrences.count_at_least,
    "each-message-handled-once": queues.each_message_handled_once,
    "each-message-handled": queues.each_message_handled,
    "rests-in-dead-letter-queue": queues.rests_in_dead_letter_queue,
    "queue-is-empty": queues.queue_is_empty,
    "received-in-this-order": queues.received_in_this_order,
    "order-per-group-kept": queues.order_per_group_kept,
    "nothing-dead-lettered": queues.nothing_dead_lettered,
    "holds-exactly": queues.holds_exactly,
    "arrived": topics.arrived,
    "every-record-handled": streams.every_record_handled,
    "order-per-key-kept": streams.order_per_key_kept,
    "every-message-consumed": brokers.every_message_consumed,
    "connected-again": brokers.connected_again,
    "messages-worked-off": building.messages_worked_off,
    "failures-set-aside": building.failures_set_aside,
    "fans-out": building.fans_out,
    "filter-chooses": building.filter_chooses,
    "read-by-several": building.read_by_several,
    "keys-over-shards": building.keys_over_shards,
    "delivered-together": building.delivered_together,
    "goes-on-after-zone": building.goes_on_after_zone,
    "all-consumed": building.all_consumed,
}
GOALS: Mapping[str, Action] = {name: action(test) for name, test in _TESTS.items()}


def judge(world: World, name: str, parameters: Mapping[str, Any]) -> Verdict:
    """The answer to a goal's question for what has happened so far.

    Raises:
        UnknownGoal: when no goal has this name, or the parameters are not those of the goal.
    """
    goal = GOALS.get(name) if isinstance(name, str) else None
    if goal is None:
        raise UnknownGoal(f"there is no goal test {name!r}"[:120])
    try:
        checked = goal.checked(parameters)
    except Refused as refusal:
        raise UnknownGoal(f"{name}: {refusal.reason} {dict(refusal.details)}") from refusal
    missing = tuple(islice(goal.run(world, View(labels(world.log)), **checked), MISSING_MAX))
    return Verdict(not missing, missing)
