"""Who holds what: where the messages stand that somebody has received, and which of them they work on."""

from studyapp.simulator.scene.blocks import Source, Worker
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.tokens import STALE


def settle(board: Board, by: str, thing: str, hands: str) -> None:
    """Somebody is drawn as a part of another block, such as the member of a fleet: `thing` gets their state, what
    they receive stands at the place `hands`."""
    board.memory.setdefault("homes", {})[by] = (thing, hands)


def thing_of(board: Board, by: str) -> str:
    """What shows the state of somebody."""
    thing: str = board.memory.get("homes", {}).get(by, (by,))[0]
    return thing


def hands_of(board: Board, by: str) -> str:
    """Where stands what somebody has received."""
    place: str = board.memory.get("homes", {}).get(by, ("", f"{by}/hands"))[1]
    return place


def receiver(board: Board, by: str, queue: str) -> None:
    """See to it that who receives has a block, with its line to the queue."""
    if by in board.memory.get("homes", {}):
        board.connect(queue, thing_of(board, by).partition("/")[0])
        return
    block = board.block(by)
    if isinstance(block, Source):  # somebody who sends and receives stands at both ends
        twin = f"{by} (2)"
        board.add(Worker(twin)).name = board.name(by)
        settle(board, by, twin, f"{twin}/hands")
        by = twin
    elif block is None:
        board.add(Worker(by))
    board.connect(queue, by)


def _work(board: Board) -> set[tuple[str, int]]:
    work: set[tuple[str, int]] = board.memory.setdefault("work", set())
    return work


def begins(board: Board, by: str, message_id: str) -> None:
    """Somebody works on a message."""
    token = board.known(message_id)
    if token is not None:
        _work(board).add((by, token))
    board.set(thing_of(board, by), "state", "working")


def ends(board: Board, by: str, message_id: str) -> None:
    """Somebody no longer works on a message."""
    token = board.known(message_id)
    if token is not None:
        _work(board).discard((by, token))
        let_go(board, by, token)
    if not any(who == by for who, _ in _work(board)):
        board.set(thing_of(board, by), "state", "idle")


def works_on(board: Board, by: str, token: int) -> bool:
    return (by, token) in _work(board)


def drops_all(board: Board, by: str) -> None:
    """Somebody works on nothing any more: crashed or stopped."""
    for each in [work for work in _work(board) if work[0] == by]:
        _work(board).discard(each)
    let_go(board, by)


def let_go(board: Board, by: str, token: int | None = None) -> None:
    """What somebody still worked with although it was no longer theirs, or only a copy, is gone from their hands."""
    for each in list(board.contents(hands_of(board, by))):
        is_this = token is None or board.known(f"stale-{token}-{by}") == each
        is_copy = token is None and each in board.memory.get("copies", ())
        if is_copy or (is_this and STALE in board.look(each).flags):
            board.leave(each, "lost")
