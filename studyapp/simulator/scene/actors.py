"""How programs look: who sends, who receives, what state they are in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.actors import events as happened
from studyapp.engine.actors import handling
from studyapp.engine.actors.producer_settings import SendPlanned
from studyapp.engine.log import Event
from studyapp.engine.names import short
from studyapp.simulator.scene.blocks import Source, Worker
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.function_block import Function
from studyapp.simulator.scene.holders import begins, drops_all, ends, thing_of
from studyapp.simulator.scene.sns import topic_block
from studyapp.simulator.scene.sqs import fold

NOTABLE = ("ActorCrashed", "ActorStopped", "HandlingFailed", "DuplicateRecognised")
# Kinds of actors that receive from a queue, each one block.
_RECEIVERS: Mapping[str, type[Worker | Function]] = {
    "consumer": Worker,
    "lambda-poller": Function,
}


_LIFE = (
    happened.ActorAdded,
    happened.ActorStarted,
    happened.ActorChanged,
    happened.ActorStopping,
    happened.ActorStopped,
    SendPlanned,
)


def idle_senders(log: Sequence[Event]) -> frozenset[str]:
    """Senders that were stopped at 0 ms and did nothing in the whole run. A story that needs none of a board's own
    sender stops it at once; in the picture it would only stand about."""
    stopped = {e.by for e in log if type(e) is happened.ActorStopped and e.at_ms == 0}
    if not stopped:
        return frozenset()
    senders = {
        e.by
        for e in log
        if type(e) is happened.ActorAdded and e.kind == "producer" and e.by in stopped
    }
    busy = {
        e.by  # type: ignore[attr-defined]
        for e in log
        if getattr(e, "by", "") in senders and (type(e) not in _LIFE or e.at_ms > 0)
    }
    return frozenset(senders - busy)


def is_drawn(board: Board, by: str) -> bool:
    """Whether this part of the picture shows the state of somebody: a worker, a sender, a function, a member."""
    return thing_of(board, by) != by or isinstance(board.block(by), Source | Worker | Function)


def _added(board: Board, event: happened.ActorAdded, log: Sequence[Event]) -> None:
    settings = dict(event.settings)
    if event.kind in _RECEIVERS and thing_of(board, event.by) == event.by:
        board.add(_RECEIVERS[event.kind](event.by))
        board.connect(short(str(settings.get("queue", ""))), event.by)
    elif event.kind == "producer":
        board.add(Source(event.by))
        target = short(str(settings.get("target", "")))
        if settings.get("to") == "sns":
            target = topic_block(board, target)
        board.connect(event.by, target)


def _started(board: Board, event: happened.ActorStarted, log: Sequence[Event]) -> None:
    if is_drawn(board, event.by):
        is_source = isinstance(board.block(event.by), Source)
        board.set(thing_of(board, event.by), "state", "" if is_source else "idle")


def _crashed(board: Board, event: happened.ActorCrashed, log: Sequence[Event]) -> None:
    _ended(board, event.by, "crashed")


def _stopping(board: Board, event: happened.ActorStopping, log: Sequence[Event]) -> None:
    if is_drawn(board, event.by):
        board.set(thing_of(board, event.by), "state", "stopping")


def _stopped(board: Board, event: happened.ActorStopped, log: Sequence[Event]) -> None:
    _ended(board, event.by, "stopped")


def _ended(board: Board, by: str, state: str) -> None:
    if is_drawn(board, by):
        drops_all(board, by)
        board.set(thing_of(board, by), "state", state)


def _working(board: Board, event: handling.HandlingStarted, log: Sequence[Event]) -> None:
    if is_drawn(board, event.by):
        begins(board, event.by, event.message_id)


def _done(board: Board, event: Any, log: Sequence[Event]) -> None:
    if is_drawn(board, event.by):
        ends(board, event.by, event.message_id)
        fold(board, log)


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.ActorAdded: _added,
    happened.ActorStarted: _started,
    happened.ActorCrashed: _crashed,
    happened.ActorStopping: _stopping,
    happened.ActorStopped: _stopped,
    handling.HandlingStarted: _working,
    handling.HandlingFinished: _done,
    handling.HandlingFailed: _done,
    handling.DuplicateRecognised: _done,
}
