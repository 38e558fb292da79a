"""How Amazon Data Firehose looks: a tray fills until it is full or old enough, then leaves as one batch.

Where a batch lies in a bucket is drawn in `s3`: it knows the sign of a batch by bucket and key.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.engine.firehose import events as happened
from studyapp.engine.firehose.settings import KINESIS
from studyapp.engine.kinesis.events import RecordsRead
from studyapp.engine.limits.firehose import BYTES_PER_MB, ZERO_BUFFERING_MS
from studyapp.engine.log import Event
from studyapp.engine.witness import label
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.firehose_block import Destination, Tray
from studyapp.simulator.scene.kinesis import lane_of, show_access, stream_of
from studyapp.simulator.scene.readers import bounce, move_cursor
from studyapp.simulator.scene.shards import BEADS_MAX
from studyapp.simulator.scene.tokens import DEAD, WAITS

NOTABLE = (
    "BufferFlushed",
    "BatchDelivered",
    "BatchDeliveryFailed",
    "BatchDiverted",
    "RecordsTransformed",
    "RecordsLost",
    "DestinationWentDown",
    "DestinationCameUp",
)
_STREAM_COLUMN = 3.0
_NAMES = {
    "redshift": "Amazon Redshift",
    "amazonopensearchservice": "Amazon OpenSearch Service",
    "splunk": "Splunk",
    "http_endpoint": "HTTP endpoint",
}


def _tray(board: Board, name: str) -> Tray | None:
    block = board.block(name)
    return block if isinstance(block, Tray) else None


def _settings(board: Board, name: str) -> dict[str, Any]:
    settings: dict[str, Any] = board.memory.setdefault("delivery-streams", {}).get(name, {})
    return settings


def _created(board: Board, event: happened.DeliveryStreamCreated, log: Sequence[Event]) -> None:
    name = event.delivery_stream
    block = _tray(board, name) or Tray(name)
    mine = [each for each in log if getattr(each, "delivery_stream", "") == name]
    block.beads = sum(isinstance(each, happened.RecordBuffered) for each in mine) <= BEADS_MAX
    block.waits = any(isinstance(each, happened.BatchDeliveryFailed) for each in mine)
    block.has_function = any(isinstance(each, happened.RecordsTransformed) for each in mine)
    board.add(block)
    _set_up(board, block, dict(event.settings))
    settings = _settings(board, name)
    stream = stream_of(board, settings["source_stream"])
    if settings["type"] == KINESIS and stream is not None:
        block.column, block.alone = _STREAM_COLUMN, True
        board.connect(stream.id, name)
        show_access(board, stream.id, name)
        for lane in stream.lanes.values():
            move_cursor(board, stream.id, name, lane, lane.after_last)


def _set_up(board: Board, block: Tray, settings: dict[str, Any]) -> None:
    board.memory.setdefault("delivery-streams", {})[block.id] = settings
    block.has_function = block.has_function or bool(settings["function"])
    board.set(block.id, "size-max", settings["size_mb"])
    _say_interval(board, block.id)
    for target in (_target(board, block.id), settings["backup_bucket"]):
        if target:
            board.connect(block.id, target)


def _target(board: Board, name: str) -> str:
    """The block that the data go to: a bucket, or something else that is drawn here."""
    settings = _settings(board, name)
    if settings["bucket"]:
        return str(settings["bucket"])
    target = f"{name}-destination"
    if target not in board.blocks:
        kind = settings["destination"]
        board.add(Destination(target)).name = _NAMES.get(kind, kind)
    return target


def _say_interval(board: Board, name: str) -> None:
    """The clock says how much time is left; while the buffer is empty, how long the interval is."""
    settings = _settings(board, name)
    seconds = board.words["seconds"].replace("{n}", str(settings["interval_seconds"]))
    empty = board.values.get((name, "records"), "0") == "0"
    board.set(name, "interval", seconds if empty else "")


def _updated(board: Board, event: happened.DestinationUpdated, log: Sequence[Event]) -> None:
    block = _tray(board, event.delivery_stream)
    if block is None:
        return
    _set_up(board, block, dict(event.settings))
    _fill(board, block.id, 0)
    clock = board.known(f"clock {block.id}")
    if clock is not None and board.look(clock).ring is not None:
        opened_ms = board.memory["opened"][block.id]
        board.change(clock, ring=(opened_ms, opened_ms + _interval_ms(board, block.id)))


def _interval_ms(board: Board, name: str) -> int:
    return int(_settings(board, name)["interval_seconds"]) * 1000 or ZERO_BUFFERING_MS


def _deleted(board: Board, event: happened.DeliveryStreamDeleted, log: Sequence[Event]) -> None:
    _empty(board, event.delivery_stream, "lost")
    board.remove(event.delivery_stream)


def _source_read(board: Board, event: happened.SourceRead, log: Sequence[Event]) -> None:
    """Without the key of the stream a read comes nearly as far as the stream and brings nothing back."""
    if _tray(board, event.delivery_stream) is None or stream_of(board, event.stream) is None:
        return
    if event.reason == "kms-access-denied":
        board.set(event.delivery_stream, "why", "no-key")
        bounce(board, event.delivery_stream, f"{event.stream}/door")


# The buffer


def _buffered(board: Board, event: happened.RecordBuffered, log: Sequence[Event]) -> None:
    block = _tray(board, event.delivery_stream)
    if block is None:
        return
    name = block.id
    board.set(name, "why", "")
    if board.values.get((name, "records"), "0") == "0":
        board.memory.setdefault("opened", {})[name] = event.at_ms
        clock = board.sign(f"clock {name}", "clock", board.words["buffer-interval"])
        board.put(
            clock, f"{name}/clock", ring=(event.at_ms, event.at_ms + _interval_ms(board, name))
        )
    board.count(name, "records")
    _say_interval(board, name)
    _fill(board, name, event.size_bytes)
    origin = _origin(board, event, log)
    if not block.beads:
        board.hold()
        return
    token = board.known(event.record_id)
    if token is None:
        token = _like_bead(board, event, log)
    board.put(token, f"{name}/tray", origin="" if board.look(token).place else origin)


def _origin(board: Board, event: happened.RecordBuffered, log: Sequence[Event]) -> str:
    """Where a record comes from: a topic's copy sets out where `sns` says, others at who sends."""
    known: str = board.memory.get("origins", {}).pop(event.record_id, "")
    if known or event.source == "sns":
        return known
    read = log[event.cause] if event.cause >= 0 else None
    if isinstance(read, RecordsRead):
        lane = lane_of(board, read.stream, read.shard_id)
        return f"{read.stream}/{lane.part}" if lane is not None else f"{read.stream}/door"
    source = board.source(event.by or "you")
    board.connect(source, event.delivery_stream)
    return f"{source}/door"


def _like_bead(board: Board, event: happened.RecordBuffered, log: Sequence[Event]) -> int:
    """A record from a stream looks like its bead there."""
    read = log[event.cause] if event.cause >= 0 else None
    if isinstance(read, RecordsRead):
        turns: dict[int, int] = board.memory.setdefault("turns", {})
        turn = turns[event.cause] = turns.get(event.cause, -1) + 1
        lane = lane_of(board, read.stream, read.shard_id)
        place = read.next_place - read.record_count + turn
        if lane is not None and place < len(lane.tokens):
            return board.copy(event.record_id, lane.tokens[place])
    return board.token(event.record_id, name=label(event.data))


def _fill(board: Board, name: str, size_bytes: int) -> None:
    """The size gauge, in tenths and in figures."""
    sizes: dict[str, int] = board.memory.setdefault("buffer-bytes", {})
    sizes[name] = sizes.get(name, 0) + size_bytes
    limit = int(_settings(board, name)["size_mb"]) * BYTES_PER_MB
    tenths = 10 if sizes[name] >= limit else min(9, round(10 * sizes[name] / limit))
    board.set(f"{name}/size", "level", tenths)
    said = f"{sizes[name] / BYTES_PER_MB:.1f}" if sizes[name] else "0"
    board.set(name, "size", "< 0.1" if said == "0.0" else said)


def _empty(board: Board, name: str, effect: str) -> None:
    """Nothing is in the buffer any more."""
    for token in list(board.contents(f"{name}/tray")):
        board.leave(token, effect, toward=f"{name}/out" if effect == "merged" else "")
    clock = board.known(f"clock {name}")
    if clock is not None and board.look(clock).place:
        board.drop(clock)
    board.memory.setdefault("buffer-bytes", {})[name] = 0
    board.set(name, "records", 0)
    _say_interval(board, name)
    _fill(board, name, 0)


def _rejected(board: Board, event: happened.RecordRejected, log: Sequence[Event]) -> None:
    source = board.source(event.by or "you")
    board.connect(source, event.delivery_stream)
    sign = board.sign(f"rejected {len(board.entries)}", "records", board.words["some-records"])
    toward = f"{event.delivery_stream}/tray"
    board.leave(sign, "refused", toward=toward, reach=85, origin=f"{source}/door")


# Batches


def _parcel(board: Board, name: str, parcel: str, count: int) -> int:
    said = board.words["batch"].replace("{n}", str(count))
    return board.sign(_key(name, parcel), "batch", said, mark=str(count))


def _key(name: str, parcel: str) -> str:
    return f"parcel {name} {parcel}"


def _flushed(board: Board, event: happened.BufferFlushed, log: Sequence[Event]) -> None:
    block = _tray(board, event.delivery_stream)
    if block is None:
        return
    name, count = block.id, len(event.record_ids)
    _empty(board, name, "merged")
    board.set(name, "why", event.reason)
    settings = _settings(board, name)
    if settings["backup"]:
        _write_later(board, name, f"{event.batch}/backup", count, f"{name}/tray")
    if settings["function"]:
        token = _parcel(board, name, event.batch, count)
        board.put(token, f"{name}/function", origin=f"{name}/tray")
    else:
        _write_later(board, name, f"{event.batch}/data", count, f"{name}/tray")


def _write_later(
    board: Board, name: str, parcel: str, count: int, origin: str, flags: str = ""
) -> None:
    board.put(_parcel(board, name, parcel, count), f"{name}/out", origin=origin, flags=flags)


def _transformed(board: Board, event: happened.RecordsTransformed, log: Sequence[Event]) -> None:
    """The function gives a batch back: what is Ok goes on, what failed goes elsewhere, the rest is dropped."""
    name = event.delivery_stream
    batch = board.known(_key(name, event.batch))
    if batch is not None and board.look(batch).place:
        board.drop(batch)
    function = f"{name}/function"
    if event.ok:
        _write_later(board, name, f"{event.batch}/data", len(event.ok), function)
    if event.failed:
        _write_later(board, name, f"{event.batch}/failed", len(event.failed), function, DEAD)
    if event.dropped:
        said = board.words["some-records"]
        mark = str(len(event.dropped))
        sign = board.sign(f"dropped {name} {event.batch}", "records", said, mark=mark)
        board.leave(sign, "filtered", toward=f"{name}/door", origin=function)


def _delivered(board: Board, event: happened.BatchDelivered, log: Sequence[Event]) -> None:
    """A batch arrives. In a bucket it becomes an object, which is the next entry of the log."""
    name = event.delivery_stream
    token = _parcel(board, name, event.parcel, len(event.record_ids))
    if not event.bucket:
        board.put(token, f"{_target(board, name)}/objects", origin=f"{name}/out")
        board.count(_target(board, name), "batches")
        return
    board.connect(name, event.bucket)
    if board.look(token).place:
        board.drop(token)
    board.rename(_key(name, event.parcel), f"object {event.bucket} {event.key}")
    board.hold()


def _failed(board: Board, event: happened.BatchDeliveryFailed, log: Sequence[Event]) -> None:
    """An attempt bounces; the batch waits for the next one."""
    name = event.delivery_stream
    token = board.known(_key(name, event.parcel))
    if token is None:
        return
    flags = DEAD if DEAD in board.look(token).flags else ""
    board.put(token, f"{name}/out", ring=(event.at_ms, event.retry_at_ms), flags=flags + WAITS)
    bounce = board.copy(f"bounce {len(board.entries)}", token)
    board.entries[bounce].token.kind = "batch"
    toward = f"{_goal(board, name, event.kind)}/objects"
    board.leave(bounce, "refused", toward=toward, reach=85, origin=f"{name}/out")


def _goal(board: Board, name: str, kind: str) -> str:
    settings = _settings(board, name)
    to_backup = kind in ("backup", "delivery-failed")
    if to_backup or (kind == "processing-failed" and not settings["bucket"]):
        return str(settings["backup_bucket"])
    return _target(board, name)


def _diverted(board: Board, event: happened.BatchDiverted, log: Sequence[Event]) -> None:
    token = board.known(_key(event.delivery_stream, event.parcel))
    if token is not None and board.look(token).place:
        board.change(token, flags=DEAD)


def _lost(board: Board, event: happened.RecordsLost, log: Sequence[Event]) -> None:
    if event.kind == "buffer":
        _empty(board, event.delivery_stream, "expired")
        return
    token = board.known(_key(event.delivery_stream, event.parcel))
    if token is not None and board.look(token).place:
        board.leave(token, "expired")


def _down(board: Board, event: Any, log: Sequence[Event]) -> None:
    name = event.delivery_stream
    settings = _settings(board, name)
    target = settings["backup_bucket"] if event.place == "backup" else _target(board, name)
    is_down = type(event) is happened.DestinationWentDown
    board.set(f"{name}>{target}", "state", "denied" if is_down else "")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.DeliveryStreamCreated: _created,
    happened.DeliveryStreamDeleted: _deleted,
    happened.DestinationUpdated: _updated,
    happened.DestinationWentDown: _down,
    happened.DestinationCameUp: _down,
    happened.SourceRead: _source_read,
    happened.RecordBuffered: _buffered,
    happened.RecordRejected: _rejected,
    happened.BufferFlushed: _flushed,
    happened.RecordsTransformed: _transformed,
    happened.BatchDelivered: _delivered,
    happened.BatchDeliveryFailed: _failed,
    happened.BatchDiverted: _diverted,
    happened.RecordsLost: _lost,
}
