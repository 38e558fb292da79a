"""How reading a stream looks: a cursor moves along each shard, copies go to who reads, leases change hands.

A record stays in its lane; what a reader gets is a copy. Each reader has one track in every lane; the workers of
one application have one together, because they share their places (leases and checkpoints).
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.actors import events as lives
from studyapp.engine.kinesis import events as happened
from studyapp.engine.kinesis import reader_events as reading
from studyapp.engine.log import CallRefused, Event
from studyapp.engine.names import short
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.kinesis import lane_of, show_access, stream_of
from studyapp.simulator.scene.reader_block import Reader
from studyapp.simulator.scene.shards import Lane
from studyapp.simulator.scene.stream_block import Stream
from studyapp.simulator.scene.tokens import STALE

NOTABLE = (
    "LeaseTaken",
    "LeaseExpired",
    "Checkpointed",
    "ShardFinished",
    "RecordHandlingFailed",
    "StreamConsumerActive",
)
_FIREHOSE = "firehose:"


# Cursors


def move_cursor(
    board: Board, stream: str, reader: str, lane: Lane, place: int, name: str = ""
) -> None:
    """Let the cursor of a reader stand before the record at `place`. It appears when it is first moved."""
    block = stream_of(board, stream)
    if block is None:
        return
    track = block.track(reader, name or board.name(reader))
    board.sign(_cursor(stream, reader, lane), "cursor", block.readers[reader])
    read: dict[tuple[str, str, int], int] = board.memory.setdefault("read", {})
    read[stream, reader, lane.number] = place
    listeners = board.memory.setdefault("on-record", {}).setdefault(stream, [])
    if not listeners:
        listeners.append(_follow)
    block.cursors[f"cursor-{track}-{lane.number}"] = None
    board.set(f"{stream}/cursor-{track}-{lane.number}", "there", "yes")
    _show_cursor(board, block, reader, lane, "")


def _cursor(stream: str, reader: str, lane: Lane) -> str:
    return f"cursor {stream} {reader} {lane.number}"


def _checkpoint(stream: str, reader: str, lane: Lane) -> str:
    return f"checkpoint {stream} {reader} {lane.number}"


def _follow(board: Board, block: Stream, lane: Lane) -> None:
    """A lane has moved on: its cursors stay where they were among the beads, and its readers are behind."""
    if lane.times:
        for by, lanes in board.memory.get("reads", {}).items():
            if lanes.get(lane.number) is lane:
                _say_behind(board, block.id, by, lane.times[-1])
    for reader in block.readers:
        if (block.id, reader, lane.number) in board.memory["read"]:
            _show_cursor(board, block, reader, lane)


def _show_cursor(
    board: Board, block: Stream, reader: str, lane: Lane, flags: str | None = None
) -> None:
    read: dict[tuple[str, str, int], int] = board.memory["read"]
    place = max(read[block.id, reader, lane.number], lane.gone)
    track = list(block.readers).index(reader)
    if not block.found.lanes:
        return
    thing = f"{block.id}/cursor-{track}-{lane.number}"
    board.set(thing, "reader", block.readers[reader])
    board.set(thing, "shard", board.words["shard"].replace("{n}", str(lane.number)))
    board.set(thing, "read", place - lane.gone)
    board.set(thing, "kept", lane.kept)
    _stand(board, block, _cursor(block.id, reader, lane), "at", track, lane, place, flags)
    checked: dict[tuple[str, str, int], int] = board.memory.setdefault("checked", {})
    noted = checked.get((block.id, reader, lane.number))
    if noted is not None:
        key = _checkpoint(block.id, reader, lane)
        _stand(board, block, key, "check", track, lane, max(noted, lane.gone), None)


def _stand(
    board: Board,
    block: Stream,
    key: str,
    kind: str,
    track: int,
    lane: Lane,
    place: int,
    flags: str | None,
) -> None:
    """Put a sign of a track where it belongs, if it is not there yet."""
    token = board.known(key)
    if token is None:
        return
    look = board.look(token)
    if board.entries[token].gone and flags is None:
        return
    where = f"{block.id}/{kind}-{track}-{lane.number}-{_gap(block, lane, place)}"
    wanted = look.flags if flags is None else flags
    if look.place != where or look.flags != wanted:
        board.put(token, where, flags=wanted)


def _gap(block: Stream, lane: Lane, place: int) -> int:
    """Between which beads a place is, -1 before those in sight; or at which tenth of what the lane holds."""
    if block.found.beads:
        first = max(lane.gone, lane.after_last - block.window)
        return min(max(place - first, -1), block.window)
    return block.gaps() if not lane.kept else block.gaps() * (place - lane.gone) // lane.kept


def _take_away(board: Board, stream: str, reader: str, lane: Lane, effect: str) -> None:
    """Nobody reads here any more."""
    for key in (_cursor(stream, reader, lane), _checkpoint(stream, reader, lane)):
        token = board.known(key)
        if token is not None and board.look(token).place:
            board.leave(token, effect)
    board.memory.get("read", {}).pop((stream, reader, lane.number), None)
    board.memory.get("checked", {}).pop((stream, reader, lane.number), None)
    block = stream_of(board, stream)
    if block is not None and reader in block.readers:
        track = list(block.readers).index(reader)
        board.set(f"{stream}/cursor-{track}-{lane.number}", "there", "no")


# Programs


def _reader(board: Board, name: str) -> Reader | None:
    block = board.block(name)
    return block if isinstance(block, Reader) else None


def _added(board: Board, event: lives.ActorAdded, log: Sequence[Event]) -> None:
    if event.kind not in ("stream-reader", "kcl-worker"):
        return
    settings = dict(event.settings)
    block = Reader(event.by, short(str(settings.get("stream", ""))))
    block.has_leases = event.kind == "kcl-worker"
    block.has_own_pipe = settings.get("mode") == "fan-out"
    board.add(block)
    board.set(event.by, "state", "stopped")
    board.set(event.by, "behind", board.words["reads-nothing"])
    _set_up(board, block, settings)
    kind = "pipe" if block.has_own_pipe else "flow"
    board.connect(block.stream, block.id, kind)
    show_access(board, block.stream, block.id)
    stream = stream_of(board, block.stream)
    if stream is not None:
        application = str(settings.get("application", "")) if block.has_leases else ""
        stream.track(application or event.by, board.name(application or event.by))
        if application:
            stream.leased.add(application)
            board.memory.setdefault("applications", {})[event.by] = application


def _set_up(board: Board, block: Reader, settings: Mapping[str, Any]) -> None:
    block.handling_ms = int(settings.get("handling_ms", 0) or 0)


def _changed(board: Board, event: lives.ActorChanged, log: Sequence[Event]) -> None:
    block = _reader(board, event.by)
    if block is not None:
        _set_up(board, block, dict(event.settings))


def _started(board: Board, event: lives.ActorStarted, log: Sequence[Event]) -> None:
    if _reader(board, event.by) is not None:
        board.set(event.by, "state", "idle")


def _stopping(board: Board, event: lives.ActorStopping, log: Sequence[Event]) -> None:
    if _reader(board, event.by) is not None:
        board.set(event.by, "state", "stopping")


def _ended(board: Board, event: Any, log: Sequence[Event]) -> None:
    """What it had in hand is gone, and it forgets its places; those of an application are kept by its leases."""
    block = _reader(board, event.by)
    if block is None:
        return
    board.set(block.id, "state", "crashed" if type(event) is lives.ActorCrashed else "stopped")
    for token in list(board.contents(f"{block.id}/hands")):
        board.leave(token, "lost")
    board.memory.get("taken", {}).pop(block.id, None)
    _reads(board, block.id).clear()
    board.set(block.id, "behind", board.words["reads-nothing"])
    stream = stream_of(board, block.stream)
    if stream is None:
        return
    for lane in stream.lanes.values():
        if not block.has_leases:
            _take_away(board, stream.id, block.id, lane, "lost")


def _waiting(board: Board, event: reading.StreamReaderWaiting, log: Sequence[Event]) -> None:
    if _reader(board, event.by) is not None:
        board.set(event.by, "state", "not-ready")


def _turns(board: Board, event: reading.ShardReadingStarted, log: Sequence[Event]) -> None:
    lane = lane_of(board, event.stream, event.shard_id)
    if lane is None:
        return
    place = lane.gone
    if event.position == "LATEST":
        place = lane.after_last
    elif event.timestamp_ms is not None:
        place = max(lane.gone, bisect_left(lane.times, event.timestamp_ms))
    move_cursor(board, event.stream, event.by, lane, place)


def _subscribed(board: Board, event: happened.ShardSubscribed, log: Sequence[Event]) -> None:
    lane = lane_of(board, event.stream, event.shard_id)
    if lane is None:
        return
    _caller(board, event.by, event.stream, "pipe")
    move_cursor(board, event.stream, event.by, lane, event.place)


def _caller(board: Board, by: str, stream: str, kind: str = "flow") -> str:
    """Who reads: a program, or somebody who calls by hand."""
    if by not in board.blocks:
        board.add(Reader(by, stream))
    board.connect(stream, by, kind)
    show_access(board, stream, by)
    return by


def _read(board: Board, event: Any, log: Sequence[Event]) -> None:
    """The answer to GetRecords, or a push: the cursor moves, and the reader knows how far it is behind."""
    lane, stream = lane_of(board, event.stream, event.shard_id), stream_of(board, event.stream)
    if lane is None or stream is None:
        return
    if event.by.startswith(_FIREHOSE):
        name = event.by.removeprefix(_FIREHOSE)
        move_cursor(board, event.stream, name, lane, event.next_place)
        return
    by = _caller(board, event.by, event.stream)
    owner = board.memory.get("applications", {}).get(by, by)
    move_cursor(board, event.stream, owner, lane, event.next_place)
    block = _reader(board, by)
    if block is None:
        return
    _reads(board, by)[lane.number] = lane
    _say_behind(board, stream.id, by, event.at_ms)
    if event.record_count and not stream.found.beads:
        part = lane.part if stream.found.lanes else "door"
        sign = board.sign(
            f"answer {by} {len(board.entries)}", "records", board.words["some-records"]
        )
        origin, hands = f"{stream.id}/{part}", f"{by}/hands"
        board.leave(sign, "merged", toward=hands, origin=origin)
    if board.values.get((by, "state")) in ("read-throttled", "no-key", "not-ready", "stopped"):
        board.set(by, "state", "working" if board.contents(f"{by}/hands") else "idle")


def _reads(board: Board, by: str) -> dict[int, Lane]:
    """The shards that somebody reads now, by number."""
    reads: dict[str, dict[int, Lane]] = board.memory.setdefault("reads", {})
    return reads.setdefault(by, {})


def _say_behind(board: Board, stream: str, by: str, at_ms: int) -> None:
    """How old the oldest record is that a reader has not got yet (its iterator age)."""
    owner = board.memory.get("applications", {}).get(by, by)
    read = board.memory["read"]
    ages = [0]
    for lane in _reads(board, by).values():
        place = max(read.get((stream, owner, lane.number), 0), lane.gone)
        if place < lane.after_last:
            ages.append(at_ms - lane.times[place] + 1)
    seconds = -(-max(ages) // 1000)
    said = board.words["behind"].replace("{n}", str(seconds))
    board.set(by, "behind", said if seconds else board.words["up-to-date"])


def _taken(board: Board, event: reading.RecordBatchTaken, log: Sequence[Event]) -> None:
    """Copies lie in the reader's hands for as long as it handles them."""
    block, lane = _reader(board, event.by), lane_of(board, event.stream, event.shard_id)
    stream = stream_of(board, event.stream)
    if block is None or lane is None or stream is None or not event.record_count:
        return
    if not block.handling_ms:
        return
    board.set(event.by, "state", "working")
    if not stream.found.beads:
        return
    taken = _copies(board, event.by, event.shard_id)
    for place in range(event.first_place, event.first_place + event.record_count):
        copy = _copy(board, stream, lane, place)
        times = _times_handled(board).get(_handling(board, event.by, lane, place), 0)
        origin = _bead(board, stream, lane, place)
        board.put(copy, f"{event.by}/hands", origin=origin, tally=times + 1)
        taken.append(copy)


def _copies(board: Board, by: str, shard_id: str) -> list[int]:
    taken: dict[str, dict[str, list[int]]] = board.memory.setdefault("taken", {})
    return taken.setdefault(by, {}).setdefault(shard_id, [])


def _copy(board: Board, stream: Stream, lane: Lane, place: int) -> int:
    return board.copy(f"copy {len(board.entries)}", lane.tokens[place])


def _bead(board: Board, stream: Stream, lane: Lane, place: int) -> str:
    """Where a bead lies; at the left end of its lane if it is out of sight."""
    slot = board.look(lane.tokens[place]).slot if lane.tokens else 0
    return f"{stream.id}/bead-{lane.number}-{max(slot, 0)}"


def _handling(board: Board, by: str, lane: Lane, place: int) -> tuple[str, int, int]:
    """A record, and the reader or the application that handles it."""
    return board.memory.get("applications", {}).get(by, by), lane.number, place


def _times_handled(board: Board) -> dict[tuple[str, int, int], int]:
    times: dict[tuple[str, int, int], int] = board.memory.setdefault("times-handled", {})
    return times


def _handled(board: Board, event: reading.RecordHandled, log: Sequence[Event]) -> None:
    block, lane = _reader(board, event.by), lane_of(board, event.stream, event.shard_id)
    stream = stream_of(board, event.stream)
    if block is None or lane is None or stream is None:
        return
    board.count(event.by, "handled")
    board.set(event.by, "done", "✓" + board.values[event.by, "handled"])
    place = lane.places.get(event.sequence_number)
    if not stream.found.beads or place is None:
        if not stream.found.beads:
            board.hold()
        if not block.handling_ms:
            return
        board.set(event.by, "state", "working" if event.due_ms is not None else "idle")
        return
    taken = _copies(board, event.by, event.shard_id)
    if taken:
        board.leave(taken.pop(0), "deleted")
    else:
        copy = _copy(board, stream, lane, place)
        origin = _bead(board, stream, lane, place)
        board.leave(copy, "deleted", toward=f"{event.by}/hands", origin=origin)
    if not board.contents(f"{event.by}/hands"):
        board.set(event.by, "state", "idle")
    handling, times = _handling(board, event.by, lane, place), _times_handled(board)
    times[handling] = times.get(handling, 0) + 1


def _failed(board: Board, event: reading.RecordHandlingFailed, log: Sequence[Event]) -> None:
    if _reader(board, event.by) is not None:
        board.set(event.by, "state", "cannot-handle")


def _finished(board: Board, event: reading.ShardFinished, log: Sequence[Event]) -> None:
    """At the end of a closed shard its cursor has nothing left to do."""
    lane = lane_of(board, event.stream, event.shard_id)
    if lane is not None and event.by not in board.memory.get("applications", {}):
        _take_away(board, event.stream, event.by, lane, "merged")
    if lane is not None:
        _reads(board, event.by).pop(lane.number, None)


def _throttled(board: Board, event: happened.ReadThrottled, log: Sequence[Event]) -> None:
    """A read comes nearly as far as the shard and brings nothing back."""
    lane = lane_of(board, event.stream, event.shard_id)
    if lane is None or event.by.startswith(_FIREHOSE):
        return
    by = _caller(board, event.by, event.stream)
    stream = stream_of(board, event.stream)
    part = lane.part if stream is not None and stream.found.lanes else "door"
    if _reader(board, by) is not None:
        board.set(by, "state", "read-throttled")
    bounce(board, by, f"{event.stream}/{part}")


def bounce(board: Board, by: str, toward: str) -> None:
    """A call for records is turned away just before it arrives."""
    sign = board.sign(f"call {len(board.entries)}", "call", "GetRecords")
    board.leave(sign, "refused", toward=toward, reach=85, origin=f"{by}/door")


def _refused(board: Board, event: CallRefused, log: Sequence[Event]) -> None:
    """Who may not use the key of a stream cannot read it."""
    block = _reader(board, event.by)
    if block is None or not event.reason.startswith("kms"):
        return
    board.set(event.by, "state", "no-key")
    bounce(board, event.by, f"{block.stream}/door")


# Leases


def _lease(board: Board, application: str, lane: Lane) -> int:
    name = board.words["lease"].replace("{n}", str(lane.number))
    return board.sign(f"lease {application} {lane.number}", "lease", name, mark=str(lane.number))


def _lease_taken(board: Board, event: reading.LeaseTaken, log: Sequence[Event]) -> None:
    """One worker reads a shard, from the checkpoint on."""
    lane, stream = lane_of(board, event.stream, event.shard_id), stream_of(board, event.stream)
    if lane is None or stream is None:
        return
    board.memory.setdefault("applications", {})[event.by] = event.application
    stream.leased.add(event.application)
    _caller(board, event.by, event.stream)
    if event.from_worker:
        _let_go(board, event.from_worker, event.shard_id)
    move_cursor(board, event.stream, event.application, lane, lane.after(event.sequence_number))
    token = _lease(board, event.application, lane)
    track = list(stream.readers).index(event.application)
    origin = "" if board.look(token).place else f"{stream.id}/lease-{track}-{lane.number}"
    board.put(token, f"{event.by}/leases", origin=origin)


def _let_go(board: Board, worker: str, shard_id: str) -> None:
    """What a worker still had in hand of a shard that is no longer its own."""
    for copy in board.memory.get("taken", {}).get(worker, {}).pop(shard_id, ()):
        if board.look(copy).place:
            board.leave(copy, "lost")
    _reads(board, worker).pop(int(shard_id.rpartition("-")[2]), None)


def _worker_gone(board: Board, event: reading.LeaseWorkerGone, log: Sequence[Event]) -> None:
    """Its leases are its own until they run out."""
    for token in list(board.contents(f"{event.by}/leases")):
        if event.leases_until_ms > event.at_ms:
            board.change(token, ring=(event.at_ms, event.leases_until_ms))


def _lease_expired(board: Board, event: reading.LeaseExpired, log: Sequence[Event]) -> None:
    """A lease without an owner waits at its shard; so does its cursor."""
    block = _reader(board, event.by)
    stream = stream_of(board, block.stream) if block is not None else None
    lane = lane_of(board, stream.id, event.shard_id) if stream is not None else None
    if stream is None or lane is None:
        return
    track = stream.track(event.application, board.name(event.application))
    token = _lease(board, event.application, lane)
    board.put(token, f"{stream.id}/lease-{track}-{lane.number}")
    if (stream.id, event.application, lane.number) in board.memory.get("read", {}):
        _show_cursor(board, stream, event.application, lane, STALE)


def _checkpointed(board: Board, event: reading.Checkpointed, log: Sequence[Event]) -> None:
    block = _reader(board, event.by)
    stream = stream_of(board, block.stream) if block is not None else None
    lane = lane_of(board, stream.id, event.shard_id) if stream is not None else None
    if stream is None or lane is None:
        return
    if event.reason == "shard-end":
        _take_away(board, stream.id, event.application, lane, "merged")
        board.leave(_lease(board, event.application, lane), "merged")
        return
    checked: dict[tuple[str, str, int], int] = board.memory.setdefault("checked", {})
    checked[stream.id, event.application, lane.number] = lane.after(event.sequence_number)
    key = _checkpoint(stream.id, event.application, lane)
    board.sign(key, "checkpoint", board.words["checkpoint"])
    track = stream.track(event.application, board.name(event.application))
    if stream.found.lanes:
        place = checked[stream.id, event.application, lane.number]
        _stand(board, stream, key, "check", track, lane, place, "")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    lives.ActorAdded: _added,
    lives.ActorChanged: _changed,
    lives.ActorStarted: _started,
    lives.ActorStopping: _stopping,
    lives.ActorCrashed: _ended,
    lives.ActorStopped: _ended,
    reading.StreamReaderWaiting: _waiting,
    reading.ShardReadingStarted: _turns,
    reading.RecordBatchTaken: _taken,
    reading.RecordHandled: _handled,
    reading.RecordHandlingFailed: _failed,
    reading.ShardFinished: _finished,
    reading.LeaseTaken: _lease_taken,
    reading.LeaseWorkerGone: _worker_gone,
    reading.LeaseExpired: _lease_expired,
    reading.Checkpointed: _checkpointed,
    happened.ShardSubscribed: _subscribed,
    happened.RecordsRead: _read,
    happened.RecordsPushed: _read,
    happened.ReadThrottled: _throttled,
    CallRefused: _refused,
}
