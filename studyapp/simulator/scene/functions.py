"""How Lambda looks when a queue invokes a function: pollers receive, the function runs with a batch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.actors import lambda_events as happened
from studyapp.engine.log import Event
from studyapp.engine.sqs.events import MessagesReceived, PollAbandoned
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.function_block import Function
from studyapp.simulator.scene.holders import begins, ends

NOTABLE = ("FunctionFailed", "LambdaScaled")


def _is_function(board: Board, by: str) -> bool:
    return isinstance(board.block(by), Function)


def _opened(board: Board, event: happened.PollOpened, log: Sequence[Event]) -> None:
    board.count(event.by, "polls")


def _answered(board: Board, event: MessagesReceived | PollAbandoned, log: Sequence[Event]) -> None:
    """A poll that got an answer with messages is over; one that waited in vain is asked again at once."""
    over = type(event) is PollAbandoned or (
        type(event) is MessagesReceived and (event.receipts or event.reason != "wait-ended")
    )
    if over and _is_function(board, event.by):
        polls = int(board.values.get((event.by, "polls")) or 0)
        board.set(event.by, "polls", max(polls - 1, 0))


def _invoked(board: Board, event: happened.FunctionInvoked, log: Sequence[Event]) -> None:
    for receipt in event.receipts:
        token = board.known(receipt[0])
        if token is not None and board.look(token).place == f"{event.by}/hands":
            look = board.look(token)
            board.put(token, f"{event.by}/run", ring=look.ring, flags=look.flags)
        begins(board, event.by, receipt[0])
    board.count(event.by, "running")


def _returned(board: Board, event: Any, log: Sequence[Event]) -> None:
    invoked = log[event.cause]
    for receipt in getattr(invoked, "receipts", ()):
        ends(board, event.by, receipt[0])
    running = int(board.values.get((event.by, "running")) or 0)
    board.set(event.by, "running", max(running - 1, 0))


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.PollOpened: _opened,
    MessagesReceived: _answered,
    PollAbandoned: _answered,
    happened.FunctionInvoked: _invoked,
    happened.FunctionReturned: _returned,
    happened.FunctionFailed: _returned,
}
