"""Amazon MQ: brokers of ActiveMQ and RabbitMQ, and the Availability Zones that they stand in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from studyapp.engine.calls import Actions, Apply, React
from studyapp.engine.mq import activemq, rabbitmq, zones
from studyapp.engine.mq.commands import ACTIONS as COMMON_ACTIONS
from studyapp.engine.mq.departures import REACT as DEPARTURES
from studyapp.engine.mq.events import BrokerCreated

if TYPE_CHECKING:
    from studyapp.engine.world import World

__all__ = ["ACTIONS", "APPLY", "REACT", "State"]

_Change = Callable[["World", Any, int], None]


class State:
    """The brokers of each engine, and the zones."""

    __slots__ = ("activemq", "rabbitmq", "zones")

    def __init__(self) -> None:
        self.activemq = activemq.State()
        self.rabbitmq = rabbitmq.State()
        self.zones = zones.State()


def _nothing(world: "World", event: Any, number: int) -> None:
    """For what one engine only remembers."""


def _by_broker(of_activemq: _Change, of_rabbitmq: _Change) -> _Change:
    """An event that both engines have changes the one that the broker runs on."""

    def change(world: "World", event: Any, number: int) -> None:
        if event.broker in world.mq.activemq.brokers:
            of_activemq(world, event, number)
        else:
            of_rabbitmq(world, event, number)

    return change


def broker_created(world: "World", event: BrokerCreated, number: int) -> None:
    part: Any = activemq if event.engine_type == "ACTIVEMQ" else rabbitmq
    part.APPLY[BrokerCreated](world, event, number)


def _apply() -> Apply:
    together: dict[type, _Change] = {**zones.APPLY}
    for kind in dict.fromkeys((*activemq.APPLY, *rabbitmq.APPLY)):
        first, second = activemq.APPLY.get(kind), rabbitmq.APPLY.get(kind)
        if kind.__module__ == "studyapp.engine.mq.events":
            together[kind] = _by_broker(first or _nothing, second or _nothing)
        else:
            together[kind] = first or second or _nothing
    together[BrokerCreated] = broker_created
    return together


def _react() -> React:
    """Each engine looks for itself at what both hear of, ActiveMQ first."""
    together: dict[type, _Change] = {}
    for part in (activemq.REACT, rabbitmq.REACT, DEPARTURES):
        for kind, function in part.items():
            before = together.get(kind)
            together[kind] = function if before is None else _one_after_the_other(before, function)
    return together


def _one_after_the_other(first: _Change, second: _Change) -> _Change:
    def both(world: "World", event: Any, number: int) -> None:
        first(world, event, number)
        second(world, event, number)

    return both


ACTIONS: Actions = {**COMMON_ACTIONS, **zones.ACTIONS, **activemq.ACTIONS, **rabbitmq.ACTIONS}
APPLY: Apply = _apply()
REACT: React = _react()
