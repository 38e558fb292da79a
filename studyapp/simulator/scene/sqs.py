"""How SQS looks: queues with their tokens, an outline where a message is in flight, the ring of its timeout."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.log import Event
from studyapp.engine.names import short
from studyapp.engine.sqs import events as happened
from studyapp.simulator.scene.blocks import Queue, Worker
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.tokens import DEAD, DELAYED, GHOST, LOCKED, STALE, WAITS

NOTABLE = (
    "MessageVisible",
    "MessageDeadLettered",
    "MessageExpired",
    "MessageRedriven",
    "SendDeduplicated",
    "DeleteIgnored",
    "VisibilityChanged",
    "QueuePurged",
    "QueueDeleted",
)


def _queue(board: Board, name: str) -> Queue | None:
    block = board.block(name)
    return block if isinstance(block, Queue) else None


def place_of(board: Board, queue: str, token: int, group: str | None = None) -> str:
    """Where a message stands in a queue: in the line, or in the lane of its group."""
    block = _queue(board, queue)
    groups: dict[int, str] = board.memory.setdefault("groups", {})
    if group is not None:
        groups[token] = group
    if block is not None and block.fifo:
        return f"{queue}/{block.lane(groups.get(token, ''))}"
    return f"{queue}/line"


def resting(board: Board, queue: str, flags: str = "") -> str:
    """The flags of a message that lies in this queue."""
    block = _queue(board, queue)
    return flags + (DEAD if block is not None and block.dead_letters else "")


def receiver(board: Board, by: str, queue: str) -> str:
    """The block of who receives, with its line to the queue."""
    if board.block(by) is None:
        worker = Worker(by)
        board.add(worker)
    board.connect(queue, by)
    return by


def _created(board: Board, event: happened.QueueCreated, log: Sequence[Event]) -> None:
    attributes = dict(event.attributes)
    queue = Queue(event.queue, fifo=attributes.get("FifoQueue") == "true")
    queue.dead_letters = event.queue in board.memory.setdefault("dead-letter-queues", set())
    board.add(queue)
    _redrive_policy(board, event.queue, attributes)


def _redrive_policy(board: Board, queue: str, attributes: Mapping[str, str]) -> None:
    policy = attributes.get("RedrivePolicy")
    if not policy:
        return
    try:
        target = short(str(json.loads(policy)["deadLetterTargetArn"]))
    except (ValueError, LookupError, TypeError):
        return
    board.memory.setdefault("dead-letter-queues", set()).add(target)
    block = _queue(board, target)
    if block is not None:
        block.dead_letters = True
    board.connect(queue, target, "dead")


def _changed(board: Board, event: happened.QueueAttributesChanged, log: Sequence[Event]) -> None:
    _redrive_policy(board, event.queue, dict(event.attributes))


def _gone(board: Board, event: Any, log: Sequence[Event]) -> None:
    block = _queue(board, event.queue)
    if block is None:
        return
    effect = "expired" if type(event) is happened.QueuePurged else "lost"
    for place in [*block.lanes.values(), "line"]:
        for token in list(board.contents(f"{event.queue}/{place}")):
            board.leave(token, effect)
    for attribute in ("visible", "flight", "delayed"):
        board.set(event.queue, attribute, 0)
    if type(event) is happened.QueueDeleted:
        board.remove(event.queue)


def _sent(board: Board, event: happened.MessageSent, log: Sequence[Event]) -> None:
    if board.known(event.message_id) is None and event.by not in board.blocks:
        board.source(event.by or "you")
    origin = event.by or "you"
    arrives_from = board.memory.get("origins", {}).pop(event.message_id, "")
    token = board.token(event.message_id, alike=event.group or "")
    if not arrives_from:
        board.connect(origin, event.queue)
        arrives_from = f"{origin}/door"
    delayed = event.visible_at_ms > event.at_ms
    board.put(
        token,
        place_of(board, event.queue, token, event.group),
        origin="" if board.look(token).place else arrives_from,
        ring=(event.at_ms, event.visible_at_ms) if delayed else None,
        flags=resting(board, event.queue, DELAYED + WAITS if delayed else ""),
    )
    board.count(event.queue, "delayed" if delayed else "visible")
    _lock(board, event.queue, event.group)


def _deduplicated(board: Board, event: happened.SendDeduplicated, log: Sequence[Event]) -> None:
    first = board.known(event.message_id)
    if first is None:
        return
    origin = board.source(event.by or "you")
    again = board.copy(f"again-{len(board.entries)}", first)
    place = place_of(board, event.queue, first, event.group)
    board.leave(again, "refused", toward=place, reach=80, origin=f"{origin}/door")


def _received(board: Board, event: happened.MessagesReceived, log: Sequence[Event]) -> None:
    worker = receiver(board, event.by, event.queue)
    if not event.receipts:
        empty = int(board.values.get((worker, "empty-count")) or 0) + 1
        board.set(worker, "empty-count", empty)
        board.set(worker, "empty", f"∅{empty}")
        if board.values.get((worker, "state")) in ("polling", "idle"):
            board.set(worker, "state", "idle")
        return
    for message_id, _, receive_count, hidden_until_ms, *_ in event.receipts:
        token = board.known(message_id)
        if token is None:
            continue
        lend(board, token, event.queue, worker, (event.at_ms, hidden_until_ms), receive_count)
    board.set(worker, "state", "working")


def lend(
    board: Board, token: int, queue: str, worker: str, ring: tuple[int, int], receive_count: int
) -> None:
    """A message goes to the hands of who received it; its outline stays in the queue."""
    ghost = board.copy(f"ghost-{token}", token)
    if board.look(ghost).place:  # received again before anybody saw it come back
        board.put(token, f"{worker}/hands", ring=ring, tally=receive_count)
        return
    if not board.look(token).place:
        return
    board.swap(token, ghost, flags=GHOST)
    board.put(token, f"{worker}/hands", ring=ring, tally=receive_count)
    board.count(queue, "visible", -1)
    board.count(queue, "flight")
    groups: dict[int, str] = board.memory.setdefault("groups", {})
    groups[ghost] = groups.get(token, "")
    _lock(board, queue, groups.get(token))


def _lock(board: Board, queue: str, group: str | None) -> None:
    """In a FIFO queue, what waits behind a message in flight of its group is locked."""
    block = _queue(board, queue)
    if block is None or not block.fifo:
        return
    for lane in dict.fromkeys(block.lanes.values()):
        place = f"{queue}/{lane}"
        groups: dict[int, str] = board.memory.setdefault("groups", {})
        contents = board.contents(place)
        busy = {groups.get(token, "") for token in contents if GHOST in board.look(token).flags}
        for token in contents:
            flags = board.look(token).flags
            if GHOST in flags or DELAYED in flags:
                continue
            wanted = flags.replace(LOCKED, "") + (LOCKED if groups.get(token, "") in busy else "")
            if wanted != flags:
                board.change(token, flags=wanted)
        board.set(place, "locked", "yes" if busy else "")


def _visible(board: Board, event: happened.MessageVisible, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is None:
        return
    ghost = board.known(f"ghost-{token}")
    if ghost is not None and board.look(ghost).place:
        holder = board.look(token).place.partition("/")[0]
        still_works = board.values.get((holder, "state")) == "working"
        if still_works and event.reason == "visibility-timeout-ended":
            stale = board.copy(f"stale-{token}-{holder}", token)
            board.swap(token, stale, flags=STALE)
        board.swap(ghost, token, flags=resting(board, event.queue))
        board.count(event.queue, "flight", -1)
    else:
        board.change(token, flags=resting(board, event.queue))
        board.count(event.queue, "delayed", -1)
    board.count(event.queue, "visible")
    _lock(board, event.queue, None)


def _ring_changed(board: Board, event: happened.VisibilityChanged, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is None:
        return
    board.change(token, ring=(event.at_ms, event.hidden_until_ms))


def _removed(board: Board, queue: str, token: int, effect: str) -> None:
    """A message is no longer in its queue, wherever its token is."""
    ghost = board.known(f"ghost-{token}")
    if ghost is not None and board.look(ghost).place:
        board.drop(ghost)
        board.count(queue, "flight", -1)
    elif DELAYED in board.look(token).flags:
        board.count(queue, "delayed", -1)
    elif board.look(token).place:
        board.count(queue, "visible", -1)
    if effect and board.look(token).place:
        board.leave(token, effect)


def _deleted(board: Board, event: happened.MessageDeleted, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is not None:
        _removed(board, event.queue, token, "deleted")
        _lock(board, event.queue, None)


def _expired(board: Board, event: happened.MessageExpired, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is not None:
        _removed(board, event.queue, token, "expired")
        _lock(board, event.queue, None)


def _dead_lettered(board: Board, event: happened.MessageDeadLettered, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is None:
        return
    _removed(board, event.queue, token, "")
    board.put(
        token,
        place_of(board, event.dead_letter_queue, token),
        tally=event.receive_count,
        flags=resting(board, event.dead_letter_queue),
    )
    board.count(event.dead_letter_queue, "visible")
    _lock(board, event.queue, None)


def _redriven(board: Board, event: happened.MessageRedriven, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is None:
        return
    _removed(board, event.queue, token, "")
    board.rename(event.message_id, event.new_message_id)
    delayed = event.visible_at_ms > event.at_ms
    board.put(
        token,
        place_of(board, event.destination, token),
        tally=0,
        ring=(event.at_ms, event.visible_at_ms) if delayed else None,
        flags=resting(board, event.destination, DELAYED + WAITS if delayed else ""),
    )
    board.count(event.destination, "delayed" if delayed else "visible")


def _waits(board: Board, event: happened.ReceiveWaiting, log: Sequence[Event]) -> None:
    worker = receiver(board, event.by, event.queue)
    if board.values.get((worker, "state")) in ("", "idle"):
        board.set(worker, "state", "polling")


def _abandoned(board: Board, event: happened.PollAbandoned, log: Sequence[Event]) -> None:
    if board.values.get((event.by, "state")) == "polling":
        board.set(event.by, "state", "idle")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.QueueCreated: _created,
    happened.QueueAttributesChanged: _changed,
    happened.QueuePurged: _gone,
    happened.QueueDeleted: _gone,
    happened.MessageSent: _sent,
    happened.SendDeduplicated: _deduplicated,
    happened.MessagesReceived: _received,
    happened.ReceiveWaiting: _waits,
    happened.PollAbandoned: _abandoned,
    happened.MessageVisible: _visible,
    happened.VisibilityChanged: _ring_changed,
    happened.MessageDeleted: _deleted,
    happened.MessageExpired: _expired,
    happened.MessageDeadLettered: _dead_lettered,
    happened.MessageRedriven: _redriven,
}
