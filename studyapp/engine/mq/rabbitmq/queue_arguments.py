"""The arguments of queue.declare that this broker understands, and what they may be."""

from typing import Any

from studyapp.engine.mq.rabbitmq.queue import DROP_HEAD, OVERFLOWS, QUORUM
from studyapp.engine.refusals import Refused

# Name to the least value allowed.
_NUMBERS = {"x-delivery-limit": -1, "x-message-ttl": 0, "x-max-length": 0}
_TEXTS = ("x-dead-letter-exchange", "x-dead-letter-routing-key")
# One hundred years in milliseconds: far beyond any run, and times stay within 64 bits.
TIME_MAX_MS = 100 * 365 * 24 * 3_600_000


def check_queue_arguments(kind: str, given: dict[str, Any]) -> None:
    """Whether a queue of this type may have these arguments. Times are milliseconds.

    Raises:
        Refused: argument-not-valid.
    """
    for name, value in given.items():
        if name in _NUMBERS:
            low = _NUMBERS[name]
            if type(value) is not int or not low <= value <= TIME_MAX_MS:
                raise _wrong(name, f"a whole number from {low} to {TIME_MAX_MS}")
            if name == "x-delivery-limit" and kind != QUORUM:
                raise _wrong(name, "a quorum queue")
        elif name == "x-overflow":
            if value not in OVERFLOWS:
                raise _wrong(name, " or ".join(OVERFLOWS))
        elif name in _TEXTS:
            if type(value) is not str:
                raise _wrong(name, "text")
            if name == "x-dead-letter-routing-key" and "x-dead-letter-exchange" not in given:
                raise _wrong(name, "x-dead-letter-exchange beside it")
        else:
            raise _wrong(name, ", ".join((*_NUMBERS, "x-overflow", *_TEXTS)))


def _wrong(name: str, expected: str) -> Refused:
    return Refused("argument-not-valid", argument=name[:80], expected=expected)


def read_queue_arguments(kind: str, delivery_limit: int, given: dict[str, Any]) -> dict[str, Any]:
    """The settings of a queue (fields of Queue) that checked arguments stand for."""
    return {
        "delivery_limit": given.get("x-delivery-limit", delivery_limit if kind == QUORUM else -1),
        "message_ttl_ms": given.get("x-message-ttl", -1),
        "length_max": given.get("x-max-length", -1),
        "overflow": given.get("x-overflow", DROP_HEAD),
        "dead_letter_exchange": given.get("x-dead-letter-exchange"),
        "dead_letter_routing_key": given.get("x-dead-letter-routing-key"),
    }
