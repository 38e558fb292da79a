"""How programs look: who sends, who receives, what state they are in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.actors import events as happened
from studyapp.engine.actors import handling, lambda_events
from studyapp.engine.actors.fleet import InstanceRetired
from studyapp.engine.log import Event
from studyapp.simulator.scene.blocks import Source, Worker
from studyapp.simulator.scene.board import Board

NOTABLE = ("ActorCrashed", "ActorStopped", "HandlingFailed", "DuplicateRecognised", "FleetScaled")
# Kinds of actors that receive from a queue, and the setting that names it.
_RECEIVERS = {"consumer": "queue", "lambda-poller": "queue"}
# Kinds that are drawn by the service they talk to.
_ELSEWHERE = frozenset({"stream-reader", "kcl-worker", "broker-consumer", "broker-producer"})


def _added(board: Board, event: happened.ActorAdded, log: Sequence[Event]) -> None:
    settings = dict(event.settings)
    if event.kind in _RECEIVERS:
        board.add(Worker(event.by))
        board.connect(str(settings.get("queue", "")), event.by)
    elif event.kind == "producer":
        board.add(Source(event.by))
        board.connect(event.by, str(settings.get("target", "")))


def _started(board: Board, event: happened.ActorStarted, log: Sequence[Event]) -> None:
    if isinstance(board.block(event.by), Worker):
        board.set(event.by, "state", "idle")
    elif event.by in board.blocks:
        board.set(event.by, "state", "")


def _crashed(board: Board, event: happened.ActorCrashed, log: Sequence[Event]) -> None:
    board.set(event.by, "state", "crashed")
    _let_go_of_stale(board, event.by)


def _stopping(board: Board, event: happened.ActorStopping, log: Sequence[Event]) -> None:
    board.set(event.by, "state", "stopping")


def _stopped(board: Board, event: happened.ActorStopped, log: Sequence[Event]) -> None:
    board.set(event.by, "state", "stopped")
    _let_go_of_stale(board, event.by)


def _retired(board: Board, event: InstanceRetired, log: Sequence[Event]) -> None:
    board.remove(event.member)


def _let_go_of_stale(board: Board, by: str, token: int | None = None) -> None:
    """What somebody still worked with although it was no longer theirs is gone from their hands."""
    for each in list(board.contents(f"{by}/hands")):
        is_this = token is None or board.known(f"stale-{token}-{by}") == each
        if "s" in board.look(each).flags and is_this:
            board.leave(each, "lost")


def _working(board: Board, event: handling.HandlingStarted, log: Sequence[Event]) -> None:
    board.set(event.by, "state", "working")


def _done(board: Board, event: Any, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is not None:
        _let_go_of_stale(board, event.by, token)
    if len(board.contents(f"{event.by}/hands")) <= 1:
        board.set(event.by, "state", "idle")


def _invoked(board: Board, event: lambda_events.FunctionInvoked, log: Sequence[Event]) -> None:
    board.set(event.by, "state", "working")


def _returned(board: Board, event: Any, log: Sequence[Event]) -> None:
    board.set(event.by, "state", "idle")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.ActorAdded: _added,
    happened.ActorStarted: _started,
    happened.ActorCrashed: _crashed,
    happened.ActorStopping: _stopping,
    happened.ActorStopped: _stopped,
    InstanceRetired: _retired,
    handling.HandlingStarted: _working,
    handling.HandlingFinished: _done,
    handling.HandlingFailed: _done,
    handling.DuplicateRecognised: _done,
    lambda_events.FunctionInvoked: _invoked,
    lambda_events.FunctionReturned: _returned,
    lambda_events.FunctionFailed: _returned,
}
