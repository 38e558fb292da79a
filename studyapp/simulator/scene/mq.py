"""How Amazon MQ looks: what its two engines have in common, given to the one that the broker runs on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from studyapp.engine.log import Event
from studyapp.engine.mq import events as happened
from studyapp.simulator.scene import activemq, clients, rabbitmq
from studyapp.simulator.scene.board import Board


class Pictured(Protocol):
    """What the picture of a broker of either engine does when something happens to it."""

    def connected(self, board: Board, event: happened.Connected) -> None: ...

    def lost(self, board: Board, event: happened.ConnectionLost) -> None: ...

    def refused(self, board: Board, event: happened.ConnectionRefused) -> None: ...

    def dispatched(self, board: Board, event: happened.MessageDispatched) -> None: ...

    def acknowledged(self, board: Board, event: happened.MessageAcknowledged) -> None: ...

    def redelivered(self, board: Board, event: happened.MessageRedelivered) -> None: ...

    def deleted(self, board: Board) -> None: ...

    def zone(self, board: Board, zone: str, is_lost: bool) -> None: ...


def _brokers(board: Board) -> dict[str, Pictured]:
    found: dict[str, Pictured] = board.memory.setdefault("brokers", {})
    return found


def _created(board: Board, event: happened.BrokerCreated, log: Sequence[Event]) -> None:
    engine = activemq if event.engine_type == "ACTIVEMQ" else rabbitmq
    _brokers(board)[event.broker] = engine.created(board, event, log)


def _deleted(board: Board, event: happened.BrokerDeleted, log: Sequence[Event]) -> None:
    state = _brokers(board).pop(event.broker, None)
    if state is not None:
        state.deleted(board)


def _zone(board: Board, event: Any, log: Sequence[Event]) -> None:
    for state in _brokers(board).values():
        state.zone(board, event.zone, type(event) is happened.ZoneLost)


def _connected(board: Board, event: happened.Connected, log: Sequence[Event]) -> None:
    if event.broker in _brokers(board):
        _brokers(board)[event.broker].connected(board, event)


def _lost(board: Board, event: happened.ConnectionLost, log: Sequence[Event]) -> None:
    if event.broker in _brokers(board):
        _brokers(board)[event.broker].lost(board, event)


def _refused(board: Board, event: happened.ConnectionRefused, log: Sequence[Event]) -> None:
    if event.broker in _brokers(board):
        _brokers(board)[event.broker].refused(board, event)


def _dispatched(board: Board, event: happened.MessageDispatched, log: Sequence[Event]) -> None:
    if event.broker in _brokers(board):
        _brokers(board)[event.broker].dispatched(board, event)


def _acknowledged(board: Board, event: happened.MessageAcknowledged, log: Sequence[Event]) -> None:
    if event.broker in _brokers(board):
        _brokers(board)[event.broker].acknowledged(board, event)


def _redelivered(board: Board, event: happened.MessageRedelivered, log: Sequence[Event]) -> None:
    if event.broker in _brokers(board):
        _brokers(board)[event.broker].redelivered(board, event)


NOTABLE = (
    "ZoneLost",
    "ZoneRestored",
    *clients.NOTABLE,
    *activemq.NOTABLE,
    *rabbitmq.NOTABLE,
)
DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    **clients.DRAW,
    **activemq.DRAW,
    **rabbitmq.DRAW,
    happened.BrokerCreated: _created,
    happened.BrokerDeleted: _deleted,
    happened.ZoneLost: _zone,
    happened.ZoneRestored: _zone,
    happened.Connected: _connected,
    happened.ConnectionLost: _lost,
    happened.ConnectionRefused: _refused,
    happened.MessageDispatched: _dispatched,
    happened.MessageAcknowledged: _acknowledged,
    happened.MessageRedelivered: _redelivered,
}
