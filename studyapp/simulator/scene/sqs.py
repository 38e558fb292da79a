"""How SQS looks: queues with their tokens, an outline where a message is in flight, the ring of its timeout."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.log import Called, Event
from studyapp.engine.names import short
from studyapp.engine.sqs import events as happened
from studyapp.simulator.scene.blocks import Queue, Worker
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.holders import hands_of, receiver, thing_of, works_on
from studyapp.simulator.scene.tokens import DEAD, DELAYED, GHOST, LOCKED, STALE, TWICE, WAITS

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

# From so many empty answers on, workers show how many they got.
EMPTIES_TOLD = 5


# A run with more events than this is shown in fewer steps, so that it is shown to its end.
LONG_RUN_EVENTS = 3_000


def fold(board: Board, log: Sequence[Event]) -> None:
    """In a long run, what a program does at one time is one step: it is done with one message, deletes it and
    receives the next."""
    if len(log) > LONG_RUN_EVENTS:
        board.hold()


def _called(board: Board, event: Called, log: Sequence[Event]) -> None:
    if event.action in ("sqs.DeleteMessage", "sqs.DeleteMessageBatch", "sqs.ReceiveMessage"):
        fold(board, log)


def _queue(board: Board, name: str) -> Queue | None:
    block = board.block(name)
    return block if isinstance(block, Queue) else None


def place_of(board: Board, queue: str, token: int, group: str | None = None) -> str:
    """Where a message stands in a queue: in the line, or in the lane of its group."""
    block = _queue(board, queue)
    groups: dict[int, str] = board.memory.setdefault("groups", {})
    if group is not None:
        groups[token] = group
    if block is None or not block.fifo:
        return f"{queue}/line"
    name = groups.get(token, "")
    place = f"{queue}/{block.lane(name)}"
    shared = [each for each, lane in block.lanes.items() if lane == block.lanes[name]]
    board.set(place, "group", name if len(shared) == 1 else "…")
    return place


def resting(board: Board, queue: str, token: int) -> str:
    """The flags of a message that lies in this queue and may be received."""
    block = _queue(board, queue)
    flags = TWICE if TWICE in board.look(token).flags else ""
    return flags + (DEAD if block is not None and block.dead_letters else "")


def _lies(board: Board, queue: str, token: int, at_ms: int, visible_at_ms: int, **how: Any) -> None:
    """A message comes into a queue: behind the line at its entrance if it is delayed."""
    _fills(board, queue, 1)
    block = _queue(board, queue)
    place = place_of(board, queue, token)
    if visible_at_ms <= at_ms:
        board.put(token, place, flags=resting(board, queue, token), **how)
        board.count(queue, "visible")
        return
    if block is not None:
        block.delays = True
    flags = DELAYED + WAITS + resting(board, queue, token)
    board.put(token, f"{queue}/delayed", ring=(at_ms, visible_at_ms), flags=flags, **how)
    board.count(queue, "delayed")


def _created(board: Board, event: happened.QueueCreated, log: Sequence[Event]) -> None:
    attributes = dict(event.attributes)
    queue = Queue(event.queue, fifo=attributes.get("FifoQueue") == "true")
    queue.dead_letters = event.queue in board.memory.setdefault("dead-letter-queues", set())
    queue.peak = _peak(event.queue, log)
    if isinstance(board.add(queue), Queue):
        board.set(event.queue, "state", "")
    _redrive_policy(board, event.queue, attributes)


# What each kind of event adds to the queue that its field names.
_ADDS: Mapping[type, Sequence[tuple[str, int]]] = {
    happened.MessageSent: [("queue", 1)],
    happened.MessageDeleted: [("queue", -1)],
    happened.MessageExpired: [("queue", -1)],
    happened.MessageDeadLettered: [("queue", -1), ("dead_letter_queue", 1)],
    happened.MessageRedriven: [("queue", -1), ("destination", 1)],
}


def _peak(queue: str, log: Sequence[Event]) -> int:
    """The most messages that a queue ever holds."""
    held = peak = 0
    for event in log:
        for name, more in _ADDS.get(type(event), ()):
            if getattr(event, name) == queue:
                held += more
                peak = max(peak, held)
    return peak


def _fills(board: Board, queue: str, by: int) -> None:
    """So many messages more are in a queue, or less."""
    block = _queue(board, queue)
    if block is None or block.peak < Queue.LEVEL_FROM:
        return
    held: dict[str, int] = board.memory.setdefault("held", {})
    held[queue] = max(held.get(queue, 0) + by, 0)
    tenths = (10 * held[queue] + block.peak // 2) // block.peak
    board.set(f"{queue}/level", "level", max(tenths, min(held[queue], 1)))


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
    ghosts: dict[int, int] = board.memory.setdefault("ghosts", {})
    for place in dict.fromkeys([*block.lanes.values(), "line", "delayed"]):
        for token in list(board.contents(f"{event.queue}/{place}")):
            lent = ghosts.get(token)
            if lent is not None and GHOST in board.look(token).flags and board.look(lent).place:
                board.change(lent, flags=STALE)
            board.leave(token, effect)
    for attribute in ("visible", "flight", "delayed"):
        board.set(event.queue, attribute, 0)
    _fills(board, event.queue, -board.memory.get("held", {}).get(event.queue, 0))
    if type(event) is happened.QueueDeleted:
        # Its outline stays: what leads to it still means to.
        board.set(event.queue, "state", "deleted")


def _sent(board: Board, event: happened.MessageSent, log: Sequence[Event]) -> None:
    arrives_from = board.memory.get("origins", {}).pop(event.message_id, "")
    token = board.token(event.message_id, alike=event.group or "")
    if not arrives_from and not board.look(token).place:
        origin = board.source(event.by or "you")
        board.connect(origin, event.queue)
        arrives_from = f"{origin}/door"
    place_of(board, event.queue, token, event.group)
    _lies(
        board,
        event.queue,
        token,
        event.at_ms,
        event.visible_at_ms,
        origin="" if board.look(token).place else arrives_from,
    )
    _lock(board, event.queue, event.group)


def _deduplicated(board: Board, event: happened.SendDeduplicated, log: Sequence[Event]) -> None:
    first = board.known(event.message_id)
    if first is None:
        return
    origin = board.memory.pop("comes-from", "") or board.source(event.by or "you")
    again = board.copy(f"again-{len(board.entries)}", first)
    place = place_of(board, event.queue, first, event.group)
    board.leave(again, "refused", toward=place, reach=80, origin=f"{origin}/door")


def _received(board: Board, event: happened.MessagesReceived, log: Sequence[Event]) -> None:
    receiver(board, event.by, event.queue)
    thing = thing_of(board, event.by)
    if not event.receipts:
        _empty_answer(board, event, thing)
        return
    for message_id, receipt_handle, receive_count, hidden_until_ms, copy_stays in event.receipts:
        token = board.known(message_id)
        if token is None:
            continue
        if copy_stays:
            _lend_copy(board, token, event, receipt_handle, receive_count)
        else:
            ring = (event.at_ms, hidden_until_ms)
            lend(board, token, event.queue, event.by, ring, receive_count)
    board.set(thing, "state", "working")
    fold(board, log)


def _empty_answer(board: Board, event: happened.MessagesReceived, thing: str) -> None:
    """An answer without messages: it comes back all the same, and is counted."""
    block = board.block(thing)
    if isinstance(block, Worker) and event.reason != "queue-deleted":
        board.count(thing, "empties")
        if int(board.values[thing, "empties"]) == EMPTIES_TOLD:
            for each in board.blocks.values():
                if isinstance(each, Worker):
                    each.empties = True
        answer = board.sign(f"answer-{thing}", "empty", "")
        board.leave(answer, "merged", toward=f"{thing}/hands", origin=f"{event.queue}/door")
    if board.values.get((thing, "state")) == "polling":
        board.set(thing, "state", "idle")


def lend(
    board: Board, token: int, queue: str, by: str, ring: tuple[int, int], receive_count: int
) -> None:
    """A message goes to the hands of who received it; its outline stays in the queue."""
    ghost = board.copy(f"ghost-{token}", token)
    hands = hands_of(board, by)
    flags = TWICE if TWICE in board.look(token).flags else ""
    board.memory.setdefault("held-by", {})[token] = by
    if board.look(ghost).place:  # received again before anybody saw it come back
        board.put(token, hands, ring=ring, tally=receive_count, flags=flags)
        return
    if not board.look(token).place:
        return
    board.memory.setdefault("ghosts", {})[ghost] = token
    board.swap(token, ghost, flags=GHOST)
    board.put(token, hands, ring=ring, tally=receive_count, flags=flags)
    board.count(queue, "visible", -1)
    board.count(queue, "flight")
    groups: dict[int, str] = board.memory.setdefault("groups", {})
    groups[ghost] = groups.get(token, "")
    _lock(board, queue, groups.get(token))


def _lend_copy(
    board: Board,
    token: int,
    event: happened.MessagesReceived,
    receipt_handle: str,
    receive_count: int,
) -> None:
    """A copy of the message is still on another server: it stays in the queue, behind the others, and can be
    received again whatever becomes of this one."""
    given = board.copy(f"copy {receipt_handle}", token)
    place = board.look(token).place
    flags = resting(board, event.queue, token).replace(TWICE, "") + TWICE
    last = len(board.contents(place)) - 1
    board.put(token, place, at=last, tally=receive_count, flags=flags)
    board.put(given, hands_of(board, event.by), origin=place, tally=receive_count, flags=TWICE)
    board.memory.setdefault("copies", {})[given] = event.by


def _delete_ignored(board: Board, event: happened.DeleteIgnored, log: Sequence[Event]) -> None:
    given = board.known(f"copy {event.receipt_handle}")
    if given is not None and board.look(given).place:
        by = board.memory["copies"][given]
        board.leave(given, "deleted")
        _rest(board, by)


def _rest(board: Board, by: str) -> None:
    """Who has nothing left in hand is idle, where they did not say so themselves."""
    thing = thing_of(board, by)
    if board.values.get((thing, "state")) == "working" and not board.contents(hands_of(board, by)):
        board.set(thing, "state", "idle")


def _lock(board: Board, queue: str, group: str | None) -> None:
    """In a FIFO queue, what waits behind a message in flight of its group is locked."""
    block = _queue(board, queue)
    if block is None or not block.fifo:
        return
    for lane in dict.fromkeys(block.lanes.values()):
        place = f"{queue}/{lane}"
        groups = board.memory.setdefault("groups", {})
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
        by = board.memory["held-by"][token]
        if works_on(board, by, token) and event.reason == "visibility-timeout-ended":
            stale = board.copy(f"stale-{token}-{by}", token)
            board.swap(token, stale, flags=STALE)
        board.swap(ghost, token, flags=resting(board, event.queue, token))
        board.count(event.queue, "flight", -1)
        _rest(board, by)
    elif DELAYED in board.look(token).flags:
        place = place_of(board, event.queue, token)
        board.put(token, place, flags=resting(board, event.queue, token))
        board.count(event.queue, "delayed", -1)
    board.count(event.queue, "visible")
    _lock(board, event.queue, None)


def _ring_changed(board: Board, event: happened.VisibilityChanged, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is None:
        return
    ring = (event.at_ms, event.hidden_until_ms)
    ghost = board.known(f"ghost-{token}")
    if ghost is None or not board.look(ghost).place:  # it was visible, and is hidden again
        by = board.memory.get("held-by", {}).get(token, "")
        if not by:
            return
        stale = board.known(f"stale-{token}-{by}")
        if stale is not None and board.look(stale).place:
            board.drop(stale)
        lend(board, token, event.queue, by, ring, board.look(token).tally)
    else:
        flags = board.look(token).flags
        board.change(token, ring=ring, flags=flags)


def _removed(board: Board, queue: str, token: int, effect: str) -> None:
    """A message is no longer in its queue, wherever its token is."""
    _fills(board, queue, -1)
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
        by = board.memory.get("held-by", {}).get(token)
        if by is not None:
            _rest(board, by)


def _deleted(board: Board, event: happened.MessageDeleted, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is not None:
        _removed(board, event.queue, token, "deleted")
        _lock(board, event.queue, None)
    fold(board, log)


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
    queue = event.dead_letter_queue
    board.put(
        token,
        place_of(board, queue, token),
        tally=event.receive_count,
        flags=resting(board, queue, token),
    )
    board.count(queue, "visible")
    _fills(board, queue, 1)
    _lock(board, event.queue, None)


def _task_started(
    board: Board, event: happened.MessageMoveTaskStarted, log: Sequence[Event]
) -> None:
    board.set(event.queue, "task", "moving-back")


def _task_ended(board: Board, event: happened.MessageMoveTaskEnded, log: Sequence[Event]) -> None:
    board.set(event.queue, "task", "")


def _redriven(board: Board, event: happened.MessageRedriven, log: Sequence[Event]) -> None:
    token = board.known(event.message_id)
    if token is None:
        return
    _removed(board, event.queue, token, "")
    board.rename(event.message_id, event.new_message_id)
    _lies(board, event.destination, token, event.at_ms, event.visible_at_ms, tally=0)


def _waits(board: Board, event: happened.ReceiveWaiting, log: Sequence[Event]) -> None:
    receiver(board, event.by, event.queue)
    thing = thing_of(board, event.by)
    if board.values.get((thing, "state")) in ("", "idle"):
        board.set(thing, "state", "polling")


def _abandoned(board: Board, event: happened.PollAbandoned, log: Sequence[Event]) -> None:
    thing = thing_of(board, event.by)
    if board.values.get((thing, "state")) == "polling":
        board.set(thing, "state", "idle")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    Called: _called,
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
    happened.MessageMoveTaskStarted: _task_started,
    happened.MessageMoveTaskEnded: _task_ended,
    happened.DeleteIgnored: _delete_ignored,
}
