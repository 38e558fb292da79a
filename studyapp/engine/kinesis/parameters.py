"""Checks that several actions share. Each refuses with the words of AWS's validation."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from studyapp.engine.calls import Pairs
from studyapp.engine.kinesis.stream import ACTIVE, CREATING, Shard, Stream
from studyapp.engine.limits.kinesis import HASH_KEYS, STREAM_NAME_MAX
from studyapp.engine.names import short
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

_NAME = re.compile(r"[a-zA-Z0-9_.-]+")
_HASH_KEY = re.compile(r"0|[1-9][0-9]{0,38}")
_SEQUENCE_NUMBER = re.compile(r"0|[1-9][0-9]{0,128}")
_EXPECTED = {int: "a whole number", str: "text"}


def invalid(parameter: str, value: object, constraint: str) -> Refused:
    """The refusal of a value that breaks a documented constraint."""
    return Refused(
        "stream-parameter-invalid",
        parameter=parameter,
        value=str(value)[:80],
        constraint=constraint,
    )


def check_name(parameter: str, name: str) -> None:
    """Raises:
    Refused: stream-parameter-invalid, unless it has 1 to 128 letters, digits and _ . - (KDS-X15).
    """
    if not name:
        raise invalid(parameter, name, "Member must have length greater than or equal to 1")
    if len(name) > STREAM_NAME_MAX:
        raise invalid(parameter, name, "Member must have length less than or equal to 128")
    if not _NAME.fullmatch(name):
        raise invalid(
            parameter, name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        )


def check_range(parameter: str, value: int, low: int, high: int) -> None:
    """Raises:
    Refused: stream-parameter-invalid.
    """
    if value < low:
        raise invalid(parameter, value, f"Member must have value greater than or equal to {low}")
    if value > high:
        raise invalid(parameter, value, f"Member must have value less than or equal to {high}")


def check_choice(parameter: str, value: str, choices: Collection[str]) -> None:
    """Raises:
    Refused: stream-parameter-invalid.
    """
    if value not in choices:
        listed = ", ".join(choices)
        raise invalid(parameter, value, f"Member must satisfy enum value set: [{listed}]")


def hash_key(parameter: str, text: str) -> int:
    """The number that a hash key's text stands for.

    Raises:
        Refused: stream-parameter-invalid or hash-key-too-high.
    """
    if not _HASH_KEY.fullmatch(text):
        raise invalid(
            parameter, text, "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})"
        )
    number = int(text)
    if number >= HASH_KEYS:
        raise Refused("hash-key-too-high", key=text)
    return number


def check_sequence_number(parameter: str, text: str) -> None:
    """Raises:
    Refused: stream-parameter-invalid, for text that is no decimal number of up to 129 digits.
    """
    if not _SEQUENCE_NUMBER.fullmatch(text):
        raise invalid(
            parameter, text, "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})"
        )


def stream_named(world: "World", name: str) -> Stream:
    """The stream with this name or ARN, in whatever state.

    Raises:
        Refused: stream-not-found.
    """
    stream = world.kinesis.streams.get(name) or world.kinesis.streams.get(short(name))
    if stream is None:
        raise Refused("stream-not-found", stream=short(name)[:128])
    return stream


def usable_stream(world: "World", name: str) -> Stream:
    """A stream that takes records and can be read: not while it is CREATING.

    Raises:
        Refused: stream-not-found.
    """
    stream = world.kinesis.streams.get(name) or stream_named(world, name)
    if stream.status == CREATING:
        raise Refused("stream-not-found", stream=stream.name)
    return stream


def active_stream(world: "World", name: str) -> Stream:
    """A stream that nothing is being done to.

    Raises:
        Refused: stream-not-found or stream-not-active.
    """
    stream = stream_named(world, name)
    if stream.status != ACTIVE:
        raise Refused("stream-not-active", stream=stream.name, status=stream.status)
    return stream


def shard_of(world: "World", stream: Stream, shard_id: str) -> Shard:
    """A shard that is still listed.

    Raises:
        Refused: shard-not-found; an expired shard is not found either (KDS-X13).
    """
    shard = stream.shards.get(shard_id)
    if shard is None or shard.expired(world.now_ms, stream.retention_ms):
        raise Refused("shard-not-found", shard=shard_id[:128], stream=stream.name)
    return shard


def fields(
    parameter: str, given: Pairs, kinds: Mapping[str, type], required: tuple[str, ...]
) -> dict[str, Any]:
    """What a structure holds, checked like the parameters of an action.

    Raises:
        Refused: unknown-parameter, missing-parameter or wrong-type.
    """
    found: dict[str, Any] = {}
    for name, value in given:
        if value is None:
            continue
        if name not in kinds:
            raise Refused("unknown-parameter", parameter=f"{parameter}.{name}"[:80])
        if type(value) is not kinds[name]:
            raise Refused(
                "wrong-type", parameter=f"{parameter}.{name}", expected=_EXPECTED[kinds[name]]
            )
        found[name] = value
    for name in required:
        if name not in found:
            raise Refused("missing-parameter", parameter=f"{parameter}.{name}")
    return found


def recent(times_ms: list[int], now_ms: int, within_ms: int) -> int:
    """How many of these times lie within the last `within_ms`. The list is in order."""
    count = 0
    for at_ms in reversed(times_ms):
        if at_ms <= now_ms - within_ms:
            break
        count += 1
    return count


def check_key_access(stream: Stream, who: str) -> None:
    """Raises:
    Refused: kms-access-denied, when the stream is encrypted with a key that `who` may not use
        (KDS-39, KDS-X26).
    """
    if stream.key_id and who in stream.denied:
        raise Refused("kms-access-denied", who=who[:80], key=stream.key_id, stream=stream.name)
