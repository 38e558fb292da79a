"""ListShards, SplitShard, MergeShards and UpdateShardCount (KDS-X11 to KDS-X14)."""

import re
from typing import TYPE_CHECKING, NamedTuple

from studyapp.engine.calls import Pairs
from studyapp.engine.kinesis.events import StreamUpdating
from studyapp.engine.kinesis.parameters import (
    active_stream,
    check_choice,
    check_name,
    check_range,
    fields,
    hash_key,
    recent,
    shard_of,
    stream_named,
)
from studyapp.engine.kinesis.stream import Shard, Stream
from studyapp.engine.limits.kinesis import (
    DAY_MS,
    LIST_SHARDS_MAX,
    LIST_TOKEN_LIFE_MS,
    SHARDS_PER_ACCOUNT_MAX,
    SHARDS_PER_STREAM_MAX,
    STREAM_UPDATING_MS,
    UPDATE_SHARD_COUNT_PER_DAY_MAX,
)
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World


class ListedShard(NamedTuple):
    """A shard as ListShards tells it; hash keys are decimal text."""

    shard_id: str
    parent_shard_id: str | None
    adjacent_parent_shard_id: str | None
    starting_hash_key: str
    ending_hash_key: str
    starting_sequence_number: str
    ending_sequence_number: str | None


class ChildShard(NamedTuple):
    """Where to go on at the end of a closed shard."""

    shard_id: str
    parent_shards: tuple[str, ...]
    starting_hash_key: str
    ending_hash_key: str


class ListShardsAnswer(NamedTuple):
    shards: tuple[ListedShard, ...]
    next_token: str | None


class UpdateShardCountAnswer(NamedTuple):
    stream: str
    current_shard_count: int
    target_shard_count: int


_FILTERS = (
    "AFTER_SHARD_ID",
    "AT_TRIM_HORIZON",
    "FROM_TRIM_HORIZON",
    "AT_LATEST",
    "AT_TIMESTAMP",
    "FROM_TIMESTAMP",
)
_FILTER = {"type": str, "shard_id": str, "timestamp_ms": int}
_TOKEN = re.compile(
    r"([0-9]{1,16}):([0-9]{1,9}):([A-Z_]{1,20}):([0-9]{0,19}):([a-zA-Z0-9_.-]{1,128})"
)


def parents(shard: Shard) -> tuple[str, ...]:
    """The ids of a shard's parents: none, one after a split, two after a merge."""
    if not shard.parent_shard_id:
        return ()
    if not shard.adjacent_parent_shard_id:
        return (shard.parent_shard_id,)
    return (shard.parent_shard_id, shard.adjacent_parent_shard_id)


def child_shards(stream: Stream, shard: Shard) -> tuple[ChildShard, ...]:
    """The children of a closed shard."""
    return tuple(
        ChildShard(
            child.shard_id,
            parents(child),
            str(child.starting_hash_key),
            str(child.ending_hash_key),
        )
        for child in map(stream.shards.__getitem__, shard.children)
    )


def _listed(shard: Shard) -> ListedShard:
    return ListedShard(
        shard.shard_id,
        shard.parent_shard_id or None,
        shard.adjacent_parent_shard_id or None,
        str(shard.starting_hash_key),
        str(shard.ending_hash_key),
        shard.starting_sequence_number,
        shard.ending_sequence_number or None,
    )


def list_shards(
    world: "World",
    by: str,
    *,
    stream: str | None = None,
    next_token: str | None = None,
    exclusive_start_shard_id: str | None = None,
    max_results: int = LIST_SHARDS_MAX,
    shard_filter: Pairs | None = None,
) -> ListShardsAnswer:
    """ListShards: open shards, and closed ones until their data have expired, in the order of their ids.

    `shard_filter` has `type` and, where the type needs it, `shard_id` or `timestamp_ms`. More than 1,000
    results, or more than `max_results`, come with a token that is good for 300 seconds.

    Raises:
        Refused: stream-not-found, stream-parameter-invalid, missing-parameter, shard-token-invalid,
            shard-token-expired or shard-token-with-stream.
    """
    check_range("maxResults", max_results, 1, 10_000)
    if next_token is not None:
        if stream is not None or exclusive_start_shard_id is not None or shard_filter is not None:
            raise Refused("shard-token-with-stream")
        target, after, kind, at_ms = _read_token(world, next_token)
    else:
        if stream is None:
            raise Refused("missing-parameter", parameter="stream")
        target = stream_named(world, stream)
        after, kind, at_ms = _filter(world, target, exclusive_start_shard_id, shard_filter)
    count = min(max_results, LIST_SHARDS_MAX)
    found: list[ListedShard] = []
    for shard in target.shards.values():
        if shard.index >= after and _fits(world, target, shard, kind, at_ms):
            if len(found) == count:
                when = "" if at_ms is None else at_ms
                token = f"{world.now_ms}:{shard.index}:{kind}:{when}:{target.name}"
                return ListShardsAnswer(tuple(found), token)
            found.append(_listed(shard))
    return ListShardsAnswer(tuple(found), None)


def _filter(
    world: "World", stream: Stream, start_id: str | None, given: Pairs | None
) -> tuple[int, str, int | None]:
    """The first index, the kind of filter and its time."""
    kind, at_ms, after_id = "FROM_TRIM_HORIZON", None, start_id
    if given is not None:
        values = fields("shardFilter", given, _FILTER, ("type",))
        kind = values["type"]
        check_choice("shardFilter.type", kind, _FILTERS)
        if kind == "AFTER_SHARD_ID":
            if "shard_id" not in values:
                raise Refused("missing-parameter", parameter="shardFilter.shard_id")
            after_id = values["shard_id"]
        elif kind.endswith("_TIMESTAMP"):
            if "timestamp_ms" not in values:
                raise Refused("missing-parameter", parameter="shardFilter.timestamp_ms")
            at_ms = max(0, values["timestamp_ms"])
    if after_id is None:
        return 0, kind, at_ms
    check_name("exclusiveStartShardId", after_id)
    known = stream.shards.get(after_id)
    if known is not None:
        return known.index + 1, kind, at_ms
    later = [shard.index for shard in stream.shards.values() if shard.shard_id > after_id]
    return (later[0] if later else stream.next_index), kind, at_ms


def _fits(world: "World", stream: Stream, shard: Shard, kind: str, at_ms: int | None) -> bool:
    if shard.expired(world.now_ms, stream.retention_ms):
        return False
    if kind == "AT_LATEST":
        return shard.closed_ms < 0
    horizon_ms = max(0, world.now_ms - stream.retention_ms)
    if kind == "AT_TRIM_HORIZON":
        at_ms = max(horizon_ms, stream.created_ms)
    if at_ms is None:
        return True
    from_ms = max(at_ms, horizon_ms)
    if kind == "FROM_TIMESTAMP":
        return shard.closed_ms < 0 or shard.closed_ms >= from_ms
    return shard.opened_ms <= from_ms and (shard.closed_ms < 0 or shard.closed_ms >= from_ms)


def _read_token(world: "World", token: str) -> tuple[Stream, int, str, int | None]:
    found = _TOKEN.fullmatch(token)
    if found is None or found[3] not in _FILTERS:
        raise Refused("shard-token-invalid")
    if not world.now_ms - LIST_TOKEN_LIFE_MS <= int(found[1]) <= world.now_ms:
        raise Refused("shard-token-expired")
    at_ms = int(found[4]) if found[4] else None
    return stream_named(world, found[5]), int(found[2]), found[3], at_ms


def _resharded(world: "World", stream: str) -> Stream:
    target = active_stream(world, stream)
    if target.on_demand:
        raise Refused("stream-is-on-demand", stream=target.name)
    return target


def _open_shard(world: "World", stream: Stream, shard_id: str) -> Shard:
    shard = shard_of(world, stream, shard_id)
    if shard.closed_ms >= 0:
        raise Refused("shard-already-closed", shard=shard.shard_id, stream=stream.name)
    return shard


def check_account_shards(world: "World", more: int) -> None:
    """Raises:
    Refused: shards-per-account-exceeded (KDS-X15).
    """
    current = sum(len(each.open) for each in world.kinesis.streams.values())
    if current + more > SHARDS_PER_ACCOUNT_MAX:
        raise Refused("shards-per-account-exceeded", current=current, limit=SHARDS_PER_ACCOUNT_MAX)


def start_update(world: "World", stream: Stream, reason: str, change: tuple[str, ...]) -> None:
    """A stream is UPDATING for a few seconds and then changed."""
    world.record(
        StreamUpdating(
            world.now_ms,
            world.cause,
            reason,
            stream.name,
            change,
            world.now_ms + STREAM_UPDATING_MS,
        )
    )


def split_shard(
    world: "World", by: str, *, stream: str, shard_to_split: str, new_starting_hash_key: str
) -> None:
    """SplitShard: the key and those above go to one child, those below to the other. Provisioned only.

    The stream is UPDATING meanwhile; reading and writing go on.

    Raises:
        Refused: stream-not-found, stream-not-active, stream-is-on-demand, shard-not-found,
            shard-already-closed, split-key-outside-shard, hash-key-too-high,
            shards-per-account-exceeded or stream-parameter-invalid.
    """
    target = _resharded(world, stream)
    key = hash_key("newStartingHashKey", new_starting_hash_key)
    shard = _open_shard(world, target, shard_to_split)
    if not shard.starting_hash_key + 1 < key < shard.ending_hash_key:
        raise Refused(
            "split-key-outside-shard",
            key=new_starting_hash_key,
            shard=shard.shard_id,
            stream=target.name,
            start=str(shard.starting_hash_key),
            end=str(shard.ending_hash_key),
        )
    check_account_shards(world, 1)
    start_update(world, target, "split-asked", ("split", shard.shard_id, new_starting_hash_key))


def merge_shards(
    world: "World", by: str, *, stream: str, shard_to_merge: str, adjacent_shard_to_merge: str
) -> None:
    """MergeShards: two shards whose ranges touch become one. Provisioned only.

    Raises:
        Refused: stream-not-found, stream-not-active, stream-is-on-demand, shard-not-found,
            shard-already-closed or shards-not-adjacent.
    """
    target = _resharded(world, stream)
    one = _open_shard(world, target, shard_to_merge)
    other = _open_shard(world, target, adjacent_shard_to_merge)
    if (
        one.ending_hash_key + 1 != other.starting_hash_key
        and other.ending_hash_key + 1 != one.starting_hash_key
    ):
        raise Refused(
            "shards-not-adjacent",
            shard=one.shard_id,
            adjacent=other.shard_id,
            stream=target.name,
        )
    start_update(world, target, "merge-asked", ("merge", one.shard_id, other.shard_id))


def update_shard_count(
    world: "World",
    by: str,
    *,
    stream: str,
    target_shard_count: int,
    scaling_type: str = "UNIFORM_SCALING",
) -> UpdateShardCountAnswer:
    """UpdateShardCount: so many even shards, by splits and merges. Provisioned only; ten times in 24 hours,
    and each time at most double and at least half.

    Raises:
        Refused: stream-not-found, stream-not-active, stream-is-on-demand, stream-parameter-invalid,
            shard-count-over-double, shard-count-below-half, shard-count-too-high,
            shard-count-changes-exceeded or shards-per-account-exceeded.
    """
    target = _resharded(world, stream)
    check_choice("scalingType", scaling_type, ("UNIFORM_SCALING",))
    check_range("targetShardCount", target_shard_count, 1, 2**31 - 1)
    current = len(target.open)
    if recent(target.counts_changed_ms, world.now_ms, DAY_MS) >= UPDATE_SHARD_COUNT_PER_DAY_MAX:
        raise Refused(
            "shard-count-changes-exceeded",
            limit=UPDATE_SHARD_COUNT_PER_DAY_MAX,
            stream=target.name,
        )
    if target_shard_count > SHARDS_PER_STREAM_MAX:
        raise Refused(
            "shard-count-too-high", limit=SHARDS_PER_STREAM_MAX, target=target_shard_count
        )
    if target_shard_count > current * 2:
        raise Refused("shard-count-over-double", current=current, target=target_shard_count)
    if target_shard_count * 2 < current:
        raise Refused("shard-count-below-half", current=current, target=target_shard_count)
    check_account_shards(world, target_shard_count - current)
    start_update(world, target, "shard-count-asked", ("shard-count", str(target_shard_count)))
    return UpdateShardCountAnswer(target.name, current, target_shard_count)
