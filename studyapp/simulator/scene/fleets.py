"""How an Auto Scaling group looks: instances appear, work and retire; the backlog that it follows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.actors import fleet as happened
from studyapp.engine.actors.events import ActorAdded, ActorStopped
from studyapp.engine.log import Event
from studyapp.engine.names import short
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.fleet_block import Fleet
from studyapp.simulator.scene.holders import settle, thing_of

NOTABLE = ("FleetScaled", "InstanceInService")


def _fleet(board: Board, name: str) -> Fleet | None:
    block = board.block(name)
    return block if isinstance(block, Fleet) else None


def _added(board: Board, event: ActorAdded, log: Sequence[Event]) -> None:
    if event.kind != "fleet":
        return
    settings = dict(event.settings)
    block = Fleet(event.by)
    block.follows = settings.get("policy", "backlog-per-instance") == "backlog-per-instance"
    board.add(block)
    board.set(event.by, "target", settings.get("backlog_target", 10))
    board.connect(short(str(settings.get("queue", ""))), event.by)


def _launched(board: Board, event: happened.InstanceLaunched, log: Sequence[Event]) -> None:
    block = _fleet(board, event.by)
    if block is None:
        return
    cell = block.take(event.member)
    settle(board, event.member, cell, cell)
    board.start_values.setdefault((cell, "there"), "no")
    board.set(cell, "there", "yes")
    board.set(cell, "state", "starting")
    board.count(event.by, "size")
    if event.due_ms > event.at_ms:
        clock = board.sign(f"starts {event.member}", "clock", event.member)
        board.put(clock, cell, ring=(event.at_ms, event.due_ms), flags="w")


def _in_service(board: Board, event: happened.InstanceInService, log: Sequence[Event]) -> None:
    cell = thing_of(board, event.member)
    clock = board.known(f"starts {event.member}")
    if clock is not None and board.look(clock).place:
        board.drop(clock)
    board.set(cell, "state", "idle")
    _count_ready(board, event.by, event.member, True)


def _count_ready(board: Board, fleet: str, member: str, ready: bool) -> None:
    members: set[str] = board.memory.setdefault("in-service", {}).setdefault(fleet, set())
    if ready:
        members.add(member)
    else:
        members.discard(member)
    board.set(fleet, "ready", len(members))
    _per_instance(board, fleet)


def _measured(board: Board, event: happened.FleetMeasured, log: Sequence[Event]) -> None:
    board.set(event.by, "backlog", event.visible)
    _per_instance(board, event.by)


def _per_instance(board: Board, fleet: str) -> None:
    """The figure that the group follows: what waits, for each instance that works."""
    ready = int(board.values.get((fleet, "ready")) or 0)
    backlog = int(board.values.get((fleet, "backlog")) or 0)
    board.set(fleet, "each", -(-backlog // ready) if ready else backlog)


def _retired(board: Board, event: happened.InstanceRetired, log: Sequence[Event]) -> None:
    board.count(event.by, "size", -1)
    _count_ready(board, event.by, event.member, False)
    cell = thing_of(board, event.member)
    clock = board.known(f"starts {event.member}")
    if clock is not None and board.look(clock).place:
        board.drop(clock)
    if board.values.get((cell, "state")) != "working":
        _leave(board, event.by, event.member)
    else:
        board.memory.setdefault("leaving", {})[event.member] = event.by


def _leave(board: Board, fleet: str, member: str) -> None:
    """An instance is gone, and its cell free."""
    block = _fleet(board, fleet)
    cell = thing_of(board, member)
    if block is not None and member in block.cells:
        block.free(member)
        board.set(cell, "there", "no")


def _stopped(board: Board, event: ActorStopped, log: Sequence[Event]) -> None:
    """An instance that had still something in hand when it retired is done with it."""
    fleet = board.memory.get("leaving", {}).pop(event.by, "")
    if fleet:
        _leave(board, fleet, event.by)


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    ActorAdded: _added,
    ActorStopped: _stopped,
    happened.InstanceLaunched: _launched,
    happened.InstanceInService: _in_service,
    happened.InstanceRetired: _retired,
    happened.FleetMeasured: _measured,
}
