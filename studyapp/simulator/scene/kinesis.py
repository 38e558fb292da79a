"""How Kinesis Data Streams looks: shards as lanes, records as beads that stay, writes that bounce off a full shard.

Who reads is drawn in `readers`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.kinesis import events as happened
from studyapp.engine.kinesis.hash_keys import key_hash, shard_name
from studyapp.engine.limits.kinesis import MIB
from studyapp.engine.log import CallRefused, Event
from studyapp.engine.witness import label
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.shards import Lane, even_lanes, survey
from studyapp.simulator.scene.stream_block import Stream

NOTABLE = (
    "RecordsThrottled",
    "RecordsExpired",
    "ShardSplit",
    "ShardsMerged",
    "StreamScaling",
    "StreamRetentionChanged",
    "StreamModeChanged",
    "StreamEncryptionChanged",
    "StreamKeyAccessChanged",
    "StreamDeleted",
)
# A shard counts as hot for so long after it has thrown something back.
HOT_MS = 2_500
_BUSY = {"StreamUpdating": "updating", "StreamScaling": "scaling", "StreamDeleting": "deleting"}


def stream_of(board: Board, name: str) -> Stream | None:
    block = board.block(name)
    return block if isinstance(block, Stream) else None


def lane_of(board: Board, stream: str, shard_id: str) -> Lane | None:
    block = stream_of(board, stream)
    return block.lanes.get(shard_id) if block is not None else None


def who(log: Sequence[Event], cause: int) -> str:
    """Who put a record: the caller of the call that led to it."""
    by = getattr(log[cause], "by", "") if 0 <= cause < len(log) else ""
    return by or "you"


# The stream


def _created(board: Board, event: happened.StreamCreated, log: Sequence[Event]) -> None:
    before = stream_of(board, event.stream)
    block = before or Stream(event.stream, survey(log, event.stream))
    board.add(block)
    _about(board, block, mode=event.stream_mode, busy="", key="")
    if event.active_at_ms > event.at_ms:
        _about(board, block, busy="creating")
    _open_all(board, block, event.shard_count)


def _peak(board: Board, event: happened.StreamPeakSet, log: Sequence[Event]) -> None:
    block = stream_of(board, event.stream)
    if block is not None:
        _open_all(board, block, event.shard_count)


def _open_all(board: Board, block: Stream, count: int) -> None:
    """Even shards in place of what was there, which is empty."""
    block.lanes.clear()
    for lane in even_lanes(count):
        _open(board, block, shard_name(lane.number), lane)
    _about(board, block)
    _rate(board, block, -1, 0, 0)


def _open(board: Board, block: Stream, shard_id: str, lane: Lane) -> None:
    block.open_lane(shard_id, lane)
    thing = f"{block.id}/{lane.part}"
    board.set(thing, "there", "yes")
    _show_lane(board, block, lane, "")


def _about(board: Board, block: Stream, **changes: str) -> None:
    """The line under the name: how many shards are open, and what else is true of the stream."""
    facts: dict[str, str] = board.memory.setdefault("streams", {}).setdefault(block.id, {})
    facts.update(changes)
    count = sum(not lane.is_closed for lane in block.lanes.values())
    said = [board.words["open-shards"].replace("{n}", str(count))]
    if facts.get("mode") == "ON_DEMAND":
        said.append(board.words["on-demand"])
    if facts.get("key"):
        said.append(board.words["encrypted"])
    if facts.get("busy"):
        said.append(board.words[facts["busy"]])
    board.set(block.id, "about", " · ".join(said))


def _busy(board: Board, event: Any, log: Sequence[Event]) -> None:
    block = stream_of(board, event.stream)
    if block is not None:
        _about(board, block, busy=_BUSY[type(event).__name__])


def _active(board: Board, event: happened.StreamActive, log: Sequence[Event]) -> None:
    block = stream_of(board, event.stream)
    if block is not None:
        _about(board, block, busy="")


def _mode(board: Board, event: happened.StreamModeChanged, log: Sequence[Event]) -> None:
    block = stream_of(board, event.stream)
    if block is not None:
        _about(board, block, mode=event.stream_mode)


def _encryption(
    board: Board, event: happened.StreamEncryptionChanged, log: Sequence[Event]
) -> None:
    block = stream_of(board, event.stream)
    if block is not None:
        _about(board, block, key=event.key_id)


def _key_access(board: Board, event: happened.StreamKeyAccessChanged, log: Sequence[Event]) -> None:
    """Lines of somebody without the key are broken, also those that are drawn later: see `denied`."""
    denied: dict[str, set[str]] = board.memory.setdefault("denied", {})
    names = denied.setdefault(event.stream, set())
    (names.discard if event.allowed else names.add)(event.who)
    show_access(board, event.stream, event.who)


def show_access(board: Board, stream: str, name: str) -> None:
    """Whether the lines between a stream and somebody are broken because the key is missing."""
    denied = name in board.memory.get("denied", {}).get(stream, ())
    for line in (f"{stream}>{name}", f"{name}>{stream}"):
        if line in board.edges and (denied or (line, "state") in board.values):
            board.set(line, "state", "denied" if denied else "")


def _deleted(board: Board, event: happened.StreamDeleted, log: Sequence[Event]) -> None:
    block = stream_of(board, event.stream)
    if block is None:
        return
    for lane in block.lanes.values():
        for token in list(board.contents(f"{block.id}/{lane.part}")):
            board.leave(token, "lost")
        board.set(f"{block.id}/{lane.part}", "there", "no")
    for place in list(board.places):
        if place.startswith((f"{block.id}/at-", f"{block.id}/check-")):
            for token in list(board.contents(place)):
                board.drop(token)
    block.lanes.clear()
    board.remove(block.id)


# Shards


def _split(board: Board, event: happened.ShardSplit, log: Sequence[Event]) -> None:
    block, parent = stream_of(board, event.stream), lane_of(board, event.stream, event.shard_id)
    if block is None or parent is None:
        return
    middle = int(event.new_starting_hash_key)
    _close(board, block, parent)
    for shard_id, start, end in (
        (event.low_shard_id, parent.start, middle),
        (event.high_shard_id, middle, parent.end),
    ):
        _open(board, block, shard_id, Lane(_number(shard_id), start, end))
    _about(board, block, busy="")
    _rate(board, block, event.at_ms, 0, 0)


def _merged(board: Board, event: happened.ShardsMerged, log: Sequence[Event]) -> None:
    block = stream_of(board, event.stream)
    parents = [
        lane_of(board, event.stream, each) for each in (event.shard_id, event.adjacent_shard_id)
    ]
    known = [lane for lane in parents if lane is not None]
    if block is None or not known:
        return
    for lane in known:
        _close(board, block, lane)
    start, end = min(lane.start for lane in known), max(lane.end for lane in known)
    _open(board, block, event.child_shard_id, Lane(_number(event.child_shard_id), start, end))
    _about(board, block, busy="")
    _rate(board, block, event.at_ms, 0, 0)


def _number(shard_id: str) -> int:
    return int(shard_id.rpartition("-")[2])


def _close(board: Board, block: Stream, lane: Lane) -> None:
    """A closed shard takes nothing more. Its lane stays as long as it holds records; a bar makes room."""
    lane.is_closed = True
    if not block.found.lanes:
        board.set(f"{block.id}/{lane.part}", "there", "no")
    _show_lane(board, block, lane, "closed")


def _show_lane(board: Board, block: Stream, lane: Lane, state: str) -> None:
    thing = f"{block.id}/{lane.part}"
    board.set(thing, "state", state)
    if block.found.lanes:
        words = board.words[f"shard-{state}" if state else "shard"]
        board.set(thing, "label", words.replace("{n}", str(lane.number)))
        _count(board, block, lane)


def _count(board: Board, block: Stream, lane: Lane) -> None:
    """What a lane says of how much is in it."""
    thing = f"{block.id}/{lane.part}"
    board.set(thing, "kept", lane.kept)
    if not block.found.beads:
        rate = _megabytes(lane.bytes)
        words = board.words["shard-kept" if lane.is_closed else "shard-rate"]
        said = words.replace("{rate}", rate).replace("{kept}", str(lane.kept))
        board.set(thing, "rate", said)
        board.set(thing, "level", 0 if lane.is_closed else lane.level())


def _megabytes(size_bytes: int) -> str:
    """A rate in figures: 0.14, 37.5, 40."""
    amount = size_bytes / MIB
    if 0 < amount < 0.01:
        return "< 0.01"
    return f"{amount:.2f}".rstrip("0").rstrip(".")


# Records


def _put(board: Board, event: happened.RecordPut, log: Sequence[Event]) -> None:
    block, lane = stream_of(board, event.stream), lane_of(board, event.stream, event.shard_id)
    if block is None or lane is None:
        return
    source = board.source(who(log, event.cause))
    board.connect(source, event.stream)
    show_access(board, event.stream, source)
    lane.places[event.sequence_number] = lane.after_last
    lane.times.append(event.at_ms)
    lane.take_in(event.at_ms, event.size_bytes)
    if lane.hot_until_ms >= 0 and event.at_ms >= lane.hot_until_ms:
        lane.hot_until_ms = -1
        _show_lane(board, block, lane, "")
    if block.found.beads:
        _put_bead(board, block, lane, event, source)
        _count(board, block, lane)
    else:
        _flow(board, block, lane, event.at_ms, source)
        if block.found.lanes:
            _count(board, block, lane)
        else:
            board.set(f"{block.id}/{lane.part}", "level", lane.level())
        _rate(board, block, event.at_ms, event.size_bytes, 0)
        board.hold()
    for tell in board.memory.get("on-record", {}).get(event.stream, ()):
        tell(board, block, lane)


def _put_bead(
    board: Board, block: Stream, lane: Lane, event: happened.RecordPut, source: str
) -> None:
    name = label(event.data) if block.found.named else event.partition_key
    alike = event.partition_key if block.found.by_key else name
    token = board.token(f"record {event.stream} {event.sequence_number}", alike, name)
    lane.tokens.append(token)
    board.put(token, f"{event.stream}/{lane.part}", origin=f"{source}/door")
    hashed = key_hash(event.partition_key)
    if lane.start <= hashed < lane.end:
        spot = board.sign(f"spot {block.id} {lane.number}", "spot", board.words["hash-keys"])
        where = block.hash_place(lane, hashed)
        if board.look(spot).place != where:
            board.put(spot, where)


def _flow(board: Board, block: Stream, lane: Lane, at_ms: int, source: str) -> None:
    """Where there are too many records for beads, one sign travels for all that come at one time."""
    part = lane.part if block.found.lanes else "door"
    key = f"flow {block.id} {part} {source} {at_ms}"
    if board.known(key) is None:
        sign = board.sign(key, "records", board.words["some-records"])
        board.leave(sign, "merged", toward=f"{block.id}/{part}", origin=f"{source}/door")


def _rate(board: Board, block: Stream, at_ms: int, size_bytes: int, refused: int) -> None:
    """What comes into the whole stream in this second, and what is thrown back."""
    rates: dict[str, list[int]] = board.memory.setdefault("rates", {})
    rate = rates.setdefault(block.id, [-1, 0, 0])
    if rate[0] != at_ms // 1000:
        rate[:] = [at_ms // 1000, 0, 0]
        _settle_levels(board, block, at_ms)
    rate[1] += size_bytes
    rate[2] += refused
    if not block.found.lanes:
        count = sum(not lane.is_closed for lane in block.lanes.values())
        said = board.words["stream-rate"].replace("{rate}", _megabytes(rate[1]))
        said = said.replace("{limit}", str(count)).replace("{refused}", str(rate[2]))
        board.set(block.id, "rate", said)


def _settle_levels(board: Board, block: Stream, at_ms: int) -> None:
    """In a new second every shard may take in all of its limit again."""
    for lane in block.lanes.values():
        if lane.bytes and lane.second != at_ms // 1000:
            lane.take_in(at_ms, 0)
            if block.found.lanes:
                _count(board, block, lane)
            else:
                board.set(f"{block.id}/{lane.part}", "level", 0)
        if 0 <= lane.hot_until_ms <= at_ms:
            lane.hot_until_ms = -1
            if not lane.is_closed:
                _show_lane(board, block, lane, "")


def _traffic(board: Board, event: happened.StreamTraffic, log: Sequence[Event]) -> None:
    block = stream_of(board, event.stream)
    if block is not None:
        source = board.source(event.by or "you")
        board.connect(source, event.stream)
        if not block.found.beads:
            _rate(board, block, event.at_ms, 0, 0)


def _throttled(board: Board, event: happened.RecordsThrottled, log: Sequence[Event]) -> None:
    """The records come nearly as far as the shard and go back; the shard is hot."""
    block, lane = stream_of(board, event.stream), lane_of(board, event.stream, event.shard_id)
    if block is None or lane is None:
        return
    lane.hot_until_ms = event.at_ms + HOT_MS
    _show_lane(board, block, lane, "hot")
    source = board.source(event.by or "you")
    board.connect(source, event.stream)
    part = lane.part if block.found.lanes else "door"
    key = f"bounce {event.stream} {part} {event.at_ms} {event.by}"
    if board.known(key) is None:
        mark = f"{event.record_count}" if block.found.lanes else ""
        sign = board.sign(key, "records", board.words["some-records"], mark=mark)
        toward = f"{event.stream}/{part}"
        board.leave(sign, "refused", toward=toward, reach=85, origin=f"{source}/door")
    if not block.found.beads:
        _rate(board, block, event.at_ms, 0, event.record_count)
        board.hold()


def _expired(board: Board, event: happened.RecordsExpired, log: Sequence[Event]) -> None:
    block, lane = stream_of(board, event.stream), lane_of(board, event.stream, event.shard_id)
    if block is None or lane is None:
        return
    for token in lane.tokens[lane.gone : lane.gone + event.record_count]:
        board.leave(token, "expired")
    lane.gone += event.record_count
    if block.found.lanes:
        _count(board, block, lane)
    for tell in board.memory.get("on-record", {}).get(event.stream, ()):
        tell(board, block, lane)


def _refused(board: Board, event: CallRefused, log: Sequence[Event]) -> None:
    """Who may not use the key cannot write."""
    stream = str(dict(event.details).get("stream", ""))
    if not event.action.startswith("kinesis.Put") or not event.reason.startswith("kms"):
        return
    if stream_of(board, stream) is None:
        return
    source = board.source(event.by or "you")
    board.connect(source, stream)
    show_access(board, stream, source)
    sign = board.sign(f"refused {len(board.entries)}", "records", board.words["some-records"])
    board.leave(sign, "refused", toward=f"{stream}/door", reach=85, origin=f"{source}/door")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.StreamCreated: _created,
    happened.StreamPeakSet: _peak,
    happened.StreamUpdating: _busy,
    happened.StreamScaling: _busy,
    happened.StreamDeleting: _busy,
    happened.StreamActive: _active,
    happened.StreamModeChanged: _mode,
    happened.StreamEncryptionChanged: _encryption,
    happened.StreamKeyAccessChanged: _key_access,
    happened.StreamDeleted: _deleted,
    happened.ShardSplit: _split,
    happened.ShardsMerged: _merged,
    happened.RecordPut: _put,
    happened.StreamTraffic: _traffic,
    happened.RecordsThrottled: _throttled,
    happened.RecordsExpired: _expired,
    CallRefused: _refused,
}
